"""What a sweep tells people: a table, a few sentences, and figures with their numbers beside them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from rich import box
from rich.table import Table

from samenspel.experiments.output.documents import as_csv
from samenspel.experiments.output.files import write_whole
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, as_given, number, percent, word
from samenspel.experiments.output.prices import growth_is_assumed
from samenspel.experiments.output.reports import Report, plain
from samenspel.experiments.output.terminal import digits_of
from samenspel.experiments.sweeps.results import Results, load, median_variance_saved
from samenspel.experiments.sweeps.runner import Ending
from samenspel.model.words import Message, in_language, say

if TYPE_CHECKING:
    from rich.console import RenderableType

HEADLINES = (
    "supervision_adequate_share",
    "supervision_mean",
    "mentor_overload_share",
    "coverage",
    "peer_support",
    "cost_per_student",
)
DESIGNS_SHOWN = 40
DESIGN_WIDTH, COLUMN_WIDTH, NUMBERS_WIDTH = 26, 18, 10


# --- the table and the sentences -------------------------------------------------------------------------------------


def headlines(results: Results) -> list[str]:
    """The headline indicators that the study kept, or its first few."""
    kept = [name for name in HEADLINES if name in results.indicators]
    return kept or results.indicators[: len(HEADLINES)]


def _table(results: Results, lang: Language, names: list[str]) -> Table:
    """A row a design: means with half their interval, of as many indicators as the paper is wide."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(say("Design", lang), min_width=DESIGN_WIDTH - 2)
    for name in names:
        heading = name.replace("_", "_\n", 1) + "\n" + word(results.units.get(name, ""), lang)
        table.add_column(heading, justify="right")
    table.add_column("n", justify="right")
    figures = {(row["design"], row["indicator"]): row for row in rows(results.summary)}
    shared, titles = results.shared, results.design_names()
    for design in sorted(set(results.summary["design"]))[:DESIGNS_SHOWN]:
        cells = (_cell(figures[design, name], lang) for name in names)
        table.add_row(titles[design], *cells, f"{shared.worlds} × {shared.replications}")
    table.caption = say("n: worlds × replications", lang)
    table.caption_justify = "right"
    return table


def _cell(row: dict[str, Any], lang: Language) -> str:
    """A mean ± half its interval."""
    mean, half, digits = float(row["mean"]), float(row["high"] - row["low"]) / 2, digits_of(str(row["unit"]))
    text = number(mean, lang, digits)
    return f"{text} ± {number(half, lang, digits)}" if math.isfinite(half) else text


def sentences(results: Results, lang: Language) -> list[str]:
    """What the numbers say about themselves: what they are about, replications, pairing."""
    found = what_is_compared(results, lang)
    if not len(results.shared.runs):
        return found
    found.append(how_many_were_enough(results, lang))
    assumed = growth_is_assumed(results.manifest["known"])
    if assumed:
        found.append(in_language(assumed, lang))
    saved = median_variance_saved(results.differences, headlines(results))
    if math.isfinite(saved):
        share = percent(saved, lang, 1)
        found.append(
            say(
                "All designs share their luck; that took away {share} of the variance of differences (median).",
                lang,
                share=share,
            )
        )
    hidden = len(set(results.summary["design"])) - DESIGNS_SHOWN
    if hidden > 0:
        found.append(say("Another {hidden} designs are in report/summary.csv.", lang, hidden=hidden))
    return found


def what_is_compared(results: Results, lang: Language) -> list[str]:
    """`12 of 64 worlds are finished for all designs; only those are compared.`; nothing when everything is."""
    shared = results.shared
    if not shared.worlds:
        return [say("No world is finished for all designs yet, so there is nothing to compare.", lang)]
    found = _finished(results, lang)
    if shared.hopeless:
        names = results.design_names()
        listed = "; ".join(names[design] for design in shared.hopeless[:6]) + (" …" if len(shared.hopeless) > 6 else "")
        found.append(
            say("These designs are not compared, because every run of them failed: {listed}.", lang, listed=listed)
        )
    if shared.failed and len(shared.runs):
        cells = shared.worlds * shared.replications
        found.append(
            say(
                "In {failed} of {cells} combinations of world and replication a run failed; those are "
                "left out for all designs alike.",
                lang,
                failed=shared.failed,
                cells=cells,
            )
        )
    return found


