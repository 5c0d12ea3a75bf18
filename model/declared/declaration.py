"""What a parameter is: one declaration from which checks, tables, sliders and ranges are derived."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal, Self, overload

from samenspel.model.declared.distribution import Distribution
from samenspel.model.declared.units import checked_unit

Value = float | int | bool | str
Kind = Literal["real", "whole", "switch", "choice"]
Standing = Literal["lever", "structure", "convention", "uncertain"]

REFITTED_TO = ("P1", "P2", "P3", "P15", "P16")
"""The patterns to which every world is fitted anew; what was fitted to another one differs between worlds."""


class Choice(IntEnum):
    """One of several designs or forms; to rules it is its code, and it knows what it means in both languages."""

    en: str
    nl: str

    def __new__(cls, code: int, en: str, nl: str) -> Self:
        """Declare a member."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.en, member.nl = en, nl
        return member

    @property
    def word(self) -> str:
        """The name, as scenario files use it."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Parameter[Read]:
    """One parameter of the model; `Read` is what a rule reads of it.

    `low`..`high` is the plausible range: outside it a value is refused unless the scenario says
    `beyond_range = true`; `least`..`most` is what the rules can digest at all and is never left.
    `source` is `seed`, evidence ids, `convention` (a definition, not a fact) or `assumption`.
    `pilot` marks what a partnership arranges for its mbo students: without them it does nothing, so a pilot may set it
    without touching learning communities that take no part. All else holds for the whole partnership.
    `heading_nl` marks what a learning community can have for itself, apart from the partnership: it is the Dutch
    heading of its column in the table of clusters, which has the parameter's name unless `column` gives another.
    `standing` says who settles the value, whatever its source: `lever` is what the partnership or one of its parties
    decides; `structure` what it can count or look up, or what its programme is, and a scenario states; `convention` a
    definition or the switch of a mechanism; `uncertain` what nobody knows exactly, a value from the literature too.
    `distribution` is the shape of what is uncertain where a source gives one; else all of the range is as likely.
    """

    kind: Kind
    default: Value
    unit: str
    standing: Standing
    source: str
    group: str
    en: str
    nl: str
    low: float = -math.inf
    high: float = math.inf
    least: float = -math.inf
    most: float = math.inf
    options: type[Choice] | None = None
    fitted_to: str = ""
    distribution: Distribution | None = None
    pilot: bool = False
    heading_nl: str = ""
    column: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        checked_unit(self.unit)

    def __set_name__(self, owner: type, name: str) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "column", self.column or name)

    @overload
    def __get__(self, values: None, owner: type) -> Self: ...
    @overload
    def __get__(self, values: object, owner: type) -> Read: ...
    def __get__(self, values: object, owner: type) -> Any:
        """The declaration itself; values are read from records with fields of these names."""
        return self

    @property
    def choices(self) -> tuple[str, ...]:
        """The names of a choice, as scenario files use them."""
        return tuple(option.word for option in self.options or ())

    @property
    def assumed(self) -> bool:
        """Whether no source supports the default: shown with a warning label everywhere."""
        return "assumption" in self.source

    @property
    def refitted(self) -> bool:
        """Whether it is fitted anew in every world."""
        return self.fitted_to in REFITTED_TO

    @property
    def sampled(self) -> bool:
        """Whether it differs from world to world: what nobody knows, and is not fitted anew there."""
        return self.standing == "uncertain" and not self.refitted

    @property
    def allowed(self) -> str:
        """What a user may enter, in one phrase."""
        if self.kind == "switch":
            return "true or false"
        if self.kind == "choice":
            return "one of " + ", ".join(self.choices)
        what = "a whole number" if self.kind == "whole" else "a number"
        return f"{what} from {self.low:g} to {self.high:g} ({self.unit})"


class Group:
    """Declares parameters under one heading; the order of declaration is the order shown."""

    def __init__(self, name: str) -> None:
        self.name = name

    def real(
        self,
        default: float,
        low: float,
        high: float,
        unit: str,
        standing: Standing,
        source: str,
        en: str,
        nl: str,
        *,
        least: float = 0.0,
        most: float = math.inf,
        fitted_to: str = "",
        distribution: Distribution | None = None,
        pilot: bool = False,
        heading_nl: str = "",
        column: str = "",
    ) -> Parameter[float]:
        """Declare a real number; a `0-1` unit limits it to [0, 1] for good."""
        most = min(most, 1.0) if unit == "0-1" else most
        return Parameter(
            "real", default, unit, standing, source, self.name, en, nl, low, high, least, most,
            fitted_to=fitted_to, distribution=distribution, pilot=pilot, heading_nl=heading_nl, column=column,
        )  # fmt: skip

    def whole(
        self,
        default: int,
        low: int,
        high: int,
        unit: str,
        standing: Standing,
        source: str,
        en: str,
        nl: str,
        *,
        least: int = 0,
        most: float = math.inf,
        pilot: bool = False,
        heading_nl: str = "",
    ) -> Parameter[int]:
        """Declare a whole number."""
        return Parameter(
            "whole", default, unit, standing, source, self.name, en, nl, low, high, least, most,
            pilot=pilot, heading_nl=heading_nl,
        )  # fmt: skip

    def switch(
        self, default: bool, standing: Standing, source: str, en: str, nl: str, *, heading_nl: str = ""
    ) -> Parameter[bool]:
        """Declare something that is on or off."""
        return Parameter("switch", default, "on/off", standing, source, self.name, en, nl, heading_nl=heading_nl)

    def choice[Options: Choice](
        self,
        options: type[Options],
        standing: Standing,
        source: str,
        en: str,
        nl: str,
        *,
        pilot: bool = False,
        heading_nl: str = "",
    ) -> Parameter[Options]:
        """Declare a choice by name; the first choice is the default."""
        default = next(iter(options)).word
        return Parameter(
            "choice", default, "choice", standing, source, self.name, en, nl,
            options=options, pilot=pilot, heading_nl=heading_nl,
        )  # fmt: skip
