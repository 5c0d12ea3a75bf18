"""The hub: all live sessions of one process."""

from __future__ import annotations

import threading
import time

from samenspel.viz.room.course import Catalog, Course
from samenspel.viz.room.session import Session

MOST_SESSIONS = 24


class Hub:
    """All sessions of this process.

    Parameters
    ----------
    catalog : Catalog
        The scenarios.
    first : Course
        What a new session shows when its address says nothing else.
    seed : int
        Its luck.
    """

    def __init__(self, catalog: Catalog, first: Course, seed: int = 1) -> None:
        self.catalog = catalog
        self.first = first
        self.seed = seed
        self._sessions: dict[str, Session] = {}
        self._lock = threading.Lock()

    def session(self, name: str, *, may_open: bool) -> Session | None:
        """The session of this name; who may opens one, if need be in the place of one that nobody watches."""
        with self._lock:
            found = self._sessions.get(name)
            if found is None and may_open and self._make_room():
                found = self._sessions[name] = Session(self.catalog, (self.first,), self.seed)
            if found is not None:
                found.used = time.monotonic()
            return found

    def close(self) -> None:
        """End all sessions."""
        with self._lock:
            for session in self._sessions.values():
                session.close()
            self._sessions = {}

    def _make_room(self) -> bool:
        if len(self._sessions) < MOST_SESSIONS:
            return True
        idle = [name for name, session in self._sessions.items() if not session.watched]
        if not idle:
            return False
        oldest = min(idle, key=lambda name: self._sessions[name].used)
        self._sessions.pop(oldest).close()
        return True
