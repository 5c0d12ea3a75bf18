"""`samenspel scenarios`: what is built in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from samenspel.frame import Listing, command
from samenspel.model.words import Message
from samenspel.options import JSON
from samenspel.telling import Telling

if TYPE_CHECKING:
    from samenspel.experiments.output.language import Language

FIELDS = ("name", "title", "title_nl", "description", "description_nl")


@command(Message("list the built-in scenarios"), JSON)
def scenarios(telling: Telling) -> Listing:
    """Every built-in scenario, the baseline first."""
    from samenspel.experiments.output.listings import show_scenarios
    from samenspel.model.input.scenario import Scenario

    listed = [Scenario.load(name) for name in Scenario.names()]

    def document() -> list[dict[str, Any]]:
        return [{field: getattr(scenario, field) for field in FIELDS} for scenario in listed]

    def show(lang: Language) -> None:
        show_scenarios((scenario.name, *scenario.text(lang)) for scenario in listed)

    return Listing(document, show)
