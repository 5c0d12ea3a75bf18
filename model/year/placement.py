"""Placement: places per site, hbo students, parts (RULES 4.3.10, 4.5, 4.8)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from samenspel.agents.columns import Flags, Floats, Ints
from samenspel.agents.compiled import rule
from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.organisations import CommunityColumns, SiteColumns
from samenspel.agents.rows import rows_above, rows_where, sort_by
from samenspel.agents.students import FIRST_MBO, HBO_PROGRAMMES, Programme, Status, StudentColumns
from samenspel.model.declared.choices import PlacementPriority, SiteCapacity
from samenspel.model.declared.constants import TRAVEL_LIMIT
from samenspel.model.declared.parameters import Parameters
from samenspel.model.here import Here
from samenspel.model.luck.draws import Stream, stream_state, uniform_at
from samenspel.model.week.members import is_member
from samenspel.model.year.assignment import assign

IMPOSSIBLE = 10_000.0
YEARS = 4

# --- places ---


@rule
def deal_places(here: Here) -> None:
    """What every site offers hbo students this year."""
    p, o, m = here.settings[0], here.o, here.m
    soft = p.site_capacity == SiteCapacity.SOFT
    capacity, weight = np.zeros(o.key.size, np.int64), np.empty(o.key.size, np.int64)
    for k in range(m.key.size):
        if m.role[k] == Role.ACTIVE and m.kind[k] == MentorKind.TEACHER:
            capacity[m.site[k]] += 2
    for site in range(o.key.size):
        hosted = min(math.floor(p.students_per_class_limit * o.classes[site] + 1e-9), capacity[site])
        capacity[site] = max(0, hosted - p.external_students_per_site)
        weight[site] = o.classes[site] if soft else capacity[site]
        o.hbo_places[site] = 0
    order = rows_above(o.cluster, -1)
    sort_by(o.cluster, order)
    deal(order, weight, capacity, soft, o, here.c)


@rule
def deal(order: Ints, weight: Ints, capacity: Ints, soft: bool, o: SiteColumns, c: CommunityColumns) -> None:
    """Deal each cluster's places one by one to the site with the largest weight / (given + 1) that has room."""
    given = o.hbo_places
    a = 0
    while a < order.size:
        z = a
        while z < order.size and o.cluster[order[z]] == o.cluster[order[a]]:
            z += 1
        for _ in range(c.places[o.cluster[order[a]]]):
            best = -1
            for site in order[a:z]:
                if not soft and given[site] >= capacity[site]:
                    continue
                if best < 0 or weight[site] * (given[best] + 1) > weight[best] * (given[site] + 1):
                    best = site
            if best < 0:
                break
            given[best] += 1
        a = z


# --- hbo students ---


class Candidates(NamedTuple):
    """The hbo students of one partnership, in order of key; by their place in it."""

    row: Ints
    luck: Floats
    inside: Flags
    wishing: Flags  # for a public school
    homeless: Flags  # does not fit at the own site any more
    brings: Flags  # leaves a place at the own site, for a wish
    admitted: Flags


@rule
def place_hbo(here: Here, first: bool, expected: Floats) -> None:
    """Assign the eligible of every partnership to places: least travel plus unmet wish, exactly.

    At the `first` placement years go in order; or, where it is `expected` how many of each programme and year are
    inside (shape (partnerships, 4, 4), else of size 0), all alike.
    """
    s, o, count = here.s, here.o, here.now[0].partnerships
    students = hbo_students(s)
    sort_by(s.key, students)
    sort_by(s.partnership, students)
    sites = rows_above(o.hbo_places, 0)
    sort_by(o.partnership, sites)
    taken, a, z = np.zeros(o.key.size, np.int64), 0, 0
    for k in range(count):
        b, y = a, z
        while b < students.size and s.partnership[students[b]] == k:
            b += 1
        while y < sites.size and o.partnership[sites[y]] == k:
            y += 1
        inside = expected[k] if expected.size else np.zeros((0, 0))
        place_partnership(here, students[a:b], sites[z:y], taken, first, inside)
        a, z = b, y


@rule
def nobody_expected() -> Floats:
    """Where it is not expected how many students are inside."""
    return np.zeros((0, HBO_PROGRAMMES, YEARS))


