"""Bundles of columns: what a compiled rule reads is what Python reads, and never memory that is not there."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numba
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba.core.errors import TypingError

from samenspel.agents.columns import Bundle, Flags, Floats, Ints, members_of, resize
from samenspel.agents.organisations import Board
from samenspel.agents.population import Population
from samenspel.agents.rows import arrange
from samenspel.agents.students import Status, Student
from tests.lives import make, plain
from tests.places import ROOT
from tests.strategies import examples

DTYPES = (np.float64, np.int64, np.int32, np.int16, np.int8, np.bool_)


class Inner(Bundle):
    """Two columns of different width."""

    many: Floats
    few: Ints


class Outer(Bundle):
    """A column, and two bundles."""

    flags: Flags
    one: Inner
    other: Inner


class One(Bundle):
    """A column of any kind."""

    x: Any


@numba.njit(nogil=True)
def total(bundle):  # type: ignore[no-untyped-def]
    found = 0.0
    for i in range(bundle.flags.size):
        if bundle.flags[i]:
            found += 1.0
    for i in range(bundle.one.many.size):
        found += bundle.one.many[i]
    for i in range(bundle.other.few.size):
        found += bundle.other.few[i]
    return found


@numba.njit(nogil=True)
def add(bundle, number):  # type: ignore[no-untyped-def]
    for i in range(bundle.x.size):
        bundle.x[i] += number
    return bundle.x.size


@numba.njit
def sum_of(bundle):  # type: ignore[no-untyped-def]
    return bundle.x.sum()


@numba.njit
def misspelt(bundle):  # type: ignore[no-untyped-def]
    return bundle.y.size


def inner(many: list[float], few: list[int]) -> Inner:
    return Inner.of(many=np.array(many, np.float64), few=np.array(few, np.int16))


# --- what rules read -------------------------------------------------------------------------------------------------

numbers = st.lists(st.floats(-1e6, 1e6), max_size=9)
whole = st.lists(st.integers(-(2**15), 2**15 - 1), max_size=9)


@examples(60)
@given(flags=st.lists(st.booleans(), max_size=9), one=st.tuples(numbers, whole), other=st.tuples(numbers, whole))
def test_a_compiled_rule_reads_what_python_reads(flags: list[bool], one: Any, other: Any) -> None:
    bundle = Outer.of(flags=np.array(flags, np.bool_), one=inner(*one), other=inner(*other))
    assert total(bundle) == total.py_func(bundle)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [0, 1, 5])
def test_a_column_of_any_kind_and_size_is_read_and_written(dtype: type, size: int) -> None:
    column = np.arange(size).astype(dtype)
    bundle = One.of(x=column)
    assert bundle.x is column
    assert sum_of(bundle) == column.sum()
    if dtype is not np.bool_:
        assert add(bundle, 1) == size
        assert column.tolist() == list(range(1, size + 1))


LIVE = """
import numpy as np
from samenspel.agents.organisations import LearningCommunity
from samenspel.agents.students import Student
from samenspel.model.week.supervision import supervision_quality
from tests.lives import rows_of, settings_of

n = 50
rng = np.random.default_rng(1)
s = rows_of(Student, n, status=rng.integers(0, 3, n), guidance=rng.random(n), trainer_guidance=rng.random(n))
supervision_quality(settings_of(), s, rows_of(LearningCommunity, 1))
print(hasattr(supervision_quality, "py_func"), s.supervision.tobytes().hex(), s.remembered.tobytes().hex())
"""


def test_without_compilation_a_rule_reads_the_same_columns() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", LIVE], cwd=ROOT, text=True, stdout=subprocess.PIPE, check=True,
            env=os.environ | {"NUMBA_DISABLE_JIT": disabled},
        ).stdout.split()
        for disabled in ("0", "1")
    ]  # fmt: skip
    assert [compiled for compiled, *_ in told] == ["True", "False"]
    assert told[0][1:] == told[1][1:]


@numba.njit
def week_after(bundle):  # type: ignore[no-untyped-def]
    bundle.x[0].week += 1
    return bundle.x[0].week, bundle.x[0].share


def test_a_record_is_read_and_written_by_name() -> None:
    record = np.zeros(1, np.dtype([("week", np.int64), ("share", np.float64)], align=True)).view(np.recarray)
    record["week"], record["share"] = 40, 0.25
    bundle = One.of(x=record)
    assert week_after(bundle) == (41, 0.25)
    assert record["week"][0] == 41
    assert plain(week_after)(bundle) == (42, 0.25)


def test_bundles_of_one_class_with_other_columns_are_other_types() -> None:
    """Were the first one's type kept, the second would be read as what it is not."""
    wide, narrow = One.of(x=np.array([1, 2, 3], np.int64)), One.of(x=np.array([1, 2, 3], np.int8))
    assert numba.typeof(wide) != numba.typeof(narrow)
    assert (sum_of(wide), sum_of(narrow)) == (6, 6)
    swapped = Inner.of(few=np.array([7, 8], np.int16), many=np.array([0.5]))
    bundle = Outer.of(flags=np.zeros(1, np.bool_), one=swapped, other=swapped)
    assert total(bundle) == 0.5 + 15


