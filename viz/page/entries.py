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
from samenspel.model.start import land, leaving_the_past
from samenspel.model.state import nobody_yet
from samenspel.model.year import changes, room
from samenspel.viz.room import seen
from samenspel.viz.room.seen import seen_for


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
    """The type of the bundle that entries take.

    `here` is all that a partnership is, `land` the land of the scenario that holds from the first week on, `before`
    the settings before a change, `seen` what is shown of a week, and `record` has rows for what is measured.
    """
    nobody = nobody_yet(Scenario.load("baseline"))
    here, settings = type(nobody.all())._numba_type_, typeof(np.asarray(nobody.settings))
    week, record = type(seen_for(0, 0, 0))._numba_type_, typeof(np.zeros(0, RECORD))
    members = {"here": here, "land": here, "before": settings, "seen": week, "record": record}
    return BundleType("Page", tuple(members.items()))


def has_room(page: Any) -> int:
    """1 when there is room for all who may come, else 0; `needed` says how much it takes."""
    return int(room.has_room(page.here))


def begin(page: Any) -> None:
    """The start, once there is room."""
    life.begin(page.here)


def live(page: Any, weeks: int, row: int) -> int:
    """Live so many weeks, with a row of the record each from `row` on; gives how many, fewer when room is lacking."""
    return life.live(page.here, weeks, page.record[row:], 0)


def set_land(page: Any) -> None:
    """The land is as its settings say."""
    land.have_as_others(page.land)


def set_past(page: Any) -> None:
    """The land that a life begins on is as its settings say."""
    land.have_as_others(page.here)


def leave_past(page: Any) -> None:
    """The settings of the land hold from the first week on."""
    leaving_the_past.leave(page.here, page.before, page.land)


def live_from_now(page: Any) -> None:
    """What follows from that, once there is room."""
    leaving_the_past.live_from_now(page.here)


def change(page: Any) -> None:
    """Other settings hold from the next week on, once there is room."""
    changes.changed(page.here, page.before)


def look(page: Any) -> None:
    """See this week, for the map."""
    seen.look(page.here, page.seen)


ENTRIES = (
    Entry(has_room, (), types.int64), Entry(begin), Entry(live, (types.int64, types.int64), types.int64),
    *map(Entry, (set_land, set_past, leave_past, live_from_now, change, look)),
)  # fmt: skip
