"""Distributions of what nobody knows: the unit interval through the inverse of a distribution function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.experiments.study.factors import Factor
from samenspel.experiments.study.quantiles import on_range, quantile
from samenspel.experiments.study.study import Study
from samenspel.model.declared.distribution import SHAPES, Distribution, limits
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from tests.strategies import examples, unit

Ranged = tuple[Distribution, float, float]


@st.composite
def ranged(draw: st.DrawFn) -> Ranged:
    """A distribution with its range, its numbers anywhere within their limits."""
    shape = draw(st.sampled_from(list(SHAPES)))
    low = draw(st.floats(-100.0, 100.0))
    high = low + draw(st.floats(0.001, 100.0))
    numbers = [draw(st.floats(*ends)) for ends in limits(shape, low, high).values()]
    return Distribution(shape, tuple(numbers)), low, high


@examples(200)
@given(ranged(), unit, unit)
def test_the_mapping_never_falls_and_stays_within_its_range(of: Ranged, one: float, other: float) -> None:
    below, above = (quantile(*of, place) for place in sorted((one, other)))
    _, low, high = of
    rounding = 1e-12 * max(abs(low), abs(high))
    assert low <= below <= above + rounding <= high + 2 * rounding
    assert (quantile(*of, 0.0), quantile(*of, 1.0)) == (low, high)


@examples(100)
@given(ranged(), st.floats(0.01, 0.99))
def test_below_a_value_lies_the_part_that_it_was_made_of(of: Ranged, place: float) -> None:
    value, width = quantile(*of, place), of[2] - of[1]
    made = on_range(*of)
    assert made.cdf(value - 1e-9 * width) - 1e-6 <= place <= made.cdf(value + 1e-9 * width) + 1e-6


def test_the_shapes_are_what_their_names_say() -> None:
    places = (np.arange(20_000) + 0.5) / 20_000

    def drawn(shape: Any, *numbers: float) -> np.ndarray:
        return np.array([quantile(Distribution(shape, numbers), 2.0, 6.0, place) for place in places])

    assert drawn("triangular", 3.0).mean() == pytest.approx((2 + 6 + 3) / 3, abs=1e-3)
    assert (drawn("triangular", 3.0) < 3.0).mean() == pytest.approx(1 / 4, abs=1e-3)
    narrow = drawn("normal", 4.0, 0.2)
    assert (narrow.mean(), narrow.std()) == (pytest.approx(4.0, abs=1e-3), pytest.approx(0.2, abs=1e-3))
    assert drawn("normal", 4.0, 40.0).std() == pytest.approx(4 / math.sqrt(12), rel=2e-3), "so wide that it is flat"
    assert drawn("beta", 2.0, 6.0).mean() == pytest.approx(2 + 4 * 2 / 8, abs=1e-3)
    assert drawn("beta", 1.0, 1.0) == pytest.approx(2 + 4 * places)


def test_every_declared_distribution_has_a_source_and_numbers_that_fit() -> None:
    given_to = {name: one for name, one in PARAMETERS.items() if one.distribution}
    assert given_to
    for name, one in given_to.items():
        assert one.distribution is not None
        assert (one.kind, one.standing) == ("real", "uncertain"), name
        assert one.distribution.source.split(":")[0] in one.source, name
        ends = limits(one.distribution.shape, one.low, one.high).values()
        assert all(low <= at <= high for at, (low, high) in zip(one.distribution.numbers, ends, strict=True)), name
        factor = Factor.declared(one)
        assert factor.at(0.3) == quantile(one.distribution, one.low, one.high, 0.3)
        assert factor.grid(3) == (one.low, (one.low + one.high) / 2, one.high), "a grid is even, whatever the shape"


# --- in a study file -------------------------------------------------------------------------------------------------

SAMPLED = {"kind": "latin-hypercube", "points": 64}


def study(**given: Any) -> Study:
    return Study.of({"design": SAMPLED, "uncertainties": given}, file="study")


def test_a_study_gives_a_range_a_shape() -> None:
    ends = {"low": 0.002, "high": 0.006}
    (factor,) = study(peer_gain=ends | {"shape": "triangular", "mode": 0.005}).uncertainties
    assert factor.distribution == Distribution("triangular", (0.005,))
    below = sum(float(point["peer_gain"]) < 0.005 for point in study(peer_gain=ends | factor_of(factor)).points)
    assert below == pytest.approx(64 * 0.75, abs=1.01)
    (plain,) = study(peer_gain=ends | {"shape": "uniform"}).uncertainties
    assert plain == study(peer_gain=ends).uncertainties[0]
    (normal,) = study(peer_gain=ends | {"shape": "normal", "sd": 0.001, "mean": 0.002}).uncertainties
    assert normal.distribution == Distribution("normal", (0.002, 0.001)), "in the order of its declaration"


def factor_of(factor: Factor) -> dict[str, Any]:
    """The shape of a factor as a file writes it."""
    assert factor.distribution
    names = SHAPES[factor.distribution.shape]
    return {"shape": factor.distribution.shape, **dict(zip(names, factor.distribution.numbers, strict=True))}


@pytest.mark.parametrize(
    ("name", "more", "place", "allowed"),
    [
        ("peer_gain", {"shape": "triangle"}, ".shape", "one of uniform, triangular, normal, beta"),
        ("peer_gain", {"shape": ["beta"]}, ".shape", "one of uniform, triangular, normal, beta"),
        ("peer_gain", {"shape": "triangular"}, "", '{ low = …, high = …, shape = "triangular", mode = … }'),
        ("peer_gain", {"shape": "triangular", "sd": 1}, "", '{ low = …, high = …, shape = "triangular", mode = … }'),
        ("peer_gain", {"mode": 0.004}, "", "{ low = …, high = … }"),
        ("peer_gain", {"shape": "triangular", "mode": 0.05}, ".mode", "a number from 0.002 to 0.006"),
        ("peer_gain", {"shape": "normal", "mean": 0.004, "sd": 0}, ".sd", "a number from 4e-06 to 0.04"),
        ("peer_gain", {"shape": "beta", "a": float("nan"), "b": 2}, ".a", "a number from 0.1 to 1000"),
        ("vacancy_weeks", {"shape": "beta", "a": 2, "b": 2}, ".shape", "a whole number has no shape but uniform"),
    ],
)
def test_a_shape_that_cannot_be_is_one_fault(name: str, more: dict[str, Any], place: str, allowed: str) -> None:
    ends = {"low": 10, "high": 20} if name == "vacancy_weeks" else {"low": 0.002, "high": 0.006}
    with pytest.raises(InputFaults) as wrong:
        study(**{name: ends | more})
    (fault,) = wrong.value.faults
    assert (fault.file, fault.place) == ("study", f"[uncertainties] {name}{place}")
    assert str(fault.allowed) == allowed
    assert fault.text("nl") != fault.text("en")
