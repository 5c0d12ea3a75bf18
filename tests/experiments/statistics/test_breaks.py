"""Breaks are found where they were planted, and only there; whatever the errors along a curve have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from benchmarks.intervals import NOISES, REPLICATIONS, SIZES, broken, chained, independent, shared, straight
from samenspel.experiments.statistics.breaks import Break, draw, find_break, whitener
from samenspel.experiments.statistics.safe_scale import evened, safe_scale, safe_scale_with_interval, safe_up_to

Array = NDArray[np.float64]
TRIALS = 200
NOISE = pytest.mark.parametrize("noise", NOISES)


def trials(
    curve: Callable[[np.random.Generator], tuple[Array, float]], noise: Callable[[np.random.Generator], Array]
) -> list[tuple[Break, float]]:
    """What is found in each of 200 trials, beside the planted place."""
    found = []
    for trial in range(TRIALS):
        luck = np.random.default_rng([11, trial])
        mean, place = curve(luck)
        found.append((find_break(SIZES, mean + noise(luck)), place))
    return found


def logistic(luck: np.random.Generator) -> tuple[Array, float]:
    middle, width = float(luck.uniform(15.0, 30.0)), float(luck.uniform(3.0, 8.0))
    return 0.3 + 0.6 / (1.0 + np.exp((SIZES - middle) / width)), middle


@pytest.mark.slow
@NOISE
def test_a_planted_break_lies_within_its_interval_in_95_percent(noise: Callable[..., Array]) -> None:
    found = trials(broken, noise)
    assert np.mean([one.found and one.worsens and one.low <= place <= one.high for one, place in found]) >= 0.95
    assert np.median([one.high - one.low for one, _ in found]) < 2.5, "an interval that says something"


@pytest.mark.slow
@NOISE
def test_straight_lines_have_no_break_in_95_percent(noise: Callable[..., Array]) -> None:
    shapes = Counter(one.shape for one, _ in trials(straight, noise))
    assert shapes["break"] <= 0.05 * TRIALS
    assert shapes["straight"] >= 0.90 * TRIALS


@pytest.mark.slow
@NOISE
def test_logistic_curves_are_called_smooth_in_90_percent(noise: Callable[..., Array]) -> None:
    shapes = Counter(one.shape for one, _ in trials(logistic, noise))
    assert shapes["smooth"] >= 0.90 * TRIALS


def test_davies_test_rejects_a_straight_line_no_more_than_it_says() -> None:
    luck = np.random.default_rng(3)
    p = np.array([find_break(SIZES, 0.8 - 0.01 * SIZES + shared(luck)).davies_p for _ in range(150)])
    assert np.mean(p < 0.05) <= 0.08


def test_without_noise_every_form_is_itself() -> None:
    def shape(mean: Array) -> str:
        return find_break(SIZES, np.tile(mean, (10, 1))).shape

    assert shape(0.9 - 0.02 * np.maximum(SIZES - 20, 0)) == "break"
    assert shape(0.9 - 0.01 * SIZES) == "straight"
    assert shape(np.full_like(SIZES, 0.7)) == "flat"
    assert shape(0.9 - 0.0004 * SIZES**2) == "smooth"
    assert shape(0.9 / (1 + np.exp((SIZES - 22) / 4))) == "smooth"


def test_flat_with_noise_is_flat_and_too_little_is_undecided() -> None:
    luck = np.random.default_rng(5)
    flat = Counter(find_break(SIZES, 0.8 + shared(luck)).shape for _ in range(60))
    assert flat["flat"] >= 54
    assert find_break(SIZES[:8], np.ones((30, 8))).shape == "undecided"
    assert find_break(SIZES, np.ones((9, 18))).shape == "undecided"


def test_the_break_and_both_slopes_are_those_that_were_planted() -> None:
    mean = 0.9 - 0.002 * (SIZES - 6) - 0.018 * np.maximum(SIZES - 21, 0.0)
    found = find_break(SIZES, mean + np.random.default_rng(1).normal(0, 0.002, (30, 18)))
    assert found.point == pytest.approx(21, abs=0.15)
    assert found.slope_before == pytest.approx(-0.002, abs=2e-4)
    assert found.slope_after == pytest.approx(-0.020, abs=2e-4)


def test_a_curve_that_levels_off_breaks_but_does_not_worsen() -> None:
    mean = 0.9 - 0.02 * (SIZES - 6) + 0.018 * np.maximum(SIZES - 21, 0.0)
    found = find_break(SIZES, mean + np.random.default_rng(1).normal(0, 0.01, (30, 18)))
    assert found.found
    assert not found.worsens


@settings(max_examples=10, deadline=None)
@given(st.floats(-100, 100), st.floats(0.01, 1000), st.integers(0, 10_000))
def test_the_break_moves_with_the_unit_of_the_axis(origin: float, unit: float, seed: int) -> None:
    luck = np.random.default_rng(seed)
    y = broken(luck)[0] + shared(luck)
    ours, other = find_break(SIZES, y), find_break(origin + unit * SIZES, y)
    for name in ("point", "low", "high"):
        # A place of the grid may win by rounding only: its neighbour is as good.
        assert getattr(other, name) == pytest.approx(origin + unit * getattr(ours, name), abs=0.25 * unit)
    assert other.davies_p == pytest.approx(ours.davies_p, rel=1e-3, abs=1e-9)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_what_replications_share_as_a_line_does_not_touch_the_test(seed: int) -> None:
    """A level and a tilt of the same size in all replications leave Davies' test as it was."""
    luck = np.random.default_rng(seed)
    y = 0.8 - 0.01 * SIZES + independent(luck)
    level, tilt = luck.normal(0.0, 1.0, (2, REPLICATIONS, 1))
    moved = find_break(SIZES, y + level + tilt * SIZES / 40)
    assert moved.davies_p == pytest.approx(find_break(SIZES, y).davies_p, rel=1e-6)


