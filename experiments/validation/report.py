"""What a validation tells people: a table, sentences, files and one JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich import box
from rich.table import Table

from samenspel.experiments.output.documents import as_json
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, enumerate_words
from samenspel.experiments.output.reports import Report, plain
from samenspel.experiments.output.version import version
from samenspel.experiments.validation.document import markdown
from samenspel.experiments.validation.validate import Validation
from samenspel.experiments.validation.words import figure, interval, reason, target, verdict, what
from samenspel.model.words import Message, in_language, say

if TYPE_CHECKING:
    from rich.console import RenderableType

# --- on the terminal -------------------------------------------------------------------------------------------------


def _table(found: Validation, lang: Language) -> Table:
    """A row a criterion."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(say("Pattern", lang), no_wrap=True)
    table.add_column(say("What", lang))
    for heading in (say("Target", lang), say("Found", lang), say("95% interval", lang)):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(say("Verdict", lang), no_wrap=True)
    for row in rows(found.criteria):
        table.add_row(
            f"{row['pattern']} {row['use']}", what(row, lang), target(row, lang),
            f"{figure(row, 'figure', lang)} {row['unit'] if row['unit'] == 'SD' else ''}".strip(),
            interval(row, lang), verdict(row, lang),
        )  # fmt: skip
    return table


def sentences(found: Validation, lang: Language) -> list[str]:
    """How many patterns hold, why others do not, and which of them rival forms fail."""
    tested = found.named("SV")
    held, missed = found.named("SV", "held"), found.named("SV", "missed")
    calibrated = enumerate_words(found.named("C"), lang)
    said = [
        say(
            "Of the {tested} patterns that calibrated nothing (V, S) {held} held. {calibrated} "
            "served to calibrate (C): that they hold says nothing.",
            lang,
            tested=len(tested),
            held=len(held),
            calibrated=calibrated,
        )
    ]
    if missed:
        said.append(say("Missed: ", lang) + enumerate_words(missed, lang) + ".")
    said += [f"{row['pattern']}, {what(row, lang)}: {in_language(reason(row), lang)}"
             for row in rows(found.criteria) if reason(row)]  # fmt: skip
    rivals = rows(found.failed_by_rivals())
    silent = [row["rival"] for row in rivals if not row["S"]]
    failing = [f"{row['rival']} ({row['S']})" for row in rivals if row["S"]]
    if failing:
        said.append(
            say("Rivals that fail a structural pattern: ", lang)
            + enumerate_words(failing, lang) + "."
        )  # fmt: skip
    if silent:
        said.append(
            say("No structural pattern tells apart: ", lang)
            + enumerate_words(silent, lang) + "."
        )  # fmt: skip
    return said


# --- documents and the report ----------------------------------------------------------------------------------------


def _told(criteria: pd.DataFrame) -> pd.DataFrame:
    """The criteria with their Dutch, and the reason or caution."""
    return criteria.assign(
        what_nl=[what(row, "nl") for row in rows(criteria)],
        reason=[str(reason(row)) for row in rows(criteria)],
        reason_nl=[in_language(reason(row), "nl") for row in rows(criteria)],
    )


@dataclass(frozen=True)
class ValidationReport(Report):
    """The report of a validation; its files go into `report/` in the folder of the runs, when that stays."""

    found: Validation
    kept: bool = True

    @property
    def folder(self) -> Path | None:
        """`report/` in the folder of the runs, unless that passes."""
        return self.found.results.folder / "report" if self.kept else None

    def document(self) -> dict[str, Any]:
        """The validation as one JSON document; an end that a target does not have is None."""
        found = self.found
        return {
            "version": version(),
            "scenario": "baseline",
            "seed": found.results.manifest["study"]["seed"],
            "replications": found.results.replications,
            "failed": len(found.results.failures),
            "patterns": plain(found.patterns()),
            "criteria": plain(_told(found.criteria)),
            "rivals": plain(found.rivals[["rival", "pattern", "use", "measure", "figure", "low", "high", "verdict"]]),
            "failed_by_rivals": plain(found.failed_by_rivals()),
        }

    def sentences(self, lang: Language) -> list[str]:
        """How many patterns hold, and why others do not."""
        return sentences(self.found, lang)

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """By criterion, by pattern, and by rival."""
        found = self.found
        return {
            "criteria": _told(found.criteria),
            "patterns": found.patterns(),
            "rivals": found.rivals,
            "failed_by_rivals": found.failed_by_rivals(),
        }

    def files(self, lang: Language) -> Mapping[str, str]:
        """The document, and the chapter of the manual."""
        return {"validation.json": as_json(self.document()), "validation.md": markdown(self.found)}

    def shown(self, lang: Language, width: int) -> Iterator[RenderableType]:
        """The table of criteria, and what to make of it."""
        yield _table(self.found, lang)
        yield ""
        yield from self.sentences(lang)

    def figures(self, folder: Path, lang: Language) -> None:
        """None: verdicts stand in a table."""

    @property
    def failed(self) -> int:
        """How many runs failed."""
        return len(self.found.results.failures)

    def remarks(self) -> list[str]:
        """What is left out."""
        if not self.failed:
            return []
        return [Message("{failed} runs failed and are left out.", failed=self.failed)]

    def where(self, folder: Path) -> str:
        """Where the tables are."""
        return Message("Tables are in {folder}", folder=folder)
