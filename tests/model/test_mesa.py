"""The model as a Mesa model: agents, time, company of other models, and nothing left behind."""

from __future__ import annotations

import gc
import hashlib
import math
import os
import subprocess
import sys
import tracemalloc
import weakref
from collections.abc import Callable
from itertools import combinations, pairwise

import mesa
import numpy as np
import pytest
from mesa.agentset import AgentSet

from samenspel.agents.mentors import CareMentor, Mentor, TeacherMentor
from samenspel.agents.organisations import Board, Ikc, Institute, LearningCommunity, ProgrammeLeadership, School, Site
from samenspel.agents.population import Population, RowAgent
from samenspel.agents.students import Exit, HboStudent, MboStudent, Programme, Status, Student
from samenspel.agents.trainers import InstituteTrainer, MboTrainer, PracticeTrainer, SchoolTrainer, Trainer
from samenspel.model import Partnership
from samenspel.model.declared.indicators import INDICATORS, RECORD
from tests.lives import GROWING, MIXED, POPULATIONS, after, columns_of, differences, make
from tests.places import ROOT

CLASSES = {
    HboStudent: Student,
    MboStudent: Student,
    TeacherMentor: Mentor,
    CareMentor: Mentor,
    SchoolTrainer: Trainer,
    InstituteTrainer: Trainer,
    PracticeTrainer: Trainer,
    MboTrainer: Trainer,
    School: Site,
    Ikc: Site,
    LearningCommunity: RowAgent,
    Board: RowAgent,
    Institute: RowAgent,
    ProgrammeLeadership: RowAgent,
}
"""Every kind of agent of the conceptual model, and its family."""


@pytest.fixture(scope="module")
def lived() -> Partnership:
    """A partnership with mbo after ten weeks; tests only read it."""
    return after(weeks=10, **MIXED)


def with_row(there: Population, state: str, value: int) -> RowAgent:
    return there[int(np.flatnonzero(there.column(state) == value)[0])]


# --- agents ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_kind_of_agent_lives_in_a_run_with_mbo(lived: Partnership, kind: type[RowAgent]) -> None:
    agents = lived.agents_by_type[kind]
    assert len(agents) > 0
    for agent in agents:
        assert type(agent) is kind
        assert isinstance(agent, (CLASSES[kind]))
        assert isinstance(agent, mesa.Agent)
        assert agent.model is lived


def test_a_site_is_an_ikc_or_a_school_as_its_state_says(lived: Partnership) -> None:
    assert {type(site): site.ikc for site in lived.sites} == {Ikc: True, School: False}
    assert all(isinstance(site, Ikc) == site.ikc for site in lived.sites)


def test_before_the_first_week_there_is_nothing_to_measure() -> None:
    week = make().this_week()
    assert week.keys() == INDICATORS.keys()
    assert all(math.isnan(value) for value in week.values())


def test_all_agents_are_in_the_model_once(lived: Partnership) -> None:
    everybody = list(lived.agents)
    assert len({agent.unique_id for agent in everybody}) == len(everybody)
    assert len(everybody) == sum(len(getattr(lived, name)) for name in POPULATIONS)
    assert set(lived.agent_types) == set(CLASSES)
    assert sum(len(agents) for agents in lived.agents_by_type.values()) == len(everybody)
    assert {id(agent) for name in POPULATIONS for agent in getattr(lived, name)} == {id(agent) for agent in everybody}


def test_a_row_has_one_agent(lived: Partnership) -> None:
    for name in POPULATIONS:
        population = getattr(lived, name)
        assert population[0] is population[0]
        assert population[-1] is population[len(population) - 1]
        assert [agent.row for agent in population] == list(range(len(population)))
        with pytest.raises(IndexError):
            population[len(population)]


def test_states_are_read_from_the_columns(lived: Partnership) -> None:
    for name in POPULATIONS:
        population = getattr(lived, name)
        for state in population.columns:
            assert population.get(state) == population.column(state).tolist(), (name, state)


def test_states_are_written_to_the_columns() -> None:
    there = make(**MIXED)
    for name in POPULATIONS:
        population = getattr(there, name)
        for state, column in population.columns.items():
            before = population.column(state).copy()
            population[0].__setattr__(state, column.dtype.type(1))
            assert population.column(state)[0] == 1
            np.testing.assert_array_equal(population.column(state)[1:], before[1:])


