"""A school week, in the order of RULES 3: this function is the diary of the week."""

from __future__ import annotations

from typing import Any

import numpy as np

from samenspel.agents.compiled import rule
from samenspel.agents.everybody import Everybody
from samenspel.agents.organisations import SiteColumns
from samenspel.agents.students import FIRST_MBO, Status, StudentColumns, Track
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.luck.draws import Seed
from samenspel.model.week.contact import barrier_follows_contact
from samenspel.model.week.engagement import engage, leave
from samenspel.model.week.leadership import fall_behind
from samenspel.model.week.learning import learn_at_work
from samenspel.model.week.meeting import attendance, call_meetings, meet, peer_support_follows
from samenspel.model.week.members import count_members
from samenspel.model.week.record import add_to_year, record_week
from samenspel.model.week.supervision import (
    count_hosting,
    count_students,
    demand,
    mentor_guidance,
    mentor_time,
    pay_mentors,
    settle_trainers,
    supervision_quality,
    trainer_guidance,
    trainer_time,
)
from samenspel.model.week.workload import give_up, reassign, tire


@rule
def count_funded(w: int, s: StudentColumns, o: SiteColumns) -> None:
    """Inside hbo students and BBL students per site after the first week: the counts that money follows."""
    if w != 1:
        return
    o.hbo_students[:] = 0
    o.bbl_students[:] = 0
    for i in range(s.status.size):
        if s.status[i] == Status.INSIDE:
            if s.programme[i] < FIRST_MBO:
                o.hbo_students[s.site[i]] += 1
            elif s.track[i] == Track.BBL:
                o.bbl_students[s.site[i]] += 1


@rule
def school_weeks(
    settings: Any, seed: Seed, week: int, count: int, everybody: Everybody, record: Any, unseen: int
) -> None:
    """Run `count` school weeks of one year, from this week on.

    Arguments are the parameters, where we are in time, and all agents; `record` gets one row a week, of which the first
    `unseen` stay without indicators.
    """
    school_year, passed = (week - 1) // WEEKS + 1, (week - 1) % WEEKS
    p, scratch = settings[0], np.empty(everybody.s.key.size)
    s, m, t, o, c = everybody.s, everybody.m, everybody.t, everybody.o, everybody.c
    b, i, lead, places = everybody.b, everybody.i, everybody.lead, everybody.places
    for n in range(count):
        now, w, r = week + n, passed + 1 + n, record[n]
        meeting = call_meetings(p, w, c)
        r.school_year, r.week = school_year, w

        attendance(p, seed, now, w, meeting, s, c)
        demand(p, s)
        count_students(p, s, m, o)
        mentor_time(p, m, o, b)
        pay_mentors(p, m, b)
        mentor_guidance(p, s, m)
        count_members(p, s, c)
        count_hosting(m, c)
        trainer_time(p, c, t, b, i, lead)
        trainer_guidance(p, s, c)
        settle_trainers(p, t)
        supervision_quality(p, s, c)
        meet(p, seed, now, meeting, s, c)
        peer_support_follows(p, s)
        barrier_follows_contact(p, s)
        learn_at_work(p, s, m, o)
        tire(p, m)
        if give_up(p, seed, now, m):
            reassign(p, s, m, b, places)
        engage(p, s, o, c)
        leave(p, seed, now, s)
        fall_behind(p, lead)

        add_to_year(s, m, c)
        record_week(p, r, scratch, everybody, n >= unseen)
        count_funded(w, s, o)
