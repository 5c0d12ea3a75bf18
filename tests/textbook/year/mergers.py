"""Boards merge (4.9)."""

from __future__ import annotations

from samenspel.agents.mathematics import power

from .finance import students_of

STAGES = ("outside", "agreed", "member")


def merge_boards(model, school_year: int) -> None:
    """The mergers of which `school_year` is the first year, in every partnership that has such boards."""
    for merger in model.world.mergers:
        if merger.year == school_year:
            for institute in model.institutes:
                boards = [
                    board
                    for board in model.boards
                    if board.partnership == institute.partnership
                    and board.stage != "merged"
                    and board.name in merger.boards
                ]
                if boards:
                    merge(model, boards, merger.name, school_year - 1)


def merge(model, boards: list, name: str, closed_year: int) -> None:
    founders = [board for board in boards if board.member_at_start]
    first = (founders or boards)[0]
    others = [board for board in boards if board is not first]

    hours = [full_hours(model, board) for board in boards]
    first.hours_factor = average([board.hours_factor for board in boards], hours)
    merge_budgets(model, boards, first, closed_year)
    first.stopped = all(board.stopped for board in boards)
    first.stage = STAGES[max(STAGES.index(board.stage) for board in boards)]
    first.lead = any(board.lead for board in boards)
    if len({board.denomination for board in boards}) > 1:
        first.denomination = "mixed"
    first.extra_clusters = sum(board.extra_clusters for board in founders or boards)
    for account in ("max_clusters", "max_students", "made_of", "mentors_trained", "cost", "grant", "contribution"):
        setattr(first, account, sum(getattr(board, account) for board in boards))
        for other in others:
            setattr(other, account, 0)
    for owned in (*model.sites, *model.communities):
        if owned.board in others:
            owned.board = first
    for other in others:
        other.stage = "merged"
        other.lead = other.stopped = False
        other.hours_factor, other.budget_rate, other.budget_year = 1.0, 0.0, 0
    first.name = name


def full_hours(model, board) -> float:
    """Hours a week that the board facilitates before cuts."""
    p = model.p
    mentors = [mentor for mentor in model.mentors if mentor.board is board and mentor.active]
    hours = sum(p.care_mentor_hours if mentor.kind == "care" else p.mentor_hours for mentor in mentors)
    return hours + sum(community.school_trainer_hours for community in board.clusters)


def merge_budgets(model, boards: list, first, closed_year: int) -> None:
    with_budget = [board for board in boards if board.budget_year]
    if not with_budget:
        return
    growth = 1 + model.p.budget_growth
    rates = [board.budget_rate * power(growth, float(closed_year - board.budget_year)) for board in with_budget]
    first.budget_rate = average(rates, [students_of(model, board) for board in with_budget])
    first.budget_year = closed_year


def average(values: list[float], weights: list[float]) -> float:
    if sum(weights) == 0:
        return sum(values) / len(values)
    return sum(value * weight for value, weight in zip(values, weights, strict=True)) / sum(weights)
