"""Checking a draft: every value against its declaration, then the rows against each other.

The models that pydantic checks with are built from the declarations in `model.parameters` and `model.world`;
what it finds is put in the words of our users.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, create_model

from model.declaration import Parameter, Value
from model.faults import Findings, Given, Phrase, shown
from model.parameters import PARAMETERS
from model.scenario_source import KEYS, REPORTED, Draft, RawRow
from model.world import LATITUDES, LONGITUDES, SITES_PER_CLUSTER, TABLES, Column, World

Row = dict[str, Any]  # the cells of a row that are right in themselves, by column

_STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, protected_namespaces=(), defer_build=False)

UNITS_NL = {
    "EUR/h": "EUR/u",
    "EUR/year": "EUR/jaar",
    "boards": "besturen",
    "days/week": "dagen/week",
    "h": "u",
    "h/day": "u/dag",
    "h/week": "u/week",
    "h/year": "u/jaar",
    "load": "belasting",
    "meetings": "bijeenkomsten",
    "mentors": "mentoren",
    "mentors/class": "mentoren/groep",
    "partnerships": "partnerschappen",
    "per load": "per eenheid belasting",
    "per meeting": "per bijeenkomst",
    "per week": "per week",
    "per year": "per jaar",
    "places": "plaatsen",
    "pupils": "leerlingen",
    "ratio": "verhouding",
    "school year": "schooljaar",
    "schools": "scholen",
    "sites": "locaties",
    "students": "studenten",
    "students/class": "studenten/groep",
    "weeks": "weken",
    "years": "jaren",
}

AT_MOST_ONE = (  # shares of one whole, which together are at most 1
    ("stock_year_1", "stock_year_2", "stock_year_3"),
    ("mbo_level3_share", "mbo_assistant_share"),
    ("academic_share", "pedagogy_share", "parttime_share"),
)


# one value -----------------------------------------------------------------------------------------------------------


def _whole(value: object) -> object:
    """12.0 is a whole number too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


def _type(kind: str, low: float, high: float, choices: Sequence[str]) -> Any:
    """The type pydantic checks a value of this kind against."""
    limits = Field(ge=None if low == -math.inf else low, le=None if high == math.inf else high)
    match kind:
        case "real":
            return Annotated[float, limits]
        case "whole":
            return Annotated[int, BeforeValidator(_whole), limits]
        case "switch":
            return bool
        case "choice":
            return Literal[tuple(choices)]
    return _Text


def _limits(parameter: Parameter, beyond: bool) -> tuple[float, float]:
    return (parameter.least, parameter.most) if beyond else (parameter.low, parameter.high)


@cache
def _values_model(beyond: bool) -> type[BaseModel]:
    """All parameters with their defaults, within the plausible range or within what the rules can digest."""
    fields: dict[str, Any] = {
        p.name: (_type(p.kind, *_limits(p, beyond), p.choices), p.default) for p in PARAMETERS.values()
    }
    return create_model("Values", __config__=_STRICT, **fields)


@cache
def _rows_adapter(table: str) -> TypeAdapter[list[Any]]:
    """All rows of one table."""
    fields: dict[str, Any] = {}
    for column in TABLES[table].columns:
        asked = _type(column.kind, column.low, column.high, [value for value, _ in column.choices])
        fields[column.name] = (asked, ...) if column.needed else (asked | None, column.default)
    return TypeAdapter(list[create_model(table, __config__=_STRICT, **fields)])  # type: ignore[misc]


def allowed(kind: str, low: float, high: float, unit: str = "", choices: Iterable[str] = ()) -> Phrase:
    """What a user may enter, in one phrase."""
    if kind == "text":
        return Phrase("a text of 1 to 200 characters", "een tekst van 1 tot 200 tekens")
    if kind == "switch":
        return Phrase("true or false", "true of false")
    if kind == "choice":
        listed = ", ".join(choices)
        return Phrase(f"one of {listed}", f"een van {listed}")
    what = Phrase("a whole number", "een geheel getal") if kind == "whole" else Phrase("a number", "een getal")
    en, nl = _range(low, high)
    of, of_nl = (f" ({unit})", f" ({UNITS_NL.get(unit, unit)})") if unit else ("", "")
    return Phrase(f"{what}{en}{of}", f"{what.nl}{nl}{of_nl}")


