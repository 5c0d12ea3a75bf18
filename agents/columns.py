"""Columns: one array per state, one element per agent; and how compiled rules read them.

A bundle such as `StudentColumns` is what rules take, as plain Python and compiled alike: `s.engagement[i]`. To Numba it
is one address: of a table with the address and size of every column. (As a named tuple of arrays a student's fifty
columns would be 350 machine words in every call, and rules take two and a half times as long to compile.)
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import accumulate
from typing import Any, Self

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, models, register_model, unbox
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype
from numpy.typing import NDArray

ALIGNED = 16  # bytes: where a column may begin
type Floats = NDArray[np.float64]
type Ints = NDArray[Any]
"""Whole numbers of any width: rows, counts, codes."""
type Flags = NDArray[Any]
"""True or false."""


class Bundle:
    """Arrays, and bundles of arrays, that rules take together and read by name; `of` makes one.

    Members stay what they are: `s.engagement[:] = 0.5` changes what is in them.
    """

    _members: dict[str, Any]
    _table: NDArray[np.int64]  # the address and size of every member, for compiled rules
    _address: int  # where that table lies
    _numba_type_: BundleType

    @classmethod
    def of(cls, **members: Any) -> Self:
        """A bundle of these: arrays of numbers in one dimension, each in one piece of memory, and other bundles.

        Raises ValueError for any other array, and for a name that bundles use themselves.
        """
        table = [_address_and_size(name, member) for name, member in members.items()]
        kinds = tuple([(name, _kind_of(member)) for name, member in members.items()])
        plain = _plain(cls, kinds)  # type: ignore[arg-type]  # a class is hashable
        made: Self = plain.holding(members, np.array(table, np.int64).reshape(-1, 2))
        return made


class _Made(Bundle):
    """What every bundle is; the classes that describe members are parents of agents too."""

    _declared: type[Bundle]

    @classmethod
    def holding(cls, members: dict[str, Any], table: NDArray[np.int64]) -> Any:
        """All at once, so that threads may share it."""
        made = cls()
        address = int(table.__array_interface__["data"][0])
        vars(made).update(members, _members=members, _table=table, _address=address)
        return made

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name!r} cannot become another array; write {name}[:] to change its elements")

    def __reduce__(self) -> Any:
        """A copy has arrays of its own."""
        return _of, (self._declared, self._members)


def members_of(bundle: Bundle) -> dict[str, Any]:
    """The members of a bundle by name, in order."""
    return dict(bundle._members)


def upto[Some: Bundle](bundle: Some, count: int) -> Some:
    """The first elements of every array of a bundle, as views; cheaper than to collect them anew."""
    table = bundle._table.copy()
    np.minimum(table[:, 1], count, out=table[:, 1])
    made: Some = bundle.holding({name: column[:count] for name, column in bundle._members.items()}, table)  # type: ignore[attr-defined]
    return made


def room_for[Some: Bundle](cls: type[Some], dtypes: Mapping[str, np.dtype[Any]], count: int) -> Some:
    """A bundle of zeros for so many agents, all columns in one block of memory; much cheaper than `of`."""
    sizes = [-(-dtype.itemsize * count // ALIGNED) * ALIGNED for dtype in dtypes.values()]
    block = np.zeros(sum(sizes), np.uint8)
    starts = [0, *accumulate(sizes)][: len(sizes)]
    members = {
        name: block[start : start + dtype.itemsize * count].view(dtype)
        for start, (name, dtype) in zip(starts, dtypes.items(), strict=True)
    }
    table = np.full((len(sizes), 2), count, np.int64)
    table[:, 0] = starts
    table[:, 0] += block.__array_interface__["data"][0]
    made: Some = _plain(cls, tuple(dtypes.items())).holding(members, table)  # type: ignore[arg-type]
    return made


@cache
def _plain(cls: type[Bundle], kinds: tuple[tuple[str, Any], ...]) -> Any:
    """The same without what describes its members: reading through descriptors would take ten times as long."""
    for name, _ in kinds:
        if name.startswith("_") or hasattr(_Made, name):
            raise ValueError(f"a member cannot be named {name!r}")
    compiled = BundleType(cls.__name__, tuple((name, _compiled(kind)) for name, kind in kinds))
    return type(cls.__name__, (_Made,), {"_declared": cls, "_numba_type_": compiled})


def _of(cls: type[Bundle], members: dict[str, Any]) -> Bundle:
    return cls.of(**members)


def _address_and_size(name: str, member: NDArray[Any] | Bundle) -> tuple[int, int]:
    if isinstance(member, Bundle):
        return member._address, 1
    found, kind = member.__array_interface__, member.dtype
    address, read_only = found["data"]
    in_one_piece = found["strides"] is None and len(found["shape"]) == 1 and member.flags.aligned
    if not in_one_piece or read_only or kind.kind not in "biuf" or not kind.isnative:
        raise ValueError(f"{name} is not a column: numbers in one dimension and one piece of memory, to be written to")
    return address, found["shape"][0]


def _kind_of(member: NDArray[Any] | Bundle) -> Any:
    return type(member) if isinstance(member, Bundle) else member.dtype


def _compiled(kind: Any) -> Any:
    """What a member of a kind is to Numba."""
    return types.Array(from_dtype(kind), 1, "C") if isinstance(kind, np.dtype) else kind._numba_type_


class BundleType(types.Type):  # type: ignore[misc]
    """The type of a bundle in compiled rules, by the names and types of its members."""

    def __init__(self, name: str, members: tuple[tuple[str, Any], ...]) -> None:
        self.members = dict(members)
        super().__init__(f"{name}({', '.join(f'{name}: {kind}' for name, kind in members)})")


register_model(BundleType)(models.OpaqueModel)


@unbox(BundleType)  # type: ignore[untyped-decorator]
def _unboxed(kind: Any, bundle: Any, c: Any) -> Any:
    """The address of the table; whoever calls a rule holds on to the bundle meanwhile."""
    address = c.pyapi.object_getattr_string(bundle, "_address")
    value = cgutils.alloca_once_value(c.builder, ir.Constant(cgutils.voidptr_t, None))
    with cgutils.if_likely(c.builder, cgutils.is_not_null(c.builder, address)):
        c.builder.store(c.pyapi.long_as_voidptr(address), value)
        c.pyapi.decref(address)
    return NativeValue(c.builder.load(value), is_error=c.pyapi.c_api_error())


@infer_getattr
class _Member(AttributeTemplate):  # type: ignore[misc]
    key = BundleType

    def generic_resolve(self, kind: BundleType, name: str) -> Any:
        """Members are all that can be asked of a bundle."""
        return kind.members.get(name)


@lower_getattr_generic(BundleType)  # type: ignore[untyped-decorator]
def _member(context: Any, builder: Any, kind: BundleType, table: Any, name: str) -> Any:
    """A member by its place in the table, which stays what it is while a rule runs, so that it is read once only."""
    word, place = ir.IntType(64), 2 * list(kind.members).index(name)

    def entry(at: int) -> Any:
        read = builder.load(builder.gep(builder.bitcast(table, word.as_pointer()), [word(at)]))
        read.set_metadata("invariant.load", builder.module.add_metadata([]))
        return read

    member = kind.members[name]
    if isinstance(member, BundleType):
        return builder.inttoptr(entry(place), table.type)
    array = make_array(member)(context, builder)
    item = array.data.type.pointee
    size = context.get_constant(types.intp, context.get_abi_sizeof(item))
    data = builder.inttoptr(entry(place), item.as_pointer())
    populate_array(array, data=data, shape=[entry(place + 1)], strides=[size], itemsize=size, meminfo=None)
    return array._getvalue()
