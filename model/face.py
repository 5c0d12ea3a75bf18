"""The public face of a package: what stands in its block `if TYPE_CHECKING` is imported when it is asked for (PEP 562).

So type checkers, editors and Python read one list, and importing the package stays quick.
"""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def face(package: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a package, by its name."""

    @cache
    def places() -> dict[str, str]:
        return dict(_declared(package))

    def get(name: str) -> Any:
        if name == "__all__":
            return list(places())
        if name not in places():
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=sys.modules[package])
        return getattr(import_module(places()[name]), name)

    return get, lambda: sorted({*vars(sys.modules[package]), *places()})


def _declared(package: str) -> Iterator[tuple[str, str]]:
    """Every public name of a package, with the module that holds it."""
    import ast  # needs longer than the package itself

    with open(str(sys.modules[package].__file__), encoding="utf-8") as file:
        tree = ast.parse(file.read())
    for node in tree.body:
        match node:
            case ast.If(test=ast.Name(id="TYPE_CHECKING"), body=block):
                for one in block:
                    yield from _imported(one)
            case ast.FunctionDef(name=name) if not name.startswith("_"):
                yield name, package


def _imported(node: Any) -> Iterator[tuple[str, str]]:
    """The names that `from module import name as name` or `from module import *` offers; others are for types only."""
    for alias in getattr(node, "names", ()):
        if alias.name == "*":
            yield from ((name, node.module) for name in import_module(node.module).__all__)
        elif alias.asname == alias.name:
            yield alias.name, node.module
