"""What a run tells people: the indicators with their intervals, findings, and files."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich import box
from rich.table import Table
from rich.text import Text

from samenspel.experiments.output.documents import as_json
from samenspel.experiments.output.frames import rows_by_name
from samenspel.experiments.output.language import NO_VALUE, Language, number, word
from samenspel.experiments.output.reports import Report
from samenspel.experiments.output.terminal import WIDE, digits_of
from samenspel.experiments.output.version import version
from samenspel.experiments.runs.findings import findings
from samenspel.experiments.runs.run import RunResult
from samenspel.model.declared.indicators import HEADINGS, INDICATORS
from samenspel.model.words import Message, Phrase, in_language, say

if TYPE_CHECKING:
    from rich.console import RenderableType


@dataclass(frozen=True)
class RunReport(Report):
    """The report of a run, into a folder where one was named."""

    result: RunResult
    out: Path | None = None

    @property
    def folder(self) -> Path | None:
        """The folder that was named."""
        return self.out

    def document(self) -> dict[str, Any]:
        """The run as the JSON document that `samenspel run --json` promises; what is undefined is None.

        `replications` is how many were asked for; `finished`, `failed` and `interrupted` say what became of them.
        """
        result = self.result
        return {
            "scenario": result.scenario.name,
            "version": version(),
            "seed": result.seed,
            "years": result.years,
            "replications": result.asked,
            "finished": len(result.finished),
            "failed": len(result.failures),
            "interrupted": result.interrupted,
            "parameters": dict(result.scenario.values),
            "indicators": {
                name: {key: _or_none(row[key]) for key in ("mean", "low", "high")} | {"unit": row["unit"]}
                for name, row in rows_by_name(result.summary).items()
            },
            "fingerprint": result.fingerprint,
        }

    def sentences(self, lang: Language) -> list[str]:
        """One paragraph of findings."""
        return [findings(self.result, lang)]

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """By indicator, week, replication, cluster and group."""
        result = self.result
        return {
            "indicators": result.summary.reset_index(),
            "weekly": result.weekly,
            "replications": result.replications,
            "clusters": result.clusters,
            "groups": one_table(result.groups),
        }

    def files(self, lang: Language) -> Mapping[str, str]:
        """The document."""
        return {"run.json": as_json(self.document())}

    def shown(self, lang: Language, width: int) -> Iterator[RenderableType]:
        """The indicators, and the findings."""
        yield indicator_table(self.result, lang, width)
        yield ""
        yield from self.sentences(lang)

    def figures(self, folder: Path, lang: Language) -> None:
        """None: a run has no figures."""

    @property
    def something(self) -> bool:
        """Whether any replication ran."""
        return bool(self.result.outcomes)

    @property
    def failed(self) -> int:
        """How many replications failed."""
        return len(self.result.failures)

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped it."""
        return self.result.interrupted

    def remarks(self) -> list[str]:
        """What went wrong on the way, if anything did."""
        done, failed, ran, asked = len(self.result.finished), self.failed, len(self.result.outcomes), self.result.asked
        said: list[str] = []
        if failed:
            first = self.result.failures[0].error
            said.append(
                Message(
                    "{failed} of {ran} replications failed. The first error: {first}",
                    failed=failed,
                    ran=ran,
                    first=first,
                )
            )
        if self.interrupted and not done:
            said.append(Message("Interrupted; nothing is kept."))
        elif self.interrupted:
            said.append(
                Message(
                    "Interrupted: {done} of {asked} replications were finished; those are kept.", done=done, asked=asked
                )
            )
        return said

    def where(self, folder: Path) -> str:
        """Where the results are."""
        return Message("Results are in {folder}", folder=folder)

    @property
    def unwritten(self) -> str:
        """How to keep results."""
        return Message("Nothing was written: add --out DIR to keep results.")


def _or_none(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def one_table(groups: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The tables by role, programme and so on under each other: `by`, `group`, and their figures."""
    tables = [table.rename(columns={by: "group"}).assign(by=by) for by, table in groups.items() if len(table)]
    if not tables:
        return pd.DataFrame(columns=["by", "group"])
    whole = pd.concat(tables, ignore_index=True)
    return whole[["by", "group", *(name for name in whole.columns if name not in ("by", "group"))]]


def indicator_table(result: RunResult, lang: Language, width: int) -> Table:
    """The indicators that have a value, in groups; with their meaning where there is room for it."""
    wide = width >= WIDE
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("Indicator", no_wrap=True)
    table.add_column(say("Mean", lang), justify="right", no_wrap=True)
    table.add_column(say("95% interval", lang), justify="right", no_wrap=True)
    table.add_column(say("Unit", lang), no_wrap=True)
    if wide:
        table.add_column(say("Meaning", lang))
    figures = {name: row for name, row in rows_by_name(result.summary).items() if math.isfinite(row["mean"])}
    for title, names in _grouped(list(figures), lang):
        table.add_row(Text(title, style="bold"))
        for name in names:
            meaning = Phrase(INDICATORS[name].en, INDICATORS[name].nl).text(lang)
            table.add_row(f"  {name}", *_indicator_cells(figures[name], lang), *([meaning] if wide else []))
    return table


def _indicator_cells(row: dict[str, Any], lang: Language) -> tuple[str, str, str]:
    """Mean, interval and unit."""
    unit = str(row["unit"])
    mean, low, high = (number(float(row[key]), lang, digits_of(unit)) for key in ("mean", "low", "high"))
    return mean, "" if low == NO_VALUE else f"{low} … {high}", word(unit, lang)


def _grouped(names: list[str], lang: Language) -> Iterator[tuple[str, list[str]]]:
    """Headings with the indicators under them, in the order in which they are declared."""
    for heading in HEADINGS:
        members = [name for name in names if INDICATORS[name].heading == heading]
        yield in_language(heading, lang), members
