"""What a sensitivity analysis tells people: tables, sentences, files, and figures with their numbers beside them."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from experiments.documents import as_csv
from experiments.language import NO_VALUE, Language, enumerate_words, number, percent, word
from experiments.progress import progress
from experiments.report import write_whole
from experiments.run import rows
from experiments.runner import Progress
from experiments.sensitivity_analysis import SKEWED, Sensitivity, Shown
from experiments.sensitivity_figures import MAIN_NAMES, METHODS, bars, morris_plane, tornado
from experiments.streams import reader_may_leave
from experiments.tables import READING_WIDTH, WIDE, console
from experiments.version import version
from model.parameters import PARAMETERS
from model.words import Phrase, counted, say

SHOWN = 10  # factors in a table
NOISY = 0.20  # share of luck in the variance from which indices are to be read with care

COLUMNS = {  # of a method's table: index, heading, and whether it has an interval
    "morris": (("value", "mu*", True), ("mu", "mu", False), ("sigma", "sigma", False)),
    "sobol": (("value", "ST", True), ("S1", "S1", True)),
    "pawn": (("value", "PAWN", True),),
}


# --- progress --------------------------------------------------------------------------------------------------------


def stage_shown(lang: Language) -> Shown:
    """What tells how far each stage is: its size in a line, then the progress of its sweep."""

    @contextmanager
    def shown(method: str, points: int, replications: int) -> Iterator[Progress]:
        many, again = number(points, lang), number(replications, lang)
        size = say("{points} points, {again} replications", lang, points=many, again=again)
        with reader_may_leave(sys.stderr):
            print(f"{METHODS[method]}: {size}", file=sys.stderr)
        with progress(lang) as shown:
            yield shown

    return shown


# --- on the terminal -------------------------------------------------------------------------------------------------


def show(result: Sensitivity, lang: Language) -> None:
    """The most influential factors by each method, and what to make of them."""
    out = console()
    for indicator, method in _pairs(result):
        out.print(Text(_title(result, indicator, method, lang), style="bold"))
        out.print(_table(result.ranked(indicator, method)[:SHOWN], method, lang, out.width >= WIDE))
        out.print()
    for sentence in sentences(result, lang):
        out.print(Text(sentence), width=min(out.width, READING_WIDTH))
    out.print()


def _pairs(result: Sensitivity) -> Iterator[tuple[str, str]]:
    """Every indicator and method that was analysed."""
    for row in rows(result.stages):
        yield str(row["indicator"]), str(row["method"])


def _title(result: Sensitivity, indicator: str, method: str, lang: Language) -> str:
    stage = _stage(result, indicator, method)
    points, again = (number(stage[key], lang) for key in ("points", "replications"))
    size = say("{points} points, {again} replications", lang, points=points, again=again)
    return f"{METHODS[method]}: {indicator} ({size})"


def _stage(result: Sensitivity, indicator: str, method: str) -> dict[str, Any]:
    at = (result.stages["indicator"] == indicator) & (result.stages["method"] == method)
    return rows(result.stages[at])[0]


def _table(ranked: pd.DataFrame, method: str, lang: Language, wide: bool) -> Table:
    """A row a factor: every index with its interval, and what chance alone would give."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Factor", no_wrap=True)
    for _, heading, between in COLUMNS[method]:
        table.add_column(heading, justify="right", no_wrap=True)
        if between:
            table.add_column(say("95% interval", lang), justify="right", no_wrap=True)
    table.add_column(say("chance", lang), justify="right", no_wrap=True)
    if wide:
        table.add_column(say("Meaning", lang))
    for name, row in zip(map(str, ranked.index), rows(ranked), strict=True):
        cells = [cell for index, _, between in COLUMNS[method] for cell in _cells(row, index, between, lang)]
        table.add_row(name, *cells, number(row["noise"], lang, 3), *([meaning(name, lang)] if wide else []))
    return table


def _cells(row: dict[str, Any], index: str, between: bool, lang: Language) -> list[str]:
    value = number(float(row[index]), lang, 3)
    if not between:
        return [value]
    names = ("low", "high") if index == "value" else (f"{index}_low", f"{index}_high")
    low, high = (number(float(row[name]), lang, 3) for name in names)
    return [value, "" if low == NO_VALUE else f"{low} … {high}"]


def meaning(name: str, lang: Language) -> str:
    """What a factor is, with its unit."""
    parameter = PARAMETERS[name]
    text = Phrase(parameter.en, parameter.nl).text(lang)
    unit = "" if parameter.unit in ("0-1", "choice", "on/off") else f" ({word(parameter.unit, lang)})"
    return text + unit


# --- in sentences ----------------------------------------------------------------------------------------------------


def sentences(result: Sensitivity, lang: Language) -> list[str]:
    """What the numbers say about themselves, by indicator."""
    found = []
    for indicator, method in _pairs(result):
        ranked, stage = result.ranked(indicator, method), _stage(result, indicator, method)
        if method == "morris":
            found.append(_what_screening_left(ranked, indicator, lang))
        if method == "sobol":
            found.append(_interaction(ranked, indicator, lang))
        found.append(_luck(stage, method, lang))
        if method == "sobol" and abs(stage["skewness"]) >= SKEWED:
            found.append(_skewed(stage, method, lang))
        found.append(_settled(result, indicator, method, lang))
    return found


