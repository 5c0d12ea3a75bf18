"""Somebody sits at a page: turns levers, answers a story, and comes back by an address."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from samenspel.experiments.output.language import Language, number
from samenspel.experiments.plausible.source import SHIPPED
from samenspel.experiments.plausible.worlds import Worlds
from samenspel.experiments.study.seeds import seeds_besides
from samenspel.model import Partnership, Scenario
from samenspel.viz.page.document import Beginning
from samenspel.viz.page.html import page as html
from samenspel.viz.room.course import catalog_of
from samenspel.viz.room.ensemble import REPLICATIONS
from samenspel.viz.room.frames import SERIES
from samenspel.viz.texts import texts_in
from tests.viz.browser import needs_browser

pytest_plugins = ("tests.viz.fixtures",)
pytestmark = needs_browser

ENGINE = "document.querySelector('.samenspel').stage.model"
ALL_LIVES = f"""() => {{ const stage = document.querySelector('.samenspel')?.stage;
    return stage?.bands?.replications === {REPLICATIONS} }}"""
MIDDLE = """() => { const {bands} = document.querySelector('.samenspel').stage;
    return [0, 1, 2].map((which) => bands.at(0, which, 199, 0)) }"""
NO_WORKERS = "window.Worker = class { constructor() { throw new Error('not from a file'); } };"
LOST_WORKERS = """window.Worker = class {
    constructor() { setTimeout(() => this.onerror?.(new Event('error')), 50); }
    postMessage() {}
    terminate() {} };"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A page with two scenarios, as a file."""
    catalog = catalog_of()
    path = tmp_path_factory.mktemp("page") / "samenspel.html"
    path.write_text(html([Beginning(catalog[name]) for name in ("baseline", "growth-clusters")], "nl"), "utf-8")
    return path.as_uri()


@pytest.fixture
def opened(browser: Browser, file: str) -> Iterator[Callable[..., Page]]:
    wrong: list[str] = []
    pages: list[Page] = []

    def open_file(address: str = "", before: str = "") -> Page:
        page = browser.new_page(viewport={"width": 1366, "height": 768})
        pages.append(page)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        if before:
            page.add_init_script(before)
        page.goto(file + address)
        page.wait_for_function(ALL_LIVES)
        return page

    yield open_file
    for page in pages:
        page.close()
    assert wrong == []


def state(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(f"() => {ENGINE}.get('state')")
    return found


def drag(page: Page, name: str, value: float) -> None:
    """Move a slider, and hold it."""
    page.evaluate(
        """([name, value]) => { const input = document.getElementById(`lever-${name}`);
            input.value = value; input.dispatchEvent(new Event('input', {bubbles: true})); }""",
        [name, value],
    )


def let_go(page: Page, name: str) -> None:
    page.evaluate("name => document.getElementById(`lever-${name}`).dispatchEvent(new Event('change'))", name)


def until_other(page: Page, before: list[float]) -> list[float]:
    page.wait_for_function(
        f"before => JSON.stringify(({MIDDLE})()) !== JSON.stringify(before) && ({ALL_LIVES})()", arg=before
    )
    found: list[float] = page.evaluate(MIDDLE)
    return found


def test_the_future_is_drawn_before_the_first_week_and_follows_the_hand(opened: Callable[..., Page]) -> None:
    page = opened()
    before = page.evaluate(MIDDLE)
    assert before[1] < before[0] < before[2]
    assert page.evaluate("() => document.querySelector('.samenspel').stage.foretold") == 200
    for value in (1.2, 0.9, 0.6):
        drag(page, "mentor_hours", value)
    held = until_other(page, before)
    assert held[0] < before[0], "with less time, fewer are supervised adequately"
    assert state(page)["lanes"][0]["course"] == "baseline", "whoever holds a slider has not turned it yet"
    let_go(page, "mentor_hours")
    assert state(page)["lanes"][0]["course"] == "baseline~mentor_hours:0.6"
    page.wait_for_function(ALL_LIVES)
    assert page.evaluate(MIDDLE) == held


def test_any_of_the_lives_goes_over_the_map_and_stands_in_the_address(opened: Callable[..., Page]) -> None:
    page = opened("#a=baseline&seed=5&week=30&lang=en")
    page.click("[data-tool=more]")
    page.select_option("#life", index=3)
    page.wait_for_function(f"() => {ENGINE}.get('state').address.life === '3'")
    there = Partnership(Scenario.load("baseline"), rng=seeds_besides(5, 3)[2])
    there.run(weeks=30)
    shown = "() => [...document.querySelector('.samenspel').stage.rows[0].at(-1)]"
    expected = [there.this_week()[name] for name in SERIES]
    assert page.evaluate(shown) == pytest.approx(expected, rel=1e-6, nan_ok=True)
    page.wait_for_function("() => location.hash.includes('life=3')")
    page.reload()
    page.wait_for_function(ALL_LIVES)
    assert state(page)["week"] == 30
    assert page.evaluate(shown) == pytest.approx(expected, rel=1e-6, nan_ok=True)
    page.evaluate(f"() => {ENGINE}.send({{ask: 'reseed', seed: 6}})")
    assert "life" not in state(page)["address"]


def test_weeks_are_played_and_an_address_brings_them_back(opened: Callable[..., Page], file: str) -> None:
    page = opened("#a=baseline&b=growth-clusters~mentor_hours:1.5&seed=5&week=41&lang=en")
    assert state(page)["week"] == 41
    page.select_option("select[aria-label^=Speed]", "16")
    page.click(".play")
    page.wait_for_function(f"() => {ENGINE}.get('state').lanes.length === 2 && {ENGINE}.week > 44")
    page.click(".play")
    drag(page, "mentor_hours", 2.5)
    let_go(page, "mentor_hours")
    told = state(page)
    assert not told["playing"]
    assert told["lanes"][0]["changes"] == [{"week": told["week"], "name": "mentor_hours", "value": 2.5}]
    address = page.url.removeprefix(file)
    again = opened(address)
    assert state(again)["address"] == told["address"]
    assert again.evaluate(f"() => {ENGINE}.get('frame').byteLength") == page.evaluate(
        f"() => {ENGINE}.get('frame').byteLength"
    )
    assert page.evaluate("() => localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("#a=basline", "basline"),
        ("#a=baseline&seed=x", "seed"),
        ("#a=baseline~mentor_hours:99", "99"),
        ("#a=baseline&band=stars", "luck, worlds"),
    ],
)
def test_a_damaged_address_falls_back_with_a_word(opened: Callable[..., Page], address: str, says: str) -> None:
    page = opened(address)
    assert says in (page.text_content("dialog[open]") or "")
    assert state(page)["address"] == {"a": "baseline", "seed": "1", "week": "0"}


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_band_over_worlds_is_chosen_told_and_brought_back(
    opened: Callable[..., Page], file: str, lang: Language
) -> None:
    page, words = opened(f"#a=baseline&seed=5&lang={lang}"), texts_in(lang)
    assert page.inner_text(".band-note") == words["band_mean"].format(n=REPLICATIONS)
    luck = page.evaluate(MIDDLE)
    page.focus("#band-over")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("[data-over=worlds]")
    page.wait_for_function(ALL_LIVES)
    assert page.inner_text(".band-note") == words["band_worlds_mean"].format(n=REPLICATIONS)
    assert number(Worlds.read(SHIPPED).about.measured, lang) in (page.text_content(".worlds-note p") or "")
    assert not page.locator(".near-note").is_visible(), "they are made for this partnership"
    over = page.evaluate(MIDDLE)
    assert over[2] - over[1] > luck[2] - luck[1]
    again = opened(page.url.removeprefix(file))
    assert "band=worlds" in page.url
    assert again.evaluate(MIDDLE) == over


