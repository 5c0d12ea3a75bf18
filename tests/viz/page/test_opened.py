"""The page opened from a folder in a real browser, with the network cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from samenspel.model import Partnership, Scenario
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.words import in_language
from samenspel.viz.one_file import NO_SCRIPTS
from samenspel.viz.page.document import Beginning, with_built_in
from samenspel.viz.page.html import TOO_OLD, page
from samenspel.viz.texts import texts_in
from tests.viz.browser import HOSTILE, Visit, needs_browser, shown

pytest_plugins = ("tests.viz.fixtures",)
pytestmark = [pytest.mark.slow, needs_browser]

SIZES = {"projector": (1920, 1080), "laptop": (1366, 768), "phone": (390, 844)}
HERE = ("file:", "blob:", "data:")
PATIENCE = 60  # seconds
KEPT = """async () => [document.cookie, (await indexedDB.databases()).length, (await caches?.keys?.() ?? []).length]"""

type Open = Callable[..., Visit]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with a partnership of one's own, whose name is none that a page should believe."""
    made = tmp_path_factory.mktemp("stick") / "samenspel.html"
    own = replace(Scenario.load("baseline"), name="own", title=HOSTILE, title_nl=HOSTILE)
    made.write_text(page(with_built_in([Beginning(own)]), "nl"), encoding="utf-8")
    return made


def watched(page: Page, wrong: list[str]) -> None:
    """Note what goes wrong on a page, and every request that leaves it."""
    page.on("pageerror", lambda error: wrong.append(f"page error: {error}"))
    page.on(
        "console", lambda said: wrong.append(f"console: {said.text}") if said.type in ("error", "warning") else None
    )
    page.on("request", lambda asked: None if asked.url.startswith(HERE) else wrong.append(f"outside: {asked.url}"))


@pytest.fixture
def opened(browser: Browser, file: Path) -> Iterator[Open]:
    """Opens the file at an address, on a screen; `before` runs before its scripts."""
    contexts: list[BrowserContext] = []
    visits: list[Visit] = []

    def open_file(address: str = "", size: str = "laptop", before: str = "", **more: bool) -> Visit:
        width, height = SIZES[size]
        context = browser.new_context(viewport={"width": width, "height": height}, has_touch=size == "phone", **more)
        contexts.append(context)
        context.set_offline(True)
        context.add_init_script(before)
        visits.append(made := Visit(context.new_page()))
        watched(made.page, made.wrong)
        made.page.goto(f"{file.as_uri()}#{address}")
        return made

    yield open_file
    wrong = [text for made in visits for text in made.wrong]
    for context in contexts:
        context.close()
    assert wrong == []


def stage(visit: Visit) -> Visit:
    """The same visit once the model is there."""
    visit.page.wait_for_selector(".samenspel .map canvas", timeout=PATIENCE * 1000)
    return visit


# --- the model ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_it_opens_reads_well_and_is_accessible(opened: Open, lang: str, size: str) -> None:
    dark = "1" if lang == "en" else "0"
    here = stage(opened(f"lang={lang}&dark={dark}&a=baseline&b=growth-mbo&week=41", size))
    here.until(lambda facts: facts["week"] == 41 and facts["lanes"] == 2 and facts["draws"] > 0, PATIENCE)
    here.until(lambda facts: facts["replications"] > 0, PATIENCE)
    assert here.page.evaluate("document.querySelector('.samenspel').stage.setup.kind") == "page"
    assert here.page.get_attribute("html", "lang") == lang
    assert texts_in(lang)["quality"] in here.page.inner_text(".charts")
    assert here.page.evaluate("document.querySelector('.samenspel').scrollWidth <= innerWidth"), "no scrolling sideways"
    found = Axe().run(here.page)
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]]) for v in found.response["violations"]] == []


def test_its_numbers_are_those_of_the_model(opened: Open) -> None:
    here = stage(opened(f"a=growth-mbo&seed=3&week={WEEKS}"))
    here.until(lambda facts: facts["week"] == WEEKS, PATIENCE)
    partnership = Partnership(Scenario.load("growth-mbo"), rng=3)
    partnership.run(weeks=WEEKS)
    wanted = partnership.this_week()
    for series in ("supervision_adequate_share", "supervision_mean_mbo", "mentor_overload_share", "status_barrier"):
        assert shown(here.page, series) == pytest.approx(wanted[series], rel=1e-6), series


def test_ones_own_partnership_opens_and_lives_and_nothing_is_kept(opened: Open) -> None:
    here = stage(opened())
    assert HOSTILE in here.page.inner_text(".lane-title")
    assert here.page.evaluate("window.hacked") is None
    here.page.keyboard.press("Space")
    here.until(lambda facts: facts["week"] >= 3, PATIENCE)
    here.page.keyboard.press("Space")
    assert here.page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    assert here.page.evaluate(KEPT) == ["", 0, 0]


def test_what_the_address_brings_back_is_the_scene(opened: Open) -> None:
    first = stage(opened("a=own&week=2"))
    first.page.keyboard.press("ArrowRight")
    first.until(lambda facts: facts["week"] == 3, PATIENCE)
    first.page.wait_for_function("location.hash.includes('week=3')")
    again = stage(opened(first.page.evaluate("location.hash.slice(1)")))
    again.until(lambda facts: facts["week"] == 3, PATIENCE)
    assert shown(again.page, "supervision_p10") == shown(first.page, "supervision_p10")


@pytest.mark.parametrize(
    "address", ["a=nowhere", "a=baseline~mentor_hours:much&seed=1", "seed=-1&week=1e9", "%E0%A4%A=&a"]
)
def test_a_damaged_address_falls_back_with_a_word(opened: Open, address: str) -> None:
    here = stage(opened(f"{address}&lang=en"))
    said = here.page.wait_for_selector("dialog[open], [role=dialog]:not([hidden])")
    assert said is not None
    assert texts_in("en")["bad_address"] in said.inner_text()
    assert HOSTILE in here.page.inner_text(".lane-title"), "it opens as it does without an address"


# --- browsers that cannot ----------------------------------------------------------------------------------------


def told(visit: Visit, sentence: str) -> None:
    """The sentence is there in both languages, and nothing but it."""
    seen = [line for line in visit.page.locator(".sentence p").all() if line.is_visible()]
    assert [line.text_content() for line in seen] == [in_language(sentence, lang) for lang in ("nl", "en")]
    assert visit.page.locator(".samenspel").count() == 0


def test_without_scripts_it_says_so(opened: Open) -> None:
    told(opened(java_script_enabled=False), NO_SCRIPTS)


@pytest.mark.parametrize(
    "before",
    ["delete self.WebAssembly", "WebAssembly.validate = () => false", "delete self.DecompressionStream"],
)
def test_a_browser_that_cannot_live_the_model_says_so(opened: Open, before: str) -> None:
    told(opened(before=before), TOO_OLD)
