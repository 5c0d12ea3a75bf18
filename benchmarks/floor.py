"""The floor under the speed of a week: all of its rules fused into one compiled pass, cluster by cluster, no record.

The same arithmetic over the same columns, and the same small formulas; but a cluster's students stay in the cache
from the first rule to the last, and what only lives within a week (hours asked, guidance, help received) is never
written to a column. Nothing that keeps the rules apart, as the model does, can be faster. `differences` holds the
states it leaves against those of the model, so that the floor is honest work.
"""

from __future__ import annotations

from collections import namedtuple

import numba
import numpy as np

from agents.compiled import rule
from agents.mentors import withdraws
from agents.students import comes, exit_chance
from agents.trainers import KINDS, attention_weight
from model import Partnership
from model.draws import stream_state, uniform_at
from model.engagement import EXIT, EXIT_KIND, STOP, SWITCH, burden_of_meetings
from model.leadership import fall_behind
from model.learning import climate_of, weights
from model.meeting import (
    ATTENDANCE,
    SUBGROUP,
    cut,
    exchange,
    is_meeting_week,
    seat_order,
    share_contact,
    stratum,
)  # fmt: skip
from model.settings import ALTERNATING, BY_NEED, FIRST_CONTACTS_HURT, LIGHT, MIXED
from model.supervision import (
    ACTIVE,
    FIRST_MBO,
    INSIDE,
    INSTITUTE,
    OUTSIDE,
    PARTTIME,
    TEACHER,
    caseload,
    coordination_of,
    dose,
    full_hours,
    is_member,
    match,
    seat_hours,
    time_of,
)  # fmt: skip
from model.workload import EMPTY, WITHDRAWAL, WITHDRAWN, kind_for, least_loaded, strain

RELATIVE, ABSOLUTE = 1e-9, 1e-12

LASTING = {
    "students": (
        "status", "exit_kind", "mentor", "teaching", "care", "collaboration", "knowledge", "peer_support", "barrier",
        "contacts", "remembered", "felt_support", "belonging", "engagement",
    ),
    "mentors": ("role", "fatigue", "students", "load"),
    "trainers": ("familiarity", "vacant_weeks"),
    "boards": ("paid_teacher_hours", "paid_care_hours"),
    "leaderships": ("backlog",),
}  # fmt: skip
"""What outlives a week, by population."""

fused = numba.njit(nogil=True, error_model="numpy", forceinline=True)

Desk = namedtuple(
    "Desk",
    "attended inside days hours help contact_share contact_facilitation order strata luck starts gain heard helped",
)
"""What one cluster's students need within a week; small, and used again for the next cluster."""


@fused
def desk_for(n):
    """Room for the largest cluster."""
    return Desk(
        np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n),
        np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n), np.zeros(n + 1, np.int64), np.zeros((3, n)),
        np.zeros(n), np.zeros(n),
    )  # fmt: skip


@fused
def comes_now(p, luck, key, programme, year, status, available, engagement):
    """Whether somebody comes to this week's meeting."""
    if not is_member(p, status, programme, year):
        return False
    support, form = 1.0, 1.0
    if programme == PARTTIME:
        support = p.support_parttime
        if p.parttime_form == LIGHT:
            form = 1.0 / p.light_interval
    elif programme < FIRST_MBO:
        support = p.support_fulltime
    return comes(uniform_at(luck, key), available, engagement, support, form)


@fused
def host(
    p, first, end, kind, role, board, new, fatigue, students, asked, available, load, factor, teacher, care,
):  # fmt: skip
    """Time, load and pay of a cluster's mentors; how many of them host, and how many of those are new."""
    hosting = new_hosting = 0
    for m in range(first, end):
        available[m] = load[m] = 0.0
        if students[m] == 0:
            continue
        hours = full_hours(p, kind[m], factor[board[m]])
        if kind[m] == TEACHER:
            teacher[board[m]] += hours
        else:
            care[board[m]] += hours
        if role[m] == ACTIVE:
            available[m] = time_of(p, kind[m], factor[board[m]], fatigue[m])
            load[m] = asked[m] / available[m]
            hosting += 1
            new_hosting += new[m]
    return hosting, new_hosting


