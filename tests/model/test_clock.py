"""Mesa's clock: what users schedule, observe and override happens in its week, however weeks are run; and in copies."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from mesa.time import Priority, Schedule

from samenspel.agents.students import Status
from samenspel.model import Partnership
from tests.lives import BASELINE, GROWING, MIXED, after, differences, make


def by_steps(there: Partnership, weeks: int) -> None:
    for _ in range(weeks):
        there.step()


def by_one_run(there: Partnership, weeks: int) -> None:
    there.run(weeks=weeks)


def by_two_runs(there: Partnership, weeks: int) -> None:
    there.run(weeks=weeks // 2)
    there.run(weeks=weeks - weeks // 2)


WAYS: tuple[Callable[[Partnership, int], None], ...] = (by_steps, by_one_run, by_two_runs)


class Diary:
    """Notes when it is called; a change of parameters may go with it."""

    def __init__(self, there: Partnership, **values: Any) -> None:
        self.there, self.values = there, values
        self.seen: list[tuple[float, int, int]] = []

    def look(self) -> None:
        self.seen.append((self.there.time, self.there.week, self.there.steps))
        if self.values:
            self.there.change(**self.values)


class Counting(Partnership):
    """A subclass whose step does more."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.counted: list[int] = []

    def step(self) -> None:
        super().step()
        self.counted.append(self.week)


# --- events ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "when", [{"at": 20}, {"after": 20}, {"at": 19.5}, {"at": 0}, {"at": 1}, {"at": 30}, {"at": 31}]
)
def test_an_event_happens_in_its_week(way: Callable[[Partnership, int], None], when: dict[str, float]) -> None:
    there = make()
    diary = Diary(there)
    there.schedule_event(diary.look, **when)
    way(there, 30)
    (time,) = when.values()
    assert diary.seen == ([(time, int(time), int(time))] if time <= 30 else [])
    assert (there.time, there.week, there.steps) == (30.0, 30, 30)
    there.run(weeks=1)
    assert len(diary.seen) == 1


@pytest.mark.parametrize("way", WAYS)
def test_several_events_happen_in_order(way: Callable[[Partnership, int], None]) -> None:
    there, seen = make(), []
    there.run(weeks=3)

    def note(name: str) -> None:
        seen.append((name, there.time, there.week))

    notes = {name: partial(note, name) for name in ("last", "second", "first", "after", "before the week")}
    there.schedule_event(notes["last"], at=27)
    there.schedule_event(notes["second"], at=9, priority=Priority.LOW)
    there.schedule_event(notes["first"], at=9)
    there.schedule_event(notes["after"], after=1)
    there.schedule_event(notes["before the week"], at=20, priority=Priority.HIGH)
    way(there, 30)
    assert seen == [
        ("after", 4, 4),
        ("first", 9, 9),
        ("second", 9, 9),
        ("before the week", 20, 19),
        ("last", 27, 27),
    ]


@pytest.mark.parametrize("way", WAYS)
def test_a_recurring_event_recurs(way: Callable[[Partnership, int], None]) -> None:
    there = make()
    diary = Diary(there)
    there.schedule_recurring(diary.look, Schedule(interval=10, start=5, end=80))
    way(there, 60)
    assert diary.seen == [(t, t, t) for t in (5, 15, 25, 35, 45, 55)]


def test_an_event_that_was_cancelled_does_not_happen() -> None:
    there = make()
    diary = Diary(there)
    event = there.schedule_event(diary.look, at=20)
    event.cancel()
    there.run(weeks=30)
    assert diary.seen == []


def test_an_event_may_schedule_the_next() -> None:
    there = make()
    seen = []

    def look() -> None:
        seen.append((there.time, there.week))
        there.schedule_event(look, after=7)

    there.schedule_event(look, at=2)
    there.run(years=1)
    assert seen == [(t, t) for t in range(2, 41, 7)]


