"""What must have ended when Python ends: no thread may be in compiled code then."""

from __future__ import annotations

import atexit
import weakref
from typing import Protocol


class Closing(Protocol):
    """What has threads, and can end them."""

    def close(self) -> None:
        """End the threads and wait for them."""


_OPEN: weakref.WeakSet[Closing] = weakref.WeakSet()


def close_at_exit(one: Closing) -> None:
    """Close it when Python ends, if it is still there."""
    _OPEN.add(one)


@atexit.register
def _close_all() -> None:
    for one in list(_OPEN):
        one.close()
