"""Lists of what is built in: every parameter, every scenario."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from samenspel.experiments.output.language import Language, number, word
from samenspel.experiments.output.prices import month_in_words
from samenspel.experiments.output.terminal import READING_WIDTH, WIDE, as_written, console
from samenspel.model.declared.schedules import month_of
from samenspel.model.words import Phrase, say

if TYPE_CHECKING:
    from samenspel.model.declared.declaration import Parameter
    from samenspel.model.declared.schedules import Schedule


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
    table.add_column(say("Standing", lang), no_wrap=True)
    table.add_column(say("Meaning (source)", lang))
    for parameter in parameters:
        table.add_row(*_figures(parameter, lang), _meaning(parameter, lang))
    return table


def _parameter_lines(parameters: list[Parameter[Any]], lang: Language) -> Group:
    """The same on narrow paper: the figures on one line, meaning and source below."""
    lines: list[Text | Padding] = []
    for parameter in parameters:
        name, default, allowed, unit, standing = _figures(parameter, lang)
        parts = (f"{name:<34}", default, f"[{allowed}]", unit, standing)
        lines.append(Text("  ".join(part for part in parts if part)))
        lines.append(Padding(Text(_meaning(parameter, lang), style="dim"), (0, 0, 0, 6)))
    return Group(*lines)


def _figures(parameter: Parameter[Any], lang: Language) -> tuple[str, str, str, str, str]:
    name = ("* " if parameter.assumed else "  ") + parameter.name
    unit, standing = word(parameter.unit, lang), word(parameter.standing, lang)
    return name, as_written(parameter.default), range_text(parameter), unit, standing


def _meaning(parameter: Parameter[Any], lang: Language) -> str:
    sources = ", ".join(word(part, lang) for part in parameter.source.split(", "))
    return f"{Phrase(parameter.en, parameter.nl).text(lang)} ({sources})"


def range_text(parameter: Parameter[Any]) -> str:
    """What may be chosen, short."""
    match parameter.kind:
        case "choice":
            return ", ".join(parameter.choices)
        case "switch":
            return "true, false"
        case _:
            shape = f" ({parameter.distribution})" if parameter.distribution else ""
            return f"{as_written(parameter.low)} … {as_written(parameter.high)}{shape}"


def show_schedules(schedules: Iterable[Schedule], lang: Language) -> None:
    """Every schedule: what it is, its values with their source, and until when it is known."""
    out = console()
    for schedule in schedules:
        out.print(Text.assemble((schedule.name, "bold"), f"  {Phrase(schedule.en, schedule.nl).text(lang)}"))
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
        table.add_column(say("From", lang), no_wrap=True)
        table.add_column(word(schedule.unit, lang), justify="right", no_wrap=True)
        table.add_column(say("Source", lang))
        for step in schedule.steps:
            since = month_in_words(month_of(step.year, step.month)).text(lang)
            value = number(step.value, lang, 3 if schedule.unit == "factor" else 0)
            table.add_row(since, value, word(step.source, lang))
        until = month_in_words(month_of(*schedule.until))
        beyond = say("Known until {until}; then it grows by {growth}", lang, until=until, growth=schedule.growth)
        out.print(Padding(Group(table, Text(beyond, style="dim")), (0, 0, 1, 4)))


def show_scenarios(scenarios: Iterable[tuple[str, str, str]]) -> None:
    """Name, title and one sentence of each."""
    out = console()
    for name, title, description in scenarios:
        out.print(Text.assemble((name, "bold"), f"  {title}"))
        out.print(Padding(Text(description), (0, 0, 0, 4)), width=min(out.width, READING_WIDTH))
