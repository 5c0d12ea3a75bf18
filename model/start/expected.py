"""The expected turn of the year: what becomes of students on average, and its fixed point (RULES 5.1).

One partnership at a time. No luck: every chance is a share.
"""

from __future__ import annotations

import math

import numpy as np

from samenspel.agents.columns import Floats
from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import below, exp, power
from samenspel.agents.students import FIRST_MBO, exit_chance
from samenspel.model.declared.calendar import MIDDLE, WEEKS
from samenspel.model.declared.choices import Contact, MboMix
from samenspel.model.declared.constants import (
    BARRIER_MBO_FACTOR,
    DAYS_REFERENCE,
    ENGAGEMENT_REFERENCE,
    ENGAGEMENT_SD,
    HOURS_PER_DAY,
    SUPERVISION_REFERENCE,
    SUPERVISION_SD,
)
from samenspel.model.declared.parameters import Parameters
from samenspel.model.start.cells import Expected, Here, Staff
from samenspel.model.start.exchange import (
    BARRIER,
    BELONGING,
    CONTACTS,
    ENGAGEMENT,
    INSIDE,
    KNOWLEDGE,
    PEERS,
    PROGRAMMES,
    REMEMBERED,
    SPREAD,
    SPREAD_ENGAGEMENT,
    STATES,
    YEARS,
    Talk,
    coming,
    kept,
    sit_together,
)
from samenspel.model.start.guided import (
    ask,
    days_expected,
    guide,
    is_first_year,
    lead_expected,
    share_out,
    supervised,
)
from samenspel.model.week.engagement import burden_of_meetings
from samenspel.model.week.learning import weights
from samenspel.model.week.meeting import is_meeting_week
from samenspel.model.year.assessment import required_score
from samenspel.model.year.newcomers import weekly_exit, weeks_of

ROUNDS = 4
"""Rounds after which the fixed point is reached to a thousandth."""


@rule
def live_on(p: Parameters, here: Here, staff: Staff, e: Expected, rounds: int) -> None:
    """So many rounds towards the fixed point: meetings, supervision, everybody for four years, and who is there."""
    for _ in range(rounds):
        early = come_together(p, here, staff, 1, p.year_1_first_week, e)
        talks = early, come_together(p, here, staff, p.year_1_first_week, WEEKS + 1, e)
        ask(p, e)
        share_out(p, here, e)
        live_years(p, here, e, talks)
        count(p, here, e)


@rule
def come_together(p: Parameters, here: Here, staff: Staff, first: int, end: int, e: Expected) -> Talk:
    """A meeting in the weeks from the first to before the end, in which the same members are placed, and trainers."""
    placed, number = np.ascontiguousarray(e.placed[:, :, first]), e.number[INSIDE]
    lead_expected(p, here, staff, placed, number)
    guide(p, here, staff.c, first, end, e)
    return sit_together(p, here.communities, staff.c, placed, e.first[INSIDE], e.last[INSIDE], number)


# --- a year ---


@rule
def live_years(p: Parameters, here: Here, e: Expected, talks: tuple[Talk, Talk]) -> None:
    """Four years of everybody: a year whose weeks depend on the key is the mean of that with an even and an odd one."""
    after = np.zeros((2, STATES))
    for a in range(PROGRAMMES):
        if (here.demand[a] if a < FIRST_MBO else here.mbo[a]) <= 0.0:
            continue
        for z in range(2 if a < FIRST_MBO else 1):
            for k in range(YEARS):
                for d in range(STATES):
                    if k:
                        e.first[z, a, k, d] = e.last[z, a, k - 1, d]
                    after[0, d] = after[1, d] = e.first[z, a, k, d]
                keys = 1 if weeks_of(p, 0, a, k + 1) == weeks_of(p, 1, a, k + 1) else 2
                stays = 0.0
                for key in range(keys):
                    stays += live_through(p, here, (z, a, k), key, e, talks, after[key]) / keys
                e.stays[z, a, k] = stays
                for d in range(STATES):
                    e.last[z, a, k, d] = (after[0, d] + after[keys - 1, d]) / 2.0


