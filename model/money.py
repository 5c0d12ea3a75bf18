"""Prices as rules read them (RULES 4.4)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from samenspel.agents.compiled import rule
from samenspel.agents.mathematics import power
from samenspel.model.declared.parameters import Parameters
from samenspel.model.declared.schedules import AUGUST, MONTHS
from samenspel.model.here import Here, Price, PriceColumns
from samenspel.model.prices import Path


def tabled(prices: Mapping[str, Path]) -> PriceColumns:
    """All prices in columns; what a run has no price of has no months."""
    kept = [prices.get(price.name.lower()) or Path((), (), 0) for price in Price]
    return PriceColumns.of(
        first=np.cumsum([0, *(len(path.months) for path in kept)]),
        end=np.array([path.end for path in kept]),
        month=np.array([month for path in kept for month in path.months], np.int64),
        value=np.array([value for path in kept for value in path.values], np.float64),
    )


@rule
def price_at(prices: PriceColumns, price: int, month: int, growth: float) -> float:
    """A price in a month, at a growth per year."""
    last = prices.first[price + 1] - 1
    if month >= prices.end[price]:
        return prices.value[last] * power(1.0 + growth, float((month - prices.end[price]) // MONTHS + 1))
    while prices.month[last] > month:
        last -= 1
    return prices.value[last]


@rule
def price_in(here: Here, price: int, school_year: int) -> float:
    """A price in a school year, the mean of its months: 5 lie in one calendar year and 7 in the next."""
    p = here.settings[0]
    growth = p.wage_growth if price == Price.WAGE_INDEX else p.grant_growth
    month = first_month_of(p, school_year)
    total, run, value = 0.0, 0, price_at(here.prices, price, month, growth)
    for one in range(month, month + MONTHS):
        now = price_at(here.prices, price, one, growth)
        if now != value:
            total += run / MONTHS * value
            run, value = 0, now
        run += 1
    return total + run / MONTHS * value


@rule
def first_month_of(p: Parameters, school_year: int) -> int:
    """August of a school year."""
    return MONTHS * (p.first_school_year + school_year - 1) + AUGUST - 1
