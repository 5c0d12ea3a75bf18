"""The community supervises too: what it adds, for whom, and when a meeting wins or loses by it (RULES 3.5)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.agents.organisations import Board, Institute
from samenspel.agents.students import Programme, Status, Student
from samenspel.agents.trainers import Trainer
from samenspel.model.week.facilitation import lead_sessions
from samenspel.model.week.supervision import supervision_quality, trainer_guidance
from tests.lives import communities_of, rows_of, settings_of
from tests.model.week.rules import CLOSE, often
from tests.strategies import plausible, unit

WEIGHTS = {"trainer_weight": 0.2, "community_weight": 0.15, "induction": 0.6}
GIVEN = {"guidance": 0.5, "trainer_guidance": 0.8, "peer_support": 0.4}


def supervised(p: Any, **states: Any) -> float:
    s = rows_of(Student, 1, **{"status": Status.INSIDE, "year": 1} | GIVEN | states)
    supervision_quality(p, s, communities_of(p, 1))
    return float(s.supervision[0])


@pytest.mark.parametrize(
    ("states", "mix", "expected"),
    [
        ({"year": 3}, "none", 0.65 * 0.5 + 0.2 * 0.8 + 0.15 * 0.4),
        ({"year": 4}, "none", 0.65 * 0.5 + 0.2 * 0.8 + 0.15 * 0.6),
        ({"year": 4, "programme": Programme.CARE_3}, "mixed", 0.65 * 0.5 + 0.2 * 0.8 + 0.15 * 0.4),
        ({"programme": Programme.CARE_3}, "none", (0.65 * 0.5 + 0.2 * 0.8) / 0.85),
        ({"status": Status.OUTSIDE}, "none", (0.65 * 0.5 + 0.2 * 0.8) / 0.85),
        ({"status": Status.OUTSIDE, "year": 4}, "none", (0.65 * 0.5 + 0.2 * 0.8) / 0.85),
        ({"peer_support": 0.0}, "none", 0.65 * 0.5 + 0.2 * 0.8),
    ],
)
def test_supervision_by_hand(states: dict[str, Any], mix: str, expected: float) -> None:
    p = settings_of(**WEIGHTS, mbo_mix=mix, form_outside="mentored")
    assert supervised(p, **states) == pytest.approx(expected)


@often
@given(g=unit, r=unit, k=unit, w_t=plausible("trainer_weight"), w_c=plausible("community_weight"))
def test_supervision_is_a_mean_of_its_three_parts(g: float, r: float, k: float, w_t: float, w_c: float) -> None:
    p = settings_of(trainer_weight=w_t, community_weight=w_c)
    found = supervised(p, guidance=g, trainer_guidance=r, peer_support=k)
    assert min(g, r, k) - CLOSE <= found <= max(g, r, k) + CLOSE
    assert supervised(p, guidance=g, trainer_guidance=g, peer_support=g) == pytest.approx(g)


@often
@given(g=unit, r=unit, k=unit, weight=unit, year=st.integers(1, 4), programme=st.sampled_from(list(Programme)))
def test_without_weight_the_community_is_not_there(
    g: float, r: float, k: float, weight: float, year: int, programme: Programme
) -> None:
    """To the bit: the first edition has no third part and divides by nothing."""
    p = settings_of(trainer_weight=weight, community_weight=0.0)
    found = supervised(p, guidance=g, trainer_guidance=r, peer_support=k, year=year, programme=programme)
    assert found == min(1.0, max(0.0, (1.0 - weight) * g + weight * r))


def in_a_week(with_sessions: bool, support: float, **values: float) -> float:
    """Supervision of twelve students of a cluster whose trainers have 6.5 h left, with or without a session."""
    p = settings_of(form_facilitation="persons", trainer_weight=0.2, trainer_half=0.25, **values)
    s = rows_of(Student, 12, status=Status.INSIDE, year=1, days_now=1.0, guidance=0.6)
    s.peer_support[:] = support * with_sessions
    t = rows_of(Trainer, 4, hours=[values.get("trainer_hours", 6.0), 4.0, 0.0, 0.0], present=[1, 1, 0, 0])
    c = communities_of(p, 1, end=12, sessions=float(with_sessions), coordination=3.5, skill=0.7, familiarity=1, seats=1)
    c.trainer_time[0] = t.hours.sum() - 3.5
    lead_sessions(p, c, t, rows_of(Board, 1, hours_factor=1), rows_of(Institute, 1, hours_factor=1, pool=1), 0)
    trainer_guidance(p, s, c)
    supervision_quality(p, s, c)
    return float(s.supervision[0])


@pytest.mark.parametrize(
    ("values", "support", "sign"),
    [
        ({"community_weight": 0.15}, 0.55, 1),
        ({"community_weight": 0.30}, 0.70, 1),
        ({"community_weight": 0.15}, 0.10, -1),
        ({"community_weight": 0.05, "trainer_hours": 4.0}, 0.55, -1),
        ({"community_weight": 0.0}, 0.55, -1),
    ],
)
def test_a_meeting_can_win_and_can_lose(values: dict[str, float], support: float, sign: int) -> None:
    """It costs 3 h of trainers, which all students miss, and adds what peers do.

    Without meetings nobody is excused: the weight of the community stays, with nothing in it.
    """
    gain = in_a_week(True, support, **values) - in_a_week(False, support, **values)
    assert gain * sign > 0
