"""Mentors are asked to take students, once a year (RULES 4.7)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Ints
from samenspel.agents.compiled import rule
from samenspel.agents.mentors import MentorColumns, MentorPlaces, Role, accepts
from samenspel.agents.organisations import BoardColumns, CommunityColumns
from samenspel.agents.rows import rows_where, sort_by
from samenspel.agents.students import Status, StudentColumns
from samenspel.model.declared.parameters import Parameters
from samenspel.model.here import Here
from samenspel.model.week.members import is_final
from samenspel.model.week.supervision import time_of
from samenspel.model.week.workload import kind_for, least_loaded_near
from samenspel.model.year.duos import form_duos, hours_in

YEARS_AT_MOST = 128
"""More than anybody's study year."""
HALVES = 2
"""Of the school year, in which students may be placed for other days."""


class Expected(NamedTuple):
    """What mentors expect of who is theirs so far, in a week of each half: shape (mentors, `HALVES`)."""

    hours: NDArray[np.float64]  # asked of them
    final: NDArray[np.bool_]  # whether a student of the final year is there
    time: NDArray[np.float64]  # that they have, shape (mentors, 2): without and with such a student


class Asking(NamedTuple):
    """For whom mentors are asked: of which kind, how many hours in a week of each half, whether of the final year."""

    kind: int
    hours: tuple[float, float]
    final: bool


@rule
def ask_mentors(here: Here, keep_all: bool) -> None:
    """Give every inside student a mentor: keepers first, then one who accepts.

    A keeper has an active mentor of the right kind at the own site; with `keep_all` whoever has a mentor is one.
    Students are in order of cluster and key; of a cluster the highest study year asks first.
    """
    s, inside, turn = here.s, np.empty(here.s.key.size, np.bool_), np.empty(here.s.key.size, np.int64)
    for i in range(inside.size):
        inside[i] = s.status[i] == Status.INSIDE
        turn[i] = s.cluster[i] * YEARS_AT_MOST - s.year[i]
        if not inside[i]:
            s.mentor[i] = -1
        if not keep_all:
            s.duo[i] = -1
    order = rows_where(inside)
    sort_by(s.key, order)
    sort_by(turn, order)
    ask(here.settings[0], keep_all, order, s, here.m, here.c, here.b, here.places)


@rule
def asking_of(p: Parameters, s: StudentColumns, i: int) -> Asking:
    """What a student will ask."""
    hours = hours_in(p, s, i, 0), hours_in(p, s, i, 1)
    return Asking(kind_for(s.programme[i]), hours, is_final(s, i))


@rule
def asking_together(p: Parameters, s: StudentColumns, i: int) -> Asking:
    """What a student will ask, with the other of a duo."""
    asking, other = asking_of(p, s, i), s.duo[i]
    if other < 0:
        return asking
    first, second = asking.hours
    hours = first + hours_in(p, s, other, 0), second + hours_in(p, s, other, 1)
    return Asking(asking.kind, hours, asking.final)


@rule
def nobody_yet(p: Parameters, m: MentorColumns, b: BoardColumns) -> Expected:
    """Before anybody has asked."""
    count = m.students.size
    expected = Expected(np.zeros((count, HALVES)), np.zeros((count, HALVES), np.bool_), np.empty((count, 2)))
    for k in range(count):
        expected.time[k, 0] = time_of(p, m, b, k, False)
        expected.time[k, 1] = time_of(p, m, b, k, True)
    return expected


@rule
def load_with(asking: Asking, k: int, expected: Expected) -> float:
    """A mentor's expected load with a student more, in the heaviest week of the year."""
    heaviest = 0.0
    for half in range(HALVES):
        mine = asking.hours[half]
        final = expected.final[k, half] or (asking.final and mine > 0.0)
        heaviest = max(heaviest, (expected.hours[k, half] + mine) / expected.time[k, 1 if final else 0])
    return heaviest


