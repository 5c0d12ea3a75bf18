"""Placement: places per site, hbo students, mentors, parts (RULES 4.3.10, 4.5, 4.7, 4.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from agents.columns import Flags, Floats, Ints, Settings
from agents.compiled import rule
from agents.mentors import MentorKind, Role, accepts
from agents.students import Programme, Status
from model.draws import Stream
from model.settings import FULLTIME_FIRST, LOTTERY, PARTTIME_FIRST, SOFT
from model.supervision import ACTIVE, INSIDE, PARTTIME, is_member, time_of
from model.workload import kind_for, least_loaded

if TYPE_CHECKING:
    from model.partnership import Partnership

IMPOSSIBLE = 10_000.0
PEDAGOGY = int(Programme.PEDAGOGY)
FIRST_MBO = int(Programme.CARE_3)


# --- places ---


def deal_places(here: Partnership) -> None:
    """What every site offers hbo students this year."""
    o, m, p = here.sites.rows(), here.mentors, here.p
    active = (m.column("role") == Role.ACTIVE) & (m.column("kind") == MentorKind.TEACHER)
    teachers = np.bincount(m.column("site")[active], minlength=o.key.size)
    hosted = np.minimum(np.floor(p.students_per_class_limit * o.classes + 1e-9), 2 * teachers)
    capacity = np.maximum(0, hosted - p.external_students_per_site).astype(np.int64)
    soft = p.site_capacity == SOFT
    weight = o.classes.astype(np.int64) if soft else capacity
    in_cluster = np.flatnonzero(o.cluster >= 0)
    order = in_cluster[np.argsort(o.cluster[in_cluster], kind="stable")]
    o.hbo_places[:] = 0
    deal(order, o.cluster, weight, capacity, soft, here.communities.column("places"), o.hbo_places)


@rule
def deal(order: Ints, cluster: Ints, weight: Floats, capacity: Ints, soft: bool, places: Ints, given: Ints) -> None:
    """Deal each cluster's places one by one to the site with the largest weight / (given + 1) that has room."""
    a = 0
    while a < order.size:
        z = a
        while z < order.size and cluster[order[z]] == cluster[order[a]]:
            z += 1
        for _ in range(places[cluster[order[a]]]):
            best = -1
            for n in range(a, z):
                o = order[n]
                if not soft and given[o] >= capacity[o]:
                    continue
                if best < 0 or weight[o] * (given[best] + 1) > weight[best] * (given[o] + 1):
                    best = o
            if best < 0:
                break
            given[best] += 1
        a = z


# --- hbo students ---


def place_hbo(here: Partnership, *, first: bool = False) -> None:
    """Assign the eligible of every partnership to places: least travel plus unmet wish, exactly."""
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
        _place(here, hbo[rows], luck[rows], sites[site_bounds[k] : site_bounds[k + 1]], first)


def _place(
    here: Partnership, students: NDArray[np.intp], luck: NDArray[np.float64], sites: NDArray[np.intp], first: bool
) -> None:
    """One partnership: students in order of key, sites with places in row order."""
    p, s, o = here.p, here.students.columns, here.sites.columns
    inside = s["status"][students] == Status.INSIDE
    site, programme, year = s["site"][students], s["programme"][students], s["year"][students]
    places = o["hbo_places"]
    wishing = s["wish"][students] & ~s["wish_met"][students] & (year <= 3)

    homeless = inside & _overflow(site, luck, inside, places)
    brings = inside & ~homeless & wishing & ~o["public"][site]
    keepers = inside & ~homeless & ~brings
    taken = np.bincount(site[keepers], minlength=places.size)
    open_places = np.repeat(sites, (places[sites] - taken[sites]).clip(min=0))

    eligible = ~inside & (s["available"][students] | (programme != PARTTIME))
    if not o["ikc"][sites].any():
        eligible &= programme != PEDAGOGY
    free = open_places.size - int(homeless.sum()) - int(brings.sum())
    if free < 0:
        unlucky = np.flatnonzero(homeless)
        unlucky = unlucky[np.argsort(luck[unlucky], kind="stable")][free:]
        homeless[unlucky] = False
        _send_outside(s, students[unlucky])
    candidates = np.flatnonzero(eligible)
    seniority = -year[candidates] if first else np.zeros(candidates.size)
    order = np.lexsort((luck[candidates], seniority, _priority(p, programme[candidates])))
    admitted = np.zeros(students.size, np.bool_)
    admitted[candidates[order[: max(0, free)]]] = True

    chosen = np.flatnonzero(homeless | brings | admitted)
    if not chosen.size:
        return
    who = students[chosen]
    travel, cost = _cost(here, who, open_places, wishing[chosen])
    row, column = linear_sum_assignment(cost)
    got, distance = open_places[column], travel[row, column]
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


