"""Steering: what a page asks becomes a call on the session, if its role allows it.

The role is known on this side and never read from the page.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from samenspel.experiments.output.documents import as_csv
from samenspel.experiments.output.language import Language
from samenspel.model.input.faults import InputFaults
from samenspel.model.words import as_language
from samenspel.viz.replay import replay
from samenspel.viz.room.questions import Answer
from samenspel.viz.room.session import Session
from samenspel.viz.room.visitor import Visitor
from samenspel.viz.room.watcher import Watcher

HOST_ONLY: dict[str, Callable[[Session, dict[str, Any]], None]] = {
    "play": lambda s, _: s.play(),
    "pause": lambda s, _: s.pause(),
    "step": lambda s, _: s.step(),
    "jump": lambda s, _: s.jump(),
    "reset": lambda s, _: s.reset(),
    "rate": lambda s, m: s.set_rate(m.get("rate")),
    "choose": lambda s, m: s.choose(m.get("lane"), m.get("course")),
    "change": lambda s, m: s.change(m.get("lane"), m.get("name"), m.get("value")),
    "turn_back": lambda s, m: s.turn_back(m.get("lane"), m.get("name")),
    "reseed": lambda s, m: s.reseed(m.get("seed")),
    "band": lambda s, m: s.band(m.get("band")),
    "scene": lambda s, m: s.scene(m.get("scene")),
    "phase": lambda s, m: s.phase(m.get("phase")),
}
QUESTIONS: dict[str, Callable[[Session, Answer], None]] = {
    "pinch": Session.pinch, "growth": Session.growth, "enough": lambda s, answer: s.questions.leave(answer),
}  # fmt: skip
"""What only the host asks, and is answered from another thread."""


def obey(
    session: Session, message: object, visitor: Visitor, *, answer: Answer, more: Callable[[dict[str, Any]], None],
    watcher: Watcher | None = None,
) -> None:  # fmt: skip
    """Do what a message of a page asks.

    Parameters
    ----------
    session : Session
        What the page looks at.
    message : object
        As it came; anything that makes no sense is left alone.
    visitor : Visitor
        Who sends it.
    answer : callable
        Sends a dictionary back to this page only, from whichever thread.
    more : callable
        Gives this page news again, after it missed weeks.
    watcher : Watcher, optional
        The page among those that look on; without one it is alone.
    """
    if not isinstance(message, dict):
        return
    what, hosts = message.get("ask"), visitor.hosts()
    if not hosts and not visitor.pace.allows():
        return
    lang = as_language(message.get("lang"))
    if isinstance(what, str) and (what in HOST_ONLY or what in QUESTIONS or what == "lead"):
        if not hosts:
            answer({"say": "guest"})
        else:
            _steer(session, what, message, lang, watcher, answer)
    elif what == "vote":
        counted = session.vote(visitor.voter, message.get("choice"), message.get("guess"), visitor.address)
        answer({"say": "voted", "counted": counted})
    elif what == "card":
        found = session.card(message.get("lane"), message.get("kind"), message.get("which"))
        answer({"say": "card", "card": found})
    elif what == "history":
        more(session.history())
    elif what == "csv":
        answer({"say": "file", "name": "samenspel.csv", "kind": "text/csv", "text": as_csv(session.record())})
    elif what == "replay":
        text = replay(session.film(), session.catalog, lang)
        answer({"say": "file", "name": "samenspel.html", "kind": "text/html", "text": text})


def _steer(
    session: Session, what: str, message: dict[str, Any], lang: Language, watcher: Watcher | None, answer: Answer
) -> None:
    """What the host asks; only the page that leads changes what the room sees."""
    try:
        if what in QUESTIONS:
            QUESTIONS[what](session, answer)
        elif watcher is not None and not session.leads(watcher, take_over=what == "lead"):
            answer({"say": "led"})
        elif what != "lead":
            session.touch()
            HOST_ONLY[what](session, message)
    except InputFaults as faults:
        answer({"say": "fault", "text": faults.text(lang)})
