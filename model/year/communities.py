"""What a learning community has for itself, and where it has nothing of its own what the partnership has (RULES 8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.organisations import CommunityColumns
from samenspel.agents.trainers import KINDS
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import COMMUNITY, PARAMETERS
from samenspel.model.declared.settings import coded
from samenspel.model.state import ModelState

SEATS = ("trainer_hours", "institute_trainer_hours", "practice_trainer_hours", "mbo_trainer_hours")
"""Hours a week of a trainer's seat, in the order of `TrainerKind`."""
STATES = tuple(name for name in COMMUNITY if hasattr(CommunityColumns, name))
"""Settings that are a state of communities; hours of trainers are a state of their seats."""


def setting(here: ModelState, name: str) -> NDArray[Any]:
    """What every community has, as it may be changed."""
    if name in SEATS:
        return here.trainers.column("hours")[SEATS.index(name) :: KINDS]
    return here.communities.column(name)


def follow_partnership(here: ModelState) -> None:
    """Communities without a value of their own have that of the partnership."""
    for name in STATES:
        follows = np.ones(here.communities.size, np.bool_)
        follows[here.own.get(name, [])] = False
        setting(here, name)[follows] = getattr(here.p, name)


def give_own(here: ModelState, rows: Sequence[int], values: Mapping[str, Value]) -> None:
    """These communities have these values for themselves from now on."""
    for name, value in values.items():
        setting(here, name)[rows] = coded(PARAMETERS[name], value)
        here.own[name] = list(dict.fromkeys([*here.own.get(name, []), *rows]))


def give_described(here: ModelState, at: slice, described: NDArray[np.intp]) -> None:
    """New communities have what their cluster has in the scenario; `described` is its number there, -1 for none."""
    for number, row in enumerate(here.world.clusters):
        if row.own:
            give_own(here, (at.start + np.flatnonzero(described == number)).tolist(), row.own)