@rule
def hbo_students(s: StudentColumns) -> Ints:
    """Rows of hbo students who are there, in order."""
    there = np.empty(s.key.size, np.bool_)
    for i in range(there.size):
        there[i] = s.status[i] != Status.LEFT and s.programme[i] < FIRST_MBO
    return rows_where(there)


@rule
def place_partnership(here: Here, students: Ints, sites: Ints, taken: Ints, first: bool, expected: Floats) -> None:
    """One partnership: students in order of key, sites with places in row order; `taken` is 0 at all sites."""
    s, o = here.s, here.o
    them = candidates(here, students, expected.size == 0)
    mark_homeless(them, s, o)
    for n in range(students.size):
        at = s.site[students[n]]
        them.brings[n] = them.inside[n] and not them.homeless[n] and them.wishing[n] and not o.public[at]
        if them.inside[n] and not them.homeless[n] and not them.brings[n]:
            taken[at] += 1
    places, free = np.empty(sites.size, np.int64), 0
    for n in range(sites.size):
        places[n] = max(0, o.hbo_places[sites[n]] - taken[sites[n]])
        free += places[n]
    for n in range(students.size):
        if them.inside[n]:
            taken[s.site[students[n]]] = 0
    for n in range(students.size):
        free -= them.homeless[n] + them.brings[n]
    if free < 0:
        send_away(them, -free, s)
    admit(here, them, max(0, free), has_ikc(sites, o), first, expected)
    give_places(here, them, sites, places)


@rule
def candidates(here: Here, students: Ints, by_year: bool) -> Candidates:
    """Who they are; who wishes for a public school, `by_year` only who still has a year for it."""
    s, luck = here.s, stream_state(here.now[0].seed, Stream.ADMISSION, 0, 0)
    them = Candidates(
        students, np.empty(students.size), np.zeros(students.size, np.bool_), np.zeros(students.size, np.bool_),
        np.zeros(students.size, np.bool_), np.zeros(students.size, np.bool_), np.zeros(students.size, np.bool_),
    )  # fmt: skip
    for n in range(students.size):
        i = students[n]
        them.luck[n] = uniform_at(luck, s.key[i])
        them.inside[n] = s.status[i] == Status.INSIDE
        them.wishing[n] = s.wish[i] and not s.wish_met[i] and (not by_year or s.year[i] <= 3)
    return them


@rule
def mark_homeless(them: Candidates, s: StudentColumns, o: SiteColumns) -> None:
    """Who of the keepers does not fit at the site: those with the largest draws."""
    order, site = rows_where(them.inside), np.empty(them.row.size, np.int64)
    for n in order:
        site[n] = s.site[them.row[n]]
    sort_by(them.luck, order)
    sort_by(site, order)
    rank = 0
    for n in range(order.size):
        rank = rank + 1 if n and site[order[n]] == site[order[n - 1]] else 0
        them.homeless[order[n]] = rank >= o.hbo_places[site[order[n]]]


@rule
def has_ikc(sites: Ints, o: SiteColumns) -> bool:
    """Whether one of these sites is an IKC."""
    found = False
    for site in sites:
        found = found or o.ikc[site]
    return found


@rule
def send_away(them: Candidates, count: int, s: StudentColumns) -> None:
    """Of those who do not fit at their site so many go outside: those with the largest draws."""
    unlucky = rows_where(them.homeless)
    sort_by(them.luck, unlucky)
    for n in unlucky[max(0, unlucky.size - count) :]:
        them.homeless[n] = False
        send_outside(s, them.row[n])


@rule
def is_eligible(s: StudentColumns, i: int, with_ikc: bool) -> bool:
    """Who could be placed: part-time students when available, and pedagogy students where there is an IKC."""
    if s.programme[i] == Programme.PEDAGOGY and not with_ikc:
        return False
    return s.available[i] or s.programme[i] != Programme.PARTTIME


@rule
def admit(here: Here, them: Candidates, free: int, with_ikc: bool, first: bool, expected: Floats) -> None:
    """The first in line are admitted: by priority, at the first start by year of study, then by luck."""
    p, s, count = here.settings[0], here.s, them.row.size
    waits, turn, standing = np.zeros(count, np.bool_), np.empty(count, np.int64), np.zeros(count)
    for n in range(count):
        i = them.row[n]
        waits[n] = not them.inside[n] and is_eligible(s, i, with_ikc)
        turn[n] = turn_of(p, s.programme[i])
        if first:
            standing[n] = -float(s.year[i])
    line = rows_where(waits)
    sort_by(them.luck, line)
    if expected.size:
        stand(line, them.row, s, expected, standing)
    sort_by(standing, line)
    sort_by(turn, line)
    for n in line[:free]:
        them.admitted[n] = True


