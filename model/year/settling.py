"""Everybody finds a place for a school year: order of rows, study plans, mentors, parts, the leadership's work."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.mentors import MentorPlaces
from samenspel.agents.organisations import Stage
from samenspel.agents.students import Exit, Status
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.state import SUMS, ModelState, columns_of
from samenspel.model.year.asking import ask_mentors
from samenspel.model.year.growth import candidate_boards
from samenspel.model.year.newcomers import study_plan
from samenspel.model.year.placement import split_communities

WEEK_STATES = (
    "attended", "placed", "days_now", "hours_asked", "support", "guidance", "trainer_guidance", "trainer_contact",
    "session_contact", "supervision", "shortfalls", "help", "contact_share", "contact_facilitation",
    "weeks_placed", *SUMS,
)  # fmt: skip


def settle(here: ModelState, *, keep_mentors: bool = False) -> None:
    """Students in order of cluster, with mentors and parts; the week's states start at 0."""
    _arrange_students(here)
    clear_week(here)
    here.went_at_midyear = columns_of(here, np.zeros(0, np.intp))
    plan_work(here)
    _count_members(here)
    ask_mentors(here, keep_all=keep_mentors)
    split_communities(here)
    ask_leadership(here)


def clear_week(here: ModelState) -> None:
    """The states of a week are 0 before the first of a year."""
    for name in WEEK_STATES:
        here.students.column(name)[:] = 0


def _arrange_students(here: ModelState) -> None:
    """By partnership, cluster and key; within a partnership those without a cluster come last."""
    s = here.students
    cluster = s.column("cluster").astype(np.int64)
    last = np.where(cluster < 0, here.communities.size, cluster)
    _arrange(here, np.lexsort((s.column("key"), last, s.column("partnership"))))


def _arrange(here: ModelState, order: NDArray[np.intp]) -> None:
    """Keep these students, in this order; who shares a placement finds the other."""
    s = here.students
    row_of = np.full(s.size + 1, -1, np.int32)  # the last is where a duo of -1 looks
    row_of[order] = np.arange(order.size)
    s.column("duo")[:] = row_of[s.column("duo")]
    s.arrange(order)


def _count_members(here: ModelState) -> None:
    """Where each community's students stand; what it adds up over the year starts at 0."""
    c, cluster = here.communities.rows(), here.students.column("cluster")
    inside = np.flatnonzero(cluster >= 0)
    at = cluster[inside]
    c.first[:] = 0
    c.first[at[::-1]] = inside[::-1]
    c.end[:] = c.first + np.bincount(at, minlength=c.key.size)
    c.year_trainer_time[:] = c.year_hosting[:] = c.year_overloaded[:] = 0.0


def forget_who_left(here: ModelState) -> None:
    """Who left is counted, and has no row any more."""
    status, kinds = here.students.column("status"), here.students.column("exit_kind")
    left = status == Status.LEFT
    here.departed += np.bincount(kinds[left], minlength=len(Exit))
    _arrange(here, np.flatnonzero(~left))


def plan_work(here: ModelState) -> None:
    """Where mentors stand, and what follows from study years."""
    here.mentor_places = find_mentors(here)
    plan_studies(here)


def plan_studies(here: ModelState) -> None:
    """Placement days and weeks, hours needed and hazard of every student."""
    study_plan(here.settings[0], here.students.rows())


def find_mentors(here: ModelState) -> MentorPlaces:
    """Where the mentors of every site and every cluster stand: in that order."""
    m = here.mentors.rows()
    found: dict[str, NDArray[np.int64]] = {}
    for name, at, count in (("site", m.site, here.sites.size), ("cluster", m.cluster, here.communities.size)):
        first = np.zeros(count, np.int64)
        first[at[::-1]] = np.arange(at.size)[::-1]
        found |= {f"{name}_first": first, f"{name}_end": first + np.bincount(at, minlength=count)}
    return MentorPlaces.of(**found)


def ask_leadership(here: ModelState) -> None:
    """The hours that the leadership's work asks in the school year of the next week (RULES 3.11)."""
    p, b, c = here.p, here.boards.rows(), here.communities.rows()
    count = here.partnership_count
    members = np.bincount(b.partnership[b.stage == Stage.MEMBER], minlength=count)
    clusters = np.bincount(c.partnership, minlength=count)
    mbo = np.bincount(c.partnership[c.has_mbo], minlength=count)
    talks = np.zeros(count)
    if p.growth_boards and here.week // WEEKS + 1 >= p.growth_start_year:
        talks += [np.count_nonzero(b.stage[candidate_boards(here, k)] != Stage.MEMBER) for k in range(count)]
    here.leaderships.column("asked")[:] = (
        p.leadership_board_hours * members
        + p.leadership_cluster_hours * clusters
        + p.leadership_trainer_hours * 2 * clusters  # the pair: school and institute trainer
        + p.leadership_accession_hours * talks
        + p.leadership_mbo_hours * mbo
    )
