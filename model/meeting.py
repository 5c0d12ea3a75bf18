"""The community meeting: who comes, how subgroups form, and what members learn from each other (RULES 3.0, 3.6)."""

from __future__ import annotations

import math

import numpy as np

from agents.columns import Flags, Floats, Ints, Settings
from agents.compiled import rule
from agents.students import Programme, comes
from model.draws import Stream, stream_state, uniform_at
from model.settings import (
    ALTERNATING,
    INVERSE,
    INVERTED_U,
    LIGHT,
    MIXED,
    NO_SIZE_EFFECT,
    OTHER_DAY,
    THRESHOLD,
)
from model.supervision import FIRST_MBO, PARTTIME, is_member

PEDAGOGY = int(Programme.PEDAGOGY)
ATTENDANCE = int(Stream.ATTENDANCE)
SUBGROUP = int(Stream.SUBGROUP)


@rule
def is_meeting_week(p: Settings, week_of_year: int) -> bool:
    """Every `meeting_interval` weeks, unless there are no meetings at all."""
    return p.with_peer_learning and week_of_year % p.meeting_interval == 0


@rule
def attendance(
    p: Settings, seed: int, week: int, meeting: bool, status: Ints, programme: Ints, year: Ints, key: Ints,
    available: Flags, engagement: Floats, days: Floats, attended: Flags, days_now: Floats,
) -> None:  # fmt: skip
    """Who comes, and the placement days that are left of the week."""
    luck = stream_state(seed, ATTENDANCE, week, 0)
    for i in range(status.size):
        attended[i] = False
        if meeting and is_member(p, status[i], programme[i], year[i]):
            support, form = 1.0, 1.0
            if programme[i] == PARTTIME:
                support = p.support_parttime
                if p.parttime_form == LIGHT:
                    form = 1.0 / p.light_interval
            elif programme[i] < FIRST_MBO:
                support = p.support_fulltime
            attended[i] = comes(uniform_at(luck, key[i]), available[i], engagement[i], support, form)
        lost = p.meeting_hours / p.hours_per_day if attended[i] else 0.0
        days_now[i] = max(0.0, days[i] - lost) if status[i] != 0 else 0.0


@rule
def stratum(p: Settings, together: bool, part: int, programme: int, year: int) -> int:
    """A number that is equal for those who may sit in one subgroup."""
    variant = 0
    if not p.across_variants:
        variant = 1 if programme == PARTTIME else 2 if programme == PEDAGOGY else 0
    if p.parttime_form == OTHER_DAY and programme == PARTTIME:
        variant = 1
    profession = 1 if programme >= FIRST_MBO and not together else 0
    study_year = 0 if p.cross_year else year
    return ((part * 8 + study_year) * 4 + variant) * 2 + profession


@rule
def peer_gap(p: Settings, x: float) -> float:
    """How much is learned from somebody who is x ideal gaps ahead."""
    if x <= 0.0:
        return 0.0
    if p.form_peer_gap == INVERTED_U:
        return x * math.exp(1.0 - x)
    if p.form_peer_gap == THRESHOLD:
        return 1.0 if x <= 2.0 else 0.0
    return 2.0 * x / (1.0 + x)


@rule
def talk(p: Settings, size: int) -> float:
    """How much of a full conversation is left in a subgroup of this size."""
    if p.form_group_size == INVERSE:
        return 2.0 / size
    if p.form_group_size == NO_SIZE_EFFECT or size <= p.talk_size:
        return 1.0
    return (p.talk_size / size) ** p.talk_exponent


@rule
def subgroups_of(n: int, aimed: int) -> int:
    """How many near-equal subgroups n attendees make."""
    return max(1, int(n / aimed + 0.5))


@rule
def seat_order(order: Ints, strata: Ints, luck: Floats, n: int) -> None:
    """Sort attendees by stratum, then luck, then row (they come in row order; the sort is stable)."""
    for a in range(1, n):
        i, s, u = order[a], strata[a], luck[a]
        b = a - 1
        while b >= 0 and (strata[b] > s or (strata[b] == s and luck[b] > u)):
            order[b + 1], strata[b + 1], luck[b + 1] = order[b], strata[b], luck[b]
            b -= 1
        order[b + 1], strata[b + 1], luck[b + 1] = i, s, u


@rule
def exchange(
    p: Settings, members: Ints, g: int, facilitation: float, programme: Ints, barrier: Floats,
    teaching: Floats, care: Floats, collaboration: Floats, gain: Floats, heard: Floats, help: Floats,
) -> None:  # fmt: skip
    """All ordered pairs of one subgroup learn from each other; sums go to `gain`, `heard` and `help`, by seat."""
    share = talk(p, g) / (g - 1)
    for a in range(g):
        i = members[a]
        for b in range(g):
            if b == a:
                continue
            j = members[b]
            trust = 1.0
            if (programme[i] >= FIRST_MBO) != (programme[j] >= FIRST_MBO):
                if p.with_barrier:
                    trust = (1.0 - barrier[i]) * (1.0 - barrier[j])
                heard[a] += trust / (g - 1)
            s = trust * facilitation * share
            for d in range(3):
                mine = teaching[i] if d == 0 else care[i] if d == 1 else collaboration[i]
                theirs = teaching[j] if d == 0 else care[j] if d == 1 else collaboration[j]
                k = peer_gap(p, (theirs - mine) / p.gap_best)
                if k > 0.0:
                    gain[d, a] += p.peer_gain * k * s
                    gain[d, b] += p.explaining_gain * p.roles * p.peer_gain * k * s * (1.0 - theirs)
                    help[a] += k * s / 3.0


