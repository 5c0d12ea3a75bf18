"""The safe scale: the largest at which enough students are adequately supervised in nearly every world.

A world is safe up to a scale when its share reaches the floor there and at every smaller scale tried; between two
scales the share is taken to run straight. The safe scale is the largest that is safe in at least `SURE` of the worlds.

A world is run once at every scale, so its curve carries the luck of single runs; read as it is, its first unlucky dip
would end what is safe, far too early. `evened` takes most of that luck out before a curve is read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

from samenspel.experiments.statistics.breaks import draw

SURE = 0.90
REACH = 1 / 11  # of the axis: SD of the weights by which sizes count for their neighbours, 1.5 steps of 18 sizes
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """A scale with its 95 % interval; −inf means below the smallest scale tried, inf at least the largest."""

    value: float
    low: float
    high: float


def evened(sizes: Any, shares: Any) -> Array:
    """Curves of single runs with most of their luck taken out, falling or level everywhere.

    A local straight line (Gaussian weights) at every size, then the nearest curve that never rises.

    Parameters
    ----------
    sizes
        Ascending, shape (n,).
    shares
        A row each, shape (rows, n), without NaN.
    """
    x, y = np.asarray(sizes, float), np.atleast_2d(np.asarray(shares, float))
    away = (x - x[:, None]) / np.ptp(x)
    weights = np.exp(-0.5 * (away / REACH) ** 2)
    zeroth, first, second = (np.sum(weights * away**power, axis=1)[:, None] for power in range(3))
    lines = weights * (second - first * away) / (zeroth * second - first**2)
    smooth = y @ lines.T
    return np.array([isotonic_regression(row, increasing=False).x for row in smooth]).reshape(y.shape)


def safe_up_to(sizes: Any, shares: Any, floor: Any) -> Array:
    """Up to which scale each curve stays at or above the floor.

    Parameters
    ----------
    sizes
        Ascending, shape (n,).
    shares
        A row each, shape (rows, n).
    floor
        One number, or one a row.

    Returns
    -------
    numpy.ndarray
        Shape (rows,): −inf where even the smallest scale falls short, inf where none does, NaN where a share is NaN.
    """
    x, y = np.asarray(sizes, float), np.atleast_2d(np.asarray(shares, float))
    over = y - np.broadcast_to(np.asarray(floor, float), len(y))[:, None]
    short = over < 0
    first = short.argmax(axis=1)
    row = np.arange(len(y))
    before = np.maximum(first - 1, 0)
    above, below = over[row, before], over[row, first]
    with np.errstate(invalid="ignore", divide="ignore"):
        crossing = x[before] + (x[first] - x[before]) * above / (above - below)
    found = np.where(short.any(axis=1), np.where(first == 0, -np.inf, crossing), np.inf)
    return np.where(np.isfinite(y).all(axis=1), found, np.nan)


def safe_scale(of_worlds: Array, sure: float = SURE) -> float:
    """The largest scale that is safe in at least this part of the worlds; NaN without worlds."""
    known = np.sort(of_worlds[~np.isnan(of_worlds)])
    return float(known[_fewest(len(known), sure)]) if known.size else math.nan


def _fewest(worlds: int, sure: float) -> int:
    """How many worlds may be unsafe."""
    return math.floor((1 - sure) * worlds + 1e-9)


def safe_scale_with_interval(of_worlds: Array, seed: int = 1, sure: float = SURE) -> Scale:
    """The safe scale, and where it lies when worlds are drawn anew from these."""
    known = of_worlds[~np.isnan(of_worlds)]
    if not known.size:
        return Scale(math.nan, math.nan, math.nan)
    resampled = np.sort(known[draw(known.size, seed)], axis=1)[:, _fewest(known.size, sure)]
    low, high = np.quantile(resampled, [0.025, 0.975], method="inverted_cdf")
    return Scale(safe_scale(known, sure), float(low), float(high))


def crossing_with_interval(sizes: Any, curves: Array, floor: float, resamples: NDArray[np.int64]) -> Scale:
    """Up to which scale the mean of these curves stays above the floor; interval over replications."""
    means = curves[resamples].mean(axis=1)
    low, high = np.quantile(safe_up_to(sizes, means, floor), [0.025, 0.975], method="inverted_cdf")
    return Scale(float(safe_up_to(sizes, curves.mean(axis=0), floor)[0]), float(low), float(high))
