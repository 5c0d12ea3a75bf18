"""What must hold for any file: `samenspel check` takes or refuses it, quickly, in a few lines, and touches nothing."""

from __future__ import annotations

import contextlib
import io
import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import samenspel
from samenspel.telling import LISTED_AT_MOST

SECONDS = 20.0  # of CPU for one file
PATIENCE = 120.0  # seconds on the clock
MEGABYTES = 500.0  # that one file may add to the peak
LINE = 2_500  # letters
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = ("os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.symlink", "os.link", "os.truncate")
OUTSIDE = ("socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn")
HARMLESS = ("/dev/null", "__pycache__", "rules-")  # what Python and Numba keep of code


class TooSlow(BaseException):
    """A file that takes too long; no handler for exceptions of libraries catches it."""


@dataclass(frozen=True)
class Verdict:
    """What `samenspel check` made of a file."""

    status: int
    lines: tuple[str, ...]
    seconds: float
    megabytes: float

    @property
    def valid(self) -> bool:
        return self.status == 0


# --- what a process does ---------------------------------------------------------------------------------------------

_seen: list[str] | None = None
_inside = ""


def _notice(event: str, arguments: tuple[Any, ...]) -> None:
    """Remember what reaches outside the folder of the file."""
    if _seen is None:
        return
    if event == "open":
        path, _, flags = arguments
        if isinstance(path, str | bytes) and isinstance(flags, int) and flags & WRITES:
            _note(event, os.fsdecode(path))
    elif event in CHANGES:
        _note(event, os.fsdecode(arguments[0]))
    elif event in OUTSIDE:
        _seen.append(f"{event} {arguments[1:]!r:.200}")


def _note(event: str, path: str) -> None:
    inside = _inside and f"{os.path.realpath(path)}{os.sep}".startswith(_inside)
    if _seen is not None and not inside and not any(part in path for part in HARMLESS):
        _seen.append(f"{event} {path:.200}")


sys.addaudithook(_notice)


@contextlib.contextmanager
def watched(folder: Path | None = None) -> Iterator[None]:
    """A block that writes nothing but into this folder, starts nothing and calls nobody."""
    global _seen, _inside
    _seen, _inside = [], f"{os.path.realpath(folder)}{os.sep}" if folder else ""
    try:
        yield
        assert not _seen, f"reached outside: {_seen[:3]}"
    finally:
        _seen = None


@contextlib.contextmanager
def timed(seconds: float = SECONDS) -> Iterator[None]:
    """A block that ends in time."""

    def late(_: int, frame: FrameType | None) -> None:
        raise TooSlow(f"still busy after {seconds:g} s of CPU, at {frame}")

    before = [signal.signal(number, late) for number in (signal.SIGPROF, signal.SIGALRM)]
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in zip((signal.SIGPROF, signal.SIGALRM), before, strict=True):
            signal.signal(number, handler)


# --- the front door --------------------------------------------------------------------------------------------------


def front_door(
    *arguments: str, folder: Path | None = None, seconds: float = SECONDS, megabytes: float = MEGABYTES
) -> Verdict:
    """Run a command in this process, and hold it against all that must hold for any input."""
    out, err = io.StringIO(), io.StringIO()
    peak, began = _peak(), time.process_time()
    with watched(folder), timed(seconds), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = samenspel.main(list(arguments))
        except TooSlow as slow:
            raise AssertionError(str(slow)) from None
        except SystemExit as left:
            status = int(left.code or 0)
    lines = tuple(err.getvalue().splitlines())
    verdict = Verdict(status, lines, time.process_time() - began, _peak() - peak)
    assert "Traceback" not in err.getvalue(), err.getvalue()[-1500:]
    assert status in (0, 2), f"status {status}: {lines[-3:]}"
    assert lines or not status, "refused without a word"
    assert len(lines) <= LISTED_AT_MOST + 1, f"{len(lines)} messages"
    assert max(map(len, lines), default=0) <= LINE, f"a message of {max(map(len, lines))} letters"
    assert all(line.isprintable() for line in lines), "a message that commands the terminal"
    assert verdict.megabytes <= megabytes, f"{verdict.megabytes:.0f} MB"
    return verdict


def check(path: Path, *, lang: str = "en", seconds: float = SECONDS, megabytes: float = MEGABYTES) -> Verdict:
    """`samenspel check`."""
    verdict = front_door("check", str(path), "--lang", lang, seconds=seconds, megabytes=megabytes)
    assert not (verdict.valid and verdict.lines), verdict.lines[:3]
    return verdict


def _peak() -> float:
    """The peak of this process's memory, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
