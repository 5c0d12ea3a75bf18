"""Boards merge at the turn of the year: what they have is one board's from then on (RULES 4.9)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.mathematics import power
from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.organisations import Stage
from samenspel.agents.trainers import KINDS, TrainerKind
from samenspel.model.luck.keys import number_of
from samenspel.model.state import ModelState
from samenspel.model.year.territory import DENOMINATIONS

ADDED = (
    "max_clusters", "max_students", "made_of", "trained", "paid_teacher_hours", "paid_care_hours",
    "cost", "grant", "contribution",
)  # fmt: skip
"""What the merged board has of all boards together, and the others no more."""
Rows = NDArray[np.intp]


def merge_boards(here: ModelState, school_year: int) -> None:
    """Carry out the mergers of which this is the first school year."""
    for merger, boards in here.world.mergers_by_row():
        if merger.year == school_year:
            for rows in _everywhere(here, np.array(boards)):
                _merge(here, rows, school_year - 1)


def _everywhere(here: ModelState, boards: Rows) -> Iterator[Rows]:
    """Rows of these boards: those that the file describes, and their copies in synthetic partnerships."""
    yield boards
    b = here.boards.rows()
    if b.partnership[boards[0]] == 0:
        for k in range(here.towns.described, here.partnership_count):
            yield np.flatnonzero(b.partnership == k)[number_of(b.key[boards])]


def _merge(here: ModelState, rows: Rows, closed_year: int) -> None:
    """The first of these boards becomes all of them; the others are no more."""
    b, first, others = here.boards.rows(), rows[0], rows[1:]
    b.hours_factor[first] = weighted_mean(b.hours_factor[rows], _full_hours(here)[rows])
    _merge_budgets(here, rows, closed_year)
    b.grown[first] = b.grown[rows[b.founder[rows] == b.founder[first]]].sum()
    for name in ADDED:
        column = here.boards.column(name)
        column[first], column[others] = column[rows].sum(), 0
    b.lead[first], b.lead[others] = b.lead[rows].any(), False
    b.stopped[first], b.stopped[others] = b.stopped[rows].all(), False
    b.stage[first], b.stage[others] = b.stage[rows].max(), Stage.MERGED
    if (b.denomination[rows] != b.denomination[first]).any():
        b.denomination[first] = DENOMINATIONS.index("mixed")
    b.hours_factor[others], b.grown[others], b.budget_rate[others], b.budget_year[others] = 1.0, 0, 0.0, 0
    for population in (here.sites, here.communities, here.mentors):
        board = population.column("board")
        board[np.isin(board, others)] = first


def _full_hours(here: ModelState) -> NDArray[np.float64]:
    """Hours a week that each board facilitates before cuts: its active mentors' and its school trainers'."""
    p, m, count = here.p, here.mentors.rows(), here.boards.size
    mentor = np.where(m.kind == MentorKind.CARE, p.care_mentor_hours, p.mentor_hours) * (m.role == Role.ACTIVE)
    school = here.trainers.column("hours")[TrainerKind.SCHOOL :: KINDS]
    of_clusters = np.bincount(here.communities.column("board"), school, count)
    return np.asarray(np.bincount(m.board, mentor, count) + of_clusters)


def _merge_budgets(here: ModelState, rows: Rows, closed_year: int) -> None:
    """One budget a student from the boards that have one, each as it has grown by the year that was closed."""
    b, o = here.boards.rows(), here.sites.rows()
    known = rows[b.budget_year[rows] > 0]
    if known.size:
        students = np.bincount(o.board, o.hbo_students, here.boards.size)[known]
        years = (closed_year - b.budget_year[known].astype(np.int64)).tolist()
        grown = [power(1.0 + here.p.budget_growth, float(since)) for since in years]
        b.budget_rate[rows[0]] = weighted_mean(b.budget_rate[known] * grown, students)
        b.budget_year[rows[0]] = closed_year


def weighted_mean(values: NDArray[np.float64], weights: NDArray[np.float64]) -> float:
    """The mean by weight; the plain mean where nothing has weight."""
    total = weights.sum()
    return float((values * weights).sum() / total if total > 0 else values.mean())
