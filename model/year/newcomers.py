"""How a new student, mentor or trainer is made (RULES 4.3.8, 4.3.9)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Floats
from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import exp, log, power
from samenspel.agents.mentors import Role
from samenspel.agents.students import FIRST_MBO, Programme, StudentColumns, Track
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.choices import ParttimeForm, Skill
from samenspel.model.declared.constants import (
    BARRIER_SPREAD,
    ENGAGEMENT_REFERENCE,
    KNOWLEDGE_SPREAD,
    MENTOR_SKILL_MEAN,
    MENTOR_SKILL_SPREAD,
    STOCK_GAIN,
    SUPERVISION_REFERENCE,
)
from samenspel.model.declared.parameters import Parameters
from samenspel.model.luck.draws import UNIT, Stream
from samenspel.model.state import ModelState
from samenspel.model.week.learning import weights

OUTSIDE_SPREAD = 0.6
"""Half-width over students of the trainer hours outside, over their mean."""


def spread(mean: Any, half_width: Any, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Uniform within `half_width` around `mean`."""
    return np.asarray(mean + half_width * (2.0 * u - 1.0))


def availability(p: Parameters, programme: NDArray[Any]) -> NDArray[np.float64]:
    """The chance of being available on the community day."""
    chance = np.where(programme >= FIRST_MBO, p.mbo_availability, 1.0)
    same_day = p.parttime_form == ParttimeForm.SAME_DAY
    chance[programme == Programme.PARTTIME] = p.parttime_availability if same_day else p.parttime_availability_flex
    return chance


@rule
def logistic(mean: float, spread: float, u: Floats) -> Floats:
    """Draws from 0 to 1 whose logit has this mean and this spread around it."""
    drawn = np.empty(u.size)
    for i in range(u.size):
        logit = mean + spread * log(max(u[i], UNIT) / (1.0 - u[i]))
        drawn[i] = 1.0 / (1.0 + exp(-logit))
    return drawn


