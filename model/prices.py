"""Wages and the grant through time (RULES 4.4): steps that are known, and growth beyond them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from samenspel.model.declared.choices import Prices
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.schedules import MONTHS, SCHEDULES, Schedule, first_month, month_of
from samenspel.model.declared.world import ScheduleRow

WAGES = "wage_index"
GRANT_INDEX = "grant_index"
GROWTH = {name: schedule.growth for name, schedule in SCHEDULES.items()} | {GRANT_INDEX: "grant_growth"}
"""The parameter by which each grows beyond what is known."""


@dataclass(frozen=True, slots=True)
class Path:
    """A price by month: from each of `months` on one of `values`; of `end` and later nothing is known.

    From `end` on the last value grows once every twelve months, the first time in that month.
    """

    months: tuple[int, ...]
    values: tuple[float, ...]
    end: int

    def at(self, month: int, growth: float) -> float:
        """The price in a month, at a growth per year."""
        from samenspel.agents.mathematics import power  # compiled; who only reads a file need not wait for that

        if month >= self.end:
            return self.values[-1] * power(1.0 + growth, float((month - self.end) // MONTHS + 1))
        return self.values[bisect_right(self.months, month) - 1]


def paths(values: Mapping[str, Value], own: Iterable[ScheduleRow]) -> dict[str, Path]:
    """All prices of a run by name; `own` are the rows with which a file gives schedules of its own."""
    if values["prices"] == Prices.DATED.word:
        return {schedule.name: dated(schedule, own) for schedule in SCHEDULES.values()}
    start = first_month(int(values["first_school_year"]), 1)
    return dict.fromkeys((WAGES, GRANT_INDEX), Path((start,), (1.0,), start + MONTHS))


def dated(schedule: Schedule, own: Iterable[ScheduleRow]) -> Path:
    """A schedule as declared, or as a file gives it: then it is known to the end of its last year."""
    rows = sorted((row.year, row.month, row.value) for row in own if row.name == schedule.name)
    steps = rows or [(step.year, step.month, step.value) for step in schedule.steps]
    months, prices = zip(*((month_of(year, month), value) for year, month, value in steps), strict=True)
    end = month_of(rows[-1][0] + 1, 1) if rows else month_of(*schedule.until)
    return Path(months, prices, end)
