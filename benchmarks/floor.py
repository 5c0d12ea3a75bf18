"""The floor under the speed of a week: all of its rules fused into one compiled pass, cluster by cluster, no record.

The same arithmetic over the same columns, and the same small formulas; but a cluster's students stay in the cache
from the first rule to the last, and what only lives within a week (hours asked, guidance, help received) is never
written to a student's column. Nothing that keeps the rules apart, as the model does, can be faster. `differences`
holds the states it leaves against those of the model, so that the floor is honest work.
"""

from __future__ import annotations

from collections import namedtuple

import numba
import numpy as np

from samenspel.agents.compiled import rule
from samenspel.agents.mentors import MentorKind, Role, withdraws
from samenspel.agents.students import FIRST_MBO, Exit, Programme, Status, comes, exit_chance
from samenspel.agents.trainers import KINDS, TrainerKind, attention_weight
from samenspel.model import Partnership
from samenspel.model.declared.choices import Attention, Contact, Outside, ParttimeForm
from samenspel.model.luck.draws import Stream, stream_state, uniform_at
from samenspel.model.state import everybody
from samenspel.model.week.engagement import burden_of_meetings, stop_share
from samenspel.model.week.leadership import fall_behind
from samenspel.model.week.learning import climate_of, richness_of, weights
from samenspel.model.week.meeting import (
    backing,
    call_meetings,
    cut,
    room_for,
    sit_down,
    take_home,
    talk_in_subgroups,
)  # fmt: skip
from samenspel.model.week.supervision import (
    ask_mentor,
    caseload,
    coordination_of,
    dose,
    freed_by,
    full_hours,
    guided_outside,
    is_final,
    is_member,
    match,
    mentor_weight,
    openness,
    quality_outside,
    relief,
    seat_hours,
    time_of,
)  # fmt: skip
from samenspel.model.week.workload import kind_for, least_loaded_near, strain

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

Desk = namedtuple("Desk", "attended inside days hours known help contact_share contact_facilitation seats")
"""What one cluster's students need within a week; small, and used again for the next cluster."""

Stretch = namedtuple(
    "Stretch",
    "key programme year part barrier teaching care collaboration knowledge "
    "attended help contact_share contact_facilitation",
)
"""What a meeting reads and writes of one cluster's students: their stretch of the columns, and the desk."""


@fused
def desk_for(n):
    """Room for the largest cluster."""
    return Desk(
        np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n),
        np.zeros(n), room_for(n),
    )  # fmt: skip


@fused
def stretch_of(s, lo, hi, desk):
    """The students of one cluster, who stand in rows lo..hi."""
    return Stretch(
        s.key[lo:hi], s.programme[lo:hi], s.year[lo:hi], s.part[lo:hi], s.barrier[lo:hi], s.teaching[lo:hi],
        s.care[lo:hi], s.collaboration[lo:hi], s.knowledge[lo:hi],
        desk.attended, desk.help, desk.contact_share, desk.contact_facilitation,
    )  # fmt: skip


@fused
def comes_now(p, luck, s, c, i):
    """Whether somebody comes to this week's meeting."""
    if not (c.meets[s.cluster[i]] and is_member(s, c, i)):
        return False
    light = s.programme[i] == Programme.PARTTIME and p.parttime_form == ParttimeForm.LIGHT
    form = 1.0 / p.light_interval if light else 1.0
    return comes(uniform_at(luck, s.key[i]), s.available[i], s.engagement[i], backing(p, s.programme[i]), form)


@fused
def host(p, first, end, m, o, b):
    """Time, load and pay of a cluster's mentors; how many of them host, and how many of those are new."""
    hosting = new_hosting = 0
    for k in range(first, end):
        m.hours_available[k] = m.load[k] = 0.0
        if m.students[k] == 0:
            continue
        hours = full_hours(p, m, b, k, m.hosts_final[k])
        if m.kind[k] == MentorKind.TEACHER:
            b.paid_teacher_hours[m.board[k]] += hours
        else:
            b.paid_care_hours[m.board[k]] += hours
        if m.role[k] == Role.ACTIVE:
            m.hours_available[k] = time_of(p, m, b, k, m.hosts_final[k]) + relief(m, o, k)
            m.load[k] = m.hours_asked[k] / m.hours_available[k]
            hosting += 1
            new_hosting += m.new[k]
    return hosting, new_hosting


