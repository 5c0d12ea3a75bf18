"""Serving the view: everything from this machine, for this machine or for the room.

Solara reads its settings from the environment when it is imported; so they are set here first, and everything of Solara
is imported within functions.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import secrets
import socket
import threading
import warnings
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from experiments.language import Language
from model.faults import InputFaults, Phrase
from viz.course import fault_at, raise_too_large
from viz.installed import raise_missing

if TYPE_CHECKING:
    from model import Scenario

PORT = 8765
COMMAND_LINE = Phrase("command line", "opdrachtregel")
SETTINGS = {
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    "SOLARA_ASSETS_CDN": "http://127.0.0.1:9/npm/",  # what is missing is missed at once, never fetched
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_FORCE_REFRESH": "True",  # after a restart a page finds its scene by its address
    "SOLARA_THEME_TITLE": "Samenspel",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
}
type Tell = Callable[[str, str], None]
"""Says something to whoever started the view, in English and in Dutch."""


@dataclass(frozen=True)
class Reach:
    """Where the view listens, and under which addresses it is opened."""

    host: str
    port: int
    shown: str

    @property
    def room(self) -> bool:
        """Whether other devices can reach it."""
        return not _is_loopback(self.host)

    def guest(self) -> str:
        """The address for everybody."""
        return f"http://{_bracketed(self.shown)}:{self.port}/"

    def facilitator(self, key: str, lang: Language) -> str:
        """The address of the host, who steers."""
        return f"{self.guest()}?key={key}&lang={lang}"


def serve(
    scenario: Scenario, tell: Tell, *, seed: int = 1, port: int = PORT, host: str = "127.0.0.1", lang: Language = "nl",
    browser: bool = True,
) -> None:  # fmt: skip
    """Serve the view until it is interrupted.

    Parameters
    ----------
    scenario : Scenario
        What is shown first.
    tell : callable
        Gets every message, in English and Dutch.
    seed, port, host, lang, browser
        The luck; where to listen; the language in which it opens; whether to open a browser here.

    Raises
    ------
    InputFaults
        When something is not installed, the scenario is too large to draw, the address is not this machine's, or the
        port is taken.
    """
    raise_missing()
    raise_too_large(scenario, COMMAND_LINE)
    reach = Reach(host, port, _shown(host))
    _must_be_free(reach)
    key = host_key()
    server = server_for(scenario, seed, reach, key, lang)
    opened = reach.facilitator(key, lang)
    tell(f"Samenspel is at {opened}", f"Samenspel staat op {opened}")
    _say_who_can_reach(reach, tell)
    tell("Stop with Ctrl-C.", "Stoppen met Ctrl-C.")
    if browser:
        timer = threading.Timer(1.0, webbrowser.open, [opened])
        timer.daemon = True
        timer.start()
    with contextlib.suppress(KeyboardInterrupt):  # that is how it ends
        server.serve()


def host_key() -> str:
    """The key that makes a page the host's: one for this user, so that an address kept from yesterday still steers."""
    folder = Path(platformdirs.user_data_dir("samenspel", appauthor=False))
    file = folder / "host-key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
                stream.write(secrets.token_urlsafe(16))
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        key = ""
    return key if len(key) >= 16 else secrets.token_urlsafe(16)  # a key of this start only


def prepare() -> None:
    """Set Solara's settings; what the user has set stays."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)


def qr_code(address: str) -> str:
    """A QR code as a data URL of an SVG."""
    import segno

    return segno.make(address, error="m").svg_data_uri(scale=8, border=2)


def server_for(scenario: Scenario, seed: int, reach: Reach, key: str, lang: Language) -> Any:
    """Solara's server with our page on it, not yet listening."""
    prepare()
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")  # on plain http it says so at every page
    import solara.server.app
    from solara.server.starlette import ServerStarlette

    import viz.app
    from viz.course import Course, catalog_of
    from viz.hub import Hub

    served = viz.app.SERVED
    served.hub.close()
    served.hub = Hub(catalog_of(scenario), Course(scenario.name), seed)
    served.key, served.lang = key, lang
    served.invite = {"url": reach.guest(), "qr": qr_code(reach.guest()), "room": reach.room}
    page = solara.server.app.AppScript("viz.app")
    solara.server.app.apps["__default__"] = page
    page.init()
    return ServerStarlette(host=reach.host, port=reach.port, log_level="warning")


def _say_who_can_reach(reach: Reach, tell: Tell) -> None:
    if not reach.room:
        tell(
            "Only this computer can reach it; --host 0.0.0.0 opens it to the room.",
            "Alleen deze computer kan erbij; met --host 0.0.0.0 kan de zaal meekijken.",
        )
        return
    guest = reach.guest()
    tell(
        f"Everybody on this network can look on and vote at {guest}; only the first address steers.",
        f"Iedereen op dit netwerk kan meekijken en stemmen op {guest}; alleen het eerste adres stuurt.",
    )
    import io

    import segno

    drawn = io.StringIO()
    segno.make(guest, error="m").terminal(drawn, compact=True)
    tell(drawn.getvalue(), drawn.getvalue())


def _must_be_free(reach: Reach) -> None:
    """Find out before Solara starts whether we may listen there."""
    family = socket.AF_INET6 if ":" in reach.host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((reach.host, reach.port))
    except PermissionError:
        allowed = Phrase("a port from 1024 to 65535", "een poort van 1024 tot en met 65535")
        raise InputFaults([fault_at(COMMAND_LINE, "--port", str(reach.port), allowed)]) from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            taken = Phrase(f"{reach.port}, which is in use", f"{reach.port}, die in gebruik is")
            allowed = Phrase(f"a free port, such as {reach.port + 1}", f"een vrije poort, zoals {reach.port + 1}")
            raise InputFaults([fault_at(COMMAND_LINE, "--port", taken, allowed)]) from None
        allowed = Phrase("an address of this computer, or 0.0.0.0", "een adres van deze computer, of 0.0.0.0")
        raise InputFaults([fault_at(COMMAND_LINE, "--host", reach.host, allowed)]) from None


def _shown(host: str) -> str:
    """The address that others type: for "everywhere" the one by which this machine goes out."""
    if host not in ("0.0.0.0", "::"):
        return host
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("10.255.255.255", 9))  # nothing is sent; it only asks for the way
            return str(probe.getsockname()[0])
    except OSError:
        return socket.gethostname()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
