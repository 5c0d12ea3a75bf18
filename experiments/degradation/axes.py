"""The axes of `samenspel degrade`: which parameter is stretched, over which values, and what goes with it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from samenspel.experiments.study.factors import Point
from samenspel.model.declared.declaration import Parameter, Value
from samenspel.model.declared.former import FORMER
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.allowed import allowed_for
from samenspel.model.input.faults import Fault, InputFaults, nearest, unknown
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Language, Message, Phrase

POINTS, POINTS_OF_TWO = 18, 7  # by default, on one axis and on each of two
FEWEST, MOST = 4, 200
# On the axis of scale demand fills every place, and sites take whoever comes: MODEL, section 5.
GOES_WITH: dict[str, Point] = {
    "students_per_cluster": {"demand_follows_places": True, "site_capacity": "soft"},
    "clusters_share": {"site_capacity": "soft"},
}


@dataclass(frozen=True)
class Axis:
    """A parameter and the values that it gets, ascending."""

    parameter: Parameter[Any]
    values: tuple[float, ...]

    @property
    def name(self) -> str:
        """The name of the parameter."""
        return self.parameter.name

    @property
    def whole(self) -> bool:
        """Whether only whole numbers mean something."""
        return self.parameter.kind == "whole"

    def value(self, number: float) -> Value:
        """A number as a value of the parameter."""
        return round(number) if self.whole else float(number)

    def title(self, lang: Language) -> str:
        """What the axis shows."""
        return Phrase(self.parameter.en, self.parameter.nl).text(lang)


def places(axes: Sequence[Axis]) -> list[Point]:
    """Every place on the axes, the last axis fastest."""
    return [
        {axis.name: axis.value(number) for axis, number in zip(axes, numbers, strict=True)}
        for numbers in product(*(axis.values for axis in axes))
    ]


def read_axes(texts: Sequence[str], scenario: Scenario, file: str) -> tuple[Axis, ...]:
    """The axes as they are written after `--over`; raises `InputFaults` with every fault."""
    reader = _Reader(scenario, file, POINTS if len(texts) == 1 else POINTS_OF_TWO)
    faults, axes = [], []
    for text in texts:
        try:
            axes.append(reader.axis(text))
        except InputFaults as wrong:
            faults += wrong.faults
    if len(texts) not in (1, 2):
        faults.append(Fault(file, "--over", str(len(texts)), Message("one axis or two")))
    names = [axis.name for axis in axes]
    if len(set(names)) < len(names):
        found = Message("{name} twice", name=names[0])
        faults.append(Fault(file, "--over", found, Message("two different parameters")))
    if faults:
        raise InputFaults(faults)
    return tuple(axes)


_FORM = Message("name=low:high, name=low:high:points or name=a,b,c,d")
_NUMBERS = Message("the name of a parameter with numbers")
_RISING = Message("low below high")
_HOW_MANY = Message("a whole number of points from {fewest} to {most}", fewest=FEWEST, most=MOST)


@dataclass(frozen=True)
class _Reader:
    """Reads one axis after another; raises the fault of one that is wrong."""

    scenario: Scenario
    file: str
    points: int

    def axis(self, text: str) -> Axis:
        """The axis that is written."""
        name, equals, rest = (part.strip() for part in text.partition("="))
        if not (name and equals and rest):
            raise self._fault(text, _FORM)
        parameter = PARAMETERS.get(name)
        if parameter is None or parameter.kind not in ("real", "whole"):
            numeric = [other.name for other in PARAMETERS.values() if other.kind in ("real", "whole")]
            if name in FORMER:
                raise self._fault(unknown(name), _NUMBERS)
            raise self._fault(f'"{name[:60]}"', _NUMBERS, nearest(name, numeric))
        numbers = self._range(text, parameter, rest) if ":" in rest else self._list(text, rest)
        self._check_range(parameter, numbers)
        values = sorted({round(number) if parameter.kind == "whole" else number for number in numbers})
        if not FEWEST <= len(values) <= MOST:
            found = Message("{values} different values", values=len(values))
            raise self._fault(found, _HOW_MANY)
        return Axis(parameter, tuple(map(float, values)))

    def _range(self, text: str, parameter: Parameter[Any], rest: str) -> list[float]:
        """So many numbers at equal distances; whole numbers as far as they go."""
        parts = rest.split(":")
        if len(parts) not in (2, 3):
            raise self._fault(text, _FORM)
        low, high = (self._number(part, text) for part in parts[:2])
        if not low < high:
            raise self._fault(Message("low {low}, high {high}", low=f"{low:g}", high=f"{high:g}"), _RISING)
        points = self._number(parts[2], text) if len(parts) == 3 else float(self.points)
        if not points.is_integer() or not FEWEST <= points <= MOST:
            raise self._fault(parts[2], _HOW_MANY)
        if parameter.kind == "whole" and low.is_integer() and high.is_integer():
            points = min(points, high - low + 1)
        return [float(number) for number in np.linspace(low, high, int(points))]

    def _list(self, text: str, rest: str) -> list[float]:
        return [self._number(part, text) for part in rest.split(",")]

    def _number(self, part: str, text: str) -> float:
        try:
            number = float(part)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self._fault(text, _FORM)
        return number

    def _check_range(self, parameter: Parameter[Any], numbers: Sequence[float]) -> None:
        """See that the parameter may have the lowest and the highest of these."""
        beyond = self.scenario.beyond_range
        low, high = (parameter.least, parameter.most) if beyond else (parameter.low, parameter.high)
        for number in (min(numbers), max(numbers)):
            if not low <= number <= high:
                allowed = allowed_for(parameter, beyond, number)
                raise InputFaults([Fault(self.file, f"--over {parameter.name}", f"{number:g}", allowed)])

    def _fault(self, found: str, allowed: Message, near: str = "") -> InputFaults:
        return InputFaults([Fault(self.file, "--over", found, allowed, near)])
