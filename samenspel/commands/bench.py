"""`samenspel bench`: the speed of this machine."""

from __future__ import annotations

from model.faults import Phrase
from samenspel.frame import Listing, command
from samenspel.options import JSON, flag
from samenspel.telling import Telling


@command(
    Phrase(
        "measure the speed of this machine's core against the textbook implementation",
        "meet de snelheid van de kern op deze computer, naast de leerboekversie",
    ),
    flag("quick", Phrase("small sizes only", "alleen kleine aantallen")),
    JSON,
)
def bench(telling: Telling, quick: bool) -> Listing:
    """Measure, and show the figures."""
    from experiments.bench import lines, measure

    if not quick:
        telling.tell(
            Phrase("This takes some minutes; --quick is shorter.", "Dit duurt enkele minuten; --quick is korter.")
        )
    figures = measure(quick=quick)
    return Listing(lambda: figures, lambda lang: print("\n".join(lines(figures, lang))))
