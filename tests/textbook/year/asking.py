"""Mentors are asked to take students, once a year (4.7)."""

from __future__ import annotations


def ask_mentors(model) -> None:
    for community in model.communities:
        mentors = [mentor for mentor in community.mentors if mentor.active]
        students = sorted(community.students(), key=lambda student: student.key)
        for mentor in mentors:
            mentor.expected_hours = 0.0
            mentor.expected_students = 0

        looking = []
        for student in students:
            mentor = student.mentor
            if mentor is not None and mentor.active and mentor.site is student.site:
                take(mentor, student)
            else:
                student.mentor = None
                looking.append(student)

        looking.sort(key=lambda student: (-student.year, student.mbo))
        for student in looking:
            mentor = find(model.p, community, mentors, student)
            if mentor is not None:
                take(mentor, student)


def hours(student) -> float:
    """Expected hours of a student."""
    return student.need * student.days


def take(mentor, student) -> None:
    student.mentor = mentor
    mentor.expected_hours += hours(student)
    mentor.expected_students += 1


def expected_load(mentor, more: float = 0.0) -> float:
    return (mentor.expected_hours + more) / mentor.time


def find(p, community, mentors, student):
    """Who takes the student: a mentor who accepts at the site, else in the cluster, else the least loaded."""
    fitting = [mentor for mentor in mentors if mentor.kind == student.mentor_kind]
    at_site = [mentor for mentor in fitting if mentor.site is student.site]
    elsewhere = [mentor for mentor in fitting if mentor.site is not student.site]
    for asked in (at_site, elsewhere):
        for mentor in sorted(asked, key=lambda m: (community.plan and not m.trained, expected_load(m))):
            if accepts(p, mentor, student):
                return mentor
    return min(at_site or elsewhere, key=expected_load, default=None)


def accepts(p, mentor, student) -> bool:
    return mentor.expected_students == 0 or expected_load(mentor, hours(student)) <= p.mentor_accept_load
