"""`samenspel pilots`: designs of an mbo pilot."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from samenspel import completion
from samenspel.bilingual import Argument, Option
from samenspel.frame import command
from samenspel.model.words import Message
from samenspel.options import FILE, JSON, WORKERS, WORLDS, out
from samenspel.telling import Telling

if TYPE_CHECKING:
    from samenspel.experiments.pilots.report.shown import PilotReport


@command(
    Message("compare designs of an mbo pilot in many worlds, and write a report"),
    Argument(
        "pilots",
        metavar="PILOTS",
        shell_complete=completion.pilots,
        help=Message("built-in pilots (mbo), or a .toml file"),
    ),
    out(Message("the folder of the comparison")),
    WORLDS,
    WORKERS,
    Option(
        "--observed",
        type=FILE,
        metavar=Message("FILE.toml"),
        help=Message("what was counted, or measured of a real pilot: worlds are weighed by it"),
    ),
    JSON,
)
def pilots(
    telling: Telling, pilots: str, out: Path, worlds: str, workers: int | None, observed: Path | None
) -> PilotReport:
    """Compare designs."""
    from samenspel.experiments.output.progress import progress
    from samenspel.experiments.pilots.comparison.compare import compare_pilots
    from samenspel.experiments.pilots.file.pilots import Pilots
    from samenspel.experiments.pilots.report.shown import PilotReport

    asked = Pilots.load(pilots).in_worlds(worlds, telling.here)
    telling.list(asked.remarks)
    if observed:
        from samenspel.experiments.observed.worlds import in_observed_worlds

        with progress(telling.lang) as shown:
            asked = in_observed_worlds(asked, observed, out, workers=workers, progress=shown)
    with progress(telling.lang) as shown:
        found = compare_pilots(asked, out, workers=workers, progress=shown)
    return PilotReport(found, pilots)
