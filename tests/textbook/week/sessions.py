"""What meets apart, what that asks of trainers, and how much contact it gives (3.4, 3.6)."""

from __future__ import annotations

from collections import defaultdict

OWN_FIRST = ("school", "institute", "practice", "mbo")
MBO_FIRST = ("practice", "mbo", "school", "institute")


def variant(student) -> str:
    return student.programme if student.programme in ("parttime", "pedagogy") else "the others"


def strata(community, students, together: bool) -> list[list]:
    """Who may be in one subgroup."""
    p = community.p
    found = defaultdict(list)
    for student in students:
        found[
            student.part if community.parts > 1 else None,
            None if community.has("cross_year") else student.year,
            None if p.across_variants else variant(student),
            student.programme == "parttime" if p.parttime_form == "other_day" else None,
            None if together else student.profession,
        ].append(student)
    return list(found.values())


def mbo_alone(stratum, together: bool) -> bool:
    """Whether the session is one of mbo students alone."""
    return not together and all(student.mbo for student in stratum)


def kinds_of_meeting(community) -> list[bool]:
    """Whether professions meet together, for each kind of meeting that takes its turn."""
    return {"mixed": [True], "alternating": [True, False]}.get(community.has("mbo_mix"), [False])


def count_sessions(community, students) -> tuple[float, float]:
    """Sessions of a meeting: of mbo students alone, and all others."""
    if not community.p.with_peer_learning:
        return 0.0, 0.0
    placed = [student for student in students if student.member and student.placed]
    kinds = kinds_of_meeting(community)
    alone = others = 0
    for together in kinds:
        for stratum in strata(community, placed, together):
            if len(stratum) >= 2:
                if mbo_alone(stratum, together):
                    alone += 1
                else:
                    others += 1
    return alone / len(kinds), others / len(kinds)


def asked_trainers(community, order) -> list:
    """Who is asked for a session, in this order."""
    by_kind = {trainer.kind: trainer for trainer in community.trainers}
    return [by_kind[kind] for kind in order if by_kind[kind].counted][: community.has("facilitators")]


def plan_bearer(community):
    """Whose the hours of plans are."""
    by_kind = {trainer.kind: trainer for trainer in community.trainers}
    return next((by_kind[kind] for kind in ("school", "institute") if by_kind[kind].counted), None)


def lead_sessions(community, students) -> None:
    """3.4: hours asked and given, and the persons in the room."""
    lead(community, *count_sessions(community, students))


def lead(community, alone: float, others: float) -> None:
    """The same for so many sessions of mbo students alone, and others."""
    p = community.p
    community.sessions = alone + others
    community.session_hours_asked = community.session_hours_given = 0.0
    community.persons = community.persons_mbo = 0.0
    if p.form_facilitation == "hours":
        return
    of_one = p.meeting_hours * (1 + p.preparation) / community.has("meeting_interval")
    a_others, a_alone = of_one * others, of_one * alone
    for_others, for_alone = asked_trainers(community, OWN_FIRST), asked_trainers(community, MBO_FIRST)
    given_others = given_alone = 0.0
    for trainer in community.trainers:
        claims = (trainer in for_others) * a_others, (trainer in for_alone) * a_alone
        if sum(claims) == 0:
            continue
        community.session_hours_asked += sum(claims)
        own = trainer.hours + (community.plan_hours if trainer is plan_bearer(community) else 0.0)
        free = max(0.0, community.trainer_hours - community.coordination)
        most = p.session_share * own * free / community.trainer_hours if community.trainer_hours else 0.0
        gives = min(sum(claims), most)
        given_others += gives * claims[0] / sum(claims)
        given_alone += gives * claims[1] / sum(claims)
    community.session_hours_given = given_others + given_alone
    community.persons = given_others / a_others if a_others else 0.0
    community.persons_mbo = given_alone / a_alone if a_alone else 0.0
    community.trainer_time = max(0.0, community.trainer_time - community.session_hours_given)


def facilitation(community, subgroups: int, of_session: int, alone: bool) -> float:
    """F of a subgroup of a session (3.6)."""
    p = community.p
    if p.form_facilitation == "hours":
        time = community.trainer_time
        return community.maturity * time / (time + p.facilitation_half * subgroups) if time else 0.0
    f = community.persons_mbo if alone else community.persons
    g = max(1.0, f)
    return community.maturity * min(1.0, f) * g / (g + p.facilitation_persons_half * of_session)


def meet_trainers(community, students, meets: bool, together: bool) -> None:
    """3.4, contact."""
    p = community.p
    for student in students:
        if not student.placed:
            student.session_contact = 0.0
        elif student.final:
            student.session_contact = p.induction * p.group_contact * p.meeting_hours / 4
        elif not (student.member and p.with_peer_learning):
            student.session_contact = 0.0
        elif meets:
            f = community.persons_mbo if mbo_alone([student], together) else community.persons
            hours = student.attended * p.meeting_hours * p.group_contact * min(1.0, f)
            student.session_contact = hours / community.has("meeting_interval")
