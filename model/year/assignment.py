"""The cheapest assignment of persons to seats, exact: shortest augmenting paths (Crouse 2016).

Crouse: doi 10.1109/TAES.2016.140952.

The order in which seats are looked at is that of SciPy's `linear_sum_assignment`, so that of assignments which cost the
same it is the same one that is found.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from samenspel.agents.columns import Flags, Floats, Ints
from samenspel.agents.compiled import rule


@rule
def assign(cost: Floats) -> Ints:
    """The seat of every person, -1 for who has none, at the least cost together.

    Parameters
    ----------
    cost
        Finite, shape (persons, seats). As many have a seat as there are persons or seats, whichever are fewer.
    """
    persons, seats = cost.shape
    if persons <= seats:
        return seats_of(cost)
    found = np.full(persons, -1, np.int64)
    person_of = seats_of(np.ascontiguousarray(cost.T))
    for seat in range(seats):
        found[person_of[seat]] = seat
    return found


class Search(NamedTuple):
    """What is known of shortest paths, at reduced cost."""

    u: Floats  # prices of rows
    v: Floats  # prices of columns
    far: Floats  # the length of the path to each column
    before: Ints  # the row before it
    row_of: Ints  # who has each column, -1 nobody
    left: Ints  # columns that the present path has not been by
    seen_rows: Flags  # what it has been by
    seen: Flags


@rule
def seats_of(cost: Floats) -> Ints:
    """The column of every row at the least cost together; there are no more rows than columns."""
    rows, columns = cost.shape
    column_of = np.full(rows, -1, np.int64)
    known = Search(
        np.zeros(rows), np.zeros(columns), np.empty(columns), np.full(columns, -1, np.int64),
        np.full(columns, -1, np.int64), np.empty(columns, np.int64), np.empty(rows, np.bool_),
        np.empty(columns, np.bool_),
    )  # fmt: skip
    for row in range(rows):
        sink, least = find_path(cost, row, known)
        known.u[row] += least
        for i in range(rows):
            if known.seen_rows[i] and i != row:
                known.u[i] += least - known.far[column_of[i]]
        for j in range(columns):
            if known.seen[j]:
                known.v[j] -= least - known.far[j]
        take_path(row, sink, known.before, known.row_of, column_of)
    return column_of


@rule
def find_path(cost: Floats, row: int, known: Search) -> tuple[int, float]:
    """The shortest path, at reduced cost, from a row to a column that is free: that column and the path's length."""
    far, before, row_of, left = known.far, known.before, known.row_of, known.left
    columns = far.size
    known.seen_rows[:], known.seen[:], far[:] = False, False, math.inf
    for n in range(columns):
        left[n] = columns - 1 - n  # so that with one cost everywhere person n has seat n
    i, least, count = row, 0.0, columns
    while True:
        known.seen_rows[i] = True
        best, lowest = -1, math.inf
        for n in range(count):
            j = left[n]
            length = least + cost[i, j] - known.u[i] - known.v[j]
            if length < far[j]:
                before[j], far[j] = i, length
            if far[j] < lowest or (far[j] == lowest and row_of[j] < 0):
                best, lowest = n, far[j]
        j, least, count = left[best], lowest, count - 1
        known.seen[j], left[best] = True, left[count]
        if row_of[j] < 0:
            return j, least
        i = row_of[j]


@rule
def take_path(row: int, sink: int, before: Ints, row_of: Ints, column_of: Ints) -> None:
    """Everybody on the path to a free column moves up; the row gets one."""
    j = sink
    while True:
        i = before[j]
        row_of[j] = i
        column_of[i], j = j, column_of[i]
        if i == row:
            return
