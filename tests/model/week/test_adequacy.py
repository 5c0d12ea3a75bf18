"""Adequate supervision: the floors, and what is remembered for them (RULES 3.5.1)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.agents.organisations import LearningCommunity
from samenspel.agents.students import Floor, Status, Student
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.calendar import MIDDLE, WEEKS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.model.week.adequacy import ROUNDING, shortfalls_of
from samenspel.model.week.supervision import supervision_quality
from tests.lives import after, make, rows_of, settings_of
from tests.model.week.rules import CLOSE, often
from tests.strategies import allowed, unit

FLOORS = {"adequate_by": "floors"}
QUALITY = {"adequate_by": "quality"}
MENTOR_ALONE = {"trainer_weight": 0.0, "community_weight": 0.0}
THREE = ("floor_time", "floor_contact", "adequate_threshold")
MEMORIES = ("time_memory", "contact_memory", "quality_memory")
hours = st.floats(0, 4)


def someone(**states: Any) -> Any:
    return rows_of(Student, 1, **{"status": Status.INSIDE, "days_now": 1.0, "placed": True} | states)


def a_week(p: Any, s: Any, support: float, alone: float, in_sessions: float, guidance: float) -> None:
    """A week of one student whose quality is the guidance, where nothing else weighs."""
    s.support[:], s.trainer_contact[:], s.session_contact[:] = support, alone, in_sessions
    s.guidance[:] = guidance
    supervision_quality(p, s, rows_of(LearningCommunity, 1))


def memories(s: Any) -> list[float]:
    return [getattr(s, name)[0] for name in MEMORIES]


# --- what is remembered ----------------------------------------------------------------------------------------------


@often
@given(first=st.tuples(unit, hours, hours, unit), then=st.tuples(unit, hours, hours, unit),
       rate=allowed("memory_rate"), weeks=st.integers(0, 30))  # fmt: skip
def test_the_first_week_sets_the_memories_and_the_others_close_the_gap_by_a_fixed_part(
    first: tuple[float, ...], then: tuple[float, ...], rate: float, weeks: int
) -> None:
    p = settings_of(memory_rate=rate, **MENTOR_ALONE)
    s = someone(time_memory=0.9, contact_memory=7.0, quality_memory=0.9)
    a_week(p, s, *first)
    was = [first[0], first[1] + first[2], first[3]]
    assert memories(s) == pytest.approx(was, abs=CLOSE)
    for _ in range(weeks):
        a_week(p, s, *then)
    now = [then[0], then[1] + then[2], then[3]]
    left = (1 - rate) ** weeks
    assert memories(s) == pytest.approx([b + (a - b) * left for a, b in zip(was, now, strict=True)], abs=1e-9)
    assert s.weeks_placed[0] == weeks + 1


@pytest.mark.parametrize("form", [QUALITY, FLOORS])
def test_a_week_without_placement_leaves_the_memories_and_the_first_one_with_it_sets_them(form: dict[str, Any]) -> None:
    p, s = settings_of(**MENTOR_ALONE, **form), someone(placed=False)
    a_week(p, s, 0.5, 1.0, 0.0, 0.4)
    assert [*memories(s), s.weeks_placed[0]] == [0.0, 0.0, 0.0, 0]
    s.placed[:] = True
    a_week(p, s, 0.5, 1.0, 0.25, 0.4)
    kept = memories(s)
    assert kept == [0.5, 1.25, 0.4]
    s.placed[:] = False
    a_week(p, s, 1.0, 9.0, 9.0, 0.9)
    assert [*memories(s), s.weeks_placed[0]] == [*kept, 1]


@pytest.mark.parametrize(("floor", "rate"), [(0.6, 0.1), (0.75, 0.1), (0.6, 0.25)])
def test_the_week_in_which_time_falls_short_is_that_of_the_closed_form(floor: float, rate: float) -> None:
    p = settings_of(**FLOORS, floor_time=floor, memory_rate=rate, floor_contact=0.5, **MENTOR_ALONE)
    s, full, half = someone(), 1.0, 0.5
    a_week(p, s, full, 1.0, 0.0, 0.9)
    due = math.floor(math.log((floor - half) / (full - half)) / math.log(1 - rate)) + 1
    for week in range(1, due + 3):
        a_week(p, s, half, 1.0, 0.0, 0.9)
        assert s.shortfalls[0] == (Floor.TIME if week >= due else 0), week


def test_hours_in_sessions_are_contact_like_any_others() -> None:
    p = settings_of(**FLOORS, **MENTOR_ALONE)
    s, an_hour_a_month = someone(), 0.25
    a_week(p, s, 1.0, 0.0, an_hour_a_month, 0.9)
    assert s.shortfalls[0] == 0
    a_week(p, s, 1.0, 0.0, 0.9 * an_hour_a_month, 0.9)
    assert s.shortfalls[0] == Floor.CONTACT


# --- the floors ------------------------------------------------------------------------------------------------------


@often
@given(
    memory=st.tuples(unit, hours, unit), quality=unit, time=unit, contact=st.floats(0, 8), threshold=unit,
    status=st.sampled_from((Status.INSIDE, Status.OUTSIDE)), outside=st.sampled_from(("fixed", "mentored")),
)  # fmt: skip
def test_who_falls_short_of_what(
    memory: tuple[float, float, float], quality: float, time: float, contact: float, threshold: float, status: Status,
    outside: str,
) -> None:  # fmt: skip
    at = {"floor_time": time, "floor_contact": contact, "adequate_threshold": threshold, "form_outside": outside}
    s = someone(status=status, supervision=quality, **dict(zip(MEMORIES, memory, strict=True)))
    counted = status == Status.INSIDE or outside == "mentored"
    expected = {
        Floor.TIME: counted and memory[0] < time - ROUNDING,
        Floor.CONTACT: counted and 4 * memory[1] < contact - ROUNDING,
        Floor.QUALITY: memory[2] < threshold,
    }
    assert shortfalls_of(settings_of(**FLOORS, **at), s, 0) == sum(floor for floor, short in expected.items() if short)
    assert shortfalls_of(settings_of(**QUALITY, **at), s, 0) == (Floor.QUALITY if quality < threshold else 0)


def test_a_floor_that_is_just_met_is_met() -> None:
    p = settings_of(**FLOORS, floor_time=0.6, floor_contact=1.0, adequate_threshold=0.35)
    for name, at, floor in zip(MEMORIES, (0.6, 0.25, 0.35), Floor, strict=True):
        s = someone(time_memory=1.0, contact_memory=1.0, quality_memory=1.0)
        getattr(s, name)[:] = at
        assert shortfalls_of(p, s, 0) == 0
        getattr(s, name)[:] = at - 2e-9
        assert shortfalls_of(p, s, 0) == floor


@pytest.mark.parametrize("name", MEMORIES[:2])
def test_who_falls_short_by_rounding_only_does_not(name: str) -> None:
    """Hours are round numbers: 0.22 + 0.1 · (0.52 − 0.22) is a quarter of an hour, or the number just below it."""
    s = someone(time_memory=1.0, contact_memory=1.0, quality_memory=1.0)
    getattr(s, name)[:] = np.nextafter(0.25, 0)
    assert shortfalls_of(settings_of(**FLOORS, floor_time=0.25, floor_contact=1.0), s, 0) == 0


@often
@given(memory=st.tuples(unit, hours, unit), low=st.tuples(unit, st.floats(0, 8), unit), which=st.integers(0, 2),
       more=st.floats(0, 3))  # fmt: skip
def test_a_higher_floor_makes_nobody_adequate(
    memory: tuple[float, float, float], low: tuple[float, float, float], which: int, more: float
) -> None:
    s = someone(**dict(zip(MEMORIES, memory, strict=True)))
    floors = dict(zip(THREE, low, strict=True))
    before = shortfalls_of(settings_of(**FLOORS, **floors), s, 0)
    floors[THREE[which]] += more
    assert before & ~shortfalls_of(settings_of(**FLOORS, **floors), s, 0) == 0


def test_floors_are_no_uncertainties() -> None:
    assert not any(PARAMETERS[name].sampled for name in ("adequate_by", *THREE))
    assert all(PARAMETERS[name].standing == "convention" for name in ("adequate_by", "floor_time", "floor_contact"))


@pytest.mark.parametrize(("name", "value"), [("floor_time", 0.9), ("floor_time", 0.4), ("floor_contact", 2.5)])
def test_a_floor_out_of_range_is_one_fault(name: str, value: float) -> None:
    with pytest.raises(InputFaults) as wrong:
        make(**{name: value})
    (fault,) = wrong.value.faults
    assert name in fault.text("en")
    assert f"from {PARAMETERS[name].low:g} to {PARAMETERS[name].high:g}" in fault.text("en")
    make(**{name: value, "beyond_range": True})
    with pytest.raises(InputFaults):
        make(**{name: -1.0, "beyond_range": True})


# --- in a life -------------------------------------------------------------------------------------------------------

THIN = {"trainer_hours": 4.0, "mentor_hours": 1.2, "mbo_students_per_cluster": 4, "mbo_mix": "mixed"}
SHARES = ("supervision_adequate_share", "supervision_adequate_share_hbo", "supervision_adequate_share_mbo",
          "supervision_adequate_share_region")  # fmt: skip


def lives(one: dict[str, Any], other: dict[str, Any]) -> tuple[Partnership, Partnership]:
    return after(weeks=45, **THIN, **one), after(weeks=45, **THIN, **other)


def test_floors_at_zero_and_a_memory_of_one_week_are_the_first_edition() -> None:
    gone = {"floor_time": 0.0, "floor_contact": 0.0, "beyond_range": True, "memory_rate": 1.0}
    first, taken_away = lives(QUALITY | {"memory_rate": 1.0, "beyond_range": True}, FLOORS | gone)
    for name in SHARES:
        assert taken_away.recorded(name) == pytest.approx(first.recorded(name), abs=CLOSE), name
    assert first.recorded("short_of_quality_share") == pytest.approx(1 - first.recorded(SHARES[0]))
    for floor in ("time", "contact"):
        assert not first.recorded(f"short_of_{floor}_share").any()


@pytest.mark.parametrize(("name", "floor"), [*zip(THREE, ("time", "contact", "quality"), strict=True)])
def test_a_floor_taken_away_restores_exactly_those_who_fell_short_of_it_alone(name: str, floor: str) -> None:
    as_it_is, without = lives(FLOORS, FLOORS | {name: 0.0, "beyond_range": True})
    restored = as_it_is.recorded(f"restored_by_{floor}_share")
    assert restored.max() > 0.01
    gained = without.recorded(SHARES[0]) - as_it_is.recorded(SHARES[0])
    assert gained == pytest.approx(restored, abs=CLOSE)
    assert not without.recorded(f"short_of_{floor}_share").any()


def test_a_school_year_begins_with_its_own_first_week() -> None:
    there = after(years=1, **THIN, **FLOORS)
    s = there.students.rows()
    assert s.weeks_placed[s.status == Status.INSIDE].max() == WEEKS
    there.run(weeks=1)
    s = there.students.rows()
    placed = s.placed & (s.status != Status.LEFT)
    assert s.weeks_placed[placed].tolist() == [1] * int(placed.sum())
    assert placed.sum() > 150
    contact = s.trainer_contact + s.session_contact
    for memory, now in zip(MEMORIES, (s.support, contact, s.supervision), strict=True):
        assert getattr(s, memory)[placed].tolist() == now[placed].tolist()


def test_who_takes_a_seat_at_mid_year_remembers_nothing_of_who_had_it() -> None:
    there = after(weeks=MIDDLE, **THIN, **FLOORS, mbo_half_year_share=0.4)
    s = there.students.rows()
    new = (s.status == Status.INSIDE) & (s.weeks_placed == 0)
    assert new.sum() > 5
    assert not s.time_memory[new].any()
    there.run(weeks=1)
    assert s.time_memory[new].tolist() == s.support[new].tolist()


def test_contact_alone_adds_up_to_what_trainers_have_left() -> None:
    there = after(weeks=3, attention="need", trainer_hours=5.0, with_dropout=False, form_outside="fixed")
    s, c = there.students.rows(), there.communities.rows()
    inside = s.status == Status.INSIDE
    shared = np.bincount(s.cluster[inside], s.trainer_contact[inside], minlength=c.key.size)
    assert shared == pytest.approx(c.trainer_time)
    assert not s.trainer_contact[~inside].any()


def test_outside_only_quality_is_judged_unless_hours_are_known() -> None:
    s = after(weeks=2, **FLOORS, form_outside="fixed").students.rows()
    outside = s.status == Status.OUTSIDE
    assert set(s.shortfalls[outside].tolist()) == {0}
    short_of_hours = FLOORS | {"outside_trainer_hours": 0.2, "outside_mentor_hours": 1.0, "form_outside": "mentored"}
    s = after(weeks=2, **short_of_hours, days_year_1=2.0).students.rows()
    outside = (s.status == Status.OUTSIDE) & s.placed
    assert {Floor.TIME, Floor.CONTACT} <= {one for one in Floor if (s.shortfalls[outside] & one).any()}
    t = 0.2 * s.outside_trainer[outside]
    assert s.trainer_contact[outside] == pytest.approx(t)


def test_values_that_change_change_the_judgement_from_the_next_week_on() -> None:
    there = Partnership(Scenario.load("baseline").with_values(**THIN), rng=1)
    there.run(weeks=10)
    there.change(**FLOORS)
    s = there.students.rows()
    kept = s.time_memory.copy()
    there.run(weeks=1)
    assert there.this_week()["short_of_time_share"] > 0
    assert s.time_memory != pytest.approx(kept)
