"""The start as a partnership lives in the long run (5.1)."""

from __future__ import annotations

import math
from statistics import fmean, pstdev

from samenspel.model.luck.draws import Stream

from . import start
from .arithmetic import clip, largest_remainder, round_half_up
from .expected import MORE_ROUNDS, YEARS, Found, LongRun, Staff
from .mentors import drawn_skill
from .students import DOMAINS, HboStudent
from .week import supervision
from .year import asking, placement


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
    settle_in(model, long_runs)
    asking.ask_mentors(model)
    for community in model.communities:
        community.split()
    model.sort_students()
    evaluate(model)
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


# --- staff -----------------------------------------------------------------------------------------------------------


def mentors_in_time(model) -> None:
    p, mentors = model.p, list(model.mentors)
    tau = p.mentor_turnover if p.with_turnover else 0.0
    unfilled = 1 - p.mentor_recruitment
    empty = tau * unfilled / (1 - (1 - tau) * unfilled) if tau * unfilled else 0.0
    gives_up = fmean(giving_up(mentor) for mentor in mentors)
    away = (1 - tau) * (1 - p.mentor_return)
    ratio = gives_up * away / max(1e-9, 1 - away)
    withdrawn = (1 - empty) * ratio / (1 + ratio)
    new = (empty + tau * (1 - empty)) * p.mentor_recruitment / max(1e-9, 1 - empty - withdrawn)
    for mentor in mentors:
        u = mentor.u(Stream.MENTOR_TURNOVER)
        if mentor.site.counts[2 if mentor.kind == "care" else 0] is None and u < empty + withdrawn:
            mentor.role = "empty" if u < empty else "withdrawn"
        u = mentor.u(Stream.MENTOR_TURNOVER, 1)
        mentor.since = sum(u >= 1 - (1 - min(1.0, new)) * (1 - tau) ** n for n in range(5))
        mentor.new = mentor.since == 0 and mentor.active
        train_in_time(mentor, 0.0)


def giving_up(mentor) -> float:
    """The chance to withdraw in a year."""
    p = mentor.p
    return 1 - (1 - p.withdrawal_rate * mentor.base**2) ** 40 if p.with_withdrawal and p.with_fatigue else 0.0


def train_in_time(mentor, planning: float) -> None:
    """Trained by now or not, where the file does not say; `planning` is the part of years with a plan."""
    p = mentor.p
    tau, rate = p.mentor_turnover if p.with_turnover else 0.0, p.mentor_training_rate
    missed = 1 - ((1 - planning) * rate + planning * min(1.0, 2 * rate))
    if tau == 0 and rate == 0:
        share = p.mentors_trained_share
    else:
        untrained = (1 - p.new_mentors_trained_share) * missed ** (mentor.since + 1)
        if mentor.since == 5:  # or longer ago
            untrained *= tau / (1 - (1 - tau) * missed)
        share = 1 - untrained
    if mentor.kind == "care" or mentor.site.counts[1] is None:
        mentor.trained = mentor.u(Stream.MENTOR_STATE, 0) < share
    mentor.skill = clip(drawn_skill(p, mentor.u(Stream.MENTOR_STATE, 2)) + p.mentor_training_gain * mentor.trained)


def trainers_in_time(model) -> None:
    p = model.p
    tau = p.trainer_turnover if p.with_turnover else 0.0
    for leadership in model.leaderships:
        leadership.count_work(1)
    for trainer in model.trainers:
        if not trainer.present:
            continue
        q = share_done(p, trainer.cluster.leadership)
        keeps = 1 - p.trainer_skill_gain * q - p.trainer_skill_loss * (1 - q)
        aim = p.trainer_skill_gain * q / (1 - keeps) if keeps < 1 else trainer.skill
        if tau == 0:
            trainer.skill, trainer.familiarity = aim, 1.0
            continue
        years = 0
        if tau < 1:
            years = math.floor(math.log(1 - trainer.u(Stream.TRAINER_TURNOVER)) / math.log(1 - tau))
        vacant = 0 if trainer.u(Stream.TRAINER_FOUND) < p.trainer_found else p.vacancy_weeks
        trainer.skill = aim + (trainer.skill - aim) * keeps**years
        trainer.vacant_weeks = vacant if years == 0 else 0
        weeks = 40 * years - vacant if years else 0
        trainer.familiarity = 1 - (1 - p.familiarity_new) * (1 - p.familiarity_rate) ** weeks


def share_done(p, leadership) -> float:
    """Of its work in a year."""
    return 1 / (1 + backlog_after(p, leadership, 40) / 40)


def backlog_after(p, leadership, weeks: int) -> float:
    if not p.with_leadership:
        return 0.0
    if p.leadership_hours == 0:
        return 40.0 * weeks
    return weeks * max(0.0, leadership.asked - p.leadership_hours) / p.leadership_hours


