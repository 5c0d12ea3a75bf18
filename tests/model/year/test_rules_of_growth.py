"""Growth and intake, person by person for any state and parameters (RULES 4.2, 4.3)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from samenspel.agents.columns import members_of
from samenspel.agents.organisations import Stage
from samenspel.agents.students import Status
from samenspel.agents.trainers import TrainerKind
from samenspel.model import Partnership
from samenspel.model.luck.draws import Stream
from samenspel.model.luck.keys import Kind
from samenspel.model.state import Plan
from samenspel.model.year.growth import first_of_april, open_planned
from samenspel.model.year.intake import intake
from tests.lives import GROWING, apply, copied, in_any_state
from tests.reckoned import (
    MENTORS,
    SHARES,
    STUDENTS,
    YEAR,
    backlog_of,
    hbo_targets,
    key_of,
    new_mentors,
    new_students,
    new_trainers,
    number_of,
    numbers,
    often,
    rounded,
    same,
    same_but,
)
from tests.strategies import examples, values_of
from tests.textbook.constants import CLUSTER_PLACES_LEAST, CLUSTER_PLACES_MOST, COVENANT_PLACES

# --- 1 April (4.2) ---------------------------------------------------------------------------------------------------


class April:
    """Plans as RULES 4.2 makes them, board by board."""

    def __init__(self, there: Partnership, year: int) -> None:
        self.there, self.year, self.p = there, year, there.p
        self.b, self.o, self.c = there.boards.rows(), there.sites.rows(), there.communities.rows()
        self.stage = self.b.stage.copy()
        self.plans: list[Plan] = []
        self.talks = there.draws.uniform(Stream.BOARD_TALK, self.b.key, year)
        self.decides = there.draws.uniform(Stream.SITE_DECISION, self.o.key, year) < self.p.site_agrees
        if year >= self.p.growth_start_year:
            for k in range(there.state.partnership_count):
                in_time = backlog_of(there)[k] <= self.p.leadership_backlog_limit
                if in_time:
                    self.extra_clusters(k)
                self.new_boards(k, in_time)

    def clusters_of(self, board: int) -> int:
        return int(((self.c.board == board) & (self.c.partnership == self.b.partnership[board])).sum())

    def extra_clusters(self, partnership: int) -> None:
        p, b = self.p, self.b
        founders = np.flatnonzero((b.partnership == partnership) & b.founder)
        agreed = b.grown[founders].sum()
        for board in founders:
            clusters = self.clusters_of(board)
            room = b.max_students[board] - COVENANT_PLACES * clusters
            free = not b.grown[board] and not b.stopped[board] and clusters < b.max_clusters[board]
            if agreed < p.growth_clusters and free and room >= CLUSTER_PLACES_LEAST:
                share = min(room, CLUSTER_PLACES_MOST) / COVENANT_PLACES
                agreed += self.plan(board, rounded(p.students_per_cluster * share))

    def new_boards(self, partnership: int, in_time: bool) -> None:
        p, b = self.p, self.b
        candidates = np.flatnonzero((b.partnership == partnership) & ~b.founder)
        for board in candidates[: p.growth_boards]:
            if in_time and self.stage[board] == Stage.OUTSIDE and self.talks[board] < p.board_agrees:
                self.stage[board] = Stage.AGREED
            wants = self.stage[board] != Stage.OUTSIDE and not b.stopped[board]
            if wants and self.clusters_of(board) < p.clusters_per_new_board:
                self.plan(board, p.students_per_cluster)

    def plan(self, board: int, places: int) -> bool:
        p, o, b = self.p, self.o, self.b
        kept = {site for plan in self.plans for site in plan.sites}
        deciding = [n for n in range(o.key.size) if o.cluster[n] < 0 and self.decides[n] and n not in kept]
        mine = [n for n in deciding if o.board[n] == board]
        pool = mine
        if p.cross_denomination:
            joined = (self.stage != Stage.OUTSIDE) & (b.partnership == b.partnership[board])
            pool = [n for n in deciding if joined[o.board[n]]]
        for seed in mine:
            far = {n: math.hypot(o.x[n] - o.x[seed], o.y[n] - o.y[seed]) for n in pool if n != seed}
            near = sorted((n for n in far if far[n] <= p.cluster_distance), key=lambda n: (far[n], n))
            if p.cross_denomination:
                second = [n for n in near if o.public[n] != o.public[seed]][:1]
                near = second + [n for n in near if n not in second]
            sites = (seed, *near[:3])
            if len(sites) >= p.sites_needed:
                self.plans.append(Plan(board, places, sites))
                return True
        return False


TALKS = (
    "growth_start_year", "board_agrees", "site_agrees", "sites_needed", "cluster_distance", "cross_denomination",
    "clusters_per_new_board", "with_leadership", "leadership_backlog_limit", "students_per_cluster",
)  # fmt: skip
growth = values_of(
    *(name for name in TALKS if name != "growth_start_year"), growth_start_year=st.sampled_from((1, 1, YEAR, YEAR + 1))
)
wanted = st.sampled_from([(1, 0), (0, 1), (2, 0), (0, 2), (3, 1), (2, 3), (0, 0)])


@examples(50)
@given(number=numbers, values=growth, wanted=wanted)
def test_plans_of_1_april_are_those_of_the_rule(number: int, values: dict[str, Any], wanted: tuple[int, int]) -> None:
    there = in_any_state(number, **values, growth_clusters=wanted[0], growth_boards=wanted[1])
    b, c = there.boards.rows(), there.communities.rows()
    for board in range(number % 2, b.key.size, 2):  # with just enough room
        mine = np.count_nonzero((c.board == board) & (c.partnership == b.partnership[board]))
        b.max_students[board] = COVENANT_PLACES * mine + CLUSTER_PLACES_LEAST
    before, expected = copied(b), April(there, YEAR)
    apply(first_of_april, there, YEAR)
    assert [(plan.board, plan.places, plan.sites) for plan in there.state.plans] == [
        (plan.board, plan.places, plan.sites) for plan in expected.plans
    ]
    np.testing.assert_array_equal(b.stage, expected.stage)
    same_but(b, before, "stage")


# --- the turn of the year: growth and intake (4.3.6 to 4.3.9) --------------------------------------------------------


def mentors_of(there: Partnership, sites: list[int], week: int) -> list[tuple[int, int]]:
    """Site and place of every mentor there should be, in order, where no file counts them."""
    p, o, found = there.p, there.sites.rows(), []
    u = there.draws.uniform(Stream.MENTOR_WILLING, o.key, week)
    for site in sites:
        teachers = min(32, max(1, math.floor(p.willing_share * o.classes[site] + u[site])))
        carers = p.care_mentors_per_ikc if o.ikc[site] else 0
        found += [(site, place) for place in (*range(teachers), *range(32, 32 + carers))]
    return found


def check_new_mentors(there: Partnership, new: slice, sites: NDArray[np.int64]) -> None:
    """The mentors in rows `new` are those of new clusters' sites, and all mentors stand where their site does."""
    o, m = there.sites.rows(), there.mentors.rows()
    order = sorted(sites, key=lambda site: (o.cluster[site], site))
    assert list(zip(m.site[new], m.place[new], strict=True)) == mentors_of(there, order, YEAR)
    keys = key_of(Kind.MENTOR, YEAR, o.partnership[m.site], number_of(o.key[m.site]) * 2**6 + m.place)
    same(m, {"key": keys[new]}, new)
    same(m, new_mentors(there, new, YEAR, there.p.new_mentors_trained_share) | {"new": True}, new)
    same(m, {"cluster": o.cluster[m.site], "board": o.board[m.site], "kind": m.place >= 32})


