"""What tests compare: every state of every agent, bit for bit."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.mentors import Role
from samenspel.agents.organisations import LearningCommunity, Stage
from samenspel.agents.population import Population, RowAgent
from samenspel.agents.students import Exit, Programme, Status, Student
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.parameters import COMMUNITY
from samenspel.model.declared.settings import settings
from samenspel.model.declared.world import BoardRow, ClusterRow, PartnershipRow, SiteRow, StudentRow, Town, World
from samenspel.model.here import Room
from samenspel.model.state import ModelState, make_room
from samenspel.model.year.communities import SEATS
from samenspel.model.year.room import has_room

STATES = tuple(name for name in COMMUNITY if name not in SEATS)  # settings that are a state of communities
BASELINE = Scenario.load("baseline")
FIRST = Scenario.load("first-edition")
"""Meetings cost and give nothing, everybody is new and placed all year: what can be reckoned by hand starts from it."""
MIXED = {"mbo_students_per_cluster": 4, "mbo_mix": "mixed"}
GROWING = {"growth_clusters": 4, "growth_boards": 4}
ACCESSION = (Stage.OUTSIDE, Stage.AGREED, Stage.MEMBER)
POPULATIONS = ("students", "mentors", "trainers", "sites", "communities", "boards", "institutes", "leaderships")


def make(seed: int = 1, **values: Any) -> Partnership:
    return Partnership(BASELINE.with_values(**values), rng=seed)


def after(years: int = 0, weeks: int = 0, seed: int = 1, **values: Any) -> Partnership:
    there = make(seed, **values)
    there.run(years=years, weeks=weeks)
    return there


def apply(rule: Any, there: Partnership, *given: Any, grows: bool = False) -> Any:
    """Carry out a rule of the year on a partnership; what it returns. One that `grows` finds room for who comes."""
    if grows:
        give_room(there.state)
    found = rule(there.state.all(), *given)
    there.state.follow()
    return found


def give_room(here: ModelState) -> None:
    """Room for all who may come, also while those who left have rows."""
    has_room(here.all())
    here.needed[Room.STUDENTS] += here.students.size
    make_room(here)


def plain(rule: Any) -> Any:
    """A rule as Python carries it out; rules that it calls stay compiled."""
    return getattr(rule, "py_func", rule)


def columns_of(there: Partnership) -> dict[str, NDArray[Any]]:
    """Live views of all columns, by name."""
    found = {}
    for name in POPULATIONS:
        population = getattr(there, name)
        found |= {f"{name}.{state}": population.column(state) for state in population.columns}
    return found


def differences(one: Partnership, other: Partnership) -> list[str]:
    """The columns, and the weekly record, that are not the same bits."""
    ours, theirs = columns_of(one), columns_of(other)
    found = [name for name in ours if ours[name].tobytes() != theirs[name].tobytes()]
    if one.weekly_record.tobytes() != other.weekly_record.tobytes():
        found.append("weekly_record")
    return found


def by_key(there: Partnership, population: str = "students") -> dict[int, tuple[Any, ...]]:
    """Each agent's states, without links by row number, found by key."""
    rows = getattr(there, population)
    links = {"site", "cluster", "mentor", "duo", "board", "partnership", "first", "end"}
    kept = [rows.column(name) for name in rows.columns if name not in links]
    return {key: row for key, *row in zip(rows.column("key").tolist(), *kept, strict=True)}


TWO = {"partnerships": 2, "hbo_demand": 200, "beyond_range": True}


def in_any_state(number: int, base: Scenario = BASELINE, **values: Any) -> Partnership:
    """Two partnerships whose agents are in any state; no run need ever come there."""
    there = Partnership(base.with_values(**{**TWO, **values}), rng=number)
    rng = np.random.default_rng(number)
    s, m, t, o = there.students.rows(), there.mentors.rows(), there.trainers.rows(), there.sites.rows()
    c, b, i = there.communities.rows(), there.boards.rows(), there.institutes.rows()

    def some(column: NDArray[Any], share: float = 0.5) -> NDArray[np.bool_]:
        return rng.random(column.size) < share

    shares = (s.teaching, s.care, s.collaboration, s.remembered, s.engagement, m.fatigue, m.skill, t.skill)
    for column in (*shares, t.familiarity, c.maturity):
        column[:] = rng.random(column.size)
    of_cluster = rng.uniform(-0.3, 0.3, c.key.size)
    s.remembered[:] = (s.remembered + of_cluster[s.cluster]).clip(0, 1)
    s.status[some(s.status, 0.1)] = Status.LEFT
    s.status[(s.cluster >= 0) & (s.cluster % 7 == 0)] = Status.LEFT
    s.exit_kind[s.status == Status.LEFT] = Exit.STOP
    s.contacts[:] = rng.integers(0, 9, s.key.size)
    hbo = s.programme < Programme.CARE_3
    s.year[hbo] = rng.integers(1, 5, hbo.sum())
    s.enrolled[:] = rng.integers(0, 9, s.key.size)
    s.wish_met[:] = some(s.wish_met)
    m.role[:] = rng.choice((Role.EMPTY, Role.ACTIVE, Role.ACTIVE, Role.WITHDRAWN), m.key.size)
    m.trained[:], m.new[:] = some(m.trained), some(m.new)
    t.present[:] = some(t.present, 0.7)
    t.vacant_weeks[:] = rng.integers(0, 9, t.key.size)
    c.plan[:] = some(c.plan)
    c.board[some(c.board, 0.3)] = rng.integers(b.key.size)
    c.board[some(c.board, 0.3)] = rng.integers(b.key.size)
    c.extra_hours[:] = rng.uniform(0, 2, c.key.size)
    b.stopped[:], b.grown[:] = some(b.stopped, 0.2), some(b.grown, 0.2)
    b.hours_factor[:], i.hours_factor[:] = rng.uniform(0.5, 1, b.key.size), rng.uniform(0.5, 1, i.pool.size)
    b.max_clusters[:] = rng.integers(1, 5, b.key.size)
    b.max_students[:] = rng.integers(12, 60, b.key.size)
    b.stage[:] = np.where(b.founder, Stage.MEMBER, rng.choice(ACCESSION, b.key.size))
    i.stopped[:] = some(i.stopped)
    i.hours_pool[:] *= rng.uniform(0.2, 1.2, i.pool.size)
    o.climate[:] = rng.uniform(0.6, 1.1, o.key.size)
    there.leaderships.column("backlog")[:] = rng.uniform(0, 20, i.pool.size) if there.p.with_leadership else 0.0
    return there


