"""The cheapest assignment, against SciPy's and against all there are."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from samenspel.model.year.assignment import assign
from samenspel.model.year.placement import IMPOSSIBLE

KILOMETRES = st.floats(0.0, 60.0)
TIES = st.integers(0, 3).map(float)  # whole numbers, so that many assignments cost the same
BARRED = st.sampled_from([0.0, 3.5, 12.25, IMPOSSIBLE, IMPOSSIBLE + 3.5])

Cost = NDArray[np.float64]
Places = NDArray[np.int64]


@st.composite
def asked(draw: st.DrawFn, kind: st.SearchStrategy[float], most: int = 9) -> tuple[Cost, Places]:
    """Costs by person and site, and places by site; there are no more persons than places."""
    places = np.array(draw(st.lists(st.integers(0, 4), min_size=1, max_size=6)))
    persons = draw(st.integers(0, min(most, int(places.sum()))))
    return draw(arrays(np.float64, (persons, places.size), elements=kind)), places


def as_scipy_gives_it(cost: Cost, places: Places) -> NDArray[np.int64]:
    seats = np.repeat(np.arange(places.size), places)
    return seats[linear_sum_assignment(cost[:, seats])[1]]


def together(cost: Cost, sites: NDArray[np.int64]) -> float:
    return float(cost[np.arange(len(cost)), sites].sum())


def assert_cheapest(cost: Cost, places: Places) -> NDArray[np.int64]:
    """Everybody has a place, no site more than it has, and all of them cost no more than SciPy's."""
    found = assign(cost, places)
    assert found.shape == (len(cost),)
    assert (np.bincount(found, minlength=places.size) <= places).all()
    assert together(cost, found) == pytest.approx(together(cost, as_scipy_gives_it(cost, places)), rel=1e-12, abs=1e-9)
    return found


@settings(max_examples=600, deadline=None)
@given(st.one_of(asked(kind) for kind in (KILOMETRES, TIES, BARRED)))
def test_it_costs_what_that_of_scipy_costs_whatever_ties_there_are(case: tuple[Cost, Places]) -> None:
    assert_cheapest(*case)


@pytest.mark.parametrize(("sites", "most"), [(1, 1), (1, 40), (27, 4), (27, 19), (60, 2), (140, 3)])
@pytest.mark.parametrize("levels", [0, 2, 50])
def test_thousands_of_matrices_as_large_as_a_partnership_asks(sites: int, most: int, levels: int) -> None:
    """`levels` different costs, so that there are ties, or any: then it is SciPy's; a tenth is beyond the limit."""
    rng = np.random.default_rng(levels)
    for _ in range(100):
        places = rng.integers(0, most + 1, sites)
        cost = 40.0 * rng.random((int(rng.integers(0, places.sum() + 1)), sites))
        if levels:
            cost = np.floor(cost * levels / 40.0)
        cost += IMPOSSIBLE * (rng.random(cost.shape) < 0.1)
        found = assert_cheapest(cost, places)
        if not levels:
            assert found.tolist() == as_scipy_gives_it(cost, places).tolist()


@settings(max_examples=100, deadline=None)
@given(asked(KILOMETRES, most=5))
def test_no_other_costs_less(case: tuple[Cost, Places]) -> None:
    cost, places = case
    fitting = (
        np.array(one, np.int64)
        for one in product(range(places.size), repeat=len(cost))
        if (np.bincount(np.array(one, np.int64), minlength=places.size) <= places).all()
    )
    best = min(together(cost, one) for one in fitting)
    assert together(cost, assign(cost, places)) == pytest.approx(best, rel=1e-12, abs=1e-12)


def test_of_one_cost_the_first_persons_have_the_first_sites() -> None:
    assert assign(np.ones((5, 3)), np.array([2, 0, 4])).tolist() == [0, 0, 2, 2, 2]


def test_nobody_and_nowhere() -> None:
    assert assign(np.zeros((0, 3)), np.array([1, 0, 2])).tolist() == []
    assert assign(np.zeros((0, 0)), np.zeros(0, np.int64)).tolist() == []
