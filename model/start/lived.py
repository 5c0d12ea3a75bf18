"""A start as the partnership lives in the long run: the fixed point of the expected turn of the year (RULES 5.1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Floats
from samenspel.agents.compiled import rule
from samenspel.agents.mentors import MentorColumns, MentorPlaces, Role
from samenspel.agents.organisations import BoardColumns
from samenspel.agents.students import FIRST_MBO, Status, StudentColumns, exit_chance
from samenspel.model.declared.constants import ENGAGEMENT_SD, SUPERVISION_SD
from samenspel.model.declared.parameters import Parameters
from samenspel.model.luck.draws import Stream
from samenspel.model.start.cells import nobody
from samenspel.model.start.exchange import INSIDE, OUTSIDE, YEARS
from samenspel.model.start.expected import ROUNDS, live_on
from samenspel.model.start.found import expect_of_trainers, know_who_is_asked, staff_of, what_they_find
from samenspel.model.start.past import have_been_supervised, have_lived, live_a_mean_year, tire_on_average
from samenspel.model.start.tenure import giving_up, mentors_since, plan_in_time
from samenspel.model.state import ModelState, everybody
from samenspel.model.week.supervision import mentor_weight
from samenspel.model.week.workload import kind_for, least_loaded_near
from samenspel.model.year.asking import ask_mentors, nobody_yet, take_on
from samenspel.model.year.intake import counted_in, largest_remainder, targets
from samenspel.model.year.settling import plan_studies

MORE_ROUNDS = 2
"""Rounds once travel is known, and who is asked to be a mentor."""


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
        staff = staff_of(self.state)
        for found, expected in zip(self.found, self.expected, strict=True):
            live_on(self.state.settings[0], found, staff, expected, rounds)

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
        mbo = np.flatnonzero(s.programme >= FIRST_MBO)
        upto = self.mbo_upto[s.partnership[mbo], s.programme[mbo], : YEARS - 1]
        years[mbo] = (upto <= u[mbo, None]).sum(axis=1)
        return years

    def count_years(self) -> None:
        """How long everybody has been enrolled; which study year mbo students are in, and who goes at mid-year."""
        number = np.array([expected.number[INSIDE] for expected in self.expected])
        self.mbo_upto = np.cumsum(number, axis=2) / np.maximum(number.sum(axis=2, keepdims=True), 1e-300)
        years = self.years_here()
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

    def settle_in(self) -> None:
        """Everybody who is no newcomer has lived the years before this one; mentors were asked."""
        p, s = self.state.p, self.state.students.rows()
        inside = (s.status == Status.INSIDE) & (s.programme < FIRST_MBO)
        felt = s.travel / (s.travel + p.travel_half)
        for k, found in enumerate(self.found):
            there = inside & (s.partnership == k)
            found.travel[INSIDE] = felt[there].mean() if there.any() else 0.0
        know_who_is_asked(self.state, self.found)
        self._live_on(MORE_ROUNDS)
        years = self.years_here()
        for k, expected in enumerate(self.expected):
            rows = np.flatnonzero(s.partnership == k)
            have_lived(self.state.settings[0], rows, years, expected.first, s, self.state.sites.rows())

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
                part_ways(here.settings[0], luck, found.row, found.skill, expected.stays[INSIDE], s, m)
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
        self._live_a_mean_year()
        plan_in_time(self.state)

    def remember(self) -> None:
        """Supervision as this start gives it, year after year, is what students remember and what tires mentors."""
        here, years = self.state, self.years_here()
        people, travel = everybody(here), np.array([found.travel[INSIDE] for found in self.found])
        strains = self._live_a_mean_year()
        have_been_supervised(here.settings[0], years, travel, people.s)
        tire_on_average(here.settings[0], strains, people.m)
        people.o.hours_freed[:] = 0.0
        people.o.hosting_teachers[:] = 0

    def _live_a_mean_year(self) -> NDArray[np.float64]:
        """Students have the supervision and support of a year like this; what tires mentors in it."""
        people = everybody(self.state)
        supervision, support, strains = (np.zeros(size) for size in (people.s.key.size,) * 2 + (people.m.key.size,))
        live_a_mean_year(self.state.settings[0], people, supervision, support, strains)
        return strains


@rule
def part_ways(p: Parameters, luck: Floats, partnership: int, skill: Floats, stays: Floats, s: StudentColumns,
              m: MentorColumns) -> None:  # fmt: skip
    """Somebody else has come since last year where a student left, more often where the mentor is less skilled.

    Mean skill is by kind of mentor; who stays, by programme and year.
    """
    for i in range(s.key.size):
        k = s.mentor[i]
        if k < 0 or s.programme[i] >= FIRST_MBO or s.partnership[i] != partnership or not p.with_dropout:
            continue
        better = mentor_weight(p) * (m.skill[k] - skill[m.kind[k]])
        gone = 1.0 - stays[s.programme[i], s.year[i] - 2]
        z_engagement, z_supervision = p.engagement_supervision * better / ENGAGEMENT_SD, better / SUPERVISION_SD
        if luck[i] < exit_chance(gone, p.exit_odds_engagement, z_engagement, p.exit_odds_supervision, z_supervision):
            s.mentor[i] = -1


@rule
def pass_on(p: Parameters, s: StudentColumns, m: MentorColumns, b: BoardColumns, places: MentorPlaces) -> None:
    """Students of who has withdrawn go to the least loaded near, with the other of a duo (RULES 3.9)."""
    expected = nobody_yet(p, m, b)
    m.students[:] = 0
    m.hours_asked[:] = 0.0
    m.load[:] = 0.0
    for i in range(s.key.size):
        if s.mentor[i] >= 0 and m.role[s.mentor[i]] == Role.ACTIVE:
            take_on(p, i, s.mentor[i], expected, s, m)
    for i in range(s.key.size):
        if s.mentor[i] >= 0 and m.role[s.mentor[i]] != Role.ACTIVE:
            k, other = least_loaded_near(m, places, s.site[i], s.cluster[i], kind_for(s.programme[i])), s.duo[i]
            s.mentor[i] = -1
            if other >= 0:
                s.mentor[other] = -1
            if k >= 0:
                take_on(p, i, k, expected, s, m)
                if other >= 0:
                    take_on(p, other, k, expected, s, m)
