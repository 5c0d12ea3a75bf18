"""A start as the partnership lives in the long run: the fixed point of the expected turn of the year (RULES 5.1)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from samenspel.agents.columns import Floats, Ints
from samenspel.agents.compiled import rule
from samenspel.agents.mentors import Role
from samenspel.agents.students import FIRST_MBO, HBO_PROGRAMMES, Status, exit_chance
from samenspel.model.declared.constants import ENGAGEMENT_SD, SUPERVISION_SD
from samenspel.model.here import Here
from samenspel.model.luck.draws import Stream, stream_state, uniform_at
from samenspel.model.start.cells import Everywhere, Expected, expected_in, found_in, nobody
from samenspel.model.start.exchange import INSIDE, OUTSIDE, PROGRAMMES, YEARS
from samenspel.model.start.expected import live_on
from samenspel.model.start.found import expect_of_trainers, know_who_is_asked, what_they_find
from samenspel.model.start.past import have_been_supervised, have_lived, live_a_mean_year, tire_on_average
from samenspel.model.start.tenure import giving_up, mentors_in_time, mentors_since, plan_in_time, trainers_in_time
from samenspel.model.week.supervision import mentor_weight
from samenspel.model.week.workload import kind_for, least_loaded_near
from samenspel.model.year.asking import ask_mentors, nobody_yet, take_on
from samenspel.model.year.intake import counted_in, enrol_stock, largest_remainder, targets
from samenspel.model.year.mbo import place_mbo
from samenspel.model.year.placement import deal_places, place_hbo
from samenspel.model.year.settling import clear_week, plan_studies, plan_work, settle

ROUNDS = 4
"""Rounds after which the fixed point is reached to a thousandth."""
MORE_ROUNDS = 2
"""Rounds once travel is known, and who is asked to be a mentor."""


@rule
def begin_lived(here: Here) -> None:
    """The start as it lives in the long run: staff, then who is expected of students, then what they remember."""
    mentors_in_time(here)
    deal_places(here)
    place_mbo(here, 0, 1)
    trainers_in_time(here)
    known = students_in_time(here)
    live_a_mean_year(here)
    plan_in_time(here)
    ask_in_order(here, known)
    remember(here, known.travel, known.mbo)
    clear_week(here.s)


class Known(NamedTuple):
    """What the years before need of what is expected: the rest, most of it, need not stay in memory until then."""

    skill: Floats  # of mentors on average, by partnership and MentorKind
    stays: Floats  # by partnership, place, programme and year
    travel: Floats  # on average, by partnership and place
    mbo: Floats  # the part who have been there so many years or less, by partnership, programme and years


@rule
def students_in_time(here: Here) -> Known:
    """Students in the numbers of the fixed point, with what they have lived through until now."""
    demand = demand_of(here)
    expect_of_trainers(here, demand)
    found, e = what_they_find(here, demand), nobody(here.settings[0], demand.shape[0])
    for _ in range(ROUNDS):
        live_everywhere(here, found, e)
    stock = stock_of(here, demand, e.number)
    enrol_stock(here, stock)
    plan_work(here)
    place_hbo(here, True, inside_of(stock, e.number))
    mbo = mbo_by_years(e.number)
    count_years(here, e.enrolled, mbo)
    settle(here, False)
    know_travel(here, found.travel)
    know_who_is_asked(here, found)
    for _ in range(MORE_ROUNDS):
        live_everywhere(here, found, e)
    have_lived(here, years_here(here, mbo), e.first)
    return Known(found.skill, e.stays, found.travel, mbo)


# --- who is expected ---


@rule
def live_everywhere(here: Here, found: Everywhere, e: Expected) -> None:
    """A round in every partnership."""
    for k in range(found.places.size):
        live_on(here, found_in(found, k), expected_in(e, k))


@rule
def demand_of(here: Here) -> Ints:
    """Hbo students by partnership and programme: targets, or as counted."""
    wanted, target = np.zeros((here.now[0].partnerships, HBO_PROGRAMMES, YEARS), np.int64), targets(here)
    demand = np.zeros(target.shape, np.int64)
    for at in range(target.shape[0]):
        for a in range(HBO_PROGRAMMES):
            wanted[at, a, 0] = target[at, a]
    counted_in(here, wanted)
    for at in range(target.shape[0]):
        for a in range(HBO_PROGRAMMES):
            for k in range(YEARS):
                demand[at, a] += wanted[at, a, k]
    return demand


@rule
def stock_of(here: Here, demand: Ints, number: Floats) -> Ints:
    """Hbo students by partnership, programme and year: whole numbers near what is expected, or as counted."""
    stock = np.zeros((demand.shape[0], HBO_PROGRAMMES, YEARS), np.int64)
    for at in range(demand.shape[0]):
        for a in range(HBO_PROGRAMMES):
            if demand[at, a] > 0:
                deal_years(demand[at, a], number[at], a, stock[at, a])
    counted_in(here, stock)
    return stock


@rule
def deal_years(total: int, number: Floats, a: int, stock: Ints) -> None:
    """So many students of a programme by study year, as they are expected by place, programme and year."""
    shares, everybody = np.zeros(YEARS), 0.0
    for k in range(YEARS):
        shares[k] = number[INSIDE, a, k] + number[OUTSIDE, a, k]
        everybody += shares[k]
    for k in range(YEARS):
        shares[k] /= everybody
    dealt = largest_remainder(total, shares)
    for k in range(YEARS):
        stock[k] = dealt[k]


@rule
def inside_of(stock: Ints, number: Floats) -> Floats:
    """How many of those are expected inside."""
    inside = np.zeros(stock.shape)
    for at in range(stock.shape[0]):
        for a in range(HBO_PROGRAMMES):
            for k in range(YEARS):
                there = number[at, INSIDE, a, k]
                inside[at, a, k] = stock[at, a, k] * there / max(there + number[at, OUTSIDE, a, k], 1e-300)
    return inside


# --- how long they have been there ---


@rule
def mbo_by_years(number: Floats) -> Floats:
    """The part of mbo students who have been there so many years or less, by partnership, programme and years."""
    upto = np.zeros((number.shape[0], PROGRAMMES, YEARS))
    for at in range(upto.shape[0]):
        for a in range(FIRST_MBO, PROGRAMMES):
            running_share(number[at, INSIDE, a], upto[at, a])
    return upto


@rule
def running_share(number: Floats, upto: Floats) -> None:
    """The part of all up to and with each."""
    total = running = 0.0
    for n in range(number.size):
        total += number[n]
    for n in range(number.size):
        running += number[n]
        upto[n] = running / max(total, 1e-300)


@rule
def drawn(upto: Floats, u: float) -> int:
    """Which a draw falls on."""
    for n in range(upto.size - 1):
        if upto[n] > u:
            return n
    return int(upto.size) - 1


@rule
def years_here(here: Here, mbo: Floats) -> Ints:
    """Years that everybody has lived already: by study year, of mbo students by their own draw."""
    s, years = here.s, np.zeros(here.s.key.size, np.int64)
    luck = stream_state(here.now[0].seed, Stream.MBO_RETURN, 0, 0)
    for i in range(years.size):
        if s.programme[i] >= FIRST_MBO:
            years[i] = drawn(mbo[s.partnership[i], s.programme[i]], uniform_at(luck, s.key[i]))
        else:
            years[i] = s.year[i] - 1
    return years


@rule
def count_years(here: Here, enrolled: Floats, mbo: Floats) -> None:
    """How long everybody has been enrolled; which study year mbo students are in, and who goes at mid-year."""
    p, s, years = here.settings[0], here.s, years_here(here, mbo)
    luck = stream_state(here.now[0].seed, Stream.STUDY_YEAR, 0, 0)
    first, upto = min(p.mbo_first_year, p.mbo_years), np.zeros(enrolled.shape[4])
    for i in range(years.size):
        u = uniform_at(luck, s.key[i])
        if s.programme[i] >= FIRST_MBO:
            s.year[i] = first + years[i] + math.floor(u * (p.mbo_years - first + 1 - years[i]))
            s.half_year[i] = s.half_year[i] and years[i] == 0
        else:
            place = INSIDE if s.status[i] == Status.INSIDE else OUTSIDE
            running_share(enrolled[s.partnership[i], place, s.programme[i], years[i]], upto)
            s.enrolled[i] = max(years[i], drawn(upto, u))


# --- what they have lived ---


@rule
def know_travel(here: Here, travel: Floats) -> None:
    """Mean travel / (travel + travel_half) of hbo students inside, by partnership and place."""
    p, s, count, felt = here.settings[0], here.s, np.zeros(travel.shape[0]), np.zeros(travel.shape[0])
    for i in range(s.key.size):
        if s.status[i] == Status.INSIDE and s.programme[i] < FIRST_MBO:
            felt[s.partnership[i]] += s.travel[i] / (s.travel[i] + p.travel_half)
            count[s.partnership[i]] += 1.0
    for at in range(count.size):
        travel[at, INSIDE] = felt[at] / max(count[at], 1.0)


@rule
def remember(here: Here, travel: Floats, mbo: Floats) -> None:
    """Supervision as this start gives it, year after year, is what students remember and what tires mentors."""
    strains = live_a_mean_year(here)
    have_been_supervised(here.settings[0], years_here(here, mbo), travel, here.s)
    tire_on_average(here.settings[0], strains, here.m)
    for site in range(here.o.key.size):
        here.o.hours_freed[site] = 0.0
        here.o.hosting_teachers[site] = 0


# --- who asked whom ---


@rule
def ask_in_order(here: Here, known: Known) -> None:
    """Mentors are asked as in the years before: places are held by students of year 1, 2, 3, 4 and 1 again."""
    s, m = here.s, here.m
    years, now, since, role = years_here(here, known.mbo), s.year.copy(), mentors_since(here), m.role.copy()
    for ago in range(YEARS, -1, -1):
        for i in range(s.key.size):
            if s.programme[i] < FIRST_MBO:
                s.year[i] = (now[i] - 1 - ago) % YEARS + 1
        plan_studies(here)
        for k in range(m.key.size):
            if role[k] == Role.WITHDRAWN:
                m.role[k] = Role.ACTIVE if ago else Role.WITHDRAWN
        for i in range(s.key.size):
            came = s.year[i] == 1 if s.programme[i] < FIRST_MBO else years[i] <= ago
            if s.mentor[i] >= 0 and (came or since[s.mentor[i]] == ago):
                s.mentor[i] = -1
        part_ways(here, known, ago)
        ask_mentors(here, False)
        if ago:
            withdraw_and_return(here, ago, role)


@rule
def part_ways(here: Here, known: Known, ago: int) -> None:
    """Somebody else has come since last year where a student left, more often where the mentor is less skilled."""
    p, s = here.settings[0], here.s
    luck = stream_state(here.now[0].seed, Stream.EXIT, 0, ago)
    for i in range(s.key.size):
        k, at = s.mentor[i], s.partnership[i]
        if k < 0 or s.programme[i] >= FIRST_MBO or not p.with_dropout:
            continue
        better = mentor_weight(p) * (here.m.skill[k] - known.skill[at, here.m.kind[k]])
        gone = 1.0 - known.stays[at, INSIDE, s.programme[i], s.year[i] - 2]
        z_engagement, z_supervision = p.engagement_supervision * better / ENGAGEMENT_SD, better / SUPERVISION_SD
        chance = exit_chance(gone, p.exit_odds_engagement, z_engagement, p.exit_odds_supervision, z_supervision)
        if uniform_at(luck, s.key[i]) < chance:
            s.mentor[i] = -1


@rule
def withdraw_and_return(here: Here, ago: int, role: Ints) -> None:
    """Who withdrew in that year, of whom those who are away now did last year, passed students on."""
    p, m, away = here.settings[0], here.m, np.zeros(here.m.key.size, np.bool_)
    luck = stream_state(here.now[0].seed, Stream.WITHDRAWAL, 0, ago)
    for k in range(away.size):
        if m.role[k] == Role.ACTIVE:
            tired = uniform_at(luck, m.key[k]) < giving_up(p, m.base[k])
            away[k] = ago == 1 if role[k] == Role.WITHDRAWN else tired
        if away[k]:
            m.role[k] = Role.WITHDRAWN
    pass_on(here)
    for k in range(away.size):
        if away[k]:
            m.role[k] = Role.ACTIVE


@rule
def pass_on(here: Here) -> None:
    """Students of who has withdrawn go to the least loaded near, with the other of a duo (RULES 3.9)."""
    p, s, m = here.settings[0], here.s, here.m
    expected = nobody_yet(p, m, here.b)
    for k in range(m.key.size):
        m.students[k], m.hours_asked[k], m.load[k] = 0, 0.0, 0.0
    for i in range(s.key.size):
        if s.mentor[i] >= 0 and m.role[s.mentor[i]] == Role.ACTIVE:
            take_on(p, i, s.mentor[i], expected, s, m)
    for i in range(s.key.size):
        if s.mentor[i] >= 0 and m.role[s.mentor[i]] != Role.ACTIVE:
            k, other = least_loaded_near(m, here.places, s.site[i], s.cluster[i], kind_for(s.programme[i])), s.duo[i]
            s.mentor[i] = -1
            if other >= 0:
                s.mentor[other] = -1
            if k >= 0:
                take_on(p, i, k, expected, s, m)
                if other >= 0:
                    take_on(p, other, k, expected, s, m)
