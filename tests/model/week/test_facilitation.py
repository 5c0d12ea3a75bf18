"""What sessions ask of trainers, who gives it, how it guides a meeting, and what contact it gives (RULES 3.4, 3.6)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.agents.organisations import Board, Institute
from samenspel.agents.students import Programme, Status, Student
from samenspel.agents.trainers import Trainer
from samenspel.model.week.facilitation import (
    facilitation_by_persons,
    is_asked,
    lead_sessions,
    session_contact,
    staff,
)
from samenspel.model.week.meeting import call_meetings, meet
from samenspel.model.week.members import count_members
from tests.lives import communities_of, rows_of, settings_of
from tests.model.week.rules import CLOSE, often, people, seldom
from tests.model.week.test_meeting import may_sit_with, together
from tests.strategies import plausible, unit, values_of

PERSONS = {"form_facilitation": "persons"}
SEATS = ("school", "institute", "practice", "mbo")
HOURS = (6.0, 4.0, 1.0, 0.75)


def cluster(p: Any, sessions: float, mbo: float = 0.0, coordination: float = 3.5, **states: Any) -> tuple[Any, Any]:
    """One cluster with a quartet, and its trainers; practice and mbo trainer are there with sessions of mbo alone."""
    c = communities_of(p, 1, sessions=sessions + mbo, sessions_mbo=mbo, coordination=coordination, parts=1, **states)
    t = rows_of(Trainer, 4, hours=HOURS, present=[True, True, mbo > 0, mbo > 0])
    c.trainer_time[0] = max(0.0, (t.hours * t.present).sum() + c.extra_hours[0] - coordination)
    return c, t


def led(p: Any, c: Any, t: Any) -> Any:
    """The cluster after its sessions took their hours."""
    staff(p, c, t, rows_of(Board, 1, hours_factor=1), rows_of(Institute, 1, hours_factor=1, pool=1), 0)
    return c


# --- the arithmetic of RULES 7 ---------------------------------------------------------------------------------------


def test_one_session_every_two_weeks_takes_three_of_six_and_a_half_hours() -> None:
    p = settings_of(**PERSONS)
    c = led(p, *cluster(p, sessions=1))
    assert (c.session_hours_asked[0], c.session_hours_given[0], c.trainer_time[0]) == pytest.approx((3.0, 3.0, 3.5))
    assert c.persons[0] == pytest.approx(2.0)


def test_three_single_year_sessions_ask_nine_hours_and_get_four() -> None:
    p = settings_of(**PERSONS)
    c = led(p, *cluster(p, sessions=3))
    assert c.session_hours_asked[0] == pytest.approx(9.0)
    assert c.session_hours_given[0] == pytest.approx(0.6 * 6.5)
    assert c.session_hours_given[0] == pytest.approx(4, abs=0.2)
    assert c.persons[0] == pytest.approx(3.9 / 4.5)
    assert c.trainer_time[0] == pytest.approx(0.4 * 6.5)


# --- who gives -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vacant", "begins", "facilitators", "asked"),
    [
        ("", "school", 2, "school institute"),
        ("", "school", 1, "school"),
        ("", "school", 0, ""),
        ("", "school", 4, "school institute practice mbo"),
        ("school", "school", 2, "institute practice"),
        ("", "practice", 2, "practice mbo"),
        ("mbo", "practice", 2, "school practice"),
        ("practice mbo", "practice", 3, "school institute"),
    ],
)
def test_trainers_are_asked_in_order(vacant: str, begins: str, facilitators: int, asked: str) -> None:
    t = rows_of(Trainer, 8, present=True)
    t.vacant_weeks[4:] = [5 * (seat in vacant.split()) for seat in SEATS]
    t.present[:4] = False
    found = [is_asked(t, 1, kind, SEATS.index(begins), facilitators) for kind in range(4)]
    assert {seat for seat, one in zip(SEATS, found, strict=True) if one} == set(asked.split())


def test_who_does_not_exist_is_not_asked() -> None:
    t = rows_of(Trainer, 4, present=[True, True, False, False])
    assert [is_asked(t, 0, kind, 2, 4) for kind in range(4)] == [True, True, False, False]


def test_sessions_of_mbo_students_alone_are_led_by_their_own_trainers() -> None:
    """Practice 1.0 h and mbo 0.75 h of 11.75, coordination 3.5: they give 0.6 of 8.25 / 11.75 of that."""
    p = settings_of(**PERSONS)
    c = led(p, *cluster(p, sessions=1, mbo=1))
    assert c.session_hours_asked[0] == pytest.approx(6.0)
    assert c.persons[0] == pytest.approx(2.0)
    assert c.persons_mbo[0] == pytest.approx(0.6 * 1.75 * 8.25 / 11.75 / 1.5)
    assert c.session_hours_given[0] == pytest.approx(3.0 + 0.6 * 1.75 * 8.25 / 11.75)


def test_who_is_asked_for_both_kinds_gives_to_each_as_it_asks() -> None:
    p = settings_of(**PERSONS, facilitators=4)
    c = led(p, *cluster(p, sessions=2, mbo=1))
    every = 0.6 * 8.25 / 11.75
    given = [min(4.5, every * hours) for hours in HOURS]
    assert c.session_hours_asked[0] == pytest.approx(4 * 4.5)
    assert c.persons[0] == pytest.approx(sum(given) / 4.5)
    assert c.persons_mbo[0] == pytest.approx(sum(given) / 4.5)


@pytest.mark.parametrize(("vacant", "bearer"), [((), 6.5), (("school",), 4.5)])
def test_hours_of_plans_are_the_school_trainers_else_the_institute_trainers(
    vacant: tuple[str, ...], bearer: float
) -> None:
    p = settings_of(**PERSONS, facilitators=1, session_share=1.0)
    c, t = cluster(p, sessions=9, coordination=0.0, extra_hours=0.5)
    t.vacant_weeks[:] = [9 * (seat in vacant) for seat in SEATS]
    c.trainer_time[0] = (t.hours * t.present * (t.vacant_weeks == 0)).sum() + 0.5
    assert led(p, c, t).session_hours_given[0] == pytest.approx(bearer)


def test_in_the_form_hours_sessions_cost_nothing() -> None:
    p = settings_of(form_facilitation="hours")
    c, t = cluster(p, sessions=3, persons=2.0, session_hours_given=1.0)
    lead_sessions(p, c, t, rows_of(Board, 1, hours_factor=1), rows_of(Institute, 1, hours_factor=1, pool=1), 0)
    assert (c.trainer_time[0], c.session_hours_asked[0], c.session_hours_given[0], c.persons[0]) == (6.5, 0, 0, 0)


@often
@given(
    sessions=st.integers(0, 6),
    mbo=st.integers(0, 3),
    coordination=st.floats(0, 14),
    vacant=st.lists(st.booleans(), min_size=4, max_size=4),
    values=values_of("facilitators", "preparation", "session_share", "meeting_interval", "meeting_hours"),
)
def test_hours_add_up(sessions: int, mbo: int, coordination: float, vacant: list[bool], values: dict[str, Any]) -> None:
    p = settings_of(**PERSONS, **values)
    c, t = cluster(p, sessions, mbo, coordination)
    t.vacant_weeks[:] = vacant
    there = t.present & (t.vacant_weeks == 0)
    c.trainer_time[0] = before = max(0.0, (t.hours * there).sum() - coordination)
    led(p, c, t)
    given, asked = c.session_hours_given[0], c.session_hours_asked[0]
    assert c.trainer_time[0] + given == pytest.approx(before)
    assert given <= min(asked, values["session_share"] * before) + CLOSE
    leaders = min(values["facilitators"], int(there.sum()))
    of_one = values["meeting_hours"] * (1 + values["preparation"]) / values["meeting_interval"]
    assert asked == pytest.approx(leaders * of_one * (sessions + mbo))
    assert 0 <= c.persons[0] <= leaders + CLOSE
    assert given == pytest.approx(of_one * (c.persons[0] * sessions + c.persons_mbo[0] * mbo))


# --- sessions --------------------------------------------------------------------------------------------------------


@seldom
@given(
    rng=people,
    values=values_of("mbo_mix", "cross_year", "across_variants", "parttime_form", "with_peer_learning"),
)
def test_sessions_are_strata_with_two_members_who_are_placed(rng: np.random.Generator, values: dict[str, Any]) -> None:
    n = int(rng.integers(1, 40))
    p = settings_of(**values)
    s = rows_of(Student, n, programme=rng.integers(0, 7, n), year=rng.integers(1, 5, n), part=rng.integers(0, 2, n))
    s.status[:] = rng.choice((Status.INSIDE, Status.INSIDE, Status.LEFT), n)
    s.placed[:] = rng.random(n) < 0.7
    c = communities_of(p, 1, end=n, parts=2)
    for _ in range(2):  # the second time finds the same: nothing is left of the first
        count_members(p, s, c)
    mbo = s.programme >= Programme.CARE_3
    member = (s.status == Status.INSIDE) & np.where(mbo, values["mbo_mix"] != "none", s.year <= 3)
    there = np.flatnonzero(member & s.placed)
    kinds = [together(values, week) for week in (2, 4)]
    alone = others = 0.0
    for mixed in kinds:
        strata = Counter((may_sit_with(s, i, mixed, values), not mixed and bool(mbo[i])) for i in there)
        alone += sum(count >= 2 and is_mbo for (_, is_mbo), count in strata.items()) / 2
        others += sum(count >= 2 and not is_mbo for (_, is_mbo), count in strata.items()) / 2
    expected = (alone + others, alone) if values["with_peer_learning"] else (0, 0)
    assert (c.sessions[0], c.sessions_mbo[0]) == pytest.approx(expected)


# --- facilitation ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("persons", "subgroups", "expected"),
    [(0, 3, 0), (0.5, 2, 0.9 * 0.5 / 1.6), (1, 2, 0.9 / 1.6), (2, 2, 0.9 * 2 / 2.6), (2, 0, 0.9)],
)
def test_facilitation_by_persons_by_hand(persons: float, subgroups: int, expected: float) -> None:
    p = settings_of(facilitation_persons_half=0.3)
    assert facilitation_by_persons(p, 0.9, float(persons), subgroups) == pytest.approx(expected)


@often
@given(f=st.floats(0, 4), more=st.floats(0, 2), q=st.integers(1, 10), half=plausible("facilitation_persons_half"))
def test_more_persons_help_and_more_subgroups_ask(f: float, more: float, q: int, half: float) -> None:
    p = settings_of(facilitation_persons_half=half)
    now = facilitation_by_persons(p, 1.0, f, q)
    assert 0 <= now <= facilitation_by_persons(p, 1.0, f + more, q) <= 1
    assert now >= facilitation_by_persons(p, 1.0, f, q + 1)


def test_each_session_is_facilitated_for_its_own_subgroups() -> None:
    """Eight first-years make two subgroups and three second-years one; the community's is the mean over three."""
    p = settings_of(**PERSONS, cross_year=False, subgroup_size=4, facilitation_persons_half=0.3)
    s = rows_of(Student, 11, attended=True, year=[1] * 8 + [2] * 3, status=Status.INSIDE, days=1.0)
    s.key[:] = np.arange(11)
    c = communities_of(p, 1, end=11, maturity=1.0, persons=0.8, trainer_time=0.0)
    meet(p, np.uint64(1), 2, call_meetings(p, 2, c), s, c)
    two, one = 0.8 / 1.6, 0.8 / 1.3
    assert s.contact_facilitation.tolist() == pytest.approx([two] * 8 + [one] * 3)
    assert c.facilitation[0] == pytest.approx((2 * two + one) / 3)
    assert c.subgroups[0] == 3


