"""The programme leadership's work and backlog (RULES 3.11)."""

from __future__ import annotations

from agents.columns import Floats, Settings
from agents.compiled import rule
from model.calendar import WEEKS


@rule
def fall_behind(p: Settings, asked: Floats, backlog: Floats) -> None:
    """The backlog grows by what is asked beyond the leaders' hours, in weeks of their time."""
    for k in range(asked.size):
        if not p.with_leadership:
            backlog[k] = 0.0
        elif p.leadership_hours > 0.0:
            backlog[k] = max(0.0, backlog[k] + (asked[k] - p.leadership_hours) / p.leadership_hours)
        else:
            backlog[k] += WEEKS
