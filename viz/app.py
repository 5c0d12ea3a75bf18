"""The page that Solara serves: it reads the address, joins a session and shows the stage.

What the server was started with stands in `SERVED`, because Solara runs this module once for all browsers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import parse_qs

import solara
from solara.lab.utils.cookies import cookies as given_cookies
from solara.lab.utils.headers import headers as given_headers
from solara.server import kernel_context

from samenspel.experiments.output.language import Language
from samenspel.model.input.faults import InputFaults
from samenspel.model.words import as_language
from samenspel.viz.doors import ADDRESS, Cookies
from samenspel.viz.keys import HostKey
from samenspel.viz.room.course import Course, catalog_of
from samenspel.viz.room.hub import Hub
from samenspel.viz.room.session import Session
from samenspel.viz.room.visitor import Visitor
from samenspel.viz.room.worlds import LUCK, over_in
from samenspel.viz.stage import Stage, setup
from samenspel.viz.steering import obey

LONGEST_NAME = 40


@dataclass
class Served:
    """What this process serves: the sessions, the cookies of host and voters, and how others are invited."""

    hub: Hub = field(default_factory=lambda: Hub(catalog_of(), Course("baseline")))
    cookies: Cookies = field(default_factory=lambda: Cookies(0, HostKey("")))
    lang: Language = "nl"
    invite: dict[str, Any] = field(default_factory=dict)


SERVED = Served()


@dataclass(frozen=True)
class Address:
    """What a page's address asks for."""

    session: str
    lang: Language
    scene: dict[str, str]

    @classmethod
    def read(cls, query: str, served: Served) -> Address:
        """Read the part after the question mark; whatever makes no sense counts as absent."""
        given = {name: values[0] for name, values in parse_qs(query.lstrip("?"), max_num_fields=30).items()}
        lang = as_language(given.get("lang", served.lang), "nl")
        return cls(
            session=given.get("s", "")[:LONGEST_NAME] or "main",
            lang=lang,
            scene={name: given[name] for name in ("a", "b", "seed", "week", "band") if name in given},
        )


def join(address: Address, served: Served, *, host: bool) -> tuple[Session | None, str]:
    """The session of an address, and what was wrong with the scene of the address.

    A session that nobody has led yet is brought to the scene when the host asks; any other is joined as it is.
    """
    session = served.hub.session(address.session, may_open=host or address.session == "main")
    if session is None or not host or "a" not in address.scene:
        return session, ""
    try:
        courses = [Course.read(address.scene[name], served.hub.catalog) for name in ("a", "b") if name in address.scene]
        seed = int(address.scene.get("seed", str(served.hub.seed))[:9])
        week = int(address.scene.get("week", "0")[:9])
        over = over_in(address.scene.get("band", LUCK))
    except InputFaults as faults:
        return session, faults.text(address.lang)
    except ValueError:
        return session, "seed, week"
    session.restore(courses, max(0, seed), max(0, week), over)
    return session, ""


def visitor_of(cookies: Mapping[str, str], headers: Mapping[str, list[str]], known: Cookies) -> Visitor:
    """Who opened a page, by what came with its connection."""
    address = headers.get(ADDRESS, [""])[0]
    return Visitor(partial(known.hosts, cookies), known.voter_of(cookies), address)


@solara.component
def Page() -> None:
    """The whole page."""
    query = solara.use_router().search or ""
    address = solara.use_memo(lambda: Address.read(query, SERVED), [])
    visitor = solara.use_memo(
        lambda: visitor_of(given_cookies.peek() or {}, given_headers.peek() or {}, SERVED.cookies), []
    )
    host = solara.use_memo(lambda: visitor.hosts(), [])
    session, wrong = solara.use_memo(lambda: join(address, SERVED, host=host), [])
    about = solara.use_memo(
        lambda: setup(
            SERVED.hub.catalog, address.lang, host=host, invite=SERVED.invite if host else {},
            session=address.session, wrong=wrong, missing=session is None,
            led=session is not None and host and session.led,
        ),
        [],
    )  # fmt: skip
    solara.Title("Samenspel")
    element = Stage.element(setup=about)
    solara.use_effect(lambda: attend(solara.get_widget(element), session, visitor), [])


def attend(stage: Stage, session: Session | None, visitor: Visitor) -> Callable[[], None] | None:
    """Let a stage look on at a session and obey its messages; returns what ends that."""
    if session is None:
        return None
    context = kernel_context.get_current_context() if kernel_context.has_current_context() else None

    def as_page(act: Callable[[dict[str, Any]], None], what: dict[str, Any]) -> None:
        """Send something from whichever thread, as long as the page is there."""
        if context is None:
            act(what)
        elif not context.closed_event.is_set():
            with context:
                act(what)

    tell, answer = partial(as_page, stage.tell), partial(as_page, stage.send)

    def hear(_: Any, message: object, __: Any) -> None:
        obey(session, message, visitor, watcher=watcher, answer=answer, more=tell)

    watcher = session.watch(tell, partial(_is_here, context))
    if visitor.hosts():
        session.leads(watcher)
    stage.on_msg(hear)

    def end() -> None:
        session.leave(watcher)
        stage.on_msg(hear, remove=True)

    return end


def _is_here(context: kernel_context.VirtualKernelContext | None) -> bool:
    """Whether the device of a page is connected; a page waits some time for one that is not."""
    return context is None or kernel_context.PageStatus.CONNECTED in list(context.page_status.values())
