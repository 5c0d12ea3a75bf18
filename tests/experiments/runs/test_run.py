"""Replications: their seeds, means and intervals, failures, interruption, and files."""

from __future__ import annotations

import csv
import json
import math
import os
import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import scipy.stats

import samenspel.experiments.runs.run
from samenspel.experiments.engine.executors import Here
from samenspel.experiments.engine.interrupts import Interrupts
from samenspel.experiments.engine.jobs import Job, Recipe
from samenspel.experiments.output.documents import FORMULAS, as_csv, as_json
from samenspel.experiments.output.reports import write
from samenspel.experiments.runs.report import RunReport
from samenspel.experiments.runs.run import (
    Outcome,
    Replications,
    RunResult,
    _Work,
    run,
)
from samenspel.experiments.statistics.intervals import interval_of_mean, over_replications
from samenspel.experiments.study.seeds import seed_of
from samenspel.model import Scenario
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.input.faults import Fault, InputFaults, Phrase
from tests.places import ROOT
from tools.structure import FOLDERS

BASELINE = Scenario.load("baseline")


@pytest.fixture(scope="module")
def small() -> RunResult:
    return run(BASELINE, years=1, seed=7, replications=3, workers=1)


def outcome(replication: int, value: float) -> Outcome:
    year = {name: value if name == "supervision_mean" else math.nan for name in INDICATORS}
    weekly = pd.DataFrame([{"school_year": 1, "week": 1, **year}])
    return Outcome(replication, replication, year, weekly, digest=f"{value}")


def always(value: float) -> Any:
    return lambda scenario, years, replication, seed: outcome(replication, value)


def by_hand(*values: float, seed: int = 1, scenario: Scenario = BASELINE) -> RunResult:
    outcomes = tuple(outcome(k, value) for k, value in enumerate(values, 1))
    return RunResult(scenario, 1, seed, len(values), outcomes)


def test_two_workers_share_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    shared: list[int] = []

    def not_started(recipe: Recipe, workers: int) -> Here:
        shared.append(workers)
        return Here(recipe)

    monkeypatch.setattr(samenspel.experiments.runs.run, "Pool", not_started)
    monkeypatch.setattr(samenspel.experiments.runs.run, "replicate", always(0.5))
    for workers in (1, 2):
        run(BASELINE, years=1, replications=3, workers=workers)
    assert shared == [2]


# --- seeds -----------------------------------------------------------------------------------------------------------


def test_a_seed_depends_on_its_place_on_the_ladder_only() -> None:
    spawned = [int(child.generate_state(1, np.uint64)[0]) for child in np.random.SeedSequence(5).spawn(4)]
    assert [seed_of(5, k) for k in range(1, 5)] == spawned
    assert len({seed_of(seed, k) for seed in range(20) for k in range(1, 20)}) == 380


def test_more_replications_leave_the_first_ones_as_they_are(small: RunResult) -> None:
    fewer = run(BASELINE, years=1, seed=7, replications=2, workers=1)
    pd.testing.assert_frame_equal(fewer.replications, small.replications.head(2))


def test_other_processes_give_the_same_results(small: RunResult) -> None:
    shared = run(BASELINE, years=1, seed=7, replications=3, workers=2)
    assert shared.fingerprint == small.fingerprint
    pd.testing.assert_frame_equal(shared.replications, small.replications)
    pd.testing.assert_frame_equal(shared.weekly, small.weekly)
    pd.testing.assert_frame_equal(shared.clusters, small.clusters)


# --- the fingerprint -------------------------------------------------------------------------------------------------


def test_the_fingerprint_is_that_of_what_was_run(small: RunResult) -> None:
    assert run(BASELINE, years=1, seed=7, replications=3).fingerprint == small.fingerprint
    assert len(small.fingerprint) == 64


