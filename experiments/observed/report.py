"""What a command tells of worlds that were weighed anew by what was observed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich import box
from rich.table import Table

from samenspel.experiments.observed.texts import fitted, sentences
from samenspel.experiments.observed.worlds import Weighed
from samenspel.experiments.output.language import Language
from samenspel.experiments.output.reports import Report, plain
from samenspel.experiments.pilots.file.design import Posterior
from samenspel.experiments.plausible.make import folder_of
from samenspel.model.words import Message, say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class ObservedReport(Report):
    """The report; its files go into the folder beside the file of the worlds."""

    weighed: Weighed

    @property
    def found(self) -> Posterior:
        """What observations leave of the worlds."""
        return self.weighed.found

    @property
    def folder(self) -> Path | None:
        """Beside the runs."""
        return folder_of(self.weighed.file) / "report"

    def document(self) -> dict[str, Any]:
        """Everything as one JSON document."""
        return {
            "worlds": self.found.worlds, "effective_before": self.found.effective_before,
            "effective": self.found.effective, "observations": plain(self.found.fit),
            "parameters": plain(self.found.table),
        }  # fmt: skip

    def sentences(self, lang: Language) -> list[str]:
        """How many worlds are left, whether they expect what was observed, and what it taught."""
        return sentences(self.found, lang)

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """By name of their file."""
        return {"observations": self.found.fit, "parameters": self.found.table}

    def shown(self, lang: Language, width: int) -> Iterator[RenderableType]:
        """Sentences, then the observations."""
        yield from self.sentences(lang)
        yield ""
        yield _table(self.found, lang)

    def figures(self, folder: Path, lang: Language) -> None:
        """None."""

    def remarks(self) -> list[str]:
        """Nothing was written when no world agrees."""
        if self.found.effective:
            return []
        return [Message("No world agrees with all that was observed, so no worlds were written")]

    def where(self, folder: Path) -> str:
        """Where the worlds are, and the report."""
        return Message("The worlds are in {file}, the report in {folder}", file=self.weighed.file, folder=folder)


def _table(found: Posterior, lang: Language) -> Table:
    """A row an observation: what was observed, and what worlds expect before and after."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(say("What", lang))
    for heading in (say("Observed", lang), say("Expected before", lang), say("Expected after", lang)):
        table.add_column(heading, justify="right")
    table.add_column(say("Fits", lang))
    for row in fitted(found, lang):
        table.add_row(*(row[name] for name in ("what", "observed", "before", "after", "fits")))
    return table
