"""Mentors and trainers at the turn of the year (RULES 4.3.3, 4.3.4)."""

from __future__ import annotations

import numpy as np

from samenspel.agents.mentors import Role
from samenspel.agents.trainers import KINDS
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.luck.draws import Stream
from samenspel.model.luck.keys import Kind, key_of, number_of
from samenspel.model.state import ModelState
from samenspel.model.year.newcomers import new_mentors, new_trainers


def turn_mentors(here: ModelState, school_year: int) -> None:
    """Summer rest, leaving and return, recruitment, training."""
    p, m, draws = here.p, here.mentors.rows(), here.draws
    m.fatigue[:] = m.base + p.fatigue_summer * (m.fatigue - m.base)
    m.new[:] = False
    leaves = (
        (m.role != Role.EMPTY)
        & bool(p.with_turnover)
        & (draws.uniform(Stream.MENTOR_TURNOVER, m.key, school_year) < p.mentor_turnover)
    )
    returns = (
        (m.role == Role.WITHDRAWN)
        & ~leaves
        & (draws.uniform(Stream.MENTOR_TURNOVER, m.key, school_year, 1) < p.mentor_return)
    )
    m.role[returns] = Role.ACTIVE
    m.role[leaves] = Role.EMPTY
    _cut_links(here, leaves)
    if p.with_turnover:
        _recruit(here, school_year)
    _train(here, school_year)


def _cut_links(here: ModelState, gone: np.ndarray) -> None:
    """Students of mentors who left have no mentor until mentors are asked again."""
    link = here.students.column("mentor")
    linked = np.flatnonzero(link >= 0)
    link[linked[gone[link[linked]]]] = -1


def _recruit(here: ModelState, school_year: int) -> None:
    p, m, o = here.p, here.mentors.rows(), here.sites.columns
    empty = np.flatnonzero(m.role == Role.EMPTY)
    site = m.site[empty]
    keys = key_of(Kind.MENTOR, school_year, o["partnership"][site], (number_of(o["key"][site]) << 6) + m.place[empty])
    filled = here.draws.uniform(Stream.MENTOR_TURNOVER, keys, school_year, 2) < p.mentor_recruitment
    rows = empty[filled]
    m.key[rows] = keys[filled]
    for row in rows.tolist():
        here.mentors.replace(row)
    new_mentors(here, rows, school_year, p.new_mentors_trained_share, new=True)


def _train(here: ModelState, school_year: int) -> None:
    p, m, b = here.p, here.mentors.rows(), here.boards.columns
    rate = np.where(here.communities.column("plan")[m.cluster], 2.0, 1.0) * p.mentor_training_rate
    rate[b["stopped"][m.board]] = 0.0
    u = here.draws.uniform(Stream.MENTOR_TRAINING, m.key, school_year)
    trained = (m.role == Role.ACTIVE) & ~m.trained & (u < np.minimum(1.0, rate))
    m.trained[trained] = True
    m.skill[trained] = (m.skill[trained] + p.mentor_training_gain).clip(0, 1)
    b["trained"][: here.boards.size] = np.bincount(m.board[trained], minlength=here.boards.size)


def turn_trainers(here: ModelState, school_year: int) -> None:
    """Professionalisation, turnover and vacancies; communities mature."""
    p, t, draws = here.p, here.trainers.rows(), here.draws
    backlog = here.leaderships.column("backlog")[here.communities.column("partnership")]
    done = 1.0 / (1.0 + backlog / WEEKS)
    served = np.repeat(done, KINDS)
    skill = t.skill + p.trainer_skill_gain * (1.0 - t.skill) * served - p.trainer_skill_loss * t.skill * (1.0 - served)
    t.skill[t.present] = skill[t.present].clip(0, 1)
    if p.with_turnover:
        leaves = t.present & (draws.uniform(Stream.TRAINER_TURNOVER, t.key, school_year) < p.trainer_turnover)
        rows = np.flatnonzero(leaves)
        cluster = t.cluster[rows]
        number = number_of(here.communities.column("key")[cluster])
        partnership = here.communities.column("partnership")[cluster]
        t.key[rows] = key_of(Kind.TRAINER, school_year, partnership, number * KINDS + t.kind[rows])
        for row in rows.tolist():
            here.trainers.replace(row)
        new_trainers(here, rows, school_year, p.familiarity_new)
        found = draws.uniform(Stream.TRAINER_FOUND, t.key[rows], school_year) < p.trainer_found
        t.vacant_weeks[rows[~found]] = p.vacancy_weeks
    maturity = here.communities.column("maturity")
    full = done if p.with_fidelity else 1.0
    maturity += p.maturity_rate * (full - maturity)
