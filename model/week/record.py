"""What is recorded at the end of a school week, and what of it a year adds up."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from samenspel.agents.columns import Floats
from samenspel.agents.compiled import part_of_rule, rule
from samenspel.agents.everybody import Everybody
from samenspel.agents.mentors import MentorColumns, Role
from samenspel.agents.organisations import CommunityColumns
from samenspel.agents.students import FIRST_MBO, Exit, Floor, Programme, Status, StudentColumns
from samenspel.model.declared.constants import FATIGUE_THRESHOLD
from samenspel.model.declared.indicators import MEASURED, Measure, ratio
from samenspel.model.declared.parameters import Parameters
from samenspel.model.week.members import is_member

ALL_SHORT = Floor.TIME + Floor.CONTACT + Floor.QUALITY


@rule
def bring_in_place(values: Floats, n: int, rank: int) -> None:
    """Reorder the first n values so that those before `rank` are not larger, and those after it not smaller.

    Hoare's selection. Numba's own `partition` and `sort` would take a fifth of the time that a first run compiles.
    """
    low, high = 0, n - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if rank <= j:
            high = j
        elif rank >= i:
            low = i
        else:
            return


@rule
def tenth_percentile(values: Floats, n: int) -> float:
    """The 10th percentile of the first n values, linear at rank 0.1·(n − 1); NaN over nobody. Reorders them."""
    if n == 0:
        return np.nan
    rank = 0.1 * (n - 1)
    low = int(rank)
    bring_in_place(values, n, low)
    above = values[min(low + 1, n - 1)]
    for i in range(low + 2, n):
        above = min(above, values[i])
    return values[low] + (rank - low) * (above - values[low])


@rule
def record_students(r: Any, scratch: Floats, s: StudentColumns, c: CommunityColumns) -> None:
    """Everything that is counted over students."""
    record_supervision(r, scratch, s)
    record_learning(r, s)
    record_members(r, s, c)
    record_coverage(r, s)
    record_places(r, s)
    record_departures(r, s)


@rule
def record_supervision(r: Any, scratch: Floats, s: StudentColumns) -> None:
    """The quality of supervision of who has a placement this week; outside, who is adequately supervised."""
    hbo = mbo = outside = ok_hbo = ok_mbo = ok_outside = 0
    s_hbo = s_mbo = 0.0
    short = np.zeros(ALL_SHORT + 1)
    top = s.status.size
    for i in range(s.status.size):
        if s.status[i] == Status.LEFT or not s.placed[i]:
            continue
        quality = s.supervision[i]
        adequate = s.shortfalls[i] == 0
        if s.status[i] == Status.OUTSIDE:
            outside += 1
            ok_outside += adequate
            continue
        short[s.shortfalls[i]] += 1
        if s.programme[i] >= FIRST_MBO:
            mbo += 1
            s_mbo += quality
            ok_mbo += adequate
            scratch[top - mbo] = quality
        else:
            scratch[hbo] = quality
            hbo += 1
            s_hbo += quality
            ok_hbo += adequate
    r.supervision_mean = ratio(s_hbo + s_mbo, hbo + mbo)
    r.supervision_mean_hbo = ratio(s_hbo, hbo)
    r.supervision_mean_mbo = ratio(s_mbo, mbo)
    r.supervision_adequate_share = ratio(ok_hbo + ok_mbo, hbo + mbo)
    r.supervision_adequate_share_hbo = ratio(ok_hbo, hbo)
    r.supervision_adequate_share_mbo = ratio(ok_mbo, mbo)
    r.supervision_adequate_share_region = ratio(ok_hbo + ok_outside, hbo + outside)
    record_shortfalls(r, short, hbo + mbo)
    record_tenth_percentiles(r, scratch, hbo, mbo)


@rule
def record_shortfalls(r: Any, short: Floats, inside: int) -> None:
    """Who falls short of which floor; `short` counts the students inside by their `shortfalls`."""
    of_time = of_contact = of_quality = 0.0
    for floors in range(ALL_SHORT + 1):
        of_time += short[floors] if floors & Floor.TIME else 0.0
        of_contact += short[floors] if floors & Floor.CONTACT else 0.0
        of_quality += short[floors] if floors & Floor.QUALITY else 0.0
    r.short_of_time_share = ratio(of_time, inside)
    r.short_of_contact_share = ratio(of_contact, inside)
    r.short_of_quality_share = ratio(of_quality, inside)
    r.restored_by_time_share = ratio(short[Floor.TIME.value], inside)
    r.restored_by_contact_share = ratio(short[Floor.CONTACT.value], inside)
    r.restored_by_quality_share = ratio(short[Floor.QUALITY.value], inside)


@rule
def record_tenth_percentiles(r: Any, scratch: Floats, hbo: int, mbo: int) -> None:
    """Of supervision quality; in `scratch`, hbo students stand at the start and mbo students at the end."""
    top = scratch.size
    r.supervision_p10_hbo = tenth_percentile(scratch, hbo)
    if mbo > 0:
        r.supervision_p10_mbo = tenth_percentile(scratch[top - mbo :], mbo)
        for j in range(mbo):
            scratch[hbo + j] = scratch[top - mbo + j]  # forwards: the two ranges may overlap
        r.supervision_p10 = tenth_percentile(scratch, hbo + mbo)
    else:
        r.supervision_p10_mbo = np.nan
        r.supervision_p10 = r.supervision_p10_hbo


@rule
def record_learning(r: Any, s: StudentColumns) -> None:
    """Who is inside, what they ask and get, and what they have become."""
    hbo = mbo = placed = 0
    felt = asked = given = teaching = care = collaboration = engaged = 0.0
    for i in range(s.status.size):
        if s.status[i] == Status.INSIDE:
            hbo += s.programme[i] < FIRST_MBO
            mbo += s.programme[i] >= FIRST_MBO
            if s.placed[i]:
                placed += 1
                felt += s.felt_support[i]
            asked += s.hours_asked[i]
            given += s.hours_asked[i] * s.support[i]
            teaching += s.teaching[i]
            care += s.care[i]
            collaboration += s.collaboration[i]
            engaged += s.engagement[i]
    r.students_inside, r.students_mbo = hbo, mbo
    inside = hbo + mbo
    r.felt_support = ratio(felt, placed)
    r.mentor_hours_asked = asked
    r.mentor_hours_given = given
    r.competence_teaching = ratio(teaching, inside)
    r.competence_care = ratio(care, inside)
    r.competence_collaboration = ratio(collaboration, inside)
    r.engagement = ratio(engaged, inside)


@rule
def record_members(r: Any, s: StudentColumns, c: CommunityColumns) -> None:
    """What is counted over members of learning communities; who comes is asked of those placed, where one meets."""
    members = asked = came = 0
    peers = known = barrier = 0.0
    for i in range(s.status.size):
        if is_member(s, c, i):
            members += 1
            asked += s.placed[i] and c.meets[s.cluster[i]]
            came += s.attended[i]
            peers += s.peer_support[i]
            known += s.knowledge[i]
            barrier += s.barrier[i]
    r.attendance_share = ratio(came, asked)
    r.peer_support = ratio(peers, members)
    r.knowledge_other_profession = ratio(known, members)
    r.status_barrier = ratio(barrier, members)


@rule
def record_coverage(r: Any, s: StudentColumns) -> None:
    """Which hbo students are inside and which outside."""
    inside = outside = placeable = fulltime_in = fulltime = parttime_in = parttime = 0
    for i in range(s.status.size):
        is_in = s.status[i] == Status.INSIDE
        if s.programme[i] >= FIRST_MBO or not (is_in or s.status[i] == Status.OUTSIDE):
            continue
        is_parttime = s.programme[i] == Programme.PARTTIME
        is_fulltime = not is_parttime and s.programme[i] != Programme.PEDAGOGY
        if is_in:
            inside += 1
            parttime_in += is_parttime
            fulltime_in += is_fulltime
        else:
            outside += 1
            placeable += not is_parttime or s.available[i]
            parttime += is_parttime
            fulltime += is_fulltime
    r.students_unplaced = placeable
    r.coverage = ratio(inside, inside + outside)
    r.coverage_fulltime = ratio(fulltime_in, fulltime_in + fulltime)
    r.coverage_parttime = ratio(parttime_in, parttime_in + parttime)


@rule
def record_places(r: Any, s: StudentColumns) -> None:
    """How the places of hbo students suit them."""
    wished = unmet = 0
    travelled = 0.0
    for i in range(s.status.size):
        if s.status[i] == Status.INSIDE and s.programme[i] < FIRST_MBO:
            travelled += s.travel[i]
            if s.wish[i] and s.year[i] >= 3:
                wished += 1
                unmet += not s.wish_met[i]
    r.denomination_unmet_share = ratio(unmet, wished)
    r.travel_km = ratio(travelled, r.students_inside)


@rule
def record_departures(r: Any, s: StudentColumns) -> None:
    """Who stopped or switched this year, of those who were inside."""
    hbo = mbo = 0
    for i in range(s.status.size):
        if s.cluster[i] >= 0 and Exit.STOP <= s.exit_kind[i] <= Exit.SWITCH and s.status[i] == Status.LEFT:
            if s.programme[i] >= FIRST_MBO:
                mbo += 1
            else:
                hbo += 1
    r.dropout_rate = ratio(hbo, r.students_inside + hbo)
    r.dropout_rate_mbo = ratio(mbo, r.students_mbo + mbo)


@rule
def add_to_year(s: StudentColumns, m: MentorColumns, c: CommunityColumns) -> None:
    """What this week adds to the sums of the year."""
    add_placement(s)
    add_hosting(m, c)
    for k in range(c.trainer_time.size):
        c.year_trainer_time[k] += c.trainer_time[k]


@rule
def add_placement(s: StudentColumns) -> None:
    """What a week of placement adds to a student's year."""
    for i in range(s.status.size):
        if s.status[i] == Status.INSIDE and s.placed[i]:
            s.weeks_inside[i] += 1.0
            s.year_supervision[i] += s.supervision[i]
            s.year_adequate[i] += s.shortfalls[i] == 0
            s.year_support[i] += s.support[i]
            if s.shortfalls[i] > 0:
                add_shortfalls(s, i)


