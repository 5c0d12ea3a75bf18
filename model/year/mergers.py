"""Boards merge at the turn of the year: what they have is one board's from then on (RULES 4.9)."""

from __future__ import annotations

import numpy as np

from samenspel.agents.columns import Floats, Ints
from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import power
from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.organisations import BoardColumns, Denomination, Stage
from samenspel.agents.rows import rows_where
from samenspel.agents.trainers import KINDS, TrainerKind
from samenspel.model.here import Here


@rule
def merge_boards(here: Here, school_year: int) -> None:
    """Carry out the mergers of which this is the first school year, in order; copies of partnerships do the same."""
    b = here.b
    for number in range(here.now[0].mergers):
        for first in range(b.key.size):
            rows = boards_of(b, number, first)
            if rows.size > 1 and b.merges_in[rows[1]] == school_year:
                merge(here, rows, school_year - 1)


@rule
def boards_of(b: BoardColumns, number: int, first: int) -> Ints:
    """The boards of a merger into one: that one, then members from the start, then others, in row order."""
    going = np.zeros(b.key.size, np.bool_)
    count = 1
    for n in range(b.key.size):
        going[n] = b.merger[n] == number and b.merges_into[n] == first
        count += going[n]
    rows, at = np.empty(count, np.int64), 1
    rows[0] = first
    for founder in (True, False):
        for n in rows_where(going):
            if b.founder[n] == founder:
                rows[at] = n
                at += 1
    return rows


@rule
def merge(here: Here, rows: Ints, closed_year: int) -> None:
    """The first of these boards becomes all of them; the others are no more."""
    b, first = here.b, rows[0]
    b.hours_factor[first] = weighted_mean(b.hours_factor[rows], full_hours(here)[rows])
    merge_budgets(here, rows, closed_year)
    grown = 0
    for n in rows:
        grown += b.grown[n] if b.founder[n] == b.founder[first] else 0
    b.grown[first] = grown
    for n in rows[1:]:
        add_up(b, first, n)
        leave_all(b, n)
    hand_over(here, rows)


@rule
def add_up(b: BoardColumns, first: int, n: int) -> None:
    """What the merged board has of another one too."""
    b.max_clusters[first] += b.max_clusters[n]
    b.max_students[first] += b.max_students[n]
    b.made_of[first] += b.made_of[n]
    b.trained[first] += b.trained[n]
    b.paid_teacher_hours[first] += b.paid_teacher_hours[n]
    b.paid_care_hours[first] += b.paid_care_hours[n]
    b.cost[first] += b.cost[n]
    b.grant[first] += b.grant[n]
    b.contribution[first] += b.contribution[n]
    b.lead[first] |= b.lead[n]
    b.stopped[first] &= b.stopped[n]
    b.stage[first] = max(b.stage[first], b.stage[n])
    if b.denomination[n] != b.denomination[first]:
        b.denomination[first] = Denomination.MIXED


@rule
def leave_all(b: BoardColumns, n: int) -> None:
    """A board that has gone into another one has nothing any more."""
    b.max_clusters[n] = b.max_students[n] = b.made_of[n] = b.trained[n] = b.grown[n] = b.budget_year[n] = 0
    b.paid_teacher_hours[n] = b.paid_care_hours[n] = b.cost[n] = b.grant[n] = b.contribution[n] = 0.0
    b.lead[n] = b.stopped[n] = False
    b.stage[n], b.hours_factor[n], b.budget_rate[n] = Stage.MERGED, 1.0, 0.0


@rule
def hand_over(here: Here, rows: Ints) -> None:
    """Sites, communities and mentors of all these boards are of the first."""
    gone = np.zeros(here.b.key.size, np.bool_)
    for n in rows[1:]:
        gone[n] = True
    for board in (here.o.board, here.c.board, here.m.board):
        for n in range(board.size):
            if gone[board[n]]:
                board[n] = rows[0]


@rule
def full_hours(here: Here) -> Floats:
    """Hours a week that each board facilitates before cuts: its active mentors' and its school trainers'."""
    p, m, c = here.settings[0], here.m, here.c
    mentors, trainers = np.zeros(here.b.key.size), np.zeros(here.b.key.size)
    for k in range(m.key.size):
        if m.role[k] == Role.ACTIVE:
            mentors[m.board[k]] += p.care_mentor_hours if m.kind[k] == MentorKind.CARE else p.mentor_hours
    for k in range(c.key.size):
        trainers[c.board[k]] += here.t.hours[KINDS * k + TrainerKind.SCHOOL]
    for n in range(mentors.size):
        mentors[n] += trainers[n]
    return mentors


@rule
def merge_budgets(here: Here, rows: Ints, closed_year: int) -> None:
    """One budget a student from the boards that have one, each as it has grown by the year that was closed."""
    p, b, o = here.settings[0], here.b, here.o
    students, rates, known = np.zeros(rows.size), np.zeros(rows.size), 0
    for at in range(rows.size):
        n = rows[at]
        if b.budget_year[n] > 0:
            rates[known] = b.budget_rate[n] * power(1.0 + p.budget_growth, float(closed_year - b.budget_year[n]))
            for site in range(o.key.size):
                students[known] += o.hbo_students[site] if o.board[site] == n else 0
            known += 1
    if known:
        b.budget_rate[rows[0]] = weighted_mean(rates[:known], students[:known])
        b.budget_year[rows[0]] = closed_year


@rule
def weighted_mean(values: Floats, weights: Floats) -> float:
    """The mean by weight; the plain mean where nothing has weight."""
    total = weight = plain = 0.0
    for n in range(values.size):
        total += values[n] * weights[n]
        plain += values[n]
        weight += weights[n]
    return total / weight if weight > 0.0 else plain / values.size
