"""What a band is over: luck alone, or luck and plausible worlds, in which that differs what nobody knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

from samenspel.experiments.plausible.source import PLAUSIBLE, Source, came_from
from samenspel.experiments.plausible.worlds import Worlds
from samenspel.experiments.study.factors import Point
from samenspel.model.input.checks import AT_MOST_ONE
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Message
from samenspel.viz.room.course import ADDRESS, Catalog, Course, fault_at
from samenspel.viz.texts import both

type Over = Literal["luck", "worlds"]
LUCK: Over = "luck"
WORLDS: Over = "worlds"
OVER: tuple[Over, ...] = get_args(Over.__value__)
FIRST_SEED = 1
"""Worlds that are kept are drawn by weight: no seed changes which."""


def over_in(address: str) -> Over:
    """What the band of an address is over. Raises `InputFaults`."""
    for one in OVER:
        if address == one:
            return one
    raise InputFaults([fault_at(ADDRESS, "band", address[:80], Message("one of {names}", names=", ".join(OVER)))])


def told_in_address(over: Over) -> dict[str, str]:
    """What an address says of it: nothing of what goes without saying."""
    return {} if over == LUCK else {"band": over}


def worlds_for(course: Course, catalog: Catalog, number: int) -> Sequence[Point]:
    """So many worlds: the same for all courses but for what a scenario knows and a course sets, now or later."""
    scenario = catalog[course.scenario]
    stays = stays_with({*known_in(scenario, catalog.worlds), *(change.name for change in course.changes)})
    return _of(scenario, catalog.worlds).drawn(number, FIRST_SEED, stays)


def _of(scenario: Scenario, kept: Worlds) -> Source:
    return Source(PLAUSIBLE, scenario, kept)


def known_in(scenario: Scenario, kept: Worlds) -> list[str]:
    """What differs between worlds elsewhere, and a scenario knows."""
    names = _of(scenario, kept).names()
    return [name for name in kept.names if name not in names]


def stays_with(names: set[str]) -> set[str]:
    """What is as it was set where these are: shares of one whole go together, lest they become more than that."""
    return names.union(*(shares for shares in AT_MOST_ONE if names.intersection(shares)))


def near(scenario: Scenario, kept: Worlds) -> bool:
    """Whether the worlds are those of another partnership, the nearest there is."""
    return _of(scenario, kept).is_near


def as_texts(number: int, kept: Worlds) -> dict[str, Any]:
    """What a page says of so many worlds."""
    return {
        "count": number,
        "from": both(came_from(kept, number)),
        "near": both(
            Message(
                "These worlds were made for another partnership ({scenario}): the nearest there is.",
                scenario=kept.about.scenario,
            )
        ),
    }
