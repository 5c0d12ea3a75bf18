"""Growth: who is asked before 1 April, which sites decide for it, and what opens after summer (RULES 4.2, 4.3.6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.organisations import Stage, agrees
from samenspel.model.declared.constants import CLUSTER_PLACES_LEAST, CLUSTER_PLACES_MOST, COVENANT_PLACES
from samenspel.model.luck.draws import Stream
from samenspel.model.state import ModelState, Plan
from samenspel.model.year.territory import fill_pool, institute_hours, open_clusters

SITES_AT_MOST = 4
"""A training cluster has at most four sites (seed, D01)."""


def candidate_boards(here: ModelState, partnership: int) -> NDArray[np.intp]:
    """Of the first `growth_boards` boards that were not members at the start, those that did not go into another."""
    b = here.boards.rows()
    candidates = np.flatnonzero((b.partnership == partnership) & ~b.founder)
    first = candidates[: int(here.p.growth_boards)]
    return first[b.stage[first] != Stage.MERGED]


def first_of_april(here: ModelState, school_year: int) -> None:
    """Boards and sites decide before 1 April, where growth is wanted and the leadership has time for it."""
    p = here.p
    here.plans = []
    if school_year < p.growth_start_year or (p.growth_clusters == 0 and p.growth_boards == 0):
        return
    backlog = here.leaderships.column("backlog")
    for k in range(here.partnership_count):
        in_time = not p.with_leadership or bool(backlog[k] <= p.leadership_backlog_limit)
        if in_time:
            _extra_clusters(here, school_year, k)
        _new_boards(here, school_year, k, in_time)


def _extra_clusters(here: ModelState, school_year: int, partnership: int) -> None:
    """Founding boards open at most one extra cluster each, merged ones as many as they were, within their covenant."""
    p, b, c = here.p, here.boards.rows(), here.communities.rows()
    founders = np.flatnonzero((b.partnership == partnership) & b.founder)
    agreed = int(b.grown[founders].sum())
    for board in founders.tolist():
        if agreed >= p.growth_clusters:
            return
        clusters = int(((c.board == board) & (c.partnership == partnership)).sum())
        room = int(b.max_students[board]) - COVENANT_PLACES * clusters
        if b.grown[board] >= b.made_of[board] or b.stopped[board]:
            continue
        if clusters >= b.max_clusters[board] or room < CLUSTER_PLACES_LEAST:
            continue
        share = min(room, CLUSTER_PLACES_MOST) / COVENANT_PLACES
        places = int(np.floor(p.students_per_cluster * share + 0.5))
        agreed += _plan(here, school_year, board, places)


def _new_boards(here: ModelState, school_year: int, partnership: int, in_time: bool) -> None:
    """Candidate boards say yes or no if the leadership talks with them; who said yes plans a cluster a year."""
    p, b, c = here.p, here.boards.rows(), here.communities.rows()
    candidates = candidate_boards(here, partnership)
    luck = here.draws.uniform(Stream.BOARD_TALK, b.key[candidates], school_year)
    for board, u in zip(candidates.tolist(), luck.tolist(), strict=True):
        if in_time and b.stage[board] == Stage.OUTSIDE and agrees(u, p.board_agrees):
            b.stage[board] = Stage.AGREED
        clusters = int(((c.board == board) & (c.partnership == partnership)).sum())
        most = p.clusters_per_new_board * b.made_of[board]
        if b.stage[board] != Stage.OUTSIDE and clusters < most and not b.stopped[board]:
            _plan(here, school_year, board, int(p.students_per_cluster))


def _plan(here: ModelState, school_year: int, board: int, places: int) -> bool:
    """Find sites for one more cluster of a board; whether they were found."""
    p, o = here.p, here.sites.rows()
    promised = [site for plan in here.plans for site in plan.sites]
    free = o.cluster < 0
    free[promised] = False
    decides = here.draws.uniform(Stream.SITE_DECISION, o.key, school_year) < p.site_agrees
    willing = free & decides
    own = willing & (o.board == board)
    pool = own
    if p.cross_denomination:
        b = here.boards.rows()
        joined = (b.stage != Stage.OUTSIDE) & (b.partnership == b.partnership[board])
        pool = willing & joined[o.board]
    for seed in np.flatnonzero(own).tolist():
        sites = _around(here, seed, np.flatnonzero(pool))
        if len(sites) >= p.sites_needed:
            here.plans.append(Plan(board, places, sites))
            return True
    return False


def _around(here: ModelState, seed: int, pool: NDArray[np.intp]) -> tuple[int, ...]:
    """The seed and the nearest sites within reach, at most four; across denominations the other side comes first."""
    p, o = here.p, here.sites.rows()
    distance = np.sqrt(np.square(o.x[pool] - o.x[seed]) + np.square(o.y[pool] - o.y[seed]))
    near = pool[np.argsort(distance, kind="stable")]
    reach = np.sort(distance, kind="stable") <= p.cluster_distance
    others = [site for site in near[reach].tolist() if site != seed]
    if p.cross_denomination:
        other_side = [site for site in others if o.public[site] != o.public[seed]][:1]
        others = other_side + [site for site in others if site not in other_side]
    return (seed, *others[: SITES_AT_MOST - 1])


def open_planned(here: ModelState, school_year: int) -> None:
    """Planned clusters open when a school trainer is found before summer; the institute looks for trainers too."""
    b = here.boards.rows()
    found = here.draws.uniform(Stream.TRAINER_FOUND, b.key, school_year, 1) < here.p.trainer_found
    plans = [plan for plan in here.plans if found[plan.board]]
    here.plans = []
    if plans:
        _open(here, school_year, plans)
    _hire(here)


def _open(here: ModelState, school_year: int, plans: list[Plan]) -> None:
    p, b, o = here.p, here.boards.rows(), here.sites.rows()
    for n, plan in enumerate(plans, start=here.communities.size):
        o.cluster[list(plan.sites)] = n
        o.partnership[list(plan.sites)] = b.partnership[plan.board]
        b.stage[plan.board] = Stage.MEMBER
        b.grown[plan.board] += 1
    boards = np.array([plan.board for plan in plans])
    rows = {
        "board": boards,
        "partnership": b.partnership[boards],
        "places": np.array([plan.places for plan in plans]),
        "described": np.full(boards.size, -1),
    }
    open_clusters(
        here, school_year, rows, p.new_mentors_trained_share,
        maturity=p.maturity_new, familiarity=p.familiarity_new, new=True,
    )  # fmt: skip


def _hire(here: ModelState) -> None:
    """The institute finds a part of the missing trainer hours, unless its money stops it."""
    i, asked = here.institutes.rows(), institute_hours(here)
    missing = np.maximum(0.0, asked - i.hours_pool)
    i.hours_pool[:] += np.where(i.stopped, 0.0, here.p.institute_hiring * missing)
    fill_pool(here)