def test_equal_columns_are_one_type() -> None:
    assert numba.typeof(One.of(x=np.zeros(3))) == numba.typeof(One.of(x=np.zeros(0)))
    assert type(One.of(x=np.zeros(3))) is type(One.of(x=np.zeros(0)))


def test_a_misspelt_member_is_refused_when_a_rule_is_compiled() -> None:
    with pytest.raises(TypingError, match="Unknown attribute 'y' of type One"):
        misspelt(One.of(x=np.zeros(3)))


# --- what is refused -------------------------------------------------------------------------------------------------


def read_only() -> np.ndarray[Any, Any]:
    column = np.zeros(4)
    column.flags.writeable = False
    return column


NO_COLUMNS = {
    "two dimensions": lambda: np.zeros((2, 2)),
    "no dimension": lambda: np.zeros(()),
    "every second element": lambda: np.zeros(8)[::2],
    "backwards": lambda: np.zeros(8)[::-1],
    "read-only": read_only,
    "astride": lambda: np.zeros(17, np.uint8)[1:].view(np.float64),
    "a field": lambda: np.zeros(4, [("a", np.float64), ("b", np.float64)])["a"],
    "objects": lambda: np.zeros(4, object),
    "texts": lambda: np.zeros(4, "U3"),
    "dates": lambda: np.zeros(4, "M8[D]"),
    "bytes of another machine": lambda: np.zeros(4, np.dtype(np.float64).newbyteorder()),
}


@pytest.mark.parametrize("what", NO_COLUMNS)
def test_what_rules_could_not_read_is_no_column(what: str) -> None:
    with pytest.raises(ValueError, match="x is not a column: numbers in one dimension and one piece of memory"):
        One.of(x=NO_COLUMNS[what]())


@pytest.mark.parametrize(
    "name", ["_members", "_table", "_address", "_numba_type_", "__class__", "of", "holding", "follow"]
)
def test_no_member_has_a_name_that_bundles_use(name: str) -> None:
    with pytest.raises(ValueError, match=f"a member cannot be named '{name}'"):
        Bundle.of(**{name: np.zeros(3)})


def test_every_state_may_be_a_member() -> None:
    for population in make().populations:
        assert list(members_of(population.rows())) == list(population.columns)


def test_a_member_cannot_become_another_array() -> None:
    """Rules would go on reading the old one."""
    bundle = One.of(x=np.zeros(4))
    with pytest.raises(AttributeError, match=r"write x\[:\]"):
        bundle.x = np.zeros(8)[::2]
    with pytest.raises(AttributeError, match=r"write x\[:\]"):
        bundle.x += 1.0  # which changes the elements, and then sets the attribute
    bundle.x[:] += 1.0
    assert sum_of(bundle) == 4 + 4


def test_a_bundle_without_an_address_is_an_error_and_no_crash() -> None:
    bundle = One.of(x=np.zeros(4))
    del vars(bundle)["_address"]
    with pytest.raises(AttributeError, match="_address"):
        sum_of(bundle)
    vars(bundle)["_address"] = "nowhere"
    with pytest.raises(TypeError):
        sum_of(bundle)
    assert sum_of(One.of(x=np.ones(4))) == 4


# --- views and copies ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 3, 5])
def test_a_bundle_of_another_size_has_the_same_memory(count: int) -> None:
    one, before = Inner.of(many=np.arange(5.0), few=np.arange(5, dtype=np.int16)), np.arange(5.0)
    bundle, many = Outer.of(flags=np.zeros(1, np.bool_), one=one, other=one), one.many
    resize(one, count)
    assert (one.many.tolist(), one.few.size) == (before[:count].tolist(), count)
    assert np.shares_memory(one.many, many) == (count > 0)
    assert total(bundle) == 2 * sum(range(count))
    resize(one, 5)
    assert one.many.tolist() == before.tolist()
    assert total(bundle) == 2 * sum(range(5))


def keep(population: Population[Any], rows: list[int]) -> None:
    arrange(population.rows(), np.array(rows, np.int64))
    resize(population.rows(), len(rows))


