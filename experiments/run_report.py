"""What a run tells people: the indicators with their intervals, findings, and files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.documents import as_json
from experiments.findings import findings
from experiments.language import Language
from experiments.report import document, one_table
from experiments.reports import Report
from experiments.tables import indicator_table
from model.words import Message

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

    from experiments.run import RunResult


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
        """The run as the JSON document that is promised."""
        return document(self.result)

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
