"""What a sensitivity analysis tells people: tables, sentences, files, and figures with their numbers beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from samenspel.experiments.assumptions.sensitivity import SKEWED, WORLDS, Sensitivity, Shown
from samenspel.experiments.assumptions.sensitivity_figures import (
    MAIN_NAMES,
    METHODS,
    bars,
    explained,
    factor,
    morris_plane,
    tornado,
)
from samenspel.experiments.assumptions.worlds_told import as_data, explanations, where_from
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import NO_VALUE, Language, enumerate_words, number, percent, word
from samenspel.experiments.output.progress import Progress, progress
from samenspel.experiments.output.reports import Report, plain
from samenspel.experiments.output.streams import reader_may_leave
from samenspel.experiments.output.terminal import WIDE
from samenspel.experiments.output.version import version
from samenspel.experiments.plausible.asking import named as of_group
from samenspel.experiments.plausible.texts import named
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.words import Message, counted, in_language, say

if TYPE_CHECKING:
    from rich.console import RenderableType

SHOWN = 10  # factors in a table
NOISY = 0.20  # share of luck in the variance from which indices are to be read with care

COLUMNS = {  # of a method's table: index, heading, and whether it has an interval
    "morris": (("value", "mu*", True), ("mu", "mu", False), ("sigma", "sigma", False)),
    "sobol": (("value", "ST", True), ("S1", "S1", True)),
    "pawn": (("value", "PAWN", True),),
    "worlds": (("value", Message("explains"), True), ("narrows", Message("narrower"), False), ("p_holm", "p", False)),
}


# --- progress --------------------------------------------------------------------------------------------------------


def stage_shown(lang: Language) -> Shown:
    """What tells how far each stage is: its size in a line, then the progress of its sweep."""

    @contextmanager
    def shown(method: str, points: int, replications: int) -> Iterator[Progress]:
        many, again = number(points, lang), number(replications, lang)
        size = say("{points} points, {again} replications", lang, points=many, again=again)
        with reader_may_leave(sys.stderr):
            print(f"{in_language(METHODS[method], lang)}: {size}", file=sys.stderr)
        with progress(lang) as shown:
            yield shown

    return shown


# --- on the terminal -------------------------------------------------------------------------------------------------


def _pairs(result: Sensitivity) -> Iterator[tuple[str, str]]:
    """Every indicator and method that was analysed."""
    for row in rows(result.stages):
        yield str(row["indicator"]), str(row["method"])


def _title(result: Sensitivity, indicator: str, method: str, lang: Language) -> str:
    stage = _stage(result, indicator, method)
    points, again = (number(stage[key], lang) for key in ("points", "replications"))
    size = say("{points} points, {again} replications", lang, points=points, again=again)
    return f"{in_language(METHODS[method], lang)}: {indicator} ({size})"


def _stage(result: Sensitivity, indicator: str, method: str) -> dict[str, Any]:
    at = (result.stages["indicator"] == indicator) & (result.stages["method"] == method)
    return rows(result.stages[at])[0]


def _table(ranked: pd.DataFrame, method: str, lang: Language, wide: bool) -> Table:
    """A row a factor: every index with its interval, and what chance alone would give where it is not taken off."""
    by_chance = bool(ranked["noise"].notna().any())
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Factor", no_wrap=True)
    for _, heading, between in COLUMNS[method]:
        table.add_column(in_language(heading, lang), justify="right", no_wrap=True)
        if between:
            table.add_column(say("95% interval", lang), justify="right", no_wrap=True)
    if by_chance:
        table.add_column(say("chance", lang), justify="right", no_wrap=True)
    if wide:
        table.add_column(say("Meaning", lang))
    for name, row in zip(map(str, ranked.index), rows(ranked), strict=True):
        cells = [cell for index, _, between in COLUMNS[method] for cell in _cells(row, index, between, lang)]
        cells += [number(row["noise"], lang, 3)] if by_chance else []
        table.add_row(factor(name, lang), *cells, *([meaning(name, lang)] if wide else []))
    return table


def _cells(row: dict[str, Any], index: str, between: bool, lang: Language) -> list[str]:
    value = number(float(row[index]), lang, 3)
    if not between:
        return [value]
    names = ("low", "high") if index == "value" else (f"{index}_low", f"{index}_high")
    low, high = (number(float(row[name]), lang, 3) for name in names)
    return [value, "" if low == NO_VALUE else f"{low} … {high}"]


def meaning(name: str, lang: Language) -> str:
    """What a factor is, with its unit; of what is measured in one go what that is."""
    if group := of_group(name):
        return in_language(group, lang)
    parameter = PARAMETERS[name]
    text = named(name).text(lang)
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
        if method == WORLDS:
            found += explanations(result, ranked, indicator, lang)
        found.append(_luck(stage, method, lang))
        if method == "sobol" and abs(stage["skewness"]) >= SKEWED:
            found.append(_skewed(stage, method, lang))
        if method == "pawn":
            found.append(
                say(
                    "Read the order of factors by PAWN, and which of them stand above chance; "
                    "its intervals lie too high.",
                    lang,
                )
            )
        found += _settled(result, indicator, method, lang)
    return [*found, *where_from(result, lang)]


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
        method=in_language(METHODS[method], lang),
        share=share,
        again=again,
        more=say("; read the indices with care, or take more replications", lang) if care else "",
    )


def _skewed(stage: dict[str, Any], method: str, lang: Language) -> str:
    value = number(stage["skewness"], lang, 1)
    return say(
        "{methods}: the outcome is skewed (skewness {value}); read PAWN beside it.",
        lang,
        methods=in_language(METHODS[method], lang),
        value=value,
    )


def _settled(result: Sensitivity, indicator: str, method: str, lang: Language) -> list[str]:
    """Whether half of the points tell the same; nothing where half of them are too few to tell."""
    table = result.convergence
    table = table[(table["indicator"] == indicator) & (table["method"] == method)]
    way = table.pivot_table(index="factor", columns="points", values="value", sort=True)
    if way.shape[1] < 2:
        return []
    whole, half = way.iloc[:, -1], way.iloc[:, -2]
    top = min(SHOWN, len(way))
    common = len({*whole.nlargest(top).index} & {*half.nlargest(top).index})
    apart = number(float((whole - half).abs().max()), lang, 3)
    told = say(
        "{methods}: with half of the points {common} of the {top} strongest factors are the "
        "same, and {main_names} differs by {apart} at most.",
        lang,
        methods=in_language(METHODS[method], lang),
        common=common,
        top=top,
        main_names=in_language(MAIN_NAMES[method], lang),
        apart=apart,
    )
    return [told]


# --- documents and the report ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SensitivityReport(Report):
    """The report of a sensitivity analysis; its files go into `report/` in the folder of the analysis."""

    result: Sensitivity
    out: Path

    @property
    def folder(self) -> Path:
        """`report/` in the folder of the analysis."""
        return self.out / "report"

    def document(self) -> dict[str, Any]:
        """The analysis as one JSON document; what is undefined is None."""
        result = self.result
        return {
            "study": result.study.name,
            "version": version(),
            "worlds_from": as_data(result),
            "kept": list(result.kept),
            "stages": plain(result.stages),
            "indices": plain(result.indices),
            "convergence": plain(result.convergence),
        }

    def sentences(self, lang: Language) -> list[str]:
        """What the numbers say about themselves, by indicator."""
        return sentences(self.result, lang)

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Indices, stages, and how the indices settled."""
        return {name: getattr(self.result, name) for name in ("indices", "stages", "convergence")}

    def shown(self, lang: Language, width: int) -> Iterator[RenderableType]:
        """The most influential factors by each method, and what to make of them."""
        for indicator, method in _pairs(self.result):
            yield Text(_title(self.result, indicator, method, lang), style="bold")
            yield _table(self.result.ranked(indicator, method)[:SHOWN], method, lang, width >= WIDE)
            yield ""
        yield from self.sentences(lang)

    def figures(self, folder: Path, lang: Language) -> None:
        """The plane of Morris with its tornado, or bars, for every indicator and method."""
        several = len(self.result.indicators) > 1
        for indicator, method in _pairs(self.result):
            end = f"-{indicator}" if several else ""
            ranked, stage = self.result.ranked(indicator, method), _stage(self.result, indicator, method)
            if method == WORLDS:
                explained(ranked, indicator, folder / f"figure-worlds{end}", lang)
            elif method == "morris":
                morris_plane(ranked, indicator, folder / f"figure-morris{end}", lang)
                tornado(ranked, stage, indicator, folder / f"figure-tornado{end}", lang)
            else:
                bars(ranked, method, indicator, folder / f"figure-{method}{end}", lang)
