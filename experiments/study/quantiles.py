"""From a place in [0, 1] to a value of a distribution: the inverse of its distribution function."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from samenspel.model.declared.distribution import Distribution


def quantile(distribution: Distribution, low: float, high: float, place: float) -> float:
    """The value below which this part of the distribution on low..high lies; never outside, whatever rounding does."""
    if place in (0.0, 1.0):
        return high if place else low
    return min(max(_inverse(distribution, low, high)(place), low), high)


@lru_cache(maxsize=256)
def _inverse(distribution: Distribution, low: float, high: float) -> Callable[[float], float]:
    """SciPy's inverse, made once for each range: freezing a distribution takes longer than using it."""
    frozen = on_range(distribution, low, high)
    return lambda place: float(frozen.ppf(place))


def on_range(distribution: Distribution, low: float, high: float) -> Any:
    """The distribution as SciPy has it."""
    from scipy import stats  # here, since whoever samples no shape need not wait for it

    width, numbers = high - low, distribution.numbers
    match distribution.shape:
        case "triangular":
            return stats.triang((numbers[0] - low) / width, loc=low, scale=width)
        case "normal":
            mean, sd = numbers
            return stats.truncnorm((low - mean) / sd, (high - mean) / sd, loc=mean, scale=sd)
    return stats.beta(*numbers, loc=low, scale=width)