@pytest.mark.parametrize("week", [1, 19, 20, 27, 33, 40, 41])
def test_a_change_in_an_event_is_a_change_between_two_steps(week: int) -> None:
    by_event, by_hand = make(**MIXED, **GROWING), make(**MIXED, **GROWING)
    diary = Diary(by_event, mentor_hours=1.0, mbo_students_per_cluster=6)
    by_event.schedule_event(diary.look, at=week)
    by_event.run(weeks=82)
    by_steps(by_hand, week)
    by_hand.change(mentor_hours=1.0, mbo_students_per_cluster=6)
    by_steps(by_hand, 82 - week)
    assert differences(by_event, by_hand) == []
    assert differences(by_event, after(weeks=82, **MIXED, **GROWING)) != []


def test_an_event_comes_after_the_moment_of_its_week_and_before_the_turn_of_the_year() -> None:
    there, seen = make(**MIXED, **GROWING), {}

    def look() -> None:
        costs, departed = there.boards.column("cost").any(), int(there.state.departed.sum())
        seen[there.week] = (bool(there.state.plans), bool(costs), departed, there.school_year)

    there.schedule_recurring(look, Schedule(interval=1, start=26))
    there.run(weeks=41)
    assert [seen[week][0] for week in (26, 27, 40, 41)] == [False, True, True, False]  # 1 April; opened after summer
    assert [seen[week][1] for week in (39, 40)] == [False, True]  # accounts are closed
    assert seen[39][2] == seen[40][2] < seen[41][2]  # who left is counted at the turn of the year
    assert [seen[week][3] for week in (40, 41)] == [1, 2]


def test_events_change_nothing_by_being_there() -> None:
    there = make(**MIXED, **GROWING)
    there.schedule_recurring(Diary(there).look, Schedule(interval=3.5))
    there.run(years=2)
    assert differences(there, after(years=2, **MIXED, **GROWING)) == []


@pytest.mark.parametrize("way", WAYS)
def test_a_clock_between_two_weeks_goes_on(way: Callable[[Partnership, int], None]) -> None:
    there = make()
    there.run_until(7.5)
    way(there, 4)
    assert (there.time, there.week, there.steps) == (11.5, 11, 11)


def test_years_and_steps_follow_each_other() -> None:
    there = make(**MIXED, **GROWING)
    diary = Diary(there)
    there.schedule_event(diary.look, at=41)
    there.run(years=1)
    assert (there.time, there.week, there.steps, diary.seen) == (40.0, 40, 40, [])
    there.step()
    assert diary.seen == [(41.0, 41, 41)]
    there.run(weeks=39)
    there.run()
    assert differences(there, after(years=2, **MIXED, **GROWING)) == []
    assert (there.time, there.week, there.steps) == (80.0, 80, 80)


def test_who_observes_the_time_sees_every_week() -> None:
    there, seen = make(), []

    def note(signal: Any) -> None:
        seen.append(signal.additional_kwargs["new"])

    there.observe("time", "changed", note)
    there.run(weeks=30)
    assert sorted(set(seen)) == list(range(1, 31))


def test_short_runs_leave_no_cancelled_events_behind() -> None:
    there = make()
    for _ in range(100):
        there.run(weeks=1)
    assert len(there._event_list._events) <= 2


# --- a step of one's own ---------------------------------------------------------------------------------------------


def test_run_takes_the_steps_of_a_subclass() -> None:
    there = Counting(BASELINE.with_values(**MIXED, **GROWING), rng=1)
    there.run(years=1)
    there.step()
    there.run(weeks=39)
    assert there.counted == list(range(1, 81))
    assert differences(there, after(years=2, **MIXED, **GROWING)) == []
    assert (there.time, there.steps) == (80.0, 80)


def test_run_takes_a_step_that_was_given_to_one_partnership() -> None:
    there, seen = make(), []
    step = there.step

    def counted() -> None:
        step()
        seen.append(there.week)

    there.step = counted  # type: ignore[method-assign]
    there.run(weeks=5)
    assert seen == [1, 2, 3, 4, 5]


def test_weeks_that_nobody_looks_at_are_lived_together(monkeypatch: pytest.MonkeyPatch) -> None:
    stretches = []
    monkeypatch.setattr("samenspel.model.partnership.live_in", lambda state, weeks, unseen=0: stretches.append(weeks))
    there = make()
    there.run(years=5)
    assert stretches == [200]
    diary = Diary(there)
    there.schedule_event(diary.look, at=220)
    there.run(years=1)
    assert stretches == [200, 19, 1, 20]


