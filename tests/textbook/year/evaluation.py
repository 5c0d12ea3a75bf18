"""What students say and what clusters do with it (4.1, 4.3.1)."""

from __future__ import annotations

from samenspel.model.luck.draws import Stream

from ..arithmetic import clip, mean, spread
from ..weeks import weeks_of


def result(model, community, number: int) -> float | None:
    """The mean answer of a cluster's inside students whose placement has begun; nothing without any."""
    p = model.p
    noise = p.survey_noise * (1 + community.leadership.backlog / p.leadership_backlog_limit)
    answers = [
        clip(spread(student.remembered, noise, student.u(Stream.SURVEY, number)))
        for student in community.students()
        if weeks_of(student)[0] <= model.week_of_year
    ]
    return mean(answers) if answers else None


def interim_evaluation(model) -> None:
    """4.1: hours may come, nothing is taken away; a late leadership misses the moment."""
    p = model.p
    for community in model.communities:
        if not p.with_evaluation or not community.leadership.in_time:
            continue
        found = result(model, community, 1)
        if found is not None and found < p.survey_floor:
            community.extra_hours = min(p.plan_hours_limit, community.extra_hours + p.plan_hours)


def end_evaluation(model) -> None:
    """4.3.1: next year's plan and hours."""
    p = model.p
    for community in model.communities if p.with_evaluation else []:
        found = result(model, community, 0)
        if found is None:
            continue
        community.plan = found < p.survey_floor
        if community.plan:
            community.extra_hours = min(p.plan_hours_limit, community.extra_hours + p.plan_hours)
        else:
            community.extra_hours = max(0.0, community.extra_hours - p.plan_hours)
