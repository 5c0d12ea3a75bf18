"""The model: a school week, a school year, and what is measured of them.

`Partnership` and `Scenario` are loaded when asked for: reading parameters or scenarios needs neither Mesa nor Numba.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.partnership import Partnership
    from model.scenario import Scenario

__all__ = ["Partnership", "Scenario"]


def __getattr__(name: str) -> Any:
    if name == "Partnership":
        from model.partnership import Partnership

        return Partnership
    if name == "Scenario":
        from model.scenario import Scenario

        return Scenario
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
