"""What reports say of school years, and of how far agreements are known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from samenspel.experiments.output.prices import beyond_known, known_until, month_in_words
from samenspel.model import Scenario
from samenspel.model.declared.schedules import month_of
from samenspel.model.declared.world import ScheduleRow

DATED = Scenario.load("baseline").with_values(prices="dated")
WAGES = (
    "From March 2027 on wages follow an assumed growth of 3% a year.",
    "Vanaf maart 2027 is voor de lonen een groei van 3% per jaar aangenomen.",
)
GRANT = (
    "From January 2026 on the grant follows an assumed growth of 0% a year.",
    "Vanaf januari 2026 is voor de subsidie een groei van 0% per jaar aangenomen.",
)


def test_a_school_year_is_named_by_the_calendar() -> None:
    assert [DATED.school_year(number) for number in (1, 3)] == ["2023-2024", "2025-2026"]


@pytest.mark.parametrize(("years", "told"), [(1, []), (2, []), (3, [GRANT]), (4, [WAGES, GRANT]), (20, [WAGES, GRANT])])
def test_it_is_said_from_when_a_run_goes_beyond_what_is_known(years: int, told: list[tuple[str, str]]) -> None:
    assert [(str(text), text.text("nl")) for text in beyond_known(DATED, years)] == told


def test_at_constant_prices_nothing_is_said() -> None:
    assert beyond_known(DATED.with_values(prices="constant"), 20) == []
    assert known_until(DATED.with_values(prices="constant"), 20) is None


@pytest.mark.parametrize(
    ("years", "en", "nl"),
    [
        (3, "for the grant from January 2026 on", "voor de subsidie vanaf januari 2026"),
        (
            4,
            "for wages from March 2027 on and for the grant from January 2026 on",
            "voor de lonen vanaf maart 2027 en voor de subsidie vanaf januari 2026",
        ),
    ],
)
def test_it_is_said_in_one_sentence_too(years: int, en: str, nl: str) -> None:
    told = known_until(DATED, years)
    assert told is not None
    assert (str(told), told.text("nl")) == (f"Growth is assumed {en}.", f"Groei is aangenomen {nl}.")
    assert known_until(DATED, 2) is None


@pytest.mark.parametrize(("growth", "said"), [(0.025, "2.5%"), (0.04, "4%"), (-0.015, "-1.5%")])
def test_growth_is_said_as_it_is(growth: float, said: str) -> None:
    text, _ = beyond_known(DATED.with_values(wage_growth=growth, beyond_range=True), 5)
    assert said in text.replace("\u2212", "-")


def test_a_schedule_of_ones_own_is_known_to_the_end_of_its_last_year() -> None:
    rows: Any = tuple(ScheduleRow("wage_index", year, 1.0) for year in range(2023, 2031))
    own = replace(DATED, world=replace(DATED.world, schedules=rows))
    assert [str(text) for text in beyond_known(own, 7)] == [GRANT[0]]
    assert str(beyond_known(own, 8)[0]).startswith("From January 2031 on wages")


def test_months_are_words_in_both_languages() -> None:
    month = month_in_words(month_of(2026, 12))
    assert (str(month), month.text("nl")) == ("December 2026", "december 2026")
