"""The load of mentors, their fatigue and withdrawal: closed forms, and properties where there are none (RULES 3.9)."""

from __future__ import annotations

import math
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from samenspel.agents.mentors import Mentor, MentorKind, MentorPlaces, Role
from samenspel.agents.organisations import Board, Site
from samenspel.agents.students import Status, Student
from samenspel.model.luck.draws import Draws, Stream
from samenspel.model.week.supervision import mentor_time
from samenspel.model.week.workload import give_up, kind_for, reassign, strain, tire
from tests.lives import rows_of, settings_of
from tests.model.week.rules import CLOSE, SURE, load_of, often, people, seldom
from tests.strategies import plausible, unit, values_of


@numba.njit(error_model="numpy")
def weeks_of_load(p, weeks, m, o, b):  # type: ignore[no-untyped-def]
    for _ in range(weeks):
        mentor_time(p, m, o, b)
        tire(p, m)


def fatigue_after(p: Any, load: float, fatigue: float, weeks: int) -> float:
    """Fatigue of a mentor with base 0 of whom `load` times the full hours are asked, week after week."""
    m = rows_of(Mentor, 1, role=Role.ACTIVE, students=1, hours_asked=load * p["mentor_hours"], fatigue=fatigue)
    weeks_of_load(p, weeks, m, rows_of(Site, 1, hosting_teachers=1), rows_of(Board, 1, hours_factor=1.0))
    return float(m.fatigue[0])


def tiring(rate: float, recovery: float, loss: float) -> tuple[Any, float]:
    p = settings_of(
        form_fatigue="excess",
        fatigue_exponent=1.0,
        fatigue_rate=rate,
        fatigue_recovery=recovery,
        fatigue_time_loss=loss,
    )
    return p, recovery / rate


def fixed_points(k: float, loss: float, load: float) -> list[float]:
    """The roots of (1 − λf)(1 + kf) = x, lowest first."""
    half, root = (k - loss) / (2 * loss * k), (k - loss) ** 2 - 4 * loss * k * (load - 1)
    return [half - math.sqrt(root) / (2 * loss * k), half + math.sqrt(root) / (2 * loss * k)]


tiring_parameters = {name: plausible(f"fatigue_{name}") for name in ("rate", "recovery", "time_loss")}


@seldom
@given(**tiring_parameters, position=st.floats(0.05, 0.95))
def test_fatigue_settles_at_the_lower_fixed_point_below_the_tipping_load(
    rate: float, recovery: float, time_loss: float, position: float
) -> None:
    p, k = tiring(rate, recovery, time_loss)
    assume(k > 1.1 * time_loss)
    tipping = 1 + (k - time_loss) ** 2 / (4 * time_loss * k)
    load = 1 + position * (tipping - 1)
    low, high = fixed_points(k, time_loss, load)
    assume(low < 0.98)
    assert (1 - time_loss * low) * (1 + k * low) == pytest.approx(load)
    slope = rate * time_loss * load / (1 - time_loss * low) ** 2
    assert slope < recovery
    assert fatigue_after(p, load, low, 1) == pytest.approx(low, abs=CLOSE)
    assert fatigue_after(p, load, 0.0, 60_000) == pytest.approx(low, abs=1e-6)
    if high < 1:
        assert rate * time_loss * load / (1 - time_loss * high) ** 2 > recovery
        near = 0.01 * min(high - low, 1 - high)
        assert fatigue_after(p, load, high - near, 60_000) == pytest.approx(low, abs=1e-6)
        assert fatigue_after(p, load, high + near, 60_000) == 1


@seldom
@given(**tiring_parameters, beyond=st.floats(0.01, 1))
def test_beyond_the_tipping_load_fatigue_runs_away(
    rate: float, recovery: float, time_loss: float, beyond: float
) -> None:
    p, k = tiring(rate, recovery, time_loss)
    if k > time_loss:
        fold = (k - time_loss) / (2 * time_loss * k)
        tipping = 1 + (k - time_loss) ** 2 / (4 * time_loss * k)
        load = (tipping if fold <= 1 else (1 - time_loss) * (1 + k)) + beyond
    else:
        load = 1 + beyond
    assert fatigue_after(p, load, 0.0, 60_000) == 1


@seldom
@given(**tiring_parameters, distance=st.floats(0.001, 0.5))
def test_full_fatigue_holds_from_its_bound_on(rate: float, recovery: float, time_loss: float, distance: float) -> None:
    p, k = tiring(rate, recovery, time_loss)
    bound = (1 - time_loss) * (1 + k)
    assert fatigue_after(p, bound * (1 + distance), 1.0, 3) == 1
    assert fatigue_after(p, bound * (1 - distance), 1.0, 3) < 1


