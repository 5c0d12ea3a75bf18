"""Plausible worlds as a page takes them: one number after another, as rules hold values."""

from __future__ import annotations

from typing import Any

import numpy as np

from samenspel.experiments.plausible.worlds import Worlds
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.settings import coded
from samenspel.model.input.checks import AT_MOST_ONE
from samenspel.viz.one_file import packed
from samenspel.viz.room.ensemble import REPLICATIONS


def worlds_of_a_page(kept: Worlds) -> dict[str, Any]:
    """Names, and by world the values in that order; and what stays as it was set where one of it was set."""
    rows = [[coded(PARAMETERS[name], world[name]) for name in kept.names] for world in kept.drawn(REPLICATIONS)]
    return {
        "names": list(kept.names),
        "values": packed(np.array(rows, "<f8").tobytes()),
        "together": [list(shares) for shares in AT_MOST_ONE],
    }