def evaluate(model) -> None:
    """Plans and extra hours in the long run, if every year were judged as this start is supervised."""
    p = model.p
    supervise_on_average(model)
    if not p.with_evaluation:
        return
    for leadership in model.leaderships:
        leadership.count_work(1)
    for community in model.communities:
        low = {weeks: below_floor(p, community, weeks) for weeks in (20, 40)}
        if backlog_after(p, community.leadership, 20) > p.leadership_backlog_limit:
            low[20] = 0.0
        community.plan = community.u(Stream.SURVEY) < low[40]
        hours = p.plan_hours * before_end(p, low[20], low[40], community.u(Stream.SURVEY, 1))
        if community.plan:
            community.extra_hours = min(p.plan_hours_limit, hours + p.plan_hours)
        else:
            community.extra_hours = max(0.0, hours - p.plan_hours)
        for mentor in community.mentors:
            train_in_time(mentor, low[40])


def below_floor(p, community, weeks: int) -> float:
    """The chance of a result below the floor."""
    answers = [student.supervision for student in community.students()]
    if not answers:
        return 0.0
    noise = p.survey_noise * (1 + backlog_after(p, community.leadership, weeks) / p.leadership_backlog_limit)
    sd = max(noise / math.sqrt(3 * len(answers)), 1e-12)
    return (1 + math.erf((p.survey_floor - fmean(answers)) / sd / math.sqrt(2))) / 2


def before_end(p, interim: float, end: float, u: float) -> int:
    """Times `plan_hours` that a community has before the end evaluation, after thirty years."""
    most = min(math.ceil(p.plan_hours_limit / p.plan_hours), 100) if p.plan_hours else 0
    chance = {0: 1.0}
    for _ in range(30):
        chance = after_survey(after_survey(chance, interim, 0, most), end, 1, most)
    upto = 0.0
    chance = after_survey(chance, interim, 0, most)
    for k in range(most):
        upto += chance.get(k, 0.0)
        if upto > u:
            return k
    return most


def after_survey(chance, low: float, down: int, most: int) -> dict[int, float]:
    found: dict[int, float] = {}
    for k, part in sorted(chance.items()):
        for to, share in ((min(most, k + 1), low), (max(0, k - down), 1 - low)):
            found[to] = found.get(to, 0.0) + share * part
    return found


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
        parts = max(1, math.ceil(community.members / p.community_split_size))
        coordination = (
            p.coordination_base + p.coordination_site * len(community.sites) + p.coordination_mentor * hosting
            + p.coordination_new_mentor * new + community.mix + p.coordination_split * (parts - 1)
        )  # fmt: skip
        community.trainer_time = max(0.0, community.trainer_hours - coordination)


def find(model, partnership: int, demand) -> Found:
    p, communities = model.p, of(model, partnership)
    mbo = [student for student in model.students if student.partnership == partnership]
    weights = [max(community.expected_students, 1e-300) for community in communities]
    guidance = []
    for community in communities:
        t = community.trainer_time / max(1, community.expected_students)
        guidance.append(community.trainer_effect * t / (t + p.trainer_half))
    skills = [clip(drawn_skill(p, (n + 0.5) / 64)) for n in range(64)]
    return Found(
        demand=demand,
        able=part_able(model, partnership),
        mbo={a: sum(student.programme == a for student in mbo) for a in ("care3", "care4", "assistant")},
        places=sum(site.hbo_places for site in model.sites if site.partnership == partnership),
        staff={kind: staff(communities, kind) for kind in ("teacher", "care")},
        outside=(fmean(skills), pstdev(skills)),
        trainers=sum(w * g for w, g in zip(weights, guidance, strict=True)) / sum(weights) if communities else 0.0,
        communities=communities,
    )