@seldom
@given(**tiring_parameters, position=st.floats(0.1, 0.9))
def test_between_the_two_fatigue_remembers_where_it_came_from(
    rate: float, recovery: float, time_loss: float, position: float
) -> None:
    p, k = tiring(rate, recovery, time_loss)
    assume(k > time_loss)
    fold = (k - time_loss) / (2 * time_loss * k)
    assume(fold < 0.9)
    tipping, bound = 1 + (k - time_loss) ** 2 / (4 * time_loss * k), (1 - time_loss) * (1 + k)
    load = max(1.0, bound) + position * (tipping - max(1.0, bound))
    assert fatigue_after(p, load, 0.0, 60_000) < fold
    assert fatigue_after(p, load, 1.0, 60_000) == 1


@often
@given(fatigue=unit, base=unit, weeks=st.integers(1, 12), recovery=plausible("fatigue_recovery"), load=unit)
def test_without_overload_fatigue_recovers_exponentially(
    fatigue: float, base: float, weeks: int, recovery: float, load: float
) -> None:
    m = rows_of(Mentor, 3, fatigue=fatigue, base=base, load=load)
    m.role[:] = Role.ACTIVE, Role.WITHDRAWN, Role.EMPTY
    for _ in range(weeks):
        tire(settings_of(fatigue_recovery=recovery), m)
    rested = base + (fatigue - base) * (1 - recovery) ** weeks
    assert m.fatigue.tolist() == pytest.approx([rested, rested, fatigue])


def test_strain_by_hand() -> None:
    assert strain(settings_of(), 1.0) == 0
    assert strain(settings_of(), 0.2) == 0
    assert strain(settings_of(fatigue_exponent=2.0), 2.5) == pytest.approx(2.25)
    linear = settings_of(form_fatigue="linear")
    assert (strain(linear, 0.0), strain(linear, 1.0), strain(linear, 2.0)) == (0, 0.5, strain(settings_of(), 2.0))


@seldom
@given(
    rng=people,
    values=values_of("form_fatigue", "fatigue_exponent", "fatigue_rate", "fatigue_recovery", "with_fatigue",
                     "with_withdrawal", withdrawal_rate=unit),
)  # fmt: skip
def test_each_mentor_tires_and_gives_up_by_the_own_draw(rng: np.random.Generator, values: dict[str, Any]) -> None:
    p, n, week = settings_of(**values), 200, int(rng.integers(1, 400))
    m = rows_of(Mentor, n, role=rng.integers(0, 3, n), students=rng.integers(0, 3, n), key=rng.integers(0, 2**60, n))
    m.load[:], m.base[:], m.fatigue[:] = rng.random(n) * 3, rng.random(n), rng.random(n)
    role, fatigue = m.role.copy(), m.fatigue.copy()
    tire(p, m)
    excess = values["form_fatigue"] == "excess"
    strained = np.maximum(0, m.load - 1) ** values["fatigue_exponent"] if excess else m.load / 2
    tired = fatigue + values["fatigue_rate"] * strained - values["fatigue_recovery"] * (fatigue - m.base)
    there = (role != Role.EMPTY) & values["with_fatigue"]
    np.testing.assert_allclose(m.fatigue, np.where(there, tired.clip(0, 1), fatigue))

    some = give_up(p, np.uint64(7), week, m)
    gives_up = (role == Role.ACTIVE) & (m.students > 0) & values["with_fatigue"] & values["with_withdrawal"]
    gives_up &= Draws(7).uniform(Stream.WITHDRAWAL, m.key, week) < values["withdrawal_rate"] * m.fatigue**2
    np.testing.assert_array_equal(m.role, np.where(gives_up, Role.WITHDRAWN, role))
    assert some == gives_up.any()


def test_fatigue_is_left_alone_when_it_is_off() -> None:
    assert fatigue_after(settings_of(with_fatigue=False), 3.0, 0.4, 10) == 0.4