def test_anything_else_gives_another_fingerprint(small: RunResult) -> None:
    others = [
        run(BASELINE, years=1, seed=8, replications=3),
        run(BASELINE, years=1, seed=7, replications=2),
        run(BASELINE, years=2, seed=7, replications=3),
        run(BASELINE.with_values(mentor_hours=1.9), years=1, seed=7, replications=3),
        run(BASELINE.with_values(safe_share=0.81), years=1, seed=7, replications=3),  # changes no week
    ]
    assert len({small.fingerprint, *(other.fingerprint for other in others)}) == 6


# --- means and intervals ---------------------------------------------------------------------------------------------


def test_intervals_are_students_t() -> None:
    values = [0.5, 0.61, 0.58, 0.7]
    row = by_hand(*values).summary.loc["supervision_mean"]
    low, high = scipy.stats.t.interval(0.95, 3, np.mean(values), scipy.stats.sem(values))
    assert row["mean"] == pytest.approx(np.mean(values))
    assert (row["low"], row["high"]) == (pytest.approx(low), pytest.approx(high))
    assert row["unit"] == "0-1"


def test_an_interval_stays_within_the_range_of_its_indicator() -> None:
    row = by_hand(0.9, 1.0, 1.0).summary.loc["supervision_mean"]
    assert row["high"] == 1.0


def test_a_grant_can_be_more_than_the_cost() -> None:
    scenario = BASELINE.with_values(mentor_hours=0.5, mentor_hours_final=2.0, trainer_hours=2.0, clusters_share=0.1)
    row = run(scenario, years=1, replications=3, workers=1).summary.loc["grant_cover"]
    assert 1 < row["low"] < row["mean"] < row["high"]


def test_one_value_has_a_mean_but_no_interval() -> None:
    row = by_hand(0.5).summary.loc["supervision_mean"]
    assert row["mean"] == 0.5
    assert math.isnan(row["low"])
    assert math.isnan(row["high"])


def test_what_is_undefined_in_some_replications_is_the_mean_of_the_others() -> None:
    row = by_hand(0.4, math.nan, 0.6).summary.loc["supervision_mean"]
    low, _ = scipy.stats.t.interval(0.95, 1, 0.5, scipy.stats.sem([0.4, 0.6]))
    assert row["mean"] == pytest.approx(0.5)
    assert row["low"] == pytest.approx(max(low, 0.0))


def test_a_table_of_intervals_has_one_row_a_name() -> None:
    names = ["a", "b"]
    table = interval_of_mean(*(pd.Series(values, names) for values in ([1.0, 2.0], [0.0, 1.0], [5, 1])))
    assert table.loc["a"].tolist() == [1.0, 1.0, 1.0]
    assert table.loc["b"].isna().tolist() == [False, True, True]


def test_groups_are_averaged_over_the_replications_that_had_them() -> None:
    first = pd.DataFrame({"cluster": ["A"], "supervision_adequate_share": [0.8], "students": [12.0]})
    second = pd.DataFrame({"cluster": ["A", "B"], "supervision_adequate_share": [0.6, 0.9], "students": [10.0, 6.0]})
    table = over_replications([first, second, pd.DataFrame()], ["cluster"]).set_index("cluster")
    assert table["replications"].tolist() == [2, 1]
    assert table.at["A", "supervision_adequate_share"] == pytest.approx(0.7)
    assert math.isnan(table.at["B", "supervision_adequate_share_low"])


# --- what can go wrong -----------------------------------------------------------------------------------------------


def fail_second(scenario: Scenario, years: int, replication: int, seed: int) -> Outcome:
    if replication == 2:
        raise ZeroDivisionError("nobody\nis left")
    return outcome(replication, 0.5)


def test_a_failed_replication_is_a_row_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samenspel.experiments.runs.run, "replicate", fail_second)
    result = run(BASELINE, years=1, replications=4)
    assert result.replications["status"].tolist() == ["done", "failed", "done", "done"]
    assert result.replications.at[1, "error"].startswith("ZeroDivisionError: nobody is left (test_run.py:")
    assert result.summary.at["supervision_mean", "mean"] == 0.5
    assert not result.interrupted


