"""The front door of Samenspel: the command line, from its first import to its exit status.

What a command needs is imported when it runs, so that help and lists come at once.
"""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and not sys.flags.safe_path and sys.path[0] != os.path.abspath(f"{__file__}/../.."):
    del sys.path[0]  # the working folder, where `python -m` looks first, and files may be called like our modules

import io
from typing import TYPE_CHECKING

from click.exceptions import Exit, UsageError

from samenspel.bilingual import Group, faults_in
from samenspel.commands import load, names
from samenspel.experiments.output.version import version
from samenspel.interrupts import at_interrupt, end_at_interrupt
from samenspel.model.input.faults import InputFaults
from samenspel.model.words import Message, in_language
from samenspel.telling import (
    INTERRUPTED,
    OUR_FAULT,
    SOME_FAILED,
    WRONG_INPUT,
    Telling,
    language,
    told_what_was_mended,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

COMPLETE = "_SAMENSPEL_COMPLETE"
"""The variable in which a shell says that it asks for completion."""

GROUP = Group(
    "samenspel",
    Message("Compares designs of a teacher-education partnership, under stated assumptions. It does not forecast."),
    names=names,
    load=load,
    version=version,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old terminal shows ? for a sign it lacks
    telling = Telling(language(given))
    before = end_at_interrupt(in_language(telling.interrupted, telling.lang))
    try:
        return _carried_out(given, telling)
    finally:
        at_interrupt(before)


def _carried_out(given: list[str], telling: Telling) -> int:
    """The exit status of a command, whatever happens."""
    try:
        with told_what_was_mended(telling):
            if asked := os.environ.get(COMPLETE):
                return _completed(asked, telling)
            with GROUP.make_context("samenspel", given, obj=telling) as context:
                status: int = GROUP.invoke(context)
                return status
    except Exit as ended:
        return ended.exit_code
    except KeyboardInterrupt:
        telling.tell(telling.interrupted)
        return INTERRUPTED
    except Exception as error:
        return _failed(error, telling)


def _completed(asked: str, telling: Telling) -> int:
    """Answer a shell that asks how to complete a command line."""
    from samenspel.completion import complete

    return complete(GROUP, COMPLETE, asked, telling)


def _failed(error: Exception, telling: Telling) -> int:
    """Tell the user what to mend, or that it is ours to mend."""
    if isinstance(error, UsageError):
        error = InputFaults(faults_in(error, telling))
    if isinstance(error, InputFaults):
        telling.list(error.faults)
        return SOME_FAILED if getattr(error, "some_runs", False) else WRONG_INPUT
    telling.trace(error)
    telling.tell(Message("This is a fault in Samenspel. Please report it, with the lines above."))
    return OUR_FAULT


if __name__ == "__main__":
    sys.exit(main())
