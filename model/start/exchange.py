"""What members of a learning community expect of a meeting, from who is expected there (RULES 5.1)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from samenspel.agents.columns import Floats, Ints
from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import exp
from samenspel.agents.organisations import CommunityColumns
from samenspel.agents.students import FIRST_MBO, Programme
from samenspel.model.declared.choices import Facilitation, MboMix, ParttimeForm
from samenspel.model.declared.parameters import Parameters
from samenspel.model.week.facilitation import facilitation_by_hours, facilitation_by_persons
from samenspel.model.week.meeting import backing, peer_gap, subgroups_of, talk
from samenspel.model.week.members import stratum

INSIDE, OUTSIDE = 0, 1
PROGRAMMES, YEARS = len(Programme), 4
(TEACHING, CARE, COLLABORATION, KNOWLEDGE, BARRIER, CONTACTS, PEERS, BELONGING, ENGAGEMENT, REMEMBERED, SPREAD,
 SPREAD_ENGAGEMENT) = range(12)  # fmt: skip
STATES = 12
"""States of who is expected: their means, and how remembered supervision and engagement spread over people (SD)."""
LEARNED, EXPLAINED, HELP, VARIED, COMPANY, HEARD, ACROSS, FACILITATED = 0, 3, 6, 7, 8, 9, 10, 11
GIFTS = 12
"""What a meeting gives to who comes, on average: what is learned, by domain; what is explained at competence 0, by
domain; help, and its variance; the chance that anybody else comes; knowledge of the other profession, at none; the part
of partners that is of the other profession; that part times facilitation."""


class Members(NamedTuple):
    """Those of every programme and year halfway through the year, in one row, and what they learn from each other."""

    states: Floats  # shape (programmes · years, STATES)
    gained: Floats  # mean κ of those of one cell from those of another, shape (programmes · years, the same, 3)
    squares: Floats  # mean of its square


@rule
def members_expected(p: Parameters, first: Floats, last: Floats, number: Floats) -> Members:
    """Members inside, by programme and year, from how their year begins and ends."""
    cells = PROGRAMMES * YEARS
    members = Members(np.zeros((cells, STATES)), np.zeros((cells, cells, 3)), np.zeros((cells, cells, 3)))
    left = np.zeros((cells, 3))
    for cell in range(cells):
        a, k = cell // YEARS, cell % YEARS
        for d in range(STATES):
            members.states[cell, d] = (first[a, k, d] + last[a, k, d]) / 2.0
        for d in range(3):
            left[cell, d] = kept(members.states[cell], first[a, 0], d)
    strata = strata_of(p, True)
    for i in range(cells):
        for j in range(cells):
            if strata[i] == strata[j] and may_meet(p, number, i) and may_meet(p, number, j):
                compare(p, i, j, left, members)
    return members


@rule
def may_meet(p: Parameters, number: Floats, cell: int) -> bool:
    """Whether anybody of a programme and year could come to a meeting."""
    return meets(p, cell // YEARS, cell % YEARS) and number[cell // YEARS, cell % YEARS] > 0.0


@rule
def meets(p: Parameters, a: int, k: int) -> bool:
    """Whether those of a programme and year inside are members of a community."""
    return p.mbo_mix != MboMix.NONE if a >= FIRST_MBO else k < 3


@rule
def compare(p: Parameters, i: int, j: int, left: Floats, members: Members) -> None:
    """How far those of cell j are ahead of those of cell i; what is left of how beginners differ is by cell."""
    x, y = members.states[i], members.states[j]
    for d in range(3):
        differ = math.sqrt((left[i, d] ** 2 + left[j, d] ** 2) / 3.0) * p.competence_spread
        members.gained[i, j, d], members.squares[i, j, d] = gap_expected(p, y[d] - x[d], differ)


@rule
def replaced_at_midyear(p: Parameters, number: Floats) -> float:
    """The part of mbo students inside that goes at mid-year."""
    new = all_mbo = 0.0
    for a in range(FIRST_MBO, PROGRAMMES):
        new += number[a, 0]
        for k in range(YEARS):
            all_mbo += number[a, k]
    return p.mbo_half_year_share * new / max(1e-300, all_mbo)


@rule
def members_of(p: Parameters, communities: int, placed: Floats, number: Floats) -> Floats:
    """Members of one community who are placed, by programme and year in one row; `placed` is the part that is."""
    members = np.zeros(PROGRAMMES * YEARS)
    for cell in range(members.size):
        a, k = cell // YEARS, cell % YEARS
        if communities and meets(p, a, k):
            members[cell] = number[a, k] * placed[a, k] / communities
    return members


@rule
def together_part(p: Parameters, together: bool) -> float:
    """The part of meetings in which the professions sit together, or apart."""
    if p.mbo_mix == MboMix.ALTERNATING:
        return 0.5
    return 1.0 if together == (p.mbo_mix == MboMix.MIXED) else 0.0


@rule
def strata_of(p: Parameters, together: bool) -> Ints:
    """The stratum of every programme and year."""
    strata = np.zeros(PROGRAMMES * YEARS, np.int64)
    for cell in range(strata.size):
        strata[cell] = stratum(p, p.cross_year, together, 0, cell // YEARS, cell % YEARS + 1)
    return strata


@rule
def in_stratum(strata: Ints, number: Floats, cell: int) -> float:
    """How many are in the stratum of a cell."""
    total = 0.0
    for other in range(number.size):
        if strata[other] == strata[cell]:
            total += number[other]
    return total


@rule
def is_first_of(strata: Ints, number: Floats, cell: int) -> bool:
    """Whether a cell is the first of its stratum in which anybody is."""
    for other in range(cell):
        if strata[other] == strata[cell] and number[other] > 0.0:
            return False
    return number[cell] > 0.0


@rule
def sessions_expected(p: Parameters, members: Floats, parts: float) -> tuple[float, float]:
    """Sessions of a meeting on average, of mbo students alone and all others: strata with two members by chance."""
    others = alone = 0.0
    for together in (True, False):
        share, strata = together_part(p, together), strata_of(p, together)
        for cell in range(members.size):
            if is_first_of(strata, members, cell):
                n = in_stratum(strata, members, cell) / parts
                sessions = share * parts * (1.0 - (1.0 + n) * exp(-n))
                if strata[cell] % 2:
                    alone += sessions
                else:
                    others += sessions
    return (alone, others) if p.with_peer_learning else (0.0, 0.0)


@rule
def sit_together(p: Parameters, rows: Ints, c: CommunityColumns, placed: Floats, number: Floats, members: Members,
                 gives: Floats) -> None:  # fmt: skip
    """The mean meeting of a partnership's communities: of those together, those apart, or half of each in turn.

    What it gives is nought before, of shape (programmes · years, `GIFTS`).
    """
    come = who_comes(p, rows.size, placed, number, members.states)
    for together in (True, False):
        exchange_expected(p, together, rows, c, come, members, gives)


@rule
def who_comes(p: Parameters, communities: int, placed: Floats, number: Floats, states: Floats) -> Floats:
    """Those of the members of one community who come to a meeting."""
    come = members_of(p, communities, placed, number)
    for cell in range(come.size):
        come[cell] *= coming(p, cell // YEARS, states[cell, ENGAGEMENT])
    return come


@rule
def kept(x: Floats, start: Floats, d: int) -> float:
    """The part that is left of how beginners differ in a domain: who is further has less to gain."""
    return (1.0 - x[d]) / (1.0 - start[d]) if start[d] < 1.0 else 0.0


@rule
def coming(p: Parameters, a: int, engagement: float) -> float:
    """The chance that a member comes to a meeting (RULES 3.0); who is part-time and inside is available."""
    light = a == Programme.PARTTIME and p.parttime_form == ParttimeForm.LIGHT
    available = p.mbo_availability if a >= FIRST_MBO else 1.0
    return available * engagement * backing(p, a) * (1.0 / p.light_interval if light else 1.0)


@rule
def facilitation_expected(p: Parameters, c: CommunityColumns, rows: Ints, subgroups: int, session: int,
                          alone: bool) -> float:  # fmt: skip
    """The mean over communities, in a session of so many of the subgroups, perhaps of mbo students alone."""
    total = 0.0
    for k in rows:
        if p.form_facilitation == Facilitation.HOURS:
            total += facilitation_by_hours(p, c.maturity[k], c.trainer_time[k], subgroups)
        else:
            persons = c.persons_mbo[k] if alone else c.persons[k]
            total += facilitation_by_persons(p, c.maturity[k], persons, session)
    return total / rows.size


@rule
def exchange_expected(p: Parameters, together: bool, rows: Ints, c: CommunityColumns, come: Floats, members: Members,
                      gives: Floats) -> None:  # fmt: skip
    """Add what every cell learns in the part of meetings in which the professions sit together, or apart."""
    share, strata = together_part(p, together), strata_of(p, together)
    if share <= 0.0:
        return
    at_table = np.zeros(come.size)
    subgroups = 0.0
    for cell in range(come.size):
        if come[cell] > 0.0:
            at_table[cell] = in_stratum(strata, come, cell)
            subgroups += come[cell] / at_table[cell] * subgroups_of(at_table[cell], p.subgroup_size)
    for i in range(come.size):
        if at_table[i] > 0.0:
            session = subgroups_of(at_table[i], p.subgroup_size)
            g = max(2.0, at_table[i] / session)
            facilitation = facilitation_expected(p, c, rows, int(subgroups + 0.5), session, strata[i] % 2 == 1)
            gives[i, COMPANY] += share * (1.0 - exp(-at_table[i]))
            help, varied = gives[i, HELP], gives[i, VARIED]
            gives[i, VARIED] = 0.0
            for j in range(come.size):
                if come[j] > 0.0 and strata[j] == strata[i]:
                    partners = share * come[j] / at_table[i]
                    learn_from(p, i, j, partners, facilitation * talk(p, g), facilitation, members, gives[i])
            mean = (gives[i, HELP] - help) / share
            one = max(0.0, gives[i, VARIED] / share - mean * mean)
            gives[i, VARIED] = varied + share * one / max(1.0, g - 1.0)


@rule
def learn_from(p: Parameters, i: int, j: int, part: float, words: float, facilitation: float, members: Members,
               gives: Floats) -> None:  # fmt: skip
    """What those of cell i learn from and explain to cell j, which is a part of their partners."""
    a, k, b, m = i // YEARS, i % YEARS, j // YEARS, j % YEARS
    across = (a >= FIRST_MBO) != (b >= FIRST_MBO)
    trusted = 1.0
    if across and p.with_barrier:
        trusted = (1.0 - members.states[i, BARRIER]) * (1.0 - members.states[j, BARRIER])
    between_years = k != m and a < FIRST_MBO and b < FIRST_MBO and p.form_facilitation == Facilitation.PERSONS
    received = trusted * words * (p.roles if between_years else 1.0)
    heard, squares = 0.0, 0.0
    for d in range(3):
        mine, theirs = members.gained[i, j, d], members.gained[j, i, d]
        gives[LEARNED + d] += part * received * p.peer_gain * mine
        gives[EXPLAINED + d] += part * trusted * words * p.explaining_gain * p.roles * p.peer_gain * theirs
        heard += mine / 3.0
        squares += (members.squares[i, j, d] - mine * mine) / 9.0
    gives[HELP] += part * received * heard
    gives[VARIED] += part * received**2 * (heard * heard + squares)
    if across:
        gives[HEARD] += part * trusted * facilitation * p.knowledge_gain
        gives[ACROSS] += part
        gives[FACILITATED] += part * facilitation


@rule
def gap_expected(p: Parameters, ahead: float, sd: float) -> tuple[float, float]:
    """Mean and mean square of κ over a normal gap, by the three points that have its first five moments."""
    far = math.sqrt(3.0) * sd
    middle = peer_gap(p, ahead / p.gap_best)
    less, more = peer_gap(p, (ahead - far) / p.gap_best), peer_gap(p, (ahead + far) / p.gap_best)
    return (4.0 * middle + less + more) / 6.0, (4.0 * middle * middle + less * less + more * more) / 6.0
