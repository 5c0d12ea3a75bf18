"""Duos of first-years, and the hours that students will ask in each half of the school year (RULES 4.7)."""

from __future__ import annotations

import numpy as np

from samenspel.agents.columns import Ints
from samenspel.agents.compiled import rule
from samenspel.agents.mentors import MentorKind
from samenspel.agents.students import FIRST_MBO, StudentColumns
from samenspel.model.declared.calendar import MIDDLE
from samenspel.model.declared.parameters import Parameters
from samenspel.model.week.supervision import asked_in_duo
from samenspel.model.week.workload import kind_for

KINDS = len(MentorKind)


@rule
def placed_in(s: StudentColumns, i: int, half: int) -> bool:
    """Whether a student has a placement in a week of a half of the school year, 0 or 1."""
    return s.first_week[i] <= MIDDLE if half == 0 else s.last_week[i] > MIDDLE


@rule
def hours_in(p: Parameters, s: StudentColumns, i: int, half: int) -> float:
    """Hours a week that a student will ask in a half of the school year; less while a duo has a placement together."""
    if not placed_in(s, i, half):
        return 0.0
    together = s.duo[i] >= 0 and placed_in(s, s.duo[i], half)
    return s.need[i] * s.days[i] * asked_in_duo(p, together)


@rule
def form_duos(order: Ints, s: StudentColumns, sites: int) -> None:
    """First-years of one site for whom a mentor of one kind is asked, two by two; an odd one stays alone."""
    waits = np.full(KINDS * sites, -1)
    for i in order:
        if s.mentor[i] >= 0 or s.duo[i] >= 0 or s.programme[i] >= FIRST_MBO or s.year[i] != 1:
            continue
        at = KINDS * s.site[i] + kind_for(s.programme[i])
        other = waits[at]
        waits[at] = i if other < 0 else -1
        if other >= 0:
            s.duo[i], s.duo[other] = other, i
