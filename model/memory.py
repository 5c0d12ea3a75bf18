"""Memory for a life: room for all who may come, and weeks lived in it."""

from __future__ import annotations

import numpy as np

from samenspel.model.compilation import await_share
from samenspel.model.declared.indicators import RECORD
from samenspel.model.life import begin, live
from samenspel.model.state import ModelState
from samenspel.model.year.room import with_room


def begin_in(here: ModelState) -> None:
    """The start, once land is laid out."""
    begin(with_room(here))
    here.follow()


def live_in(here: ModelState, weeks: int) -> None:
    """Live so many weeks."""
    await_share()
    record, lived = np.full(weeks, np.nan, RECORD), 0
    while lived < weeks:
        first, lived = lived, lived + live(here.all(), weeks - lived, record[lived:].view(np.recarray))
        here.record.append(record[first:lived])
        if lived < weeks:
            with_room(here)
    here.follow()
