"""`samenspel sweep`: a study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from samenspel.bilingual import Option
from samenspel.frame import command
from samenspel.model.words import Message
from samenspel.options import JSON, STUDY, WORKERS, flag, out
from samenspel.telling import Telling

if TYPE_CHECKING:
    from samenspel.experiments.sweeps.report import SweepReport


@command(
    Message("run a study: many designs, with the same luck for all; started again it goes on where it was"),
    STUDY,
    out(Message("the folder of the sweep")),
    WORKERS,
    Option(
        "--cluster",
        metavar=Message("ADDRESS"),
        help=Message("let a Dask scheduler do the work"),
    ),
    flag("retry-failed", Message("do failed runs again")),
    JSON,
)
def sweep(
    telling: Telling, study: str, out: Path, workers: int | None, cluster: str | None, retry_failed: bool
) -> SweepReport:
    """Run a study, or go on with it."""
    from samenspel.experiments.output.progress import progress
    from samenspel.experiments.study.study import Study
    from samenspel.experiments.sweeps.report import SweepReport
    from samenspel.experiments.sweeps.runner import sweep

    asked = Study.load(study)
    with progress(telling.lang) as shown:
        ending = sweep(asked, out, workers=workers, cluster=cluster, retry_failed=retry_failed, progress=shown)
    return SweepReport(ending)
