"""Worlds that live what was observed: what a real pilot teaches, nothing lost, the same bits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from samenspel.agents.students import Exit, Programme, Status
from samenspel.experiments.observed.instruments import INSTRUMENTS
from samenspel.experiments.observed.measures import FIGURE, Comparing, Counting, left_by_year_of_study
from samenspel.experiments.observed.observations import Count, Difference, Observations
from samenspel.experiments.observed.observe import observe
from samenspel.experiments.observed.worlds import in_observed_worlds, weigh
from samenspel.experiments.pilots.comparison.runs import live
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.plausible.source import SHIPPED
from samenspel.experiments.plausible.worlds import Worlds
from samenspel.experiments.statistics import weighted
from samenspel.experiments.study.parts import Record
from samenspel.experiments.sweeps.outcomes import RunsFailed
from samenspel.model import Partnership
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from tests.experiments.pilots.planted import document

RIPLS = INSTRUMENTS["ripls"]
KNOWLEDGE = "knowledge_other_profession"


def taught(**more: Any) -> Pilots:
    """A pilot whose effect on knowledge hangs on one assumption."""
    return Pilots.of(
        document(
            {"name": "x", "ikcs": 5, "meeting_interval": 1, "mbo_students_per_cluster": 4}, worlds=40,
            uncertainties={"knowledge_gain": {"low": 0.01, "high": 0.06}}, **more,
        )
    )  # fmt: skip


def observed(tmp_path: Path, difference: float, error: float = 0.02) -> Path:
    path = tmp_path / f"observed{difference}.toml"
    path.write_text(
        '[[instrument]]\nname = "test"\nlow = 0\nhigh = 1\nreliability = 0.8\n'
        f'[[difference]]\ndesign = "x"\noutcome = "{KNOWLEDGE}"\ninstrument = "test"\nagainst = "other clusters"\n'
        f"difference = {difference}\nstandard_error = {error}\n",
        encoding="utf-8",
    )
    return path


@pytest.mark.slow
def test_a_disappointing_pilot_lowers_the_expected_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Less knowledge than expected leaves worlds in which a meeting teaches less; more leaves those with more."""
    monkeypatch.setattr("samenspel.experiments.observed.worlds.PRIOR", 100)
    pilots = taught().in_worlds("prior")
    before = np.mean([world["knowledge_gain"] for world in pilots.sampled])
    told = {}
    for difference in (0.0, 0.12):
        after = in_observed_worlds(pilots, observed(tmp_path, difference), tmp_path / str(difference), workers=0)
        assert after.posterior is not None
        row = after.posterior.fit.iloc[0]
        assert abs(row["after_middle"] - difference) < abs(row["before_middle"] - difference)
        assert after.posterior.effective < after.posterior.effective_before == 100
        assert "knowledge_gain" in set(after.posterior.table.head(20)["parameter"])  # of 150
        assert after.worlds == len(after.sampled) <= 40
        told[difference] = np.mean([world["knowledge_gain"] for world in after.sampled])
    assert told[0.0] < before < told[0.12]


def test_the_bits_are_the_same_for_any_workers_and_history(tmp_path: Path) -> None:
    scenario = Scenario.load("baseline")
    counts = (
        Count("coverage", 1, 0.5, 0.02),
        Count("left_in_year_1", 1, 0.25, 0.04),
        Count("dropout_rate", 2, 0.1, 0.1),
    )
    said = Observations("observed.toml", counts, ())
    points = [{"peer_gain": value} for value in (0.003, 0.004, 0.005)]
    found = [
        observe(scenario, said, None, points, np.ones(3), tmp_path / folder, workers=workers)
        for folder, workers in (("alone", 0), ("two", 2), ("alone", 0))
    ]
    for other in found[1:]:
        assert other.after.tobytes() == found[0].after.tobytes()
        pd.testing.assert_frame_equal(other.table, found[0].table)


def test_what_no_world_can_show_is_refused(tmp_path: Path) -> None:
    said = Observations("observed.toml", (Count("supervision_mean_mbo", 1, 0.5, 0.02),), ())
    with pytest.raises(InputFaults) as raised:
        observe(Scenario.load("baseline"), said, None, [{"peer_gain": 0.004}], np.ones(1), tmp_path, workers=0)
    assert "supervision_mean_mbo, 1, of which no world has a figure" in raised.value.text("en")


def test_a_run_that_failed_is_told_and_no_world_is_weighed(tmp_path: Path) -> None:
    """A value that the model cannot take fails its runs; to leave the world out in silence would be to judge it."""
    said = Observations("observed.toml", (Count("coverage", 1, 0.5, 0.02),), ())
    points = [{"peer_gain": 0.004}, {"peer_gain": -1.0}]
    with pytest.raises(RunsFailed) as raised:
        observe(Scenario.load("baseline"), said, None, points, np.ones(2), tmp_path, workers=0)
    assert "4 of 8 runs that failed" in raised.value.text("en")


# --- what is measured ------------------------------------------------------------------------------------------------


