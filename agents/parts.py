"""One rule in another: linked into it, and made machine code of with it.

Numba makes machine code of every function by itself, with all that it calls, so that a rule that stands five deep is
optimised five times over. Here what a rule calls is only made ready for linking; it becomes machine code once, as a
part of the rule that Python called.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numba
from numba.core.codegen import JITCodeLibrary
from numba.core.registry import cpu_target

_here = threading.local()


class Parts:
    """A rule as other rules call it; `of` is Numba's dispatcher for that."""

    def __init__(self, of: Any) -> None:
        self.of = of

    def called(self, args: Any, kws: Any) -> Any:
        """How it is called with arguments of these types.

        Whole numbers are of 64 bits, whatever they are to the caller, so that there is one version of it.
        """
        with _only_parts():
            return self.of.get_call_template(tuple(map(_wide, args)), {name: _wide(kind) for name, kind in kws.items()})


def _wide(kind: Any) -> Any:
    kind = numba.types.unliteral(kind)
    whole = isinstance(kind, numba.types.IntEnumMember) or (isinstance(kind, numba.types.Integer) and kind.signed)
    return numba.types.int64 if whole else kind


class _Part(JITCodeLibrary):  # type: ignore[misc]  # Numba has no types
    """Code that waits to be linked into another library."""

    def _optimize_final_module(self) -> None:
        """It is optimised where it is linked."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """There is no machine code."""
        return 0


@contextmanager
def _only_parts() -> Iterator[None]:
    """What Numba compiles meanwhile in this thread are parts."""
    before, _here.parts = _are_parts(), True
    try:
        yield
    finally:
        _here.parts = before


def _are_parts() -> bool:
    return getattr(_here, "parts", False)


def _tell_numba() -> None:
    """Let Numba ask which kind of library it is to make."""
    codegen = cpu_target.target_context.codegen()
    create, set_env = codegen.create_library, codegen.set_env

    def create_library(name: str, **options: Any) -> Any:
        return _Part(codegen, name, **options) if _are_parts() else create(name, **options)

    def set_environment(name: str, environment: Any) -> None:
        if not _are_parts():  # a part has no memory for it, and rules that raise nothing need none
            set_env(name, environment)

    codegen.create_library, codegen.set_env = create_library, set_environment


_tell_numba()