def test_ctrl_c_keeps_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop_at_third(scenario: Scenario, years: int, replication: int, seed: int) -> Outcome:
        if replication == 3:
            raise KeyboardInterrupt
        return outcome(replication, 0.5)

    monkeypatch.setattr(samenspel.experiments.runs.run, "replicate", stop_at_third)
    seen: list[tuple[int, int]] = []
    result = run(BASELINE, years=1, replications=10, progress=lambda done, of, _: seen.append((done, of)))
    assert result.interrupted
    assert len(result.finished) == 2
    assert seen == [(1, 10), (2, 10)]


@pytest.mark.parametrize("swallowed", ["finishes", "fails"])
def test_an_interrupt_that_a_library_swallows_still_stops_the_run(
    monkeypatch: pytest.MonkeyPatch, swallowed: str
) -> None:
    def swallow(scenario: Scenario, years: int, replication: int, seed: int) -> Outcome:
        if replication == 3:
            try:
                signal.raise_signal(signal.SIGINT)
            except KeyboardInterrupt:
                if swallowed == "fails":
                    raise RuntimeError("half compiled") from None
        return outcome(replication, 0.5)

    monkeypatch.setattr(samenspel.experiments.runs.run, "replicate", swallow)
    before = signal.getsignal(signal.SIGINT)
    result = run(BASELINE, years=1, replications=10)
    assert result.interrupted
    assert not result.failures
    assert len(result.finished) == (3 if swallowed == "finishes" else 2)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_worker_that_dies_costs_nothing_but_time(small: RunResult, tmp_path: Path) -> None:
    """The first to live the second replication is killed in it, so that another process does it again."""
    with Interrupts() as interrupts:
        work = _Work(Deadly(BASELINE, 1, 7, tmp_path / "killed"), 3, interrupts, None)
        work.do(2)
    assert (tmp_path / "killed").exists()
    assert [work.outcomes[k].digest for k in (1, 2, 3)] == [one.digest for one in small.outcomes]


@dataclass(frozen=True)
class Deadly(Replications):
    killed: Path = Path()

    def do(self, job: Job) -> Outcome:
        if job.replication == 2 and not self.killed.exists():
            self.killed.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return Replications.do(self, job)


def test_where_no_process_can_start_a_run_is_done_here(monkeypatch: pytest.MonkeyPatch, small: RunResult) -> None:
    monkeypatch.setattr("samenspel.experiments.engine.executors.work", os._exit)
    assert run(BASELINE, years=1, seed=7, replications=3, workers=2).fingerprint == small.fingerprint


def test_what_the_user_has_to_mend_comes_from_another_process_as_it_is() -> None:
    with Interrupts() as interrupts, pytest.raises(InputFaults, match="own"):
        _Work(Faulty(BASELINE, 1, 1), 2, interrupts, None).do(2)


class Faulty(Replications):
    def do(self, job: Job) -> Outcome:
        raise InputFaults([Fault("own.toml", "sites", "none", Phrase("one", "een"))])


def test_a_run_of_failures_only_has_tables_without_values() -> None:
    result = RunResult(BASELINE, 1, 1, 1, (Outcome(1, 1, error="ValueError: no"),))
    assert result.summary["mean"].isna().all()
    assert result.weekly.empty
    assert result.clusters.empty
    assert RunReport(result).document()["indicators"]["supervision_mean"]["mean"] is None


# --- what is left behind ---------------------------------------------------------------------------------------------


