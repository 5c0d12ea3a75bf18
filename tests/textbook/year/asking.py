"""Mentors are asked to take students, once a year (4.7)."""

from __future__ import annotations

HALVES = (1, 2)


def ask_mentors(model) -> None:
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

        for student in looking:
            student.mentor = find(model.p, community, mentors, student)
            if student.mentor is not None:
                student.mentor.expected.append(student)


def keeps(p, student) -> bool:
    """4.7.3."""
    mentor = student.mentor
    if mentor is None or not mentor.active or mentor.site is not student.site:
        return False
    return not p.keep_mentor_within_load or accepts(p, mentor, student)


def hours(student, half: int) -> float:
    """Expected hours of a student in a week of a half of the year."""
    return student.need * student.days


def expected_load(mentor, *more) -> float:
    """4.7.1: that of the heaviest week, with these students more."""
    students = [*mentor.expected, *more]
    return max(load_in(half, mentor, students) for half in HALVES)


def load_in(half: int, mentor, students) -> float:
    asked = sum(hours(student, half) for student in students)
    return asked / mentor.time(any(student.final and hours(student, half) > 0 for student in students))


def find(p, community, mentors, student):
    """Who takes the student: a mentor who accepts at the site, else in the cluster, else the least loaded."""
    fitting = [mentor for mentor in mentors if mentor.kind == student.mentor_kind]
    at_site = [mentor for mentor in fitting if mentor.site is student.site]
    elsewhere = [mentor for mentor in fitting if mentor.site is not student.site]

    def turn(mentor) -> tuple[bool, float]:
        return community.plan and not mentor.trained, unfitness(p, mentor, student)

    for asked in (at_site, elsewhere):
        willing = [mentor for mentor in asked if accepts(p, mentor, student)]
        if willing:
            return min(willing, key=turn)
    return min(at_site or elsewhere, key=expected_load, default=None)


def unfitness(p, mentor, student) -> float:
    """4.7.4: the least takes the student."""
    if p.selection == 0:
        return expected_load(mentor)
    return (1 - p.selection) * expected_load(mentor, student) - p.selection * mentor.skill


def accepts(p, mentor, student) -> bool:
    return not mentor.expected or expected_load(mentor, student) <= p.mentor_accept_load
