"""Everybody finds a place for a school year: order of rows, study plans, mentors, parts, the leadership's work."""

from __future__ import annotations

import numpy as np

from samenspel.agents.columns import Ints, resize
from samenspel.agents.compiled import rule
from samenspel.agents.organisations import Stage
from samenspel.agents.rows import arrange, rows_above, sort_by
from samenspel.agents.students import Status, StudentColumns
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.here import Here
from samenspel.model.year.asking import ask_mentors
from samenspel.model.year.growth import candidate_boards
from samenspel.model.year.newcomers import study_plan
from samenspel.model.year.placement import split_communities


@rule
def settle(here: Here, keep_mentors: bool) -> None:
    """Students in order of cluster, with mentors and parts; the week's states start at 0."""
    arrange_students(here)
    clear_week(here.s)
    resize(here.gone, 0)
    plan_work(here)
    count_members(here)
    ask_mentors(here, keep_mentors)
    split_communities(here)
    ask_leadership(here)


@rule
def clear_week(s: StudentColumns) -> None:
    """The states of a week, and the sums of a year, are 0 before the first of a year."""
    for i in range(s.key.size):
        s.attended[i] = s.placed[i] = False
        s.days_now[i] = s.hours_asked[i] = s.support[i] = s.guidance[i] = s.trainer_guidance[i] = 0.0
        s.trainer_contact[i] = s.session_contact[i] = s.supervision[i] = s.help[i] = 0.0
        s.contact_share[i] = s.contact_facilitation[i] = 0.0
        s.shortfalls[i] = s.weeks_placed[i] = 0
        s.weeks_inside[i] = s.year_supervision[i] = s.year_support[i] = s.year_adequate[i] = 0.0
        s.year_short_of_time[i] = s.year_short_of_contact[i] = s.year_short_of_quality[i] = 0.0
        s.year_restored_by_time[i] = s.year_restored_by_contact[i] = s.year_restored_by_quality[i] = 0.0


# --- rows ---


@rule
def arrange_students(here: Here) -> None:
    """By partnership, cluster and key; within a partnership those without a cluster come last."""
    s, last = here.s, np.empty(here.s.key.size, np.int32)  # half the memory, where a start takes most
    for i in range(last.size):
        last[i] = here.c.key.size if s.cluster[i] < 0 else s.cluster[i]
    order = np.arange(last.size)
    sort_by(s.key, order)
    sort_by(last, order)
    sort_by(s.partnership, order)
    keep_in_order(here, order)


@rule
def keep_in_order(here: Here, order: Ints) -> None:
    """Keep these students, in this order; who shares a placement finds the other."""
    s, row_of = here.s, np.full(here.s.key.size, -1)
    for n in range(order.size):
        row_of[order[n]] = n
    for i in range(row_of.size):
        if s.duo[i] >= 0:
            s.duo[i] = row_of[s.duo[i]]
    arrange(s, order)
    resize(s, order.size)
    here.now[0].moved += 1


@rule
def forget_who_left(here: Here) -> None:
    """Who left is counted, and has no row any more."""
    s = here.s
    for i in range(s.key.size):
        if s.status[i] == Status.LEFT:
            here.departed[s.exit_kind[i]] += 1
    keep_in_order(here, rows_above(s.status, Status.LEFT))


@rule
def count_members(here: Here) -> None:
    """Where each community's students stand; what it adds up over the year starts at 0."""
    s, c = here.s, here.c
    for k in range(c.key.size):
        c.first[k] = c.end[k] = 0
        c.year_trainer_time[k] = c.year_hosting[k] = c.year_overloaded[k] = 0.0
    for i in range(s.key.size):
        if s.cluster[i] >= 0:
            note_row(i, s.cluster[i], c.first, c.end)


@rule
def note_row(row: int, group: int, first: Ints, end: Ints) -> None:
    """A row more of a group; rows of a group follow each other, and `end` is 0 before the first."""
    if end[group] == 0:
        first[group] = row
    end[group] = row + 1


# --- plans ---


@rule
def plan_work(here: Here) -> None:
    """Where mentors stand, and what follows from study years."""
    find_mentors(here)
    plan_studies(here)


@rule
def plan_studies(here: Here) -> None:
    """Placement days and weeks, hours needed and hazard of every student."""
    study_plan(here.settings[0], here.s)


@rule
def find_mentors(here: Here) -> None:
    """Where the mentors of every site and every cluster stand: in that order."""
    m, places = here.m, here.places
    places.site_first[:], places.site_end[:] = 0, 0
    places.cluster_first[:], places.cluster_end[:] = 0, 0
    for k in range(m.key.size):
        note_row(k, m.site[k], places.site_first, places.site_end)
        note_row(k, m.cluster[k], places.cluster_first, places.cluster_end)


@rule
def ask_leadership(here: Here) -> None:
    """The hours that the leadership's work asks in the school year of the next week (RULES 3.11)."""
    p, b, c, now, asked = here.settings[0], here.b, here.c, here.now[0], here.lead.asked
    members, clusters, mbo = np.zeros(asked.size), np.zeros(asked.size), np.zeros(asked.size)
    talks = np.zeros(asked.size)
    for n in range(b.key.size):
        members[b.partnership[n]] += b.stage[n] == Stage.MEMBER
    for k in range(c.key.size):
        clusters[c.partnership[k]] += 1.0
        mbo[c.partnership[k]] += c.has_mbo[k]
    if p.growth_boards and now.week // WEEKS + 1 >= p.growth_start_year:
        candidates = candidate_boards(here)
        for n in range(b.key.size):
            talks[b.partnership[n]] += candidates[n] and b.stage[n] != Stage.MEMBER
    for k in range(asked.size):
        asked[k] = (
            p.leadership_board_hours * members[k]
            + p.leadership_cluster_hours * clusters[k]
            + p.leadership_trainer_hours * 2.0 * clusters[k]  # the pair: school and institute trainer
            + p.leadership_accession_hours * talks[k]
            + p.leadership_mbo_hours * mbo[k]
        )
