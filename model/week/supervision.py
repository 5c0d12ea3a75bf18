"""Supervision: what students ask, what mentors and trainers can give, and the quality that comes of it.

RULES 3.1 to 3.5. Rules take populations: `p` is the record of parameters, `s` are the columns of students, `m` of
mentors, `t` of trainers, `o` of sites, `c` of communities, `b` of boards.
"""

from __future__ import annotations

from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import exp
from samenspel.agents.mentors import MentorColumns, MentorKind, Role
from samenspel.agents.organisations import (
    BoardColumns,
    CommunityColumns,
    InstituteColumns,
    LeadershipColumns,
    SiteColumns,
)
from samenspel.agents.students import FIRST_MBO, Programme, Status, StudentColumns, is_in_duo
from samenspel.agents.trainers import KINDS, TrainerColumns, TrainerKind, attention_weight, seat_hours
from samenspel.model.declared.choices import Attention, Caseload, Dose, MboMix, Outside
from samenspel.model.declared.constants import CASELOAD_MIDDLE, CASELOAD_SLOPE, OUTSIDE_SUPERVISION, VACANCY_LOSS
from samenspel.model.declared.parameters import Parameters
from samenspel.model.week.adequacy import remember_placement, shortfalls_of
from samenspel.model.week.facilitation import lead_sessions, session_contact
from samenspel.model.week.members import is_final, is_member


@rule
def caseload(p: Parameters, load: float) -> float:
    """The share of the needed hours that a student gets at a mentor's load; caseload(x)·x never exceeds 1."""
    if p.form_caseload == Caseload.HYPERBOLIC:
        return 1.0 if load <= 1.0 else 1.0 / load
    if p.form_caseload == Caseload.LINEAR:
        return max(0.0, 1.0 - CASELOAD_SLOPE * load)
    return 1.0 / (1.0 + (load / CASELOAD_MIDDLE) ** 4)


@rule
def dose(p: Parameters, support: float) -> float:
    """Guidance from support: dose(0) = 0, dose(1) = 1, bent by `dose_half`."""
    if p.form_dose == Dose.HYPERBOLIC:
        return (1.0 + p.dose_half) * support / (support + p.dose_half)
    if p.form_dose == Dose.EXPONENTIAL:
        return (1.0 - exp(-support / p.dose_half)) / (1.0 - exp(-1.0 / p.dose_half))
    return support


@rule
def openness(p: Parameters, barrier: float) -> float:
    """What the status barrier leaves of what passes between the professions."""
    return 1.0 - barrier if p.with_barrier else 1.0


@rule
def match(p: Parameters, kind: int, programme: int, interprofessional: bool, understanding: float) -> float:
    """Below 1 where a teacher guides an assistant; training of the one and understanding of the other restore it."""
    if kind == MentorKind.TEACHER and programme == Programme.ASSISTANT:
        kept = 1.0 - p.interprofessional_restoration if interprofessional else 1.0
        return 1.0 - (1.0 - p.match_cross) * kept * (1.0 - p.match_knowledge * understanding)
    return 1.0


@rule
def is_mentored_outside(p: Parameters, status: int) -> bool:
    """Whether a student has a mentor and a trainer outside the partnership."""
    return status == Status.OUTSIDE and p.form_outside == Outside.MENTORED


@rule
def asked_in_duo(p: Parameters, together: bool) -> float:
    """The part of the own hours that a student asks: two together ask `1 + duo_extra` of one."""
    return (1.0 + p.duo_extra) / 2.0 if together else 1.0


@rule
def demand(p: Parameters, s: StudentColumns) -> None:
    """`hours_asked = need · days_now · (1 − peer_relief · peer_support)`, less in a duo, of who has mentors to ask."""
    for i in range(s.status.size):
        if s.status[i] == Status.INSIDE or is_mentored_outside(p, s.status[i]):
            asked = s.need[i] * s.days_now[i] * (1.0 - p.peer_relief * s.peer_support[i])
            s.hours_asked[i] = asked * asked_in_duo(p, is_in_duo(s, i))
        else:
            s.hours_asked[i] = 0.0


