"""The end of week 40: accounts, diplomas, and the numbers of the year (RULES 4.4, 6)."""

from __future__ import annotations

from typing import Any

from samenspel.agents.columns import resize
from samenspel.agents.compiled import rule
from samenspel.agents.rows import clear
from samenspel.agents.students import StudentColumns
from samenspel.model.here import ClosedColumns, Here
from samenspel.model.year.assessment import count_graduates
from samenspel.model.year.finance import close_accounts, record_money


@rule
def close(here: Here, school_year: int, last_week: Any) -> None:
    """Close the year; what it was goes into the record of its last week, and into sums by community."""
    close_accounts(here, school_year)
    record_money(here, last_week)
    last_week.graduates = count_graduates(here, school_year)
    count = here.c.key.size
    resize(here.closed, count)
    clear(here.closed, 0, count)
    add_students(here.s, here.closed)
    add_students(here.gone, here.closed)
    for k in range(count):
        here.closed.year_hosting[k] = here.c.year_hosting[k]
        here.closed.year_overloaded[k] = here.c.year_overloaded[k]
        here.closed.year_trainer_time[k] = here.c.year_trainer_time[k]


@rule
def add_students(s: StudentColumns, closed: ClosedColumns) -> None:
    """Add the sums of these students to those of their communities."""
    for i in range(s.key.size):
        if s.weeks_inside[i] <= 0.0:
            continue
        k = s.cluster[i]
        closed.students[k] += 1.0
        closed.weeks_inside[k] += s.weeks_inside[i]
        closed.year_supervision[k] += s.year_supervision[i]
        closed.year_support[k] += s.year_support[i]
        closed.year_adequate[k] += s.year_adequate[i]
        closed.year_short_of_time[k] += s.year_short_of_time[i]
        closed.year_short_of_contact[k] += s.year_short_of_contact[i]
        closed.year_short_of_quality[k] += s.year_short_of_quality[i]
        closed.year_restored_by_time[k] += s.year_restored_by_time[i]
        closed.year_restored_by_contact[k] += s.year_restored_by_contact[i]
        closed.year_restored_by_quality[k] += s.year_restored_by_quality[i]
