"""What a sweep tells people: a table, a few sentences, and figures with their numbers beside them."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from experiments.documents import as_csv
from experiments.language import Language, as_given, number, percent, word
from experiments.report import write_whole
from experiments.results import Results, median_variance_saved
from experiments.run import rows
from experiments.runner import Ending
from experiments.tables import READING_WIDTH, console, digits_of

HEADLINES = (
    "supervision_adequate_share",
    "supervision_mean",
    "mentor_overload_share",
    "coverage",
    "peer_support",
    "cost_per_student",
)
DESIGNS_SHOWN = 40
DESIGN_WIDTH, COLUMN_WIDTH = 26, 18


# --- the table and the sentences -------------------------------------------------------------------------------------


def show(results: Results, lang: Language) -> None:
    """The headline indicators of every design, and what to make of it."""
    out = console()
    out.print(_table(results, lang, headlines(results)[: max(1, (out.width - DESIGN_WIDTH) // COLUMN_WIDTH)]))
    out.print()
    for sentence in sentences(results, lang):
        out.print(Text(sentence), width=min(out.width, READING_WIDTH))
    out.print()


def headlines(results: Results) -> list[str]:
    """The headline indicators that the study kept, or its first few."""
    kept = [name for name in HEADLINES if name in results.indicators]
    return kept or results.indicators[: len(HEADLINES)]


def _table(results: Results, lang: Language, names: list[str]) -> Table:
    """A row a design: means with half their interval, of as many indicators as the paper is wide."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Ontwerp" if lang == "nl" else "Design", min_width=DESIGN_WIDTH - 2)
    for name in names:
        heading = name.replace("_", "_\n", 1) + "\n" + word(results.units.get(name, ""), lang)
        table.add_column(heading, justify="right")
    figures = {(row["design"], row["indicator"]): row for row in rows(results.summary)}
    for design, title in list(results.design_names().items())[:DESIGNS_SHOWN]:
        table.add_row(title, *(_cell(figures[design, name], lang) for name in names))
    return table


def _cell(row: dict[str, Any], lang: Language) -> str:
    """A mean ± half its interval."""
    mean, half, digits = float(row["mean"]), float(row["high"] - row["low"]) / 2, digits_of(str(row["unit"]))
    text = number(mean, lang, digits)
    return f"{text} ± {number(half, lang, digits)}" if math.isfinite(half) else text


def sentences(results: Results, lang: Language) -> list[str]:
    """What the numbers say about themselves: replications, pairing, failures."""
    found = [how_many_were_enough(results, lang)]
    saved = median_variance_saved(results.differences, headlines(results))
    if math.isfinite(saved):
        share = percent(saved, lang, 1)
        found.append(
            f"Alle ontwerpen delen hun toeval; dat nam {share} van de variantie van verschillen weg (mediaan)."
            if lang == "nl"
            else f"All designs share their luck; that took away {share} of the variance of differences (median)."
        )
    hidden = len(results.designs) - DESIGNS_SHOWN
    if hidden > 0:
        found.append(
            f"Nog {hidden} ontwerpen staan in report/summary.csv."
            if lang == "nl"
            else f"Another {hidden} designs are in report/summary.csv."
        )
    return found


def how_many_were_enough(results: Results, lang: Language) -> str:
    """`30 replications were enough for all but 2 indicators: …`."""
    need, n, nl = results.replications_needed, results.replications, lang == "nl"
    short = [str(name) for name in need.index if not need[name] <= n]
    rule = _rule(results, lang)
    if not short:
        most = int(need.max())
        return (
            f"{n} herhalingen waren genoeg voor alle indicatoren ({rule}); {most} was ook genoeg geweest."
            if nl
            else f"{n} replications were enough for all indicators ({rule}); {most} would have been."
        )
    listed = ", ".join(short[:6]) + (" …" if len(short) > 6 else "")
    if len(short) == len(need):
        head = f"{n} herhalingen waren niet genoeg" if nl else f"{n} replications were not enough"
        return f"{head} ({rule}): {listed}."
    if nl:
        return f"{n} herhalingen waren genoeg voor alle indicatoren op {len(short)} na ({rule}): {listed}."
    return f"{n} replications were enough for all but {len(short)} indicators ({rule}): {listed}."


def _rule(results: Results, lang: Language) -> str:
    """The rule in words."""
    precision, nl = results.precision, lang == "nl"
    match precision.rule:
        case "half_width":
            limit = as_given(precision.limit, lang)
            return f"halve breedte hoogstens {limit}" if nl else f"half-width at most {limit}"
        case "coefficient_of_variation":
            limit = percent(precision.limit, lang, 1)
            return f"variatiecoëfficiënt hoogstens {limit}" if nl else f"coefficient of variation at most {limit}"
    limit = percent(precision.limit, lang, 1)
    return f"halve breedte hoogstens {limit} van het gemiddelde" if nl else f"half-width at most {limit} of the mean"


def document(results: Results, ending: Ending) -> dict[str, Any]:
    """The sweep as one JSON document; what is undefined is None."""
    return {
        "study": results.manifest["name"],
        "version": results.manifest["samenspel"],
        "folder": str(results.folder),
        "asked": ending.asked,
        "done": ending.done,
        "failed": ending.failed,
        "interrupted": ending.interrupted,
        "designs": {str(design): row for design, row in results.designs.to_dict("index").items()},
        "summary": _plain(results.summary),
        "differences": _plain(results.differences),
        "replications_needed": {
            str(name): int(value) if math.isfinite(value) else None
            for name, value in results.replications_needed.items()
        },
    }


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()}
        for row in rows(table)
    ]


# --- files -----------------------------------------------------------------------------------------------------------


def write(results: Results, lang: Language) -> Path:
    """Write the tables and figures into `report/` in the sweep's folder."""
    folder = results.folder / "report"
    folder.mkdir(exist_ok=True)
    tables = {
        "designs": results.designs.reset_index(),
        "summary": results.summary,
        "differences": results.differences,
        "replications": results.replications_needed.rename("needed").rename_axis("indicator").reset_index(),
    }
    for name, table in tables.items():
        write_whole(folder / f"{name}.csv", as_csv(table))
    nl = lang == "nl"
    _figure(results, results.summary, folder / "figure-summary", "gemiddelde" if nl else "mean")
    if len(results.differences):
        title = "verschil met het eerste ontwerp" if nl else "difference from the first design"
        _figure(results, results.differences, folder / "figure-differences", title)
    return folder


def _figure(results: Results, table: pd.DataFrame, path: Path, title: str) -> None:
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
    figure.suptitle(title)
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
