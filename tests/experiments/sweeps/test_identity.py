"""What does one run is part of a sweep: two functions never stand under the same run ids, and what is not measured is
told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from samenspel.experiments.bottlenecks import attribution
from samenspel.experiments.degradation.there_and_back import Way, there_and_back
from samenspel.experiments.pilots.comparison.runs import PilotRun
from samenspel.experiments.study.parts import Record
from samenspel.experiments.sweeps.identity import MODEL, identity
from samenspel.experiments.sweeps.results import load
from samenspel.experiments.sweeps.runner import sweep
from samenspel.experiments.sweeps.work import Measured, identity_of, simulate
from samenspel.experiments.validation import validate as validation
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from tests.cheap_runs import fails, quick, same, slow, study
from tests.places import ROOT

LEVEL = 0.578


def level(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    return Measured(dict.fromkeys(record.indicators, LEVEL))


def other_level(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    return Measured(dict.fromkeys(record.indicators, 9.99))


def at(height: float, scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    return Measured(dict.fromkeys(record.indicators, height))


@dataclass(frozen=True)
class At:
    height: float
    note: str = field(default="", compare=False)

    def __call__(self, scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
        return Measured(dict.fromkeys(record.indicators, self.height))


def with_levels(*heights: float) -> Callable[..., Measured]:
    def one(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
        return Measured(dict.fromkeys(record.indicators, heights[0]))

    return one


# --- two functions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (level, other_level),
        (level, simulate),
        (partial(at, 0.578), partial(at, 9.99)),
        (At(0.578), At(9.99)),
        (with_levels(0.578), with_levels(9.99)),
    ],
)
def test_a_folder_does_not_go_on_with_another_function(tmp_path: Path, first: Any, second: Any) -> None:
    sweep(study(1), tmp_path, workers=0, simulate=first)
    before = load(tmp_path).runs
    with pytest.raises(InputFaults, match=r"manifest\.json, simulate: found .*; allowed: .*with which this sweep was"):
        sweep(study(2), tmp_path, workers=0, simulate=second)
    same(before, load(tmp_path).runs)
    sweep(study(1), tmp_path, workers=0, simulate=first)


def test_runs_of_two_functions_have_other_names(tmp_path: Path) -> None:
    names = []
    for folder, one in (("a", level), ("b", other_level), ("c", quick)):
        sweep(study(1), tmp_path / folder, workers=0, simulate=one)
        names.append(set(load(tmp_path / folder).runs["run_id"]))
    assert len(set.union(*names)) == sum(map(len, names)) == 12


def test_what_a_dataclass_does_not_compare_is_no_part_of_it() -> None:
    assert identity(At(1.0)) == identity(At(1.0, note="another"))
    assert identity(quick) == identity(slow) == identity(fails)


def test_the_model_is_known_by_its_code(tmp_path: Path) -> None:
    assert identity_of(simulate) == MODEL


def written(folder: Path, text: str) -> str:
    """The identity that a function of a file has in a process of its own."""
    (folder / "own.py").write_text(text)
    code = "import own; from samenspel.experiments.sweeps.identity import identity; print(identity(own.live))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env={"PYTHONPATH": f"{folder}:{ROOT}"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


HELPED = (
    "HEIGHT = 1.0\ndef height():\n    return HEIGHT\ndef live(scenario, years, seed, record):\n    return height()\n"
)


@pytest.mark.parametrize(
    "changed", [("HEIGHT = 1.0", "HEIGHT = 2.0"), ("return HEIGHT", "return -HEIGHT"), ("return height()", "return 1")]
)
def test_what_a_function_uses_of_its_own_file_counts(tmp_path: Path, changed: tuple[str, str]) -> None:
    first = written(tmp_path, HELPED)
    assert written(tmp_path, HELPED) == written(tmp_path, HELPED + "UNUSED = 5\n") == first
    assert written(tmp_path, HELPED.replace(*changed)) != first


@pytest.mark.parametrize(
    "own",
    [
        PilotRun(),
        PilotRun(((2, {"mbo_mix": "mixed", "mentor_hours": 2.0}),)),
        partial(attribution.attribute, horizon=2),
        there_and_back(Way("students_per_cluster", (6, 12, 6))),
        validation.simulate,
    ],
)
def test_what_analyses_run_has_an_identity(own: Any) -> None:
    assert identity(own) == identity(own) != MODEL


def test_what_a_pilot_does_later_counts() -> None:
    one, other = (PilotRun(((2, {"mentor_hours": hours}),)) for hours in (1.5, 2.0))
    assert identity(one) != identity(other) != identity(PilotRun())


class NoDataclass:
    def __call__(self, *_: Any) -> Measured:
        return Measured({})


def made_by_exec() -> Any:
    names: dict[str, Any] = {}
    exec("def made(scenario, years, seed, record): ...", names)
    return names["made"]


@pytest.mark.parametrize(
    "nameless",
    [
        lambda *_: Measured({}),
        NoDataclass(),
        made_by_exec(),
        partial(at, np.zeros(2)),
        partial(lambda *_: Measured({})),
    ],
)
def test_what_cannot_be_identified_is_refused_before_anything_is_written(tmp_path: Path, nameless: Any) -> None:
    with pytest.raises(InputFaults, match=r"simulate, .*: found .*, which has no source of its own") as caught:
        sweep(study(1), tmp_path / "out", workers=0, simulate=nameless)
    assert "toegestaan: een met def geschreven functie" in caught.value.text("nl")
    assert not (tmp_path / "out").exists()


# --- measures that vanish --------------------------------------------------------------------------------------------


def forgets(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Measures less where mentors have few hours."""
    names = record.indicators[1:] if scenario.values["mentor_hours"] == 1.5 else record.indicators
    return Measured(dict.fromkeys(names, float("nan")))


def test_measures_that_vanish_are_told_and_nan_is_a_measure(tmp_path: Path) -> None:
    made = study(2, record={"indicators": ["coverage", "graduates"]})
    ending = sweep(made, tmp_path, workers=0, simulate=forgets)
    assert (ending.done, ending.failed) == (8, 4)
    failures = load(tmp_path).failures
    assert set(failures["mentor_hours"]) == {1.5}
    assert failures["error"].str.contains("MeasuresMissing: no coverage; allowed: a number, or nan").all()


def test_weeks_that_vanish_are_told(tmp_path: Path) -> None:
    made = study(1, record={"weekly": True, "indicators": ["coverage"]})
    assert sweep(made, tmp_path, workers=0, simulate=quick).failed == 4
    assert load(tmp_path).failures["error"].str.contains("no school_year by week, week by week, coverage by").all()
