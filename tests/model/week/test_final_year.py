"""A mentor of a student of year 4 has, and is paid, more hours (RULES 3.2, 4.4)."""

from __future__ import annotations

import pytest

from samenspel.agents.mentors import Mentor, MentorKind, Role
from samenspel.agents.organisations import Board, Site
from samenspel.agents.students import Programme, Status, Student
from samenspel.model.week.supervision import count_students, full_hours, mentor_time, pay_mentors
from tests.lives import after, rows_of, settings_of


def test_hours_for_the_final_year_by_hand() -> None:
    """Of a teacher with a student of year 4 of hbo, in weeks in which that student is placed; and paid."""
    p = settings_of(
        mentor_hours=2.0, care_mentor_hours=1.5, mentor_hours_final=2.5, with_fatigue=False, assistant_relief=0.0
    )
    m, s = (
        rows_of(Mentor, 5, role=Role.ACTIVE),
        rows_of(Student, 7, status=Status.INSIDE, hours_asked=1.0, days_now=2.0),
    )
    m.kind[4] = MentorKind.CARE
    s.mentor[:], s.year[:] = (0, 0, 1, 2, 3, 4, 3), (4, 1, 3, 4, 4, 4, 1)
    s.programme[:] = Programme.FULLTIME
    s.programme[3], s.programme[5] = Programme.ASSISTANT, Programme.PEDAGOGY
    s.placed[4] = False
    b, o = rows_of(Board, 1, hours_factor=0.5), rows_of(Site, 1)
    count_students(p, s, m, o)
    mentor_time(p, m, o, b)
    assert m.hours_available.tolist() == [1.25, 1.0, 1.0, 1.0, 0.75]
    assert m.load.tolist() == pytest.approx([1.6, 1, 1, 1, 4 / 3])
    pay_mentors(p, m, b)
    assert (b.paid_teacher_hours[0], b.paid_care_hours[0]) == (4.25, 0.75)
    s.placed[0] = False
    count_students(p, s, m, o)
    mentor_time(p, m, o, b)
    assert m.hours_available[0] == 1.0


@pytest.mark.parametrize("final", [0.0, 1.0, 2.0])
def test_fewer_hours_for_the_final_year_than_for_others_change_nothing(final: float) -> None:
    p, b = settings_of(mentor_hours=2.0, mentor_hours_final=final), rows_of(Board, 1, hours_factor=1.0)
    m = rows_of(Mentor, 1, role=Role.ACTIVE)
    assert full_hours(p, m, b, 0, True) == full_hours(p, m, b, 0, False) == 2.0


def test_a_life_pays_mentors_for_the_hours_they_have() -> None:
    there = after(weeks=1, mentor_hours=2.0, care_mentor_hours=1.5, mentor_hours_final=2.5, with_fatigue=False)
    m, b = there.mentors.rows(), there.boards.rows()
    teachers = m.kind == MentorKind.TEACHER
    hosting, final = teachers & (m.students > 0), teachers & m.hosts_final
    assert 10 < final.sum() < hosting.sum()
    assert b.paid_teacher_hours.sum() == pytest.approx(2.0 * hosting.sum() + 0.5 * final.sum())
    assert m.hours_available[teachers].sum() == pytest.approx(b.paid_teacher_hours.sum())
