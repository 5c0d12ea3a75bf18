"""What a validation tells people: a table, sentences, files and one JSON document."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from experiments.documents import as_csv, as_json
from experiments.language import Language, enumerate_words
from experiments.report import write_whole
from experiments.run import rows
from experiments.tables import READING_WIDTH, console
from experiments.validation import Validation
from experiments.validation_document import markdown
from experiments.validation_words import figure, interval, reason, target, verdict, what
from experiments.version import version
from model.words import in_language, say

# --- on the terminal -------------------------------------------------------------------------------------------------


def show(found: Validation, lang: Language) -> None:
    """The table of criteria, and what to make of it."""
    out = console()
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
    out.print(table)
    out.print()
    for sentence in sentences(found, lang):
        out.print(Text(sentence), width=min(out.width, READING_WIDTH))
    out.print()


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


# --- documents and files ---------------------------------------------------------------------------------------------


def document(found: Validation) -> dict[str, Any]:
    """The validation as one JSON document; an end that a target does not have is None."""
    return {
        "version": version(),
        "scenario": "baseline",
        "seed": found.results.manifest["study"]["seed"],
        "replications": found.results.replications,
        "failed": len(found.results.failures),
        "patterns": _plain(found.patterns()),
        "criteria": _plain(_told(found.criteria)),
        "rivals": _plain(found.rivals[["rival", "pattern", "use", "measure", "figure", "low", "high", "verdict"]]),
        "failed_by_rivals": _plain(found.failed_by_rivals()),
    }


def _told(criteria: pd.DataFrame) -> pd.DataFrame:
    """The criteria with their Dutch, and the reason or caution."""
    return criteria.assign(
        what_nl=[what(row, "nl") for row in rows(criteria)],
        reason=[str(reason(row)) for row in rows(criteria)],
        reason_nl=[in_language(reason(row), "nl") for row in rows(criteria)],
    )


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{name: _json(value) for name, value in row.items()} for row in rows(table)]


def _json(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.item() if hasattr(value, "item") else value


def write(found: Validation, lang: Language) -> Path:
    """Write the tables, the sentences and the document into `report/` in the folder of the runs."""
    folder = found.results.folder / "report"
    folder.mkdir(exist_ok=True)
    tables = {"criteria": _told(found.criteria), "patterns": found.patterns(), "rivals": found.rivals,
              "failed_by_rivals": found.failed_by_rivals()}  # fmt: skip
    for name, table in tables.items():
        write_whole(folder / f"{name}.csv", as_csv(table))
    write_whole(folder / "findings.txt", "\n".join(sentences(found, lang)) + "\n")
    write_whole(folder / "validation.json", as_json(document(found)))
    write_whole(folder / "validation.md", markdown(found))
    return folder
