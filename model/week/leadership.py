"""The programme leadership's work and backlog (RULES 3.11)."""

from __future__ import annotations

from samenspel.agents.compiled import rule
from samenspel.agents.organisations import LeadershipColumns
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.parameters import Parameters


@rule
def fall_behind(p: Parameters, lead: LeadershipColumns) -> None:
    """The backlog grows by what is asked beyond the leaders' hours, in weeks of their time."""
    for k in range(lead.asked.size):
        if not p.with_leadership:
            lead.backlog[k] = 0.0
        elif p.leadership_hours > 0.0:
            behind = (lead.asked[k] - p.leadership_hours) / p.leadership_hours
            lead.backlog[k] = max(0.0, lead.backlog[k] + behind)
        else:
            lead.backlog[k] += WEEKS