@rule
def add_shortfalls(s: StudentColumns, i: int) -> None:
    """What a week that is not adequate adds to a student's year."""
    short = s.shortfalls[i]
    s.year_short_of_time[i] += short & Floor.TIME > 0
    s.year_short_of_contact[i] += short & Floor.CONTACT > 0
    s.year_short_of_quality[i] += short & Floor.QUALITY > 0
    s.year_restored_by_time[i] += short == Floor.TIME
    s.year_restored_by_contact[i] += short == Floor.CONTACT
    s.year_restored_by_quality[i] += short == Floor.QUALITY


@rule
def add_hosting(m: MentorColumns, c: CommunityColumns) -> None:
    """Mentors who host this week, and those of them with too much, by community."""
    for k in range(m.role.size):
        if m.role[k] != Role.EMPTY and m.load[k] > 0.0 and m.students[k] > 0:
            c.year_hosting[m.cluster[k]] += 1.0
            c.year_overloaded[m.cluster[k]] += m.load[k] > 1.0


@rule
def record_mentors(r: Any, m: MentorColumns) -> None:
    """Everything that is counted over mentors."""
    hosting = overloaded = withdrawn = mentors = tired = 0
    loads = 0.0
    for k in range(m.role.size):
        if m.role[k] == Role.EMPTY:
            continue
        mentors += 1
        withdrawn += m.role[k] == Role.WITHDRAWN
        tired += m.fatigue[k] > FATIGUE_THRESHOLD
        if m.load[k] > 0.0 and m.students[k] > 0:
            hosting += 1
            loads += m.load[k]
            overloaded += m.load[k] > 1.0
    r.mentor_overload_share = ratio(overloaded, hosting)
    r.mentor_load = ratio(loads, hosting)
    r.mentor_withdrawn_share = ratio(withdrawn, mentors)
    r.mentor_fatigued_share = ratio(tired, mentors)


