"""`samenspel schedules`: what is set by date."""

from __future__ import annotations

from samenspel.frame import Listing, command
from samenspel.model.words import Message
from samenspel.options import JSON
from samenspel.telling import Telling


@command(
    Message("list wages and the grant by date, with their source and until when they are known"),
    JSON,
)
def schedules(telling: Telling) -> Listing:
    """Every schedule, as declared."""
    from dataclasses import asdict

    from samenspel.experiments.output.listings import show_schedules
    from samenspel.model.declared.schedules import SCHEDULES

    return Listing(
        lambda: [asdict(schedule) for schedule in SCHEDULES.values()],
        lambda lang: show_schedules(SCHEDULES.values(), lang),
    )
