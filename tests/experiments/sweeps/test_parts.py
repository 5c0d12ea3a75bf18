"""No number of a sweep changes silently: whatever happens to its folder is told, or changes nothing."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from pandas.testing import assert_frame_equal

import samenspel
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.manifest import read_manifest
from samenspel.experiments.sweeps.parts import SWEEP, write
from samenspel.experiments.sweeps.results import Results, load
from samenspel.experiments.sweeps.runner import sweep
from samenspel.experiments.sweeps.store import Mended
from samenspel.experiments.sweeps.work import Measured
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from tests.cheap_runs import finish, quick, same, study, undisturbed

FLIPS, FLIPS_BEFORE_GOING_ON = 500, 44
MANIFEST = "manifest.json"


def with_weeks(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Cheap numbers, three weeks and a group."""
    numbers = quick(scenario, years, seed, record).last_year
    weeks: NDArray[np.void] = pd.DataFrame(
        {"school_year": 1, "week": [1, 2, 3], **{name: numbers[name] + np.arange(3) for name in record.indicators}}
    ).to_records(index=False)
    group = pd.DataFrame([{"role": "hbo", "students": 10.0, "supervision_mean": numbers["coverage"]}])
    return Measured(numbers, weeks, {"role": group})


def small(seed: int = 1, **more: Any) -> Study:
    record = {"weekly": True, "by": ["role"], "indicators": ["coverage", "graduates"]}
    return study(3, record=record, seed=seed, title="Small", **more)


def swept(folder: Path, made: Study | None = None) -> Results:
    sweep(made or small(), folder, workers=0, simulate=with_weeks, chunk=4)
    return load(folder)


def tables(results: Results) -> list[pd.DataFrame]:
    return [results.runs, results.weekly, results.groups, results.summary, results.differences, results.designs]


def is_same(results: Results, others: list[pd.DataFrame]) -> bool:
    for one, other in zip(tables(results), others, strict=True):
        try:
            assert_frame_equal(one, other, check_exact=True)
        except AssertionError:
            return False
    return True


def files_of(folder: Path) -> list[Path]:
    kinds = ("runs", "weekly", "groups")
    return [
        *sorted(path for kind in kinds for path in (folder / kind).iterdir()),
        folder / MANIFEST,
        folder / "study.toml",
    ]


def flips(folder: Path, number: int, luck: np.random.Generator) -> Any:
    """Flip single random bits, each file as often, and put each back."""
    files = files_of(folder)
    for at in range(number):
        path = files[at % len(files)]
        whole = path.read_bytes()
        flipped = bytearray(whole)
        flipped[luck.integers(len(whole))] ^= 1 << int(luck.integers(8))
        path.write_bytes(flipped)
        yield path
        path.write_bytes(whole)


def test_no_flipped_bit_changes_a_number_silently(tmp_path: Path) -> None:
    before = tables(swept(tmp_path))
    found: Counter[tuple[str, str]] = Counter()
    for path in flips(tmp_path, FLIPS, np.random.default_rng(3)):
        try:
            what = "harmless" if is_same(load(tmp_path), before) else "silent"
        except InputFaults:
            what = "told"
        found[path.name if path.parent == tmp_path else path.parent.name, what] += 1
    print(dict(found))
    assert sum(found.values()) == FLIPS
    assert not [what for _, what in found if what == "silent"]
    assert {kind for kind, what in found if what == "told"} == {"runs", "weekly", "groups", MANIFEST}
    assert {kind for kind, what in found if what == "harmless"} <= {"study.toml", MANIFEST}


def test_a_sweep_goes_on_from_any_flipped_bit_to_the_same_tables(tmp_path: Path, recwarn: Any) -> None:
    before = tables(swept(tmp_path / "whole"))
    folder, told = tmp_path / "out", 0
    shutil.copytree(tmp_path / "whole", folder)
    for path in flips(folder, FLIPS_BEFORE_GOING_ON, np.random.default_rng(4)):
        recwarn.clear()
        results = swept(folder)
        assert is_same(results, before), path
        mended = [str(warning.message) for warning in recwarn if isinstance(warning.message, Mended)]
        assert len(mended) == (0 if path.name == "study.toml" else 1), path
        assert not mended or str(path if path.name != MANIFEST else folder) in mended[0]
        told += len(mended)
        shutil.rmtree(folder)
        shutil.copytree(tmp_path / "whole", folder)
    assert told > FLIPS_BEFORE_GOING_ON / 2


