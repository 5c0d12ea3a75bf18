"""What scenario discovery tells people: boxes in words and tables, files, and a figure of each design."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich import box as lines
from rich.table import Table
from rich.text import Text

from samenspel.experiments.assumptions.discovery import Discovery
from samenspel.experiments.assumptions.sensitivity_report import meaning
from samenspel.experiments.output.figures import BLUE, GREY, ORANGE, new_figure, save
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, enumerate_words, number, percent, word
from samenspel.experiments.output.reports import Report
from samenspel.experiments.output.terminal import WIDE, as_written
from samenspel.experiments.output.version import version
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.words import say

if TYPE_CHECKING:
    from rich.console import RenderableType

DRAWN = 12  # designs with a figure
SIGNS = {"at_least": "≥", "at_most": "≤", "not": "≠"}


# --- in words --------------------------------------------------------------------------------------------------------


def sentences(found: Discovery, design: int, lang: Language) -> list[str]:
    """How many points of a design fail, and in which boxes."""
    points = found.points[found.points["design"] == design]
    told = [_how_many(found, len(points), int(points["fails"].sum()), lang)]
    boxes = found.boxes[found.boxes["design"] == design]
    if not len(boxes) and 0 < points["fails"].sum() < len(points):
        told.append(
            say("No combination of assumptions stands out: what can be found, shuffled outcomes give as well.", lang)
        )
    return told + [_box(found, row, lang) for row in rows(boxes)]


def _how_many(found: Discovery, points: int, failing: int, lang: Language) -> str:
    """The share of points beyond the threshold."""
    share = percent(failing / points, lang, 1 if 0 < failing < 0.02 * points else 0)
    at = _figure(found.threshold, found.indicator, lang)
    many = number(points, lang)
    fields = {"share": share, "points": many, "indicator": found.indicator, "at": at}
    if found.below:
        return say("In {share} of {points} points {indicator} is below {at}.", lang, **fields)
    return say("In {share} of {points} points {indicator} is above {at}.", lang, **fields)


def _figure(value: float, indicator: str, lang: Language) -> str:
    """A value of an indicator; shares as percentages."""
    if indicator.endswith("_share"):
        return percent(value, lang, 0 if math.isclose(100 * value, round(100 * value)) else 1)
    if indicator not in INDICATORS:  # a safe scale, in the units of its axis
        return _written(value, lang)
    return f"{number(value, lang, 2)} {word(INDICATORS[indicator].unit, lang)}"


def _box(found: Discovery, row: dict[str, Any], lang: Language) -> str:
    """A box in a sentence: where it is, how many points fail there, and how sure that is."""
    table = found.limits[(found.limits["design"] == row["design"]) & (found.limits["box"] == row["box"])]
    where = enumerate_words(conditions(table, lang), lang)
    density, coverage = percent(row["density"], lang), percent(row["coverage"], lang)
    outside = percent(row["density_out"], lang)
    p = number(row["p"], lang, 2)
    return say(
        "Box {box}: with {where}, {density} of the {points} points fail (density), and "
        "{coverage} of all failing points lie there (coverage). In points that were not searched "
        "{outside} fail; shuffled outcomes give such a box with probability {p}.",
        lang,
        box=row["box"],
        where=where,
        density=density,
        points=row["points"],
        coverage=coverage,
        outside=outside,
        p=p,
    )


def conditions(table: pd.DataFrame, lang: Language) -> list[str]:
    """The limits in words, both ends of one factor together."""
    told = []
    for name, limits in table.groupby("factor", sort=False):
        parameter = PARAMETERS[str(name)]
        unit = "" if parameter.unit in ("0-1", "choice", "on/off") else f" {word(parameter.unit, lang)}"
        ends = {row["limit"]: _written(row["value"], lang) for row in rows(limits) if row["limit"] != "not"}
        if not ends:
            kept = _values_left(str(name), [row["value"] for row in rows(limits)])
            told.append(f"{name} = {_either(kept, lang)}")
            continue
        words = {"at_least": say("at least", lang), "at_most": say("at most", lang)}
        parts = [f"{words[end]} {ends[end]}" for end in ("at_least", "at_most") if end in ends]
        told.append(f"{name} {enumerate_words(parts, lang)}{unit}")
    return told


def _values_left(name: str, excluded: list[Any]) -> list[Any]:
    """The values of a choice or switch that a box keeps."""
    parameter = PARAMETERS[name]
    every = (False, True) if parameter.kind == "switch" else parameter.choices
    return [value for value in every if value not in excluded]


def _either(values: list[Any], lang: Language) -> str:
    return say(" or ", lang).join(as_written(value) for value in values)


def _written(value: Any, lang: Language) -> str:
    """An end of a range, in three digits that say something."""
    if isinstance(value, int) or float(value).is_integer():
        return number(float(value), lang)
    digits = max(0, 2 - math.floor(math.log10(abs(float(value)))))
    return number(float(value), lang, min(digits, 5))


def _table(table: pd.DataFrame, lang: Language, wide: bool) -> Table:
    """A row a limit: what supports it."""
    shown = Table(box=lines.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    shown.add_column(say("Box", lang), justify="right")
    shown.add_column("Factor", no_wrap=True)
    shown.add_column(say("Limit", lang), justify="right", no_wrap=True)
    shown.add_column("quasi-p", justify="right", no_wrap=True)
    shown.add_column(say("reproduced", lang), justify="right")
    if wide:
        shown.add_column(say("Meaning", lang))
    for row in rows(table):
        value = row["value"]
        end = as_written(value) if isinstance(value, bool | str) else _written(value, lang)
        quasi = number(row["quasi_p"], lang, 3) if row["quasi_p"] >= 0.001 else f"< {number(0.001, lang, 3)}"
        cells = [str(row["box"]), row["factor"], f"{SIGNS[row['limit']]} {end}", quasi]
        cells += [percent(row["reproduced"], lang), *([meaning(row["factor"], lang)] if wide else [])]
        shown.add_row(*cells)
    return shown


# --- documents and the report ----------------------------------------------------------------------------------------


def _box_document(found: Discovery, row: dict[str, Any]) -> dict[str, Any]:
    table = found.limits[(found.limits["design"] == row["design"]) & (found.limits["box"] == row["box"])]
    limits = [
        {key: limit[key] for key in ("factor", "limit", "value", "quasi_p", "reproduced")} for limit in rows(table)
    ]
    figures = {key: row[key] if math.isfinite(row[key]) else None for key in row if key != "design"}
    return {**figures, "limits": limits}


@dataclass(frozen=True)
class DiscoveryReport(Report):
    """The report of scenario discovery, into a folder."""

    found: Discovery
    out: Path

    @property
    def folder(self) -> Path:
        """The folder that was named."""
        return self.out

    def document(self) -> dict[str, Any]:
        """What was discovered as one JSON document."""
        found = self.found
        return {
            "version": version(),
            "folder": str(found.folder),
            "indicator": found.indicator,
            "threshold": found.threshold,
            "below": found.below,
            "designs": [
                {
                    "design": design,
                    "name": name,
                    "points": len(points),
                    "failing": int(points["fails"].sum()),
                    "boxes": [_box_document(found, row) for row in rows(found.boxes[found.boxes["design"] == design])],
                }
                for design, name in found.designs.items()
                for points in [found.points[found.points["design"] == design]]
            ],
        }

    def sentences(self, lang: Language) -> list[str]:
        """The sentences of every design under its name."""
        found = self.found
        return [
            line
            for design, name in found.designs.items()
            for line in [*([name] if name else []), *sentences(found, design, lang)]
        ]

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Boxes, their limits, and the points."""
        return {name: getattr(self.found, name) for name in ("boxes", "limits", "points")}

    def shown(self, lang: Language, width: int) -> Iterator[RenderableType]:
        """For each design its boxes in words, and a table of their limits."""
        for at, (design, name) in enumerate(self.found.designs.items()):
            if at:
                yield ""
            if name:
                yield Text(name, style="bold")
            yield from sentences(self.found, design, lang)
            table = self.found.limits[self.found.limits["design"] == design]
            if len(table):
                yield _table(table, lang, width >= WIDE)

    def figures(self, folder: Path, lang: Language) -> None:
        """A figure of each design that has boxes."""
        for design in list(self.found.designs)[:DRAWN]:
            if (self.found.boxes["design"] == design).any():
                _picture(self.found, design, folder / f"figure-design-{design}", lang)


