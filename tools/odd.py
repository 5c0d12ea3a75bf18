"""The tables of docs/ODD.md and docs/TRACE.md, made from the code: `python -m tools.odd --write`.

A table stands between `<!-- table: name -->` and `<!-- end of table -->` and is never edited by hand; without `--write`
the exit status says whether the documents are up to date.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import sys
import textwrap
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

import samenspel.agents
from samenspel.agents.mentors import Mentor
from samenspel.agents.organisations import Board, Institute, LearningCommunity, ProgrammeLeadership, Site
from samenspel.agents.population import RowAgent, State
from samenspel.agents.students import Student
from samenspel.agents.trainers import Trainer
from samenspel.experiments.output.listings import range_text
from samenspel.experiments.output.terminal import as_written
from samenspel.model import life
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.schedules import SCHEDULES
from samenspel.model.luck.draws import Stream
from samenspel.model.state import everybody
from samenspel.model.week import diary as week
from tools.documents import ROOT, renew, table
from tools.provenance import assumptions_table, data_table

DOCUMENTS = ("ODD.md", "TRACE.md")
FAMILIES: tuple[type[RowAgent], ...] = (
    Student, Mentor, Trainer, Site, LearningCommunity, Board, Institute, ProgrammeLeadership,
)  # fmt: skip
KINDS = {"b": "yes or no", "i": "whole number", "f": "real number"}
DECIDE = ("students", "mentors", "trainers", "organisations")


# --- entities and what is measured -----------------------------------------------------------------------------------


def entities() -> str:
    """Every kind of agent with its states, from the declarations in `agents/`."""
    return "\n".join(_family(family) for family in FAMILIES)


def _family(family: type[RowAgent]) -> str:
    kinds = [f"`{kind.__name__}`: {_first_line(kind)}" for kind in family.__subclasses__()]
    head = f"**`{family.__name__}`.** {_first_line(family)} {' '.join(kinds)}".rstrip()
    states = ((f"`{name}`", *_kind_and_meaning(family, state)) for name, state in family.states().items())
    return f"{textwrap.fill(head, 118, break_on_hyphens=False)}\n\n{table(('state', 'kind', 'meaning'), states)}"


def _kind_and_meaning(family: type[RowAgent], state: State[Any]) -> tuple[str, str]:
    """What a state holds; where its meaning names a list of codes, those."""
    codes = getattr(inspect.getmodule(family), state.meaning, None)
    if codes is None:
        return KINDS[state.dtype.kind], state.meaning
    names = ", ".join(str(code.name).lower().replace("_", " ") for code in codes)
    return "one of", f"{_first_line(codes).rstrip('.')}: {names}"


def parameters() -> str:
    """Every parameter, by group."""
    parts = []
    for group, members in groupby(PARAMETERS.values(), key=lambda parameter: parameter.group):
        lines = (
            (f"`{one.name}`", as_written(one.default), range_text(one), one.unit, one.standing,
             one.source + (f"; fitted to {one.fitted_to}" if one.fitted_to else ""),
             one.en + ("; a cluster can have its own" if one.heading_nl else ""))
            for one in members
        )  # fmt: skip
        heading = ("parameter", "default", "range", "unit", "standing", "source", "meaning")
        parts.append(f"**{group.capitalize()}**\n\n{table(heading, lines)}")
    return "\n".join(parts)


def schedules() -> str:
    """Everything that is set by date, with its source."""
    lines = (
        (f"`{one.name}`" if step is one.steps[0] else "", f"{step.year}-{step.month:02d}", as_written(step.value),
         one.unit, step.source, "{}-{:02d}".format(*one.until), f"`{one.growth}`")
        for one in SCHEDULES.values()
        for step in one.steps
    )  # fmt: skip
    return table(("schedule", "from", "value", "unit", "source", "known until", "then grows by"), lines)


def choices() -> str:
    """Every choice with its values and what they mean."""
    lines = (
        (f"`{one.name}`" if value == 0 else "", value.word, value.en)
        for one in PARAMETERS.values()
        for value in one.options or ()
    )
    return table(("parameter", "value", "meaning"), lines)


def indicators() -> str:
    """Every indicator."""
    year = {"mean": "mean over its weeks", "last": "at the end"}
    lines = ((f"`{one.name}`", one.unit, year[one.over_year], one.en) for one in INDICATORS.values())
    return table(("indicator", "unit", "of a school year", "meaning"), lines)


def draws() -> str:
    """Every stream of keyed draws, with the rules that use it."""
    used = _uses_of_streams()
    return table(
        ("stream", "number", "drawn in"), ((f"`{one.name}`", str(int(one)), used.get(one.name, "–")) for one in Stream)
    )


def _uses_of_streams() -> dict[str, str]:
    """In which files of `model/` a stream is named."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "model").rglob("*.py")):
        if path.stem != "draws":
            for name in dict.fromkeys(re.findall(r"Stream\.([A-Z_]+)", path.read_text(encoding="utf-8"))):
                found.setdefault(name, []).append(f"`{path.relative_to(ROOT).as_posix()}`")
    return {name: ", ".join(places) for name, places in found.items()}


