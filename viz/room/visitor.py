"""Visitors: who sends messages from a page, as this side knows it, and how often that is heard."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

MOST_ADDRESSES = 1000


@dataclass
class Pace:
    """How often something may happen: `at_once` times, and from then on so many times a second."""

    at_once: float
    a_second: float
    clock: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        self._left = self.at_once
        self._since = self.clock()

    def allows(self) -> bool:
        """Whether it may happen now; if so, it has."""
        now = self.clock()
        self._left = min(self.at_once, self._left + (now - self._since) * self.a_second)
        self._since = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


@dataclass
class Crowd:
    """Lets new voters in: many at once from each address, as a school's phones may share one, and then at a pace."""

    at_once: float = 40
    a_second: float = 1
    clock: Callable[[], float] = time.monotonic
    _paces: dict[str, Pace] = field(default_factory=dict)

    def admits(self, address: str) -> bool:
        """Whether one voter more may come from this address now."""
        if address not in self._paces:
            while len(self._paces) >= MOST_ADDRESSES:
                del self._paces[next(iter(self._paces))]
            self._paces[address] = Pace(self.at_once, self.a_second, self.clock)
        return self._paces[address].allows()


def _nobody() -> bool:
    return False


@dataclass(frozen=True)
class Visitor:
    """Who sends messages from a page.

    Parameters
    ----------
    hosts : callable
        Whether the page may steer; asked again at every message, as a key can be renewed.
    voter : str
        The browser, by its cookie; without one its votes do not count.
    address : str
        Of the device, or of the network in front of it.
    pace : Pace
        How often a guest is heard.
    """

    hosts: Callable[[], bool] = _nobody
    voter: str = ""
    address: str = ""
    pace: Pace = field(default_factory=lambda: Pace(20, 5))
