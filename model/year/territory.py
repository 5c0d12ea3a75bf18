"""Where everything stands: the rows of a scenario's partnership as columns, and its synthetic variations (RULES 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.mentors import MentorKind
from samenspel.agents.organisations import Stage
from samenspel.agents.trainers import KINDS, TrainerKind
from samenspel.model.declared.constants import SYNTHETIC_MOVE, SYNTHETIC_SIZE
from samenspel.model.declared.parameters import Parameters
from samenspel.model.luck.draws import Stream
from samenspel.model.luck.keys import CARE_PLACE, Kind, key_of, number_of, numbered
from samenspel.model.state import Columns, ModelState, Towns
from samenspel.model.year.communities import SEATS, follow_partnership, give_described
from samenspel.model.year.newcomers import new_mentors, new_trainers, spread

if TYPE_CHECKING:
    from samenspel.model.input.scenario import World

KM_EAST, KM_NORTH = 67.0, 111.2
"""Kilometres per degree at the latitude of Groningen."""
DENOMINATIONS = ("christian", "catholic", "public", "mixed")


def kilometres(longitude: Any, latitude: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A flat map, good to a percent over a hundred kilometres."""
    return KM_EAST * (np.asarray(longitude, float) - 6.5), KM_NORTH * (np.asarray(latitude, float) - 53.0)


def lay_towns(world: World, merged: bool) -> Towns:
    """The towns of each described partnership, in file order."""
    index = {row.name: k for k, row in enumerate(world.partnerships)}
    of_board = {row.name: index[row.partnership] for row in world.boards}
    of_cluster = {row.name: index[row.partnership] for row in world.clusters}
    sites = [(row.town, of_cluster[row.cluster] if row.cluster else of_board[row.board]) for row in world.sites]
    tables = []
    for k in range(1 if merged else len(world.partnerships)):
        named = {town for town, at in sites if merged or at == k}
        rows = [row for row in world.towns if row.name in named]
        people = np.cumsum([float(row.inhabitants) for row in rows])
        tables.append((people / people[-1], *kilometres([r.longitude for r in rows], [r.latitude for r in rows])))
    cumulative, x, y = zip(*tables, strict=True)
    return Towns(cumulative, x, y, len(tables))


def lay_out(here: ModelState) -> None:
    """Fill boards, communities, sites, institutes and leaderships, with their mentors and trainers, at the start."""
    p, world = here.p, here.world
    index = {row.name: 0 if p.merge_partnerships else k for k, row in enumerate(world.partnerships)}
    described = max(index.values()) + 1
    total = max(described, int(p.partnerships))
    here.partnership_count = total
    here.towns = lay_towns(world, bool(p.merge_partnerships))

    boards = _boards_of(world, index)
    clusters = _clusters_of(world, index, p)
    sites = _sites_of(world, boards["partnership"], clusters["partnership"])
    copies = total - described
    if copies:
        _multiply(boards, clusters, sites, described, copies)
    _fill(here, boards, clusters, sites, described)


def _boards_of(world: World, index: Mapping[str, int]) -> Columns:
    """The columns of boards; `index` has the row of each partnership."""
    return {
        "partnership": np.array([index[row.partnership] for row in world.boards]),
        "denomination": np.array([DENOMINATIONS.index(row.denomination) for row in world.boards]),
        "lead": np.array([row.lead for row in world.boards]),
        "founder": np.array([row.member for row in world.boards]),
        "max_clusters": np.array([row.max_clusters for row in world.boards]),
        "max_students": np.array([row.max_students for row in world.boards]),
    }


