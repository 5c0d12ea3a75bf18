"""Students: what a student is, whether one comes to a meeting, and whether one stays."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Bundle
from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import exp, log
from samenspel.agents.population import RowAgent, State


class Programme(IntEnum):
    """What a student studies; below `CARE_3` it is hbo, from there on mbo."""

    FULLTIME = 0
    PARTTIME = 1
    ACADEMIC = 2
    PEDAGOGY = 3
    CARE_3 = 4
    CARE_4 = 5
    ASSISTANT = 6


FIRST_MBO = Programme.CARE_3
"""Programmes from here on are mbo, those before are hbo."""
HBO_PROGRAMMES = int(FIRST_MBO)


class Track(IntEnum):
    """The mbo track: at school with placements, or an apprenticeship."""

    NONE = 0
    BOL = 1
    BBL = 2


class Status(IntEnum):
    """Where a student is."""

    LEFT = 0
    INSIDE = 1
    OUTSIDE = 2


class Exit(IntEnum):
    """How a student left."""

    NONE = 0
    STOP = 1
    SWITCH = 2
    FAILED = 3
    GRADUATED = 4
    ENDED = 5


class Floor(IntEnum):
    """What adequate supervision must not fall short of; `shortfalls` is a sum of them."""

    TIME = 1
    CONTACT = 2
    QUALITY = 4


class StudentColumns(Bundle):
    """The states of students."""

    key = State(np.int64, "identity, for keyed draws")
    programme = State(np.int8, "Programme")
    track = State(np.int8, "Track")
    partnership = State(np.int32, "row of the partnership")
    home_x = State(np.float64, "km east")
    home_y = State(np.float64, "km north")
    wish = State(np.bool_, "wants experience at a public school")
    available = State(np.bool_, "can come on the community day")
    half_year = State(np.bool_, "an mbo placement of half a year")
    outside_skill = State(np.float64, "of the mentor that the student has outside, 0-1")
    outside_trainer = State(np.float64, "trainer hours that the student gets outside, over their mean")
    year = State(np.int8, "year of study, 1-4")
    enrolled = State(np.int8, "years enrolled before this one")
    status = State(np.int8, "Status")
    exit_kind = State(np.int8, "Exit")
    site = State(np.int32, "row of the site, -1 none")
    cluster = State(np.int32, "row of the learning community, -1 none")
    mentor = State(np.int32, "row of the mentor, -1 none")
    duo = State(np.int32, "row of who shares the placement, -1 none")
    part = State(np.int16, "part of a split community")
    travel = State(np.float64, "km from home to site")
    wish_met = State(np.bool_, "has been at a public school")
    teaching = State(np.float64, "competence, 0-1")
    care = State(np.float64, "competence, 0-1")
    collaboration = State(np.float64, "competence, 0-1")
    knowledge = State(np.float64, "knowledge of the other profession, 0-1")
    engagement = State(np.float64, "0-1")
    belonging = State(np.float64, "0-1")
    peer_support = State(np.float64, "0-1")
    barrier = State(np.float64, "status barrier, 0-1")
    contacts = State(np.float64, "fully mixed meetings so far")
    remembered = State(np.float64, "remembered supervision, 0-1")
    felt_support = State(np.float64, "remembered support, 0-1")
    time_memory = State(np.float64, "support in this school year's weeks with placement, as remembered, 0-1")
    contact_memory = State(np.float64, "hours of contact with a trainer in these weeks, as remembered, a week")
    quality_memory = State(np.float64, "supervision quality in these weeks, as remembered, 0-1")
    weeks_placed = State(np.int16, "weeks with placement this school year")
    attended = State(np.bool_, "came to this week's meeting")
    placed = State(np.bool_, "has a placement this week")
    days_now = State(np.float64, "placement days this week")
    hours_asked = State(np.float64, "mentor hours needed this week")
    support = State(np.float64, "share of the needed hours that came, 0-1")
    guidance = State(np.float64, "by the mentor, 0-1")
    trainer_guidance = State(np.float64, "by the trainers, 0-1")
    trainer_contact = State(np.float64, "hours with a trainer alone this week")
    session_contact = State(
        np.float64, "hours of contact with a trainer in sessions this week, spread over the interval"
    )
    supervision = State(np.float64, "supervision quality, 0-1")
    shortfalls = State(np.int8, "floors that the student falls short of, a sum of Floor; 0 is adequate")
    help = State(np.float64, "received in this week's meeting")
    contact_share = State(np.float64, "partners of the other profession this week, 0-1")
    contact_facilitation = State(np.float64, "facilitation of that contact, 0-1")
    days = State(np.float64, "placement days a week of this programme and year")
    first_week = State(np.int8, "of the school year with placement, 1-40")
    last_week = State(np.int8, "of the school year with placement, 1-40")
    need = State(np.float64, "mentor hours per placement day")
    hazard = State(np.float64, "weekly chance of leaving at reference engagement and supervision")
    weeks_inside = State(np.float64, "weeks of placement inside this school year")
    year_supervision = State(np.float64, "supervision summed over those weeks")
    year_adequate = State(np.float64, "weeks of adequate supervision")
    year_support = State(np.float64, "support summed over those weeks")
    year_short_of_time = State(np.float64, "weeks short of time")
    year_short_of_contact = State(np.float64, "weeks short of contact")
    year_short_of_quality = State(np.float64, "weeks short of quality")
    year_restored_by_time = State(np.float64, "weeks short of time and nothing else")
    year_restored_by_contact = State(np.float64, "weeks short of contact and nothing else")
    year_restored_by_quality = State(np.float64, "weeks short of quality and nothing else")


class Student(RowAgent, StudentColumns):
    """Somebody who learns the profession: inside the partnership, or elsewhere in the region."""

    @classmethod
    def kind_at(cls, columns: dict[str, NDArray[Any]], row: int) -> type[RowAgent]:
        """Hbo or mbo."""
        return HboStudent if columns["programme"][row] < Programme.CARE_3 else MboStudent

    def remove(self) -> None:
        """The student stops: no rule sees this student again."""
        if self.row is not None and self.status != Status.LEFT:
            self.status, self.exit_kind = Status.LEFT, Exit.STOP


class HboStudent(Student):
    """A student of teacher education (pabo) or pedagogy."""


class MboStudent(Student):
    """A student of pedagogical work or a future teaching assistant."""


@rule
def has_placement(s: StudentColumns, i: int, week_of_year: int) -> bool:
    """Whether a student has a placement in a week of the school year, inside or outside."""
    return s.status[i] != Status.LEFT and s.first_week[i] <= week_of_year <= s.last_week[i]


@rule
def is_in_duo(s: StudentColumns, i: int) -> bool:
    """Whether a student shares the placement with another this week: both have one."""
    other = s.duo[i]
    return other >= 0 and s.placed[i] and s.placed[other]


@rule
def comes(u: float, available: bool, engagement: float, support: float, form: float) -> bool:
    """Whether a member comes to the meeting (RULES 3.0)."""
    return u < available * engagement * support * form


@rule
def exit_chance(
    hazard: float, odds_engagement: float, z_engagement: float, odds_supervision: float, z_supervision: float
) -> float:
    """The weekly chance of leaving, shifted by engagement and remembered supervision in SD (RULES 3.10)."""
    return chance_at(hazard, z_engagement * log(odds_engagement) + z_supervision * log(odds_supervision))


@rule
def chance_at(hazard: float, log_odds: float) -> float:
    """The weekly chance of leaving at odds that are so many times as high, as a logarithm."""
    return min(1.0, hazard * exp(log_odds))