@often
@given(
    number=numbers,
    values=values_of(
        "trainer_found", "maturity_new", "familiarity_new", "institute_hiring", "trainer_hours", "willing_share",
        "institute_trainer_hours", "care_mentors_per_ikc", "cross_denomination", "trainer_skill_mean",
        "trainer_skill_spread", *MENTORS,
    ),
)  # fmt: skip
def test_clusters_open_when_their_trainer_is_found(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, **GROWING, **values)
    there.boards.column("stopped")[:] = False
    apply(first_of_april, there, YEAR)
    p, b, o, i = there.p, there.boards.rows(), there.sites.rows(), there.institutes.rows()
    assert there.state.plans
    sure = there.draws.uniform(Stream.TRAINER_FOUND, b.key, YEAR, 1) < p.trainer_found
    plans = [plan for plan in there.state.plans if sure[plan.board]]
    kept = len(there.communities), len(there.mentors)
    stage, grown, cluster, pool = b.stage.copy(), b.grown.copy(), o.cluster.copy(), i.hours_pool.copy()
    apply(open_planned, there, YEAR, grows=True)

    c, t, at = there.communities.rows(), there.trainers.rows(), kept[0]
    assert len(there.communities) - at == len(plans)
    assert there.state.plans == []
    for n, plan in enumerate(plans, start=at):
        cluster[list(plan.sites)], stage[plan.board] = n, Stage.MEMBER
        grown[plan.board] += 1
        k = b.partnership[plan.board]
        assert (c.board[n], c.partnership[n], c.places[n], c.opened[n]) == (plan.board, k, plan.places, YEAR)
        assert c.key[n] == key_of(Kind.COMMUNITY, YEAR, k, np.count_nonzero(c.partnership[:n] == k))
        assert (c.maturity[n], c.sites[n]) == (p.maturity_new, len(plan.sites))
    np.testing.assert_array_equal(o.cluster, cluster)
    same(b, {"stage": stage, "grown": grown})
    seats = slice(4 * at, None)
    hours = (p.trainer_hours, p.institute_trainer_hours, p.practice_trainer_hours, p.mbo_trainer_hours)
    same(t, {"hours": hours * len(plans), "familiarity": p.familiarity_new, "vacant_weeks": 0}, seats)
    same(t, {"skill": new_trainers(there, seats, YEAR)}, seats)
    assert t.key[seats].tolist() == [
        key_of(Kind.TRAINER, YEAR, c.partnership[n], number_of(c.key[n]) * 4 + kind)
        for n in range(at, c.key.size) for kind in TrainerKind
    ]  # fmt: skip
    check_new_mentors(there, slice(kept[1], None), np.flatnonzero(cluster >= at))
    asked = np.bincount(c.partnership, t.hours[1::4])
    hired = pool + np.where(i.stopped, 0, p.institute_hiring * np.maximum(0, asked - pool))
    same(i, {"hours_pool": hired, "pool": np.minimum(1, hired / asked)})


