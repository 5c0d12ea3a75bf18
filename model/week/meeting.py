"""The community meeting: who comes, how subgroups form, and what members learn from each other (RULES 3.0, 3.6)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from samenspel.agents.columns import Floats, Ints
from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import exp, power
from samenspel.agents.organisations import CommunityColumns
from samenspel.agents.students import FIRST_MBO, Programme, Status, StudentColumns, comes, has_placement
from samenspel.model.declared.choices import Facilitation, GroupSize, MboMix, ParttimeForm, PeerGap
from samenspel.model.declared.constants import HOURS_PER_DAY
from samenspel.model.declared.parameters import Parameters
from samenspel.model.luck.draws import Seed, Stream, stream_state, uniform_at
from samenspel.model.week.facilitation import facilitation_by_hours, facilitation_by_persons
from samenspel.model.week.members import is_member, stratum


class Seats(NamedTuple):
    """One community's meeting, seat by seat: attendees in the order in which they sit, and what each takes home."""

    student: Ints
    stratum: Ints
    luck: Floats
    gain: Floats  # by domain and seat
    heard: Floats  # of the other profession
    help: Floats
    starts: Ints  # the first seat of every subgroup, and the seat after the last
    facilitation: Floats  # by subgroup


@rule
def room_for(n: int) -> Seats:
    """Seats for a community of at most n."""
    return Seats(
        np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n), np.empty((3, n)), np.empty(n), np.empty(n),
        np.empty(n + 1, np.int64), np.empty(n),
    )  # fmt: skip


@rule
def is_meeting_week(p: Parameters, interval: int, week_of_year: int) -> bool:
    """Every so many weeks, unless there are no meetings at all."""
    return p.with_peer_learning and week_of_year % interval == 0


