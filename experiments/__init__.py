"""What is asked of the model: runs, sweeps, their findings and reports. Importing this package stays quick."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments.attribution import bottleneck
    from experiments.degradation import degrade
    from experiments.discovery import discover
    from experiments.pilots import compare_pilots
    from experiments.results import load
    from experiments.runner import sweep
    from experiments.sensitivity_analysis import sensitivity
    from experiments.study import Study
    from experiments.validation import validate

__all__ = ["Study", "bottleneck", "compare_pilots", "degrade", "discover", "load", "sensitivity", "sweep", "validate"]

_AT = {
    "Study": "experiments.study",
    "bottleneck": "experiments.attribution",
    "compare_pilots": "experiments.pilots",
    "degrade": "experiments.degradation",
    "discover": "experiments.discovery",
    "load": "experiments.results",
    "sensitivity": "experiments.sensitivity_analysis",
    "sweep": "experiments.runner",
    "validate": "experiments.validation",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for."""
    if name not in _AT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_AT[name]), name)
