"""What a page calls of the rules: every entry takes one bundle, and numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numba import typeof, types

from samenspel.agents.columns import BundleType
from samenspel.model import life
from samenspel.model.declared.indicators import RECORD
from samenspel.model.input.scenario import Scenario
from samenspel.model.state import nobody_yet
from samenspel.model.year import room


@dataclass(frozen=True)
class Entry:
    """A function by which a page calls a rule, the types of the numbers it takes after the bundle, and its answer's."""

    call: Callable[..., Any]
    numbers: tuple[Any, ...] = ()
    answer: Any = types.void

    @property
    def name(self) -> str:
        """What it is called in WebAssembly."""
        return self.call.__name__


@cache
def bundle() -> BundleType:
    """The type of the bundle that entries take: all that a partnership is, and rows for what is measured."""
    here = type(nobody_yet(Scenario.load("baseline")).all())._numba_type_
    return BundleType("Page", (("here", here), ("record", typeof(np.zeros(0, RECORD)))))


def has_room(page: Any) -> int:
    """1 when there is room for all who may come, else 0; `needed` says how much it takes."""
    return int(room.has_room(page.here))


def begin(page: Any) -> None:
    """The start, once there is room."""
    life.begin(page.here)


def live(page: Any, weeks: int, row: int) -> int:
    """Live so many weeks, with a row of the record each from `row` on; gives how many, fewer when room is lacking."""
    return life.live(page.here, weeks, page.record[row:])


ENTRIES = (Entry(has_room, (), types.int64), Entry(begin), Entry(live, (types.int64, types.int64), types.int64))
