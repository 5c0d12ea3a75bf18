"""Exponentials, logarithms and powers of our own, against forty digits."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samenspel.agents.mathematics import below, exp, log, power

CLOSE = 2
"""Units in the last place."""
POSITIVE = st.floats(1e-300, 1e300)
ENDS = [0.0, -0.0, 1.0, math.inf, math.nan]


def units_off(found: float, true: Decimal) -> Decimal:
    return abs(Decimal(found) - true) / Decimal(math.ulp(float(true)))


@settings(max_examples=500, deadline=None)
@given(st.floats(-700, 700))
def test_exp(x: float) -> None:
    with localcontext(prec=40):
        assert units_off(exp(x), Decimal(x).exp()) < CLOSE


@settings(max_examples=500, deadline=None)
@given(st.one_of(POSITIVE, st.floats(0.5, 2.0)))
def test_log(x: float) -> None:
    with localcontext(prec=40):
        assert log(x) == 0.0 if x == 1.0 else units_off(log(x), Decimal(x).ln()) < CLOSE


@settings(max_examples=500, deadline=None)
@given(x=st.floats(1e-6, 1e6), y=st.floats(-40, 40))
def test_power(x: float, y: float) -> None:
    with localcontext(prec=60):
        assert units_off(power(x, y), (Decimal(x).ln() * Decimal(y)).exp()) < CLOSE


@pytest.mark.parametrize("x", [*ENDS, -math.inf, 709.0, 710.0, -745.0, -746.0, 5e-324])
def test_the_ends_of_exp_are_those_of_the_c_library(x: float) -> None:
    expected = math.inf if x == 710.0 else math.exp(x)
    assert exp(x) == pytest.approx(expected, rel=1e-15, abs=0.0, nan_ok=True)


@pytest.mark.parametrize("x", [0.0, -0.0, math.inf])
@pytest.mark.parametrize("y", [-2.0, -0.5, 0.0, 0.5, 3.0])
def test_powers_at_the_ends_are_those_of_the_c_library(x: float, y: float) -> None:
    expected = math.inf if x == 0.0 and y < 0.0 else abs(math.pow(x, y))
    assert power(x, y) == expected


def test_logarithms_at_the_ends() -> None:
    assert log(0.0) == -math.inf
    assert log(math.inf) == math.inf
    assert math.isnan(log(-1.0))
    assert math.isnan(log(math.nan))
    assert math.isnan(power(-2.0, 0.5))
    assert math.isnan(power(math.nan, 2.0))


@settings(max_examples=300, deadline=None)
@given(st.floats(-40, 40))
def test_the_normal_distribution(t: float) -> None:
    assert below(t) == pytest.approx(0.5 * math.erfc(-t / math.sqrt(2.0)), abs=2e-15)
