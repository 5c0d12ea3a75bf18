"""`samenspel pack`: the whole model as one page."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from samenspel import completion
from samenspel.bilingual import Argument, Option
from samenspel.experiments.output.streams import reader_may_leave
from samenspel.frame import command, share_compilation
from samenspel.interrupts import raise_at_interrupt
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message, Number, in_language
from samenspel.options import BAND_WORLDS, FILE, FORCE, unwritable
from samenspel.telling import DONE, Telling

if TYPE_CHECKING:
    from samenspel.viz.page.document import Beginning

NAME = Message("FILE.html")
LARGEST = 3_000_000  # bytes, so that it can be mailed, and opens on any phone


@command(
    Message("make one html file in which the whole model runs, with nothing installed and without internet"),
    Argument(
        "scenarios",
        nargs=-1,
        metavar="SCENARIO",
        shell_complete=completion.scenarios,
        help=Message(
            "what the page opens with: built-in names, or .toml or .xlsx files, also with designs of pilots; "
            "the built-in scenarios and pilots are always in it"
        ),
    ),
    Option("--out", type=FILE, required=True, metavar=NAME, help=Message("the file to make")),
    BAND_WORLDS,
    FORCE,
)
def pack(telling: Telling, scenarios: tuple[str, ...], out: Path, worlds: str, force: bool) -> int:
    """Make the page. Raises `InputFaults` when something is too large, not there, or cannot be written."""
    if faults := unwritable(telling.here, NAME, out, force=force):
        raise InputFaults(faults)
    own = _named(scenarios)
    share_compilation(telling)
    from samenspel.experiments.output.files import write_whole
    from samenspel.viz.page.document import too_much, with_built_in
    from samenspel.viz.page.html import page
    from samenspel.viz.page.webassembly import are_made, raise_missing
    from samenspel.viz.room.ensemble import worlds_in

    if faults := too_much(own):
        raise InputFaults(faults)
    all_of_them = with_built_in(own)
    kept = worlds_in(worlds, all_of_them[0].scenario, telling.here)
    if not are_made():
        raise_missing()
        telling.tell(
            Message("The rules are being compiled for browsers. That takes a few minutes, once for every version.")
        )
    raise_at_interrupt()  # a process and a file are to be cleared away
    made = page(all_of_them, telling.lang, kept).encode()
    if len(made) > LARGEST:
        found = Message("a page of {size} MB", size=Number(len(made) / 1e6, 1))
        allowed = Message("at most {most} MB: fewer scenarios", most=Number(LARGEST / 1e6))
        raise InputFaults([Fault(telling.here, NAME, found, allowed)])
    write_whole(out, made)
    told = Message(
        "{file} ({size} MB): the model with {count} starting points. "
        "It opens by double click, on a phone or from any website, and needs no internet.",
        file=out, size=Number(len(made) / 1e6, 1), count=len(all_of_them),
    )  # fmt: skip
    with reader_may_leave(sys.stdout):
        print(in_language(told, telling.lang))
    return DONE


def _named(sources: tuple[str, ...]) -> list[Beginning]:
    """What names and files bring. Raises `InputFaults` with the faults of all of them."""
    from samenspel.viz.page.document import named

    found, faults = [], []
    for source in sources:
        try:
            found += named(source)
        except InputFaults as wrong:
            faults += wrong.faults
    if faults:
        raise InputFaults(faults)
    return found
