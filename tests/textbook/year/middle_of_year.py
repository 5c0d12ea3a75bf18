"""The middle of the year: half-year places change hands (4.1)."""

from __future__ import annotations

from ..students import MboStudent


def change_half_year_students(model) -> None:
    for community in model.communities:
        students = community.students()
        mbo_members = sum(student.mbo and student.member for student in students)
        leaving = [student for student in students if student.mbo and student.half_year]
        for student in leaving:
            follow_up(model, student)
        if mbo_members:
            for student in students:
                if student.hbo and student.member:
                    student.contacts *= 1 - len(leaving) / mbo_members


def follow_up(model, old) -> None:
    """A new student takes the place, year, programme, track, site, mentor and part; and the row."""
    new = MboStudent(model, old.programme, old.cluster, model.year, old.seat + 128)
    new.year = old.year
    new.track = old.track
    new.come_inside(old.site)
    new.mentor = old.mentor
    new.part = old.part
    old.leave("ended")
    model.give_row(old, new)
