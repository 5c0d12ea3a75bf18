"""Mbo students: seats, placement, and who takes over at mid-year (RULES 4.1, 4.6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Flags, Ints
from samenspel.agents.compiled import rule
from samenspel.agents.organisations import CommunityColumns, SiteColumns
from samenspel.agents.students import FIRST_MBO, Exit, Programme, Status, StudentColumns, Track
from samenspel.agents.trainers import KINDS, TrainerKind
from samenspel.model.declared.choices import MboMix, SiteCapacity, WithoutIkc
from samenspel.model.luck.draws import Stream
from samenspel.model.luck.keys import SEAT_MASK, SECOND_HALF, Kind, key_of, number_of
from samenspel.model.state import ModelState, columns_of
from samenspel.model.year.newcomers import new_students


def taking_part(here: ModelState, school_year: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which communities may take mbo students in a school year, and which of those only assistants."""
    p, c, o = here.p, here.communities.rows(), here.sites.rows()
    count = c.key.size
    if school_year < p.mbo_start_year or not c.mbo_students_per_cluster.any():
        return np.zeros(count, np.bool_), np.zeros(count, np.bool_)
    clusters = np.bincount(c.partnership, minlength=here.partnership_count)
    first = np.ceil(p.mbo_clusters_share * clusters - 1e-9)[c.partnership]
    chosen = number_of(c.key) < first
    chosen[here.own.get("mbo_students_per_cluster", [])] = True
    chosen &= c.mbo_students_per_cluster > 0
    at = o.cluster[(o.cluster >= 0) & o.recognised]
    recognised = np.bincount(at, minlength=count) > 0
    ikc = np.bincount(o.cluster[(o.cluster >= 0) & o.recognised & o.ikc], minlength=count) > 0
    assistants = p.mbo_without_ikc == WithoutIkc.ASSISTANTS
    return chosen & (ikc | (recognised & assistants)), chosen & ~ikc & recognised & assistants


def place_mbo(here: ModelState, week: int, school_year: int) -> None:
    """Fill every mbo seat that is empty; seats without a site stay empty and are counted."""
    p, c, o = here.p, here.communities.rows(), here.sites.rows()
    takes, only_assistants = taking_part(here, school_year)
    c.has_mbo[:] = takes
    o.mbo_places[:] = np.where((o.cluster >= 0) & takes[o.cluster] & o.recognised, p.mbo_places_per_site, 0)
    present = here.trainers.column("present").reshape(-1, KINDS)
    present[:, TrainerKind.PRACTICE] = present[:, TrainerKind.MBO] = takes
    c.unplaced[:] = 0

    s = here.students.rows()
    mine = np.flatnonzero((s.programme >= FIRST_MBO) & (s.status == Status.INSIDE))
    hosted = np.bincount(s.site[mine], minlength=o.key.size)
    taken = np.zeros((c.key.size, SEAT_MASK + 1), np.bool_)
    taken[s.cluster[mine], s.key[mine] & SEAT_MASK] = True
    seats = np.where(takes, c.mbo_students_per_cluster, 0)
    cluster, seat = np.nonzero(~taken & (np.arange(SEAT_MASK + 1) < seats[:, None]))
    if not cluster.size:
        return
    key = key_of(Kind.MBO, week, c.partnership[cluster], (number_of(c.key[cluster]) << 8) + seat)
    u = here.draws.uniform(Stream.PROGRAMME, key, week)
    care_3 = u < p.mbo_assistant_share + p.mbo_level3_share
    programme = np.where(
        only_assistants[cluster] | (u < p.mbo_assistant_share),
        Programme.ASSISTANT,
        np.where(care_3, Programme.CARE_3, Programme.CARE_4),
    )
    order = np.flatnonzero((o.cluster >= 0) & o.recognised)
    order = order[np.argsort(o.cluster[order], kind="stable")]
    first = np.searchsorted(o.cluster[order], np.arange(c.key.size + 1))
    limit = SEAT_MASK + 1 if p.site_capacity == SiteCapacity.SOFT else int(p.mbo_places_per_site)
    site = find_sites(cluster, programme == Programme.ASSISTANT, order, first, o, hosted, limit)
    placed = site >= 0
    np.add.at(c.unplaced, cluster[~placed], 1)
    _enrol(here, week, key[placed], programme[placed], cluster[placed], site[placed])


