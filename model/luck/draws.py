"""Keyed draws: luck is looked up, never consumed.

Every uniform number is a pure function of (seed, stream, key, week, number), so that the same agent
meets the same luck in the same week in every design that is compared (common random numbers), in any
order, on any number of workers. The hash is SplitMix64 (Steele, Lea and Flood 2014) applied to each part in turn.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.compiled import rule

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
S30, S27, S31, S11 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11)
UNIT = 2.0**-53


type Seed = int | np.uint64


class Stream(IntEnum):
    """One stream per decision; numbers are part of every stored result and are never reused."""

    # a school week
    ATTENDANCE = 1
    SUBGROUP = 2
    WITHDRAWAL = 3
    EXIT = 4
    EXIT_KIND = 5
    SURVEY = 6
    # the turn of the year, students
    ASSESSMENT = 20
    FAILED_LEAVES = 21
    HOME = 22
    WISH = 23
    AVAILABLE = 24
    START_STATE = 25
    ADMISSION = 26
    STUDY_YEAR = 27
    PROGRAMME = 28
    TRACK = 29
    HALF_YEAR = 30
    MBO_RETURN = 31
    OUTSIDE = 35
    DELAY = 36
    # the turn of the year, staff and sites
    MENTOR_STATE = 50
    MENTOR_TURNOVER = 51
    MENTOR_TRAINING = 52
    TRAINER_STATE = 53
    TRAINER_TURNOVER = 54
    TRAINER_FOUND = 55
    SITE_STATE = 56
    MENTOR_WILLING = 57
    # growth
    BOARD_TALK = 70
    SITE_DECISION = 71
    # making scenarios
    SYNTHETIC = 90


@rule
def mix(z: np.uint64) -> np.uint64:
    """SplitMix64's finaliser: a bijection on 64 bits in which every input bit flips half of the output bits."""
    z = (z ^ (z >> S30)) * MIX_1
    z = (z ^ (z >> S27)) * MIX_2
    return z ^ (z >> S31)


@rule
def stream_state(seed: Seed, stream: int, week: int, number: int) -> np.uint64:
    """The part of the hash that all agents of one draw share; `uniform_at` finishes it with the agent's key."""
    h = mix(np.uint64(seed) + GOLDEN)
    h = mix((h ^ np.uint64(stream)) + GOLDEN)
    h = mix((h ^ np.uint64(week)) + GOLDEN)
    return mix((h ^ np.uint64(number)) + GOLDEN)


@rule
def uniform_at(state: np.uint64, key: int) -> float:
    """A number in [0, 1) with 53 random bits for one agent."""
    return float(mix((mix(np.uint64(key) + GOLDEN) ^ state) + GOLDEN) >> S11) * UNIT


@rule
def uniform(seed: Seed, stream: int, key: int, week: int, number: int) -> float:
    """One draw: `uniform_at(stream_state(...), key)`."""
    return uniform_at(stream_state(seed, stream, week, number), key)


@rule
def fill_uniform(
    seed: Seed,
    stream: int,
    keys: NDArray[np.int64],
    week: int,
    number: int,
    out: NDArray[np.float64],
) -> None:
    """`out[i] = uniform(seed, stream, keys[i], week, number)`."""
    state = stream_state(seed, stream, week, number)
    for i in range(keys.size):
        out[i] = uniform_at(state, keys[i])


class Draws:
    """The draws of one run.

    Parameters
    ----------
    seed : int
        Any whole number; its lowest 64 bits count.
    """

    def __init__(self, seed: int) -> None:
        self.seed = np.uint64(seed & 0xFFFF_FFFF_FFFF_FFFF)

    def uniform(self, stream: Stream, keys: NDArray[np.int64], week: int, number: int = 0) -> NDArray[np.float64]:
        """Uniform numbers in [0, 1), one per key; shape of `keys`."""
        keys = np.ascontiguousarray(keys, dtype=np.int64)
        out = np.empty(keys.size)
        fill_uniform(self.seed, int(stream), keys, week, number, out)
        return out

    def state(self, stream: Stream, week: int, number: int = 0) -> np.uint64:
        """The shared part of a draw, for rules that finish it themselves with `uniform_at`."""
        return np.uint64(stream_state(self.seed, int(stream), week, number))
