"""How what nobody knows is spread over its range, where a source says more than two ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Shape = Literal["triangular", "normal", "beta"]

SHAPES: Mapping[Shape, tuple[str, ...]] = {"triangular": ("mode",), "normal": ("mean", "sd"), "beta": ("a", "b")}
"""The numbers that make each shape; without a shape every value of a range is as likely."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A shape on the range low..high of a parameter.

    Triangular with its top at `mode`; normal with `mean` and `sd`, cut off at low and high; beta with `a` and `b`,
    stretched over low..high. `numbers` are these, in the order of `SHAPES`; `source` is what they rest on, in one line.
    """

    shape: Shape
    numbers: tuple[float, ...]
    source: str = ""

    def __str__(self) -> str:
        """As tables show it: `triangular, mode 50`."""
        named = zip(SHAPES[self.shape], self.numbers, strict=True)
        return ", ".join([self.shape, *(f"{name} {number:g}" for name, number in named)])


def limits(shape: Shape, low: float, high: float) -> dict[str, tuple[float, float]]:
    """What each number of a shape may be on a range; beyond it, nearly all that is drawn would be one value."""
    width = high - low
    match shape:
        case "triangular":
            return {"mode": (low, high)}
        case "normal":
            return {"mean": (low, high), "sd": (width / 1000.0, width * 10.0)}
    return {"a": (0.1, 1000.0), "b": (0.1, 1000.0)}