def boards(count: int) -> Population[Any]:
    population: Population[Any] = Population(None, Board)  # type: ignore[arg-type]
    population.append(count)
    population.column("cost")[:] = np.arange(count)
    return population


@numba.njit(nogil=True)
def cost(b):  # type: ignore[no-untyped-def]
    found = 0.0
    for k in range(b.cost.size):
        found += b.cost[k]
    return found


@numba.njit(nogil=True)
def raise_cost(b, by):  # type: ignore[no-untyped-def]
    for k in range(b.cost.size):
        b.cost[k] += by


def test_rows_follow_a_population_that_grows_and_is_arranged() -> None:
    population = boards(4)
    assert cost(population.rows()) == 6
    spare = set()
    for _ in range(40):  # with and without room to spare
        before, room = population.rows(), population.room
        rows = population.append(1)
        population.column("cost")[rows] = 1.0
        spare.add(len(population) <= room)
        assert (before is population.rows()) == (len(population) <= room)
        assert before.cost.size == min(len(population), room)
        assert cost(population.rows()) == population.column("cost").sum()
    assert spare == {True, False}
    keep(population, [3, 1])
    assert (cost(population.rows()), population.rows().cost.tolist()) == (4, [3, 1])
    raise_cost(population.rows(), 1.0)
    assert population.column("cost").tolist() == [4, 2]
    keep(population, [])
    assert cost(population.rows()) == 0
    assert population.rows() is population.rows()


def test_rows_of_before_keep_the_memory_that_they_point_to() -> None:
    population = boards(1000)
    old = population.rows()
    population.append(5000)
    assert not np.shares_memory(old.cost, population.column("cost"))
    for name in list(population.columns):
        population.columns[name] = np.zeros(0, population.columns[name].dtype)
    del population
    gc.collect()
    filled = [np.full(1000, 7.0) for _ in range(200)]
    assert cost(old) == sum(range(1000))
    raise_cost(old, 1.0)
    assert all((column == 7.0).all() for column in filled)


def test_a_bundle_holds_what_is_in_it() -> None:
    bundle = Outer.of(
        flags=np.ones(500, np.bool_), one=inner([1.0] * 500, [1] * 500), other=inner([1.0] * 400, [1] * 400)
    )
    gc.collect()
    filled = [np.full(500, 9.0) for _ in range(200)]
    assert total(bundle) == 500 + 500 + 400
    assert len(filled) == 200


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda rows: pickle.loads(pickle.dumps(rows))])
def test_a_copy_points_to_its_own_columns(copied: Any) -> None:
    """An address that was copied would let a rule change the original, or what has taken its place."""
    population = boards(4)
    rows = population.rows()
    other = copied(rows)
    shared = copied is copy.copy
    assert np.shares_memory(other.cost, rows.cost) == shared
    raise_cost(other, 1.0)
    assert cost(other) == 10
    assert cost(rows) == (10 if shared else 6)


def test_a_deep_copy_of_a_model_lives_on_by_itself() -> None:
    there = make()
    there.run(weeks=3)
    twin, status = copy.deepcopy(there), there.students.column("status").copy()
    engagement = there.students.column("engagement").copy()
    twin.run(weeks=3)
    np.testing.assert_array_equal(there.students.column("status"), status)
    np.testing.assert_array_equal(there.students.column("engagement"), engagement)
    there.run(weeks=3)
    assert there.students.column("engagement").tobytes() == twin.students.column("engagement").tobytes()
    assert there.weekly_record.tobytes() == twin.weekly_record.tobytes()


def test_agents_are_no_bundles() -> None:
    """They share the classes of states, and are written to."""
    student: Any = make().students[0]
    student.engagement = 0.25
    student.nickname = "anything"
    assert isinstance(student, Student)
    assert (student.engagement, student.status) == (0.25, Status(student.status))


# --- threads ---------------------------------------------------------------------------------------------------------


def test_threads_share_a_bundle() -> None:
    n = 200_000
    bundles = [Outer.of(flags=np.zeros(1, np.bool_), one=inner([k], [0]), other=inner([0], [k])) for k in range(50)]
    shared = One.of(x=np.ones(n))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(total, bundles * 20))
        sums = list(pool.map(lambda _: sum_of(shared), range(40)))
    assert found == [2.0 * k for k in range(50)] * 20
    assert set(sums) == {float(n)}


def test_threads_read_rows_of_before_while_the_population_grows() -> None:
    population = boards(1000)
    old = population.rows()
    with ThreadPoolExecutor(3) as pool:
        found = [pool.submit(cost, old) for _ in range(300)]
        for _ in range(100):
            population.append(400)
        assert {future.result() for future in found} == {float(sum(range(1000)))}