def _finished(results: Results, lang: Language) -> list[str]:
    """How much of the sweep all designs have finished, where that is not all."""
    shared = results.shared
    worlds, replications = results.manifest["worlds"], max(results.manifest["replications"], results.replications)
    parts = []
    if shared.worlds < worlds:
        parts.append(say("{worlds} of {worlds_2} worlds", lang, worlds=shared.worlds, worlds_2=worlds))
    if shared.replications < replications:
        again = say("{done} of {replications} replications", lang, done=shared.replications, replications=replications)
        parts.append(again)
    if not parts:
        return []
    listed = say(" and ", lang).join(parts)
    return [say("{listed} are finished for all designs; only those are compared.", lang, listed=listed)]


def how_many_were_enough(results: Results, lang: Language) -> str:
    """`30 replications were enough for all but 2 indicators: …`."""
    need, n = results.replications_needed, results.shared.replications
    short = [str(name) for name in need.index if not need[name] <= n]
    rule = _rule(results, lang)
    if not short:
        most = int(need.max())
        return say(
            "{n} replications were enough for all indicators ({rule}); {most} would have been.",
            lang,
            n=n,
            rule=rule,
            most=most,
        )
    listed = ", ".join(short[:6]) + (" …" if len(short) > 6 else "")
    if len(short) == len(need):
        head = say("{n} replications were not enough", lang, n=n)
        return f"{head} ({rule}): {listed}."
    return say(
        "{n} replications were enough for all but {short} indicators ({rule}): {listed}.",
        lang,
        n=n,
        short=len(short),
        rule=rule,
        listed=listed,
    )


def _rule(results: Results, lang: Language) -> str:
    """The rule in words."""
    precision = results.precision
    match precision.rule:
        case "half_width":
            limit = as_given(precision.limit, lang)
            return say("half-width at most {limit}", lang, limit=limit)
        case "coefficient_of_variation":
            limit = percent(precision.limit, lang, 1)
            return say("coefficient of variation at most {limit}", lang, limit=limit)
    limit = percent(precision.limit, lang, 1)
    return say("half-width at most {limit} of the mean", lang, limit=limit)


