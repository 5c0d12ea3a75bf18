"""The worlds that ship: they are what the command makes, of this version, and analyses run in them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from samenspel.experiments.degradation.plan import DRAWS
from samenspel.experiments.plausible.candidates import UNCERTAIN, candidates
from samenspel.experiments.plausible.lives import FITTED, SPREAD, VALUE, measure_world
from samenspel.experiments.plausible.refit import REFITTED
from samenspel.experiments.plausible.source import PLAUSIBLE, PRIOR, SHIPPED, Source
from samenspel.experiments.plausible.worlds import FIGURE, LUCK, Worlds
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.seeds import seed_of
from samenspel.experiments.validation.patterns import HORIZON
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario

ROOT = Path(__file__).resolve().parents[3]
BASELINE = Scenario.load("baseline")


@pytest.fixture(scope="module")
def shipped() -> Worlds:
    return Worlds.read(SHIPPED, BASELINE)


def test_they_differ_in_all_that_nobody_knows(shipped: Worlds) -> None:
    assert set(shipped.names) == {*UNCERTAIN, *REFITTED}
    assert len(shipped) == shipped.about.accepted >= 400
    assert shipped.most >= DRAWS, "an analysis would run in fewer worlds than it asks"
    assert all(PARAMETERS[name].standing == "uncertain" for name in shipped.names)


def test_a_world_is_what_the_command_makes_of_its_candidate(shipped: Worlds) -> None:
    """One of them, drawn and measured again."""
    row = shipped.table.iloc[len(shipped) // 2]
    about = shipped.about
    point = candidates(BASELINE, about.candidates, about.seed)[int(row["candidate"])]
    assert {name: row[name] for name in point} == point
    seed = seed_of(about.seed, 1)
    found = measure_world(BASELINE.with_values(**point), HORIZON, seed, Record()).groups["measure"]
    figures, lucks = (dict(zip(found["measure"], found[column], strict=True)) for column in (VALUE, SPREAD))
    for name in REFITTED:
        assert figures[FITTED + name] == pytest.approx(row[name], rel=1e-9), name
    for column in shipped.table.filter(regex="^figure"):
        assert figures[column.removeprefix(FIGURE)] == pytest.approx(row[column], rel=1e-9, abs=1e-12, nan_ok=True)
    for column in shipped.table.filter(regex="^luck"):
        assert lucks[column.removeprefix(LUCK)] == pytest.approx(row[column], rel=1e-6, abs=1e-9, nan_ok=True)


def test_the_document_tells_size_and_hash() -> None:
    told = (ROOT / "docs" / "WORLDS.md").read_text(encoding="utf-8")
    assert hashlib.sha256(SHIPPED.read_bytes()).hexdigest() in told
    assert f"{SHIPPED.stat().st_size / 1000:.0f} kB" in told
    assert SHIPPED.stat().st_size < 3_000_000


# --- analyses run in them --------------------------------------------------------------------------------------------


def test_plausible_worlds_are_drawn_and_told(shipped: Worlds) -> None:
    source = Source.of(PLAUSIBLE, BASELINE)
    points = source.drawn(20, 1, without=["peer_gain"])
    assert len(points) == 20
    assert "peer_gain" not in points[0]
    assert set(points[0]) == {*UNCERTAIN, *REFITTED} - {"peer_gain"}
    (told,) = source.sentences(20, "en")
    assert f"{len(shipped):,} that were kept of" in told
    assert "P6, P7, P8, P10 and P11" in told
    assert not source.is_near


def test_what_a_scenario_knows_stays_and_another_partnership_is_warned_of() -> None:
    own = BASELINE.with_values(peer_gain=0.004, hbo_demand=500)
    source = Source.of(PLAUSIBLE, own)
    assert all("peer_gain" not in point for point in source.drawn(5, 1))
    assert source.is_near
    assert "another partnership" in source.sentences(5, "en")[1]
    assert source.document()["near"] is True


def test_levers_make_no_other_partnership() -> None:
    assert not Source.of(PLAUSIBLE, BASELINE.with_values(trainer_hours=8.0, students_per_cluster=18)).is_near


def test_prior_worlds_are_spread_over_declared_ranges() -> None:
    points = Source.of(PRIOR, BASELINE).drawn(40, 1)
    assert set(points[0]) == set(UNCERTAIN)
    for name in UNCERTAIN:
        parameter = PARAMETERS[name]
        if parameter.kind == "real" and parameter.distribution is None:
            values = np.sort([float(point[name]) for point in points])
            parts = (values - parameter.low) / (parameter.high - parameter.low) * 40
            assert np.floor(np.minimum(parts, 39.99)).tolist() == list(range(40)), name


def test_plausible_worlds_keep_the_level_of_today_where_prior_ones_do_not(shipped: Worlds) -> None:
    """What every world is fitted to: about 85 % adequate; the floor of quality moves along."""
    adequate = shipped.table[f"{FIGURE}adequate"]
    assert ((adequate > 0.78) & (adequate < 0.92)).mean() > 0.95
    assert shipped.table["adequate_threshold"].std() > 0.02


@pytest.mark.parametrize("which", ["plausibel", "nowhere.parquet", "worlds.csv"])
def test_no_such_worlds_is_one_message(which: str) -> None:
    with pytest.raises(InputFaults) as wrong:
        Source.of(which, BASELINE, "degrade")
    (fault,) = wrong.value.faults
    assert (fault.file, fault.place) == ("degrade", "--worlds")
