"""Figures of the report as inline SVG, one a row: words stay words, on a phone and for a screen reader."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from samenspel.experiments.output.figures import BLUE, GREEN, GREY, ORANGE

INK = "#222222"


@dataclass(frozen=True)
class Scale:
    """What the left and right end of a figure stand for."""

    low: float
    high: float

    @classmethod
    def over(cls, values: Iterable[float], *, zero: bool = False, share: bool = False) -> Scale:
        """From the least to the most, with a little room; a share lies between 0 and 1."""
        known = [value for value in values if math.isfinite(value)]
        known += [0.0] if zero or not known else []
        low, high = min(known), max(known)
        room = 0.04 * (high - low) or max(0.01, abs(high) * 0.1)
        low, high = low - room, high + room
        return cls(max(0.0, low), min(1.0, high)) if share else cls(low, high)

    def at(self, value: float) -> float:
        """The place of a value, from 0 to 100."""
        return max(0.0, min(100.0, 100.0 * (value - self.low) / (self.high - self.low)))


def track(
    scale: Scale, mean: float, inner: tuple[float, float], outer: tuple[float, float], title: str,
    *, line: float = math.nan,
) -> Markup:  # fmt: skip
    """A mean with its interval of luck (thick) and its spread over worlds (thin), and a dashed line for a floor."""
    parts = [Markup('<line x1="0" y1="10" x2="100" y2="10" stroke="#dddddd"/>')]
    if math.isfinite(line):
        parts.append(_line(scale.at(line), 1, scale.at(line), 19, ORANGE, 2, dashed=True))
    if all(map(math.isfinite, outer)):
        parts.append(_line(scale.at(outer[0]), 10, scale.at(outer[1]), 10, GREY, 2))
    if all(map(math.isfinite, inner)):
        parts.append(_line(scale.at(inner[0]), 10, scale.at(inner[1]), 10, BLUE, 7))
    if math.isfinite(mean):
        parts.append(_line(scale.at(mean), 3, scale.at(mean), 17, INK, 3))
    return _svg(parts, title)


def bar(share: float, low: float, high: float, title: str, *, floor: float = math.nan) -> Markup:
    """A share from 0 to 1 as a bar, with its interval."""
    if not math.isfinite(share):
        return _svg([], title)
    parts = [
        Markup('<rect x="0" y="3" width="100" height="14" fill="#eeeeee"/>'),
        Markup('<rect x="0" y="3" width="{:.2f}" height="14" fill="{}"/>').format(100 * share, GREEN),
    ]
    if math.isfinite(low) and math.isfinite(high):
        parts.append(_line(100 * low, 10, 100 * high, 10, INK, 2))
    if math.isfinite(floor):
        parts.append(_line(100 * floor, 1, 100 * floor, 19, ORANGE, 2, dashed=True))
    return _svg(parts, title)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float, *, dashed: bool = False) -> Markup:
    return Markup(
        '<line x1="{:.2f}" y1="{:g}" x2="{:.2f}" y2="{:g}" stroke="{}" stroke-width="{:g}"{} '
        'vector-effect="non-scaling-stroke"/>'
    ).format(x1, y1, x2, y2, colour, width, Markup(' stroke-dasharray="4 3"') if dashed else "")


def _svg(parts: list[Markup], title: str) -> Markup:
    """A picture as wide as its place; its title is what a screen reader says."""
    return Markup('<svg role="img" viewBox="0 0 100 20" preserveAspectRatio="none"><title>{}</title>{}</svg>').format(
        title, Markup("").join(parts)
    )
