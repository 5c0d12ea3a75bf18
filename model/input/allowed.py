"""What may be entered: types that pydantic checks with, made from the declarations, and the same in users' words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, TypeAdapter, create_model

from samenspel.model.declared.declaration import Parameter
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.units import UNITS
from samenspel.model.declared.world import TABLES, Column
from samenspel.model.input.faults import Findings
from samenspel.model.words import Message, Phrase

_STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, protected_namespaces=())


# types ---------------------------------------------------------------------------------------------------------------


def _whole(value: object) -> object:
    """12.0 is a whole number too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_Text = Annotated[str, StringConstraints(pattern=r"\S", max_length=200)]


def listed_in(value: object) -> Any:
    """The texts of a list, or of one text with `;` between them, as a tuple; anything else as it is."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(";") if part.strip())
    return tuple(value) if isinstance(value, list) else value


_Texts = Annotated[tuple[_Text, ...], BeforeValidator(listed_in), Field(min_length=1)]


def _type(kind: str, low: float, high: float, words: Mapping[str, str]) -> Any:
    """The type pydantic checks a value of this kind against; `words` are those of a choice, with their value."""
    limits = Field(ge=None if low == -math.inf else low, le=None if high == math.inf else high)
    match kind:
        case "real":
            return Annotated[float, limits]
        case "whole":
            return Annotated[int, BeforeValidator(_whole), limits]
        case "switch":
            return bool
        case "choice":
            named = BeforeValidator(lambda value: words.get(value.lower(), value) if isinstance(value, str) else value)
            return Annotated[Literal[tuple(words.values())], named]
        case "texts":
            return _Texts
    return _Text


def type_of(column: Column) -> Any:
    """The type that what stands in a column is checked against."""
    return _type(column.kind, column.low, column.high, words_of(column))


def words_of(column: Column) -> dict[str, str]:
    """Every word for a choice, in either language, with its value."""
    return {word: value for value, dutch in column.choices for word in (value, dutch)}


def limits_of(parameter: Parameter[Any], beyond: bool) -> tuple[float, float]:
    """From where to where a value may lie: what is plausible, or `beyond` it what rules can digest."""
    return (parameter.least, parameter.most) if beyond else (parameter.low, parameter.high)


@cache
def values_model(beyond: bool) -> type[BaseModel]:
    """All parameters with their defaults, within the plausible range or within what the rules can digest."""
    fields: dict[str, Any] = {
        p.name: (_type(p.kind, *limits_of(p, beyond), {name: name for name in p.choices}), p.default)
        for p in PARAMETERS.values()
    }
    return create_model("Values", __config__=_STRICT, **fields)


@cache
def rows_adapter(table: str) -> TypeAdapter[list[Any]]:
    """All rows of one table."""
    fields: dict[str, Any] = {}
    for column in TABLES[table].columns:
        asked = type_of(column)
        fields[column.name] = (asked, ...) if column.needed else (asked | None, column.default)
    model = create_model(table, __config__=_STRICT, **fields)
    return TypeAdapter(list[model])


# in words ------------------------------------------------------------------------------------------------------------


def allowed(kind: str, low: float, high: float, unit: str = "", listed: str = "") -> Message:
    """What a user may enter, in one phrase; `listed` are the words of a choice."""
    if kind == "text":
        return Message("a text of 1 to 200 characters")
    if kind == "texts":
        return Message("texts in a list, or in one text with ; between them")
    if kind == "switch":
        return Message("true or false (yes or no)")
    if kind == "choice":
        return Message("one of {listed}", listed=listed)
    within = _whole_within(low, high) if kind == "whole" else _within(low, high)
    return Message("{what} ({unit})", what=within, unit=Phrase(unit, UNITS[unit])) if unit else within


def some_of(names: Sequence[str]) -> Message:
    """A phrase that lists names, as far as they can be read at a glance."""
    listed = ", ".join(f'"{name[:60]}"' for name in names[:8]) + (", ..." if len(names) > 8 else "")
    return Message("one of {listed}", listed=listed)


def allowed_in(column: Column) -> Message:
    """What a user may enter in a column, with its choices in the language of the phrase."""
    if column.kind != "choice":
        return allowed(column.kind, column.low, column.high)
    english, dutch = (", ".join(words) for words in zip(*column.choices, strict=True))
    return allowed("choice", 0, 0, "", Phrase(english, dutch))


def _within(low: float, high: float) -> Message:
    if math.isinf(low) and math.isinf(high):
        return Message("a number")
    if math.isinf(high):
        return Message("a number of at least {low}", low=f"{low:g}")
    return Message("a number from {low} to {high}", low=f"{low:.10g}", high=f"{high:.10g}")


def _whole_within(low: float, high: float) -> Message:
    if math.isinf(low) and math.isinf(high):
        return Message("a whole number")
    if math.isinf(high):
        return Message("a whole number of at least {low}", low=f"{low:g}")
    return Message("a whole number from {low} to {high}", low=f"{low:.10g}", high=f"{high:.10g}")


def allowed_for(parameter: Parameter[Any], beyond: bool = False, value: object = None) -> Message:
    """What may be entered for a parameter; names the way out when only the plausible range forbids `value`."""
    phrase = allowed(parameter.kind, *limits_of(parameter, beyond), parameter.unit, ", ".join(parameter.choices))
    if beyond or isinstance(value, bool) or not isinstance(value, int | float):
        return phrase
    if not parameter.least <= value <= parameter.most:
        return phrase
    return Message("{phrase}, or further with beyond_range = true", phrase=phrase)


def _number_in(text: object) -> float:
    """The number a text seems to mean, such as 0.7 for "70 %", or nan."""
    if not isinstance(text, str):
        return math.nan
    bare = text.strip().replace(",", ".")
    try:
        return float(bare.rstrip("% ")) / (100 if bare.endswith("%") else 1)
    except ValueError:
        return math.nan


def suggest_number(kind: str, low: float, high: float, value: object, findings: Findings) -> None:
    """Add to the last fault the number that a text seems to mean, if that one is allowed."""
    meant = _number_in(value)
    if low <= meant <= high and (kind == "real" or (kind == "whole" and meant.is_integer())):
        findings.faults[-1] = replace(findings.faults[-1], nearest=f"{meant:.10g}")
