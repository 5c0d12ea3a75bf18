"""Money: a year reckoned by hand, and what a shortfall does (RULES 4.4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.agents.organisations import Stage
from samenspel.model import Partnership
from tests.lives import GROWING, MIXED, after, columns_of, make, small_world
from tests.strategies import examples
from tests.textbook.constants import GRANT_FIXED, GRANT_PER_STUDENT

QUIET = {
    f"with_{rule}": False
    for rule in ("fatigue", "dropout", "assessment", "turnover", "leadership", "evaluation", "peer_learning")
}
PRICES = {
    "teacher_hour_cost": 50.0,
    "care_hour_cost": 40.0,
    "institute_hour_cost": 65.0,
    "mentor_training_cost": 600.0,
    "mentor_training_rate": 0.0,
    "wage_growth": 0.03,
    "grant_growth": 0.0,
    "grant_institute_share": 0.35,
    "leadership_hours": 100.0,
    "trainer_hours": 6.0,
    "institute_trainer_hours": 4.0,
    "mentor_hours": 2.0,
    "need_per_day": 1.0,
    "hbo_demand": 2,
    "parttime_share": 0.0,
    "academic_share": 0.0,
}
TWO = {("fulltime", 1): 2}


def small(years: int, students: dict[tuple[str, int], int] = TWO, **values: Any) -> Partnership:
    """One board with one site and two mentors, and few students who all stay."""
    there = Partnership(small_world([{}], students, **QUIET | PRICES | values), rng=1)
    there.run(years=years)
    return there


def the_board(there: Partnership) -> tuple[float, float, float]:
    b = there.boards[0]
    return b.cost, b.grant, b.contribution


def the_institute(there: Partnership) -> tuple[float, float, float]:
    i = there.institutes[0]
    return i.cost, i.grant, i.contribution


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_a_first_year_by_hand() -> None:
    there = small(1)
    hosting, school, leaders = 2 * 2.0 * 40, 6.0 * 40, 100 / 2
    cost = 50 * (hosting + school + leaders)
    grant = 100_000 + 2 * 955
    assert the_board(there) == pytest.approx((cost, 0.65 * grant, cost - 0.65 * grant))
    cost_of_institute = 65 * (4.0 * 40 + leaders)
    assert the_institute(there) == pytest.approx((cost_of_institute, 0.35 * grant, cost_of_institute - 0.35 * grant))
    year = there.last_year()
    assert year["cost_per_student"] == pytest.approx((cost + cost_of_institute) / 2)
    assert year["grant_cover"] == pytest.approx(grant / (cost + cost_of_institute))
    assert year["own_contribution"] == pytest.approx(cost + cost_of_institute - grant)


def test_wages_and_grant_grow_from_the_second_year_on() -> None:
    first = small(1, grant_growth=0.02)
    third = small(3, grant_growth=0.02)
    assert the_board(third)[0] == pytest.approx(the_board(first)[0] * 1.03**2)
    assert the_institute(third)[0] == pytest.approx(the_institute(first)[0] * 1.03**2)
    assert the_board(third)[1] == pytest.approx(the_board(first)[1] * 1.02**2)


def test_only_mentors_with_students_are_paid() -> None:
    with_one = small(1, {("fulltime", 1): 1}, hbo_demand=1)
    difference = the_board(small(1))[0] - the_board(with_one)[0]
    assert difference == pytest.approx(50 * 2.0 * 40)


def test_a_mentor_is_paid_for_the_weeks_with_students() -> None:
    there = Partnership(small_world([{}], TWO, **QUIET | PRICES), rng=1)
    there.run(weeks=10)
    there.students[0].remove()
    there.run(weeks=30)
    assert the_board(there)[0] == pytest.approx(50 * (2.0 * 50 + 6.0 * 40 + 50))


def test_training_is_paid_in_the_year_that_follows_it() -> None:
    more = []
    for years in (1, 2, 3):
        without, there = (small(years, mentor_training_rate=rate, with_finance=False) for rate in (0.0, 1.0))
        more.append(the_board(there)[0] - the_board(without)[0])
    assert more == pytest.approx([0.0, 1.03 * 600 * 2, 0.0], abs=1e-6)


def test_plans_and_trainers_of_mbo_are_paid() -> None:
    mbo = {"mbo_students_per_cluster": 1, "mbo_assistant_share": 0.0, "mbo_half_year_share": 0.0}
    hours = {"practice_trainer_hours": 1.5, "mbo_trainer_hours": 3.0, "care_mentor_hours": 1.25}
    ikc = [{"kind": "ikc", "care_mentors": 1}]
    plain = Partnership(small_world(ikc, TWO, **QUIET | PRICES), rng=1)
    mixed = Partnership(small_world(ikc, TWO, **QUIET | PRICES | mbo | hours), rng=1)
    mixed.communities[0].extra_hours = 0.5
    for there in (plain, mixed):
        there.run(years=1)
    extra = 50 * 40 * 0.5 + 40 * 40 * (1.25 + 1.5)  # the mbo school pays its own trainer
    assert the_board(mixed)[0] - the_board(plain)[0] == pytest.approx(extra)
    assert the_board(mixed)[1] == the_board(plain)[1]
    assert the_institute(mixed) == the_institute(plain)


def test_a_bbl_place_brings_its_board_a_subsidy() -> None:
    bbl = {"mbo_students_per_cluster": 3, "mbo_bbl_share": 1.0, "mbo_assistant_share": 0.0, "beyond_range": True}
    ikc = [{"kind": "ikc", "care_mentors": 3}]
    without, brought, school = (
        Partnership(small_world(ikc, TWO, **QUIET | PRICES | bbl | more), rng=1)
        for more in ({"bbl_subsidy": 0.0}, {"bbl_subsidy": 2200.0}, {"bbl_subsidy": 2200.0, "mbo_bbl_share": 0.0})
    )
    for there in (without, brought, school):
        there.run(years=1)
    assert brought.sites[0].bbl_students == 3
    assert the_board(brought)[1] - the_board(without)[1] == pytest.approx(3 * 2200)
    assert the_board(brought)[2] - the_board(without)[2] == pytest.approx(-3 * 2200)
    assert the_institute(brought) == the_institute(without)
    assert school.sites[0].bbl_students == 0
    assert the_board(school)[1] == the_board(without)[1]


def test_boards_share_by_students_after_the_first_week() -> None:
    there = after(years=1)
    s, o, b = there.students.rows(), there.sites.rows(), there.boards.rows()
    week_one = after(weeks=1)
    inside = (week_one.students.column("status") == 1) & (week_one.students.column("programme") < 4)
    counted = np.bincount(o.board[week_one.students.column("site")[inside]], minlength=b.key.size)
    np.testing.assert_array_equal(np.bincount(o.board, o.hbo_students, b.key.size), counted)
    share = counted / counted.sum()
    grant = GRANT_FIXED + GRANT_PER_STUDENT * counted.sum()
    np.testing.assert_allclose(b.grant, (1 - there.p.grant_institute_share) * grant * share)
    assert s.key.size == there.students.size


# --- what a shortfall does -------------------------------------------------------------------------------------------


def test_the_first_year_sets_what_a_party_is_ready_to_add() -> None:
    there = small(1)
    assert there.boards[0].budget_rate == pytest.approx(the_board(there)[2] / 2)
    assert there.institutes[0].budget_rate == pytest.approx(the_institute(there)[2] / 2)
    assert there.boards[0].budget_year == there.institutes[0].budget_year == 1
    assert (there.boards[0].hours_factor, there.boards[0].stopped) == (1.0, False)


@pytest.mark.parametrize("response", ["both", "cut", "stop"])
@examples(25)
@given(wages=st.floats(-0.05, 0.15), growth=st.floats(-0.05, 0.1), tolerance=st.floats(0.0, 0.15))
def test_consequences_come_beyond_the_tolerance_only(
    response: str, wages: float, growth: float, tolerance: float
) -> None:
    changes = {"wage_growth": wages, "budget_growth": growth, "contribution_tolerance": tolerance}
    there = small(2, shortfall_response=response, hours_cut=0.1, hours_floor=0.5, **changes)
    for party, accounts in ((there.boards[0], the_board), (there.institutes[0], the_institute)):
        cost, _, contribution = accounts(there)
        shortfall = contribution - party.budget_rate * (1 + growth) * 2
        if abs(shortfall - tolerance * cost) < 1e-6:
            continue
        beyond = shortfall > tolerance * cost
        assert party.hours_factor == pytest.approx(0.9 if beyond and response != "stop" else 1.0)
        assert party.stopped == (beyond and response != "cut")


SQUEEZE = {
    "wage_growth": 0.25,
    "budget_growth": 0.0,
    "contribution_tolerance": 0.01,
    "hours_cut": 0.2,
    "hours_floor": 0.7,
}


def test_cuts_add_up_to_the_floor_and_are_not_undone() -> None:
    factors = [small(years, **SQUEEZE).boards[0].hours_factor for years in range(1, 7)]
    assert factors[:3] == pytest.approx([1.0, 0.8, 0.7])
    assert factors == sorted(factors, reverse=True)
    assert min(factors) == 0.7


def test_a_cut_takes_hours_of_mentors_and_trainers_the_next_year() -> None:
    there = small(2, **SQUEEZE)
    there.step()
    assert set(there.mentors.column("hours_available").tolist()) == {1.6}
    before, after_cut = small(2, **SQUEEZE | {"shortfall_response": "stop"}), there
    before.step()
    lost = before.communities[0].trainer_time - after_cut.communities[0].trainer_time
    assert lost == pytest.approx(0.2 * (6.0 + 4.0))


def test_hours_that_were_cut_are_not_paid() -> None:
    there = small(3, **SQUEEZE)
    hours = 0.8 * (2 * 2.0 * 40 + 6.0 * 40)  # mentors and school trainer, after the cut of the second year
    assert the_board(there)[0] == pytest.approx(1.25**2 * 50 * (hours + 100 / 2))
    assert the_institute(there)[0] == pytest.approx(1.25**2 * 65 * (0.8 * 4.0 * 40 + 100 / 2))


def test_who_stopped_trains_nobody_and_hires_nobody() -> None:
    values = SQUEEZE | {"shortfall_response": "stop", "mentor_training_rate": 0.3}
    there = Partnership(small_world([{"mentors": 30}], TWO, **QUIET | PRICES | values), rng=1)
    there.run(years=1, weeks=1)
    trained = there.mentors.column("trained").sum()
    there.institutes[0].hours_pool = 1.0
    there.run(years=1)
    assert there.boards[0].stopped
    assert there.institutes[0].stopped
    assert 0 < trained == there.mentors.column("trained").sum() < 30
    assert there.institutes[0].hours_pool == 1.0


def test_who_stopped_opens_nothing() -> None:
    sure = {"board_agrees": 1.0, "site_agrees": 1.0, "trainer_found": 1.0, "with_leadership": False}
    there = make(**GROWING, **sure)
    there.run(weeks=26)
    founders = there.boards.column("founder")
    there.boards.column("stopped")[founders] = True
    there.step()
    assert {there.boards[plan.board].founder for plan in there.state.plans} == {False}


def without_budgets(there: Partnership) -> dict[str, bytes]:
    return {name: column.tobytes() for name, column in columns_of(there).items() if "budget" not in name}


def test_finance_off_changes_nothing_but_the_consequences() -> None:
    squeeze = {"wage_growth": 0.06, "budget_growth": 0.0, "contribution_tolerance": 0.02}
    for weeks in (40, 79):
        ours, theirs = (
            after(weeks=weeks, **MIXED, **squeeze),
            after(weeks=weeks, with_finance=False, **MIXED, **squeeze),
        )
        assert without_budgets(ours) == without_budgets(theirs)
        assert ours.weekly_record.tobytes() == theirs.weekly_record.tobytes()
    ours, theirs = after(years=2, **MIXED, **squeeze), after(years=2, with_finance=False, **MIXED, **squeeze)
    changed = {name for name, column in without_budgets(ours).items() if column != without_budgets(theirs)[name]}
    assert changed <= {"boards.hours_factor", "boards.stopped", "institutes.hours_factor", "institutes.stopped"}
    assert "boards.hours_factor" in changed
    assert not theirs.boards.column("budget_year").any()
    assert after(years=5, with_finance=False, **squeeze).boards.column("hours_factor").min() == 1.0


def test_finance_without_shortfalls_is_finance_off() -> None:
    ours = after(years=4, **MIXED, contribution_tolerance=1.0, beyond_range=True)
    theirs = after(years=4, **MIXED, with_finance=False, contribution_tolerance=1.0, beyond_range=True)
    assert without_budgets(ours) == without_budgets(theirs)
    assert ours.weekly_record.tobytes() == theirs.weekly_record.tobytes()


def test_a_board_that_joins_has_its_first_budget_after_a_year_with_students() -> None:
    sure = {"board_agrees": 1.0, "site_agrees": 1.0, "trainer_found": 1.0, "with_leadership": False}
    there = after(years=1, growth_boards=4, **sure)
    new = ~there.boards.column("founder")
    assert set(there.boards.column("budget_year")[~new].tolist()) == {1}
    assert not there.boards.column("budget_year")[new].any()
    there.run(years=1)
    joined = new & (there.boards.column("stage") == Stage.MEMBER)
    assert joined.any()
    assert set(there.boards.column("budget_year")[joined].tolist()) == {2}
