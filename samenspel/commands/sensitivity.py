"""`samenspel sensitivity`: which assumptions an indicator depends on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from samenspel.bilingual import OneOf, Option
from samenspel.frame import command
from samenspel.model.words import Message
from samenspel.options import JSON, STUDY, WORKERS, WORLDS_INSTEAD, Whole, fault, number, out
from samenspel.telling import Telling

if TYPE_CHECKING:
    from samenspel.experiments.assumptions.sensitivity_report import SensitivityReport

POWERS = (None, "screen", "sobol")  # methods whose number of points is a power of two


def _points(ctx: click.Context, param: click.Parameter, points: int | None) -> int | None:
    """The number of points, as the method takes it."""
    is_scheme = ctx.params.get("method") in POWERS and not ctx.params.get("worlds")
    if points is not None and is_scheme and points & (points - 1):
        raise fault(ctx, param, str(points), Message("a power of two"))
    return points


@command(
    Message("find the assumptions that an indicator depends on: Morris, Sobol and PAWN indices with intervals"),
    STUDY,
    out(Message("the folder of the analysis")),
    Option(
        "--method",
        type=OneOf(("screen", "morris", "sobol", "pawn")),
        is_eager=True,
        help=Message("screen (Morris, then Sobol on what stands out) or one method"),
    ),
    WORLDS_INSTEAD,
    number("draws", Whole(1, 10_000), Message("how many worlds are drawn (200), with --worlds")),
    Option(
        "--indicator",
        multiple=True,
        metavar=Message("NAME"),
        help=Message("supervision_adequate_share; may be repeated"),
    ),
    number(
        "replications",
        Whole(2, 100_000),
        Message("replications (those of the study)"),
    ),
    number("trajectories", Whole(2, 10**6), Message("trajectories of Morris (10)")),
    number(
        "points",
        Whole(2, 10**9),
        Message("rows of Saltelli's scheme (128), points for PAWN (1024)"),
        callback=_points,
    ),
    number(
        "keep",
        Whole(1, 1000),
        Message("most factors left after screening (12)"),
    ),
    WORKERS,
    JSON,
)
def sensitivity(
    telling: Telling, study: str, out: Path, method: Any, worlds: str | None, indicator: tuple[str, ...],
    workers: int | None, **sizes: Any,
) -> SensitivityReport:  # fmt: skip
    """Find the assumptions that an indicator depends on."""
    from samenspel.experiments.assumptions.sensitivity import sensitivity
    from samenspel.experiments.assumptions.sensitivity_report import SensitivityReport, stage_shown
    from samenspel.experiments.runs.findings import ADEQUATE

    given = {name: size for name, size in sizes.items() if size is not None}
    result = sensitivity(
        study, out, method=method, worlds=worlds, indicators=list(indicator) or [ADEQUATE], workers=workers,
        shown=stage_shown(telling.lang), **given,
    )  # fmt: skip
    return SensitivityReport(result, out)
