"""Part files of a sweep: written whole, named by the checksum of their bytes, and believed only when all is right.

A part with runs names the sweep it belongs to and the weekly and group parts beside it, so these are as sure as it is.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from samenspel.experiments.study.seeds import seed_of
from samenspel.experiments.sweeps.work import RunIds
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message

KINDS = ("runs", "weekly", "groups")
SWEEP = "sweep"  # the metadata of a part with runs that names its sweep
HEAD = ("run_id", "point", "replication", "seed", "status")


# --- bytes -----------------------------------------------------------------------------------------------------------


def keep(path: Path, content: Any) -> None:
    """Write a file that survives a power cut, whole or not at all: beside first, synced, then put in its place."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """See to it that the folder knows its files; Windows does so by itself."""
    if hasattr(os, "O_DIRECTORY"):
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def write(folder: Path, table: pa.Table) -> str:
    """Write one part file and give its name."""
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    content = sink.getvalue()
    folder.mkdir(exist_ok=True)
    name = _name(content)
    keep(folder / name, content)
    return name


def _name(content: Any) -> str:
    return f"part-{hashlib.sha256(content).hexdigest()[:32]}.parquet"


def read(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """The table of a part; `InputFaults` when its bytes are not those that were written."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        if path.parent.name == KINDS[0]:
            raise  # a part that was replaced; those beside are only ever added
        raise InputFaults([Fault(str(path), "", Message("no such file"), _WRITTEN)]) from None
    if _name(content) != path.name:
        found = Message("bytes that do not fit the checksum in its name")  # fmt: skip
        raise InputFaults([Fault(str(path), "", found, _WRITTEN)])
    try:
        return pq.read_table(pa.BufferReader(content), columns=columns)
    except pa.ArrowException:
        found = Message("something that is no table")
        raise InputFaults([Fault(str(path), "", found, _WRITTEN)]) from None


_AGAIN = Message("the command that made the sweep does the runs of such a part again")
_WRITTEN = Message("the part as it was written ({again})", again=_AGAIN)
_OURS = Message("runs of this sweep only ({again})", again=_AGAIN)


def sweeps_in(folder: Path) -> set[str]:
    """The sweeps to which the undamaged parts in a folder belong."""
    found = set()
    for path in sorted((folder / "runs").glob("*.parquet")):
        try:
            found.add(_told(read(path, [])).get(SWEEP, ""))
        except InputFaults:
            continue
    return found


def _told(runs: pa.Table) -> dict[str, str]:
    """What a part with runs says of itself: its sweep, and the parts beside it."""
    metadata = runs.schema.metadata or {}
    return {key: metadata[key.encode()].decode() for key in (SWEEP, *KINDS) if key.encode() in metadata}


def beside(folder: Path, runs: pa.Table) -> dict[str, Path]:
    """The weekly and group parts that belong to a part with runs, by kind."""
    return {kind: folder / kind / name for kind, name in _told(runs).items() if kind in KINDS}


# --- one sweep -------------------------------------------------------------------------------------------------------


class Parts:
    """The parts of one sweep, as its manifest describes it; what does not belong there is refused by `InputFaults`."""

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.run_ids = RunIds(
            manifest["parameters"], [*manifest["levers"], *manifest["uncertainties"]], manifest["partnership"],
            manifest["study"]["years"], manifest["code"], manifest["simulate"],
        )  # fmt: skip
        self.seed = cache(partial(seed_of, manifest["seeds"]["seed"]))

    def write(self, tables: Mapping[str, pa.Table]) -> None:
        """Keep the tables of a finished chunk; its runs come last, for they say that it is finished."""
        others = {kind: write(self.folder / kind, table) for kind, table in tables.items() if kind != "runs"}
        runs = tables["runs"].replace_schema_metadata(others | {SWEEP: self.manifest[SWEEP]})
        write(self.folder / "runs", runs)

    def with_runs(self) -> list[Path]:
        """The files with runs."""
        return sorted((self.folder / "runs").glob("*.parquet"))

    def heads(self, path: Path) -> pa.Table:
        """Of every run in a part where it stands and how it ended."""
        return self._checked(path, read(path, [*HEAD, *self.run_ids.varied]))

    def runs(self, path: Path) -> pa.Table:
        """All columns of a part with runs."""
        return self._checked(path, read(path))

    def _checked(self, path: Path, runs: pa.Table) -> pa.Table:
        if _told(runs).get(SWEEP) != self.manifest[SWEEP]:
            found = Message("runs of another sweep")
            raise InputFaults([Fault(str(path), "", found, _OURS)])
        wrong = [number for number, right in enumerate(self._are_right(runs)) if not right]
        if wrong:
            point, replication = (runs[name][wrong[0]].as_py() for name in ("point", "replication"))
            place = Message("point {point}, replication {replication}", point=point, replication=replication)
            found = Message(
                "{wrong} of {runs} runs whose run_id or seed does not fit their parameters",
                wrong=len(wrong),
                runs=len(runs),
            )
            raise InputFaults([Fault(str(path), place, found, _OURS)])
        return runs

    def _are_right(self, runs: pa.Table) -> list[bool]:
        """Whether each run has the place, the seed and the name that its content gives it."""
        point, replication = places(runs)
        seeds = [self.seed(int(number)) for number in np.maximum(replication, 0) + 1]
        told = zip(self.run_ids.of_rows(runs, seeds), seeds, strict=True)
        here = (point >= 0) & (point < self.manifest["points"]) & (replication >= 0)
        return [
            bool(inside) and one == expected
            for inside, *one, expected in zip(
                here, runs["run_id"].to_pylist(), runs["seed"].to_pylist(), map(list, told), strict=True
            )
        ]


def places(runs: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Point, and replication counted from 0, of these runs."""
    return runs["point"].to_numpy(), runs["replication"].to_numpy() - 1
