"""Simulation-based calibration: whether parameters of synthetic partnerships are covered as often as intervals say.

Every candidate in turn is taken for the truth (Talts et al. 2018, arXiv:1804.06788). Its figures, with the error that
target and discrepancy allow, are what is known of the synthetic partnership; around them lie targets as wide as the
real ones; the other candidates are judged by these, as worlds are judged by the patterns; and it is counted how often
its parameters lie in the intervals of the worlds that are left. No new runs are needed. As a target is an interval and
no point, intervals should cover somewhat more often than they say, and never less.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.plausible.diagnostics import coded
from samenspel.experiments.plausible.judges import JUDGES, MOST, PATTERNS
from samenspel.experiments.plausible.worlds import FIGURE, LUCK
from samenspel.experiments.statistics import weighted
from samenspel.experiments.validation.patterns import CRITERIA

Floats = NDArray[np.float64]
BINS = 10
INTERVALS = {0.5: (0.25, 0.75), 0.9: (0.05, 0.95)}


def coverage(candidates: pd.DataFrame, names: Sequence[str], partnerships: int, seed: int) -> pd.DataFrame:
    """How often intervals cover the truth, over synthetic partnerships.

    Parameters
    ----------
    candidates
        As `Made.candidates` has them: those measured in full are used.
    names
        The parameters that are asked; numbers only, for a choice has no interval.
    partnerships
        How many synthetic partnerships, each another candidate.
    seed
        Of the errors.

    Returns
    -------
    pandas.DataFrame
        One row a parameter and interval (0.5, 0.9): `covered` with its 95 % interval (`low`, `high`), `partnerships`
        that are counted, and `width`, the mean width of the interval as a share of the same one before judging.
    """
    values = {name: coded(name, _measured(candidates)[name]) for name in names}
    covered: dict[tuple[str, float], list[bool]] = {(name, sure): [] for name in names for sure in INTERVALS}
    widths: dict[tuple[str, float], list[float]] = {key: [] for key in covered}
    for truth, weights in _synthetic(candidates, partnerships, seed):
        for name, one in values.items():
            for sure, ends in INTERVALS.items():
                low, high = weighted.quantile(one, weights, ends)
                before = np.quantile(one, ends)
                covered[name, sure].append(bool(low <= one[truth] <= high))
                widths[name, sure].append(float((high - low) / (before[1] - before[0])))
    rows = []
    for (name, sure), found in covered.items():
        share = float(np.mean(found)) if found else np.nan
        low, high = weighted.interval_of_share(share, len(found))
        rows.append(
            {
                "parameter": name, "interval": sure, "covered": share, "low": low, "high": high,
                "partnerships": len(found), "width": float(np.mean(widths[name, sure])) if found else np.nan,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def histogram(candidates: pd.DataFrame, names: Sequence[str], partnerships: int, seed: int) -> pd.DataFrame:
    """Where the truth of synthetic partnerships ranks among worlds: were all right, each part as often.

    Arguments as of `coverage`. One row a part of the weight: `from` its lower end, and `share`, how many of all
    parameters of all partnerships have their truth there. High in the middle says that intervals are too wide, high at
    both ends too narrow, and a slope that worlds lie to one side.
    """
    values = {name: coded(name, _measured(candidates)[name]) for name in names}
    ranks = [
        weighted.share(one < one[truth], weights)
        for truth, weights in _synthetic(candidates, partnerships, seed)
        for one in values.values()
    ]
    counted, ends = np.histogram(ranks, BINS, (0.0, 1.0))
    return pd.DataFrame({"from": ends[:-1], "share": counted / max(1, len(ranks))})


def _measured(candidates: pd.DataFrame) -> pd.DataFrame:
    """The candidates that were measured in full."""
    return candidates[candidates[f"implausibility.{PATTERNS[0]}"].notna()].reset_index(drop=True)


def _synthetic(candidates: pd.DataFrame, partnerships: int, seed: int) -> Iterator[tuple[int, Floats]]:
    """Synthetic partnerships that leave worlds enough: which candidate each is, and what every candidate counts for."""
    table, luck = _measured(candidates), np.random.default_rng([seed, 21])
    for truth in luck.permutation(len(table))[:partnerships]:
        weights = _weights(table, int(truth), luck)
        if weighted.effective(weights) >= weighted.FEWEST:
            yield int(truth), weights


def _weights(table: pd.DataFrame, truth: int, luck: np.random.Generator) -> Floats:
    """What every candidate counts for when this one is the truth; itself for nothing."""
    worst = dict.fromkeys(PATTERNS, np.zeros(len(table)))
    for measure, judge in JUDGES.items():
        figures, lucks = (table[f"{kind}{measure}"].to_numpy(float) for kind in (FIGURE, LUCK))
        known = figures[truth] + luck.normal(0.0, np.hypot(judge.target_sd, judge.discrepancy_sd))
        low, high = _target(measure, float(known))
        away = np.maximum(np.maximum(low - figures, figures - high), 0.0)
        sds = np.sqrt(lucks**2 + lucks[truth] ** 2 + judge.target_sd**2 + judge.discrepancy_sd**2)
        pattern = CRITERIA[measure].pattern
        worst[pattern] = np.maximum(worst[pattern], away / sds)
    all_of_them = np.array(list(worst.values()))
    weights: Floats = np.exp(-0.5 * np.square(all_of_them).sum(axis=0))
    weights[all_of_them.max(axis=0) > MOST] = 0.0
    weights[truth] = 0.0
    return weights


def _target(measure: str, known: float) -> tuple[float, float]:
    """A target as wide as the real one around what is known of a synthetic partnership, open where that is."""
    low, high = CRITERIA[measure].low, CRITERIA[measure].high
    half = (high - low) / 2
    if np.isfinite(half):
        return known - half, known + half
    return (known, np.inf) if np.isfinite(low) else (-np.inf, known)
