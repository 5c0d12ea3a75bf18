"""`samenspel parameters`: every parameter."""

from __future__ import annotations

from model.words import Message
from samenspel.frame import Listing, command
from samenspel.options import JSON
from samenspel.telling import Telling


@command(
    Message("list every parameter with unit, default, range, source and meaning"),
    JSON,
)
def parameters(telling: Telling) -> Listing:
    """Every parameter, as declared."""
    from experiments.documents import parameter_document
    from experiments.listings import show_parameters
    from model.parameters import PARAMETERS

    return Listing(
        lambda: [parameter_document(parameter) for parameter in PARAMETERS.values()],
        lambda lang: show_parameters(PARAMETERS.values(), lang),
    )
