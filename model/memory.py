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


AT_ONCE = 4_000_000
"""Student-weeks that are lived in one call, in half a second or so: an interrupt waits for the end of it."""


def live_in(here: ModelState, weeks: int, unseen: int = 0) -> None:
    """Live so many weeks; of the first `unseen` of them only money is recorded."""
    await_share()
    record, lived = np.full(weeks, np.nan, RECORD), 0
    while lived < weeks:
        asked = min(weeks - lived, max(1, AT_ONCE // max(1, here.students.size)))
        first, lived = lived, lived + live(here.all(), asked, record[lived:].view(np.recarray), unseen - lived)
        here.record.append(record[first:lived])
        if lived < first + asked:
            with_room(here)
    here.follow()
