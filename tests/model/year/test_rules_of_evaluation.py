"""Evaluation and assessment, person by person for any state and parameters (RULES 4.1, 4.3)."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from numpy.typing import NDArray

from samenspel.agents.students import Exit, Programme, Status
from samenspel.model import Partnership
from samenspel.model.luck.draws import Stream
from samenspel.model.year.assessment import assess
from samenspel.model.year.evaluation import end_evaluation, interim_evaluation
from tests.lives import apply, copied, in_any_state
from tests.reckoned import PABO, YEAR, backlog_of, numbers, often, same, same_but, spread
from tests.strategies import values_of
from tests.textbook.constants import weight

# --- the middle of the year (4.1) ------------------------------------------------------------------------------------


def answers(there: Partnership, number: int) -> NDArray[np.float64]:
    """The mean answer in every cluster of whose placement has begun; missing where nobody is such."""
    p, s, found = there.p, there.students.rows(), []
    u = there.draws.uniform(Stream.SURVEY, s.key, YEAR, number)
    noise = p.survey_noise * (1 + backlog_of(there)[s.partnership] / p.leadership_backlog_limit)
    said = spread(s.remembered, noise, u).clip(0, 1)
    for cluster in range(len(there.communities)):
        mine = said[(s.cluster == cluster) & (s.status == Status.INSIDE) & (s.first_week <= (20 if number else 40))]
        found.append(mine.mean() if mine.size else math.nan)
    return np.array(found)


EVALUATION = (
    "survey_noise", "survey_floor", "plan_hours", "plan_hours_limit", "leadership_backlog_limit", "with_leadership",
    "with_evaluation",
)  # fmt: skip


@often
@given(number=numbers, values=values_of(*EVALUATION))
def test_the_interim_evaluation_adds_hours_where_answers_are_low_and_the_leadership_in_time(
    number: int, values: dict[str, Any]
) -> None:
    there = in_any_state(number, **values)
    p, c = there.p, there.communities.rows()
    before = copied(c)
    low = (answers(there, 1) < p.survey_floor) & (backlog_of(there)[c.partnership] <= p.leadership_backlog_limit)
    apply(interim_evaluation, there, YEAR)
    more = np.minimum(p.plan_hours_limit, before.extra_hours + p.plan_hours)
    same(c, {"extra_hours": np.where(low & bool(p.with_evaluation), more, before.extra_hours)})
    same_but(c, before, "extra_hours")


# --- the turn of the year: evaluation and assessment (4.3.1, 4.3.2) --------------------------------------------------


@often
@given(number=numbers, values=values_of(*EVALUATION))
def test_the_end_evaluation_makes_and_ends_plans_by_the_mean_answer(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, **values)
    p, c = there.p, there.communities.rows()
    before, result = copied(c), answers(there, 0)
    apply(end_evaluation, there, YEAR)
    if not p.with_evaluation:
        result[:] = math.nan
    for n in range(len(result)):
        hours, plan = before.extra_hours[n], before.plan[n]
        if result[n] < p.survey_floor:
            hours, plan = min(p.plan_hours_limit, hours + p.plan_hours), True
        elif result[n] >= p.survey_floor:
            hours, plan = max(0.0, hours - p.plan_hours), False
        assert (c.extra_hours[n], c.plan[n]) == (pytest.approx(hours), plan)
    same_but(c, before, "extra_hours", "plan")


ASSESSMENT = (
    *(f"required_year_{year}" for year in (1, 2, 3, 4)), "assessment_noise", "failed_leaves", "enrolment_limit",
    "with_assessment", "mbo_years", "mbo_return_share", "delay_later",
)  # fmt: skip


@often
@given(number=numbers, values=values_of(*ASSESSMENT))
def test_the_assessment_goes_by_score_draw_and_years_enrolled(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, mbo_students_per_cluster=4, **values)
    p, s, draws = there.p, there.students.rows(), there.draws
    before = copied(s)
    streams = Stream.ASSESSMENT, Stream.FAILED_LEAVES, Stream.DELAY, Stream.MBO_RETURN
    noise, fails, delays, returns = (draws.uniform(stream, s.key, YEAR) for stream in streams)
    apply(assess, there, YEAR)
    seen: Counter[Exit] = Counter()
    for i in np.flatnonzero(before.status != Status.LEFT):
        year, enrolled, outcome = before.year[i], before.enrolled[i], Exit.NONE
        if s.programme[i] < Programme.CARE_3:
            enrolled += 1
            of = "pedagogy" if s.programme[i] == Programme.PEDAGOGY else "pabo"
            weights = [weight(of, name) for name in PABO]
            mean = sum(w * getattr(before, name)[i] for w, name in zip(weights, PABO, strict=True)) / sum(weights)
            failed = spread(mean, p.assessment_noise, noise[i]) < values[f"required_year_{year}"]
            failed &= bool(p.with_assessment)
            passed = not failed and not (p.with_assessment and year > 1 and delays[i] < p.delay_later)
            if passed and year == 4:
                outcome = Exit.GRADUATED
            elif (failed and fails[i] < p.failed_leaves) or enrolled >= p.enrolment_limit:
                outcome = Exit.FAILED
            stays = passed
        else:
            outcome = Exit.GRADUATED if year >= p.mbo_years else Exit.NONE
            if not outcome and not returns[i] < p.mbo_return_share:
                outcome = Exit.ENDED
            stays = True
        seen[outcome] += 1
        assert s.enrolled[i] == enrolled
        assert s.exit_kind[i] == outcome
        assert s.status[i] == (Status.LEFT if outcome else before.status[i])
        assert outcome or s.year[i] == year + stays
    assert len(seen) > 2
    same_but(s, before, "enrolled", "exit_kind", "status", "year")
