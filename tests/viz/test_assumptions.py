"""The pane of assumptions: all that can be turned, with what it moves, and the way back."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.model.year.changes import AT_THE_START
from samenspel.viz.room import assumptions, levers
from samenspel.viz.room.course import Course, catalog_of
from samenspel.viz.room.session import Session
from samenspel.viz.texts import texts_in
from tests.viz.browser import Site, Visit, needs_browser
from tools import influence
from tools.campaigns import newest

pytest_plugins = ("tests.viz.fixtures",)

NEED = "need_per_day"


@pytest.fixture
def session() -> Iterator[Session]:
    catalog = catalog_of()
    made = Session(catalog, (Course("baseline"), Course("growth-mbo")))
    yield made
    made.close()


# --- what is told ---


def test_the_file_of_influence_is_made_of_the_newest_screening() -> None:
    assert assumptions.INFLUENCE.read_text(encoding="utf-8") == influence.made()
    rows = {row["parameter"]: row for row in newest("screening")}
    told = assumptions.influences()
    assert told.keys() == rows.keys() & PARAMETERS.keys()
    assert told["leadership_cluster_hours"]["amount"] == assumptions.POINTS * float(
        rows["leadership_cluster_hours"]["steps"]
    )


def test_every_parameter_is_told_with_both_languages_a_range_and_its_source() -> None:
    told = assumptions.as_texts()
    assert [one["name"] for one in told] == list(PARAMETERS)
    for one in told:
        parameter = PARAMETERS[one["name"]]
        assert all(one[text][lang] for text in ("line", "group", "unit", "source") for lang in ("nl", "en"))
        assert one["at_start"] == (one["name"] in AT_THE_START)
        assert one["assumed"] == parameter.assumed
        if parameter.kind == "real":
            steps = [(value - parameter.low) / one["step"] for value in (parameter.high, parameter.default)]
            assert round(steps[0], 6) >= levers.SMALLEST or one["name"] in levers.STEPS
            assert steps[1] == pytest.approx(round(steps[1]), abs=1e-6), "a range can stand at the default"
    assert {one["name"] for one in told if "acts" in one} == set(levers.LEVERS)
    lines = [one["line"] for one in told] + [one["indicator"] for one in assumptions.influences().values()]
    assert not any(line["en"].startswith("The same") or line["nl"].startswith("Hetzelfde") for line in lines), (
        "out of the order of tables nobody knows the same as what"
    )


# --- turning ---


def test_what_is_turned_and_turned_back_is_the_scenario_again(session: Session) -> None:
    session.change(1, NEED, 1.0)
    session.change(1, "mentor_hours", 1.0)
    assert session.courses[1].text() == f"growth-mbo~{NEED}:1.0~mentor_hours:1.0"
    assert session.state()["lanes"][1]["values"] == {NEED: 1.0, "mentor_hours": 1.0}
    session.turn_back(1, NEED)
    assert session.courses[1].text() == "growth-mbo~mentor_hours:1.0"
    session.turn_back(1, None)
    assert session.courses[1] == Course("growth-mbo")
    session.change(0, NEED, PARAMETERS[NEED].default)
    assert session.courses[0] == Course("baseline"), "what a scenario has itself is no change"


def test_on_the_way_everything_is_turned_back_from_next_week_on(session: Session) -> None:
    session.choose(0, "baseline~form_start:new~mentor_hours:1.0")
    session.step()
    session.change(0, NEED, 1.0)
    session.step()
    session.turn_back(0, None)
    assert session.state()["lanes"][0]["values"] == {"form_start": "new"}, "what shapes the start stays"
    assert [(c.week, c.name) for c in session.courses[0].changes] == [
        (0, "form_start"), (0, "mentor_hours"), (1, NEED), (2, NEED), (2, "mentor_hours"),
    ]  # fmt: skip
    session.step()
    assert session.error is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [(NEED, 7, "0.8"), ("mbo_level3_share", "much", "number"), ("form_start", "new", "can change"),
     ("attention_span", 1, "can change"), (None, 1, "can change")],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_reason(session: Session, name: Any, value: Any, said: str) -> None:
    for week in (0, 1):
        with pytest.raises(InputFaults) as refused:
            session.change(0, name, value)
        assert said in refused.value.text("en")
        assert session.courses[0] == Course("baseline")
        if not week:
            session.step()


# --- in a browser ---


def row(page: Page, name: str) -> Any:
    return page.locator(f"[data-parameter={name}]")


def type_in(page: Page, name: str, text: str) -> None:
    row(page, name).locator("input[type=number]").fill(text)
    page.keyboard.press("Enter")


@pytest.mark.slow
@needs_browser
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_who_disagrees_turns_an_assumption_and_back(visit: Callable[..., Visit], site: Site, lang: Any) -> None:
    name = f"assumptions-{lang}"
    here = visit(site.address(name, a="growth-mbo", lang=lang))
    page, room, texts = here.page, site.session(name), texts_in(lang)
    page.click("[data-tool=assumptions]")
    shown = page.locator("[data-parameter]").evaluate_all("rows => rows.map(row => row.dataset.parameter)")
    assert set(shown) == {one.name for one in PARAMETERS.values() if one.assumed}
    moved = [assumptions.influences().get(one, {"sure": -1, "unit": "percent"}) for one in shown]
    order = [(one["sure"] > 0 and 1 + (one["unit"] == "points"), one["sure"]) for one in moved]
    assert order == sorted(order, reverse=True)
    page.fill("#search", "peer_rate")
    assert page.locator("[data-parameter]").count() == 1
    type_in(page, "peer_rate", "0.3")
    page.wait_for_function("document.querySelector('.differs-line').textContent.includes('0')")
    assert page.inner_text(".differs-line").startswith(texts["adapted"])
    assert room.courses[0].text() == "growth-mbo~peer_rate:0.3"
    type_in(page, "peer_rate", "9")
    page.wait_for_selector(".toast:not([hidden])")
    assert row(page, "peer_rate").locator("input[type=number]").input_value() == "0.3"
    row(page, "peer_rate").locator(".back").click()
    page.wait_for_function("document.querySelector('.differs-line').textContent === ''")
    assert room.courses[0].text() == "growth-mbo"
    page.fill("#search", "")
    page.check("[data-filter=every]")
    assert page.locator("[data-parameter]").count() == len(PARAMETERS)
    assert row(page, "form_start").locator("select").is_disabled()
    row(page, "with_barrier").locator("[role=switch]").click()
    row(page, "form_peer_gap").locator("select").select_option(PARAMETERS["form_peer_gap"].choices[-1])
    page.wait_for_function("document.querySelector('[data-act=turn-back]').textContent.includes('(2)')")
    page.click("[data-act=turn-back]")
    page.wait_for_function("document.querySelector('[data-act=turn-back]').disabled")
    assert room.courses[0].text() == "growth-mbo"
    page.select_option("#order", "subject")
    assert page.locator(".assumptions h3").count() == len({one.group for one in PARAMETERS.values()})


@pytest.mark.slow
@needs_browser
@pytest.mark.parametrize("size", ["laptop", "phone"])
@pytest.mark.parametrize("dark", ["0", "1"])
def test_everybody_can_use_the_pane(visit: Callable[..., Visit], site: Site, size: str, dark: str) -> None:
    here = visit(site.address(f"pane-{size}", a="baseline", b="growth-mbo", dark=dark), size)
    page = here.page
    page.focus("[data-tool=assumptions]")
    page.keyboard.press("Enter")
    page.check("[data-filter=every]")
    page.click(".assumptions .tab.lane-b")
    type_in(page, "mentor_hours", "1.5")
    page.wait_for_selector("[data-parameter=mentor_hours].differs .back")
    assert "A: " in row(page, "mentor_hours").locator(".present").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page)
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found.response["violations"]] == []


@pytest.mark.slow
@needs_browser
def test_a_card_is_told_again_in_the_language_that_is_chosen(visit: Callable[..., Visit], site: Site) -> None:
    here = visit(site.address("told", a="growth-mbo", week="4", lang="nl"))
    here.until(lambda facts: facts["week"] == 4 and facts["draws"] > 0)
    stage = "document.querySelector('.samenspel').stage"
    here.page.evaluate(f"{stage}.choose({{lane: 0, kind: 'cluster', which: 0}})")
    here.page.evaluate(f"{stage}.send({{ask: 'card', lane: 0, kind: 'cluster', which: 0}})")
    here.page.wait_for_selector(".card:not([hidden]) dt >> text=Bestuur")
    here.page.evaluate(f"window.asked = []; {stage}.model.send = (ask) => window.asked.push(ask); 0")
    here.page.evaluate(f"{stage}.setLanguage('en')")
    assert "Board" in here.page.inner_text(".card dl")
    assert here.page.evaluate("window.asked") == []
