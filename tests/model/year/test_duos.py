"""Duos: first-years of one site with one mentor, who share a placement (RULES 3, 3.8, 3.9, 4.7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from samenspel.agents.mentors import Mentor, MentorPlaces, Role
from samenspel.agents.organisations import Board
from samenspel.agents.students import Programme, Status, Student
from samenspel.model import Partnership
from samenspel.model.week.supervision import demand
from samenspel.model.week.workload import reassign
from samenspel.model.year.asking import asking_together, nobody_yet, take_on, willing_one
from tests.lives import after, make, rows_of, settings_of, small_world
from tests.model.week.rules import CLOSE
from tests.textbook.constants import DAYS_REFERENCE

CALM = dict.fromkeys(("with_dropout", "with_turnover", "with_withdrawal", "with_assessment", "with_evaluation"), False)
CALM |= {"with_peer_learning": False, "with_fatigue": False}


def site_with(students: dict[tuple[str, int], int], mentors: int = 4, **values: Any) -> Partnership:
    """One site with so many students, and luck in nothing that follows."""
    count = sum(students.values())
    size = {"students_per_cluster": count, "hbo_demand": count, "external_students_per_site": 0}
    settings = {"duo_year_1": True} | size | CALM | values
    return Partnership(small_world([{"mentors": mentors}], students, **settings), rng=1)


def pairs_of(there: Partnership) -> set[frozenset[int]]:
    """Who is in a duo with whom, by row."""
    duo = there.students.column("duo")
    return {frozenset((row, int(duo[row]))) for row in np.flatnonzero(duo >= 0).tolist()}


# --- who is one ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_first_years_come_two_by_two_and_an_odd_one_alone(count: int) -> None:
    there = site_with({("fulltime", 1): count, ("fulltime", 2): 2})
    s = there.students.rows()
    assert len(pairs_of(there)) == count // 2
    assert (s.duo[s.year == 2] == -1).all()
    for pair in pairs_of(there):
        assert len({int(s.mentor[row]) for row in pair}) == 1
        assert all(s.mentor[row] >= 0 for row in pair)


def test_duos_are_of_one_site_and_one_kind_of_mentor_and_always_share_it() -> None:
    there = after(
        years=1, weeks=30, duo_year_1=True, pedagogy_share=0.1, withdrawal_rate=0.05, hbo_demand=180, beyond_range=True
    )  # fmt: skip
    s = there.students.rows()
    duo = np.flatnonzero((s.duo >= 0) & (s.status == Status.INSIDE))
    duo = duo[s.status[s.duo[duo]] == Status.INSIDE]
    other = s.duo[duo]
    assert duo.size >= 10
    np.testing.assert_array_equal(s.duo[other], duo)
    np.testing.assert_array_equal(s.site[other], s.site[duo])
    np.testing.assert_array_equal(s.mentor[other], s.mentor[duo])
    assert (s.year[duo] == 1).all()
    assert ((s.programme[duo] == Programme.PEDAGOGY) == (s.programme[other] == Programme.PEDAGOGY)).all()
    assert (there.mentors.column("role") == Role.WITHDRAWN).sum() > 20


def test_who_keeps_a_mentor_is_alone_and_duos_last_a_school_year() -> None:
    there = site_with({("fulltime", 1): 4}, demand_follows_places=False, required_year_1=1.0, failed_leaves=0.0)
    there.change(with_assessment=True, beyond_range=True)
    assert len(pairs_of(there)) == 2
    kept = there.students.column("mentor").copy()
    there.run(years=1, weeks=1)
    s = there.students.rows()
    old = s.mentor >= 0
    assert (s.year[old] == 1).all()
    np.testing.assert_array_equal(s.mentor[old], kept)
    assert pairs_of(there) == set()


def test_a_student_more_leaves_the_duos_as_they_are() -> None:
    plain, more = make(form_start="lived"), make(form_start="lived")  # with first-years inside
    more.add_student(site=0)
    pairs = []
    for there in (plain, more):
        key = there.students.column("key")
        pairs.append({frozenset(key[list(pair)].tolist()) for pair in pairs_of(there)})
    assert pairs[0] == pairs[1]
    assert pairs[0]


# --- what they ask and practise --------------------------------------------------------------------------------------


def test_a_duo_asks_once_and_a_part_and_each_practises_a_part() -> None:
    """A duo asks `1 + duo_extra` of one; a gain of `workplace_gain · (v · (d·days/ref)^β + (1 − v) · S) · (1 − c)`."""
    there = site_with({("fulltime", 1): 3}, duo_extra=0.5, duo_practice=0.8)
    p, before = there.p, there.students.column("teaching").copy()
    there.run(weeks=1)
    s = there.students.rows()
    one = p.need_per_day * p.days_year_1
    pair = s.duo >= 0
    assert s.hours_asked[pair].sum() == pytest.approx(1.5 * one)
    assert s.hours_asked[~pair] == pytest.approx(one)
    practice = (np.where(pair, 0.8, 1.0) * s.days_now / DAYS_REFERENCE) ** p.practice_exponent
    gain = p.workplace_gain * (p.practice_weight * practice + (1 - p.practice_weight) * s.supervision)
    climate = there.sites.column("climate")[s.site]
    np.testing.assert_allclose(s.teaching - before, gain * climate * (1 - before), rtol=1e-9)


def test_a_duo_is_one_in_weeks_in_which_both_are_placed() -> None:
    """The part-time student is there from week 1, the full-time one from week 21."""
    there = site_with(
        {("fulltime", 1): 1, ("parttime", 1): 1},
        year_1_first_week=21,
        duo_extra=0.6,
        parttime_availability=1.0,
        parttime_share=0.5,
    )
    s, p = there.students.rows(), there.p
    early = s.programme == Programme.PARTTIME
    assert len(pairs_of(there)) == 1
    there.run(weeks=20)
    assert s.hours_asked[early] == pytest.approx(p.need_per_day * p.days_parttime)
    there.run(weeks=1)
    np.testing.assert_allclose(s.hours_asked, 0.8 * p.need_per_day * s.days, rtol=CLOSE)


def test_who_is_left_behind_asks_in_full_from_the_next_week_on() -> None:
    there = site_with({("fulltime", 1): 2})
    there.run(weeks=1)
    s = there.students.rows()
    alone = s.hours_asked[0] / ((1 + there.p.duo_extra) / 2)
    there.students[1].remove()
    there.run(weeks=1)
    assert there.students.column("hours_asked").tolist() == pytest.approx([alone, 0.0])


def test_a_mentor_accepts_a_duo_by_the_load_with_both() -> None:
    """Two mentors with a second-year each: 0.94 + 1.6 · 0.94 = 2.44 h of 2.5, and not of 2.4."""
    students = {("fulltime", 1): 2, ("fulltime", 2): 2}
    for hours, together in ((2.45, True), (2.43, False)):
        there = site_with(students, mentors=3, mentor_hours=hours, need_per_day=0.94)
        m, s = there.mentors.rows(), there.students.rows()
        first = s.mentor[s.year == 1]
        assert first[0] == first[1]
        assert m.students[first[0]] == 2, "an idle mentor is asked first"
        there.mentors.column("role")[first[0]] = Role.EMPTY
        s.mentor[s.year == 1] = -1
        assert (who_accepts(there) >= 0) == together


def who_accepts(there: Partnership) -> int:
    """Who accepts the duo after everybody else has been asked for."""
    p, s, m, b = there.settings[0], there.students.rows(), there.mentors.rows(), there.boards.rows()
    expected = nobody_yet(p, m, b)
    m.students[:] = 0
    for i in np.flatnonzero(s.mentor >= 0):
        take_on(p, i, s.mentor[i], expected, s, m)
    duo = asking_together(p, s, np.flatnonzero(s.duo >= 0)[0])
    return int(willing_one(p, 0, m.key.size, -1, False, duo, expected, m))


def test_when_the_mentor_withdraws_a_duo_goes_together() -> None:
    p = settings_of(mentor_hours=2.0)
    s = rows_of(Student, 3, status=Status.INSIDE, mentor=0, hours_asked=0.8)
    s.duo[:] = 2, -1, 0
    m = rows_of(Mentor, 3, role=Role.ACTIVE, hours_available=2.0)
    m.role[0] = Role.WITHDRAWN
    m.hours_asked[:] = 2.4, 0.2, 0.4
    m.load[:] = m.hours_asked / 2.0
    ends = {"site_first": [0], "site_end": [3], "cluster_first": [0], "cluster_end": [3]}
    places = MentorPlaces.of(**{name: np.array(at, np.int64) for name, at in ends.items()})
    reassign(p, s, m, rows_of(Board, 1, hours_factor=1.0), places)
    assert s.mentor.tolist() == [1, 2, 1], "one by one the last would have gone to the third mentor"
    assert m.hours_asked.tolist() == pytest.approx([2.4, 1.8, 1.2])


def test_a_left_partner_does_not_come_along() -> None:
    p = settings_of()
    s = rows_of(Student, 2, status=Status.INSIDE, mentor=0, hours_asked=0.8)
    s.duo[:] = 1, 0
    s.status[1] = Status.LEFT
    m = rows_of(Mentor, 2, role=Role.ACTIVE, hours_available=2.0)
    m.role[0] = Role.WITHDRAWN
    ends = {"site_first": [0], "site_end": [2], "cluster_first": [0], "cluster_end": [2]}
    places = MentorPlaces.of(**{name: np.array(at, np.int64) for name, at in ends.items()})
    reassign(p, s, m, rows_of(Board, 1, hours_factor=1.0), places)
    assert s.mentor.tolist() == [1, 0]
    assert m.hours_asked[1] == pytest.approx(0.8)


@pytest.mark.parametrize("extra", [0.4, 1.0])
def test_hours_of_a_duo_lie_between_those_of_one_and_of_two(extra: float) -> None:
    p = settings_of(duo_extra=extra)
    s = rows_of(Student, 2, status=Status.INSIDE, need=0.9, days_now=1.0)
    s.duo[:] = 1, 0
    demand(p, s)
    assert s.hours_asked.sum() == pytest.approx(0.9 * (1 + extra))


# --- both signs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "practice", "sign"), [(0.5, 1.0, 1), (3.0, 0.7, -1)])
def test_duos_raise_competence_where_hours_are_short_and_lower_it_where_they_are_not(
    hours: float, practice: float, sign: int
) -> None:
    gains = []
    for duos in (False, True):
        there = site_with(
            {("fulltime", 1): 4}, mentors=2, duo_year_1=duos, mentor_hours=hours, duo_practice=practice,
            duo_extra=0.4, mentor_accept_load=5.0,
        )  # fmt: skip
        there.run(weeks=40)
        gains.append(float(there.students.column("teaching").mean()))
    assert sign * (gains[1] - gains[0]) > 0.001
