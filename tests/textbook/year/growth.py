"""Growth: plans on 1 April (4.2), clusters that open at the turn of the year (4.3.6)."""

from __future__ import annotations

from dataclasses import dataclass

from samenspel.model.luck.draws import Stream

from ..agent import COMMUNITY
from ..arithmetic import distance, round_half_up
from ..community import Community
from ..constants import CLUSTER_PLACES_LEAST, CLUSTER_PLACES_MOST, COVENANT_PLACES


@dataclass
class Plan:
    """A cluster that is to open, with the sites kept for it."""

    board: object
    places: int
    sites: list
    extra: bool  # within a board that was a member from the start


def make_plans(model) -> None:
    """1 April."""
    for leadership in model.leaderships:
        if model.year >= model.p.growth_start_year:
            if leadership.in_time:
                plan_extra_clusters(model, leadership.partnership)
            talk_with_new_boards(model, leadership.partnership, in_time=leadership.in_time)


def plan_extra_clusters(model, partnership: int) -> None:
    """4.2.1."""
    p = model.p
    boards = [board for board in model.boards if board.partnership == partnership and board.member_at_start]
    for board in boards:
        if sum(other.extra_clusters for other in boards) >= p.growth_clusters:
            return
        has = len(board.clusters_here)
        room = board.max_students - COVENANT_PLACES * has
        if (
            board.extra_clusters >= board.made_of
            or board.stopped
            or has >= board.max_clusters
            or room < CLUSTER_PLACES_LEAST
        ):
            continue
        places = round_half_up(p.students_per_cluster * min(room, CLUSTER_PLACES_MOST) / COVENANT_PLACES)
        if plan_cluster(model, board, places, extra=True):
            board.extra_clusters += 1


def talk_with_new_boards(model, partnership: int, *, in_time: bool) -> None:
    """4.2.2: without time for talks nobody says yes, but who said so before goes on."""
    p = model.p
    for board in model.invited_boards(partnership):
        if in_time and board.stage == "outside" and board.u(Stream.BOARD_TALK) < p.board_agrees:
            board.stage = "agreed"
        most = p.clusters_per_new_board * board.made_of
        if board.stage == "outside" or board.stopped or len(board.clusters_here) >= most:
            continue
        plan_cluster(model, board, p.students_per_cluster, extra=False)


def plan_cluster(model, board, places: int, *, extra: bool) -> bool:
    """4.2.3: a plan if enough sites decide for it."""
    p = model.p
    deciding = [site for site in candidate_sites(model, board) if site.u(Stream.SITE_DECISION) < p.site_agrees]
    for seed in deciding:
        if seed.board is not board:
            continue
        sites = sites_around(p, seed, deciding)
        if len(sites) >= p.sites_needed:
            for site in sites:
                site.planned = True
            model.plans.append(Plan(board, places, sites, extra))
            return True
    return False


def candidate_sites(model, board) -> list:
    """Sites that may join, in row order."""
    return [
        site
        for site in model.sites
        if site.partnership == board.partnership
        and site.cluster is None
        and not site.planned
        and (site.board is board or (model.p.cross_denomination and site.board.stage in ("agreed", "member")))
    ]


def sites_around(p, seed, deciding) -> list:
    """The seed and up to three others, nearest first."""
    near = [site for site in deciding if site is not seed and distance(site, seed) <= p.cluster_distance]
    near.sort(key=lambda site: distance(site, seed))
    other_side = [site for site in near if site.public != seed.public]
    if p.cross_denomination and other_side:
        second = other_side[0]
        near = [second, *(site for site in near if site is not second)]
    return [seed, *near[:3]]


def open_clusters(model, year: int) -> None:
    """4.3.6."""
    for plan in model.plans:
        board = plan.board
        for site in plan.sites:
            site.planned = False
        if board.u(Stream.TRAINER_FOUND, 1) < model.p.trainer_found:
            open_cluster(model, plan, year)
        elif plan.extra:
            board.extra_clusters -= 1
    model.plans = []
    for institute in model.institutes:
        institute.hire()


def open_cluster(model, plan, year: int) -> None:
    p, board = model.p, plan.board
    number = model.next_number(COMMUNITY, board.partnership)
    community = Community(
        model, number, year, board, board.partnership, plan.places, {}, p.maturity_new, p.familiarity_new
    )
    model.communities.add(community)
    for site in plan.sites:
        site.cluster = community
    for site in community.sites:
        site.engage_mentors(year, p.new_mentors_trained_share)
        for mentor in site.mentors:
            model.mentors.add(mentor)
    board.stage = "member"
