"""The words of a validation: targets, figures and verdicts as text, and why a criterion is missed.

Reasons were found by looking into the model. One is shown only while its criterion is missed, a caution only while it
holds. Figures that a sentence leans on are reported criteria of the same table.
"""

from __future__ import annotations

import math
from typing import Any

from samenspel.experiments.output.language import Language, number
from samenspel.experiments.validation.patterns import CRITERIA
from samenspel.model.words import Message, in_language, say

DIGITS = {"0-1": 3, "SD": 3, "ratio": 2, "students": 1, "places": 1, "clusters": 2, "meetings": 1}
VERDICTS = {"held": Message("held"), "missed": Message("missed"), "reported": Message("reported")}

WHY_MISSED = {
    "trainers_15_to_35": Message(
        "First-years have a placement in the second half of the school year only "
        "(`year_1_first_week`), so that their trainers' time counts for half as long. With a "
        "placement all year it costs them more than twice as much, which is within the target; "
        "the datum is of people who worked all year."
    ),
}

CAUTIONS = {
    "clusters_for_400": Message(
        "Arithmetic more than evidence: 33 clusters of 12 places hold 396, and this says that they are filled."
    ),
    "community_seniors": Message(
        "Near the lower end of its target. Seniors gain less than juniors, where the datum has "
        "it the other way round: they gain by explaining, which is scaled by how much they still "
        "have to learn (1 − competence)."
    ),
    "attitude_hbo_over_mbo_even": Message(
        "The order is judged where teams are half mbo and half hbo, for the datum compares gains per "
        "contact. With four mbo students among ten or so hbo members it is the other way round "
        "(reported): an mbo student then meets the other profession in nearly every conversation "
        "and an hbo student in a few, which outweighs that a contact gives mbo students 0.8 as much. In "
        "balanced teams the difference is small, and nothing would be left of it if it gave them as much."
    ),
    "first_contacts_dip": Message(
        "Practically none: meetings of the baseline are facilitated so well that first contacts "
        "fall only just short of what they ask (`barrier_threshold` + `barrier_first_contacts`). "
        "The mechanism is there, but hardly at work."
    ),
}

NOT_EXPLAINED = Message("Not looked into yet.")


def reason(row: dict[str, Any]) -> str:
    """Why a criterion is missed, or the caution with one that holds; empty when there is nothing to say."""
    if row["verdict"] == "missed":
        return WHY_MISSED.get(row["measure"], NOT_EXPLAINED)
    return CAUTIONS.get(row["measure"], "") if row["verdict"] == "held" else ""


# --- figures as text -------------------------------------------------------------------------------------------------


def target(row: dict[str, Any], lang: Language) -> str:
    """`0.20 to 0.33`, `at least 1.5`, `below 0`, or nothing where there is no target."""
    low, high, strict = row["target_low"], row["target_high"], CRITERIA[row["measure"]].strict
    if math.isinf(low) and math.isinf(high):
        return ""
    if math.isinf(high):
        words = say("above", lang) if strict else say("at least", lang)
        return f"{words} {_short(low, lang)}"
    if math.isinf(low):
        words = say("below", lang) if strict else say("at most", lang)
        return f"{words} {_short(high, lang)}"
    return f"{_short(low, lang)} {say('to', lang)} {_short(high, lang)}"


def what(row: dict[str, Any], lang: Language) -> str:
    """What the figure is."""
    return in_language(CRITERIA[row["measure"]].what, lang)


def _short(value: float, lang: Language) -> str:
    digits = next(digits for digits in range(4) if math.isclose(round(value, digits), value, abs_tol=1e-9))
    return number(value, lang, digits)


def figure(row: dict[str, Any], name: str, lang: Language) -> str:
    """A figure in as many digits as its unit deserves; one more where that would show nothing."""
    digits = DIGITS[row["unit"]]
    value = float(row[name])
    return number(value, lang, digits + 1 if value and abs(value) < 10.0**-digits else digits)


def interval(row: dict[str, Any], lang: Language) -> str:
    """The 95 % interval, or nothing."""
    if not math.isfinite(row["low"]):
        return ""
    return f"{figure(row, 'low', lang)} … {figure(row, 'high', lang)}"


def verdict(row: dict[str, Any], lang: Language) -> str:
    """Held, missed or reported; with `?` where the interval crosses an end of the target."""
    word = VERDICTS[row["verdict"]].text(lang)
    return word if row["sure"] or row["verdict"] == "reported" else f"{word}?"
