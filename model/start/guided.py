"""What is asked of mentors and trainers week by week, and the supervision that comes of it (RULES 5.1)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from samenspel.agents.columns import Floats
from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import exp
from samenspel.agents.mentors import MentorKind
from samenspel.agents.organisations import CommunityColumns
from samenspel.agents.students import FIRST_MBO, Track
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.choices import MboMix, Outside
from samenspel.model.declared.constants import OUTSIDE_SUPERVISION
from samenspel.model.declared.parameters import Parameters
from samenspel.model.here import Here
from samenspel.model.start.cells import Expected, Found, is_there
from samenspel.model.start.exchange import (
    BARRIER,
    INSIDE,
    KNOWLEDGE,
    OUTSIDE,
    PEERS,
    PROGRAMMES,
    YEARS,
    members_of,
    sessions_expected,
)
from samenspel.model.week.facilitation import lead_sessions
from samenspel.model.week.supervision import asked_in_duo, caseload, dose, guided_outside, match, openness, quality
from samenspel.model.year.newcomers import days_of


@rule
def days_expected(p: Parameters, a: int, k: int) -> float:
    """Placement days a week before meetings."""
    bbl = p.mbo_bbl_share * days_of(p, a, Track.BBL, k + 1)
    return bbl + (1.0 - p.mbo_bbl_share) * days_of(p, a, Track.BOL, k + 1)


# --- trainers ---


@rule
def lead_expected(here: Here, found: Found, placed: Floats, number: Floats) -> None:
    """Sessions ask trainers' hours, and get them."""
    p, c = here.settings[0], here.c
    members = members_of(p, found.communities.size, placed, number)
    alone, others = sessions_expected(p, members, found.parts)
    for n in range(found.communities.size):
        k = found.communities[n]
        c.sessions[k], c.sessions_mbo[k] = alone + others, alone
        c.trainer_time[k] = found.free[n]
        lead_sessions(p, c, here.t, here.b, here.i, k)


@rule
def placed_in(e: Expected, week: int) -> Floats:
    """The part of everybody that has a placement in a week, by programme and year."""
    placed = np.empty((PROGRAMMES, YEARS))
    for a in range(PROGRAMMES):
        for k in range(YEARS):
            placed[a, k] = e.placed[a, k, week]
    return placed


@rule
def are_placed_still(e: Expected, week: int) -> bool:
    """Whether the same part of everybody is placed as in the week before."""
    for a in range(PROGRAMMES):
        for k in range(YEARS):
            if e.placed[a, k, week] != e.placed[a, k, week - 1]:
                return False
    return True


@rule
def part_placed(e: Expected, week: int) -> float:
    """The part of students inside that has a placement in a week."""
    there = now = 0.0
    for a in range(PROGRAMMES):
        for k in range(YEARS):
            there += e.number[INSIDE, a, k]
            now += e.number[INSIDE, a, k] * e.placed[a, k, week]
    return now / there if there > 0.0 else 1.0


@rule
def guide(p: Parameters, found: Found, c: CommunityColumns, first: int, end: int, e: Expected) -> None:
    """Mean trainer guidance in weeks from the first to before the end: time is divided over who is placed."""
    for week in range(first, end):
        still = week > first and are_placed_still(e, week)
        e.trainers[week] = e.trainers[week - 1] if still else guided_by_trainers(p, found, c, part_placed(e, week))


@rule
def guided_by_trainers(p: Parameters, found: Found, c: CommunityColumns, part: float) -> float:
    """Mean trainer guidance when this part of students is placed."""
    guidance, weight = 0.0, 0.0
    for n in range(found.communities.size):
        mine = max(found.students[n], 1e-300)
        t = c.trainer_time[found.communities[n]] / max(1.0, found.students[n] * part)
        guidance += mine * found.effect[n] * t / (t + p.trainer_half)
        weight += mine
    return guidance / weight if weight > 0.0 else 0.0


# --- mentors ---


@rule
def ask(p: Parameters, e: Expected) -> None:
    """Hours asked of mentors."""
    for z in range(2):
        for a in range(PROGRAMMES):
            for k in range(YEARS):
                mid = (e.first[z, a, k, PEERS] + e.last[z, a, k, PEERS]) / 2.0
                hbo = p.need_per_day_final if k == 3 else p.need_per_day
                need = p.need_per_day_mbo if a >= FIRST_MBO else hbo
                e.asked[z, a, k] = need * days_expected(p, a, k) * (1.0 - p.peer_relief * mid)


@rule
def share_out(p: Parameters, found: Found, e: Expected) -> None:
    """The time of mentors in every week, for who is placed then."""
    for week in range(1, WEEKS + 1):
        if week > 1 and are_placed_still(e, week):
            share_as_before(e, week)
        else:
            share_in(p, found, e, week, placed_in(e, week))


@rule
def share_as_before(e: Expected, week: int) -> None:
    """A week like the one before."""
    for kind in range(2):
        e.together[kind, week] = e.together[kind, week - 1]
    for a in range(PROGRAMMES):
        for k in range(YEARS):
            e.given[a, k, week] = e.given[a, k, week - 1]


