"""What all reports have in common: to people on a terminal, in files that stay, and for other programs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from samenspel.experiments.output.documents import as_csv
from samenspel.experiments.output.files import write_whole
from samenspel.experiments.output.language import Language
from samenspel.experiments.output.terminal import READING_WIDTH, console
from samenspel.model.words import Message

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType


class Report(Protocol):
    """What an analysis found, ready to be told.

    A report says what it has; `write` and `show` do the rest for all reports alike.
    """

    @property
    def folder(self) -> Path | None:
        """Where its files go; none when nobody asked for files."""

    def document(self) -> Any:
        """Everything as one JSON document; what is undefined is None."""

    def sentences(self, lang: Language) -> list[str]:
        """What the figures say, in words; they go into `findings.txt` too."""

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """The tables by the name of their CSV file."""

    def shown(self, lang: Language, width: int) -> Iterable[RenderableType]:
        """What stands on a terminal of so many letters, in order; a text of its own is a sentence or an empty line."""

    def figures(self, folder: Path, lang: Language) -> None:
        """Draw the figures into the folder."""

    def files(self, lang: Language) -> Mapping[str, str | bytes]:
        """Other files by name: text, or what is no text."""
        return {}

    @property
    def something(self) -> bool:
        """Whether anything was found that can be shown."""
        return True

    @property
    def failed(self) -> int:
        """How many runs failed, and are left out of everything."""
        return 0

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped the work before its end."""
        return False

    def remarks(self) -> list[str]:
        """What to say at the end about how it went."""
        return []

    def where(self, folder: Path) -> str:
        """Where everything is."""
        return Message("Tables and figures are in {folder}", folder=folder)

    @property
    def unwritten(self) -> str:
        """What to say when nothing was written."""
        return ""

    def show(self, lang: Language) -> None:
        """Tables and sentences on standard output."""
        out = console()
        for part in self.shown(lang, out.width):
            out.print(part, width=min(out.width, READING_WIDTH) if isinstance(part, str) else None)
        out.print()


def write(report: Report, lang: Language) -> Path | None:
    """Write everything into the folder of the report, each file whole; gives the folder, or nothing without one."""
    folder = report.folder
    if folder is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"{name}.csv": as_csv(table) for name, table in report.tables().items()}
    files["findings.txt"] = "\n".join(report.sentences(lang)) + "\n"
    for name, content in (files | dict(report.files(lang))).items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        write_whole(path, content)
    report.figures(folder, lang)
    return folder


def plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as JSON knows values: numbers as Python's, and None for what is undefined."""
    rows = table.to_dict("records")
    return [{str(name): _plain_value(value) for name, value in row.items()} for row in rows]


def _plain_value(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value
