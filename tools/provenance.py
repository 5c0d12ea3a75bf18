"""What each datum served for: specification, calibration or validation (after RAT-RS), made from the declarations.

The data themselves, with value, source and confidence, are in docs/evidence.csv.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samenspel.experiments.validation.patterns import CRITERIA, specified_by
from samenspel.model.declared.constants import CONSTANTS, Constant
from samenspel.model.declared.declaration import Parameter
from samenspel.model.declared.parameters import PARAMETERS
from tools.documents import table

EVIDENCE = Path(__file__).resolve().parent.parent / "docs" / "evidence.csv"


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
    """Ids that a parameter, a schedule, the baseline or a pattern's target rests on, in order."""
    in_patterns = {found for one in CRITERIA.values() for found in one.data}
    return [name for name in data() if name in in_patterns or specified_by(name)]


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
    """How many parameters, and constants of the rules, rest on what."""
    counts = [_resting([*declared.values()]) for declared in (PARAMETERS, CONSTANTS)]
    rows = ((what, *(str(of[what]) for of in counts)) for what in (*RESTS_ON, "all", FITTED))
    return table(("rests on", "parameters", "constants"), rows)


def _resting(declared: Sequence[Parameter[Any] | Constant]) -> Counter[str]:
    fitted = sum(isinstance(one, Parameter) and bool(one.fitted_to) for one in declared)
    return Counter(_rests_on(one.source) for one in declared) + Counter({"all": len(declared), FITTED: fitted})


RESTS_ON = (
    "a source supports the number",
    "a source gives direction or range, the number is an assumption",
    "an assumption without source",
    "a convention (definition, switch)",
)
FITTED = "of which fitted to a C pattern"


def _rests_on(source: str) -> str:
    if source in ("assumption", "convention"):
        return RESTS_ON[2 if source == "assumption" else 3]
    return RESTS_ON["assumption" in source]
