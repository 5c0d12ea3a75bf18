"""The live view served in this process, and a browser for which every outside address is blocked."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Request, sync_playwright

from samenspel.model import Scenario
from samenspel.model.words import in_language
from samenspel.viz.keys import HostKey
from samenspel.viz.reach import Reach
from samenspel.viz.serve import server_for
from tests.viz.browser import ARGUMENTS, CHROMIUM, HOSTILE, KEY, SIZES, Site, Visit


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    hostile = replace(
        Scenario.load("baseline", {"first_school_year": 2030}), name="hostile", title=HOSTILE, title_nl=HOSTILE
    )
    told: list[str] = []
    reach = Reach("127.0.0.1", port, "127.0.0.1")
    server = server_for(hostile, 1, reach, HostKey(KEY), "nl", lambda said: told.append(in_language(said, "nl")))
    server.serve_threaded()
    server.wait_until_serving()
    made = Site(reach.guest(), told)
    yield made
    made.hub.close()
    server.stop_serving()
    import solara.server.app  # it reads its settings at its first import, so not before they were made

    solara.server.app.apps.pop("__default__").close()  # Solara serves one app a process


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "continuous integration must have chromium: apt-get install chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


def failed(request: Request) -> list[str]:
    """A request that failed, unless the page went elsewhere meanwhile."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"failed: {request.url} {request.failure}"]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visit]]:
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def open_page(address: str, size: str = "laptop", through: Any = None, **more: Any) -> Visit:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, has_touch=size == "phone", **more)
        contexts.append(context)
        made = Visit(context.new_page())
        visits.append(made)
        page = made.page
        page.on("pageerror", lambda error: made.wrong.append(f"page error: {error}"))
        page.on("requestfailed", lambda request: made.wrong.extend(failed(request)))
        page.on("console", lambda m: made.wrong.append(f"console: {m.text}") if m.type == "error" else None)
        page.on(
            "request",
            lambda r: (
                None
                if r.url.startswith((site.url, "data:", "blob:", "file:"))
                else made.wrong.append(f"outside: {r.url}")
            ),
        )
        if through is not None:  # handles the page's web sockets
            page.route_web_socket("**/*", through)
        page.goto(address)
        page.wait_for_selector(".samenspel .map canvas")
        return made

    yield open_page
    wrong = [text for made in visits for text in made.wrong]
    for context in contexts:
        context.close()
    assert wrong == []
