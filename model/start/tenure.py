"""Mentors and trainers as they are in the long run of the turn of the year (RULES 5.1)."""

from __future__ import annotations

import math

import numpy as np

from samenspel.agents.columns import Floats, Ints
from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import below, log, power
from samenspel.agents.mentors import MentorColumns, MentorKind, Role
from samenspel.agents.organisations import SiteColumns
from samenspel.agents.students import Status
from samenspel.agents.trainers import TrainerColumns
from samenspel.model.declared.calendar import MIDDLE, WEEKS
from samenspel.model.declared.parameters import Parameters
from samenspel.model.here import Here
from samenspel.model.luck.draws import Stream, stream_state, uniform_at
from samenspel.model.start.exchange import YEARS
from samenspel.model.year.settling import ask_leadership

AGES = 30
"""Years after which extra hours are as often what they are as ever after."""


# --- mentors ---


@rule
def mentors_in_time(here: Here) -> None:
    """Who is a mentor, has withdrawn or left, and who is new, in the long run of 4.3.3.

    Roles that a file counts are all filled.
    """
    p, m, since = here.settings[0], here.m, mentors_since(here)
    empty, withdrawn = roles_in_time(p, m)
    luck = stream_state(here.now[0].seed, Stream.MENTOR_TURNOVER, 0, 0)
    for k in range(m.key.size):
        if counted_at(m, here.o, k) < 0:
            u = uniform_at(luck, m.key[k])
            if u < empty + withdrawn:
                m.role[k] = Role.EMPTY if u < empty else Role.WITHDRAWN
        m.new[k] = since[k] == 0 and m.role[k] == Role.ACTIVE


@rule
def counted_at(m: MentorColumns, o: SiteColumns, k: int) -> int:
    """How many mentors of this one's kind a file counts at the site, or -1."""
    return int(o.mentors[m.site[k]] if m.kind[k] == MentorKind.TEACHER else o.care_mentors[m.site[k]])


@rule
def roles_in_time(p: Parameters, m: MentorColumns) -> tuple[float, float]:
    """The part of roles that is empty, and that of who has withdrawn."""
    turnover, giving = p.mentor_turnover if p.with_turnover else 0.0, 0.0
    empty = turnover * (1.0 - p.mentor_recruitment)
    empty = empty / (1.0 - (1.0 - turnover) * (1.0 - p.mentor_recruitment)) if empty > 0.0 else 0.0
    stays_away = (1.0 - turnover) * (1.0 - p.mentor_return)
    for k in range(m.base.size):
        giving += giving_up(p, m.base[k])
    away = giving / m.base.size * stays_away / max(1e-9, 1.0 - stays_away)
    return empty, (1.0 - empty) * away / (1.0 + away)


@rule
def giving_up(p: Parameters, base: float) -> float:
    """The chance that a mentor who hosts withdraws in a year, at the fatigue without students."""
    if not (p.with_withdrawal and p.with_fatigue):
        return 0.0
    return 1.0 - power(1.0 - p.withdrawal_rate * base**2, float(WEEKS))


@rule
def recruits(p: Parameters, m: MentorColumns) -> float:
    """The part of active mentors that came at the last turn."""
    empty, withdrawn = roles_in_time(p, m)
    turnover = p.mentor_turnover if p.with_turnover else 0.0
    came = (empty + turnover * (1.0 - empty)) * p.mentor_recruitment
    return min(1.0, came / max(1e-9, 1.0 - empty - withdrawn))


@rule
def mentors_since(here: Here) -> Ints:
    """Turns of the year since every mentor came; as many as there are years, and one, when it was longer ago."""
    p, m = here.settings[0], here.m
    recruited, stay = recruits(p, m), 1.0 - (p.mentor_turnover if p.with_turnover else 0.0)
    left, since = np.zeros(YEARS + 1), np.zeros(m.key.size, np.int64)
    for n in range(YEARS + 1):
        left[n] = 1.0 - (1.0 - recruited) * power(stay, float(n))
    luck = stream_state(here.now[0].seed, Stream.MENTOR_TURNOVER, 0, 1)
    for k in range(m.key.size):
        u = uniform_at(luck, m.key[k])
        for n in range(YEARS + 1):
            since[k] += u >= left[n]
    return since


# --- trainers ---


@rule
def trainers_in_time(here: Here) -> None:
    """How long who holds a seat has held it: skill, familiarity, vacancies, and how mature communities are (4.3.4)."""
    p, c, t, done = here.settings[0], here.c, here.t, work_done(here)
    if p.with_fidelity and p.maturity_rate > 0.0:
        for k in range(c.key.size):
            c.maturity[k] = done[c.partnership[k]]
    luck = stream_state(here.now[0].seed, Stream.TRAINER_TURNOVER, 0, 0)
    luck_of_search = stream_state(here.now[0].seed, Stream.TRAINER_FOUND, 0, 0)
    for seat in range(t.key.size):
        if t.present[seat]:
            q = done[c.partnership[t.cluster[seat]]]
            settle_seat(p, q, uniform_at(luck, t.key[seat]), uniform_at(luck_of_search, t.key[seat]), t, seat)