@pytest.mark.parametrize(("rate", "fatigue"), [(0.02, 0.5), (0.02, 1.0), (0.5, 0.3), (1.0, 1.0)])
def test_withdrawals_are_their_binomial(rate: float, fatigue: float) -> None:
    n = 40_000
    m = rows_of(Mentor, n, role=Role.ACTIVE, students=1, fatigue=fatigue)
    m.key[:] = np.arange(n)
    m.students[n // 2 :] = 0
    m.role[:10] = Role.EMPTY
    some = give_up(settings_of(withdrawal_rate=rate), np.uint64(3), 1, m)
    withdrawn = m.role == Role.WITHDRAWN
    assert some == withdrawn.any()
    assert not withdrawn[n // 2 :].any()
    assert (m.role[:10] == Role.EMPTY).all()
    assert stats.binomtest(int(withdrawn.sum()), n // 2 - 10, rate * fatigue**2).pvalue > SURE


@pytest.mark.parametrize("off", ["with_withdrawal", "with_fatigue"])
def test_nobody_withdraws_when_it_is_off(off: str) -> None:
    m = rows_of(Mentor, 100, role=Role.ACTIVE, students=1, fatigue=1.0)
    p = settings_of(withdrawal_rate=1.0, **{off: False})
    assert not give_up(p, np.uint64(3), 1, m)
    assert (m.role == Role.ACTIVE).all()


SITES_OF = ((0, 1), (2, 3, 4))
"""Two clusters with their sites; three mentors at each site."""


@st.composite
def withdrawals(draw: st.DrawFn) -> tuple[Any, Any]:
    """Mentors, of whom some withdrew, and students, of whom some have them."""
    sites = [site for cluster in SITES_OF for site in cluster]
    n = 3 * len(sites)
    m = rows_of(Mentor, n, site=np.repeat(sites, 3))
    m.cluster[:] = m.site >= SITES_OF[1][0]
    m.kind[:] = draw(st.lists(st.sampled_from((0, 0, 1)), min_size=n, max_size=n))
    m.role[:] = draw(st.lists(st.sampled_from((Role.ACTIVE, Role.WITHDRAWN, Role.EMPTY)), min_size=n, max_size=n))
    m.fatigue[:] = draw(st.lists(st.sampled_from((0.0, 0.5)), min_size=n, max_size=n))
    count = draw(st.integers(1, 12))
    s = rows_of(Student, count, status=Status.INSIDE)
    s.site[:] = draw(st.lists(st.sampled_from(sites), min_size=count, max_size=count))
    s.cluster[:] = s.site >= SITES_OF[1][0]
    s.programme[:] = draw(st.lists(st.sampled_from((0, 1, 4, 6)), min_size=count, max_size=count))
    s.hours_asked[:] = draw(st.lists(st.sampled_from((0.5, 1.0, 2.0)), min_size=count, max_size=count))
    s.status[:] = draw(
        st.lists(st.sampled_from((Status.INSIDE, Status.INSIDE, Status.LEFT)), min_size=count, max_size=count)
    )
    for i in range(count):
        mine = np.flatnonzero((m.cluster == s.cluster[i]) & (m.kind == kind_for(s.programme[i])))
        s.mentor[i] = draw(st.sampled_from([-1, *mine.tolist()]))
        if s.mentor[i] >= 0 and s.status[i] == Status.INSIDE:
            m.students[s.mentor[i]] += 1
            m.hours_asked[s.mentor[i]] += s.hours_asked[i]
    for i in np.flatnonzero((m.students > 0) & (m.role == Role.EMPTY)):
        m.role[i] = Role.WITHDRAWN
    return s, m


@often
@given(case=withdrawals())
def test_students_go_to_the_least_loaded_at_the_site_then_in_the_cluster_then_to_nobody(case: tuple[Any, Any]) -> None:
    s, m = case
    p = settings_of(mentor_hours=2.0, care_mentor_hours=1.5, fatigue_time_loss=0.4)
    load_of(p, m)
    full = np.where(m.kind == MentorKind.CARE, 1.5, 2.0) * (1 - 0.4 * m.fatigue)
    links, loads, asked = s.mentor.tolist(), m.load.copy(), m.hours_asked.copy()
    active = m.role == Role.ACTIVE
    for i in range(s.key.size):
        if s.status[i] != Status.INSIDE or links[i] < 0 or active[links[i]]:
            continue
        right = active & (m.kind == kind_for(s.programme[i]))
        near = right & (m.site == s.site[i])
        able = np.flatnonzero(near if near.any() else right & (m.cluster == s.cluster[i]))
        links[i] = int(able[np.argmin(loads[able])]) if able.size else -1
        if able.size:
            asked[links[i]] += s.hours_asked[i]
            loads[links[i]] = asked[links[i]] / full[links[i]]
    students = m.students.copy()
    first, end = 3 * np.arange(5), 3 * np.arange(5) + 3
    places = MentorPlaces.of(
        site_first=first, site_end=end, cluster_first=np.array([0, 6]), cluster_end=np.array([6, 15])
    )
    reassign(p, s, m, rows_of(Board, 1, hours_factor=1.0), places)
    assert s.mentor.tolist() == links
    np.testing.assert_allclose(m.load, loads)
    np.testing.assert_allclose(m.hours_asked, asked)
    np.testing.assert_array_equal(m.students, students)
