"""A life: the start, weeks on end, and the moments of the school year between them (RULES 4)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.students import FIRST_MBO, Exit, Status
from samenspel.model.declared.calendar import EVENTS, FIRST_OF_APRIL, MIDDLE, WEEKS
from samenspel.model.declared.choices import Start
from samenspel.model.declared.indicators import RECORD
from samenspel.model.measures.groups import close_clusters
from samenspel.model.start.lived import LongRun
from samenspel.model.start.tenure import mentors_in_time, trainers_in_time
from samenspel.model.state import ModelState, everybody
from samenspel.model.week.diary import school_weeks
from samenspel.model.year.assessment import assess, outcomes
from samenspel.model.year.evaluation import end_evaluation, interim_evaluation
from samenspel.model.year.finance import close_accounts, totals
from samenspel.model.year.growth import first_of_april, open_planned
from samenspel.model.year.intake import enrol_stock, first_students, intake
from samenspel.model.year.mbo import half_year_change, place_mbo
from samenspel.model.year.mergers import merge_boards
from samenspel.model.year.placement import deal_places, place_hbo
from samenspel.model.year.settling import clear_week, forget_who_left, plan_work, settle
from samenspel.model.year.staff import turn_mentors, turn_trainers
from samenspel.model.year.territory import lay_out


def begin(here: ModelState) -> None:
    """The start: everything in its place, students placed."""
    lay_out(here)
    merge_boards(here, 1)
    if here.p.form_start == Start.LIVED:
        begin_lived(here)
        return
    first_students(here)
    plan_work(here)
    deal_places(here)
    place_hbo(here, first=True)
    place_mbo(here, 0, 1)
    settle(here)


def begin_lived(here: ModelState) -> None:
    """The same as it lives in the long run: staff, then who is expected of students, then what they remember."""
    mentors_in_time(here)
    deal_places(here)
    place_mbo(here, 0, 1)
    trainers_in_time(here)
    long_run = LongRun(here)
    stock = long_run.stock()
    enrol_stock(here, stock)
    plan_work(here)
    place_hbo(here, first=True, expected=long_run.inside(stock))
    long_run.count_years()
    settle(here)
    long_run.settle_in()
    long_run.evaluate()
    long_run.ask_in_order()
    long_run.remember()
    clear_week(here)


def live(here: ModelState, weeks: int) -> None:
    """Live so many weeks, in as few stretches as the moments of the school year allow."""
    end = here.week + weeks
    while here.week < end:
        w = here.week % WEEKS
        live_stretch(here, min(end - here.week, next(event for event in EVENTS if event > w) - w))


def live_stretch(here: ModelState, weeks: int) -> None:
    """Live up to the next moment of the school year at most."""
    if here.week and here.week % WEEKS == 0:
        turn(here)
    w, year = here.week % WEEKS + 1, here.week // WEEKS + 1
    record = np.full(weeks, np.nan, RECORD)
    school_weeks(
        here.settings, here.draws.seed, year, here.week + 1, w, weeks, everybody(here),
        record.view(np.recarray),
    )  # fmt: skip
    here.record.append(record)
    here.week += weeks
    after = w + weeks - 1
    if after == MIDDLE:
        half_year_change(here, year)
        interim_evaluation(here, year)
    elif after == FIRST_OF_APRIL:
        first_of_april(here, year)
    elif after == WEEKS:
        close(here, year, record[-1:])


def close(here: ModelState, year: int, last_week: NDArray[Any]) -> None:
    """The end of week 40: accounts, diplomas, and the numbers of the year."""
    close_accounts(here, year)
    for name, value in totals(here).items():
        last_week[name] = value
    inside = here.students.column("status") == Status.INSIDE
    hbo = here.students.column("programme") < FIRST_MBO
    last_week["graduates"] = np.count_nonzero(inside & hbo & (outcomes(here, year) == Exit.GRADUATED))
    here.closed_clusters = close_clusters(here)


def turn(here: ModelState) -> None:
    """The turn of the year."""
    year = here.week // WEEKS
    end_evaluation(here, year)
    assess(here, year)
    turn_mentors(here, year)
    turn_trainers(here, year)
    open_planned(here, year)
    merge_boards(here, year + 1)
    forget_who_left(here)
    intake(here, year)
    plan_work(here)
    deal_places(here)
    place_hbo(here)
    place_mbo(here, year, year + 1)
    settle(here)
    here.leaderships.column("backlog")[:] = 0.0
