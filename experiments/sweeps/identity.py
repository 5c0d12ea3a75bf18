"""What does one run, told apart from everything else that could: a function's name, its source and all that it holds.

Runs of two functions must never stand under one run id. So the identity of a function is in a sweep's manifest and in
its run ids. It covers the source of the function, of the functions and classes of its own file that it uses, plain
constants, defaults, and what a closure, a `partial` or a dataclass holds. What is imported from elsewhere is not looked
into: that of this package has a version.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import partial
from pathlib import PurePath
from types import CodeType, FunctionType, MethodType
from typing import Any

from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message

MODEL = "model"  # what stands in its place for the model itself, of which the source is the code digest
PLAIN = (type(None), bool, int, float, str, bytes)


def identity(simulate: Callable[..., Any]) -> str:
    """Name of what does one run, and a SHA-256 of all that decides what it does.

    Raises
    ------
    InputFaults
        When it has no source or holds what cannot be described: a lambda, a function made by `exec`, an object of a
        class that is no dataclass. Of a dataclass the fields that are compared count.
    """
    name = _name(simulate)
    text = json.dumps(_Described(name).of(simulate), sort_keys=True)
    return f"{name} {hashlib.sha256(text.encode()).hexdigest()}"


def _name(thing: Any) -> str:
    """Module and qualified name of a function, of what a `partial` calls, or of an object's class."""
    if isinstance(thing, partial):
        return _name(thing.func)
    named = thing if hasattr(thing, "__qualname__") else type(thing)
    return f"{named.__module__}.{named.__qualname__}"


class _Described:
    """Makes plain data of what does a run; each function and class is described once."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seen = set[int]()

    def of(self, thing: Any) -> Any:
        match thing:
            case Enum():
                return [_name(thing), thing.name]
            case float() | bytes() | PurePath():
                return [type(thing).__name__, repr(thing)]
            case None | bool() | int() | str():
                return thing
            case list() | tuple():
                return [type(thing).__name__, *map(self.of, thing)]
            case set() | frozenset():
                return ["set", *sorted(json.dumps(self.of(item), sort_keys=True) for item in thing)]
            case Mapping():
                return ["mapping", *sorted(json.dumps([self.of(key), self.of(thing[key])]) for key in thing)]
            case partial():
                return ["partial", *map(self.of, (thing.func, thing.args, thing.keywords))]
            case MethodType():
                return ["method", self.of(thing.__func__), self.of(thing.__self__)]
            case FunctionType() | type():
                return self._source(thing)
        if is_dataclass(thing):
            held = {field.name: self.of(getattr(thing, field.name)) for field in fields(thing) if field.compare}
            return ["object", self._source(type(thing)), held]
        raise self._refused(thing)

    def _source(self, thing: FunctionType | type) -> Any:
        """A function or class: its source, what it holds, and what it uses of its own file."""
        if id(thing) in self.seen:
            return _name(thing)
        self.seen.add(id(thing))
        if isinstance(thing, type):
            codes = [value.__code__ for value in vars(thing).values() if isinstance(value, FunctionType)]
            scope: dict[str, Any] = vars(inspect.getmodule(thing) or thing)
            held = [self.of(base) for base in thing.__bases__ if base.__module__ == thing.__module__]
            text = self._text(thing, thing)
        else:
            codes, scope = [thing.__code__], thing.__globals__
            captured = [cell.cell_contents for cell in thing.__closure__ or ()]
            held = [self.of(value) for value in (thing.__defaults__, thing.__kwdefaults__, captured)]
            text = self._text(thing, thing.__code__)
        names = sorted({name for code in codes for name in _names(code)} & set(scope))
        used = {name: self.of(scope[name]) for name in names if _counts(scope[name], thing.__module__)}
        return {"name": _name(thing), "source": text, "held": held, "used": used}

    def _text(self, thing: Any, where: Any) -> str:
        """The source; of a function that of its code, for a wrapper would show what it wraps."""
        if thing.__name__ == "<lambda>":
            raise self._refused(thing)
        try:
            return inspect.getsource(where)
        except (OSError, TypeError):
            raise self._refused(thing) from None

    def _refused(self, thing: Any) -> InputFaults:
        name = _name(thing)
        found = Message("{name}, which has no source of its own", name=name)
        allowed = Message(
            "a function written with def in a file or a notebook, a partial or dataclass of such, and plain values"
        )
        return InputFaults([Fault("simulate", self.name, found, allowed)])


def _names(code: CodeType) -> Iterator[str]:
    """The names that code uses, also within the functions that it makes."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _counts(value: Any, module: str) -> bool:
    """Whether a global name counts: a plain constant, or a function or class of the same file."""
    if isinstance(value, tuple):
        return all(_counts(item, module) for item in value)
    return isinstance(value, PLAIN) or (isinstance(value, FunctionType | type) and value.__module__ == module)
