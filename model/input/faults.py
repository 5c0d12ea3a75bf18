"""What is wrong with the user's input: where it stands, what was found there and what is allowed."""

from __future__ import annotations

import datetime
import difflib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from samenspel.model.declared.former import FORMER
from samenspel.model.words import Language, Message, in_language, say
from samenspel.model.words import Phrase as Phrase

SUGGESTIONS_AT_MOST = 200  # looking for the nearest name takes time; a thousandth suggestion helps nobody
FAULTS_AT_MOST = 10_000  # that are remembered: a file of millions of faults must not fill the memory
LETTERS_AT_MOST = 300  # of what was found, and of its place


@dataclass(frozen=True)
class Fault:
    """One fault in one place. `found` and `allowed` may be a `Message`, so that they read well in Dutch too."""

    file: str
    place: str
    found: str
    allowed: str
    nearest: str = ""

    def text(self, lang: Language = "en") -> str:
        """One line: file, place, what was found, what is allowed, and the nearest valid name if there is one."""
        found, allowed, place = (in_language(text, lang) for text in (self.found, self.allowed, self.place))
        found, place = _shortened(found), _shortened(place)
        where = ", ".join(part for part in (self.file, place) if part)
        line = say("{where}: found {found}; allowed: {allowed}", lang, where=where, found=found, allowed=allowed)
        hint = say("; did you mean {nearest}?", lang, nearest=self.nearest) if self.nearest else ""
        return _on_one_line(line + hint)


class InputFaults(Exception):
    """The user's input has faults; all of them are in `faults`."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(faults)
        self.faults = list(faults)

    def text(self, lang: Language = "en") -> str:
        """One line for each fault."""
        return "\n".join(fault.text(lang) for fault in self.faults)

    def __str__(self) -> str:
        return self.text("en")


class Given(NamedTuple):
    """A value as the user gave it, with the place where it stands."""

    value: object
    file: str
    place: str


@dataclass
class Findings:
    """Collects faults while the input is read and checked."""

    faults: list[Fault] = field(default_factory=list)

    def add(
        self, file: str, place: str, found: str, allowed: str, *, near: object = "", among: Iterable[str] = ()
    ) -> None:
        """Note one fault; `nearest` becomes the name `among` the valid ones that looks most like `near`."""
        if len(self.faults) >= FAULTS_AT_MOST:
            return
        wanted = isinstance(near, str) and len(self.faults) < SUGGESTIONS_AT_MOST
        self.faults.append(Fault(file, place, found, allowed, nearest(str(near), among) if wanted else ""))

    def add_unknown(self, file: str, place: str, name: str, allowed: str, among: Iterable[str]) -> None:
        """Note a name that no parameter has; of a former one what took its place."""
        near = "" if name in FORMER else name
        self.add(file, place, unknown(name), allowed, near=near, among=among)

    def raise_any(self) -> None:
        """Raise all faults together, if there are any."""
        if self.faults:
            raise InputFaults(self.faults)


def nearest(word: str, among: Iterable[str]) -> str:
    """The name among the valid ones that looks most like `word`, or nothing when none comes near."""
    if not word or len(word) > 100:
        return ""
    by_lower = {name.lower(): name for name in among}
    close = difflib.get_close_matches(word.strip().lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else ""


def unknown(name: str) -> Message:
    """What is found where a name is that of no parameter; of a former one it says what took its place."""
    if name in FORMER:
        return Message('"{name}", which is no parameter any more: {instead}', name=name, instead=FORMER[name])
    return Message('the unknown name "{name}"', name=name[:60])


def shown(value: object) -> str:
    """A value as it is named in a fault: short, on one line, with its type where that is the point."""
    match value:
        case None:
            return Message("nothing")
        case bool():
            return "true" if value else "false"
        case int():
            return str(value) if abs(value) < 10**15 else Message("a very large number")
        case float():
            return Message("no number (nan)") if math.isnan(value) else f"{value:g}"
        case str():
            quoted = f'"{value if len(value) <= 60 else value[:57] + "..."}"'
            return Message("the text {quoted}", quoted=quoted) if value else Message("no text")
        case datetime.date() | datetime.time():
            return Message("the date or time {value}", value=value)
        case list() | tuple():
            return Message("a list")
        case dict():
            return Message("a table")
    return Message("something of type {name}", name=type(value).__name__)


def _shortened(text: str) -> str:
    """The text, without its end when that is far away."""
    return text if len(text) <= LETTERS_AT_MOST else text[: LETTERS_AT_MOST - 3] + "..."


def _on_one_line(text: str) -> str:
    """The text without line breaks and without anything a terminal would obey."""
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in text)
