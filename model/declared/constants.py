"""Numbers of the rules that nobody sets: definitions, facts of one covenant, and what moves nothing.

Each is declared once, with unit, source and meaning, and was a parameter before the second edition; RULES lists them at its end.
Read one line as: name, value, unit, source, meaning; `parts` name the values of a tuple.
"""
# ruff: noqa: E501  one constant is one line, so that the table can be read as a table

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from samenspel.model.declared.units import checked_unit

Number = int | float | tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of the rules, or a few that belong together."""

    name: str
    value: Number
    unit: str
    source: str
    en: str
    parts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        checked_unit(self.unit)

    def by_name(self) -> Iterator[tuple[str, float]]:
        """Each number with the name it has in the rules."""
        if isinstance(self.value, tuple):
            yield from zip((f"{self.name}_{part}" for part in self.parts), self.value, strict=True)
        else:
            yield self.name, self.value


CONSTANTS: dict[str, Constant] = {}
"""All constants by name, in the order of their declaration."""


def _constant[Of: Number](name: str, value: Of, unit: str, source: str, en: str, parts: tuple[str, ...] = ()) -> Of:
    """Declare a constant; rules read its value."""
    CONSTANTS[name] = Constant(name, value, unit, source, en, parts)
    return value


# --- the start, if everybody is new to it (RULES 5) ------------------------------------------------------------------

STOCK_YEAR = _constant("stock_year", (0.36, 0.26, 0.21), "0-1", "assumption", "Share of study years 1 to 3 in the student body at the start; year 4 is the rest", ("1", "2", "3"))
STOCK_GAIN = _constant("stock_gain", 0.20, "per year", "D48, assumption", "Part of the way to full competence made in a year before the start, at weight 1")
SYNTHETIC_MOVE = _constant("synthetic_move", 3.0, "km", "convention", "How far sites of a synthetic partnership are moved, half-width")
SYNTHETIC_SIZE = _constant("synthetic_size", 0.30, "ratio", "convention", "How much sites of a synthetic partnership differ in size, half-width")

# --- supervision (RULES 3.5) -----------------------------------------------------------------------------------------

OUTSIDE_SUPERVISION = _constant("outside_supervision", 0.50, "0-1", "assumption", "Supervision quality of hbo students outside under form_outside fixed")

# --- rival forms of support by load (RULES 3.2) ----------------------------------------------------------------------

CASELOAD_SLOPE = _constant("caseload_slope", 0.30, "per load", "assumption", "Linear form: support lost per unit of load")
CASELOAD_MIDDLE = _constant("caseload_middle", 1.5, "load", "M09, assumption", "Logistic form: load at half support")

# --- skill of mentors under form_skill uniform (RULES 4.3.9) ---------------------------------------------------------

MENTOR_SKILL_MEAN = _constant("mentor_skill_mean", 0.65, "0-1", "M11, assumption", "Uniform form: skill of an untrained mentor, mean")
MENTOR_SKILL_SPREAD = _constant("mentor_skill_spread", 0.556, "0-1", "M12", "Uniform form: skill of mentors, half-width")

# --- what states are measured against (RULES 3.0, 3.8, 3.10, 6) ------------------------------------------------------

HOURS_PER_DAY = _constant("hours_per_day", 8.0, "h", "convention", "Hours of a placement day")
DAYS_REFERENCE = _constant("days_reference", 1.5, "days/week", "convention", "Placement days at which practice counts as one")
FATIGUE_THRESHOLD = _constant("fatigue_threshold", 0.40, "0-1", "D49, convention", "Fatigue above which complaints are counted")
ENGAGEMENT_REFERENCE = _constant("engagement_reference", 0.70, "0-1", "convention", "Engagement at which the chance of leaving is the base one")
ENGAGEMENT_SD = _constant("engagement_sd", 0.10, "0-1", "convention", "One SD of engagement")
SUPERVISION_REFERENCE = _constant("supervision_reference", 0.60, "0-1", "convention", "Remembered supervision at which the chance of leaving is the base one")
SUPERVISION_SD = _constant("supervision_sd", 0.12, "0-1", "convention", "One SD of remembered supervision")

# --- what moves no indicator by a step: half a point of a share, 1 % of anything else (docs/VERIFICATION.md) -----------

BARRIER_MBO_FACTOR = _constant("barrier_mbo_factor", 0.80, "factor", "M33", "How much mbo students gain from contact relative to hbo students")
BARRIER_SPREAD = _constant("barrier_spread", 0.30, "0-1", "assumption", "Status barrier on entering, half-width")
KNOWLEDGE_SPREAD = _constant("knowledge_spread", 0.20, "0-1", "assumption", "Knowledge of the other profession on entering, half-width")
TRAVEL_LIMIT = _constant("travel_limit", 60.0, "km", "M37, assumption", "Longest distance at which a placement is accepted")
VACANCY_LOSS = _constant("vacancy_loss", 0.50, "0-1", "assumption", "Loss of trainers' effect when the whole pair is vacant")
STOP_SHARE_MBO = _constant("stop_share_mbo", 0.50, "0-1", "D41, assumption", "Share of leaving mbo students who stop; the others switch")

# --- learning at the workplace (RULES 3.8) ---------------------------------------------------------------------------

DOMAINS = ("teaching", "care", "collaboration")
WEIGHT_PABO = _constant("weight_pabo", (1.0, 0.30, 0.50), "0-1", "convention, assumption", "How strongly placement trains teaching, care and collaboration: fulltime, parttime and academic", DOMAINS)
WEIGHT_PEDAGOGY = _constant("weight_pedagogy", (0.30, 1.0, 0.50), "0-1", "convention, assumption", "The same for pedagogy", DOMAINS)
WEIGHT_CARE = _constant("weight_care", (0.20, 1.0, 0.50), "0-1", "convention, assumption", "The same for care3 and care4", DOMAINS)
WEIGHT_ASSISTANT = _constant("weight_assistant", (0.60, 0.60, 0.50), "0-1", "assumption", "The same for assistants", DOMAINS)

# --- growth within the covenant (RULES 4.2, 4.3.7) -------------------------------------------------------------------

COVENANT_PLACES = _constant("covenant_places", 12, "places", "seed, D01, convention", "Places per cluster in which the covenant's ceilings are counted")
CLUSTER_PLACES_LEAST = _constant("cluster_places_least", 10, "places", "D01", "Fewest places for which a board opens an extra cluster")
CLUSTER_PLACES_MOST = _constant("cluster_places_most", 14, "places", "D01", "Most places of an extra cluster")

# --- money (RULES 4.4): the first steps of the schedules, and the grant of the constant form ---------------------------

GRANT_FIXED = _constant("grant_fixed", 100_000.0, "EUR/year", "D13", "Fixed part of the grant per partnership until 2025, and at constant prices")
GRANT_PER_STUDENT = _constant("grant_per_student", 955.0, "EUR/year", "D13", "Grant per hbo student inside until 2025, and at constant prices")
