"""A workshop in a real browser: lost connections, a server that dies, the six scenes, and the host's two questions."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page, WebSocketRoute

from samenspel.experiments.bottlenecks.pinch import pinch
from samenspel.viz.room.session import Session
from samenspel.viz.room.story import SCENES
from samenspel.viz.texts import texts_in
from tests.places import ROOT
from tests.viz.browser import Site, Visit, needs_browser, shown

pytest_plugins = ("tests.viz.fixtures",)
pytestmark = [pytest.mark.slow, needs_browser]


class Command:
    """`samenspel show` in a process of its own, always on the same port."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.environment = {k: v for k, v in os.environ.items() if k != "VIRTUAL_ENV"} | {"XDG_DATA_HOME": str(home)}
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Start it, and give the address of the host."""
        command = [sys.executable, "-m", "samenspel", "show", "--port", str(self.port), "--no-browser", "--lang", "nl"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        return self.process.stderr.readline().rsplit(" ", 1)[1].strip()

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
            self.process.communicate(timeout=30)
            self.process = None


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    made = Command(tmp_path)
    yield made
    made.kill()


def test_a_killed_and_restarted_server_brings_the_page_back_to_its_scene(command: Command, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    try:
        here = Visit(context.new_page())
        address = command.start()
        for _ in range(100):  # it says where it is before it listens
            try:
                here.page.goto(f"{address}&s=kept&seed=8&a=baseline~mentor_hours:1.5&b=growth-mbo&week=39")
                break
            except Exception:
                here.page.wait_for_timeout(100)
        here.page.wait_for_selector(".samenspel .map canvas")
        here.until(lambda facts: facts["week"] == 39 and facts["lanes"] == 2)
        here.page.keyboard.press("ArrowRight")
        here.until(lambda facts: facts["week"] == 40)
        here.page.wait_for_timeout(300)
        value = shown(here.page, "supervision_adequate_share", "B")
        command.kill()
        renewed = command.start()
        assert renewed != address, "there is a new key"
        here.page.wait_for_selector(".guest", timeout=60_000)
        other = context.new_page()
        other.goto(renewed)
        other.wait_for_selector(".transport")
        here.page.reload()
        here.page.wait_for_selector(".transport")
        here.until(lambda facts: facts["week"] == 40 and facts["lanes"] == 2)
        here.page.wait_for_timeout(300)
        assert shown(here.page, "supervision_adequate_share", "B") == value > 0
        assert here.page.inner_text(".clock") == "Schooljaar 2023-2024 · week 40"
        here.page.keyboard.press("ArrowRight")
        here.until(lambda facts: facts["week"] == 41)
    finally:
        context.close()


def test_a_lost_connection_is_made_again_and_the_weeks_go_on(visit: Callable[..., Visit], site: Site) -> None:
    lines: list[WebSocketRoute] = []

    def route(line: WebSocketRoute) -> None:
        lines.append(line)
        line.connect_to_server()

    here = visit(site.address("lost", a="baseline", b="growth-mbo", seed="3"), through=route)
    here.page.keyboard.press("Space")
    here.until(lambda facts: facts["week"] >= 2)
    here.page.evaluate("window.sameAsBefore = true")
    lines[-1].close(code=4000)
    lost = here.facts()["week"]
    later = here.until(lambda facts: facts["week"] > lost + 4)
    assert len(lines) > 1, "there is another connection"
    assert later["lanes"] == 2
    here.page.keyboard.press("Space")
    here.until(lambda facts: not facts["playing"])
    assert not site.session("lost").playing, "and it steers"
    here.page.wait_for_timeout(600)
    table = site.session("lost").record()
    last = table[table["lane"] == "B"]["supervision_adequate_share"].iloc[-1]
    assert shown(here.page, "supervision_adequate_share", "B") == pytest.approx(last, rel=1e-6)
    assert (
        here.page.evaluate("document.querySelector('.samenspel').stage.rows.map(rows => rows.length)")
        == [site.session("lost").week] * 2
    ), "no week is missing in the charts"
    assert here.page.evaluate("window.sameAsBefore"), "without loading the page anew"


def test_the_six_scenes_are_played_from_first_to_last(
    visit: Callable[..., Visit], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samenspel.viz.room.session.FIRST_HORIZON", 12)
    host = visit(site.address("story"))
    phone = visit(site.address("story", host=False), "phone").page
    page = host.page
    page.select_option(".transport select", "16")
    page.click("[data-tool=story]")
    page.click("[data-act=begin]")
    for number, scene in enumerate(SCENES):
        page.wait_for_selector(f".story h2 >> text={number + 1}. {scene.title.text('nl')}")
        lanes = len(scene.courses)
        host.until(lambda facts, lanes=lanes: facts["lanes"] == lanes and facts["week"] == 0)  # type: ignore[misc]
        assert page.inner_text(".question") == scene.question.text("nl")
        page.click("[data-act=vote]")
        phone.click("[role=radio] >> nth=1")
        phone.fill("#guess", str(50 + number))
        phone.click("form button[type=submit]")
        page.wait_for_selector("[data-voters='1']")
        page.click("[data-act=run]")
        page.wait_for_selector(".vote:nth-of-type(2) b >> text=1")
        page.wait_for_selector(".outcome[data-outcome]:not([data-outcome=''])")
        outcome = float(page.get_attribute(".outcome", "data-outcome") or "nan")
        table = site.session("story").record()
        last = table[table["lane"] == "AB"[len(scene.courses) - 1]]
        assert outcome == pytest.approx(100 * last[scene.indicator].mean(), rel=1e-5)
        assert f"{texts_in('nl')['median']}: {50 + number}" in page.inner_text(".outcome")
        assert host.facts()["week"] == 12
        page.click(f"[data-act={'next' if number + 1 < len(SCENES) else 'end'}]")
    page.wait_for_selector("[data-act=begin]")


YEAR = 40
STANDS: dict[str, tuple[int, tuple[str, ...]]] = {
    "question": (0, ()),
    "question, on the way": (7, ()),
    "question, at the end": (YEAR, ()),
    "vote": (0, ("vote",)),
    "vote, at the end": (YEAR, ("vote",)),
    "run, on the way": (7, ("run",)),
    "run, from the vote": (7, ("vote", "run")),
    "outcome": (YEAR, ("vote", "run")),
    "outcome, lived on": (YEAR + 3, ("run",)),
}
"""Where a scene can stand: weeks lived, and what the host asked after them."""
KEYS = ("Space", "End", "Home", "ArrowRight", "ArrowUp", "Escape")


def stand(session: Session, weeks: int, asked: tuple[str, ...]) -> None:
    """Bring the first scene there, standing still."""
    session.scene(0)
    session.set_rate(16)
    for _ in range(weeks):
        if session.week == session.horizon:
            session.play()
            session.pause()
        session.step()
    for phase in asked:
        session.phase(phase)
        session.pause()


def raise_inconsistent(page: Page, session: Session, asked: str) -> None:
    """Raise where the panel does not say the same as the week that is lived and the host's last word."""
    closed, week = asked == "run", session.week
    done = closed and week >= YEAR
    page.wait_for_function(
        "([phase, week]) => { const s = document.querySelector('.samenspel').stage;"
        " return s.state.story.phase === phase && s.state.week === week && s.rows[0].length === week }",
        arg=["outcome" if done else asked, week],
    )
    says = page.inner_text(".outcome") if page.locator(".outcome").count() else ""
    mean = 100 * session.record()["supervision_adequate_share"].head(YEAR).mean() if done else 0
    assert says == ("" if not closed else f"Uitkomst na 1 jaar: {mean:.0f}" if done else "De uitkomst komt na 1 jaar.")
    assert page.locator("[data-act=run]").count() == (not done), "a run button as long as there is something to run"
    assert page.locator("[data-act=vote]").count() == (asked == "question")
    if not done:
        page.click("[data-act=run]")
        page.wait_for_function(
            "end => { const s = document.querySelector('.samenspel').stage.state;"
            " return s.story.phase === (s.week >= end ? 'outcome' : 'run') && (s.playing || s.week >= end) }",
            arg=YEAR,
        )


