"""`samenspel worlds`: worlds that could be this partnership."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from samenspel.bilingual import Option
from samenspel.frame import command
from samenspel.model.words import Message
from samenspel.options import FILE, JSON, SEED, WORKERS, Whole, number, scenario, unwritable
from samenspel.telling import Telling

if TYPE_CHECKING:
    from samenspel.experiments.plausible.report import WorldsReport


@command(
    Message("draw worlds that could be this partnership: draws of what nobody knows that reproduce what is known"),
    scenario(),
    Option(
        "--out",
        type=FILE,
        required=True,
        metavar="FILE.parquet",
        help=Message("the file of the worlds; runs and report go into the folder of that name"),
    ),
    number("candidates", Whole(2, 1_000_000), Message("most candidates (2048)"), default="2048"),
    number("keep", Whole(1, 1_000_000), Message("worlds that are enough (500)"), default="500"),
    SEED,
    WORKERS,
    JSON,
)
def worlds(
    telling: Telling, scenario: str, out: Path, candidates: int, keep: int, seed: int, workers: int | None
) -> WorldsReport:
    """Draw plausible worlds."""
    from samenspel.experiments.output.progress import progress
    from samenspel.experiments.plausible.make import worlds
    from samenspel.experiments.plausible.report import WorldsReport
    from samenspel.model.input.faults import InputFaults

    if out.suffix == ".parquet":
        out.absolute().parent.mkdir(parents=True, exist_ok=True)  # the folder of the runs is made there too
    if faults := unwritable(telling.here, "FILE.parquet", out, force=True):
        raise InputFaults(faults)
    with progress(telling.lang) as shown:
        made = worlds(scenario, out, candidates=candidates, keep=keep, seed=seed, workers=workers, progress=shown)
    return WorldsReport(made)
