"""A school week, in the order of RULES 3: this function is the diary of the week."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents.columns import Floats, Ints, Settings
from agents.compiled import rule
from model.contact import barrier_follows_contact
from model.engagement import engage, leave
from model.indicators import record_mentors, record_organisations, record_students
from model.leadership import fall_behind
from model.learning import learn_at_work
from model.meeting import attendance, is_meeting_week, meet, peer_support_follows
from model.supervision import (
    FIRST_MBO,
    INSIDE,
    TEACHER,
    count_hosting,
    count_members,
    count_students,
    demand,
    full_hours,
    mentor_guidance,
    mentor_time,
    settle_trainers,
    supervision_quality,
    trainer_guidance,
    trainer_time,
)
from model.workload import give_up, reassign, tire


@rule
def pay_mentors(
    p: Settings, kind: Ints, students: Ints, board: Ints, board_factor: Floats, teacher_hours: Floats,
    care_hours: Floats,
) -> None:  # fmt: skip
    """A mentor with students this week is paid the facilitated hours."""
    for m in range(kind.size):
        if students[m] > 0:
            hours = full_hours(p, kind[m], board_factor[board[m]])
            if kind[m] == TEACHER:
                teacher_hours[board[m]] += hours
            else:
                care_hours[board[m]] += hours


@rule
def count_hbo(status: Ints, programme: Ints, site: Ints, hbo_students: Ints) -> None:
    """Inside hbo students per site after the first week: the count that money follows."""
    hbo_students[:] = 0
    for i in range(status.size):
        if status[i] == INSIDE and programme[i] < FIRST_MBO:
            hbo_students[site[i]] += 1


@rule
def school_weeks(
    settings: Any, seed: Any, school_year: int, week: int, week_of_year: int, count: int, s: Any, m: Any,
    t: Any, o: Any, c: Any, b: Any, i: Any, lead: Any, places: Any, record: Any,
) -> None:  # fmt: skip
    """Run `count` school weeks.

    Arguments are the parameters, where we are in time, and the columns of students `s`, mentors `m`, trainers `t`,
    sites `o`, communities `c`, boards `b`, institutes `i` and leaderships `lead`; `places` says which mentors stand at
    a site and in a cluster; `record` gets one row a week.
    """
    p = settings[0]
    scratch = np.empty(s.key.size)
    for n in range(count):
        now, w = week + n, week_of_year + n
        meeting = is_meeting_week(p, w)
        r = record[n]
        r.school_year, r.week = school_year, w

        attendance(
            p, seed, now, meeting, s.status, s.programme, s.year, s.key, s.available, s.engagement, s.days,
            s.attended, s.days_now,
        )  # fmt: skip
        demand(p, s.status, s.need, s.days_now, s.peer_support, s.hours_asked)
        count_students(s.status, s.hours_asked, s.mentor, m.students, m.hours_asked)
        mentor_time(
            p, m.kind, m.role, m.board, m.fatigue, m.students, m.hours_asked, m.hours_available, m.load, b.hours_factor
        )
        pay_mentors(p, m.kind, m.students, m.board, b.hours_factor, b.paid_teacher_hours, b.paid_care_hours)
        mentor_guidance(
            p, s.status, s.programme, s.mentor, m.kind, m.role, m.interprofessional, m.skill, m.load,
            s.support, s.guidance,
        )  # fmt: skip
        count_members(p, c.first, c.end, s.status, s.programme, s.year, c.students, c.members, c.mbo_share)
        count_hosting(m.role, m.students, m.new, m.cluster, c.hosting, c.new_hosting)
        trainer_time(
            p, c.board, c.partnership, c.sites, c.parts, c.members, c.mbo_share, c.hosting, c.new_hosting,
            c.extra_hours, c.coordination, c.trainer_time, c.skill, c.familiarity, c.seats,
            t.present, t.vacant_weeks, t.hours, t.skill, t.familiarity,
            b.hours_factor, i.hours_factor, i.pool, lead.backlog,
        )  # fmt: skip
        trainer_guidance(
            p, c.first, c.end, c.trainer_time, c.skill, c.familiarity, c.seats, s.status, s.remembered,
            s.trainer_guidance,
        )  # fmt: skip
        settle_trainers(p, t.present, t.vacant_weeks, t.familiarity)
        supervision_quality(
            p, s.status, s.guidance, s.trainer_guidance, s.support, s.supervision, s.remembered, s.felt_support
        )
        meet(
            p, seed, now, w, c.first, c.end, c.maturity, c.trainer_time, c.subgroups, c.facilitation,
            s.key, s.programme, s.year, s.part, s.attended, s.barrier,
            s.teaching, s.care, s.collaboration, s.knowledge, s.help, s.contact_share, s.contact_facilitation,
        )  # fmt: skip
        peer_support_follows(p, s.status, s.help, s.peer_support)
        barrier_follows_contact(p, s.programme, s.contact_share, s.contact_facilitation, s.barrier, s.contacts)
        learn_at_work(
            p, s.status, s.programme, s.site, o.climate, s.days_now, s.supervision, s.teaching, s.care, s.collaboration
        )
        tire(p, m.role, m.load, m.base, m.fatigue)
        if give_up(p, seed, now, m.key, m.role, m.students, m.fatigue):
            reassign(
                p, s.status, s.programme, s.site, s.cluster, s.hours_asked, s.mentor,
                m.kind, m.role, m.board, m.fatigue, m.hours_asked, m.hours_available, m.load, b.hours_factor,
                places.site_first, places.site_end, places.cluster_first, places.cluster_end,
            )  # fmt: skip
        engage(
            p, s.status, s.programme, s.year, s.site, o.climate, s.travel, s.remembered, s.peer_support,
            s.belonging, s.engagement,
        )  # fmt: skip
        leave(p, seed, now, s.key, s.programme, s.hazard, s.engagement, s.remembered, s.status, s.exit_kind)
        fall_behind(p, lead.asked, lead.backlog)

        record_students(
            p, r, scratch, s.status, s.exit_kind, s.programme, s.year, s.wish, s.wish_met, s.available, s.cluster,
            s.travel, s.teaching, s.care, s.collaboration, s.knowledge, s.engagement, s.peer_support, s.barrier,
            s.felt_support, s.attended, s.hours_asked, s.support, s.supervision,
            s.weeks_inside, s.year_supervision, s.year_adequate, s.year_support,
        )  # fmt: skip
        record_mentors(p, r, m.role, m.students, m.load, m.fatigue, m.cluster, c.year_overloaded, c.year_hosting)
        record_organisations(
            p, r, meeting, c.trainer_time, c.subgroups, c.facilitation, c.unplaced, c.year_trainer_time,
            b.stage, b.hours_factor, lead.backlog,
        )  # fmt: skip
        if w == 1:
            count_hbo(s.status, s.programme, s.site, o.hbo_students)
