"""Every parameter for the pane of assumptions, with what it moves as far as that was measured."""

from __future__ import annotations

import csv
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.year.changes import AT_THE_START
from samenspel.viz.room import levers
from samenspel.viz.texts import line_of

INFLUENCE = Path(__file__).parents[1] / "influence.csv"
"""Made by `python -m tools.influence` of what a screening measured (docs/VERIFICATION.md)."""
COLUMNS = ("date", "version", "parameter", "steps", "error", "indicator", "scenario", "at")
POINTS = 0.5  # percentage points in a step of a share; of anything else a step is 1 % of its value
YEARS = 12  # school years of a life in the screening


def as_texts(fixed: Collection[str] = AT_THE_START) -> list[dict[str, Any]]:
    """All parameters for the browser: what is told of a lever, whether it is fixed, and its influence if known."""
    turned = {lever["name"]: lever for lever in levers.as_texts()}
    return [
        (turned.get(name) or levers.described(parameter))
        | {"at_start": name in fixed, "influence": influences().get(name)}
        for name, parameter in PARAMETERS.items()
    ]


def measured() -> dict[str, Any]:
    """When influence was measured, with which version, and over how many school years."""
    last = max(_rows(), key=lambda row: row["date"])
    return {"date": last["date"], "version": last["version"], "years": YEARS}


@cache
def influences() -> dict[str, dict[str, Any]]:
    """By parameter the outcome that moves most when it goes to an end of its range, and how far; `unit` of that move.

    A move that is `sure` is more than nought by that much, after its 95 % interval.
    """
    return {row["parameter"]: _influence(row) for row in _rows()}


def _influence(row: dict[str, str]) -> dict[str, Any]:
    indicator = INDICATORS[row["indicator"]]
    steps, error = float(row["steps"]), float(row["error"])
    share = indicator.unit == "0-1"
    return {
        "amount": steps * (POINTS if share else 1),
        "error": error * (POINTS if share else 1),
        "unit": "points" if share else "percent",
        "sure": max(0.0, steps - error),
        "indicator": line_of(indicator.name, INDICATORS),
        "scenario": row["scenario"],
        "at": float(row["at"]),
    }


def _rows() -> list[dict[str, str]]:
    with INFLUENCE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
