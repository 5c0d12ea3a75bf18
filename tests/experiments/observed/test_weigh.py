"""Weights by what was observed: closed forms, and what must hold for any worlds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.experiments.observed.instruments import INSTRUMENTS, Instrument
from samenspel.experiments.observed.observations import Count, Difference
from samenspel.experiments.observed.weigh import Shown, agreement, reweighed, table_of
from samenspel.experiments.statistics import weighted
from tests.strategies import examples

SURELY = 0.999


def shown(figures: np.ndarray, spread: float = 0.0, beyond: float = 0.0, lives: int = 4) -> Shown:
    """Worlds with these figures, shape (worlds, observations)."""
    return Shown(figures, np.full(figures.shape[1], spread), np.full(figures.shape, beyond), lives)


def normal(worlds: int = 20_000, mean: float = 0.4, sd: float = 0.1) -> np.ndarray:
    return np.random.default_rng(1).normal(mean, sd, (worlds, 1))


@pytest.mark.parametrize(("value", "error"), [(0.5, 0.1), (0.2, 0.05), (0.4, 0.3)])
def test_normal_worlds_and_a_normal_observation_give_the_normal_posterior(value: float, error: float) -> None:
    """Gelman et al., Bayesian Data Analysis, 2.5: precision-weighted mean, added precisions."""
    figures = normal()
    after = reweighed(shown(figures), np.array([value]), np.array([error]), np.ones(len(figures)))
    precision = 1 / 0.1**2 + 1 / error**2
    mean = weighted.mean(figures[:, 0], after)
    assert mean == pytest.approx((0.4 / 0.1**2 + value / error**2) / precision, abs=0.01)
    spread = np.sqrt(weighted.mean(np.square(figures[:, 0] - mean), after))
    assert spread == pytest.approx(precision**-0.5, rel=0.08)


@examples(60)
@given(st.integers(2, 60), st.integers(0, 10_000), st.floats(0.01, 0.5), st.floats(0.001, 0.3))
def test_a_disappointing_pilot_lowers_what_is_expected(worlds: int, luck: int, short: float, error: float) -> None:
    """Whatever the worlds and their weights: less than expected was seen, so less is expected, and never more."""
    draws = np.random.default_rng(luck)
    effects, before = draws.normal(0.2, 0.1, (worlds, 1)), draws.uniform(0.1, 1, worlds)
    expected = weighted.mean(effects[:, 0], before)
    after = reweighed(shown(effects), np.array([effects.min() - short]), np.array([error]), before)
    assert after.max() == 1.0
    assert weighted.mean(effects[:, 0], after) < expected + 1e-12
    better = reweighed(shown(effects), np.array([effects.max() + short]), np.array([error]), before)
    assert weighted.mean(effects[:, 0], better) > expected - 1e-12


@examples(40)
@given(st.integers(0, 10_000), st.floats(0.05, 0.3), st.floats(0.05, 0.3))
def test_one_observation_after_the_other_is_both_at_once(luck: int, first: float, second: float) -> None:
    draws = np.random.default_rng(luck)
    figures, before = draws.normal(0.3, 0.05, (30, 2)), draws.uniform(0.5, 1, 30)
    values, errors = np.array([0.3, 0.35]), np.array([first, second])
    both = reweighed(shown(figures), values, errors, before)
    one = reweighed(shown(figures[:, :1]), values[:1], errors[:1], before)
    other = reweighed(shown(figures[:, 1:]), values[1:], errors[1:], one)
    assert other == pytest.approx(both, abs=1e-9)


def test_what_says_nothing_changes_nothing() -> None:
    figures, before = normal(50), np.linspace(0.1, 1, 50)
    after = reweighed(shown(figures), np.array([0.4]), np.array([1e4]), before)
    assert after == pytest.approx(before, abs=1e-6)
    assert weighted.effective(after) == pytest.approx(weighted.effective(before))


def test_nothing_is_surer_than_the_luck_of_a_life() -> None:
    """A count of everybody has no standard error, and a school year has luck all the same."""
    figures, ones = normal(200), np.ones(200)
    exact, sampled = (
        reweighed(shown(figures, spread=0.05), np.array([0.5]), np.array([error]), ones) for error in (0.0, 0.05)
    )
    assert exact == pytest.approx(sampled)
    surer = reweighed(shown(figures, spread=0.001), np.array([0.5]), np.array([0.0]), ones)
    assert weighted.effective(surer) < weighted.effective(exact)


def test_a_world_that_cannot_show_it_counts_for_nothing() -> None:
    figures = np.array([[0.4], [np.nan], [0.5]])
    assert reweighed(shown(figures), np.array([0.4]), np.array([0.1]), np.ones(3))[1] == 0
    nobody = reweighed(shown(np.full((3, 1), np.nan)), np.array([0.4]), np.array([0.1]), np.ones(3))
    assert not nobody.any()
    assert weighted.effective(nobody) == 0


def test_what_worlds_expect_is_rarely_called_a_misfit() -> None:
    """Observations drawn from what worlds expect are as likely to lie in any tail as that tail is large."""
    figures, ones, draws = normal(2_000), np.ones(2_000), np.random.default_rng(3)
    chances = np.array([
        agreement(shown(figures), np.array([draws.normal(draws.choice(figures[:, 0]), 0.05)]), np.array([0.05]), ones)
        for _ in range(400)
    ])  # fmt: skip
    assert (chances < 0.05).mean() == pytest.approx(0.05, abs=0.03)
    assert (chances < 0.5).mean() == pytest.approx(0.5, abs=0.08)


@pytest.mark.parametrize(("value", "misfit"), [(0.45, False), (1.5, True), (-0.8, True)])
def test_a_misfit_is_told_as_one(value: float, misfit: bool) -> None:
    figures, ones = normal(500), np.ones(500)
    observed = [Count("coverage", 1, value, 0.05)]
    after = reweighed(shown(figures), np.array([value]), np.array([0.05]), ones)
    row = table_of(observed, shown(figures), ones, after).iloc[0]
    assert bool(row["misfit"]) is misfit
    assert row["before_middle"] == pytest.approx(0.4, abs=0.02)
    assert abs(row["after_middle"] - value) < abs(row["before_middle"] - value)


def test_observations_that_contradict_each_other_are_a_misfit_after() -> None:
    """Each alone could be; together no world expects them."""
    figures = np.repeat(normal(2_000), 2, axis=1)
    observed = [Count("coverage", 1, 0.25, 0.01), Count("coverage_fulltime", 1, 0.55, 0.01)]
    values, errors, ones = np.array([0.25, 0.55]), np.array([0.01, 0.01]), np.ones(2_000)
    after = reweighed(shown(figures), values, errors, ones)
    table = table_of(observed, shown(figures), ones, after)
    assert (table["p_before"] > 0.05).all()
    assert table["misfit"].all()


# --- instruments -----------------------------------------------------------------------------------------------------


def test_points_of_a_scale_are_its_range_and_its_direction() -> None:
    """More points on attitude are a lower barrier; a tenth of the barrier is 0.4 of the four points from 1 to 5."""
    ripls = Difference(1, "status_barrier", "before", INSTRUMENTS["ripls"], 0.3, 0.1)
    assert ripls.as_measured(-0.1, 0.2) == pytest.approx(0.4)


def test_error_of_measurement_makes_effect_sizes_smaller_but_moves_no_mean() -> None:
    """Observed variance is true variance over reliability, so an effect size is the true one times its root."""
    test = Instrument("", 0, 20, 0.64)
    points = Difference(1, "supervision", "before", test, 1.0, 0.1)
    sizes = Difference(1, "supervision", "before", test, 1.0, 0.1, standardised=True)
    assert points.as_measured(0.1, 0.2) == pytest.approx(2.0)
    assert sizes.as_measured(0.1, 0.2) == pytest.approx(0.5 * 0.8)
    assert np.isnan(sizes.as_measured(0.1, 0.0))


@pytest.mark.parametrize("name", INSTRUMENTS)
def test_every_instrument_has_a_source(name: str) -> None:
    one = INSTRUMENTS[name]
    assert one.low < one.high
    assert 0.5 < one.reliability < 1
    assert "doi" in one.source or "pubmed" in one.source
