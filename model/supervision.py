"""Supervision: what students ask, what mentors and trainers can give, and the quality that comes of it.

RULES 3.1 to 3.5. Rules take columns: one array per state, one element per agent; `p` is the record of parameters.
"""

from __future__ import annotations

import math

from agents.columns import Flags, Floats, Ints, Settings
from agents.compiled import rule
from agents.mentors import Role
from agents.students import Programme, Status
from agents.trainers import KINDS, TrainerKind, attention_weight
from model.settings import ALTERNATING, BY_NEED, EXPONENTIAL, HYPERBOLIC, LINEAR, MIXED

INSIDE = int(Status.INSIDE)
OUTSIDE = int(Status.OUTSIDE)
ACTIVE = int(Role.ACTIVE)
FIRST_MBO = int(Programme.CARE_3)
PARTTIME = int(Programme.PARTTIME)
ASSISTANT = int(Programme.ASSISTANT)
SCHOOL = int(TrainerKind.SCHOOL)
INSTITUTE = int(TrainerKind.INSTITUTE)
TEACHER, CARE = 0, 1


@rule
def caseload(p: Settings, load: float) -> float:
    """The share of the needed hours that a student gets at a mentor's load; caseload(x)·x never exceeds 1."""
    if p.form_caseload == HYPERBOLIC:
        return 1.0 if load <= 1.0 else 1.0 / load
    if p.form_caseload == LINEAR:
        return max(0.0, 1.0 - p.caseload_slope * load)
    return 1.0 / (1.0 + (load / p.caseload_middle) ** 4)


@rule
def dose(p: Settings, support: float) -> float:
    """Guidance from support: dose(0) = 0, dose(1) = 1, bent by `dose_half`."""
    if p.form_dose == HYPERBOLIC:
        return (1.0 + p.dose_half) * support / (support + p.dose_half)
    if p.form_dose == EXPONENTIAL:
        return (1.0 - math.exp(-support / p.dose_half)) / (1.0 - math.exp(-1.0 / p.dose_half))
    return support


@rule
def match(p: Settings, kind: int, programme: int, interprofessional: bool) -> float:
    """Below 1 where a teacher guides an assistant; interprofessional training restores a part of it."""
    if kind == TEACHER and programme == ASSISTANT:
        kept = 1.0 - p.interprofessional_restoration if interprofessional else 1.0
        return 1.0 - (1.0 - p.match_cross) * kept
    return 1.0


@rule
def demand(
    p: Settings, status: Ints, need: Floats, days_now: Floats, peer_support: Floats, hours_asked: Floats,
) -> None:  # fmt: skip
    """`hours_asked = need · days_now · (1 − peer_relief · peer_support)`, inside."""
    for i in range(status.size):
        if status[i] == INSIDE:
            hours_asked[i] = need[i] * days_now[i] * (1.0 - p.peer_relief * peer_support[i])
        else:
            hours_asked[i] = 0.0


@rule
def full_hours(p: Settings, kind: int, hours_factor: float) -> float:
    """Facilitated hours a week of a rested mentor while hosting, after cuts."""
    return (p.mentor_hours if kind == TEACHER else p.care_mentor_hours) * hours_factor


@rule
def time_of(p: Settings, kind: int, hours_factor: float, fatigue: float) -> float:
    """`hours · (1 − fatigue_time_loss · fatigue)`."""
    tired = fatigue if p.with_fatigue else 0.0
    return full_hours(p, kind, hours_factor) * (1.0 - p.fatigue_time_loss * tired)


@rule
def count_students(status: Ints, hours: Floats, student_mentor: Ints, students: Ints, asked: Floats) -> None:
    """Students and hours asked per mentor."""
    students[:] = 0
    asked[:] = 0.0
    for i in range(status.size):
        m = student_mentor[i]
        if status[i] == INSIDE and m >= 0:
            students[m] += 1
            asked[m] += hours[i]


