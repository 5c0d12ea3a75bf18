"""Units of parameters and indicators, each declared once with its Dutch."""

from __future__ import annotations

UNITS = {
    "0-1": "0-1",
    "on/off": "aan/uit",
    "choice": "keuze",
    "h": "uur",
    "h/day": "uur/dag",
    "h/week": "uur/week",
    "h/4 weeks": "uur/4 weken",
    "h/year": "uur/jaar",
    "days/week": "dagen/week",
    "weeks": "weken",
    "years": "jaar",
    "school year": "schooljaar",
    "school week": "schoolweek",
    "study year": "studiejaar",
    "calendar year": "kalenderjaar",
    "per week": "per week",
    "per year": "per jaar",
    "per meeting": "per bijeenkomst",
    "per load": "per eenheid belasting",
    "meetings": "bijeenkomsten",
    "students": "studenten",
    "students/class": "studenten/groep",
    "pupils": "leerlingen",
    "mentors": "mentoren",
    "persons": "personen",
    "mentors/class": "mentoren/groep",
    "places": "plaatsen",
    "partnerships": "partnerschappen",
    "clusters": "clusters",
    "boards": "besturen",
    "sites": "locaties",
    "schools": "scholen",
    "km": "km",
    "load": "belasting",
    "ratio": "verhouding",
    "exponent": "exponent",
    "factor": "factor",
    "logit": "logit",
    "EUR": "euro",
    "EUR/h": "euro/uur",
    "EUR/year": "euro/jaar",
}
"""The Dutch of every unit, by its English; others are refused where they are declared."""


def checked_unit(unit: str) -> str:
    """The unit itself; raises ValueError for one that is not declared here."""
    if unit not in UNITS:
        raise ValueError(f'the unit "{unit}" is not declared in UNITS')
    return unit
