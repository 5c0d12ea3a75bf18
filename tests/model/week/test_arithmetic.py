"""The arithmetic behind the defaults (RULES 7): by hand, and as the model lives it."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.students import Programme, Status
from samenspel.model import Partnership
from samenspel.model.declared.parameters import PARAMETERS
from tests.lives import after, make
from tests.textbook.constants import GRANT_FIXED, GRANT_PER_STUDENT, STOCK_YEAR

P = SimpleNamespace(**{name: parameter.default for name, parameter in PARAMETERS.items()})
SEEDS = range(1, 9)
AVERAGE_MENTORS = 4 * 150 / P.class_size * P.willing_share


@pytest.fixture(scope="module")
def first_years() -> list[Partnership]:
    return [after(years=1, seed=seed, form_start="lived") for seed in SEEDS]


def mean(of: list[Partnership], indicator: str) -> float:
    return float(np.mean([there.last_year()[indicator] for there in of]))


# --- mentors and their load ------------------------------------------------------------------------------------------


LAST = 1 - STOCK_YEAR[0] - STOCK_YEAR[1] - STOCK_YEAR[2]
IN_A_DUO = (1 + P.duo_extra) / 2
AT_A_TIME = P.final_weeks / 40


def hours_of_a_student_of_mixed_year(*, first_years: bool) -> float:
    """In a week with or without first-years, all in duos, and with those of year 4 whose semester it is."""
    early = first_years * IN_A_DUO * STOCK_YEAR[0] * P.days_year_1
    early += STOCK_YEAR[1] * P.days_year_2 + STOCK_YEAR[2] * P.days_year_3
    return float(P.need_per_day * early + P.need_per_day_final * AT_A_TIME * LAST * P.days_year_4)


def hours_of_twelve_mentors(students: float = 12) -> float:
    more = (P.mentor_hours_final - P.mentor_hours) * AT_A_TIME * LAST * students
    return float((12 * P.mentor_hours + more) * (1 - P.fatigue_time_loss * P.fatigue_base_mean))


def test_a_cluster_has_about_twelve_willing_mentors() -> None:
    assert pytest.approx(12, abs=0.5) == AVERAGE_MENTORS


def test_load_is_about_six_tenths_at_twelve_students_and_one_near_twenty_one() -> None:
    few, all_years = (hours_of_a_student_of_mixed_year(first_years=there) for there in (False, True))
    assert (few, all_years) == pytest.approx((0.81, 1.08), abs=0.01)
    assert hours_of_twelve_mentors() == pytest.approx(22.1, abs=0.05)
    assert 12 * few / hours_of_twelve_mentors() == pytest.approx(0.44, abs=0.01)
    assert 12 * all_years / hours_of_twelve_mentors() == pytest.approx(0.59, abs=0.01)
    assert 20 * all_years < hours_of_twelve_mentors(20)
    assert 21 * all_years > hours_of_twelve_mentors(21)


def test_clusters_of_the_model_have_about_that_many_mentors() -> None:
    counts = []
    for seed in SEEDS:
        m = make(seed).mentors.rows()
        counts.append(np.bincount(m.cluster[m.kind == MentorKind.TEACHER]).mean())
    assert 9 <= np.mean(counts) <= 15


def test_mentors_of_the_model_have_about_that_load() -> None:
    few, all_years = np.mean([loads_of(make(seed, form_start="lived")) for seed in SEEDS], axis=0)
    assert few == pytest.approx(0.47, abs=0.05)
    assert all_years == pytest.approx(0.59, abs=0.05)


def loads_of(there: Partnership) -> list[float]:
    """What students ask of all mentors that are there, in a week of the first semester and of the second."""
    m, s = there.mentors.rows(), there.students.rows()
    teachers = (m.kind == MentorKind.TEACHER) & (m.role == Role.ACTIVE)
    time = 1 - P.fatigue_time_loss * m.fatigue
    loads = []
    for week in (1, 40):
        placed = (s.status == Status.INSIDE) & (s.first_week <= week) & (week <= s.last_week)
        asked = s.need * s.days * np.where((s.duo >= 0) & placed[s.duo], IN_A_DUO, 1)
        final = np.isin(np.arange(m.key.size), s.mentor[placed & (s.year == 4)])
        hours = time * np.where(final, P.mentor_hours_final, P.mentor_hours)
        loads.append(asked[placed].sum() / hours[teachers].sum())
    return loads


# --- fatigue ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("k", "loss"), [(1.0, 0.4), (0.5, 0.2), (2.0, 0.6), (0.8, 0.3), (6.0, 0.2)])
def test_the_tipping_load_is_where_the_fixed_points_meet(k: float, loss: float) -> None:
    tired = np.linspace(0, 3, 3_000_001)
    load = (1 - loss * tired) * (1 + k * tired)
    fold, tipping = (k - loss) / (2 * loss * k), 1 + (k - loss) ** 2 / (4 * loss * k)
    assert load.max() == pytest.approx(tipping, abs=1e-9)
    assert tired[load.argmax()] == pytest.approx(fold, abs=1e-5)
    assert load[np.searchsorted(tired, 1.0)] == pytest.approx((1 - loss) * (1 + k))
    # stable where more fatigue is recovered from than the next bit of load adds: rate·λ·x/(1 − λf)² < recovery
    inner = tired < min(fold, 0.99 / loss)
    with np.errstate(divide="ignore", invalid="ignore"):
        stable = loss * load / (1 - loss * tired) ** 2 < k
    assert stable[inner].all()
    assert not stable[(tired > fold + 1e-5) & (tired < 0.99 / loss)].any()


def test_the_defaults_can_tip() -> None:
    k, loss = P.fatigue_recovery / P.fatigue_rate, P.fatigue_time_loss
    assert k > loss
    assert (k - loss) / (2 * loss * k) <= 1
    assert (1 - loss) * (1 + k) < 1 + (k - loss) ** 2 / (4 * loss * k)


# --- coverage --------------------------------------------------------------------------------------------------------


def test_coverage_by_hand() -> None:
    places = 15 * P.students_per_cluster
    parttime = P.parttime_share * P.hbo_demand
    available = parttime * P.parttime_availability
    assert places == 180
    assert available == pytest.approx(34, abs=0.5)
    admitted = places / (P.hbo_demand - parttime + available)
    assert admitted == pytest.approx(0.585, abs=0.005)
    assert admitted * P.parttime_availability == pytest.approx(0.23, abs=0.005)


def test_coverage_of_the_model() -> None:
    parttime, fulltime = [], []
    for seed in SEEDS:
        s = make(seed).students.rows()
        inside, is_parttime = s.status == Status.INSIDE, s.programme == Programme.PARTTIME
        parttime.append(inside[is_parttime].mean())
        fulltime.append(inside[~is_parttime].mean())
    assert np.mean(parttime) == pytest.approx(0.22, abs=0.02)
    assert np.mean(fulltime) == pytest.approx(0.585, abs=0.02)


# --- trainers --------------------------------------------------------------------------------------------------------


def test_trainers_by_hand() -> None:
    left = P.trainer_hours + P.institute_trainer_hours
    left -= P.coordination_base + 4 * P.coordination_site + 9 * P.coordination_mentor
    assert left == pytest.approx(6.5, abs=0.05)
    each = left / 12
    assert each == pytest.approx(0.54, abs=0.01)
    assert each / (each + P.trainer_half) == pytest.approx(0.68, abs=0.01)


def test_trainers_of_the_model(first_years: list[Partnership]) -> None:
    assert mean(first_years, "trainer_hours_left") == pytest.approx(6.5 - 3.0, abs=0.6)


def test_what_sessions_ask_by_hand() -> None:
    left = P.trainer_hours + P.institute_trainer_hours
    left -= P.coordination_base + 4 * P.coordination_site + 9 * P.coordination_mentor
    of_one = P.meeting_hours * (1 + P.preparation) / P.meeting_interval
    assert (of_one, P.facilitators * of_one) == (1.5, 3.0)
    gives = [P.session_share * hours * left / 10 for hours in (P.trainer_hours, P.institute_trainer_hours)]
    assert gives == pytest.approx([2.34, 1.56], abs=0.01)
    assert min(gives) > of_one
    assert P.facilitators * 3 * of_one == pytest.approx(9.0)
    assert max(gives) < 3 * of_one
    assert sum(gives) / (3 * of_one) == pytest.approx(0.87, abs=0.01)


@pytest.mark.parametrize(("cross_year", "sessions", "asked"), [(True, 1, 3.0), (False, 3, 9.0)])
def test_what_sessions_ask_in_the_model(cross_year: bool, sessions: int, asked: float) -> None:
    """Where all three study years have members to meet, and both of the pair are there."""
    there = make(cross_year=cross_year, with_turnover=False, with_evaluation=False, form_start="lived")
    there.run(weeks=P.year_1_first_week)
    c = there.communities.rows()
    here = c.sessions == sessions
    assert here.any()
    assert c.session_hours_asked[here].tolist() == pytest.approx([asked] * here.sum())
    before = c.trainer_time + c.session_hours_given
    pair = np.array([[P.trainer_hours, P.institute_trainer_hours]]) * (before / (before + c.coordination))[:, None]
    given = np.minimum(asked / 2, P.session_share * pair).sum(1)
    np.testing.assert_allclose(c.session_hours_given[here], given[here])
    assert given[here].mean() == pytest.approx(3.0 if cross_year else 3.9, abs=0.3)


# --- money -----------------------------------------------------------------------------------------------------------


def test_the_cost_of_a_student_by_hand() -> None:
    others = STOCK_YEAR[1] + STOCK_YEAR[2]
    mentors = P.mentor_hours * P.teacher_hour_cost * (STOCK_YEAR[0] / 2 * (41 - P.year_1_first_week) + others * 40)
    mentors += P.mentor_hours_final * P.teacher_hour_cost * LAST * P.final_weeks
    trainers = (P.trainer_hours * P.teacher_hour_cost + P.institute_trainer_hours * P.institute_hour_cost) * 40 / 12
    leaders = P.leadership_hours * (P.teacher_hour_cost + P.institute_hour_cost) / 2 / 180
    assert (mentors, trainers, leaders) == pytest.approx((2665, 1867, 192), abs=5)
    cost = mentors + trainers + leaders
    assert 2600 <= cost <= 6000
    grant = (GRANT_FIXED + GRANT_PER_STUDENT * 180) / 180
    assert grant == pytest.approx(1511, abs=1)
    assert grant / cost == pytest.approx(0.32, abs=0.01)


def test_the_cost_of_a_student_in_the_model(first_years: list[Partnership]) -> None:
    assert mean(first_years, "cost_per_student") == pytest.approx(4700, rel=0.1)
    assert mean(first_years, "grant_cover") == pytest.approx(0.32, abs=0.03)
