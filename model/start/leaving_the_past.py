"""A start from a past by another scenario: what the partnership lived by until now, and what holds from now on."""

from __future__ import annotations

from typing import Any

from samenspel.agents.columns import resize
from samenspel.agents.compiled import rule
from samenspel.model.declared.choices import Start
from samenspel.model.declared.world import World
from samenspel.model.here import Here, Room
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.input.scenario import Scenario
from samenspel.model.start.land import land_of
from samenspel.model.state import ModelState, make_room, set_values
from samenspel.model.words import Message
from samenspel.model.year.changes import AT_THE_START, follow_people, train_across_professions
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
    before, land = here.settings, land_of(scenario)
    set_values(here, scenario)
    if land.needed[Room.PRICES] > here.room[Room.PRICES]:
        here.needed[Room.PRICES] = land.needed[Room.PRICES]
        make_room(here)
    leave(here.all(), before, land.all())
    live_from_now(with_room(here))
    here.follow()


@rule
def leave(here: Here, before: Any, land: Here) -> None:
    """What was lived by is left for new settings, on the land as these have it; `before` holds the old ones."""
    take_settings(here, land)
    take_plans(here, land)
    take_prices(here, land)
    follow_people(here, before)
    fill_pool(here)
    train_across_professions(here)


@rule
def take_settings(here: Here, land: Here) -> None:
    """Communities and their seats are set as on this land."""
    c, new = here.c, land.c
    for k in range(c.key.size):
        c.own[k], c.cross_year[k], c.subgroup_size[k] = new.own[k], new.cross_year[k], new.subgroup_size[k]
        c.meeting_interval[k], c.facilitators[k], c.roles[k] = (
            new.meeting_interval[k],
            new.facilitators[k],
            new.roles[k],
        )
        c.mbo_students_per_cluster[k], c.mbo_mix[k] = new.mbo_students_per_cluster[k], new.mbo_mix[k]
        c.interprofessional_trained_share[k] = new.interprofessional_trained_share[k]
    for seat in range(here.t.key.size):
        here.t.hours[seat] = land.t.hours[seat]


@rule
def take_plans(here: Here, land: Here) -> None:
    """Which sites are recognised, and which boards will merge, is as on this land."""
    o, b = here.o, here.b
    for site in range(o.key.size):
        o.recognised[site] = land.o.recognised[site]
    here.now[0].mergers = land.now[0].mergers
    for n in range(b.key.size):
        b.merger[n], b.merges_in[n], b.merges_into[n] = land.b.merger[n], land.b.merges_in[n], land.b.merges_into[n]


@rule
def take_prices(here: Here, land: Here) -> None:
    """Wages and the grant are known as on this land; there is room for them."""
    prices, new = here.prices, land.prices
    resize(prices, new.price.size)
    for row in range(new.price.size):
        prices.price[row], prices.month[row], prices.value[row] = new.price[row], new.month[row], new.value[row]
    for price in range(here.known_until.size):
        here.known_until[price] = land.known_until[price]


@rule
def live_from_now(here: Here) -> None:
    """Who comes at once, and the places of all, before the first week; there is room for them."""
    place_mbo(here, 0, 1)
    settle(here, True)
