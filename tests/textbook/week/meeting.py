"""The meeting of the learning community: who comes (3.0), subgroups, learning from each other (3.6)."""

from __future__ import annotations

from samenspel.agents.mathematics import exp, power
from samenspel.model.luck.draws import Stream

from ..arithmetic import clip, round_half_up
from ..students import DOMAINS, Student
from .sessions import facilitation, mbo_alone, strata


def is_meeting_week(model, community) -> bool:
    """3.0."""
    return model.p.with_peer_learning and model.week_of_year % community.has("meeting_interval") == 0


def is_even_meeting(model, community) -> bool:
    return (model.week_of_year // community.has("meeting_interval")) % 2 == 0


def who_comes(model) -> None:
    """3.0, with the states of the week that only a meeting fills set to nothing."""
    students = model.present_students()
    for student in students:
        student.begin_week()
        student.attended = False
        student.help = student.contact_share = student.contact_facilitation = 0.0
        if student.cluster is not None and is_meeting_week(model, student.cluster):
            student.decide_to_come()
    students.do(Student.count_days)


def meet(model) -> None:
    """3.6 for all communities, then peer support for everyone."""
    for community in model.communities:
        community.subgroups = 0
        community.facilitation = 0.0
        if is_meeting_week(model, community):
            hold_meeting(model, community)
    model.present_students().do(Student.feel_peer_support)


def hold_meeting(model, community) -> None:
    attendees = [student for student in community.students() if student.attended]
    together = talk_together(model, community)
    sessions = []
    for stratum in strata(community, attendees, together):
        subgroups = [subgroup for subgroup in cut(community, stratum) if len(subgroup) > 1]
        sessions.append((mbo_alone(stratum, together), subgroups))
    community.subgroups = sum(len(subgroups) for _, subgroups in sessions)
    for alone, subgroups in sessions:
        F = facilitation(community, community.subgroups, len(subgroups), alone)
        for subgroup in subgroups:
            community.facilitation += F / community.subgroups
            learn_together(model.p, subgroup, F, community.has("roles"))


def talk_together(model, community) -> bool:
    """Whether professions meet in one subgroup."""
    mix = community.has("mbo_mix")
    return mix == "mixed" or (mix == "alternating" and is_even_meeting(model, community))


def cut(community, stratum) -> list[list]:
    """Near-equal subgroups of about the aimed size, by lot."""
    n = len(stratum)
    q = max(1, round_half_up(n / community.has("subgroup_size")))
    subgroups: list[list] = [[] for _ in range(q)]
    for j, student in enumerate(sorted(stratum, key=lambda s: s.u(Stream.SUBGROUP))):
        subgroups[j * q // n].append(student)
    return subgroups


def gap_effect(p, x: float) -> float:
    """κ(x): how learning depends on the gap in competence."""
    if x <= 0:
        return 0.0
    match p.form_peer_gap:
        case "inverted_u":
            return x * exp(1 - x)
        case "threshold":
            return 1.0 if x <= 2 else 0.0
        case _:
            return 2 * x / (1 + x)


def talk(p, g: int) -> float:
    """How much everyone gets to talk in a subgroup of g."""
    match p.form_group_size:
        case "plateau":
            return 1.0 if g <= p.talk_size else power(p.talk_size / g, p.talk_exponent)
        case "inverse":
            return 2 / g
        case _:
            return 1.0


def across(i, j) -> bool:
    return i.profession != j.profession


def between_years(p, i, j, roles: float) -> float:
    """ρ: without structure, help between hbo students of different years falls away."""
    if p.form_facilitation == "persons" and i.hbo and j.hbo and i.year != j.year:
        return roles
    return 1.0


def trust(p, i, j) -> float:
    if not across(i, j) or not p.with_barrier:
        return 1.0
    return (1 - i.barrier) * (1 - j.barrier)


def learn_together(p, subgroup, F: float, roles: float) -> None:
    """Every ordered pair of learner i and explainer j, all reading the states before the meeting."""
    others = len(subgroup) - 1
    gained = {(student, domain): 0.0 for student in subgroup for domain in DOMAINS}
    knowledge = dict.fromkeys(subgroup, 0.0)
    for i in subgroup:
        for j in subgroup:
            if j is i:
                continue
            s = trust(p, i, j) * F * talk(p, len(subgroup)) / others
            for domain in DOMAINS:
                learner, explainer = getattr(i, domain), getattr(j, domain)
                kappa = gap_effect(p, (explainer - learner) / p.gap_best)
                gained[i, domain] += p.peer_gain * kappa * s * between_years(p, i, j, roles)
                gained[j, domain] += p.explaining_gain * roles * p.peer_gain * kappa * s * (1 - explainer)
                i.help += kappa * s * between_years(p, i, j, roles) / 3
            if across(i, j):
                knowledge[i] += p.knowledge_gain * F * (1 - i.knowledge) * trust(p, i, j) / others
    for student in subgroup:
        for domain in DOMAINS:
            setattr(student, domain, clip(getattr(student, domain) + gained[student, domain]))
        student.knowledge = clip(student.knowledge + knowledge[student])
        student.contact_share = sum(across(student, other) for other in subgroup) / others
        student.contact_facilitation = F
