"""The start as a partnership lives, for any parameters (RULES 5.1)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from samenspel.agents.mentors import Role
from samenspel.agents.students import FIRST_MBO, Status
from samenspel.model import Partnership
from samenspel.model.start.tenure import roles_in_time
from tests.lives import BASELINE
from tests.model.test_docking import anywhere
from tests.reckoned import numbers, seldom
from tests.textbook.docking import first_differences, report

pytestmark = pytest.mark.no_cover


@seldom
@given(number=numbers)
def test_the_textbook_starts_alike_anywhere(number: int) -> None:
    found = first_differences(BASELINE.with_values(**anywhere(number) | {"form_start": "lived"}), number, weeks=1)
    assert not found, report(found)


@seldom
@given(number=numbers)
def test_whoever_is_there_is_somebody_who_can_be(number: int) -> None:
    there = Partnership(BASELINE.with_values(**anywhere(number) | {"form_start": "lived"}), rng=number)
    s, m = there.students.rows(), there.mentors.rows()
    for state in ("teaching", "care", "collaboration", "knowledge", "barrier", "peer_support", "engagement"):
        column = getattr(s, state)
        assert ((column >= 0) & (column <= 1)).all()
    assert ((m.fatigue >= 0) & (m.fatigue <= 1) & (m.skill >= 0) & (m.skill <= 1)).all()
    hbo, outside = s.programme < FIRST_MBO, s.status == Status.OUTSIDE
    assert (s.enrolled[hbo] >= s.year[hbo] - 1).all()
    assert not s.peer_support[outside].any()
    assert (m.role[s.mentor[s.mentor >= 0]] == Role.ACTIVE).all()
    two = np.flatnonzero(s.duo >= 0)
    assert np.array_equal(s.mentor[two], s.mentor[s.duo[two]])
    empty, withdrawn = roles_in_time(there.settings[0], m)
    for role, share in ((Role.EMPTY, empty), (Role.WITHDRAWN, withdrawn)):
        error = math.sqrt(share * (1 - share) / m.role.size)
        assert abs(np.mean(m.role == role) - share) <= 5 * error + 1e-9
