"""Mentors are asked to take students (RULES 4.7)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from samenspel.agents.mentors import Mentor, MentorKind, Role
from samenspel.agents.organisations import Board
from samenspel.agents.students import Programme, Status
from samenspel.model import Partnership
from samenspel.model.year.asking import Asking, Expected, ask_mentors, load_with, nobody_yet
from tests.lives import MIXED, after, apply, make, rows_of, settings_of, with_mentors
from tests.reckoned import CARED_FOR, numbers, often
from tests.strategies import values_of

# --- the least loaded are asked first ---


def test_students_are_spread_over_mentors_before_anybody_takes_a_second() -> None:
    there = with_mentors(5, {("fulltime", 1): 7}, mentor_accept_load=1.0)
    assert sorted(there.mentors.column("students").tolist()) == [1, 1, 1, 2, 2]


def test_a_first_student_is_always_accepted_a_further_one_within_the_limit() -> None:
    there = with_mentors(2, {("fulltime", 4): 1, ("fulltime", 1): 2}, mentor_accept_load=1.0)
    s = there.students.rows()
    of_last_year = s.mentor[s.year == 4][0]
    others = s.mentor[s.year == 1]
    assert (others != of_last_year).all()  # 2.0 h and 1.0 h pass the limit, 1.0 h and 1.0 h do not
    assert others[0] == others[1]


def test_when_nobody_accepts_the_least_loaded_has_to() -> None:
    there = with_mentors(2, {("fulltime", 4): 5}, mentor_accept_load=1.0)
    assert sorted(there.mentors.column("students").tolist()) == [2, 3]


def test_tired_mentors_have_less_room_for_a_second_student() -> None:
    there = with_mentors(2, {("fulltime", 1): 3}, mentor_accept_load=1.0)
    assert there.mentors.column("students").tolist() == [2, 1]
    there.mentors.column("fatigue")[0] = 0.1
    there.students.column("mentor")[:] = -1
    apply(ask_mentors, there, False)
    assert there.mentors.column("students").tolist() == [1, 2]
    full = 2.0 * (1 - there.p.fatigue_time_loss * 0.1)
    assert there.mentors.column("load").tolist() == pytest.approx([1.0 / full, 1.0])


def test_who_still_has_a_mentor_keeps_that_mentor() -> None:
    there = with_mentors(3, {("fulltime", 1): 6}, mentor_accept_load=0.5)
    there.students.column("mentor")[:] = 2
    apply(ask_mentors, there, False)
    assert there.students.column("mentor").tolist() == [2] * 6
    there.mentors.column("role")[2] = Role.WITHDRAWN
    apply(ask_mentors, there, False)
    assert sorted(there.students.column("mentor").tolist()) == [0, 0, 0, 1, 1, 1]


def test_in_a_cluster_with_a_plan_trained_mentors_are_asked_first() -> None:
    there = with_mentors(6, {("fulltime", 1): 3})
    there.mentors.column("trained")[:] = [False, False, False, True, False, True]
    there.students.column("mentor")[:] = -1
    apply(ask_mentors, there, False)
    assert sorted(there.students.column("mentor").tolist()) == [0, 1, 2]
    there.communities[0].plan = True
    there.students.column("mentor")[:] = -1
    apply(ask_mentors, there, False)
    assert sorted(there.students.column("mentor").tolist()) == [3, 3, 5]  # a second one of 1 h is within the limit


def test_nobody_is_idle_where_others_had_to_go_to_another_site() -> None:
    there = make(1, **MIXED)
    apply(ask_mentors, there, False)  # at the start some are still with whom a withdrawn mentor's students went to
    s, m = there.students.rows(), there.mentors.rows()
    away = np.flatnonzero((s.mentor >= 0) & (m.site[s.mentor] != s.site))
    kind = np.where(np.isin(s.programme, (3, 4, 5)), MentorKind.CARE, MentorKind.TEACHER)
    for i in away:
        near = (m.site == s.site[i]) & (m.kind == kind[i]) & (m.role == Role.ACTIVE)
        assert (m.students[near] > 0).all()
        assert m.cluster[s.mentor[i]] == s.cluster[i]
    np.testing.assert_array_equal(m.students, np.bincount(s.mentor[s.mentor >= 0], minlength=m.key.size))


def test_mentors_who_stay_keep_students_who_stay_over_the_turn() -> None:
    there = after(weeks=40, with_withdrawal=False, keep_mentor_within_load=False)
    m = there.mentors
    keys = m.column("key").copy()
    students = [(s, s.site, int(keys[s.mentor])) for s in there.students if s.status == Status.INSIDE and s.mentor >= 0]
    there.step()
    stayed = [(s, mentor) for s, site, mentor in students if s.row is not None and s.site == site]
    active = set(m.column("key")[m.column("role") == Role.ACTIVE].tolist())
    kept = [(s, mentor) for s, mentor in stayed if mentor in active and m.column("site")[s.mentor] == s.site]
    at_home = [(s, mentor) for s, mentor in kept if m.column("site")[keys == mentor][0] == s.site]
    assert len(at_home) > 40
    assert all(m.column("key")[s.mentor] == mentor for s, mentor in at_home)


# --- the suitable are asked first ---


def chosen(selection: float, *, plan: bool = False, trained: tuple[bool, bool] = (False, False)) -> int:
    """Who takes a student of 1 h: a poor mentor at load 0, or one of skill 0.9 at load 0.5."""
    there = with_mentors(2, {("fulltime", 1): 2}, mentor_accept_load=1.0, selection=selection)
    s, m = there.students.rows(), there.mentors.rows()
    m.skill[:], m.trained[:] = (0.4, 0.9), trained
    there.communities.column("plan")[:] = plan
    s.mentor[:] = (1, -1)
    apply(ask_mentors, there, False)
    assert s.mentor[0] == 1
    return int(s.mentor[1])


def test_skill_goes_before_load_from_where_it_weighs_more() -> None:
    """With the student the loads are 0.5 and 1.0: 0.5 apart, and so are the skills, so half is where it turns."""
    assert [chosen(selection) for selection in (0.0, 0.49, 0.51, 1.0)] == [0, 0, 1, 1]


def test_trained_ones_go_before_skilled_ones_in_a_cluster_with_a_plan_only() -> None:
    assert chosen(1.0, trained=(True, False)) == 1
    assert chosen(1.0, trained=(True, False), plan=True) == 0
    assert chosen(1.0, trained=(True, True), plan=True) == 1


@pytest.mark.parametrize(("selection", "who"), [(0.0, 0), (1e-9, 1)])
def test_without_selection_of_two_who_are_free_the_first_is_asked_though_tired(selection: float, who: int) -> None:
    there = with_mentors(2, {("fulltime", 1): 1}, selection=selection)
    there.mentors.column("fatigue")[:] = (0.5, 0.0)
    there.mentors.column("skill")[:] = 0.6
    there.students.column("mentor")[:] = -1
    apply(ask_mentors, there, False)
    assert there.students.column("mentor").tolist() == [who]


def test_selection_asks_only_those_who_accept() -> None:
    there = with_mentors(3, {("fulltime", 1): 6}, mentor_accept_load=1.0, selection=1.0)
    there.mentors.column("skill")[:] = (0.1, 0.9, 0.5)
    there.students.column("mentor")[:] = -1
    apply(ask_mentors, there, False)
    assert there.students.column("mentor").tolist() == [1, 1, 2, 2, 0, 0]


@pytest.mark.parametrize(("hours", "sign"), [(2.0, 1), (1.0, -1)])
def test_selection_wins_where_mentors_have_time_and_loses_where_they_have_not(hours: float, sign: int) -> None:
    """Two students of 0.75 h: with 2 h the better mentor has time for both, with 1 h each gets two thirds of it."""
    quality = []
    for selection in (0.0, 1.0):
        there = with_mentors(
            2, {("fulltime", 1): 2}, need_per_day=0.75, mentor_hours=hours, mentor_accept_load=1.5, selection=selection
        )
        there.mentors.column("skill")[:] = (0.8, 0.7)
        there.students.column("mentor")[:] = -1
        apply(ask_mentors, there, False)
        there.step()
        quality.append(there.students.column("guidance").mean())
    assert np.sign(quality[1] - quality[0]) == sign


def test_selection_pays_at_todays_scale() -> None:
    smooth = {"form_skill": "logistic", "adequate_threshold": 0.5}

    def adequate(seed: int, selection: float) -> float:
        lived = after(3, seed=seed, **smooth, selection=selection)
        return float(lived.recorded("supervision_adequate_share").mean())

    gains = [adequate(seed, 0.5) - adequate(seed, 0.0) for seed in range(1, 11)]
    assert np.mean(gains) > 3 * np.std(gains, ddof=1) / np.sqrt(len(gains))


# --- a student keeps a mentor only within the load ---


def kept(**values: Any) -> Partnership:
    """A student of year 4 (2 h) and three of year 1 (1 h) who all had the first of three mentors of 2 h."""
    there = with_mentors(3, {("fulltime", 1): 3, ("fulltime", 4): 1}, mentor_accept_load=1.0, **values)
    there.students.column("mentor")[:] = 0
    apply(ask_mentors, there, False)
    return there


def test_who_gives_way_are_the_lower_years_and_then_the_later_keys() -> None:
    assert kept().students.column("mentor").tolist() == [0, 0, 0, 0]
    there = kept(keep_mentor_within_load=True)
    s = there.students.rows()
    assert s.mentor[s.year == 4].tolist() == [0]
    assert s.mentor[s.year == 1].tolist() == [1, 2, 1]
    s.year[:] = 1
    s.need[:], s.days[:], s.mentor[:] = 1.0, 1.0, 0
    apply(ask_mentors, there, False)
    first_two = np.argsort(s.key)[:2]
    assert sorted(np.flatnonzero(s.mentor == 0).tolist()) == sorted(first_two.tolist())


def test_who_gives_way_stays_after_all_where_nobody_accepts() -> None:
    there = with_mentors(1, {("fulltime", 1): 4}, mentor_accept_load=1.0, keep_mentor_within_load=True)
    apply(ask_mentors, there, False)
    assert there.students.column("mentor").tolist() == [0] * 4


def test_over_the_turn_of_the_year_doubled_days_no_longer_double_the_load() -> None:
    """A year later a student asks twice as much: with the rule fewer mentors are beyond what they accept."""
    lives = [after(years=2, weeks=1, keep_mentor_within_load=within, with_dropout=False) for within in (False, True)]
    beyond = []
    for there in lives:
        m = there.mentors.rows()
        beyond.append(np.count_nonzero((m.students > 1) & (m.load > 1)))
    assert beyond[1] < beyond[0]


# --- load limits hold ---


def links(s: Any) -> list[tuple[int, int]]:
    """Inside students who have a mentor, and that mentor."""
    return [(int(i), int(s.mentor[i])) for i in np.flatnonzero((s.status == Status.INSIDE) & (s.mentor >= 0))]


def able(there: Partnership, i: int) -> list[int]:
    """Mentors who could be asked for a student."""
    s, m = there.students.rows(), there.mentors.rows()
    kind = MentorKind.CARE if s.programme[i] in CARED_FOR else MentorKind.TEACHER
    found = (m.role == Role.ACTIVE) & (m.kind == kind) & (m.cluster == s.cluster[i])
    return [int(n) for n in np.flatnonzero(found)]


def load_if(there: Partnership, n: int, i: int) -> float:
    """The expected load of a mentor who has a student, or would have, with the other of a duo."""
    s = there.students.rows()
    theirs = (s.mentor == n) | np.isin(np.arange(s.key.size), (i, s.duo[i]))
    return max(load_in(there, n, theirs & (s.first_week <= end) & (s.last_week > end - 20)) for end in (20, 40))


def load_in(there: Partnership, n: int, placed: NDArray[np.bool_]) -> float:
    """What those who are placed in a half of the year ask of the time that a mentor has then."""
    p, s, m = there.p, there.students.rows(), there.mentors.rows()
    final = (placed & (s.year == 4) & (s.programme < Programme.CARE_3)).any()
    full = max(p.mentor_hours, p.mentor_hours_final * final)
    full = p.care_mentor_hours if m.kind[n] == MentorKind.CARE else full
    full *= there.boards.column("hours_factor")[m.board[n]] * (1 - p.fatigue_time_loss * m.fatigue[n])
    together = (s.duo >= 0) & placed[s.duo]
    asked = s.need * s.days * np.where(together, (1 + p.duo_extra) / 2, 1)
    return float(asked[placed].sum() / full)


@often
@given(
    number=numbers,
    weeks=st.sampled_from((0, 20, 60)),
    values=values_of("mentor_accept_load", "mentor_hours", "mentor_hours_final", "form_skill", "selection"),
)
def test_beyond_the_load_that_mentors_accept_is_only_who_found_nobody(
    number: int, weeks: int, values: dict[str, Any]
) -> None:
    there = make(number, **MIXED, students_per_cluster=14 + number % 12, keep_mentor_within_load=True, **values)
    there.run(weeks=weeks)
    apply(ask_mentors, there, False)
    s, m, limit = there.students.rows(), there.mentors.rows(), there.p.mentor_accept_load
    assert all(there.mentors.column("load")[n] == pytest.approx(load_if(there, n, i)) for i, n in links(s))
    second = (s.status == Status.INSIDE) & (s.mentor >= 0) & (s.duo >= 0) & (s.duo < np.arange(s.key.size))
    together = np.bincount(s.mentor[second], minlength=m.key.size)
    for k in np.flatnonzero((m.students - together > 1) & (m.load > limit + 1e-9)):
        assert any(
            all(m.students[n] > 0 and load_if(there, n, i) > limit - 1e-9 for n in able(there, i))
            for i, mentor in links(s)
            if mentor == k
        )


# --- the heaviest week of the year ---


def so_far(hours: tuple[float, float], final: tuple[bool, bool] = (False, False)) -> Expected:
    """One mentor of 2 h, or 4 h with a student of the final year, of whom so much is asked in the two halves."""
    return Expected(np.array([hours]), np.array([final]), np.array([[2.0, 4.0]]))


def test_load_is_that_of_the_heavier_half_of_the_year() -> None:
    for hours, load in (((0.0, 0.0), 0.5), ((1.0, 0.0), 1.0), ((0.0, 1.0), 0.75), ((0.5, 1.5), 1.0)):
        assert load_with(Asking(MentorKind.TEACHER, hours, False), 0, so_far((1.0, 0.5))) == load


def test_hours_for_a_final_year_are_there_in_its_half_only() -> None:
    of_final, other = Asking(MentorKind.TEACHER, (2.0, 0.0), True), Asking(MentorKind.TEACHER, (2.0, 1.0), False)
    assert load_with(of_final, 0, so_far((0.0, 0.0))) == 0.5
    assert load_with(of_final, 0, so_far((0.0, 3.0))) == 1.5
    assert load_with(other, 0, so_far((2.0, 0.0), (True, False))) == 1.0
    assert load_with(other, 0, so_far((2.0, 1.5), (True, False))) == 1.25


def test_time_without_and_with_a_student_of_the_final_year() -> None:
    p = settings_of(mentor_hours=2.0, care_mentor_hours=1.5, mentor_hours_final=2.5, fatigue_time_loss=0.4)
    m = rows_of(Mentor, 2, role=Role.ACTIVE, fatigue=0.5)
    m.kind[1] = MentorKind.CARE
    expected = nobody_yet(p, m, rows_of(Board, 1, hours_factor=0.5))
    assert expected.time.ravel().tolist() == pytest.approx([0.8, 1.0, 0.6, 0.6])
    assert not expected.hours.any()
    assert not expected.final.any()


@pytest.mark.parametrize(("final", "mentors"), [(0.0, [0, 1]), (2.4, [0, 1]), (3.0, [0, 0])])
def test_with_hours_for_a_final_year_a_further_student_fits(final: float, mentors: list[int]) -> None:
    """2 h of year 4 and 1 h of year 1 stay within 3 h, not within 2.4."""
    there = with_mentors(2, {("fulltime", 4): 1, ("fulltime", 1): 1}, mentor_hours_final=final)
    s = there.students.rows()
    s.mentor[:] = np.where(s.year == 4, 0, -1)
    there.mentors.column("role")[1] = Role.ACTIVE
    there.mentors.column("trained")[:] = (True, False)  # so that the first goes first, if it accepts
    there.communities.column("plan")[:] = True
    apply(ask_mentors, there, False)
    assert s.mentor[np.argsort(-s.year)].tolist() == mentors