def settings_of(**values: Any) -> Any:
    """The record of parameters that rules read, without checks of ranges."""
    return settings({**BASELINE.values, **values})[0]


PLACED = {"placed": True, "first_week": 1, "last_week": WEEKS, "duo": -1}
"""Students who have a placement all year, each alone."""


def rows_of(family: type[RowAgent], count: int, **states: Any) -> Any:
    """Columns of agents outside any model, all states 0 but those given; students are placed, each alone."""
    population = Population(None, family)  # type: ignore[arg-type]
    population.append(count)
    for name, value in ((PLACED if family is Student else {}) | states).items():
        population.column(name)[:] = value
    return population.rows()


def communities_of(p: Any, count: int, **states: Any) -> Any:
    """Columns of communities that have what the partnership has; for the rest as `rows_of`."""
    return rows_of(LearningCommunity, count, **{name: p[name] for name in STATES}, **states)


def copied(rows: Any) -> Any:
    """The columns of a population as they are now."""
    return copy.deepcopy(rows)


def floats(*values: float) -> NDArray[np.float64]:
    return np.array(values, np.float64)


def small_world(
    sites: list[dict[str, Any]],
    students: dict[tuple[str, int], int] | None = None,
    boards: list[dict[str, Any]] | None = None,
    clusters: list[dict[str, Any]] | None = None,
    **values: Any,
) -> Scenario:
    """A partnership reckoned by hand: one town, and the rows that are given, unchecked; rules are those of `FIRST`."""
    board_rows = boards or [{"name": "board"}]
    cluster_rows = clusters or [{"name": "cluster", "board": board_rows[0]["name"]}]
    of_board = {"partnership": "p", "denomination": "christian", "member": True, "lead": False}
    of_board |= {"max_clusters": 9, "max_students": 99}
    of_site = {
        "board": board_rows[0]["name"],
        "cluster": cluster_rows[0]["name"],
        "town": "town",
        "latitude": 53.0,
        "longitude": 6.5,
        "kind": "school",
        "denomination": "christian",
        "concept": "regular",
        "pupils": 228,
        "recognised": True,
        "mentors": 2,
        "mentors_trained": 0,
    }
    world = World(
        towns=(Town("town", 53.0, 6.5, 1000),),
        partnerships=(PartnershipRow("p"),),
        boards=tuple(BoardRow(**of_board | row) for row in board_rows),
        clusters=tuple(ClusterRow(**{"partnership": "p"} | row) for row in cluster_rows),
        sites=tuple(SiteRow(**of_site | {"name": f"site {n}"} | row) for n, row in enumerate(sites)),
        students=tuple(StudentRow("p", *of, count) for of, count in (students or {("fulltime", 1): 1}).items()),
    )
    everything = {**FIRST.values, **values}
    return Scenario("small", "small", "klein", "", "", everything, world, beyond_range=True)


def with_mentors(mentors: int, students: dict[tuple[str, int], int], **values: Any) -> Partnership:
    """Students and mentors of one site."""
    clusters = [{"name": "cluster", "board": "board", "places": 60}]
    sites = [{"mentors": mentors, "pupils": 2000}]
    rested = {"fatigue_base_mean": 0.0, "fatigue_base_spread": 0.0, "mentor_hours": 2.0, "need_per_day": 1.0}
    values = {"site_capacity": "soft"} | values
    days = {"days_year_1": 1.0, "days_year_2": 1.0, "days_year_4": 2.5, "need_per_day_final": 0.8}
    return Partnership(small_world(sites, students, clusters=clusters, **rested | days | values), rng=1)
