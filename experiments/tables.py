"""Tables for people, on a terminal of any width or in a pipe."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from experiments.language import NO_VALUE, Language, number, word
from model.words import Phrase, in_language, say

if TYPE_CHECKING:
    from experiments.run import RunResult
    from model.declaration import Parameter

PIPED_WIDTH = 120  # when nobody tells how wide the paper is
READING_WIDTH = 100  # longer lines of prose are hard to follow
WIDE = 110  # from here a meaning fits beside the figures; on less it goes below them


class _Paper(Console):
    """Leaves it to the command what becomes of it when the reader of standard output has seen enough."""

    def on_broken_pipe(self) -> None:
        raise


def console() -> Console:
    """Standard output, which prints every text as it is; as wide as the terminal, or `COLUMNS`, or a set width."""
    told = "COLUMNS" in os.environ or any(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr) if stream)
    return _Paper(markup=False, highlight=False, emoji=False, width=None if told else PIPED_WIDTH)


def indicator_table(result: RunResult, lang: Language, width: int) -> Table:
    """The indicators that have a value, in groups; with their meaning where there is room for it."""
    from experiments.frames import rows_by_name
    from model.indicators import INDICATORS

    wide = width >= WIDE
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Indicator", no_wrap=True)
    table.add_column(say("Mean", lang), justify="right", no_wrap=True)
    table.add_column(say("95% interval", lang), justify="right", no_wrap=True)
    table.add_column(say("Unit", lang), no_wrap=True)
    if wide:
        table.add_column(say("Meaning", lang))
    figures = {name: row for name, row in rows_by_name(result.summary).items() if math.isfinite(row["mean"])}
    for title, names in _grouped(list(figures), lang):
        table.add_row(Text(title, style="bold"))
        for name in names:
            meaning = Phrase(INDICATORS[name].en, INDICATORS[name].nl).text(lang)
            table.add_row(f"  {name}", *_indicator_cells(figures[name], lang), *([meaning] if wide else []))
    return table


def _indicator_cells(row: dict[str, Any], lang: Language) -> tuple[str, str, str]:
    """Mean, interval and unit."""
    unit = str(row["unit"])
    mean, low, high = (number(float(row[key]), lang, digits_of(unit)) for key in ("mean", "low", "high"))
    return mean, "" if low == NO_VALUE else f"{low} … {high}", word(unit, lang)


def _grouped(names: list[str], lang: Language) -> Iterator[tuple[str, list[str]]]:
    """Headings with the indicators under them, in the order in which they are declared."""
    from model.indicators import HEADINGS, INDICATORS

    for heading in HEADINGS:
        members = [name for name in names if INDICATORS[name].heading == heading]
        yield in_language(heading, lang), members


def digits_of(unit: str) -> int:
    """Decimals that say something: three for a share or score, none for money, and so on."""
    return 3 if unit == "0-1" else 2 if unit == "load" else 0 if unit.startswith("EUR") else 1


def show_parameters(parameters: Iterable[Parameter[Any]], lang: Language) -> None:
    """Every parameter under its group; an assumption carries a star."""
    out = console()
    show = _parameter_table if out.width >= WIDE else _parameter_lines
    for group, members in groupby(parameters, key=lambda parameter: parameter.group):
        out.print(Text(word(group, lang).capitalize(), style="bold"))
        out.print(show(list(members), lang))
        out.print()
    out.print(say("* assumption: no source supports the default", lang))


def _parameter_table(parameters: list[Parameter[Any]], lang: Language) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("  Parameter", no_wrap=True)
    table.add_column(say("Default", lang), justify="right", no_wrap=True)
    table.add_column(say("Range", lang), max_width=18)
    table.add_column(say("Unit", lang))
    table.add_column(say("Meaning (source)", lang))
    for parameter in parameters:
        table.add_row(*_figures(parameter, lang), _meaning(parameter, lang))
    return table


def _parameter_lines(parameters: list[Parameter[Any]], lang: Language) -> Group:
    """The same on narrow paper: the figures on one line, meaning and source below."""
    lines: list[Text | Padding] = []
    for parameter in parameters:
        name, default, allowed, unit = _figures(parameter, lang)
        lines.append(Text("  ".join(part for part in (f"{name:<34}", default, f"[{allowed}]", unit) if part)))
        lines.append(Padding(Text(_meaning(parameter, lang), style="dim"), (0, 0, 0, 6)))
    return Group(*lines)


def _figures(parameter: Parameter[Any], lang: Language) -> tuple[str, str, str, str]:
    star = "* " if parameter.assumed else "  "
    return star + parameter.name, as_written(parameter.default), range_text(parameter), word(parameter.unit, lang)


def _meaning(parameter: Parameter[Any], lang: Language) -> str:
    sources = ", ".join(word(part, lang) for part in parameter.source.split(", "))
    return f"{Phrase(parameter.en, parameter.nl).text(lang)} ({sources})"


def as_written(value: float | bool | str) -> str:
    """A value as it stands in a scenario file or after `--set`, in any language."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _:
            return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"


def range_text(parameter: Parameter[Any]) -> str:
    """What may be chosen, short."""
    match parameter.kind:
        case "choice":
            return ", ".join(parameter.choices)
        case "switch":
            return "true, false"
        case _:
            return f"{as_written(parameter.low)} … {as_written(parameter.high)}"


def show_scenarios(scenarios: Iterable[tuple[str, str, str]]) -> None:
    """Name, title and one sentence of each."""
    out = console()
    for name, title, description in scenarios:
        out.print(Text.assemble((name, "bold"), f"  {title}"))
        out.print(Padding(Text(description), (0, 0, 0, 4)), width=min(out.width, READING_WIDTH))
