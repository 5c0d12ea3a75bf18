"""All that a partnership is in some week, as rules take it: agents, land, purse, and where in time they are."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np

from samenspel.agents.columns import Bundle, Floats, Ints
from samenspel.agents.everybody import Everybody
from samenspel.agents.students import StudentColumns
from samenspel.model.declared.parameters import COMMUNITY

NOW = np.dtype(
    [
        ("seed", np.uint64),
        ("week", np.int64),  # the last that was lived
        ("partnerships", np.int64),  # with copies
        ("described", np.int64),  # of which a file describes: one when they merge
        ("named", np.int64),  # that the file names
        ("mergers", np.int64),  # of boards, in the whole run
        ("entered", np.int64),  # students so far
        ("moved", np.int64),  # times that rows of agents changed
    ],
    align=True,
)


class Room(IntEnum):
    """What there can come more of: places in `room` and `needed`."""

    STUDENTS = 0
    MENTORS = 1
    TRAINERS = 2
    COMMUNITIES = 3
    GONE = 4
    PRICES = 5


class Price(IntEnum):
    """What `prices` holds, in that order."""

    WAGE_INDEX = 0
    GRANT_INDEX = 1
    GRANT_FIXED = 2
    GRANT_PER_STUDENT = 3


class TownColumns(Bundle):
    """Where students live: towns by described partnership, of each from `first` to before the next."""

    first: Ints
    upto: Floats  # the part of inhabitants in this town and those before it
    x: Floats
    y: Floats


class PriceColumns(Bundle):
    """Prices by month: a price has a value from a month on; of each the latest month comes last."""

    price: Ints
    month: Ints
    value: Floats


class PlanColumns(Bundle):
    """Clusters that may open after summer, in order of decision; sites nearest first, -1 for none."""

    board: Ints
    places: Ints
    site_1: Ints
    site_2: Ints
    site_3: Ints
    site_4: Ints


class ClosedColumns(Bundle):
    """Sums by community over the last finished school year."""

    students: Floats
    weeks_inside: Floats
    year_supervision: Floats
    year_support: Floats
    year_adequate: Floats
    year_short_of_time: Floats
    year_short_of_contact: Floats
    year_short_of_quality: Floats
    year_restored_by_time: Floats
    year_restored_by_contact: Floats
    year_restored_by_quality: Floats
    year_hosting: Floats
    year_overloaded: Floats
    year_trainer_time: Floats


class Here(Everybody):
    """Everybody, and all else that rules of the year read and change."""

    settings: Any  # all parameters, one record
    now: Any  # `NOW`, one record
    room: Ints  # how many there is room for, by `Room`
    needed: Ints  # how many there may come to be at the next moment, by `Room`
    departed: Ints  # students so far, by `Exit`
    counted: Ints  # hbo students that a file counts, by partnership, programme and year
    towns: TownColumns
    prices: PriceColumns
    known_until: Ints  # the first month of which no more is known than how a price grows, by `Price`
    plans: PlanColumns
    gone: StudentColumns  # mbo students who went at mid-year, as they were then
    closed: ClosedColumns


def bit_of(setting: str) -> int:
    """What the state `own` of a community counts for a setting that it has for itself."""
    return 1 << COMMUNITY.index(setting)
