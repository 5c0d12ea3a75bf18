"""Who is expected in a partnership, and what they find there (RULES 5.1).

Arrays are by place (inside, outside), programme and year; a year is the study year of hbo students, and of mbo students
how many years they have been there. What is `Everywhere` has the partnership before these.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from samenspel.agents.columns import Floats, Ints
from samenspel.agents.compiled import rule
from samenspel.agents.students import FIRST_MBO, HBO_PROGRAMMES, Programme
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.constants import ENGAGEMENT_REFERENCE, SUPERVISION_REFERENCE
from samenspel.model.declared.parameters import Parameters
from samenspel.model.start.exchange import (
    BARRIER,
    BELONGING,
    CARE,
    COLLABORATION,
    ENGAGEMENT,
    KNOWLEDGE,
    PROGRAMMES,
    REMEMBERED,
    STATES,
    TEACHING,
    YEARS,
)
from samenspel.model.year.newcomers import weeks_of


class Found(NamedTuple):
    """What students find in a partnership: staff and places."""

    kind: Ints  # the MentorKind that is asked, by programme
    demand: Floats  # hbo students wanted by programme, shape (4,)
    eligible: Floats  # the part of them that could be placed, shape (4,)
    turn: Ints  # who goes first when there are too few places, shape (4,)
    mbo: Floats  # mbo students by programme, shape (7,)
    places: float
    sites: Floats  # sites with places where somebody of the kind may be asked, by MentorKind
    time: Floats  # hours a week of a mentor without and with a student of the final year, by MentorKind, shape (2, 2)
    mentors: Floats  # active mentors, by MentorKind
    skill: Floats  # their mean skill, by MentorKind; once they are asked, over students
    skill_spread: Floats  # its SD, by MentorKind
    trained: Floats  # the part of them that is trained interprofessionally, by MentorKind
    outside: Floats  # mean and SD of skill outside
    travel: Floats  # mean of travel / (travel + travel_half), by place
    communities: Ints  # rows of its communities
    students: Floats  # how many each of these supervises
    free: Floats  # hours of its trainers after coordination
    effect: Floats  # what an hour of them is worth: skill · familiarity · seats
    parts: float  # in how many parts a community meets


class Everywhere(NamedTuple):
    """What students find in every partnership, as `Found` has it of one; communities are in order of partnership."""

    kind: Ints
    demand: Floats
    eligible: Floats
    turn: Ints
    mbo: Floats
    places: Floats
    sites: Floats
    time: Floats
    mentors: Floats
    skill: Floats
    skill_spread: Floats
    trained: Floats
    outside: Floats
    travel: Floats
    first: Ints  # where communities of each partnership begin, and after the last of all
    communities: Ints
    students: Floats
    free: Floats
    effect: Floats
    parts: Floats


class Expected(NamedTuple):
    """Students on average; shape (places, programmes, years), and more where it says so. Week 0 is not used."""

    first: Floats  # states when a year begins, shape (…, STATES)
    last: Floats  # and after week 40
    stays: Floats  # the part that is still there then
    passes: Floats  # the part of those that passes
    number: Floats  # how many there are when a year begins
    enrolled: Floats  # the same by years enrolled before, for one entrant, shape (places, hbo programmes, years, years)
    asked: Floats  # mentor hours asked in a week of placement, alone
    # --- of the partnership that is looked at: made anew in every round ---
    given: Floats  # inside: guidance by a mentor of skill 1, by week, shape (programmes, years, weeks)
    together: Floats  # the part of first-years that shares a placement, by MentorKind and week
    trainers: Floats  # trainer guidance inside, by week
    # --- of all partnerships ---
    when: Floats  # 1 in weeks of placement, by whether the key is even or odd, programme, year and week
    placed: Floats  # the part that has a placement, by programme, year and week


@rule
def found_in(found: Everywhere, k: int) -> Found:
    """What students find in one partnership."""
    a, z = found.first[k], found.first[k + 1]
    return Found(
        found.kind, found.demand[k], found.eligible[k], found.turn, found.mbo[k], found.places[k], found.sites[k],
        found.time[k], found.mentors[k], found.skill[k], found.skill_spread[k], found.trained[k], found.outside,
        found.travel[k], found.communities[a:z], found.students[a:z], found.free[a:z], found.effect[a:z],
        found.parts[k],
    )  # fmt: skip


@rule
def expected_in(e: Expected, k: int) -> Expected:
    """Who is expected in one partnership, of those who are expected everywhere."""
    return Expected(
        e.first[k], e.last[k], e.stays[k], e.passes[k], e.number[k], e.enrolled[k], e.asked[k], e.given, e.together,
        e.trainers, e.when, e.placed,
    )  # fmt: skip


@rule
def is_there(found: Found, a: int) -> bool:
    """Whether anybody of a programme is expected."""
    return (found.demand[a] if a < FIRST_MBO else found.mbo[a]) > 0.0


@rule
def calendar(p: Parameters) -> Floats:
    """1 in weeks of placement, else 0, of those with an even key and those with an odd one, by programme and year."""
    when = np.zeros((2, PROGRAMMES, YEARS, WEEKS + 1))
    for key in range(2):
        for a in range(PROGRAMMES):
            for k in range(YEARS):
                first, last = weeks_of(p, key, a, k + 1)
                for week in range(first, last + 1):
                    when[key, a, k, week] = 1.0
    return when


@rule
def placed_on_average(when: Floats) -> Floats:
    """The mean over those with an even key and those with an odd one."""
    placed = np.zeros((PROGRAMMES, YEARS, WEEKS + 1))
    for a in range(PROGRAMMES):
        for k in range(YEARS):
            for week in range(WEEKS + 1):
                placed[a, k, week] = (when[0, a, k, week] + when[1, a, k, week]) / 2.0
    return placed


@rule
def newcomer(p: Parameters, a: int, x: Floats) -> None:
    """States of a newcomer of a programme, as RULES 4.3.8 has them on average."""
    own = COLLABORATION if a == Programme.ASSISTANT else CARE if a >= Programme.PEDAGOGY else TEACHING
    for d in range(TEACHING, COLLABORATION + 1):
        x[d] = p.competence_start + (p.competence_lead if d == own else 0.0)
    x[KNOWLEDGE], x[BARRIER] = p.knowledge_start, p.barrier_start
    x[BELONGING] = (1.0 - p.belonging_peer) * p.climate_mean
    x[ENGAGEMENT], x[REMEMBERED] = ENGAGEMENT_REFERENCE, SUPERVISION_REFERENCE


@rule
def nobody(p: Parameters, partnerships: int) -> Expected:
    """Nobody yet in these partnerships, and newcomers in every year."""
    cells = (partnerships, 2, PROGRAMMES, YEARS)
    when, first = calendar(p), np.zeros((partnerships, 2, PROGRAMMES, YEARS, STATES))
    for at in range(partnerships):
        for z in range(2):
            for a in range(PROGRAMMES):
                for k in range(YEARS):
                    newcomer(p, a, first[at, z, a, k])
    return Expected(
        first, first.copy(), np.zeros(cells), np.zeros(cells), np.zeros(cells),
        np.zeros((partnerships, 2, HBO_PROGRAMMES, YEARS, min(p.enrolment_limit, 100))), np.zeros(cells),
        np.zeros((PROGRAMMES, YEARS, WEEKS + 1)), np.zeros((2, WEEKS + 1)), np.zeros(WEEKS + 1), when,
        placed_on_average(when),
    )  # fmt: skip
