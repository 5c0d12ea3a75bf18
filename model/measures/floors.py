"""Which floor of adequate supervision gives way, and what it would take (RULES 3.5.1, 6)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.students import Floor, StudentColumns
from samenspel.model.declared.choices import Adequate
from samenspel.model.declared.indicators import RESTORED_BY, SHORT_OF
from samenspel.model.declared.parameters import Parameters


def floor_that_gives_way(shares: Mapping[str, float]) -> Floor | None:
    """The floor that, met alone, would make most students adequately supervised; none where that helps nobody.

    `shares` has the values of `RESTORED_BY` by name: indicators, or a row of a table by group or cluster.
    """
    first = max(Floor, key=lambda floor: shares[RESTORED_BY[floor]])
    return first if shares[RESTORED_BY[first]] > 0 else None


def shares_of(shortfalls: NDArray[Any]) -> dict[str, float]:
    """The indicators of floors over some students, at least one, from their `shortfalls`."""
    short = {SHORT_OF[floor]: float(np.mean(shortfalls & floor > 0)) for floor in Floor}
    return short | {RESTORED_BY[floor]: float(np.mean(shortfalls == floor)) for floor in Floor}


def deciding_quality(p: Parameters, s: StudentColumns) -> NDArray[np.float64]:
    """By student the quality that must reach `adequate_threshold`, 0-1; 0 for whom no threshold would be low enough."""
    quality = s.quality_memory if p.adequate_by == Adequate.FLOORS else s.supervision
    return np.where((s.shortfalls & ~Floor.QUALITY) == 0, quality, 0.0)