@often
@given(number=numbers, values=values_of(*STUDENTS, "demand_follows_places", **SHARES))
def test_intake_fills_every_programme_up_with_new_students(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, **values)
    s, at = there.students.rows(), there.students.size
    there.change(hbo_demand=200 + number % 60)
    now = np.zeros((2, 7), np.int64)
    np.add.at(now, (s.partnership[s.status != Status.LEFT], s.programme[s.status != Status.LEFT]), 1)
    before = copied(s)
    apply(intake, there, YEAR, grows=True)
    s, new = there.students.rows(), slice(at, None)
    wanted = np.maximum(0, hbo_targets(there) - now[:, :4])
    who = [(k, programme, n) for (k, programme), count in np.ndenumerate(wanted) for n in range(count)]
    assert who
    partnership, programme, n = np.array(who).T
    states = {"partnership": partnership, "programme": programme, "year": 1, "enrolled": 0, "status": Status.OUTSIDE}
    same(s, states | {"key": key_of(Kind.HBO, YEAR, partnership, programme * 2**17 + n)}, new)
    same(s, new_students(there, new, YEAR) | {"site": -1, "cluster": -1, "mentor": -1, "half_year": False}, new)
    for name, column in members_of(before).items():
        np.testing.assert_array_equal(getattr(s, name)[:at], column, err_msg=name)
