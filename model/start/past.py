"""What everybody has lived before the first year, on average (RULES 5.1)."""

from __future__ import annotations

import numpy as np

from samenspel.agents.columns import Floats, Ints
from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import power
from samenspel.agents.mentors import MentorColumns, Role
from samenspel.agents.organisations import CommunityColumns
from samenspel.agents.students import Status, StudentColumns
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.constants import HOURS_PER_DAY, SUPERVISION_REFERENCE
from samenspel.model.declared.parameters import Parameters
from samenspel.model.here import Here
from samenspel.model.start.exchange import (
    BARRIER,
    BELONGING,
    CONTACTS,
    ENGAGEMENT,
    INSIDE,
    KNOWLEDGE,
    OUTSIDE,
    PEERS,
    REMEMBERED,
    coming,
    kept,
)
from samenspel.model.week.learning import climate_of
from samenspel.model.week.members import count_members, is_member
from samenspel.model.week.supervision import (
    count_hosting,
    count_students,
    demand,
    is_mentored_outside,
    mentor_guidance,
    mentor_time,
    supervision_of,
    trainer_guidance,
    trainer_time,
)
from samenspel.model.week.workload import strain
from samenspel.model.year.newcomers import weeks_of


@rule
def have_lived(here: Here, years: Ints, first: Floats) -> None:
    """States of who is no newcomer: own start, and what is expected of the years since then, as they are at first."""
    p, s = here.settings[0], here.s
    reached = 1.0 - power(1.0 - p.belonging_rate, float(WEEKS))
    for i in range(s.key.size):
        if years[i] == 0:
            continue
        place = INSIDE if s.status[i] == Status.INSIDE else OUTSIDE
        cells = first[s.partnership[i], place, s.programme[i]]
        x, start = cells[years[i]], cells[0]
        s.teaching[i] = 1.0 - (1.0 - s.teaching[i]) * kept(x, start, 0)
        s.care[i] = 1.0 - (1.0 - s.care[i]) * kept(x, start, 1)
        s.collaboration[i] = 1.0 - (1.0 - s.collaboration[i]) * kept(x, start, 2)
        s.knowledge[i] = 1.0 - (1.0 - s.knowledge[i]) * kept(x, start, KNOWLEDGE)
        if 0.0 < start[BARRIER] < 1.0:
            odds = x[BARRIER] * (1.0 - start[BARRIER]) / ((1.0 - x[BARRIER]) * start[BARRIER])
            s.barrier[i] *= odds / (1.0 - s.barrier[i] + s.barrier[i] * odds)
        s.contacts[i], s.peer_support[i], s.engagement[i] = x[CONTACTS], x[PEERS], x[ENGAGEMENT]
        s.remembered[i] = x[REMEMBERED]
        better = (1.0 - p.belonging_peer) * (climate_of(p, here.o, s.site[i]) - p.climate_mean)
        s.belonging[i] = min(1.0, max(0.0, x[BELONGING] + reached * better))


@rule
def live_a_mean_year(here: Here) -> Floats:
    """Students have the supervision and support of a year like this; returns what tires mentors, mean over all weeks.

    Of students it is the mean over weeks of placement. The year falls into stretches in which the same are placed.
    """
    p, s, start = here.settings[0], here.s, next_change(here.settings[0], 0)
    placed, strains = np.zeros(s.key.size), np.zeros(here.m.key.size)
    supervision, support = np.zeros(s.key.size), np.zeros(s.key.size)
    while start <= WEEKS:
        end = next_change(p, start)
        supervise_on_average(here, start, (end - start) / WEEKS, strains)
        add_weeks(p, end - start, here.c, s, placed, supervision, support)
        start = end
    for i in range(placed.size):
        s.supervision[i], s.support[i] = supervision[i] / placed[i], support[i] / placed[i]
    return strains


@rule
def next_change(p: Parameters, week: int) -> int:
    """The first week after this one in which the placement of somebody begins, or has ended; or the next year does."""
    found = WEEKS + 1
    for change in (1, p.year_1_first_week, WEEKS + 1 - p.final_weeks, p.final_weeks + 1):
        if week < change < found:
            found = change
    return found


@rule
def add_weeks(p: Parameters, weeks: int, c: CommunityColumns, s: StudentColumns, placed: Floats, supervision: Floats,
              support: Floats) -> None:  # fmt: skip
    """Add so many weeks of supervision and support to those who are placed in them."""
    for i in range(placed.size):
        if s.placed[i]:
            placed[i] += weeks
            supervision[i] += weeks * supervision_of(p, c, s, i)
            support[i] += weeks * s.support[i]