# --- the report ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SweepReport(Report):
    """The report of a sweep, as far as it came; its files go into `report/` in the folder of the sweep."""

    ending: Ending

    @cached_property
    def results(self) -> Results:
        """The tables of the sweep."""
        return load(self.ending.folder)

    @property
    def folder(self) -> Path:
        """`report/` in the folder of the sweep."""
        return self.ending.folder / "report"

    def document(self) -> dict[str, Any]:
        """The sweep as one JSON document; what is undefined is None."""
        results, ending = self.results, self.ending
        return {
            "study": results.manifest["name"],
            "version": results.manifest["samenspel"],
            "folder": str(results.folder),
            "asked": ending.asked,
            "done": ending.done,
            "failed": ending.failed,
            "interrupted": ending.interrupted,
            "compared": {
                "worlds": results.shared.worlds,
                "of_worlds": results.manifest["worlds"],
                "replications": results.shared.replications,
                "of_replications": max(results.manifest["replications"], results.replications),
                "failed": results.shared.failed,
                "without": list(results.shared.hopeless),
            },
            "designs": {str(design): row for design, row in results.designs.to_dict("index").items()},
            "summary": plain(results.summary),
            "differences": plain(results.differences),
            "replications_needed": {
                str(name): int(value) if math.isfinite(value) else None
                for name, value in results.replications_needed.items()
            },
        }

    def sentences(self, lang: Language) -> list[str]:
        """What the numbers say about themselves."""
        return sentences(self.results, lang)

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Designs, what they reach, how they differ, and how many replications that asks."""
        results = self.results
        return {
            "designs": results.designs.reset_index(),
            "summary": results.summary,
            "differences": results.differences,
            "replications": results.replications_needed.rename("needed").rename_axis("indicator").reset_index(),
        }

    def shown(self, lang: Language, width: int) -> Iterator[RenderableType]:
        """The headline indicators of every design, and what to make of it."""
        if len(self.results.shared.runs):
            columns = max(1, (width - DESIGN_WIDTH - NUMBERS_WIDTH) // COLUMN_WIDTH)
            yield _table(self.results, lang, headlines(self.results)[:columns])
            yield ""
        yield from self.sentences(lang)

    def figures(self, folder: Path, lang: Language) -> None:
        """What every design reaches, and how it differs from the first."""
        results = self.results
        if not len(results.summary):
            _forget_figures(folder)
            return
        title = Message("mean")
        _figure(results, results.summary, folder / "figure-summary", in_language(title, lang), lang)
        if len(results.differences):
            title = Message("difference from the first design")
            _figure(results, results.differences, folder / "figure-differences", in_language(title, lang), lang)

    @property
    def something(self) -> bool:
        """Whether any run did not fail."""
        return self.ending.done > self.ending.failed

    @property
    def failed(self) -> int:
        """How many runs failed."""
        return self.ending.failed

    @property
    def interrupted(self) -> bool:
        """Whether runs are left to do."""
        return self.ending.interrupted

    def remarks(self) -> list[str]:
        """Which runs are to be done again, and what is kept."""
        done, failed, asked = self.ending.done, self.ending.failed, self.ending.asked
        said: list[str] = []
        if failed:
            said.append(
                Message("{failed} of {done} runs failed; --retry-failed does them again.", failed=failed, done=done)
            )
        if self.interrupted:
            said.append(
                Message(
                    "Interrupted: {done} of {asked} runs are finished and kept; the same command goes on from there.",
                    done=done,
                    asked=asked,
                )
            )
        return said


# --- figures ---------------------------------------------------------------------------------------------------------


def _forget_figures(folder: Path) -> None:
    """Nothing is compared, so there are no figures; those of an earlier time would say otherwise."""
    for path in folder.glob("figure-*"):
        path.unlink()


def _figure(results: Results, table: pd.DataFrame, path: Path, title: str, lang: Language) -> None:
    """A panel an indicator: every design with its 95 % interval, and thin the spread over worlds; CSV beside it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    names = headlines(results)
    shown = table[table["indicator"].isin(names) & (table["design"] < DESIGNS_SHOWN)]
    write_whole(path.with_suffix(".csv"), as_csv(shown))
    titles = {design: name for design, name in results.design_names().items() if design in set(shown["design"])}
    columns = min(3, len(names))
    lines = -(-len(names) // columns)
    figure = Figure(figsize=(4 + 3 * columns, lines * (1.3 + 0.22 * len(titles))), layout="constrained")
    FigureCanvasAgg(figure)
    panels = np.atleast_1d(figure.subplots(lines, columns, sharey=True)).ravel()
    for panel, name in zip(panels, names, strict=False):
        _panel(panel, shown[shown["indicator"] == name], titles)
        panel.set_title(name, fontsize=9)
        panel.set_xlabel(results.units.get(name, ""), fontsize=8)
    for panel in panels[len(names) :]:
        panel.set_visible(False)
    figure.suptitle("\n".join([title, *_finished(results, lang)]).replace("; ", ";\n"))
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # the layout is found once, not for each file
    for kind in ("svg", "png"):
        figure.savefig(path.with_suffix(f".{kind}"), dpi=120)


def _panel(panel: Any, points: pd.DataFrame, titles: dict[int, str]) -> None:
    """Means as dots, the first design on top."""
    places = {design: -at for at, design in enumerate(titles)}
    y = [places[int(design)] for design in points["design"]]
    if "worlds_low" in points:
        panel.hlines(y, points["worlds_low"], points["worlds_high"], color="0.7", linewidth=1)
    if "variance_saved" in points:
        panel.axvline(0.0, color="0.6", linewidth=0.8)  # no difference
    panel.hlines(y, points["low"], points["high"], color="C0", linewidth=2.5)
    panel.plot(points["mean"], y, "o", color="C0", markersize=4)
    panel.set_yticks(list(places.values()), list(titles.values()), fontsize=7)
    panel.tick_params(axis="x", labelsize=7)
    panel.grid(axis="x", color="0.9")
