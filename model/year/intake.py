"""The student body at the start, and who enters later (RULES 4.3.7, 5)."""

from __future__ import annotations

import math

import numpy as np

from samenspel.agents.columns import Floats, Ints, resize
from samenspel.agents.compiled import rule
from samenspel.agents.rows import clear, sort_by
from samenspel.agents.students import FIRST_MBO, HBO_PROGRAMMES, Status
from samenspel.model.declared.constants import COVENANT_PLACES, STOCK_YEAR
from samenspel.model.here import Here
from samenspel.model.luck.keys import Kind, key_of
from samenspel.model.year.newcomers import new_students, rise

YEARS = 4
PROGRAMME_SHIFT = 17
OF_YEAR = np.append(STOCK_YEAR, 1.0 - np.sum(STOCK_YEAR))
"""The part of the students of a programme that is in each year at the start."""


@rule
def largest_remainder(total: int, shares: Floats) -> Ints:
    """Whole numbers that add up to `total`, as near to the shares as can be; equal remainders: the earlier one."""
    whole, missing, order = np.zeros(shares.size, np.int64), np.empty(shares.size), np.arange(shares.size)
    left = total
    for n in range(shares.size):
        exact = total * shares[n]
        whole[n] = math.floor(exact + 1e-9)
        missing[n] = -(exact - whole[n])
        left -= whole[n]
    sort_by(missing, order)
    for n in range(left):
        whole[order[n]] += 1
    return whole


@rule
def demand(here: Here) -> Ints:
    """Hbo students of the region per partnership."""
    p, now, c = here.settings[0], here.now[0], here.c
    total = np.full(now.partnerships, p.hbo_demand * (now.named if p.merge_partnerships else 1))
    if p.demand_follows_places:
        places, clusters = np.zeros(total.size), np.zeros(total.size)
        for k in range(c.key.size):
            places[c.partnership[k]] += c.places[k]
            clusters[c.partnership[k]] += 1
        for k in range(total.size):
            ratio = places[k] / (COVENANT_PLACES * max(1.0, clusters[k]))
            total[k] = math.floor(total[k] * ratio + 0.5)
    return total


@rule
def targets(here: Here) -> Ints:
    """Students per partnership and hbo programme, shape (partnerships, 4)."""
    p, totals = here.settings[0], demand(here)
    rest = 1.0 - p.parttime_share - p.academic_share - p.pedagogy_share
    shares = np.array([rest, p.parttime_share, p.academic_share, p.pedagogy_share])
    found = np.empty((totals.size, HBO_PROGRAMMES), np.int64)
    for k in range(totals.size):
        whole = largest_remainder(totals[k], shares)
        for a in range(HBO_PROGRAMMES):
            found[k, a] = whole[a]
    return found


@rule
def first_students(here: Here) -> None:
    """The hbo stock at the start: every year of every programme, all outside until they are placed."""
    wanted = targets(here)
    stock = np.empty((wanted.shape[0], HBO_PROGRAMMES, YEARS), np.int64)
    for k in range(wanted.shape[0]):
        for a in range(HBO_PROGRAMMES):
            whole = largest_remainder(wanted[k, a], OF_YEAR)
            for year in range(YEARS):
                stock[k, a, year] = whole[year]
    counted_in(here, stock)
    enrol_stock(here, stock)
    rise(here.s)


@rule
def counted_in(here: Here, stock: Ints) -> None:
    """Where the scenario counts a partnership's students, those counts are its stock; shape (partnerships, 4, 4)."""
    cells = HBO_PROGRAMMES * YEARS
    for k in range(here.counted.size // cells):
        total = 0
        for n in range(cells):
            total += here.counted[k * cells + n]
        if total > 0:
            for n in range(cells):
                stock[k, n // YEARS, n % YEARS] = here.counted[k * cells + n]


@rule
def enrol_stock(here: Here, stock: Ints) -> None:
    """So many hbo students of each partnership, programme and year, all outside."""
    total = 0
    for k in range(stock.shape[0]):
        for a in range(HBO_PROGRAMMES):
            for year in range(YEARS):
                total += stock[k, a, year]
    first = here.s.key.size
    more_students(here, total)
    for k in range(stock.shape[0]):
        for a in range(HBO_PROGRAMMES):
            number = 0
            for year in range(YEARS):
                enrol(here, first, stock[k, a, year], 0, k, a, year + 1, number)
                first += stock[k, a, year]
                number += stock[k, a, year]
    new_students(here, here.s.key.size - total, here.s.key.size, 0)


@rule
def intake(here: Here, school_year: int) -> None:
    """New first-year students fill each programme up to its target, outside until they are placed."""
    s, missing, total = here.s, targets(here), 0
    for i in range(s.key.size):
        if s.status[i] != Status.LEFT and s.programme[i] < FIRST_MBO:
            missing[s.partnership[i], s.programme[i]] -= 1
    for k in range(missing.shape[0]):
        for a in range(HBO_PROGRAMMES):
            total += max(0, missing[k, a])
    first = here.s.key.size
    more_students(here, total)
    for k in range(missing.shape[0]):
        for a in range(HBO_PROGRAMMES):
            count = max(0, missing[k, a])
            enrol(here, first, count, school_year, k, a, 1, 0)
            first += count
    new_students(here, here.s.key.size - total, here.s.key.size, school_year)


@rule
def more_students(here: Here, count: int) -> None:
    """So many students more, all states 0, in the last rows."""
    first = here.s.key.size
    resize(here.s, first + count)
    clear(here.s, first, first + count)
    here.now[0].entered += count


@rule
def enrol(here: Here, first: int, count: int, cohort: int, partnership: int, programme: int, year: int,
          number: int) -> None:  # fmt: skip
    """Hbo students of one partnership, programme and year in these rows, numbered on from `number`."""
    s = here.s
    for n in range(count):
        i = first + n
        s.key[i] = key_of(Kind.HBO, cohort, partnership, (programme << PROGRAMME_SHIFT) + number + n)
        s.partnership[i], s.programme[i], s.year[i] = partnership, programme, year
        s.enrolled[i], s.status[i] = year - 1, Status.OUTSIDE


@rule
def one_student_more(here: Here, site: int, programme: int, year: int) -> None:
    """An hbo student more at a site, in the last row."""
    key = 0
    for i in range(here.s.key.size):
        if here.s.programme[i] < FIRST_MBO:
            key = max(key, here.s.key[i])
    more_students(here, 1)
    s, o, i = here.s, here.o, here.s.key.size - 1
    s.key[i], s.partnership[i] = key + 1, o.partnership[site]
    s.programme[i], s.year[i], s.status[i] = programme, year, Status.INSIDE
    new_students(here, i, i + 1, 0)
    s.site[i], s.cluster[i] = site, o.cluster[site]
