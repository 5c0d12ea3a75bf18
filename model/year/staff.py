"""Mentors and trainers at the turn of the year (RULES 4.3.3, 4.3.4)."""

from __future__ import annotations

import numpy as np

from samenspel.agents.columns import Flags
from samenspel.agents.compiled import rule
from samenspel.agents.mentors import Role
from samenspel.agents.trainers import KINDS
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.here import Here
from samenspel.model.luck.draws import Stream, stream_state, uniform, uniform_at
from samenspel.model.luck.keys import Kind, key_of, number_in
from samenspel.model.year.newcomers import new_mentor, new_trainer, within


@rule
def turn_mentors(here: Here, school_year: int) -> None:
    """Summer rest, leaving and return, recruitment, training."""
    p, m = here.settings[0], here.m
    for k in range(m.key.size):
        m.fatigue[k] = m.base[k] + p.fatigue_summer * (m.fatigue[k] - m.base[k])
        m.new[k] = False
    cut_links(here, leave_and_return(here, school_year))
    if p.with_turnover:
        recruit(here, school_year)
    train(here, school_year)


@rule
def leave_and_return(here: Here, school_year: int) -> Flags:
    """Mentors leave their role, and who withdrew comes back; who left."""
    p, m, seed = here.settings[0], here.m, here.now[0].seed
    luck = stream_state(seed, Stream.MENTOR_TURNOVER, school_year, 0)
    luck_of_return = stream_state(seed, Stream.MENTOR_TURNOVER, school_year, 1)
    leaves = np.zeros(m.key.size, np.bool_)
    for k in range(leaves.size):
        if m.role[k] == Role.EMPTY:
            continue
        if p.with_turnover and uniform_at(luck, m.key[k]) < p.mentor_turnover:
            leaves[k], m.role[k] = True, Role.EMPTY
        elif m.role[k] == Role.WITHDRAWN and uniform_at(luck_of_return, m.key[k]) < p.mentor_return:
            m.role[k] = Role.ACTIVE
    return leaves


@rule
def cut_links(here: Here, gone: Flags) -> None:
    """Students of mentors who left have no mentor until mentors are asked again."""
    s = here.s
    for i in range(s.key.size):
        if s.mentor[i] >= 0 and gone[s.mentor[i]]:
            s.mentor[i] = -1


@rule
def recruit(here: Here, school_year: int) -> None:
    """Empty roles are filled by somebody new, or not yet."""
    p, m, o, now = here.settings[0], here.m, here.o, here.now[0]
    luck = stream_state(now.seed, Stream.MENTOR_TURNOVER, school_year, 2)
    for k in range(m.key.size):
        if m.role[k] == Role.EMPTY:
            site = m.site[k]
            number = (number_in(o.key[site]) << 6) + m.place[k]
            key = key_of(Kind.MENTOR, school_year, o.partnership[site], number)
            if uniform_at(luck, key) < p.mentor_recruitment:
                m.key[k] = key
                new_mentor(here, k, school_year, p.new_mentors_trained_share, True, -1)
                now.moved += 1


@rule
def train(here: Here, school_year: int) -> None:
    """Active mentors are trained in supervision, more of them where a plan asks it, none where money has stopped."""
    p, m, b, c = here.settings[0], here.m, here.b, here.c
    luck = stream_state(here.now[0].seed, Stream.MENTOR_TRAINING, school_year, 0)
    b.trained[:] = 0
    for k in range(m.key.size):
        if m.role[k] != Role.ACTIVE or m.trained[k] or b.stopped[m.board[k]]:
            continue
        rate = min(1.0, (2.0 if c.plan[m.cluster[k]] else 1.0) * p.mentor_training_rate)
        if uniform_at(luck, m.key[k]) < rate:
            m.trained[k] = True
            m.skill[k] = within(m.skill[k] + p.mentor_training_gain)
            b.trained[m.board[k]] += 1


@rule
def turn_trainers(here: Here, school_year: int) -> None:
    """Professionalisation, turnover and vacancies; communities mature."""
    p, t, c, now = here.settings[0], here.t, here.c, here.now[0]
    for seat in range(t.key.size):
        if not t.present[seat]:
            continue
        done, skill = work_done(here, t.cluster[seat]), t.skill[seat]
        gain, loss = p.trainer_skill_gain * (1.0 - skill) * done, p.trainer_skill_loss * skill * (1.0 - done)
        t.skill[seat] = within(skill + gain - loss)
        if (
            p.with_turnover
            and uniform(now.seed, Stream.TRAINER_TURNOVER, t.key[seat], school_year, 0) < p.trainer_turnover
        ):
            replace_trainer(here, seat, school_year)
            now.moved += 1
    for k in range(c.key.size):
        full = work_done(here, k) if p.with_fidelity else 1.0
        c.maturity[k] += p.maturity_rate * (full - c.maturity[k])


@rule
def work_done(here: Here, cluster: int) -> float:
    """The part of its work that the leadership of a cluster's partnership could do."""
    return 1.0 / (1.0 + here.lead.backlog[here.c.partnership[cluster]] / WEEKS)


@rule
def replace_trainer(here: Here, seat: int, school_year: int) -> None:
    """Somebody new has this seat, at once or after a vacancy."""
    p, t, c = here.settings[0], here.t, here.c
    k = t.cluster[seat]
    number = number_in(c.key[k]) * KINDS + t.kind[seat]
    t.key[seat] = key_of(Kind.TRAINER, school_year, c.partnership[k], number)
    new_trainer(here, seat, school_year, p.familiarity_new)
    found = uniform(here.now[0].seed, Stream.TRAINER_FOUND, t.key[seat], school_year, 0) < p.trainer_found
    t.vacant_weeks[seat] = 0 if found else p.vacancy_weeks
