"""Learning at the workplace (RULES 3.8)."""

from __future__ import annotations

from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import power
from samenspel.agents.mentors import MentorColumns, Role
from samenspel.agents.organisations import SiteColumns
from samenspel.agents.students import FIRST_MBO, Programme, Status, StudentColumns, is_in_duo
from samenspel.model.declared.constants import (
    DAYS_REFERENCE,
    WEIGHT_ASSISTANT,
    WEIGHT_CARE,
    WEIGHT_PABO,
    WEIGHT_PEDAGOGY,
)
from samenspel.model.declared.parameters import Parameters


@rule
def weights(programme: int) -> tuple[float, float, float]:
    """How strongly the workplace of a programme trains teaching, care and collaboration."""
    if programme == Programme.ASSISTANT:
        return WEIGHT_ASSISTANT
    if programme >= FIRST_MBO:
        return WEIGHT_CARE
    if programme == Programme.PEDAGOGY:
        return WEIGHT_PEDAGOGY
    return WEIGHT_PABO


@rule
def climate_of(p: Parameters, o: SiteColumns, site: int) -> float:
    """The learning climate where a student works; the mean one outside the partnership."""
    return o.climate[site] if site >= 0 else p.climate_mean


@rule
def practised_days(p: Parameters, s: StudentColumns, i: int) -> float:
    """Days of the week on which a student practises: of a duo each only a part."""
    return s.days_now[i] * p.duo_practice if is_in_duo(s, i) else s.days_now[i]


@rule
def richness_of(m: MentorColumns, mentor: int) -> float:
    """How rich practice is in the class of an active mentor; 1 without one."""
    return m.richness[mentor] if mentor >= 0 and m.role[mentor] == Role.ACTIVE else 1.0


@rule
def learn_at_work(p: Parameters, s: StudentColumns, m: MentorColumns, o: SiteColumns) -> None:
    """`Δc = workplace_gain · (v·richness·(days/DAYS_REFERENCE)^β + (1 − v)·S) · climate · weight · (1 − c)`."""
    v = p.practice_weight
    known_days, practice = -1.0, 0.0
    for i in range(s.status.size):
        if s.status[i] == Status.LEFT or s.days_now[i] <= 0.0:
            continue
        days = practised_days(p, s, i)
        if days != known_days:  # neighbours often work as many days, and powers are dear
            known_days = days
            practice = power(known_days / DAYS_REFERENCE, p.practice_exponent)
        practised = v * richness_of(m, s.mentor[i]) * practice
        gain = p.workplace_gain * (practised + (1.0 - v) * s.supervision[i]) * climate_of(p, o, s.site[i])
        w = weights(s.programme[i])
        s.teaching[i] = min(1.0, s.teaching[i] + gain * w[0] * (1.0 - s.teaching[i]))
        s.care[i] = min(1.0, s.care[i] + gain * w[1] * (1.0 - s.care[i]))
        s.collaboration[i] = min(1.0, s.collaboration[i] + gain * w[2] * (1.0 - s.collaboration[i]))
