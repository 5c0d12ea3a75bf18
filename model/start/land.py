"""Where everything stands: the rows of a scenario as columns, and synthetic variations of them (RULES 5).

Nothing here depends on luck.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from samenspel.agents.compiled import rule
from samenspel.agents.organisations import CommunityColumns, Denomination, Stage
from samenspel.agents.students import HBO_PROGRAMMES, Programme
from samenspel.agents.trainers import KINDS, TrainerColumns, TrainerKind
from samenspel.model.declared.parameters import Parameters
from samenspel.model.declared.world import World
from samenspel.model.here import Here, TownColumns, bit_of
from samenspel.model.input.scenario import Scenario
from samenspel.model.luck.keys import Kind, give_keys
from samenspel.model.state import Columns, ModelState, nobody_yet, people_on
from samenspel.model.year.communities import give_described
from samenspel.model.year.intake import YEARS
from samenspel.model.year.room import has_room
from samenspel.model.year.territory import follow_partnership, hours_of_seat, take_seats

SCHOOL_HOURS, INSTITUTE_HOURS = bit_of("trainer_hours"), bit_of("institute_trainer_hours")
"""Bits of communities whose trainers have hours of their own."""
KM_EAST, KM_NORTH = 67.0, 111.2
"""Kilometres per degree at the latitude of Groningen."""


def kilometres(longitude: Any, latitude: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A flat map, good to a percent over a hundred kilometres."""
    return KM_EAST * (np.asarray(longitude, float) - 6.5), KM_NORTH * (np.asarray(latitude, float) - 53.0)


def people_in(model: mesa.Model[Any, Any], scenario: Scenario, seed: int) -> ModelState:
    """The land of a scenario with its own luck, before anybody is there."""
    return people_on(land_of(scenario), model, seed)


def land_of(scenario: Scenario) -> ModelState:
    """The land of a scenario, laid out once; nobody may change it."""
    return _lands(_Same(scenario))


@dataclass(frozen=True, eq=False)
class _Same:
    """A scenario, which is the same when it is that very one; to compare all of its values would take longer."""

    scenario: Scenario

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.scenario is other.scenario

    def __hash__(self) -> int:
        return id(self.scenario)


@lru_cache(maxsize=32)
def _lands(same: _Same) -> ModelState:
    return lay_out(same.scenario)


def lay_out(scenario: Scenario) -> ModelState:
    """Boards, sites, communities with their seats of trainers, institutes and leaderships; nobody is there yet."""
    here = nobody_yet(scenario)
    p, world, now = here.p, here.world, here.now
    index = {row.name: 0 if p.merge_partnerships else k for k, row in enumerate(world.partnerships)}
    described = max(index.values()) + 1
    total = max(described, int(p.partnerships))
    now["described"], now["partnerships"], now["named"] = described, total, len(world.partnerships)
    now["mergers"] = len(world.mergers)
    here.towns = towns_of(world, bool(p.merge_partnerships))
    here.counted = counted(world, index, described)

    boards = _boards_of(world, index)
    clusters = _clusters_of(world, index, p)
    sites = _sites_of(world, boards["partnership"], clusters["partnership"])
    if total > described:
        _multiply(boards, clusters, sites, described, total - described)
    for population, columns in ((here.boards, boards), (here.sites, sites), (here.communities, clusters)):
        population.append(columns["partnership"].size)
        for name in columns.keys() & population.columns.keys():
            population.column(name)[:] = columns[name]
    for population, kind in ((here.boards, Kind.BOARD), (here.sites, Kind.SITE), (here.communities, Kind.COMMUNITY)):
        give_keys(int(kind), population.column("partnership"), total, population.column("key"))
    here.institutes.append(total)
    here.institutes.column("hours_factor")[:] = 1.0
    here.leaderships.append(total)
    _settle_communities(here, clusters["described"])
    has_room(here.all())
    return here


def towns_of(world: World, merged: bool) -> TownColumns:
    """The towns of each described partnership, in file order."""
    index = {row.name: k for k, row in enumerate(world.partnerships)}
    of_board = {row.name: index[row.partnership] for row in world.boards}
    of_cluster = {row.name: index[row.partnership] for row in world.clusters}
    sites = [(row.town, of_cluster[row.cluster] if row.cluster else of_board[row.board]) for row in world.sites]
    parts, first = [], [0]
    for k in range(1 if merged else len(world.partnerships)):
        named = {town for town, at in sites if merged or at == k}
        rows = [row for row in world.towns if row.name in named]
        people = np.cumsum([float(row.inhabitants) for row in rows])
        parts.append((people / people[-1], *kilometres([r.longitude for r in rows], [r.latitude for r in rows])))
        first.append(first[-1] + len(rows))
    upto, x, y = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return TownColumns.of(first=np.array(first), upto=upto, x=x, y=y)


def counted(world: World, index: Mapping[str, int], described: int) -> NDArray[np.int64]:
    """Hbo students that the file counts, by partnership, programme and year in one row."""
    found = np.zeros((described, HBO_PROGRAMMES, YEARS), np.int64)
    for row in world.students:
        found[index[row.partnership], Programme[row.programme.upper()], row.year - 1] += row.count
    return found.ravel()


