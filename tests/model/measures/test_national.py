"""Many partnerships in one run: as many students as there are, and none of them another's business."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from samenspel.agents.students import Status
from samenspel.model import Partnership, Scenario
from tests.lives import GROWING, MIXED, by_key, make
from tests.textbook.constants import GRANT_FIXED, GRANT_PER_STUDENT

THIRTY = 30


@cache
def lived(count: int, name: str) -> Partnership:
    values = {"plain": {}, "with mbo": MIXED, "growing": MIXED | GROWING}[name]
    there = make(1, partnerships=count, **values)
    there.run(years=2, weeks=1)
    return there


def of_partnership(there: Partnership, number: int, population: str) -> dict[int, tuple[Any, ...]]:
    """The lives of one partnership's agents, by key."""
    return {key: life for key, life in by_key(there, population).items() if key >> 20 & 0xFFFFF == number}


def test_thirty_partnerships_have_thirty_times_the_students() -> None:
    there = make(partnerships=THIRTY)
    per_partnership = np.bincount(there.students.column("partnership"))
    assert per_partnership.tolist() == [360] * THIRTY
    assert there.students.size == 10_800
    assert len(there.communities) == 15 * THIRTY
    assert len(there.boards) == 12 * THIRTY
    assert len(there.institutes) == len(there.leaderships) == THIRTY
    inside = there.students.column("partnership")[there.students.column("status") == Status.INSIDE]
    assert (np.bincount(inside) > 160).all()


def test_the_national_scenario_runs() -> None:
    scenario = Scenario.load("national")
    there = Partnership(scenario, rng=1)
    there.run(years=1, weeks=1)
    count = int(scenario.values["partnerships"])
    assert count > 20
    assert there.students.size > 300 * count
    assert there.indicators()["coverage"].between(0.3, 0.7).all()


@pytest.mark.parametrize("name", ["plain", "with mbo", "growing"])
@pytest.mark.parametrize("count", [2, 5])
@pytest.mark.parametrize("population", ["students", "mentors", "trainers", "sites", "communities", "boards"])
def test_the_first_partnership_lives_the_same_life_in_any_company(name: str, count: int, population: str) -> None:
    alone = of_partnership(lived(1, name), 0, population)
    assert alone == by_key(lived(1, name), population)
    assert of_partnership(lived(count, name), 0, population) == alone


@pytest.mark.parametrize("number", [1, 4])
@pytest.mark.parametrize("population", ["students", "mentors", "trainers", "sites", "communities", "boards"])
def test_another_partnership_does_not_depend_on_how_many_there_are(number: int, population: str) -> None:
    few, many = (
        of_partnership(lived(5, "with mbo"), number, population),
        of_partnership(lived(8, "with mbo"), number, population),
    )
    assert few
    assert few == many


def test_institutes_and_leaders_are_of_their_own_partnership() -> None:
    alone, many = lived(1, "growing"), lived(5, "growing")
    for population in ("institutes", "leaderships"):
        for state in getattr(alone, population).columns:
            assert getattr(many, population).column(state)[0] == getattr(alone, population).column(state)[0], state


def test_rows_of_partnerships_stand_together() -> None:
    there = lived(5, "growing")
    partnership = there.students.column("partnership")
    assert (np.diff(partnership) >= 0).all()


def test_synthetic_partnerships_differ_in_sites_and_sizes_within_their_bounds() -> None:
    there = make(partnerships=4)
    o = there.sites.rows()
    first = o.partnership == 0
    for number in (1, 2, 3):
        other = o.partnership == number
        assert np.count_nonzero(other) == np.count_nonzero(first)
        for axis in (o.x, o.y):
            moved = axis[other] - axis[first]
            assert np.abs(moved).max() <= 3.0
            assert np.abs(moved).min() > 0
        ratio = o.pupils[other] / o.pupils[first]
        assert (np.abs(o.pupils[other] - o.pupils[first]) <= 0.3 * o.pupils[first] + 0.5).all()
        assert np.unique(ratio).size > 10
        for column in (o.public, o.ikc, o.recognised):
            np.testing.assert_array_equal(column[other], column[first])


def test_merged_partnerships_are_one() -> None:
    apart = Partnership(Scenario.load("split-partnership"), rng=1)
    merged = Partnership(Scenario.load("split-partnership").with_values(merge_partnerships=True), rng=1)
    assert (apart.state.partnership_count, merged.state.partnership_count) == (2, 1)
    assert (len(merged.institutes), len(merged.leaderships)) == (1, 1)
    assert merged.students.size == apart.students.size
    assert len(merged.communities) == len(apart.communities)
    for there in (apart, merged):
        there.run(years=1)
    grant = [there.boards.column("grant").sum() + there.institutes.column("grant").sum() for there in (apart, merged)]
    inside = [there.sites.column("hbo_students").sum() for there in (apart, merged)]
    fixed, each = GRANT_FIXED, GRANT_PER_STUDENT
    assert grant == pytest.approx([2 * fixed + each * inside[0], fixed + each * inside[1]])


@pytest.mark.parametrize(("share", "expected"), [(1.0, 15), (0.1, 2), (0.4, 6), (0.401, 7), (14 / 15, 14)])
def test_a_share_of_the_clusters_exists_and_sites_of_the_others_may_join_later(share: float, expected: int) -> None:
    scenario = Scenario.load("baseline").with_values(clusters_share=share)
    here = Partnership(scenario, rng=1)
    assert here.communities.size == expected
    assert here.sites.size == len(scenario.world.sites)
    assert here.names("communities").tolist() == [row.name for row in scenario.world.clusters[:expected]]
    cluster = here.sites.column("cluster")
    assert cluster.max() == expected - 1
    gone = [
        n
        for n, row in enumerate(scenario.world.sites)
        if row.cluster in {c.name for c in scenario.world.clusters[expected:]}
    ]
    assert (cluster[gone] == -1).all()