@rule
def live_through(
    p: Parameters, here: Here, at: tuple[int, int, int], key: int, e: Expected, talks: tuple[Talk, Talk], x: Floats
) -> float:
    """Forty weeks with an even (0) or odd key (1) change states; returns the part that is still there then."""
    z, a, k = at
    placed = e.when[key, a, k]
    mbo = a >= FIRST_MBO
    member = z == INSIDE and (p.mbo_mix != MboMix.NONE if mbo else k < 3)
    hazard = weekly_exit(p, a, k + 1)
    days, w, stays = days_expected(p, a, k), weights(a), 1.0
    for week in range(1, WEEKS + 1):
        talk = talks[0] if week < p.year_1_first_week else talks[1]
        came = quality = 0.0
        if placed[week] > 0.0:
            if member and is_meeting_week(p, p.meeting_interval, week):
                came = coming(p, a, x[ENGAGEMENT])
            quality, spread = supervised(p, here, e, z, a, k, week, x)
            x[REMEMBERED] += p.memory_rate * (quality - x[REMEMBERED])
            x[SPREAD] += p.memory_rate * (spread - x[SPREAD])
        x[PEERS] -= p.peer_fade * x[PEERS]
        if came > 0.0:
            meet_expected(p, came * talk.company[a, k], a, k, x, talk)
        at_work = placed[week] * max(0.0, days - came * p.meeting_hours / HOURS_PER_DAY)
        if at_work > 0.0:
            duo = e.together[here.kind[a], week] if z == INSIDE and is_first_year(a, k) else 0.0
            practise(p, at_work * (1.0 - duo + duo * p.duo_practice), quality, w, x)
        engage_expected(p, burden_of_meetings(p, member, a), here.travel[z], x)
        if p.with_dropout:
            stays *= 1.0 - leaving_expected(p, hazard, x)
        if week == MIDDLE and not mbo:
            x[CONTACTS] *= 1.0 - talk.replaced
    return stays


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
        gain = p.barrier_gain * (BARRIER_MBO_FACTOR if a >= FIRST_MBO else 1.0)
        enough = talk.facilitated[a, k] - across * (p.barrier_threshold + first)
        x[BARRIER] -= came * gain * enough * x[BARRIER] * (1.0 - x[BARRIER])
        x[CONTACTS] += came * across


@rule
def practise(p: Parameters, days: float, quality: float, w: tuple[float, float, float], x: Floats) -> None:
    """Learning at the workplace (RULES 3.8) at the mean climate."""
    v = p.practice_weight
    practice = power(days / DAYS_REFERENCE, p.practice_exponent)
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
        z_engagement = (x[ENGAGEMENT] + side * x[SPREAD_ENGAGEMENT] - ENGAGEMENT_REFERENCE) / ENGAGEMENT_SD
        z_supervision = (x[REMEMBERED] + side * x[SPREAD] - SUPERVISION_REFERENCE) / SUPERVISION_SD
        odds = p.exit_odds_engagement, p.exit_odds_supervision
        chance += exit_chance(hazard, odds[0], z_engagement, odds[1], z_supervision) / 2.0
    return chance


# --- the turn of the year ---


@rule
def short_of(t: float) -> float:
    """The mean of max(0, t − Z) for a standard normal Z: t Φ(t) + φ(t)."""
    return t * below(t) + exp(-0.5 * t * t) / math.sqrt(2.0 * math.pi)


@rule
def passing(p: Parameters, a: int, k: int, x: Floats, start: Floats) -> float:
    """The chance of passing: scores taken as normal, with the noise of an assessment uniform around them."""
    if not p.with_assessment:
        return 1.0
    w = weights(a)
    score = variance = total = 0.0
    for d in range(3):
        score += w[d] * x[d]
        variance += (w[d] * kept(x, start, d) * p.competence_spread) ** 2 / 3.0
        total += w[d]
    ahead, sd, noise = score / total - required_score(p, k + 1), math.sqrt(variance) / total, p.assessment_noise
    if sd <= 0.0 or noise <= 0.0:
        return 1.0 if ahead >= 0.0 else 0.0
    return sd / (2.0 * noise) * (short_of((ahead + noise) / sd) - short_of((ahead - noise) / sd))


@rule
def go_through(p: Parameters, z: int, a: int, e: Expected) -> float:
    """The years of one entrant of an hbo programme at a place; returns how many that is on average."""
    n = e.enrolled[z, a]
    size = n.shape[1]
    for k in range(YEARS):
        e.passes[z, a, k] = passing(p, a, k, e.last[z, a, k], e.first[z, a, 0])
        for years in range(size):
            n[k, years] = 0.0
    n[0, 0] = 1.0
    for years in range(size - 1):
        for k in range(YEARS):
            there, passed = n[k, years] * e.stays[z, a, k], e.passes[z, a, k]
            late = passed * p.delay_later if k and p.with_assessment else 0.0
            n[k, years + 1] += there * (late + (1.0 - passed) * (1.0 - p.failed_leaves))
            if k < YEARS - 1:
                n[k + 1, years + 1] += there * (passed - late)
    total = 0.0
    for k in range(YEARS):
        e.number[z, a, k] = 0.0
        for years in range(size):
            e.number[z, a, k] += n[k, years]
            total += n[k, years]
    return total


@rule
def stay_on(p: Parameters, a: int, here: Here, e: Expected) -> None:
    """Mbo students by years here, newest first, for as many as there are."""
    span = p.mbo_years - min(p.mbo_first_year, p.mbo_years) + 1
    total = number = 1.0
    for k in range(YEARS):
        if k:
            stays = e.stays[INSIDE, a, k - 1] * p.mbo_return_share
            number = number * stays * (span - k) / (span - k + 1) if k < span else 0.0
            total += number
        e.number[INSIDE, a, k] = number
    for k in range(YEARS):
        e.number[INSIDE, a, k] *= here.mbo[a] / total


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
                        e.number[z, a, k] *= entrants * entering[z]


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