@rule
def professions_meet(form: int, interval: int, week_of_year: int) -> bool:
    """Whether mbo and hbo sit together in the meeting of this week: always when mixed, in turn when alternating."""
    even = (week_of_year // interval) % 2 == 0
    return form == MboMix.MIXED or (form == MboMix.ALTERNATING and even)


@rule
def call_meetings(p: Parameters, week_of_year: int, c: CommunityColumns) -> bool:
    """Which communities meet this week, and who sits together there; returns whether any does."""
    any_meets = False
    for k in range(c.meets.size):
        c.meets[k] = is_meeting_week(p, c.meeting_interval[k], week_of_year)
        c.together[k] = c.meets[k] and professions_meet(c.mbo_mix[k], c.meeting_interval[k], week_of_year)
        any_meets = any_meets or c.meets[k]
    return any_meets


@rule
def backing(p: Parameters, programme: int) -> float:
    """How far the programme's team supports the community."""
    if programme == Programme.PARTTIME:
        return p.support_parttime
    return p.support_fulltime if programme < FIRST_MBO else 1.0


@rule
def attendance(
    p: Parameters, seed: Seed, week: int, week_of_year: int, meeting: bool, s: StudentColumns, c: CommunityColumns
) -> None:
    """Who has a placement, who of them comes, and the placement days that are left of the week."""
    luck = stream_state(seed, Stream.ATTENDANCE, week, 0)
    for i in range(s.status.size):
        s.attended[i] = False
        s.placed[i] = has_placement(s, i, week_of_year)
        if meeting and s.placed[i] and is_member(s, c, i) and c.meets[s.cluster[i]]:
            light = s.programme[i] == Programme.PARTTIME and p.parttime_form == ParttimeForm.LIGHT
            form = 1.0 / p.light_interval if light else 1.0
            u = uniform_at(luck, s.key[i])
            s.attended[i] = comes(u, s.available[i], s.engagement[i], backing(p, s.programme[i]), form)
        lost = p.meeting_hours / HOURS_PER_DAY if s.attended[i] else 0.0
        s.days_now[i] = max(0.0, s.days[i] - lost) if s.placed[i] else 0.0


@rule
def peer_gap(p: Parameters, x: float) -> float:
    """How much is learned from somebody who is x ideal gaps ahead."""
    if x <= 0.0:
        return 0.0
    if p.form_peer_gap == PeerGap.INVERTED_U:
        return x * exp(1.0 - x)
    if p.form_peer_gap == PeerGap.THRESHOLD:
        return 1.0 if x <= 2.0 else 0.0
    return 2.0 * x / (1.0 + x)


@rule
def talk(p: Parameters, size: int) -> float:
    """How much of a full conversation is left in a subgroup of this size."""
    if p.form_group_size == GroupSize.INVERSE:
        return 2.0 / size
    if p.form_group_size == GroupSize.NONE or size <= p.talk_size:
        return 1.0
    return power(p.talk_size / size, p.talk_exponent)


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
def trust(p: Parameters, s: StudentColumns, i: int, j: int) -> float:
    """How openly two students talk: fully within a profession, less across it where a status barrier stands."""
    if (s.programme[i] >= FIRST_MBO) == (s.programme[j] >= FIRST_MBO) or not p.with_barrier:
        return 1.0
    return (1.0 - s.barrier[i]) * (1.0 - s.barrier[j])


@rule
def between_years(p: Parameters, s: StudentColumns, i: int, j: int, roles: float) -> float:
    """What is left of help between hbo students of different study years: without structure it falls away."""
    hbo = s.programme[i] < FIRST_MBO and s.programme[j] < FIRST_MBO
    apart = hbo and s.year[i] != s.year[j]
    return roles if apart and p.form_facilitation == Facilitation.PERSONS else 1.0


@rule
def exchange(
    p: Parameters, s: StudentColumns, members: Ints, facilitation: float, roles: float,
    gain: Floats, heard: Floats, help: Floats,
) -> None:  # fmt: skip
    """All ordered pairs of one subgroup learn from each other; sums go to `gain`, `heard` and `help`, by seat."""
    g = members.size
    share = talk(p, g) / (g - 1)
    for a in range(g):
        i = members[a]
        for b in range(g):
            if b == a:
                continue
            j = members[b]
            trusted = trust(p, s, i, j)
            if (s.programme[i] >= FIRST_MBO) != (s.programme[j] >= FIRST_MBO):
                heard[a] += trusted / (g - 1)
            strength = trusted * facilitation * share
            received = strength * between_years(p, s, i, j, roles)
            for d in range(3):
                mine = s.teaching[i] if d == 0 else s.care[i] if d == 1 else s.collaboration[i]
                theirs = s.teaching[j] if d == 0 else s.care[j] if d == 1 else s.collaboration[j]
                k = peer_gap(p, (theirs - mine) / p.gap_best)
                if k > 0.0:
                    gain[d, a] += p.peer_gain * k * received
                    gain[d, b] += p.explaining_gain * roles * p.peer_gain * k * strength * (1.0 - theirs)
                    help[a] += k * received / 3.0


@rule
def sit_down(
    p: Parameters, luck_of_week: np.uint64, cross_year: bool, together: bool, s: StudentColumns,
    first: int, end: int, seats: Seats,
) -> int:  # fmt: skip
    """Attendees among rows first..end take their seats; returns how many there are."""
    n = 0
    for i in range(first, end):
        if s.attended[i]:
            seats.student[n] = i
            seats.stratum[n] = stratum(p, cross_year, together, s.part[i], s.programme[i], s.year[i])
            seats.luck[n] = uniform_at(luck_of_week, s.key[i])
            n += 1
    seat_order(seats.student, seats.stratum, seats.luck, n)
    return n


@rule
def counted(seats: Seats, first: int, end: int) -> int:
    """Of subgroups first..end those of at least two."""
    found = 0
    for group in range(first, end):
        found += seats.starts[group + 1] - seats.starts[group] >= 2
    return found


@rule
def end_of_session(seats: Seats, first: int, groups: int) -> int:
    """The subgroup after those that are in one session with subgroup `first`."""
    end = first + 1
    while end < groups and seats.stratum[seats.starts[end]] == seats.stratum[seats.starts[first]]:
        end += 1
    return end


@rule
def facilitate(p: Parameters, c: CommunityColumns, community: int, seats: Seats, groups: int) -> None:
    """How well every subgroup of a meeting is facilitated, and the mean over those that count."""
    subgroups = c.subgroups[community] = counted(seats, 0, groups)
    maturity = c.maturity[community]
    if p.form_facilitation == Facilitation.HOURS:
        all_alike = facilitation_by_hours(p, maturity, c.trainer_time[community], subgroups)
        seats.facilitation[:groups] = c.facilitation[community] = all_alike
        return
    first, total = 0, 0.0
    while first < groups:
        end = end_of_session(seats, first, groups)
        alone = seats.stratum[seats.starts[first]] % 2 == 1
        persons = c.persons_mbo[community] if alone else c.persons[community]
        q = counted(seats, first, end)
        seats.facilitation[first:end] = facilitation_by_persons(p, maturity, persons, q)
        total += q * seats.facilitation[first]
        first = end
    c.facilitation[community] = total / subgroups if subgroups > 0 else 0.0


@rule
def talk_in_subgroups(p: Parameters, s: StudentColumns, seats: Seats, groups: int, roles: float) -> None:
    """Every subgroup of at least two exchanges."""
    for group in range(groups):
        a, z = seats.starts[group], seats.starts[group + 1]
        if z - a >= 2:
            members, facilitation = seats.student[a:z], seats.facilitation[group]
            exchange(p, s, members, facilitation, roles, seats.gain[:, a:z], seats.heard[a:z], seats.help[a:z])
            share_contact(s, members, facilitation)


@rule
def take_home(p: Parameters, s: StudentColumns, seats: Seats, n: int) -> None:
    """What the first n seats learned becomes the students' own."""
    for a in range(n):
        i = seats.student[a]
        s.teaching[i] = min(1.0, max(0.0, s.teaching[i] + seats.gain[0, a]))
        s.care[i] = min(1.0, max(0.0, s.care[i] + seats.gain[1, a]))
        s.collaboration[i] = min(1.0, max(0.0, s.collaboration[i] + seats.gain[2, a]))
        learned = p.knowledge_gain * s.contact_facilitation[i] * (1.0 - s.knowledge[i]) * seats.heard[a]
        s.knowledge[i] = min(1.0, max(0.0, s.knowledge[i] + learned))
        s.help[i] = seats.help[a]


@rule
def gather(
    p: Parameters, luck_of_week: np.uint64, c: CommunityColumns, community: int, s: StudentColumns,
    first: int, end: int, seats: Seats,
) -> None:  # fmt: skip
    """The meeting of one community, whose students are rows first..end."""
    n = sit_down(p, luck_of_week, c.cross_year[community], c.together[community], s, first, end, seats)
    if n == 0:
        return
    groups = cut(c.subgroup_size[community], seats.stratum, n, seats.starts)
    facilitate(p, c, community, seats, groups)
    seats.gain[:, :n] = 0.0
    seats.heard[:n] = 0.0
    seats.help[:n] = 0.0
    talk_in_subgroups(p, s, seats, groups, c.roles[community])
    take_home(p, s, seats, n)


@rule
def meet(p: Parameters, seed: Seed, week: int, meeting: bool, s: StudentColumns, c: CommunityColumns) -> None:
    """The meeting of every community that meets in this week, if any does."""
    s.help[:] = 0.0
    s.contact_share[:] = 0.0
    s.contact_facilitation[:] = 0.0
    c.subgroups[:] = 0
    c.facilitation[:] = 0.0
    if not meeting:
        return
    luck_of_week = stream_state(seed, Stream.SUBGROUP, week, 0)
    largest = 0
    for k in range(c.first.size):
        largest = max(largest, c.end[k] - c.first[k])
    seats = room_for(largest)
    for k in range(c.first.size):
        if c.meets[k]:
            gather(p, luck_of_week, c, k, s, c.first[k], c.end[k], seats)


@rule
def cut(aimed: int, strata: Ints, n: int, starts: Ints) -> int:
    """Cut attendees in seat order into near-equal subgroups within their stratum; returns how many."""
    groups = 0
    a = 0
    while a < n:
        z = a + 1
        while z < n and strata[z] == strata[a]:
            z += 1
        size = z - a
        q = subgroups_of(size, aimed)
        for s in range(q):
            starts[groups] = a + (s * size + q - 1) // q  # the first j with floor(j·q/n) = s
            groups += 1
        a = z
    starts[groups] = n
    return groups


@rule
def share_contact(s: StudentColumns, members: Ints, facilitation: float) -> None:
    """Everybody's share of partners of the other profession."""
    g = members.size
    mbo = 0
    for i in members:
        mbo += s.programme[i] >= FIRST_MBO
    for i in members:
        across = g - mbo if s.programme[i] >= FIRST_MBO else mbo
        s.contact_share[i] = across / (g - 1)
        s.contact_facilitation[i] = facilitation


@rule
def peer_support_follows(p: Parameters, s: StudentColumns) -> None:
    """Support of peers fades, and grows with help received."""
    for i in range(s.status.size):
        if s.status[i] == Status.LEFT:
            continue
        support = s.peer_support[i]
        support -= p.peer_fade * support
        if s.help[i] > 0.0:
            support += p.peer_rate * s.help[i] / (s.help[i] + p.peer_half) * (1.0 - support)
        s.peer_support[i] = min(1.0, max(0.0, support))