@rule
def share_in(p: Parameters, found: Found, e: Expected, week: int, placed: Floats) -> None:
    """The time of mentors in a week, for who is placed then: the mean load of their kind, and who makes it more."""
    for kind in range(2):
        e.together[kind, week] = duo_part(p, found, kind, placed, e.number[INSIDE])
        total, final = asked_of(p, found, e, kind, week, placed)
        mentors = found.mentors[kind]
        hosts = final / max(1e-300, mentors) if kind == MentorKind.TEACHER else 0.0
        time = found.time[kind, 0] + min(1.0, hosts) * (found.time[kind, 1] - found.time[kind, 0])
        mean = total / (time * mentors) if mentors > 0.0 else 0.0
        for a in range(PROGRAMMES):
            if found.kind[a] == kind and is_there(found, a):
                for k in range(YEARS):
                    own = found.time[kind, 1] if is_final_year(a, k) else time
                    duo = e.together[kind, week] if is_first_year(a, k) else 0.0
                    e.given[a, k, week] = given_inside(p, found, a, k, mean, own, duo, e)


@rule
def asked_of(p: Parameters, found: Found, e: Expected, kind: int, week: int, placed: Floats) -> tuple[float, float]:
    """Hours that mentors of a kind are asked in a week, and how many students of a final year they have."""
    total = final = 0.0
    for a in range(PROGRAMMES):
        for k in range(YEARS):
            if found.kind[a] == kind:
                there = e.number[INSIDE, a, k] * placed[a, k]
                duo = e.together[kind, week] if is_first_year(a, k) else 0.0
                total += there * (e.asked[INSIDE, a, k] * (1.0 - duo + duo * asked_in_duo(p, True)))
                if is_final_year(a, k):
                    final += there
    return total, final


@rule
def is_final_year(a: int, k: int) -> bool:
    """Whether the final year of hbo is meant."""
    return a < FIRST_MBO and k == YEARS - 1


@rule
def is_first_year(a: int, k: int) -> bool:
    """Whether first-years of hbo are meant, who may come in duos."""
    return a < FIRST_MBO and k == 0


@rule
def duo_part(p: Parameters, found: Found, kind: int, placed: Floats, number: Floats) -> float:
    """The part of first-years that is one of a duo now: an even number of who happens to be at a site, both placed."""
    there = now = 0.0
    for a in range(FIRST_MBO):
        if found.kind[a] == kind:
            there += number[a, 0]
            now += number[a, 0] * placed[a, 0]
    if not p.duo_year_1 or there <= 0.0 or found.sites[kind] <= 0.0:
        return 0.0
    at_site = there / found.sites[kind]
    return (1.0 - (1.0 - exp(-2.0 * at_site)) / (2.0 * at_site)) * now / there


@rule
def given_inside(
    p: Parameters, found: Found, a: int, k: int, mean: float, own: float, duo: float, e: Expected
) -> float:
    """Guidance by a mentor of skill 1: load is that of the student alone, or of the duo, or the mean if that is more.

    `own` are the hours of who has this student.
    """
    kind, asked = found.kind[a], e.asked[INSIDE, a, k]
    if found.mentors[kind] <= 0.0:
        return 0.0
    two = 2.0 * asked_in_duo(p, True)
    alone, together = caseload(p, max(asked / own, mean)), caseload(p, max(two * asked / own, mean))
    x, share = e.first[INSIDE, a, k], found.trained[kind]
    understanding = x[KNOWLEDGE] * openness(p, x[BARRIER])
    fits = share * match(p, kind, a, True, understanding) + (1.0 - share) * match(p, kind, a, False, understanding)
    return ((1.0 - duo) * dose(p, alone) + duo * dose(p, together)) * fits


# --- supervision ---


class Guided(NamedTuple):
    """What those of a place, programme and year have for supervision."""

    place: int
    programme: int
    year: int
    given: Floats  # inside: guidance by a mentor of skill 1, by week
    skill: float  # inside: mean of their mentors
    skill_spread: float  # and its SD
    trainers: Floats  # inside: guidance, by week
    together: Floats  # inside: the part of first-years that shares a placement, by week
    outside: tuple[float, float]  # mean and SD of supervision outside


@rule
def guided_at(p: Parameters, found: Found, e: Expected, z: int, a: int, k: int) -> Guided:
    """What those of a place, programme and year have for supervision."""
    kind = found.kind[a]
    return Guided(
        z, a, k, e.given[a, k], found.skill[kind], found.skill_spread[kind], e.trainers, e.together[kind],
        supervised_outside(p, found, e.asked[OUTSIDE, a, k]),
    )  # fmt: skip


@rule
def supervised_outside(p: Parameters, found: Found, asked: float) -> tuple[float, float]:
    """Mean and SD over students of supervision outside, where so many mentor hours are asked."""
    if p.form_outside != Outside.MENTORED:
        return OUTSIDE_SUPERVISION, 0.0
    _, given, _, trainers = guided_outside(p, asked, 1.0, 1.0)
    mean = quality(p, given * found.outside[0], trainers, 0.0, 0.0)
    return mean, quality(p, given * found.outside[1], 0.0, 0.0, 0.0)


@rule
def community_expected(p: Parameters, a: int, k: int, x: Floats) -> tuple[float, float]:
    """The weight of the community inside, and what it does: peers, in year 4 the induction programme."""
    if a >= FIRST_MBO:
        return (0.0, 0.0) if p.mbo_mix == MboMix.NONE else (p.community_weight, x[PEERS])
    return p.community_weight, p.induction if k == 3 else x[PEERS]


@rule
def supervised(p: Parameters, by: Guided, week: int, x: Floats) -> tuple[float, float]:
    """Mean and SD over students of supervision in a week of placement, by RULES 3.2 to 3.5."""
    if by.place == OUTSIDE:
        return by.outside
    w_c, community = community_expected(p, by.programme, by.year, x)
    mean = quality(p, by.given[week] * by.skill, by.trainers[week], w_c, community)
    return mean, quality(p, by.given[week] * by.skill_spread, 0.0, w_c, 0.0)
