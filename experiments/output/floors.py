"""What is said of the floors of adequate supervision: who falls short of which, and which gives way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samenspel.agents.students import Floor
from samenspel.experiments.output.language import Language, small_percent
from samenspel.model.declared.choices import Adequate
from samenspel.model.declared.indicators import RESTORED_BY, SHORT_OF
from samenspel.model.measures.floors import floor_that_gives_way
from samenspel.model.words import Message, say

BELOW = Message(
    "Below the floor of mentor time are {time} of the students, of contact with trainers {contact} and of "
    "quality {quality}; {which}."
)
NONE_ALONE = Message("no floor gives way alone, for who falls short does so of more than one")
FIRST = Message(
    "{floor} gives way first: if that floor alone were met, another {restored} would be adequately supervised"
)
NAMES = {
    Floor.TIME: Message("mentor time"),
    Floor.CONTACT: Message("contact with trainers"),
    Floor.QUALITY: Message("quality"),
}


def with_floors(values: Mapping[str, Any]) -> bool:
    """Whether adequate supervision is three floors, by the values of a scenario."""
    return bool(values["adequate_by"] == Adequate.FLOORS.word)


def falling_short(shares: Mapping[str, float], lang: Language) -> str:
    """One sentence: the share below each floor, and which floor gives way; nothing where nobody falls short.

    `shares` has the indicators of floors by name, all with a value.
    """
    if not any(shares[SHORT_OF[floor]] > 0 for floor in Floor):
        return ""
    below = {floor.name.lower(): small_percent(shares[SHORT_OF[floor]], lang) for floor in Floor}
    return say(BELOW, lang, which=_gives_way(shares, lang), **below)


def _gives_way(shares: Mapping[str, float], lang: Language) -> str:
    first = floor_that_gives_way(shares)
    if first is None:
        return say(NONE_ALONE, lang)
    return say(FIRST, lang, floor=NAMES[first], restored=small_percent(shares[RESTORED_BY[first]], lang))
