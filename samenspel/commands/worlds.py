"""`samenspel worlds`: worlds that could be this partnership."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from samenspel.bilingual import Option
from samenspel.frame import command
from samenspel.model.input.faults import Fault
from samenspel.model.words import Message
from samenspel.options import FILE, JSON, SEED, WORKERS, Whole, number, scenario, unwritable
from samenspel.telling import Telling

if TYPE_CHECKING:
    from samenspel.experiments.observed.report import ObservedReport
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
    number("candidates", Whole(2, 1_000_000), Message("most candidates (2048)")),
    number("keep", Whole(1, 1_000_000), Message("worlds that are enough (500)")),
    Option(
        "--observed",
        type=FILE,
        metavar=Message("FILE.toml"),
        help=Message("weigh worlds anew by what was counted, or measured of a pilot, instead of drawing them"),
    ),
    Option(
        "--worlds",
        metavar=Message("plausible|FILE"),
        help=Message("which worlds are weighed anew (plausible)"),
    ),
    SEED,
    WORKERS,
    JSON,
)
def worlds(
    telling: Telling, scenario: str, out: Path, observed: Path | None, worlds: str | None, **given: Any
) -> WorldsReport | ObservedReport:  # fmt: skip
    """Draw plausible worlds, or weigh them anew."""
    from samenspel.experiments.output.progress import progress
    from samenspel.model.input.faults import InputFaults

    if out.suffix == ".parquet":
        out.absolute().parent.mkdir(parents=True, exist_ok=True)  # the folder of the runs is made there too
    if faults := [
        *unwritable(telling.here, "FILE.parquet", out, force=True),
        *_at_odds(telling, observed, worlds, given),
    ]:
        raise InputFaults(faults)
    sizes = {name: number for name, number in given.items() if number is not None}
    with progress(telling.lang) as shown:
        if observed is None:
            from samenspel.experiments.plausible import make
            from samenspel.experiments.plausible.report import WorldsReport

            return WorldsReport(make.worlds(scenario, out, progress=shown, **sizes))
        from samenspel.experiments.observed.report import ObservedReport
        from samenspel.experiments.observed.worlds import weigh

        return ObservedReport(weigh(scenario, observed, out, worlds=worlds or "plausible", progress=shown, **sizes))


def _at_odds(telling: Telling, observed: Path | None, worlds: str | None, given: dict[str, Any]) -> list[Fault]:
    """Options that mean nothing beside each other."""
    if observed is None:
        allowed = Message("{option} beside it, or neither", option="--observed")
        return [Fault(telling.here, "--worlds", worlds, allowed)] if worlds else []
    allowed = Message("{option} without it: nothing is drawn", option="--observed")
    return [
        Fault(telling.here, f"--{name}", str(given[name]), allowed)
        for name in ("candidates", "keep")
        if given[name] is not None
    ]
