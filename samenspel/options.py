"""Options and arguments that several commands share, each declared once, and the kinds of values they take."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from model.faults import Fault, InputFaults, Phrase
from samenspel import completion
from samenspel.bilingual import Argument, Option, telling_of

# --- kinds of values -------------------------------------------------------------------------------------------------


class Kind(click.ParamType[Any]):
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

    def read(self, text: str) -> Any:
        """The value of a text, or None when it is not of this kind."""
        raise NotImplementedError

    def allowed(self) -> str:
        """What is of this kind."""
        raise NotImplementedError


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
        en = f"a whole number from {self.low} to {self.high}"
        return Phrase(en, f"een heel getal van {self.low} tot en met {self.high}")


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
        return Phrase("a number", "een getal")


class Folder(Kind):
    """A folder, which may be there already."""

    def read(self, text: str) -> Path | None:
        """Its path."""
        return Path(text) if os.path.isdir(text) or not os.path.exists(text) else None

    def allowed(self) -> str:
        """No file."""
        return Phrase("a folder", "een map")

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Folders, which the shell knows."""
        return [CompletionItem(incomplete, type="dir")]


FILE = click.Path(path_type=Path)


# --- what several commands take --------------------------------------------------------------------------------------


def number(name: str, kind: Kind, help: str, **more: Any) -> Option:
    """An option that takes a number."""
    return Option(f"--{name}", type=kind, metavar="N", help=help, **more)


def flag(name: str, help: str) -> Option:
    """An option that is given or not."""
    return Option(f"--{name}", is_flag=True, help=help)


def out(help: str, *, required: bool = True) -> Option:
    """Where to write."""
    return Option("--out", type=Folder(), required=required, metavar=Phrase("DIR", "MAP"), help=help)


def scenario(name: str = "scenario") -> Argument:
    """The partnership; as `source` it is checked, and given as it was named."""
    return Argument(
        name, metavar="SCENARIO", default="baseline", shell_complete=completion.scenarios,
        help=Phrase("a built-in name, or a .toml or .xlsx file", "een ingebouwde naam, of een .toml- of .xlsx-bestand"),
    )  # fmt: skip


def _changes(ctx: click.Context, param: click.Parameter, settings: tuple[str, ...]) -> dict[str, str]:
    """The changes that can be read, by parameter; what cannot is noted as a fault."""
    found = {}
    for setting in settings or ():
        name, _, value = (part.strip() for part in setting.partition("="))
        if name and value:
            found[name] = value
        else:
            wanted = Phrase("name=value", "naam=waarde")
            telling_of(ctx).faults += fault(ctx, param, setting, wanted).faults
    return found


SEEDS, RUNS, YEARS_AT_MOST = Whole(0, 2**63 - 1), Whole(1, 100_000), Whole(1, 200)

STUDY = Argument(
    "study", metavar="STUDY", shell_complete=completion.studies,
    help=Phrase("a built-in study, or a .toml file", "een ingebouwde studie, of een .toml-bestand"),
)  # fmt: skip
YEARS = number("years", YEARS_AT_MOST, Phrase("school years (5)", "schooljaren (5)"), default="5")
SEED = number("seed", SEEDS, Phrase("seed of the luck (1)", "startgetal van het toeval (1)"), default="1")
REPLICATIONS = number("replications", RUNS, Phrase("replications (30)", "herhalingen (30)"), default="30")
WORKERS = number("workers", Whole(0, 1024), Phrase("processes (one a core)", "processen (een per processorkern)"))
CHANGES = Option(
    "--set", "changes", multiple=True, metavar=Phrase("NAME=VALUE", "NAAM=WAARDE"), callback=_changes,
    shell_complete=completion.changes,
    help=Phrase("change a parameter; may be repeated", "wijzig een parameter; mag vaker"),
)  # fmt: skip
JSON = Option(
    "--json", is_flag=True,
    help=Phrase("print one JSON document on standard output", "geef één JSON-document op standaarduitvoer"),
)  # fmt: skip
