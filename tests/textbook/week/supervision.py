"""Supervision in a school week: time, guidance by mentors and trainers, quality (3.1–3.5)."""

from __future__ import annotations

from samenspel.agents.mathematics import exp

from ..arithmetic import clip
from ..constants import CASELOAD_MIDDLE, CASELOAD_SLOPE, OUTSIDE_SUPERVISION
from ..students import Student
from .floors import judge
from .meeting import is_meeting_week, talk_together
from .sessions import lead_sessions, meet_trainers


def caseload(p, x: float) -> float:
    """How support per student falls with load (3.2)."""
    match p.form_caseload:
        case "hyperbolic":
            return 1.0 if x <= 1 else 1 / x
        case "linear":
            return max(0.0, 1 - CASELOAD_SLOPE * x)
        case _:
            return 1 / (1 + (x / CASELOAD_MIDDLE) ** 4)


def dose(p, a: float) -> float:
    """How support becomes guidance (3.3)."""
    h = p.dose_half
    match p.form_dose:
        case "hyperbolic":
            return (1 + h) * a / (a + h)
        case "exponential":
            return (1 - exp(-a / h)) / (1 - exp(-1 / h))
        case _:
            return a


def match_of(p, mentor, student) -> float:
    """What is left of guidance by a mentor of the other profession (3.3)."""
    if mentor.kind == "teacher" and student.programme == "assistant":
        taught = p.interprofessional_restoration * mentor.interprofessional
        learned = p.match_knowledge * student.knowledge * student.openness
        return 1 - (1 - p.match_cross) * (1 - taught) * (1 - learned)
    return 1.0


def guide(p, student) -> None:
    """Support and guidance of one student by the mentor (3.2, 3.3)."""
    mentor = student.mentor
    if student.inside and student.placed and mentor is not None and mentor.active:
        student.support = caseload(p, mentor.load)
        student.guidance = dose(p, student.support) * mentor.skill * match_of(p, mentor, student)
    else:
        student.support = student.guidance = 0.0


def guide_outside(p, student) -> None:
    """A mentor and a trainer outside the partnership, by the functions that hold inside (3.5)."""
    student.support = caseload(p, student.hours_asked / p.outside_mentor_hours)
    student.guidance = dose(p, student.support) * student.outside_skill
    t = student.trainer_contact = p.outside_trainer_hours * student.outside_trainer
    student.trainer_guidance = p.trainer_skill_mean * t / (t + p.trainer_half)


def divide_hours(model) -> None:
    """3.2: what assistants free, and what mentors give, among who is placed."""
    for community in model.communities:
        placed = [student for student in community.students() if student.placed]
        for site in community.sites:
            site.free_teachers(placed)
        for mentor in community.mentors:
            mentor.divide_time([student for student in placed if student.mentor is mentor])


def supervise(model) -> None:
    """3.1 to 3.5 in order."""
    students = model.present_students()
    students.do(Student.ask_hours)

    divide_hours(model)
    for student in students:
        guide(model.p, student)

    for community in model.communities:
        inside = community.students()
        community.count_heads(inside)
        community.coordinate()
        lead_sessions(community, inside)
        meet_trainers(community, inside, is_meeting_week(model, community), talk_together(model, community))
        community.guide([student for student in inside if student.placed])
    for student in students:
        if not (student.inside and student.placed):
            student.trainer_guidance = student.trainer_contact = 0.0
            if student.placed and model.p.form_outside == "mentored":
                guide_outside(model.p, student)

    for student in students:
        judge_supervision(model.p, student)
        if student.placed:
            judge(model.p, student)


def judge_supervision(p, student) -> None:
    """3.5: memory moves in weeks of placement only."""
    if not student.placed:
        student.supervision = 0.0
        return
    trainers, mentors = p.trainer_weight, 1 - p.trainer_weight - p.community_weight
    guided = mentors * student.guidance + trainers * student.trainer_guidance
    community = community_of(p, student)
    if community is not None:
        student.supervision = clip(guided + p.community_weight * community)
    elif student.inside or p.form_outside == "mentored":
        student.supervision = clip(guided / (mentors + trainers))
    else:
        student.supervision = OUTSIDE_SUPERVISION
    if student.inside or p.form_outside == "mentored":
        student.felt_support += p.memory_rate * (student.support - student.felt_support)
    student.remembered += p.memory_rate * (student.supervision - student.remembered)


def community_of(p, student) -> float | None:
    """K: what the community does for supervision; None for who has none by design."""
    if student.member:
        return student.peer_support
    return p.induction if student.inside and student.hbo else None
