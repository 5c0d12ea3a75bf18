"""Room in memory for all who may come, so that no rule ever has to wait for it."""

from __future__ import annotations

import math

from samenspel.agents.compiled import rule
from samenspel.agents.students import FIRST_MBO, HBO_PROGRAMMES, Status
from samenspel.agents.trainers import KINDS
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.constants import COVENANT_PLACES, SYNTHETIC_SIZE
from samenspel.model.here import Here, Room
from samenspel.model.luck.keys import CARE_PLACE
from samenspel.model.money import first_month_of, raises_until
from samenspel.model.state import ModelState, make_room
from samenspel.model.year.growth import SITES_AT_MOST
from samenspel.model.year.intake import targets

STUDENTS, MENTORS, TRAINERS, COMMUNITIES, GONE, PRICES = map(int, Room)
"""Places in `needed`."""
YEARS_AHEAD = 20
"""For so many years there is room for prices at once."""


def with_room(here: ModelState) -> Here:
    """All that rules take, with room for all who may come."""
    if not has_room(here.all()):
        make_room(here)
    return here.all()


def with_prices(here: ModelState) -> Here:
    """The same for a change: nobody comes by it, so that columns stay where they are while prices have room."""
    return here.all() if prices_fit(here.all()) else with_room(here)


@rule
def has_room(here: Here) -> bool:
    """Whether there is room for all who may be there after the start or a turn of the year; `needed` says how many."""
    needed, planned = here.needed, here.plans.board.size
    communities, seats = here.c.key.size + planned, seats_at_most(here)
    needed[COMMUNITIES], needed[TRAINERS] = communities, KINDS * communities
    first = here.m.key.size == 0
    newly = mentors_at_first(here) if first else SITES_AT_MOST * 2 * CARE_PLACE * planned
    needed[MENTORS] = here.m.key.size + newly
    needed[STUDENTS] = students_at_most(here) + seats
    needed[GONE] = seats
    needed[PRICES] = prices_at_most(here)
    enough = True
    for n in range(needed.size):
        enough = enough and needed[n] <= here.room[n]
    return enough


@rule
def prices_fit(here: Here) -> bool:
    """Whether there is room for every price that a change may know."""
    return prices_at_most(here) <= here.room[PRICES]


@rule
def prices_at_most(here: Here) -> int:
    """Prices that are known, and all that a change may add."""
    return here.prices.price.size + raises_to_come(here)


@rule
def raises_to_come(here: Here) -> int:
    """How often prices grow that a change may know, in these years and after them; so that room is made seldom."""
    years = (here.now[0].week // WEEKS // YEARS_AHEAD + 1) * YEARS_AHEAD
    month, total = first_month_of(here.settings[0], years + 2), 0
    for price in range(here.known_until.size):
        if here.known_until[price] > 0:
            total += raises_until(here.known_until[price], month)
    return total


@rule
def seats_at_most(here: Here) -> int:
    """Mbo seats of all communities, and of those that are planned."""
    seats = here.settings[0].mbo_students_per_cluster * here.plans.board.size
    for k in range(here.c.key.size):
        seats += here.c.mbo_students_per_cluster[k]
    return seats


@rule
def students_at_most(here: Here) -> int:
    """Those who are there now, one who is added, and who may enter: of each hbo programme as many as are asked for."""
    s, missing, total = here.s, targets(here), 1
    for i in range(s.key.size):
        if s.status[i] != Status.LEFT:
            total += 1
            if s.programme[i] < FIRST_MBO:
                missing[s.partnership[i], s.programme[i]] -= 1
    for k in range(missing.shape[0]):
        for a in range(HBO_PROGRAMMES):
            total += max(0, missing[k, a])
    for n in range(here.counted.size if s.key.size == 0 else 0):
        total += here.counted[n]
    return total + more_by_growth(here)


@rule
def more_by_growth(here: Here) -> int:
    """Hbo students more that are asked for when demand follows places, and larger communities open."""
    p, c, now, most = here.settings[0], here.c, here.now[0], 1
    if not p.demand_follows_places:
        return 0
    for k in range(c.key.size):
        most = max(most, c.places[k])
    for n in range(here.plans.board.size):
        most = max(most, here.plans.places[n])
    each = p.hbo_demand * (now.named if p.merge_partnerships else 1)
    return now.partnerships * (each * most // COVENANT_PLACES + 1)


@rule
def mentors_at_first(here: Here) -> int:
    """Mentors of sites in clusters, when sites are as large as they may come to be."""
    p, o, total = here.settings[0], here.o, 0
    for site in range(o.key.size):
        if o.cluster[site] >= 0:
            classes = o.pupils[site] * (1.0 + SYNTHETIC_SIZE) / p.class_size + 2.0
            teachers = o.mentors[site] if o.mentors[site] >= 0 else math.ceil(p.willing_share * classes) + 1
            care = o.care_mentors[site] if o.care_mentors[site] >= 0 else p.care_mentors_per_ikc
            total += min(CARE_PLACE, teachers) + min(CARE_PLACE, care)
    return total
