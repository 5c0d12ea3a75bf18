"""A run can be copied, and its parameters can change while it runs (RULES 8)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samenspel.model import Partnership, Scenario
from samenspel.model.declared.constraints import LIFTED
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.here import Price
from samenspel.model.input.faults import InputFaults
from samenspel.model.money import price_in

BASELINE = Scenario.load("baseline")
GROWING = Scenario.load("growth-all")
AFRESH = GROWING.with_values(form_start="new", selection=0.0)
"""A start that does not depend on what is changed: a lived one would, and skill decides who is asked."""
FOLLOWS_AT_ONCE: dict[str, list[Any]] = {
    "trainer_hours": [2.5, 9.0],
    "mentors_trained_share": [0.5, 0.9],
    "new_mentors_trained_share": [0.0, 0.6],
    "interprofessional_trained_share": [0.0, 0.6],
    "mentor_skill_logit_mean": [0.4, 0.9],
    "mentor_skill_logit_spread": [0.3, 0.7],
    "form_skill": ["uniform"],
    "subgroup_size": [2, 12],
    "meeting_interval": [1, 4],
    "cross_year": [False],
    "wage_growth": [0.0, 0.06],
    "grant_growth": [0.0],
    "peer_relief": [0.0, 0.4],
    "days_year_1": [0.5, 2.0],
    "exit_fulltime_first": [0.15],
    "leadership_hours": [300.0, 1200.0],
    "growth_clusters": [4],
    "form_fatigue": ["linear"],
    "with_barrier": [False],
}
SEEN_AT_THE_START: dict[str, list[Any]] = {  # when mentors accepted students, and the institute found its trainers
    "mentor_hours": [1.5],
    "institute_trainer_hours": [2.0],
}


def states(partnership: Partnership) -> dict[str, np.ndarray]:
    return {
        f"{population.family.__name__}.{name}": population.column(name).copy()
        for population in partnership.populations
        for name in population.columns
    }


def same(ours: Partnership, theirs: Partnership) -> None:
    np.testing.assert_array_equal(ours.weekly_record, theirs.weekly_record)
    left, right = states(ours), states(theirs)
    for name, column in left.items():
        np.testing.assert_array_equal(column, right[name], err_msg=name)
    pd.testing.assert_frame_equal(ours.groups_last_year("role"), theirs.groups_last_year("role"), check_exact=True)


@pytest.mark.parametrize("weeks", [0, 1, 20, 27, 39, 40, 63])
def test_a_copy_lives_the_same_life_and_leaves_the_other_alone(weeks: int) -> None:
    one = Partnership(GROWING, rng=5)
    one.run(weeks=weeks)
    before = states(one)
    twin = one.copy()
    twin.run(weeks=60)
    for name, column in states(one).items():
        np.testing.assert_array_equal(column, before[name], err_msg=name)
    one.run(weeks=60)
    same(one, twin)
    assert (twin.steps, twin.time, twin.week) == (one.steps, one.time, one.week)
    assert all(agent.model is twin for agent in twin.agents)


def test_a_copy_steps_as_mesa_steps() -> None:
    one = Partnership(BASELINE, rng=2)
    one.run(weeks=3)
    twin = one.copy()
    twin.step()
    twin.step()
    one.run(weeks=2)
    same(one, twin)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in FOLLOWS_AT_ONCE.items() for value in values]
)
def test_a_change_before_the_first_week_is_another_scenario(name: str, value: Any) -> None:
    changed = Partnership(AFRESH, rng=3)
    changed.change(**{name: value})
    afresh = Partnership(AFRESH.with_values(**{name: value}), rng=3)
    changed.run(years=2)
    afresh.run(years=2)
    same(changed, afresh)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_changing_to_what_is_already_there_changes_nothing(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(PARAMETERS)), max_size=6, unique=True))
    weeks = data.draw(st.sampled_from([0, 7, 40, 55]))
    one, other = Partnership(GROWING, rng=4), Partnership(GROWING, rng=4)
    one.run(weeks=weeks)
    other.run(weeks=weeks)
    one.change(**{name: GROWING.values[name] for name in names})
    one.run(weeks=30)
    other.run(weeks=30)
    same(one, other)


@pytest.mark.parametrize("name", FOLLOWS_AT_ONCE | SEEN_AT_THE_START)
def test_there_and_back_again_leaves_every_state_as_it_was(name: str) -> None:
    partnership = Partnership(GROWING, rng=6)
    partnership.run(weeks=47)
    before = states(partnership)
    partnership.change(**{name: (FOLLOWS_AT_ONCE | SEEN_AT_THE_START)[name][0]})
    partnership.change(**{name: GROWING.values[name]})
    for state, column in states(partnership).items():
        np.testing.assert_allclose(column, before[state], rtol=1e-12, err_msg=state)


def test_wages_keep_the_level_they_have() -> None:
    constant = BASELINE.with_values(prices="constant")
    steady, thrifty = Partnership(constant, rng=1), Partnership(constant, rng=1)
    steady.run(years=3)
    thrifty.run(years=2, weeks=10)
    thrifty.change(wage_growth=0.0)
    thrifty.run(weeks=30)
    assert price_in(thrifty.state.all(), Price.WAGE_INDEX, 3) == pytest.approx(1.03**2)
    np.testing.assert_allclose(thrifty.boards.column("cost"), steady.boards.column("cost"))
    steady.run(years=1)
    thrifty.run(years=1)
    assert thrifty.boards.column("cost").sum() < steady.boards.column("cost").sum()


def test_more_places_are_filled_at_the_next_turn_of_the_year() -> None:
    partnership = Partnership(BASELINE.with_values(site_capacity="soft"), rng=1)
    partnership.run(weeks=30)
    before = partnership.communities.column("places").copy()
    inside = partnership.indicators()["students_inside"].iloc[-1]
    partnership.change(students_per_cluster=18)
    np.testing.assert_array_equal(partnership.communities.column("places"), before + 6)
    partnership.run(weeks=10)
    assert partnership.indicators()["students_inside"].iloc[-1] <= inside
    partnership.run(weeks=1)
    assert partnership.indicators()["students_inside"].iloc[-1] > inside + 60


def test_finance_off_gives_back_the_hours_that_were_cut() -> None:
    partnership = Partnership(Scenario.load("wage-squeeze"), rng=1)
    partnership.run(years=5)
    assert partnership.boards.column("hours_factor").min() < 1
    partnership.change(with_finance=False)
    assert partnership.boards.column("hours_factor").min() == 1
    assert not partnership.boards.column("stopped").any()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"partnerships": 2}, "partnerships"),
        ({"clusters_share": 0.5}, "clusters_share"),
        ({"merge_partnerships": True}, "merge_partnerships"),
        ({"mentor_hours": 7.0}, "mentor_hours"),
        ({"mentor_hourz": 2.0}, "mentor_hours"),
    ],
)
def test_a_change_that_cannot_be_is_refused_and_nothing_changes(change: dict[str, Any], told: str) -> None:
    partnership = Partnership(BASELINE, rng=1)
    partnership.run(weeks=2)
    before = states(partnership)
    with pytest.raises(InputFaults, match=told):
        partnership.change(**change)
    assert partnership.scenario is BASELINE
    for name, column in states(partnership).items():
        np.testing.assert_array_equal(column, before[name], err_msg=name)


@pytest.mark.parametrize("constraint", LIFTED)
def test_every_constraint_can_be_lifted_in_every_built_in_scenario(constraint: str) -> None:
    partnership = Partnership(GROWING, rng=1)
    partnership.run(weeks=40)
    partnership.change(beyond_range=True, **LIFTED[constraint])
    partnership.run(weeks=40)
    assert 0 <= partnership.last_year()["supervision_adequate_share"] <= 1


def test_lifting_mentor_time_leaves_nobody_overloaded() -> None:
    partnership = Partnership(Scenario.load("full-capacity"), rng=1)
    partnership.run(years=2)
    crowded = partnership.last_year()["mentor_overload_share"]
    partnership.change(beyond_range=True, **LIFTED["mentor_time"])
    partnership.run(years=1)
    assert crowded > 0
    assert partnership.last_year()["mentor_overload_share"] == 0
