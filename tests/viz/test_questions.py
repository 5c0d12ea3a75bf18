"""What pinches and how far it can grow: answered in the background, about a copy, in the words of the analyses."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from samenspel.experiments.bottlenecks.pinch import pinch
from samenspel.experiments.degradation import growth as growth_of
from samenspel.experiments.degradation.growth import SIZES, Growth, Nobody, growth
from samenspel.experiments.statistics.breaks import Break
from samenspel.experiments.statistics.safe_scale import Scale
from samenspel.model import Partnership, Scenario
from samenspel.model.input.faults import InputFaults, Phrase
from samenspel.viz.room import questions
from samenspel.viz.room.course import Course, catalog_of, raise_too_large
from samenspel.viz.room.session import Session
from samenspel.viz.room.visitor import Visitor
from samenspel.viz.steering import obey

CATALOG = catalog_of()
SHORT = (6, 8, 12, 16, 20, 24, 28, 34, 40)
FALLING = tuple(np.linspace(0.9, 0.4, len(SHORT)).tolist())


class Page:
    """Asks as a page does and waits for the answer."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.heard: list[dict[str, Any]] = []

    def answer(self, message: dict[str, Any]) -> None:
        self.heard.append(message)

    def ask(self, what: str, lang: str = "nl", *, host: bool = True) -> None:
        visitor = Visitor(hosts=lambda: host)
        obey(self.session, {"ask": what, "lang": lang}, visitor, answer=self.answer, more=self.answer)

    def last(self, key: str, seconds: float = 60) -> dict[str, Any]:
        """The first answer that is complete."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := [message for message in self.heard if message.get(key)]:
                return found[-1]
            time.sleep(0.01)
        raise AssertionError(f"no answer with {key}: {self.heard}")


@pytest.fixture
def open_page() -> Iterator[Callable[..., Page]]:
    opened: list[Session] = []

    def open_one(*texts: str) -> Page:
        opened.append(Session(CATALOG, [Course.read(text, CATALOG) for text in texts]))
        return Page(opened[-1])

    yield open_one
    for session in opened:
        session.close()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two sizes and two short replications: what is asked, not how well it is known."""
    monkeypatch.setattr(growth_of, "SIZES", (6, 40))
    monkeypatch.setattr(growth_of, "YEARS", 1)
    monkeypatch.setattr(questions, "REPLICATIONS", 2)


def test_what_pinches_is_said_of_each_lane_as_it_stands_and_changes_nothing(open_page: Callable[..., Page]) -> None:
    page = open_page("growth-mbo", "baseline~mentor_hours:0.5")
    for _ in range(3):
        page.session.step()
    page.ask("pinch")
    page.session.step()
    said = page.last("texts")
    assert page.heard[0] == {"say": "pinch", "week": 3, "texts": None}, "at once, so that a window can open"
    assert said["week"] == 3
    for text, name, changes in zip(said["texts"], ("growth-mbo", "baseline"), ({}, {"mentor_hours": 0.5}), strict=True):
        present = Partnership(CATALOG[name].with_values(**changes), rng=1, past=CATALOG[name])
        present.run(weeks=3)
        assert text == pinch(present, "nl")
    lane = page.session.lanes[0].partnership
    undisturbed = Partnership(CATALOG["growth-mbo"], rng=1)
    undisturbed.run(weeks=4)
    np.testing.assert_array_equal(lane.weekly_record, undisturbed.weekly_record)


