"""The accounts of a year, person by person for any state and parameters (RULES 4.4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.model.year.finance import close_accounts
from tests.lives import apply, copied, in_any_state
from tests.reckoned import numbers, often, same
from tests.strategies import values_of
from tests.textbook.constants import GRANT_FIXED, GRANT_PER_STUDENT

MONEY = (
    "teacher_hour_cost", "care_hour_cost", "institute_hour_cost", "mentor_training_cost", "wage_growth", "grant_growth",
    "grant_institute_share", "leadership_hours", "practice_trainer_hours", "bbl_subsidy",
)  # fmt: skip
CONSEQUENCES = (
    "budget_growth", "contribution_tolerance", "shortfall_response", "hours_cut", "hours_floor", "with_finance",
)  # fmt: skip


def check_consequences(p: Any, party: Any, before: Any, students: Any, year: int, response: str) -> None:
    """Each board or institute keeps to its budget, or does what it does when that falls short."""
    for n, count in enumerate(students):
        added, since = party.cost[n] - party.grant[n], before.budget_year[n]
        rate, factor, stopped = before.budget_rate[n], before.hours_factor[n], before.stopped[n]
        if p.with_finance and count and not since:
            rate, since, stopped = added / count, year, False
        elif p.with_finance and count:
            budget = rate * (1 + p.budget_growth) ** (year - since) * count
            short = added - budget > p.contribution_tolerance * party.cost[n]
            if short and response != "stop":
                factor = max(p.hours_floor, factor * (1 - p.hours_cut))
            stopped = short and response != "cut"
        assert party.contribution[n] == pytest.approx(added)
        assert (party.budget_rate[n], party.budget_year[n]) == (pytest.approx(rate), since)
        assert (party.hours_factor[n], party.stopped[n]) == (pytest.approx(factor), stopped)


@often
@given(number=numbers, year=st.integers(1, 4), values=values_of(*MONEY, *CONSEQUENCES))
def test_the_accounts_of_a_year_are_those_of_the_rule(number: int, year: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, mbo_students_per_cluster=2, prices="constant", **values)
    p, b, i, o, c = there.p, there.boards.rows(), there.institutes.rows(), there.sites.rows(), there.communities.rows()
    rng = np.random.default_rng(number)
    o.bbl_students[:] = np.where(o.recognised, rng.integers(0, 4, o.key.size), 0)
    o.hbo_students[:] = np.where((o.cluster >= 0) & (o.board % 5 > 0), rng.integers(0, 6, o.key.size), 0)
    b.paid_teacher_hours[:], b.paid_care_hours[:] = rng.uniform(0, 900, (2, b.key.size))
    b.trained[:] = rng.integers(0, 5, b.key.size)
    for party in (b, i):
        party.budget_year[:] = rng.integers(0, year, len(party.pool if party is i else party.key))
        party.budget_rate[:] = rng.uniform(500, 6000, party.budget_year.size)
    was = copied(b), copied(i)
    apply(close_accounts, there, year)

    wages = (1 + p.wage_growth) ** (year - 1)
    of_board = o.board[:, None] == np.arange(b.key.size)
    of_partnership = o.partnership[:, None] == np.arange(2)
    inside = o.hbo_students @ of_partnership
    together = np.einsum("s,sb,sk->bk", o.hbo_students, of_board, of_partnership) / inside
    hours = there.trainers.column("hours").reshape(-1, 4)
    by_board = c.board[:, None] == np.arange(b.key.size)
    teachers = was[0].paid_teacher_hours + 40 * (
        hours[:, 0] @ by_board * was[0].hours_factor + c.extra_hours @ by_board
    )
    carers = was[0].paid_care_hours + 40 * p.practice_trainer_hours * (c.has_mbo.astype(int) @ by_board)
    cost = p.teacher_hour_cost * teachers + p.care_hour_cost * carers + p.mentor_training_cost * b.trained
    cost += p.teacher_hour_cost * p.leadership_hours / 2 * together.sum(axis=1)
    grant = (GRANT_FIXED + GRANT_PER_STUDENT * inside) * (1 + p.grant_growth) ** (year - 1)
    bbl = p.bbl_subsidy * (o.bbl_students @ of_board)
    same(b, {"cost": wages * cost, "grant": together @ ((1 - p.grant_institute_share) * grant) + bbl})
    given_hours = np.bincount(c.partnership, hours[:, 1]) * was[1].hours_factor * i.pool
    same(i, {"cost": wages * p.institute_hour_cost * (40 * given_hours + p.leadership_hours / 2)})
    same(i, {"grant": p.grant_institute_share * grant})

    for party, before, students in ((b, was[0], o.hbo_students @ of_board), (i, was[1], inside)):
        check_consequences(p, party, before, students, year, values["shortfall_response"])
