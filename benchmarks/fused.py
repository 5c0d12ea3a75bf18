"""What the floor of a week does for one student, mentor or cluster: the fused parts of its one pass."""

from __future__ import annotations

from collections import namedtuple

import numba
import numpy as np

from samenspel.agents.mentors import MentorKind, Role, withdraws
from samenspel.agents.students import FIRST_MBO, Exit, Programme, Status, comes, exit_chance
from samenspel.agents.trainers import KINDS, TrainerKind, seat_hours
from samenspel.model.declared.choices import Contact, ParttimeForm
from samenspel.model.declared.constants import (
    BARRIER_MBO_FACTOR,
    ENGAGEMENT_REFERENCE,
    ENGAGEMENT_SD,
    SUPERVISION_REFERENCE,
    SUPERVISION_SD,
    VACANCY_LOSS,
)
from samenspel.model.luck.draws import uniform_at
from samenspel.model.week.adequacy import remember_placement
from samenspel.model.week.engagement import burden_of_meetings, stop_share
from samenspel.model.week.learning import richness_of, weights
from samenspel.model.week.meeting import backing, room_for
from samenspel.model.week.members import is_member
from samenspel.model.week.supervision import caseload, dose, full_hours, match, relief, time_of
from samenspel.model.week.workload import kind_for, least_loaded_near, strain, take_over

fused = numba.njit(nogil=True, error_model="numpy", forceinline=True)

Desk = namedtuple("Desk", "attended inside placed practised hours known help contact_share contact_facilitation seats")
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
        np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.zeros(n, np.bool_), np.zeros(n), np.zeros(n), np.zeros(n),
        np.zeros(n), np.zeros(n), np.zeros(n), room_for(n),
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
def train(cluster, t, school_factor, institute_factor):
    """Hours and effect of a cluster's trainers."""
    total = skilled = familiar = 0.0
    vacant = 0
    for kind in range(KINDS):
        seat = KINDS * cluster + kind
        if not t.present[seat]:
            continue
        if t.vacant_weeks[seat] > 0:
            vacant += kind <= TrainerKind.INSTITUTE
            continue
        h = seat_hours(kind, t.hours[seat], school_factor, institute_factor)
        total += h
        skilled += h * t.skill[seat]
        familiar += h * t.familiarity[seat]
    if total == 0.0:
        return 0.0, 0.0
    return total, (skilled / total) * (familiar / total) * (1.0 - VACANCY_LOSS * vacant / 2.0)


@fused
def settle(p, cluster, t):
    """A week later a cluster's trainers know it better, or are nearer to coming."""
    for seat in range(KINDS * cluster, KINDS * (cluster + 1)):
        if t.present[seat] and t.vacant_weeks[seat] > 0:
            t.vacant_weeks[seat] -= 1
        elif t.present[seat]:
            t.familiarity[seat] += p.familiarity_rate * (1.0 - t.familiarity[seat])


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
        (s.engagement[i] - ENGAGEMENT_REFERENCE) / ENGAGEMENT_SD,
        p.exit_odds_supervision,
        (s.remembered[i] - SUPERVISION_REFERENCE) / SUPERVISION_SD,
    )
    if u < chance:
        stops = uniform_at(luck_of_kind, s.key[i]) < stop_share(p, s.programme[i])
        s.status[i], s.exit_kind[i] = Status.LEFT, Exit.STOP if stops else Exit.SWITCH


@fused
def live(p, s, m, c, i, site_climate, placed, support, contact, supervision, days, help, share, facilitation, practice):
    """Everything that a present student's own week does, from remembered supervision to engagement."""
    programme = s.programme[i]
    if placed:
        s.remembered[i] = follow(p.memory_rate, s.remembered[i], supervision)
        remember_placement(p, s, i, support, contact + s.session_contact[i], supervision)

    peer_support = s.peer_support[i] - p.peer_fade * s.peer_support[i]
    if help > 0.0:
        peer_support += p.peer_rate * help / (help + p.peer_half) * (1.0 - peer_support)
    s.peer_support[i] = peer_support = min(1.0, max(0.0, peer_support))

    if share > 0.0 and p.with_barrier:
        factor = BARRIER_MBO_FACTOR if programme >= FIRST_MBO else 1.0
        n0, b = p.barrier_contacts_half, s.barrier[i]
        first = p.barrier_first_contacts * n0 / (n0 + s.contacts[i]) if p.form_contact == Contact.THRESHOLD else 0.0
        b -= p.barrier_gain * factor * share * (facilitation - p.barrier_threshold - first) * b * (1.0 - b)
        s.barrier[i] = min(1.0, max(0.0, b))
        s.contacts[i] += share

    if days > 0.0:
        v = p.practice_weight
        practised = v * richness_of(m, s.mentor[i]) * practice
        gain = p.workplace_gain * (practised + (1.0 - v) * supervision) * site_climate
        w = weights(programme)
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
        hours, other = desk.hours[i - lo], s.duo[i]
        s.mentor[i] = new
        if other >= 0 and desk.inside[other - lo]:
            s.mentor[other] = new
            hours += desk.hours[other - lo]
        if new >= 0:
            take_over(p, hours, new, m, b)