# --- parts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["weekly", "groups"])
def test_a_damaged_table_beside_the_runs_is_told_when_it_is_asked_for(tmp_path: Path, kind: str) -> None:
    swept(tmp_path)
    path = sorted((tmp_path / kind).iterdir())[0]
    path.write_bytes(path.read_bytes()[:-1])
    results = load(tmp_path)
    with pytest.raises(InputFaults, match="bytes that do not fit the checksum in its name") as caught:
        getattr(results, kind)
    assert caught.value.faults[0].file == str(path)


def test_every_damaged_part_is_told_at_once(tmp_path: Path) -> None:
    swept(tmp_path)
    for path in (tmp_path / "runs").iterdir():
        path.write_bytes(b"PAR1")
    with pytest.raises(InputFaults) as caught:
        load(tmp_path)
    assert len(caught.value.faults) == len(list((tmp_path / "runs").iterdir())) == 3


def foreign(folder: Path) -> Path:
    """A part of the same study with another seed."""
    swept(folder, small(seed=2))
    return sorted((folder / "runs").iterdir())[0]


def renamed(folder: Path, changed: Callable[[pd.DataFrame], None]) -> Path:
    """A part of which a number was changed, with a name that fits its bytes."""
    path = sorted((folder / "runs").iterdir())[0]
    table = pq.read_table(path)
    frame = table.to_pandas()
    changed(frame)
    path.unlink()
    made = pa.Table.from_pandas(frame, schema=table.schema, preserve_index=False)
    return folder / "runs" / write(path.parent, made.replace_schema_metadata(table.schema.metadata))


def test_runs_of_another_sweep_are_refused_and_put_aside(tmp_path: Path) -> None:
    before = tables(swept(tmp_path / "out"))
    theirs = foreign(tmp_path / "other")
    copied = Path(shutil.copy(theirs, tmp_path / "out" / "runs"))
    with pytest.raises(InputFaults, match=f"{copied}: found runs of another sweep; allowed: runs of this sweep only"):
        load(tmp_path / "out")
    with pytest.warns(Mended, match=str(copied)):
        assert is_same(swept(tmp_path / "out"), before)
    assert (tmp_path / "out" / "damaged" / f"runs-{copied.name}").is_file()


@pytest.mark.parametrize("kind", ["weekly", "groups"])
def test_tables_that_belong_to_no_run_are_never_used(tmp_path: Path, kind: str) -> None:
    before = tables(swept(tmp_path / "out"))
    foreign(tmp_path / "other")
    for path in (tmp_path / "other" / kind).iterdir():
        shutil.copy(path, tmp_path / "out" / kind)
    assert is_same(load(tmp_path / "out"), before)
    with pytest.warns(Mended, match="a file to which no finished run belongs"):
        assert is_same(swept(tmp_path / "out"), before)


@pytest.mark.parametrize(
    ("column", "value"), [("mentor_hours", 1.25), ("seed", 5), ("replication", 9), ("run_id", "x"), ("point", 99)]
)
def test_runs_that_are_not_what_their_name_says_are_refused(tmp_path: Path, column: str, value: Any) -> None:
    before = tables(swept(tmp_path))

    def changed(frame: pd.DataFrame) -> None:
        frame.loc[0, column] = value

    path = renamed(tmp_path, changed)
    with pytest.raises(InputFaults, match=f"{path}, point .*: found 1 of 4 runs whose run_id or seed does not fit"):
        load(tmp_path)
    with pytest.warns(Mended, match=str(path)):
        assert is_same(swept(tmp_path), before)


