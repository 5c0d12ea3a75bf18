"""Placement: places per site, hbo students, parts (RULES 4.3.10, 4.5, 4.8)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Ints
from samenspel.agents.compiled import rule
from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.organisations import CommunityColumns, SiteColumns
from samenspel.agents.students import FIRST_MBO, Programme, Status, StudentColumns
from samenspel.model.declared.choices import PlacementPriority, SiteCapacity
from samenspel.model.declared.constants import TRAVEL_LIMIT
from samenspel.model.declared.parameters import Parameters
from samenspel.model.luck.draws import Stream
from samenspel.model.state import ModelState
from samenspel.model.week.members import is_member
from samenspel.model.year.assignment import assign

IMPOSSIBLE = 10_000.0


# --- places ---


def deal_places(here: ModelState) -> None:
    """What every site offers hbo students this year."""
    o, m, p = here.sites.rows(), here.mentors, here.p
    active = (m.column("role") == Role.ACTIVE) & (m.column("kind") == MentorKind.TEACHER)
    teachers = np.bincount(m.column("site")[active], minlength=o.key.size)
    hosted = np.minimum(np.floor(p.students_per_class_limit * o.classes + 1e-9), 2 * teachers)
    capacity = np.maximum(0, hosted - p.external_students_per_site).astype(np.int64)
    soft = p.site_capacity == SiteCapacity.SOFT
    weight = o.classes.astype(np.int64) if soft else capacity
    in_cluster = np.flatnonzero(o.cluster >= 0)
    order = in_cluster[np.argsort(o.cluster[in_cluster], kind="stable")]
    o.hbo_places[:] = 0
    deal(order, weight, capacity, soft, o, here.communities.rows())


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


def place_hbo(here: ModelState, *, first: bool = False, expected: NDArray[np.float64] | None = None) -> None:
    """Assign the eligible of every partnership to places: least travel plus unmet wish, exactly.

    At the `first` placement years go in order; or, where it is `expected` how many of each programme and year are
    inside (shape (partnerships, 4, 4)), all alike.
    """
    s, o = here.students, here.sites.columns
    status, partnership, key = s.column("status"), s.column("partnership"), s.column("key")
    hbo = np.flatnonzero((status != Status.LEFT) & (s.column("programme") < FIRST_MBO))
    hbo = hbo[np.lexsort((key[hbo], partnership[hbo]))]
    bounds = np.searchsorted(partnership[hbo], np.arange(here.partnership_count + 1))
    sites = np.flatnonzero(o["hbo_places"][: here.sites.size] > 0)
    sites = sites[np.argsort(o["partnership"][sites], kind="stable")]
    site_bounds = np.searchsorted(o["partnership"][sites], np.arange(here.partnership_count + 1))
    luck = here.draws.uniform(Stream.ADMISSION, key[hbo], 0)
    for k in range(here.partnership_count):
        rows = slice(bounds[k], bounds[k + 1])
        inside = None if expected is None else expected[k]
        _place(here, hbo[rows], luck[rows], sites[site_bounds[k] : site_bounds[k + 1]], first, inside)


def _place(
    here: ModelState, students: NDArray[np.intp], luck: NDArray[np.float64], sites: NDArray[np.intp], first: bool,
    expected: NDArray[np.float64] | None,
) -> None:  # fmt: skip
    """One partnership: students in order of key, sites with places in row order."""
    s, o = here.students.columns, here.sites.columns
    inside, site = s["status"][students] == Status.INSIDE, s["site"][students]
    wishing = s["wish"][students] & ~s["wish_met"][students]
    if expected is None:  # else an earlier year was the time to wish
        wishing &= s["year"][students] <= 3

    homeless = inside & _overflow(site, luck, inside, o["hbo_places"])
    brings = inside & ~homeless & wishing & ~o["public"][site]
    seats = _open_seats(o["hbo_places"], sites, site[inside & ~homeless & ~brings])
    free = seats.size - int(homeless.sum()) - int(brings.sum())
    if free < 0:
        unlucky = np.flatnonzero(homeless)
        unlucky = unlucky[np.argsort(luck[unlucky], kind="stable")][free:]
        homeless[unlucky] = False
        _send_outside(s, students[unlucky])
    eligible = ~inside & _is_eligible(s, students, has_ikc=o["ikc"][sites].any())
    admitted = np.zeros(students.size, np.bool_)
    line = _first_in_line(here, np.flatnonzero(eligible), students, luck, first, expected)
    admitted[line[: max(0, free)]] = True

    chosen = np.flatnonzero(homeless | brings | admitted)
    if chosen.size:
        _assign(here, students[chosen], seats, wishing[chosen])


def _open_seats(places: NDArray[Any], sites: NDArray[np.intp], kept: NDArray[Any]) -> NDArray[np.intp]:
    """The site of every place that is left when those at the sites `kept` stay where they are."""
    taken = np.bincount(kept, minlength=places.size)
    return np.repeat(sites, (places[sites] - taken[sites]).clip(min=0))


def _is_eligible(s: dict[str, NDArray[Any]], students: NDArray[np.intp], *, has_ikc: bool) -> NDArray[np.bool_]:
    """Who could be placed: part-time students when available, and pedagogy students where there is an IKC."""
    programme = s["programme"][students]
    eligible: NDArray[np.bool_] = s["available"][students] | (programme != Programme.PARTTIME)
    return eligible if has_ikc else eligible & (programme != Programme.PEDAGOGY)


def _first_in_line(
    here: ModelState, candidates: NDArray[np.intp], students: NDArray[np.intp], luck: NDArray[np.float64], first: bool,
    expected: NDArray[np.float64] | None,
) -> NDArray[np.intp]:  # fmt: skip
    """Candidates in order of admission: by priority, at the first start by year of study, then by luck."""
    s, who = here.students.columns, students[candidates]
    standing = -s["year"][who].astype(np.float64) if first else np.zeros(candidates.size)
    if expected is not None:
        standing = _standing(s["programme"][who] * 4 + s["year"][who] - 1, luck[candidates], expected.ravel())
    order = np.lexsort((luck[candidates], standing, turn_of(here.p, s["programme"][who])))
    return candidates[order]


def _standing(cell: NDArray[Any], luck: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    """Place by luck among the candidates of a programme and year, over how many of them are expected inside."""
    order = np.lexsort((luck, cell))
    place = np.empty(cell.size)
    place[order] = np.arange(cell.size) - np.searchsorted(cell[order], cell[order], side="left") + 0.5
    return np.asarray(place / np.maximum(expected[cell], 1e-9))


def _assign(here: ModelState, who: NDArray[np.intp], seats: NDArray[np.intp], wishing: NDArray[np.bool_]) -> None:
    """Give each a seat at the least cost together; who can have none goes outside."""
    s, o = here.students.columns, here.sites.columns
    travel, cost = _cost(here, who, seats, wishing)
    seat = assign(cost)
    row = np.flatnonzero(seat >= 0)
    column = seat[row]
    got, distance = seats[column], travel[row, column]
    who, refused = who[row], cost[row, column] >= IMPOSSIBLE / 2
    _send_outside(s, who[refused])
    who, got = who[~refused], got[~refused]
    moved = s["site"][who] != got
    s["mentor"][who[moved]] = -1
    s["status"][who] = Status.INSIDE
    s["site"][who], s["cluster"][who] = got, o["cluster"][got]
    s["travel"][who] = distance[~refused]
    s["wish_met"][who] |= o["public"][got]


def _overflow(
    site: NDArray[Any], luck: NDArray[np.float64], inside: NDArray[np.bool_], places: NDArray[Any]
) -> NDArray[np.bool_]:
    """Who of the keepers does not fit at the site: those with the largest draws."""
    out = np.zeros(site.size, np.bool_)
    rows = np.flatnonzero(inside)
    rows = rows[np.lexsort((luck[rows], site[rows]))]
    ordered = site[rows]
    rank = np.arange(rows.size) - np.searchsorted(ordered, ordered, side="left")
    out[rows[rank >= places[ordered]]] = True
    return out


def turn_of(p: Parameters, programme: NDArray[Any]) -> NDArray[np.int64]:
    """Whose turn it is when there are too few places: 0 comes first."""
    if p.placement_priority == PlacementPriority.LOTTERY:
        return np.zeros(programme.size, np.int64)
    parttime = (programme == Programme.PARTTIME).astype(np.int64)
    return 1 - parttime if p.placement_priority == PlacementPriority.PARTTIME_FIRST else parttime


def _cost(
    here: ModelState, who: NDArray[np.intp], seats: NDArray[np.intp], wishing: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Travel (km) and cost of every student at every seat, shape (students, seats)."""
    p, s, o = here.p, here.students.columns, here.sites.columns
    travel = np.sqrt(
        np.square(s["home_x"][who][:, None] - o["x"][seats]) + np.square(s["home_y"][who][:, None] - o["y"][seats])
    )
    cost = travel + p.wish_travel * (wishing[:, None] & ~o["public"][seats])
    cost -= p.move_travel * (s["site"][who][:, None] == seats)
    needs_ikc = s["programme"][who] == Programme.PEDAGOGY
    cost += IMPOSSIBLE * ((travel > TRAVEL_LIMIT) | (needs_ikc[:, None] & ~o["ikc"][seats]))
    return travel, cost


def _send_outside(s: dict[str, NDArray[Any]], rows: NDArray[np.intp]) -> None:
    s["status"][rows] = Status.OUTSIDE
    s["travel"][rows] = 0.0
    for name in ("site", "cluster", "mentor"):
        s[name][rows] = -1


# --- parts ---


def split_communities(here: ModelState) -> None:
    """Communities above the split size meet in parts; members are dealt to them by study year and key."""
    s, c = here.students.rows(), here.communities.rows()
    order = np.lexsort((s.key, s.year, s.cluster))
    split(here.settings[0], order, s, c)


@rule
def split(p: Parameters, order: Ints, s: StudentColumns, c: CommunityColumns) -> None:
    """`parts = max(1, ceil(members / community_split_size))`."""
    c.members[:] = 0
    for i in order:
        s.part[i] = 0
        if is_member(s, c, i):
            c.members[s.cluster[i]] += 1
    for k in range(c.members.size):
        c.parts[k] = max(1, (c.members[k] + p.community_split_size - 1) // p.community_split_size)
    c.members[:] = 0
    for i in order:
        if is_member(s, c, i):
            k = s.cluster[i]
            s.part[i] = c.members[k] % c.parts[k]
            c.members[k] += 1