# --- copies ----------------------------------------------------------------------------------------------------------


class Mine(Counting):
    """With attributes, an event of its own, and an agent that it follows."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.notes = {"seen": [0]}
        self.followed = self.students[3]
        self.diary = Diary(self)
        self.schedule_event(self.shock, at=20)
        self.schedule_recurring(self.diary.look, Schedule(interval=4))

    def shock(self) -> None:
        self.change(mentor_hours=1.0)


def test_a_copy_is_of_the_same_class_with_attributes_of_its_own() -> None:
    mine = Mine(BASELINE, rng=1)
    mine.run(weeks=10)
    mine.nickname = "first"
    twin = mine.copy()
    assert type(twin) is Mine
    assert (twin.nickname, twin.notes, twin.counted) == ("first", {"seen": [0]}, list(range(1, 11)))
    twin.notes["seen"].append(1)
    twin.run(weeks=1)
    assert mine.notes == {"seen": [0]}
    assert mine.counted == list(range(1, 11))
    assert twin.counted == list(range(1, 12))
    assert twin.diary.there is twin
    assert twin.followed is twin.students[mine.followed.row]
    assert twin.followed.model is twin
    assert twin.followed.key == mine.followed.key


def test_a_copy_has_the_events_of_what_was_copied_and_lives_the_same() -> None:
    mine, whole = Mine(BASELINE, rng=1), Mine(BASELINE, rng=1)
    mine.run(weeks=10)
    twin = mine.copy()
    whole.run(weeks=50)
    twin.run(weeks=40)
    assert (mine.week, mine.p.mentor_hours) == (10, BASELINE.values["mentor_hours"])
    assert twin.p.mentor_hours == 1.0
    assert differences(twin, whole) == []
    assert twin.diary.seen == whole.diary.seen == [(t, t, t) for t in range(4, 51, 4)]
    mine.run(weeks=40)
    assert differences(mine, whole) == []
    assert mine.diary.seen == whole.diary.seen


def test_an_event_of_an_agent_goes_along_and_a_plain_function_stays_behind() -> None:
    there, seen = make(with_dropout=False), []

    def look() -> None:
        seen.append(there.week)

    student = there.students[int(np.flatnonzero(there.students.column("status") == Status.INSIDE)[0])]
    there.schedule_event(student.remove, at=5)
    there.schedule_event(look, at=6)
    twin = there.copy()
    twin.run(weeks=10)
    assert seen == []
    assert twin.students.column("status")[student.row] == Status.LEFT
    assert student.status == Status.INSIDE
    there.run(weeks=10)
    assert seen == [6]
    assert differences(there, twin) == []


def test_a_copy_shares_no_state_and_goes_on_with_mesas_luck() -> None:
    there = make(**MIXED, **GROWING)
    there.run(weeks=45)
    there.random.random(), there.rng.random()
    twin = there.copy()
    for one, other in zip(there.populations, twin.populations, strict=True):
        assert one is not other
        assert other.model is twin
        for name, column in one.columns.items():
            assert not np.may_share_memory(column, other.columns[name])
    assert twin.students is twin.state.students
    assert (there.random.random(), there.rng.random()) == (twin.random.random(), twin.rng.random())
    assert twin.agents.random is twin.random
    twin.running = False
    assert (there.running, twin.copy().running) == (True, False)
    twin.change(mentor_hours=1.0)
    there.run(weeks=40)
    assert differences(there, after(weeks=85, **MIXED, **GROWING)) == []


def test_a_copy_of_an_agent_is_the_agent_of_the_copy() -> None:
    there = make()
    student = there.students[7]
    twin = copy.deepcopy(student)
    assert twin.model is not there
    assert twin.model.students[7] is twin
    assert twin.population is twin.model.students
    assert twin.model.state.students is twin.population


def test_what_cannot_be_copied_is_said() -> None:
    there: Any = make()
    there.open = (week for week in range(3))
    with pytest.raises(TypeError, match="generator"):
        there.copy()


def test_the_scenario_is_changed_by_change() -> None:
    with pytest.raises(AttributeError, match="see change"):
        make().scenario = BASELINE