@rule
def find_sites(
    cluster: Ints, assistant: Flags, order: Ints, first: Ints, o: SiteColumns, hosted: Ints, limit: int
) -> Ints:
    """For each seat the recognised site with the fewest mbo students and room; -1 where there is none."""
    found = np.full(cluster.size, -1, np.int64)
    for n in range(cluster.size):
        best = -1
        for j in range(first[cluster[n]], first[cluster[n] + 1]):
            site = order[j]
            fits = assistant[n] or o.ikc[site]
            if fits and hosted[site] < limit and (best < 0 or hosted[site] < hosted[best]):
                best = site
        found[n] = best
        if best >= 0:
            hosted[best] += 1
    return found


def _enrol(
    here: ModelState,
    week: int,
    key: NDArray[np.int64],
    programme: NDArray[np.int64],
    cluster: NDArray[np.int64],
    site: NDArray[np.int64],
) -> None:
    p, draws = here.p, here.draws
    rows = here.students.append(key.size)
    here.entered += key.size
    s = here.students.columns
    s["key"][rows], s["programme"][rows] = key, programme
    s["partnership"][rows] = here.communities.column("partnership")[cluster]
    s["track"][rows] = np.where(draws.uniform(Stream.TRACK, key, week) < p.mbo_bbl_share, Track.BBL, Track.BOL)
    first = min(p.mbo_first_year, p.mbo_years)
    s["year"][rows] = first + np.floor(draws.uniform(Stream.STUDY_YEAR, key, week) * (p.mbo_years - first + 1))
    s["half_year"][rows] = draws.uniform(Stream.HALF_YEAR, key, week) < p.mbo_half_year_share
    s["status"][rows] = Status.INSIDE
    new_students(here, rows, week)
    s["site"][rows], s["cluster"][rows] = site, cluster
    set_travel(here, np.arange(rows.start, rows.stop))


def set_travel(here: ModelState, rows: NDArray[np.intp]) -> None:
    """Distance from home to the site, in km."""
    s, o = here.students.columns, here.sites.columns
    site = s["site"][rows]
    s["travel"][rows] = np.sqrt(
        np.square(s["home_x"][rows] - o["x"][site]) + np.square(s["home_y"][rows] - o["y"][site])
    )


def half_year_change(here: ModelState, school_year: int) -> None:
    """Who came for half a year goes, somebody else takes the seat, and contact starts anew in part."""
    s = here.students.rows()
    mbo = (s.programme >= FIRST_MBO) & (s.status == Status.INSIDE)
    rows = np.flatnonzero(mbo & s.half_year)
    if not rows.size:
        return
    _forget_those_who_go(s, here.communities.rows(), rows, np.flatnonzero(mbo))
    _take_over(here, rows, school_year)


def _forget_those_who_go(s: StudentColumns, c: CommunityColumns, going: Ints, mbo: Ints) -> None:
    """Hbo members lose as large a part of their contacts as of their community's mbo members go."""
    replaced = np.bincount(s.cluster[going], minlength=c.key.size)
    members = np.bincount(s.cluster[mbo], minlength=c.key.size)
    kept = np.where(c.mbo_mix == MboMix.NONE, 1.0, 1.0 - replaced / np.maximum(1, members))
    hbo_members = (s.programme < FIRST_MBO) & (s.status == Status.INSIDE) & (s.year <= 3)
    s.contacts[hbo_members] *= kept[s.cluster[hbo_members]]


STAYS_WITH_THE_SEAT = (
    "programme", "track", "year", "site", "cluster", "mentor", "part", "partnership", "days", "need", "hazard",
    "first_week", "last_week",
)  # fmt: skip
"""States that who takes over a seat at mid-year has from who had it."""


def _take_over(here: ModelState, rows: NDArray[np.intp], school_year: int) -> None:
    """Somebody new in each of these seats."""
    kept_states = {name: here.students.column(name)[rows] for name in STAYS_WITH_THE_SEAT}
    seat = number_of(here.students.column("key")[rows]) & ~SECOND_HALF
    here.went_at_midyear = columns_of(here, rows)
    for row in rows.tolist():
        here.students.replace(row)
    here.departed[int(Exit.ENDED)] += rows.size
    here.entered += rows.size
    columns = here.students.columns
    for column in columns.values():
        column[rows] = 0
    for name, values in kept_states.items():
        columns[name][rows] = values
    columns["key"][rows] = key_of(Kind.MBO, school_year, columns["partnership"][rows], seat | SECOND_HALF)
    columns["status"][rows] = Status.INSIDE
    new_students(here, rows, school_year)
    for name in ("site", "cluster", "mentor"):
        columns[name][rows] = kept_states[name]
    set_travel(here, rows)
