"""A start from a past by another scenario (RULES 8.1)."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.agents.organisations import Stage
from samenspel.agents.students import FIRST_MBO
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.parameters import COMMUNITY
from samenspel.model.declared.world import ScheduleRow
from samenspel.model.input.faults import InputFaults
from samenspel.model.start.leaving_the_past import SIZE
from samenspel.model.year.communities import own_of, setting
from tests.lives import BASELINE, columns_of
from tests.model.test_changes import FOLLOWS_AT_ONCE, same
from tests.strategies import examples

AS_IT_LIVES = BASELINE.with_values(form_start="lived")
WITH_MBO = AS_IT_LIVES.with_values(mbo_students_per_cluster=4, mbo_mix="mixed")


def first_difference(one: Partnership, other: Partnership) -> list[str]:
    theirs = columns_of(other)
    return [name for name, ours in columns_of(one).items() if not np.array_equal(ours, theirs[name], equal_nan=True)]


@examples(40)
@given(names=st.sets(st.sampled_from(sorted(FOLLOWS_AT_ONCE)), min_size=1, max_size=4), seed=st.integers(0, 10_000))
def test_what_can_change_is_a_change_before_the_first_week(names: set[str], seed: int) -> None:
    values = {name: FOLLOWS_AT_ONCE[name][-1] for name in sorted(names)}
    changed = Partnership(AS_IT_LIVES, rng=seed)
    changed.change(**values)
    begun = Partnership(AS_IT_LIVES.with_values(**values), rng=seed, past=AS_IT_LIVES)
    changed.run(years=2)
    begun.run(years=2)
    same(changed, begun)


def test_of_itself_a_scenario_has_always_been_so() -> None:
    assert not first_difference(Partnership(WITH_MBO, rng=2, past=WITH_MBO), Partnership(WITH_MBO, rng=2))


def test_a_new_start_knows_no_past() -> None:
    new, past = (scenario.with_values(form_start="new") for scenario in (WITH_MBO, AS_IT_LIVES))
    assert not first_difference(Partnership(new, rng=2, past=past), Partnership(new, rng=2))


def test_mbo_students_come_at_once_and_everybody_else_stays() -> None:
    before, begun = Partnership(AS_IT_LIVES, rng=4), Partnership(WITH_MBO, rng=4, past=AS_IT_LIVES)
    mbo = begun.students.column("programme") >= FIRST_MBO
    taking = begun.communities.column("has_mbo")
    assert taking.any()
    assert (np.bincount(begun.students.column("cluster")[mbo], minlength=taking.size) == 4 * taking).all()
    assert (begun.students.column("mentor")[mbo] >= 0).mean() > 0.9
    hbo, there = begun.students.column("key")[~mbo], before.students.column("key")
    assert set(hbo) == set(there)
    order, order_before = np.argsort(hbo), np.argsort(there)
    for name in ("site", "cluster", "mentor", "year", "remembered", "engagement", "teaching", "enrolled"):
        now, then = begun.students.column(name)[~mbo][order], before.students.column(name)[order_before]
        np.testing.assert_array_equal(now, then, err_msg=name)
    np.testing.assert_array_equal(begun.mentors.column("fatigue"), before.mentors.column("fatigue"))
    own = Partnership(WITH_MBO, rng=4)  # who has always had them is more tired
    assert own.mentors.column("fatigue").mean() > before.mentors.column("fatigue").mean()


@pytest.mark.parametrize("partnerships", [1, 3])
def test_clusters_have_what_the_scenario_gives_them_and_nothing_of_the_past(partnerships: int) -> None:
    names = [row.name for row in AS_IT_LIVES.world.clusters]
    base = AS_IT_LIVES.with_values(partnerships=partnerships, trainer_hours=5.0)
    past = base.with_clusters({names[0]: {"trainer_hours": 9.0, "meeting_interval": 4}, names[1]: {"subgroup_size": 9}})
    now = base.with_values(trainer_hours=6.0).with_clusters(
        {names[2]: {"trainer_hours": 3.0, "mbo_students_per_cluster": 2, "mbo_mix": "parallel"}}
    )
    begun, own = Partnership(now, rng=1, past=past), Partnership(now, rng=1)
    for name in COMMUNITY:
        np.testing.assert_array_equal(setting(begun.state, name), setting(own.state, name), err_msg=name)
    assert own_of(begun.state) == own_of(own.state) != {}
    assert begun.communities.column("has_mbo").sum() == partnerships


def test_prices_are_those_of_the_scenario() -> None:
    rows = tuple(ScheduleRow("grant_per_student", year, 2_000.0) for year in (2023, 2024))
    richer = replace(AS_IT_LIVES, world=replace(AS_IT_LIVES.world, schedules=rows)).with_values(wage_growth=0.0)
    begun, own = Partnership(richer, rng=1, past=AS_IT_LIVES), Partnership(richer, rng=1)
    assert begun.state.prices == own.state.prices
    assert begun.state.prices != Partnership(AS_IT_LIVES, rng=1).state.prices


def test_boards_merge_as_the_scenario_says() -> None:
    merger = Scenario.load("merger")
    begun = Partnership(merger, rng=1, past=BASELINE)
    begun.run(years=max(row.year for row in merger.world.mergers), weeks=1)
    gone = np.flatnonzero(begun.boards.column("stage") == Stage.MERGED).tolist()
    assert gone == sorted(row for _, (_, *others) in merger.world.mergers_by_row() for row in others) != []


def test_sites_are_recognised_from_now_on() -> None:
    named = [site.name for site in WITH_MBO.world.sites if site.kind == "ikc" and site.cluster and site.recognised][:2]
    rows = tuple(replace(site, recognised=site.name in named) for site in WITH_MBO.world.sites)
    begun = Partnership(replace(WITH_MBO, world=replace(WITH_MBO.world, sites=rows)), rng=1, past=AS_IT_LIVES)
    mbo = begun.students.column("programme") >= FIRST_MBO
    assert set(begun.names("sites")[begun.students.column("site")[mbo]]) == set(named)


@pytest.mark.parametrize(("name", "value"), [("students_per_cluster", 18), ("hbo_demand", 500), ("partnerships", 2)])
def test_a_partnership_has_always_been_as_large_as_it_is(name: str, value: Any) -> None:
    assert name in SIZE
    large = AS_IT_LIVES.with_values(**{name: value})
    assert not first_difference(Partnership(large, rng=1, past=AS_IT_LIVES), Partnership(large, rng=1))


def test_the_rules_name_what_has_always_been() -> None:
    text = (Path(__file__).parents[3] / "docs" / "RULES.md").read_text(encoding="utf-8")
    of_change = text.split("## 8 A change")[1].split("### 8.1")[0].rstrip().splitlines()[-1]
    of_past = re.search(r"as large as the scenario says: (.+?) and what a change cannot set", text)
    assert of_past
    named = re.findall(r"`(\w+)`", of_change + of_past[1])
    assert sorted(named) == sorted(SIZE)


def test_another_land_is_no_past() -> None:
    other = Scenario.load("split-partnership")
    with pytest.raises(InputFaults, match="same boards, clusters and sites"):
        Partnership(AS_IT_LIVES, past=other)
