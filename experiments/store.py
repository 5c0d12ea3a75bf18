"""The folder of a sweep: what it is a sweep of, and the runs that are finished, in part files.

A part file is written whole, named by the checksum of its bytes, and only then put in its place. So a part that
was cut short or altered is known by its name, and a sweep that was killed at any moment leaves nothing half done.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.lock import Lock
from experiments.manifest import check_folder, describe
from experiments.study import Study
from experiments.work import Tables
from model.faults import Fault, InputFaults, Phrase

KINDS = ("runs", "weekly", "groups")
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Store:
    """The folder of one sweep, held by this process until it is closed."""

    def __init__(self, folder: Path, study: Study) -> None:
        self.folder = folder
        self.study = study
        self.failed = 0
        self.damaged = 0
        self.finished = np.zeros((len(study.points), max(study.replications, study.precision.at_most)), np.bool_)
        self._open()

    def _open(self) -> None:
        check_folder(self.folder)
        with _told_when_full(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(self.folder)
            try:
                describe(self.folder, self.study)
                self._look_through()
            except BaseException:
                self._lock.release()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    # --- parts ---

    def write(self, tables: Tables) -> None:
        """Keep the tables of a finished chunk; its runs come last, for they say that it is finished."""
        with _told_when_full(self.folder):
            beside = {kind: self._part(kind, table) for kind, table in tables.items() if kind != "runs"}
            self._part("runs", tables["runs"].replace_schema_metadata(beside))
        self._note(tables["runs"])

    def _part(self, kind: str, table: pa.Table) -> str:
        """Write one part file and give its name."""
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd")
        content = sink.getvalue()
        folder = self.folder / kind
        folder.mkdir(exist_ok=True)
        name = _name(content)
        beside = folder / f".{name}.{os.getpid()}"
        try:
            with beside.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            os.replace(beside, folder / name)
        finally:
            beside.unlink(missing_ok=True)
        return name

    def _note(self, runs: pa.Table) -> None:
        """Remember which runs are finished."""
        self.finished[_places(runs)] = True
        self.failed += pc.sum(pc.equal(runs["status"], "failed")).as_py() or 0

    def _look_through(self) -> None:
        """Find the runs that are finished; parts that are damaged are put aside, and their runs done again."""
        used = set[Path]()
        for path in sorted((self.folder / "runs").glob("*.parquet")):
            runs = self._whole(path, ["point", "replication", "status"])
            beside = [self.folder / kind / name for kind, name in _beside(runs).items()] if runs is not None else []
            if runs is None or not all(_is_whole(part) for part in beside):
                self._put_aside(path)
            elif self.finished[_places(runs)].any():
                path.unlink()  # its runs stand in another part too: a retry was killed while it replaced this one
            else:
                used.update([path, *beside])
                self._note(runs)
        for kind in KINDS:
            for path in (self.folder / kind).glob("*"):
                if path not in used and path.is_file():
                    self._put_aside(path) if not path.name.startswith(".") else path.unlink()

    def _whole(self, path: Path, columns: list[str]) -> pa.Table | None:
        """The columns of a part, or nothing when its bytes are not those that were written."""
        content = path.read_bytes()
        if _name(content) != path.name:
            return None
        return pq.read_table(pa.BufferReader(content), columns=columns)

    def _put_aside(self, path: Path) -> None:
        """Move what cannot be used out of the way, for somebody to look at."""
        aside = self.folder / "damaged"
        aside.mkdir(exist_ok=True)
        os.replace(path, aside / f"{path.parent.name}-{path.name}")
        self.damaged += path.parent.name == "runs"

    def forget_failed(self) -> int:
        """Take failed runs out of their parts, so that they are done again; says how many."""
        forgotten = self.failed
        for path in sorted((self.folder / "runs").glob("*.parquet")) if forgotten else ():
            runs = pq.read_table(path)
            wrong = pc.equal(runs["status"], "failed")
            again = runs.filter(wrong)
            if len(again) == 0:
                continue
            with _told_when_full(self.folder):
                self._part("runs", runs.filter(pc.invert(wrong)))
            path.unlink()
            self.finished[_places(again)] = False
        self.failed = 0
        return forgotten

    def waiting(self, replications: int) -> NDArray[np.intp]:
        """Runs still to do up to a replication, as point × replications + replication − 1."""
        return np.flatnonzero(~self.finished[:, :replications])


def _name(content: Any) -> str:
    return f"part-{hashlib.sha256(content).hexdigest()[:32]}.parquet"


def _places(runs: pa.Table) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where these runs stand in `finished`."""
    return runs["point"].to_numpy(), runs["replication"].to_numpy() - 1


def _is_whole(path: Path) -> bool:
    return path.is_file() and _name(path.read_bytes()) == path.name


def _beside(runs: pa.Table) -> dict[str, str]:
    """The weekly and group parts that belong to a part with runs."""
    metadata = runs.schema.metadata or {}
    return {kind: metadata[kind.encode()].decode() for kind in KINDS if kind.encode() in metadata}


@contextmanager
def _told_when_full(folder: Path) -> Iterator[None]:
    """Turns a full disk, or one that may not be written, into a message that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            fault = Fault(str(folder), "", Phrase("no room left on the disk", "geen ruimte meer op de schijf"), _ROOM)
        elif isinstance(error, PermissionError):
            found = Phrase("a folder that may not be written", "een map waarin niet geschreven mag worden")
            fault = Fault(str(folder), "", found, Phrase("a folder of your own", "een map van uzelf"))
        else:
            raise
        raise InputFaults([fault]) from None


_ROOM = Phrase(
    "room for the results: all finished runs are kept, and the same command goes on from there",
    "ruimte voor de resultaten: alle voltooide runs zijn bewaard, en dezelfde opdracht gaat daar verder",
)