def test_two_results_of_one_run_are_refused(tmp_path: Path) -> None:
    swept(tmp_path)
    path = sorted((tmp_path / "runs").iterdir())[0]
    kept = path.read_bytes()

    def changed(frame: pd.DataFrame) -> None:
        frame["coverage"] += 1

    renamed(tmp_path, changed)
    path.write_bytes(kept)
    with pytest.raises(InputFaults, match="found two different results; allowed: one"):
        _ = load(tmp_path).runs


# --- the manifest ----------------------------------------------------------------------------------------------------


def with_worlds(path: Path) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | {"worlds": 2}))


@pytest.mark.parametrize("harm", [Path.unlink, with_worlds, lambda path: path.write_text("{")])
def test_a_lost_manifest_is_told_and_made_anew_from_the_study_and_the_parts(tmp_path: Path, harm: Any) -> None:
    before, manifest = tables(swept(tmp_path)), read_manifest(tmp_path)
    harm(tmp_path / MANIFEST)
    with pytest.raises(InputFaults, match=f"allowed: one that the sweep wrote; .* sweep {tmp_path}/study.toml"):
        load(tmp_path)
    with pytest.warns(Mended, match="it has been made anew from the study and the runs") as told:
        results = swept(tmp_path, Study.load(tmp_path / "study.toml"))
    assert len(str(told[0].message).splitlines()) == 1
    assert is_same(results, before)
    assert read_manifest(tmp_path)[SWEEP] == manifest[SWEEP]
    assert not (tmp_path / "damaged").exists()


def test_a_folder_of_another_sweep_without_manifest_is_left_alone(tmp_path: Path) -> None:
    swept(tmp_path)
    (tmp_path / MANIFEST).unlink()
    before = files = sorted(tmp_path.rglob("*.parquet"))
    with pytest.raises(InputFaults, match="found runs of another sweep, and no manifest"):
        swept(tmp_path, small(seed=2))
    assert sorted(tmp_path.rglob("*.parquet")) == before == files


def test_the_manifest_is_on_the_disk_before_any_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    monkeypatch.setattr("os.fsync", lambda number: synced.append(Path(f"/proc/self/fd/{number}").readlink().name))
    undisturbed(tmp_path / "out")
    assert synced[0].startswith(".manifest.json")
    assert synced[1] == "out"


# --- what is told ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "made_anew", "moved"),
    [
        ("en", "it has been made anew from the study and the runs", "Such files were moved to"),
        ("nl", "het is opnieuw gemaakt uit de studie en de runs", "Zulke bestanden zijn naar"),
    ],
)
def test_the_command_tells_what_was_mended(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, lang: str, made_anew: str,
    moved: str,
) -> None:  # fmt: skip
    monkeypatch.setitem(sweep.__kwdefaults__, "simulate", quick)
    monkeypatch.setitem(sweep.__kwdefaults__, "chunk", 2)
    (tmp_path / "own.toml").write_text("replications = 2\nyears = 1\n[levers]\ncross_year = [true, false]\n")
    out = tmp_path / "out"
    command = ["sweep", str(tmp_path / "own.toml"), "--out", str(out), "--workers", "0", "--lang", lang]
    assert samenspel.main(command) == 0
    first = sorted((out / "runs").iterdir())[0]
    first.write_bytes(first.read_bytes()[:-1])
    (out / MANIFEST).write_text("{")
    capsys.readouterr()
    assert samenspel.main(["discover", str(out), "--lang", lang]) == 2
    assert samenspel.main(command) == 0
    told = capsys.readouterr().err
    assert str(first) in told
    assert made_anew in told
    assert moved in told
    assert "Warning" not in told


def test_a_retry_beside_the_part_it_replaces_counts_nothing_twice_when_read(tmp_path: Path) -> None:
    runs = undisturbed(tmp_path, chunk=20)
    path = sorted((tmp_path / "runs").iterdir())[0]
    write(path.parent, pq.read_table(path).slice(3))
    same(runs, load(tmp_path).runs)
    finish(tmp_path)
    same(runs, load(tmp_path).runs)
