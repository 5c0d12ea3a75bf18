"""A start as the partnership lives in the long run: the fixed point of the expected turn of the year (RULES 5.1)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Floats, Ints
from samenspel.agents.compiled import rule
from samenspel.agents.everybody import Everybody
from samenspel.agents.mentors import MentorColumns, MentorPlaces, Role
from samenspel.agents.organisations import BoardColumns, CommunityColumns, SiteColumns
from samenspel.agents.students import FIRST_MBO, Programme, Status, StudentColumns
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.choices import MboMix
from samenspel.model.declared.parameters import Parameters
from samenspel.model.luck.draws import Stream
from samenspel.model.state import ModelState, everybody
from samenspel.model.week.learning import climate_of
from samenspel.model.week.supervision import (
    count_hosting,
    count_members,
    count_students,
    demand,
    is_member,
    is_mentored_outside,
    mentor_guidance,
    mentor_time,
    mentor_weight,
    supervision_quality,
    time_of,
    trainer_guidance,
    trainer_time,
)
from samenspel.model.week.workload import kind_for, least_loaded_near, strain
from samenspel.model.year.exchange import (
    BARRIER,
    BELONGING,
    CONTACTS,
    ENGAGEMENT,
    INSIDE,
    KNOWLEDGE,
    OUTSIDE,
    PEERS,
    REMEMBERED,
    YEARS,
    coming,
    kept,
)
from samenspel.model.year.expected import ROUNDS, Expected, Here, live_on, nobody
from samenspel.model.year.intake import counted_in, largest_remainder, targets
from samenspel.model.year.newcomers import availability, mentor_skill
from samenspel.model.year.placement import ask_mentors, take_on, turn_of
from samenspel.model.year.settling import plan_studies
from samenspel.model.year.tenure import giving_up, mentors_since, plan_in_time

MORE_ROUNDS = 2
"""Rounds once travel is known."""
QUANTILES = 64
"""Draws by which mean and SD of what is drawn are known."""


# --- who is expected ---


class LongRun:
    """What is expected of the students of every partnership, once staff, places and mbo students are there."""

    def __init__(self, here: ModelState) -> None:
        self.state = here
        wanted = np.zeros((here.partnership_count, FIRST_MBO, YEARS), np.int64)
        wanted[:, :, 0] = targets(here)
        self.demand = counted_in(here, wanted).sum(axis=2)
        expect_of_trainers(here, self.demand)
        self.found = what_they_find(here, self.demand)
        self.expected = [nobody(here.settings[0]) for _ in self.found]
        self._live_on(ROUNDS)

    def _live_on(self, rounds: int) -> None:
        c = self.state.communities.rows()
        for found, expected in zip(self.found, self.expected, strict=True):
            live_on(self.state.settings[0], found, c, expected, rounds)

    def stock(self) -> NDArray[np.int64]:
        """Hbo students by partnership, programme and year: whole numbers near what is expected, or as counted."""
        stock = np.zeros((len(self.found), FIRST_MBO, YEARS), np.int64)
        for k, expected in enumerate(self.expected):
            number = expected.number[:, :FIRST_MBO].sum(axis=0)
            for a in np.flatnonzero(self.demand[k]).tolist():
                stock[k, a] = largest_remainder(int(self.demand[k, a]), number[a] / number[a].sum())
        return counted_in(self.state, stock)

    def inside(self, stock: NDArray[np.int64]) -> NDArray[np.float64]:
        """How many of those are expected inside."""
        number = np.array([expected.number[:, :FIRST_MBO] for expected in self.expected])
        return np.asarray(stock * number[:, INSIDE] / np.maximum(number.sum(axis=1), 1e-300))

    def years_here(self) -> NDArray[np.int64]:
        """Years that everybody has lived already: by study year, of mbo students by their own draw."""
        s = self.state.students.rows()
        years = s.year.astype(np.int64) - 1
        u = self.state.draws.uniform(Stream.MBO_RETURN, s.key, 0)
        number = np.array([expected.number[INSIDE] for expected in self.expected])
        upto = np.cumsum(number, axis=2) / np.maximum(number.sum(axis=2, keepdims=True), 1e-300)
        mbo = np.flatnonzero(s.programme >= FIRST_MBO)
        years[mbo] = (upto[s.partnership[mbo], s.programme[mbo], : YEARS - 1] <= u[mbo, None]).sum(axis=1)
        return years

    def settle_in(self) -> None:
        """Everybody who is no newcomer has lived the years before this one."""
        p, s = self.state.p, self.state.students.rows()
        inside = (s.status == Status.INSIDE) & (s.programme < FIRST_MBO)
        felt = s.travel / (s.travel + p.travel_half)
        for k, found in enumerate(self.found):
            there = inside & (s.partnership == k)
            found.travel[INSIDE] = felt[there].mean() if there.any() else 0.0
        self._live_on(MORE_ROUNDS)
        years = self.years_here()
        self._count_years(years)
        for k, expected in enumerate(self.expected):
            rows = np.flatnonzero(s.partnership == k)
            have_lived(self.state.settings[0], rows, years, expected, s, self.state.sites.rows())

    def _count_years(self, years: NDArray[np.int64]) -> None:
        """How long everybody has been enrolled; which study year mbo students are in, and who goes at mid-year."""
        p, s, draws = self.state.p, self.state.students.rows(), self.state.draws
        u = draws.uniform(Stream.STUDY_YEAR, s.key, 0)
        mbo = s.programme >= FIRST_MBO
        first = min(p.mbo_first_year, p.mbo_years)
        s.year[mbo] = (first + years + np.floor(u * (p.mbo_years - first + 1 - years)))[mbo]
        s.half_year[mbo & (years > 0)] = False
        number = np.array([expected.enrolled for expected in self.expected])
        upto = np.cumsum(number, axis=4) / np.maximum(number.sum(axis=4, keepdims=True), 1e-300)
        hbo = np.flatnonzero(~mbo)
        place = np.where(s.status[hbo] == Status.INSIDE, INSIDE, OUTSIDE)
        cell = upto[s.partnership[hbo], place, s.programme[hbo], years[hbo], :-1]
        s.enrolled[hbo] = np.maximum(years[hbo], (cell <= u[hbo, None]).sum(axis=1))

    def ask_in_order(self) -> None:
        """Mentors are asked as in the years before: places are held by students of year 1, 2, 3, 4 and 1 again."""
        here, s, m = self.state, self.state.students.rows(), self.state.mentors.rows()
        years, now, since, role = self.years_here(), s.year.copy(), mentors_since(here), m.role.copy()
        hbo = s.programme < FIRST_MBO
        for ago in range(YEARS, -1, -1):
            s.year[hbo] = (now[hbo] - 1 - ago) % YEARS + 1
            plan_studies(here)
            m.role[role == Role.WITHDRAWN] = Role.ACTIVE if ago else Role.WITHDRAWN
            came = np.where(hbo, s.year == 1, years <= ago)
            s.mentor[came | (since[s.mentor] == ago)] = -1
            luck = here.draws.uniform(Stream.EXIT, s.key, 0, ago)
            for expected, found in zip(self.expected, self.found, strict=True):
                part_ways(here.settings[0], luck, found, expected, s, m)
            ask_mentors(here)
            if ago:
                self._withdraw(ago, role)

    def _withdraw(self, ago: int, role: NDArray[np.int8]) -> None:
        """Who withdrew in that year, of whom those who are away now did last year, passed students on."""
        here, m = self.state, self.state.mentors.rows()
        tired = here.draws.uniform(Stream.WITHDRAWAL, m.key, 0, ago) < giving_up(here.p, m.base)
        away = (m.role == Role.ACTIVE) & np.where(role == Role.WITHDRAWN, ago == 1, tired)
        m.role[away] = Role.WITHDRAWN
        pass_on(here.settings[0], here.students.rows(), m, here.boards.rows(), here.mentor_places)
        m.role[away] = Role.ACTIVE

    def evaluate(self) -> None:
        """What evaluations make of supervision as this start gives it."""
        people = everybody(self.state)
        supervise_on_average(self.state.settings[0], people, np.zeros(people.m.key.size))
        judge(self.state.settings[0], people.s)
        plan_in_time(self.state)

    def remember(self) -> None:
        """Supervision as this start gives it, week after week, is what students remember and what tires mentors."""
        here, years = self.state, self.years_here()
        people, travel = everybody(here), np.array([found.travel[INSIDE] for found in self.found])
        busiest = np.zeros(people.m.key.size)
        supervise_on_average(here.settings[0], people, busiest)
        have_been_supervised(here.settings[0], years, travel, people.s)
        tire_on_average(here.settings[0], busiest, people.m, people.c)
        people.o.hours_freed[:] = 0.0
        people.o.hosting_teachers[:] = 0


def expect_of_trainers(here: ModelState, demand: NDArray[np.int64]) -> None:
    """What leaves trainers time, as far as it is known before students are placed."""
    p, c, o, m, s = here.p, here.communities.rows(), here.sites.rows(), here.mentors.rows(), here.students.rows()
    count = c.key.size
    there = o.cluster >= 0
    places = np.bincount(o.cluster[there], o.hbo_places[there], count)
    mbo = np.bincount(s.cluster, minlength=count)
    all_places = np.bincount(c.partnership, places, here.partnership_count)
    filled = np.minimum(1.0, able(here, demand).sum(axis=1) / np.maximum(all_places, 1e-300))
    hbo = places * filled[c.partnership]
    active = m.role == Role.ACTIVE
    mentors = np.bincount(m.cluster[active], minlength=count)
    new = np.bincount(m.cluster[active & m.new], minlength=count)
    members = hbo * (YEARS - 1) / YEARS + mbo * (c.mbo_mix != MboMix.NONE)
    c.students[:] = np.floor(hbo + mbo + 0.5)
    c.members[:] = np.floor(members + 0.5)
    c.mbo_share[:] = mbo * (c.mbo_mix != MboMix.NONE) / np.maximum(members, 1e-300)
    c.hosting[:] = np.minimum(mentors, c.students)
    c.new_hosting[:] = np.floor(new * c.hosting / np.maximum(mentors, 1) + 0.5)
    c.parts[:] = np.maximum(1, np.ceil(c.members / p.community_split_size))
    people = everybody_but_mentors_places(here)
    trainer_time(here.settings[0], *people)


def everybody_but_mentors_places(here: ModelState) -> tuple[Any, ...]:
    """What `trainer_time` takes, before anybody knows where mentors stand."""
    populations = here.communities, here.trainers, here.boards, here.institutes, here.leaderships
    return tuple(population.rows() for population in populations)


def able(here: ModelState, demand: NDArray[np.int64]) -> NDArray[np.float64]:
    """Students by partnership and programme who could be placed, on average (RULES 4.5)."""
    o = here.sites.rows()
    with_ikc = np.zeros(here.partnership_count, np.bool_)
    with_ikc[o.partnership[(o.hbo_places > 0) & o.ikc]] = True
    part = np.tile(availability(here.p, np.arange(FIRST_MBO)), (here.partnership_count, 1))
    part[~with_ikc, Programme.PEDAGOGY] = 0.0
    return np.asarray(part * demand)


def what_they_find(here: ModelState, demand: NDArray[np.int64]) -> list[Here]:
    """Staff and places of every partnership."""
    p, c, o, s = here.p, here.communities.rows(), here.sites.rows(), here.students.rows()
    staff = _mentors_there(here)
    places = np.bincount(o.partnership, o.hbo_places, here.partnership_count)
    eligible = able(here, demand) / np.maximum(demand, 1)
    mbo = np.zeros((here.partnership_count, len(Programme)))
    np.add.at(mbo, (s.partnership, s.programme), 1.0)
    drawn = mentor_skill(p, (np.arange(QUANTILES) + 0.5) / QUANTILES, np.zeros(QUANTILES, np.bool_))
    t = c.trainer_time / np.maximum(c.students, 1)
    guidance = c.skill * c.familiarity * c.seats * t / (t + p.trainer_half)
    found = []
    for k in range(here.partnership_count):
        rows = np.flatnonzero(c.partnership == k)
        weight = np.maximum(c.students[rows], 1e-300)
        trainers = float((guidance[rows] * weight).sum() / weight.sum()) if rows.size else 0.0
        time, number, skill, spread, trained = (column[k].copy() for column in staff)
        found.append(
            Here(
                k, demand[k].astype(np.float64), eligible[k].copy(), turn_of(p, np.arange(FIRST_MBO)), mbo[k].copy(),
                float(places[k]), time, number, skill, spread, trained, np.array([drawn.mean(), drawn.std()]), trainers,
                np.zeros(2), rows,
            )
        )  # fmt: skip
    return found


def _mentors_there(here: ModelState) -> tuple[NDArray[np.float64], ...]:
    """Mean hours, number, mean and SD of skill, and share trained across professions, by partnership and kind."""
    m, b = here.mentors.rows(), here.boards.rows()
    hours = np.zeros(m.key.size)
    hours_of(here.settings[0], m, b, hours)
    active = m.role == Role.ACTIVE
    group = (here.communities.column("partnership")[m.cluster] * 2 + m.kind)[active]
    size = 2 * here.partnership_count
    number = np.bincount(group, minlength=size).astype(np.float64)

    def mean(column: NDArray[Any]) -> NDArray[np.float64]:
        return np.bincount(group, column[active], size) / np.maximum(number, 1.0)

    skill = mean(m.skill)
    spread = np.sqrt(mean((m.skill - skill[here.communities.column("partnership")[m.cluster] * 2 + m.kind]) ** 2))
    found = mean(hours), number, skill, spread, mean(m.interprofessional.astype(np.float64))
    return tuple(column.reshape(-1, 2) for column in found)


@rule
def part_ways(p: Parameters, luck: Floats, here: Here, e: Expected, s: StudentColumns, m: MentorColumns) -> None:
    """Somebody else has come since last year where a student left, more often where the mentor is less skilled."""
    for i in range(s.key.size):
        k = s.mentor[i]
        if k < 0 or s.programme[i] >= FIRST_MBO or s.partnership[i] != here.row or not p.with_dropout:
            continue
        better = mentor_weight(p) * (m.skill[k] - here.skill[m.kind[k]])
        odds = p.exit_odds_supervision ** (better / p.supervision_sd)
        odds *= p.exit_odds_engagement ** (p.engagement_supervision * better / p.engagement_sd)
        if luck[i] < (1.0 - e.stays[INSIDE, s.programme[i], s.year[i] - 2]) * odds:
            s.mentor[i] = -1


@rule
def pass_on(p: Parameters, s: StudentColumns, m: MentorColumns, b: BoardColumns, places: MentorPlaces) -> None:
    """Students of who has withdrawn go to the least loaded near (RULES 3.9)."""
    for i in range(s.key.size):
        if s.mentor[i] >= 0 and m.role[s.mentor[i]] != Role.ACTIVE:
            k = least_loaded_near(m, places, s.site[i], s.cluster[i], kind_for(s.programme[i]))
            s.mentor[i] = -1
            if k >= 0:
                take_on(p, i, k, s, m, b)


@rule
def hours_of(p: Parameters, m: MentorColumns, b: BoardColumns, hours: Floats) -> None:
    """Hours a week that every mentor has."""
    for k in range(hours.size):
        hours[k] = time_of(p, m, b, k)


# --- what everybody has lived ---


@rule
def have_lived(p: Parameters, rows: Ints, years: Ints, e: Expected, s: StudentColumns, o: SiteColumns) -> None:
    """States of who is no newcomer: own start, and what is expected of the years since then."""
    reached = 1.0 - (1.0 - p.belonging_rate) ** WEEKS
    for i in rows:
        if years[i] == 0:
            continue
        place = INSIDE if s.status[i] == Status.INSIDE else OUTSIDE
        x, start = e.first[place, s.programme[i], years[i]], e.first[place, s.programme[i], 0]
        s.teaching[i] = 1.0 - (1.0 - s.teaching[i]) * kept(x, start, 0)
        s.care[i] = 1.0 - (1.0 - s.care[i]) * kept(x, start, 1)
        s.collaboration[i] = 1.0 - (1.0 - s.collaboration[i]) * kept(x, start, 2)
        s.knowledge[i] = 1.0 - (1.0 - s.knowledge[i]) * kept(x, start, KNOWLEDGE)
        if 0.0 < start[BARRIER] < 1.0:
            odds = x[BARRIER] * (1.0 - start[BARRIER]) / ((1.0 - x[BARRIER]) * start[BARRIER])
            s.barrier[i] *= odds / (1.0 - s.barrier[i] + s.barrier[i] * odds)
        s.contacts[i], s.peer_support[i], s.engagement[i] = x[CONTACTS], x[PEERS], x[ENGAGEMENT]
        s.remembered[i] = x[REMEMBERED]
        better = (1.0 - p.belonging_peer) * (climate_of(p, o, s.site[i]) - p.climate_mean)
        s.belonging[i] = min(1.0, max(0.0, x[BELONGING] + reached * better))


@rule
def supervise_on_average(p: Parameters, people: Everybody, busiest: Floats) -> None:
    """Supervision of a week like any other: everybody misses the mean of what meetings take.

    `busiest` gets the load of mentors in a week without a meeting.
    """
    s, m, o, c = people.s, people.m, people.o, people.c
    s.days_now[:] = s.days
    demand(p, s)
    count_students(p, s, m, o)
    mentor_time(p, m, o, people.b)
    busiest[:] = m.load
    for i in range(s.key.size):
        came = 0.0
        if is_member(s, c, i) and p.with_peer_learning:
            came = coming(p, s.programme[i], s.engagement[i]) / c.meeting_interval[s.cluster[i]]
        s.days_now[i] = max(0.0, s.days[i] - came * p.meeting_hours / p.hours_per_day)
    demand(p, s)
    count_students(p, s, m, o)
    mentor_time(p, m, o, people.b)
    mentor_guidance(p, s, m)
    count_members(s, c)
    count_hosting(m, c)
    trainer_time(p, c, people.t, people.b, people.i, people.lead)
    trainer_guidance(p, s, c)


@rule
def judge(p: Parameters, s: StudentColumns) -> None:
    """Supervision quality of that week; nobody remembers it yet."""
    remembered, felt = s.remembered.copy(), s.felt_support.copy()
    supervision_quality(p, s)
    s.remembered[:] = remembered
    s.felt_support[:] = felt


@rule
def have_been_supervised(p: Parameters, years: Ints, travel: Floats, s: StudentColumns) -> None:
    """Memories of who is no newcomer, and engagement by the own supervision and travel; the week is over."""
    reached = 1.0 - (1.0 - p.engagement_rate) ** WEEKS
    judge(p, s)
    for i in range(s.key.size):
        if years[i] == 0:
            continue
        expected = s.remembered[i]
        new = (1.0 - p.memory_rate) ** (WEEKS * years[i])
        s.remembered[i] = s.supervision[i] + new * (p.supervision_reference - s.supervision[i])
        if s.status[i] == Status.INSIDE or is_mentored_outside(p, s.status[i]):
            s.felt_support[i] = s.support[i] + new * (1.0 - s.support[i])
        better = p.engagement_supervision * (s.remembered[i] - expected)
        if s.status[i] == Status.INSIDE:
            far = s.travel[i] / (s.travel[i] + p.travel_half)
            better -= p.engagement_travel * (far - travel[s.partnership[i]])
        s.engagement[i] = min(1.0, max(0.0, s.engagement[i] + reached * better))


@rule
def tire_on_average(p: Parameters, busiest: Floats, m: MentorColumns, c: CommunityColumns) -> None:
    """Fatigue after summer of who carries the load of this start every year, in weeks with a meeting and without."""
    if not p.with_fatigue or p.fatigue_recovery <= 0.0:
        return
    left = (1.0 - p.fatigue_recovery) ** WEEKS
    share = p.fatigue_summer * (1.0 - left) / (1.0 - p.fatigue_summer * left)
    for k in range(m.role.size):
        if m.role[k] != Role.ACTIVE:
            continue
        interval = c.meeting_interval[m.cluster[k]]
        meeting = max(0.0, interval * m.load[k] - (interval - 1) * busiest[k])
        tires = strain(p, meeting) / interval + (1.0 - 1.0 / interval) * strain(p, busiest[k])
        aim = min(1.0, max(0.0, m.base[k] + p.fatigue_rate / p.fatigue_recovery * tires))
        m.fatigue[k] = m.base[k] + share * (aim - m.base[k])
