"""Columns: one array per state, one element per agent; and how compiled rules read them.

A bundle such as `StudentColumns` is what rules take, as plain Python and compiled alike: `s.engagement[i]`. To Numba it
is one address: of a table with the address and size of every column. (As a named tuple of arrays a student's fifty
columns would be 350 machine words in every call, and rules take two and a half times as long to compile.)
"""

from __future__ import annotations

from functools import cache, cached_property
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

type Floats = NDArray[np.float64]
type Ints = NDArray[Any]
"""Whole numbers of any width: rows, counts, codes."""
type Flags = NDArray[Any]
"""True or false."""


class Bundle:
    """Arrays, and bundles of arrays, that rules take together and read by name; `of` makes one."""

    _members: dict[str, Any]
    _numba_type_: BundleType

    @classmethod
    def of(cls, **members: Any) -> Self:
        """A bundle of these: arrays of one dimension, each in one piece of memory, and other bundles."""
        assert not any(hasattr(Bundle, name) for name in members), "a member may not be named as what bundles do"
        made: Self = _plain(cls)._holding(members)  # type: ignore[arg-type]  # a class is hashable
        if not hasattr(made, "_numba_type_"):
            type(made)._numba_type_ = BundleType.of(cls.__name__, members)
        return made

    @classmethod
    def _holding(cls, members: dict[str, Any]) -> Self:
        made = cls()
        made._members = members
        made.__dict__.update(members)
        return made

    @cached_property
    def _table(self) -> NDArray[np.int64]:
        """The address and size of every member, for compiled rules."""
        return np.array([_address_and_size(member) for member in self._members.values()], np.int64)

    @cached_property
    def _address(self) -> int:
        """Where that table lies."""
        return int(self._table.__array_interface__["data"][0])


def upto[Some: Bundle](bundle: Some, count: int) -> Some:
    """The first elements of every array of a bundle, as views; cheaper than to collect them anew."""
    made = bundle._holding({name: column[:count] for name, column in bundle._members.items()})
    made._table = bundle._table.copy()
    made._table[:, 1] = count
    return made


@cache
def _plain(cls: type[Bundle]) -> Any:
    """The same without what describes its members: reading through descriptors would take ten times as long."""
    return type(cls.__name__, (Bundle,), {})


def _address_and_size(member: NDArray[Any] | Bundle) -> tuple[int, int]:
    if isinstance(member, Bundle):
        return member._address, 1
    found = member.__array_interface__
    if found["strides"] is not None or len(found["shape"]) != 1:
        raise ValueError("a column is an array of one dimension, in one piece of memory")
    return found["data"][0], found["shape"][0]


class BundleType(types.Type):  # type: ignore[misc]
    """The type of a bundle in compiled rules, by the names and types of its members."""

    def __init__(self, name: str, members: tuple[tuple[str, Any], ...]) -> None:
        self.members = dict(members)
        super().__init__(f"{name}({', '.join(f'{name}: {kind}' for name, kind in members)})")

    @classmethod
    def of(cls, name: str, members: dict[str, Any]) -> BundleType:
        """The type of a bundle of these members."""
        return cls(name, tuple((member, _type_of(value)) for member, value in members.items()))


def _type_of(member: NDArray[Any] | Bundle) -> Any:
    return member._numba_type_ if isinstance(member, Bundle) else types.Array(from_dtype(member.dtype), 1, "C")


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
