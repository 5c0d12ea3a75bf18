"""Visits to the live view in a real browser: what a page shows, and what goes wrong on it."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page

from samenspel.viz.room.hub import Hub
from samenspel.viz.room.session import Session

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]  # fmt: skip
SIZES = {"projector": (1920, 1080), "laptop": (1280, 720), "phone": (390, 844)}
KEY = "the-key-of-the-host"
HOSTILE = "<img src=x onerror=window.hacked=1>"
FACTS = """() => { const s = document.querySelector('.samenspel').stage;
    return {week: s.week, draws: s.maps[0].view.draws, lanes: s.lanes, replications: s.bands?.replications ?? 0,
            places: [...s.maps[0].view.now.values()].slice(0, 400), playing: s.state.playing} }"""

needs_browser = pytest.mark.skipif(
    not CHROMIUM and not os.environ.get("CI"), reason="there is no chromium on this machine"
)


@dataclass
class Site:
    """The server under test."""

    url: str
    told: list[str] = field(default_factory=list)

    def address(self, session: str, *, host: bool = True, **more: str) -> str:
        given = {"s": session, **({"key": KEY} if host else {}), **more}
        return self.url + "?" + "&".join(f"{name}={value}" for name, value in given.items())

    @property
    def hub(self) -> Hub:
        from samenspel.viz.app import SERVED

        return SERVED.hub

    def session(self, name: str) -> Session:
        found = self.hub.session(name, may_open=True)
        assert found is not None
        return found


@dataclass
class Visit:
    """A page with what went wrong on it."""

    page: Page
    wrong: list[str] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = self.page.evaluate(FACTS)
        return facts

    def until(self, true: Callable[[dict[str, Any]], bool], seconds: float = 20) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while not true(facts := self.facts()):
            assert time.monotonic() < end, f"it did not happen in time: {facts | {'places': '...'}}"
            self.page.wait_for_timeout(30)
        return facts


def shown(page: Page, series: str, lane: str = "A") -> float:
    return float(page.get_attribute(f"output[data-series={series}][data-lane={lane}]", "data-value") or "nan")