def test_leavers_are_counted_by_year_of_study() -> None:
    students = pd.DataFrame(
        {
            "programme": [Programme.FULLTIME] * 5 + [max(Programme)], "year": [1, 1, 1, 1, 2, 1],
            "status": [Status.LEFT, Status.INSIDE, Status.INSIDE, Status.OUTSIDE, Status.INSIDE, Status.LEFT],
            "outcome": [Exit.STOP, Exit.FAILED, 0, 0, 0, Exit.STOP],
        }
    )  # fmt: skip
    found = left_by_year_of_study(students)
    assert (found["left_in_year_1"], found["left_in_year_2"]) == (0.5, 0.0)
    assert np.isnan(found["left_in_year_3"])


def test_counts_are_those_of_the_year_that_was_counted() -> None:
    scenario = Scenario.load("baseline")
    counted = Counting((Count("coverage", 1, 0.5, 0.1), Count("coverage", 2, 0.5, 0.1)))
    rows = counted(scenario, 2, 7, Record()).groups["observation"]
    partnership = Partnership(scenario, rng=7)
    for row in rows:
        partnership.run(years=1)
        assert row[FIGURE] == partnership.last_year()["coverage"]


def test_a_pilot_is_compared_as_it_was_measured() -> None:
    """The model's difference, in points of the scale, of those who are there at the end of the first year."""
    pilots = taught(years=2)
    design = pilots.designs[1]
    differences = tuple(
        Difference(1, "status_barrier", against, RIPLS, 0, 1) for against in ("other clusters", "before")
    )
    comparing = Comparing(differences, 1, design.changes, pilots.past(design.scenario))
    others, before = comparing(design.scenario, 1, 3, Record()).groups["observation"]
    partnership = Partnership(design.scenario, rng=3, past=pilots.past(design.scenario).of(design.scenario))

    def barrier() -> tuple[float, float]:
        s = partnership.students.rows()
        there = (s.status == Status.INSIDE) & (s.programme <= Programme.ACADEMIC) & (s.year <= 3) & (s.cluster >= 0)
        inside = partnership.communities.column("has_mbo")[s.cluster]
        return float(s.barrier[there & inside].mean()), float(s.barrier[there & ~inside].mean())

    partnership.run(weeks=1)
    begun, _ = barrier()
    partnership.run(weeks=39)
    ended, elsewhere = barrier()
    assert others[FIGURE] == pytest.approx(-4 * (ended - elsewhere))
    assert before[FIGURE] == pytest.approx(-4 * (ended - begun))


def test_stopping_in_a_year_changes_nothing_that_comes_after() -> None:
    """A change comes once, whether a life is lived on in one go or stops a week after it."""
    pilots = Pilots.of(
        document({"name": "x", "ikcs": 3, "then": [{"year": 2, "mbo_students_per_cluster": 2}]}, years=3)
    )
    design = pilots.designs[1]
    one, other = (Partnership(design.scenario, rng=5) for _ in range(2))
    live(one, design.changes, 3)
    live(other, design.changes, 1, weeks=1)
    live(other, design.changes, 2)
    live(other, design.changes, 3)
    assert one.week == other.week == 120
    assert one.students.column("teaching").tobytes() == other.students.column("teaching").tobytes()


# --- a file of worlds ------------------------------------------------------------------------------------------------


def test_worlds_are_weighed_into_a_file_that_everything_takes(tmp_path: Path) -> None:
    few = Worlds.read(SHIPPED)
    Worlds(few.about, few.table.head(6)).write(tmp_path / "few.parquet")
    said = tmp_path / "observed.toml"
    said.write_text('[[count]]\nname = "coverage"\nvalue = 0.5\nof = 300\n', encoding="utf-8")
    after = tmp_path / "after.parquet"
    weighed = weigh("baseline", said, after, worlds=tmp_path / "few.parquet", workers=0)
    kept = Worlds.read(after, Scenario.load("baseline"))
    assert kept.about.observed == ("Share of hbo students inside the partnership",)
    assert kept.effective == pytest.approx(weighed.found.effective)
    assert weighted.effective(kept.weights) <= 6
    said.write_text('[[count]]\nname = "coverage"\nvalue = 0.52\nof = 300\n', encoding="utf-8")
    corrected = weigh("baseline", said, after, worlds=tmp_path / "few.parquet", workers=0)  # the same runs serve
    assert corrected.found.fit["observed"].item() == 0.52
    said.write_text('[[count]]\nname = "coverage"\nvalue = 0.5\nof = 300\n', encoding="utf-8")
    weighed = weigh("baseline", said, after, worlds=tmp_path / "few.parquet", workers=0)
    again = tmp_path / "again.parquet"
    twice = weigh("baseline", said, again, worlds=after, workers=0)
    assert twice.found.effective_before == pytest.approx(weighed.found.effective)
    assert len(Worlds.read(again).about.observed) == 2


def test_worlds_of_another_partnership_are_refused(tmp_path: Path) -> None:
    said = tmp_path / "observed.toml"
    said.write_text('[[count]]\nname = "coverage"\nvalue = 0.5\nof = 300\n', encoding="utf-8")
    for worlds, told in (("plausible", "worlds of baseline"), ("prior", "found prior")):
        with pytest.raises(InputFaults) as raised:
            weigh("full-capacity", said, tmp_path / "after.parquet", worlds=worlds, workers=0)
        assert told in raised.value.text("en")
        assert "worlds of full-capacity; samenspel worlds makes them" in raised.value.text("en")
