"""Options and arguments that several commands share, each declared once, and the kinds of values they take."""

from __future__ import annotations

import math
import os
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from samenspel import completion
from samenspel.bilingual import Argument, Option, telling_of
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message

# --- kinds of values -------------------------------------------------------------------------------------------------


class Kind(click.ParamType[Any], ABC):
    """A kind of value that says in both languages what it takes."""

    name = "value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value as commands want it. Raises `InputFaults`."""
        found = self.read(str(value))
        if found is None:
            assert param is not None
            assert ctx is not None
            raise fault(ctx, param, str(value), self.allowed())
        return found

    @abstractmethod
    def read(self, text: str) -> Any:
        """The value of a text, or None when it is not of this kind."""

    @abstractmethod
    def allowed(self) -> str:
        """What is of this kind."""


def fault(ctx: click.Context, param: click.Parameter, found: str, allowed: str) -> InputFaults:
    """One fault in what a parameter was given."""
    return InputFaults([Fault(telling_of(ctx).here, param.opts[0], found, allowed)])


class Whole(Kind):
    """A whole number within a range."""

    def __init__(self, low: int, high: int) -> None:
        self.low, self.high = low, high

    def read(self, text: str) -> int | None:
        """The number."""
        try:
            number = int(text)
        except ValueError:
            return None
        return number if self.low <= number <= self.high else None

    def allowed(self) -> str:
        """From the least to the most."""
        return Message("a whole number from {low} to {high}", low=self.low, high=self.high)


class Number(Kind):
    """Any finite number."""

    def read(self, text: str) -> float | None:
        """The number."""
        try:
            number = float(text)
        except ValueError:
            return None
        return number if math.isfinite(number) else None

    def allowed(self) -> str:
        """A number."""
        return Message("a number")


class Folder(Kind):
    """A folder, which may be there already."""

    def read(self, text: str) -> Path | None:
        """Its path."""
        return Path(text) if os.path.isdir(text) or not os.path.exists(text) else None

    def allowed(self) -> str:
        """No file."""
        return Message("a folder")

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Folders, which the shell knows."""
        return [CompletionItem(incomplete, type="dir")]


def unwritable(here: str, place: str, file: Path, *, force: bool) -> list[Fault]:
    """Why a file cannot be written; `place` is such as `FILE.xlsx`, and says how its name ends."""
    allowed = nearest = ""
    ending = Path(place).suffix
    if file.suffix.lower() != ending:
        allowed = Message("a file name that ends in {ending}", ending=ending)
        nearest = str(file.with_suffix(ending)) if file.name else ""
    elif not file.absolute().parent.is_dir():
        allowed = Message("a folder that exists")
    elif file.is_dir() or (file.exists() and not force):
        allowed = Message("a name that is still free (or --force)")
    return [Fault(here, place, str(file), allowed, nearest)] if allowed else []


class File(click.ParamType[Path]):
    """A file, which need not be there: who reads it says so."""

    name = "value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Its path."""
        return Path(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Files, which the shell knows."""
        return [CompletionItem(incomplete, type="file")]


# --- what several commands take --------------------------------------------------------------------------------------

FILE = File()


def number(name: str, kind: Kind, help: str, **more: Any) -> Option:
    """An option that takes a number."""
    return Option(f"--{name}", type=kind, metavar="N", help=help, **more)


def flag(name: str, help: str) -> Option:
    """An option that is given or not."""
    return Option(f"--{name}", is_flag=True, help=help)


def out(help: str, *, required: bool = True) -> Option:
    """Where to write."""
    return Option("--out", type=Folder(), required=required, metavar=Message("DIR"), help=help)


def scenario(name: str = "scenario") -> Argument:
    """The partnership; as `source` it is checked, and given as it was named."""
    return Argument(
        name, metavar="SCENARIO", default="baseline", shell_complete=completion.scenarios,
        help=Message("a built-in name, or a .toml or .xlsx file"),
    )  # fmt: skip


def _changes(ctx: click.Context, param: click.Parameter, settings: tuple[str, ...]) -> dict[str, str]:
    """The changes that can be read, by parameter; what cannot is noted as a fault."""
    found = {}
    for setting in settings or ():
        name, _, value = (part.strip() for part in setting.partition("="))
        if name and value:
            found[name] = value
        else:
            wanted = Message("name=value")
            telling_of(ctx).faults += fault(ctx, param, setting, wanted).faults
    return found


FORCE = flag("force", Message("replace an existing file"))
SEEDS, RUNS, YEARS_AT_MOST = Whole(0, 2**63 - 1), Whole(1, 100_000), Whole(1, 200)

STUDY = Argument(
    "study", metavar=Message("STUDY"), shell_complete=completion.studies,
    help=Message("a built-in study, or a .toml file"),
)  # fmt: skip
YEARS = number("years", YEARS_AT_MOST, Message("school years (5)"), default="5")
SEED = number("seed", SEEDS, Message("seed of the luck (1)"), default="1")
REPLICATIONS = number("replications", RUNS, Message("replications (30)"), default="30")
WORLDS = Option(
    "--worlds", default="plausible", metavar=Message("plausible|prior|FILE"),
    help=Message("worlds that could be this partnership (plausible), draws from declared ranges (prior), or one’s own"),
)  # fmt: skip
WORLDS_INSTEAD = Option(
    "--worlds", is_eager=True, metavar=Message("plausible|prior|FILE"),
    help=Message("instead of ranges: worlds that could be this partnership, draws from declared ranges, or one’s own"),
)  # fmt: skip
BAND_WORLDS = Option(
    "--worlds", default="plausible", metavar=Message("plausible|FILE"),
    help=Message("what bands are over, when they are asked over worlds: those that ship (plausible), or one’s own"),
)  # fmt: skip
WORKERS = number("workers", Whole(0, 1024), Message("processes (one a core)"))
CHANGES = Option(
    "--set", "changes", multiple=True, metavar=Message("NAME=VALUE"), callback=_changes,
    shell_complete=completion.changes,
    help=Message("change a parameter; may be repeated"),
)  # fmt: skip
JSON = Option(
    "--json", is_flag=True,
    help=Message("print one JSON document on standard output"),
)  # fmt: skip