@rule
def mentor_time(
    p: Settings, kind: Ints, role: Ints, board: Ints, fatigue: Floats, students: Ints, hours_asked: Floats,
    hours_available: Floats, load: Floats, board_factor: Floats,
) -> None:  # fmt: skip
    """Hours available and load of every mentor; 0 for who hosts nobody."""
    for m in range(kind.size):
        if role[m] == ACTIVE and students[m] > 0:
            hours_available[m] = time_of(p, kind[m], board_factor[board[m]], fatigue[m])
            load[m] = hours_asked[m] / hours_available[m]
        else:
            hours_available[m] = 0.0
            load[m] = 0.0


@rule
def mentor_guidance(
    p: Settings, status: Ints, programme: Ints, mentor: Ints, kind: Ints, role: Ints, interprofessional: Flags,
    skill: Floats, load: Floats, support: Floats, guidance: Floats,
) -> None:  # fmt: skip
    """`support = caseload(load)`; `guidance = dose(support) · skill · match`."""
    for i in range(status.size):
        m = mentor[i]
        if status[i] == INSIDE and m >= 0 and role[m] == ACTIVE:
            support[i] = caseload(p, load[m])
            guidance[i] = dose(p, support[i]) * skill[m] * match(p, kind[m], programme[i], interprofessional[m])
        else:
            support[i] = 0.0
            guidance[i] = 0.0


@rule
def is_member(p: Settings, status: int, programme: int, year: int) -> bool:
    """Inside hbo students of years 1 to 3, and mbo students unless the forms keep them apart."""
    if status != INSIDE:
        return False
    if programme >= FIRST_MBO:
        return p.mbo_mix != 0
    return year <= 3


@rule
def count_members(
    p: Settings, first: Ints, end: Ints, status: Ints, programme: Ints, year: Ints, students: Ints,
    members: Ints, mbo_share: Floats,
) -> None:  # fmt: skip
    """Inside students, members and the mbo share of the members, per community."""
    for c in range(first.size):
        inside = member = mbo = 0
        for i in range(first[c], end[c]):
            if status[i] == INSIDE:
                inside += 1
                if is_member(p, status[i], programme[i], year[i]):
                    member += 1
                    mbo += programme[i] >= FIRST_MBO
        students[c] = inside
        members[c] = member
        mbo_share[c] = mbo / member if member > 0 else 0.0


@rule
def count_hosting(role: Ints, students: Ints, new: Flags, cluster: Ints, hosting: Ints, new_hosting: Ints) -> None:
    """Mentors with at least one student, per community, and how many of them are new."""
    hosting[:] = 0
    new_hosting[:] = 0
    for m in range(role.size):
        if role[m] == ACTIVE and students[m] > 0:
            hosting[cluster[m]] += 1
            new_hosting[cluster[m]] += new[m]


@rule
def coordination_of(
    p: Settings, sites: int, hosting: int, new_hosting: int, members: int, mbo_share: float, parts: int,
    backlog: float,
) -> float:  # fmt: skip
    """Trainer hours a week that coordination takes in one cluster."""
    mixing = 1.0 if p.mbo_mix == MIXED else 0.5 if p.mbo_mix == ALTERNATING else 0.0
    mix = p.coordination_mix * p.mbo_institutions * members * 4.0 * mbo_share * (1.0 - mbo_share) * mixing
    return (
        p.coordination_base
        + p.coordination_site * sites
        + p.coordination_mentor * hosting
        + p.coordination_new_mentor * new_hosting
        + mix
        + p.coordination_split * (parts - 1)
        + p.coordination_backlog * backlog
    )


@rule
def seat_hours(kind: int, hours: float, school_factor: float, institute_factor: float) -> float:
    """Hours a week of a trainer's seat after cuts."""
    if kind == SCHOOL:
        return hours * school_factor
    if kind == INSTITUTE:
        return hours * institute_factor
    return hours


