"""What is asked of mentors and trainers week by week, and the supervision that comes of it (RULES 5.1)."""

from __future__ import annotations

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
from samenspel.model.start.cells import Expected, Here, Staff
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
def lead_expected(p: Parameters, here: Here, staff: Staff, placed: Floats, number: Floats) -> None:
    """Sessions ask trainers' hours, and get them."""
    c = staff.c
    members = members_of(p, here.communities.size, placed, number)
    alone, others = sessions_expected(p, members, here.parts)
    for n in range(here.communities.size):
        k = here.communities[n]
        c.sessions[k], c.sessions_mbo[k] = alone + others, alone
        c.trainer_time[k] = here.free[n]
        lead_sessions(p, c, staff.t, staff.b, staff.i, k)


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
def guide(p: Parameters, here: Here, c: CommunityColumns, first: int, end: int, e: Expected) -> None:
    """Mean trainer guidance in weeks from the first to before the end: time is divided over who is placed."""
    for week in range(first, end):
        e.trainers[week] = guided_by_trainers(p, here, c, part_placed(e, week))


@rule
def guided_by_trainers(p: Parameters, here: Here, c: CommunityColumns, part: float) -> float:
    """Mean trainer guidance when this part of students is placed."""
    guidance, weight = 0.0, 0.0
    for n in range(here.communities.size):
        mine = max(here.students[n], 1e-300)
        t = c.trainer_time[here.communities[n]] / max(1.0, here.students[n] * part)
        guidance += mine * here.effect[n] * t / (t + p.trainer_half)
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
def share_out(p: Parameters, here: Here, e: Expected) -> None:
    """The time of mentors in every week, for who is placed then."""
    number = e.number[INSIDE]
    for week in range(1, WEEKS + 1):
        if week > 1 and are_placed_still(e, week):
            e.together[:, week], e.given[:, :, week] = e.together[:, week - 1], e.given[:, :, week - 1]
            continue
        total, final, placed = np.zeros(2), 0.0, e.placed[:, :, week]
        for kind in range(2):
            e.together[kind, week] = duo_part(p, here, kind, placed, number)
        for a in range(PROGRAMMES):
            for k in range(YEARS):
                duo = e.together[here.kind[a], week] if is_first_year(a, k) else 0.0
                each = e.asked[INSIDE, a, k] * (1.0 - duo + duo * asked_in_duo(p, True))
                total[here.kind[a]] += number[a, k] * placed[a, k] * each
                if a < FIRST_MBO and k == 3 and here.kind[a] == MentorKind.TEACHER:
                    final += number[a, k] * placed[a, k]
        for a in range(PROGRAMMES):
            kind = here.kind[a]
            hosts = final / max(1e-300, here.mentors[kind]) if kind == MentorKind.TEACHER else 0.0
            time = here.time[kind, 0] + min(1.0, hosts) * (here.time[kind, 1] - here.time[kind, 0])
            mean = total[kind] / (time * here.mentors[kind]) if here.mentors[kind] > 0.0 else 0.0
            for k in range(YEARS):
                own = here.time[kind, 1] if a < FIRST_MBO and k == 3 else time
                duo = e.together[kind, week] if is_first_year(a, k) else 0.0
                e.given[a, k, week] = given_inside(p, here, a, k, mean, own, duo, e)


@rule
def are_placed_still(e: Expected, week: int) -> bool:
    """Whether the same part of everybody is placed as in the week before."""
    for a in range(PROGRAMMES):
        for k in range(YEARS):
            if e.placed[a, k, week] != e.placed[a, k, week - 1]:
                return False
    return True


@rule
def is_first_year(a: int, k: int) -> bool:
    """Whether first-years of hbo are meant, who may come in duos."""
    return a < FIRST_MBO and k == 0


@rule
def duo_part(p: Parameters, here: Here, kind: int, placed: Floats, number: Floats) -> float:
    """The part of first-years that is one of a duo now: an even number of who happens to be at a site, both placed."""
    there = now = 0.0
    for a in range(FIRST_MBO):
        if here.kind[a] == kind:
            there += number[a, 0]
            now += number[a, 0] * placed[a, 0]
    if not p.duo_year_1 or there <= 0.0 or here.sites[kind] <= 0.0:
        return 0.0
    at_site = there / here.sites[kind]
    return (1.0 - (1.0 - exp(-2.0 * at_site)) / (2.0 * at_site)) * now / there


@rule
def given_inside(p: Parameters, here: Here, a: int, k: int, mean: float, own: float, duo: float, e: Expected) -> float:
    """Guidance by a mentor of skill 1: load is that of the student alone, or of the duo, or the mean if that is more.

    `own` are the hours of who has this student.
    """
    kind, asked = here.kind[a], e.asked[INSIDE, a, k]
    if here.mentors[kind] <= 0.0:
        return 0.0
    two = 2.0 * asked_in_duo(p, True)
    alone, together = caseload(p, max(asked / own, mean)), caseload(p, max(two * asked / own, mean))
    x, share = e.first[INSIDE, a, k], here.trained[kind]
    understanding = x[KNOWLEDGE] * openness(p, x[BARRIER])
    fits = share * match(p, kind, a, True, understanding) + (1.0 - share) * match(p, kind, a, False, understanding)
    return ((1.0 - duo) * dose(p, alone) + duo * dose(p, together)) * fits


# --- supervision ---


@rule
def community_expected(p: Parameters, a: int, k: int, x: Floats) -> tuple[float, float]:
    """The weight of the community inside, and what it does: peers, in year 4 the induction programme."""
    if a >= FIRST_MBO:
        return (0.0, 0.0) if p.mbo_mix == MboMix.NONE else (p.community_weight, x[PEERS])
    return p.community_weight, p.induction if k == 3 else x[PEERS]


@rule
def supervised(
    p: Parameters, here: Here, e: Expected, z: int, a: int, k: int, week: int, x: Floats
) -> tuple[float, float]:
    """Mean and SD over students of supervision in a week of placement, by RULES 3.2 to 3.5."""
    if z == OUTSIDE:
        if p.form_outside != Outside.MENTORED:
            return OUTSIDE_SUPERVISION, 0.0
        _, given, _, trainers = guided_outside(p, e.asked[z, a, k], 1.0, 1.0)
        return quality(p, given * here.outside[0], trainers, 0.0, 0.0), quality(
            p, given * here.outside[1], 0.0, 0.0, 0.0
        )
    given, kind = e.given[a, k, week], here.kind[a]
    w_c, community = community_expected(p, a, k, x)
    mean = quality(p, given * here.skill[kind], e.trainers[week], w_c, community)
    return mean, quality(p, given * here.skill_spread[kind], 0.0, w_c, 0.0)
