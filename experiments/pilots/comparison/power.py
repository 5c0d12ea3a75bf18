"""Whether a real pilot of a design's size could show its effect at all.

The pilot's clusters are compared with clusters that do not take part, by a t-test on cluster means at the end of the
first pilot year, two-sided at 5 %. With m students answering in each of k clusters, and a share `icc` of the variance
between clusters, the standard error of the difference in standard deviations is

    SE² = deff₁/(k₁·m₁) + deff₂/(k₂·m₂),   deff = 1 + (m − 1)·icc   (Donner & Klar 2000)

with k₁ + k₂ − 2 degrees of freedom, and power follows from the non-central t-distribution. Effect, spread and icc come
from the model, so power is a range over worlds, not one figure. Assumed: a questionnaire of reliability 0.8, which
shrinks the effect by √0.8 and the icc by 0.8; four in five students answer. Where few clusters stay out of the pilot,
half of its clusters are supposed to start a year later and to be compared with, if that shows more.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from samenspel.experiments.pilots.comparison.compared import Compared

RELIABILITY, RESPONSE = 0.80, 0.80
LEVEL, ENOUGH = 0.05, 0.80
COLUMNS = [
    "design", "outcome", "pilot_clusters", "other_clusters", "students", "effect", "effect_low", "effect_high", "icc",
    "power", "power_low", "power_high", "share_enough", "detectable", "clusters_needed", "worlds",
]  # fmt: skip
MOST_CLUSTERS = 500


def power(comparison: Compared) -> pd.DataFrame:
    """One row per outcome and design that differs from the reference in its pilot alone.

    `effect` is in standard deviations as measured, median over worlds with the 5 and 95 % quantiles, and so is
    `power`; `share_enough` is the share of worlds with a power of 80 % or more; `detectable` the smallest effect
    with that power; `clusters_needed` how many pilot clusters would give it for the median effect, with as many to
    compare with (infinite when more than 500).
    """
    if comparison.close is None or comparison.close.clusters.empty:
        return pd.DataFrame(columns=COLUMNS)
    seen = comparison.close.clusters
    compared = seen[seen["design"].map(comparison.pilots.comparable)]
    rows = [
        _told(design, outcome, table)
        for (design, outcome), table in compared.groupby(["design", "outcome"], sort=False)
    ]
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(["design"], kind="stable", ignore_index=True)


def can_show(table: pd.DataFrame) -> dict[int, bool]:
    """By design with mbo students, of what `power` gives: whether any outcome has enough in half of the worlds."""
    if table.empty:
        return {}
    most = table.groupby("design")["share_enough"].max()
    return {int(design): bool(share >= 0.5) for design, share in zip(most.index, most, strict=True)}


def _told(design: Any, outcome: Any, table: pd.DataFrame) -> dict[str, Any]:
    """A design and outcome over worlds."""
    seen = pd.DataFrame([_world(row) for row in table.to_dict("records")])
    seen["detectable"] = all_detectable(seen["error"], seen["freedom"])
    icc = float(seen["icc"].median())
    each = float(seen["students"].median())
    return {
        "design": design,
        "outcome": outcome,
        "pilot_clusters": float(table["pilot_clusters"].median()),
        "other_clusters": float(seen["others"].median()),
        "students": each,
        "effect": float(seen["effect"].median()),
        "effect_low": float(seen["effect"].quantile(0.05)),
        "effect_high": float(seen["effect"].quantile(0.95)),
        "icc": icc,
        "power": float(seen["power"].median()),
        "power_low": float(seen["power"].quantile(0.05)),
        "power_high": float(seen["power"].quantile(0.95)),
        "share_enough": float((seen["power"] >= ENOUGH).mean()),
        "detectable": float(seen["detectable"].median()),
        "clusters_needed": clusters_needed(float(seen["effect"].median()), each, icc),
        "worlds": len(table),
    }


def _world(row: dict[Any, Any]) -> dict[str, float]:
    """What a pilot would have in one world, compared in the better of two ways."""
    k, others = float(row["pilot_clusters"]), float(row["other_clusters"])
    m = max(1.0, RESPONSE * float(row["students"]))
    m2 = max(1.0, RESPONSE * float(row["other_students"])) if others >= 1 else m
    icc = RELIABILITY * (float(row["icc"]) if not math.isnan(float(row["icc"])) else 0.0)
    effect = math.sqrt(RELIABILITY) * float(row["effect"]) / float(row["sd"]) if row["sd"] > 0 else 0.0
    first = k // 2
    ways = [(k, others), (first, others + k - first)]
    errors = [(standard_error(k1, m, k2, m2, icc), k1 + k2 - 2, k2) for k1, k2 in ways if k1 >= 1 and k2 >= 1]
    error, freedom, others = min(errors, default=(math.inf, 0.0, others))
    return {
        "students": m,
        "others": others,
        "icc": icc,
        "effect": effect,
        "power": power_of(effect, error, freedom),
        "error": error,
        "freedom": freedom,
    }


def standard_error(k1: float, m1: float, k2: float, m2: float, icc: float) -> float:
    """Of the difference between two groups of clusters, in standard deviations between students."""
    return math.sqrt((1 + (m1 - 1) * icc) / (k1 * m1) + (1 + (m2 - 1) * icc) / (k2 * m2))


def powers(effects: Any, errors: Any, freedoms: Any) -> NDArray[np.float64]:
    """The chances that a two-sided t-test sees these effects; 0 where there are too few clusters for a test."""
    from scipy.stats import nct, t

    effect, error, freedom = (np.asarray(values, float) for values in (effects, errors, freedoms))
    found, can = np.zeros(effect.shape), freedom >= 1
    limit, shift = t.ppf(1 - LEVEL / 2, freedom[can]), np.abs(effect[can]) / error[can]
    # Far out SciPy has no number for an effect that is sure to be seen: `fmin` makes it 1.
    found[can] = np.fmin(1.0, nct.sf(limit, freedom[can], shift) + nct.cdf(-limit, freedom[can], shift))
    return found


def power_of(effect: float, error: float, freedom: float) -> float:
    """The same of one effect."""
    return float(powers([effect], [error], [freedom])[0])


def all_detectable(errors: Any, freedoms: Any) -> NDArray[np.float64]:
    """The smallest effects, in standard deviations, with a power of 80 %: found by halving; infinite without a test."""
    error, freedom = np.asarray(errors, float), np.asarray(freedoms, float)
    can = freedom >= 1
    low, high = np.zeros(error.shape), np.where(can, 100.0 * error, math.inf)
    for _ in range(60):
        middle = np.where(can, (low + high) / 2, 0.0)
        enough = powers(middle, error, freedom) >= ENOUGH
        low, high = np.where(enough | ~can, low, middle), np.where(enough, middle, high)
    return high


def detectable(error: float, freedom: float) -> float:
    """The same of one error."""
    return float(all_detectable([error], [freedom])[0])


def clusters_needed(effect: float, students: float, icc: float) -> float:
    """Pilot clusters with which the effect would be seen with a power of 80 %, and as many to compare with."""
    low, high = 1, MOST_CLUSTERS + 1
    while low < high:
        k = (low + high) // 2
        enough = power_of(effect, standard_error(k, students, k, students, icc), 2 * k - 2) >= ENOUGH
        low, high = (low, k) if enough else (k + 1, high)
    return float(low) if low <= MOST_CLUSTERS else math.inf
