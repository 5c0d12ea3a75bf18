"""Shapley values (Shapley 1953), exact over all coalitions."""

from __future__ import annotations

from math import comb

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def shapley(values: Floats) -> Floats:
    """What each player adds, on average over all orders in which the players could come.

    Parameters
    ----------
    values
        What each coalition is worth, shape (2**players, …): player i is in coalition c when bit i of c is set.

    Returns
    -------
    ndarray
        Shape (players, …); adds up to `values[-1] - values[0]`.
    """
    players = len(values).bit_length() - 1
    coalitions = np.arange(len(values))
    sizes = np.array([coalition.bit_count() for coalition in range(len(values))])
    shares = np.empty((players, *values.shape[1:]))
    for player in range(players):
        without = coalitions[coalitions >> player & 1 == 0]
        weight = np.array([1 / (players * comb(players - 1, size)) for size in sizes[without]])
        shares[player] = np.tensordot(weight, values[without | 1 << player] - values[without], 1)
    return shares


def alone(values: Floats) -> Floats:
    """What each player adds when it comes first, shape (players, …)."""
    first: Floats = values[1 << np.arange(len(values).bit_length() - 1)] - values[0]
    return first


def last(values: Floats) -> Floats:
    """What each player adds when it comes after all others, shape (players, …)."""
    everyone = len(values) - 1
    added: Floats = values[everyone] - values[everyone ^ 1 << np.arange(len(values).bit_length() - 1)]
    return added