# --- the schedule ----------------------------------------------------------------------------------------------------


def schedule() -> str:
    """The order of a school week and of the moments of the year, as the code calls its rules."""
    moments = {
        "The start": life.begin,
        "A start in which everybody is new": life.begin_anew,
        "A school week": week.school_weeks,
        "After week 20, and on 1 April (after week 27); after week 40 the year is closed": life.live_stretch,
        "The end of week 40": life.close,
        "The turn of the year, before the next week 1": life.turn,
    }
    return "\n".join(
        f"**{title}**\n\n{table(('', 'step', 'what happens'), _steps(of))}" for title, of in moments.items()
    )


def _steps(of: Any) -> Iterator[tuple[str, str, str]]:
    """Numbered calls of a function, each with the first line of what is called."""
    function = getattr(of, "py_func", of)
    where = vars(inspect.getmodule(function))
    at = 0
    for name in _calls(function):
        called = where.get(name)
        named = called is not None and called is not everybody  # which only bundles the populations for rules
        text = _first_line(getattr(called, "py_func", called)) if named else ""
        if text:
            at += 1
            yield str(at), f"`{name}`", text


def _calls(function: Callable[..., Any]) -> Iterator[str]:
    """Names of what a function calls of our own, in order; the diary of the week is not followed into its rules."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
        if isinstance(call.func, ast.Name):
            yield call.func.id


def decisions() -> str:
    """What agents decide, from the decision rules in `agents/`."""
    lines = []
    for name in DECIDE:
        module = importlib.import_module(f"{samenspel.agents.__name__}.{name}")
        for rule in vars(module).values():
            function = getattr(rule, "py_func", rule)  # it is itself where rules run as plain Python
            if inspect.isfunction(function) and function.__module__ == module.__name__:
                reads = ", ".join(f"`{one}`" for one in inspect.signature(function).parameters)
                lines.append((name, f"`{function.__name__}`", _first_line(function), reads))
    return table(("who", "rule", "decides", "from"), lines)


def _first_line(documented: Any) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((inspect.getdoc(documented) or "").split("\n\n")[0].split())


# --- the documents ---------------------------------------------------------------------------------------------------

TABLES: dict[str, Callable[[], str]] = {
    "entities": entities,
    "parameters": parameters,
    "choices": choices,
    "schedules": schedules,
    "schedule": schedule,
    "decisions": decisions,
    "draws": draws,
    "indicators": indicators,
    "data": data_table,
    "assumptions": assumptions_table,
}


def main() -> int:
    """Write the documents, or say which of them are out of date."""
    return renew("tools.odd", __doc__, DOCUMENTS, TABLES)


if __name__ == "__main__":
    sys.exit(main())