@fused
def train(p, c, present, vacant_weeks, hours, skill, familiarity, school_factor, institute_factor):
    """Hours and effect of a cluster's trainers; afterwards they know it a week better."""
    total = skilled = familiar = 0.0
    vacant = 0
    for kind in range(KINDS):
        t = KINDS * c + kind
        if not present[t]:
            continue
        if vacant_weeks[t] > 0:
            vacant += kind <= INSTITUTE
            vacant_weeks[t] -= 1
            continue
        h = seat_hours(kind, hours[t], school_factor, institute_factor)
        total += h
        skilled += h * skill[t]
        familiar += h * familiarity[t]
        familiarity[t] += p.familiarity_rate * (1.0 - familiarity[t])
    if total == 0.0:
        return 0.0, 0.0
    return total, (skilled / total) * (familiar / total) * (1.0 - p.vacancy_loss * vacant / 2.0)


@fused
def meet(
    p, luck_of_week, together, time, maturity, desk, key, programme, year, part, barrier,
    teaching, care, collaboration, knowledge,
):  # fmt: skip
    """The meeting of one cluster; all arrays are its own stretch of the columns."""
    n = 0
    for i in range(key.size):
        if desk.attended[i]:
            desk.order[n] = i
            desk.strata[n] = stratum(p, together, part[i], programme[i], year[i])
            desk.luck[n] = uniform_at(luck_of_week, key[i])
            n += 1
    if n == 0:
        return
    seat_order(desk.order, desk.strata, desk.luck, n)
    groups = cut(p, desk.strata, n, desk.starts)
    counted = 0
    for g in range(groups):
        counted += desk.starts[g + 1] - desk.starts[g] >= 2
    facilitation = maturity * time / (time + p.facilitation_half * counted) if time > 0.0 and counted > 0 else 0.0
    for a in range(n):
        desk.gain[0, a] = desk.gain[1, a] = desk.gain[2, a] = desk.heard[a] = desk.helped[a] = 0.0
    for g in range(groups):
        a, z = desk.starts[g], desk.starts[g + 1]
        if z - a >= 2:
            exchange(
                p, desk.order[a:z], z - a, facilitation, programme, barrier, teaching, care, collaboration,
                desk.gain[:, a:z], desk.heard[a:z], desk.helped[a:z],
            )  # fmt: skip
            share_contact(desk.order[a:z], programme, facilitation, desk.contact_share, desk.contact_facilitation)
    for a in range(n):
        i = desk.order[a]
        teaching[i] = min(1.0, max(0.0, teaching[i] + desk.gain[0, a]))
        care[i] = min(1.0, max(0.0, care[i] + desk.gain[1, a]))
        collaboration[i] = min(1.0, max(0.0, collaboration[i] + desk.gain[2, a]))
        learned = p.knowledge_gain * facilitation * (1.0 - knowledge[i]) * desk.heard[a]
        knowledge[i] = min(1.0, max(0.0, knowledge[i] + learned))
        desk.help[i] = desk.helped[a]


@fused
def follow(rate, state, level):
    """A state moved toward a level."""
    return state + rate * (level - state)


@fused
def guided(p, m, programme, kind, role, interprofessional, skill, load):
    """Support and guidance by a student's mentor."""
    if m < 0 or role[m] != ACTIVE:
        return 0.0, 0.0
    support = caseload(p, load[m])
    return support, dose(p, support) * skill[m] * match(p, kind[m], programme, interprofessional[m])