@fused
def train(p, cluster, t, school_factor, institute_factor):
    """Hours and effect of a cluster's trainers; afterwards they know it a week better."""
    total = skilled = familiar = 0.0
    vacant = 0
    for kind in range(KINDS):
        seat = KINDS * cluster + kind
        if not t.present[seat]:
            continue
        if t.vacant_weeks[seat] > 0:
            vacant += kind <= TrainerKind.INSTITUTE
            t.vacant_weeks[seat] -= 1
            continue
        h = seat_hours(kind, t.hours[seat], school_factor, institute_factor)
        total += h
        skilled += h * t.skill[seat]
        familiar += h * t.familiarity[seat]
        t.familiarity[seat] += p.familiarity_rate * (1.0 - t.familiarity[seat])
    if total == 0.0:
        return 0.0, 0.0
    return total, (skilled / total) * (familiar / total) * (1.0 - p.vacancy_loss * vacant / 2.0)


@fused
def meet(p, luck_of_week, c, k, time, near, seats):
    """The meeting of one cluster."""
    n = sit_down(p, luck_of_week, c.cross_year[k], c.together[k], near, 0, near.key.size, seats)
    if n == 0:
        return
    groups = cut(c.subgroup_size[k], seats.stratum, n, seats.starts)
    counted = 0
    for g in range(groups):
        counted += seats.starts[g + 1] - seats.starts[g] >= 2
    facilitation = c.maturity[k] * time / (time + p.facilitation_half * counted) if time > 0.0 and counted > 0 else 0.0
    seats.gain[:, :n] = 0.0
    seats.heard[:n] = 0.0
    seats.help[:n] = 0.0
    talk_in_subgroups(p, near, seats, groups, facilitation, c.roles[k])
    take_home(p, near, seats, n, facilitation)


@fused
def follow(rate, state, level):
    """A state moved toward a level."""
    return state + rate * (level - state)


@fused
def guided(p, k, programme, known, m):
    """Support and guidance by a student's mentor."""
    if k < 0 or m.role[k] != Role.ACTIVE:
        return 0.0, 0.0
    support = caseload(p, m.load[k])
    return support, dose(p, support) * m.skill[k] * match(p, m.kind[k], programme, m.interprofessional[k], known)


@fused
def leave(p, luck, luck_of_kind, odds_at_worst, s, i):
    """Whether and how somebody leaves this week."""
    u = uniform_at(luck, s.key[i])
    if not p.with_dropout or u >= s.hazard[i] * odds_at_worst:
        return
    chance = exit_chance(
        s.hazard[i],
        p.exit_odds_engagement,
        (s.engagement[i] - p.engagement_reference) / p.engagement_sd,
        p.exit_odds_supervision,
        (s.remembered[i] - p.supervision_reference) / p.supervision_sd,
    )
    if u < chance:
        stops = uniform_at(luck_of_kind, s.key[i]) < stop_share(p, s.programme[i])
        s.status[i], s.exit_kind[i] = Status.LEFT, Exit.STOP if stops else Exit.SWITCH


@fused
def live(p, s, m, c, i, site_climate, supervision, days, help, share, facilitation, practice):
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
        first = p.barrier_first_contacts * n0 / (n0 + s.contacts[i]) if p.form_contact == Contact.THRESHOLD else 0.0
        b -= p.barrier_gain * factor * share * (facilitation - p.barrier_threshold - first) * b * (1.0 - b)
        s.barrier[i] = min(1.0, max(0.0, b))
        s.contacts[i] += share

    if days > 0.0:
        v = p.practice_weight
        practised = v * richness_of(m, s.mentor[i]) * practice
        gain = p.workplace_gain * (practised + (1.0 - v) * supervision) * site_climate
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
        - burden_of_meetings(p, is_member(s, c, i), programme)
    )
    s.engagement[i] = follow(p.engagement_rate, s.engagement[i], min(1.0, max(0.0, level)))


