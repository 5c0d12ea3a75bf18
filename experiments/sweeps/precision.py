"""How many replications are enough: the rule of a study, point by point and indicator by indicator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.dataset as ds

from samenspel.experiments.statistics.intervals import CONFIDENCE
from samenspel.experiments.study.parts import Precision
from samenspel.experiments.study.study import Study


def are_enough(study: Study, folder: Path, replications: int) -> bool:
    """Whether the study's rule is satisfied with so many replications; true when it sets no `at_most`."""
    if not study.precision.at_most:
        return True
    columns = ["point", "replication", "status", *study.precision.indicators]
    runs = ds.dataset(folder / "runs", format="parquet").to_table(columns).to_pandas()
    need = needed(runs, study.precision)
    return bool((need <= replications).all())


def needed(runs: pd.DataFrame, precision: Precision) -> pd.Series:
    """The least number of replications with which every point satisfies the rule, for each indicator.

    From that number on, up to all there are, the rule holds; infinite when it does not hold with all of them.
    """
    done = runs[runs["status"] == "done"].sort_values(["point", "replication"], kind="stable")
    return pd.Series(
        {name: _needed(done[["point", name]].dropna(), name, precision) for name in precision.indicators}, dtype=float
    )


def _needed(values: pd.DataFrame, name: str, precision: Precision) -> float:
    """The number for one indicator, over all points; 0 when it has no value anywhere."""
    if values.empty:
        return 0.0
    grouped = values.groupby("point", sort=False)[name]
    count = grouped.cumcount() + 1
    # Sums of what is left after a point's first value: exact enough also for large numbers that hardly vary.
    centred = values[name] - grouped.transform("first")
    by_point = centred.groupby(values["point"], sort=False)
    sums, squares = by_point.cumsum(), (centred**2).groupby(values["point"], sort=False).cumsum()
    variance = ((squares - sums**2 / count) / (count - 1).where(count > 1)).clip(lower=0)
    mean = grouped.transform("first") + sums / count
    wrong = ~(_measure(precision.rule, np.sqrt(variance / count), mean, count) <= precision.limit)
    last_wrong = count.where(wrong, 0).groupby(values["point"], sort=False).max()
    most = count.groupby(values["point"], sort=False).max()
    return float((last_wrong + 1).where(last_wrong < most, np.inf).max())


def _measure(rule: str, error: pd.Series, mean: pd.Series, count: pd.Series) -> pd.Series:
    """What the rule limits, after so many replications; where nothing varies it is 0."""
    from scipy.special import stdtrit

    freedom = (count - 1).where(count > 1).astype(float)
    half = error * stdtrit(freedom, (1 + CONFIDENCE) / 2)
    match rule:
        case "half_width":
            return half
        case "relative_half_width":
            return (half / mean.abs()).where(half != 0, 0.0)
    return (error / mean.abs()).where(error != 0, 0.0)
