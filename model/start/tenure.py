"""Mentors and trainers as they are in the long run of the turn of the year (RULES 5.1)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Floats
from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import below, log, power
from samenspel.agents.mentors import MentorColumns, MentorKind, Role
from samenspel.agents.students import Status
from samenspel.agents.trainers import TrainerColumns
from samenspel.model.declared.calendar import MIDDLE, WEEKS
from samenspel.model.declared.parameters import Parameters
from samenspel.model.luck.draws import Stream
from samenspel.model.start.exchange import YEARS
from samenspel.model.state import ModelState
from samenspel.model.year.settling import ask_leadership

AGES = 30
"""Years after which extra hours are as often what they are as ever after."""


def mentors_in_time(here: ModelState) -> None:
    """Who is a mentor, has withdrawn or left, and who is new, in the long run of 4.3.3.

    Roles that a file counts are all filled.
    """
    p, m = here.p, here.mentors.rows()
    empty, withdrawn = roles_in_time(p, m)
    u = here.draws.uniform(Stream.MENTOR_TURNOVER, m.key, 0)
    counts = here.site_counts
    counted = np.where(m.kind == MentorKind.TEACHER, counts["mentors"][m.site], counts["care_mentors"][m.site])
    free = counted < 0
    m.role[free & (u < empty + withdrawn)] = Role.WITHDRAWN
    m.role[free & (u < empty)] = Role.EMPTY
    m.new[:] = (mentors_since(here) == 0) & (m.role == Role.ACTIVE)


def roles_in_time(p: Parameters, m: MentorColumns) -> tuple[float, float]:
    """The part of roles that is empty, and that of who has withdrawn."""
    turnover = p.mentor_turnover if p.with_turnover else 0.0
    empty = turnover * (1.0 - p.mentor_recruitment)
    empty = empty / (1.0 - (1.0 - turnover) * (1.0 - p.mentor_recruitment)) if empty else 0.0
    stays_away = (1.0 - turnover) * (1.0 - p.mentor_return)
    away = float(giving_up(p, m.base).mean()) * stays_away / max(1e-9, 1.0 - stays_away)
    return empty, (1.0 - empty) * away / (1.0 + away)


def recruits(p: Parameters, m: MentorColumns) -> float:
    """The part of active mentors that came at the last turn."""
    empty, withdrawn = roles_in_time(p, m)
    turnover = p.mentor_turnover if p.with_turnover else 0.0
    came = (empty + turnover * (1.0 - empty)) * p.mentor_recruitment
    return min(1.0, came / max(1e-9, 1.0 - empty - withdrawn))


def trainers_in_time(here: ModelState) -> None:
    """How long who holds a seat has held it: skill, familiarity, vacancies, and how mature communities are (4.3.4)."""
    done, p = work_done(here)[here.communities.column("partnership")], here.p
    if p.with_fidelity and p.maturity_rate > 0.0:
        here.communities.column("maturity")[:] = done
    settle_seats(
        here.settings[0], done,
        here.draws.uniform(Stream.TRAINER_TURNOVER, here.trainers.column("key"), 0),
        here.draws.uniform(Stream.TRAINER_FOUND, here.trainers.column("key"), 0), here.trainers.rows(),
    )  # fmt: skip


def backlog_after(here: ModelState, weeks: int) -> NDArray[np.float64]:
    """The backlog of each leadership so far into a year."""
    ask_leadership(here)
    p, asked = here.p, here.leaderships.column("asked")
    if not p.with_leadership:
        return np.zeros(asked.size)
    hours = p.leadership_hours
    if hours <= 0:
        return np.full(asked.size, float(WEEKS * weeks))
    return np.asarray(weeks * np.maximum(0.0, asked - hours) / hours)


def work_done(here: ModelState) -> NDArray[np.float64]:
    """The share of its work that each leadership can do in a year."""
    return np.asarray(1.0 / (1.0 + backlog_after(here, WEEKS) / WEEKS))


def plan_in_time(here: ModelState) -> None:
    """Plans and extra hours after the end evaluation (4.3.1), if every year were judged as this start is supervised."""
    p, c = here.p, here.communities.rows()
    if not p.with_evaluation:
        return
    late = backlog_after(here, MIDDLE)[c.partnership] > p.leadership_backlog_limit
    interim = np.where(late, 0.0, below_floor(here, MIDDLE))
    end = below_floor(here, WEEKS)
    steps = min(math.ceil(p.plan_hours_limit / p.plan_hours), 100) if p.plan_hours > 0 else 0
    u = here.draws.uniform(Stream.SURVEY, c.key, 0, 1)
    c.plan[:] = here.draws.uniform(Stream.SURVEY, c.key, 0) < end
    for k in range(c.key.size):
        hours = p.plan_hours * steps_so_far(float(interim[k]), float(end[k]), steps, float(u[k]))
        hours = min(p.plan_hours_limit, hours + p.plan_hours) if c.plan[k] else max(0.0, hours - p.plan_hours)
        c.extra_hours[k] = hours


def below_floor(here: ModelState, weeks: int) -> NDArray[np.float64]:
    """The chance that a survey of a community comes out below the floor: the mean of noisy answers is normal.

    Asked is whose placement has begun by then.
    """
    p, s, c = here.p, here.students.rows(), here.communities.rows()
    rows = np.flatnonzero((s.status == Status.INSIDE) & (s.first_week <= weeks))
    asked = np.bincount(s.cluster[rows], minlength=c.key.size)
    mean = np.bincount(s.cluster[rows], s.supervision[rows], c.key.size) / np.maximum(1, asked)
    noise = p.survey_noise * (1.0 + backlog_after(here, weeks)[c.partnership] / p.leadership_backlog_limit)
    sd = np.maximum(noise / np.sqrt(3.0 * np.maximum(1, asked)), 1e-12)
    chance = [below(t) for t in ((p.survey_floor - mean) / sd).tolist()]
    return np.where(asked > 0, chance, 0.0)


@rule
def steps_so_far(interim: float, end: float, steps: int, u: float) -> int:
    """How many times `plan_hours` a community has before the end evaluation, in the long run, by its draw."""
    there, then = np.zeros(steps + 1), np.zeros(steps + 1)
    there[0] = 1.0
    for _ in range(AGES):
        evaluate(there, then, interim, 0)
        evaluate(then, there, end, 1)
    evaluate(there, then, interim, 0)
    upto = 0.0
    for k in range(steps):
        upto += then[k]
        if upto > u:
            return k
    return steps


@rule
def evaluate(before: Floats, after: Floats, low: float, down: int) -> None:
    """Where a survey leads: a step up when it is low, else so many down."""
    last = before.size - 1
    after[:] = 0.0
    for k in range(before.size):
        after[min(last, k + 1)] += low * before[k]
        after[max(0, k - down)] += (1.0 - low) * before[k]


@rule
def settle_seats(p: Parameters, done: Floats, luck: Floats, luck_of_search: Floats, t: TrainerColumns) -> None:
    """A trainer who came j turns ago has learned and been there j years; without turnover all came long ago."""
    turnover = p.trainer_turnover if p.with_turnover else 0.0
    for seat in range(t.present.size):
        if not t.present[seat]:
            continue
        q = done[t.cluster[seat]]
        changes = p.trainer_skill_gain * q + p.trainer_skill_loss * (1.0 - q)
        aim = p.trainer_skill_gain * q / changes if changes > 0.0 else t.skill[seat]
        if turnover <= 0.0:
            t.skill[seat], t.familiarity[seat] = aim, 1.0
            continue
        years = math.floor(log(1.0 - luck[seat]) / log(1.0 - turnover)) if turnover < 1.0 else 0
        vacant = 0 if luck_of_search[seat] < p.trainer_found else p.vacancy_weeks
        t.skill[seat] = aim + (t.skill[seat] - aim) * power(1.0 - changes, float(years))
        weeks = WEEKS * years - vacant if years else 0
        t.familiarity[seat] = 1.0 - (1.0 - p.familiarity_new) * power(1.0 - p.familiarity_rate, float(weeks))
        t.vacant_weeks[seat] = 0 if years else vacant


def mentors_since(here: ModelState) -> NDArray[np.int64]:
    """Turns of the year since every mentor came; as many as there are years when it was longer ago."""
    p, m = here.p, here.mentors.rows()
    recruited, stay = recruits(p, m), 1.0 - (p.mentor_turnover if p.with_turnover else 0.0)
    u = here.draws.uniform(Stream.MENTOR_TURNOVER, m.key, 0, 1)
    left = [1.0 - (1.0 - recruited) * stay**n for n in range(YEARS + 1)]
    return np.asarray(sum(u >= part for part in left))


def giving_up(p: Parameters, base: NDArray[np.float64]) -> NDArray[np.float64]:
    """The chance that a mentor who hosts withdraws in a year, at the fatigue without students."""
    rate = p.withdrawal_rate if p.with_withdrawal and p.with_fatigue else 0.0
    return np.asarray(1.0 - (1.0 - rate * base**2) ** WEEKS)
