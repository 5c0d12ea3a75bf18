"""Percentiles in the record of a week (RULES 6)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.agents.students import Programme, Status
from samenspel.model.week.record import tenth_percentile
from tests.lives import after, floats
from tests.model.week.rules import CLOSE, often
from tests.strategies import unit


@often
@given(values=st.lists(unit, min_size=1, max_size=200), beyond=st.integers(0, 5))
def test_the_tenth_percentile_is_numpys(values: list[float], beyond: int) -> None:
    scratch = floats(*values, *([-9.0] * beyond))
    assert tenth_percentile(scratch, len(values)) == pytest.approx(np.percentile(values, 10), abs=CLOSE)


@pytest.mark.parametrize("n", [63, 64, 65, 66, 1000, 1001])
def test_the_tenth_percentile_of_many(n: int) -> None:
    values = np.random.default_rng(n).random(n)
    assert tenth_percentile(values.copy(), n) == pytest.approx(np.percentile(values, 10), abs=CLOSE)


def test_the_tenth_percentile_of_nobody_is_missing() -> None:
    assert math.isnan(tenth_percentile(np.zeros(3), 0))


@pytest.mark.parametrize("outside", [0.0, 0.6, 1.0])
def test_percentiles_of_the_record_are_those_of_the_students(outside: float) -> None:
    """However few students are outside, whose places in the scratch array are those of mbo students."""
    demand = {0.0: 100, 0.6: 220, 1.0: 360}[outside]
    there = after(weeks=3, hbo_demand=demand, mbo_students_per_cluster=12, mbo_mix="mixed", mbo_places_per_site=8)
    s = there.students.rows()
    inside, mbo = (s.status == Status.INSIDE) & s.placed, s.programme >= Programme.CARE_3
    last = there.indicators().iloc[-1]
    for name, rows in (("", inside), ("_hbo", inside & ~mbo), ("_mbo", inside & mbo)):
        assert last[f"supervision_p10{name}"] == pytest.approx(np.percentile(s.supervision[rows], 10), abs=CLOSE)
