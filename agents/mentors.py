"""Mentors: teachers and childcare staff who guide students at the workplace."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Bundle, Ints
from samenspel.agents.compiled import rule
from samenspel.agents.population import RowAgent, State


class MentorKind(IntEnum):
    """The mentor's profession."""

    TEACHER = 0
    CARE = 1


class Role(IntEnum):
    """The state of a mentor's role at a site."""

    EMPTY = 0
    ACTIVE = 1
    WITHDRAWN = 2


class MentorColumns(Bundle):
    """The states of mentors."""

    key = State(np.int64, "identity, for keyed draws")
    kind = State(np.int8, "MentorKind")
    place = State(np.int16, "number of the role at the site")
    site = State(np.int32, "row of the site")
    cluster = State(np.int32, "row of the learning community")
    board = State(np.int32, "row of the board")
    role = State(np.int8, "Role")
    trained = State(np.bool_, "in supervision")
    interprofessional = State(np.bool_, "trained interprofessionally")
    new = State(np.bool_, "in the first year of the role")
    skill = State(np.float64, "0-1")
    base = State(np.float64, "fatigue without students, 0-1")
    richness = State(np.float64, "of practice in the class, 1 on average")
    fatigue = State(np.float64, "0-1")
    students = State(np.int32, "students this week")
    hours_asked = State(np.float64, "by the students this week")
    hours_available = State(np.float64, "this week")
    load = State(np.float64, "hours asked over hours available")
    hosts_final = State(np.bool_, "a teacher with whom a student of year 4 of hbo is placed this week")


class Mentor(RowAgent, MentorColumns):
    """Who guides students at a site, in facilitated hours while hosting."""

    @classmethod
    def kind_at(cls, columns: dict[str, NDArray[Any]], row: int) -> type[RowAgent]:
        """A teacher or somebody in childcare."""
        return CareMentor if columns["kind"][row] == MentorKind.CARE else TeacherMentor


class TeacherMentor(Mentor):
    """A teacher who guides pabo students and teaching assistants (mentor, werkbegeleider)."""


class CareMentor(Mentor):
    """A childcare worker who guides students of pedagogical work and pedagogy (werkbegeleider)."""


@rule
def accepts(students: int, load_with_one_more: float, limit: float) -> bool:
    """Whether a mentor takes one more student: always a first, further ones within the limit (RULES 4.7)."""
    return students == 0 or load_with_one_more <= limit


@rule
def withdraws(u: float, rate: float, fatigue: float) -> bool:
    """Whether a hosting mentor gives up (RULES 3.9)."""
    return u < rate * fatigue * fatigue


class MentorPlaces(Bundle):
    """First row, and row after the last, of the mentors at every site and in every cluster."""

    site_first: Ints
    site_end: Ints
    cluster_first: Ints
    cluster_end: Ints