@rule
def meet(
    p: Settings, seed: int, week: int, week_of_year: int, first: Ints, end: Ints, maturity: Floats,
    trainer_time: Floats, subgroups: Ints, facilitation: Floats, key: Ints, programme: Ints, year: Ints,
    part: Ints, attended: Flags, barrier: Floats, teaching: Floats, care: Floats, collaboration: Floats,
    knowledge: Floats, help: Floats, contact_share: Floats, contact_facilitation: Floats,
) -> None:  # fmt: skip
    """The meeting of every community in this week."""
    help[:] = 0.0
    contact_share[:] = 0.0
    contact_facilitation[:] = 0.0
    subgroups[:] = 0
    facilitation[:] = 0.0
    if not is_meeting_week(p, week_of_year):
        return
    even = (week_of_year // p.meeting_interval) % 2 == 0
    together = p.mbo_mix == MIXED or (p.mbo_mix == ALTERNATING and even)
    luck_of_week = stream_state(seed, SUBGROUP, week, 0)
    largest = 0
    for c in range(first.size):
        largest = max(largest, end[c] - first[c])
    order = np.empty(largest, np.int64)
    strata = np.empty(largest, np.int64)
    luck = np.empty(largest)
    gain = np.empty((3, largest))
    heard = np.empty(largest)
    helped = np.empty(largest)
    starts = np.empty(largest + 1, np.int64)
    for c in range(first.size):
        n = 0
        for i in range(first[c], end[c]):
            if attended[i]:
                order[n] = i
                strata[n] = stratum(p, together, part[i], programme[i], year[i])
                luck[n] = uniform_at(luck_of_week, key[i])
                n += 1
        if n == 0:
            continue
        seat_order(order, strata, luck, n)
        groups = cut(p, strata, n, starts)
        counted = 0
        for s in range(groups):
            counted += starts[s + 1] - starts[s] >= 2
        subgroups[c] = counted
        if trainer_time[c] > 0.0 and counted > 0:
            time = trainer_time[c] + p.facilitation_half * counted
            facilitation[c] = maturity[c] * trainer_time[c] / time
        gain[:, :n] = 0.0
        heard[:n] = 0.0
        helped[:n] = 0.0
        for s in range(groups):
            a, z = starts[s], starts[s + 1]
            if z - a >= 2:
                exchange(
                    p, order[a:z], z - a, facilitation[c], programme, barrier,
                    teaching, care, collaboration, gain[:, a:z], heard[a:z], helped[a:z],
                )  # fmt: skip
                share_contact(order[a:z], programme, facilitation[c], contact_share, contact_facilitation)
        for a in range(n):
            i = order[a]
            teaching[i] = min(1.0, max(0.0, teaching[i] + gain[0, a]))
            care[i] = min(1.0, max(0.0, care[i] + gain[1, a]))
            collaboration[i] = min(1.0, max(0.0, collaboration[i] + gain[2, a]))
            learned = p.knowledge_gain * facilitation[c] * (1.0 - knowledge[i]) * heard[a]
            knowledge[i] = min(1.0, max(0.0, knowledge[i] + learned))
            help[i] = helped[a]


@rule
def cut(p: Settings, strata: Ints, n: int, starts: Ints) -> int:
    """Cut attendees in seat order into near-equal subgroups within their stratum; returns how many."""
    groups = 0
    a = 0
    while a < n:
        z = a + 1
        while z < n and strata[z] == strata[a]:
            z += 1
        size = z - a
        q = subgroups_of(size, p.subgroup_size)
        for s in range(q):
            starts[groups] = a + (s * size + q - 1) // q  # the first j with floor(j·q/n) = s
            groups += 1
        a = z
    starts[groups] = n
    return groups


@rule
def share_contact(
    members: Ints, programme: Ints, facilitation: float, contact_share: Floats, contact_facilitation: Floats,
) -> None:  # fmt: skip
    """Everybody's share of partners of the other profession."""
    g = members.size
    mbo = 0
    for i in members:
        mbo += programme[i] >= FIRST_MBO
    for i in members:
        across = g - mbo if programme[i] >= FIRST_MBO else mbo
        contact_share[i] = across / (g - 1)
        contact_facilitation[i] = facilitation


@rule
def peer_support_follows(p: Settings, status: Ints, help: Floats, peer_support: Floats) -> None:
    """Support of peers fades, and grows with help received."""
    for i in range(status.size):
        if status[i] == 0:
            continue
        peer_support[i] -= p.peer_fade * peer_support[i]
        if help[i] > 0.0:
            peer_support[i] += p.peer_rate * help[i] / (help[i] + p.peer_half) * (1.0 - peer_support[i])
        peer_support[i] = min(1.0, max(0.0, peer_support[i]))