@rule
def stand(line: Ints, row: Ints, s: StudentColumns, expected: Floats, standing: Floats) -> None:
    """Place by luck among the candidates of a programme and year, over how many of them are expected inside."""
    before = np.zeros((HBO_PROGRAMMES, YEARS))
    for n in line:
        a, k = s.programme[row[n]], s.year[row[n]] - 1
        standing[n] = (before[a, k] + 0.5) / max(expected[a, k], 1e-9)
        before[a, k] += 1.0


@rule
def turn_of(p: Parameters, programme: int) -> int:
    """Whose turn it is when there are too few places: 0 comes first."""
    if p.placement_priority == PlacementPriority.LOTTERY:
        return 0
    parttime = programme == Programme.PARTTIME
    return 1 if parttime != (p.placement_priority == PlacementPriority.PARTTIME_FIRST) else 0


@rule
def give_places(here: Here, them: Candidates, sites: Ints, places: Ints) -> None:
    """Give each a place at the least cost together; who can have none goes outside."""
    s, o, moves = here.s, here.o, np.empty(them.row.size, np.bool_)
    for n in range(moves.size):
        moves[n] = them.homeless[n] or them.brings[n] or them.admitted[n]
    who = rows_where(moves)
    cost = costs(here, them, who, sites)
    site = assign(cost, places)
    for n in range(who.size):
        i, at = them.row[who[n]], sites[site[n]]
        if cost[n, site[n]] >= IMPOSSIBLE / 2:
            send_outside(s, i)
            continue
        if s.site[i] != at:
            s.mentor[i] = -1
        s.status[i], s.site[i], s.cluster[i] = Status.INSIDE, at, o.cluster[at]
        s.travel[i] = travel_to(s, o, i, at)
        s.wish_met[i] |= o.public[at]


@rule
def travel_to(s: StudentColumns, o: SiteColumns, i: int, site: int) -> float:
    """Distance from home to a site, in km."""
    east, north = s.home_x[i] - o.x[site], s.home_y[i] - o.y[site]
    return math.sqrt(east * east + north * north)


@rule
def costs(here: Here, them: Candidates, who: Ints, sites: Ints) -> Floats:
    """What a place at every site costs every student: travel in km and more, shape (students, sites)."""
    cost = np.empty((who.size, sites.size))
    for n in range(who.size):
        for k in range(sites.size):
            cost[n, k] = cost_at(here, them.row[who[n]], them.wishing[who[n]], sites[k])
    return cost


@rule
def cost_at(here: Here, i: int, wishing: bool, site: int) -> float:
    """What a place at a site costs a student."""
    p, s, o = here.settings[0], here.s, here.o
    travel = travel_to(s, o, i, site)
    cost = travel + (p.wish_travel if wishing and not o.public[site] else 0.0)
    if s.site[i] == site:
        cost -= p.move_travel
    if travel > TRAVEL_LIMIT or (s.programme[i] == Programme.PEDAGOGY and not o.ikc[site]):
        cost += IMPOSSIBLE
    return cost


@rule
def send_outside(s: StudentColumns, i: int) -> None:
    """Somebody has no place inside."""
    s.status[i], s.travel[i] = Status.OUTSIDE, 0.0
    s.site[i] = s.cluster[i] = s.mentor[i] = -1


# --- parts ---


@rule
def split_communities(here: Here) -> None:
    """Communities above the split size meet in parts: `parts = max(1, ceil(members / community_split_size))`.

    Members are dealt to them by study year and key.
    """
    p, s, c = here.settings[0], here.s, here.c
    order: Ints = np.arange(s.key.size)
    sort_by(s.key, order)
    sort_by(s.year, order)
    c.members[:] = 0
    for i in order:
        s.part[i] = 0
        if is_member(s, c, i):
            c.members[s.cluster[i]] += 1
    for k in range(c.members.size):
        c.parts[k] = max(1, (c.members[k] + p.community_split_size - 1) // p.community_split_size)
        c.members[k] = 0
    for i in order:
        if is_member(s, c, i):
            k = s.cluster[i]
            s.part[i] = c.members[k] % c.parts[k]
            c.members[k] += 1
