"""The folder of a sweep: what it refuses, what it finds damaged, and what it remembers."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

import samenspel.experiments.sweeps.manifest
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.identity import identity
from samenspel.experiments.sweeps.lock import Lock
from samenspel.experiments.sweeps.manifest import as_toml
from samenspel.experiments.sweeps.results import load
from samenspel.experiments.sweeps.runner import sweep
from samenspel.experiments.sweeps.store import Store
from samenspel.model.input.faults import InputFaults
from tests.cheap_runs import fails, finish, quick, same, study, undisturbed


def refused(folder: Path, made: Study) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        sweep(made, folder, workers=0, simulate=quick)
    assert [fault.text("nl") for fault in caught.value.faults]
    return [fault.text("en") for fault in caught.value.faults]


def contents(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*.parquet")}


# --- what is written -------------------------------------------------------------------------------------------------


def test_the_folder_is_as_promised(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "sweep"
    sweep(study(2, record={"by": ["role"]}), folder, workers=0)
    assert {"study.toml", "manifest.json", "runs"} <= {path.name for path in folder.iterdir()}
    runs = pd.read_parquet(folder / "runs")
    head = ["run_id", "point", "replication", "seed", "status", "error", "cross_year", "mentor_hours"]
    assert list(runs)[: len(head)] == head
    assert runs["run_id"].nunique() == len(runs) == 8
    assert runs.groupby("replication")["seed"].nunique().eq(1).all(), "all points share their luck"
    described = json.loads((folder / "manifest.json").read_text())
    assert {"samenspel", "code", "seeds", "machine"} <= set(described)
    assert Study.load(folder / "study.toml").document["levers"] == study().document["levers"]
    groups = load(folder).groups
    assert set(groups["group"]) == {"hbo"}


def test_a_folder_keeps_its_table_of_points(tmp_path: Path) -> None:
    (tmp_path / "own.csv").write_text("mentor_hours,cross_year\n1.5,true\n2,false\n")
    made = Study.of({"design": {"kind": "table", "file": "own.csv"}, "replications": 1}, folder=tmp_path)
    sweep(made, tmp_path / "out", workers=0, simulate=quick)
    again = Study.load(tmp_path / "out" / "study.toml")
    assert list(again.points) == list(made.points)
    (tmp_path / "own.csv").write_text("mentor_hours,cross_year\n1.5,true\n2.5,false\n")
    other = Study.of(dict(made.document), folder=tmp_path)
    assert "other points" in refused(tmp_path / "out", other)[0]


def test_toml_is_written_as_it_is_read() -> None:
    import tomllib

    document = {"a": 'q"uo\\te é', "b": 1.5, "t": {"x": [True, 1, "z"], "y": {"low": -1e-5, "high": 2}}}
    assert tomllib.loads(as_toml(document)) == document


def test_a_finished_chunk_is_never_run_again(tmp_path: Path) -> None:
    undisturbed(tmp_path, chunk=3)
    before = contents(tmp_path)
    finish(tmp_path, chunk=5)
    assert contents(tmp_path) == before


# --- what is refused -------------------------------------------------------------------------------------------------


def test_a_changed_study_is_refused_with_every_difference(tmp_path: Path) -> None:
    undisturbed(tmp_path)
    told = refused(tmp_path, study(12, levers={"cross_year": [True, False], "mentor_hours": [2.0, 1.0]}))
    assert len(told) == 2
    assert "study.toml, replications: found 12; allowed: 10, with which this sweep was begun" in told[0]
    assert "levers.mentor_hours: found [2.0, 1.0]" in told[1]


def test_changed_code_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    undisturbed(tmp_path)
    monkeypatch.setattr(samenspel.experiments.sweeps.manifest, "code_digest", lambda: "0" * 64)
    assert "manifest.json, code" in refused(tmp_path, study())[0]


def test_titles_and_the_time_limit_may_change(tmp_path: Path) -> None:
    undisturbed(tmp_path)
    sweep(study(title="Another", time_limit=5), tmp_path, workers=0, simulate=quick)


def test_a_folder_of_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("all my work")
    assert "thesis.docx" in refused(tmp_path, study())[0]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != ".lock") == ["thesis.docx"]
    (tmp_path / "file").write_text("")
    assert "found a file" in refused(tmp_path / "file", study())[0]
    for reader in (load, lambda folder: sweep(study(), folder, workers=0)):
        (tmp_path / "broken").mkdir(exist_ok=True)
        (tmp_path / "broken" / "manifest.json").write_text("{")
        with pytest.raises(InputFaults, match=r"no readable manifest\.json"):
            reader(tmp_path / "broken")


def test_nothing_to_read_yet(tmp_path: Path) -> None:
    with Store(tmp_path, study()):
        pass
    with pytest.raises(InputFaults, match="no finished runs yet"):
        load(tmp_path)


def test_a_second_one_is_told_who_is_there(tmp_path: Path) -> None:
    lock = Lock(tmp_path)
    with pytest.raises(InputFaults, match=f"another sweep at work \\(pid {os.getpid()}"):
        Lock(tmp_path)
    lock.release()
    Lock(tmp_path).release()


# --- what is damaged -------------------------------------------------------------------------------------------------


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def alter(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut, alter, empty, Path.unlink])
@pytest.mark.parametrize("kind", ["runs", "weekly"])
def test_damaged_parts_are_put_aside_and_done_again(tmp_path: Path, kind: str, damage: Any) -> None:
    made = study(2, record={"weekly": True, "indicators": ["coverage"]})
    sweep(made, tmp_path / "sweep", workers=0, chunk=3)
    whole = load(tmp_path / "sweep")
    runs, weekly = whole.runs, whole.weekly
    damage(sorted((tmp_path / "sweep" / kind).glob("*.parquet"))[0])
    ending = sweep(made, tmp_path / "sweep", workers=0, chunk=2)
    again = load(tmp_path / "sweep")
    same(runs, again.runs)
    same(weekly, again.weekly)
    assert ending.damaged == (0 if (kind, damage) == ("runs", Path.unlink) else 1)


def test_what_a_killed_writer_left_is_swept_up(tmp_path: Path) -> None:
    runs = undisturbed(tmp_path)
    half = tmp_path / "runs" / ".part-x.parquet.123"
    half.write_bytes(b"half")
    finish(tmp_path)
    assert not half.exists()
    same(runs, load(tmp_path).runs)


def test_a_full_disk_is_told_and_keeps_what_there_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = undisturbed(tmp_path / "whole")
    real, left = os.fsync, [8]  # file and folder, of the manifest and of three parts

    def fsync(number: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(number)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(InputFaults, match="no room left on the disk"):
        finish(tmp_path / "full", chunk=4)
    assert len(load(tmp_path / "full").runs) == 12
    assert not [path for path in (tmp_path / "full" / "runs").iterdir() if path.name.startswith(".")]
    monkeypatch.undo()
    finish(tmp_path / "full")
    same(expected, load(tmp_path / "full").runs)


# --- failed runs -----------------------------------------------------------------------------------------------------


def test_failed_runs_are_rows_and_are_done_again_when_asked(tmp_path: Path) -> None:
    expected = undisturbed(tmp_path / "whole")
    ending = finish(tmp_path / "failed", simulate=fails, chunk=7)
    assert (ending.done, ending.failed) == (40, 4)
    failures = load(tmp_path / "failed").failures
    assert failures["error"].str.contains("ZeroDivisionError: bad luck").all()
    assert failures["coverage"].isna().all()
    assert finish(tmp_path / "failed").failed == 4, "not unasked"
    assert finish(tmp_path / "failed", retry_failed=True).failed == 0
    same(expected, load(tmp_path / "failed").runs)


def test_a_retry_that_was_killed_between_two_files_counts_nothing_twice(tmp_path: Path) -> None:
    finish(tmp_path, simulate=fails, chunk=7)
    part = next(path for path in (tmp_path / "runs").iterdir() if "failed" in pq.read_table(path)["status"].to_pylist())
    content = part.read_bytes()
    with Store(tmp_path, study(), identity(quick)) as store:
        store.forget_failed()
    part.write_bytes(content)
    finish(tmp_path)
    assert len(load(tmp_path).runs) == 40
    assert load(tmp_path).runs["run_id"].is_unique
