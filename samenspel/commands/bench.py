"""`samenspel bench`: the speed of this machine."""

from __future__ import annotations

from samenspel.frame import Listing, command
from samenspel.model.words import Message
from samenspel.options import JSON, flag
from samenspel.telling import Telling


@command(
    Message("measure the speed of this machine's core against the textbook implementation"),
    flag("quick", Message("small sizes only")),
    JSON,
)
def bench(telling: Telling, quick: bool) -> Listing:
    """Measure, and show the figures."""
    from samenspel.experiments.bench.bench import lines, measure

    if not quick:
        telling.tell(Message("This takes some minutes; --quick is shorter."))
    figures = measure(quick=quick)
    return Listing(lambda: figures, lambda lang: print("\n".join(lines(figures, lang))))
