"""The small functions of the conventions of RULES."""

from __future__ import annotations

import math
from collections.abc import Sequence

KM_PER_DEGREE_EAST = 67.0
KM_PER_DEGREE_NORTH = 111.2


def clip(x: float) -> float:
    """x limited to [0, 1]."""
    return min(1.0, max(0.0, x))


def spread(middle: float, half_width: float, u: float) -> float:
    """A draw from middle − half_width to middle + half_width."""
    return middle + half_width * (2 * u - 1)


def round_half_up(x: float) -> int:
    """The `round` of the rules: floor(x + 0.5)."""
    return math.floor(x + 0.5)


def kilometres(longitude: float, latitude: float) -> tuple[float, float]:
    """A place on a flat map of the north of the Netherlands."""
    return (longitude - 6.5) * KM_PER_DEGREE_EAST, (latitude - 53.0) * KM_PER_DEGREE_NORTH


def distance(a, b) -> float:
    """Straight line between two things that have an `x` and a `y`, in km."""
    return math.hypot(a.x - b.x, a.y - b.y)


def mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else math.nan


def percentile(numbers: Sequence[float], q: float) -> float:
    """Linear interpolation at rank q·(n − 1) (section 6)."""
    if not numbers:
        return math.nan
    ordered = sorted(numbers)
    rank = q * (len(ordered) - 1)
    low = math.floor(rank)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (rank - low) * (ordered[high] - ordered[low])


def largest_remainder(total: int, shares: Sequence[float]) -> list[int]:
    """Share out whole units: floors first, then one each to the largest remainders (equal: the first)."""
    quota = [total * share for share in shares]
    counts = [math.floor(q) for q in quota]
    by_remainder = sorted(range(len(shares)), key=lambda i: counts[i] - quota[i])
    for i in by_remainder[: total - sum(counts)]:
        counts[i] += 1
    return counts
