"""What pinches and how far it can grow: answered in the background, about a copy, as facts."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from samenspel.experiments.bottlenecks.pinch import Pinches, pinches
from samenspel.experiments.degradation import growth as growth_of
from samenspel.experiments.degradation.growth import SIZES, Nobody, growth
from samenspel.model import Partnership, Scenario
from samenspel.model.input.faults import InputFaults, Phrase
from samenspel.viz.room import questions
from samenspel.viz.room.course import Course, catalog_of, raise_too_large
from samenspel.viz.room.questions import facts_of
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

    def ask(self, what: str, *, host: bool = True) -> None:
        visitor = Visitor(hosts=lambda: host)
        obey(self.session, {"ask": what}, visitor, answer=self.answer, more=self.answer)

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
    said = page.last("lanes")
    assert page.heard[0] == {"say": "pinch", "week": 3, "lanes": None}, "at once, so that a window can open"
    assert said["week"] == 3
    for facts, name, changes in zip(
        said["lanes"], ("growth-mbo", "baseline"), ({}, {"mentor_hours": 0.5}), strict=True
    ):
        present = Partnership(CATALOG[name].with_values(**changes), rng=1, past=CATALOG[name])
        present.run(weeks=3)
        assert facts == facts_of(pinches(present))
    lane = page.session.lanes[0].partnership
    undisturbed = Partnership(CATALOG["growth-mbo"], rng=1)
    undisturbed.run(weeks=4)
    np.testing.assert_array_equal(lane.weekly_record, undisturbed.weekly_record)


@pytest.mark.usefixtures("small")
def test_the_curve_is_that_of_the_model_at_every_size(open_page: Callable[..., Page]) -> None:
    page = open_page("baseline~mentor_hours:1.0")
    page.session.step()
    page.session.change(0, "trainer_hours", 9.0)
    page.ask("growth")
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
def test_the_same_question_is_answered_from_memory(
    open_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("baseline")
    page.ask("growth")
    first = page.last("lanes")
    page.heard.clear()

    def never(*_: Any) -> None:
        raise AssertionError("it is known")

    monkeypatch.setattr(questions, "growth", never)
    page.ask("growth")
    again = page.last("lanes")
    assert again["lanes"] == first["lanes"]
    assert page.session.error is None


def test_weeks_go_on_while_a_question_is_answered(
    open_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    hold = threading.Event()
    monkeypatch.setattr(questions, "pinches", lambda _: Pinches(float(hold.wait(20)), 1.0))
    page = open_page("baseline")
    page.ask("pinch")
    for _ in range(5):
        page.session.step()
    assert page.session.week == 5
    assert not any(message["lanes"] for message in page.heard)
    hold.set()
    assert page.last("lanes")["lanes"] == [{"now": 1.0, "best": 1.0, "first": []}]


def test_a_newer_question_of_a_page_takes_the_place_of_its_older_one(
    open_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    hold, asked = threading.Event(), []

    def answered(present: Partnership) -> Pinches:
        asked.append(present.week)
        hold.wait(20)
        return Pinches(present.week / 100, 1.0)

    monkeypatch.setattr(questions, "pinches", answered)
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
    newest = [{"now": 0.03, "best": 1.0, "first": []}]
    assert other.last("lanes")["lanes"] == newest, "a question of another page is its own"
    assert [m["lanes"] for m in page.heard if m["lanes"]] == [newest]
    assert asked == [0, 3, 3]


def test_who_closed_the_window_is_answered_no_more(
    open_page: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    hold, asked = threading.Event(), []

    def answered(present: Partnership) -> Pinches:
        asked.append(present.week)
        hold.wait(20)
        return Pinches(1.0, 1.0)

    monkeypatch.setattr(questions, "pinches", answered)
    page = open_page("baseline")
    other = Page(page.session)
    page.ask("pinch")
    while not asked:
        time.sleep(0.01)
    page.ask("growth")
    page.ask("enough")
    other.ask("pinch")
    hold.set()
    other.last("lanes")
    assert not any(message["lanes"] for message in page.heard)


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

    def broken(*_: Any) -> Pinches:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(questions, "pinches", broken)
    page.ask("pinch")
    end = time.monotonic() + 20
    while page.session.error is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    assert "planted" in page.session.error["cause"]


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
        page = Page(session)
        page.ask("growth")
        alone, beside = page.last("lanes")["lanes"]
        assert alone == {"sizes": (), "always": True}
        assert beside["sizes"], "the other lane has its curve"
        page.heard.clear()
        page.ask("pinch")
        assert page.last("lanes")["lanes"][0] == {"now": None}
        assert session.error is None
    finally:
        session.close()


def test_that_there_is_nobody_at_times_is_said_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth_of, "shares", lambda scenarios, seeds: [np.nan, *[0.5] * (len(scenarios) - 1)])
    found = growth(CATALOG["baseline"], [1], lambda: True)
    assert found == Nobody(always=False)


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