def test_replications_with_a_gap_are_left_out() -> None:
    luck = np.random.default_rng(2)
    y = broken(luck)[0] + independent(luck)
    y[3, 5] = np.nan
    assert find_break(SIZES, y).point == find_break(SIZES, np.delete(y, 3, axis=0)).point


def test_whitened_errors_are_independent_and_equal() -> None:
    y = chained(np.random.default_rng(1))
    more = np.concatenate([y, *(chained(np.random.default_rng(seed)) for seed in range(2, 60))])
    white = more @ whitener(more).T / np.sqrt(len(more))  # one replication, where the matrix is for their mean
    assert np.abs(np.cov(white.T) - np.eye(18)).max() < 0.15


def test_correlations_are_shrunk_as_schaefer_and_strimmer_do() -> None:
    """Statistical Applications in Genetics and Molecular Biology 4 (2005), 32: target D, written out pair by pair."""
    y = chained(np.random.default_rng(3))[:12, :5]
    n, columns = y.shape
    z = (y - y.mean(axis=0)) / y.std(axis=0, ddof=1)
    uncertain = squares = 0.0
    for i, j in permutations(range(columns), 2):
        w = [z[k, i] * z[k, j] for k in range(n)]
        uncertain += n / (n - 1) ** 3 * sum((one - sum(w) / n) ** 2 for one in w)
        squares += np.corrcoef(y[:, i], y[:, j])[0, 1] ** 2
    assert 0.05 < uncertain / squares < 0.95
    whiten = np.linalg.inv(whitener(y))
    covariance = whiten @ whiten.T
    sd = np.sqrt(np.diag(covariance))
    expected = (1 - uncertain / squares) * np.corrcoef(y.T)
    np.fill_diagonal(expected, 1.0)
    assert covariance / np.outer(sd, sd) == pytest.approx(expected, abs=1e-9)
    assert sd == pytest.approx(y.std(axis=0, ddof=1) / np.sqrt(n))


