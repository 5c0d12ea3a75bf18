"""Growth: who is asked before 1 April, which sites decide for it, and what opens after summer (RULES 4.2, 4.3.6)."""

from __future__ import annotations

import math

import numpy as np

from samenspel.agents.columns import Flags, Ints, resize
from samenspel.agents.compiled import rule
from samenspel.agents.organisations import Stage, agrees
from samenspel.agents.rows import rows_where, sort_by
from samenspel.model.declared.constants import CLUSTER_PLACES_LEAST, CLUSTER_PLACES_MOST, COVENANT_PLACES
from samenspel.model.here import Here
from samenspel.model.luck.draws import Stream, stream_state, uniform, uniform_at
from samenspel.model.year.finance import institute_hours
from samenspel.model.year.territory import fill_pool, open_cluster

SITES_AT_MOST = 4
"""A training cluster has at most four sites (seed, D01)."""


@rule
def candidate_boards(here: Here) -> Flags:
    """Of the first `growth_boards` boards of each partnership that were not members at the start, those still there."""
    p, b = here.settings[0], here.b
    seen, found = np.zeros(here.now[0].partnerships, np.int64), np.zeros(b.key.size, np.bool_)
    for n in range(b.key.size):
        if not b.founder[n]:
            seen[b.partnership[n]] += 1
            found[n] = seen[b.partnership[n]] <= p.growth_boards and b.stage[n] != Stage.MERGED
    return found


# --- 1 April ---


@rule
def first_of_april(here: Here, school_year: int) -> None:
    """Boards and sites decide before 1 April, where growth is wanted and the leadership has time for it."""
    p = here.settings[0]
    resize(here.plans, 0)
    if school_year < p.growth_start_year or (p.growth_clusters == 0 and p.growth_boards == 0):
        return
    candidates, promised = candidate_boards(here), np.zeros(here.o.key.size, np.bool_)
    planned = 0
    for k in range(here.now[0].partnerships):
        in_time = not p.with_leadership or here.lead.backlog[k] <= p.leadership_backlog_limit
        if in_time:
            planned = extra_clusters(here, school_year, k, planned, promised)
        planned = new_boards(here, school_year, k, in_time, candidates, planned, promised)


@rule
def clusters_of(here: Here, board: int) -> int:
    """How many clusters of its own partnership a board has."""
    c, count = here.c, 0
    for k in range(c.key.size):
        count += c.board[k] == board and c.partnership[k] == here.b.partnership[board]
    return count


@rule
def extra_clusters(here: Here, school_year: int, partnership: int, planned: int, promised: Flags) -> int:
    """Founding boards open at most one extra cluster each, merged ones as many as they were, within their covenant."""
    p, b, agreed = here.settings[0], here.b, 0
    for n in range(b.key.size):
        if b.partnership[n] == partnership and b.founder[n]:
            agreed += b.grown[n]
    for n in range(b.key.size):
        if b.partnership[n] != partnership or not b.founder[n]:
            continue
        if agreed >= p.growth_clusters:
            break
        clusters = clusters_of(here, n)
        room = b.max_students[n] - COVENANT_PLACES * clusters
        if b.grown[n] >= b.made_of[n] or b.stopped[n] or clusters >= b.max_clusters[n] or room < CLUSTER_PLACES_LEAST:
            continue
        share = min(room, CLUSTER_PLACES_MOST) / COVENANT_PLACES
        places = math.floor(p.students_per_cluster * share + 0.5)
        if plan(here, school_year, n, places, planned, promised):
            planned += 1
            agreed += 1
    return planned


