"""The backlog of the programme leadership: closed forms, and properties where there are none (RULES 3.11)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.agents.organisations import ProgrammeLeadership, Stage
from samenspel.model.week.leadership import fall_behind
from samenspel.model.year.settling import ask_leadership
from tests.lives import apply, in_any_state, rows_of, settings_of
from tests.model.week.rules import often, seldom
from tests.strategies import values_of


@often
@given(asked=st.floats(0, 2000), hours=st.floats(1, 1500), weeks=st.integers(1, 40))
def test_the_backlog_grows_by_what_is_asked_beyond_the_hours(asked: float, hours: float, weeks: int) -> None:
    lead = rows_of(ProgrammeLeadership, 1, asked=asked)
    for _ in range(weeks):
        fall_behind(settings_of(leadership_hours=hours), lead)
    assert lead.backlog[0] == pytest.approx(max(0.0, weeks * (asked - hours) / hours), abs=1e-9)


@seldom
@given(
    number=st.integers(0, 2**20),
    year=st.integers(1, 4),
    values=values_of("leadership_board_hours", "leadership_cluster_hours", "leadership_trainer_hours", "growth_boards",
                     "leadership_accession_hours", "leadership_mbo_hours", growth_start_year=st.integers(1, 4)),
)  # fmt: skip
def test_the_leadership_is_asked_for_boards_clusters_trainers_talks_and_mbo(
    number: int, year: int, values: dict[str, Any]
) -> None:
    there = in_any_state(number, mbo_students_per_cluster=1, mbo_clusters_share=0.4, **values)
    there.state.week = 40 * (year - 1)
    apply(ask_leadership, there)
    b, c = there.boards.rows(), there.communities.rows()
    for k in range(2):
        mine, clusters = b.partnership == k, np.count_nonzero(c.partnership == k)
        asked = values["leadership_board_hours"] * np.count_nonzero(mine & (b.stage == Stage.MEMBER))
        asked += (values["leadership_cluster_hours"] + 2 * values["leadership_trainer_hours"]) * clusters
        asked += values["leadership_mbo_hours"] * np.count_nonzero(c.has_mbo & (c.partnership == k))
        if year >= values["growth_start_year"]:
            candidates = np.flatnonzero(mine & ~b.founder)[: values["growth_boards"]]
            asked += values["leadership_accession_hours"] * np.count_nonzero(b.stage[candidates] != Stage.MEMBER)
        assert there.leaderships.column("asked")[k] == pytest.approx(asked)


def test_leaders_without_hours_and_without_limits() -> None:
    lead = rows_of(ProgrammeLeadership, 1, asked=2000.0, backlog=3.0)
    fall_behind(settings_of(with_leadership=False), lead)
    assert lead.backlog[0] == 0
    lead.asked[:] = 100.0
    for _ in range(4):
        fall_behind(settings_of(leadership_hours=0.0), lead)
    assert lead.backlog[0] == 160
