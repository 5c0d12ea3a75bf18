"""Mbo students: seats, placement, and who takes over at mid-year (RULES 4.1, 4.6)."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from samenspel.agents.columns import Flags, Ints, resize
from samenspel.agents.compiled import rule
from samenspel.agents.organisations import CommunityColumns, SiteColumns
from samenspel.agents.rows import clear, copy_rows, rows_where, sort_by
from samenspel.agents.students import FIRST_MBO, Exit, Programme, Status, StudentColumns, Track
from samenspel.agents.trainers import KINDS, TrainerKind
from samenspel.model.declared.choices import MboMix, SiteCapacity, WithoutIkc
from samenspel.model.declared.parameters import Parameters
from samenspel.model.here import Here, bit_of
from samenspel.model.luck.draws import Stream, stream_state, uniform, uniform_at
from samenspel.model.luck.keys import SEAT_MASK, SECOND_HALF, Kind, key_of, number_in
from samenspel.model.year.intake import more_students
from samenspel.model.year.newcomers import new_students
from samenspel.model.year.placement import travel_to

OWN_MBO = bit_of("mbo_students_per_cluster")
"""The bit of communities that have their own number of mbo students."""
ENDED = int(Exit.ENDED)
NONE, ALL, ASSISTANTS = range(3)
"""Which mbo students a community takes."""


# --- which communities ---


@rule
def taking_part(here: Here, school_year: int) -> Ints:
    """Which mbo students every community takes in a school year: `NONE`, `ALL`, or `ASSISTANTS` only."""
    p, c, o = here.settings[0], here.c, here.o
    takes = np.zeros(c.key.size, np.int64)
    if school_year < p.mbo_start_year:
        return takes
    recognised, ikc = np.zeros(takes.size, np.bool_), np.zeros(takes.size, np.bool_)
    for site in range(o.key.size):
        if o.cluster[site] >= 0 and o.recognised[site]:
            recognised[o.cluster[site]] = True
            ikc[o.cluster[site]] |= o.ikc[site]
    first = first_clusters(here)
    for k in range(takes.size):
        chosen = number_in(c.key[k]) < first[c.partnership[k]] or c.own[k] & OWN_MBO != 0
        if chosen and c.mbo_students_per_cluster[k] > 0:
            if ikc[k]:
                takes[k] = ALL
            elif recognised[k] and p.mbo_without_ikc == WithoutIkc.ASSISTANTS:
                takes[k] = ASSISTANTS
    return takes


@rule
def first_clusters(here: Here) -> Ints:
    """How many clusters of each partnership take part, the first ones."""
    p, c = here.settings[0], here.c
    clusters = np.zeros(here.now[0].partnerships, np.int64)
    for k in range(c.key.size):
        clusters[c.partnership[k]] += 1
    for k in range(clusters.size):
        clusters[k] = math.ceil(p.mbo_clusters_share * clusters[k] - 1e-9)
    return clusters


# --- seats ---


class Seats(NamedTuple):
    """Empty mbo seats, by community and number."""

    cluster: Ints
    key: Ints
    programme: Ints
    site: Ints  # row, -1 where there is none


@rule
def place_mbo(here: Here, week: int, school_year: int) -> None:
    """Fill every mbo seat that is empty; seats without a site stay empty and are counted."""
    takes = taking_part(here, school_year)
    open_sites(here, takes)
    empty = empty_seats(here, takes, week)
    find_sites(here, empty)
    c, placed = here.c, 0
    for n in range(empty.key.size):
        if empty.site[n] < 0:
            c.unplaced[empty.cluster[n]] += 1
        else:
            placed += 1
    more_students(here, placed)
    enrol_mbo(here, empty, here.s.key.size - placed, week)


@rule
def open_sites(here: Here, takes: Ints) -> None:
    """Communities and recognised sites take mbo students, and their seats of trainers are filled."""
    p, c, o, t = here.settings[0], here.c, here.o, here.t
    for k in range(takes.size):
        c.has_mbo[k], c.unplaced[k] = takes[k] != NONE, 0
        t.present[KINDS * k + TrainerKind.PRACTICE] = t.present[KINDS * k + TrainerKind.MBO] = c.has_mbo[k]
    for site in range(o.key.size):
        hosts = o.cluster[site] >= 0 and o.recognised[site] and c.has_mbo[o.cluster[site]]
        o.mbo_places[site] = p.mbo_places_per_site if hosts else 0


@rule
def is_mbo_inside(s: StudentColumns, i: int) -> bool:
    """Whether this is an mbo student who is there."""
    return s.programme[i] >= FIRST_MBO and s.status[i] == Status.INSIDE


@rule
def empty_seats(here: Here, takes: Ints, week: int) -> Seats:
    """The seats that nobody has, in order of community and number, and who is to come."""
    p, s, c = here.settings[0], here.s, here.c
    taken, total = np.zeros((takes.size, SEAT_MASK + 1), np.bool_), 0
    for i in range(s.key.size):
        if is_mbo_inside(s, i):
            taken[s.cluster[i], s.key[i] & SEAT_MASK] = True
    for k in range(takes.size):
        total += c.mbo_students_per_cluster[k] if takes[k] else 0
    cluster, key, programme = np.empty(total, np.int64), np.empty(total, np.int64), np.empty(total, np.int64)
    count, luck = 0, stream_state(here.now[0].seed, Stream.PROGRAMME, week, 0)
    for k in range(takes.size):
        for seat in range(c.mbo_students_per_cluster[k] if takes[k] else 0):
            if not taken[k, seat]:
                cluster[count] = k
                key[count] = key_of(Kind.MBO, week, c.partnership[k], (number_in(c.key[k]) << 8) + seat)
                programme[count] = programme_by(p, takes[k], uniform_at(luck, key[count]))
                count += 1
    return Seats(cluster[:count], key[:count], programme[:count], np.full(count, -1))


@rule
def programme_by(p: Parameters, takes: int, u: float) -> int:
    """What a new mbo student studies."""
    if takes == ASSISTANTS or u < p.mbo_assistant_share:
        return Programme.ASSISTANT
    return Programme.CARE_3 if u < p.mbo_assistant_share + p.mbo_level3_share else Programme.CARE_4


@rule
def find_sites(here: Here, empty: Seats) -> None:
    """For each seat the recognised site with the fewest mbo students and room; -1 where there is none."""
    p, s, o = here.settings[0], here.s, here.o
    hosted = np.zeros(o.key.size, np.int64)
    for i in range(s.key.size):
        if is_mbo_inside(s, i):
            hosted[s.site[i]] += 1
    order = recognised_sites(o)
    limit = SEAT_MASK + 1 if p.site_capacity == SiteCapacity.SOFT else p.mbo_places_per_site
    first = 0
    for n in range(empty.key.size):
        while first < order.size and o.cluster[order[first]] < empty.cluster[n]:
            first += 1
        best, j = -1, first
        while j < order.size and o.cluster[order[j]] == empty.cluster[n]:
            site = order[j]
            fits = empty.programme[n] == Programme.ASSISTANT or o.ikc[site]
            if fits and hosted[site] < limit and (best < 0 or hosted[site] < hosted[best]):
                best = site
            j += 1
        empty.site[n] = best
        if best >= 0:
            hosted[best] += 1


@rule
def recognised_sites(o: SiteColumns) -> Ints:
    """Rows of the recognised sites of clusters, in order of cluster."""
    recognised = np.empty(o.key.size, np.bool_)
    for site in range(recognised.size):
        recognised[site] = o.cluster[site] >= 0 and o.recognised[site]
    order = rows_where(recognised)
    sort_by(o.cluster, order)
    return order


@rule
def enrol_mbo(here: Here, seats: Seats, first: int, week: int) -> None:
    """Mbo students in the last rows, one for each seat that has a site."""
    p, s, c, seed = here.settings[0], here.s, here.c, here.now[0].seed
    i, from_year = first, min(p.mbo_first_year, p.mbo_years)
    for n in range(seats.key.size):
        if seats.site[n] >= 0:
            key = seats.key[n]
            s.key[i], s.programme[i], s.partnership[i] = key, seats.programme[n], c.partnership[seats.cluster[n]]
            s.track[i] = Track.BBL if uniform(seed, Stream.TRACK, key, week, 0) < p.mbo_bbl_share else Track.BOL
            years = uniform(seed, Stream.STUDY_YEAR, key, week, 0) * (p.mbo_years - from_year + 1)
            s.year[i] = from_year + math.floor(years)
            s.half_year[i] = uniform(seed, Stream.HALF_YEAR, key, week, 0) < p.mbo_half_year_share
            s.status[i] = Status.INSIDE
            i += 1
    new_students(here, first, i, week)
    i = first
    for n in range(seats.key.size):
        if seats.site[n] >= 0:
            s.site[i], s.cluster[i] = seats.site[n], seats.cluster[n]
            s.travel[i] = travel_to(s, here.o, i, s.site[i])
            i += 1


# --- mid-year ---


@rule
def half_year_change(here: Here, school_year: int) -> None:
    """Who came for half a year goes, somebody else takes the seat, and contact starts anew in part."""
    s, going = here.s, np.empty(here.s.key.size, np.bool_)
    for i in range(going.size):
        going[i] = is_mbo_inside(s, i) and s.half_year[i]
    rows = rows_where(going)
    if rows.size == 0:
        return
    forget_those_who_go(s, here.c, going)
    resize(here.gone, rows.size)
    copy_rows(s, rows, here.gone)
    for i in rows:
        take_over(here, i, school_year)
    here.departed[ENDED] += rows.size
    here.now[0].entered += rows.size
    here.now[0].moved += 1


@rule
def forget_those_who_go(s: StudentColumns, c: CommunityColumns, going: Flags) -> None:
    """Hbo members lose as large a part of their contacts as of their community's mbo members go."""
    replaced, members = np.zeros(c.key.size), np.zeros(c.key.size)
    for i in range(going.size):
        if is_mbo_inside(s, i):
            members[s.cluster[i]] += 1.0
            replaced[s.cluster[i]] += 1.0 if going[i] else 0.0
    for i in range(going.size):
        if s.programme[i] < FIRST_MBO and s.status[i] == Status.INSIDE and s.year[i] <= 3:
            k = s.cluster[i]
            if c.mbo_mix[k] != MboMix.NONE:
                s.contacts[i] *= 1.0 - replaced[k] / max(1.0, members[k])


@rule
def take_over(here: Here, i: int, school_year: int) -> None:
    """Somebody new has this seat: of the same programme and year, at the same site with the same mentor."""
    s = here.s
    seat, programme, track, year, partnership = s.key[i], s.programme[i], s.track[i], s.year[i], s.partnership[i]
    site, cluster, mentor, part = s.site[i], s.cluster[i], s.mentor[i], s.part[i]
    days, need, hazard, first, last = s.days[i], s.need[i], s.hazard[i], s.first_week[i], s.last_week[i]
    clear(s, i, i + 1)
    number = (number_in(seat) & ~SECOND_HALF) | SECOND_HALF
    s.key[i] = key_of(Kind.MBO, school_year, partnership, number)
    s.programme[i], s.track[i], s.year[i], s.partnership[i] = programme, track, year, partnership
    s.days[i], s.need[i], s.hazard[i], s.first_week[i], s.last_week[i] = days, need, hazard, first, last
    s.part[i], s.status[i] = part, Status.INSIDE
    new_students(here, i, i + 1, school_year)
    s.site[i], s.cluster[i], s.mentor[i] = site, cluster, mentor
    s.travel[i] = travel_to(s, here.o, i, site)
