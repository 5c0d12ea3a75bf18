"""Prices as rules read them (RULES 4.4)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from samenspel.agents.columns import Ints, resize, room_for, whole
from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import power
from samenspel.model.declared.parameters import Parameters
from samenspel.model.declared.schedules import AUGUST, MONTHS
from samenspel.model.here import Here, Price, PriceColumns
from samenspel.model.prices import Path

DTYPES = {"price": np.dtype(np.int64), "month": np.dtype(np.int64), "value": np.dtype(np.float64)}


def tabled(prices: Mapping[str, Path]) -> PriceColumns:
    """All prices in columns."""
    rows = [
        (price, month, value)
        for price in Price
        if (path := prices.get(price.name.lower()))
        for month, value in zip(path.months, path.values, strict=True)
    ]
    made = room_for(PriceColumns, DTYPES, len(rows))  # type: ignore[arg-type]  # a class is hashable
    for name, column in zip(DTYPES, zip(*rows, strict=True), strict=True):
        whole(made)[name][:] = column
    return made


def ends_of(prices: Mapping[str, Path]) -> Ints:
    """The first month of which nothing is known, by price; 0 of what a run has no price of."""
    return np.array([path.end if (path := prices.get(price.name.lower())) else 0 for price in Price])


def paths_in(prices: PriceColumns, known_until: Ints) -> dict[str, Path]:
    """All prices by name: `tabled` the other way round."""
    found = {}
    for price in Price:
        rows = prices.price == price
        if rows.any():
            months, values = prices.month[rows].tolist(), prices.value[rows].tolist()
            found[price.name.lower()] = Path(tuple(months), tuple(values), int(known_until[price]))
    return found


@rule
def price_at(here: Here, price: int, month: int, growth: float) -> float:
    """A price in a month, at a growth per year."""
    prices, end = here.prices, here.known_until[price]
    row = prices.price.size - 1
    while prices.price[row] != price or (month < end and prices.month[row] > month):
        row -= 1
    if month < end:
        return prices.value[row]
    return prices.value[row] * power(1.0 + growth, float((month - end) // MONTHS + 1))


@rule
def know_until(here: Here, price: int, month: int, growth: float) -> None:
    """What this growth makes of a price before a month is known from now on."""
    prices, end = here.prices, here.known_until[price]
    if end == 0:
        return
    raises = raises_until(end, month)
    known = price_at(here, price, end - 1, growth)
    first = prices.price.size
    resize(prices, first + raises)
    for n in range(raises):
        prices.price[first + n], prices.month[first + n] = price, end + MONTHS * n
        prices.value[first + n] = known * power(1.0 + growth, float(n + 1))
    here.known_until[price] = end + MONTHS * raises


@rule
def raises_until(end: int, month: int) -> int:
    """How often a price grows before a month: once a year from the end of what is known on."""
    return max(0, (month - end + MONTHS - 1) // MONTHS)


@rule
def price_in(here: Here, price: int, school_year: int) -> float:
    """A price in a school year, the mean of its months: 5 lie in one calendar year and 7 in the next."""
    p = here.settings[0]
    growth = p.wage_growth if price == Price.WAGE_INDEX else p.grant_growth
    month = first_month_of(p, school_year)
    total, run, value = 0.0, 0, price_at(here, price, month, growth)
    for one in range(month, month + MONTHS):
        now = price_at(here, price, one, growth)
        if now != value:
            total += run / MONTHS * value
            run, value = 0, now
        run += 1
    return total + run / MONTHS * value


@rule
def first_month_of(p: Parameters, school_year: int) -> int:
    """August of a school year."""
    return MONTHS * (p.first_school_year + school_year - 1) + AUGUST - 1
