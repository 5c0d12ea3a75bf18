"""The start as a partnership lives in the long run (5.1)."""

from __future__ import annotations

import math
from itertools import pairwise
from statistics import fmean, pstdev
from types import SimpleNamespace

from samenspel.agents.mathematics import exp, log, power
from samenspel.model.luck.draws import Stream

from . import start
from .arithmetic import clip, largest_remainder, round_half_up
from .constants import ENGAGEMENT_SD, HOURS_PER_DAY, SUPERVISION_REFERENCE, SUPERVISION_SD
from .expected import MORE_ROUNDS, YEARS, Found, LongRun, Staff
from .mentors import drawn_skill
from .students import DOMAINS, HboStudent
from .tenure import giving_up, mentors_in_time, plan_in_time, trainers_in_time
from .week import supervision
from .weeks import weeks_of
from .year import asking, placement

MEMORIES = ("remembered", "felt_support", "time_memory", "contact_memory", "quality_memory")


def begin(model) -> None:
    """Everything of section 5.1 in order; boards, clusters, sites and their staff are there."""
    mentors_in_time(model)
    placement.deal_places(model)
    placement.place_mbo(model, 1, 0)
    trainers_in_time(model)
    wanted = {k: start.wanted(model, k) for k in range(len(model.institutes))}
    for partnership, demand in wanted.items():
        expect_of_trainers(model, partnership, demand)
    long_runs = [LongRun(model.p, find(model, k, demand)) for k, demand in wanted.items()]
    stocks = [stock(model, k, long_run) for k, long_run in enumerate(long_runs)]
    start.enrol(model, stocks)
    expected = {
        (k, a, year): count * inside_part(long_run, a, year)
        for k, (by_programme, long_run) in enumerate(zip(stocks, long_runs, strict=True))
        for a, by_year in by_programme.items()
        for year, count in enumerate(by_year, start=1)
    }
    placement.place_hbo(model, first=True, expected=expected)
    count_years(model, long_runs)
    asking.ask_mentors(model)
    for community in model.communities:
        community.split()
    model.sort_students()
    settle_in(model, long_runs)
    live_a_mean_year(model)
    plan_in_time(model)
    ask_in_order(model, long_runs)
    remember(model, long_runs)
    for mentor in model.mentors:
        grow_tired(mentor)
    for leadership in model.leaderships:
        leadership.count_work(1)
    clear(model)


def clear(model) -> None:
    for agent in (*model.students, *model.mentors, *model.communities):
        agent.clear_week()
    for mentor in model.mentors:
        mentor.paid_hours = 0.0
    for site in model.sites:
        site.hours_freed, site.hosting_teachers = 0.0, 0


# --- what students find ----------------------------------------------------------------------------------------------


def of(model, partnership: int) -> list:
    return [community for community in model.communities if community.partnership == partnership]


def part_able(model, partnership: int) -> dict[str, float]:
    """The part of each programme that could be placed."""
    p = model.p
    ikc = any(site.ikc and site.hbo_places for site in model.sites if site.partnership == partnership)
    same_day = p.parttime_form == "same_day"
    parttime = p.parttime_availability if same_day else p.parttime_availability_flex
    return {"fulltime": 1.0, "parttime": parttime, "academic": 1.0, "pedagogy": float(ikc)}


def expect_of_trainers(model, partnership: int, demand) -> None:
    """Trainer time left with the students, members and hosting mentors that are expected."""
    p, communities = model.p, of(model, partnership)
    places = sum(site.hbo_places for community in communities for site in community.sites)
    able = part_able(model, partnership)
    filled = min(1.0, sum(able[a] * demand[a] for a in demand) / places) if places else 1.0
    for community in communities:
        hbo = filled * sum(site.hbo_places for site in community.sites)
        mbo = sum(student.cluster is community for student in model.students)
        meets = mbo if community.has("mbo_mix") != "none" else 0
        members = hbo * 3 / 4 + meets
        community.expected_students = round_half_up(hbo + mbo)
        community.members = round_half_up(members)
        community.mbo_share = meets / members if members else 0.0
        active = [mentor for mentor in community.mentors if mentor.active]
        hosting = min(len(active), community.expected_students)
        new = round_half_up(sum(m.new for m in active) * hosting / max(1, len(active)))
        parts = community.expected_parts = max(1, math.ceil(community.members / p.community_split_size))
        community.coordination = (
            p.coordination_base + p.coordination_site * len(community.sites) + p.coordination_mentor * hosting
            + p.coordination_new_mentor * new + community.mix + p.coordination_split * (parts - 1)
        )  # fmt: skip
        community.free = max(0.0, community.trainer_hours - community.coordination)


