"""What a learning community has for itself, and where it has nothing of its own what the partnership has (RULES 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.trainers import KINDS
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import COMMUNITY, PARAMETERS
from samenspel.model.declared.settings import coded
from samenspel.model.here import bit_of
from samenspel.model.state import ModelState

SEATS = ("trainer_hours", "institute_trainer_hours", "practice_trainer_hours", "mbo_trainer_hours")
"""Hours a week of a trainer's seat, in the order of `TrainerKind`."""


def setting(here: ModelState, name: str) -> NDArray[Any]:
    """What every community has, as it may be changed."""
    if name in SEATS:
        return here.trainers.column("hours")[SEATS.index(name) :: KINDS]
    return here.communities.column(name)


def own_of(here: ModelState) -> dict[str, list[int]]:
    """Rows of communities that have a setting of their own, by setting."""
    own = here.communities.column("own")
    found = {name: np.flatnonzero(own & bit_of(name)).tolist() for name in COMMUNITY}
    return {name: rows for name, rows in found.items() if rows}


def give_own(here: ModelState, rows: Sequence[int], values: Mapping[str, Value]) -> None:
    """These communities have these values for themselves from now on."""
    for name, value in values.items():
        setting(here, name)[rows] = coded(PARAMETERS[name], value)
        here.communities.column("own")[rows] |= bit_of(name)


def give_described(here: ModelState, described: NDArray[np.intp]) -> None:
    """Communities have what their cluster has in the scenario; `described` is its number there."""
    for number, row in enumerate(here.world.clusters):
        if row.own:
            give_own(here, np.flatnonzero(described == number).tolist(), row.own)
