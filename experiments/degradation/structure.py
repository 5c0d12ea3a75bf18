"""Which headlines survive every rival form of a rule, and every mechanism left out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.degradation.tables import Along, complete, described, mean_of
from samenspel.experiments.statistics.breaks import find_break
from samenspel.experiments.statistics.safe_scale import Scale

if TYPE_CHECKING:
    from samenspel.experiments.degradation.plan import Plan

Array = NDArray[np.float64]

MATERIAL = 0.10  # a size that moves less than this part of the axis survives


def structure(plan: Plan, sizes: Array, shares: Array, of_worlds: tuple[Array, Array] | None) -> pd.DataFrame:
    """Every headline under every variant, and whether it survives.

    Parameters
    ----------
    plan
        What is asked.
    sizes, shares
        The sizes, and the share of every run, shape (variants, arms, sizes, replications).
    of_worlds
        The same for worlds, where there are any.
    """
    span = plan.axes[0].values[-1] - plan.axes[0].values[0]
    lines: list[dict[str, Any]] = []
    reference: Headlines = {}
    for at, name in enumerate(plan.variants):
        found = _headlines(plan, sizes, complete(shares[at]))
        if of_worlds is not None:
            found |= _safe_of_variant(plan, of_worlds[0], complete(of_worlds[1][at]))
        reference = reference or found
        for (arm, headline), value in found.items():
            survives = _survives(reference[arm, headline], value, span)
            lines.append({"variant": name, "arm": arm, "headline": headline, "value": value, "survives": survives})
    return pd.DataFrame(lines)


Headlines = dict[tuple[str, str], Any]


def _headlines(plan: Plan, sizes: Array, shares: Array) -> Headlines:
    """Shape of the curve, its break, where it passes the floor, and signs of differences."""
    found: Headlines = {}
    if not shares.shape[2]:
        return found
    along = Along(plan.axes[0], shares, sizes)
    for at, arm in enumerate(plan.arms):
        curve = find_break(sizes, shares[at].T)
        found[arm.name, "shape"] = described(curve)["shape"]
        found[arm.name, "best broken line breaks at"] = curve.point
        found[arm.name, "mean share passes the floor at"] = along.passing(shares[at], plan.safe_share)
        found[arm.name, "last size against first"] = _sign(mean_of(shares[at, -1] - shares[at, 0]))
        if at:
            difference = mean_of((shares[at] - shares[0]).mean(axis=0))
            found[arm.name, f"share against {plan.arms[0].name}"] = _sign(difference)
    return found


def _safe_of_variant(plan: Plan, sizes: Array, of_worlds: Array) -> Headlines:
    """The safe scale of every arm."""
    along = Along(plan.axes[0], of_worlds, sizes)
    return {
        (arm.name, "safe scale"): along.safe_scale(cube, plan.safe_share)
        for arm, cube in zip(plan.arms, of_worlds, strict=True)
    }


def _sign(difference: Scale) -> str:
    """Higher, lower, or no clear difference."""
    if difference.low > 0:
        return "higher"
    return "lower" if difference.high < 0 else "no clear difference"


def _survives(reference: Any, value: Any, span: float) -> bool:
    """A word survives when it is the same; a size when it moves by less than a tenth of the axis."""
    if isinstance(reference, str):
        return bool(reference == value)
    if not (math.isfinite(reference) and math.isfinite(value)):
        return bool(reference == value) or (math.isnan(reference) and math.isnan(value))
    return bool(abs(reference - value) < MATERIAL * span)
