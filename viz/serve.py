"""Serving the view: everything from this machine, for this machine or for the room.

Solara reads its settings from the environment when it is imported; so they are set here first, and everything of Solara
is imported within functions.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import tempfile
import threading
import warnings
import webbrowser
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from samenspel.experiments.output.language import Language
from samenspel.experiments.plausible.source import PLAUSIBLE
from samenspel.model.input.faults import InputFaults
from samenspel.model.words import Message
from samenspel.viz import keys
from samenspel.viz.installed import assets_folder, raise_missing
from samenspel.viz.keys import HostKey
from samenspel.viz.reach import COMMAND_LINE, Reach, Tell
from samenspel.viz.room.course import fault_at, raise_too_large
from samenspel.viz.room.ensemble import worlds_in

if TYPE_CHECKING:
    from samenspel.experiments.plausible.worlds import Worlds
    from samenspel.model import Scenario

PORT = 8765
SETTINGS = {
    "SOLARA_MODE": "production",
    "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "False",
    "SOLARA_TELEMETRY_SERVER_USER_ID": "nobody",  # else it makes one up and keeps it in the home folder
    "SOLARA_ASSETS_FONTAWESOME_ENABLED": "False",
    "SOLARA_ASSETS_CDN": "http://127.0.0.1:9/npm/",  # nothing asks for it: files come through the doors
    "SOLARA_THEME_SHOW_BANNER": "False",
    "SOLARA_THEME_FORCE_REFRESH": "True",  # after a restart a page finds its scene by its address
    "SOLARA_THEME_TITLE": "Samenspel",
    "SOLARA_KERNEL_CULL_TIMEOUT": "10m",
}
OWN_FOLDERS = ("SOLARA_HOME", "IPYTHONDIR")
"""Where Solara and IPython keep things; for the view in a folder that goes away with it."""
SIGN_OF_LIFE = 10.0
"""Seconds between two questions to a device whether it is still there, and for the answer."""
FILES_A_PHONE = 8
PHONES = 250


def serve(
    scenario: Scenario, tell: Tell, *, seed: int = 1, port: int = PORT, host: str = "127.0.0.1", lang: Language = "nl",
    browser: bool = True, worlds: str | Path = PLAUSIBLE,
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
    worlds
        What bands are over, when they are asked over worlds: `plausible`, or a file that `samenspel worlds` wrote.

    Raises
    ------
    InputFaults
        When something is not installed, the scenario is too large to draw, the address is not this machine's, or the
        port is taken.
    """
    raise_missing()
    raise_too_large(scenario, COMMAND_LINE)
    kept = worlds_in(worlds, scenario, COMMAND_LINE)
    reach = Reach.of(host, port)
    key = _new_key(reach)
    server = server_for(scenario, seed, reach, key, lang, tell, kept)
    _tell_where(reach, key.value, lang, tell, browser=browser)
    _say_who_can_reach(reach, tell)
    _open_enough_files(reach, tell)
    tell(Message("Stop with Ctrl-C."))
    try:
        with contextlib.suppress(KeyboardInterrupt):  # that is how it ends
            server.serve()
    finally:
        key.forget()


def renew(port: int, tell: Tell, *, lang: Language = "nl", browser: bool = True) -> None:
    """Give the view that runs on this port another host's key; the old one steers no more.

    Raises
    ------
    InputFaults
        When this user runs no view there.
    """
    file = keys.note_of(port)
    note = keys.read(file)
    try:
        reach = Reach(**note["reach"])
    except (KeyError, TypeError):
        raise _nothing_runs(port) from None
    if not reach.answers():
        raise _nothing_runs(port)
    key = keys.fresh()
    keys.write(file, {**note, "key": key})
    _tell_where(reach, key, lang, tell, browser=browser)
    tell(Message("The key before it steers no more."))