def find(model, partnership: int, demand) -> Found:
    p, communities = model.p, of(model, partnership)
    mbo = [student for student in model.students if student.partnership == partnership]
    skills = [clip(drawn_skill(p, (n + 0.5) / 64)) for n in range(64)]
    return Found(
        demand=demand,
        able=part_able(model, partnership),
        mbo={a: sum(student.programme == a for student in mbo) for a in ("care3", "care4", "assistant")},
        places=sum(site.hbo_places for site in model.sites if site.partnership == partnership),
        staff={kind: staff(communities, kind) for kind in ("teacher", "care")},
        outside=(fmean(skills), pstdev(skills)),
        sites={
            "teacher": sum(site.hbo_places > 0 for community in communities for site in community.sites),
            "care": sum(site.hbo_places > 0 and site.ikc for community in communities for site in community.sites),
        },
        communities=communities,
    )


def staff(communities, kind: str) -> Staff:
    mentors = [m for community in communities for m in community.mentors if m.active and m.kind == kind]
    if not mentors:
        return Staff(0.0, 0.0, 0, 0.0, 0.0, 0.0)
    skill = [mentor.skill for mentor in mentors]
    return Staff(
        *(fmean(mentor.time(final) for mentor in mentors) for final in (False, True)), len(mentors),
        fmean(skill), pstdev(skill), fmean(mentor.interprofessional for mentor in mentors),
    )  # fmt: skip


# --- the stock -------------------------------------------------------------------------------------------------------


def stock(model, partnership: int, long_run: LongRun) -> dict[str, list[int]]:
    counted = start.counted(model, partnership)
    if counted:
        return counted
    found = {}
    for a, target in long_run.found.demand.items():
        numbers = [sum(long_run.cells[z, a, k].number for z in ("inside", "outside")) for k in YEARS]
        found[a] = largest_remainder(target, [n / sum(numbers) for n in numbers]) if target else [0, 0, 0, 0]
    return found


def inside_part(long_run: LongRun, a: str, k: int) -> float:
    inside, outside = (long_run.cells[z, a, k].number for z in ("inside", "outside"))
    return inside / (inside + outside) if inside + outside else 0.0


# --- what everybody has lived ----------------------------------------------------------------------------------------


def count_years(model, long_runs) -> None:
    """How many years everybody has lived; enrolled, and the study year of mbo students."""
    p = model.p
    for student in model.students:
        cells = long_runs[student.partnership].cells
        if isinstance(student, HboStudent):
            student.lived = student.year - 1
            by_years = cells[place_of(student), student.programme, student.year].by_years
            student.enrolled = max(student.lived, drawn(by_years, student.u(Stream.STUDY_YEAR)))
        else:
            numbers = [cells["inside", student.programme, k].number for k in YEARS]
            student.lived = drawn(numbers, student.u(Stream.MBO_RETURN))
            first = min(p.mbo_first_year, p.mbo_years)
            span = p.mbo_years - first + 1
            student.year = first + student.lived + math.floor(student.u(Stream.STUDY_YEAR) * (span - student.lived))
            student.half_year = student.half_year and not student.lived


def place_of(student) -> str:
    return "inside" if student.inside else "outside"


def settle_in(model, long_runs) -> None:
    """What everybody has lived, now that travel and mentors are known."""
    p = model.p
    for k, long_run in enumerate(long_runs):
        travels = [s.travel for s in model.students if s.hbo and s.inside and s.partnership == k]
        long_run.found.travel = fmean(t / (t + p.travel_half) for t in travels) if travels else 0.0
        for kind, staff in long_run.found.staff.items():
            asked = [
                s.mentor
                for s in model.students
                if s.partnership == k and s.mentor is not None and s.mentor.kind == kind
            ]
            if asked:
                staff.skill, staff.skill_sd = fmean(m.skill for m in asked), pstdev(m.skill for m in asked)
                staff.trained = fmean(m.interprofessional for m in asked)
        long_run.go_round(MORE_ROUNDS)
    for student in model.students:
        if student.lived:
            cells, place = long_runs[student.partnership].cells, place_of(student)
            x, first = (cells[place, student.programme, year].first for year in (student.lived + 1, 1))
            have_lived(p, student, x, first)


