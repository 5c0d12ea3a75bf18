"""The expected turn of the year: what becomes of students on average, and its fixed point (RULES 5.1).

One partnership at a time. Arrays are by place (inside, outside), programme and year; a year is the study year of hbo
students, and of mbo students how many years they have been there. No luck: every chance is a share.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from samenspel.agents.columns import Floats, Ints
from samenspel.agents.compiled import rule
from samenspel.agents.organisations import CommunityColumns
from samenspel.agents.students import FIRST_MBO, Programme, Track, exit_chance
from samenspel.model.declared.calendar import MIDDLE, WEEKS
from samenspel.model.declared.choices import Contact, MboMix, Outside
from samenspel.model.declared.parameters import Parameters
from samenspel.model.week.engagement import burden_of_meetings
from samenspel.model.week.learning import weights
from samenspel.model.week.meeting import is_meeting_week
from samenspel.model.week.supervision import (
    caseload,
    dose,
    guided_outside,
    match,
    mentor_weight,
    openness,
    quality_outside,
)
from samenspel.model.week.workload import kind_for
from samenspel.model.year.assessment import required_score
from samenspel.model.year.exchange import (
    BARRIER,
    BELONGING,
    CARE,
    COLLABORATION,
    CONTACTS,
    ENGAGEMENT,
    INSIDE,
    KNOWLEDGE,
    OUTSIDE,
    PEERS,
    PROGRAMMES,
    REMEMBERED,
    SPREAD,
    SPREAD_ENGAGEMENT,
    STATES,
    TEACHING,
    YEARS,
    Talk,
    coming,
    kept,
    sit_together,
)
from samenspel.model.year.newcomers import days_of, yearly_exit

ROUNDS = 4
"""Rounds after which the fixed point is reached to a thousandth."""


class Here(NamedTuple):
    """What students find in a partnership: staff and places."""

    row: int
    demand: Floats  # hbo students wanted by programme, shape (4,)
    eligible: Floats  # the part of them that could be placed, shape (4,)
    turn: Ints  # who goes first when there are too few places, shape (4,)
    mbo: Floats  # mbo students by programme, shape (7,)
    places: float
    time: Floats  # hours a week of a mentor, by MentorKind
    mentors: Floats  # active mentors, by MentorKind
    skill: Floats  # their mean skill, by MentorKind
    skill_spread: Floats  # its SD, by MentorKind
    trained: Floats  # the part of them that is trained interprofessionally, by MentorKind
    outside: Floats  # mean and SD of skill outside
    trainers: float  # mean trainer guidance
    travel: Floats  # mean of travel / (travel + travel_half), by place
    communities: Ints  # rows of its communities


class Expected(NamedTuple):
    """Students on average; shape (places, programmes, years), and more where it says so."""

    first: Floats  # states when a year begins, shape (…, STATES)
    last: Floats  # and after week 40
    stays: Floats  # the part that is still there then
    passes: Floats  # the part of those that passes
    number: Floats  # how many there are when a year begins
    enrolled: Floats  # the same by years enrolled before, hbo and for one entrant, shape (…, years)
    quality: Floats  # supervision
    spread: Floats  # its SD over students
    asked: Floats  # mentor hours asked


@rule
def nobody(p: Parameters) -> Expected:
    """Nobody yet; newcomers as RULES 4.3.8 has them on average."""
    cells = (2, PROGRAMMES, YEARS)
    size = min(p.enrolment_limit, 100)
    e = Expected(
        np.zeros((2, PROGRAMMES, YEARS, STATES)), np.zeros((2, PROGRAMMES, YEARS, STATES)), np.zeros(cells),
        np.zeros(cells), np.zeros(cells), np.zeros((2, PROGRAMMES, YEARS, size)), np.zeros(cells), np.zeros(cells),
        np.zeros(cells),
    )  # fmt: skip
    for a in range(PROGRAMMES):
        own = COLLABORATION if a == Programme.ASSISTANT else CARE if a >= Programme.PEDAGOGY else TEACHING
        for z in range(2):
            x = e.first[z, a, 0]
            x[TEACHING : COLLABORATION + 1] = p.competence_start
            x[own] += p.competence_lead
            x[KNOWLEDGE], x[BARRIER] = p.knowledge_start, p.barrier_start
            x[BELONGING] = (1.0 - p.belonging_peer) * p.climate_mean
            x[ENGAGEMENT], x[REMEMBERED] = p.engagement_reference, p.supervision_reference
            for k in range(YEARS):
                e.first[z, a, k] = x
                e.last[z, a, k] = x
    return e


@rule
def live_on(p: Parameters, here: Here, c: CommunityColumns, e: Expected, rounds: int) -> None:
    """So many rounds towards the fixed point: a meeting, supervision, everybody for four years, and who is there."""
    for _ in range(rounds):
        talk = sit_together(p, here.communities, c, e.first, e.last, e.number[INSIDE])
        ask(p, here, e)
        for a in range(PROGRAMMES):
            if (here.demand[a] if a < FIRST_MBO else here.mbo[a]) <= 0.0:
                continue
            for z in range(2 if a < FIRST_MBO else 1):
                for k in range(YEARS):
                    if k:
                        e.first[z, a, k] = e.last[z, a, k - 1]
                    live_a_year(p, here.travel[z], z, a, k, e, talk)
        count(p, here, e)


# --- supervision ---


@rule
def days_expected(p: Parameters, a: int, k: int) -> float:
    """Placement days a week before meetings."""
    bbl = p.mbo_bbl_share * days_of(p, a, Track.BBL, k + 1)
    return bbl + (1.0 - p.mbo_bbl_share) * days_of(p, a, Track.BOL, k + 1)


@rule
def ask(p: Parameters, here: Here, e: Expected) -> None:
    """Hours asked, and the supervision that comes of them: load is that of the student alone, or the mean."""
    total = np.zeros(2)
    for z in range(2):
        for a in range(PROGRAMMES):
            for k in range(YEARS):
                mid = (e.first[z, a, k, PEERS] + e.last[z, a, k, PEERS]) / 2.0
                hbo = p.need_per_day_final if k == 3 else p.need_per_day
                need = p.need_per_day_mbo if a >= FIRST_MBO else hbo
                e.asked[z, a, k] = need * days_expected(p, a, k) * (1.0 - p.peer_relief * mid)
                if z == INSIDE:
                    total[kind_for(a)] += e.number[z, a, k] * e.asked[z, a, k]
    for a in range(PROGRAMMES):
        for k in range(YEARS):
            supervise_inside(p, here, total, a, k, e)
            supervise_outside(p, here, a, k, e)


@rule
def supervise_inside(p: Parameters, here: Here, total: Floats, a: int, k: int, e: Expected) -> None:
    """Mean and SD of supervision inside, by RULES 3.2 to 3.5."""
    kind, half = kind_for(a), here.trainers
    e.quality[INSIDE, a, k], e.spread[INSIDE, a, k] = p.trainer_weight * half, 0.0
    if here.mentors[kind] <= 0.0:
        return
    time = here.time[kind]
    load = max(e.asked[INSIDE, a, k] / time, total[kind] / (time * here.mentors[kind]))
    x = e.first[INSIDE, a, k]
    understanding = x[KNOWLEDGE] * openness(p, x[BARRIER])
    share = here.trained[kind]
    fits = share * match(p, kind, a, True, understanding) + (1.0 - share) * match(p, kind, a, False, understanding)
    given = mentor_weight(p) * dose(p, caseload(p, load)) * fits
    e.quality[INSIDE, a, k] = min(1.0, max(0.0, given * here.skill[kind] + p.trainer_weight * half))
    e.spread[INSIDE, a, k] = given * here.skill_spread[kind]


@rule
def supervise_outside(p: Parameters, here: Here, a: int, k: int, e: Expected) -> None:
    """Mean and SD of supervision outside, by RULES 3.5."""
    e.quality[OUTSIDE, a, k], e.spread[OUTSIDE, a, k] = p.outside_supervision, 0.0
    if p.form_outside == Outside.MENTORED:
        _, guidance, trainer = guided_outside(p, e.asked[OUTSIDE, a, k], here.outside[0], 1.0)
        e.quality[OUTSIDE, a, k] = quality_outside(p, guidance, trainer)
        without = quality_outside(p, 0.0, trainer)
        e.spread[OUTSIDE, a, k] = (e.quality[OUTSIDE, a, k] - without) * here.outside[1] / here.outside[0]


# --- a year ---


@rule
def live_a_year(p: Parameters, travel: float, z: int, a: int, k: int, e: Expected, talk: Talk) -> None:
    """Forty weeks of who is expected at a place in a programme and year."""
    x = e.last[z, a, k]
    x[:] = e.first[z, a, k]
    mbo = a >= FIRST_MBO
    member = z == INSIDE and (p.mbo_mix != MboMix.NONE if mbo else k < 3)
    hazard = 1.0 - (1.0 - yearly_exit(p, a, k + 1)) ** (1.0 / WEEKS)
    days, w, stays = days_expected(p, a, k), weights(p, a), 1.0
    for week in range(1, WEEKS + 1):
        came = 0.0
        if member and is_meeting_week(p, p.meeting_interval, week):
            came = coming(p, a, x[ENGAGEMENT])
        x[REMEMBERED] += p.memory_rate * (e.quality[z, a, k] - x[REMEMBERED])
        x[SPREAD] += p.memory_rate * (e.spread[z, a, k] - x[SPREAD])
        x[PEERS] -= p.peer_fade * x[PEERS]
        if came > 0.0:
            meet_expected(p, came * talk.company[a, k], a, k, x, talk)
        at_work = max(0.0, days - came * p.meeting_hours / p.hours_per_day)
        if at_work > 0.0:
            practise(p, at_work, e.quality[z, a, k], w, x)
        engage_expected(p, burden_of_meetings(p, member, a), travel, x)
        if p.with_dropout:
            stays *= 1.0 - leaving_expected(p, hazard, x)
        if week == MIDDLE and not mbo:
            x[CONTACTS] *= 1.0 - talk.replaced
    e.stays[z, a, k] = stays


@rule
def meet_expected(p: Parameters, came: float, a: int, k: int, x: Floats, talk: Talk) -> None:
    """What a meeting gives on average to those of whom a part came."""
    for d in range(3):
        x[d] = min(1.0, x[d] + came * (talk.learned[d, a, k] + talk.explained[d, a, k] * (1.0 - x[d])))
    for side in (-1.0, 1.0):
        help = max(0.0, talk.help[a, k] + side * math.sqrt(talk.varied[a, k]))
        x[PEERS] += came * p.peer_rate * help / (help + p.peer_half) / 2.0 * (1.0 - x[PEERS])
    x[KNOWLEDGE] += came * talk.heard[a, k] * (1.0 - x[KNOWLEDGE])
    across = talk.across[a, k]
    if across > 0.0 and p.with_barrier:
        n0 = p.barrier_contacts_half
        first = p.barrier_first_contacts * n0 / (n0 + x[CONTACTS]) if p.form_contact == Contact.THRESHOLD else 0.0
        gain = p.barrier_gain * (p.barrier_mbo_factor if a >= FIRST_MBO else 1.0)
        enough = talk.facilitation - p.barrier_threshold - first
        x[BARRIER] -= came * gain * across * enough * x[BARRIER] * (1.0 - x[BARRIER])
        x[CONTACTS] += came * across


@rule
def practise(p: Parameters, days: float, quality: float, w: tuple[float, float, float], x: Floats) -> None:
    """Learning at the workplace (RULES 3.8) at the mean climate."""
    v = p.practice_weight
    practice = (days / p.days_reference) ** p.practice_exponent
    gain = p.workplace_gain * (v * practice + (1.0 - v) * quality) * p.climate_mean
    for d in range(3):
        x[d] = min(1.0, x[d] + gain * w[d] * (1.0 - x[d]))


@rule
def engage_expected(p: Parameters, burden: float, travel: float, x: Floats) -> None:
    """Belonging and engagement (RULES 3.10), and how supervision spreads engagement."""
    home = min(1.0, p.belonging_peer * x[PEERS] + (1.0 - p.belonging_peer) * p.climate_mean)
    x[BELONGING] += p.belonging_rate * (home - x[BELONGING])
    level = (
        p.engagement_base
        + p.engagement_supervision * x[REMEMBERED]
        + p.engagement_belonging * x[BELONGING]
        - p.engagement_travel * travel
        - burden
    )
    x[ENGAGEMENT] += p.engagement_rate * (min(1.0, max(0.0, level)) - x[ENGAGEMENT])
    x[SPREAD_ENGAGEMENT] += p.engagement_rate * (p.engagement_supervision * x[SPREAD] - x[SPREAD_ENGAGEMENT])


@rule
def leaving_expected(p: Parameters, hazard: float, x: Floats) -> float:
    """The mean chance of leaving of who is an SD better and who is an SD worse supervised than the mean."""
    chance = 0.0
    for side in (-1.0, 1.0):
        z_engagement = (x[ENGAGEMENT] + side * x[SPREAD_ENGAGEMENT] - p.engagement_reference) / p.engagement_sd
        z_supervision = (x[REMEMBERED] + side * x[SPREAD] - p.supervision_reference) / p.supervision_sd
        odds = p.exit_odds_engagement, p.exit_odds_supervision
        chance += exit_chance(hazard, odds[0], z_engagement, odds[1], z_supervision) / 2.0
    return chance


# --- the turn of the year ---


@rule
def below(t: float) -> float:
    """The mean of max(0, t − Z) for a standard normal Z: t Φ(t) + φ(t)."""
    return t * 0.5 * (1.0 + math.erf(t / math.sqrt(2.0))) + math.exp(-0.5 * t * t) / math.sqrt(2.0 * math.pi)


@rule
def passing(p: Parameters, a: int, k: int, x: Floats, start: Floats) -> float:
    """The chance of passing: scores taken as normal, with the noise of an assessment uniform around them."""
    if not p.with_assessment:
        return 1.0
    w = weights(p, a)
    score = variance = total = 0.0
    for d in range(3):
        score += w[d] * x[d]
        variance += (w[d] * kept(x, start, d) * p.competence_spread) ** 2 / 3.0
        total += w[d]
    ahead, sd, noise = score / total - required_score(p, k + 1), math.sqrt(variance) / total, p.assessment_noise
    if sd <= 0.0 or noise <= 0.0:
        return 1.0 if ahead >= 0.0 else 0.0
    return sd / (2.0 * noise) * (below((ahead + noise) / sd) - below((ahead - noise) / sd))


@rule
def go_through(p: Parameters, z: int, a: int, e: Expected) -> float:
    """The years of one entrant of an hbo programme at a place; returns how many that is on average."""
    n = e.enrolled[z, a]
    n[:] = 0.0
    n[0, 0] = 1.0
    size = n.shape[1]
    for k in range(YEARS):
        e.passes[z, a, k] = passing(p, a, k, e.last[z, a, k], e.first[z, a, 0])
    for years in range(size - 1):
        for k in range(YEARS):
            there, passed = n[k, years] * e.stays[z, a, k], e.passes[z, a, k]
            late = passed * p.delay_later if k and p.with_assessment else 0.0
            n[k, years + 1] += there * (late + (1.0 - passed) * (1.0 - p.failed_leaves))
            if k < YEARS - 1:
                n[k + 1, years + 1] += there * (passed - late)
    return n.sum()


@rule
def stay_on(p: Parameters, a: int, here: Here, e: Expected) -> None:
    """Mbo students by years here, newest first, for as many as there are."""
    n = e.number[INSIDE, a]
    first = min(p.mbo_first_year, p.mbo_years)
    span = p.mbo_years - first + 1
    n[:] = 0.0
    n[0] = 1.0
    for k in range(1, min(YEARS, span)):
        n[k] = n[k - 1] * e.stays[INSIDE, a, k - 1] * p.mbo_return_share * (span - k) / (span - k + 1)
    n *= here.mbo[a] / n.sum()


@rule
def count(p: Parameters, here: Here, e: Expected) -> None:
    """How many students there are when a year begins, so that places are filled and programmes complete."""
    years = np.zeros((2, FIRST_MBO))
    for a in range(PROGRAMMES):
        if a >= FIRST_MBO:
            if here.mbo[a] > 0.0:
                stay_on(p, a, here, e)
        elif here.demand[a] > 0.0:
            for z in range(2):
                years[z, a] = go_through(p, z, a, e)
    free = here.places
    for turn in range(2):
        part = admitted_part(here, years, turn, free)
        for a in range(FIRST_MBO):
            if here.turn[a] == turn and here.demand[a] > 0.0:
                free -= inside_at(here, years, a, part)
                entering = part * here.eligible[a], 1.0 - part * here.eligible[a]
                entrants = here.demand[a] / (entering[0] * years[0, a] + entering[1] * years[1, a])
                for z in range(2):
                    for k in range(YEARS):
                        e.number[z, a, k] = entrants * entering[z] * e.enrolled[z, a, k].sum()


@rule
def inside_at(here: Here, years: Floats, a: int, part: float) -> float:
    """Students of a programme who are inside when this part of those eligible is admitted on entering."""
    within = part * here.eligible[a] * years[0, a]
    return here.demand[a] * within / (within + (1.0 - part * here.eligible[a]) * years[1, a])


@rule
def admitted_part(here: Here, years: Floats, turn: int, free: float) -> float:
    """The part of the eligible whose turn it is that fits: all, or by halving as many as fill the free places."""
    low, high = 0.0, 1.0
    for step in range(41):
        part = 1.0 if step == 0 else (low + high) / 2.0
        total = 0.0
        for a in range(FIRST_MBO):
            if here.turn[a] == turn and here.demand[a] > 0.0:
                total += inside_at(here, years, a, part)
        if total <= free:
            if step == 0:
                return 1.0
            low = part
        else:
            high = part
    return low
