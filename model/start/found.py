"""What students find in a partnership: staff and places, as far as it is known before they come (RULES 5.1)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from samenspel.agents.columns import Floats, Ints
from samenspel.agents.compiled import rule
from samenspel.agents.mentors import MentorColumns, MentorKind, Role
from samenspel.agents.students import HBO_PROGRAMMES, Programme, Status
from samenspel.model.declared.choices import MboMix
from samenspel.model.declared.parameters import Parameters
from samenspel.model.here import Here
from samenspel.model.start.cells import Everywhere
from samenspel.model.start.exchange import PROGRAMMES, YEARS
from samenspel.model.week.supervision import time_of, trainer_time
from samenspel.model.week.workload import kind_for
from samenspel.model.year.newcomers import availability, mentor_skill
from samenspel.model.year.placement import turn_of

QUANTILES = 64
"""Draws by which mean and SD of what is drawn are known."""
KINDS = len(MentorKind)


# --- trainers ---


@rule
def expect_of_trainers(here: Here, demand: Ints) -> None:
    """What leaves trainers time before sessions, as far as it is known before students are placed."""
    p, c = here.settings[0], here.c
    hbo, mbo = hbo_expected(here, demand), mbo_there(here)
    mentors, new = mentors_by_community(here)
    for k in range(c.key.size):
        mixing = mbo[k] if c.mbo_mix[k] != MboMix.NONE else 0
        members = hbo[k] * (YEARS - 1) / YEARS + mixing
        c.students[k] = math.floor(hbo[k] + mbo[k] + 0.5)
        c.members[k] = math.floor(members + 0.5)
        c.mbo_share[k] = mixing / max(members, 1e-300)
        c.hosting[k] = min(mentors[k], c.students[k])
        c.new_hosting[k] = math.floor(new[k] * c.hosting[k] / max(mentors[k], 1) + 0.5)
        c.parts[k] = max(1, math.ceil(c.members[k] / p.community_split_size))
        c.sessions[k] = c.sessions_mbo[k] = 0.0
    trainer_time(p, c, here.t, here.b, here.i, here.lead)


@rule
def hbo_expected(here: Here, demand: Ints) -> Floats:
    """Hbo students by community, when as many come as there are places and students who could be placed."""
    o, c = here.o, here.c
    hbo, all_places = np.zeros(c.key.size), np.zeros(here.now[0].partnerships)
    for site in range(o.key.size):
        if o.cluster[site] >= 0:
            hbo[o.cluster[site]] += o.hbo_places[site]
    for k in range(c.key.size):
        all_places[c.partnership[k]] += hbo[k]
    able = able_by_programme(here, demand)
    for k in range(c.key.size):
        at = c.partnership[k]
        total = 0.0
        for a in range(HBO_PROGRAMMES):
            total += able[at, a]
        hbo[k] *= min(1.0, total / max(all_places[at], 1e-300))
    return hbo


@rule
def mbo_there(here: Here) -> Ints:
    """Students by community before hbo students come."""
    mbo = np.zeros(here.c.key.size, np.int64)
    for i in range(here.s.key.size):
        mbo[here.s.cluster[i]] += 1
    return mbo


@rule
def mentors_by_community(here: Here) -> tuple[Ints, Ints]:
    """Active mentors, and how many of them are new."""
    m = here.m
    mentors, new = np.zeros(here.c.key.size, np.int64), np.zeros(here.c.key.size, np.int64)
    for k in range(m.key.size):
        if m.role[k] == Role.ACTIVE:
            mentors[m.cluster[k]] += 1
            new[m.cluster[k]] += m.new[k]
    return mentors, new


@rule
def able_by_programme(here: Here, demand: Ints) -> Floats:
    """Students by partnership and programme who could be placed, on average (RULES 4.5)."""
    p, o = here.settings[0], here.o
    with_ikc, able = np.zeros(demand.shape[0], np.bool_), np.zeros(demand.shape)
    for site in range(o.key.size):
        with_ikc[o.partnership[site]] |= o.hbo_places[site] > 0 and o.ikc[site]
    for at in range(demand.shape[0]):
        for a in range(HBO_PROGRAMMES):
            if with_ikc[at] or a != Programme.PEDAGOGY:
                able[at, a] = availability(p, a) * demand[at, a]
    return able


# --- all that they find ---


@rule
def what_they_find(here: Here, demand: Ints) -> Everywhere:
    """Staff and places of every partnership."""
    p, c, count = here.settings[0], here.c, here.now[0].partnerships
    there, time = mentors_there(here)
    places, sites = places_there(here)
    wanted, eligible = wanted_there(here, demand)
    first, communities = communities_there(here)
    students, free, effect = np.zeros(communities.size), np.zeros(communities.size), np.zeros(communities.size)
    parts = np.zeros(count)
    for n in range(communities.size):
        k = communities[n]
        students[n], free[n] = c.students[k], c.trainer_time[k]
        effect[n] = c.skill[k] * c.familiarity[k] * c.seats[k]
        parts[c.partnership[k]] += c.parts[k]
    for at in range(count):
        parts[at] = parts[at] / (first[at + 1] - first[at]) if first[at + 1] > first[at] else 1.0
    kind, turn = kinds_and_turns(p)
    return Everywhere(
        kind, wanted, eligible, turn, mbo_by_programme(here), places, sites, time, there.number, there.skill,
        there.spread, there.trained, skill_outside(p), np.zeros((count, 2)), first, communities, students, free, effect,
        parts,
    )  # fmt: skip


@rule
def kinds_and_turns(p: Parameters) -> tuple[Ints, Ints]:
    """Which mentors a programme asks, and whose turn it is among hbo when there are too few places."""
    kind, turn = np.zeros(PROGRAMMES, np.int64), np.zeros(HBO_PROGRAMMES, np.int64)
    for a in range(PROGRAMMES):
        kind[a] = kind_for(a)
    for a in range(HBO_PROGRAMMES):
        turn[a] = turn_of(p, a)
    return kind, turn


@rule
def wanted_there(here: Here, demand: Ints) -> tuple[Floats, Floats]:
    """Hbo students wanted by partnership and programme, and the part of them that could be placed."""
    wanted, eligible = np.zeros(demand.shape), able_by_programme(here, demand)
    for at in range(demand.shape[0]):
        for a in range(HBO_PROGRAMMES):
            wanted[at, a] = demand[at, a]
            eligible[at, a] /= max(demand[at, a], 1)
    return wanted, eligible


@rule
def mbo_by_programme(here: Here) -> Floats:
    """Students by partnership and programme before hbo students come."""
    s, there = here.s, np.zeros((here.now[0].partnerships, PROGRAMMES))
    for i in range(s.key.size):
        there[s.partnership[i], s.programme[i]] += 1.0
    return there


@rule
def places_there(here: Here) -> tuple[Floats, Floats]:
    """Hbo places by partnership; and sites with places where teachers, and where care mentors may be asked."""
    o, count = here.o, here.now[0].partnerships
    places, sites = np.zeros(count), np.zeros((count, KINDS))
    for site in range(o.key.size):
        at = o.partnership[site]
        places[at] += o.hbo_places[site]
        if o.hbo_places[site] > 0:
            sites[at, 0] += 1.0
            sites[at, 1] += o.ikc[site]
    return places, sites


@rule
def communities_there(here: Here) -> tuple[Ints, Ints]:
    """Rows of communities in order of partnership, and before them where those of each partnership begin."""
    c, count = here.c, here.now[0].partnerships
    first, communities = np.zeros(count + 1, np.int64), np.zeros(c.key.size, np.int64)
    for k in range(c.key.size):
        first[c.partnership[k] + 1] += 1
    for at in range(count):
        first[at + 1] += first[at]
    placed = np.zeros(count, np.int64)
    for k in range(c.key.size):
        at = c.partnership[k]
        communities[first[at] + placed[at]] = k
        placed[at] += 1
    return first, communities


@rule
def skill_outside(p: Parameters) -> Floats:
    """Mean and SD of the skill of mentors outside."""
    mean = square = 0.0
    for n in range(QUANTILES):
        mean += mentor_skill(p, (n + 0.5) / QUANTILES, False) / QUANTILES
    for n in range(QUANTILES):
        square += (mentor_skill(p, (n + 0.5) / QUANTILES, False) - mean) ** 2 / QUANTILES
    return np.array([mean, math.sqrt(square)])


# --- mentors ---


class Mentors(NamedTuple):
    """Mentors by partnership and kind."""

    number: Floats
    skill: Floats  # the mean
    spread: Floats  # its SD
    trained: Floats  # the part that is trained interprofessionally


@rule
def mentors_there(here: Here) -> tuple[Mentors, Floats]:
    """Active mentors; and hours a week without and with a student of the final year, shape (partnerships, 2, 2)."""
    p, m, count = here.settings[0], here.m, here.now[0].partnerships
    at, who, time = np.zeros(m.key.size, np.int64), np.full(m.key.size, -1), np.zeros((count, KINDS, 2))
    for k in range(m.key.size):
        if m.role[k] == Role.ACTIVE:
            at[k], who[k] = here.c.partnership[m.cluster[k]], k
            time[at[k], m.kind[k], 0] += time_of(p, m, here.b, k, False)
            time[at[k], m.kind[k], 1] += time_of(p, m, here.b, k, True)
    there = mentors_of(m, at, who, count)
    for k in range(count):
        for kind in range(KINDS):
            for final in range(2):
                time[k, kind, final] /= max(there.number[k, kind], 1.0)
    return there, time


@rule
def know_who_is_asked(here: Here, found: Everywhere) -> None:
    """Skill and training of mentors over the students who have one: the suitable may have more of them."""
    s = here.s
    at, who = np.zeros(s.key.size, np.int64), np.full(s.key.size, -1)
    for i in range(s.key.size):
        if s.status[i] == Status.INSIDE:
            at[i], who[i] = s.partnership[i], s.mentor[i]
    asked = mentors_of(here.m, at, who, found.places.size)
    for k in range(found.places.size):
        for kind in range(KINDS):
            if asked.number[k, kind] > 0.0:
                found.skill[k, kind], found.trained[k, kind] = asked.skill[k, kind], asked.trained[k, kind]
                found.skill_spread[k, kind] = asked.spread[k, kind]


@rule
def mentors_of(m: MentorColumns, at: Ints, who: Ints, partnerships: int) -> Mentors:
    """These mentors, each as often as `who` names it, `at` a partnership; -1 is nobody."""
    shape = (partnerships, KINDS)
    of = Mentors(np.zeros(shape), np.zeros(shape), np.zeros(shape), np.zeros(shape))
    for n in range(who.size):
        if who[n] >= 0:
            kind = m.kind[who[n]]
            of.number[at[n], kind] += 1.0
            of.skill[at[n], kind] += m.skill[who[n]]
            of.trained[at[n], kind] += m.interprofessional[who[n]]
    for k in range(partnerships):
        for kind in range(KINDS):
            of.skill[k, kind] /= max(of.number[k, kind], 1.0)
            of.trained[k, kind] /= max(of.number[k, kind], 1.0)
    add_spread(m, at, who, of)
    return of


@rule
def add_spread(m: MentorColumns, at: Ints, who: Ints, of: Mentors) -> None:
    """The SD of skill, once the mean is known."""
    for n in range(who.size):
        if who[n] >= 0:
            kind = m.kind[who[n]]
            of.spread[at[n], kind] += (m.skill[who[n]] - of.skill[at[n], kind]) ** 2
    for k in range(of.number.shape[0]):
        for kind in range(KINDS):
            of.spread[k, kind] = math.sqrt(of.spread[k, kind] / max(of.number[k, kind], 1.0))
