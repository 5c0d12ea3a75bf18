"""Rows come, go and change places: compiled, and as plain Python, it is what NumPy does."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from samenspel.agents.columns import (
    Bundle,
    Flags,
    Floats,
    Ints,
    members_in,
    members_of,
    resize,
    room_for,
    width_of,
)
from samenspel.agents.rows import arrange, clear, copy_rows, rows_above, rows_where, sort_by
from tests.places import ROOT
from tests.strategies import examples

COMPILED = not numba.config.DISABLE_JIT


class Wide(Bundle):
    """A column of every width that states have."""

    real: Floats
    key: Ints
    row: Ints
    place: Ints
    kind: Ints
    flag: Flags


class Both(Bundle):
    """Rows, and what is known beside them."""

    rows: Wide
    known: Floats


DTYPES = {
    name: np.dtype(kind)
    for name, kind in {
        "real": np.float64, "key": np.int64, "row": np.int32, "place": np.int16, "kind": np.int8, "flag": np.bool_,
    }.items()
}  # fmt: skip


def some(count: int, room: int = 40, first: int = 1) -> Any:
    """So many rows, each of them other numbers, with room for more; beyond them is what nobody may read."""
    bundle = room_for(Wide, DTYPES, room)
    for column in bundle._whole.values():
        column[:] = 7
        column[:count] = np.arange(first, first + count) % (2 if column.dtype == np.bool_ else 100)
    bundle.real[:count] += 0.5
    resize(bundle, count)
    return bundle


def copies(bundle: Any) -> dict[str, NDArray[Any]]:
    return {name: column.copy() for name, column in members_of(bundle).items()}


def assert_same(bundle: Any, expected: dict[str, NDArray[Any]]) -> None:
    for name, column in members_of(bundle).items():
        np.testing.assert_array_equal(column, expected[name], err_msg=name)


def assert_untouched(bundle: Any, first: int) -> None:
    """Beyond this row is what was there before."""
    for name, column in bundle._whole.items():
        assert (column[first:] == np.array(7).astype(column.dtype)).all(), name


@st.composite
def orders(draw: st.DrawFn) -> tuple[int, list[int]]:
    """How many rows there are, and some of them in any order."""
    count = draw(st.integers(0, 30))
    kept = draw(st.permutations(range(count)))
    return count, kept[: draw(st.integers(0, count))]


# --- columns at once -------------------------------------------------------------------------------------------------


@numba.njit
def widths(rows):  # type: ignore[no-untyped-def]
    found = np.empty(members_in(rows), np.int64)
    for k in range(found.size):
        found[k] = width_of(rows, k)
    return found


def test_widths_are_those_of_the_columns() -> None:
    assert widths(some(3)).tolist() == [dtype.itemsize for dtype in DTYPES.values()] == [8, 8, 4, 2, 1, 1]


@examples(60)
@given(count=st.integers(0, 30), ends=st.tuples(st.integers(0, 30), st.integers(0, 30)))
def test_rows_are_cleared_and_no_others(count: int, ends: tuple[int, int]) -> None:
    first, end = sorted(min(count, n) for n in ends)
    rows = some(count)
    expected = copies(rows)
    clear(rows, first, end)
    for column in expected.values():
        column[first:end] = 0
    assert_same(rows, expected)
    assert_untouched(rows, count)


@examples(60)
@given(order=orders())
def test_rows_are_arranged_as_by_an_index(order: tuple[int, list[int]]) -> None:
    count, kept = order
    rows = some(count)
    expected = {name: column[kept] for name, column in copies(rows).items()}
    arrange(rows, np.array(kept, np.int64))
    resize(rows, len(kept))
    assert_same(rows, expected)
    assert_untouched(rows, count)


@examples(60)
@given(order=orders())
def test_rows_are_copied_to_another_bundle(order: tuple[int, list[int]]) -> None:
    count, kept = order
    rows, others = some(count), some(len(kept), first=50)
    before = copies(rows)
    copy_rows(rows, np.array(kept, np.int64), others)
    assert_same(others, {name: column[kept] for name, column in before.items()})
    assert_same(rows, before)
    assert_untouched(others, len(kept))


# --- order -----------------------------------------------------------------------------------------------------------

few = st.integers(-3, 3)  # many are equal


@examples(150)
@given(values=st.lists(st.one_of(few.map(float), st.floats(allow_nan=False)), max_size=40), data=st.data())
def test_rows_are_sorted_and_equal_ones_stay_as_they_were(values: list[float], data: st.DataObject) -> None:
    column, order = np.array(values, np.float64), np.array(data.draw(st.permutations(range(len(values)))), np.int64)
    order = order[: data.draw(st.integers(0, order.size))].copy()
    expected = order[np.argsort(column[order], kind="stable")]
    sort_by(column, order)
    assert order.tolist() == expected.tolist()


@examples(100)
@given(rows=st.lists(st.tuples(few, few.map(float), few), max_size=60))
def test_sorting_by_the_last_first_is_sorting_by_all(rows: list[tuple[int, float, int]]) -> None:
    first, second, third = (
        np.array([row[k] for row in rows], kind) for k, kind in enumerate((np.int32, np.float64, np.int64))
    )
    order = np.arange(len(rows))
    for column in (third, second, first):
        sort_by(column, order)
    assert order.tolist() == np.lexsort((third, second, first)).tolist()


@pytest.mark.parametrize("count", [0, 1, 2, 1000])
def test_what_is_in_order_or_backwards_is_sorted_too(count: int) -> None:
    values = np.arange(count, dtype=np.float64)
    for there in (values, -values, np.zeros(count)):
        order = np.arange(count)
        sort_by(there, order)
        assert order.tolist() == np.argsort(there, kind="stable").tolist()


# --- which rows ------------------------------------------------------------------------------------------------------


@examples(60)
@given(flags=st.lists(st.booleans(), max_size=30), numbers=st.lists(few, max_size=30), least=few)
def test_rows_are_found_in_order(flags: list[bool], numbers: list[int], least: int) -> None:
    assert rows_where(np.array(flags, np.bool_)).tolist() == np.flatnonzero(flags).tolist()
    column = np.array(numbers, np.int32)
    assert rows_above(column, least).tolist() == np.flatnonzero(column > least).tolist()


# --- sizes within a rule ---------------------------------------------------------------------------------------------


@numba.njit
def grow(here, more, value):  # type: ignore[no-untyped-def]
    seen = np.zeros(more + 1, np.int64)
    seen[0] = here.rows.real.size
    for n in range(more):
        first = here.rows.real.size
        resize(here.rows, first + 1)
        clear(here.rows, first, first + 1)
        here.rows.real[first] = value
        seen[n + 1] = here.rows.real.size
    here.known[0] = here.rows.real.sum()
    return seen


@numba.njit
def shrink_to(rows, count):  # type: ignore[no-untyped-def]
    before = rows.key.size
    resize(rows, count)
    return before, rows.key.size, rows.real.size, rows.key.sum()


@pytest.mark.parametrize("count", [0, 3])
@pytest.mark.parametrize("more", [0, 1, 20])
def test_a_rule_knows_new_sizes(count: int, more: int) -> None:
    rows = some(count)
    known, expected = np.zeros(1), copies(rows)
    here = Both.of(rows=rows, known=known)
    assert grow(here, more, 2.5).tolist() == list(range(count, count + more + 1))
    rows.follow()
    assert rows.real.tolist() == [*expected["real"].tolist(), *[2.5] * more]
    assert rows.key.tolist() == [*expected["key"].tolist(), *[0] * more]
    assert known[0] == rows.real.sum()


def test_a_rule_knows_that_fewer_are_left() -> None:
    rows = some(9)
    assert shrink_to(rows, 4) == (9, 4, 4, 1 + 2 + 3 + 4)
    rows.follow()
    assert (rows.key.tolist(), rows.flag.tolist()) == ([1, 2, 3, 4], [True, False, True, False])


# --- both ways -------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not COMPILED, reason="this is the other way")
def test_all_of_this_holds_without_compilation() -> None:
    told = subprocess.run(
        [sys.executable, "-m", "pytest", __file__, "-n", "0", "-q", "-p", "no:cacheprovider"],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTEST_ADDOPTS": ""},  # coverage of a part would be too little
    )  # fmt: skip
    assert told.returncode == 0, told.stdout
    assert told.stdout.splitlines()[0].split()[0].endswith("s"), "compiled after all"
