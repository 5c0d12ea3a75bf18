"""Statistics over weighted worlds: what a sample says when some of its worlds count for more than others.

A weight says how well a world agrees with what is known, and only ratios of weights matter. A world without a value
(NaN), or with weight 0, is left out with its weight. Whole weights mean repetition: a world of weight 3 counts as
three such worlds, except where it is asked how sure a number is; there `effective` says how many worlds are left.

Errors: weights below 0, infinite, missing, or not one for each value are refused with a ValueError.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from samenspel.experiments.statistics.intervals import CONFIDENCE

Floats = NDArray[np.float64]

FEWEST = 20
"""Effective worlds below which quantiles and curves over them are noise."""
SHUFFLES = 999
SAME = 1e-12  # cumulated shares closer than this differ by rounding only


class Distance(NamedTuple):
    """How far a weighted sample lies from the same sample with equal weights.

    Attributes
    ----------
    distance
        The largest difference between the two cumulated shares, 0 to 1.
    p
        How often weights that are dealt out at random bring the sample as far or farther.
    """

    distance: float
    p: float


def mean(values: ArrayLike, weights: ArrayLike) -> float:
    """The weighted mean of values, shape (worlds,), in their unit; NaN when no world has a value."""
    known, weight = _known(weights, values)
    return float(weight @ known[0]) if weight.size else math.nan


def share(flags: ArrayLike, weights: ArrayLike) -> float:
    """The weighted share of worlds in which something holds, 0 to 1; flags are booleans, or 1, 0 and NaN."""
    return mean(flags, weights)


def quantile(values: ArrayLike, weights: ArrayLike, shares: ArrayLike) -> Floats:
    """Quantiles of values, shape (worlds,): the value up to which that share of the weight lies.

    The inverse of the cumulated shares, with the mean of two neighbours where a share falls exactly between them. For
    equal weights that is definition 2 of Hyndman & Fan (1996), The American Statistician 50, 361, and for whole weights
    the same of the repeated sample: definitions that interpolate are not. Never falls when a share rises.

    Parameters
    ----------
    values, weights
        Shape (worlds,).
    shares
        0 to 1, any shape; others are refused with a ValueError.

    Returns
    -------
    ndarray
        In the shape of the shares and the unit of the values; NaN when no world has a value.
    """
    wanted = np.asarray(shares, float)
    if not ((wanted >= 0) & (wanted <= 1)).all():
        raise ValueError("shares of a quantile lie from 0 to 1")
    (known,), weight = _known(weights, values)
    if not weight.size:
        return np.full(wanted.shape, math.nan)
    order = np.argsort(known, kind="stable")
    ordered, upto = known[order], np.cumsum(weight[order])
    last = len(ordered) - 1
    below = np.minimum(np.searchsorted(upto, wanted - SAME), last)
    above = np.minimum(np.searchsorted(upto, wanted + SAME, side="right"), last)
    return np.asarray((ordered[below] + ordered[above]) / 2)


def effective(weights: ArrayLike) -> float:
    """How many equally weighted worlds tell as much: the squared sum over the sum of squares (Kish 1965).

    From 1, when one world has all the weight, to the number of worlds; 0 when there is none.
    """
    _, weight = _known(weights)
    return float(1 / np.square(weight).sum()) if weight.size else 0.0


def interval_of_share(share: float, effective_size: float) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of so many worlds, which need not be a whole number; NaN of none."""
    if not effective_size > 0 or math.isnan(share):
        return math.nan, math.nan
    z = float(ndtri((1 + CONFIDENCE) / 2))
    middle = (share + z**2 / (2 * effective_size)) / (1 + z**2 / effective_size)
    spread = math.sqrt(share * (1 - share) / effective_size + z**2 / (4 * effective_size**2))
    half = z / (1 + z**2 / effective_size) * spread
    return max(0.0, middle - half), min(1.0, middle + half)


def spearman(x: ArrayLike, y: ArrayLike, weights: ArrayLike) -> float:
    """The rank correlation of x and y, shape (worlds,), -1 to 1: the weighted correlation of their weighted ranks.

    Equal values share the middle of their ranks. NaN when x or y has one value only, or none; worlds in which one of
    the two is missing are left out.
    """
    known, weight = _known(weights, x, y)
    if not weight.size:
        return math.nan
    ranks = np.stack([_ranks(one, weight) for one in known])
    ranks -= (ranks @ weight)[:, None]
    spread = np.sqrt(np.square(ranks) @ weight)
    if (spread <= SAME).any():
        return math.nan
    return float(np.clip((ranks[0] * ranks[1]) @ weight / spread.prod(), -1.0, 1.0))


