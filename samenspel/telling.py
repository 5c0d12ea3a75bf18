"""How the command line tells things: in which language, to whom, and the exit statuses."""

from __future__ import annotations

import locale
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from samenspel.experiments.output.streams import reader_may_leave
from samenspel.interrupts import INTERRUPTED as INTERRUPTED
from samenspel.model.input.faults import Fault
from samenspel.model.words import Message, as_language, in_language

if TYPE_CHECKING:
    from samenspel.experiments.output.language import Language

DONE, OUR_FAULT, WRONG_INPUT, SOME_FAILED = 0, 1, 2, 3
LISTED_AT_MOST = 500  # faults: who sees so many looks for a cause that they have in common

STOPPED = Message("Interrupted.")
KEPT = Message("Interrupted: all finished runs are kept; the same command goes on from there.")


@dataclass
class Telling:
    """To whom a command speaks: the language, what an interrupt says just now, and the faults found so far."""

    lang: Language
    interrupted: str = STOPPED
    faults: list[Fault] = field(default_factory=list)

    @property
    def here(self) -> str:
        """What the command line is called as the place of a fault."""
        return in_language(Message("command line"), self.lang)

    def tell(self, text: str) -> None:
        """A message in the language of the user, on standard error: standard output is for results."""
        say(in_language(text, self.lang))

    def list(self, faults: Sequence[Fault]) -> None:
        """A line for each fault, as far as anybody reads."""
        for fault in faults[:LISTED_AT_MOST]:
            say(fault.text(self.lang))
        if (more := len(faults) - LISTED_AT_MOST) > 0:
            self.tell(Message("… and {more} more", more=more))

    def trace(self, error: Exception) -> None:
        """Where an error of ours came from."""
        import traceback

        with reader_may_leave(sys.stderr):
            traceback.print_exception(error)


def say(line: str) -> None:
    """A line on standard error."""
    with reader_may_leave(sys.stderr):
        print(line, file=sys.stderr)


def language(arguments: Sequence[str]) -> Language:
    """The language asked for on the command line, else that of the system, else English."""
    asked = ""
    for at, word in enumerate(arguments):
        if word == "--lang" or word.startswith("--lang="):
            asked = word.partition("=")[2] or " ".join(arguments[at + 1 : at + 2])
    if asked in ("en", "nl"):
        return as_language(asked)
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)
    if spoken is None:
        spoken = locale.getlocale()[0] or ""  # Windows sets no variables, but knows "Dutch_Netherlands"
    return "nl" if spoken.lower().startswith(("nl", "dutch")) else "en"


@contextmanager
def told_what_was_mended(telling: Telling) -> Iterator[None]:
    """Warnings that know both languages, such as `Mended` of a sweep, are told in the user's; others as ever."""
    with warnings.catch_warnings():
        as_ever = warnings.showwarning

        def show(message: Warning | str, *rest: Any, **more: Any) -> None:
            if callable(text := getattr(message, "text", None)):
                say(text(telling.lang))
            else:
                as_ever(message, *rest, **more)

        warnings.showwarning = show
        yield
