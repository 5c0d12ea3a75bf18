"""Factors: what a study varies, and the one place where the unit cube becomes values of parameters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from samenspel.experiments.study.quantiles import quantile
from samenspel.model.declared.declaration import Parameter, Value
from samenspel.model.declared.distribution import Distribution


@dataclass(frozen=True)
class Factor:
    """A parameter that a study varies: over a list of values, or over a range.

    A list means a sweep: each of its values meets each value of every other list. A range, or everything a
    parameter is declared to allow, is sampled by the design: evenly, or by the distribution that it has.
    """

    parameter: Parameter[Any]
    values: tuple[Value, ...] = ()
    low: float = math.nan
    high: float = math.nan
    sampled: bool = False
    distribution: Distribution | None = None

    @classmethod
    def declared(cls, parameter: Parameter[Any]) -> Factor:
        """All that the parameter is declared to allow."""
        match parameter.kind:
            case "switch":
                return cls(parameter, (False, True), sampled=True)
            case "choice":
                return cls(parameter, parameter.choices, sampled=True)
        return cls(parameter, low=parameter.low, high=parameter.high, sampled=True, distribution=parameter.distribution)

    @property
    def name(self) -> str:
        """The name of the parameter."""
        return self.parameter.name

    def at(self, place: float) -> Value:
        """The value at a place in [0, 1]: equal parts for each choice or whole number; a real by its distribution.

        Without a distribution that is a straight line.
        """
        if self.values:
            return self.values[_part(place, len(self.values))]
        if self.parameter.kind == "whole":
            low, high = int(self.low), int(self.high)
            return low + _part(place, high - low + 1)
        if self.distribution:
            return quantile(self.distribution, self.low, self.high, place)
        return min(self.low + place * (self.high - self.low), self.high)  # at 1 rounding may end beyond it

    def grid(self, levels: int) -> tuple[Value, ...]:
        """Every value of a list; of a range so many at equal distances, both ends among them, whatever its shape."""
        if self.values:
            return self.values
        places = [0.5] if levels == 1 else [level / (levels - 1) for level in range(levels)]
        evenly = replace(self, distribution=None)
        return tuple(dict.fromkeys(evenly.at(place) for place in places))


def _part(place: float, parts: int) -> int:
    """In which of so many equal parts of [0, 1] a place lies; 1 itself lies in the last."""
    return min(int(place * parts), parts - 1)


Point = dict[str, Value]


class Crossed(Sequence[Point]):
    """Every combination of one point from each block, the last block fastest; a point is made when asked for."""

    def __init__(self, blocks: Sequence[Sequence[Point]]) -> None:
        self.blocks = tuple(blocks)

    def __len__(self) -> int:
        return math.prod(map(len, self.blocks))

    def __getitem__(self, index: int) -> Point:  # type: ignore[override]  # nobody slices a design
        if not 0 <= index < len(self):
            raise IndexError(index)
        chosen = []
        for block in reversed(self.blocks):
            index, at = divmod(index, len(block))
            chosen.append(block[at])
        return {name: value for point in reversed(chosen) for name, value in point.items()}


class Sampled(Sequence[Point]):
    """Rows of the unit cube as points of these factors."""

    def __init__(self, factors: Sequence[Factor], rows: Sequence[Sequence[float]]) -> None:
        self.factors = tuple(factors)
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Point:  # type: ignore[override]
        return {
            factor.name: factor.at(float(place)) for factor, place in zip(self.factors, self.rows[index], strict=True)
        }


@dataclass(frozen=True)
class Points(Sequence[Point]):
    """The points of a study: every design of the levers in every world of the uncertainties, worlds fastest."""

    levers: Sequence[Point]
    worlds: Sequence[Point]

    def __len__(self) -> int:
        return self._size

    @cached_property
    def _size(self) -> int:
        return len(self.levers) * len(self.worlds)

    def __getitem__(self, index: int) -> Point:  # type: ignore[override]
        lever, world = divmod(index, len(self.worlds))
        return {**self.levers[lever], **self.worlds[world]}
