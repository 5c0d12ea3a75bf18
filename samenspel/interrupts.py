"""What Ctrl-C does. Imports next to nothing, so that it can be settled before anything else is imported."""

from __future__ import annotations

import _signal as signal  # type: ignore[import-not-found]  # built in; `signal` imports half a dozen modules
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

INTERRUPTED = 130


def is_command() -> bool:
    """Whether this process was begun as the command: by its script, or by `python -m samenspel`."""
    begun = "".join(sys.orig_argv[-len(sys.argv) :][:1])  # the script or module, which its own words follow
    return os.path.splitext(os.path.basename(begun.removeprefix("-m")))[0] == "samenspel"


def end_at_interrupt(line: str) -> Any:
    """Let Ctrl-C end this process at once, with one line, as long as there is nothing to finish or to clear away.

    A KeyboardInterrupt may be lost in a library, or become another error, above all while things are imported.
    Gives what Ctrl-C did before.
    """

    def end(*_: object) -> None:
        os.write(2, f"{line}\n".encode())
        os._exit(INTERRUPTED)

    return at_interrupt(end)


def raise_at_interrupt() -> Any:
    """Let Ctrl-C raise KeyboardInterrupt, where there is something to clear away; gives what it did before."""
    return at_interrupt(signal.default_int_handler)


def at_interrupt(handler: Any) -> Any:
    """Change what Ctrl-C does, where that is ours to say; gives what it did before."""
    before = signal.getsignal(signal.SIGINT)
    if before != signal.SIG_IGN:
        try:  # noqa: SIM105 (contextlib would have to be imported)
            signal.signal(signal.SIGINT, handler)
        except ValueError:
            pass  # in another thread, whose owner decides about interrupts
    return before
