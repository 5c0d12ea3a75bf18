"""The doors of the view: who comes in, under which names, and by which cookies host and voters are known again.

Every request and every web socket passes here before Solara sees it. A page of another site, of another port of this
machine, or under a name that is not this machine's gets nothing.
"""

from __future__ import annotations

import hmac
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Router
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.types import Message as ASGIMessage
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from samenspel.experiments.output.language import Language
from samenspel.model.input.faults import Fault, shown
from samenspel.model.words import Message, Phrase
from samenspel.viz.keys import HostKey
from samenspel.viz.reach import LOOPBACK, Reach, Tell

NETLOC = re.compile(r"(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?")
ADDRESS = "x-samenspel-address"
MOST_TOLD = 20
SHUT = {
    "x-frame-options": "DENY",
    "content-security-policy": "frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",  # with "no-referrer" our own pages would not name their origin either
}


class Line(WebSocketsSansIOProtocol):
    """A web socket that gives up on a device that went away without a word, also when something still waits for it."""

    def keepalive_timeout(self) -> None:
        """The device did not answer in time."""
        super().keepalive_timeout()
        self.transport.abort()


def files(folder: Path) -> ASGIApp:
    """The files that browsers need, as they are here: Solara's own fetches what is missing and removes folders."""
    from solara.server.starlette import StaticCdn  # it reads its settings when it is imported

    class Files(StaticCdn):
        lookup_path = StaticFiles.lookup_path

    return Files(directory=folder)


@dataclass
class Cookies:
    """The cookies of host and voters; their names hold the port, as browsers do not keep ports apart."""

    port: int
    key: HostKey
    _seal: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    @property
    def host(self) -> str:
        """Name of the cookie that holds the host's key."""
        return f"samenspel-host-{self.port}"

    @property
    def voter(self) -> str:
        """Name of the cookie that tells one browser from another."""
        return f"samenspel-voter-{self.port}"

    def hosts(self, given: Mapping[str, str]) -> bool:
        """Whether these cookies are the host's."""
        return self.key.fits(given.get(self.host, ""))

    def voter_of(self, given: Mapping[str, str]) -> str:
        """The browser's name for the ballot box, or nothing when we did not give it one."""
        name, _, seal = given.get(self.voter, "").partition(".")
        return name if hmac.compare_digest(seal.encode(), self._sealed(name).encode()) else ""

    def new_voter(self) -> str:
        """A fresh value, which nobody can make but we."""
        name = secrets.token_urlsafe(9)
        return f"{name}.{self._sealed(name)}"

    def _sealed(self, name: str) -> str:
        return hmac.new(self._seal, name.encode(), "sha256").hexdigest()[:24]


