"""Columns: one array per state, one element per agent; and how compiled rules read them.

A bundle such as `StudentColumns` is what rules take, as plain Python and compiled alike: `s.engagement[i]`. To Numba it
is one address: of a table with the address and size of every column. (As a named tuple of arrays a student's fifty
columns would be 350 machine words in every call, and rules take two and a half times as long to compile.)
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any, Self

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core import cgutils
from numba.core.imputils import lower_getattr_generic
from numba.core.typing.templates import AttributeTemplate
from numba.extending import NativeValue, infer_getattr, intrinsic, models, overload, register_model, unbox
from numba.np.arrayobj import make_array, populate_array
from numba.np.numpy_support import from_dtype
from numpy.typing import NDArray

ALIGNED = 16  # bytes: where a column may begin
WORD = ir.IntType(64)
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
    """What every bundle is; the classes that describe members are parents of agents too.

    Members of a block of memory are made when somebody asks for one: compiled rules need the table only.
    """

    _declared: type[Bundle]
    _names: tuple[str, ...]

    @classmethod
    def holding(cls, members: dict[str, Any], table: NDArray[np.int64]) -> Any:
        """These members, all at once, so that threads may share it."""
        made = cls()
        address = table.__array_interface__["data"][0]
        vars(made).update(members, _members=members, _whole=members, _table=table, _address=address)
        return made

    @classmethod
    def over(cls, block: NDArray[np.uint8], layout: _Layout, count: int) -> Any:
        """Columns in a block of memory, of the first `count` elements."""
        made, table = cls(), layout.table.copy()
        table[:, 0] += block.__array_interface__["data"][0]
        table[:, 1] = count
        vars(made).update(_block=block, _layout=layout, _table=table, _address=table.__array_interface__["data"][0])
        return made

    def __getattr__(self, name: str) -> Any:
        """A member that nobody asked for before."""
        if name == "_whole":
            vars(self)["_whole"] = self._layout.members(self._block)
        elif name == "_members" or name in self._names:
            count = self._table.item(0, 1)
            members = {one: column[:count] for one, column in self._whole.items()}
            vars(self).update(members, _members=members)
        if name not in vars(self):
            raise AttributeError(f"{type(self).__name__} has no member {name!r}")
        return vars(self)[name]

    def follow(self) -> None:
        """Members have as many elements as rules have given them."""
        known = vars(self).get("_members")
        if known is not None:
            count = self._table.item(0, 1)
            if next(iter(known.values())).size != count:
                members = {name: column[:count] for name, column in self._whole.items()}
                vars(self).update(members, _members=members)

    def twin(self) -> Any:
        """The same numbers in a block of memory of its own."""
        return self.over(self._block.copy(), self._layout, self._table.item(0, 1))

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{name!r} cannot become another array; write {name}[:] to change its elements")

    def __reduce__(self) -> Any:
        """A copy has arrays of its own."""
        if "_layout" in vars(self):
            return _over, (self._declared, self._layout.dtypes, self._layout.count, self._table.item(0, 1), self._block)
        return _of, (self._declared, self._members)


def whole(bundle: Any) -> dict[str, NDArray[Any]]:
    """All arrays by name, with as many elements as there is room for."""
    found: dict[str, NDArray[Any]] = bundle._whole
    return found


def follow[Some: Bundle](bundle: Some) -> Some:
    """The same bundle, whose arrays are as long as rules have made them."""
    bundle.follow()  # type: ignore[attr-defined]
    return bundle


def twin_of[Some: Bundle](bundle: Some) -> Some:
    """The same numbers in memory of its own."""
    made: Some = bundle.twin()  # type: ignore[attr-defined]
    return made


def room_in(bundle: Any) -> int:
    """How many elements there is room for in every array."""
    layout = vars(bundle).get("_layout")
    return layout.count if layout else next(iter(bundle._whole.values())).size


def members_of(bundle: Bundle) -> dict[str, Any]:
    """The members of a bundle by name, in order."""
    return dict(bundle._members)


def resize(bundle: Any, count: int) -> None:
    """From now on every array of a bundle has so many elements, of those there is room for."""
    bundle._table[:, 1] = count
    bundle.follow()


class _Layout:
    """Where columns of so many elements lie in one block of memory."""

    def __init__(self, dtypes: tuple[tuple[str, np.dtype[Any]], ...], count: int) -> None:
        sizes = [-(-dtype.itemsize * count // ALIGNED) * ALIGNED for _, dtype in dtypes]
        self.dtypes, self.count, self.size = dtypes, count, sum(sizes)
        self.table = np.zeros((len(sizes), 2), np.int64)
        self.table[1:, 0] = list(accumulate(sizes))[:-1]

    def members(self, block: NDArray[np.uint8]) -> dict[str, NDArray[Any]]:
        """The columns in a block."""
        starts = self.table[:, 0].tolist()
        return {
            name: np.ndarray(self.count, dtype, block.data, start)
            for (name, dtype), start in zip(self.dtypes, starts, strict=True)
        }


_layout = lru_cache(maxsize=256)(_Layout)


def room_for[Some: Bundle](cls: type[Some], dtypes: Mapping[str, np.dtype[Any]], count: int) -> Some:
    """A bundle of zeros for so many agents, all columns in one block of memory; much cheaper than `of`."""
    kinds = tuple(dtypes.items())
    layout = _layout(kinds, count)
    made: Some = _plain(cls, kinds).over(np.zeros(layout.size, np.uint8), layout, count)  # type: ignore[arg-type]
    return made


@cache
def _plain(cls: type[Bundle], kinds: tuple[tuple[str, Any], ...]) -> Any:
    """The same without what describes its members: reading through descriptors would take ten times as long."""
    for name, _ in kinds:
        if name.startswith("_") or name in dir(_Made):
            raise ValueError(f"a member cannot be named {name!r}")
    compiled = BundleType(cls.__name__, tuple((name, _compiled(kind)) for name, kind in kinds))
    names = tuple(name for name, _ in kinds)
    return type(cls.__name__, (_Made,), {"_declared": cls, "_numba_type_": compiled, "_names": names})


def _of(cls: type[Bundle], members: dict[str, Any]) -> Bundle:
    return cls.of(**members)


def _over(cls: type[Bundle], kinds: Any, room: int, count: int, block: NDArray[np.uint8]) -> Any:
    return _plain(cls, kinds).over(block, _layout(kinds, room), count)  # type: ignore[arg-type]


def _address_and_size(name: str, member: NDArray[Any] | Bundle) -> tuple[int, int]:
    if isinstance(member, Bundle):
        return member._address, 1
    flags, kind = member.flags, member.dtype  # the array interface would describe a record's hundreds of fields anew
    in_one_piece = member.ndim == 1 and flags.c_contiguous and flags.aligned
    numbers = kind.kind in "biuf" or kind.names
    if not in_one_piece or not flags.writeable or not numbers or not kind.isnative:
        raise ValueError(f"{name} is not a column: numbers in one dimension and one piece of memory, to be written to")
    return member.ctypes.data, member.size


def _kind_of(member: NDArray[Any] | Bundle) -> Any:
    return type(member) if isinstance(member, Bundle) else member.dtype


def _compiled(kind: Any) -> Any:
    """What a member of a kind is to Numba."""
    return types.Array(from_dtype(kind), 1, "C") if isinstance(kind, np.dtype) else kind._numba_type_


class BundleType(types.Type):  # type: ignore[misc]
    """The type of a bundle in compiled rules, by the names and types of its members."""

    def __init__(self, name: str, members: tuple[tuple[str, Any], ...]) -> None:
        self.members = dict(members)
        described = ", ".join(f"{name}: {kind}" for name, kind in members)
        super().__init__(f"{name}#{hashlib.sha256(described.encode()).hexdigest()[:16]}")


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
    """A member by its place in the table; where it lies stays what it is while a rule runs, and is read once only."""
    place = 2 * list(kind.members).index(name)

    def entry(at: int) -> Any:
        return builder.load(builder.gep(builder.bitcast(table, WORD.as_pointer()), [WORD(at)]))

    def address(at: int) -> Any:
        read = entry(at)
        read.set_metadata("invariant.load", builder.module.add_metadata([]))
        return read

    member = kind.members[name]
    if isinstance(member, BundleType):
        return builder.inttoptr(address(place), table.type)
    array = make_array(member)(context, builder)
    item = array.data.type.pointee
    size = context.get_constant(types.intp, context.get_abi_sizeof(item))
    data = builder.inttoptr(address(place), item.as_pointer())
    populate_array(array, data=data, shape=[entry(place + 1)], strides=[size], itemsize=size, meminfo=None)
    return array._getvalue()


# --- how many rows there are ---


@overload(resize, strict=False)  # type: ignore[untyped-decorator]
def _resize(bundle: Any, count: Any) -> Any:
    return (lambda bundle, count: set_sizes(bundle, count)) if isinstance(bundle, BundleType) else None


@intrinsic  # type: ignore[untyped-decorator]
def set_sizes(context: Any, bundle: Any, count: Any) -> Any:
    """Write how many elements every member has."""

    def lowered(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        table = builder.bitcast(given[0], WORD.as_pointer())
        size = context.cast(builder, given[1], signature.args[1], types.int64)
        for place in range(len(bundle.members)):
            builder.store(size, builder.gep(table, [WORD(2 * place + 1)]))
        return context.get_dummy_value()

    return types.void(bundle, count), lowered


def members_in(bundle: Any) -> int:
    """How many members a bundle has."""
    return len(bundle._members)


@overload(members_in, strict=False)  # type: ignore[untyped-decorator]
def _members_in(bundle: Any) -> Any:
    count = len(bundle.members)
    return lambda bundle: count


def width_of(bundle: Any, place: int) -> int:
    """Bytes of an element of a member."""
    return int(list(bundle._members.values())[place].itemsize)


@overload(width_of, strict=False)  # type: ignore[untyped-decorator]
def _width_of(bundle: Any, place: Any) -> Any:
    widths = np.array(
        [member.dtype.bitwidth // 8 if member.dtype != types.bool_ else 1 for member in bundle.members.values()]
    )
    return lambda bundle, place: widths[place]


def as_words(bundle: Any, place: int, like: Any) -> NDArray[Any]:
    """A member as whole numbers of the width of `like`, whatever they mean."""
    return np.asarray(list(bundle._members.values())[place].view(type(like)))


@overload(as_words, strict=False)  # type: ignore[untyped-decorator]
def _as_words(bundle: Any, place: Any, like: Any) -> Any:
    return lambda bundle, place, like: words_at(bundle, place, like)


@intrinsic  # type: ignore[untyped-decorator]
def words_at(context: Any, bundle: Any, place: Any, like: Any) -> Any:
    """An array over the memory of a member, by its place in the table."""
    kind = types.Array(like, 1, "C")

    def lowered(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        table = builder.bitcast(given[0], WORD.as_pointer())
        at = builder.mul(context.cast(builder, given[1], signature.args[1], types.int64), WORD(2))
        array = make_array(kind)(context, builder)
        item = array.data.type.pointee
        size = context.get_constant(types.intp, context.get_abi_sizeof(item))
        data = builder.inttoptr(builder.load(builder.gep(table, [at])), item.as_pointer())
        count = builder.load(builder.gep(table, [builder.add(at, WORD(1))]))
        populate_array(array, data=data, shape=[count], strides=[size], itemsize=size, meminfo=None)
        return array._getvalue()

    return kind(bundle, place, like), lowered
