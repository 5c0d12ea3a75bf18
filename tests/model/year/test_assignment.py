"""The cheapest assignment, against SciPy's and against all permutations."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from samenspel.model.year.assignment import assign
from samenspel.model.year.placement import IMPOSSIBLE

SHAPES = array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9)
KILOMETRES = st.floats(0.0, 60.0)
TIES = st.integers(0, 3).map(float)  # whole numbers, so that many assignments cost the same
BARRED = st.sampled_from([0.0, 3.5, 12.25, IMPOSSIBLE, IMPOSSIBLE + 3.5])


def as_scipy_gives_it(cost: NDArray[np.float64]) -> list[int]:
    found = np.full(cost.shape[0], -1)
    rows, columns = linear_sum_assignment(cost)
    found[rows] = columns
    return found.tolist()  # type: ignore[no-any-return]


@settings(max_examples=600, deadline=None)
@given(st.one_of(arrays(np.float64, SHAPES, elements=kind) for kind in (KILOMETRES, TIES, BARRED)))
def test_it_is_the_assignment_of_scipy_whatever_ties_there_are(cost: NDArray[np.float64]) -> None:
    assert assign(cost).tolist() == as_scipy_gives_it(cost)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (60, 60), (90, 130), (130, 90)])
@pytest.mark.parametrize("levels", [0, 2, 50])
def test_thousands_of_matrices_as_large_as_a_partnership_asks(shape: tuple[int, int], levels: int) -> None:
    """`levels` different costs, so that there are ties, or any; a tenth of seats is beyond the limit of travel."""
    rng = np.random.default_rng(levels)
    for _ in range(100):
        cost = 40.0 * rng.random(shape)
        if levels:
            cost = np.floor(cost * levels / 40.0)
        cost += IMPOSSIBLE * (rng.random(shape) < 0.1)
        assert assign(cost).tolist() == as_scipy_gives_it(cost)


@settings(max_examples=100, deadline=None)
@given(arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(5, 6)), elements=KILOMETRES))
def test_no_other_costs_less(cost: NDArray[np.float64]) -> None:
    persons, seats = cost.shape
    best = min(sum(cost[i, j] for i, j in enumerate(one)) for one in permutations(range(seats), persons))
    assert cost[np.arange(persons), assign(cost)].sum() == pytest.approx(best, rel=1e-12, abs=1e-12)


def test_nobody_and_nowhere() -> None:
    assert assign(np.zeros((0, 3))).tolist() == []
    assert assign(np.zeros((3, 0))).tolist() == [-1, -1, -1]