@rule
def take_on(p: Parameters, i: int, k: int, expected: Expected, s: StudentColumns, m: MentorColumns) -> None:
    """Student i becomes a student of mentor k, whose expected load grows."""
    asking = asking_of(p, s, i)
    m.load[k] = load_with(asking, k, expected)
    for half in range(HALVES):
        mine = asking.hours[half]
        expected.hours[k, half] += mine
        expected.final[k, half] |= asking.final and mine > 0.0
    m.hours_asked[k] = expected.hours[k].max()
    m.students[k] += 1
    s.mentor[i] = k


@rule
def stays_with(p: Parameters, i: int, k: int, expected: Expected, s: StudentColumns, m: MentorColumns) -> bool:
    """Whether a student keeps a mentor: one of the right kind, active, at the site, perhaps only within the load."""
    asking = asking_of(p, s, i)
    if m.role[k] != Role.ACTIVE or m.site[k] != s.site[i] or m.kind[k] != asking.kind:
        return False
    if not p.keep_mentor_within_load:
        return True
    return accepts(m.students[k], load_with(asking, k, expected), p.mentor_accept_load)


@rule
def rank(p: Parameters, k: int, load_with_one_more: float, m: MentorColumns) -> float:
    """By what one of those who accept is asked: the least takes the student."""
    if p.selection == 0.0:
        return m.load[k]
    return (1.0 - p.selection) * load_with_one_more - p.selection * m.skill[k]


@rule
def willing_one(
    p: Parameters, first: int, end: int, skip_site: int, trained_first: bool, asking: Asking, expected: Expected,
    m: MentorColumns,
) -> int:  # fmt: skip
    """Who of those that accept takes the student; -1 if nobody does. `skip_site` was asked before."""
    best, least = -1, 0.0
    for k in range(first, end):
        if m.kind[k] != asking.kind or m.role[k] != Role.ACTIVE or m.site[k] == skip_site:
            continue
        load = load_with(asking, k, expected)
        if not accepts(m.students[k], load, p.mentor_accept_load):
            continue
        mine = rank(p, k, load, m)
        if best >= 0 and trained_first and m.trained[k] != m.trained[best]:
            goes_before = m.trained[k]
        else:
            goes_before = best < 0 or mine < least
        if goes_before:
            best, least = k, mine
    return best


@rule
def mentor_for(
    p: Parameters, i: int, expected: Expected, s: StudentColumns, m: MentorColumns, c: CommunityColumns,
    places: MentorPlaces,
) -> int:  # fmt: skip
    """Who takes a student or a duo: somebody willing at the site, then in the cluster, else the least loaded; or -1."""
    site, cluster, asking = s.site[i], s.cluster[i], asking_together(p, s, i)
    plan = c.plan[cluster]
    k = willing_one(p, places.site_first[site], places.site_end[site], -1, plan, asking, expected, m)
    if k < 0:
        first, end = places.cluster_first[cluster], places.cluster_end[cluster]
        k = willing_one(p, first, end, site, plan, asking, expected, m)
    return k if k >= 0 else least_loaded_near(m, places, site, cluster, asking.kind)


@rule
def ask(
    p: Parameters, keep_all: bool, order: Ints, s: StudentColumns, m: MentorColumns, c: CommunityColumns,
    b: BoardColumns, places: MentorPlaces,
) -> None:  # fmt: skip
    """Mentor links for a year; `order` is by cluster, study year (highest first) and key."""
    expected = nobody_yet(p, m, b)
    m.students[:] = 0
    m.hours_asked[:] = 0.0
    m.load[:] = 0.0
    for i in order:
        k = s.mentor[i]
        if k >= 0 and (keep_all or stays_with(p, i, k, expected, s, m)):
            take_on(p, i, k, expected, s, m)
        else:
            s.mentor[i] = -1
    if p.duo_year_1:
        form_duos(order, s, places.site_first.size)
    for i in order:
        if s.mentor[i] < 0:
            k = mentor_for(p, i, expected, s, m, c, places)
            if k >= 0:
                take_on(p, i, k, expected, s, m)
                if s.duo[i] >= 0:
                    take_on(p, s.duo[i], k, expected, s, m)
