"""A start from a past by another scenario: what the partnership lived by until now, and what holds from now on."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.population import Population
from samenspel.model.declared.choices import Start
from samenspel.model.declared.world import World
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.input.scenario import Scenario
from samenspel.model.luck.keys import NUMBER_MASK
from samenspel.model.prices import paths
from samenspel.model.start.land import land_of
from samenspel.model.state import ModelState, set_prices, set_values
from samenspel.model.words import Message
from samenspel.model.year.changes import AT_THE_START, follow, train_across_professions
from samenspel.model.year.communities import SEATS, give_described
from samenspel.model.year.mbo import place_mbo
from samenspel.model.year.room import with_room
from samenspel.model.year.settling import settle
from samenspel.model.year.territory import fill_pool

SIZE = (
    *AT_THE_START, "hbo_demand", "students_per_cluster", "demand_follows_places", "site_capacity",
    "students_per_class_limit", "external_students_per_site",
)  # fmt: skip
"""What a partnership has always been: its past is as large as the scenario itself."""


def lived_by(scenario: Scenario, past: Scenario) -> Scenario:
    """What a partnership has lived by: the values of `past`, as large as the scenario is; or the scenario itself.

    Raises `InputFaults` when `past` has other boards, clusters or sites.
    """
    if scenario.values["form_start"] != Start.LIVED.word:
        return scenario
    _refuse_other_land(scenario, past)
    size = {name: scenario.values[name] for name in SIZE}
    if any(past.values[name] != value for name, value in size.items()):
        past = past.with_values(**size, beyond_range=True)
    return scenario if (past.values, past.world) == (scenario.values, scenario.world) else past


def _refuse_other_land(scenario: Scenario, past: Scenario) -> None:
    if _land(scenario.world) != _land(past.world):
        found = Message("other boards, clusters or sites than those of {scenario}", scenario=scenario.name)
        allowed = Message("a scenario with the same boards, clusters and sites")
        raise InputFaults([Fault("past", past.name, found, allowed)])


def _land(world: World) -> list[list[str]]:
    return [[row.name for row in rows] for rows in (world.boards, world.clusters, world.sites)]


def leave_the_past(here: ModelState, scenario: Scenario) -> None:
    """From the first week on the scenario holds: as after a change, and mbo students come at once."""
    before = here.p
    set_values(here, scenario)
    here.communities.column("own")[:] = 0
    here.trainers.column("hours")[:] = np.tile([getattr(before, name) for name in SEATS], here.communities.size)
    follow(here, before)
    set_prices(here, paths(scenario.values, scenario.world.schedules))
    give_described(here, described(here, here.communities))
    take_plans(here, land_of(scenario))
    live_from_now(here)


def take_plans(here: ModelState, land: ModelState) -> None:
    """Which sites are recognised, and which boards will merge, is as on the land of the scenario."""
    here.sites.column("recognised")[:] = land.sites.column("recognised")
    here.now["mergers"] = land.now["mergers"]
    for name in ("merger", "merges_in", "merges_into"):
        here.boards.column(name)[:] = land.boards.column(name)


def live_from_now(here: ModelState) -> None:
    """What follows from new settings before the first week."""
    fill_pool(here.all())
    train_across_professions(here.all())
    known = with_room(here)
    place_mbo(known, 0, 1)
    settle(known, True)
    here.follow()


def described(here: ModelState, population: Population[Any]) -> NDArray[np.intp]:
    """The row of the file by which each agent is made; synthetic partnerships are like the first."""
    partnership, rows = population.column("partnership"), np.arange(population.size)
    copies = partnership >= here.now["described"][0]
    rows[copies] = np.flatnonzero(partnership == 0)[population.column("key")[copies] & NUMBER_MASK]
    return rows
