"""The audience: the browsers that look on, and which of them leads."""

from __future__ import annotations

from samenspel.viz.room.watcher import News, Watcher


class Audience:
    """Watchers of one session. Whoever calls holds the session's lock, but for the questions who is there."""

    def __init__(self) -> None:
        self._watchers: list[Watcher] = []
        self._leader: Watcher | None = None

    def __len__(self) -> int:
        """How many browsers look on."""
        return sum(watcher.here() for watcher in self._watchers)

    def join(self, watcher: Watcher) -> None:
        """One more looks on."""
        self._watchers.append(watcher)

    def leave(self, watcher: Watcher) -> None:
        """A browser is gone."""
        self._watchers = [other for other in self._watchers if other is not watcher]

    @property
    def led(self) -> bool:
        """Whether somebody leads from a page that is there."""
        return self._leader is not None and self._leader in self._watchers and self._leader.here()

    def leads(self, watcher: Watcher, *, take_over: bool = False) -> bool:
        """Whether this page leads: as long as nobody else does, or when it takes over."""
        if take_over or not self.led:
            self._leader = watcher
        return self._leader is watcher

    def tell(self, news: News) -> None:
        """Tell everybody."""
        for watcher in self._watchers:
            watcher.offer(news)

    def close(self) -> None:
        """Tell nobody any more."""
        for watcher in self._watchers:
            watcher.close()
