"""Wages and the grant by date, reckoned by hand (RULES 4.4)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.agents.columns import resize, room_for
from samenspel.agents.mathematics import power
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.schedules import SCHEDULES, month_of
from samenspel.model.declared.world import ScheduleRow
from samenspel.model.here import Price, PriceColumns
from samenspel.model.input.faults import InputFaults
from samenspel.model.money import DTYPES, ends_of, know_until, price_at, price_in, tabled
from samenspel.model.prices import WAGES, Path, dated
from samenspel.model.state import ModelState, copy_into, nobody_yet
from tests.strategies import examples
from tests.textbook.docking import first_differences, report

BASELINE = Scenario.load("baseline")
CONSTANT = BASELINE.with_values(prices="constant")
DATED = BASELINE.with_values(prices="dated", grant_growth=0.02)
AGREED = (1.0, 1.049, 1.049 * 1.046, 1.049 * 1.046 * 1.012)


def in_year(name: str, school_year: int, scenario: Scenario = DATED) -> float:
    return price_in(Partnership(scenario, rng=1).state.all(), Price[name.upper()], school_year)


def with_own(scenario: Scenario, *rows: ScheduleRow) -> Scenario:
    return replace(scenario, world=replace(scenario.world, schedules=rows))


@pytest.mark.parametrize(
    ("school_year", "months"),
    [
        (1, [12, 0, 0, 0]),
        (2, [2, 10, 0, 0]),  # a raise of October 2024
        (3, [0, 3, 9, 0]),  # November 2025
        (4, [0, 0, 3, 4 + 5 * 1.03]),  # November 2026, and from March 2027 on nothing is known
        (5, [0, 0, 0, 7 * 1.03 + 5 * 1.03**2]),
    ],
)
def test_wages_of_a_school_year_are_the_mean_of_its_months(school_year: int, months: list[float]) -> None:
    by_hand = sum(count * wage for count, wage in zip(months, AGREED, strict=True)) / 12
    assert in_year(WAGES, school_year) == pytest.approx(by_hand, rel=1e-14)


@pytest.mark.parametrize(
    ("school_year", "fixed", "of_one"),
    [
        (1, 100_000, 955),
        (2, 100_000 * 5 / 12, (5 * 955 + 7 * 1250) / 12),
        (3, 0, 1250 * (5 + 7 * 1.02) / 12),  # known to the end of 2025
        (4, 0, 1250 * (5 * 1.02 + 7 * 1.02**2) / 12),
    ],
)
def test_the_grant_takes_five_months_of_one_year_and_seven_of_the_next(
    school_year: int, fixed: float, of_one: float
) -> None:
    assert in_year("grant_fixed", school_year) == pytest.approx(fixed, rel=1e-14)
    assert in_year("grant_per_student", school_year) == pytest.approx(of_one, rel=1e-14)


def of_year(students: Fraction, year: int) -> Fraction:
    """The declared grant of a calendar year."""
    fixed, of_one = (
        Fraction(dated(SCHEDULES[name], ()).at(month_of(year, 6), 0.0)) for name in ("grant_fixed", "grant_per_student")
    )
    return fixed + of_one * students


def test_the_new_grant_equals_the_old_at_339_students_and_is_a_sixth_less_at_180() -> None:
    equal = Fraction(100_000, 1250 - 955)
    assert round(equal) == 339
    assert of_year(equal, 2024) == of_year(equal, 2025)
    assert of_year(Fraction(180), 2025) == 225_000
    assert float(of_year(Fraction(180), 2025) / of_year(Fraction(180), 2024)) - 1 == pytest.approx(-0.17, abs=0.005)


def test_a_run_may_begin_later() -> None:
    assert in_year(WAGES, 1, DATED.with_values(first_school_year=2025)) == in_year(WAGES, 3)
    assert in_year(WAGES, 3, DATED.with_values(first_school_year=2033)) == in_year(WAGES, 13)


def test_a_lever_acts_beyond_what_is_known_only() -> None:
    steep = DATED.with_values(wage_growth=0.06, grant_growth=0.05)
    for school_year in (1, 2, 3):
        assert in_year(WAGES, school_year, steep) == in_year(WAGES, school_year)
    assert in_year(WAGES, 4, steep) > in_year(WAGES, 4)
    assert in_year("grant_per_student", 2, steep) == in_year("grant_per_student", 2)
    assert in_year("grant_per_student", 3, steep) > in_year("grant_per_student", 3)


@examples(50)
@given(growth=st.floats(-0.05, 0.25))
def test_constant_prices_grow_as_a_power_to_the_bit(growth: float) -> None:
    here = Partnership(CONSTANT.with_values(wage_growth=growth, beyond_range=True), rng=1).state.all()
    for school_year in range(1, 21):
        assert price_in(here, Price.WAGE_INDEX, school_year) == power(1.0 + growth, float(school_year - 1))


months = st.lists(st.integers(0, 60), min_size=1, max_size=6, unique=True).map(sorted)


@examples(50)
@given(
    starts=st.tuples(months, months), more=st.integers(1, 30), month=st.integers(0, 120), growth=st.floats(-0.05, 0.25)
)
def test_rules_read_a_price_as_its_path_gives_it(starts: Any, more: int, month: int, growth: float) -> None:
    known = {
        name: Path(tuple(begun), tuple(1.0 + n for n in begun), begun[-1] + more)
        for name, begun in zip(("wage_index", "grant_per_student"), starts, strict=True)
    }
    here = with_prices(known, 20)
    assert here.prices == known
    for until, near in (
        (0, 0.0),
        (month, 1e-14),
    ):  # once what growth makes of it is known too
        for name, path in known.items():
            know_until(here.all(), int(Price[name.upper()]), until, growth)
            if month >= path.months[0]:
                read = price_at(here.all(), int(Price[name.upper()]), month, growth)
                assert read == pytest.approx(path.at(month, growth), rel=near, abs=0.0)
                assert until <= here.prices[name].end


def with_prices(known: dict[str, Path], more: int) -> ModelState:
    """Prices as a run has them, with room for so many more."""
    table = tabled(known)
    roomy = room_for(PriceColumns, DTYPES, table.price.size + more)
    resize(roomy, copy_into(table, roomy))
    here = nobody_yet(DATED)
    vars(here).update(price_columns=roomy, known_until=ends_of(known), _all=None)
    return here


def test_what_was_lived_is_known_and_later_raises_follow_the_new_rate() -> None:
    there = Partnership(DATED.with_values(first_school_year=2026), rng=1)
    there.run(years=1, weeks=3)
    before = [price_in(there.state.all(), Price.WAGE_INDEX, year) for year in (1, 2)]
    there.change(wage_growth=0.0)
    assert [price_in(there.state.all(), Price.WAGE_INDEX, year) for year in (1, 2)] == pytest.approx(before, rel=1e-14)
    top = AGREED[-1] * 1.03**2  # raises of March 2027 and March 2028
    assert price_in(there.state.all(), Price.WAGE_INDEX, 3) == pytest.approx(top)
    assert price_in(there.state.all(), Price.WAGE_INDEX, 9) == pytest.approx(top)
    there.change(wage_growth=0.05)
    assert price_in(there.state.all(), Price.WAGE_INDEX, 3) == pytest.approx(top * (7 + 5 * 1.05) / 12)


def test_what_is_known_holds_through_a_change() -> None:
    there = Partnership(DATED, rng=1)
    there.change(wage_growth=0.06)
    assert there.state.prices[WAGES] == dated(SCHEDULES[WAGES], ())


@pytest.mark.parametrize("changes", [{"prices": "constant"}, {"first_school_year": 2024}])
def test_where_in_time_a_run_is_cannot_change(changes: dict[str, Any]) -> None:
    with pytest.raises(InputFaults, match="no change during a run"):
        Partnership(DATED, rng=1).change(**changes)


def test_a_schedule_of_ones_own_takes_the_place_of_the_declared() -> None:
    own = with_own(DATED, ScheduleRow(WAGES, 2023, 1.0), ScheduleRow(WAGES, 2024, 1.2, 3))
    assert in_year(WAGES, 1, own) == pytest.approx((7 + 5 * 1.2) / 12)
    assert in_year(WAGES, 2, own) == pytest.approx(1.2 * (5 + 7 * 1.03) / 12)  # known to the end of 2024
    assert in_year("grant_fixed", 1, own) == 100_000


def test_growth_comes_every_twelve_months_from_the_end_on() -> None:
    path = Path((0,), (2.0,), 5)
    assert [path.at(month, 0.5) for month in (0, 4, 5, 16, 17)] == [2.0, 2.0, 3.0, 3.0, 4.5]
    here = with_prices({WAGES: path}, 1)
    for until, known in ((5, path), (6, Path((0, 5), (2.0, 3.0), 17))):
        know_until(here.all(), int(Price.WAGE_INDEX), until, 0.5)
        here.follow()
        assert here.prices == {WAGES: known}


def test_costs_and_grant_follow_the_dates() -> None:
    there, constant = Partnership(DATED, rng=1), Partnership(CONSTANT, rng=1)
    for one in (there, constant):
        one.run(years=2)
    students = there.sites.column("hbo_students").sum()
    grant = (5 * (100_000 + 955 * students) + 7 * 1250 * students) / 12
    given = there.boards.column("grant").sum() + there.institutes.column("grant").sum()
    assert given == pytest.approx(grant)
    ratio = there.boards.column("cost").sum() / constant.boards.column("cost").sum()
    assert ratio == pytest.approx((2 + 10 * 1.049) / 12 / 1.03)


@pytest.mark.no_cover
def test_the_textbook_has_the_same_prices() -> None:
    bbl = {"mbo_students_per_cluster": 4, "mbo_bbl_share": 0.5, "bbl_subsidy": 2200.0}
    own = with_own(DATED.with_values(**bbl), ScheduleRow(WAGES, 2023, 1.0), ScheduleRow(WAGES, 2024, 1.3, 2))
    assert not (found := first_differences(own, 3, 81)), report(found)
