"""The figures of `samenspel degrade`."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from samenspel.experiments.degradation.degrade import Degradation
from samenspel.experiments.degradation.plan import OUTCOMES
from samenspel.experiments.degradation.tables import SHARE
from samenspel.experiments.degradation.words import said, size, variant_title
from samenspel.experiments.output.figures import BLUE, GREEN, GREY, ORANGE, PURPLE, RED, SKY, new_figure, save
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, as_given, word
from samenspel.experiments.statistics.safe_scale import SURE
from samenspel.model.words import Message, in_language, say

COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, RED)
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))
TITLES = {
    "supervision_adequate_share": Message("share adequately supervised"),
    "supervision_mean": Message("supervision quality, mean"),
    "supervision_p10": Message("supervision quality, 10th percentile"),
    "role": Message("by role"),
    "programme": Message("by programme"),
    "year": Message("by study year"),
}
GROUPS: dict[str, Message] = {
    name: name
    for name in (
        Message("fulltime"),
        Message("parttime"),
        Message("academic"),
        Message("pedagogy"),
        Message("care_3"),
        Message("care_4"),
        Message("assistant"),
    )
}


def write_figures(found: Degradation, lang: Language) -> None:
    """Every figure that there is something for, as SVG, PNG and CSV."""
    folder = found.folder
    if len(found.plan.axes) == 2:
        _map(found, folder / "figure-map", lang)
        return
    _curves(found, folder / "figure-curves", lang)
    _groups(found, folder / "figure-groups", lang)
    if len(found.worlds):
        _worlds(found, folder / "figure-worlds", lang)
    if len(found.there_and_back):
        _there_and_back(found, folder / "figure-there-and-back", lang)
    if len(found.structure):
        _structure(found, folder / "figure-structure", lang)


# --- curves ----------------------------------------------------------------------------------------------------------


def _curves(found: Degradation, path: Path, lang: Language) -> None:
    """A panel an outcome: every arm with its band, the break where there is one, the floor and the safe scale."""
    table = found.curves[found.curves["by"] == "all"]
    figure = new_figure(14, 4.6)
    panels = figure.subplots(1, len(OUTCOMES))
    for panel, name in zip(panels, OUTCOMES, strict=True):
        for arm, colour, line in zip(found.plan.arms, COLOURS, LINES, strict=False):
            curve = table[(table["arm"] == arm.name) & (table["indicator"] == name)]
            _draw_curve(found, panel, curve, in_language(arm.title, lang), colour, line)
            if not found.plan.comparison and "worlds_low" in curve:
                _draw_worlds(found, panel, curve, lang)
            _draw_break(found, panel, arm.name, name, colour, lang)
        _label(found, panel, name, lang)
    _draw_floor(found, panels[0], lang)
    panels[0].legend(fontsize=8)
    save(figure, path, table, lang)


def _draw_curve(found: Degradation, panel: Any, curve: pd.DataFrame, label: str, colour: str, line: Any) -> None:
    x = curve[found.plan.axes[0].name]
    panel.plot(x, curve["mean"], color=colour, linestyle=line, linewidth=2, label=label)
    panel.fill_between(x, curve["low"], curve["high"], color=colour, alpha=0.25, linewidth=0)


def _draw_worlds(found: Degradation, panel: Any, curve: pd.DataFrame, lang: Language) -> None:
    label = say("90% of worlds", lang)
    x = curve[found.plan.axes[0].name]
    panel.fill_between(x, curve["worlds_low"], curve["worlds_high"], color=GREY, alpha=0.18, linewidth=0, label=label)


def _draw_break(found: Degradation, panel: Any, arm: str, name: str, colour: str, lang: Language) -> None:
    """A line at the degradation point and its interval as a strip; nothing where there is no break."""
    table = found.breaks
    row = rows(table[(table["arm"] == arm) & (table["indicator"] == name) & (table["by"] == "all")])[0]
    if row["shape"] != "break":
        return
    label = say("degradation point ", lang) + size(found, row["point"], lang)
    panel.axvline(row["point"], color=colour, linewidth=1, label=label)
    panel.axvspan(row["low"], row["high"], color=colour, alpha=0.12, linewidth=0)


def _draw_floor(found: Degradation, panel: Any, lang: Language) -> None:
    floor = found.plan.safe_share
    name = say("floor", lang)
    panel.axhline(floor, color="black", linewidth=0.8, linestyle=":", label=name)
    for row in rows(found.safe):
        if row["criterion"] == "mean share" and math.isfinite(row["scale"]) and not found.plan.comparison:
            label = say("safe on average up to", lang)
            text = f"{label} {size(found, row['scale'], lang)}"
            panel.errorbar(
                row["scale"], floor, xerr=[[row["scale"] - row["low"]], [row["high"] - row["scale"]]], fmt="D",
                color="black", markersize=5, capsize=3, label=text,
            )  # fmt: skip


def _label(found: Degradation, panel: Any, name: str, lang: Language) -> None:
    axis = found.plan.axes[0]
    panel.set_title(in_language(TITLES[name], lang), fontsize=10)
    panel.set_xlabel(f"{axis.title(lang)} ({word(axis.parameter.unit, lang)})", fontsize=8)
    panel.grid(color="0.92")
    panel.set_ylim(0, 1)


def _groups(found: Degradation, path: Path, lang: Language) -> None:
    """The share of every group, of the first arm; a panel a grouping."""
    table = found.curves[(found.curves["indicator"] == SHARE) & (found.curves["arm"] == found.plan.arms[0].name)]
    groupings = [by for by in dict.fromkeys(table["by"]) if by != "all"]
    figure = new_figure(4.6 * max(1, len(groupings)), 4.6)
    panels = np.atleast_1d(figure.subplots(1, max(1, len(groupings)), sharey=True))
    for panel, by in zip(panels, groupings, strict=False):
        groups = dict.fromkeys(table.loc[table["by"] == by, "group"])
        for group, colour, line in zip(groups, COLOURS, LINES, strict=False):
            curve = table[(table["by"] == by) & (table["group"] == group)]
            _draw_curve(found, panel, curve, in_language(GROUPS.get(group, group), lang), colour, line)
        _label(found, panel, by, lang)
        panel.legend(fontsize=8)
    figure.suptitle(in_language(TITLES[SHARE], lang), fontsize=10)
    save(figure, path, table[table["by"] != "all"], lang)


def _worlds(found: Degradation, path: Path, lang: Language) -> None:
    """In which part of the worlds every size is safe, by share and by loss."""
    figure = new_figure(10, 4.4)
    panels = figure.subplots(1, 2, sharey=True)
    titles = {
        "safe_by_share": say("at least safe_share adequate", lang),
        "safe_by_loss": say("loss within bounds", lang),
    }
    for panel, (column, title) in zip(panels, titles.items(), strict=True):
        for arm, colour, line in zip(found.plan.arms, COLOURS, LINES, strict=False):
            some = found.worlds[found.worlds["arm"] == arm.name]
            x = some[found.plan.axes[0].name]
            panel.plot(x, some[column], color=colour, linestyle=line, marker="o", markersize=3,
                       label=in_language(arm.title, lang))  # fmt: skip
        panel.axhline(SURE, color="black", linewidth=0.8, linestyle=":")
        _label(found, panel, SHARE, lang)
        panel.set_title(title, fontsize=10)
        panel.set_ylim(-0.02, 1.02)
    panels[0].set_ylabel(say("part of the worlds", lang), fontsize=8)
    panels[0].legend(fontsize=8)
    save(figure, path, found.worlds, lang)


# --- a map of two axes -----------------------------------------------------------------------------------------------


def _map(found: Degradation, path: Path, lang: Language) -> None:
    """Two axes: the mean share in colour; the outline is what is safe, on average and in nearly every world."""
    first, second = found.plan.axes
    table = found.curves[(found.curves["indicator"] == SHARE) & (found.curves["by"] == "all")]
    shape = (len(first.values), len(second.values))
    mean = table["mean"].to_numpy().reshape(shape)
    figure = new_figure(7.5, 5.6)
    panel = figure.subplots()
    x, y = np.arange(shape[0]), np.arange(shape[1])
    shown = panel.pcolormesh(x, y, mean.T, cmap="cividis", vmin=0, vmax=1, shading="nearest")
    figure.colorbar(shown, ax=panel, label=in_language(TITLES[SHARE], lang))
    for (at, along), value in np.ndenumerate(mean):
        panel.text(at, along, f"{100 * value:.0f}", ha="center", va="center", fontsize=8,
                   color="black" if value > 0.55 else "white")  # fmt: skip
    _outline(panel, mean >= found.plan.safe_share, "--", say("safe on average", lang))
    if len(found.worlds):
        for column, line, label in (
            ("safe_by_share", "-", say("safe in 90% of worlds", lang)),
            ("safe_by_loss", ":", say("loss within bounds in 90% of worlds", lang)),
        ):
            safe = found.worlds[column].to_numpy().reshape(shape) >= SURE
            _outline(panel, safe, line, label)
    panel.set_xticks(x, [as_given(value, lang) for value in first.values], fontsize=8)
    panel.set_yticks(y, [as_given(value, lang) for value in second.values], fontsize=8)
    panel.set_xlabel(f"{first.title(lang)} ({word(first.parameter.unit, lang)})", fontsize=8)
    panel.set_ylabel(f"{second.title(lang)} ({word(second.parameter.unit, lang)})", fontsize=8)
    panel.legend(fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=2, frameon=False)
    if len(found.worlds):
        table = table.merge(found.worlds, how="left", on=[first.name, second.name], suffixes=("", "_of_worlds"))
    save(figure, path, table, lang)


def _outline(panel: Any, safe: Any, line: str, label: str) -> None:
    """Draw the border of the safe cells."""
    drawn = False
    for at, along in zip(*np.nonzero(safe), strict=True):
        for step, (x, y) in {
            (-1, 0): ((-0.5, -0.5), (-0.5, 0.5)), (1, 0): ((0.5, 0.5), (-0.5, 0.5)),
            (0, -1): ((-0.5, 0.5), (-0.5, -0.5)), (0, 1): ((-0.5, 0.5), (0.5, 0.5)),
        }.items():  # fmt: skip
            to = at + step[0], along + step[1]
            if 0 <= to[0] < safe.shape[0] and 0 <= to[1] < safe.shape[1] and safe[to]:
                continue
            panel.plot([at + x[0], at + x[1]], [along + y[0], along + y[1]], color=RED, linewidth=2.2, linestyle=line,
                       label=None if drawn else label, clip_on=False)  # fmt: skip
            drawn = True


# --- ways and forms --------------------------------------------------------------------------------------------------


def _there_and_back(found: Degradation, path: Path, lang: Language) -> None:
    """The share while growing and while shrinking, beside who had that size all along."""
    table, name = found.there_and_back, found.plan.axes[0].name
    figure = new_figure(6.5, 4.6)
    panel = figure.subplots()
    top = len(table) // 2
    for part, colour, line, label in (
        (table.iloc[: top + 1], BLUE, "-", say("growing", lang)),
        (table.iloc[top:], ORANGE, "--", say("shrinking again", lang)),
    ):
        panel.plot(part[name], part["share"], color=colour, linestyle=line, marker="o", label=label)
        panel.plot(part[name], part["share_of_stayed"], color=colour, linestyle="none", marker="x", markersize=8,
                   label=say("had this size all along", lang))  # fmt: skip
    _label(found, panel, SHARE, lang)
    panel.legend(fontsize=8)
    save(figure, path, table, lang)


def _structure(found: Degradation, path: Path, lang: Language) -> None:
    """Every headline that is a size, under every variant; hollow where it does not survive."""
    numeric = found.structure[[not isinstance(value, str) for value in found.structure["value"]]]
    headlines = list(dict.fromkeys(zip(numeric["arm"], numeric["headline"], strict=True)))
    variants = list(dict.fromkeys(numeric["variant"]))
    figure = new_figure(3 + 3.2 * len(headlines), 1.5 + 0.26 * len(variants))
    panels = np.atleast_1d(figure.subplots(1, len(headlines), sharey=True))
    axis = found.plan.axes[0]
    titles = {arm.name: in_language(arm.title, lang) for arm in found.plan.arms}
    for panel, (arm, headline) in zip(panels, headlines, strict=True):
        some = numeric[(numeric["arm"] == arm) & (numeric["headline"] == headline)]
        values = some["value"].to_numpy(float).clip(axis.values[0], axis.values[-1])  # beyond the axis: at its end
        for value, variant, survives in zip(values, some["variant"], some["survives"], strict=True):
            panel.plot(value, -variants.index(variant), "o", color=BLUE if survives else RED,
                       fillstyle="full" if survives else "none")  # fmt: skip
        panel.axvline(values[0], color="0.6", linewidth=0.8)
        panel.set_xlim(axis.values[0], axis.values[-1])
        head = said(headline, lang) + (f"\n{titles[arm]}" if found.plan.comparison else "")
        panel.set_title(head, fontsize=8)
        panel.grid(axis="x", color="0.92")
        panel.tick_params(labelsize=7)
    panels[0].set_yticks(
        [-at for at in range(len(variants))], [variant_title(name, lang) for name in variants], fontsize=7
    )
    save(figure, path, found.structure, lang)