def test_resamples_depend_on_the_seed_only() -> None:
    assert np.array_equal(draw(30, 1), draw(30, 1))
    assert not np.array_equal(draw(30, 1), draw(30, 2))


# --- the safe scale --------------------------------------------------------------------------------------------------


def test_a_world_is_safe_up_to_where_a_straight_line_meets_the_floor() -> None:
    shares = [[0.9, 0.85, 0.75, 0.6], [0.7, 0.9, 0.9, 0.9], [0.9, 0.9, 0.9, 0.9], [0.9, 0.7, 0.9, 0.9]]
    found = safe_up_to([10, 20, 30, 40], shares, 0.8)
    assert found == pytest.approx([25.0, -np.inf, np.inf, 15.0])


def test_each_world_may_have_its_own_floor_and_gaps_stay_gaps() -> None:
    found = safe_up_to([1, 2], [[0.5, 0.3], [0.5, np.nan]], np.array([0.4, 0.1]))
    assert found[0] == pytest.approx(1.5)
    assert np.isnan(found[1])


def test_nine_worlds_of_ten_must_be_safe() -> None:
    worlds = np.arange(1.0, 21.0)
    assert safe_scale(worlds) == 3.0, "2 of 20 may fail; 18 reach at least 3"
    assert safe_scale(worlds[:5]) == 1.0, "of 5 none may fail"
    assert safe_scale(np.array([-np.inf, *worlds[:9]])) == 1.0
    assert safe_scale(np.array([-np.inf, -np.inf, *worlds[:8]])) == -np.inf
    assert np.isnan(safe_scale(np.zeros(0)))


def test_the_interval_of_the_safe_scale_holds_the_true_one_in_most_trials() -> None:
    """Worlds whose limits are normal around 20 with SD 4: the true safe scale is the 10 % quantile, 14.87."""
    held = []
    for trial in range(200):
        worlds = np.random.default_rng([9, trial]).normal(20, 4, 40)
        scale = safe_scale_with_interval(worlds)
        held.append(scale.low <= 14.874 <= scale.high)
    assert np.mean(held) >= 0.85  # 40 worlds know little about a 10 % quantile; the bootstrap is somewhat narrow


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=4, max_size=8), st.floats(0, 1), st.floats(0, 1))
def test_a_lower_floor_is_never_less_safe(shares: list[float], one: float, other: float) -> None:
    sizes = np.arange(float(len(shares)))
    lower, higher = (safe_up_to(sizes, shares, floor)[0] for floor in (min(one, other), max(one, other)))
    assert lower >= higher


def test_a_straight_falling_curve_stays_as_it_is_and_none_rises() -> None:
    falling = 0.9 - 0.01 * SIZES
    assert evened(SIZES, falling)[0] == pytest.approx(falling, abs=1e-12)
    luck = np.random.default_rng(1).normal(0, 0.05, (50, 18))
    assert (np.diff(evened(SIZES, falling + luck), axis=1) <= 1e-12).all()


def test_luck_of_single_runs_hardly_moves_what_nine_worlds_of_ten_reach() -> None:
    """All worlds are the same: safe up to 25. Read as they are, one in ten seems unsafe already at 13 to 24."""
    truth = 0.9 - 0.02 * np.maximum(SIZES - 20, 0.0)
    runs = truth + np.random.default_rng(4).normal(0, 0.03, (400, 18))
    assert safe_scale(safe_up_to(SIZES, evened(SIZES, runs), 0.8)) == pytest.approx(25, abs=1.3)
    loss = [safe_scale(safe_up_to(SIZES, rows, rows[:, 3] - 0.05)) for rows in (evened(SIZES, runs), runs)]
    assert loss[0] == pytest.approx(22.5, abs=2)
    assert loss[1] < 14
