"""The fingerprint of a life: SHA-256 over all states, at the start and at the moments of each school year.

Only what the model lives by counts, not what is measured of it: an indicator more changes no fingerprint.
`docs/REPRODUCIBILITY.md` holds the definition.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import astuple
from operator import methodcaller
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.model.declared.calendar import EVENTS
from samenspel.model.partnership import Partnership
from samenspel.model.state import ModelState, populations_of


def live(here: Partnership, years: int) -> str:
    """Live so many school years from the first of one on; the fingerprint of what was lived, 64 hex digits.

    Looked at are the start, and the ends of weeks 20, 27 and 40: before a half-year or a year is over, no student who
    lived through it is forgotten.
    """
    digest = hashlib.sha256(states(here.state).encode())
    for week in EVENTS * years:
        here.run(weeks=week - here.week_of_year % EVENTS[-1])
        digest.update(states(here.state).encode())
    return digest.hexdigest()


def states(here: ModelState) -> str:
    """SHA-256 over all that the coming weeks depend on besides parameters and seed, 64 hex digits."""
    digest = hashlib.sha256(_beside_agents(here))
    for kind, columns in sorted((kind.name, columns) for kind, columns in _columns(here).items()):
        digest.update(f"\n{kind} {' '.join(f'{name} {column.size}' for name, column in columns)}\n".encode())
        digest.update(_plain(np.concatenate([column for _, column in columns])).data)
    return digest.hexdigest()


def _beside_agents(here: ModelState) -> bytes:
    """What a partnership knows that stands in no column."""
    counts = [here.week, here.entered, here.departed.tolist()]
    money = [[name, astuple(path)] for name, path in sorted(here.prices.items())]
    known = [*counts, money, [astuple(plan) for plan in here.plans]]
    return json.dumps(known, default=methodcaller("item")).encode()


def _columns(here: ModelState) -> dict[np.dtype[Any], list[tuple[str, NDArray[Any]]]]:
    """All columns with their names, those of each type together and in order of name."""
    found: dict[np.dtype[Any], list[tuple[str, NDArray[Any]]]] = {}
    for population in populations_of(here):
        family, size = population.family.__name__, population.size
        for name, column in sorted(population.columns.items()):
            found.setdefault(column.dtype, []).append((f"{family}.{name}", column[:size]))
    return found


def _plain(column: NDArray[Any]) -> NDArray[Any]:
    """The same bytes on every machine: the lowest first, and one NaN for all."""
    if column.dtype.kind == "f":
        column[np.isnan(column)] = np.nan
    return column.astype(column.dtype.newbyteorder("<"), copy=False)
