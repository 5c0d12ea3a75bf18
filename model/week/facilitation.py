"""What sessions ask of trainers, who gives it, and how well that guides a meeting (RULES 3.4, 3.6)."""

from __future__ import annotations

from samenspel.agents.compiled import rule
from samenspel.agents.organisations import BoardColumns, CommunityColumns, InstituteColumns
from samenspel.agents.students import FIRST_MBO, StudentColumns
from samenspel.agents.trainers import KINDS, TrainerColumns, TrainerKind, seat_hours
from samenspel.model.declared.choices import Facilitation
from samenspel.model.declared.parameters import Parameters
from samenspel.model.week.members import is_final, is_member

WEEKS_OF_INDUCTION = 4.0
"""Weeks over which the hours of the board's induction programme are counted."""


@rule
def counts(t: TrainerColumns, seat: int) -> bool:
    """Whether somebody is in a seat that exists."""
    return t.present[seat] and t.vacant_weeks[seat] == 0


@rule
def is_asked(t: TrainerColumns, community: int, kind: int, begins: int, facilitators: int) -> bool:
    """Whether a trainer is one of the first so many who count, when the kind `begins` is asked first."""
    before = 0
    for n in range((kind - begins) % KINDS):
        before += counts(t, KINDS * community + (begins + n) % KINDS)
    return counts(t, KINDS * community + kind) and before < facilitators


@rule
def own_hours(
    p: Parameters,
    c: CommunityColumns,
    t: TrainerColumns,
    b: BoardColumns,
    i: InstituteColumns,
    community: int,
    kind: int,
) -> float:
    """Hours a week that a trainer who counts really has; those of plans are the school's, else the institute's."""
    school, at = KINDS * community + TrainerKind.SCHOOL, c.partnership[community]
    hours = seat_hours(
        kind, t.hours[KINDS * community + kind], b.hours_factor[c.board[community]], i.hours_factor[at] * i.pool[at]
    )
    has_plan = kind == TrainerKind.SCHOOL or (kind == TrainerKind.INSTITUTE and not counts(t, school))
    return p.hours_delivered * (hours + c.extra_hours[community] if has_plan else hours)


@rule
def staff(
    p: Parameters, c: CommunityColumns, t: TrainerColumns, b: BoardColumns, i: InstituteColumns, community: int
) -> None:
    """Hours that a community's sessions ask and get, and so the persons in the room: hours given / hours asked of one.

    A trainer gives at most a share of the own hours less coordination, to both kinds of session as they ask.
    `trainer_time` is what coordination leaves before it, and what sessions leave after it.
    """
    available = c.trainer_time[community]
    hours = p.meeting_hours * (1.0 + p.preparation) / c.meeting_interval[community]
    a_mbo = hours * c.sessions_mbo[community]
    a = hours * c.sessions[community] - a_mbo
    asked = given = given_mbo = 0.0
    for kind in range(KINDS):
        mine = a if is_asked(t, community, kind, TrainerKind.SCHOOL, c.facilitators[community]) else 0.0
        mine_mbo = a_mbo if is_asked(t, community, kind, TrainerKind.PRACTICE, c.facilitators[community]) else 0.0
        if mine + mine_mbo > 0.0 and available > 0.0:
            own = own_hours(p, c, t, b, i, community, kind)
            most = p.session_share * own * available / (available + c.coordination[community])
            part = min(1.0, most / (mine + mine_mbo))
            given += part * mine
            given_mbo += part * mine_mbo
        asked += mine + mine_mbo
    c.session_hours_asked[community] = asked
    c.session_hours_given[community] = given + given_mbo
    c.trainer_time[community] = max(0.0, available - given - given_mbo)
    c.persons[community] = given / a if a > 0.0 else 0.0
    c.persons_mbo[community] = given_mbo / a_mbo if a_mbo > 0.0 else 0.0


@rule
def lead_sessions(
    p: Parameters, c: CommunityColumns, t: TrainerColumns, b: BoardColumns, i: InstituteColumns, community: int
) -> None:
    """A community's sessions ask and get trainers' hours, in the form persons."""
    if p.form_facilitation == Facilitation.PERSONS:
        staff(p, c, t, b, i, community)
        return
    c.session_hours_asked[community] = c.session_hours_given[community] = 0.0
    c.persons[community] = c.persons_mbo[community] = 0.0


@rule
def facilitation_by_hours(p: Parameters, maturity: float, trainer_time: float, subgroups: int) -> float:
    """`maturity · trainer_time / (trainer_time + facilitation_half · subgroups)`."""
    if trainer_time <= 0.0 or subgroups == 0:
        return 0.0
    return maturity * trainer_time / (trainer_time + p.facilitation_half * subgroups)


@rule
def facilitation_by_persons(p: Parameters, maturity: float, persons: float, subgroups: int) -> float:
    """`maturity · min(1, f) · g / (g + facilitation_persons_half · q)`, `g = max(1, f)`."""
    there = max(1.0, persons)
    return maturity * min(1.0, persons) * there / (there + p.facilitation_persons_half * subgroups)


@rule
def session_contact(
    p: Parameters, s: StudentColumns, c: CommunityColumns, i: int, placed: bool, attended: bool
) -> float:
    """Hours of contact with a trainer in sessions this week; of year 4 in the induction programme."""
    if not placed:
        return 0.0
    if is_final(s, i):
        return p.induction * p.group_contact * p.meeting_hours / WEEKS_OF_INDUCTION
    k = s.cluster[i]
    if not (p.with_peer_learning and is_member(s, c, i)):
        return 0.0
    if not c.meets[k]:
        return s.session_contact[i]
    if not attended:
        return 0.0
    alone = s.programme[i] >= FIRST_MBO and not c.together[k]
    persons = c.persons_mbo[k] if alone else c.persons[k]
    return p.group_contact * min(1.0, persons) * p.meeting_hours / c.meeting_interval[k]
