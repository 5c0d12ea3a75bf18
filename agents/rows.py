"""Rows of a population come, go and change places: every column of its states at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from samenspel.agents.columns import Flags, Ints, as_words, members_in, width_of
from samenspel.agents.compiled import rule


@rule
def clear(rows: Any, first: int, end: int) -> None:
    """All states of the rows from `first` to before `end` are 0."""
    for k in range(members_in(rows)):
        width = width_of(rows, k)
        if width == 8:
            as_words(rows, k, np.int64(0))[first:end] = 0
        elif width == 4:
            as_words(rows, k, np.int32(0))[first:end] = 0
        elif width == 2:
            as_words(rows, k, np.int16(0))[first:end] = 0
        else:
            as_words(rows, k, np.int8(0))[first:end] = 0


@rule
def arrange(rows: Any, order: Ints) -> None:
    """The first rows become those that `order` names, in that order."""
    for k in range(members_in(rows)):
        width = width_of(rows, k)
        if width == 8:
            take(as_words(rows, k, np.int64(0)), order)
        elif width == 4:
            take(as_words(rows, k, np.int32(0)), order)
        elif width == 2:
            take(as_words(rows, k, np.int16(0)), order)
        else:
            take(as_words(rows, k, np.int8(0)), order)


@rule
def copy_rows(rows: Any, order: Ints, others: Any) -> None:
    """The rows of `others` become those that `order` names; both have the same states."""
    for k in range(members_in(rows)):
        width = width_of(rows, k)
        if width == 8:
            copy_words(as_words(rows, k, np.int64(0)), order, as_words(others, k, np.int64(0)))
        elif width == 4:
            copy_words(as_words(rows, k, np.int32(0)), order, as_words(others, k, np.int32(0)))
        elif width == 2:
            copy_words(as_words(rows, k, np.int16(0)), order, as_words(others, k, np.int16(0)))
        else:
            copy_words(as_words(rows, k, np.int8(0)), order, as_words(others, k, np.int8(0)))


@rule
def copy_words(column: Ints, order: Ints, others: Ints) -> None:
    """The elements of `others` become those that `order` names."""
    for n in range(order.size):
        others[n] = column[order[n]]


@rule
def take(column: Ints, order: Ints) -> None:
    """The first elements become those that `order` names."""
    kept = np.empty(order.size, column.dtype)
    for n in range(order.size):
        kept[n] = column[order[n]]
    column[: order.size] = kept


@rule
def sort_by(values: Any, order: Ints) -> None:
    """Put rows in order of their values; of equal ones the one that came first stays first.

    A merge of runs that are in order already, so that what is nearly sorted costs little. By several values: by the
    last one first.
    """
    count = order.size
    other, ends = np.empty(count, order.dtype), np.empty(count + 1, np.int64)
    while True:
        runs = runs_in(values, order, ends)
        if runs <= 1:
            return
        first = 0
        for run in range(0, runs, 2):
            middle = ends[run]
            end = ends[run + 1] if run + 1 < runs else middle
            merge(values, order, first, middle, end, other)
            first = end
        order[:] = other


@rule
def runs_in(values: Any, order: Ints, ends: Ints) -> int:
    """In how many runs the rows are in order; `ends` gets where each ends."""
    runs = 0
    for n in range(1, order.size + 1):
        if n == order.size or values[order[n]] < values[order[n - 1]]:
            ends[runs] = n
            runs += 1
    return runs


@rule
def merge(values: Any, order: Ints, first: int, middle: int, end: int, merged: Ints) -> None:
    """Two runs become one."""
    i, j = first, middle
    for n in range(first, end):
        if j >= end or (i < middle and values[order[i]] <= values[order[j]]):
            merged[n] = order[i]
            i += 1
        else:
            merged[n] = order[j]
            j += 1


@rule
def rows_where(flags: Flags) -> Ints:
    """The rows at which a flag is set, in order."""
    found, count = np.empty(flags.size, np.int64), 0
    for i in range(flags.size):
        if flags[i]:
            found[count] = i
            count += 1
    return found[:count]


@rule
def rows_above(column: Any, least: int) -> Ints:
    """The rows at which a column is more than `least`, in order."""
    found, count = np.empty(column.size, np.int64), 0
    for i in range(column.size):
        if column[i] > least:
            found[count] = i
            count += 1
    return found[:count]