@rule
def trainer_time(
    p: Settings, board: Ints, partnership: Ints, sites: Ints, parts: Ints, members: Ints, mbo_share: Floats,
    hosting: Ints, new_hosting: Ints, extra_hours: Floats, coordination: Floats, left: Floats, skill: Floats,
    familiarity: Floats, seats: Floats, present: Flags, vacant_weeks: Ints, hours: Floats,
    trainer_skill: Floats, trainer_familiarity: Floats, board_factor: Floats, institute_factor: Floats,
    institute_pool: Floats, backlog: Floats,
) -> None:  # fmt: skip
    """`trainer_time = max(0, hours − coordination)` per cluster, and the skill, familiarity and seats behind it."""
    for c in range(board.size):
        k = partnership[c]
        total = skilled = familiar = 0.0
        vacant = 0
        for kind in range(KINDS):
            t = KINDS * c + kind
            if not present[t]:
                continue
            if vacant_weeks[t] > 0:
                vacant += kind <= INSTITUTE
                continue
            h = seat_hours(kind, hours[t], board_factor[board[c]], institute_factor[k] * institute_pool[k])
            total += h
            skilled += h * trainer_skill[t]
            familiar += h * trainer_familiarity[t]
        skill[c] = skilled / total if total > 0.0 else 0.0
        familiarity[c] = familiar / total if total > 0.0 else 0.0
        seats[c] = 1.0 - p.vacancy_loss * vacant / 2.0
        coordination[c] = coordination_of(
            p, sites[c], hosting[c], new_hosting[c], members[c], mbo_share[c], parts[c], backlog[k]
        )
        left[c] = max(0.0, total + extra_hours[c] - coordination[c])


@rule
def trainer_guidance(
    p: Settings, first: Ints, end: Ints, left: Floats, skill: Floats, familiarity: Floats, seats: Floats,
    status: Ints, remembered: Floats, guidance: Floats,
) -> None:  # fmt: skip
    """Attention divided over a cluster's students; `skill · familiarity · seats · t / (t + trainer_half)`."""
    for c in range(first.size):
        weights = 0.0
        inside = 0
        for i in range(first[c], end[c]):
            if status[i] == INSIDE:
                inside += 1
                weights += attention_weight(p.attention == BY_NEED, remembered[i])
        evenly = weights <= 0.0
        for i in range(first[c], end[c]):
            guidance[i] = 0.0
            if status[i] == INSIDE and left[c] > 0.0:
                share = 1.0 / inside if evenly else attention_weight(p.attention == BY_NEED, remembered[i]) / weights
                t = left[c] * share
                guidance[i] = skill[c] * familiarity[c] * seats[c] * t / (t + p.trainer_half)


@rule
def settle_trainers(p: Settings, present: Flags, vacant_weeks: Ints, familiarity: Floats) -> None:
    """A week later: an empty seat is a week nearer to being filled, and who is there knows the cluster better."""
    for t in range(present.size):
        if not present[t]:
            continue
        if vacant_weeks[t] > 0:
            vacant_weeks[t] -= 1
        else:
            familiarity[t] += p.familiarity_rate * (1.0 - familiarity[t])


@rule
def supervision_quality(
    p: Settings, status: Ints, guidance: Floats, trainer_guidance: Floats, support: Floats,
    supervision: Floats, remembered: Floats, felt_support: Floats,
) -> None:  # fmt: skip
    """`S = (1 − trainer_weight) · G + trainer_weight · R` inside, `outside_supervision` outside; memory follows."""
    for i in range(status.size):
        if status[i] == INSIDE:
            s = (1.0 - p.trainer_weight) * guidance[i] + p.trainer_weight * trainer_guidance[i]
            supervision[i] = min(1.0, max(0.0, s))
            felt_support[i] += p.memory_rate * (support[i] - felt_support[i])
        elif status[i] == OUTSIDE:
            supervision[i] = p.outside_supervision
        else:
            supervision[i] = 0.0
            continue
        remembered[i] += p.memory_rate * (supervision[i] - remembered[i])
