"""An extension of griffe, which reads the docstrings: names that share a line keep their own types and defaults.

Numpydoc allows `years, seed : int`; griffe then gives all of them what the first one has in the signature.
"""

from __future__ import annotations

from typing import Any

import griffe


class Names(griffe.Extension):
    """Takes types and defaults from the signature, name by name."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Mend the section of parameters of a function or class."""
        if not isinstance(obj, griffe.Function | griffe.Class) or obj.docstring is None:
            return
        for section in obj.docstring.parsed:
            if section.kind is griffe.DocstringSectionKind.parameters:
                for parameter in section.value:
                    mend(parameter, obj.parameters)


def mend(parameter: griffe.DocstringParameter, signature: griffe.Parameters) -> None:
    """Give a parameter its own default, and its own type where it has that of another."""
    if parameter.name not in signature:
        return
    own = signature[parameter.name]
    parameter.value = own.default
    if any(parameter.annotation is other.annotation for other in signature):
        parameter.annotation = own.annotation