@pytest.mark.usefixtures("small")
def test_the_curve_is_that_of_the_model_at_every_size(open_page: Callable[..., Page]) -> None:
    page = open_page("baseline~mentor_hours:1.0")
    page.session.step()
    page.session.change(0, "trainer_hours", 9.0)
    page.ask("growth", "en")
    told = page.last("lanes")
    curve = told["lanes"][0]
    assert (told["done"], told["asked"]) == (6, 6)
    assert curve["sizes"] == (6, 12, 40), "the present size is among them"
    assert (curve["own"], curve["floor"]) == (12, 0.8)
    now = CATALOG["baseline"].with_values(mentor_hours=1.0, trainer_hours=9.0)
    for at, size in enumerate(curve["sizes"]):
        scenario = now.with_values(students_per_cluster=size, demand_follows_places=True, site_capacity="soft")
        runs = []
        for seed in questions.seeds_besides(1, 2):
            partnership = Partnership(scenario, rng=seed)
            partnership.run(years=1)
            runs.append(partnership.last_year()["supervision_adequate_share"])
        assert curve["mean"][at] == pytest.approx(np.mean(runs), abs=1e-12)


@pytest.mark.usefixtures("small")
def test_the_same_question_is_answered_from_memory_and_in_the_other_language(
    open_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("baseline")
    page.ask("growth", "nl")
    first = page.last("lanes")
    page.heard.clear()

    def never(*_: Any) -> None:
        raise AssertionError("it is known")

    monkeypatch.setattr(questions, "growth", never)
    page.ask("growth", "en")
    again = page.last("lanes")
    assert again["lanes"][0]["mean"] == first["lanes"][0]["mean"]
    assert "studenten" in first["lanes"][0]["words"][0]
    assert "students" in again["lanes"][0]["words"][0]
    assert page.session.error is None


def test_weeks_go_on_while_a_question_is_answered(
    open_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = threading.Event()
    monkeypatch.setattr(questions, "pinch", lambda *_: str(hold.wait(20)))
    page = open_page("baseline")
    page.ask("pinch")
    for _ in range(5):
        page.session.step()
    assert page.session.week == 5
    assert not any(message["texts"] for message in page.heard)
    hold.set()
    assert page.last("texts")["texts"] == ["True"]


def test_a_newer_question_of_a_page_takes_the_place_of_its_older_one(
    open_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    hold, asked = threading.Event(), []

    def answered(present: Partnership, _: str) -> str:
        asked.append(present.week)
        hold.wait(20)
        return f"as of week {present.week}"

    monkeypatch.setattr(questions, "pinch", answered)
    page = open_page("baseline")
    other = Page(page.session)
    page.ask("pinch")
    while not asked:
        time.sleep(0.01)
    for _ in range(3):
        page.session.step()
        page.ask("pinch")
    other.ask("pinch")
    hold.set()
    assert other.last("texts")["texts"] == ["as of week 3"], "a question of another page is its own"
    assert [m["texts"] for m in page.heard if m["texts"]] == [["as of week 3"]]
    assert asked == [0, 3, 3]


def test_closing_ends_a_curve_that_is_being_made(open_page: Callable[..., Page]) -> None:
    page = open_page("baseline")
    page.ask("growth")
    start = time.monotonic()
    page.session.close()
    assert time.monotonic() - start < 8
    assert not any(message["lanes"] for message in page.heard)
    page.ask("growth")


def test_a_fault_of_the_model_is_the_sessions_card(
    open_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("baseline")

    def broken(*_: Any) -> str:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(questions, "pinch", broken)
    page.ask("pinch")
    end = time.monotonic() + 20
    while page.session.error is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert "planted" in page.session.error["cause"]


# --- words ---


def told(bend: Break, safe: Scale, mean: tuple[float, ...] = FALLING) -> dict[str, str]:
    found = Growth(SHORT, mean, mean, mean, 12, 0.8, bend, safe)
    return {lang: " ".join(found.told(lang)["words"]) for lang in ("nl", "en")}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("bend", "nl", "en"),
    [
        (Break("break", 20, 18, 23, -0.001, -0.03), "breekpunt bij ongeveer 20 (18 tot 23)", "breaking point at about"),
        (Break("break", 20, 18, 23, -0.03, -0.001), "vlakt het af", "levels off"),
        (Break("smooth"), "geen breekpunt: het gaat geleidelijk achteruit", "gradually"),
        (Break("straight"), "elke stap scheelt evenveel", "every step differs as much"),
        (Break("flat"), "maakt hier geen verschil", "makes no difference"),
        (Break("undecided"), "valt niet te zeggen", "cannot be told"),
    ],
)  # fmt: skip
def test_the_shape_of_the_curve_is_said_in_plain_words(bend: Break, nl: str, en: str) -> None:
    words = told(bend, Scale(17.2, 15.6, 18.8))
    assert nl in words["nl"]
    assert en in words["en"]
    assert "van 90% toereikend begeleid bij 6" in words["nl"]
    assert "tot ongeveer 17 (16 tot 19) studenten per cluster boven de ondergrens van 80%" in words["nl"]
    assert f"Nu zijn het er 12; daar is het {100 * FALLING[2]:.0f}%." in words["nl"]


@pytest.mark.parametrize(
    ("safe", "nl"),
    [
        (Scale(np.inf, np.inf, np.inf), "bij elke omvang tot en met 40"),
        (Scale(-np.inf, -np.inf, -np.inf), "al vanaf 6 onder de ondergrens"),
        (Scale(39.0, 36.0, np.inf), "39 (ten minste 36)"),
        (Scale(7.0, -np.inf, 9.0), "7 (hoogstens 9)"),
        (Scale(20.0, -np.inf, np.inf), "20 (onzeker)"),
    ],
)
def test_what_lies_beyond_the_axis_stays_open(safe: Scale, nl: str) -> None:
    words = told(Break("smooth"), safe)
    assert nl in words["nl"]
    assert "inf" not in words["nl"] + words["en"]


def test_a_partnership_that_rises_is_not_said_to_fall() -> None:
    assert "geleidelijk vooruit" in told(Break("smooth"), Scale(np.inf, np.inf, np.inf), FALLING[::-1])["nl"]


def test_there_are_enough_sizes_and_replications_to_judge_a_break() -> None:
    from samenspel.experiments.statistics.breaks import FEWEST_CURVES, FEWEST_SIZES

    assert len(SIZES) >= FEWEST_SIZES
    assert max(10, FEWEST_CURVES) <= questions.REPLICATIONS
    assert (SIZES[0], SIZES[-1]) == (6, 40)


@pytest.mark.usefixtures("small")
def test_that_there_is_nobody_to_supervise_is_an_answer_to_both_questions() -> None:
    empty = Scenario.load("baseline", {"hbo_demand": "0", "beyond_range": "true"})
    session = Session({**CATALOG, "empty": replace(empty, name="empty")}, [Course("empty"), Course("baseline")])
    try:
        for lang, words in (("nl", "Er is niemand om te begeleiden."), ("en", "There is nobody to supervise.")):
            page = Page(session)
            page.ask("growth", lang)
            alone, beside = page.last("lanes")["lanes"]
            assert alone == {"sizes": (), "words": [words]}
            assert beside["sizes"], "the other lane has its curve"
            page.ask("pinch", lang)
            assert page.last("texts")["texts"][0] == words
        assert session.error is None
    finally:
        session.close()


def test_that_there_is_nobody_at_times_is_said_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth_of, "shares", lambda scenarios, seeds: [np.nan, *[0.5] * (len(scenarios) - 1)])
    found = growth(CATALOG["baseline"], [1], lambda: True)
    assert found == Nobody(always=False)
    assert "soms niemand" in found.told("nl")["words"][0]
    assert "at times there is nobody" in found.told("en")["words"][0]


# --- too large ---


def test_what_is_too_large_to_draw_is_refused_with_its_size() -> None:
    with pytest.raises(InputFaults) as refused:
        raise_too_large(Scenario.load("national"), Phrase("here", "hier"))
    assert "hier, scenario: gevonden national met ongeveer 20.640 studenten" in refused.value.text("nl")
    assert "at most 3,000 students" in refused.value.text("en")
    for scenario in CATALOG.values():
        raise_too_large(scenario, Phrase("here"))
    with pytest.raises(InputFaults, match="students"):
        Course.read("baseline~partnerships:10000", CATALOG)
