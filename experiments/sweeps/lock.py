"""One sweep at a time in a folder."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path
from typing import IO

from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message


class Lock:
    """Keeps a second sweep out of a folder.

    The system holds the lock for as long as this process lives, however it ends; nothing has to be cleaned up after
    a `kill -9`. The file tells a second one who is there.
    """

    def __init__(self, folder: Path) -> None:
        self._file: IO[str] = (folder / ".lock").open("a+", encoding="utf-8")
        if not _take(self._file):
            self._file.seek(0)
            holder = self._file.read().strip() or "?"
            self._file.close()
            found = Message("another sweep at work ({holder})", holder=holder)
            allowed = Message("one sweep at a time in a folder")
            raise InputFaults([Fault(str(folder), "", found, allowed)])
        self._file.truncate(0)
        self._file.write(f"pid {os.getpid()}, {socket.gethostname()}\n")
        self._file.flush()

    def release(self) -> None:
        """Let the next one in."""
        self._file.truncate(0)
        self._file.close()


if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[str]) -> bool:
        try:
            file.seek(0x7FFFFFFF)  # a byte far behind the text, so that others can read who holds it
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