def _picture(found: Discovery, design: int, path: Path, lang: Language) -> None:
    """The points of a design along the two surest limits of each box, failing ones apart, the box drawn in."""
    points = found.points[found.points["design"] == design]
    boxes = found.boxes[found.boxes["design"] == design]["box"].tolist()
    figure = new_figure(1 + 4.5 * len(boxes), 4.6)
    panels = np.atleast_1d(figure.subplots(1, len(boxes)))
    for panel, box in zip(panels, boxes, strict=True):
        limits = found.limits[(found.limits["design"] == design) & (found.limits["box"] == box)]
        names = list(dict.fromkeys(limits["factor"]))[:2]
        for fails, colour, mark, label in (
            (False, GREY, "o", say("holds", lang)),
            (True, ORANGE, "D", say("fails", lang)),
        ):
            some = points[points["fails"] == fails]
            y = some[names[1]] if len(names) > 1 else some["value"]
            x, y = (_drawable(axis) for axis in (some[names[0]], y))
            panel.scatter(x, y, s=14, marker=mark, color=colour, alpha=0.7, linewidths=0, label=label)
        for axis, name in zip("xy", names, strict=False):
            _draw_limits(panel, axis, limits[limits["factor"] == name])
        panel.set_xlabel(names[0])
        panel.set_ylabel(names[1] if len(names) > 1 else found.indicator)
        panel.set_title(f"{say('box', lang)} {box}", fontsize=10)
    panels[0].legend(fontsize=8)
    figure.suptitle(found.designs[design] or found.indicator, fontsize=10)
    save(figure, path, points, lang)


def _drawable(values: pd.Series) -> pd.Series:
    """Values that can stand along an axis; switches and choices as words."""
    return values if pd.api.types.is_numeric_dtype(values) and values.dtype != bool else values.astype(str)


def _draw_limits(panel: Any, axis: str, limits: pd.DataFrame) -> None:
    """Lines where the box ends."""
    for row in rows(limits):
        if row["limit"] != "not":
            (panel.axvline if axis == "x" else panel.axhline)(row["value"], color=BLUE, linewidth=1.5)