def test_people_think_before_they_see(opened: Callable[..., Page]) -> None:
    page = opened()
    page.click("[data-tool=story]")
    page.click("[data-act=begin]")
    assert page.evaluate("() => document.querySelector('.samenspel').stage.foretold") == 0, "no future in the charts"
    page.click("[data-act=vote]")
    page.click(".ballot .options button >> nth=2")
    page.fill("#guess", "70")
    page.click(".ballot [type=submit]")
    assert state(page)["story"] | {"weeks": 0} == {
        "scene": 0, "phase": "vote", "weeks": 0, "voters": 1, "counts": [], "guesses": [],
    }  # fmt: skip
    page.click("[data-act=run]")
    told = state(page)
    assert told["playing"]
    assert (told["story"]["counts"], told["story"]["guesses"]) == ([0, 0, 1], [70])


def test_there_is_no_film_to_save(opened: Callable[..., Page]) -> None:
    page = opened()
    page.click("[data-tool=more]")
    rows = page.locator("dialog .wide").all_text_contents()
    assert any("CSV" in row for row in rows)
    assert not any("HTML" in row for row in rows)


@pytest.mark.parametrize("before", [NO_WORKERS, LOST_WORKERS])
def test_without_workers_the_page_lives_them_itself(opened: Callable[..., Page], before: str) -> None:
    usual = opened().evaluate(MIDDLE)
    page = opened(before=before)
    assert page.evaluate(MIDDLE) == usual


def test_assumptions_are_turned_and_turned_back_in_a_page(opened: Callable[..., Page]) -> None:
    page = opened()
    before = page.evaluate(MIDDLE)
    page.click("[data-tool=assumptions]")
    page.check("[data-filter=every]")
    assert page.locator("[data-parameter=cross_denomination] :is(select, [role=switch])").is_disabled(), "ready-made"
    page.locator("[data-parameter=need_per_day] input[type=number]").fill("1.1")
    page.keyboard.press("Enter")
    assert state(page)["address"]["a"] == "baseline~need_per_day:1.1"
    page.wait_for_function(ALL_LIVES)
    assert page.evaluate(MIDDLE) != before
    page.click("[data-act=turn-back]")
    assert state(page)["address"]["a"] == "baseline"
    page.wait_for_function(ALL_LIVES)
    assert page.evaluate(MIDDLE) == before


def test_what_is_clicked_is_told_in_a_page(opened: Callable[..., Page]) -> None:
    page = opened("#a=baseline&week=5")
    stage = "document.querySelector('.samenspel').stage"
    for kind in ("student", "site", "cluster"):
        page.evaluate(f"kind => {stage}.choose({{lane: 0, kind, which: 3}})", kind)
        page.evaluate(f"kind => {stage}.send({{ask: 'card', lane: 0, kind, which: 3}})", kind)
        assert page.locator(".card:not([hidden]) dt").count() >= 4
    assert page.inner_text(".card h2") == page.evaluate(f"() => {stage}.land[0].clusters[3][0]")