def _boards_of(world: World, index: Mapping[str, int]) -> Columns:
    """The columns of boards; `index` has the row of each partnership."""
    founder = np.array([row.member for row in world.boards])
    columns = {
        "partnership": np.array([index[row.partnership] for row in world.boards]),
        "denomination": np.array([Denomination[row.denomination.upper()] for row in world.boards]),
        "lead": np.array([row.lead for row in world.boards]),
        "founder": founder,
        "max_clusters": np.array([row.max_clusters for row in world.boards]),
        "max_students": np.array([row.max_students for row in world.boards]),
        "stage": np.where(founder, Stage.MEMBER, Stage.OUTSIDE),
        "hours_factor": np.ones(founder.size),
        "made_of": np.ones(founder.size, np.int64),
        "merger": np.full(founder.size, -1),
        "merges_in": np.zeros(founder.size, np.int64),
        "merges_into": np.full(founder.size, -1),
    }
    for number, (merger, (first, *others)) in enumerate(world.mergers_by_row()):
        columns["merger"][others], columns["merges_in"][others] = number, merger.year
        columns["merges_into"][others] = first
    return columns


def _clusters_of(world: World, index: Mapping[str, int], p: Parameters) -> Columns:
    """The columns of clusters; what a file leaves out is as the parameters say."""
    board_row = {row.name: n for n, row in enumerate(world.boards)}
    board = np.array([board_row[row.board] for row in world.clusters])
    count = board.size
    return {
        "partnership": np.array([index[row.partnership] for row in world.clusters]),
        "board": board,
        "opened_by": board,
        "places": _counts([row.places for row in world.clusters], int(p.students_per_cluster)),
        "described": np.arange(count),
        "maturity": np.ones(count),
        "parts": np.ones(count, np.int64),
    }


def _sites_of(world: World, of_board: NDArray[Any], of_cluster: NDArray[Any]) -> Columns:
    """The columns of sites, which are of their cluster's partnership, or without one of their board's."""
    board_row = {row.name: n for n, row in enumerate(world.boards)}
    cluster_row = {row.name: n for n, row in enumerate(world.clusters)}
    board = np.array([board_row[row.board] for row in world.sites])
    cluster = np.array([-1 if row.cluster is None else cluster_row[row.cluster] for row in world.sites])
    x, y = kilometres([row.longitude for row in world.sites], [row.latitude for row in world.sites])
    return {
        "partnership": np.where(cluster >= 0, of_cluster[cluster], of_board[board]),
        "board": board,
        "cluster": cluster,
        "x": x,
        "y": y,
        "public": np.array([row.denomination == "public" for row in world.sites]),
        "ikc": np.array([row.kind == "ikc" for row in world.sites]),
        "recognised": np.array([row.recognised for row in world.sites]),
        "pupils": np.array([row.pupils for row in world.sites]),
        "mentors": _counts([row.mentors for row in world.sites], -1),
        "mentors_trained": _counts([row.mentors_trained for row in world.sites], -1),
        "care_mentors": _counts([row.care_mentors for row in world.sites], -1),
    }


def _counts(given: list[Any], otherwise: Any) -> NDArray[Any]:
    return np.array([otherwise if value is None else value for value in given])


ROWS_OF = {"board": "boards", "opened_by": "boards", "merges_into": "boards", "cluster": "clusters"}
"""Columns that name rows, and of which table."""


def _multiply(boards: Columns, clusters: Columns, sites: Columns, described: int, copies: int) -> None:
    """Append `copies` copies of the first partnership's rows; what is of another one stays what it is."""
    tables = {"boards": boards, "clusters": clusters, "sites": sites}
    kept = {name: np.flatnonzero(table["partnership"] == 0) for name, table in tables.items()}
    new_row = {}
    for name, table in tables.items():
        place = np.full(table["partnership"].size + 1, -1)  # the last one stands for "none" (-1)
        place[kept[name]] = np.arange(kept[name].size)
        new_row[name] = place, table["partnership"].size
    for name, table in tables.items():
        size = kept[name].size
        copy = np.repeat(np.arange(copies), size)
        for column, values in table.items():
            repeated = np.tile(values[kept[name]], copies)
            if column == "partnership":
                repeated = described + copy
            elif column in ROWS_OF:
                of = ROWS_OF[column]
                place, offset = new_row[of]
                repeated = np.where(place[repeated] < 0, repeated, offset + copy * kept[of].size + place[repeated])
            table[column] = np.concatenate([values, repeated])


def _settle_communities(here: ModelState, described: NDArray[np.intp]) -> None:
    """Settings and seats of communities; who is there from the start is of the first two kinds."""
    count = here.communities.size
    here.communities.column("sites")[:] = np.bincount(here.sites.column("cluster") + 1, minlength=count + 1)[1:]
    here.trainers.append(KINDS * count)
    appoint_pairs(here.settings, here.communities.rows(), here.trainers.rows())
    have_as_others(here.all())
    give_described(here, described)


@rule
def appoint_pairs(settings: Any, c: CommunityColumns, t: TrainerColumns) -> None:
    """The seats of communities that are there from the start, before it is known who holds them."""
    for k in range(c.key.size):
        take_seats(settings[0], c, t, k, 0)


@rule
def have_as_others(here: Here) -> None:
    """Communities and their seats have what the partnership has, but for what they have of their own."""
    p, t = here.settings[0], here.t
    follow_partnership(here)
    for seat in range(t.key.size):
        own = here.c.own[t.cluster[seat]]
        of_its_own = (t.kind[seat] == TrainerKind.SCHOOL and own & SCHOOL_HOURS != 0) or (
            t.kind[seat] == TrainerKind.INSTITUTE and own & INSTITUTE_HOURS != 0
        )
        if not of_its_own:
            t.hours[seat] = hours_of_seat(p, t.kind[seat])
