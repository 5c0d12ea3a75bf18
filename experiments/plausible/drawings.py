"""Figures of worlds: every pattern before and after judging, and where two parameters together are plausible."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd

from samenspel.experiments.output.figures import BLUE, ORANGE, new_figure, save
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language
from samenspel.experiments.plausible.judges import MOST
from samenspel.experiments.validation.words import what
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.words import say


def draw_patterns(patterns: pd.DataFrame, path: Path, lang: Language) -> None:
    """A small panel a criterion: the target, and 90 % of candidates and of kept worlds."""
    figure = new_figure(9, 0.62 * len(patterns) + 0.8)
    panels = figure.subplots(len(patterns), 1, squeeze=False)[:, 0]
    for panel, row in zip(panels, rows(patterns), strict=True):
        ends = [row[f"{when}_{end}"] for when in ("before", "after") for end in ("low", "high")]
        known = [one for one in [*ends, row["target_low"], row["target_high"]] if math.isfinite(one)]
        low, high = min(known), max(known)
        room = (high - low) * 0.08 or 0.05
        panel.set_xlim(low - room, high + room)
        panel.axvspan(max(row["target_low"], low - room), min(row["target_high"], high + room), color="#dddddd", lw=0)
        for when, at, colour in (("before", 1.0, ORANGE), ("after", 0.0, BLUE)):
            if math.isfinite(row[f"{when}_low"]):
                panel.plot(
                    [row[f"{when}_low"], row[f"{when}_high"]], [at, at], color=colour, lw=3, solid_capstyle="butt"
                )
                panel.plot(row[f"{when}_middle"], at, "o", color=colour, ms=5)
        panel.set_ylim(-0.8, 1.8)
        panel.set_yticks([])
        panel.tick_params(labelsize=7)
        label = f"{row['pattern']} {row['use']}  {what(row, lang)}"
        panel.set_title(label, fontsize=8, loc="left", pad=2)
        for side in ("top", "right", "left"):
            panel.spines[side].set_visible(False)
    handles = [panels[0].plot([], [], color=colour, lw=3)[0] for colour in (ORANGE, BLUE)]
    names = [say("candidates, 90%", lang), say("kept worlds, 90%", lang)]
    figure.legend(handles, names, loc="outside upper right", ncols=2, fontsize=8, frameon=False)
    save(figure, path, patterns, lang)


def draw_pairs(pairs: pd.DataFrame, path: Path, lang: Language) -> None:
    """A map for every two parameters: the least implausibility in each cell; white where nothing was drawn."""
    named = list(dict.fromkeys(zip(pairs["first"], pairs["second"], strict=True)))
    columns = min(3, len(named))
    lines = math.ceil(len(named) / columns)
    figure = new_figure(3.3 * columns + 0.8, 3.1 * lines)
    panels = figure.subplots(lines, columns, squeeze=False).ravel()
    image = None
    for panel, (first, second) in zip(panels, named, strict=False):
        cells = pairs[(pairs["first"] == first) & (pairs["second"] == second)]
        grid = np.full((int(cells["row"].max()) + 1, int(cells["column"].max()) + 1), np.nan)
        grid[cells["row"], cells["column"]] = cells["least"]
        extent = (*_ends(first, grid.shape[1]), *_ends(second, grid.shape[0]))
        image = panel.imshow(
            grid, origin="lower", aspect="auto", extent=extent, vmin=0, vmax=2 * MOST, cmap="cividis_r"
        )
        panel.set_xlabel(first, fontsize=8)
        panel.set_ylabel(second, fontsize=8)
        panel.tick_params(labelsize=7)
        if options := PARAMETERS[first].choices:
            panel.set_xticks(range(len(options)), options)
        if options := PARAMETERS[second].choices:
            panel.set_yticks(range(len(options)), options)
    for panel in panels[len(named) :]:
        panel.set_axis_off()
    if image is not None:
        figure.colorbar(
            image, ax=panels.tolist(), shrink=0.7, label=say("least implausibility (above 3: ruled out)", lang)
        )
    save(figure, path, pairs, lang)


def _ends(name: str, parts: int) -> tuple[float, float]:
    """Where an axis begins and ends: the declared range, or the options of a choice."""
    parameter = PARAMETERS[name]
    return (-0.5, parts - 0.5) if parameter.kind == "choice" else (parameter.low, parameter.high)