def test_the_document_holds_what_is_promised(small: RunResult) -> None:
    read = json.loads(as_json(RunReport(small).document()))
    assert read["scenario"] == "baseline"
    assert (read["seed"], read["years"], read["replications"]) == (7, 1, 3)
    assert read["parameters"] == dict(BASELINE.values)
    assert list(read["indicators"]) == list(INDICATORS)
    assert set(read["indicators"]["coverage"]) == {"mean", "low", "high", "unit"}
    assert read["indicators"]["supervision_mean_mbo"]["mean"] is None
    assert read["fingerprint"] == small.fingerprint


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("Mean", "Unit", "0.500")), ("nl", ("Gemiddelde", "Eenheid", "0,500"))]
)
def test_a_table_is_in_one_language(
    lang: Any, words: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    RunReport(by_hand(0.25, 0.75)).show(lang)
    shown = capsys.readouterr().out
    meaning = INDICATORS["supervision_mean"]
    assert all(word in shown.split() for word in words)
    assert (meaning.nl if lang == "nl" else meaning.en) in shown


def test_the_files_hold_the_tables(small: RunResult, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "results"
    write(RunReport(small, folder), "nl")
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "clusters.csv",
        "findings.txt",
        "groups.csv",
        "indicators.csv",
        "replications.csv",
        "run.json",
        "weekly.csv",
    }
    with (folder / "indicators.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["indicator"] for row in rows] == list(INDICATORS)
    assert float(rows[0]["mean"]) == small.summary["mean"].iloc[0]
    assert len(pd.read_csv(folder / "weekly.csv")) == 40
    assert len(pd.read_csv(folder / "replications.csv")) == 3
    assert len(pd.read_csv(folder / "clusters.csv")) == 15
    assert set(pd.read_csv(folder / "groups.csv")["by"]) == {"role", "programme", "year", "board"}
    assert json.loads((folder / "run.json").read_text(encoding="utf-8")) == RunReport(small).document()
    assert "geen voorspelling" in (folder / "findings.txt").read_text(encoding="utf-8")


def test_no_name_that_a_person_gave_becomes_a_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    world = BASELINE.world
    boards = {board.name: "=1+1" if at == 0 else board.name for at, board in enumerate(world.boards)}
    clusters = {one.name: f"{sign}{one.name}" for one, sign in zip(world.clusters, "=+-@" * 9, strict=False)}
    harmful = replace(
        world,
        boards=tuple(replace(one, name=boards[one.name]) for one in world.boards),
        clusters=tuple(replace(one, name=clusters[one.name], board=boards[one.board]) for one in world.clusters),
        sites=tuple(
            replace(one, board=boards[one.board], cluster=clusters.get(one.cluster, one.cluster)) for one in world.sites
        ),
    )
    result = run(replace(BASELINE, world=harmful), years=1, replications=1, workers=1)
    write(RunReport(result, tmp_path), "en")
    named = pd.read_csv(tmp_path / "clusters.csv")["cluster"].tolist()
    assert named[:5] == [f"'{name}" for name in result.clusters["cluster"][:5]]
    assert "'=1+1" in set(pd.read_csv(tmp_path / "groups.csv")["group"])
    for path in tmp_path.glob("*.csv"):
        cells = [cell for line in csv.reader(path.open(encoding="utf-8", newline="")) for cell in line]
        assert not [cell for cell in cells if cell.startswith(FORMULAS) and not _is_number(cell)], path.name


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_csv_changes_nothing_but_texts_that_look_like_formulas() -> None:
    table = pd.DataFrame({"text": ["a", "=a", None], "mixed": [1, 2.5, "-x"], "figure": [-1.5, 0.0, math.inf]})
    whole = pd.Series([1, 2.5, None], dtype=object)
    assert as_csv(table.assign(whole=whole)) == "text,mixed,figure,whole\na,1,-1.5,1\n'=a,2.5,0.0,2.5\n,'-x,inf,\n"
    harmless = table[["figure"]].assign(whole=whole)
    assert as_csv(harmless) == harmless.to_csv(index=False, lineterminator="\n")


def test_there_is_one_way_to_write_a_table_as_csv() -> None:
    sources = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    assert [path.name for path in sources if ".to_csv(" in path.read_text(encoding="utf-8")] == ["documents.py"]


def test_the_weekly_table_is_the_mean_over_replications(small: RunResult) -> None:
    expected = np.mean([one.weekly["students_inside"].to_numpy() for one in small.outcomes], axis=0)
    np.testing.assert_allclose(small.weekly["students_inside"], expected)
