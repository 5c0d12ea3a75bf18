"""Figures of a sensitivity analysis: Morris's plane, a tornado, and bars of indices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from samenspel.experiments.assumptions.given_worlds import is_sure
from samenspel.experiments.output.figures import BLUE, GREY, ORANGE, new_figure, save
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, word
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.words import Message, in_language, say

DRAWN = 20  # factors in a figure
NAMED = 6  # factors with their name beside their dot
METHODS = {"morris": "Morris", "sobol": "Sobol", "pawn": "PAWN", "worlds": Message("Worlds")}
MAIN_NAMES = {"morris": "mu*", "sobol": "ST", "pawn": "PAWN", "worlds": Message("the share explained")}
TOGETHER = {
    "mentor hours": Message("hours of mentors, together"),
    "mentor skill": Message("skill of mentors, together"),
    "attendance": Message("attendance, together"),
    "trainer hours": Message("hours of trainers, together"),
}
"""What is measured in one go, in a few words."""


def factor(name: object, lang: Language) -> str:
    """A factor as tables and figures name it: the parameter, or what is measured in one go."""
    return in_language(TOGETHER.get(str(name), str(name)), lang)


def morris_plane(ranked: pd.DataFrame, indicator: str, path: Path, lang: Language) -> None:
    """Morris's picture: strength against spread, and the line above which effects differ in sign or size."""
    figure = new_figure(8, 5.5)
    panel = figure.subplots()
    out = ranked["low"] > ranked["noise"]
    kinds = (
        (~out, GREY, "o", say("not told from chance", lang)),
        (out, BLUE, "D", say("more than chance", lang)),
    )
    for which, colour, mark, label in kinds:
        some = ranked[which]
        half = [some["value"] - some["low"], some["high"] - some["value"]]
        panel.errorbar(
            some["value"], some["sigma"], xerr=half, fmt=mark, color=colour, markersize=4, elinewidth=0.6, label=label
        )
    right = float(ranked["high"].max())
    panel.plot([0, right], [0, right], color="0.6", linewidth=0.8, linestyle="--", label="sigma = mu*")
    for name, row in zip(ranked.index[:NAMED], rows(ranked[:NAMED]), strict=True):
        panel.annotate(str(name), (row["value"], row["sigma"]), xytext=(4, 4), textcoords="offset points", fontsize=7)
    unit = word(INDICATORS[indicator].unit, lang)
    panel.set_xlabel(say("mu*: mean absolute effect ({unit})", lang, unit=unit))
    panel.set_ylabel(say("sigma: spread of the effect (interaction, curvature)", lang))
    panel.set_title(indicator)
    panel.legend(fontsize=8)
    panel.grid(color="0.92")
    save(figure, path, ranked.reset_index(), lang)


def tornado(ranked: pd.DataFrame, stage: dict[str, Any], indicator: str, path: Path, lang: Language) -> None:
    """The mean outcome with each factor at its low and at its high end, the strongest on top."""
    some = ranked[:DRAWN]
    middle = float(stage["mean"])
    figure = new_figure(8, 1.6 + 0.27 * len(some))
    panel = figure.subplots()
    at = [-place for place in range(len(some))]
    for end, colour, label in (
        (-0.5, ORANGE, say("factor at its low end", lang)),
        (0.5, BLUE, say("factor at its high end", lang)),
    ):
        panel.barh(at, end * some["mu"], left=middle, color=colour, height=0.7, label=label)
    label = say("size, whichever way (mu*)", lang)
    panel.barh(
        at, some["value"], left=middle - some["value"] / 2, height=0.7, facecolor="none", edgecolor="0.5",
        linestyle=":", label=label,
    )  # fmt: skip
    half = (some["mu_high"] - some["mu_low"]) / 4
    panel.errorbar(middle + some["mu"].abs() / 2, at, xerr=half, fmt="none", ecolor="0.25", elinewidth=1, capsize=2)
    panel.axvline(middle, color="0.3", linewidth=0.8)
    panel.set_yticks(at, list(map(str, some.index)), fontsize=8)
    unit = word(INDICATORS[indicator].unit, lang)
    panel.set_xlabel(
        say(
            "{indicator} ({unit}), averaged over all other factors; line: 95% interval",
            lang,
            indicator=indicator,
            unit=unit,
        )
    )
    panel.legend(fontsize=8)
    panel.grid(axis="x", color="0.92")
    panel.set_axisbelow(True)
    numbers = some.reset_index()[["factor", "mu", "mu_low", "mu_high", "value"]].rename(columns={"value": "mu_star"})
    numbers = numbers.assign(at_low=middle - numbers["mu"] / 2, at_high=middle + numbers["mu"] / 2)
    save(figure, path, numbers, lang)


def bars(ranked: pd.DataFrame, method: str, indicator: str, path: Path, lang: Language) -> None:
    """The main index as bars with intervals; of Sobol the first-order index inside."""
    some = ranked[:DRAWN]
    figure = new_figure(8, 1.6 + 0.27 * len(some))
    panel = figure.subplots()
    at = [-place for place in range(len(some))]
    together = say("with others (ST)", lang) if method == "sobol" else "PAWN"
    panel.barh(at, some["value"], color=ORANGE, height=0.7, label=together)
    half = [some["value"] - some["low"], some["high"] - some["value"]]
    panel.errorbar(some["value"], at, xerr=[part.clip(lower=0) for part in half], fmt="none", ecolor="0.25", capsize=2)
    if method == "sobol":
        panel.barh(at, some["S1"].clip(lower=0), color=BLUE, height=0.35, label=say("alone (S1)", lang))
    panel.axvline(float(some["noise"].iloc[0]), color="0.4", linestyle="--", linewidth=0.9, label=say("chance", lang))
    panel.set_yticks(at, list(map(str, some.index)), fontsize=8)
    panel.set_xlabel(f"{METHODS[method]} {MAIN_NAMES[method]}" if method == "sobol" else METHODS[method])
    panel.set_title(indicator)
    panel.legend(fontsize=8)
    panel.grid(axis="x", color="0.92")
    panel.set_axisbelow(True)
    save(figure, path, some.reset_index(), lang)


def explained(ranked: pd.DataFrame, indicator: str, path: Path, lang: Language) -> None:
    """How much of the variance over worlds each factor explains, with its interval; what is not sure is grey."""
    some, sure = ranked[:DRAWN], is_sure(ranked[:DRAWN])
    figure = new_figure(8, 1.6 + 0.27 * len(some))
    panel = figure.subplots()
    at = -np.arange(len(some))
    for which, colour, label in ((sure, BLUE, say("sure", lang)), (~sure, GREY, say("could be chance", lang))):
        panel.barh(at[which], 100 * some["value"][which], color=colour, height=0.7, label=label)
    half = [100 * (some["value"] - some["low"]), 100 * (some["high"] - some["value"])]
    panel.errorbar(100 * some["value"], at, xerr=half, fmt="none", ecolor="0.25", capsize=2)
    panel.set_yticks(at, [factor(name, lang) for name in some.index], fontsize=8)
    panel.set_xlabel(say("percent of the variance over worlds that it explains; line: 95% interval", lang))
    panel.set_title(indicator)
    panel.legend(fontsize=8)
    panel.grid(axis="x", color="0.92")
    panel.set_axisbelow(True)
    save(figure, path, some.reset_index(), lang)