@rule
def new_boards(here: Here, school_year: int, partnership: int, in_time: bool, candidates: Flags, planned: int,
               promised: Flags) -> int:  # fmt: skip
    """Candidate boards say yes or no if the leadership talks with them; who said yes plans a cluster a year."""
    p, b = here.settings[0], here.b
    for n in range(b.key.size):
        if b.partnership[n] != partnership or not candidates[n]:
            continue
        u = uniform(here.now[0].seed, Stream.BOARD_TALK, b.key[n], school_year, 0)
        if in_time and b.stage[n] == Stage.OUTSIDE and agrees(u, p.board_agrees):
            b.stage[n] = Stage.AGREED
        has_all = clusters_of(here, n) >= p.clusters_per_new_board * b.made_of[n]
        if b.stage[n] != Stage.OUTSIDE and not has_all and not b.stopped[n]:
            planned += plan(here, school_year, n, p.students_per_cluster, planned, promised)
    return planned


@rule
def plan(here: Here, school_year: int, board: int, places: int, planned: int, promised: Flags) -> bool:
    """Find sites for one more cluster of a board; whether they were found."""
    p, o, b = here.settings[0], here.o, here.b
    luck = stream_state(here.now[0].seed, Stream.SITE_DECISION, school_year, 0)
    own, pool = np.zeros(o.key.size, np.bool_), np.zeros(o.key.size, np.bool_)
    for site in range(o.key.size):
        if o.cluster[site] < 0 and not promised[site] and agrees(uniform_at(luck, o.key[site]), p.site_agrees):
            at = o.board[site]
            own[site] = at == board
            joined = b.stage[at] != Stage.OUTSIDE and b.partnership[at] == b.partnership[board]
            pool[site] = joined if p.cross_denomination else own[site]
    for site in rows_where(own):
        sites = around(here, site, rows_where(pool))
        if sites.size >= p.sites_needed:
            promise(here, board, places, planned, sites, promised)
            return True
    return False


@rule
def promise(here: Here, board: int, places: int, planned: int, sites: Ints, promised: Flags) -> None:
    """These sites are kept for a cluster."""
    resize(here.plans, planned + 1)
    plans = here.plans
    plans.board[planned], plans.places[planned] = board, places
    plans.site_1[planned] = sites[0]
    plans.site_2[planned] = sites[1] if sites.size > 1 else -1
    plans.site_3[planned] = sites[2] if sites.size > 2 else -1
    plans.site_4[planned] = sites[3] if sites.size > 3 else -1
    for site in sites:
        promised[site] = True


@rule
def around(here: Here, seed: int, pool: Ints) -> Ints:
    """The seed and the nearest sites within reach, at most four; across denominations the other side comes first."""
    p, o = here.settings[0], here.o
    distance, near = np.empty(o.key.size), pool.copy()
    for site in pool:
        east, north = o.x[site] - o.x[seed], o.y[site] - o.y[seed]
        distance[site] = math.sqrt(east * east + north * north)
    sort_by(distance, near)
    found, count = np.empty(SITES_AT_MOST, np.int64), 1
    found[0] = seed
    if p.cross_denomination:
        for site in near:
            if (
                count == 1
                and distance[site] <= p.cluster_distance
                and site != seed
                and o.public[site] != o.public[seed]
            ):
                found[1] = site
                count = 2
    first = found[1] if count == 2 else -1
    for site in near:
        if count < SITES_AT_MOST and distance[site] <= p.cluster_distance and site != seed and site != first:
            found[count] = site
            count += 1
    return found[:count]


# --- after summer ---


@rule
def open_planned(here: Here, school_year: int) -> None:
    """Planned clusters open when a school trainer is found before summer; the institute looks for trainers too."""
    p, b, seed = here.settings[0], here.b, here.now[0].seed
    for n in range(here.plans.board.size):
        board = here.plans.board[n]
        if uniform(seed, Stream.TRAINER_FOUND, b.key[board], school_year, 1) < p.trainer_found:
            open_cluster(here, school_year, n)
    resize(here.plans, 0)
    hire(here)


@rule
def hire(here: Here) -> None:
    """The institute finds a part of the missing trainer hours, unless its money stops it."""
    i, asked = here.i, institute_hours(here)
    for k in range(asked.size):
        if not i.stopped[k]:
            i.hours_pool[k] += here.settings[0].institute_hiring * max(0.0, asked[k] - i.hours_pool[k])
    fill_pool(here)