@fused
def stay(p, luck, luck_of_kind, odds_at_worst, key, programme, hazard, engagement, remembered):
    """How somebody leaves this week; 0 for who stays."""
    if not p.with_dropout:
        return 0
    u = uniform_at(luck, key)
    if u >= hazard * odds_at_worst:
        return 0
    chance = exit_chance(
        hazard,
        p.exit_odds_engagement,
        (engagement - p.engagement_reference) / p.engagement_sd,
        p.exit_odds_supervision,
        (remembered - p.supervision_reference) / p.supervision_sd,
    )
    if u >= chance:
        return 0
    stops = p.stop_share_fulltime
    if programme == PARTTIME:
        stops = p.stop_share_parttime
    elif programme >= FIRST_MBO:
        stops = p.stop_share_mbo
    return STOP if uniform_at(luck_of_kind, key) < stops else SWITCH


@fused
def live(p, s, i, site_climate, supervision, days, help, share, facilitation, practice):
    """Everything that a present student's own week does, from remembered supervision to engagement."""
    programme = s.programme[i]
    s.remembered[i] = follow(p.memory_rate, s.remembered[i], supervision)

    peer_support = s.peer_support[i] - p.peer_fade * s.peer_support[i]
    if help > 0.0:
        peer_support += p.peer_rate * help / (help + p.peer_half) * (1.0 - peer_support)
    s.peer_support[i] = peer_support = min(1.0, max(0.0, peer_support))

    if share > 0.0 and p.with_barrier:
        factor = p.barrier_mbo_factor if programme >= FIRST_MBO else 1.0
        n0, b = p.barrier_contacts_half, s.barrier[i]
        first = p.barrier_first_contacts * n0 / (n0 + s.contacts[i]) if p.form_contact == FIRST_CONTACTS_HURT else 0.0
        b -= p.barrier_gain * factor * share * (facilitation - p.barrier_threshold - first) * b * (1.0 - b)
        s.barrier[i] = min(1.0, max(0.0, b))
        s.contacts[i] += share

    if days > 0.0:
        v = p.practice_weight
        gain = p.workplace_gain * (v * practice + (1.0 - v) * supervision) * site_climate
        w = weights(p, programme)
        s.teaching[i] = min(1.0, s.teaching[i] + gain * w[0] * (1.0 - s.teaching[i]))
        s.care[i] = min(1.0, s.care[i] + gain * w[1] * (1.0 - s.care[i]))
        s.collaboration[i] = min(1.0, s.collaboration[i] + gain * w[2] * (1.0 - s.collaboration[i]))

    home = min(1.0, p.belonging_peer * peer_support + (1.0 - p.belonging_peer) * site_climate)
    s.belonging[i] = follow(p.belonging_rate, s.belonging[i], home)
    level = (
        p.engagement_base
        + p.engagement_supervision * s.remembered[i]
        + p.engagement_belonging * s.belonging[i]
        - p.engagement_travel * s.travel[i] / (s.travel[i] + p.travel_half)
        - burden_of_meetings(p, is_member(p, s.status[i], programme, s.year[i]), programme)
    )
    s.engagement[i] = follow(p.engagement_rate, s.engagement[i], min(1.0, max(0.0, level)))


@fused
def tire(p, luck, first, end, key, role, base, students, load, fatigue):
    """Fatigue of a cluster's mentors; whether any of them gives up."""
    withdrew = False
    if not p.with_fatigue:
        return withdrew
    for m in range(first, end):
        if role[m] == EMPTY:
            continue
        f = fatigue[m] + p.fatigue_rate * strain(p, load[m]) - p.fatigue_recovery * (fatigue[m] - base[m])
        fatigue[m] = min(1.0, max(0.0, f))
        hosts = role[m] == ACTIVE and students[m] > 0 and p.with_withdrawal
        if hosts and withdraws(uniform_at(luck, key[m]), p.withdrawal_rate, fatigue[m]):
            role[m] = WITHDRAWN
            withdrew = True
    return withdrew


