"""The cheapest assignment of persons to sites with places, exact: shortest augmenting paths (Crouse 2016).

Crouse: doi 10.1109/TAES.2016.140952. Places of a site cost the same, so that paths go by sites and not by places: who
comes finds a site that has room, or one where somebody moves on to another.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from samenspel.agents.columns import Flags, Floats, Ints
from samenspel.agents.compiled import rule


class Known(NamedTuple):
    """Who is where, what moving on costs, and what is known of shortest paths; by site."""

    site_of: Ints  # of every person, -1 before they come
    room: Ints  # places that nobody has yet
    price: Floats  # what a place is dearer for being wanted, at most 0
    more: Floats  # the least that somebody who is there costs more at another: shape (sites, sites)
    mover: Ints  # who that is
    far: Floats  # the length of the path to each, at reduced cost
    before: Ints  # the site before it, -1 the person who comes
    seen: Flags  # what the present path has been by


@rule
def assign(cost: Floats, places: Ints) -> Ints:
    """The site of every person at the least cost together; there are no more persons than places.

    Parameters
    ----------
    cost
        Finite, shape (persons, sites).
    places
        By site, shape (sites,).
    """
    persons, sites = cost.shape
    known = Known(
        np.full(persons, -1, np.int64), places.copy(), np.zeros(sites), np.full((sites, sites), math.inf),
        np.empty((sites, sites), np.int64), np.empty(sites), np.empty(sites, np.int64), np.empty(sites, np.bool_),
    )  # fmt: skip
    for person in range(persons):
        last = find_path(cost[person], known)
        for site in range(sites):
            if known.seen[site]:
                known.price[site] += known.far[site] - known.far[last]
        take_path(cost, person, last, known)
    return known.site_of


@rule
def find_path(cost: Floats, known: Known) -> int:
    """The site with room to which the path from a person, with these costs, is shortest; of equal ones the first."""
    far, before, seen, price = known.far, known.before, known.seen, known.price
    for site in range(far.size):
        far[site], before[site], seen[site] = cost[site] - price[site], -1, False
    while True:
        nearest = -1
        for site in range(far.size):
            if not seen[site] and (nearest < 0 or far[site] < far[nearest]):
                nearest = site
        if known.room[nearest] > 0:
            return nearest
        seen[nearest] = True
        go_on_from(nearest, known)


@rule
def go_on_from(here: int, known: Known) -> None:
    """Paths that go on from a full site, where somebody moves to another."""
    far, price = known.far, known.price
    start = far[here] + price[here]
    for site in range(far.size):
        length = start + known.more[here, site] - price[site]
        if length < far[site] and not known.seen[site]:
            far[site], known.before[site] = length, here


@rule
def take_path(cost: Floats, person: int, last: int, known: Known) -> None:
    """Everybody on the path moves on, and the person comes; then it is known again who would move from full sites."""
    known.room[last] -= 1
    site = last
    while known.before[site] >= 0:
        here = known.before[site]
        known.site_of[known.mover[here, site]] = site
        site = here
    known.site_of[person] = site
    site = last
    while site >= 0:
        if known.room[site] == 0:
            know_who_moves(cost, site, known)
        site = known.before[site]


@rule
def know_who_moves(cost: Floats, here: int, known: Known) -> None:
    """Who of a site would cost the least more at each other one."""
    more, mover = known.more[here], known.mover[here]
    for site in range(more.size):
        more[site] = math.inf
    for person in range(known.site_of.size):
        if known.site_of[person] == here:
            for site in range(more.size):
                length = cost[person, site] - cost[person, here]
                if length < more[site]:
                    more[site], mover[site] = length, person
