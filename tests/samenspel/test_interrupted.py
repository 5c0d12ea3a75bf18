"""Designs are compared in the worlds and replications that all of them have finished, however a sweep ended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from pandas.testing import assert_frame_equal

from samenspel.experiments.output.reports import write as write_report
from samenspel.experiments.statistics.shared import in_common, share
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.parts import write
from samenspel.experiments.sweeps.report import SweepReport, sentences
from samenspel.experiments.sweeps.results import Results, load
from samenspel.experiments.sweeps.runner import Ending, queue_of, sweep
from samenspel.experiments.sweeps.work import Measured
from samenspel.model.input.scenario import Scenario
from tests.cheap_runs import fails_here, finish, same, undisturbed

WORLDS = 12


def by_world(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Across years is better by 0.1 in every world, and worlds differ by much more."""
    value = float(scenario.values["peer_relief"]) * 5 + 0.1 * bool(scenario.values["cross_year"]) + (seed % 97) / 1e4
    return Measured(dict.fromkeys(record.indicators, value))


def of_worlds(replications: int = 3, **more: Any) -> Study:
    return Study.of(
        {
            "replications": replications,
            "years": 1,
            "levers": {"cross_year": [True, False]},
            "uncertainties": {"peer_relief": "declared"},
            "design": {"kind": "latin-hypercube", "points": WORLDS},
            "record": {"indicators": ["coverage", "graduates"]},
            **more,
        }
    )


def keep_only(folder: Path, wanted: Any) -> None:
    """Leave the runs of which point and replication satisfy a test, as an interruption would."""
    for path in sorted((folder / "runs").glob("*.parquet")):
        runs = pq.read_table(path)
        kept = [
            wanted(*place) for place in zip(runs["point"].to_pylist(), runs["replication"].to_pylist(), strict=True)
        ]
        if write(path.parent, runs.filter(np.array(kept))) != path.name:
            path.unlink()


def interrupted(folder: Path, wanted: Any, made: Study | None = None) -> Results:
    sweep(made or of_worlds(), folder, workers=0, simulate=by_world)
    keep_only(folder, wanted)
    return load(folder)


def report(results: Results) -> SweepReport:
    return SweepReport(Ending(results.folder, 1, 1, 0, 0))


def of(table: pd.DataFrame, design: int, indicator: str = "coverage") -> pd.Series:
    return table.set_index(["design", "indicator"]).loc[(design, indicator)]


# --- what is compared ------------------------------------------------------------------------------------------------


def test_designs_that_finished_other_worlds_are_compared_in_those_they_share(tmp_path: Path) -> None:
    """The first design has all worlds, the second the four first; their difference is 0.1 in every world."""
    results = interrupted(tmp_path, lambda point, replication: point < WORLDS + 4)
    first, second = (of(results.summary, design) for design in (0, 1))
    assert first["mean"] - second["mean"] == pytest.approx(0.1)
    assert of(results.differences, 1)["mean"] == pytest.approx(-0.1)
    for row in (first, second, of(results.differences, 1)):
        assert (row["worlds"], row["replications"]) == (4, 3)
    runs = results.runs[results.runs["point"] % WORLDS < 4]
    assert second["mean"] == pytest.approx(runs[runs["point"] >= WORLDS]["coverage"].mean())
    assert first["worlds_high"] == pytest.approx(
        runs[runs["point"] < WORLDS].groupby("point")["coverage"].mean().quantile(0.95)
    )
    said = {lang: sentences(results, lang)[0] for lang in ("en", "nl")}  # type: ignore[arg-type]
    assert said == {
        "en": "4 of 12 worlds are finished for all designs; only those are compared.",
        "nl": "4 van 12 werelden zijn voor alle ontwerpen klaar; alleen die worden vergeleken.",
    }


def test_all_that_is_finished_is_compared_without_a_word(tmp_path: Path) -> None:
    results = interrupted(tmp_path, lambda point, replication: True)
    assert set(results.summary["worlds"]) == {WORLDS}
    assert set(results.summary["replications"]) == {3}
    assert "compared" not in " ".join(sentences(results, "en"))


def test_a_round_that_was_interrupted_leaves_the_round_before(tmp_path: Path) -> None:
    made = of_worlds(2, precision={"half_width": 1e-9, "indicators": ["coverage"], "at_most": 4})
    results = interrupted(tmp_path, lambda point, replication: replication <= 2 or point % WORLDS < 5, made)
    assert (results.shared.worlds, results.shared.replications) == (WORLDS, 2)
    assert "2 of 4 replications are finished for all designs" in sentences(results, "en")[0]


def test_with_one_world_replications_are_shared(tmp_path: Path) -> None:
    undisturbed(tmp_path)
    keep_only(tmp_path, lambda point, replication: replication <= 7 - (point == 2))
    results = load(tmp_path)
    assert set(results.summary["replications"]) == {6}
    assert results.replications_needed.max() in (*range(7), np.inf)
    assert (
        sentences(results, "nl")[0]
        == "6 van 10 herhalingen zijn voor alle ontwerpen klaar; alleen die worden vergeleken."
    )


def test_where_nothing_is_shared_nothing_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = interrupted(tmp_path, lambda point, replication: point < WORLDS)
    assert len(results.summary) == len(results.differences) == 0
    assert sentences(results, "en") == ["No world is finished for all designs yet, so there is nothing to compare."]
    report(results).show("nl")
    assert "Nog geen enkele wereld is voor alle ontwerpen klaar" in capsys.readouterr().out
    folder = write_report(report(results), "en")
    assert not list(folder.glob("figure-*"))
    assert json.dumps(report(results).document())


