"""Numbers and fixed words in the two languages of the interface."""

from __future__ import annotations

import math
from typing import Literal

from model.words import say

Language = Literal["en", "nl"]
NO_VALUE = "–"

_WORDS = {
    # units, as parameters and indicators declare them
    "h": "uur",
    "h/week": "uur/week",
    "h/day": "uur/dag",
    "h/year": "uur/jaar",
    "days/week": "dagen/week",
    "weeks": "weken",
    "years": "jaar",
    "school year": "schooljaar",
    "study year": "studiejaar",
    "per week": "per week",
    "per year": "per jaar",
    "per meeting": "per bijeenkomst",
    "per load": "per belasting",
    "meetings": "bijeenkomsten",
    "students": "studenten",
    "students/year": "studenten/jaar",
    "students/class": "studenten/groep",
    "pupils": "leerlingen",
    "mentors": "mentoren",
    "mentors/class": "mentoren/groep",
    "places": "plaatsen",
    "partnerships": "partnerschappen",
    "clusters": "clusters",
    "boards": "besturen",
    "sites": "locaties",
    "schools": "scholen",
    "load": "belasting",
    "ratio": "verhouding",
    "exponent": "exponent",
    "factor": "factor",
    "choice": "keuze",
    "on/off": "aan/uit",
    "EUR": "euro",
    "EUR/h": "euro/uur",
    "EUR/year": "euro/jaar",
    "EUR/student": "euro/student",
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
    # sources
    "convention": "afspraak",
    "assumption": "aanname",
    "seed": "praktijkillustratie",
}


def word(english: str, lang: Language) -> str:
    """A unit, group or source in the language asked; what has no translation stays as it is."""
    return _WORDS.get(english, english) if lang == "nl" else english


def number(value: float, lang: Language, digits: int = 0) -> str:
    """A number with thousands marked: `1,234.5` in English, `1.234,5` in Dutch; `–` when there is none."""
    if not math.isfinite(value):
        return NO_VALUE
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.removeprefix("-")
    text = text.replace("-", "−")
    return text.translate(str.maketrans(",.", ".,")) if lang == "nl" else text


def as_given(value: float, lang: Language) -> str:
    """A number as somebody gave it, with all its digits: `0.125` in English, `0,125` in Dutch."""
    text = f"{value:g}"
    return text.replace(".", ",") if lang == "nl" else text


def percent(share: float, lang: Language, digits: int = 0) -> str:
    """A share of one as a percentage."""
    return f"{number(100 * share, lang, digits)}%"


def euros(amount: float, lang: Language, nearest: int = 1) -> str:
    """An amount of money, rounded to the nearest so many euros."""
    text = number(nearest * round(amount / nearest), lang)
    return say("€{value}", lang, value=text)


def enumerate_words(words: list[str], lang: Language) -> str:
    """`a, b and c`."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + say(" and ", lang) + words[-1]