def _clusters_of(world: World, index: Mapping[str, int], p: Parameters) -> Columns:
    """The columns of clusters; what a file leaves out is as the parameters say."""
    board_row = {row.name: n for n, row in enumerate(world.boards)}
    return {
        "partnership": np.array([index[row.partnership] for row in world.clusters]),
        "board": np.array([board_row[row.board] for row in world.clusters]),
        "places": _counts([row.places for row in world.clusters], int(p.students_per_cluster)),
        "described": np.arange(len(world.clusters)),
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


def _multiply(
    boards: Columns,
    clusters: Columns,
    sites: Columns,
    described: int,
    copies: int,
) -> None:
    """Append `copies` copies of the first partnership's rows; what is of another one stays what it is."""
    kept = {name: np.flatnonzero(table["partnership"] == 0) for name, table in _tables(boards, clusters, sites)}
    new_row = {}
    for name, table in _tables(boards, clusters, sites):
        place = np.full(table["partnership"].size + 1, -1)  # the last one stands for "none" (-1)
        place[kept[name]] = np.arange(kept[name].size)
        new_row[name] = place, table["partnership"].size
    for name, table in _tables(boards, clusters, sites):
        size = kept[name].size
        copy = np.repeat(np.arange(copies), size)
        for column, values in table.items():
            repeated = np.tile(values[kept[name]], copies)
            if column == "partnership":
                repeated = described + copy
            elif column in ("board", "cluster"):
                place, offset = new_row[column + "s"]
                width = kept[column + "s"].size
                repeated = np.where(place[repeated] < 0, repeated, offset + copy * width + place[repeated])
            table[column] = np.concatenate([values, repeated])


def _tables(boards: Columns, clusters: Columns, sites: Columns) -> tuple[tuple[str, Columns], ...]:
    return ("boards", boards), ("clusters", clusters), ("sites", sites)


def _fill(here: ModelState, boards: Columns, clusters: Columns, sites: Columns, described: int) -> None:
    """Boards, sites, institutes, leaderships and clusters from their columns."""
    _fill_boards(here, boards)
    _fill_sites(here, sites, described)
    here.institutes.append(here.partnership_count)
    here.institutes.columns["hours_factor"][:] = 1.0
    here.leaderships.append(here.partnership_count)

    here.communities.append(0)
    open_clusters(here, 0, clusters, here.p.mentors_trained_share, maturity=1.0, familiarity=1.0, new=False)
    here.boards.columns["grown"][:] = 0
    institutes = here.institutes.columns
    institutes["hours_pool"][:] = institute_hours(here)
    institutes["pool"][:] = 1.0


def _fill_boards(here: ModelState, boards: Columns) -> None:
    here.boards.append(boards["partnership"].size)
    b = here.boards.columns
    for name, values in boards.items():
        b[name][:] = values
    b["key"][:] = key_of(Kind.BOARD, 0, b["partnership"], numbered(b["partnership"]))
    b["stage"][:] = np.where(b["founder"], Stage.MEMBER, Stage.OUTSIDE)
    b["hours_factor"][:] = 1.0
    b["made_of"][:] = 1


def _fill_sites(here: ModelState, sites: Columns, described: int) -> None:
    p, draws = here.p, here.draws
    here.sites.append(sites["partnership"].size)
    o = here.sites.columns
    for name in ("partnership", "board", "cluster", "x", "y", "public", "ikc", "recognised", "pupils"):
        o[name][:] = sites[name]
    o["key"][:] = key_of(Kind.SITE, 0, o["partnership"], numbered(o["partnership"]))
    _vary(here, np.flatnonzero(o["partnership"] >= described))
    o["classes"][:] = np.maximum(1, np.floor(o["pupils"] / p.class_size + 0.5))
    o["climate"][:] = spread(p.climate_mean, p.climate_spread, draws.uniform(Stream.SITE_STATE, o["key"], 0))
    here.site_counts = {name: sites[name] for name in ("mentors", "mentors_trained", "care_mentors")}


def _vary(here: ModelState, synthetic: NDArray[np.intp]) -> None:
    """Sites of synthetic partnerships lie a little elsewhere than those they copy, and are larger or smaller."""
    if not synthetic.size:
        return
    o, draws = here.sites.columns, here.draws
    keys = o["key"][synthetic]
    o["x"][synthetic] += spread(0.0, SYNTHETIC_MOVE, draws.uniform(Stream.SYNTHETIC, keys, 0, 0))
    o["y"][synthetic] += spread(0.0, SYNTHETIC_MOVE, draws.uniform(Stream.SYNTHETIC, keys, 0, 1))
    factor = spread(1.0, SYNTHETIC_SIZE, draws.uniform(Stream.SYNTHETIC, keys, 0, 2))
    o["pupils"][synthetic] = np.maximum(1, np.floor(o["pupils"][synthetic] * factor + 0.5))


def institute_hours(here: ModelState) -> NDArray[np.float64]:
    """Institute trainer hours a week that all clusters of each partnership ask."""
    hours = here.trainers.column("hours")[TrainerKind.INSTITUTE :: KINDS]
    return np.bincount(here.communities.column("partnership"), hours, here.partnership_count)


def fill_pool(here: ModelState) -> None:
    """The share of the institute hours that are asked now which the institute can give with the trainers it has."""
    asked, institutes = institute_hours(here), here.institutes.rows()
    institutes.pool[:] = np.where(asked > 0, np.minimum(1.0, institutes.hours_pool / np.maximum(asked, 1e-12)), 1.0)


def open_clusters(
    here: ModelState,
    week: int,
    rows: Columns,
    trained_share: float,
    *,
    maturity: float,
    familiarity: float,
    new: bool,
) -> None:
    """Add communities with trainers and mentors; their sites already name the new rows as their cluster."""
    count = rows["partnership"].size
    at = here.communities.append(count)
    c = here.communities.columns
    for name in ("partnership", "board", "places"):
        c[name][at] = rows[name]
    c["opened"][at], c["opened_by"][at] = week, rows["board"]
    c["maturity"][at] = maturity
    c["parts"][at] = 1
    all_partnerships = here.communities.column("partnership")
    c["key"][at] = key_of(Kind.COMMUNITY, week, c["partnership"][at], numbered(all_partnerships)[at])
    c["sites"][at] = np.bincount(here.sites.column("cluster").clip(min=-1) + 1, minlength=at.stop + 1)[1:][at]
    _appoint_trainers(here, at, week, familiarity)
    follow_partnership(here)
    give_described(here, at, rows["described"])
    _give_mentors(here, at, week, trained_share, new=new)


def _appoint_trainers(here: ModelState, clusters: slice, week: int, familiarity: float) -> None:
    """A seat of every kind in each of these new clusters; who is there from the start is of the first two kinds."""
    count, c = clusters.stop - clusters.start, here.communities.columns
    seats = here.trainers.append(KINDS * count)
    t = here.trainers.columns
    kinds = np.tile(np.arange(KINDS), count)
    cluster = np.repeat(np.arange(clusters.start, clusters.stop), KINDS)
    t["kind"][seats], t["cluster"][seats] = kinds, cluster
    t["present"][seats] = kinds <= TrainerKind.INSTITUTE
    number = number_of(c["key"][cluster])
    t["key"][seats] = key_of(Kind.TRAINER, week, c["partnership"][cluster], number * KINDS + kinds)
    t["hours"][seats] = np.tile([getattr(here.p, name) for name in SEATS], count)
    new_trainers(here, seats, week, familiarity)


def _give_mentors(here: ModelState, clusters: slice, week: int, trained_share: float, *, new: bool) -> None:
    """The mentors of new clusters: ordered by cluster, site and place at the site."""
    p, o = here.p, here.sites.columns
    size = here.sites.size
    of_these = np.flatnonzero((o["cluster"][:size] >= clusters.start) & (o["cluster"][:size] < clusters.stop))
    sites = of_these[np.argsort(o["cluster"][of_these], kind="stable")]
    given, trained, care_given = (
        here.site_counts[name][sites] for name in ("mentors", "mentors_trained", "care_mentors")
    )
    willing = p.willing_share * o["classes"][sites] + here.draws.uniform(Stream.MENTOR_WILLING, o["key"][sites], week)
    teachers = np.where(given >= 0, given, np.maximum(1, np.floor(willing))).astype(np.int64).clip(max=CARE_PLACE)
    care = np.where(care_given >= 0, care_given, np.where(o["ikc"][sites], p.care_mentors_per_ikc, 0)).clip(
        max=CARE_PLACE
    )
    per_site = teachers + care
    site = np.repeat(sites, per_site)
    nth = np.arange(site.size) - np.repeat(np.cumsum(per_site) - per_site, per_site)
    is_care = nth >= np.repeat(teachers, per_site)
    place = np.where(is_care, CARE_PLACE + nth - np.repeat(teachers, per_site), nth)

    rows = here.mentors.append(site.size)
    m = here.mentors.columns
    m["site"][rows], m["place"][rows] = site, place
    m["cluster"][rows], m["board"][rows] = o["cluster"][site], o["board"][site]
    m["kind"][rows] = np.where(is_care, MentorKind.CARE, MentorKind.TEACHER)
    m["key"][rows] = key_of(Kind.MENTOR, week, o["partnership"][site], (number_of(o["key"][site]) << 6) + place)
    known = np.repeat(trained, per_site)
    counted = np.where((known >= 0) & ~is_care, (place < known).astype(np.int64), -1)
    new_mentors(here, rows, week, trained_share, new=new, counted=counted)
