"""Engagement and leaving in a school week (3.10)."""

from __future__ import annotations

from ..students import Student


def engage_and_leave(model) -> None:
    students = model.present_students()
    students.do(Student.feel_belonging)
    students.do(Student.feel_engagement)
    if model.p.with_dropout:
        students.do(Student.decide_to_leave)
