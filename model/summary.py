"""Tables by group: who is supervised how, over the school year so far (RULES 6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.students import FIRST_MBO, Programme
from model.calendar import WEEKS

if TYPE_CHECKING:
    from model.partnership import Partnership

GROUPINGS = ("board", "cluster", "site", "programme", "year", "role")
SUMS = ("weeks_inside", "year_supervision", "year_adequate", "year_support")
Columns = dict[str, NDArray[Any]]


def columns_of(here: Partnership, rows: NDArray[np.intp]) -> Columns:
    """What tables are made from, of these students."""
    return {name: here.students.column(name)[rows] for name in ("programme", "year", "site", "cluster", *SUMS)}


def students_of_the_year(here: Partnership) -> Columns:
    """Everybody who was inside in some week of this school year so far; whoever went at mid-year comes last.

    Columns: `programme`, `year`, `site` and `cluster` (rows), `weeks_inside`, and the sums over these weeks of
    supervision, of weeks with adequate supervision and of felt support.
    """
    present = columns_of(here, np.flatnonzero(here.students.column("weeks_inside") > 0))
    return {name: np.concatenate([column, here.went_at_midyear[name]]) for name, column in present.items()}


def labels_of(here: Partnership, students: Columns, by: str) -> NDArray[Any]:
    """The group of each of these students, as a readable label."""
    match by:
        case "board":
            return here.names("boards")[here.sites.column("board")[students["site"]]]
        case "cluster":
            return here.names("communities")[students["cluster"]]
        case "site":
            return here.names("sites")[students["site"]]
        case "programme":
            return np.array([programme.name.lower() for programme in Programme])[students["programme"]]
        case "year":
            return np.asarray(students["year"], np.int64)
        case "role":
            return np.where(students["programme"] < FIRST_MBO, "hbo", "mbo")
    raise ValueError(f"by is {by!r}; it must be one of {', '.join(GROUPINGS)}")


def group_students(here: Partnership, by: str) -> pd.DataFrame:
    """Supervision by group, over each student's weeks inside this school year.

    Columns: the group, `students`, `supervision_mean`, `supervision_p10` (over students), `supervision_adequate_share`
    (of student weeks), `felt_support`.
    """
    students = students_of_the_year(here)
    frame = pd.DataFrame({by: labels_of(here, students, by), **{name: students[name] for name in SUMS}})
    frame["of_student"] = frame["year_supervision"] / frame["weeks_inside"]
    grouped = frame.groupby(by, sort=True)
    weeks = grouped["weeks_inside"].sum()
    return pd.DataFrame(
        {
            "students": grouped.size(),
            "supervision_mean": grouped["year_supervision"].sum() / weeks,
            "supervision_p10": grouped["of_student"].quantile(0.1),
            "supervision_adequate_share": grouped["year_adequate"].sum() / weeks,
            "felt_support": grouped["year_support"].sum() / weeks,
        }
    ).reset_index()


def close_clusters(here: Partnership) -> dict[str, NDArray[np.float64]]:
    """Sums per cluster over the school year that ends now; cheap, made into a table when somebody asks."""
    students, count = students_of_the_year(here), here.communities.size
    cluster = students["cluster"]
    sums = {"students": np.bincount(cluster, minlength=count).astype(float)}
    for name in SUMS:
        sums[name] = np.bincount(cluster, students[name], minlength=count)
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