@rule
def full_hours(p: Parameters, m: MentorColumns, b: BoardColumns, mentor: int, final: bool) -> float:
    """Facilitated hours a week of a rested mentor while hosting, after cuts; more may come with a `final` year."""
    hours = p.care_mentor_hours
    if m.kind[mentor] == MentorKind.TEACHER:
        hours = max(p.mentor_hours, p.mentor_hours_final) if final else p.mentor_hours
    return hours * b.hours_factor[m.board[mentor]]


@rule
def time_of(p: Parameters, m: MentorColumns, b: BoardColumns, mentor: int, final: bool) -> float:
    """`hours · hours_delivered · (1 − fatigue_time_loss · fatigue)`: what is really there, of what is paid."""
    tired = m.fatigue[mentor] if p.with_fatigue else 0.0
    return full_hours(p, m, b, mentor, final) * p.hours_delivered * (1.0 - p.fatigue_time_loss * tired)


@rule
def freed_by(p: Parameters, programme: int, barrier: float, days: float) -> float:
    """Teacher hours that a student at work frees in a week: assistants do."""
    return p.assistant_relief * openness(p, barrier) * days if programme == Programme.ASSISTANT else 0.0


@rule
def ask_mentor(m: MentorColumns, o: SiteColumns, mentor: int, hours: float, final: bool) -> None:
    """A student asks so many hours, perhaps one of the `final` year; with the first one a teacher hosts."""
    teacher = m.kind[mentor] == MentorKind.TEACHER
    if m.students[mentor] == 0 and teacher and m.role[mentor] == Role.ACTIVE:
        o.hosting_teachers[m.site[mentor]] += 1
    if final and teacher:
        m.hosts_final[mentor] = True
    m.students[mentor] += 1
    m.hours_asked[mentor] += hours


@rule
def count_students(p: Parameters, s: StudentColumns, m: MentorColumns, o: SiteColumns) -> None:
    """Students placed and hours asked per mentor; hours freed, and teachers who host, per site."""
    m.students[:] = 0
    m.hosts_final[:] = False
    m.hours_asked[:] = 0.0
    o.hours_freed[:] = 0.0
    o.hosting_teachers[:] = 0
    for i in range(s.status.size):
        if s.status[i] != Status.INSIDE or not s.placed[i]:
            continue
        o.hours_freed[s.site[i]] += freed_by(p, s.programme[i], s.barrier[i], s.days_now[i])
        if s.mentor[i] >= 0:
            ask_mentor(m, o, s.mentor[i], s.hours_asked[i], is_final(s, i) and s.placed[i])


@rule
def relief(m: MentorColumns, o: SiteColumns, mentor: int) -> float:
    """A hosting teacher's share of the hours that assistants free at the site."""
    if m.kind[mentor] != MentorKind.TEACHER:
        return 0.0
    return o.hours_freed[m.site[mentor]] / o.hosting_teachers[m.site[mentor]]


@rule
def mentor_time(p: Parameters, m: MentorColumns, o: SiteColumns, b: BoardColumns) -> None:
    """Hours available and load of every mentor; 0 for who hosts nobody."""
    for k in range(m.kind.size):
        if m.role[k] == Role.ACTIVE and m.students[k] > 0:
            m.hours_available[k] = time_of(p, m, b, k, m.hosts_final[k]) + relief(m, o, k)
            m.load[k] = m.hours_asked[k] / m.hours_available[k]
        else:
            m.hours_available[k] = 0.0
            m.load[k] = 0.0


@rule
def pay_mentors(p: Parameters, m: MentorColumns, b: BoardColumns) -> None:
    """A mentor with students placed this week is paid the facilitated hours."""
    for k in range(m.kind.size):
        if m.students[k] > 0:
            hours = full_hours(p, m, b, k, m.hosts_final[k])
            if m.kind[k] == MentorKind.TEACHER:
                b.paid_teacher_hours[m.board[k]] += hours
            else:
                b.paid_care_hours[m.board[k]] += hours


@rule
def guided_outside(
    p: Parameters, hours_asked: float, skill: float, trainer: float
) -> tuple[float, float, float, float]:
    """Support, guidance, trainer hours and trainer guidance outside, by the functions that hold inside."""
    support = caseload(p, hours_asked / p.outside_mentor_hours)
    t = p.outside_trainer_hours * trainer
    return support, dose(p, support) * skill, t, p.trainer_skill_mean * t / (t + p.trainer_half)


