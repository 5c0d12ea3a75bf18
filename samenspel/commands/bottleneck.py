"""`samenspel bottleneck`: which constraint binds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from samenspel.frame import command
from samenspel.model.words import Message
from samenspel.options import CHANGES, JSON, RUNS, SEED, WORKERS, WORLDS, YEARS_AT_MOST, Whole, number, out, scenario
from samenspel.telling import Telling

if TYPE_CHECKING:
    from samenspel.experiments.bottlenecks.report import BottleneckReport


@command(
    Message("show which constraint holds supervision back first, for the whole and by cluster"),
    scenario("source"),
    out(Message("the folder of the analysis")),
    number(
        "years",
        YEARS_AT_MOST,
        Message("school years up to the present state (5)"),
        default="5",
    ),
    number(
        "horizon",
        Whole(1, 50),
        Message("school years from there; the last is measured (1)"),
        default="1",
    ),
    number("replications", RUNS, Message("replications (10)"), default="10"),
    SEED,
    WORLDS,
    number("draws", Whole(0, 10_000), Message("how many worlds are drawn (50); 0: none"), default="50"),
    WORKERS,
    CHANGES,
    JSON,
)
def bottleneck(
    telling: Telling, source: str, changes: dict[str, Any], out: Path, workers: int | None, worlds: str, **numbers: int
) -> BottleneckReport:
    """Look for what holds supervision back."""
    from samenspel.experiments.bottlenecks.attribution import bottleneck
    from samenspel.experiments.bottlenecks.report import BottleneckReport
    from samenspel.experiments.output.progress import progress
    from samenspel.model.input.scenario import Scenario

    scenario = Scenario.load(source, changes)
    with progress(telling.lang) as shown:
        found = bottleneck(scenario, out, worlds=worlds, known=changes, workers=workers, progress=shown, **numbers)
    return BottleneckReport(found, out)
