"""What a parameter is: one declaration from which checks, tables, sliders and ranges are derived."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Value = float | int | bool | str
Kind = Literal["real", "whole", "switch", "choice"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of the model.

    `low`..`high` is the plausible range: outside it a value is refused unless the scenario says
    `beyond_range = true`; `least`..`most` is what the rules can digest at all and is never left.
    `source` is `seed`, evidence ids, `convention` (a definition, not a fact) or `assumption`.
    `pilot` marks what a partnership arranges for its mbo students: without them it does nothing, so a pilot may set it
    without touching learning communities that take no part. All else holds for the whole partnership.
    """

    name: str
    kind: Kind
    default: Value
    unit: str
    source: str
    group: str
    en: str
    nl: str
    low: float = -math.inf
    high: float = math.inf
    least: float = -math.inf
    most: float = math.inf
    choices: tuple[str, ...] = ()
    fitted_to: str = ""
    pilot: bool = False

    @property
    def assumed(self) -> bool:
        """Whether no source supports the default: shown with a warning label everywhere."""
        return "assumption" in self.source

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
    """Collects declarations under one heading; the order of declaration is the order shown."""

    def __init__(self, name: str, into: dict[str, Parameter]) -> None:
        self.name = name
        self.into = into

    def _add(self, parameter: Parameter) -> None:
        if parameter.name in self.into:
            raise ValueError(f"parameter {parameter.name} is declared twice")
        self.into[parameter.name] = parameter

    def real(
        self,
        name: str,
        default: float,
        low: float,
        high: float,
        unit: str,
        source: str,
        en: str,
        nl: str,
        *,
        least: float = 0.0,
        most: float = math.inf,
        fitted_to: str = "",
        pilot: bool = False,
    ) -> None:
        """Declare a real number; a `0-1` unit limits it to [0, 1] for good."""
        most = min(most, 1.0) if unit == "0-1" else most
        self._add(
            Parameter(
                name, "real", default, unit, source, self.name, en, nl, low, high, least, most, (), fitted_to, pilot
            )
        )

    def whole(
        self,
        name: str,
        default: int,
        low: int,
        high: int,
        unit: str,
        source: str,
        en: str,
        nl: str,
        *,
        least: int = 0,
        most: float = math.inf,
        pilot: bool = False,
    ) -> None:
        """Declare a whole number."""
        self._add(
            Parameter(name, "whole", default, unit, source, self.name, en, nl, low, high, least, most, pilot=pilot)
        )

    def switch(self, name: str, default: bool, source: str, en: str, nl: str) -> None:
        """Declare something that is on or off."""
        self._add(Parameter(name, "switch", default, "on/off", source, self.name, en, nl))

    def choice(self, name: str, choices: Iterable[str], source: str, en: str, nl: str, *, pilot: bool = False) -> None:
        """Declare a choice by name; the first choice is the default."""
        names = tuple(choices)
        self._add(Parameter(name, "choice", names[0], "choice", source, self.name, en, nl, choices=names, pilot=pilot))
