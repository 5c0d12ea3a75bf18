"""How sure it is what pinches first, in plain words: a table over worlds, sentences and a figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from rich import box
from rich.table import Table

from samenspel.experiments.bottlenecks.attribution import Bottlenecks
from samenspel.experiments.bottlenecks.over_worlds import NOTHING, OverWorlds
from samenspel.experiments.bottlenecks.pinch import NAMES, PINCHES
from samenspel.experiments.output.figures import BLUE, GREY, new_figure, save
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, enumerate_words, number, percent
from samenspel.model.words import Message, in_language, say

NEARLY_ALL, MOST = 0.90, 0.50  # of the worlds
OTHERS_TOLD = 2


def of_world(name: str) -> Message:
    """What comes first in a world."""
    return Message("nothing that pinches") if name == NOTHING else NAMES[name]


def table(found: Bottlenecks, worlds: OverWorlds, lang: Language) -> Table:
    """A row a constraint: its share here and over worlds, and in how many of them it comes first."""
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    shown.add_column(say("Over {worlds} worlds", lang, worlds=number(worlds.number, lang)), no_wrap=True)
    for heading in (say("here", lang), say("median", lang), say("90% of worlds", lang), say("first in", lang)):
        shown.add_column(heading, justify="right", no_wrap=True)
    here = found.whole.set_index("constraint")["share"]
    for row in rows(worlds.whole.sort_values(["first", "median"], ascending=False, kind="stable")):
        name = str(row["constraint"])
        if name == NOTHING:
            if row["first"] > 0:
                shown.add_row(in_language(of_world(name), lang), "", "", "", percent(row["first"], lang))
            continue
        middle, low, high = (number(100 * row[one], lang, 1) for one in ("median", "low", "high"))
        own = number(100 * float(here[name]), lang, 1)
        first = percent(row["first"], lang)
        shown.add_row(in_language(NAMES[name], lang), own, middle, f"{low} … {high}", first)
    shown.caption = say("percentage points of the students; in how many worlds it holds back most", lang)
    return shown


def how_sure(found: Bottlenecks, worlds: OverWorlds, lang: Language) -> Iterator[str]:
    """Whether what holds back most here does so in other worlds too, and where those come from."""
    yield _same_elsewhere(found, worlds, lang)
    yield _verdict(found, worlds, lang)
    yield from worlds.source.sentences(worlds.number, lang)


def named_first(found: Bottlenecks) -> str:
    """What holds back most here, as a whole."""
    most = rows(found.whole.nlargest(1, "share"))[0]
    return str(most["constraint"]) if most["share"] >= PINCHES else NOTHING


def _same_elsewhere(found: Bottlenecks, worlds: OverWorlds, lang: Language) -> str:
    """In how many worlds the same holds back most, and what does so in the others."""
    own, whole = named_first(found), worlds.whole.sort_values("first", ascending=False, kind="stable")
    counts = {str(row["constraint"]): round(row["first"] * worlds.number) for row in rows(whole)}
    others = [name for name, count in counts.items() if count and name != own][:OTHERS_TOLD]
    told = [f"{in_language(of_world(name), lang)} ({number(counts[name], lang)})" for name in others]
    return say(
        "How sure is this? Here it is {what} that holds back most, and in {count} of {worlds} worlds too{others}.",
        lang,
        what=in_language(of_world(own), lang),
        count=number(counts[own], lang),
        worlds=number(worlds.number, lang),
        others=say("; in the others mostly {others}", lang, others=enumerate_words(told, lang)) if told else "",
    )


def _verdict(found: Bottlenecks, worlds: OverWorlds, lang: Language) -> str:
    """What that means for who has to choose."""
    top = rows(worlds.whole.sort_values("first", ascending=False, kind="stable"))[0]
    if top["first_low"] <= MOST:
        return say(
            "So it cannot be said for sure what holds back most: that depends on what nobody knows. Who chooses a "
            "measure should find out more first, or take one that helps against several of these.",
            lang,
        )
    if (name := str(top["constraint"])) != named_first(found):
        return say(
            "So {what} is the likelier answer: what the scenario itself takes for granted is only one guess at what "
            "nobody knows.",
            lang,
            what=in_language(of_world(name), lang),
        )
    if top["first"] >= NEARLY_ALL:
        return say("So this hardly depends on what nobody knows.", lang)
    return say("So this is likely, but not certain: it depends on what nobody knows.", lang)


def clause(row: dict[str, object], lang: Language) -> str:
    """Of one cluster, in how many worlds the same comes first there; nothing where there are no worlds."""
    share = float(row.get("worlds", np.nan))  # type: ignore[arg-type]
    return "" if np.isnan(share) else say(" In {share} of the worlds that is so too.", lang, share=percent(share, lang))


def figure_of_worlds(found: Bottlenecks, worlds: OverWorlds, path: Path, lang: Language) -> None:
    """What each constraint costs over worlds, beside what it costs here."""
    drawn = worlds.whole[worlds.whole["constraint"] != NOTHING]
    here = found.whole[["constraint", "share"]].rename(columns={"share": "here"})
    some: pd.DataFrame = drawn.merge(here, on="constraint").sort_values("median", kind="stable", ignore_index=True)
    figure = new_figure(8, 4)
    panel = figure.subplots()
    at = np.arange(len(some))
    panel.barh(
        at, 100 * (some["high"] - some["low"]), left=100 * some["low"], color=GREY, height=0.5,
        label=say("nine of ten worlds", lang),
    )  # fmt: skip
    panel.plot(100 * some["median"], at, "k|", markersize=14, label=say("the middle world", lang))
    panel.plot(100 * some["here"], at, "D", color=BLUE, markersize=6, label=say("the scenario itself", lang))
    panel.set_yticks(at, [in_language(NAMES[name], lang) for name in some["constraint"]])
    panel.set_xlabel(say("percentage points of the students that it holds back", lang))
    panel.axvline(0, color="0.3", linewidth=0.8)
    panel.legend(fontsize=8, loc="lower right")
    panel.grid(axis="x", color="0.92")
    panel.set_axisbelow(True)
    save(figure, path, some, lang)
