"""What a page calls of the rules: every entry takes one bundle, and numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import mesa
import numpy as np
from numba import typeof, types

from samenspel.agents.columns import BundleType
from samenspel.model.declared.indicators import RECORD
from samenspel.model.input.scenario import Scenario
from samenspel.model.state import everybody, nobody_yet
from samenspel.model.week import diary
from samenspel.model.year.settling import find_mentors


@dataclass(frozen=True)
class Entry:
    """A function by which a page calls a rule, and the types of the numbers that it takes after the bundle."""

    call: Callable[..., Any]
    numbers: tuple[Any, ...]

    @property
    def name(self) -> str:
        """What it is called in WebAssembly."""
        return self.call.__name__


@cache
def bundle() -> BundleType:
    """The type of the bundle that entries take: all that is there, and rows for what is measured."""
    empty = nobody_yet(mesa.Model(rng=1), Scenario.load("baseline"), 1)
    empty.mentor_places = find_mentors(empty)
    members = {
        "here": everybody(empty)._numba_type_,
        "settings": typeof(empty.settings),
        "record": typeof(np.zeros(0, RECORD)),
    }
    return BundleType("Call", tuple(members.items()))


def school_weeks(call: Any, seed: int, school_year: int, week: int, week_of_year: int, count: int) -> None:
    """Live weeks of one school year."""
    diary.school_weeks(call.settings, seed, school_year, week, week_of_year, count, call.here, call.record)


ENTRIES = (Entry(school_weeks, (types.uint64, types.int64, types.int64, types.int64, types.int64)),)
