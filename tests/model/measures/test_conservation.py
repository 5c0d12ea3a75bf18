"""Nothing is lost and nothing comes from nowhere, in any scenario, in any week."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.organisations import Stage
from samenspel.agents.students import Exit, Programme, Status
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.choices import Prices
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.declared.parameters import COMMUNITY, PARAMETERS
from samenspel.model.here import Price
from samenspel.model.money import price_in
from tests.lives import GROWING, MIXED, POPULATIONS
from tests.strategies import examples
from tests.textbook.constants import GRANT_FIXED, GRANT_PER_STUDENT

CARED_FOR = (Programme.PEDAGOGY, Programme.CARE_3, Programme.CARE_4)
UNIT_STATES = {
    "students": (
        *("teaching", "care", "collaboration", "knowledge", "engagement", "belonging", "peer_support", "barrier"),
        *("remembered", "felt_support", "support", "guidance", "trainer_guidance", "supervision"),
        *("contact_share", "contact_facilitation"),
    ),
    "mentors": ("skill", "fatigue", "base"),
    "trainers": ("skill", "familiarity"),
    "communities": ("maturity", "mbo_share", "skill", "familiarity", "seats", "facilitation"),
    "boards": ("hours_factor",),
    "institutes": ("hours_factor", "pool"),
}
NO_DEBTS = {"boards": {"budget_rate", "contribution"}, "institutes": {"budget_rate", "contribution"}}
"""States that may be below zero; homes and sites lie anywhere."""


@cache
def built_in(name: str) -> Scenario:
    return Scenario.load(name)


def values_of(name: str) -> st.SearchStrategy[Any]:
    """Anything in the declared range of a parameter, its ends more often than not."""
    parameter = PARAMETERS[name]
    if parameter.kind == "switch":
        return st.booleans()
    if parameter.kind == "choice":
        return st.sampled_from(parameter.choices)
    if name == "partnerships":
        return st.integers(1, 3)
    ends = st.sampled_from((parameter.low, parameter.high))
    if parameter.kind == "whole":
        return st.integers(int(parameter.low), int(parameter.high)) | ends.map(int)
    return st.floats(parameter.low, parameter.high) | ends


class Design(NamedTuple):
    """A built-in scenario and what is changed in it; short to print."""

    base: str
    values: dict[str, Any]
    seed: int
    own: dict[int, dict[str, Any]]  # of some clusters, by number

    def model(self) -> Partnership:
        scenario = built_in(self.base).with_values(**self.values)
        names = [row.name for row in scenario.world.clusters]
        return Partnership(scenario.with_clusters({names[at]: own for at, own in self.own.items()}), rng=self.seed)


@st.composite
def designs(draw: st.DrawFn) -> Design:
    """With mbo and growth more often than not, and up to thirty values changed."""
    base = draw(st.sampled_from([name for name in Scenario.names() if name != "national"]))
    values: dict[str, Any] = draw(st.sampled_from(({}, MIXED, GROWING, MIXED | GROWING)))
    names = draw(st.lists(st.sampled_from(list(PARAMETERS)), max_size=30, unique=True))
    changed = {name: draw(values_of(name)) for name in names if name not in values}
    own = st.fixed_dictionaries({}, optional={name: values_of(name) for name in COMMUNITY})
    return Design(base, values | changed, draw(st.integers(0, 2**32)), draw(st.dictionaries(st.integers(0, 5), own)))


# --- what must hold after every week ---------------------------------------------------------------------------------


def check_persons(there: Partnership) -> None:
    """Who entered is present, has just left, or is counted among the departed."""
    s = there.students.rows()
    left = s.status == Status.LEFT
    assert there.state.entered == np.count_nonzero(~left) + np.count_nonzero(left) + there.state.departed.sum()
    assert (s.exit_kind[left] != Exit.NONE).all()
    assert (s.exit_kind[~left] == Exit.NONE).all()
    assert there.state.departed[Exit.NONE] == 0
    for name in ("students", "mentors", "trainers", "sites", "communities", "boards"):
        keys = getattr(there, name).column("key")
        assert np.unique(keys).size == keys.size, name


def check_hours(there: Partnership, links: NDArray[Any] | None) -> None:
    """No mentor gives more hours than there are; `links` are those at the start of the week, if known.

    Who is outside has a mentor who is no agent.
    """
    s, m = there.students.rows(), there.mentors.rows()
    given = s.support * s.hours_asked * (s.cluster >= 0)
    available = m.hours_available * (1 + 1e-12)
    assert given.sum() <= available.sum()
    if links is None:
        if ((m.role == Role.WITHDRAWN) & (m.students > 0)).any():
            return  # students have gone to others in this first week of the year
        links = s.mentor
    linked = links >= 0
    assert (np.bincount(links[linked], given[linked], m.key.size) <= available).all()
    assert not given[~linked].any()


def check_places(there: Partnership) -> None:
    s, o, c = there.students.rows(), there.sites.rows(), there.communities.rows()
    inside, mbo = s.status == Status.INSIDE, s.programme >= Programme.CARE_3
    hbo_here = np.bincount(s.site[inside & ~mbo], minlength=o.key.size)
    mbo_here = np.bincount(s.site[inside & mbo], minlength=o.key.size)
    assert (hbo_here <= o.hbo_places).all()
    dealt = np.bincount(o.cluster[o.cluster >= 0], o.hbo_places[o.cluster >= 0], c.key.size)
    assert (dealt <= c.places).all()
    assert not o.hbo_places[o.cluster < 0].any()
    if there.scenario.values["site_capacity"] == "hard":
        assert (mbo_here <= o.mbo_places).all()
    assert not mbo_here[~o.recognised].any()
    of_cluster = np.bincount(s.cluster[inside & mbo], minlength=c.key.size)
    assert (of_cluster + c.unplaced <= c.mbo_students_per_cluster * c.has_mbo).all()


def check_links(there: Partnership) -> None:
    s, m, o, c = there.students.rows(), there.mentors.rows(), there.sites.rows(), there.communities.rows()
    inside, outside = s.status == Status.INSIDE, s.status == Status.OUTSIDE
    assert (s.site[inside] >= 0).all()
    assert (s.cluster[inside] == o.cluster[s.site[inside]]).all()
    assert (s.partnership[inside] == c.partnership[s.cluster[inside]]).all()
    for link in (s.site, s.cluster, s.mentor):
        assert (link[outside] == -1).all()
    assert not s.travel[outside].any()
    assert (s.programme[outside] < Programme.CARE_3).all()
    cared_for = np.isin(s.programme, CARED_FOR)
    kind = np.where(cared_for, MentorKind.CARE, MentorKind.TEACHER)
    assert o.ikc[s.site[inside & cared_for]].all()

    guided = np.flatnonzero(inside & (s.mentor >= 0))
    mentor = s.mentor[guided]
    assert (m.role[mentor] == Role.ACTIVE).all()
    assert (m.kind[mentor] == kind[guided]).all()
    assert (m.cluster[mentor] == s.cluster[guided]).all()
    alone = np.flatnonzero(inside & (s.mentor < 0))
    active = m.role == Role.ACTIVE
    there_is_one = set(zip(m.cluster[active].tolist(), m.kind[active].tolist(), strict=True)) if alone.size else set()
    assert not there_is_one & set(zip(s.cluster[alone].tolist(), kind[alone].tolist(), strict=True))
    assert (m.cluster == o.cluster[m.site]).all()
    assert (m.board == o.board[m.site]).all()


def check_ranges(there: Partnership) -> None:
    for name in POPULATIONS:
        population = getattr(there, name)
        for state in population.columns:
            column = population.column(state)
            if column.dtype.kind != "f":
                continue
            assert np.isfinite(column).all(), (name, state)
            if state not in NO_DEBTS.get(name, ()) and state not in ("x", "y", "home_x", "home_y"):
                assert (column >= 0).all(), (name, state)
            if state in UNIT_STATES.get(name, ()):
                assert (column <= 1).all(), (name, state)


def check_ranks(there: Partnership) -> None:
    """Students stand by community, and every community knows exactly its own."""
    s, c = there.students.rows(), there.communities.rows()
    counted = np.zeros(s.key.size, np.int64)
    for k, (first, end) in enumerate(zip(c.first.tolist(), c.end.tolist(), strict=True)):
        counted[first:end] += 1
        assert (s.cluster[first:end] == k).all()
    np.testing.assert_array_equal(counted, (s.cluster >= 0).astype(int))
    m, places = there.mentors.rows(), there.state.mentor_places
    for at, first, end in (
        (m.cluster, places.cluster_first, places.cluster_end),
        (m.site, places.site_first, places.site_end),
    ):
        row = np.arange(at.size)
        assert ((first[at] <= row) & (row < end[at])).all()
        assert (end - first).sum() == at.size


def check_record(there: Partnership) -> None:
    """The record says what the columns say, within the declared range of every indicator."""
    now = dict(zip(INDICATORS, there.weekly_record[-1].tolist(), strict=True))
    for name, value in now.items():
        low, high = INDICATORS[name].low, INDICATORS[name].high
        assert np.isnan(value) or low <= value <= high * (1 + 1e-12), (name, value)
    s = there.students.rows()
    inside, mbo = s.status == Status.INSIDE, s.programme >= Programme.CARE_3
    if there.week_of_year == 20:
        return  # mbo students have changed since
    assert now["students_inside"] == np.count_nonzero(inside & ~mbo)
    assert now["students_mbo"] == np.count_nonzero(inside & mbo)
    assert now["mentor_hours_asked"] == pytest.approx(s.hours_asked[inside].sum(), abs=1e-9)
    assert now["mentor_hours_given"] == pytest.approx((s.hours_asked * s.support)[inside].sum(), abs=1e-9)
    placed = inside & s.placed
    for name, rows in (("", placed), ("_hbo", placed & ~mbo), ("_mbo", placed & mbo)):
        if not rows.any():
            assert np.isnan(now[f"supervision_mean{name}"])
            continue
        assert now[f"supervision_mean{name}"] == pytest.approx(s.supervision[rows].mean(), abs=1e-12)
        assert now[f"supervision_p10{name}"] == pytest.approx(np.percentile(s.supervision[rows], 10), abs=1e-12)
    assert now["clusters"] == len(there.communities)


def check_week(there: Partnership, links: NDArray[Any] | None) -> None:
    check_persons(there)
    check_hours(there, links)
    check_places(there)
    check_links(there)
    check_ranges(there)
    check_ranks(there)
    check_record(there)


@pytest.mark.slow
@examples(36)
@given(design=designs(), weeks=st.integers(41, 81))
def test_every_week_of_any_scenario_is_whole(design: Design, weeks: int) -> None:
    there = design.model()
    check_persons(there)
    check_places(there)
    check_links(there)
    check_ranges(there)
    check_ranks(there)
    for _ in range(weeks):
        links = None if there.week and there.week_of_year == 40 else there.students.column("mentor").copy()
        there.step()
        half = there.week_of_year == 20  # somebody else has the row since
        check_week(there, None if half else links)


# --- over the weeks --------------------------------------------------------------------------------------------------


@examples(15)
@given(design=designs())
def test_between_the_turns_people_only_leave(design: Design) -> None:
    there = design.model()
    there.run(years=1, weeks=1)
    assert not (there.students.column("status") == Status.LEFT).sum() > there.students.size // 4
    for weeks in (19, 18):
        keys = there.students.column("key").copy()
        left = there.students.column("status") == Status.LEFT
        entered, departed = there.state.entered, there.state.departed.copy()
        there.run(weeks=weeks)
        np.testing.assert_array_equal(there.students.column("status")[left], Status.LEFT)
        new = there.students.column("key") != keys
        changed = np.count_nonzero(new)
        assert there.state.entered - entered == changed
        assert there.state.departed[Exit.ENDED] - departed[Exit.ENDED] == changed
        assert (there.students.column("programme")[new] >= Programme.CARE_3).all()
        assert not left[new].any()


@examples(25)
@given(design=designs())
def test_the_departed_are_those_who_left_before_the_turn(design: Design) -> None:
    there = design.model()
    for _ in range(2):
        there.run(weeks=40 - there.week_of_year % 40)
        status, kind = there.students.column("status"), there.students.column("exit_kind")
        gone = set(there.students.column("key")[status == Status.LEFT].tolist())
        before = there.state.departed + np.bincount(kind[status == Status.LEFT], minlength=len(Exit))
        entered = there.state.entered
        stayed = {int(k) for k in there.students.column("key")[status != Status.LEFT]}
        there.step()
        now = set(there.students.column("key").tolist())
        assert not gone & now
        judged = there.state.departed - before
        assert judged[Exit.STOP] == judged[Exit.SWITCH] == 0  # those leave during the year
        assert len(stayed - now) == judged.sum()
        assert len(now - stayed) == there.state.entered - entered


# --- money -----------------------------------------------------------------------------------------------------------


@examples(40)
@given(design=designs())
def test_the_money_of_a_year_adds_up(design: Design) -> None:
    there = design.model()
    p = there.p
    for year in (1, 2):
        there.run(years=1)
        b, i = there.boards.rows(), there.institutes.rows()
        np.testing.assert_array_equal(b.contribution, b.cost - b.grant)
        np.testing.assert_array_equal(i.contribution, i.cost - i.grant)
        cost, grant = b.cost.sum() + i.cost.sum(), b.grant.sum() + i.grant.sum()
        assert b.contribution.sum() + i.contribution.sum() == pytest.approx(cost - grant)

        o = there.sites.rows()
        inside = np.bincount(o.partnership, o.hbo_students, there.state.partnership_count)
        assert (inside > 0).all()
        if p.prices == Prices.DATED:
            here = there.state.all()
            fixed, of_one = (price_in(here, name, year) for name in (Price.GRANT_FIXED, Price.GRANT_PER_STUDENT))
            of_each = fixed + of_one * inside
        else:
            of_each = (GRANT_FIXED + GRANT_PER_STUDENT * inside) * (1 + p.grant_growth) ** (year - 1)
        assert grant == pytest.approx(of_each.sum() + p.bbl_subsidy * o.bbl_students.sum())
        np.testing.assert_allclose(i.grant, p.grant_institute_share * of_each)
        assert (b.cost[b.stage != Stage.MEMBER] == 0).all()
        assert (b.grant[b.stage != Stage.MEMBER] == 0).all()

        said = there.last_year()
        assert said["own_contribution"] == pytest.approx(cost - grant)
        assert said["grant_cover"] == pytest.approx(grant / cost)
        assert said["cost_per_student"] == pytest.approx(cost / inside.sum())
