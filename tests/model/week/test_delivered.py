"""`hours_delivered`: of hours that are agreed and paid, a part is really there (RULES 3.2, 3.4)."""

from __future__ import annotations

import numpy as np
import pytest

from samenspel.agents.students import Status
from samenspel.model import Partnership
from samenspel.model.declared.parameters import PARAMETERS
from tests.lives import after

PART = 0.75
"""Exact in binary, so that hours of plans still go a whole number of times into their limit."""
FACILITATED = (
    *("mentor_hours", "mentor_hours_final", "care_mentor_hours", "plan_hours", "plan_hours_limit"),
    *("trainer_hours", "institute_trainer_hours", "practice_trainer_hours", "mbo_trainer_hours"),
)
MIXED = {"mbo_students_per_cluster": 4, "mbo_mix": "mixed", "with_finance": False, "survey_floor": 0.6}
STATES = ("support", "guidance", "trainer_guidance", "supervision", "session_contact", "remembered", "engagement")


def with_less(weeks: int, start: str) -> Partnership:
    """A partnership in which less is agreed, and all of it given."""
    less = {name: PART * float(PARAMETERS[name].default) for name in FACILITATED}
    return after(weeks=weeks, form_start=start, beyond_range=True, **MIXED, **less)


@pytest.mark.parametrize("start", ["lived", "new"])
def test_hours_that_do_not_come_are_lived_like_hours_never_agreed_but_paid_in_full(start: str) -> None:
    weeks = 55
    there, other = after(weeks=weeks, form_start=start, hours_delivered=PART, **MIXED), with_less(weeks, start)
    one, two = there.students.rows(), other.students.rows()
    assert np.array_equal(one.key, two.key)
    for name in STATES:
        assert getattr(one, name) == pytest.approx(getattr(two, name), abs=1e-9), name
    paid, agreed = there.boards.rows(), other.boards.rows()
    assert paid.paid_teacher_hours.sum() > 0.0
    assert paid.paid_teacher_hours * PART == pytest.approx(agreed.paid_teacher_hours)
    assert paid.paid_care_hours * PART == pytest.approx(agreed.paid_care_hours)


def test_outside_hours_are_those_really_given() -> None:
    all_there, part = (after(weeks=1, hours_delivered=share, form_start="new") for share in (1.0, PART))
    outside = all_there.students.column("status") == Status.OUTSIDE
    assert outside.any()
    for name in ("support", "trainer_contact", "supervision"):
        assert np.array_equal(all_there.students.column(name)[outside], part.students.column(name)[outside])