@rule
def mentor_guidance(p: Parameters, s: StudentColumns, m: MentorColumns) -> None:
    """`support = caseload(load)`; `guidance = dose(support) · skill · match`; and all guidance outside."""
    for i in range(s.status.size):
        k = s.mentor[i]
        if not s.placed[i]:
            s.support[i] = s.guidance[i] = s.trainer_guidance[i] = s.trainer_contact[i] = 0.0
        elif s.status[i] == Status.INSIDE and k >= 0 and m.role[k] == Role.ACTIVE:
            s.support[i] = caseload(p, m.load[k])
            understanding = s.knowledge[i] * openness(p, s.barrier[i])
            matched = match(p, m.kind[k], s.programme[i], m.interprofessional[k], understanding)
            s.guidance[i] = dose(p, s.support[i]) * m.skill[k] * matched
        elif is_mentored_outside(p, s.status[i]):
            s.support[i], s.guidance[i], s.trainer_contact[i], s.trainer_guidance[i] = guided_outside(
                p, s.hours_asked[i], s.outside_skill[i], s.outside_trainer[i]
            )
        else:
            s.support[i] = s.guidance[i] = s.trainer_guidance[i] = s.trainer_contact[i] = 0.0


@rule
def count_hosting(m: MentorColumns, c: CommunityColumns) -> None:
    """Mentors with at least one student, per community, and how many of them are new."""
    c.hosting[:] = 0
    c.new_hosting[:] = 0
    for k in range(m.role.size):
        if m.role[k] == Role.ACTIVE and m.students[k] > 0:
            c.hosting[m.cluster[k]] += 1
            c.new_hosting[m.cluster[k]] += m.new[k]


@rule
def coordination_of(p: Parameters, c: CommunityColumns, community: int, backlog: float) -> float:
    """Trainer hours a week that coordination takes in one cluster."""
    mbo = c.mbo_share[community]
    form = c.mbo_mix[community]
    mixing = 1.0 if form == MboMix.MIXED else 0.5 if form == MboMix.ALTERNATING else 0.0
    mix = p.coordination_mix * p.mbo_institutions * c.members[community] * 4.0 * mbo * (1.0 - mbo) * mixing
    return (
        p.coordination_base
        + p.coordination_site * c.sites[community]
        + p.coordination_mentor * c.hosting[community]
        + p.coordination_new_mentor * c.new_hosting[community]
        + mix
        + p.coordination_split * (c.parts[community] - 1)
        + p.coordination_backlog * backlog
    )


@rule
def trainer_time(
    p: Parameters, c: CommunityColumns, t: TrainerColumns, b: BoardColumns, i: InstituteColumns, lead: LeadershipColumns
) -> None:
    """`trainer_time = max(0, hours − coordination) − session_hours_given`, and skill, familiarity, seats behind it."""
    for k in range(c.board.size):
        at = c.partnership[k]
        total = skilled = familiar = 0.0
        vacant = 0
        for kind in range(KINDS):
            seat = KINDS * k + kind
            if not t.present[seat]:
                continue
            if t.vacant_weeks[seat] > 0:
                vacant += kind <= TrainerKind.INSTITUTE
                continue
            h = p.hours_delivered * seat_hours(
                kind, t.hours[seat], b.hours_factor[c.board[k]], i.hours_factor[at] * i.pool[at]
            )
            total += h
            skilled += h * t.skill[seat]
            familiar += h * t.familiarity[seat]
        c.skill[k] = skilled / total if total > 0.0 else 0.0
        c.familiarity[k] = familiar / total if total > 0.0 else 0.0
        c.seats[k] = 1.0 - VACANCY_LOSS * vacant / 2.0
        c.coordination[k] = coordination_of(p, c, k, lead.backlog[at])
        c.trainer_time[k] = max(0.0, total + p.hours_delivered * c.extra_hours[k] - c.coordination[k])
        lead_sessions(p, c, t, b, i, k)


