"""`samenspel degrade`: where supervision degrades, and up to where it is safe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.faults import Phrase
from samenspel.bilingual import Option
from samenspel.completion import axes
from samenspel.frame import command
from samenspel.options import CHANGES, JSON, REPLICATIONS, SEED, WORKERS, YEARS, flag, out, scenario
from samenspel.telling import Telling

if TYPE_CHECKING:
    from experiments.degrade_report import DegradeReport

AXIS = "students_per_cluster=6:40"


@command(
    Phrase(
        "find where supervision degrades along an axis of scale, and up to where it is safe",
        "zoek waar de begeleiding achteruitgaat langs een schaal-as, en tot waar het veilig is",
    ),
    scenario("source"),
    Option(
        "--over",
        multiple=True,
        shell_complete=axes,
        metavar=Phrase("NAME=LOW:HIGH[:POINTS]", "NAAM=LAAG:HOOG[:PUNTEN]"),
        help=Phrase(
            f"the axis, or twice for a map ({AXIS}, 18 points); also NAME=A,B,C,D",
            f"de as, of tweemaal voor een kaart ({AXIS}, 18 punten); ook NAAM=A,B,C,D",
        ),
    ),
    out(Phrase("the folder of the analysis", "de map van de analyse")),
    Option(
        "--compare",
        default="",
        metavar=Phrase("NAME", "NAAM"),
        help="cross-year, mbo, mbo-equal-total, facilitation, growth, staff, split",
    ),
    CHANGES,
    REPLICATIONS,
    YEARS,
    Option(
        "--worlds",
        default="20",
        metavar="N",
        help=Phrase(
            "sampled worlds for the safe scale (20); 0: none", "getrokken werelden voor de veilige schaal (20); 0: geen"
        ),
    ),
    Option(
        "--loss",
        default="0.05",
        metavar="N",
        help=Phrase(
            "loss that is borne against the scenario's own size (0.05)",
            "verlies dat gedragen wordt tegenover de eigen grootte van het scenario (0.05)",
        ),
    ),
    SEED,
    WORKERS,
    flag(
        "structure",
        Phrase(
            "repeat all under each rival form and without each mechanism (minutes)",
            "herhaal alles met elke rivaliserende vorm en zonder elk mechanisme (minuten)",
        ),
    ),
    flag("back", Phrase("also grow and shrink again", "groei en krimp ook weer terug")),
    JSON,
)
def degrade(
    telling: Telling, source: str, over: tuple[str, ...], out: Path, compare: str, changes: dict[str, Any],
    workers: int | None, structure: bool, back: bool, **numbers: Any,
) -> DegradeReport:  # fmt: skip
    """Look along an axis of scale."""
    from experiments.degradation import carry_out
    from experiments.degrade_plan import plan_of
    from experiments.degrade_report import DegradeReport, parts_shown

    extras = tuple(name for name, asked in (("structure", structure), ("there-and-back", back)) if asked)
    plan = plan_of(source, over or [AXIS], compare, changes, extras, file=telling.here, **numbers)
    with parts_shown(telling.lang) as tell:
        return DegradeReport(carry_out(plan, out, workers, tell))
