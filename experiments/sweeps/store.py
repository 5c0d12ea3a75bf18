"""The folder of a sweep: what it is a sweep of, and the runs that are finished, in part files.

A part that was cut short, altered or put there from elsewhere is known (`samenspel.experiments.sweeps.parts`), and a
sweep that was killed at any moment leaves nothing half done.
"""

from __future__ import annotations

import errno
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.identity import MODEL
from samenspel.experiments.sweeps.lock import Lock
from samenspel.experiments.sweeps.manifest import check_folder, describe
from samenspel.experiments.sweeps.parts import KINDS, Parts, beside, places, read, write
from samenspel.experiments.sweeps.work import Tables
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Language, Message, say

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Mended(UserWarning):
    """A folder had faults, and goes on without what was wrong.

    Attributes
    ----------
    faults
        All of them.
    folder
        The sweep's; what was put aside is in its `damaged`.
    """

    def __init__(self, folder: Path, faults: Sequence[Fault]) -> None:
        self.folder = folder
        self.faults = list(faults)
        super().__init__(self.text())

    def text(self, lang: Language = "en") -> str:
        """One line for each fault, and what becomes of it."""
        lines = [fault.text(lang) for fault in self.faults]
        if any(Path(fault.file).parent.name in KINDS for fault in self.faults):
            aside = self.folder / "damaged"
            lines.append(say("Such files were moved to {aside}; runs in them are done again.", lang, aside=aside))
        return "\n".join(lines)


class Store:
    """The folder of one sweep, held by this process until it is closed; `by` is the identity of what does its runs.

    Parts that are damaged or foreign are put aside, for their runs to be done again, and a lost manifest is made anew;
    the warning `Mended` tells every fault.
    """

    def __init__(self, folder: Path, study: Study, by: str = MODEL) -> None:
        self.folder = folder
        self.study = study
        self.failed = 0
        self.damaged = 0
        self.finished = np.zeros((len(study.points), max(study.replications, study.precision.at_most)), np.bool_)
        self._open(by)

    def _open(self, by: str) -> None:
        check_folder(self.folder)
        with _told_when_full(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._lock = Lock(self.folder)
            try:
                manifest, faults = describe(self.folder, self.study, by)
                self.parts = Parts(self.folder, manifest)
                faults = faults + self._look_through()
                if faults:
                    warnings.warn(Mended(self.folder, faults), stacklevel=4)
            except BaseException:
                self._lock.release()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    # --- parts ---

    def write(self, tables: Tables) -> None:
        """Keep the tables of a finished chunk."""
        with _told_when_full(self.folder):
            self.parts.write(tables)
        self._note(tables["runs"])

    def _note(self, runs: pa.Table) -> None:
        """Remember which runs are finished."""
        self.finished[places(runs)] = True
        self.failed += pc.sum(pc.equal(runs["status"], "failed")).as_py() or 0

    def _look_through(self) -> list[Fault]:
        """Find the runs that are finished; what cannot be believed is put aside, and its faults are given."""
        used, faults = set[Path](), list[Fault]()
        for path in self.parts.with_runs():
            try:
                runs = self.parts.heads(path)
                others = self._beside(runs)
            except InputFaults as wrong:
                faults += wrong.faults
                self._put_aside(path)
                continue
            if self.finished[places(runs)].any():
                path.unlink()  # its runs stand in another part too: a retry was killed while it replaced this one
            else:
                used.update([path, *others])
                self._note(runs)
        told = {fault.file for fault in faults}
        for path in self._left_over(used):
            faults += [_nobodys(path)] if str(path) not in told else []
            self._put_aside(path)
        return faults

    def _beside(self, runs: pa.Table) -> list[Path]:
        """The weekly and group parts of a part with runs, which are as they were written."""
        found, faults = list(beside(self.folder, runs).values()), list[Fault]()
        for path in found:
            try:
                read(path, [])
            except InputFaults as wrong:
                faults += wrong.faults
        if faults:
            raise InputFaults(faults)
        return found

    def _left_over(self, used: set[Path]) -> Iterator[Path]:
        """Files that belong to no finished run; what a killed writer had not put in its place is swept up."""
        for kind in KINDS:
            for path in sorted((self.folder / kind).glob("*")):
                if path.name.startswith(".") and path.is_file():
                    path.unlink()
                elif path not in used and path.is_file():
                    yield path

    def _put_aside(self, path: Path) -> None:
        """Move what cannot be used out of the way, for somebody to look at."""
        aside = self.folder / "damaged"
        aside.mkdir(exist_ok=True)
        os.replace(path, aside / f"{path.parent.name}-{path.name}")
        self.damaged += path.parent.name == "runs"

    def forget_failed(self) -> int:
        """Take failed runs out of their parts, so that they are done again; says how many."""
        forgotten = self.failed
        for path in self.parts.with_runs() if forgotten else ():
            runs = self.parts.runs(path)
            wrong = pc.equal(runs["status"], "failed")
            again = runs.filter(wrong)
            if len(again) == 0:
                continue
            with _told_when_full(self.folder):
                write(path.parent, runs.filter(pc.invert(wrong)))
            path.unlink()
            self.finished[places(again)] = False
        self.failed = 0
        return forgotten

    def waiting(self, replications: int) -> NDArray[np.intp]:
        """Runs still to do up to a replication, as point × replications + replication − 1."""
        return np.flatnonzero(~self.finished[:, :replications])


def _nobodys(path: Path) -> Fault:
    found = Message("a file to which no finished run belongs")
    return Fault(str(path), "", found, Message("parts of this sweep only"))


@contextmanager
def _told_when_full(folder: Path) -> Iterator[None]:
    """Turns a full disk, or one that may not be written, into a message that says what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            fault = Fault(str(folder), "", Message("no room left on the disk"), _ROOM)
        elif isinstance(error, PermissionError):
            found = Message("a folder that may not be written")
            fault = Fault(str(folder), "", found, Message("a folder of your own"))
        else:
            raise
        raise InputFaults([fault]) from None


_ROOM = Message("room for the results: all finished runs are kept, and the same command goes on from there")
