"""Figures of worlds as text."""

from __future__ import annotations

import math
from typing import Any

from samenspel.experiments.output.language import Language, as_given, percent
from samenspel.experiments.validation.words import figure
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.words import Phrase


def named(name: str) -> Phrase:
    """What a parameter is."""
    return Phrase(PARAMETERS[name].en, PARAMETERS[name].nl)


def between(row: dict[str, Any], when: str, lang: Language) -> str:
    """Where figures lie in 90 % of worlds, or nothing."""
    ends = [f"{when}_low", f"{when}_high"]
    if any(math.isnan(float(row[name])) for name in ends):
        return ""
    return " … ".join(figure(row, name, lang) for name in ends)


def share_of(row: dict[str, Any], name: str, lang: Language) -> str:
    """A share in percent, or nothing."""
    return "" if math.isnan(row[name]) else percent(row[name], lang)


def three(row: dict[str, Any], when: str, lang: Language) -> str:
    """Low, middle and high of a parameter; of a choice its options."""
    parameter = PARAMETERS[row["parameter"]]
    values = [float(row[f"{when}_{name}"]) for name in ("low", "middle", "high")]
    if parameter.kind == "choice":
        return " · ".join(dict.fromkeys(parameter.choices[round(value)] for value in values))
    return " · ".join(as_given(float(f"{value:.3g}"), lang) for value in values)
