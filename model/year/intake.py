"""The student body at the start, and who enters later (RULES 4.3.7, 5)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.students import FIRST_MBO, Programme, Status
from samenspel.model.declared.constants import COVENANT_PLACES, STOCK_YEAR
from samenspel.model.luck.keys import Kind, key_of
from samenspel.model.state import ModelState
from samenspel.model.year.newcomers import new_students, rise

HBO = (Programme.FULLTIME, Programme.PARTTIME, Programme.ACADEMIC, Programme.PEDAGOGY)
YEARS = 4
PROGRAMME_SHIFT = 17


def largest_remainder(total: int, shares: NDArray[np.float64]) -> NDArray[np.int64]:
    """Whole numbers that add up to `total`, as near to the shares as can be; equal remainders: the earlier one."""
    exact = total * shares
    whole = np.floor(exact + 1e-9).astype(np.int64)
    left = total - int(whole.sum())
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[:left]] += 1
    return whole


def demand(here: ModelState) -> NDArray[np.int64]:
    """Hbo students of the region per partnership."""
    p = here.p
    total = np.full(here.partnership_count, int(p.hbo_demand), np.int64)
    if p.merge_partnerships:
        total *= len(here.scenario.world.partnerships)
    if p.demand_follows_places:
        c = here.communities
        places = np.bincount(c.column("partnership"), c.column("places"), here.partnership_count)
        clusters = np.bincount(c.column("partnership"), minlength=here.partnership_count)
        ratio = places / (COVENANT_PLACES * np.maximum(1, clusters))
        total = np.floor(total * ratio + 0.5).astype(np.int64)
    return total


def targets(here: ModelState) -> NDArray[np.int64]:
    """Students per partnership and hbo programme, shape (partnerships, 4)."""
    p = here.p
    rest = 1.0 - p.parttime_share - p.academic_share - p.pedagogy_share
    shares = np.array([rest, p.parttime_share, p.academic_share, p.pedagogy_share])
    totals, where = np.unique(demand(here), return_inverse=True)
    return np.array([largest_remainder(int(total), shares) for total in totals])[where]


def first_students(here: ModelState) -> None:
    """The hbo stock at the start: every year of every programme, all outside until they are placed."""
    shares = np.append(STOCK_YEAR, 1.0 - np.sum(STOCK_YEAR))
    stock = np.zeros((here.partnership_count, len(HBO), YEARS), np.int64)
    found, where = np.unique(targets(here), axis=0, return_inverse=True)
    for n, per_programme in enumerate(found):
        stock[where.ravel() == n] = [largest_remainder(int(count), shares) for count in per_programme]
    enrol_stock(here, counted_in(here, stock))
    s = here.students.rows()
    rise(s)


def enrol_stock(here: ModelState, stock: NDArray[np.int64]) -> None:
    """So many hbo students of each partnership, programme and year, shape (partnerships, 4, 4), all outside."""
    counts = stock.ravel()
    cell = np.repeat(np.arange(counts.size), counts)
    _enrol(here, 0, cell // (len(HBO) * YEARS), cell // YEARS % len(HBO), cell % YEARS + 1)


def counted_in(here: ModelState, stock: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where the scenario counts a partnership's students, those counts are its stock."""
    names = [row.name for row in here.scenario.world.partnerships]
    counted = np.zeros_like(stock)
    for row in here.scenario.world.students:
        k = 0 if here.p.merge_partnerships else names.index(row.partnership)
        counted[k, Programme[row.programme.upper()], row.year - 1] += row.count
    known = counted.any(axis=(1, 2))
    stock[known] = counted[known]
    return stock


def intake(here: ModelState, school_year: int) -> None:
    """New first-year students fill each programme up to its target, outside until they are placed."""
    s = here.students
    programme, present = s.column("programme"), s.column("status") != Status.LEFT
    hbo = present & (programme < len(HBO))
    cell = s.column("partnership")[hbo].astype(np.int64) * len(HBO) + programme[hbo]
    now = np.bincount(cell, minlength=here.partnership_count * len(HBO))
    counts = np.maximum(0, targets(here).ravel() - now)
    new = np.repeat(np.arange(counts.size), counts)
    _enrol(here, school_year, new // len(HBO), new % len(HBO), np.ones(new.size, np.int64))


def _enrol(
    here: ModelState,
    cohort: int,
    partnership: NDArray[np.int64],
    programme: NDArray[np.int64],
    year: NDArray[np.int64],
) -> None:
    """Append hbo students; they are sorted by partnership and programme, and numbered within both."""
    group = partnership * len(HBO) + programme
    number = np.arange(group.size) - np.searchsorted(group, group, side="left")
    rows = here.students.append(group.size)
    here.entered += group.size
    s = here.students.columns
    s["key"][rows] = key_of(Kind.HBO, cohort, partnership, (programme << PROGRAMME_SHIFT) + number)
    s["partnership"][rows], s["programme"][rows], s["year"][rows] = partnership, programme, year
    s["enrolled"][rows] = year - 1
    s["status"][rows] = Status.OUTSIDE
    new_students(here, rows, cohort)


def add_student(here: ModelState, site: int, programme: Programme, year: int) -> int:
    """Append an hbo student at a site; the row."""
    known, place = here.students, here.sites.columns
    key = int(known.column("key")[known.column("programme") < FIRST_MBO].max()) + 1
    rows = known.append(1)
    s = known.columns
    s["key"][rows], s["partnership"][rows] = key, place["partnership"][site]
    s["programme"][rows], s["year"][rows], s["status"][rows] = programme, year, Status.INSIDE
    here.entered += 1
    new_students(here, rows, 0)
    s["site"][rows], s["cluster"][rows] = site, place["cluster"][site]
    return rows.start
