"""Whether a student is adequately supervised: the floors, and what is remembered for them (RULES 3.5.1)."""

from __future__ import annotations

from samenspel.agents.compiled import rule
from samenspel.agents.students import Floor, Status, StudentColumns
from samenspel.model.declared.choices import Adequate, Outside
from samenspel.model.declared.parameters import Parameters

CONTACT_WEEKS = 4
"""Weeks of placement over which hours of contact are counted."""
ROUNDING = 1e-9
"""What reaches a floor but for rounding reaches it: hours are round numbers, and many stand right on one."""


@rule
def remember_placement(
    p: Parameters, s: StudentColumns, i: int, support: float, contact: float, quality: float
) -> None:
    """The three memories follow a week with placement; the first one of a school year sets them."""
    if s.weeks_placed[i] == 0:
        s.time_memory[i], s.contact_memory[i], s.quality_memory[i] = support, contact, quality
    else:
        s.time_memory[i] += p.memory_rate * (support - s.time_memory[i])
        s.contact_memory[i] += p.memory_rate * (contact - s.contact_memory[i])
        s.quality_memory[i] += p.memory_rate * (quality - s.quality_memory[i])
    s.weeks_placed[i] += 1


@rule
def shortfalls_of(p: Parameters, s: StudentColumns, i: int) -> int:
    """The floors that a student falls short of, as a sum of `Floor`; 0 is adequately supervised."""
    if p.adequate_by == Adequate.QUALITY:
        return Floor.QUALITY if s.supervision[i] < p.adequate_threshold else 0
    short = 0
    if s.quality_memory[i] < p.adequate_threshold:
        short += Floor.QUALITY
    if s.status[i] == Status.INSIDE or p.form_outside == Outside.MENTORED:  # a fixed quality has no hours
        if s.time_memory[i] < p.floor_time - ROUNDING:
            short += Floor.TIME
        if CONTACT_WEEKS * s.contact_memory[i] < p.floor_contact - ROUNDING:
            short += Floor.CONTACT
    return short
