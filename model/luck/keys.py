"""Keys of agents: the identity that draws are keyed on (RULES 2)."""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from samenspel.agents.columns import Ints
from samenspel.agents.compiled import rule


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


@rule
def key_of(kind: int, cohort: int, partnership: int, index: int) -> int:
    """`kind·2^56 + cohort·2^40 + partnership·2^20 + index`."""
    return int((np.int64(kind) << 56) + (np.int64(cohort) << 40) + (np.int64(partnership) << 20) + np.int64(index))


@rule
def cohort_in(key: int) -> int:
    """The cohort in a key: 0 who was there at the start, else the school year of entering."""
    return (key >> 40) & COHORT_MASK


@rule
def number_in(key: int) -> int:
    """The number within the partnership that a key ends with."""
    return key & NUMBER_MASK


@rule
def give_keys(kind: int, partnership: Ints, partnerships: int, keys: Ints) -> None:
    """Keys of who is there at the start, numbered within each partnership in order of appearance."""
    seen = np.zeros(partnerships, np.int64)
    for n in range(partnership.size):
        k = partnership[n]
        keys[n] = key_of(kind, 0, k, seen[k])
        seen[k] += 1
