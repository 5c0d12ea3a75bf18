"""What is asked of the model: runs, sweeps, their findings and reports. Importing this package stays quick."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from samenspel.experiments.assumptions.discovery import discover
    from samenspel.experiments.assumptions.sensitivity import sensitivity
    from samenspel.experiments.bottlenecks.attribution import bottleneck
    from samenspel.experiments.degradation.degrade import degrade
    from samenspel.experiments.pilots.comparison.compare import compare_pilots
    from samenspel.experiments.study.study import Study
    from samenspel.experiments.sweeps.results import load
    from samenspel.experiments.sweeps.runner import sweep
    from samenspel.experiments.validation.validate import validate

__all__ = ["Study", "bottleneck", "compare_pilots", "degrade", "discover", "load", "sensitivity", "sweep", "validate"]

_AT = {
    "Study": "samenspel.experiments.study.study",
    "bottleneck": "samenspel.experiments.bottlenecks.attribution",
    "compare_pilots": "samenspel.experiments.pilots.comparison.compare",
    "degrade": "samenspel.experiments.degradation.degrade",
    "discover": "samenspel.experiments.assumptions.discovery",
    "load": "samenspel.experiments.sweeps.results",
    "sensitivity": "samenspel.experiments.assumptions.sensitivity",
    "sweep": "samenspel.experiments.sweeps.runner",
    "validate": "samenspel.experiments.validation.validate",
}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for."""
    if name not in _AT:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_AT[name]), name)
