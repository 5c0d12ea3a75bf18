"""`samenspel show`: the live view."""

from __future__ import annotations

from typing import Any

from model.faults import Phrase
from samenspel.bilingual import Option
from samenspel.frame import command
from samenspel.interrupts import raise_at_interrupt
from samenspel.options import Whole, flag, number, scenario
from samenspel.telling import DONE, Telling


@command(
    Phrase(
        "open the live view: the partnership on a map, for a room",
        "open het levende beeld: het partnerschap op een kaart, voor een zaal",
    ),
    scenario(),
    number("port", Whole(1, 65535), Phrase("port (8765)", "poort (8765)"), default="8765"),
    Option(
        "--host",
        default="127.0.0.1",
        metavar=Phrase("ADDRESS", "ADRES"),
        help=Phrase(
            "where to listen; 0.0.0.0 opens it to the room (127.0.0.1: this computer only)",
            "waar te luisteren; met 0.0.0.0 kan de zaal meekijken (127.0.0.1: alleen deze computer)",
        ),
    ),
    flag("no-browser", Phrase("open no browser here", "open hier geen browser")),
    flag(
        "new-key",
        Phrase(
            "give the view that runs on this port another host's key, and stop",
            "geef het beeld dat op deze poort draait een andere sleutel voor de begeleider, en stop",
        ),
    ),
)
def show(telling: Telling, scenario: Any, port: int, host: str, no_browser: bool, new_key: bool) -> int:
    """Serve the view until Ctrl-C, or renew its key."""
    from viz.installed import raise_missing

    raise_missing()
    from viz.serve import renew, serve

    def tell(en: str, nl: str) -> None:
        telling.tell(Phrase(en, nl))

    if new_key:
        renew(port, tell, lang=telling.lang, browser=not no_browser)
        return DONE
    raise_at_interrupt()  # that is how it ends
    serve(scenario, tell, port=port, host=host, lang=telling.lang, browser=not no_browser)
    return DONE