def staff(communities, kind: str) -> Staff:
    mentors = [m for community in communities for m in community.mentors if m.active and m.kind == kind]
    if not mentors:
        return Staff(0.0, 0, 0.0, 0.0, 0.0)
    skill = [mentor.skill for mentor in mentors]
    return Staff(
        fmean(mentor.time for mentor in mentors), len(mentors), fmean(skill), pstdev(skill),
        fmean(mentor.interprofessional for mentor in mentors),
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


def settle_in(model, long_runs) -> None:
    p = model.p
    for k, long_run in enumerate(long_runs):
        travels = [s.travel for s in model.students if s.hbo and s.inside and s.partnership == k]
        long_run.found.travel = fmean(t / (t + p.travel_half) for t in travels) if travels else 0.0
        long_run.go_round(MORE_ROUNDS)
    for student in model.students:
        long_run = long_runs[student.partnership]
        place = "inside" if student.inside else "outside"
        if isinstance(student, HboStudent):
            student.lived = student.year - 1
            by_years = long_run.cells[place, student.programme, student.year].by_years
            student.enrolled = max(student.lived, drawn(by_years, student.u(Stream.STUDY_YEAR)))
        else:
            numbers = [long_run.cells["inside", student.programme, k].number for k in YEARS]
            student.lived = drawn(numbers, student.u(Stream.MBO_RETURN))
            first = min(p.mbo_first_year, p.mbo_years)
            span = p.mbo_years - first + 1
            student.year = first + student.lived + math.floor(student.u(Stream.STUDY_YEAR) * (span - student.lived))
            student.half_year = student.half_year and not student.lived
        if student.lived:
            have_lived(p, student, long_run.cells[place, student.programme, student.lived + 1].first,
                       long_run.cells[place, student.programme, 1].first)  # fmt: skip


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
    reached = 1 - (1 - p.belonging_rate) ** 40
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
    for student in model.students:
        if student.mentor in leaving:
            colleagues = [m for m in student.cluster.mentors if m.active and m.kind == student.mentor_kind]
            at_site = [m for m in colleagues if m.site is student.site]
            student.mentor = min(at_site or colleagues, key=asking.expected_load, default=None)
            if student.mentor is not None:
                asking.take(student.mentor, student)
    for mentor in leaving:
        mentor.role = "active"


def parted(p, student, long_runs, ago: int) -> bool:
    """Whether who was there a year before has left: more often where the mentor is less skilled."""
    long_run = long_runs[student.partnership]
    mean = long_run.found.staff[student.mentor.kind].skill
    better = (1 - p.trainer_weight) * (student.mentor.skill - mean)
    odds = p.exit_odds_supervision ** (better / p.supervision_sd)
    odds *= p.exit_odds_engagement ** (p.engagement_supervision * better / p.engagement_sd)
    leaves = 1 - long_run.cells["inside", student.programme, student.year - 1].stays
    u = student.u(Stream.EXIT, ago)
    return p.with_dropout and u < leaves * odds


def supervise_on_average(model) -> None:
    """A week in which everybody misses the mean of what meetings take; memories stay."""
    p = model.p
    before = {s: (s.remembered, s.felt_support) for s in model.students}
    for s in model.students:
        came = 0.0
        if s.member and p.with_peer_learning:
            light = p.light_interval if s.attends_light else 1.0
            available = 1.0 if s.hbo else p.mbo_availability
            came = available * s.engagement * s.team_support / light / s.cluster.has("meeting_interval")
        s.days_now = max(0.0, s.days - came * p.meeting_hours / p.hours_per_day)
    supervision.supervise(model)
    for s in model.students:
        s.remembered, s.felt_support = before[s]


def remember(model, long_runs) -> None:
    """Memories of who has lived here, from supervision as it is in the mean week."""
    p = model.p
    busiest_week(model)
    supervise_on_average(model)
    for s in model.students:
        if not s.lived:
            continue
        expected, new = s.remembered, (1 - p.memory_rate) ** (40 * s.lived)
        s.remembered = s.supervision + new * (p.supervision_reference - s.supervision)
        if s.inside or p.form_outside == "mentored":
            s.felt_support = s.support + new * (1 - s.support)
        better = p.engagement_supervision * (s.remembered - expected)
        if s.inside:
            travel = long_runs[s.partnership].found.travel
            better -= p.engagement_travel * (s.travel / (s.travel + p.travel_half) - travel)
        s.engagement = clip(s.engagement + (1 - (1 - p.engagement_rate) ** 40) * better)


def busiest_week(model) -> None:
    """The load of mentors in a week without a meeting."""
    for student in model.students:
        student.days_now = student.days
        student.ask_hours()
    for community in model.communities:
        inside = community.students()
        for site in community.sites:
            site.free_teachers([student for student in inside if student.site is site])
        for mentor in community.mentors:
            mentor.divide_time([student for student in inside if student.mentor is mentor])
            mentor.busiest = mentor.load


def grow_tired(mentor) -> None:
    """Fatigue after summer of who carries this load every year."""
    p = mentor.p
    if not (p.with_fatigue and p.fatigue_recovery and mentor.active):
        return
    n = mentor.cluster.has("meeting_interval")
    in_meeting_week = max(0.0, n * mentor.load - (n - 1) * mentor.busiest)
    tires = (strain(p, in_meeting_week) + (n - 1) * strain(p, mentor.busiest)) / n
    highest = clip(mentor.base + p.fatigue_rate / p.fatigue_recovery * tires)
    left = (1 - p.fatigue_recovery) ** 40
    share = p.fatigue_summer * (1 - left) / (1 - p.fatigue_summer * left)
    mentor.fatigue = mentor.base + share * (highest - mentor.base)


def strain(p, load: float) -> float:
    """3.9."""
    return max(0.0, load - 1) ** p.fatigue_exponent if p.form_fatigue == "excess" else load / 2
