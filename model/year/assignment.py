"""The cheapest assignment of persons to seats, exact: shortest augmenting paths (Crouse 2016).

Crouse: doi 10.1109/TAES.2016.140952.

The order in which seats are looked at is that of SciPy's `linear_sum_assignment`, so that of assignments which cost the
same it is the same one that is found.
"""

from __future__ import annotations

import math

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


@rule
def seats_of(cost: Floats) -> Ints:
    """The column of every row at the least cost together; there are no more rows than columns."""
    rows, columns = cost.shape
    u, v, far = np.zeros(rows), np.zeros(columns), np.empty(columns)
    before, row_of = np.full(columns, -1, np.int64), np.full(columns, -1, np.int64)
    column_of, left = np.full(rows, -1, np.int64), np.empty(columns, np.int64)
    seen_rows, seen = np.empty(rows, np.bool_), np.empty(columns, np.bool_)
    for row in range(rows):
        sink, least = find_path(cost, row, u, v, far, before, row_of, left, seen_rows, seen)
        u[row] += least
        for i in range(rows):
            if seen_rows[i] and i != row:
                u[i] += least - far[column_of[i]]
        for j in range(columns):
            if seen[j]:
                v[j] -= least - far[j]
        take_path(row, sink, before, row_of, column_of)
    return column_of


@rule
def find_path(cost: Floats, row: int, u: Floats, v: Floats, far: Floats, before: Ints, row_of: Ints, left: Ints,
              seen_rows: Flags, seen: Flags) -> tuple[int, float]:  # fmt: skip
    """The shortest path, at reduced cost, from a row to a column that is free: that column and the path's length.

    `far` and `before` become the length of the path to each column and the row before it; seen is what it went by.
    """
    columns = far.size
    seen_rows[:], seen[:], far[:] = False, False, math.inf
    for n in range(columns):
        left[n] = columns - 1 - n  # so that with one cost everywhere person n has seat n
    i, least, count = row, 0.0, columns
    while True:
        seen_rows[i] = True
        best, lowest = -1, math.inf
        for n in range(count):
            j = left[n]
            length = least + cost[i, j] - u[i] - v[j]
            if length < far[j]:
                before[j], far[j] = i, length
            if far[j] < lowest or (far[j] == lowest and row_of[j] < 0):
                best, lowest = n, far[j]
        j, least, count = left[best], lowest, count - 1
        seen[j], left[best] = True, left[count]
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
