"""Mentor load in a school week: fatigue, withdrawal, and who takes the students over (3.9)."""

from __future__ import annotations

from ..mentors import Mentor


def bear_load(model) -> None:
    p = model.p
    if not p.with_fatigue:
        return
    model.mentors.do(Mentor.tire)
    if not p.with_withdrawal:
        return
    gone = [mentor for mentor in model.mentors if mentor.gives_up()]
    for mentor in gone:
        mentor.role = "withdrawn"
    if gone:
        for student in model.present_students():
            if student.mentor in gone:
                find_another(student)


def find_another(student) -> None:
    """For both of a duo: the least loaded active mentor of the kind at the site, else in the cluster, else none."""
    fitting = [m for m in student.cluster.mentors if m.active and m.kind == student.mentor_kind]
    at_site = [mentor for mentor in fitting if mentor.site is student.site]
    new = min(at_site or fitting, key=lambda mentor: mentor.load, default=None)
    for one in (student, student.duo):
        if one is not None and one.inside:
            one.mentor = new
            if new is not None:
                new.take_over(one)
