"""Tables for people, on a terminal of any width or in a pipe."""

from __future__ import annotations

import os
import sys

from rich.console import Console

PIPED_WIDTH = 120  # when nobody tells how wide the paper is
READING_WIDTH = 100  # longer lines of prose are hard to follow
WIDE = 110  # from here a meaning fits beside the figures; on less it goes below them


class _Paper(Console):
    """Leaves it to the command what becomes of it when the reader of standard output has seen enough."""

    def on_broken_pipe(self) -> None:
        raise


def console() -> Console:
    """Standard output, which prints every text as it is; as wide as the terminal, or `COLUMNS`, or a set width."""
    told = "COLUMNS" in os.environ or any(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr) if stream)
    return _Paper(markup=False, highlight=False, emoji=False, width=None if told else PIPED_WIDTH)


def digits_of(unit: str) -> int:
    """Decimals that say something: three for a share or score, none for money, and so on."""
    return 3 if unit == "0-1" else 2 if unit == "load" else 0 if unit.startswith("EUR") else 1


def as_written(value: float | bool | str) -> str:
    """A value as it stands in a scenario file or after `--set`, in any language."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case _:
            return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"
