"""What each datum served for: specification, calibration or validation (after RAT-RS), made from the declarations.

The data themselves, with value, source and confidence, are in docs/evidence.csv.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from samenspel.experiments.validation.patterns import CRITERIA, specified_by
from samenspel.model.declared.parameters import PARAMETERS

EVIDENCE = Path(__file__).resolve().parent.parent / "docs" / "evidence.csv"
ID = re.compile(r"\b[DMSW]\d\d\b")


@dataclass(frozen=True, slots=True)
class Datum:
    """One piece of evidence."""

    id: str
    what: str
    value: str
    unit: str
    source: str
    confidence: str


def data() -> dict[str, Datum]:
    """All data by id."""
    with EVIDENCE.open(encoding="utf-8", newline="") as stream:
        return {row["id"]: Datum(**row) for row in csv.DictReader(stream)}


def cited() -> list[str]:
    """Ids that a parameter, the baseline or a pattern's target rests on, in order."""
    in_parameters = {found for one in PARAMETERS.values() for found in ID.findall(one.source)}
    in_patterns = {found for one in CRITERIA.values() for found in one.data}
    return [name for name in data() if name in in_parameters | in_patterns or specified_by(name)]


def calibrated_on(datum: str) -> list[str]:
    """Patterns of use C whose target is this datum, with the parameters fitted to them."""
    return [f"{pattern} → {', '.join(_fitted_to(pattern)) or 'nothing fitted'}" for pattern in _patterns(datum, "C")]


def _fitted_to(pattern: str) -> list[str]:
    return [f"`{one.name}`" for one in PARAMETERS.values() if one.fitted_to == pattern]


def validated_by(datum: str) -> list[str]:
    """Patterns of use V or S that are judged against this datum."""
    return _patterns(datum, "VS")


def _patterns(datum: str, uses: str) -> list[str]:
    found = (one.pattern for one in CRITERIA.values() if one.judged and one.use in uses and datum in one.data)
    return list(dict.fromkeys(found))


def data_table() -> str:
    """The use of every datum that something rests on."""
    lines = ["| datum | what | confidence | specification | calibration | validation |", "|---|---|---|---|---|---|"]
    known = data()
    for name in cited():
        specified, validated = specified_by(name), validated_by(name)
        mark = " (not independent)" if specified and validated else ""
        cells = [
            name, known[name].what, known[name].confidence or "–", ", ".join(specified) or "–",
            "; ".join(calibrated_on(name)) or "–", ", ".join(validated) + mark if validated else "–",
        ]  # fmt: skip
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def assumptions_table() -> str:
    """How many parameters rest on what."""
    everything = list(PARAMETERS.values())
    conventions = [one for one in everything if one.source == "convention"]
    bare = [one for one in everything if one.source == "assumption"]
    partly = [one for one in everything if one.assumed and one not in bare]
    fitted = [one for one in everything if one.fitted_to]
    sourced = len(everything) - len(conventions) - len(bare) - len(partly)
    rows = {
        "a source supports the default": sourced,
        "a source gives direction or range, the number is an assumption": len(partly),
        "an assumption without source": len(bare),
        "a convention (definition, switch)": len(conventions),
        "all": len(everything),
        "of which fitted to a C pattern": len(fitted),
    }
    lines = ["| parameters | number |", "|---|---:|", *(f"| {what} | {number} |" for what, number in rows.items())]
    return "\n".join(lines) + "\n"