def _ranks(values: Floats, weight: Floats) -> Floats:
    """The share of the weight that lies below each value, and half of what is equal."""
    _, at = np.unique(values, return_inverse=True)
    equal = np.bincount(at, weight)
    middle: Floats = (np.cumsum(equal) - equal / 2)[at]
    return middle


def kolmogorov(
    values: ArrayLike, weights: ArrayLike, luck: np.random.Generator, shuffles: int = SHUFFLES,
    before: ArrayLike | None = None,
) -> Distance:  # fmt: skip
    """Whether weighting informs: the distance of Kolmogorov between a sample with these weights and without them.

    Its p-value comes from dealing the same weights out at random: it says whether weights and values have to do with
    each other, however uneven the weights are. Worlds of weight 0 count here, in the sample without them.

    Parameters
    ----------
    values, weights
        Shape (worlds,); a world without a value is left out. Without any value both numbers are NaN.
    luck
        Where the shuffles come from; the same generator gives the same p-value.
    shuffles
        How many; the smallest p-value is 1 / (shuffles + 1).
    before
        What worlds counted for already, shape (worlds,), by which `weights` are multiplied; all alike when left out.
    """
    stays = np.ones(np.shape(weights)) if before is None else before
    known, weight = _paired(weights, values, stays)
    if not (weight * known[1]).sum() > 0:
        return Distance(math.nan, math.nan)
    order = np.argsort(known[0], kind="stable")
    ordered, stay = known[0][order], known[1][order]
    ends = np.flatnonzero(np.append(ordered[1:] > ordered[:-1], True))  # of runs of equal values
    without = np.cumsum(stay)[ends] / stay.sum()

    def distances(dealt: Floats) -> Floats:
        upto = np.cumsum(dealt * stay, axis=-1)
        with np.errstate(invalid="ignore"):  # weights may be dealt to worlds that count for nothing
            return np.asarray(np.nanmax(np.abs(upto[..., ends] / upto[..., -1:] - without), axis=-1))

    distance = float(distances(weight[order]))
    shuffled = distances(luck.permuted(np.tile(weight[order], (shuffles, 1)), axis=1))
    return Distance(distance, float((1 + (shuffled >= distance - SAME).sum()) / (1 + shuffles)))


def most(weights: ArrayLike) -> int:
    """How many worlds can be drawn by weight before any of them comes twice; at least 1 where any counts."""
    _, weight = _known(weights)
    return int(1.0 / weight.max() + 1e-9) if weight.size else 0


def drawn(weights: ArrayLike, number: int) -> NDArray[np.intp]:
    """So many worlds that count for the same, drawn by weight: their places, shape (number,).

    Systematic resampling: a world comes as often as its weight says, to one more or less, so no luck is added.
    """
    weight = np.asarray(weights, float)
    shares = np.cumsum(weight) / weight.sum()
    return np.searchsorted(shares, (np.arange(number) + 0.5) / number)


def _known(weights: ArrayLike, *values: ArrayLike) -> tuple[Floats, Floats]:
    """The worlds that count, with weights that add up to 1: shapes (variables, worlds that count) and (those,)."""
    known, weight = _paired(weights, *values)
    counts = weight > 0
    weight = weight[counts] / (weight.max() if counts.any() else 1.0)  # first, or tiny and huge weights are lost
    return known[:, counts], weight / (weight.sum() if weight.size else 1.0)


def _paired(weights: ArrayLike, *values: ArrayLike) -> tuple[Floats, Floats]:
    """Values and weights of the worlds that have every value."""
    weight = np.asarray(weights, float)
    if weight.ndim != 1 or not (np.isfinite(weight) & (weight >= 0)).all():
        raise ValueError("weights are one row of finite numbers, 0 or more")
    rows = [np.asarray(one, float) for one in values]
    if any(row.shape != weight.shape for row in rows):
        raise ValueError(f"every value needs its weight: {[row.shape for row in rows]} values, {weight.shape} weights")
    stacked = np.stack(rows) if rows else np.empty((0, weight.size))
    there = ~np.isnan(stacked).any(axis=0)
    return stacked[:, there], weight[there]
