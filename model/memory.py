"""Memory for a life: room for all who may come, and weeks lived in it."""

from __future__ import annotations

import numpy as np

from samenspel.model.declared.indicators import RECORD
from samenspel.model.here import Here
from samenspel.model.life import begin, live
from samenspel.model.state import ModelState, make_room
from samenspel.model.year.room import has_room


def with_room(here: ModelState) -> Here:
    """All that rules take, with room for all who may come."""
    if not has_room(here.all()):
        make_room(here)
    return here.all()


def begin_in(here: ModelState) -> None:
    """The start, once land is laid out."""
    begin(with_room(here))
    here.follow()


def live_in(here: ModelState, weeks: int) -> None:
    """Live so many weeks."""
    left = weeks
    record = np.full(weeks, np.nan, RECORD)
    here.record.append(record)
    rows = record.view(np.recarray)
    while left:
        lived = live(here.all(), left, rows[weeks - left :])
        left -= lived
        if left:
            with_room(here)
    here.follow()
