"""The doors of the view: other sites, the host's key, who leads, and who left without a word."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from samenspel.model.words import Message
from samenspel.viz import keys, serve
from samenspel.viz.doors import Cookies, Doors, files
from samenspel.viz.keys import HostKey
from samenspel.viz.reach import Reach
from samenspel.viz.room.course import Course, catalog_of
from samenspel.viz.room.session import Session
from tests.places import ROOT
from tests.viz.browser import ARGUMENTS, CHROMIUM, KEY, Site, Visit, needs_browser

SOCKET = {
    "Upgrade": "websocket", "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}  # fmt: skip
CHANNEL = "/jupyter/api/kernels/a/channels?session_id=b"
ASSET = "/_solara/cdn/requirejs@2.3.6/require.js"

pytest_plugins = ("tests.viz.fixtures",)


def asked(site: Site, path: str, method: str = "GET", **headers: str) -> http.client.HTTPResponse:
    """The answer to a request with exactly these headers."""
    port = int(site.url.rstrip("/").rsplit(":", 1)[1])
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    line.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        line.putheader(name, value)
    line.endheaders()
    answer = line.getresponse()
    if answer.status != 101:
        answer.read()
    line.close()
    return answer


# --- other sites -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/?s=main", "/readyz", "/resourcez", ASSET, "/static/main.js", CHANNEL])
def test_a_name_that_is_not_this_machines_gets_nothing(site: Site, path: str) -> None:
    more = SOCKET if path == CHANNEL else {}
    own = site.url.removeprefix("http://").rstrip("/")
    port = own.rsplit(":", 1)[1]
    for name in (f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", "127.0.0.1:1", f"user@127.0.0.1:{port}", ""):
        assert asked(site, path, Host=name, **more).status in (400, 403), name
    for name in (own, f"localhost:{port}", f"[::1]:{port}", f"LOCALHOST:{port}"):
        assert asked(site, path, Host=name, **more).status == (101 if more else 200), name


@pytest.mark.parametrize("origin", ["http://127.0.0.1:1", "https://evil.example", "null", "http://localhost:{port}"])
def test_a_page_from_elsewhere_gets_nothing(site: Site, origin: str) -> None:
    given = origin.format(port=site.url.rstrip("/").rsplit(":", 1)[1])
    for path, method, more in (("/", "GET", {}), ("/_solara/api/close/a", "POST", {}), (CHANNEL, "GET", SOCKET)):
        assert asked(site, path, method, Origin=given, **more).status == 403
    assert asked(site, CHANNEL, Origin=site.url.rstrip("/"), **SOCKET).status == 101


def test_what_is_refused_is_told_once_and_cannot_reach_the_terminal(site: Site) -> None:
    site.told.clear()
    for _ in range(5):
        asked(site, "/", Origin="http://told\x9b31m.example")
        asked(site, CHANNEL, Origin="http://told\x9b31m.example", **SOCKET)
    assert len(site.told) == 1
    assert "Origin: gevonden" in site.told[0]
    assert "toegestaan: http://127.0.0.1:" in site.told[0]
    assert "\x9b" not in site.told[0]
    for number in range(100):
        asked(site, "/", Host=f"flood{number}.example")
    assert len(site.told) <= 20


STEAL = """async target => {
    const port = target.split(":")[2].replace("/", ""), got = {};
    const wait = make => new Promise(end => { make(() => end(true), () => end(false)); setTimeout(end, 5000, false) });
    got.fetch = await fetch(target, {credentials: "include"}).then(r => r.text()).catch(() => null);
    got.blind = await fetch(target + "static/main.js", {mode: "no-cors"}).then(() => true).catch(() => false);
    for (const [tag, path, name] of [["img", "static/assets/favicon.png", "src"],
            ["script", "static/main-vuetify.js", "src"], ["link", "static/highlight.css", "href"]])
        got[tag] = await wait((yes, no) => { const e = document.createElement(tag); e.onload = yes; e.onerror = no;
            if (tag === "link") e.rel = "stylesheet"; e[name] = target + path; document.body.append(e) });
    const frame = document.createElement("iframe"); frame.src = target; document.body.append(frame);
    got.socket = await wait((yes, no) => { const s = new WebSocket(`ws://127.0.0.1:${port}""" + CHANNEL + """`);
        s.onopen = yes; s.onerror = no });
    await new Promise(end => setTimeout(end, 1500));
    return got;
}"""  # fmt: skip


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """A page on another port of this machine."""
    (tmp_path / "index.html").write_text("<!doctype html><title>elsewhere</title><body>", encoding="utf-8")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@needs_browser
@pytest.mark.slow
def test_a_page_on_another_port_reads_nothing_in_a_browser(browser: Browser, site: Site, elsewhere: str) -> None:
    context = browser.new_context()
    try:
        context.new_page().goto(site.address("stolen"))  # the host's cookies are in this browser
        page = context.new_page()
        page.goto(elsewhere)
        got = page.evaluate(STEAL, site.url)
        assert not any(got.values()), got
        assert [frame for frame in page.frames if frame.query_selector(".samenspel, #app")] == []
        opened = page.evaluate("url => { window.open(url); return true }", site.url)
        assert opened, "a link in another page may open the view in a tab of its own"
    finally:
        context.close()


@pytest.mark.parametrize("room", [True, False])
def test_in_the_room_the_view_is_opened_by_the_address_at_which_it_is_found(room: bool) -> None:
    host = "0.0.0.0" if room else "127.0.0.1"
    reach = Reach(host, 8765, "192.0.2.1" if room else host)

    async def page(*_: Any) -> None: ...

    doors = Doors(page, page, reach, Cookies(8765, HostKey(KEY)), lambda *_: None)
    own = socket.gethostname().lower()
    for name, server, wanted in (
        ("192.0.2.7", "192.0.2.7", room), ("192.0.2.1", "192.0.2.7", room), ("[fe80::7]", "fe80::7", room),
        ("192.0.2.7", "::ffff:192.0.2.7", room), (own, "192.0.2.7", room), (f"{own.split('.')[0]}.local", "::1", room),
        ("192.0.2.9", "192.0.2.7", False), ("evil.example", "192.0.2.7", False), ("127.0.0.1", "127.0.0.1", True),
    ):  # fmt: skip
        assert doors._ours(f"{name}:8765", {"server": (server, 8765)}) == wanted, name


def test_a_file_that_is_not_there_is_missed_at_once(site: Site) -> None:
    start = time.monotonic()
    for path in ("/_solara/cdn/nothing@1.0.0/x.js", "/_solara/cdn/nothing", "/_solara/cdn/../../../etc/passwd"):
        assert asked(site, path).status == 404
    assert time.monotonic() - start < 2
    assert asked(site, ASSET).status == 200


def test_asking_for_a_folder_does_not_remove_it(site: Site, tmp_path: Path) -> None:
    (tmp_path / "lib@1.0.0" / "dist").mkdir(parents=True)
    (tmp_path / "lib@1.0.0" / "dist" / "x.js").write_text("1", encoding="utf-8")
    served: Any = files(tmp_path)  # the site's settings are Solara's by now
    for path in ("lib@1.0.0/dist", "lib@1.0.0", "lib@1.0.0/dist/x.js"):
        served.lookup_path(path)
    assert (tmp_path / "lib@1.0.0" / "dist" / "x.js").is_file()
    assert served.lookup_path("lib@1.0.0/dist/x.js")[1] is not None


# --- the host's key --------------------------------------------------------------------------------------------------


@needs_browser
@pytest.mark.slow
def test_the_key_goes_out_of_the_address_into_a_cookie_that_scripts_cannot_read(
    visit: Callable[..., Visit], site: Site
) -> None:
    here = visit(site.address("cookie", lang="en"), permissions=["clipboard-read", "clipboard-write"])
    page = here.page
    assert KEY not in page.url
    assert "s=cookie" in page.url
    kept = {cookie["name"].rsplit("-", 1)[0]: cookie for cookie in page.context.cookies()}
    host = kept["samenspel-host"]
    assert (host["value"], host["httpOnly"], host["sameSite"], host["expires"]) == (KEY, True, "Strict", -1)
    assert [cookie["name"] for cookie in kept.values() if cookie["expires"] != -1] == [], "all go with the browser"
    assert KEY not in page.evaluate(
        "document.cookie + JSON.stringify(document.querySelector('.samenspel').stage.setup)"
    )
    page.keyboard.press("ArrowRight")
    here.until(lambda facts: facts["week"] == 1)
    page.wait_for_timeout(300)
    assert "week=1" in page.url
    page.click("[data-tool=more]")
    page.click("dialog button >> text=Copy address")
    page.wait_for_selector(".toast:not([hidden])")
    assert page.evaluate("navigator.clipboard.readText()") == f"{site.url}?s=cookie&lang=en"
    page.reload()
    page.wait_for_selector(".transport")


@needs_browser
@pytest.mark.slow
def test_with_an_old_key_or_cookie_nobody_steers(
    visit: Callable[..., Visit], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    from samenspel.viz.app import SERVED

    here = visit(site.address("renewed"))
    monkeypatch.setattr(SERVED.cookies.key, "value", "another key of the host")
    here.page.keyboard.press("ArrowRight")
    here.page.wait_for_selector(".guest")
    assert here.page.locator(".transport").count() == 0, "the page is a guest's now"
    again = visit(site.address("renewed"))
    assert again.page.locator(".transport").count() == 0
    assert [cookie["name"] for cookie in again.page.context.cookies() if "host" in cookie["name"]] == []
    assert site.session("renewed").week == 0


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def given_cookie(address: str) -> bool:
    """Whether this address makes a browser the host's."""
    with pytest.raises(urllib.error.HTTPError) as turned:
        urllib.request.build_opener(NoRedirect).open(address, timeout=20)
    assert turned.value.status == 303
    assert "key" not in turned.value.headers["location"]
    return any("samenspel-host" in cookie for cookie in turned.value.headers.get_all("set-cookie") or [])


