"""How the bundles that rules take lie in memory, for whoever lays them out without Python.

A bundle is a table of pairs of 64-bit words, one pair a member, in order: for a column its address and how many
elements it has, for a bundle the address of its table and 1.
"""

from __future__ import annotations

from typing import Any

from numba import types
from numba.np.numpy_support import as_dtype

from samenspel.agents.columns import BundleType

type Layout = dict[str, Any]
"""`{"members": [...]}`: every member is a layout with a `name`, a column of numbers `{"dtype": "f8"}`, or a column of
records `{"size": bytes, "fields": [{"name", "dtype", "at"}]}`."""


def layout_of(kind: Any) -> Layout:
    """The layout of a bundle, or of one of its members, by its type in compiled rules."""
    if isinstance(kind, BundleType):
        return {"members": [{"name": name} | layout_of(member) for name, member in kind.members.items()]}
    if isinstance(kind.dtype, types.Record):
        return _record(kind.dtype)
    return {"dtype": _code(kind.dtype)}


def _record(kind: types.Record) -> Layout:
    fields = [{"name": name, "dtype": _code(kind.typeof(name)), "at": kind.offset(name)} for name in kind.fields]
    return {"size": kind.size, "fields": fields}


def _code(kind: Any) -> str:
    """What numpy calls a type of numbers, without the order of its bytes: f8, i8, i1, b1."""
    return str(as_dtype(kind).str[1:])
