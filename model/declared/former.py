"""Names of parameters that are none any more, and what took their place."""

from __future__ import annotations

from samenspel.model.declared.constants import CONSTANTS
from samenspel.model.words import Message

_A_SCHEDULE = Message('rows of the table "schedules" with this name took its place')

REPLACED: dict[str, Message] = {
    "grant_fixed": _A_SCHEDULE,
    "grant_per_student": _A_SCHEDULE,
}
"""What took the place of a parameter that left with its rule, or became something else."""


def former() -> dict[str, Message]:
    """Every former name of a parameter with what is to be said of it, in both languages."""
    constants = {
        name: Message("it is a constant of the rules now ({value})", value=f"{value:g}")
        for constant in CONSTANTS.values()
        for name, value in constant.by_name()
    }
    return constants | REPLACED


FORMER = former()
