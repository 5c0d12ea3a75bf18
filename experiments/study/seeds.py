"""The ladder of seeds: replication k of anything with a seed has the same luck, however many replications there are."""

from __future__ import annotations

from itertools import count, islice

import numpy as np


def seed_of(seed: int, replication: int) -> int:
    """The 64-bit seed of a replication (counted from 1): the same however many replications there are."""
    step = np.random.SeedSequence(seed, spawn_key=(replication - 1,))
    return int(step.generate_state(1, np.uint64)[0])


def seeds_besides(seed: int, number: int) -> list[int]:
    """The first so many seeds of the ladder that are not the seed itself, for a life with that one is seen already."""
    ladder = (seed_of(seed, replication) for replication in count(1))
    return list(islice((one for one in ladder if one != seed), number))
