"""Learning at the workplace (RULES 3.8)."""

from __future__ import annotations

from agents.columns import Floats, Ints, Settings
from agents.compiled import rule
from agents.students import Programme
from model.supervision import ASSISTANT, FIRST_MBO

PEDAGOGY = int(Programme.PEDAGOGY)


@rule
def weights(p: Settings, programme: int) -> tuple[float, float, float]:
    """How strongly the workplace of a programme trains teaching, care and collaboration."""
    if programme == ASSISTANT:
        return p.weight_assistant_teaching, p.weight_assistant_care, p.weight_assistant_collaboration
    if programme >= FIRST_MBO:
        return p.weight_care_teaching, p.weight_care_care, p.weight_care_collaboration
    if programme == PEDAGOGY:
        return p.weight_pedagogy_teaching, p.weight_pedagogy_care, p.weight_pedagogy_collaboration
    return p.weight_pabo_teaching, p.weight_pabo_care, p.weight_pabo_collaboration


@rule
def climate_of(p: Settings, site: int, climate: Floats) -> float:
    """The learning climate where a student works; the mean one outside the partnership."""
    return climate[site] if site >= 0 else p.climate_mean


@rule
def learn_at_work(
    p: Settings, status: Ints, programme: Ints, site: Ints, climate: Floats, days_now: Floats,
    supervision: Floats, teaching: Floats, care: Floats, collaboration: Floats,
) -> None:  # fmt: skip
    """`Δc = workplace_gain · (v·(days/days_reference)^β + (1 − v)·S) · climate · weight · (1 − c)`."""
    v = p.practice_weight
    known_days, practice = -1.0, 0.0
    for i in range(status.size):
        if status[i] == 0 or days_now[i] <= 0.0:
            continue
        if days_now[i] != known_days:  # neighbours often work as many days, and powers are dear
            known_days = days_now[i]
            practice = (known_days / p.days_reference) ** p.practice_exponent
        gain = p.workplace_gain * (v * practice + (1.0 - v) * supervision[i]) * climate_of(p, site[i], climate)
        w = weights(p, programme[i])
        teaching[i] = min(1.0, teaching[i] + gain * w[0] * (1.0 - teaching[i]))
        care[i] = min(1.0, care[i] + gain * w[1] * (1.0 - care[i]))
        collaboration[i] = min(1.0, collaboration[i] + gain * w[2] * (1.0 - collaboration[i]))