@rule
def record_empty_seats(r: Any, c: CommunityColumns) -> None:
    """What communities add to the count over students."""
    empty_seats = 0
    for k in range(c.unplaced.size):
        empty_seats += c.unplaced[k]
    r.students_unplaced += empty_seats


type Write = Callable[[Parameters, Any, Everybody], None]


def _writes(name: str, measure: Measure) -> Write:
    """Write one indicator that is measured by a function of its own."""

    @part_of_rule
    def write(p: Parameters, r: Any, everybody: Everybody) -> None:
        r[name] = measure(p, everybody)

    return write


def _both(first: Write, then: Write) -> Write:
    """Two writes as one: compiled rules cannot go through a list of functions."""

    @part_of_rule
    def write(p: Parameters, r: Any, everybody: Everybody) -> None:
        first(p, r, everybody)
        then(p, r, everybody)

    return write


_write_all = reduce(_both, (_writes(name, measure) for name, measure in MEASURED.items()))


@rule
def record_measured(p: Parameters, r: Any, everybody: Everybody) -> None:
    """Every indicator that has a function of its own."""
    _write_all(p, r, everybody)


@rule
def record_week(p: Parameters, r: Any, scratch: Floats, everybody: Everybody, wanted: bool) -> None:
    """Every indicator of this week, where somebody wants to know."""
    if not wanted:
        return
    s, m, c = everybody.s, everybody.m, everybody.c
    record_students(r, scratch, s, c)
    record_mentors(r, m)
    record_empty_seats(r, c)
    record_measured(p, r, everybody)
