"""Which floor gives way, and the quality that decides (RULES 6)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.agents.students import Floor, Status
from samenspel.model.declared.indicators import RESTORED_BY, SHORT_OF
from samenspel.model.measures.floors import deciding_quality, floor_that_gives_way, shares_of
from tests.lives import after

TIME, CONTACT, QUALITY = Floor


@pytest.mark.parametrize(
    ("restored", "first"),
    [
        ((0.1, 0.2, 0.3), QUALITY),
        ((0.1, 0.2, 0.0), CONTACT),
        ((0.2, 0.2, 0.1), TIME),
        ((0.0, 0.1, 0.1), CONTACT),
        ((0.0, 0.0, 0.0), None),
        ((math.nan,) * 3, None),
    ],
)
def test_the_floor_that_restores_most_gives_way(restored: tuple[float, ...], first: Floor | None) -> None:
    assert floor_that_gives_way(dict(zip(RESTORED_BY.values(), restored, strict=True))) is first


def test_who_falls_short_most_need_not_give_way() -> None:
    """Nearly all who lack time lack quality too; those who lack contact lack nothing else."""
    shares = shares_of(np.array([TIME + QUALITY] * 5 + [TIME] + [CONTACT] * 2 + [0] * 2))
    assert [shares[SHORT_OF[floor]] for floor in Floor] == [0.6, 0.2, 0.5]
    assert [shares[RESTORED_BY[floor]] for floor in Floor] == [0.1, 0.2, 0.0]
    assert floor_that_gives_way(shares) is CONTACT


@given(st.lists(st.integers(0, 7), min_size=1, max_size=30))
def test_shares_of_students_are_counts_over_all(shortfalls: list[int]) -> None:
    shares = shares_of(np.array(shortfalls, np.int8))
    for floor in Floor:
        assert shares[SHORT_OF[floor]] == pytest.approx(sum(bool(one & floor) for one in shortfalls) / len(shortfalls))
        assert shares[RESTORED_BY[floor]] == pytest.approx(shortfalls.count(floor) / len(shortfalls))


@pytest.mark.parametrize("form", ["quality", "floors"])
def test_the_quality_that_decides_reaches_the_threshold_exactly_where_supervision_is_adequate(form: str) -> None:
    there = after(weeks=12, adequate_by=form, mentor_hours=1.2, trainer_hours=4.0)
    s = there.students.rows()
    enough = deciding_quality(there.p, s) >= there.p.adequate_threshold
    present = (s.status != Status.LEFT) & s.placed
    assert enough[present].tolist() == (s.shortfalls[present] == 0).tolist()
    assert 0.1 < enough[present].mean() < 0.95
    other = after(weeks=12, adequate_by=form, mentor_hours=1.2, trainer_hours=4.0, adequate_threshold=0.5)
    theirs = (other.students.rows().shortfalls == 0)[present]
    assert (deciding_quality(there.p, s)[present] >= 0.5).tolist() == theirs.tolist()
