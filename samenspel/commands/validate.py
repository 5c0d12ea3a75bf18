"""`samenspel validate`: the patterns that the model must reproduce."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from samenspel.frame import command
from samenspel.interrupts import raise_at_interrupt
from samenspel.model.words import Message
from samenspel.options import JSON, SEED, WORKERS, Whole, number, out
from samenspel.telling import Telling

if TYPE_CHECKING:
    from samenspel.experiments.validation.report import ValidationReport


@command(
    Message("hold the model against the patterns it must reproduce: target, figure and verdict of each"),
    out(
        Message("keep the runs and write the tables into this folder"),
        required=False,
    ),
    number("replications", Whole(2, 10_000), Message("replications (30)"), default="30"),
    SEED,
    WORKERS,
    JSON,
)
def validate(telling: Telling, out: Path | None, workers: int | None, replications: int, seed: int) -> ValidationReport:
    """Hold the model against its patterns."""
    from samenspel.experiments.output.progress import progress
    from samenspel.experiments.validation.report import ValidationReport
    from samenspel.experiments.validation.validate import validate

    folder = out or _passing()
    with progress(telling.lang) as shown:
        found = validate(folder, workers=workers, progress=shown, replications=replications, seed=seed)
    return ValidationReport(found, kept=out is not None)


def _passing() -> Path:
    """A folder that is cleared away when the command ends, whatever ends it."""
    import tempfile

    raise_at_interrupt()
    passing = click.get_current_context().with_resource(tempfile.TemporaryDirectory(prefix="samenspel-"))
    return Path(passing) / "validation"