def _what_screening_left(ranked: pd.DataFrame, indicator: str, lang: Language) -> str:
    """How many factors stand out from chance, and the strongest of them with the direction they work in."""
    out = ranked[ranked["low"] > ranked["noise"]]
    count, among = len(out), len(ranked)
    if not count:
        return say(
            "Morris: no factor out of {among} demonstrably moves {indicator} more than chance does.",
            lang,
            among=among,
            indicator=indicator,
        )
    named = [f"{name} ({_direction(row)})" for name, row in zip(out.index[:3], rows(out[:3]), strict=True)]
    listed = enumerate_words(named, lang)
    return counted(
        "Morris: {n} of {among} factors demonstrably moves {indicator} more than chance does, most {listed}.",
        "Morris: {n} of {among} factors demonstrably move {indicator} more than chance does, most {listed}.",
        count,
        among=among,
        indicator=indicator,
        listed=listed,
    ).text(lang)


def _direction(row: dict[str, Any]) -> str:
    """Whether more of a factor gives more of the outcome, less, or now this and then that."""
    return "+" if row["mu_low"] > 0 else "−" if row["mu_high"] < 0 else "±"


def _interaction(ranked: pd.DataFrame, indicator: str, lang: Language) -> str:
    """What factors do alone, and together."""
    alone = percent(min(1.0, max(0.0, float(ranked["S1"].sum()))), lang)
    first = str(ranked.index[0])
    share = percent(float(ranked["value"].iloc[0]), lang)
    return say(
        "Sobol: each by itself, the {ranked} factors explain {alone} of the variance of "
        "{indicator}; {first} has {share}, with what it does together with others.",
        lang,
        ranked=len(ranked),
        alone=alone,
        indicator=indicator,
        first=first,
        share=share,
    )


def _luck(stage: dict[str, Any], method: str, lang: Language) -> str:
    """How much of what was analysed is luck."""
    share, again = percent(stage["noise_share"], lang, 1), number(stage["replications"], lang)
    care = stage["noise_share"] > NOISY
    return say(
        "{method}: {share} of the variance between points is luck ({again} replications){more}.",
        lang,
        method=METHODS[method],
        share=share,
        again=again,
        more=say("; read the indices with care, or take more replications", lang) if care else "",
    )


def _skewed(stage: dict[str, Any], method: str, lang: Language) -> str:
    value = number(stage["skewness"], lang, 1)
    return say(
        "{methods}: the outcome is skewed (skewness {value}); read PAWN beside it.",
        lang,
        methods=METHODS[method],
        value=value,
    )


def _settled(result: Sensitivity, indicator: str, method: str, lang: Language) -> str:
    """Whether half of the points tell the same."""
    table = result.convergence
    table = table[(table["indicator"] == indicator) & (table["method"] == method)]
    way = table.pivot_table(index="factor", columns="points", values="value", sort=True)
    whole, half = way.iloc[:, -1], way.iloc[:, -2] if way.shape[1] > 1 else way.iloc[:, -1]
    top = min(SHOWN, len(way))
    common = len({*whole.nlargest(top).index} & {*half.nlargest(top).index})
    apart = number(float((whole - half).abs().max()), lang, 3)
    return say(
        "{methods}: with half of the points {common} of the {top} strongest factors are the "
        "same, and {main_names} differs by {apart} at most.",
        lang,
        methods=METHODS[method],
        common=common,
        top=top,
        main_names=MAIN_NAMES[method],
        apart=apart,
    )


# --- documents and files ---------------------------------------------------------------------------------------------


def document(result: Sensitivity) -> dict[str, Any]:
    """The analysis as one JSON document; what is undefined is None."""
    return {
        "study": result.study.name,
        "version": version(),
        "kept": list(result.kept),
        "stages": _plain(result.stages),
        "indices": _plain(result.indices),
        "convergence": _plain(result.convergence),
    }


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()}
        for row in rows(table)
    ]


def write(result: Sensitivity, out: Path, lang: Language) -> Path:
    """Write the tables, the sentences and the figures into `report/` in the folder of the analysis."""
    folder = out / "report"
    folder.mkdir(exist_ok=True)
    for name in ("indices", "stages", "convergence"):
        table: pd.DataFrame = getattr(result, name)
        write_whole(folder / f"{name}.csv", as_csv(table))
    write_whole(folder / "findings.txt", "\n".join(sentences(result, lang)) + "\n")
    several = len(result.indicators) > 1
    for indicator, method in _pairs(result):
        end = f"-{indicator}" if several else ""
        ranked, stage = result.ranked(indicator, method), _stage(result, indicator, method)
        if method == "morris":
            morris_plane(ranked, indicator, folder / f"figure-morris{end}", lang)
            tornado(ranked, stage, indicator, folder / f"figure-tornado{end}", lang)
        else:
            bars(ranked, method, indicator, folder / f"figure-{method}{end}", lang)
    return folder
