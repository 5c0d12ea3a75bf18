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
from samenspel.agents.students import FIRST_MBO, Exit, Programme, Status, StudentColumns
from samenspel.model.declared.indicators import MEASURED, Measure, ratio
from samenspel.model.declared.parameters import Parameters
from samenspel.model.week.supervision import is_member


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
def record_students(p: Parameters, r: Any, scratch: Floats, s: StudentColumns) -> None:
    """Everything that is counted over students, in one pass."""
    hbo = mbo = members = came = 0
    gone_hbo = gone_mbo = 0
    fulltime_in = fulltime = parttime_in = parttime = outside_placeable = outside_hbo = 0
    wished = unmet = 0
    s_hbo = s_mbo = 0.0
    ok_hbo = ok_mbo = 0
    felt = asked = given = travelled = 0.0
    c_teaching = c_care = c_collaboration = known = engaged = peers = status_barrier = 0.0
    top = s.status.size
    for i in range(s.status.size):
        is_mbo = s.programme[i] >= FIRST_MBO
        if s.status[i] == Status.INSIDE:
            quality = s.supervision[i]
            adequate = quality >= p.adequate_threshold
            if is_mbo:
                mbo += 1
                s_mbo += quality
                ok_mbo += adequate
                scratch[top - mbo] = quality
            else:
                scratch[hbo] = quality
                hbo += 1
                s_hbo += quality
                ok_hbo += adequate
                travelled += s.travel[i]
                if s.programme[i] == Programme.PARTTIME:
                    parttime_in += 1
                elif s.programme[i] != Programme.PEDAGOGY:
                    fulltime_in += 1
                if s.wish[i] and s.year[i] >= 3:
                    wished += 1
                    unmet += not s.wish_met[i]
            felt += s.felt_support[i]
            asked += s.hours_asked[i]
            given += s.hours_asked[i] * s.support[i]
            c_teaching += s.teaching[i]
            c_care += s.care[i]
            c_collaboration += s.collaboration[i]
            engaged += s.engagement[i]
            if is_member(p, s.status[i], s.programme[i], s.year[i]):
                members += 1
                came += s.attended[i]
                peers += s.peer_support[i]
                known += s.knowledge[i]
                status_barrier += s.barrier[i]
            s.weeks_inside[i] += 1.0
            s.year_supervision[i] += quality
            s.year_adequate[i] += adequate
            s.year_support[i] += s.support[i]
        elif s.status[i] == Status.OUTSIDE:
            outside_hbo += 1
            outside_placeable += s.programme[i] != Programme.PARTTIME or s.available[i]
            if s.programme[i] == Programme.PARTTIME:
                parttime += 1
            elif s.programme[i] != Programme.PEDAGOGY:
                fulltime += 1
        elif s.cluster[i] >= 0 and Exit.STOP <= s.exit_kind[i] <= Exit.SWITCH:
            if is_mbo:
                gone_mbo += 1
            else:
                gone_hbo += 1
    inside = hbo + mbo
    r.supervision_mean = ratio(s_hbo + s_mbo, inside)
    r.supervision_mean_hbo = ratio(s_hbo, hbo)
    r.supervision_mean_mbo = ratio(s_mbo, mbo)
    r.supervision_adequate_share = ratio(ok_hbo + ok_mbo, inside)
    r.supervision_adequate_share_hbo = ratio(ok_hbo, hbo)
    r.supervision_adequate_share_mbo = ratio(ok_mbo, mbo)
    r.supervision_p10_hbo = tenth_percentile(scratch, hbo)
    if mbo > 0:
        r.supervision_p10_mbo = tenth_percentile(scratch[top - mbo :], mbo)
        for j in range(mbo):
            scratch[hbo + j] = scratch[top - mbo + j]  # forwards: the two ranges may overlap
        r.supervision_p10 = tenth_percentile(scratch, inside)
    else:
        r.supervision_p10_mbo = np.nan
        r.supervision_p10 = r.supervision_p10_hbo
    r.felt_support = ratio(felt, inside)
    r.mentor_hours_asked = asked
    r.mentor_hours_given = given
    r.peer_support = ratio(peers, members)
    r.attendance_share = ratio(came, members)
    r.competence_teaching = ratio(c_teaching, inside)
    r.competence_care = ratio(c_care, inside)
    r.competence_collaboration = ratio(c_collaboration, inside)
    r.knowledge_other_profession = ratio(known, members)
    r.status_barrier = ratio(status_barrier, members)
    r.engagement = ratio(engaged, inside)
    r.dropout_rate = ratio(gone_hbo, hbo + gone_hbo)
    r.dropout_rate_mbo = ratio(gone_mbo, mbo + gone_mbo)
    r.students_inside = hbo
    r.students_mbo = mbo
    r.students_unplaced = outside_placeable
    r.coverage = ratio(hbo, hbo + outside_hbo)
    r.coverage_fulltime = ratio(fulltime_in, fulltime_in + fulltime)
    r.coverage_parttime = ratio(parttime_in, parttime_in + parttime)
    r.denomination_unmet_share = ratio(unmet, wished)
    r.travel_km = ratio(travelled, hbo)


@rule
def record_mentors(p: Parameters, r: Any, m: MentorColumns, c: CommunityColumns) -> None:
    """Everything that is counted over mentors."""
    hosting = overloaded = withdrawn = mentors = tired = 0
    loads = 0.0
    for k in range(m.role.size):
        if m.role[k] == Role.EMPTY:
            continue
        mentors += 1
        withdrawn += m.role[k] == Role.WITHDRAWN
        tired += m.fatigue[k] > p.fatigue_threshold
        if m.load[k] > 0.0 and m.students[k] > 0:
            hosting += 1
            loads += m.load[k]
            overloaded += m.load[k] > 1.0
            c.year_hosting[m.cluster[k]] += 1.0
            c.year_overloaded[m.cluster[k]] += m.load[k] > 1.0
    r.mentor_overload_share = ratio(overloaded, hosting)
    r.mentor_load = ratio(loads, hosting)
    r.mentor_withdrawn_share = ratio(withdrawn, mentors)
    r.mentor_fatigued_share = ratio(tired, mentors)


@rule
def record_communities(r: Any, meeting: bool, c: CommunityColumns) -> None:
    """What communities add to the count over students, and the trainer time of the year."""
    empty_seats = 0
    for k in range(c.trainer_time.size):
        c.year_trainer_time[k] += c.trainer_time[k]
        empty_seats += c.unplaced[k]
    r.students_unplaced += empty_seats
    if not meeting:
        r.attendance_share = np.nan


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