def test_every_key_in_every_phase_ends_in_a_consistent_panel(
    visit: Callable[..., Visit], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samenspel.viz.room.session.FIRST_HORIZON", YEAR)
    page = visit(site.address("keys")).page
    page.set_default_timeout(5000)
    wrong = []
    page.click("[data-tool=story]")
    session = site.session("keys")
    for name, (weeks, asked) in STANDS.items():
        for key in KEYS:
            for patience in (150, 2000):  # milliseconds; a busy machine takes longer to hear of a key
                stand(session, weeks, asked)
                page.wait_for_function(f"document.querySelector('.samenspel').stage.week === {session.week}")
                page.keyboard.press(key)
                page.wait_for_timeout(patience)
                session.pause()
                try:
                    raise_inconsistent(page, session, ("question", *asked)[-1])
                    break
                except (AssertionError, Error) as fault:
                    found = f"{name}, {key}, week {session.week}: {str(fault).splitlines()[0]}"
            else:
                wrong.append(found)
    assert wrong == []


def test_an_outcome_of_something_else_than_the_scene_says_so(visit: Callable[..., Visit], site: Site) -> None:
    page = visit(site.address("changed")).page
    page.click("[data-tool=story]")
    session = site.session("changed")
    for hours, said in ((0.5, "Uitkomst na 5 jaar, met uw wijzigingen: "), (None, "Uitkomst na 5 jaar: ")):
        session.scene(0)
        if hours:
            session.change(0, "mentor_hours", hours)
        session.phase("run")
        for _ in range(5):
            session.jump()
        page.wait_for_selector(f".outcome >> text=/^{said}[0-9]+$/")
    session.play()  # on beyond the outcome, which a later change does not touch
    session.pause()
    session.step()
    session.change(0, "mentor_hours", 0.5)
    page.wait_for_selector(".changes li")
    assert page.inner_text(".outcome").startswith(said)


def test_axes_and_panel_tell_nothing_before_it_is_lived(visit: Callable[..., Visit], site: Site) -> None:
    here = visit(site.address("axes"))
    page, session = here.page, site.session("axes")
    session.scene(len(SCENES) - 1)
    here.until(lambda facts: facts["lanes"] == 2 and facts["replications"] >= 20, 120)
    written = """() => { const texts = [], all = CanvasRenderingContext2D.prototype, was = all.fillText;
        all.fillText = function (text, ...at) { texts.push(text); was.call(this, text, ...at); };
        document.querySelector('.samenspel').stage.charts.forEach((chart) => chart.draw());
        all.fillText = was; return texts.filter((text) => /[k±]/.test(text)) }"""
    before = set(page.evaluate(written))
    assert before == {"±5", "±0,05", "±50k", "0k", "500k", "1.000k", "ondergrens voor kwaliteit"}
    for _ in range(5):
        session.jump()
    here.until(lambda facts: facts["week"] == session.week)
    assert set(page.evaluate(written)) > before - {"±50k", "500k", "1.000k"}, "axes follow what was lived"


@pytest.mark.parametrize(("lang", "size", "lanes"), [("nl", "laptop", 1), ("en", "phone", 2)])
def test_the_host_asks_what_pinches_and_how_far_it_can_grow(
    visit: Callable[..., Visit], site: Site, lang: Any, size: str, lanes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samenspel.experiments.degradation.growth.SIZES", (6, 16, 24, 40))
    monkeypatch.setattr("samenspel.experiments.degradation.growth.YEARS", 1)
    other = {"b": "growth-mbo"} if lanes == 2 else {}
    here = visit(site.address(f"asks {lang}", a="baseline", week="12", lang=lang, **other), size)
    here.until(lambda facts: facts["week"] == 12 and facts["lanes"] == lanes)
    page = here.page
    page.click("[data-tool=pinch]")
    page.wait_for_selector("dialog[open] .said")
    said = [text.removeprefix(f"{'AB'[lane]} · ") for lane, text in enumerate(page.locator(".said").all_inner_texts())]
    assert said == [pinch(lane.partnership, lang) for lane in site.session(f"asks {lang}").lanes]
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog", state="hidden")
    page.click("[data-tool=growth]")
    page.wait_for_selector("dialog[open] progress")
    before = here.facts()["week"]
    page.wait_for_selector("dialog[open] .growth-curve", timeout=60_000)
    assert before == here.facts()["week"] == 12
    assert page.locator(".said").count() == lanes
    assert ("Nu zijn het er 12" if lang == "nl" else "Now there are 12") in page.inner_text(".said >> nth=0")
    page.wait_for_timeout(100)
    drawn = page.evaluate(
        """() => { const c = document.querySelector('.growth-curve'), d = c.getContext('2d')
        .getImageData(0, 0, c.width, c.height).data; let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 0;
        return n / (c.width * c.height) }"""
    )
    assert drawn > 0.02, "the curve is drawn"
    assert page.evaluate("document.querySelector('dialog').scrollWidth <= innerWidth")
    found = Axe().run(page)
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found.response["violations"]] == []
    guest = visit(site.address(f"asks {lang}", host=False), "phone").page
    assert guest.locator("[data-tool=pinch], [data-tool=growth]").count() == 0
