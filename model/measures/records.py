"""What was measured: the weekly record, whole, by indicator, by week and by school year."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.indicators import INDICATORS, RECORD, over_the_year
from samenspel.model.measures.groups import cluster_table
from samenspel.model.state import ModelState

UNFINISHED = "no school year is finished yet; run at least 40 weeks"


def rows_of_weeks(here: ModelState) -> NDArray[Any]:
    """One row of the record a week."""
    return np.concatenate(here.record) if here.record else np.zeros(0, RECORD)


def record_matrix(here: ModelState) -> NDArray[np.float64]:
    """All indicators of all weeks, shape (weeks, indicators)."""
    rows = rows_of_weeks(here)
    return np.array([[row[name] for name in INDICATORS] for row in rows], np.float64).reshape(-1, len(INDICATORS))


def record_table(here: ModelState) -> pd.DataFrame:
    """One row a week: `school_year`, `week` and every indicator."""
    return pd.DataFrame(rows_of_weeks(here)).astype({"school_year": int, "week": int})


def record_of(here: ModelState, name: str) -> NDArray[np.float64]:
    """One indicator in every week, shape (weeks,)."""
    return np.concatenate([rows[name] for rows in here.record]) if here.record else np.zeros(0)


def latest_week(here: ModelState) -> dict[str, float]:
    """Every indicator of the last week that was lived; NaN before the first."""
    row = here.record[-1][-1] if here.record else np.full(1, np.nan, RECORD)[0]
    return {name: float(row[name]) for name in INDICATORS}


def latest_year(here: ModelState) -> dict[str, float]:
    """Every indicator over the last finished school year."""
    rows = rows_of_weeks(here)
    finished = len(rows) // WEEKS * WEEKS
    if not finished:
        raise ValueError(UNFINISHED)
    return over_the_year(rows[finished - WEEKS : finished])


def clusters_of_latest_year(here: ModelState) -> pd.DataFrame:
    """One row per cluster, over the last finished school year."""
    if here.closed.students.size == 0:
        raise ValueError(UNFINISHED)
    return cluster_table(here)
