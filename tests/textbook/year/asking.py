"""Mentors are asked to take students, once a year (4.7)."""

from __future__ import annotations

from collections import defaultdict

from ..weeks import weeks_of

HALVES = (range(1, 21), range(21, 41))
"""The weeks of each half of the school year."""


def ask_mentors(model) -> None:
    for student in model.students:
        student.duo = None
    for community in model.communities:
        mentors = [mentor for mentor in community.mentors if mentor.active]
        students = sorted(community.students(), key=lambda student: (-student.year, student.mbo, student.key))
        for mentor in mentors:
            mentor.expected = []

        looking = []
        for student in students:
            if keeps(model.p, student):
                student.mentor.expected.append(student)
            else:
                student.mentor = None
                looking.append(student)

        if model.p.duo_year_1:
            form_duos(looking)
        for student in looking:
            if student.mentor is None:
                together = [student] if student.duo is None else [student, student.duo]
                mentor = find(model.p, community, mentors, together)
                if mentor is not None:
                    for one in together:
                        one.mentor = mentor
                        mentor.expected.append(one)


def form_duos(looking) -> None:
    """First-years of a site, two by two in order."""
    groups = defaultdict(list)
    for student in looking:
        if student.hbo and student.year == 1:
            groups[student.site, student.mentor_kind].append(student)
    for group in groups.values():
        for one, other in zip(group[::2], group[1::2], strict=False):
            one.duo, other.duo = other, one


def keeps(p, student) -> bool:
    """4.7.3."""
    mentor = student.mentor
    if mentor is None or not mentor.active or mentor.site is not student.site:
        return False
    return not p.keep_mentor_within_load or accepts(p, mentor, student)


def hours(student, weeks) -> float:
    """Expected hours of a student in a week of a half of the year; a duo asks less when both have a placement then."""
    if not placed_in(student, weeks):
        return 0.0
    own = student.need * student.days
    together = student.duo is not None and placed_in(student.duo, weeks)
    return own * (1 + student.p.duo_extra) / 2 if together else own


def placed_in(student, weeks) -> bool:
    return any(week in weeks_of(student) for week in weeks)


def expected_load(mentor, *more) -> float:
    """4.7.1: that of the heaviest week, with these students more."""
    students = [*mentor.expected, *more]
    return max(load_in(half, mentor, students) for half in HALVES)


def load_in(half, mentor, students) -> float:
    asked = sum(hours(student, half) for student in students)
    return asked / mentor.time(any(student.final and hours(student, half) > 0 for student in students))


def find(p, community, mentors, students):
    """Who takes a student or a duo: a mentor who accepts at the site, else in the cluster, else the least loaded."""
    student = students[0]
    fitting = [mentor for mentor in mentors if mentor.kind == student.mentor_kind]
    at_site = [mentor for mentor in fitting if mentor.site is student.site]
    elsewhere = [mentor for mentor in fitting if mentor.site is not student.site]

    def turn(mentor) -> tuple[bool, float]:
        return community.plan and not mentor.trained, unfitness(p, mentor, students)

    for asked in (at_site, elsewhere):
        willing = [mentor for mentor in asked if accepts(p, mentor, *students)]
        if willing:
            return min(willing, key=turn)
    return min(at_site or elsewhere, key=expected_load, default=None)


def unfitness(p, mentor, students) -> float:
    """4.7.4: the least takes the student."""
    if p.selection == 0:
        return expected_load(mentor)
    return (1 - p.selection) * expected_load(mentor, *students) - p.selection * mentor.skill


def accepts(p, mentor, *students) -> bool:
    return not mentor.expected or expected_load(mentor, *students) <= p.mentor_accept_load
