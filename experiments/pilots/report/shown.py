"""A comparison of pilots in the terminal, and as one JSON document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from rich import box
from rich.table import Table
from rich.text import Text

from samenspel.experiments.observed.texts import sentences
from samenspel.experiments.output.language import Language
from samenspel.experiments.output.reports import Report, plain
from samenspel.experiments.output.version import version
from samenspel.experiments.pilots.comparison.compare import as_run
from samenspel.experiments.pilots.comparison.comparison import Comparison
from samenspel.experiments.pilots.file.measures import LOSS
from samenspel.experiments.pilots.report.answers import answers
from samenspel.experiments.pilots.report.html import html
from samenspel.experiments.pilots.report.summary import bullets
from samenspel.experiments.pilots.report.tables import binary_files, tables
from samenspel.experiments.pilots.report.texts import apart_notes
from samenspel.experiments.pilots.report.words import Words
from samenspel.model.words import Message

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType


def _observed(words: Words) -> list[str]:
    """What was observed left of the worlds, where anything was."""
    posterior = words.comparison.pilots.posterior
    return sentences(posterior, words.lang) if posterior else []


def _table(words: Words) -> Table:
    say = words.say
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(say("Design"))
    for heading in (
        say("floors\nmet"), say("best"), say("pabo\nlose"),
        say("mbo\nadequate"), say("real pilot\nshows"),
    ):  # fmt: skip
        table.add_column(heading, justify="right")
    for at in words.names:
        row, shows = words.by_design[at], words.shows.get(at)
        mbo = words.figures.get((at, "mbo_adequate_share"))
        table.add_row(
            Text(words.marked(at)), words.share(row["acceptable"]), words.share(row["best"]),
            words.figure(words.figures[at, LOSS]["mean"], LOSS),
            words.figure(mbo["mean"], "mbo_adequate_share") if mbo else "–",
            "–" if shows is None else say("yes") if shows else say("no"),
        )  # fmt: skip
    return table


@dataclass(frozen=True)
class PilotReport(Report):
    """The report of a comparison, in its own folder; `source` is the name by which its pilots were asked for."""

    comparison: Comparison
    source: str = ""

    @property
    def folder(self) -> Path:
        """The folder of the comparison."""
        return self.comparison.folder

    @cached_property
    def _words(self) -> dict[Language, Words]:
        """The words in each language; what they reckon takes seconds, so they are kept."""
        return {lang: Words(self.comparison, lang) for lang in get_args(Language)}

    @cached_property
    def _tables(self) -> dict[str, pd.DataFrame]:
        return tables(self.comparison)

    def document(self) -> dict[str, Any]:
        """The comparison as one JSON document; what is undefined is None."""
        comparison = self.comparison
        pilots, words = comparison.pilots, self._words["en"]
        found = words.turning
        return {
            "pilots": pilots.name,
            "scenario": pilots.scenario.name,
            "version": version(),
            "seed": pilots.seed,
            "years": pilots.years,
            "replications": pilots.replications,
            "worlds": pilots.worlds,
            "runs": len(comparison.runs),
            "failed": comparison.failed,
            "folder": str(comparison.folder),
            "aim": pilots.aim,
            "floors": dict(pilots.floors),
            "designs": {str(at): name for at, name in comparison.names().items()},
            "changes_whole_partnership": {
                str(at): {name: list(pilots.everywhere[at][name]) for name in pilots.changed_everywhere(at)}
                for at in words.apart_at
            },
            "observed": _observed(words),
            "advice": [words.advice(), *words.turns()],
            "turning": {
                "favourite": found.favourite, "turned": found.turned,
                "to": {str(at): share for at, share in found.to.items()}, "limits": plain(found.limits),
            },
            "robustness": plain(comparison.robustness),
            "summary": plain(comparison.summary),
            "pairs": plain(comparison.pairs),
            "power": plain(comparison.power),
            "ask_first": plain(words.asks),
            "questions": [
                {"number": one.number, "question": one.question, "answer": one.answer} for one in answers(words)
            ],
        }  # fmt: skip

    def sentences(self, lang: Language) -> list[str]:
        """The advice, and what to remember."""
        words = self._words[lang]
        return [*_observed(words), words.advice(), *words.turns(), *bullets(words)]

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every table, in `tables/`."""
        return {f"tables/{name}": table for name, table in self._tables.items()}

    def files(self, lang: Language) -> Mapping[str, str | bytes]:
        """The page to read, the pilots as they were run, and the tables for other programs."""
        pilots, runs = self.comparison.pilots, self.comparison.runs
        page = html(self._words[lang], self.source)
        return {"report.html": page, "pilots.toml": as_run(pilots), **binary_files(self._tables, runs)}

    def shown(self, lang: Language, width: int) -> Iterator[RenderableType]:
        """What was observed says, the advice, a row a design, and what to remember."""
        words = self._words[lang]
        yield from (*_observed(words), words.advice(), *words.turns(), "")
        yield _table(words)
        yield from (f"* {sentence}" for sentence in apart_notes(words))
        yield ""
        yield from (f"- {sentence}" for sentence in bullets(words))

    def figures(self, folder: Path, lang: Language) -> None:
        """None beside the page: they stand in it."""

    @property
    def failed(self) -> int:
        """How many runs failed."""
        return self.comparison.failed

    def where(self, folder: Path) -> str:
        """Where the page is."""
        path = folder / "report.html"
        return Message("The report is {path}", path=path)
