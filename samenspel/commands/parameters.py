"""`samenspel parameters`: every parameter."""

from __future__ import annotations

from samenspel.frame import Listing, command
from samenspel.model.words import Message
from samenspel.options import JSON
from samenspel.telling import Telling


@command(
    Message("list every parameter with unit, default, range, source and meaning"),
    JSON,
)
def parameters(telling: Telling) -> Listing:
    """Every parameter, as declared."""
    from samenspel.experiments.output.documents import parameter_document
    from samenspel.experiments.output.listings import show_parameters
    from samenspel.model.declared.parameters import PARAMETERS

    return Listing(
        lambda: [parameter_document(parameter) for parameter in PARAMETERS.values()],
        lambda lang: show_parameters(PARAMETERS.values(), lang),
    )
