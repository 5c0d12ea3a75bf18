"""Mentors are asked to take students, once a year (4.7)."""

from __future__ import annotations

from collections import defaultdict

from ..weeks import weeks_of


def ask_mentors(model) -> None:
    for community in model.communities:
        mentors = [mentor for mentor in community.mentors if mentor.active]
        students = sorted(community.students(), key=lambda student: student.key)
        for mentor in mentors:
            mentor.expected_hours = 0.0
            mentor.expected_students = 0

        for student in students:
            student.duo = None
        looking = []
        for student in students:
            mentor = student.mentor
            if mentor is not None and mentor.active and mentor.site is student.site:
                take(mentor, student)
            else:
                student.mentor = None
                looking.append(student)

        looking.sort(key=lambda student: (-student.year, student.mbo))
        if model.p.duo_year_1:
            form_duos(looking)
        for student in looking:
            if student.mentor is None:
                together = [student] if student.duo is None else [student, student.duo]
                mentor = find(model.p, community, mentors, together)
                if mentor is not None:
                    for one in together:
                        take(mentor, one)


def form_duos(looking) -> None:
    """First-years of a site, two by two in order."""
    groups = defaultdict(list)
    for student in looking:
        if student.hbo and student.year == 1:
            groups[student.site, student.mentor_kind].append(student)
    for group in groups.values():
        for one, other in zip(group[::2], group[1::2], strict=False):
            one.duo, other.duo = other, one


def hours(student) -> float:
    """Expected hours of a student, in the semester in which they are most."""
    return max(hours_of_weeks(student, range(1, 21)), hours_of_weeks(student, range(21, 41)))


def hours_of_weeks(student, weeks) -> float:
    """A duo asks less when both have a placement in these weeks."""
    if not placed_in(student, weeks):
        return 0.0
    own = student.need * student.days
    together = student.duo is not None and placed_in(student.duo, weeks)
    return own * (1 + student.p.duo_extra) / 2 if together else own


def placed_in(student, weeks) -> bool:
    return any(week in weeks_of(student) for week in weeks)


def take(mentor, student) -> None:
    student.mentor = mentor
    mentor.expected_hours += hours(student)
    mentor.expected_students += 1


def expected_load(mentor, more: float = 0.0) -> float:
    return (mentor.expected_hours + more) / mentor.time


def find(p, community, mentors, students):
    """Who takes a student or a duo: a mentor who accepts at the site, else in the cluster, else the least loaded."""
    student = students[0]
    fitting = [mentor for mentor in mentors if mentor.kind == student.mentor_kind]
    at_site = [mentor for mentor in fitting if mentor.site is student.site]
    elsewhere = [mentor for mentor in fitting if mentor.site is not student.site]
    for asked in (at_site, elsewhere):
        for mentor in sorted(asked, key=lambda m: (community.plan and not m.trained, expected_load(m))):
            if accepts(p, mentor, students):
                return mentor
    return min(at_site or elsewhere, key=expected_load, default=None)


def accepts(p, mentor, students) -> bool:
    more = sum(hours(student) for student in students)
    return mentor.expected_students == 0 or expected_load(mentor, more) <= p.mentor_accept_load
