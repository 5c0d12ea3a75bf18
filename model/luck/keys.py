"""Keys of agents: the identity that draws are keyed on (RULES 2)."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Kind(IntEnum):
    """The first part of a key."""

    HBO = 1
    MBO = 2
    MENTOR = 3
    TRAINER = 4
    SITE = 5
    COMMUNITY = 6
    BOARD = 7


NUMBER_MASK = (1 << 20) - 1
COHORT_MASK = (1 << 16) - 1
SEAT_MASK = (1 << 7) - 1
SECOND_HALF = 1 << 7
CARE_PLACE = 32
"""The first place of a care mentor at a site; teachers stand before it."""


def key_of(kind: Kind, cohort: int, partnership: NDArray[Any] | int, index: NDArray[Any] | int) -> NDArray[np.int64]:
    """`kind·2^56 + cohort·2^40 + partnership·2^20 + index`."""
    base = (int(kind) << 56) + (cohort << 40)
    return np.asarray(base + (np.asarray(partnership, np.int64) << 20) + np.asarray(index, np.int64), np.int64)


def cohort_of(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """The cohorts in keys: 0 who was there at the start, else the school year of entering."""
    return (key >> 40) & COHORT_MASK


def number_of(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number within the partnership that a key ends with."""
    return key & NUMBER_MASK


def numbered(partnership: NDArray[Any]) -> NDArray[np.int64]:
    """0, 1, 2, … within each partnership, in order of appearance."""
    order = np.argsort(partnership, kind="stable")
    ordered = partnership[order]
    starts = np.searchsorted(ordered, ordered, side="left")
    numbers = np.empty(partnership.size, np.int64)
    numbers[order] = np.arange(partnership.size) - starts
    return numbers