@fused
def reassign(p, lo, hi, cluster_first, cluster_end, s, m, factor, places, desk):
    """New mentors for the students of who gave up."""
    for i in range(lo, hi):
        old = s.mentor[i]
        if not desk.inside[i - lo] or old < 0 or m.role[old] == ACTIVE:
            continue
        wanted, site = kind_for(s.programme[i]), s.site[i]
        new = least_loaded(places.site_first[site], places.site_end[site], m.kind, wanted, m.role, m.load)
        if new < 0:
            new = least_loaded(cluster_first, cluster_end, m.kind, wanted, m.role, m.load)
        s.mentor[i] = new
        if new >= 0:
            if m.hours_available[new] <= 0.0:
                m.hours_available[new] = time_of(p, m.kind[new], factor[m.board[new]], m.fatigue[new])
            m.hours_asked[new] += desk.hours[i - lo]
            m.load[new] = m.hours_asked[new] / m.hours_available[new]


@rule
def fused_weeks(settings, seed, week, week_of_year, count, s, m, t, o, c, b, i, lead, places):
    """Live `count` school weeks after the first of the year: as `school_weeks`, without a record."""
    p = settings[0]
    largest = 1
    for k in range(c.first.size):
        largest = max(largest, c.end[k] - c.first[k])
    desk = desk_for(largest)
    odds_at_worst = p.exit_odds_engagement ** (-p.engagement_reference / p.engagement_sd)
    odds_at_worst *= p.exit_odds_supervision ** (-p.supervision_reference / p.supervision_sd)
    meeting_days = p.meeting_hours / p.hours_per_day
    for n in range(count):
        now, w = week + n, week_of_year + n
        meeting = is_meeting_week(p, w)
        together = p.mbo_mix == MIXED or (p.mbo_mix == ALTERNATING and (w // p.meeting_interval) % 2 == 0)
        luck_to_come = stream_state(seed, ATTENDANCE, now, 0)
        luck_of_seats = stream_state(seed, SUBGROUP, now, 0)
        luck_of_mentors = stream_state(seed, WITHDRAWAL, now, 0)
        luck_to_stay = stream_state(seed, EXIT, now, 0)
        luck_of_kind = stream_state(seed, EXIT_KIND, now, 0)
        known_days, practice = -1.0, 0.0

        for k in range(c.first.size):
            lo, hi = c.first[k], c.end[k]
            mentors_first, mentors_end = places.cluster_first[k], places.cluster_end[k]
            for who in range(mentors_first, mentors_end):
                m.students[who] = 0
                m.hours_asked[who] = 0.0
            inside = members = mbo = 0
            attention = 0.0
            for j in range(np.uint64(lo), np.uint64(hi)):  # who comes, and what everybody asks
                a = j - np.uint64(lo)
                desk.inside[a] = s.status[j] == INSIDE
                desk.attended[a] = False
                desk.help[a] = desk.contact_share[a] = 0.0
                if not desk.inside[a]:
                    continue
                desk.attended[a] = meeting and comes_now(
                    p, luck_to_come, s.key[j], s.programme[j], s.year[j], s.status[j], s.available[j], s.engagement[j]
                )
                lost = meeting_days if desk.attended[a] else 0.0
                desk.days[a] = max(0.0, s.days[j] - lost)
                inside += 1
                attention += attention_weight(p.attention == BY_NEED, s.remembered[j])
                if is_member(p, s.status[j], s.programme[j], s.year[j]):
                    members += 1
                    mbo += s.programme[j] >= FIRST_MBO
                desk.hours[a] = s.need[j] * desk.days[a] * (1.0 - p.peer_relief * s.peer_support[j])
                if s.mentor[j] >= 0:
                    m.students[s.mentor[j]] += 1
                    m.hours_asked[s.mentor[j]] += desk.hours[a]
            mbo_share = mbo / members if members > 0 else 0.0

            hosting, new_hosting = host(
                p, mentors_first, mentors_end, m.kind, m.role, m.board, m.new, m.fatigue, m.students, m.hours_asked,
                m.hours_available, m.load, b.hours_factor, b.paid_teacher_hours, b.paid_care_hours,
            )  # fmt: skip
            at = c.partnership[k]
            hours, effect = train(
                p, k, t.present, t.vacant_weeks, t.hours, t.skill, t.familiarity,
                b.hours_factor[c.board[k]], i.hours_factor[at] * i.pool[at],
            )  # fmt: skip
            coordination = coordination_of(
                p, c.sites[k], hosting, new_hosting, members, mbo_share, c.parts[k], lead.backlog[at]
            )
            time = max(0.0, hours + c.extra_hours[k] - coordination)
            if meeting:
                meet(
                    p, luck_of_seats, together, time, c.maturity[k], desk, s.key[lo:hi], s.programme[lo:hi],
                    s.year[lo:hi], s.part[lo:hi], s.barrier[lo:hi], s.teaching[lo:hi], s.care[lo:hi],
                    s.collaboration[lo:hi], s.knowledge[lo:hi],
                )  # fmt: skip

            for j in range(np.uint64(lo), np.uint64(hi)):  # what everybody gets, and what comes of it
                a = j - np.uint64(lo)
                if not desk.inside[a]:
                    continue
                support, guidance = guided(
                    p, s.mentor[j], s.programme[j], m.kind, m.role, m.interprofessional, m.skill, m.load
                )
                trainers = 0.0
                if time > 0.0:
                    claim = attention_weight(p.attention == BY_NEED, s.remembered[j])
                    mine = time * (1.0 / inside if attention <= 0.0 else claim / attention)
                    trainers = effect * mine / (mine + p.trainer_half)
                supervision = (1.0 - p.trainer_weight) * guidance + p.trainer_weight * trainers
                s.felt_support[j] = follow(p.memory_rate, s.felt_support[j], support)
                if desk.days[a] != known_days:
                    known_days = desk.days[a]
                    practice = (known_days / p.days_reference) ** p.practice_exponent
                live(
                    p, s, j, climate_of(p, s.site[j], o.climate), min(1.0, max(0.0, supervision)), desk.days[a],
                    desk.help[a], desk.contact_share[a], desk.contact_facilitation[a], practice,
                )  # fmt: skip
                gone = stay(
                    p, luck_to_stay, luck_of_kind, odds_at_worst, s.key[j], s.programme[j], s.hazard[j],
                    s.engagement[j], s.remembered[j],
                )  # fmt: skip
                if gone:
                    s.status[j], s.exit_kind[j] = 0, gone

            withdrew = tire(
                p, luck_of_mentors, mentors_first, mentors_end, m.key, m.role, m.base, m.students, m.load, m.fatigue
            )
            if withdrew:
                reassign(p, lo, hi, mentors_first, mentors_end, s, m, b.hours_factor, places, desk)

        for j in range(np.uint64(s.key.size)):  # outside the partnership
            if s.cluster[j] >= 0 or s.status[j] != OUTSIDE:
                continue
            days = max(0.0, s.days[j])
            if days != known_days:
                known_days = days
                practice = (known_days / p.days_reference) ** p.practice_exponent
            live(p, s, j, p.climate_mean, p.outside_supervision, days, 0.0, 0.0, 0.0, practice)
            gone = stay(
                p, luck_to_stay, luck_of_kind, odds_at_worst, s.key[j], s.programme[j], s.hazard[j],
                s.engagement[j], s.remembered[j],
            )  # fmt: skip
            if gone:
                s.status[j], s.exit_kind[j] = 0, gone
        fall_behind(p, lead.asked, lead.backlog)


def live_fused(here: Partnership, weeks: int) -> None:
    """The next weeks of a model by the fused pass: not the first of a year, and not beyond the next event."""
    fused_weeks(
        here.settings, here.draws.seed, here.week + 1, here.week_of_year + 1, weeks, here.students.rows(),
        here.mentors.rows(), here.trainers.rows(), here.sites.rows(), here.communities.rows(), here.boards.rows(),
        here.institutes.rows(), here.leaderships.rows(), here.mentor_places,
    )  # fmt: skip
    here.week += weeks


def differences(one: Partnership, other: Partnership) -> list[str]:
    """The lasting states in which two models differ."""
    return [
        f"{population}.{name}"
        for population, names in LASTING.items()
        for name in names
        if not np.allclose(
            getattr(one, population).column(name), getattr(other, population).column(name), RELATIVE, ABSOLUTE
        )
    ]
