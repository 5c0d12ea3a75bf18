"""How far what a report says of money rests on agreements that are known, in words."""

from __future__ import annotations

from datetime import date

from samenspel.model.declared.choices import Prices
from samenspel.model.declared.schedules import MONTHS, first_month
from samenspel.model.input.scenario import Scenario
from samenspel.model.prices import WAGES, paths
from samenspel.model.words import Language, Message, Number, Phrase

_WAGES = Message("From {since} on wages follow an assumed growth of {growth}% a year.")
_GRANT = Message("From {since} on the grant follows an assumed growth of {growth}% a year.")


def beyond_known(scenario: Scenario, years: int) -> list[Message]:
    """From when a run of so many years goes beyond what is known of wages and of the grant; nothing where it does not.

    At constant prices nothing is known, so that nothing is said.
    """
    values = scenario.values
    if values["prices"] != Prices.DATED.word:
        return []
    ends = {name: path.end for name, path in paths(values, scenario.world.schedules).items()}
    told = (
        (_WAGES, ends.pop(WAGES), "wage_growth"),
        (_GRANT, min(ends.values()), "grant_growth"),
    )
    over = first_month(int(values["first_school_year"]), years + 1)
    return [_told(text, end, float(values[growth])) for text, end, growth in told if end < over]


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