@contextmanager
def show(*given: str, **more: str) -> Iterator[tuple[int, str, dict[str, str]]]:
    """`samenspel show` in a process of its own: its port, the host's address, and its environment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | more
    line = [sys.executable, "-m", "samenspel", "show", "--port", str(port), "--no-browser", "--lang", "nl", *given]
    process = subprocess.Popen(line, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        address = process.stderr.readline().rsplit(" ", 1)[1].strip()
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, address, environment
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)


@pytest.mark.slow
def test_the_key_is_new_at_each_start_and_when_asked_for() -> None:
    with show() as (port, first, environment):
        assert given_cookie(first)
        assert not given_cookie(first.replace("key=", "key=x"))
        if os.name == "posix":
            assert keys.note_of(port).stat().st_mode & 0o077 == 0
            assert keys.note_of(port).parent.stat().st_mode & 0o077 == 0
        line = [sys.executable, "-m", "samenspel", "show", "--new-key", "--port", str(port), "--no-browser"]
        done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        second = done.stderr.splitlines()[0].rsplit(" ", 1)[1]
        assert given_cookie(second)
        assert not given_cookie(first)
    assert not keys.note_of(port).exists()
    with show() as (_, third, _):
        assert len({address.split("key=")[1] for address in (first, second, third)}) == 3


def test_a_key_is_renewed_by_its_own_user_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    key = HostKey("first", tmp_path / "show-1.json")
    assert key.fits("first"), "until something stands in the file"
    keys.write(tmp_path / "show-1.json", {"key": "second"})
    assert key.fits("second")
    assert not key.fits("first")
    if os.name == "posix":
        keys.write(tmp_path / "show-1.json", {"key": "third"})
        tmp_path.chmod(0o777)
        assert not key.fits("third"), "anybody could have written that"
        with pytest.raises(PermissionError):
            keys.write(tmp_path / "show-1.json", {"key": "fourth"})
    assert not HostKey("").fits("")


# --- who leads -------------------------------------------------------------------------------------------------------


@needs_browser
@pytest.mark.slow
def test_another_host_joins_the_room_as_it_is_and_takes_over_only_when_it_says_so(
    visit: Callable[..., Visit], site: Site
) -> None:
    first = visit(site.address("led", a="baseline", seed="4"))
    session = site.session("led")
    for message in ({"ask": "scene", "scene": 2}, {"ask": "step"}, {"ask": "step"}):
        first.page.evaluate("message => document.querySelector('.samenspel').stage.send(message)", message)
    first.until(lambda facts: facts["week"] == 2 and facts["lanes"] == 2)
    room = session.address(), session.story.scene

    second = visit(site.address("led", a="growth-mbo", seed="9", week="35"))
    second.page.wait_for_selector("dialog[open][data-kind=led]")
    assert (session.address(), session.story.scene) == room, "an old address changes nothing"
    second.page.click("[data-act=look_on]")
    second.page.keyboard.press("ArrowRight")
    second.page.wait_for_selector("dialog[open][data-kind=led]")
    assert (session.address(), session.story.scene) == room, "who does not lead does not steer"
    second.page.keyboard.press("Escape")
    second.page.reload()
    second.page.wait_for_selector("dialog[open][data-kind=led]")
    assert (session.address(), session.story.scene) == room
    second.page.click("[data-act=take_over]")
    second.page.wait_for_selector("dialog", state="hidden")
    second.page.keyboard.press("ArrowRight")
    second.until(lambda facts: facts["week"] == 3 and facts["lanes"] == 2)
    first.page.keyboard.press("ArrowRight")
    first.page.wait_for_selector("dialog[open][data-kind=led]")
    assert session.week == 3
    second.page.goto("about:blank")
    first.page.click("[data-act=look_on]")
    first.until(lambda _: not session.led)
    first.page.keyboard.press("ArrowRight")
    first.until(lambda facts: facts["week"] == 4)


@needs_browser
@pytest.mark.slow
def test_a_host_that_slept_wakes_in_the_room_as_it_is(visit: Callable[..., Visit], site: Site) -> None:
    from solara.server import kernel_context

    sleeper = visit(site.address("slept", a="baseline", b="growth-mbo", seed="3"))
    sleeper.page.keyboard.press("ArrowRight")
    sleeper.until(lambda facts: facts["week"] == 1)
    sleeping = kernel_context.contexts[sleeper.page.evaluate("solara.debug.kernel().id")]
    other = visit(site.address("slept"))
    other.page.click("[data-act=take_over]")
    other.page.wait_for_selector("dialog", state="hidden")
    other.page.evaluate("document.querySelector('.samenspel').stage.ask('scene', {scene: 4})")
    other.until(lambda facts: facts["week"] == 0 and facts["lanes"] == 2)
    room = site.session("slept").address(), site.session("slept").story.scene
    sleeping.close(reason="cull")  # what happens to a page that is away for long
    sleeper.page.wait_for_selector("dialog[open][data-kind=led]")
    assert (site.session("slept").address(), site.session("slept").story.scene) == room


def test_a_kept_address_brings_its_week_to_a_room_that_nobody_has_led() -> None:
    session = Session(catalog_of(), [Course("baseline")])
    try:
        session.restore([Course("baseline")], 1, 12)
        assert session.week == 12
        session.restore([Course("growth-mbo")], 5, 3)
        assert (session.week, session.courses) == (12, (Course("baseline"),))
    finally:
        session.close()


# --- who left, and what is left --------------------------------------------------------------------------------------


@needs_browser
@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="only there a process can be stopped")
def test_a_phone_that_went_away_without_a_word_is_counted_out_within_half_a_minute(site: Site, tmp_path: Path) -> None:
    session = site.session("left")
    address = site.address("left", host=False)
    line = [str(CHROMIUM), "--headless", *ARGUMENTS, "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path}", "--remote-debugging-port=0",
            address]  # fmt: skip
    phone = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        until(lambda: session.watched == 1, 60)
        session.set_rate(16)
        session.play()
        os.killpg(phone.pid, signal.SIGSTOP)
        until(lambda: session.watched == 0, 30)
        until(lambda: session._counted == 0, 5)
    finally:
        os.killpg(phone.pid, signal.SIGKILL)
        phone.wait(20)
        session.pause()


def until(true: Callable[[], Any], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@pytest.mark.slow
def test_the_view_leaves_nothing_in_the_home_folder(tmp_path: Path) -> None:
    home, passing = tmp_path / "home", tmp_path / "passing"
    home.mkdir()
    passing.mkdir()
    compiled = os.environ.get("SAMENSPEL_CACHE_DIR") or str(Path.home() / ".cache" / "samenspel")
    with show(HOME=str(home), TMPDIR=str(passing), SAMENSPEL_CACHE_DIR=compiled, XDG_DATA_HOME="") as (port, _, _):
        assert given_page(port)
    assert list(home.rglob("*")) == []
    assert [path for path in passing.rglob("*") if path.is_file()] == []


def given_page(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
        return b"solaraInit" in answer.read() or answer.status == 200


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit there")
def test_the_number_of_open_files_is_raised_or_said_to_be_low(monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    told: list[str] = []

    def said(text: Message) -> None:
        told.append(text.text("nl"))

    now = [(256, 100_000)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: now[0])
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: now.__setitem__(0, limits))
    room = Reach("0.0.0.0", 1, "192.0.2.1")
    serve._open_enough_files(room, said)
    assert now[0][0] >= 2000
    assert told == []
    now[0] = (256, 400)
    serve._open_enough_files(room, said)
    assert now[0] == (400, 400)
    assert "50 apparaten" in told[0]
    serve._open_enough_files(Reach("127.0.0.1", 1, "127.0.0.1"), said)
    assert len(told) == 1, "alone it is enough"
