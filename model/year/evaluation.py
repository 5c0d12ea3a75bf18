"""The interim and the end evaluation: a noisy view of supervision that feeds the clusters' plans (RULES 4.1, 4.3.1)."""

from __future__ import annotations

import math

import numpy as np

from samenspel.agents.columns import Floats
from samenspel.agents.compiled import rule
from samenspel.agents.students import Status
from samenspel.model.declared.calendar import MIDDLE, WEEKS
from samenspel.model.here import Here
from samenspel.model.luck.draws import Stream, stream_state, uniform_at
from samenspel.model.year.newcomers import spread, within


@rule
def survey(here: Here, school_year: int, number: int, week_of_year: int) -> Floats:
    """The mean answer per cluster of whose placement began by this week, NaN without any; shape (communities,)."""
    p, s = here.settings[0], here.s
    luck = stream_state(here.now[0].seed, Stream.SURVEY, school_year, number)
    asked, total = np.zeros(here.c.key.size), np.zeros(here.c.key.size)
    for i in range(s.key.size):
        if s.status[i] == Status.INSIDE and s.first_week[i] <= week_of_year:
            noise = p.survey_noise * (1.0 + here.lead.backlog[s.partnership[i]] / p.leadership_backlog_limit)
            asked[s.cluster[i]] += 1.0
            total[s.cluster[i]] += within(spread(s.remembered[i], noise, uniform_at(luck, s.key[i])))
    for k in range(total.size):
        total[k] = total[k] / asked[k] if asked[k] > 0.0 else math.nan
    return total


@rule
def interim_evaluation(here: Here, school_year: int) -> None:
    """A cluster below the floor gets hours at once, unless the leadership is too late to notice."""
    p, c = here.settings[0], here.c
    if not p.with_evaluation:
        return
    result = survey(here, school_year, 1, MIDDLE)
    for k in range(result.size):
        in_time = here.lead.backlog[c.partnership[k]] <= p.leadership_backlog_limit
        if in_time and result[k] < p.survey_floor:
            c.extra_hours[k] = min(p.plan_hours_limit, c.extra_hours[k] + p.plan_hours)


@rule
def end_evaluation(here: Here, school_year: int) -> None:
    """A cluster below the floor makes a plan: more trainer hours, more training, trained mentors first."""
    p, c = here.settings[0], here.c
    if not p.with_evaluation:
        return
    result = survey(here, school_year, 0, WEEKS)
    for k in range(result.size):
        if result[k] < p.survey_floor:
            c.plan[k] = True
            c.extra_hours[k] = min(p.plan_hours_limit, c.extra_hours[k] + p.plan_hours)
        elif result[k] >= p.survey_floor:
            c.plan[k] = False
            c.extra_hours[k] = max(0.0, c.extra_hours[k] - p.plan_hours)
