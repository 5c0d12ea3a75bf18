"""How far what a report says of money rests on agreements that are known, in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from samenspel.model.declared.choices import Prices
from samenspel.model.declared.schedules import MONTHS, first_month
from samenspel.model.input.scenario import Scenario
from samenspel.model.prices import WAGES, paths
from samenspel.model.words import Language, Listed, Message, Number, Phrase

_WAGES = Message("From {since} on wages follow an assumed growth of {growth}% a year.")
_GRANT = Message("From {since} on the grant follows an assumed growth of {growth}% a year.")
_WAGES_FROM = Message("for wages from {since} on")
_GRANT_FROM = Message("for the grant from {since} on")


def beyond_known(scenario: Scenario, years: int) -> list[Message]:
    """From when a run of so many years goes beyond what is known of wages and of the grant; nothing where it does not.

    At constant prices nothing is known, so that nothing is said.
    """
    told = {"wage_growth": _WAGES, "grant_growth": _GRANT}
    ends = ends_within(scenario, years).items()
    return [_told(told[growth], end, float(scenario.values[growth])) for growth, end in ends]


def known_until(scenario: Scenario, years: int) -> Message | None:
    """The same as one short sentence without rates, for a run in which these may change."""
    return growth_is_assumed(ends_within(scenario, years))


def growth_is_assumed(ends: Mapping[str, int]) -> Message | None:
    """From which months on, given those of `ends_within`."""
    told = {"wage_growth": _WAGES_FROM, "grant_growth": _GRANT_FROM}
    parts = [Message(told[growth], since=month_in_words(end)) for growth, end in ends.items()]
    return Message("Growth is assumed {parts}.", parts=Listed(parts)) if parts else None


def wages_grow_from(scenario: Scenario) -> int:
    """The first school year that `wage_growth` has a part in."""
    values = scenario.values
    end = paths(values, scenario.world.schedules)[WAGES].end
    return max(1, (end - first_month(int(values["first_school_year"]), 1)) // MONTHS + 1)


def ends_within(scenario: Scenario, years: int) -> dict[str, int]:
    """The first month that nothing is known of, by the growth from there, of what a run of so many years outlasts."""
    values = scenario.values
    if values["prices"] != Prices.DATED.word:
        return {}
    ends = {name: path.end for name, path in paths(values, scenario.world.schedules).items()}
    first = {"wage_growth": ends.pop(WAGES), "grant_growth": min(ends.values())}
    over = first_month(int(values["first_school_year"]), years + 1)
    return {growth: end for growth, end in first.items() if end < over}


def _told(text: Message, month: int, growth: float) -> Message:
    percent = 100.0 * growth
    digits = 0 if round(percent, 1) == round(percent) else 1
    return Message(text, since=month_in_words(month), growth=Number(percent, digits))


def month_in_words(month: int) -> Phrase:
    """A month of the calendar, such as `March 2027`."""
    from babel.dates import format_date

    def said(lang: Language) -> str:
        return str(format_date(date(month // MONTHS, month % MONTHS + 1, 1), "MMMM y", locale=lang))

    return Phrase(said("en"), said("nl"))
