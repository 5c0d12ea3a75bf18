"""What `samenspel degrade` shows and writes: progress, a table, sentences, files and one JSON document."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
from rich import box
from rich.table import Table

from samenspel.experiments.degradation.degrade import Degradation, Tell
from samenspel.experiments.degradation.figures import write_figures
from samenspel.experiments.degradation.words import findings, table_of
from samenspel.experiments.output.documents import as_json
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, as_given, percent
from samenspel.experiments.output.progress import progress
from samenspel.experiments.output.reports import Report
from samenspel.experiments.output.streams import reader_may_leave
from samenspel.experiments.output.version import version
from samenspel.model.words import Message, in_language, say

if TYPE_CHECKING:
    from rich.console import RenderableType

TABLES = ("curves", "breaks", "safe", "worlds", "scales", "asks", "shifts", "sizes", "there_and_back", "structure")
PARTS = {
    "curves": Message("the curves"),
    "worlds": Message("sampled worlds"),
    "there-and-back": Message("growing and shrinking"),
    "stayed": Message("staying at a size"),
    "structure": Message("rival forms and mechanisms left out"),
    "structure-worlds": Message("the same in sampled worlds"),
}


@contextmanager
def parts_shown(lang: Language) -> Iterator[Tell]:
    """Show on standard error how far every sweep is, one after another."""
    import sys

    with ExitStack() as stack:
        now: list[Any] = ["", None]

        def tell(part: str, done: int, asked: int, failed: int) -> None:
            if part != now[0]:
                stack.pop_all().close()
                with reader_may_leave(sys.stderr):
                    print(f"{in_language(PARTS[part], lang)}:", file=sys.stderr)
                now[:] = [part, stack.enter_context(progress(lang))]
            now[1](done, asked, failed)

        yield tell


def _table(found: Degradation, lang: Language) -> Table:
    table = table_of(found)
    titles = {arm.name: in_language(arm.title, lang) for arm in found.plan.arms}
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    if found.plan.comparison:
        shown.add_column("Arm")
    for axis in found.plan.axes:
        shown.add_column(axis.name, justify="right")
    shown.add_column(say("adequate", lang), justify="right")
    shown.add_column("95%-band", justify="right")
    if "safe_by_share" in table:
        shown.add_column(say("worlds safe", lang), justify="right")
        shown.add_column(say("by loss", lang), justify="right")
    for row in rows(table):
        cells = [titles[row["arm"]]] if found.plan.comparison else []
        cells += [as_given(row[axis.name], lang) for axis in found.plan.axes]
        cells += [_percent(row["mean"], lang), f"{_percent(row['low'], lang)} – {_percent(row['high'], lang)}"]
        cells += [_percent(row[name], lang) for name in ("safe_by_share", "safe_by_loss") if name in row]
        shown.add_row(*cells)
    return shown


def _percent(share: float, lang: Language) -> str:
    return percent(share, lang, 0) if math.isfinite(share) else "–"


# --- documents and the report ----------------------------------------------------------------------------------------


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{name: _json(value) for name, value in row.items()} for row in rows(table)]


def _json(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else "below" if value < 0 else "beyond"
    return value.item() if hasattr(value, "item") else value


@dataclass(frozen=True)
class DegradeReport(Report):
    """The report of a degradation analysis, in its own folder."""

    found: Degradation

    @property
    def folder(self) -> Path:
        """The folder of the analysis."""
        return self.found.folder

    def document(self) -> dict[str, Any]:
        """Everything as one JSON document; a scale off the axis is `below` or `beyond`, what is undefined None."""
        found = self.found
        plan = found.plan
        return {
            "version": version(),
            "scenario": plan.scenario.name,
            "axes": {axis.name: list(axis.values) for axis in plan.axes},
            "own": plan.places[plan.own_place][plan.axes[0].name],
            "comparison": plan.comparison or None,
            "arms": {
                arm.name: {"title": str(arm.title), "title_nl": arm.title.text("nl"), **arm.values} for arm in plan.arms
            },
            "set": dict(plan.fixed),
            "replications": plan.replications,
            "years": plan.years,
            "worlds_from": {**plan.worlds.document(), "draws": plan.draws} if plan.draws else None,
            "sampled": list(plan.assumptions),
            "seed": plan.seed,
            "safe_share": plan.safe_share,
            "loss": plan.loss,
            "runs": found.runs,
            "failed": found.failed,
            "findings": {lang: findings(found, lang) for lang in ("en", "nl")},
            **{name: _plain(getattr(found, name)) for name in TABLES},
        }

    def sentences(self, lang: Language) -> list[str]:
        """The findings."""
        return findings(self.found, lang)

    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Every table that has rows."""
        found = {name.replace("_", "-"): getattr(self.found, name) for name in TABLES}
        return {name: table for name, table in found.items() if len(table)}

    def files(self, lang: Language) -> Mapping[str, str]:
        """The document."""
        return {"degradation.json": as_json(self.document())}

    def shown(self, lang: Language, width: int) -> Iterator[RenderableType]:
        """The share by size, and the findings."""
        yield _table(self.found, lang)
        yield ""
        yield from (sentence[:1].upper() + sentence[1:] for sentence in self.sentences(lang))

    def figures(self, folder: Path, lang: Language) -> None:
        """Every figure that there is something for."""
        write_figures(self.found, lang)

    @property
    def failed(self) -> int:
        """How many runs failed."""
        return self.found.failed