def _new_key(reach: Reach) -> HostKey:
    """A key of this start; where no file can be kept for it, it cannot be renewed."""
    key, file = keys.fresh(), keys.note_of(reach.port)
    try:
        keys.write(file, {"key": key, "reach": asdict(reach)})
    except OSError:
        return HostKey(key)
    return HostKey(key, file)


def _nothing_runs(port: int) -> InputFaults:
    found = Message("{port}, where no view of yours runs", port=port)
    allowed = Message("the port of a view that runs")
    return InputFaults([fault_at(COMMAND_LINE, "--port", found, allowed)])


def _tell_where(reach: Reach, key: str, lang: Language, tell: Tell, *, browser: bool) -> None:
    opened = reach.facilitator(key, lang)
    tell(Message("Samenspel is at {opened}", opened=opened))
    if browser:
        timer = threading.Timer(1.0, webbrowser.open, [opened])
        timer.start()


def prepare() -> None:
    """Set Solara's settings; what the user has set stays."""
    for name, value in SETTINGS.items():
        os.environ.setdefault(name, value)
    for name in OWN_FOLDERS:
        os.environ.setdefault(name, _passing_folder())


@cache
def _passing_folder() -> str:
    folder = tempfile.TemporaryDirectory(prefix="samenspel-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    return folder.name


def qr_code(address: str) -> str:
    """A QR code as a data URL of an SVG."""
    import segno

    return segno.make(address, error="m").svg_data_uri(scale=8, border=2)


def server_for(
    scenario: Scenario, seed: int, reach: Reach, key: HostKey, lang: Language, tell: Tell, worlds: Worlds | None = None
) -> Any:
    """Solara's server with our page on it, not yet listening."""
    prepare()
    warnings.filterwarnings("ignore", message="Cookies with samesite=none")  # on plain http it says so at every page
    import solara.server.app
    from solara.server.starlette import ServerStarlette
    from solara.server.starlette import app as solara_app

    import samenspel.viz.app
    from samenspel.viz.doors import Cookies, Doors, Line, files
    from samenspel.viz.room.course import Course, catalog_of
    from samenspel.viz.room.hub import Hub

    served = samenspel.viz.app.SERVED
    served.hub.close()
    served.hub = Hub(catalog_of(scenario, worlds=worlds), Course(scenario.name), seed)
    served.cookies, served.lang = Cookies(reach.port, key), lang
    served.invite = {"url": reach.guest(), "qr": qr_code(reach.guest()), "room": reach.room}
    page = solara.server.app.AppScript("samenspel.viz.app")
    solara.server.app.apps["__default__"] = page
    page.init()
    doors = Doors(solara_app, files(assets_folder()), reach, served.cookies, tell, lang)
    return ServerStarlette(
        host=reach.host, port=reach.port, starlette_app=doors, log_level="warning", ws=Line, proxy_headers=False,
        ws_ping_interval=SIGN_OF_LIFE, ws_ping_timeout=SIGN_OF_LIFE,
    )  # fmt: skip


def _open_enough_files(reach: Reach, tell: Tell) -> None:
    """Every device takes some of the files that a process may have open; raise their number, or say that it is low."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_A_PHONE * PHONES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if reach.room and soft < wanted:
        phones = soft // FILES_A_PHONE
        tell(
            Message(
                "This system lets about {phones} devices look on at a time; ulimit -n {wanted} lets in {most}.",
                phones=phones,
                wanted=wanted,
                most=PHONES,
            )
        )


def _say_who_can_reach(reach: Reach, tell: Tell) -> None:
    if not reach.room:
        tell(Message("Only this computer can reach it; --host 0.0.0.0 opens it to the room."))
        return
    guest = reach.guest()
    tell(
        Message(
            "Everybody on this network can look on and vote at {guest}; only the first address steers.", guest=guest
        )
    )
    import io

    import segno

    drawn = io.StringIO()
    segno.make(guest, error="m").terminal(drawn, compact=True)
    tell(drawn.getvalue())
