"""The fingerprint covers every state, and nothing that is only measured."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from samenspel.agents.columns import resize
from samenspel.agents.population import Population
from samenspel.experiments.runs.run import replicate
from samenspel.model import Partnership, fingerprint
from samenspel.model.declared.calendar import EVENTS
from samenspel.model.fingerprint import live, states
from samenspel.model.state import ModelState
from tests.lives import BASELINE, GROWING, MIXED, POPULATIONS, after, columns_of, make
from tests.places import ROOT

SMALL = {"clusters_share": 0.2, "hbo_demand": 100, **MIXED, **GROWING}


@pytest.fixture(scope="module")
def there() -> Partnership:
    return after(weeks=30, **SMALL)


def test_a_life_has_one_fingerprint_however_it_is_lived() -> None:
    whole, again = make(**SMALL), make(**SMALL)
    assert live(whole, 2) == live(again, 2)
    assert live(make(2, **SMALL), 2) != live(make(**SMALL), 2)
    plain = after(years=2, **SMALL)
    assert states(plain.state) == states(whole.state), "looking at states changed a life"
    assert whole.weekly_record.tobytes() == plain.weekly_record.tobytes()


def test_the_moments_are_the_start_and_those_of_each_school_year(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def noted(here: ModelState) -> str:
        seen.append(here.week)
        return ""

    monkeypatch.setattr(fingerprint, "states", noted)
    live(make(**SMALL), 2)
    assert seen == [0, *EVENTS, *(40 + week for week in EVENTS)]


@pytest.mark.parametrize("population", POPULATIONS)
def test_any_changed_state_is_seen(there: Partnership, population: str) -> None:
    before = states(there.state)
    for name, column in columns_of(there).items():
        if not name.startswith(f"{population}.") or not column.size:
            continue
        kept = column[-1]
        column[-1] = (
            not kept if column.dtype == bool else np.nextafter(kept, 9.0) if column.dtype.kind == "f" else kept ^ 1
        )
        assert states(there.state) != before, name
        column[-1] = kept
    assert states(there.state) == before


GIVEN = {"scenario", "world", "settings", "p", "draws"}  # values and luck, which a fingerprint is of
OF_THE_START = {"towns", "counted"}  # laid out once, and the same ever after
FOLLOWS = {"mentor_places", "gone", "closed", "record"}  # from the states, or for tables only
MEMORY = {"room", "needed", "moved", "_all"}  # where states lie, and who looks at them
NOW = {"seed"}, {"partnerships", "described", "named", "mergers"}, {"moved"}  # of `now`: luck, the start, memory


def plan_one(here: ModelState) -> None:
    """A cluster may open after summer."""
    resize(here.plan_columns, 1)
    here.plan_columns.places[:] = 1


def test_all_that_a_state_holds_is_seen_or_follows(there: Partnership) -> None:
    others: dict[str, Callable[[ModelState], Any]] = {
        "plan_columns": plan_one,
        "price_columns": lambda here: np.multiply(here.price_columns.value, 2.0, out=here.price_columns.value),
        "known_until": lambda here: np.add(here.known_until, 1, out=here.known_until),
        "departed": lambda here: np.add(here.departed, 1, out=here.departed),
        "week": lambda here: here.now["week"].__iadd__(1),
        "entered": lambda here: here.now["entered"].__iadd__(1),
    }
    told = {field.name for field in fields(ModelState)} - {"now"} | {*there.state.now.dtype.names}
    assert told == {*others, *POPULATIONS} | GIVEN | OF_THE_START | FOLLOWS | MEMORY | set().union(*NOW)
    before = states(there.state)
    for name, change in others.items():
        twin = there.copy()
        assert states(twin.state) == before
        change(twin.state)
        assert states(twin.state) != before, name


def test_columns_are_told_apart_by_name_and_length() -> None:
    """States that change places, or an agent more in one kind and one less in another, are another state."""
    there = make(**SMALL)
    before = states(there.state)
    columns: dict[str, np.ndarray] = there.sites.columns
    columns["x"], columns["y"] = columns["y"], columns["x"]
    assert states(there.state) != before


def test_any_nan_is_the_same_nan_and_order_of_bytes_does_not_matter() -> None:
    odd = np.array([np.nan, 1.0])
    odd.view(np.uint64)[0] |= np.uint64(1) << np.uint64(63)
    assert fingerprint._plain(odd.copy()).tobytes() == fingerprint._plain(np.array([np.nan, 1.0])).tobytes()
    for column in (np.array([1.5, -2.0]), np.array([1, -2], np.int32)):
        swapped = column.astype(column.dtype.newbyteorder(">"))
        assert fingerprint._plain(swapped).tobytes() == fingerprint._plain(column).tobytes()
        assert swapped.dtype.name == column.dtype.name


def test_rows_left_over_from_who_is_gone_do_not_count() -> None:
    there = make(**SMALL)
    before = states(there.state)
    population: Population[object] = there.students
    population.append(population.size)
    resize(population.rows(), len(population) // 2)
    assert states(there.state) == before


INDICATOR = """
import sys
import numpy as np
import samenspel.model.declared.indicators as indicators
if sys.argv[1:]:
    indicators.Heading("More", "Meer").declare("shade", "0-1", "Shade", "Schaduw")
    indicators.RECORD = np.dtype([*indicators.RECORD.descr, ("shade", np.float64)])
from samenspel.experiments.runs.run import replicate
from samenspel.model import Scenario
outcome = replicate(Scenario.load("baseline").with_values(clusters_share=0.2, hbo_demand=100), 1, 1, 5)
print(len(outcome.last_year), outcome.digest)
"""


def test_an_indicator_more_changes_no_fingerprint() -> None:
    (fewer, before), (more, after_it) = (
        subprocess.run(
            [sys.executable, "-c", INDICATOR, *planted],
            cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True, env=os.environ | {"NUMBA_DISABLE_JIT": "1"},
        ).stdout.split()
        for planted in ((), ("shade",))
    )  # fmt: skip
    assert int(more) == int(fewer) + 1
    assert before == after_it


def test_a_run_hands_over_the_fingerprint_of_its_life() -> None:
    scenario = BASELINE.with_values(clusters_share=0.2, hbo_demand=100)
    assert replicate(scenario, 1, 1, 5).digest == live(Partnership(scenario, rng=5), 1)
