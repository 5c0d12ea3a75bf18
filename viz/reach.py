"""Where the view listens, and under which addresses it is opened."""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass

from samenspel.experiments.output.language import Language
from samenspel.model.input.faults import InputFaults, shown
from samenspel.model.words import Message
from samenspel.viz.room.course import fault_at

COMMAND_LINE = Message("command line")
EVERYWHERE = ("0.0.0.0", "::")
LOOPBACK = ("127.0.0.1", "localhost", "::1")

type Tell = Callable[[str], None]
"""Says something, mostly a message, to whoever started the view."""


@dataclass(frozen=True)
class Reach:
    """Where the view listens, and under which addresses it is opened."""

    host: str
    port: int
    shown: str

    @classmethod
    def of(cls, host: str, port: int) -> Reach:
        """For `--host` and `--port`. Raises `InputFaults` when we may not listen there."""
        _must_be_free(host, port)
        return cls(host, port, _shown(host))

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

    def answers(self) -> bool:
        """Whether something listens there."""
        try:
            socket.create_connection((self.shown, self.port), 2).close()
        except OSError:
            return False
        return True


def _must_be_free(host: str, port: int) -> None:
    """Find out before Solara starts whether we may listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    allowed = Message("an address of this computer, or 0.0.0.0")
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            everywhere = probe.getsockname()[0] in EVERYWHERE
    except PermissionError:
        unprivileged = Message("a port from 1024 to 65535")
        raise InputFaults([fault_at(COMMAND_LINE, "--port", str(port), unprivileged)]) from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            taken = Message("{port}, which is in use", port=port)
            other = Message("a free port, such as {port}", port=port + 1)
            raise InputFaults([fault_at(COMMAND_LINE, "--port", taken, other)]) from None
        raise InputFaults([fault_at(COMMAND_LINE, "--host", host, allowed)]) from None
    if everywhere and host not in EVERYWHERE:  # an empty text opens the room too, and nobody meant that
        raise InputFaults([fault_at(COMMAND_LINE, "--host", shown(host), allowed)])


def _shown(host: str) -> str:
    """The address that others type: for "everywhere" the one by which this machine goes out."""
    if host not in EVERYWHERE:
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
