"""Tables by group: who is supervised how, over the school year so far (RULES 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.students import Programme
from model.calendar import WEEKS
from model.supervision import FIRST_MBO

if TYPE_CHECKING:
    from model.partnership import Partnership

GROUPINGS = ("board", "cluster", "site", "programme", "year", "role")


def labels_of(here: Partnership, by: str) -> NDArray[Any]:
    """The group of every student row, as a readable label; only meaningful for students inside."""
    s = here.students.rows()
    match by:
        case "board":
            return here.names("boards")[here.sites.column("board")[s.site]]
        case "cluster":
            return here.names("communities")[s.cluster]
        case "site":
            return here.names("sites")[s.site]
        case "programme":
            return np.array([programme.name.lower() for programme in Programme])[s.programme]
        case "year":
            return np.asarray(s.year, np.int64)
        case "role":
            return np.where(s.programme < FIRST_MBO, "hbo", "mbo")
    raise ValueError(f"by is {by!r}; it must be one of {', '.join(GROUPINGS)}")


def group_students(here: Partnership, by: str) -> pd.DataFrame:
    """Supervision by group, over each student's weeks inside this school year (without who went at mid-year).

    Columns: the group, `students`, `supervision_mean`, `supervision_p10` (over students), `supervision_adequate_share`
    (of student weeks), `felt_support`.
    """
    s = here.students.rows()
    rows = np.flatnonzero(s.weeks_inside > 0)
    frame = pd.DataFrame(
        {
            by: labels_of(here, by)[rows],
            "weeks": s.weeks_inside[rows],
            "supervision": s.year_supervision[rows],
            "adequate": s.year_adequate[rows],
            "support": s.year_support[rows],
            "of_student": s.year_supervision[rows] / s.weeks_inside[rows],
        }
    )
    grouped = frame.groupby(by, sort=True)
    weeks = grouped["weeks"].sum()
    return pd.DataFrame(
        {
            "students": grouped.size(),
            "supervision_mean": grouped["supervision"].sum() / weeks,
            "supervision_p10": grouped["of_student"].quantile(0.1),
            "supervision_adequate_share": grouped["adequate"].sum() / weeks,
            "felt_support": grouped["support"].sum() / weeks,
        }
    ).reset_index()


def close_clusters(here: Partnership) -> dict[str, NDArray[np.float64]]:
    """Sums per cluster over the school year that ends now; cheap, made into a table when somebody asks."""
    c, s = here.communities.rows(), here.students.rows()
    rows = np.flatnonzero((s.weeks_inside > 0) & (s.cluster >= 0))
    cluster, count = s.cluster[rows], c.key.size
    sums = {"students": np.bincount(cluster, minlength=count).astype(float)}
    for name in ("weeks_inside", "year_supervision", "year_adequate", "year_support"):
        sums[name] = np.bincount(cluster, here.students.column(name)[rows], minlength=count)
    for name in ("year_hosting", "year_overloaded", "year_trainer_time"):
        sums[name] = here.communities.column(name).copy()
    return sums


def cluster_table(here: Partnership, sums: dict[str, NDArray[np.float64]]) -> pd.DataFrame:
    """One row per cluster from the sums of a school year; NaN where nobody was there."""
    count = sums["students"].size
    with np.errstate(invalid="ignore", divide="ignore"):
        weeks = sums["weeks_inside"]
        return pd.DataFrame(
            {
                "cluster": here.names("communities")[:count],
                "board": here.names("boards")[here.communities.column("board")[:count]],
                "students": sums["students"].astype(int),
                "supervision_mean": sums["year_supervision"] / weeks,
                "supervision_adequate_share": sums["year_adequate"] / weeks,
                "mentor_overload_share": sums["year_overloaded"] / sums["year_hosting"],
                "trainer_hours_left": sums["year_trainer_time"] / WEEKS,
                "felt_support": sums["year_support"] / weeks,
            }
        )
