"""The order of the moments of a year, person by person for any state and parameters (RULES 4.1 to 4.3)."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from samenspel.agents.students import Programme, Status, Student
from samenspel.model.life import turn
from samenspel.model.luck.keys import SECOND_HALF
from tests.lives import GROWING, apply, make
from tests.reckoned import numbers, seldom
from tests.strategies import examples

LASTING = (
    "key", "partnership", "programme", "track", "year", "half_year", "enrolled", "home_x", "home_y", "wish", "wish_met",
    "available", "outside_skill", "outside_trainer", "status", "exit_kind", "site", "cluster", "mentor", "duo", "part",
    "travel", "teaching", "care", "collaboration", "knowledge", "engagement", "belonging", "peer_support", "barrier",
    "contacts", "remembered", "felt_support", "time_memory", "contact_memory", "quality_memory", "days", "first_week",
    "last_week", "need", "hazard",
)  # fmt: skip
"""What students are and remember; all else is of a week, or a sum of a year."""

# --- the middle of the year (4.1) ------------------------------------------------------------------------------------


@examples(3)
@given(number=numbers)
def test_the_moments_of_the_year_come_after_their_weeks(number: int) -> None:
    floor = {"survey_floor": 1.0, "survey_noise": 0.0, "plan_hours": 0.5, "plan_hours_limit": 3.0}
    sure = {"board_agrees": 1.0, "site_agrees": 1.0, "with_leadership": False, "beyond_range": True}
    there = make(
        number, **floor, **sure, **GROWING, form_start="new", mbo_students_per_cluster=4, mbo_half_year_share=0.4
    )
    founded = len(there.communities)
    for week in range(1, 42):
        there.step()
        extra = set(there.communities.column("extra_hours")[:founded].tolist())
        assert extra == {0.0 if week < 20 else 0.5 if week <= 40 else 1.0}
        of_mbo = there.students.column("programme") >= Programme.CARE_3
        assert (there.students.column("key")[of_mbo] & SECOND_HALF).any() == (week >= 20)
        assert bool(there.state.plans) == (27 <= week <= 40)
        assert there.boards.column("cost").any() == (week >= 40)
        cohort = there.students.column("key")[~of_mbo] // 2**40 % 2**16
        assert (cohort == 1).any() == (week == 41)


# --- places and placement (4.3.10, 4.3.11, 4.5, 4.6) -----------------------------------------------------------------


@seldom
@given(number=numbers, years=st.integers(1, 2))
def test_after_the_turn_the_week_begins_anew_and_rows_stand_in_order(number: int, years: int) -> None:
    there = make(number, **GROWING, mbo_students_per_cluster=4, partnerships=2, hbo_demand=200)
    there.run(years=years)
    apply(turn, there, grows=True)
    s, c = there.students.rows(), there.communities.rows()
    for name in Student.states().keys() - LASTING:
        assert not getattr(s, name).any(), name
    assert not there.leaderships.column("backlog").any()
    assert not (s.status == Status.LEFT).any()
    order = list(zip(s.partnership, np.where(s.cluster < 0, c.key.size, s.cluster), s.key, strict=True))
    assert order == sorted(order)
    for n in range(c.key.size):
        assert np.flatnonzero(s.cluster == n).tolist() == list(range(c.first[n], c.end[n]))