@rule
def settle_seat(p: Parameters, q: float, luck: float, luck_of_search: float, t: TrainerColumns, seat: int) -> None:
    """A trainer who came j turns ago has learned and been there j years; without turnover all came long ago.

    In a year the leadership does a share q of its work.
    """
    turnover = p.trainer_turnover if p.with_turnover else 0.0
    changes = p.trainer_skill_gain * q + p.trainer_skill_loss * (1.0 - q)
    aim = p.trainer_skill_gain * q / changes if changes > 0.0 else t.skill[seat]
    if turnover <= 0.0:
        t.skill[seat], t.familiarity[seat] = aim, 1.0
        return
    years = math.floor(log(1.0 - luck) / log(1.0 - turnover)) if turnover < 1.0 else 0
    vacant = 0 if luck_of_search < p.trainer_found else p.vacancy_weeks
    t.skill[seat] = aim + (t.skill[seat] - aim) * power(1.0 - changes, float(years))
    weeks = WEEKS * years - vacant if years else 0
    t.familiarity[seat] = 1.0 - (1.0 - p.familiarity_new) * power(1.0 - p.familiarity_rate, float(weeks))
    t.vacant_weeks[seat] = 0 if years else vacant


# --- the leadership ---


@rule
def backlog_after(here: Here, weeks: int) -> Floats:
    """The backlog of each leadership so far into a year."""
    ask_leadership(here)
    p, asked = here.settings[0], here.lead.asked
    backlog = np.zeros(asked.size)
    for k in range(asked.size):
        if not p.with_leadership:
            backlog[k] = 0.0
        elif p.leadership_hours <= 0.0:
            backlog[k] = WEEKS * weeks
        else:
            backlog[k] = weeks * max(0.0, asked[k] - p.leadership_hours) / p.leadership_hours
    return backlog


@rule
def work_done(here: Here) -> Floats:
    """The share of its work that each leadership can do in a year."""
    done = backlog_after(here, WEEKS)
    for k in range(done.size):
        done[k] = 1.0 / (1.0 + done[k] / WEEKS)
    return done


# --- evaluations ---


@rule
def plan_in_time(here: Here) -> None:
    """Plans and extra hours after the end evaluation (4.3.1), if every year were judged as this start is supervised."""
    p, c = here.settings[0], here.c
    if not p.with_evaluation:
        return
    late, interim, end = backlog_after(here, MIDDLE), below_floor(here, MIDDLE), below_floor(here, WEEKS)
    steps = math.ceil(min(100.0, p.plan_hours_limit / p.plan_hours)) if p.plan_hours > 0.0 else 0
    luck = stream_state(here.now[0].seed, Stream.SURVEY, 0, 0)
    luck_of_steps = stream_state(here.now[0].seed, Stream.SURVEY, 0, 1)
    for k in range(c.key.size):
        if late[c.partnership[k]] > p.leadership_backlog_limit:
            interim[k] = 0.0
        c.plan[k] = uniform_at(luck, c.key[k]) < end[k]
        hours = p.plan_hours * steps_so_far(interim[k], end[k], steps, uniform_at(luck_of_steps, c.key[k]))
        less, more = max(0.0, hours - p.plan_hours), min(p.plan_hours_limit, hours + p.plan_hours)
        c.extra_hours[k] = more if c.plan[k] else less


@rule
def below_floor(here: Here, weeks: int) -> Floats:
    """The chance that a survey of a community comes out below the floor: the mean of noisy answers is normal.

    Asked is whose placement has begun by then.
    """
    p, s, c, backlog = here.settings[0], here.s, here.c, backlog_after(here, weeks)
    asked, total = np.zeros(c.key.size, np.int64), np.zeros(c.key.size)
    for i in range(s.key.size):
        if s.status[i] == Status.INSIDE and s.first_week[i] <= weeks:
            asked[s.cluster[i]] += 1
            total[s.cluster[i]] += s.supervision[i]
    for k in range(c.key.size):
        mean = total[k] / max(1, asked[k])
        noise = p.survey_noise * (1.0 + backlog[c.partnership[k]] / p.leadership_backlog_limit)
        sd = max(noise / math.sqrt(3.0 * max(1, asked[k])), 1e-12)
        total[k] = below((p.survey_floor - mean) / sd) if asked[k] > 0 else 0.0
    return total


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