def _range(low: float, high: float) -> tuple[str, str]:
    if math.isinf(low) and math.isinf(high):
        return "", ""
    if math.isinf(high):
        return f" of at least {low:g}", f" van minstens {low:g}"
    return f" from {low:.10g} to {high:.10g}", f" van {low:.10g} tot en met {high:.10g}"


def allowed_for(parameter: Parameter, beyond: bool = False, value: object = None) -> Phrase:
    """What may be entered for a parameter; names the way out when only the plausible range forbids `value`."""
    phrase = allowed(parameter.kind, *_limits(parameter, beyond), parameter.unit, parameter.choices)
    if beyond or isinstance(value, bool) or not isinstance(value, int | float):
        return phrase
    if not parameter.least <= value <= parameter.most:
        return phrase
    return Phrase(
        f"{phrase}, or further with beyond_range = true", f"{phrase.nl}, of verder met beyond_range = true"
    )


def _number_in(text: object) -> str:
    """The number a text seems to mean, such as 0.7 for "70 %", or nothing."""
    if not isinstance(text, str):
        return ""
    bare = text.strip().replace(",", ".")
    share = bare.endswith("%")
    try:
        number = float(bare.rstrip("% ")) / (100 if share else 1)
    except ValueError:
        return ""
    return f"{number:.10g}" if math.isfinite(number) else ""


# parameters ----------------------------------------------------------------------------------------------------------


def checked_values(given: Mapping[str, Given], findings: Findings) -> tuple[dict[str, Value], bool]:
    """Every parameter with its value, and whether the plausible ranges may be left."""
    beyond = given.get("beyond_range")
    is_beyond = beyond is not None and beyond.value is True
    if beyond and not isinstance(beyond.value, bool) and beyond.value is not REPORTED:
        findings.add(beyond.file, beyond.place, shown(beyond.value), allowed("switch", 0, 0))
    raw = {k: v.value for k, v in given.items() if k != "beyond_range" and v.value is not REPORTED}
    model = _values_model(is_beyond)
    try:
        values = dict(model.model_validate(raw))
    except ValidationError as error:
        wrong = {str(found["loc"][0]): found for found in error.errors(include_url=False)}
        for name in wrong:
            _note_parameter(given[name], name, is_beyond, findings)
        values = dict(model.model_validate({k: v for k, v in raw.items() if k not in wrong}))
    _check_shares(values, given, findings)
    return values, is_beyond


def _note_parameter(given: Given, name: str, beyond: bool, findings: Findings) -> None:
    """Say what is wrong with one parameter."""
    parameter = PARAMETERS.get(name)
    if parameter is None:
        found = Phrase(f'the unknown name "{name[:60]}"', f'de onbekende naam "{name[:60]}"')
        among = (*PARAMETERS, *KEYS)
        findings.add(given.file, given.place, found, _A_PARAMETER, near=name, among=among)
        return
    what = allowed_for(parameter, beyond, given.value)
    findings.add(given.file, given.place, shown(given.value), what, near=given.value, among=parameter.choices)
    _suggest_number(parameter.kind, given.value, findings)


def _suggest_number(kind: str, value: object, findings: Findings) -> None:
    """Add to the last fault the number that a text seems to mean."""
    if kind in {"real", "whole"} and (meant := _number_in(value)):
        last = findings.faults.pop()
        findings.faults.append(type(last)(last.file, last.place, last.found, last.allowed, meant))


_A_PARAMETER = Phrase("the name of a parameter or table", "de naam van een parameter of tabel")


def _check_shares(values: Mapping[str, Value], given: Mapping[str, Given], findings: Findings) -> None:
    """Shares of one whole must not add up to more than 1."""
    for names in AT_MOST_ONE:
        total = math.fsum(float(values[name]) for name in names)
        if total > 1 + 1e-9:
            own = [given[name] for name in names if name in given]
            at = own[-1] if own else Given(None, "", names[-1])
            found = Phrase(f"{total:g} for {' + '.join(names)}", f"{total:g} voor {' + '.join(names)}")
            findings.add(at.file, at.place, found, Phrase("together at most 1", "samen hoogstens 1"))