@dataclass
class Doors:
    """An ASGI application around Solara's.

    Parameters
    ----------
    page : ASGIApp
        Solara's.
    files : ASGIApp
        What serves the files that browsers need.
    reach : Reach
        Where the view listens.
    cookies : Cookies
        How host and voters are known again.
    tell : callable
        Gets a line about everything that is refused, once for each.
    lang : "nl" or "en"
        The language of what the refused get to read.
    """

    page: ASGIApp
    files: ASGIApp
    reach: Reach
    cookies: Cookies
    tell: Tell
    lang: Language = "nl"
    _told: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        files = Mount("/_solara/cdn", app=self.files)
        self._inside = ExceptionMiddleware(Router([files], default=self.page))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or not."""
        if scope["type"] == "lifespan":
            await self.page(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if fault := self._fault(scope, headers):
            self._say(fault)
            await self._refuse(fault, scope, receive, send)
        elif scope["path"] == "/" and (answer := self._without_key(scope)):
            await answer(scope, receive, self._dressed(scope, headers, send))
        else:
            await self._inside(self._with_address(scope), receive, self._dressed(scope, headers, send))

    # --- who may come in ---

    def _fault(self, scope: Scope, headers: Headers) -> Fault | None:
        hosts = headers.getlist("host")
        host = hosts[0].lower() if len(hosts) == 1 else ""
        if not self._ours(host, scope):
            names = ", ".join(sorted(self._names(scope)))
            return _refused("Host", host, Phrase(names))
        origin = headers.get("origin")
        if origin is not None and origin.lower() != f"http://{host}":
            return _refused("Origin", origin, Phrase(f"http://{host}"))
        if _elsewhere(headers):
            at = urlsplit(headers.get("referer", "")).netloc
            from_own = Message("pages of this view only")
            return _refused("Sec-Fetch-Site", at or headers["sec-fetch-site"], from_own)
        return None

    def _ours(self, host: str, scope: Scope) -> bool:
        found = NETLOC.fullmatch(host)
        return bool(found and int(found[3] or 80) == self.reach.port and (found[1] or found[2]) in self._names(scope))

    def _names(self, scope: Scope) -> set[str]:
        """Names under which the view may be opened; for the room the address at which a device found this machine."""
        names = {*LOOPBACK, self.reach.shown.lower()}
        if self.reach.room:
            own = socket.gethostname().lower()
            here = str((scope.get("server") or ("",))[0]).removeprefix("::ffff:")
            names |= {here, own, f"{own.split('.')[0]}.local"}
        return names

    async def _refuse(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted this is a 403
        else:
            await PlainTextResponse(fault.text(self.lang), 403, SHUT)(scope, receive, send)

    def _say(self, fault: Fault) -> None:
        line = Phrase(fault.text("en"), fault.text("nl"))
        if line not in self._told and len(self._told) < MOST_TOLD:
            self._told.add(line)
            self.tell(line)

    # --- what those who come in carry ---

    def _without_key(self, scope: Scope) -> Response | None:
        """The key goes from the address into a cookie, and out of sight."""
        given = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        keys = [value for name, value in given if name == "key"]
        if scope["type"] != "http" or not keys:
            return None
        rest = urlencode([(name, value) for name, value in given if name != "key"])
        answer = RedirectResponse(f"/?{rest}" if rest else "/", 303, {"cache-control": "no-store"})
        if self.cookies.key.fits(keys[-1]):
            answer.set_cookie(self.cookies.host, keys[-1], httponly=True, samesite="strict")
        return answer

    def _with_address(self, scope: Scope) -> Scope:
        """Where a request comes from, in a header that nobody else can set; Solara passes headers on to the page."""
        address = str((scope.get("client") or ("",))[0])
        kept = [(name, value) for name, value in scope["headers"] if name.lower() != ADDRESS.encode()]
        return {**scope, "headers": [*kept, (ADDRESS.encode(), address.encode())]}

    def _dressed(self, scope: Scope, headers: Headers, send: Send) -> Send:
        """Answers that no other site can frame or embed, and a voter's cookie with the page."""
        if scope["type"] != "http":
            return send
        new = scope["path"] == "/" and not self.cookies.voter_of(_cookies(headers))

        async def dressed(message: ASGIMessage) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [(name, _for_this_session(name, value)) for name, value in message["headers"]]
                out = MutableHeaders(scope=message)
                out.update(SHUT)
                if new:
                    given = f"{self.cookies.voter}={self.cookies.new_voter()}; HttpOnly; Path=/; SameSite=lax"
                    out.append("set-cookie", given)
            await send(message)

        return dressed


def _cookies(headers: Headers) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    except CookieError:
        return {}


def _for_this_session(name: bytes, value: bytes) -> bytes:
    """A header, where it is a cookie without a date: Solara would keep its own for years."""
    return re.sub(rb" expires=[^;]*;", b"", value) if name == b"set-cookie" else value


def _elsewhere(headers: Headers) -> bool:
    """Whether a page of another site or port asks, other than by opening ours in a window of its own."""
    if headers.get("sec-fetch-site", "none") in ("none", "same-origin"):
        return False
    return (headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")) != ("navigate", "document")


def _refused(header: str, found: str, allowed: Message) -> Fault:
    return Fault("samenspel show", header, shown(found), allowed)
