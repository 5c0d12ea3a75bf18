"""How far a partnership in teacher education can grow: the public face of the model, and its command line."""

from __future__ import annotations

from samenspel.interrupts import end_at_interrupt, is_command

if is_command():  # before anything else is imported
    end_at_interrupt("Interrupted. Onderbroken.")  # nobody knows yet which language is asked

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    from samenspel.__main__ import main as front_door

    return front_door(arguments)
