"""Means over replications, and how sure they are; how sure one of several tests is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

CONFIDENCE = 0.95


def interval_of_mean(mean: pd.Series, sd: pd.Series, count: pd.Series) -> pd.DataFrame:
    """Mean with its 95 % interval by Student's t; from fewer than two values no interval follows (NaN)."""
    from scipy.special import stdtrit

    freedom = (count - 1).where(count > 1).astype(float)
    half = stdtrit(freedom, (1 + CONFIDENCE) / 2) * sd / np.sqrt(count)
    return pd.DataFrame({"mean": mean, "low": mean - half, "high": mean + half})


def over_replications(tables: list[pd.DataFrame], keys: list[str]) -> pd.DataFrame:
    """Mean of every column by key over replications, how many had that key, and an interval where it matters most.

    `supervision_adequate_share` gets `…_low` and `…_high`: the column by which the thinnest place is found.
    """
    tables = [table for table in tables if len(table)]
    if not tables:
        return pd.DataFrame(columns=[*keys, "replications"])
    grouped = pd.concat(tables, ignore_index=True).groupby(keys, sort=False)
    means = grouped.mean(numeric_only=True)
    share = grouped["supervision_adequate_share"]
    interval = interval_of_mean(share.mean(), share.std(), share.count()).clip(0.0, 1.0)
    means["supervision_adequate_share_low"] = interval["low"]
    means["supervision_adequate_share_high"] = interval["high"]
    means["replications"] = grouped.size()
    return means.reset_index()


def holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """P-values, shape (tests,), corrected for being several (Holm 1979, Scandinavian Journal of Statistics 6, 65)."""
    order = np.argsort(p, kind="stable")
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)), 1.0)
    return corrected
