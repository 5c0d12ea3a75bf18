"""The commands of Samenspel, one file each; a file in this folder is a command of that name."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from samenspel.frame import Command

FOLDER = Path(__file__).parent


@cache
def names() -> list[str]:
    """The names of all commands, in alphabetical order."""
    return sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))


def load(name: str) -> Command:
    """The command of this name."""
    command: Command = getattr(import_module(f"{__name__}.{name}"), name)
    return command