@rule
def supervise_on_average(here: Here, week: int, part: float, strains: Floats) -> None:
    """A week like those of a stretch, which is a part of the year: everybody misses the mean of what meetings take."""
    p, s, m, c = here.settings[0], here.s, here.m, here.c
    for i in range(s.key.size):
        s.placed[i] = s.first_week[i] <= week <= s.last_week[i]
        s.days_now[i] = s.days[i] if s.placed[i] else 0.0
    carry(here)
    alone = m.load.copy()
    miss_meetings(p, s, c)
    carry(here)
    add_strain(p, part, alone, m, c, strains)
    mentor_guidance(p, s, m)
    count_members(p, s, c)
    count_hosting(m, c)
    trainer_time(p, c, here.t, here.b, here.i, here.lead)
    trainer_guidance(p, s, c)


@rule
def miss_meetings(p: Parameters, s: StudentColumns, c: CommunityColumns) -> None:
    """Meetings take the same part of every week of members who are placed."""
    for i in range(s.key.size):
        if s.placed[i] and is_member(s, c, i) and p.with_peer_learning:
            came = coming(p, s.programme[i], s.engagement[i]) / c.meeting_interval[s.cluster[i]]
            s.days_now[i] = max(0.0, s.days[i] - came * p.meeting_hours / HOURS_PER_DAY)


@rule
def add_strain(p: Parameters, part: float, alone: Floats, m: MentorColumns, c: CommunityColumns,
               strains: Floats) -> None:  # fmt: skip
    """Add the mean strain of mentors in a part of the year, by their load without and with meetings."""
    for k in range(m.role.size):
        strains[k] += part * strain_of(p, alone[k], m.load[k], c.meeting_interval[m.cluster[k]])


@rule
def carry(here: Here) -> None:
    """What students ask of mentors."""
    p = here.settings[0]
    demand(p, here.s)
    count_students(p, here.s, here.m, here.o)
    mentor_time(p, here.m, here.o, here.b)


@rule
def strain_of(p: Parameters, alone: float, mean: float, interval: int) -> float:
    """Mean strain at this load in weeks without a meeting and this mean load over all."""
    meeting = max(0.0, interval * mean - (interval - 1) * alone)
    return strain(p, meeting) / interval + (1.0 - 1.0 / interval) * strain(p, alone)


@rule
def forgotten(p: Parameters, s: StudentColumns, i: int, years: int) -> float:
    """What so many years of placement leave of the memory that a student began with."""
    weeks = 0
    for year in range(1, years + 1):
        first, last = weeks_of(p, s.key[i], s.programme[i], year)
        weeks += last + 1 - first
    return power(1.0 - p.memory_rate, float(weeks))


@rule
def have_been_supervised(p: Parameters, years: Ints, travel: Floats, s: StudentColumns) -> None:
    """Memories of who is no newcomer, and engagement by the own supervision and travel."""
    reached = 1.0 - power(1.0 - p.engagement_rate, float(WEEKS))
    for i in range(s.key.size):
        if years[i] == 0:
            continue
        expected, new = s.remembered[i], forgotten(p, s, i, years[i])
        s.remembered[i] = s.supervision[i] + new * (SUPERVISION_REFERENCE - s.supervision[i])
        if s.status[i] == Status.INSIDE or is_mentored_outside(p, s.status[i]):
            s.felt_support[i] = s.support[i] + new * (1.0 - s.support[i])
        better = p.engagement_supervision * (s.remembered[i] - expected)
        if s.status[i] == Status.INSIDE:
            far = s.travel[i] / (s.travel[i] + p.travel_half)
            better -= p.engagement_travel * (far - travel[s.partnership[i], INSIDE])
        s.engagement[i] = min(1.0, max(0.0, s.engagement[i] + reached * better))


@rule
def tire_on_average(p: Parameters, strains: Floats, m: MentorColumns) -> None:
    """Fatigue after summer of who carries the load of this start every year."""
    if not p.with_fatigue or p.fatigue_recovery <= 0.0:
        return
    left = power(1.0 - p.fatigue_recovery, float(WEEKS))
    share = p.fatigue_summer * (1.0 - left) / (1.0 - p.fatigue_summer * left)
    for k in range(m.role.size):
        if m.role[k] == Role.ACTIVE:
            aim = min(1.0, max(0.0, m.base[k] + p.fatigue_rate / p.fatigue_recovery * strains[k]))
            m.fatigue[k] = m.base[k] + share * (aim - m.base[k])
