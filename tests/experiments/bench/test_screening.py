"""The screening says how far each parameter moves indicators, in steps, and stores it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks import screening
from samenspel.experiments import load, sweep
from samenspel.experiments.study.parts import Record
from samenspel.experiments.sweeps.work import Measured
from samenspel.model import INDICATORS, PARAMETERS, Partnership, Scenario

FACTORS = ("peer_gain", "talk_size")


def planted(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """A share that `peer_gain` moves by 3 points over its range, and all else that nothing moves."""
    one = PARAMETERS["peer_gain"]
    place = (float(scenario.values["peer_gain"]) - one.low) / (one.high - one.low)
    return Measured(dict.fromkeys(INDICATORS, 2.0) | {"coverage": 0.5 + 0.03 * place + 0.001 * (seed % 7)})


def test_the_largest_move_is_counted_in_steps_of_half_a_point(tmp_path: Path) -> None:
    study = screening.study_of("baseline", FACTORS, replications=3, years=1)
    assert not sweep(study, tmp_path / "sweep", workers=0, simulate=planted).interrupted
    rows = screening.largest(list(screening.moves(load(tmp_path / "sweep"), study)))
    one = PARAMETERS["peer_gain"]
    ends = {end: abs(end - one.default) / (one.high - one.low) * 0.03 / 0.005 for end in (one.low, one.high)}
    farthest = max(ends, key=lambda end: ends[end])
    assert [row["parameter"] for row in rows] == ["talk_size", "peer_gain"]  # the smallest first
    assert float(rows[0]["steps"]) == 0.0
    assert float(rows[1]["steps"]) == pytest.approx(ends[farthest], rel=0.01)
    assert (rows[1]["indicator"], rows[1]["at"]) == ("coverage", farthest)


def test_what_surely_moves_more_is_not_asked_about_again() -> None:
    found = [
        {"parameter": "peer_gain", "steps": 4.0, "error": 2.9},
        {"parameter": "talk_size", "steps": 4.0, "error": 3.1},
    ]
    assert screening.unmoved(("talk_size", "peer_gain", "gap_best"), found) == ["talk_size", "gap_best"]


def test_decisions_choices_switches_and_copies_are_not_screened() -> None:
    found = screening.screened()
    assert "peer_gain" in found
    assert not {"meeting_interval", "mbo_mix", "with_finance", "partnerships"} & set(found)


def test_a_life_is_measured_over_all_its_years() -> None:
    years = [screening.mean_of_years(Scenario.load("baseline"), n, 3, Record()).last_year for n in (1, 2)]
    here = Partnership(Scenario.load("baseline"), rng=3)
    here.run(years=2)
    second: Any = pd.Series(here.last_year())
    assert years[1]["coverage"] == pytest.approx((years[0]["coverage"] + second["coverage"]) / 2)


def test_later_scenarios_are_asked_about_what_may_still_move_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(screening, "mean_of_years", planted)
    monkeypatch.setattr(screening, "sweep", lambda *given, **more: sweep(*given, **(more | {"workers": 0})))
    asked = ["screening", "--out", str(tmp_path), "--replications", "2", "--years", "1", "--only", *FACTORS]
    monkeypatch.setattr(sys, "argv", asked)
    assert screening.main() == 0
    assert capsys.readouterr().err.split("baseline: ")[1].splitlines()[0] == "2 parameters screened"
    assert len(load(tmp_path / "growth-all").runs) == 2 * 3  # talk_size alone: the scenario, and both ends


def test_the_command_prints_and_stores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept: list[Any] = []
    monkeypatch.setattr(screening, "SCENARIOS", ("baseline",))
    monkeypatch.setattr(screening, "mean_of_years", planted)
    monkeypatch.setattr(screening, "sweep", lambda *given, **more: sweep(*given, **(more | {"workers": 0})))
    monkeypatch.setattr("tools.campaigns.store", lambda *given: kept.append(given))
    asked = ["screening", "--out", str(tmp_path), "--replications", "2", "--years", "1", "--only", *FACTORS, "--store"]
    monkeypatch.setattr(sys, "argv", asked)
    assert screening.main() == 0
    [(name, size, seed, rows)] = kept
    assert (name, size, seed, [row["parameter"] for row in rows]) == ("screening", 2, 1, ["talk_size", "peer_gain"])
    assert "coverage, baseline at" in capsys.readouterr().out
