"""The start: partnerships, boards, clusters, sites and the stock of students (5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil

from samenspel.model.luck.draws import Stream

from .agent import BOARD, COMMUNITY, SITE, make_key
from .arithmetic import kilometres, largest_remainder, round_half_up, spread
from .boards import Board, Institute, Leadership
from .community import Community
from .constants import STOCK_YEAR, SYNTHETIC_MOVE, SYNTHETIC_SIZE
from .sites import Site
from .students import HboStudent
from .year.intake import targets


@dataclass
class Town:
    """A town that students live around."""

    name: str
    x: float
    y: float
    inhabitants: float


def make_towns(world) -> list[Town]:
    return [Town(t.name, *kilometres(t.longitude, t.latitude), t.inhabitants) for t in world.towns]


def make_world(model) -> None:
    """Partnerships of the file, merged into the first if asked, then synthetic variations of the first."""
    world, p = model.world, model.p
    model.merged = len(world.partnerships) if p.merge_partnerships else 1
    described = 1 if p.merge_partnerships else len(world.partnerships)
    partnerships = max(described, p.partnerships)
    for number in range(partnerships):
        model.institutes.append(Institute(model, number))
        model.leaderships.append(Leadership(model, number))
    names = [partnership.name for partnership in world.partnerships]
    board_of = {board.name: board for board in world.boards}
    cluster_of = {cluster.name: cluster for cluster in world.clusters}

    def partnership_of(row) -> int:
        """A board's own; a cluster's own or its board's; a site's cluster's or its board's."""
        if getattr(row, "cluster", None) is not None:
            row = cluster_of[row.cluster]
        if getattr(row, "partnership", None) is None:
            row = board_of[row.board]
        return 0 if p.merge_partnerships else names.index(row.partnership)

    clusters = [row for name in names for row in first_clusters(world, name, p.clusters_share)]
    clusters.sort(key=world.clusters.index)
    existing = [row.name for row in clusters]
    sites = [row if row.cluster in existing else replace(row, cluster=None) for row in world.sites]
    described_rows = [[(partnership_of(row), row) for row in rows] for rows in (world.boards, clusters, sites)]
    of_the_file = build(model, *described_rows, {}, synthetic=False)
    for number in range(described, partnerships):
        copies = [[(number, row) for home, row in rows if home == 0] for rows in described_rows]
        build(model, *copies, of_the_file, synthetic=True)
    for institute in model.institutes:
        institute.hours_pool = institute.hours_wanted


def first_clusters(world, partnership: str, share: float) -> list:
    """The clusters of a partnership that exist; the sites of the others are candidates."""
    rows = [row for row in world.clusters if row.partnership == partnership]
    return rows[: ceil(share * len(rows) - 1e-9)]


def build(model, board_rows, cluster_rows, site_rows, other_boards: dict, *, synthetic: bool) -> dict:
    """Boards, clusters and sites of given rows, with the mentors of the sites in clusters; returns boards by name."""
    boards, communities = dict(other_boards), {}
    for partnership, row in board_rows:
        number = model.next_number(BOARD, partnership)
        boards[row.name] = Board(model, make_key(BOARD, 0, partnership, number), number, row, partnership)
        model.boards.add(boards[row.name])
    for partnership, row in cluster_rows:
        number = model.next_number(COMMUNITY, partnership)
        communities[row.name] = Community(
            model, number, 0, boards[row.board], partnership, row.places, row.own, maturity=1.0, familiarity=1.0
        )
        model.communities.add(communities[row.name])
    for partnership, row in site_rows:
        site = make_site(model, row, boards[row.board], partnership, synthetic)
        model.sites.add(site)
        if row.cluster is not None:
            site.cluster = communities[row.cluster]
            site.engage_mentors(0, model.p.mentors_trained_share)
    for community in communities.values():
        for mentor in community.mentors:
            model.mentors.add(mentor)
    return boards


def make_site(model, row, board, partnership: int, synthetic: bool) -> Site:
    number = model.next_number(SITE, partnership)
    key = make_key(SITE, 0, partnership, number)
    x, y = kilometres(row.longitude, row.latitude)
    pupils = row.pupils
    if synthetic:
        u = [model.luck(Stream.SYNTHETIC, key, 0, n) for n in range(3)]
        x += spread(0, SYNTHETIC_MOVE, u[0])
        y += spread(0, SYNTHETIC_MOVE, u[1])
        pupils = max(1, round_half_up(pupils * spread(1, SYNTHETIC_SIZE, u[2])))
    counts = (row.mentors, row.mentors_trained, row.care_mentors)
    return Site(model, key, number, row, board, partnership, x, y, pupils, counts)


def make_stock(model) -> None:
    """Hbo students of all years, all still outside."""
    enrol(model, [stock(model, partnership) for partnership in range(len(model.institutes))])


def enrol(model, stocks) -> None:
    """So many students of each partnership, programme and year; running numbers by year."""
    for partnership, by_programme in enumerate(stocks):
        for programme, by_year in by_programme.items():
            number = 0
            for year, count in enumerate(by_year, start=1):
                for _ in range(count):
                    student = HboStudent(model, programme, partnership, 0, number)
                    if model.p.form_start == "new":
                        student.grow_into(year)
                    student.year = year
                    model.students.add(student)
                    number += 1


def stock(model, partnership: int) -> dict[str, list[int]]:
    """How many of each programme and year: the scenario's table, else by shares."""
    shares = (*STOCK_YEAR, 1 - sum(STOCK_YEAR))
    by_shares = {a: largest_remainder(target, shares) for a, target in targets(model, partnership).items()}
    return counted(model, partnership) or by_shares


def wanted(model, partnership: int) -> dict[str, int]:
    """Hbo students of each programme."""
    table = counted(model, partnership)
    return {a: sum(by_year) for a, by_year in table.items()} if table else targets(model, partnership)


def counted(model, partnership: int) -> dict[str, list[int]]:
    """The students whom the scenario's table counts; nothing where it counts none."""
    names = [row.name for row in model.world.partnerships]
    table = [
        row
        for row in model.world.students
        if (0 if model.p.merge_partnerships else names.index(row.partnership)) == partnership
    ]
    return {
        programme: [
            sum(row.count for row in table if row.programme == programme and row.year == year) for year in range(1, 5)
        ]
        for programme in (targets(model, partnership) if table else ())
    }
