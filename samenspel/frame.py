"""The one frame of all commands: what happens around each, from the first word read to the exit status.

A command asks and analyses; the frame starts workers before, and afterwards writes what was found, shows it or prints
it as JSON, and says how it ended. Files are written before anything is printed: a reader that leaves loses nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from samenspel.bilingual import Bilingual, telling_of
from samenspel.experiments.output.streams import reader_may_leave
from samenspel.interrupts import end_at_interrupt
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message, in_language
from samenspel.telling import DONE, INTERRUPTED, KEPT, SOME_FAILED, Telling

if TYPE_CHECKING:
    from samenspel.experiments.output.language import Language
    from samenspel.experiments.output.reports import Report

type Ended = Report | Listing | int
"""What a command gives: a report of what it found, something to show, or its exit status."""


@dataclass(frozen=True)
class Listing:
    """Something to look up, without files: a document, and how it is shown in a language."""

    document: Callable[[], Any]
    show: Callable[[Language], None]


class Command(Bilingual):
    """A command within the frame."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of this command; a word too many is a fault."""
        rest = super().parse_args(ctx, args)
        if rest and not ctx.resilient_parsing:
            telling = telling_of(ctx)
            telling.faults.append(Fault(telling.here, "", " ".join(rest), Message("nothing more")))
        return rest

    def invoke(self, ctx: click.Context) -> int:
        """Carry out this command, and give its exit status. Raises `InputFaults` with all faults of its words."""
        telling, given = telling_of(ctx), dict(ctx.params)
        if "workers" in given and given.get("out") is not None:
            telling.interrupted = KEPT
        end_at_interrupt(in_language(telling.interrupted, telling.lang))
        as_json = given.pop("json", False)
        _begin(given, telling)
        assert self.callback is not None
        ended: Ended = ctx.invoke(self.callback, telling, **_asked(given, telling))
        return ended if isinstance(ended, int) else give(ended, telling, as_json=as_json)


def command(help: str, *params: click.Parameter) -> Callable[[Callable[..., Ended]], Command]:
    """Make a command of a function, with its name; the function gets a `Telling`, and the parameters by name."""

    def made(function: Callable[..., Ended]) -> Command:
        return Command(function.__name__, help, params, callback=function)

    return made


def _begin(given: dict[str, Any], telling: Telling) -> None:
    """Start the process that workers are forked from while this one goes on importing."""
    if telling.faults or "workers" not in given or given["workers"] == 0 or given.get("cluster"):
        return
    from samenspel.experiments.engine.processes import warm_up

    warm_up()


def _asked(given: dict[str, Any], telling: Telling) -> dict[str, Any]:
    """The parameters with the scenario loaded; raises `InputFaults` with every fault there is."""
    loaded = {}
    if {"scenario", "source"} & set(given):
        from samenspel.model.input.scenario import Scenario

        try:
            loaded["scenario"] = Scenario.load(given.get("scenario") or given["source"], given.get("changes"))
        except InputFaults as wrong:
            telling.faults += wrong.faults
    if telling.faults:
        raise InputFaults(telling.faults)
    if "source" in given:
        return given
    return {name: value for name, value in (given | loaded).items() if name != "changes"}


# --- giving what was found -------------------------------------------------------------------------------------------


def give(found: Report | Listing, telling: Telling, *, as_json: bool) -> int:
    """Write what was found, show it or print it as JSON, and say where it is and how it ended."""
    if isinstance(found, Listing):
        _print(found, telling, as_json=as_json)
        return DONE
    from samenspel.experiments.output.reports import write

    if found.something:
        written = write(found, telling.lang)
        _print(found, telling, as_json=as_json)
        if written is not None:
            telling.tell(found.where(written))
        elif not as_json and found.unwritten:
            telling.tell(found.unwritten)
    for remark in found.remarks():
        telling.tell(remark)
    return INTERRUPTED if found.interrupted else SOME_FAILED if found.failed else DONE


def _print(found: Report | Listing, telling: Telling, *, as_json: bool) -> None:
    """What was found on standard output."""
    with reader_may_leave(sys.stdout):
        if as_json:
            from samenspel.experiments.output.documents import as_json as json_text

            sys.stdout.write(json_text(found.document()))
        else:
            found.show(telling.lang)


def share_compilation(telling: Telling) -> None:
    """Compile the rules with a second process the first time they are used, and say that this takes a while."""
    from samenspel.agents.compiled import are_compiled
    from samenspel.model.compilation import share

    if are_compiled():
        return
    share()
    telling.tell(Message("First run of this version: the rules are being compiled, which can take a minute."))
