"""The start as a partnership lives in the long run (RULES 5.1)."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from benchmarks import start as campaign
from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.students import FIRST_MBO, Programme, Status
from samenspel.agents.trainers import TrainerKind
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.settings import settings
from samenspel.model.declared.world import StudentRow
from samenspel.model.here import Here
from samenspel.model.input.faults import InputFaults
from samenspel.model.start.cells import Everywhere, Expected, Found, expected_in, found_in, nobody
from samenspel.model.start.exchange import ENGAGEMENT, INSIDE, OUTSIDE, PEERS, REMEMBERED, TEACHING, YEARS
from samenspel.model.start.expected import live_on, passing, short_of
from samenspel.model.start.found import expect_of_trainers, what_they_find
from samenspel.model.start.lived import ROUNDS, demand_of, live_everywhere
from samenspel.model.start.tenure import evaluate, giving_up, recruits, roles_in_time, steps_so_far
from samenspel.model.state import ModelState, everybody
from samenspel.model.year.settling import keep_in_order
from tests.lives import BASELINE, FIRST, MIXED, columns_of, make
from tests.model.test_docking import DESIGNS, described
from tests.textbook.constants import OUTSIDE_SUPERVISION, SUPERVISION_REFERENCE, WEIGHT_PABO
from tests.textbook.docking import first_differences, report

LIVED = {"form_start": "lived"}
SAMPLE = 12
FAR = 4.0
"""Standard errors that chance may add to a margin: with 12 lives it does so in two of a thousand cases."""


def lived(seed: int = 1, **values: Any) -> Partnership:
    return make(seed, **LIVED, **values)


@dataclass
class LongRun:
    """What is expected of students everywhere, in a copy of a partnership in which there are mbo students only."""

    state: ModelState
    here: Here
    everywhere: Everywhere
    found: list[Found]
    expected: list[Expected]


def long_run(there: Partnership) -> LongRun:
    """What was expected when this partnership began; it only reads what is there now."""
    state = there.copy().state
    keep_in_order(everybody(state), np.flatnonzero(state.students.column("programme") >= FIRST_MBO))
    here = everybody(state)
    demand = demand_of(here)
    expect_of_trainers(here, demand)
    found, e = what_they_find(here, demand), nobody(here.settings[0], len(demand))
    for _ in range(ROUNDS):
        live_everywhere(here, found, e)
    each = range(len(demand))
    return LongRun(
        state, everybody(state), found, [found_in(found, k) for k in each], [expected_in(e, k) for k in each]
    )


# --- near the long run ---


@pytest.mark.slow
@pytest.mark.parametrize("name", ["baseline", "growth-mbo"])
def test_year_1_stands_near_the_long_run(name: str) -> None:
    """A sample of what `python -m benchmarks.start` measures: what lies beyond margin and chance is wrong."""
    scenario = campaign.quiet(name, **LIVED)
    found = campaign.gaps(campaign.life(scenario, seed) for seed in range(1, SAMPLE + 1))
    beyond = {name: gap for name, gap in found.items() if abs(gap[0]) > campaign.MARGINS[name] + FAR * gap[1]}
    assert not beyond


@pytest.mark.slow
def test_a_new_start_is_far_from_it() -> None:
    """So the sample is large enough to tell."""
    scenario = campaign.quiet("baseline", form_start="new")
    found = campaign.gaps(campaign.life(scenario, seed) for seed in range(1, SAMPLE + 1))
    beyond = {name for name, gap in found.items() if abs(gap[0]) > campaign.MARGINS[name] + FAR * gap[1]}
    assert beyond >= {"year_1", "year_2", "year_3", "overload"}


# --- the textbook ---


LONGER = ("growth and mbo", "pedagogy apart", "three partnerships", "sessions in turn", "all of the second edition")


@pytest.mark.parametrize("name", DESIGNS)
def test_the_textbook_starts_alike(name: str) -> None:
    """Later weeks know nothing of the kind of start; a few of them are lived to the first turn of the year."""
    found = first_differences(BASELINE.with_values(**DESIGNS[name], **LIVED), seed=8, weeks=42 if name in LONGER else 1)
    assert not found, report(found)


@pytest.mark.parametrize("more", [{}, MIXED, {"partnerships": 2, "merge_partnerships": True}])
def test_the_textbook_starts_alike_where_a_file_counts(more: dict[str, Any]) -> None:
    found = first_differences(described(BASELINE.with_values(**more, **LIVED)), seed=6, weeks=1)
    assert not found, report(found)


# --- the same, whatever else ---


def test_a_lived_start_is_whole() -> None:
    """Growth, mbo and every mechanism: shares are shares, places hold, mentors are of the own cluster."""
    there = Partnership(Scenario.load("growth-all").with_values(mbo_start_year=1, **LIVED), rng=1)
    s, m, c = there.students.rows(), there.mentors.rows(), there.communities.rows()
    for states in (
        s.engagement,
        s.belonging,
        s.peer_support,
        s.remembered,
        s.barrier,
        s.knowledge,
        s.teaching,
        m.fatigue,
    ):
        assert ((states >= 0.0) & (states <= 1.0)).all()
    inside = s.status == Status.INSIDE
    hbo = np.bincount(s.cluster[inside & (s.programme < FIRST_MBO)], minlength=c.key.size)
    assert (hbo <= c.places).all()
    assert hbo.sum() >= 0.95 * c.places.sum()
    guided = inside & (s.mentor >= 0)
    assert (m.cluster[s.mentor[guided]] == s.cluster[guided]).all()
    assert guided.sum() >= 0.98 * inside.sum()
    assert (s.programme[inside] >= FIRST_MBO).any()


def test_a_start_repeats_itself() -> None:
    one, again = columns_of(lived(4)), columns_of(lived(4))
    assert all(np.array_equal(one[name], again[name], equal_nan=True) for name in one)
    assert not np.array_equal(one["students.teaching"], columns_of(lived(5))["students.teaching"])


def test_it_cannot_change_during_a_run() -> None:
    with pytest.raises(InputFaults, match="form_start"):
        lived().change(form_start="new")


# --- what a file counts stays ---


def test_students_whom_a_file_counts_stay() -> None:
    rows = tuple(
        StudentRow(BASELINE.world.partnerships[0].name, "fulltime", year, count)
        for year, count in ((1, 40), (2, 80), (3, 10), (4, 70))
    )
    scenario = replace(BASELINE, world=replace(BASELINE.world, students=rows)).with_values(**LIVED)
    s = Partnership(scenario).students.rows()
    assert np.bincount(s.year, minlength=5).tolist() == [0, 40, 80, 10, 70]
    assert set(s.programme.tolist()) == {Programme.FULLTIME}


def test_mentors_whom_a_file_counts_stay() -> None:
    sites = tuple(replace(site, mentors=5, mentors_trained=2) for site in BASELINE.world.sites)
    scenario = replace(BASELINE, world=replace(BASELINE.world, sites=sites)).with_values(
        **LIVED, mentor_turnover=0.2, mentor_training_rate=0.4
    )
    m = Partnership(scenario).mentors.rows()
    teachers = m.kind == MentorKind.TEACHER
    assert (m.role[teachers] == Role.ACTIVE).all()
    assert np.array_equal(m.trained[teachers], m.place[teachers] < 2)


# --- closed forms ---


def test_roles_are_the_fixed_point_of_their_turn() -> None:
    there = lived(mentor_turnover=0.2, mentor_recruitment=0.6, withdrawal_rate=0.02, mentor_return=0.3)
    p, m = there.settings[0], there.mentors.rows()
    empty, withdrawn = roles_in_time(p, m)
    active = 1 - empty - withdrawn
    away = withdrawn + active * np.mean([giving_up(p, base) for base in m.base.tolist()])
    left = empty + p.mentor_turnover * (1 - empty)
    assert left * (1 - p.mentor_recruitment) == pytest.approx(empty, abs=1e-12)
    assert away * (1 - p.mentor_turnover) * (1 - p.mentor_return) == pytest.approx(withdrawn, abs=1e-12)
    assert left * p.mentor_recruitment / active == pytest.approx(recruits(p, m), abs=1e-12)


def test_trainers_are_as_the_turn_makes_them() -> None:
    """Skill solves s = (1 − τ)(s + g(1 − s)) + τ·mean; a part τ is new, and of those some seats are vacant."""
    there = lived(partnerships=60, trainer_found=0.6)
    p, t = there.p, there.trainers.rows()
    pair = t.kind <= TrainerKind.INSTITUTE
    stay, gain = 1 - p.trainer_turnover, p.trainer_skill_gain
    skill = (stay * gain + p.trainer_turnover * p.trainer_skill_mean) / (1 - stay * (1 - gain))
    assert t.skill[pair].mean() == pytest.approx(skill, abs=4 * t.skill[pair].std() / math.sqrt(pair.sum()))
    vacant = p.trainer_turnover * (1 - p.trainer_found)
    error = math.sqrt(vacant * (1 - vacant) / pair.sum())
    assert np.mean(t.vacant_weeks[pair] > 0) == pytest.approx(vacant, abs=4 * error)


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_mentors_are_as_often_trained_as_the_partnership_says(share: float) -> None:
    m = lived(partnerships=30, mentors_trained_share=share).mentors.rows()
    assert m.trained.mean() == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / m.trained.size))


def test_extra_hours_are_where_surveys_leave_them() -> None:
    """Low with chance q at the end only: a walk up with q and down with 1 − q, between 0 and 3."""
    q = 0.3
    expected = np.array([(q / (1 - q)) ** k for k in range(4)])
    expected /= expected.sum()
    draws = (np.arange(4000) + 0.5) / 4000
    found = np.bincount([steps_so_far(0.0, q, 3, float(u)) for u in draws], minlength=4) / draws.size
    np.testing.assert_allclose(found, expected, atol=1e-3)
    after = np.empty(4)
    evaluate(expected, after, q, 1)
    np.testing.assert_allclose(after, expected, atol=1e-12)


def test_passing_is_the_share_of_scores_above_what_is_required() -> None:
    p = settings(BASELINE.values)[0]
    start, x = np.array([0.35, 0.2, 0.2] + [0.0] * 9), np.array([0.45, 0.25, 0.26] + [0.0] * 9)
    z = np.random.default_rng(1).standard_normal(200_000)
    weights = np.array(WEIGHT_PABO)
    kept = (1 - x[:3]) / (1 - start[:3])
    sd = math.sqrt(((weights * kept * p.competence_spread) ** 2 / 3).sum()) / weights.sum()
    score = (weights * x[:3]).sum() / weights.sum() + sd * z + p.assessment_noise * np.linspace(-1, 1, z.size)
    assert passing(p, Programme.FULLTIME, 2, x, start) == pytest.approx((score >= p.required_year_3).mean(), abs=0.004)
    assert short_of(0.0) == pytest.approx(1 / math.sqrt(2 * math.pi))


# --- the expected year ---


def test_numbers_fill_every_place_and_programme() -> None:
    there = lived(mbo_students_per_cluster=4, mbo_mix="mixed", pedagogy_share=0.1)
    expected, found = long_run(there).expected[0], long_run(there).found[0]
    assert expected.number[INSIDE, :FIRST_MBO].sum() == pytest.approx(found.places)
    np.testing.assert_allclose(expected.number[:, :FIRST_MBO].sum(axis=(0, 2)), found.demand, rtol=1e-9)
    np.testing.assert_allclose(expected.number[INSIDE, FIRST_MBO:].sum(axis=1), found.mbo[FIRST_MBO:], rtol=1e-9)


def test_four_rounds_are_enough() -> None:
    there = lived(**MIXED)
    run = long_run(there)
    before = run.expected[0].number / run.expected[0].number.sum()
    states = run.expected[0].first[:, : Programme.CARE_3].copy()
    for _ in range(20):
        live_on(run.here, run.found[0], run.expected[0])
    after = run.expected[0].number / run.expected[0].number.sum()
    assert np.abs(after - before).max() < 1e-3
    assert np.abs(run.expected[0].first[:, : Programme.CARE_3, :, :PEERS] - states[..., :PEERS]).max() < 2e-2


def test_without_odds_as_many_stay_as_the_year_says() -> None:
    there = lived(beyond_range=True, exit_odds_engagement=1.0, exit_odds_supervision=1.0)
    expected = long_run(there).expected[0]
    stays = [1 - there.p.exit_fulltime_first] + [1 - there.p.exit_fulltime_later] * 3
    np.testing.assert_allclose(expected.stays[INSIDE, Programme.FULLTIME], stays, rtol=1e-12)
    np.testing.assert_allclose(expected.stays[OUTSIDE, Programme.FULLTIME], stays, rtol=1e-12)


def test_when_everybody_stays_and_passes_years_are_alike() -> None:
    s = lived(with_dropout=False, with_assessment=False).students.rows()
    fulltime = s.programme == Programme.FULLTIME
    for place in (Status.INSIDE, Status.OUTSIDE):
        shares = np.bincount(s.year[fulltime & (s.status == place)], minlength=5)[1:]
        assert np.ptp(shares) <= 2
    assert (s.enrolled[fulltime] == s.year[fulltime] - 1).all()


def test_outside_nobody_meets_and_memory_is_what_supervision_was() -> None:
    there = Partnership(FIRST.with_values(**LIVED), rng=1)
    s = there.students.rows()
    outside = (s.status == Status.OUTSIDE) & (s.year > 1)
    assert not s.peer_support[outside].any()
    forgotten = (1 - there.p.memory_rate) ** (40 * (s.year[outside] - 1.0))
    expected = OUTSIDE_SUPERVISION + forgotten * (SUPERVISION_REFERENCE - OUTSIDE_SUPERVISION)
    np.testing.assert_allclose(s.remembered[outside], expected, rtol=1e-12)


def test_who_has_lived_inside_has_peers_and_is_further() -> None:
    expected = long_run(Partnership(FIRST.with_values(**LIVED), rng=1)).expected[0]
    first = expected.first[INSIDE, Programme.FULLTIME]
    assert (np.diff(first[:, TEACHING]) > 0.05).all()
    assert first[0, PEERS] == 0
    assert (first[1:, PEERS] > 0.2).all()
    assert (first[1:, ENGAGEMENT] > first[0, ENGAGEMENT]).all()
    assert (expected.first[OUTSIDE, Programme.FULLTIME, 1:, REMEMBERED] < first[1:, REMEMBERED]).all()
    assert first.shape[0] == YEARS


def test_built_in_scenarios_all_start() -> None:
    for name in set(Scenario.names()) - {"national"}:
        there = Partnership(Scenario.load(name).with_values(**LIVED))
        assert (there.students.column("status") == Status.INSIDE).any()
