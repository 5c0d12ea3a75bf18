"""Mentors, trainers and plans as they are in the long run (5.1)."""

from __future__ import annotations

import math
from statistics import fmean

from samenspel.agents.mathematics import log, power
from samenspel.model.luck.draws import Stream


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


def giving_up(mentor) -> float:
    """The chance to withdraw in a year."""
    p = mentor.p
    return 1 - (1 - p.withdrawal_rate * mentor.base**2) ** 40 if p.with_withdrawal and p.with_fatigue else 0.0


def trainers_in_time(model) -> None:
    p = model.p
    tau = p.trainer_turnover if p.with_turnover else 0.0
    for leadership in model.leaderships:
        leadership.count_work(1)
    for community in model.communities:
        if p.with_fidelity and p.maturity_rate:
            community.maturity = share_done(p, community.leadership)
    for trainer in model.trainers:
        if not trainer.present:
            continue
        q = share_done(p, trainer.cluster.leadership)
        changes = p.trainer_skill_gain * q + p.trainer_skill_loss * (1 - q)
        aim = p.trainer_skill_gain * q / changes if changes else trainer.skill
        if tau == 0:
            trainer.skill, trainer.familiarity = aim, 1.0
            continue
        years = 0
        if tau < 1:
            years = math.floor(log(1 - trainer.u(Stream.TRAINER_TURNOVER)) / log(1 - tau))
        vacant = 0 if trainer.u(Stream.TRAINER_FOUND) < p.trainer_found else p.vacancy_weeks
        trainer.skill = aim + (trainer.skill - aim) * power(1 - changes, float(years))
        trainer.vacant_weeks = vacant if years == 0 else 0
        weeks = 40 * years - vacant if years else 0
        trainer.familiarity = 1 - (1 - p.familiarity_new) * power(1 - p.familiarity_rate, float(weeks))


def share_done(p, leadership) -> float:
    """Of its work in a year."""
    return 1 / (1 + backlog_after(p, leadership, 40) / 40)


def backlog_after(p, leadership, weeks: int) -> float:
    if not p.with_leadership:
        return 0.0
    if p.leadership_hours == 0:
        return 40.0 * weeks
    return weeks * max(0.0, leadership.asked - p.leadership_hours) / p.leadership_hours


def plan_in_time(model) -> None:
    """Plans and extra hours in the long run, if every year were judged as this start is supervised."""
    p = model.p
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


def below_floor(p, community, weeks: int) -> float:
    """The chance of a result below the floor."""
    answers = [student.supervision for student in community.students() if student.first_week <= weeks]
    if not answers:
        return 0.0
    noise = p.survey_noise * (1 + backlog_after(p, community.leadership, weeks) / p.leadership_backlog_limit)
    sd = max(noise / math.sqrt(3 * len(answers)), 1e-12)
    return (1 + math.erf((p.survey_floor - fmean(answers)) / sd / math.sqrt(2))) / 2


def before_end(p, interim: float, end: float, u: float) -> int:
    """Times `plan_hours` that a community has before the end evaluation, after thirty years."""
    most = math.ceil(min(100.0, p.plan_hours_limit / p.plan_hours)) if p.plan_hours else 0
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
