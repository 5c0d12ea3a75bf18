"""Being asked to stop, by Ctrl-C or by the signal with which a cluster's queue ends a job."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self


class Interrupts:
    """Notes that somebody asked to stop; what is under way is finished, unless it says that it may be broken off.

    Raising anywhere would not do: a lock of processes that is being taken stays taken for good, and a file that is
    being written is lost. Who asks a second time means at once. A library may swallow the exception (compilers do);
    `noticed` then still tells.
    """

    def __init__(self) -> None:
        self.noticed = False
        self._breaks = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        # Only the main thread may set handlers; who runs in another one decides about interrupts itself.
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._before[number] = signal.signal(number, self._heard)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def breaking(self) -> Iterator[None]:
        """Raise `KeyboardInterrupt` within this block as soon as somebody asks to stop."""
        self._breaks, before = True, sys.unraisablehook
        # Where it is raised while a library calls back, nothing can catch it, and Python would print a traceback.
        sys.unraisablehook = lambda lost: None if issubclass(lost.exc_type, KeyboardInterrupt) else before(lost)
        try:
            yield
        finally:
            self._breaks, sys.unraisablehook = False, before

    def _heard(self, *_: object) -> None:
        again, self.noticed = self.noticed, True
        if again or self._breaks:
            raise KeyboardInterrupt