@fused
def tire(p, luck, first, end, m):
    """Fatigue of a cluster's mentors; whether any of them gives up."""
    withdrew = False
    if not p.with_fatigue:
        return withdrew
    for k in range(first, end):
        if m.role[k] == Role.EMPTY:
            continue
        rest = p.fatigue_recovery * (m.fatigue[k] - m.base[k])
        m.fatigue[k] = min(1.0, max(0.0, m.fatigue[k] + p.fatigue_rate * strain(p, m.load[k]) - rest))
        hosts = m.role[k] == Role.ACTIVE and m.students[k] > 0 and p.with_withdrawal
        if hosts and withdraws(uniform_at(luck, m.key[k]), p.withdrawal_rate, m.fatigue[k]):
            m.role[k] = Role.WITHDRAWN
            withdrew = True
    return withdrew


@fused
def reassign(p, lo, hi, cluster, s, m, b, places, desk):
    """New mentors for the students of who gave up."""
    for i in range(lo, hi):
        old = s.mentor[i]
        if not desk.inside[i - lo] or old < 0 or m.role[old] == Role.ACTIVE:
            continue
        new = least_loaded_near(m, places, s.site[i], cluster, kind_for(s.programme[i]))
        s.mentor[i] = new
        if new >= 0:
            if m.hours_available[new] <= 0.0:
                m.hours_available[new] = time_of(p, m, b, new, m.hosts_final[new])
            m.hours_asked[new] += desk.hours[i - lo]
            m.load[new] = m.hours_asked[new] / m.hours_available[new]


