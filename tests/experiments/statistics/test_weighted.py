"""Weighted worlds: whole weights are repetitions, only ratios matter, and equal weights give what is known of old."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from samenspel.experiments.pilots.comparison import robustness
from samenspel.experiments.statistics import weighted

Floats = NDArray[np.float64]
SHARES = np.linspace(0.0, 1.0, 17)  # without rounding, which numpy does not even out
GRID = st.integers(-20, 20).map(lambda whole: whole / 4)  # a coarse grid, so that values are often equal
WORLDS = st.lists(st.tuples(GRID, GRID, st.integers(0, 4)), min_size=1, max_size=25).filter(
    lambda worlds: any(weight for _, _, weight in worlds)
)


def columns(worlds: list[tuple[float, float, int]]) -> tuple[Floats, Floats, Floats]:
    x, y, weights = np.array(worlds, float).T
    return x, y, weights


def all_of(x: Floats, y: Floats, weights: Floats) -> Floats:
    """Every statistic that does not ask how sure it is."""
    return np.array(
        [
            weighted.mean(x, weights),
            weighted.share(x > 0, weights),
            weighted.spearman(x, y, weights),
            *weighted.quantile(x, weights, SHARES),
        ]
    )


@given(WORLDS)
def test_whole_weights_are_repetitions(worlds: list[tuple[float, float, int]]) -> None:
    x, y, weights = columns(worlds)
    times = weights.astype(int)
    repeated = np.repeat(x, times), np.repeat(y, times)
    assert all_of(x, y, weights) == pytest.approx(all_of(*repeated, np.ones(times.sum())), abs=1e-9, nan_ok=True)


@given(WORLDS, st.floats(1e-300, 1e300))
def test_only_ratios_of_weights_matter(worlds: list[tuple[float, float, int]], factor: float) -> None:
    x, y, weights = columns(worlds)
    assert all_of(x, y, factor * weights) == pytest.approx(all_of(x, y, weights), abs=1e-9, nan_ok=True)
    assert weighted.effective(factor * weights) == pytest.approx(weighted.effective(weights))


@given(WORLDS)
def test_every_statistic_stays_within_its_bounds(worlds: list[tuple[float, float, int]]) -> None:
    x, y, weights = columns(worlds)
    counted = x[weights > 0]
    quantiles = weighted.quantile(x, weights, SHARES)
    assert counted.min() - 1e-9 <= weighted.mean(x, weights) <= counted.max() + 1e-9
    assert (np.diff(quantiles) >= 0).all()
    assert (quantiles[0], quantiles[-1]) == (counted.min(), counted.max())
    assert -1e-9 <= weighted.share(x > 0, weights) <= 1 + 1e-9
    assert 1 - 1e-9 <= weighted.effective(weights) <= len(counted) + 1e-9
    rank = weighted.spearman(x, y, weights)
    assert math.isnan(rank) or -1 <= rank <= 1
    found = weighted.kolmogorov(x, weights, np.random.default_rng(1), 19)
    assert -1e-9 <= found.distance <= 1 + 1e-9
    assert 1 / 20 <= found.p <= 1


@given(WORLDS)
def test_equal_weights_give_the_standard_definitions(worlds: list[tuple[float, float, int]]) -> None:
    x, y, _ = columns(worlds)
    ones = np.ones(len(x))
    standard = [np.quantile(x, share, method="averaged_inverted_cdf") for share in SHARES]
    assert weighted.quantile(x, ones, SHARES) == pytest.approx(standard)
    assert weighted.mean(x, ones) == pytest.approx(x.mean())
    assert weighted.effective(ones) == pytest.approx(len(x))
    if min(len(set(x)), len(set(y))) > 1:
        assert weighted.spearman(x, y, ones) == pytest.approx(stats.spearmanr(x, y).statistic)
    assert weighted.kolmogorov(x, ones, np.random.default_rng(1), 9) == (pytest.approx(0.0, abs=1e-12), 1.0)


@given(st.floats(0, 1), st.integers(1, 10_000))
def test_wilsons_interval_is_the_one_of_plain_worlds(share: float, worlds: int) -> None:
    low, high = weighted.interval_of_share(share, float(worlds))
    assert (low, high) == pytest.approx(robustness.interval_of_share(share, worlds), abs=1e-12)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


@given(st.floats(0.01, 0.99), st.floats(0.5, 500), st.floats(0.1, 500))
def test_fewer_worlds_are_less_sure(share: float, size: float, more: float) -> None:
    low, high = weighted.interval_of_share(share, size)
    narrower = weighted.interval_of_share(share, size + more)
    assert low <= narrower[0] + 1e-12
    assert narrower[1] - 1e-12 <= high


@given(WORLDS, st.integers(0, 5))
def test_worlds_without_a_value_are_left_out_with_their_weight(
    worlds: list[tuple[float, float, int]], gaps: int
) -> None:
    x, y, weights = columns(worlds)
    more = np.append(x, np.full(gaps, np.nan)), np.append(y, np.ones(gaps)), np.append(weights, np.full(gaps, 7.0))
    assert all_of(*more)[[0, *range(2, 2 + len(SHARES))]] == pytest.approx(
        all_of(x, y, weights)[[0, *range(2, 2 + len(SHARES))]], abs=1e-9, nan_ok=True
    )
    luck, again = np.random.default_rng(2), np.random.default_rng(2)
    assert weighted.kolmogorov(more[0], more[2], luck, 9) == weighted.kolmogorov(x, weights, again, 9)


def test_of_nothing_nothing_follows() -> None:
    luck = np.random.default_rng(1)
    for values, weights in (([], []), ([np.nan, 1.0], [1.0, 0.0])):
        assert math.isnan(weighted.mean(values, weights))
        assert math.isnan(weighted.spearman(values, values, weights))
        assert np.isnan(weighted.quantile(values, weights, [0.1, 0.9])).all()
        assert all(math.isnan(number) for number in weighted.kolmogorov(values, weights, luck, 9))
    assert weighted.effective([]) == weighted.effective([0.0]) == 0.0
    assert all(
        math.isnan(end) for end in (*weighted.interval_of_share(0.5, 0.0), *weighted.interval_of_share(np.nan, 9))
    )
    assert math.isnan(weighted.spearman([1.0, 1.0], [1.0, 2.0], [1.0, 1.0])), "one value has no order"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: weighted.mean([1.0], [-1.0]), "0 or more"),
        (lambda: weighted.effective([np.nan]), "finite"),
        (lambda: weighted.mean([1.0, 2.0], [1.0]), "every value needs its weight"),
        (lambda: weighted.quantile([1.0], [1.0], 1.1), "from 0 to 1"),
    ],
)
def test_faults_are_refused(call: Callable[[], object], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        call()


def test_the_distance_is_the_one_worked_out_by_hand() -> None:
    """Shares 0.1, 0.1, 0.8 of values 1, 2, 3 against thirds: farthest at 2, 2/3 - 0.2."""
    found = weighted.kolmogorov([3.0, 1.0, 2.0], [8.0, 1.0, 1.0], np.random.default_rng(1))
    assert found.distance == pytest.approx(2 / 3 - 0.2)


def test_what_weighting_informs_is_told_from_what_it_does_not() -> None:
    luck = np.random.default_rng(4)
    x, other = luck.random((2, 300))
    weights = np.exp(-0.5 * ((x - 0.7) / 0.15) ** 2)
    assert weighted.kolmogorov(x, weights, luck).p == 0.001
    assert weighted.kolmogorov(other, weights, luck).p > 0.05


def test_the_p_value_of_the_distance_is_even_without_information() -> None:
    p = []
    for trial in range(300):
        luck = np.random.default_rng([5, trial])
        p.append(weighted.kolmogorov(luck.random(80), luck.exponential(size=80) ** 2, luck, 99).p)
    assert stats.kstest(p, "uniform").pvalue > 0.001
    assert np.mean(np.array(p) <= 0.05) <= 0.09