def drawn(numbers, u: float) -> int:
    """The first whose cumulative share exceeds u."""
    upto = 0.0
    for n, number in enumerate(numbers):
        upto += number / sum(numbers)
        if upto > u:
            return n
    return len(numbers) - 1


def have_lived(p, student, x, first) -> None:
    for state in (*DOMAINS, "knowledge"):
        begun = getattr(first, state)
        left = (1 - getattr(x, state)) / (1 - begun) if begun < 1 else 0.0
        setattr(student, state, 1 - (1 - getattr(student, state)) * left)
    if 0 < first.barrier < 1:
        odds = x.barrier / (1 - x.barrier) / (first.barrier / (1 - first.barrier))
        student.barrier = student.barrier * odds / (1 - student.barrier + student.barrier * odds)
    student.contacts, student.peer_support = x.contacts, x.peer_support
    student.engagement, student.remembered = x.engagement, x.remembered
    reached = 1 - power(1 - p.belonging_rate, 40.0)
    student.belonging = clip(x.belonging + reached * (1 - p.belonging_peer) * (student.climate - p.climate_mean))


def ask_in_order(model, long_runs) -> None:
    """Mentors are asked as in the four years before."""
    now = {student: student.year for student in model.students}
    away = [mentor for mentor in model.mentors if mentor.role == "withdrawn"]
    for ago in range(4, -1, -1):
        for mentor in away:
            mentor.role = "active" if ago else "withdrawn"
        for student in model.students:
            if student.hbo:
                student.year = (now[student] - 1 - ago) % 4 + 1
            if student.mentor is not None and starts_anew(model.p, student, long_runs, ago):
                student.mentor = None
        asking.ask_mentors(model)
        if ago:
            withdraw(model, ago, away)


def starts_anew(p, student, long_runs, ago: int) -> bool:
    """Whether somebody else has come since the year before: the mentor, or the student."""
    if student.mentor.since == ago or (not student.hbo and student.lived <= ago):
        return True
    return student.hbo and (student.year == 1 or parted(p, student, long_runs, ago))


def withdraw(model, ago: int, away) -> None:
    """Who withdrew that year, of whom those who are away now did last year, passed students on."""
    leaving = [
        mentor
        for mentor in model.mentors
        if mentor.active and (ago == 1 if mentor in away else mentor.u(Stream.WITHDRAWAL, ago) < giving_up(mentor))
    ]
    for mentor in leaving:
        mentor.role = "withdrawn"
    for mentor in model.mentors:
        mentor.expected = [student for student in model.students if student.mentor is mentor]
    for student in model.students:
        if student.mentor in leaving:
            colleagues = [m for m in student.cluster.mentors if m.active and m.kind == student.mentor_kind]
            at_site = [m for m in colleagues if m.site is student.site]
            new = min(at_site or colleagues, key=asking.expected_load, default=None)
            for one in (student, student.duo):
                if one is not None:
                    one.mentor = new
                    if new is not None:
                        new.expected.append(one)
    for mentor in leaving:
        mentor.role = "active"


def parted(p, student, long_runs, ago: int) -> bool:
    """Whether who was there a year before has left: more often where the mentor is less skilled."""
    long_run = long_runs[student.partnership]
    mean = long_run.found.staff[student.mentor.kind].skill
    better = (1 - p.trainer_weight - p.community_weight) * (student.mentor.skill - mean)
    z_e, z_s = p.engagement_supervision * better / ENGAGEMENT_SD, better / SUPERVISION_SD
    odds = exp(z_e * log(p.exit_odds_engagement) + z_s * log(p.exit_odds_supervision))
    leaves = 1 - long_run.cells["inside", student.programme, student.year - 1].stays
    u = student.u(Stream.EXIT, ago)
    return p.with_dropout and u < leaves * odds


