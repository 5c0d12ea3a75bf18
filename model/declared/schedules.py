"""What a ministry or a collective agreement sets by date: a fact, each value with its source.

Read one step as: from when (year, month), value, source. `until` is the first month that nothing is known of; from
there the last value grows by the parameter named in `growth`.
"""

from __future__ import annotations

from dataclasses import dataclass

from samenspel.model.declared.constants import GRANT_FIXED, GRANT_PER_STUDENT
from samenspel.model.declared.units import checked_unit

MONTHS = 12
AUGUST = 8


def month_of(year: int, number: int) -> int:
    """A month of the calendar as one whole number, counted on through the years."""
    return MONTHS * year + number - 1


def first_month(first_school_year: int, school_year: int) -> int:
    """August of a school year, of which the first is named by the calendar year in which it begins."""
    return month_of(first_school_year + school_year - 1, AUGUST)


@dataclass(frozen=True, slots=True)
class Step:
    """A value, from when it holds, and who says so."""

    year: int
    month: int
    value: float
    source: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """Steps in order of time; they are known until (year, month)."""

    name: str
    unit: str
    growth: str
    steps: tuple[Step, ...]
    until: tuple[int, int]
    en: str
    nl: str

    def __post_init__(self) -> None:
        checked_unit(self.unit)


OCTOBER_2024 = 1.049
NOVEMBER_2025 = OCTOBER_2024 * 1.046
NOVEMBER_2026 = NOVEMBER_2025 * 1.012

SCHEDULES = {
    one.name: one
    for one in (
        Schedule(
            "wage_index", "factor", "wage_growth",
            (
                Step(2023, 8, 1.0, "convention"),
                Step(2024, 10, OCTOBER_2024, "D52"),
                Step(2025, 11, NOVEMBER_2025, "D52"),
                Step(2026, 11, NOVEMBER_2026, "D52"),
            ),
            (2027, 3),
            "Wages against those of August 2023, of which the costs per hour are",
            "Lonen ten opzichte van augustus 2023, het loonpeil van de kosten per uur",
        ),
        Schedule(
            "grant_fixed", "EUR/year", "grant_growth",
            (Step(2023, 1, GRANT_FIXED, "D13"), Step(2025, 1, 0.0, "D51")),
            (2026, 1),
            "Fixed part of the grant per partnership",
            "Vast deel van de subsidie per partnerschap",
        ),
        Schedule(
            "grant_per_student", "EUR/year", "grant_growth",
            (Step(2023, 1, GRANT_PER_STUDENT, "D13"), Step(2025, 1, 1_250.0, "D51")),
            (2026, 1),
            "Grant per hbo student inside",
            "Subsidie per hbo-student binnen het partnerschap",
        ),
    )
}  # fmt: skip
