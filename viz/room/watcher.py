"""Watchers: how browsers hear what is new without holding anybody up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

type News = dict[str, Any]
"""What a browser is told: `frame`, `land`, `history`, `bands` and `state`."""


class Watcher:
    """A browser that looks on: the newest news wait for it, older ones are dropped."""

    def __init__(self, deliver: Callable[[News], None], here: Callable[[], bool] = lambda: True) -> None:
        self.here = here
        self._deliver = deliver
        self._waiting: News = {}
        self._some = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._pump, name="watcher", daemon=True)
        self._thread.start()

    def offer(self, news: News) -> None:
        """Put news in the place of older ones of the same kind."""
        with self._some:
            self._waiting |= news
            self._some.notify()

    def close(self) -> None:
        """Tell no more."""
        with self._some:
            self._closed = True
            self._some.notify()

    def _pump(self) -> None:
        while True:
            with self._some:
                self._some.wait_for(lambda: self._closed or bool(self._waiting))
                if self._closed:
                    return
                news, self._waiting = self._waiting, {}
            try:
                self._deliver(news)
            except Exception:  # the page is gone; its session closes this watcher
                time.sleep(0.1)