@rule
def fused_weeks(settings, seed, week, week_of_year, count, everybody):
    """Live `count` school weeks after the first of the year: as `school_weeks`, without a record."""
    p = settings[0]
    s, m, t, o, c = everybody.s, everybody.m, everybody.t, everybody.o, everybody.c
    b, institutes, lead, places = everybody.b, everybody.i, everybody.lead, everybody.places
    largest = 1
    for k in range(c.first.size):
        largest = max(largest, c.end[k] - c.first[k])
    desk = desk_for(largest)
    odds_at_worst = p.exit_odds_engagement ** (-p.engagement_reference / p.engagement_sd)
    odds_at_worst *= p.exit_odds_supervision ** (-p.supervision_reference / p.supervision_sd)
    meeting_days = p.meeting_hours / p.hours_per_day
    for n in range(count):
        now, w = week + n, week_of_year + n
        meeting = call_meetings(p, w, c)
        luck_to_come = stream_state(seed, Stream.ATTENDANCE, now, 0)
        luck_of_seats = stream_state(seed, Stream.SUBGROUP, now, 0)
        luck_of_mentors = stream_state(seed, Stream.WITHDRAWAL, now, 0)
        luck_to_stay = stream_state(seed, Stream.EXIT, now, 0)
        luck_of_kind = stream_state(seed, Stream.EXIT_KIND, now, 0)
        known_days, practice = -1.0, 0.0
        o.hours_freed[:] = o.hosting_teachers[:] = 0

        for k in range(c.first.size):
            lo, hi = c.first[k], c.end[k]
            mentors_first, mentors_end = places.cluster_first[k], places.cluster_end[k]
            for who in range(mentors_first, mentors_end):
                m.students[who] = m.hosts_final[who] = m.hours_asked[who] = 0
            inside = members = mbo = 0
            attention = 0.0
            for j in range(np.uint64(lo), np.uint64(hi)):  # who comes, and what everybody asks
                a = j - np.uint64(lo)
                desk.inside[a] = s.status[j] == Status.INSIDE
                desk.attended[a] = False
                desk.help[a] = desk.contact_share[a] = 0.0
                if not desk.inside[a]:
                    continue
                desk.attended[a] = meeting and comes_now(p, luck_to_come, s, c, j)
                lost = meeting_days if desk.attended[a] else 0.0
                desk.days[a] = max(0.0, s.days[j] - lost)
                inside += 1
                attention += attention_weight(p.attention == Attention.NEED, s.remembered[j])
                if is_member(s, c, j):
                    members += 1
                    mbo += s.programme[j] >= FIRST_MBO
                desk.hours[a] = s.need[j] * desk.days[a] * (1.0 - p.peer_relief * s.peer_support[j])
                desk.known[a] = s.knowledge[j] * openness(p, s.barrier[j])
                o.hours_freed[s.site[j]] += freed_by(p, s.programme[j], s.barrier[j], desk.days[a])
                if s.mentor[j] >= 0:
                    ask_mentor(m, o, s.mentor[j], desk.hours[a], is_final(s, j) and desk.days[a] > 0.0)
            c.members[k] = members
            c.mbo_share[k] = mbo / members if members > 0 else 0.0
            c.hosting[k], c.new_hosting[k] = host(p, mentors_first, mentors_end, m, o, b)
            at = c.partnership[k]
            institute_factor = institutes.hours_factor[at] * institutes.pool[at]
            hours, effect = train(p, k, t, b.hours_factor[c.board[k]], institute_factor)
            time = max(0.0, hours + c.extra_hours[k] - coordination_of(p, c, k, lead.backlog[at]))
            if c.meets[k]:
                meet(p, luck_of_seats, c, k, time, stretch_of(s, lo, hi, desk), desk.seats)

            for j in range(np.uint64(lo), np.uint64(hi)):  # what everybody gets, and what comes of it
                a = j - np.uint64(lo)
                if not desk.inside[a]:
                    continue
                support, guidance = guided(p, s.mentor[j], s.programme[j], desk.known[a], m)
                trainers = 0.0
                if time > 0.0:
                    claim = attention_weight(p.attention == Attention.NEED, s.remembered[j])
                    mine = time * (1.0 / inside if attention <= 0.0 else claim / attention)
                    trainers = effect * mine / (mine + p.trainer_half)
                supervision = mentor_weight(p) * guidance + p.trainer_weight * trainers
                s.felt_support[j] = follow(p.memory_rate, s.felt_support[j], support)
                if desk.days[a] != known_days:
                    known_days = desk.days[a]
                    practice = (known_days / p.days_reference) ** p.practice_exponent
                live(
                    p, s, m, c, j, climate_of(p, o, s.site[j]), min(1.0, max(0.0, supervision)), desk.days[a],
                    desk.help[a], desk.contact_share[a], desk.contact_facilitation[a], practice,
                )  # fmt: skip
                leave(p, luck_to_stay, luck_of_kind, odds_at_worst, s, j)

            if tire(p, luck_of_mentors, mentors_first, mentors_end, m):
                reassign(p, lo, hi, k, s, m, b, places, desk)

        for j in range(np.uint64(s.key.size)):  # outside the partnership
            if s.cluster[j] >= 0 or s.status[j] != Status.OUTSIDE:
                continue
            days = max(0.0, s.days[j])
            if days != known_days:
                known_days = days
                practice = (known_days / p.days_reference) ** p.practice_exponent
            supervision = p.outside_supervision
            if p.form_outside == Outside.MENTORED:
                hours = s.need[j] * days * (1.0 - p.peer_relief * s.peer_support[j])
                support, guidance, trainers = guided_outside(p, hours, s.outside_skill[j], s.outside_trainer[j])
                supervision = quality_outside(p, guidance, trainers)
                s.felt_support[j] = follow(p.memory_rate, s.felt_support[j], support)
            live(p, s, m, c, j, p.climate_mean, supervision, days, 0.0, 0.0, 0.0, practice)
            leave(p, luck_to_stay, luck_of_kind, odds_at_worst, s, j)
        fall_behind(p, lead)


def live_fused(here: Partnership, weeks: int) -> None:
    """The next weeks of a model by the fused pass: not the first of a year, and not beyond the next event."""
    fused_weeks(here.settings, here.draws.seed, here.week + 1, here.week_of_year + 1, weeks, everybody(here.state))
    here.state.week += weeks


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
