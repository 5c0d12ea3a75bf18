"""The expected turn of the year: what becomes of students on average, and its fixed point (RULES 5.1).

One partnership at a time. No luck: every chance is a share.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from samenspel.agents.columns import Floats
from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import below, exp, log, power
from samenspel.agents.students import FIRST_MBO, chance_at
from samenspel.model.declared.calendar import MIDDLE, WEEKS
from samenspel.model.declared.choices import Contact
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
from samenspel.model.here import Here
from samenspel.model.start.cells import Expected, Found, is_there
from samenspel.model.start.exchange import (
    ACROSS,
    BARRIER,
    BELONGING,
    COMPANY,
    CONTACTS,
    ENGAGEMENT,
    EXPLAINED,
    FACILITATED,
    GIFTS,
    HEARD,
    HELP,
    INSIDE,
    KNOWLEDGE,
    LEARNED,
    OUTSIDE,
    PEERS,
    PROGRAMMES,
    REMEMBERED,
    SPREAD,
    SPREAD_ENGAGEMENT,
    STATES,
    VARIED,
    YEARS,
    Members,
    coming,
    kept,
    meets,
    members_expected,
    replaced_at_midyear,
    sit_together,
)
from samenspel.model.start.guided import (
    Guided,
    ask,
    days_expected,
    guide,
    guided_at,
    is_first_year,
    lead_expected,
    placed_in,
    share_out,
    supervised,
)
from samenspel.model.week.engagement import burden_of_meetings
from samenspel.model.week.learning import weights
from samenspel.model.week.meeting import is_meeting_week
from samenspel.model.year.assessment import required_score
from samenspel.model.year.newcomers import weekly_exit, weeks_of


@rule
def live_on(here: Here, found: Found, e: Expected) -> None:
    """A round towards the fixed point: meetings, supervision, everybody for four years, and who is there.

    Outside nobody meets anybody, so that years there are always the same.
    """
    p, number = here.settings[0], e.number[INSIDE]
    members = members_expected(p, e.first[INSIDE], e.last[INSIDE], number)
    talks = np.zeros((2, PROGRAMMES * YEARS, GIFTS))
    for late in range(2):
        first, end = (p.year_1_first_week, WEEKS + 1) if late else (1, p.year_1_first_week)
        come_together(here, found, first, end, e, members, talks[late])
    ask(p, e)
    share_out(p, found, e)
    replaced = replaced_at_midyear(p, number)
    for a in range(PROGRAMMES):
        if is_there(found, a):
            only_inside = a >= FIRST_MBO or e.stays[OUTSIDE, a, 0] > 0.0
            for z in range(1 if only_inside else 2):
                live_years(p, found, e, z, a, talks, replaced)
    count(p, found, e)


@rule
def come_together(here: Here, found: Found, first: int, end: int, e: Expected, members: Members,
                  talk: Floats) -> None:  # fmt: skip
    """A meeting in the weeks from the first to before the end, in which the same members are placed, and trainers."""
    p, placed, number = here.settings[0], placed_in(e, first), e.number[INSIDE]
    lead_expected(here, found, placed, number)
    guide(p, found, here.c, first, end, e)
    sit_together(p, found.communities, here.c, placed, number, members, talk)


# --- a year ---


class Course(NamedTuple):
    """What the weeks of those of a place, programme and year are alike in."""

    guided: Guided
    mbo: bool
    member: bool
    days: float  # of placement a week, before meetings
    weights: tuple[float, float, float]  # of what they learn at the workplace
    travel: float
    burden: float  # of meetings
    hazard: float  # of leaving in a week
    odds: tuple[float, float]  # of leaving by SD of engagement and of supervision, as logarithms
    replaced: float  # the part of mbo students that goes at mid-year


@rule
def course_of(p: Parameters, found: Found, e: Expected, z: int, a: int, k: int, replaced: float) -> Course:
    """What the weeks of a place, programme and year are alike in."""
    member = z == INSIDE and meets(p, a, k)
    return Course(
        guided_at(p, found, e, z, a, k), a >= FIRST_MBO, member, days_expected(p, a, k), weights(a), found.travel[z],
        burden_of_meetings(p, member, a), weekly_exit(p, a, k + 1),
        (log(p.exit_odds_engagement), log(p.exit_odds_supervision)), replaced,
    )  # fmt: skip


@rule
def live_years(p: Parameters, found: Found, e: Expected, z: int, a: int, talks: Floats,
               replaced: float) -> None:  # fmt: skip
    """Four years of a programme at a place, with meetings before first-years come and after."""
    for k in range(YEARS):
        if k:
            for d in range(STATES):
                e.first[z, a, k, d] = e.last[z, a, k - 1, d]
        e.stays[z, a, k] = live_a_year(p, course_of(p, found, e, z, a, k, replaced), e, talks)
        if a < FIRST_MBO:
            e.passes[z, a, k] = passing(p, a, k, e.last[z, a, k], e.first[z, a, 0])


@rule
def live_a_year(p: Parameters, course: Course, e: Expected, talks: Floats) -> float:
    """A year whose weeks depend on the key is the mean of that with an even and an odd one."""
    z, a, k = course.guided.place, course.guided.programme, course.guided.year
    keys = 1 if weeks_of(p, 0, a, k + 1) == weeks_of(p, 1, a, k + 1) else 2
    after, stays, cell = np.empty((2, STATES)), 0.0, a * YEARS + k
    for key in range(keys):
        for d in range(STATES):
            after[key, d] = e.first[z, a, k, d]
        stays += live_through(p, course, e.when[key, a, k], talks[0, cell], talks[1, cell], after[key]) / keys
    for d in range(STATES):
        e.last[z, a, k, d] = (after[0, d] + after[keys - 1, d]) / 2.0
    return stays


@rule
def live_through(p: Parameters, course: Course, placed: Floats, early: Floats, late: Floats, x: Floats) -> float:
    """Forty weeks change states; returns the part that is still there then."""
    stays, known = 1.0, np.zeros((2, 2))
    for week in range(1, WEEKS + 1):
        talk = early if week < p.year_1_first_week else late
        came = quality = 0.0
        if placed[week] > 0.0:
            came = coming_in(p, course, week, x)
            quality, spread = supervised(p, course.guided, week, x)
            x[REMEMBERED] += p.memory_rate * (quality - x[REMEMBERED])
            x[SPREAD] += p.memory_rate * (spread - x[SPREAD])
        x[PEERS] -= p.peer_fade * x[PEERS]
        if came > 0.0:
            meet_expected(p, came * talk[COMPANY], course.mbo, x, talk)
        days = placed[week] * days_of_practice(p, course, week, came)
        if days > 0.0:
            practise(p, practice_of(p, days, known[1 if came > 0.0 else 0]), quality, course.weights, x)
        engage_expected(p, course.burden, course.travel, x)
        if p.with_dropout:
            stays *= 1.0 - leaving_expected(course, x)
        if week == MIDDLE and not course.mbo:
            x[CONTACTS] *= 1.0 - course.replaced
    return stays


@rule
def coming_in(p: Parameters, course: Course, week: int, x: Floats) -> float:
    """The part that comes to a meeting in a week of placement."""
    if not (course.member and is_meeting_week(p, p.meeting_interval, week)):
        return 0.0
    return coming(p, course.guided.programme, x[ENGAGEMENT])


@rule
def days_of_practice(p: Parameters, course: Course, week: int, came: float) -> float:
    """Days a week at the workplace of who is placed, when a part came to a meeting; of a duo each only a part."""
    by = course.guided
    duo = by.together[week] if by.place == INSIDE and is_first_year(by.programme, by.year) else 0.0
    return max(0.0, course.days - came * p.meeting_hours / HOURS_PER_DAY) * (1.0 - duo + duo * p.duo_practice)


@rule
def meet_expected(p: Parameters, came: float, mbo: bool, x: Floats, talk: Floats) -> None:
    """What a meeting gives on average to those of whom a part came."""
    for d in range(3):
        x[d] = min(1.0, x[d] + came * (talk[LEARNED + d] + talk[EXPLAINED + d] * (1.0 - x[d])))
    spread = math.sqrt(talk[VARIED])
    for side in (-1.0, 1.0):
        help = max(0.0, talk[HELP] + side * spread)
        x[PEERS] += came * p.peer_rate * help / (help + p.peer_half) / 2.0 * (1.0 - x[PEERS])
    x[KNOWLEDGE] += came * talk[HEARD] * (1.0 - x[KNOWLEDGE])
    across = talk[ACROSS]
    if across > 0.0 and p.with_barrier:
        n0 = p.barrier_contacts_half
        first = p.barrier_first_contacts * n0 / (n0 + x[CONTACTS]) if p.form_contact == Contact.THRESHOLD else 0.0
        gain = p.barrier_gain * (BARRIER_MBO_FACTOR if mbo else 1.0)
        enough = talk[FACILITATED] - across * (p.barrier_threshold + first)
        x[BARRIER] -= came * gain * enough * x[BARRIER] * (1.0 - x[BARRIER])
        x[CONTACTS] += came * across


@rule
def practice_of(p: Parameters, days: float, known: Floats) -> float:
    """What so many days a week count as; `known` are days, and what they count as: powers are dear."""
    if days != known[0]:
        known[0], known[1] = days, power(days / DAYS_REFERENCE, p.practice_exponent)
    return known[1]


@rule
def practise(p: Parameters, practice: float, quality: float, w: tuple[float, float, float], x: Floats) -> None:
    """Learning at the workplace (RULES 3.8) at the mean climate."""
    v = p.practice_weight
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
def leaving_expected(course: Course, x: Floats) -> float:
    """The mean chance of leaving of who is an SD better and who is an SD worse supervised than the mean."""
    chance = 0.0
    for side in (-1.0, 1.0):
        z_engagement = (x[ENGAGEMENT] + side * x[SPREAD_ENGAGEMENT] - ENGAGEMENT_REFERENCE) / ENGAGEMENT_SD
        z_supervision = (x[REMEMBERED] + side * x[SPREAD] - SUPERVISION_REFERENCE) / SUPERVISION_SD
        chance += chance_at(course.hazard, z_engagement * course.odds[0] + z_supervision * course.odds[1]) / 2.0
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
def stay_on(p: Parameters, a: int, found: Found, e: Expected) -> None:
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
        e.number[INSIDE, a, k] *= found.mbo[a] / total


@rule
def count(p: Parameters, found: Found, e: Expected) -> None:
    """How many students there are when a year begins, so that places are filled and programmes complete."""
    years = np.zeros((2, FIRST_MBO))
    for a in range(PROGRAMMES):
        if a >= FIRST_MBO:
            if found.mbo[a] > 0.0:
                stay_on(p, a, found, e)
        elif found.demand[a] > 0.0:
            for z in range(2):
                years[z, a] = go_through(p, z, a, e)
    free = found.places
    for turn in range(2):
        part = admitted_part(found, years, turn, free)
        for a in range(FIRST_MBO):
            if found.turn[a] == turn and found.demand[a] > 0.0:
                free -= inside_at(found, years, a, part)
                entering = part * found.eligible[a], 1.0 - part * found.eligible[a]
                entrants = found.demand[a] / (entering[0] * years[0, a] + entering[1] * years[1, a])
                for z in range(2):
                    for k in range(YEARS):
                        e.number[z, a, k] *= entrants * entering[z]


@rule
def inside_at(found: Found, years: Floats, a: int, part: float) -> float:
    """Students of a programme who are inside when this part of those eligible is admitted on entering."""
    within = part * found.eligible[a] * years[0, a]
    return found.demand[a] * within / (within + (1.0 - part * found.eligible[a]) * years[1, a])


@rule
def admitted_part(found: Found, years: Floats, turn: int, free: float) -> float:
    """The part of the eligible whose turn it is that fits: all, or by halving as many as fill the free places."""
    low, high = 0.0, 1.0
    for step in range(41):
        part = 1.0 if step == 0 else (low + high) / 2.0
        total = 0.0
        for a in range(FIRST_MBO):
            if found.turn[a] == turn and found.demand[a] > 0.0:
                total += inside_at(found, years, a, part)
        if total <= free:
            if step == 0:
                return 1.0
            low = part
        else:
            high = part
    return low
