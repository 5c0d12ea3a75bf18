"""The figure of docs/GROWTH.md: the share by size in four partnerships, told apart without colour."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from samenspel.experiments.output.figures import BLUE, GREY, new_figure
from samenspel.experiments.plausible.source import PLAUSIBLE, PRIOR
from samenspel.model.words import Language, Phrase
from tools.documents import DOCS
from tools.growth.figures import ALL, ARMS, TODAY, TOGETHER
from tools.growth.store import stored
from tools.growth.words import ARMS as NAMES

FIGURES: dict[Language, Path] = {"en": DOCS / "growth-en.svg", "nl": DOCS / "growth-nl.svg"}
FLOOR = 80  # %


def draw(lang: Language) -> None:
    """Draw the figure in a language: a panel a partnership, with today's partnership as dots in each."""
    from matplotlib import rc_context

    table = stored("levels")
    table = table[table["of"] == ALL]
    with rc_context({"svg.hashsalt": "growth", "svg.fonttype": "path", "hatch.linewidth": 0.5}):
        figure = new_figure(9, 7)
        panels = figure.subplots(2, 2, sharex=True, sharey=True)
        for panel, arm in zip(panels.flat, ARMS, strict=True):
            _draw(panel, table[table["arm"] == arm], lang)
            first = table[(table["arm"] == TOGETHER) & (table["source"] == PLAUSIBLE)]
            if arm != TOGETHER:
                as_it_is = Phrase("as it is now", "zoals het nu is").text(lang)
                panel.plot(first["size"], 100 * first["middle"], "k:", linewidth=1.5, label=as_it_is)
            panel.set_title(NAMES[arm].text(lang), fontsize=11)
            panel.legend(fontsize=8, loc="lower left", framealpha=1)
        for panel in panels[:, 0]:
            panel.set_ylabel(Phrase("adequately supervised, %", "toereikend begeleid, %").text(lang))
        for panel in panels[1]:
            panel.set_xlabel(Phrase("hbo places a cluster", "hbo-plaatsen per cluster").text(lang))
        figure.savefig(FIGURES[lang], metadata={"Date": None})


def _draw(panel: Any, table: Any, lang: Language) -> None:
    """Bands of nine of ten worlds and the middle of plausible ones."""
    prior, plausible = (table[table["source"] == source] for source in (PRIOR, PLAUSIBLE))
    panel.fill_between(
        prior["size"], 100 * prior["low"], 100 * prior["high"], facecolor="none", edgecolor=GREY, hatch="////",
        linewidth=0.6, label=Phrase("nine of ten prior worlds", "negen van de tien ongetoetste werelden").text(lang),
    )  # fmt: skip
    panel.fill_between(
        plausible["size"], 100 * plausible["low"], 100 * plausible["high"], color=BLUE, alpha=0.35, linewidth=0,
        label=Phrase("nine of ten plausible worlds", "negen van de tien aannemelijke werelden").text(lang),
    )  # fmt: skip
    middle = Phrase("middle of plausible worlds", "het midden van de aannemelijke werelden").text(lang)
    panel.plot(
        plausible["size"], 100 * plausible["middle"], color="black", linewidth=2, marker="o", markersize=4, label=middle
    )
    panel.axhline(FLOOR, color="black", linewidth=0.7)
    panel.axvline(TODAY, color="black", linewidth=0.7, linestyle="--")
    panel.set_xticks(sorted({int(size) for size in table["size"]}))
    panel.tick_params(labelsize=8)
    panel.set_ylim(0, 100)
    panel.grid(color="0.92")
