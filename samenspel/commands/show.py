"""`samenspel show`: the live view."""

from __future__ import annotations

from typing import Any

from samenspel.bilingual import Option
from samenspel.frame import command
from samenspel.interrupts import raise_at_interrupt
from samenspel.model.words import Message
from samenspel.options import BAND_WORLDS, Whole, flag, number, scenario
from samenspel.telling import DONE, Telling


@command(
    Message("open the live view: the partnership on a map, for a room"),
    scenario(),
    number("port", Whole(1, 65535), Message("port (8765)"), default="8765"),
    Option(
        "--host",
        default="127.0.0.1",
        metavar=Message("ADDRESS"),
        help=Message("where to listen; 0.0.0.0 opens it to the room (127.0.0.1: this computer only)"),
    ),
    BAND_WORLDS,
    flag("no-browser", Message("open no browser here")),
    flag(
        "new-key",
        Message("give the view that runs on this port another host's key, and stop"),
    ),
)
def show(
    telling: Telling, scenario: Any, port: int, host: str, worlds: str, no_browser: bool, new_key: bool
) -> int:  # fmt: skip
    """Serve the view until Ctrl-C, or renew its key."""
    from samenspel.viz.installed import raise_missing

    raise_missing()
    from samenspel.viz.serve import renew, serve

    if new_key:
        renew(port, telling.tell, lang=telling.lang, browser=not no_browser)
        return DONE
    raise_at_interrupt()  # that is how it ends
    browser = not no_browser
    serve(scenario, telling.tell, port=port, host=host, lang=telling.lang, browser=browser, worlds=worlds)
    return DONE
