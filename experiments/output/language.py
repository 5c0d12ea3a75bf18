"""Numbers and fixed words in the two languages of the interface."""

from __future__ import annotations

from samenspel.model.declared.units import UNITS
from samenspel.model.words import NO_VALUE as NO_VALUE
from samenspel.model.words import Language as Language
from samenspel.model.words import Listed, Number, Phrase, decimal_mark, say

_WORDS = UNITS | {
    # groups of parameters
    "partnership": "partnerschap",
    "community": "leergemeenschap",
    "mbo": "mbo",
    "supervision": "begeleiding",
    "trainers": "opleiders",
    "leadership": "programmaleiding",
    "leaving": "vertrek",
    "placement": "plaatsing",
    "growth": "groei",
    "finance": "geld",
    "evaluation": "evaluatie",
    "forms and switches": "vormen en schakelaars",
    # standings
    "lever": "hefboom",
    "structure": "structuur",
    "uncertain": "onzeker",
    # sources; a convention is a standing too
    "convention": "afspraak",
    "assumption": "aanname",
    "seed": "praktijkillustratie",
}


def word(english: str, lang: Language) -> str:
    """A unit, group or source in the language asked; what has no translation stays as it is."""
    return Phrase(english, _WORDS.get(english, english)).text(lang)


def number(value: float, lang: Language, digits: int = 0) -> str:
    """A number with thousands marked: `1,234.5` in English, `1.234,5` in Dutch; `–` when there is none."""
    return Number(value, digits).text(lang)


def as_given(value: float, lang: Language) -> str:
    """A number as somebody gave it, with all its digits: `0.125` in English, `0,125` in Dutch."""
    return f"{value:g}".replace(".", decimal_mark(lang))


def percent(share: float, lang: Language, digits: int = 0) -> str:
    """A share of one as a percentage."""
    return f"{number(100 * share, lang, digits)}%"


def small_percent(share: float, lang: Language) -> str:
    """A share of one as a whole percentage, with one decimal where it is small."""
    return percent(share, lang, 1 if 0.0005 <= abs(share) < 0.02 else 0)


def euros(amount: float, lang: Language, nearest: int = 1) -> str:
    """An amount of money, rounded to the nearest so many euros."""
    return say("€{amount}", lang, amount=Number(nearest * round(amount / nearest)))


def enumerate_words(words: list[str], lang: Language) -> str:
    """`a, b and c`."""
    return Listed(words).text(lang)
