"""`samenspel degrade`: where supervision degrades, and up to where it is safe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from samenspel.bilingual import Option
from samenspel.completion import axes
from samenspel.frame import command
from samenspel.model.words import Message
from samenspel.options import CHANGES, JSON, REPLICATIONS, SEED, WORKERS, WORLDS, YEARS, flag, out, scenario
from samenspel.telling import Telling

if TYPE_CHECKING:
    from samenspel.experiments.degradation.report import DegradeReport

AXIS = "students_per_cluster=6:40"


@command(
    Message("find where supervision degrades along an axis of scale, and up to where it is safe"),
    scenario("source"),
    Option(
        "--over",
        multiple=True,
        shell_complete=axes,
        metavar=Message("NAME=LOW:HIGH[:POINTS]"),
        help=Message("the axis, or twice for a map ({axis}, 18 points); also NAME=A,B,C,D", axis=AXIS),
    ),
    out(Message("the folder of the analysis")),
    Option(
        "--compare",
        default="",
        metavar=Message("NAME"),
        help="cross-year, mbo, mbo-equal-total, years-and-mbo, facilitation, growth, staff, split",
    ),
    CHANGES,
    REPLICATIONS,
    YEARS,
    WORLDS,
    Option(
        "--draws",
        default="200",
        metavar="N",
        help=Message("how many worlds are drawn for the safe scale (200); 0: none"),
    ),
    Option(
        "--loss",
        default="0.05",
        metavar="N",
        help=Message("loss that is borne against the scenario's own size (0.05)"),
    ),
    SEED,
    WORKERS,
    flag(
        "structure",
        Message("repeat all under each rival form and without each mechanism (minutes)"),
    ),
    flag("back", Message("also grow and shrink again")),
    JSON,
)
def degrade(
    telling: Telling, source: str, over: tuple[str, ...], out: Path, compare: str, changes: dict[str, Any],
    worlds: str, workers: int | None, structure: bool, back: bool, **numbers: Any,
) -> DegradeReport:  # fmt: skip
    """Look along an axis of scale."""
    from samenspel.experiments.degradation.degrade import carry_out
    from samenspel.experiments.degradation.plan import plan_of
    from samenspel.experiments.degradation.report import DegradeReport, parts_shown

    extras = tuple(name for name, asked in (("structure", structure), ("there-and-back", back)) if asked)
    plan = plan_of(source, over or [AXIS], compare, changes, extras, file=telling.here, worlds=worlds, **numbers)
    with parts_shown(telling.lang) as tell:
        return DegradeReport(carry_out(plan, out, workers, tell))