def test_an_unknown_state_is_named_with_those_there_are(lived: Partnership) -> None:
    with pytest.raises(KeyError, match="Student has no state 'mood'; it has key, programme"):
        lived.students.column("mood")
    with pytest.raises(AttributeError, match="has no attribute 'mood'"):
        lived.students.mood  # noqa: B018


def test_what_is_written_to_an_agent_is_what_rules_read() -> None:
    there = make(community_weight=0.0)
    there.mentors.set("skill", 0.0)
    there.trainers.set("skill", 0.0)
    there.step()
    inside = there.students.column("status") == Status.INSIDE
    assert not there.students.column("supervision")[inside].any()


def test_agent_sets_do_what_mesas_do(lived: Partnership) -> None:
    students = lived.students
    year = students.column("year")
    first_years = students.select(lambda student: student.year == 1)
    assert isinstance(first_years, AgentSet)
    assert len(first_years) == np.count_nonzero(year == 1)
    assert len(students.select(agent_type=MboStudent)) == np.count_nonzero(
        students.column("programme") >= Programme.CARE_3
    )
    assert students.agg("engagement", np.mean) == students.column("engagement").mean()
    sizes = {cluster: len(group) for cluster, group in students.groupby("cluster")}
    assert sizes == dict(zip(*np.unique(students.column("cluster"), return_counts=True), strict=True))
    assert [s.year for s in students.sort("year", ascending=True)] == sorted(year.tolist())
    assert students.agents.get(["year", "status"]) == [
        list(pair) for pair in zip(year.tolist(), students.column("status").tolist(), strict=True)
    ]


def test_agent_sets_write_too() -> None:
    there = make(**MIXED)
    there.students.select(agent_type=MboStudent).set("barrier", 0.25)
    mbo = there.students.column("programme") >= Programme.CARE_3
    assert set(there.students.column("barrier")[mbo]) == {0.25}
    assert 0.25 not in there.students.column("barrier")[~mbo]
    there.agents_by_type[HboStudent].do(lambda student: setattr(student, "wish", True))
    assert there.students.column("wish")[~mbo].all()


# --- over the turn of the year ---------------------------------------------------------------------------------------


def test_agents_follow_their_rows_over_the_years() -> None:
    there = make(**MIXED, **GROWING)
    known: dict[RowAgent, int] = {}
    for _ in range(4):
        known |= {a: a.key for a in there.agents if a.row is not None and hasattr(a, "key")}
        there.run(years=1)
        for agent, key in known.items():
            if agent.row is not None:
                assert agent.key == key
                assert agent.population[agent.row] is agent
    assert sum(agent.row is None for agent in known) > 100


def test_who_is_found_anew_is_the_same_object() -> None:
    there = make(**MIXED)
    first = {agent.key: agent for agent in there.students}
    there.run(years=1, weeks=1)
    stayed = [agent for agent in there.students if agent.key in first]
    assert len(stayed) > 100
    assert all(first[agent.key] is agent for agent in stayed)


def assert_left(agent: RowAgent, there: Partnership) -> None:
    assert agent.row is None
    assert agent not in there.agents
    assert repr(agent).endswith(", left>")
    with pytest.raises(LookupError, match="has left the model"):
        agent.key  # noqa: B018
    with pytest.raises(LookupError, match="has left the model"):
        agent.key = 1


def test_who_left_is_told_so_after_the_turn_of_the_year() -> None:
    there = make(**MIXED)
    there.run(weeks=40)
    gone = [agent for agent in there.students if agent.status == Status.LEFT]
    assert len(gone) > 10
    there.step()
    for agent in gone:
        assert_left(agent, there)


def test_a_mentor_and_a_trainer_who_are_replaced_leave() -> None:
    there = make(mentor_turnover=0.2, trainer_turnover=0.25)
    known = [*there.mentors, *there.trainers]
    keys = {agent: agent.key for agent in known}
    there.run(years=1, weeks=1)
    gone = [agent for agent in known if agent.row is None]
    assert {type(agent) for agent in gone} >= {TeacherMentor, SchoolTrainer, InstituteTrainer}
    for agent in gone:
        assert_left(agent, there)
    present = set(there.mentors.column("key").tolist()) | set(there.trainers.column("key").tolist())
    assert not present & {keys[agent] for agent in gone}
    assert all(agent.key == keys[agent] for agent in known if agent.row is not None)