@pytest.mark.parametrize(
    ("form", "roles", "years", "programme", "share"),
    [
        ("persons", 0.0, (1, 2), Programme.FULLTIME, 0.0),
        ("persons", 0.4, (1, 3), Programme.PARTTIME, 0.4),
        ("persons", 0.4, (2, 2), Programme.FULLTIME, 1.0),
        ("persons", 0.4, (1, 2), Programme.CARE_3, 1.0),
        ("hours", 0.4, (1, 2), Programme.FULLTIME, 1.0),
    ],
)
def test_without_structure_help_between_study_years_falls_away(
    form: str, roles: float, years: tuple[int, int], programme: Programme, share: float
) -> None:
    helped, gained = [], []
    for structure in (1.0, roles):
        p = settings_of(form_facilitation=form, roles=structure, with_barrier=False, mbo_mix="mixed")
        s = rows_of(Student, 2, attended=True, year=years, programme=[Programme.FULLTIME, programme], days=1.0)
        s.key[:], s.teaching[:] = np.arange(2), (0.3, 0.5)
        c = communities_of(p, 1, end=2, maturity=1.0, persons=2.0, trainer_time=3.0)
        meet(p, np.uint64(1), 2, call_meetings(p, 2, c), s, c)
        helped.append(s.help[0])
        gained.append(s.teaching[0] - 0.3)
    assert helped[0] > 0
    assert helped[1] / helped[0] == pytest.approx(share)
    assert gained[1] / gained[0] == pytest.approx(share)


