"""`samenspel run`: the main job."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from samenspel.frame import command, share_compilation
from samenspel.model.words import Message
from samenspel.options import CHANGES, JSON, REPLICATIONS, SEED, YEARS, out, scenario
from samenspel.telling import Telling

if TYPE_CHECKING:
    from samenspel.experiments.runs.report import RunReport


@command(
    Message("run a partnership and show its indicators and findings"),
    scenario(),
    YEARS,
    SEED,
    REPLICATIONS,
    CHANGES,
    out(Message("write the results into this folder"), required=False),
    JSON,
)
def run(telling: Telling, scenario: Any, out: Path | None, **numbers: int) -> RunReport:
    """Run a scenario a number of times."""
    share_compilation(telling)
    from samenspel.experiments.output.progress import progress
    from samenspel.experiments.runs.report import RunReport
    from samenspel.experiments.runs.run import run

    with progress(telling.lang, "replications") as shown:
        result = run(scenario, **numbers, progress=shown)
    return RunReport(result, out)
