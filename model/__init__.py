"""The model: a school week, a school year, and what is measured of them.

`Partnership` and `Scenario` are loaded when asked for: reading parameters or scenarios needs neither Mesa nor Numba.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from samenspel.model.input.scenario import Scenario
    from samenspel.model.partnership import Partnership

__all__ = ["Partnership", "Scenario"]

_AT = {"Partnership": "samenspel.model.partnership", "Scenario": "samenspel.model.input.scenario"}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for."""
    if name not in _AT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_AT[name]), name)