def stretches(p) -> list[range]:
    """Weeks of the year in which the same students are placed."""
    starts = sorted({1, p.year_1_first_week, 41 - p.final_weeks, p.final_weeks + 1, 41})
    return [range(start, end) for start, end in pairwise(starts)]


def live_a_mean_year(model) -> None:
    """Supervision and support are means over weeks of placement, strain one over all; memories stay."""
    p = model.p
    before = {s: [getattr(s, name) for name in MEMORIES] for s in model.students}
    seen = {s: [] for s in model.students}
    for mentor in model.mentors:
        mentor.strain = 0.0
    for weeks in stretches(p):
        for s in model.students:
            s.placed = weeks[0] in weeks_of(s)
        share_of_meetings(model, 0.0)
        carry(model)
        alone = {mentor: mentor.load for mentor in model.mentors}
        share_of_meetings(model, 1.0)
        supervision.supervise(model)
        for mentor in model.mentors:
            mentor.strain += len(weeks) / 40 * mean_strain(mentor, alone[mentor])
        for s in model.students:
            if s.placed:
                seen[s] += [(s.supervision, s.support)] * len(weeks)
            for name, value in zip(MEMORIES, before[s], strict=True):
                setattr(s, name, value)
    for s in model.students:
        s.supervision, s.support = (fmean(values) for values in zip(*seen[s], strict=True))


def share_of_meetings(model, part: float) -> None:
    """Days at work, less this part of what meetings take in a mean week."""
    p = model.p
    for s in model.students:
        came = 0.0
        if s.member and p.with_peer_learning:
            light = p.light_interval if s.attends_light else 1.0
            available = 1.0 if s.hbo else p.mbo_availability
            came = available * s.engagement * s.team_support / light / s.cluster.has("meeting_interval")
        s.days_now = max(0.0, s.days - part * came * p.meeting_hours / HOURS_PER_DAY) if s.placed else 0.0


def carry(model) -> None:
    """What students ask of mentors."""
    for student in model.students:
        student.ask_hours()
    supervision.divide_hours(model)


def mean_strain(mentor, alone: float) -> float:
    """Over weeks with a meeting and those without, in which the load is `alone`."""
    n = mentor.cluster.has("meeting_interval")
    in_meeting_week = max(0.0, n * mentor.load - (n - 1) * alone)
    return (strain(mentor.p, in_meeting_week) + (n - 1) * strain(mentor.p, alone)) / n


def remember(model, long_runs) -> None:
    """Memories of who has lived here, from supervision as it is in a mean year."""
    p = model.p
    live_a_mean_year(model)
    for s in model.students:
        if not s.lived:
            continue
        expected, new = s.remembered, power(1 - p.memory_rate, float(weeks_lived(s)))
        s.remembered = s.supervision + new * (SUPERVISION_REFERENCE - s.supervision)
        if s.inside or p.form_outside == "mentored":
            s.felt_support = s.support + new * (1 - s.support)
        better = p.engagement_supervision * (s.remembered - expected)
        if s.inside:
            travel = long_runs[s.partnership].found.travel
            better -= p.engagement_travel * (s.travel / (s.travel + p.travel_half) - travel)
        s.engagement = clip(s.engagement + (1 - power(1 - p.engagement_rate, 40.0)) * better)


def weeks_lived(student) -> int:
    """Weeks of placement in the years before."""
    years = range(1, student.lived + 1)
    return sum(
        len(weeks_of(SimpleNamespace(p=student.p, programme=student.programme, key=student.key, year=year)))
        for year in years
    )


def grow_tired(mentor) -> None:
    """Fatigue after summer of who carries this load every year."""
    p = mentor.p
    if not (p.with_fatigue and p.fatigue_recovery and mentor.active):
        return
    highest = clip(mentor.base + p.fatigue_rate / p.fatigue_recovery * mentor.strain)
    left = power(1 - p.fatigue_recovery, 40.0)
    share = p.fatigue_summer * (1 - left) / (1 - p.fatigue_summer * left)
    mentor.fatigue = mentor.base + share * (highest - mentor.base)


def strain(p, load: float) -> float:
    """3.9."""
    return power(max(0.0, load - 1), p.fatigue_exponent) if p.form_fatigue == "excess" else load / 2