def _priority(p: Any, programme: NDArray[Any]) -> NDArray[np.int64]:
    """Lower comes first."""
    if p.placement_priority == LOTTERY:
        return np.zeros(programme.size, np.int64)
    parttime = (programme == PARTTIME).astype(np.int64)
    assert p.placement_priority in (PARTTIME_FIRST, FULLTIME_FIRST)
    return 1 - parttime if p.placement_priority == PARTTIME_FIRST else parttime


def _cost(
    here: Partnership, who: NDArray[np.intp], seats: NDArray[np.intp], wishing: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Travel (km) and cost of every student at every seat, shape (students, seats)."""
    p, s, o = here.p, here.students.columns, here.sites.columns
    travel = np.sqrt(
        np.square(s["home_x"][who][:, None] - o["x"][seats]) + np.square(s["home_y"][who][:, None] - o["y"][seats])
    )
    cost = travel + p.wish_travel * (wishing[:, None] & ~o["public"][seats])
    cost -= p.move_travel * (s["site"][who][:, None] == seats)
    cost += IMPOSSIBLE * ((travel > p.travel_limit) | ((s["programme"][who] == PEDAGOGY)[:, None] & ~o["ikc"][seats]))
    return travel, cost


def _send_outside(s: dict[str, NDArray[Any]], rows: NDArray[np.intp]) -> None:
    s["status"][rows] = Status.OUTSIDE
    s["travel"][rows] = 0.0
    for name in ("site", "cluster", "mentor"):
        s[name][rows] = -1


# --- mentors ---


def ask_mentors(here: Partnership, *, keep_all: bool = False) -> None:
    """Give every inside student a mentor: keepers first, then the least loaded who accepts.

    A keeper has an active mentor of the right kind at the own site; with `keep_all` whoever has a mentor is one.
    """
    s, m = here.students.rows(), here.mentors.rows()
    c = here.communities
    s.mentor[s.status != INSIDE] = -1
    order = np.flatnonzero(s.status == INSIDE)
    order = order[np.lexsort((s.key[order], -s.year[order].astype(np.int64), s.cluster[order]))]
    ask(
        here.settings[0], keep_all, order, s.programme, s.site, s.cluster, s.need, s.days, s.mentor,
        m.kind, m.role, m.site, m.board, m.trained, m.fatigue, m.students, m.hours_asked, m.load,
        here.boards.column("hours_factor"), c.column("plan"), *here.mentor_places,
    )  # fmt: skip


@rule
def take_on(
    p: Settings, i: int, m: int, need: Floats, days: Floats, mentor: Ints, kind: Ints, board: Ints,
    fatigue: Floats, students: Ints, asked: Floats, load: Floats, factor: Floats,
) -> None:  # fmt: skip
    """Student i becomes a student of mentor m, whose expected load grows."""
    mentor[i] = m
    students[m] += 1
    asked[m] += need[i] * days[i]
    load[m] = asked[m] / time_of(p, kind[m], factor[board[m]], fatigue[m])


@rule
def willing_one(
    p: Settings, first: int, end: int, skip_site: int, site: Ints, kind: Ints, wanted: int, role: Ints,
    board: Ints, trained: Flags, fatigue: Floats, students: Ints, asked: Floats, load: Floats, factor: Floats,
    plan: bool, hours: float,
) -> int:  # fmt: skip
    """The first to accept when mentors are asked from the least loaded on; -1 if nobody does."""
    best = -1
    for m in range(first, end):
        if kind[m] != wanted or role[m] != ACTIVE or site[m] == skip_site:
            continue
        with_one_more = (asked[m] + hours) / time_of(p, kind[m], factor[board[m]], fatigue[m])
        if not accepts(students[m], with_one_more, p.mentor_accept_load):
            continue
        if best < 0:
            best = m
        elif plan and trained[m] != trained[best]:
            if trained[m]:
                best = m
        elif load[m] < load[best]:
            best = m
    return best


@rule
def ask(
    p: Settings, keep_all: bool, order: Ints, programme: Ints, site: Ints, cluster: Ints, need: Floats,
    days: Floats, mentor: Ints, kind: Ints, role: Ints, at: Ints, board: Ints, trained: Flags, fatigue: Floats,
    students: Ints, asked: Floats, load: Floats, factor: Floats, plan: Flags, site_first: Ints, site_end: Ints,
    cluster_first: Ints, cluster_end: Ints,
) -> None:  # fmt: skip
    """Mentor links for a year; `order` is by cluster, study year (highest first) and key."""
    students[:] = 0
    asked[:] = 0.0
    load[:] = 0.0
    for i in order:
        m = mentor[i]
        if m >= 0 and (keep_all or (role[m] == ACTIVE and at[m] == site[i] and kind[m] == kind_for(programme[i]))):
            take_on(p, i, m, need, days, mentor, kind, board, fatigue, students, asked, load, factor)
        else:
            mentor[i] = -1
    for i in order:
        if mentor[i] >= 0:
            continue
        k, c, wanted, hours = site[i], cluster[i], kind_for(programme[i]), need[i] * days[i]
        m = willing_one(
            p, site_first[k], site_end[k], -1, at, kind, wanted, role, board, trained, fatigue, students, asked, load,
            factor, plan[c], hours,
        )  # fmt: skip
        if m < 0:
            m = willing_one(
                p, cluster_first[c], cluster_end[c], k, at, kind, wanted, role, board, trained, fatigue, students,
                asked, load, factor, plan[c], hours,
            )  # fmt: skip
        if m < 0:
            m = least_loaded(site_first[k], site_end[k], kind, wanted, role, load)
        if m < 0:
            m = least_loaded(cluster_first[c], cluster_end[c], kind, wanted, role, load)
        if m >= 0:
            take_on(p, i, m, need, days, mentor, kind, board, fatigue, students, asked, load, factor)


# --- parts ---


def split_communities(here: Partnership) -> None:
    """Communities above the split size meet in parts; members are dealt to them by study year and key."""
    s, c = here.students.rows(), here.communities.rows()
    order = np.lexsort((s.key, s.year, s.cluster))
    split(here.settings[0], order, s.status, s.programme, s.year, s.cluster, s.part, c.members, c.parts)


@rule
def split(
    p: Settings, order: Ints, status: Ints, programme: Ints, year: Ints, cluster: Ints, part: Ints,
    members: Ints, parts: Ints,
) -> None:  # fmt: skip
    """`parts = max(1, ceil(members / community_split_size))`."""
    members[:] = 0
    for i in order:
        part[i] = 0
        if is_member(p, status[i], programme[i], year[i]):
            members[cluster[i]] += 1
    for c in range(members.size):
        parts[c] = max(1, (members[c] + p.community_split_size - 1) // p.community_split_size)
    members[:] = 0
    for i in order:
        if is_member(p, status[i], programme[i], year[i]):
            part[i] = members[cluster[i]] % parts[cluster[i]]
            members[cluster[i]] += 1
