"""Learning at the workplace: closed forms, and properties where there are none (RULES 3.8)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.agents.mentors import Mentor, Role
from samenspel.agents.organisations import Site
from samenspel.agents.students import Programme, Status, Student
from samenspel.model import Partnership
from samenspel.model.week.learning import learn_at_work
from tests.lives import FIRST, rows_of, settings_of
from tests.model.week.rules import CLOSE, often
from tests.strategies import unit
from tests.textbook.constants import DAYS_REFERENCE, WEIGHT_ASSISTANT, WEIGHT_CARE, WEIGHT_PABO, WEIGHT_PEDAGOGY

WEIGHTS = {
    Programme.FULLTIME: WEIGHT_PABO,
    Programme.PARTTIME: WEIGHT_PABO,
    Programme.ACADEMIC: WEIGHT_PABO,
    Programme.PEDAGOGY: WEIGHT_PEDAGOGY,
    Programme.CARE_3: WEIGHT_CARE,
    Programme.CARE_4: WEIGHT_CARE,
    Programme.ASSISTANT: WEIGHT_ASSISTANT,
}
DOMAINS = ("teaching", "care", "collaboration")
NOBODY = rows_of(Mentor, 0)


@often
@given(
    programme=st.sampled_from(list(Programme)),
    days=st.floats(0.1, 5),
    supervision=unit,
    start=unit,
    climate=st.floats(0.5, 1.2),
    inside=st.booleans(),
    weeks=st.integers(1, 12),
    mentor=st.sampled_from((None, Role.ACTIVE, Role.WITHDRAWN)),
    richness=st.floats(0, 2),
)
def test_workplace_learning_is_an_exponential_approach(
    programme: Programme, days: float, supervision: float, start: float, climate: float, inside: bool, weeks: int,
    mentor: Role | None, richness: float,
) -> None:  # fmt: skip
    p = settings_of(climate_mean=0.9)
    s = rows_of(
        Student, 1, status=Status.INSIDE, programme=programme, site=0 if inside else -1,
        mentor=-1 if mentor is None else 0,
        days_now=days, supervision=supervision, teaching=start, care=start, collaboration=start,
    )  # fmt: skip
    o, m = rows_of(Site, 1, climate=climate), rows_of(Mentor, 1, role=mentor or Role.EMPTY, richness=richness)
    for _ in range(weeks):
        learn_at_work(p, s, m, o)
    rich = richness if mentor == Role.ACTIVE else 1
    practice = p["practice_weight"] * rich * (days / DAYS_REFERENCE) ** p["practice_exponent"]
    rate = p["workplace_gain"] * (practice + (1 - p["practice_weight"]) * supervision) * (climate if inside else 0.9)
    for domain, weight in zip(DOMAINS, WEIGHTS[programme], strict=True):
        expected = 1 - (1 - start) * (1 - rate * weight) ** weeks
        assert getattr(s, domain)[0] == pytest.approx(expected, abs=CLOSE)


def test_without_days_nothing_is_learned() -> None:
    s = rows_of(Student, 2, status=Status.INSIDE, supervision=1.0, teaching=0.3)
    s.status[1], s.days_now[1] = Status.LEFT, 2.0
    learn_at_work(settings_of(), s, NOBODY, rows_of(Site, 1, climate=1.0))
    assert s.teaching.tolist() == [0.3, 0.3]


def test_a_year_of_one_student_with_one_mentor_is_an_exponential_approach() -> None:
    off = ("fatigue", "peer_learning", "dropout", "leadership", "evaluation")
    there = Partnership(FIRST.with_values(richness_spread=0.8, **{f"with_{rule}": False for rule in off}), rng=1)
    s, p = there.students.rows(), there.p
    before = {domain: getattr(s, domain).copy() for domain in DOMAINS}
    there.run(weeks=40)
    m, o = there.mentors.rows(), there.sites.rows()
    alone = (s.mentor >= 0) & (s.status == Status.INSIDE)
    alone[alone] = m.students[s.mentor[alone]] == 1
    rows = np.flatnonzero(alone)
    assert rows.size > 30
    at_load = s.need[rows] * s.days[rows] / p.mentor_hours
    support = np.minimum(1, 1 / at_load)
    guidance = (1 + p.dose_half) * support / (support + p.dose_half) * m.skill[s.mentor[rows]]
    quality = (1 - p.trainer_weight) * guidance + p.trainer_weight * s.trainer_guidance[rows]
    np.testing.assert_allclose(s.supervision[rows], quality.clip(max=1), rtol=1e-12)
    practice = p.practice_weight * m.richness[s.mentor[rows]] * (s.days[rows] / DAYS_REFERENCE) ** p.practice_exponent
    rate = p.workplace_gain * (practice + (1 - p.practice_weight) * s.supervision[rows]) * o.climate[s.site[rows]]
    for domain, weight in zip(DOMAINS, WEIGHT_PABO, strict=True):
        expected = 1 - (1 - before[domain][rows]) * (1 - rate * weight) ** 40
        np.testing.assert_allclose(getattr(s, domain)[rows], expected, rtol=1e-12)