@rule
def trainer_guidance(p: Parameters, s: StudentColumns, c: CommunityColumns) -> None:
    """Contact in sessions; and attention divided over the students of a cluster who are placed this week.

    `skill · familiarity · seats · t / (t + trainer_half)`.
    """
    by_need = p.attention == Attention.NEED
    for k in range(c.first.size):
        weights = 0.0
        placed = 0
        for i in range(c.first[k], c.end[k]):
            s.session_contact[i] = session_contact(p, s, c, i, s.placed[i], s.attended[i])
            if s.placed[i]:
                placed += 1
                weights += attention_weight(by_need, s.remembered[i])
        evenly = weights <= 0.0
        for i in range(c.first[k], c.end[k]):
            s.trainer_guidance[i] = s.trainer_contact[i] = 0.0
            if s.placed[i] and c.trainer_time[k] > 0.0:
                share = 1.0 / placed if evenly else attention_weight(by_need, s.remembered[i]) / weights
                t = s.trainer_contact[i] = c.trainer_time[k] * share
                s.trainer_guidance[i] = c.skill[k] * c.familiarity[k] * c.seats[k] * t / (t + p.trainer_half)


@rule
def settle_trainers(p: Parameters, t: TrainerColumns) -> None:
    """A week later: an empty seat is a week nearer to being filled, and who is there knows the cluster better."""
    for seat in range(t.present.size):
        if not t.present[seat]:
            continue
        if t.vacant_weeks[seat] > 0:
            t.vacant_weeks[seat] -= 1
        else:
            t.familiarity[seat] += p.familiarity_rate * (1.0 - t.familiarity[seat])


@rule
def mentor_weight(p: Parameters) -> float:
    """The weight w_m of mentor guidance in supervision quality: what the others leave."""
    return 1.0 - p.trainer_weight - p.community_weight


@rule
def quality(p: Parameters, guidance: float, trainer_guidance: float, w_c: float, community: float) -> float:
    """`S = (w_m · G + w_t · R + w_c · K) / (w_m + w_t + w_c)`; `w_c` is 0 for who has no community to miss."""
    w_m, w_t = mentor_weight(p), p.trainer_weight
    return min(1.0, max(0.0, (w_m * guidance + w_t * trainer_guidance + w_c * community) / (w_m + w_t + w_c)))


@rule
def quality_inside(
    p: Parameters, c: CommunityColumns, s: StudentColumns, i: int, guidance: float, trainer_guidance: float
) -> float:
    """Supervision of who is inside: K is support of peers, for year 4 the induction programme of the board."""
    if is_member(s, c, i):
        return quality(p, guidance, trainer_guidance, p.community_weight, s.peer_support[i])
    w_c = p.community_weight if s.programme[i] < FIRST_MBO else 0.0
    return quality(p, guidance, trainer_guidance, w_c, p.induction)


@rule
def supervision_of(p: Parameters, c: CommunityColumns, s: StudentColumns, i: int) -> float:
    """Supervision of a placed student: by mentor, trainers and community; outside a fixed quality, or no community."""
    if s.status[i] == Status.INSIDE:
        return quality_inside(p, c, s, i, s.guidance[i], s.trainer_guidance[i])
    if is_mentored_outside(p, s.status[i]):
        return quality(p, s.guidance[i], s.trainer_guidance[i], 0.0, 0.0)
    return OUTSIDE_SUPERVISION


@rule
def supervision_quality(p: Parameters, s: StudentColumns, c: CommunityColumns) -> None:
    """Supervision, and memory and judgement that follow it; without a placement there is none, and memory rests."""
    for i in range(s.status.size):
        if not s.placed[i]:
            s.supervision[i] = 0.0
            continue
        s.supervision[i] = supervision_of(p, c, s, i)
        if s.status[i] == Status.INSIDE or is_mentored_outside(p, s.status[i]):
            s.felt_support[i] += p.memory_rate * (s.support[i] - s.felt_support[i])
        s.remembered[i] += p.memory_rate * (s.supervision[i] - s.remembered[i])
        remember_placement(p, s, i, s.support[i], s.trainer_contact[i] + s.session_contact[i], s.supervision[i])
        s.shortfalls[i] = shortfalls_of(p, s, i)
