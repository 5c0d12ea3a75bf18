"""The interim and the end evaluation: a noisy view of supervision that feeds the clusters' plans (RULES 4.1, 4.3.1)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.students import Status
from samenspel.model.declared.calendar import MIDDLE, WEEKS
from samenspel.model.luck.draws import Stream
from samenspel.model.state import ModelState
from samenspel.model.year.newcomers import spread


def survey(here: ModelState, school_year: int, number: int, week_of_year: int) -> NDArray[np.float64]:
    """The mean answer per cluster of whose placement began by this week, NaN without any; shape (communities,)."""
    p, s = here.p, here.students.rows()
    rows = np.flatnonzero((s.status == Status.INSIDE) & (s.first_week <= week_of_year))
    backlog = here.leaderships.column("backlog")[s.partnership[rows]]
    noise = p.survey_noise * (1.0 + backlog / p.leadership_backlog_limit)
    u = here.draws.uniform(Stream.SURVEY, s.key[rows], school_year, number)
    answers = spread(s.remembered[rows], noise, u).clip(0, 1)
    count = here.communities.size
    asked = np.bincount(s.cluster[rows], minlength=count)
    total = np.bincount(s.cluster[rows], answers, minlength=count)
    return np.where(asked > 0, total / np.maximum(1, asked), np.nan)


def interim_evaluation(here: ModelState, school_year: int) -> None:
    """A cluster below the floor gets hours at once, unless the leadership is too late to notice."""
    p, c = here.p, here.communities.rows()
    if not p.with_evaluation:
        return
    in_time = here.leaderships.column("backlog")[c.partnership] <= p.leadership_backlog_limit
    low = in_time & (survey(here, school_year, 1, MIDDLE) < p.survey_floor)
    c.extra_hours[low] = np.minimum(p.plan_hours_limit, c.extra_hours[low] + p.plan_hours)


def end_evaluation(here: ModelState, school_year: int) -> None:
    """A cluster below the floor makes a plan: more trainer hours, more training, trained mentors first."""
    p, c = here.p, here.communities.rows()
    if not p.with_evaluation:
        return
    result = survey(here, school_year, 0, WEEKS)
    low, fine = result < p.survey_floor, result >= p.survey_floor
    c.plan[low], c.plan[fine] = True, False
    c.extra_hours[low] = np.minimum(p.plan_hours_limit, c.extra_hours[low] + p.plan_hours)
    c.extra_hours[fine] = np.maximum(0.0, c.extra_hours[fine] - p.plan_hours)
