"""A life: the start, weeks on end, and the moments of the school year between them (RULES 4)."""

from __future__ import annotations

from typing import Any

from samenspel.agents.compiled import rule
from samenspel.model.declared.calendar import FIRST_OF_APRIL, MIDDLE, WEEKS
from samenspel.model.declared.choices import Start
from samenspel.model.here import Here
from samenspel.model.start.lived import begin_lived
from samenspel.model.week.diary import school_weeks
from samenspel.model.year.assessment import assess
from samenspel.model.year.closing import close
from samenspel.model.year.evaluation import end_evaluation, interim_evaluation
from samenspel.model.year.growth import first_of_april, open_planned
from samenspel.model.year.intake import first_students, intake
from samenspel.model.year.mbo import half_year_change, place_mbo
from samenspel.model.year.mergers import merge_boards
from samenspel.model.year.placement import deal_places, nobody_expected, place_hbo
from samenspel.model.year.room import has_room
from samenspel.model.year.settling import forget_who_left, plan_work, settle
from samenspel.model.year.staff import turn_mentors, turn_trainers
from samenspel.model.year.territory import furnish

# --- the start ---


@rule
def begin(here: Here) -> None:
    """The start: everything in its place, students placed. Land is laid out, and there is room for everybody."""
    furnish(here)
    merge_boards(here, 1)
    if here.settings[0].form_start == Start.LIVED:
        begin_lived(here)
    else:
        begin_anew(here)


@rule
def begin_anew(here: Here) -> None:
    """A start in which everybody is new."""
    first_students(here)
    plan_work(here)
    deal_places(here)
    place_hbo(here, True, nobody_expected())
    place_mbo(here, 0, 1)
    settle(here, False)


# --- weeks on end ---


@rule
def live(here: Here, weeks: int, record: Any, unseen: int) -> int:
    """Live so many weeks, with a row of the record each; fewer when there is no room for who may come.

    Returns how many were lived. What is `needed` then says how much room it takes. Of the first `unseen` weeks only
    money is recorded.
    """
    lived = 0
    while lived < weeks:
        week = here.now[0].week
        if week and week % WEEKS == 0:
            if not has_room(here):
                break
            turn(here)
        stretch = min(weeks - lived, to_next_moment(week % WEEKS))
        live_stretch(here, stretch, record[lived : lived + stretch], unseen - lived)
        lived += stretch
    return lived


@rule
def to_next_moment(week_of_year: int) -> int:
    """Weeks from the end of this one to the next moment of the school year."""
    if week_of_year < MIDDLE:
        return MIDDLE - week_of_year
    return (FIRST_OF_APRIL if week_of_year < FIRST_OF_APRIL else WEEKS) - week_of_year


@rule
def live_stretch(here: Here, weeks: int, record: Any, unseen: int) -> None:
    """Live so many weeks, up to the next moment of the school year at most."""
    now = here.now[0]
    week, year = now.week, now.week // WEEKS + 1
    school_weeks(here.settings, now.seed, week + 1, weeks, here, record, unseen)
    now.week = week + weeks
    after = week % WEEKS + weeks
    if after == MIDDLE:
        half_year_change(here, year)
        interim_evaluation(here, year)
    elif after == FIRST_OF_APRIL:
        first_of_april(here, year)
    elif after == WEEKS:
        close(here, year, record[weeks - 1])


@rule
def turn(here: Here) -> None:
    """The turn of the year."""
    year = here.now[0].week // WEEKS
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
    place_hbo(here, False, nobody_expected())
    place_mbo(here, year, year + 1)
    settle(here, False)
    here.lead.backlog[:] = 0.0
