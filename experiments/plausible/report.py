"""What a command tells of its worlds: whether they could be this partnership, and how far one can rely on them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich import box
from rich.table import Table

from samenspel.experiments.output.files import write_whole
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, enumerate_words, number
from samenspel.experiments.output.reports import Report, plain
from samenspel.experiments.plausible import diagnostics
from samenspel.experiments.plausible.drawings import draw_pairs, draw_patterns
from samenspel.experiments.plausible.html import html
from samenspel.experiments.plausible.judges import PATTERNS
from samenspel.experiments.plausible.make import Made
from samenspel.experiments.plausible.texts import between, named, share_of
from samenspel.experiments.statistics import weighted
from samenspel.experiments.validation.patterns import CRITERIA
from samenspel.experiments.validation.words import target, what
from samenspel.model.words import Message, Number, in_language, say

if TYPE_CHECKING:
    from rich.console import RenderableType

PAIRED = 4  # of the most informed parameters, two by two
FEW = 0.20  # of candidates: fewer accepted, and drawing anew near the plausible ones would pay


@dataclass(frozen=True)
class WorldsReport(Report):
    """The report of worlds; its files go into the folder beside the file of the worlds."""

    made: Made

    @property
    def folder(self) -> Path | None:
        """Beside the runs."""
        return self.made.folder / "report"

    @cached_property
    def patterns(self) -> pd.DataFrame:
        """Every criterion before judging and after."""
        return diagnostics.patterns(self.made)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """Every parameter that differs, before judging and after."""
        return diagnostics.parameters(self.made)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """The least implausibility by two of the most informed parameters at a time."""
        told = self.parameters[~self.parameters["fitted"]]
        return diagnostics.minimum_implausibility(self.made, list(told["parameter"].head(PAIRED)))

    @property
    def something(self) -> bool:
        """Whether any world was kept."""
        return len(self.made.worlds) > 0

    @property
    def failed(self) -> int:
        """How many candidates could not be measured."""
        return self.made.worlds.about.failed

    def document(self) -> dict[str, Any]:
        """Everything as one JSON document."""
        worlds = self.made.worlds
        return {
            **asdict(worlds.about),
            "kept": len(worlds),
            "effective": worlds.effective,
            "patterns": plain(self.patterns.assign(what_nl=[what(row, "nl") for row in rows(self.patterns)])),
            "parameters": plain(self.parameters),
        }

    def sentences(self, lang: Language) -> list[str]:
        """How many worlds there are, where from, what they were held against, and what that teaches."""
        worlds, about = self.made.worlds, self.made.worlds.about
        share = about.accepted / max(1, about.measured)
        said = [
            say(
                "Of {measured} worlds that were drawn from what nobody knows, {accepted} could be this partnership; "
                "{kept} of those are kept. By weight they know as much as {effective} equal ones.",
                lang,
                kept=number(len(worlds), lang), measured=number(about.measured, lang),
                accepted=number(about.accepted, lang), effective=number(round(worlds.effective), lang),
            ),
            say(
                "Every world was first fitted anew to drop-out, study delay, part-timers' coverage, tired mentors and "
                "the share adequately supervised today; what was fitted judges nothing. Then it was held against "
                "published findings about mentors, trainers, practice and meetings (patterns {patterns}).",
                lang,
                patterns=enumerate_words(list(PATTERNS), lang),
            ),
            self._ruled_out(lang),
        ]  # fmt: skip
        said.append(self._taught(lang))
        said.append(self._unmet(lang))
        if share < FEW:
            said.append(
                say(
                    "Fewer than a fifth were not ruled out: patterns and assumptions are at odds more than usual.", lang
                )
            )
        return [sentence for sentence in said if sentence]

    def _ruled_out(self, lang: Language) -> str:
        about = self.made.worlds.about
        by = [f"{pattern} {number(count, lang)}" for pattern, count in about.ruled_out.items() if count]
        parts = [
            say("Ruled out: {unfit} because too few had time and contact enough, whatever the floor of quality",
                lang, unfit=number(about.unfit, lang)),
            *([say("by pattern {by} (one world by several)", lang, by=enumerate_words(by, lang))] if by else []),
        ]  # fmt: skip
        return "; ".join(parts) + "."

    def _taught(self, lang: Language) -> str:
        told = self.parameters[~self.parameters["fitted"]]
        informed = list(told.loc[told["informed"], "parameter"])
        if not informed:
            return say("Judging taught nothing about any single assumption: each is as uncertain as before.", lang)
        names = [f"“{in_language(named(name), lang)}”" for name in informed]
        return say(
            "Judging taught something about {names}; of the other {others} assumptions nothing that is sure.",
            lang,
            names=enumerate_words(names, lang), others=number(len(told) - len(informed), lang),
        )  # fmt: skip

    def _unmet(self, lang: Language) -> str:
        names = diagnostics.unmet(self.patterns)
        if self.made.worlds.effective < weighted.FEWEST:
            return say("Too few worlds are left to say which patterns the model cannot reproduce.", lang)
        if not names:
            return say(
                "Every pattern is reproduced by some of the kept worlds: no sign there that the model is wrong.", lang
            )
        told = [f"{CRITERIA[name].pattern} {in_language(CRITERIA[name].what, lang)}" for name in names]
        return say(
            "Hardly any kept world reproduces {patterns}. There the model itself falls short, whatever is assumed: "
            "do not rest an answer on it.",
            lang,
            patterns=enumerate_words(told, lang),
        )

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """By name of their file."""
        return {
            "patterns": self.patterns, "parameters": self.parameters, "pairs": self.pairs,
            "candidates": self.made.candidates,
        }  # fmt: skip

    def shown(self, lang: Language, width: int) -> Iterator[RenderableType]:
        """Sentences, then the patterns."""
        yield from self.sentences(lang)
        yield ""
        yield _table(self.patterns, lang)

    def figures(self, folder: Path, lang: Language) -> None:
        """The patterns and the pairs, as they stand in the page."""
        for name, content in self.drawn(lang).items():
            write_whole(folder / name, content)

    def drawn(self, lang: Language) -> Mapping[str, bytes]:
        """The files of all figures by name, drawn once for the page and for the folder."""
        if lang not in self._drawn:
            with tempfile.TemporaryDirectory(prefix="samenspel-") as passing:
                draw_patterns(self.patterns, Path(passing) / "patterns", lang)
                if len(self.pairs):
                    draw_pairs(self.pairs, Path(passing) / "pairs", lang)
                self._drawn[lang] = {path.name: path.read_bytes() for path in sorted(Path(passing).iterdir())}
        return self._drawn[lang]

    @cached_property
    def _drawn(self) -> dict[Language, Mapping[str, bytes]]:
        return {}

    def files(self, lang: Language) -> Mapping[str, str | bytes]:
        """The report to read."""
        return {"report.html": html(self, lang)}

    def remarks(self) -> list[str]:
        """When fewer were found than were enough."""
        about = self.made.worlds.about
        if not self.something:
            return [
                Message(
                    "None of {measured} candidates could be this partnership ({unfit} had too little time and "
                    "contact), so no worlds were written; more --candidates may find some",
                    measured=Number(about.measured), unfit=Number(about.unfit),
                )
            ]  # fmt: skip
        if about.measured < about.candidates or about.accepted > len(self.made.worlds):
            return []
        return [Message("All candidates were measured; more worlds ask for more --candidates")]

    def where(self, folder: Path) -> str:
        """Where the worlds are, and the report."""
        return Message("The worlds are in {file}, the report in {folder}", file=self.made.file, folder=folder)


def _table(patterns: pd.DataFrame, lang: Language) -> Table:
    """A row a criterion: target, how many reproduce it before and after, and where figures lie."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column(say("Pattern", lang), no_wrap=True)
    table.add_column(say("What", lang))
    for heading in (say("Target", lang), say("Before", lang), say("After", lang), say("90% of worlds", lang)):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows(patterns):
        table.add_row(
            f"{row['pattern']} {row['use']}", what(row, lang), target(row, lang), share_of(row, "before_held", lang),
            share_of(row, "after_held", lang), between(row, "after", lang),
        )  # fmt: skip
    return table
