"""Tables by group: who is supervised how, over the school year so far (RULES 6)."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.agents.columns import members_of
from samenspel.agents.population import Population
from samenspel.agents.students import FIRST_MBO, Programme
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.state import SHARES, SUMS, Columns, ModelState, columns_of, school_year_of

GROUPINGS = ("board", "cluster", "site", "programme", "year", "role")


def board_names(here: ModelState, school_year: int) -> NDArray[Any]:
    """Names of all boards in a school year, in row order; who went into another board keeps the old name."""
    names = [row.name for row in here.world.boards]
    for merger, rows in here.world.mergers_by_row():
        if merger.year <= school_year:
            names[rows[0]] = merger.name
    return _named(names, here.boards)


def names_of(here: ModelState, population: str) -> NDArray[Any]:
    """Readable names of all boards, communities or sites, in row order."""
    world = here.world
    if population == "boards":
        return board_names(here, school_year_of(here))
    if population == "sites":
        return _named([row.name for row in world.sites], here.sites)
    founded = int(np.count_nonzero(here.communities.column("opened") == 0))
    found = _named([row.name for row in world.clusters], here.communities, founded).tolist()
    c, seen = here.communities.rows(), Counter[str]()
    names = {year: board_names(here, year) for year in np.unique(c.opened[founded:]).tolist()}
    for year, board in zip(c.opened[founded:].tolist(), c.opened_by[founded:].tolist(), strict=True):
        name = names[year][board]
        seen[name] += 1
        found.append(f"{name} +{seen[name]}")
    return np.array(found, object)


def _named(described: list[str], population: Population[Any], upto: int | None = None) -> NDArray[Any]:
    """Names as described, and for synthetic partnerships the same names with the partnership's number."""
    partnership = population.column("partnership")[:upto]
    of_first = [name for name, at in zip(described, partnership.tolist(), strict=False) if at == 0]
    found = list(described)
    for row in range(len(described), partnership.size):
        found.append(f"{of_first[(row - len(described)) % len(of_first)]} ({partnership[row] + 1})")
    return np.array(found, object)


def students_of_the_year(here: ModelState) -> Columns:
    """Everybody who was inside in some week of this school year so far; whoever went at mid-year comes last.

    Columns: `programme`, `year`, `site` and `cluster` (rows), `weeks_inside`, and the sums over these weeks that
    `SUMS` names: of supervision, of felt support, and of the weeks that count in each of `SHARES`.
    """
    present = columns_of(here, np.flatnonzero(here.students.column("weeks_inside") > 0))
    return {name: np.concatenate([column, members_of(here.gone)[name]]) for name, column in present.items()}


def labels_of(here: ModelState, students: Columns, by: str) -> NDArray[Any]:
    """The group of each of these students, as a readable label."""
    match by:
        case "board":
            return names_of(here, "boards")[here.sites.column("board")[students["site"]]]
        case "cluster":
            return names_of(here, "communities")[students["cluster"]]
        case "site":
            return names_of(here, "sites")[students["site"]]
        case "programme":
            return np.array([programme.name.lower() for programme in Programme])[students["programme"]]
        case "year":
            return np.asarray(students["year"], np.int64)
        case "role":
            return np.where(students["programme"] < FIRST_MBO, "hbo", "mbo")
    raise ValueError(f"by is {by!r}; it must be one of {', '.join(GROUPINGS)}")


def group_students(here: ModelState, by: str) -> pd.DataFrame:
    """Supervision by group, over each student's weeks inside this school year.

    Columns: the group, `students`, `supervision_mean`, `supervision_p10` (over students), `felt_support`, and of
    student weeks `supervision_adequate_share`, what falls short of each floor, and what each alone would restore.
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
            **{share: grouped[counted].sum() / weeks for share, counted in SHARES.items()},
            "felt_support": grouped["year_support"].sum() / weeks,
        }
    ).reset_index()


def cluster_table(here: ModelState) -> pd.DataFrame:
    """One row per cluster over the last finished school year; NaN where nobody was there."""
    sums = members_of(here.closed)
    count = sums["students"].size
    with np.errstate(invalid="ignore", divide="ignore"):
        weeks = sums["weeks_inside"]
        return pd.DataFrame(
            {
                "cluster": names_of(here, "communities")[:count],
                "board": names_of(here, "boards")[here.communities.column("board")[:count]],
                "students": sums["students"].astype(int),
                "supervision_mean": sums["year_supervision"] / weeks,
                **{share: sums[counted] / weeks for share, counted in SHARES.items()},
                "mentor_overload_share": sums["year_overloaded"] / sums["year_hosting"],
                "trainer_hours_left": sums["year_trainer_time"] / WEEKS,
                "felt_support": sums["year_support"] / weeks,
            }
        )