def test_a_failed_run_is_left_out_for_all_designs_and_told(tmp_path: Path) -> None:
    whole = undisturbed(tmp_path / "whole")
    finish(tmp_path / "failed", simulate=fails_here)
    results = load(tmp_path / "failed")
    assert set(results.summary["replications"]) == {9}
    others = whole[(whole["point"] == 0) & (whole["replication"] != 3)]
    assert of(results.summary, 0)["mean"] == pytest.approx(others["coverage"].mean())
    assert "In 1 of 10 combinations of world and replication a run failed" in sentences(results, "en")[0]
    assert "In 1 van 10 combinaties van wereld en herhaling mislukte een run" in sentences(results, "nl")[0]


def never_alone(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    if not scenario.values["cross_year"]:
        raise ZeroDivisionError("hopeless")
    return by_world(scenario, years, seed, record)


def test_a_design_that_always_fails_takes_nothing_from_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sweep(of_worlds(2), tmp_path, workers=0, simulate=never_alone)
    results = load(tmp_path)
    assert set(results.summary["design"]) == {0}
    assert set(results.summary["worlds"]) == {WORLDS}
    told = "These designs are not compared, because every run of them failed: cross_year false."
    assert sentences(results, "en")[0] == told
    report(results).show("en")
    assert "cross_year true" in capsys.readouterr().out


def test_the_block_that_is_shared_is_whole() -> None:
    """Two designs, four worlds, five replications; one gap in the last world and one in a first replication."""
    rows = [
        (d, w, r) for d in range(2) for w in range(4) for r in range(1, 6) if (w, r) not in {(3, 5), (3, 4), (0, 1)}
    ]
    found = share(pd.DataFrame(rows, columns=["design", "world", "replication"]).assign(status="done"), 2)
    cells = found.runs.groupby("design")[["world", "replication"]].apply(
        lambda table: set(map(tuple, table.to_numpy()))
    )
    assert cells[0] == cells[1]
    assert len(cells[0]) == found.worlds * found.replications == 12


def test_a_world_that_one_design_lacks_is_left_out_for_all_that_have_runs() -> None:
    rows = [(d, w, r) for d in ("a", "b") for w in range(2) for r in (1, 2) if (d, w, r) != ("b", 1, 2)]
    found = in_common(pd.DataFrame(rows, columns=["variant", "world", "replication"]), "variant")
    assert [tuple(row) for row in found.to_numpy()] == [row for row in rows if row[1:] != (1, 2)]


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_numbers_stand_in_every_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = interrupted(tmp_path, lambda point, replication: point % WORLDS < 4)
    report(results).show("en")
    told = capsys.readouterr().out
    assert "4 × 3" in told
    assert "n: worlds × replications" in told
    folder = write_report(report(results), "en")
    for name in ("summary", "differences", "figure-summary", "figure-differences"):
        table = pd.read_csv(folder / f"{name}.csv")
        assert set(table["worlds"]) == {4}
        assert set(table["replications"]) == {3}
    drawn = (folder / "figure-summary.svg").read_text(encoding="utf-8")
    assert "4 of 12 worlds are finished for all designs" in drawn
    told_plainly = report(results).document()
    assert told_plainly["compared"] == {
        "worlds": 4, "of_worlds": 12, "replications": 3, "of_replications": 3, "failed": 0, "without": [],
    }  # fmt: skip
    assert {(row["worlds"], row["replications"]) for row in told_plainly["summary"]} == {(4, 3)}


# --- the order of the work -------------------------------------------------------------------------------------------


def test_work_goes_out_world_by_world() -> None:
    made = of_worlds()
    queue = queue_of(made, np.arange(2 * WORLDS * 3), upto=3)
    jobs = [(job.point, job.replication) for job in queue.next(2 * WORLDS * 3)]
    assert jobs[:6] == [(0, 1), (WORLDS, 1), (0, 2), (WORLDS, 2), (0, 3), (WORLDS, 3)]
    assert [point % WORLDS for point, _ in jobs] == sorted(list(range(WORLDS)) * 6)
    assert len(set(jobs)) == 2 * WORLDS * 3


def test_work_can_go_out_point_by_point() -> None:
    made = of_worlds()
    queue = queue_of(made, np.array([4, 0, 1, 2]), upto=3, by_point=True)
    assert [(job.point, job.replication) for job in queue.next(4)] == [(0, 1), (0, 2), (0, 3), (1, 2)]


def test_an_interrupted_sweep_has_whole_worlds_and_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    made = of_worlds()
    sweep(made, tmp_path / "whole", workers=0, simulate=by_world)

    def stop(done: int, asked: int, failed: int) -> None:
        if done >= 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sweep(made, tmp_path / "out", workers=0, simulate=by_world, chunk=5, progress=stop)
    results = load(tmp_path / "out")
    assert (len(results.runs), results.shared.worlds, results.shared.replications) == (30, 5, 3)
    sweep(made, tmp_path / "out", workers=2, simulate=by_world, chunk=7)
    whole = load(tmp_path / "whole")
    same(whole.runs, load(tmp_path / "out").runs)
    assert_frame_equal(whole.summary, load(tmp_path / "out").summary, check_exact=True)
