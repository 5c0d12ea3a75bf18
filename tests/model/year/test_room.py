"""Room in memory for all who may come: never too little, and a life is the same however much there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.agents.columns import room_in
from samenspel.agents.organisations import Stage
from samenspel.agents.population import Population
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.calendar import MIDDLE, WEEKS
from samenspel.model.declared.world import MergerRow, StudentRow
from samenspel.model.here import Room
from samenspel.model.state import ModelState, make_room
from tests.lives import BASELINE, GROWING, MIXED, apply, differences, give_room, make
from tests.reckoned import SHARES, numbers
from tests.strategies import examples, values_of

SURE = {"board_agrees": 1.0, "site_agrees": 1.0, "trainer_found": 1.0, "with_leadership": False}
COMES = {
    Room.STUDENTS: "students", Room.MENTORS: "mentors", Room.TRAINERS: "trainers", Room.COMMUNITIES: "communities",
}  # fmt: skip
"""What there may come more of, and in which population."""


def sizes(here: ModelState) -> list[int]:
    """How many there are, by `Room`."""
    return [*(getattr(here, name).size for name in COMES.values()), here.gone.key.size, here.price_columns.price.size]


def room(here: ModelState) -> list[int]:
    """How many there is memory for, by `Room`."""
    others = int(here.room[Room.GONE]), room_in(here.price_columns)
    return [*(getattr(here, name).room for name in COMES.values()), *others]


def assert_enough(here: ModelState) -> None:
    """Nobody came for whom there was no room, or who was not told of."""
    for kind, now, told, memory in zip(Room, sizes(here), here.needed.tolist(), room(here), strict=True):
        assert now <= told <= memory, kind.name
    assert here.room.tolist() == room(here)
    assert here.closed.students.size <= here.communities.room
    assert here.plan_columns.board.size <= here.boards.size


def moments(there: Partnership, years: int) -> Iterator[None]:
    """The start, and after every moment of the year at which somebody may come."""
    yield
    for _ in range(years):
        for weeks in (MIDDLE, WEEKS - MIDDLE - 1):
            there.run(weeks=weeks)
            yield
        there.run(weeks=1)
        yield
    there.run(weeks=1)
    yield


# --- never too little ------------------------------------------------------------------------------------------------


def counted(scenario: Scenario, number: int) -> Scenario:
    """Students and mentors as a file may count them: more than are asked for, and other ones."""
    rng, world = np.random.default_rng(number), scenario.world
    students = tuple(
        StudentRow(world.partnerships[0].name, programme, year, int(rng.integers(0, 120)))
        for programme in ("fulltime", "parttime") for year in (1, 2, 3, 4)
    )  # fmt: skip
    sites = tuple(
        replace(row, mentors=int(rng.integers(0, 40)), mentors_trained=0, care_mentors=int(rng.integers(0, 40)))
        if rng.random() < 0.5 else row
        for row in world.sites
    )  # fmt: skip
    return replace(scenario, world=replace(world, students=students, sites=sites))


VALUES = values_of(
    *("demand_follows_places", "duo_year_1", "with_dropout", "with_assessment", "failed_leaves", "delay_later"),
    *("mbo_half_year_share", "mbo_years", "mbo_return_share", "site_capacity", "mbo_clusters_share", "mbo_mix"),
    *("growth_clusters", "growth_boards", "clusters_per_new_board", "cross_denomination", "form_start"),
    *("class_size", "willing_share", "care_mentors_per_ikc"),
    **SHARES,
    partnerships=st.integers(1, 3),
    mbo_students_per_cluster=st.integers(0, 12),
    students_per_cluster=st.integers(4, 24),
    hbo_demand=st.integers(60, 360),
)


@examples(40)
@given(number=numbers, values=VALUES, of_a_file=st.booleans())
def test_nobody_comes_for_whom_there_is_no_room(number: int, values: dict[str, Any], of_a_file: bool) -> None:
    scenario = BASELINE.with_values(**values, **SURE, beyond_range=True)
    there = Partnership(counted(scenario, number) if of_a_file else scenario, rng=number)
    for _ in moments(there, 2):
        assert_enough(there.state)


@pytest.mark.parametrize("follows", [False, True])
@pytest.mark.parametrize("partnerships", [1, 2])
def test_room_is_enough_where_most_comes(follows: bool, partnerships: int) -> None:
    """Growth of every kind, mbo students who go and come at mid-year, and boards that become one."""
    merger = MergerRow("Assen", ("Plateau Assen", "Perspectief"), 2)
    scenario = BASELINE.with_values(
        **MIXED | {"mbo_students_per_cluster": 12}, **SURE, growth_clusters=8, growth_boards=4, cluster_distance=25.0,
        partnerships=partnerships, demand_follows_places=follows, mbo_half_year_share=0.4, mbo_places_per_site=8,
        beyond_range=True,
    )  # fmt: skip
    there = Partnership(replace(scenario, world=replace(scenario.world, mergers=(merger,))), rng=1)
    begun, went = sizes(there.state), 0
    for _ in moments(there, 4):
        assert_enough(there.state)
        went = max(went, sizes(there.state)[Room.GONE])
    grown = sizes(there.state)
    assert all(grown[kind] > begun[kind] for kind in (Room.MENTORS, Room.TRAINERS, Room.COMMUNITIES))
    assert (grown[Room.STUDENTS] > begun[Room.STUDENTS]) == follows or went
    assert went > 20
    assert (there.boards.column("stage") == Stage.MERGED).sum() == partnerships


@pytest.mark.parametrize("years", [0, 1])
def test_after_a_change_there_is_room_for_more(years: int) -> None:
    there = make(**MIXED, site_capacity="soft")
    there.run(years=years)
    there.change(hbo_demand=700, mbo_students_per_cluster=12, students_per_cluster=30, beyond_range=True)
    before = there.students.size
    for _ in moments(there, 1):
        pass
    assert_enough(there.state)
    assert there.students.size > before + 300


def test_there_is_room_for_students_who_are_added() -> None:
    there = make()
    site = int(np.flatnonzero(there.sites.column("cluster") >= 0)[0])
    before = there.students.size
    for _ in range(40):
        there.add_student(site)
        assert there.students.size <= there.students.room == there.state.room[Room.STUDENTS]
    assert there.students.size == before + 40


# --- however much there is -------------------------------------------------------------------------------------------

LIFE = GROWING | MIXED | SURE | {"demand_follows_places": True, "cluster_distance": 25.0}


def with_much(there: Partnership) -> None:
    """Room for everybody who will ever come."""
    there.state.needed[:] = [9_000, 9_000, 900, 200, 2_000, 500]
    make_room(there.state)


def without_any_left(there: Partnership) -> None:
    """Room for who is there and who goes at mid-year, and nobody else."""
    here = there.state
    for kind, name in COMES.items():
        population: Population[Any] = getattr(here, name)
        population.make_room(population.size)
        here.room[kind] = population.size
    here.needed[:4] = sizes(here)[:4]
    make_room(here)
    assert room(here)[:4] == sizes(here)[:4]


def lived(there: Partnership, weeks: int) -> Partnership:
    there.run(weeks=weeks)
    return there


def tables(there: Partnership) -> list[bytes]:
    """What is kept beside the columns of agents."""
    return [table.to_csv().encode() for table in (there.clusters_last_year(), there.groups_last_year("cluster"))]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_life_that_is_given_room_on_its_way_is_the_same_to_the_bit(seed: int) -> None:
    rich, poor, usual = make(seed, **LIFE), make(seed, **LIFE), make(seed, **LIFE)
    with_much(rich)
    without_any_left(poor)
    at_first = {name: room(there.state) for name, there in (("rich", rich), ("poor", poor), ("usual", usual))}
    for there in (rich, poor, usual):
        lived(there, 3 * WEEKS + 25)
    assert room(rich.state) == at_first["rich"]
    for name, there in (("poor", poor), ("usual", usual)):
        assert all(now > before for now, before in zip(room(there.state)[:4], at_first[name][:4], strict=True)), name
        assert not differences(there, rich)
        assert tables(there) == tables(rich)


@examples(8)
@given(number=numbers, week=st.integers(0, 2 * WEEKS + 1), more=st.integers(0, 40))
def test_room_may_come_at_any_moment(number: int, week: int, more: int) -> None:
    """Plans, who went at mid-year, sums of the last year and where mentors stand are kept too."""
    left = 2 * WEEKS + 5 - week
    plainly, moved = (lived(make(number, **LIFE), week) for _ in range(2))
    moved.state.needed[:] = np.array(room(moved.state)) + more
    make_room(moved.state)
    assert moved.state.plans == plainly.state.plans
    for there in (plainly, moved):
        lived(there, left)
    assert not differences(moved, plainly)
    assert tables(moved) == tables(plainly)


def test_agents_are_who_they_were_when_room_is_made() -> None:
    there = lived(make(**LIFE), 5)
    students, mentors = list(there.students)[:20], list(there.mentors)[:20]
    known = [(agent, agent.key, agent.row) for agent in (*students, *mentors)]
    with_much(there)
    assert all((agent.key, agent.row) == (key, row) for agent, key, row in known)
    assert all(there.students[agent.row] is agent for agent in students)
    students[0].engagement = 0.125
    assert there.state.all().s.engagement[students[0].row] == 0.125


def test_rules_see_room_that_was_given() -> None:
    there = make(**LIFE)
    before = there.state.all()
    give_room(there.state)
    assert there.state.all() is not before
    assert there.state.all().s is there.students.bundle
    assert apply(lambda here: here.s.key.size, there) == there.students.size
