"""Mentors and trainers as they are in the long run of the turn of the year (RULES 5.1)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Floats
from samenspel.agents.compiled import rule
from samenspel.agents.mentors import MentorColumns, MentorKind, Role
from samenspel.agents.trainers import TrainerColumns
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.parameters import Parameters
from samenspel.model.luck.draws import Stream
from samenspel.model.state import ModelState
from samenspel.model.year.exchange import YEARS
from samenspel.model.year.settling import ask_leadership


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
    away = giving_up(p, m) * stays_away / max(1e-9, 1.0 - stays_away)
    return empty, (1.0 - empty) * away / (1.0 + away)


def recruits(p: Parameters, m: MentorColumns) -> float:
    """The part of active mentors that came at the last turn."""
    empty, withdrawn = roles_in_time(p, m)
    turnover = p.mentor_turnover if p.with_turnover else 0.0
    came = (empty + turnover * (1.0 - empty)) * p.mentor_recruitment
    return min(1.0, came / max(1e-9, 1.0 - empty - withdrawn))


def trainers_in_time(here: ModelState) -> None:
    """How long who holds a seat has held it, and what follows for skill, familiarity and vacancies (4.3.4)."""
    settle_seats(
        here.settings[0], work_done(here)[here.communities.column("partnership")],
        here.draws.uniform(Stream.TRAINER_TURNOVER, here.trainers.column("key"), 0),
        here.draws.uniform(Stream.TRAINER_FOUND, here.trainers.column("key"), 0), here.trainers.rows(),
    )  # fmt: skip


def work_done(here: ModelState) -> NDArray[np.float64]:
    """The share of its work that each leadership can do in a year."""
    ask_leadership(here)
    p, asked = here.p, here.leaderships.column("asked")
    if not p.with_leadership:
        return np.ones(asked.size)
    hours = p.leadership_hours
    backlog = WEEKS * np.maximum(0.0, asked - hours) / hours if hours > 0 else np.full(asked.size, float(WEEKS * WEEKS))
    return np.asarray(1.0 / (1.0 + backlog / WEEKS))


@rule
def settle_seats(p: Parameters, done: Floats, luck: Floats, luck_of_search: Floats, t: TrainerColumns) -> None:
    """A trainer who came j turns ago has learned and been there j years; without turnover all came long ago."""
    turnover = p.trainer_turnover if p.with_turnover else 0.0
    for seat in range(t.present.size):
        if not t.present[seat]:
            continue
        q = done[t.cluster[seat]]
        keeps = 1.0 - p.trainer_skill_gain * q - p.trainer_skill_loss * (1.0 - q)
        aim = p.trainer_skill_gain * q / (1.0 - keeps) if keeps < 1.0 else t.skill[seat]
        if turnover <= 0.0:
            t.skill[seat], t.familiarity[seat] = aim, 1.0
            continue
        years = math.floor(math.log(1.0 - luck[seat]) / math.log(1.0 - turnover)) if turnover < 1.0 else 0
        vacant = 0 if luck_of_search[seat] < p.trainer_found else p.vacancy_weeks
        t.skill[seat] = aim + (t.skill[seat] - aim) * keeps**years
        weeks = WEEKS * years - vacant if years else 0
        t.familiarity[seat] = 1.0 - (1.0 - p.familiarity_new) * (1.0 - p.familiarity_rate) ** weeks
        t.vacant_weeks[seat] = 0 if years else vacant


def mentors_since(here: ModelState) -> NDArray[np.int64]:
    """Turns of the year since every mentor came; as many as there are years when it was longer ago."""
    p, m = here.p, here.mentors.rows()
    recruited, stay = recruits(p, m), 1.0 - (p.mentor_turnover if p.with_turnover else 0.0)
    u = here.draws.uniform(Stream.MENTOR_TURNOVER, m.key, 0, 1)
    left = [1.0 - (1.0 - recruited) * stay**n for n in range(YEARS + 1)]
    return np.asarray(sum(u >= part for part in left))


def giving_up(p: Parameters, m: MentorColumns) -> float:
    """The chance that a mentor who hosts withdraws in a year, at the fatigue without students."""
    if not (p.with_withdrawal and p.with_fatigue):
        return 0.0
    return float(1.0 - (1.0 - p.withdrawal_rate * float(np.mean(m.base**2))) ** WEEKS)