def test_mbo_students_of_half_a_year_leave_in_the_middle() -> None:
    there = make(**MIXED, with_dropout=False)
    half = [agent for agent in there.students if agent.half_year]
    rows = [agent.row for agent in half]
    there.run(weeks=19)
    assert [agent.row for agent in half] == rows
    there.step()
    for agent, row in zip(half, rows, strict=True):
        assert_left(agent, there)
        assert isinstance(there.students[row], MboStudent)


def test_a_student_who_is_removed_stops() -> None:
    there = make(with_dropout=False)
    there.run(weeks=5)
    student = with_row(there.students, "status", Status.INSIDE)
    engagement = student.engagement
    student.remove()
    assert (student.status, student.exit_kind) == (Status.LEFT, Exit.STOP)
    there.run(weeks=5)
    assert student.engagement == engagement
    assert student.supervision == 0.0
    there.run(weeks=31)
    assert_left(student, there)
    assert there.state.departed[Exit.STOP] == 1


# --- time ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two_years() -> Partnership:
    return after(years=2, **MIXED, **GROWING)


def steps(there: Partnership, count: int) -> None:
    for _ in range(count):
        there.step()


def runs_of_a_year(there: Partnership) -> None:
    there.run(years=1)
    there.run(years=1)


def in_stretches(there: Partnership) -> None:
    for weeks in (1, 18, 2, 6, 13, 1, 20, 19):
        there.run(weeks=weeks)


def steps_and_runs(there: Partnership) -> None:
    steps(there, 3)
    there.run(weeks=38)
    steps(there, 39)


WAYS: dict[str, Callable[[Partnership], None]] = {
    "80 steps": lambda there: steps(there, 80),
    "two runs of a year": runs_of_a_year,
    "stretches": in_stretches,
    "steps and runs": steps_and_runs,
    "mesa's run_for": lambda there: there.run_for(80),
    "mesa's run_until": lambda there: there.run_until(80),
}


@pytest.mark.parametrize("way", WAYS)
def test_any_way_to_live_two_years_is_the_same(two_years: Partnership, way: str) -> None:
    there = make(**MIXED, **GROWING)
    WAYS[way](there)
    assert differences(there, two_years) == []
    assert (there.steps, there.time, there.week) == (80, 80.0, 80)
    assert (there.school_year, there.week_of_year) == (2, 40)


def test_agents_that_were_made_change_nothing(two_years: Partnership) -> None:
    there = make(**MIXED, **GROWING)
    for _ in range(80):
        assert len(there.agents) > 0
        there.step()
    assert differences(there, two_years) == []


def test_measuring_changes_nothing(two_years: Partnership) -> None:
    there = make(**MIXED, **GROWING)
    for week in range(1, 81):
        there.step()
        there.indicators()
        there.groups_last_year("cluster")
        there.names("communities")
        if week >= 40:
            there.last_year()
            there.clusters_last_year()
    assert differences(there, two_years) == []


def test_clock_and_calendar_agree() -> None:
    there = make()
    assert (there.steps, there.time, there.school_year, there.week_of_year) == (0, 0.0, 1, 0)
    there.run(weeks=40)
    assert (there.steps, there.time, there.school_year, there.week_of_year) == (40, 40.0, 1, 40)
    there.step()
    assert (there.steps, there.time, there.school_year, there.week_of_year) == (41, 41.0, 2, 1)
    frame = there.indicators()
    assert frame[["school_year", "week"]].iloc[[0, 39, 40]].to_numpy().tolist() == [[1, 1], [1, 40], [2, 1]]


def test_events_of_mesa_happen_at_their_time() -> None:
    there, seen = make(), []

    def look() -> None:
        seen.append((there.time, there.week))

    there.schedule_event(look, at=7.5)
    there.run_until(10)
    assert seen == [(7.5, 7)]


# --- luck ------------------------------------------------------------------------------------------------------------


def test_the_same_seed_is_the_same_run(two_years: Partnership) -> None:
    assert differences(after(years=2, **MIXED, **GROWING), two_years) == []


def test_another_seed_is_another_run(two_years: Partnership) -> None:
    changed = differences(after(years=2, seed=2, **MIXED, **GROWING), two_years)
    assert {"weekly_record", "students.engagement", "mentors.fatigue", "trainers.skill", "sites.climate"} <= set(
        changed
    )


def test_the_global_random_generators_are_not_touched() -> None:
    import random

    states = random.getstate(), np.random.get_state()[1].tobytes()  # noqa: NPY002
    after(years=1, weeks=1, **MIXED, **GROWING)
    assert (random.getstate(), np.random.get_state()[1].tobytes()) == states  # noqa: NPY002


