"""What tests compare: every state of every agent, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.population import Population, RowAgent
from model import Partnership, Scenario
from model.settings import settings
from model.world import BoardRow, ClusterRow, PartnershipRow, SiteRow, StudentRow, Town, World

BASELINE = Scenario.load("baseline")
MIXED = {"mbo_students_per_cluster": 4, "mbo_mix": "mixed"}
GROWING = {"growth_clusters": 4, "growth_boards": 4}
POPULATIONS = ("students", "mentors", "trainers", "sites", "communities", "boards", "institutes", "leaderships")


def make(seed: int = 1, **values: Any) -> Partnership:
    return Partnership(BASELINE.with_values(**values), rng=seed)


def after(years: int = 0, weeks: int = 0, seed: int = 1, **values: Any) -> Partnership:
    there = make(seed, **values)
    there.run(years=years, weeks=weeks)
    return there


def columns_of(there: Partnership) -> dict[str, NDArray[Any]]:
    """Live views of all columns, by name."""
    found = {}
    for name in POPULATIONS:
        population = getattr(there, name)
        found |= {f"{name}.{state}": population.column(state) for state in population.columns}
    return found


def differences(one: Partnership, other: Partnership) -> list[str]:
    """The columns, and the weekly record, that are not the same bits."""
    ours, theirs = columns_of(one), columns_of(other)
    found = [name for name in ours if ours[name].tobytes() != theirs[name].tobytes()]
    if one.weekly_record.tobytes() != other.weekly_record.tobytes():
        found.append("weekly_record")
    return found


def by_key(there: Partnership, population: str = "students") -> dict[int, tuple[Any, ...]]:
    """Each agent's states, without links by row number, found by key."""
    rows = getattr(there, population)
    links = {"site", "cluster", "mentor", "board", "partnership", "first", "end"}
    kept = [rows.column(name) for name in rows.columns if name not in links]
    return {key: row for key, *row in zip(rows.column("key").tolist(), *kept, strict=True)}


def settings_of(**values: Any) -> Any:
    """The record of parameters that rules read, without checks of ranges."""
    return settings({**BASELINE.values, **values})[0]


def rows_of(family: type[RowAgent], count: int, **states: Any) -> Any:
    """Columns of agents outside any model, all states 0 but those given."""
    population = Population(None, family)  # type: ignore[arg-type]
    population.append(count)
    for name, value in states.items():
        population.column(name)[:] = value
    return population.rows()


def floats(*values: float) -> NDArray[np.float64]:
    return np.array(values, np.float64)


def small_world(
    sites: list[dict[str, Any]],
    students: dict[tuple[str, int], int] | None = None,
    boards: list[dict[str, Any]] | None = None,
    clusters: list[dict[str, Any]] | None = None,
    **values: Any,
) -> Scenario:
    """A partnership that can be reckoned by hand: one town, and the rows that are given, unchecked."""
    board_rows = boards or [{"name": "board"}]
    cluster_rows = clusters or [{"name": "cluster", "board": board_rows[0]["name"]}]
    of_board = {
        "partnership": "p",
        "denomination": "christian",
        "member": True,
        "lead": False,
        "max_clusters": 9,
        "max_students": 99,
    }
    of_site = {
        "board": board_rows[0]["name"],
        "cluster": cluster_rows[0]["name"],
        "town": "town",
        "latitude": 53.0,
        "longitude": 6.5,
        "kind": "school",
        "denomination": "christian",
        "concept": "regular",
        "pupils": 228,
        "recognised": True,
        "mentors": 2,
        "mentors_trained": 0,
    }
    world = World(
        towns=(Town("town", 53.0, 6.5, 1000),),
        partnerships=(PartnershipRow("p"),),
        boards=tuple(BoardRow(**of_board | row) for row in board_rows),
        clusters=tuple(ClusterRow(**{"partnership": "p"} | row) for row in cluster_rows),
        sites=tuple(SiteRow(**of_site | {"name": f"site {n}"} | row) for n, row in enumerate(sites)),
        students=tuple(StudentRow("p", *of, count) for of, count in (students or {("fulltime", 1): 1}).items()),
    )
    everything = {**BASELINE.values, **values}
    return Scenario("small", "small", "klein", "", "", everything, world, beyond_range=True)