# --- contact ---------------------------------------------------------------------------------------------------------


def test_contact_is_spread_to_the_next_meeting_and_lapses_without_placement() -> None:
    """Two hours that count for 0.3 and are spread over four weeks: 0.15 h a week, half of it at half a person."""
    p = settings_of(**PERSONS, group_contact=0.3, meeting_hours=2.0, meeting_interval=4)
    s = rows_of(Student, 1, status=Status.INSIDE, year=2)
    c = communities_of(p, 1, persons=0.5)
    found = []
    for meets, attended, placed in ((1, 1, 1), (0, 0, 1), (0, 0, 0), (0, 0, 1), (1, 0, 1), (1, 1, 1)):
        c.meets[0] = meets
        s.session_contact[0] = session_contact(p, s, c, 0, bool(placed), bool(attended))
        found.append(s.session_contact[0])
    assert found == pytest.approx([0.075, 0.075, 0, 0, 0, 0.075])
    c.persons[0] = 2.0
    assert session_contact(p, s, c, 0, True, True) == pytest.approx(0.15)


def test_contact_of_mbo_students_is_that_of_their_room() -> None:
    p = settings_of(**PERSONS, mbo_mix="alternating", group_contact=0.4, meeting_hours=2.0, meeting_interval=2)
    s = rows_of(Student, 1, status=Status.INSIDE, year=1, programme=Programme.CARE_4)
    c = communities_of(p, 1, persons=1.0, persons_mbo=0.25, meets=True)
    assert session_contact(p, s, c, 0, True, True) == pytest.approx(0.4 * 0.25)
    c.together[0] = True
    assert session_contact(p, s, c, 0, True, True) == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("year", "programme", "mix", "expected"),
    [
        (4, Programme.FULLTIME, "none", 0.5 * 0.3 * 2 / 4),
        (4, Programme.CARE_3, "none", 0.0),
        (2, Programme.FULLTIME, "none", 0.3),
    ],
)
def test_year_4_meets_trainers_in_the_induction_programme(
    year: int, programme: Programme, mix: str, expected: float
) -> None:
    p = settings_of(**PERSONS, mbo_mix=mix, induction=0.5, group_contact=0.3, meeting_hours=2.0)
    s = rows_of(Student, 1, status=Status.INSIDE, year=year, programme=programme)
    c = communities_of(p, 1, persons=2.0, meets=True)
    assert session_contact(p, s, c, 0, True, True) == pytest.approx(expected)
    assert session_contact(p, s, c, 0, False, False) == 0


@often
@given(persons=unit, hours=plausible("meeting_hours"), interval=st.integers(1, 5))
def test_contact_of_a_meeting_is_the_same_whatever_the_interval(persons: float, hours: float, interval: int) -> None:
    p = settings_of(**PERSONS, meeting_hours=hours, meeting_interval=interval)
    s = rows_of(Student, 1, status=Status.INSIDE, year=1)
    c = communities_of(p, 1, persons=persons)
    total = 0.0
    for week in range(interval):
        c.meets[0] = week == 0
        s.session_contact[0] = session_contact(p, s, c, 0, True, week == 0)
        total += s.session_contact[0]
    assert total == pytest.approx(p["group_contact"] * persons * hours, abs=CLOSE)