def mentor_skill(p: Parameters, u: NDArray[np.float64], trained: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Skill by a mentor's own draw, and what training adds."""
    if p.form_skill == Skill.LOGISTIC:
        untrained = logistic(p.mentor_skill_logit_mean, p.mentor_skill_logit_spread, u)
    else:
        untrained = spread(MENTOR_SKILL_MEAN, MENTOR_SKILL_SPREAD, u)
    return np.asarray((untrained + p.mentor_training_gain * trained).clip(0, 1))


def new_students(here: ModelState, rows: slice | NDArray[np.intp], week: int) -> None:
    """Fill the states of students whose key, programme and partnership are set."""
    p, s, draws = here.p, here.students.columns, here.draws
    keys, programme = s["key"][rows], s["programme"][rows]
    mbo = programme >= FIRST_MBO

    towns = here.towns
    s["home_x"][rows], s["home_y"][rows] = towns.homes(
        s["partnership"][rows],
        draws.uniform(Stream.HOME, keys, week),
        spread(0.0, p.home_spread, draws.uniform(Stream.HOME, keys, week, 1)),
        spread(0.0, p.home_spread, draws.uniform(Stream.HOME, keys, week, 2)),
    )
    s["wish"][rows] = ~mbo & (draws.uniform(Stream.WISH, keys, week) < p.denomination_wish_share)
    s["available"][rows] = draws.uniform(Stream.AVAILABLE, keys, week) < availability(p, programme)

    own = np.where(programme == Programme.ASSISTANT, 2, np.where(mbo | (programme == Programme.PEDAGOGY), 1, 0))
    for d, domain in enumerate(("teaching", "care", "collaboration")):
        level = p.competence_start + p.competence_lead * (own == d)
        s[domain][rows] = spread(level, p.competence_spread, draws.uniform(Stream.START_STATE, keys, week, d)).clip(
            0, 1
        )
    s["knowledge"][rows] = spread(
        p.knowledge_start, KNOWLEDGE_SPREAD, draws.uniform(Stream.START_STATE, keys, week, 3)
    ).clip(0, 1)
    s["barrier"][rows] = spread(p.barrier_start, BARRIER_SPREAD, draws.uniform(Stream.START_STATE, keys, week, 4)).clip(
        0, 1
    )
    u = draws.uniform(Stream.OUTSIDE, keys, week)
    s["outside_skill"][rows] = mentor_skill(p, u, np.zeros(keys.size, np.bool_))
    s["outside_trainer"][rows] = spread(1.0, OUTSIDE_SPREAD, draws.uniform(Stream.OUTSIDE, keys, week, 1))
    s["engagement"][rows] = ENGAGEMENT_REFERENCE
    s["remembered"][rows] = SUPERVISION_REFERENCE
    s["felt_support"][rows] = 1.0
    s["belonging"][rows] = (1.0 - p.belonging_peer) * p.climate_mean
    for name in ("site", "cluster", "mentor", "duo"):
        s[name][rows] = -1


@rule
def rise(s: StudentColumns) -> None:
    """Competence of who is in a later year at the start: (year − 1) times a part of the way to 1."""
    for i in range(s.programme.size):
        w = weights(s.programme[i])
        for _ in range(s.year[i] - 1):
            s.teaching[i] += STOCK_GAIN * w[0] * (1.0 - s.teaching[i])
            s.care[i] += STOCK_GAIN * w[1] * (1.0 - s.care[i])
            s.collaboration[i] += STOCK_GAIN * w[2] * (1.0 - s.collaboration[i])


@rule
def days_of(p: Parameters, programme: int, track: int, year: int) -> float:
    """Placement days a week of a programme and study year (RULES 3)."""
    if programme >= FIRST_MBO:
        return p.days_bbl if track == Track.BBL else p.days_bol
    if programme == Programme.PEDAGOGY:
        return p.days_pedagogy
    if programme == Programme.PARTTIME and year <= 3:
        return p.days_parttime
    days = p.days_year_1 if year == 1 else p.days_year_2 if year == 2 else p.days_year_3 if year == 3 else p.days_year_4
    return days * p.days_academic if programme == Programme.ACADEMIC else days


@rule
def weeks_of(p: Parameters, key: int, programme: int, year: int) -> tuple[int, int]:
    """First and last week of the school year in which a student has a placement (RULES 3)."""
    by_day = programme == Programme.FULLTIME or programme == Programme.ACADEMIC
    if year == 1 and by_day:
        return p.year_1_first_week, WEEKS
    if year == 4 and (by_day or programme == Programme.PARTTIME):
        return (1, p.final_weeks) if key % 2 == 0 else (WEEKS + 1 - p.final_weeks, WEEKS)
    return 1, WEEKS


@rule
def yearly_exit(p: Parameters, programme: int, year: int) -> float:
    """The chance of leaving during a school year at reference engagement and supervision."""
    if programme >= FIRST_MBO:
        return p.exit_mbo
    if programme == Programme.PARTTIME:
        return p.exit_parttime_first if year == 1 else p.exit_parttime_later
    return p.exit_fulltime_first if year == 1 else p.exit_fulltime_later


@rule
def weekly_exit(p: Parameters, programme: int, year: int) -> float:
    """The same in a week."""
    return 1.0 - power(1.0 - yearly_exit(p, programme, year), 1.0 / WEEKS)


@rule
def study_plan(p: Parameters, s: StudentColumns) -> None:
    """What follows from programme, track and year: placement days and weeks, hours needed a day, hazard of leaving."""
    for i in range(s.programme.size):
        s.first_week[i], s.last_week[i] = weeks_of(p, s.key[i], s.programme[i], s.year[i])
        s.days[i] = days_of(p, s.programme[i], s.track[i], s.year[i])
        if s.programme[i] >= FIRST_MBO:
            s.need[i] = p.need_per_day_mbo
        else:
            s.need[i] = p.need_per_day_final if s.year[i] >= 4 else p.need_per_day
        s.hazard[i] = weekly_exit(p, s.programme[i], s.year[i])


def new_mentors(
    here: ModelState,
    rows: slice | NDArray[np.intp],
    week: int,
    trained_share: float,
    *,
    new: bool,
    counted: NDArray[np.int64] | None = None,
) -> None:
    """Fill the states of mentors whose key and place are set.

    `counted` is 1 or 0 where a file counts who is trained, else -1; shape of `rows`.
    """
    p, m, draws = here.p, here.mentors.columns, here.draws
    keys = m["key"][rows]
    trained = draws.uniform(Stream.MENTOR_STATE, keys, week, 0) < trained_share
    if counted is not None:
        trained = np.where(counted >= 0, counted == 1, trained)
    m["trained"][rows] = trained
    share = here.communities.column("interprofessional_trained_share")[m["cluster"][rows]]
    m["interprofessional"][rows] = draws.uniform(Stream.MENTOR_STATE, keys, week, 1) < share
    m["skill"][rows] = mentor_skill(p, draws.uniform(Stream.MENTOR_STATE, keys, week, 2), trained)
    base = spread(p.fatigue_base_mean, p.fatigue_base_spread, draws.uniform(Stream.MENTOR_STATE, keys, week, 3))
    m["base"][rows] = m["fatigue"][rows] = base.clip(0, 1)
    m["richness"][rows] = spread(1.0, p.richness_spread, draws.uniform(Stream.MENTOR_STATE, keys, week, 4))
    m["role"][rows] = Role.ACTIVE
    m["new"][rows] = new


def new_trainers(here: ModelState, rows: slice | NDArray[np.intp], week: int, familiarity: float) -> None:
    """Fill the states of trainers whose key is set."""
    p, t = here.p, here.trainers.columns
    u = here.draws.uniform(Stream.TRAINER_STATE, t["key"][rows], week)
    t["skill"][rows] = spread(p.trainer_skill_mean, p.trainer_skill_spread, u).clip(0, 1)
    t["familiarity"][rows] = familiarity
    t["vacant_weeks"][rows] = 0