ANOTHER_PROCESS = """
import hashlib
from tests.lives import GROWING, MIXED, after, columns_of
there = after(years=1, weeks=1, **MIXED, **GROWING)
print(hashlib.sha256(b"".join(column.tobytes() for column in columns_of(there).values())).hexdigest())
"""


def test_the_hash_seed_of_the_process_does_not_matter() -> None:
    ours = after(years=1, weeks=1, **MIXED, **GROWING)
    digest = hashlib.sha256(b"".join(column.tobytes() for column in columns_of(ours).values())).hexdigest()
    theirs = subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "4711"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert theirs.strip() == digest
    assert os.environ.get("PYTHONHASHSEED") != "4711"


# --- company ---------------------------------------------------------------------------------------------------------

NEIGHBOURS = ({"seed": 1, **MIXED, **GROWING}, {"seed": 2}, {"seed": 1, "mentor_hours": 1.0}, {"seed": 1, **MIXED})


def test_models_side_by_side_live_as_they_would_alone() -> None:
    together = [make(**values) for values in NEIGHBOURS]
    for week in range(81):
        for there in together if week % 2 else reversed(together):
            there.step()
            if week % 9 == 0:
                len(there.agents)
    for there, values in zip(together, NEIGHBOURS, strict=True):
        assert differences(there, after(years=2, weeks=1, **values)) == []


def test_models_share_no_memory() -> None:
    together = [after(years=1, weeks=1, **values) for values in NEIGHBOURS[:3]]
    everything = [{**columns_of(there), "settings": there.settings} for there in together]
    for one, other in combinations(everything, 2):
        for ours in one.values():
            assert not any(np.may_share_memory(ours, theirs) for theirs in other.values())


def test_columns_of_one_model_share_no_memory(two_years: Partnership) -> None:
    columns = sorted(columns_of(two_years).values(), key=lambda c: c.__array_interface__["data"][0])
    for lower, upper in pairwise(columns):
        start = lower.__array_interface__["data"][0]
        assert start + lower.nbytes <= upper.__array_interface__["data"][0]


def test_agents_of_one_model_are_not_in_another() -> None:
    one, other = make(), make()
    assert not {id(agent) for agent in one.agents} & {id(agent) for agent in other.agents}
    one.students.set("engagement", 0.0)
    assert (other.students.column("engagement") > 0).all()


# --- nothing left behind ---------------------------------------------------------------------------------------------


def living_agents() -> int:
    gc.collect()
    return sum(issubclass(type(thing), RowAgent) for thing in gc.get_objects())  # not of what a dead proxy stood for


def test_agents_who_left_are_forgotten() -> None:
    there = make(**MIXED)
    seen = weakref.WeakSet(there.agents)
    for _ in range(5):
        there.run(years=1)
        seen |= weakref.WeakSet(there.agents)
    there.step()
    gc.collect()
    assert all(agent.row is not None for agent in seen)
    assert len(seen) <= len(there.agents)


def test_a_model_that_nobody_holds_is_forgotten() -> None:
    there = after(years=1, weeks=1, **MIXED)
    there.agents  # noqa: B018
    trace, column = weakref.ref(there), weakref.ref(there.students)
    del there
    gc.collect()
    assert trace() is None
    assert column() is None


def test_no_more_agents_and_rows_over_thirty_school_years() -> None:
    there = make(**MIXED)
    others, sizes, agents = living_agents(), [], []
    for years in (1, 14, 15):
        for _ in range(years):
            there.run(years=1)
            len(there.agents)
        sizes.append({name: column.base.size for name, column in columns_of(there).items()})
        agents.append(living_agents() - others)
    assert sizes[1] == sizes[2]
    assert max(agents) < 1.1 * agents[0]


def test_no_more_memory_over_thirty_school_years() -> None:
    there = after(years=5, **MIXED)
    gc.collect()
    tracemalloc.start()
    try:
        there.run(years=1)
        before = tracemalloc.get_traced_memory()[0]
        there.run(years=24)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    record = 24 * 40 * RECORD.itemsize  # which is asked for
    assert grown < 1.1 * record + 100_000


def test_many_short_runs_leave_no_events_behind() -> None:
    there = make()
    for _ in range(400):
        there.run(weeks=1)
    assert len(there._event_list) <= 2
