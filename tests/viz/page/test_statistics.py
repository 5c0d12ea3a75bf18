"""Statistics of a page against those of Python, for curves of many shapes."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from samenspel.experiments.degradation.tables import band
from samenspel.experiments.statistics.breaks import PLACES, bic_of_forms, draw, family_of, find_break
from samenspel.experiments.statistics.safe_scale import crossing_with_interval
from samenspel.viz.page.asks import judging
from tests.strategies import examples
from tests.viz.page.calling import Scripts, node

SIZES = (6, 9, 12, 16, 20, 25, 30, 35, 40)
REPLICATIONS = 10
RESAMPLES = draw(REPLICATIONS)
JUDGING = judging(REPLICATIONS) | {"resamples": RESAMPLES.tolist()}


@pytest.fixture(scope="module")
def scripts() -> Iterator[Scripts]:
    with node() as scripts:
        yield scripts


def shape_of(kind: str, x: Any, level: float, slope: float, turn: float) -> Any:
    """Shares over sizes: flat, straight, broken, smooth, or bent on the way."""
    match kind:
        case "flat":
            return np.full_like(x, level)
        case "straight":
            return level - slope * (x - x[0]) / 34
        case "broken":
            return level - slope * np.maximum(x - turn, 0) / 34
        case "levelling":
            return level - slope * np.minimum(x, turn) / 34
        case "smooth":
            return level - slope / (1 + np.exp((turn - x) / 4))
    return level - slope * ((x - x[0]) / 34) ** 2


@st.composite
def curves(draw_: st.DrawFn) -> tuple[tuple[int, ...], Any]:
    """Sizes, and a curve a replication; noise of whole curves, of single points, or none at all."""
    kind = draw_(st.sampled_from(["flat", "straight", "broken", "levelling", "smooth", "bent"]))
    sizes = tuple(sorted({*SIZES, draw_(st.integers(6, 40))}))
    x = np.array(sizes, float)
    level, slope, turn = draw_(st.floats(0.3, 1)), draw_(st.floats(-0.3, 1)), draw_(st.floats(8, 36))
    random = np.random.default_rng(draw_(st.integers(0, 2**32)))
    whole, single = draw_(st.sampled_from([0, 0.001, 0.02])), draw_(st.sampled_from([0, 0.001, 0.01, 0.05]))
    noise = whole * random.normal(size=(REPLICATIONS, 1)) + single * random.normal(size=(REPLICATIONS, len(x)))
    return sizes, shape_of(kind, x, level, slope, turn) + noise


@examples(200)
@given(found=curves(), lost=st.none() | st.integers(0, REPLICATIONS - 1))
def test_curves_break_where_they_do_in_python(scripts: Scripts, found: Any, lost: int | None) -> None:
    """Places of a break are those of a grid; of two that fit as well to the last digit another may be taken."""
    sizes, y = found
    if lost is not None:
        y[lost, 0] = np.nan
    there, here = find_break(sizes, y), scripts.call("statistics/breaks.js", "findBreak", sizes, y.tolist(), JUDGING)
    assert here["shape"] == there.shape
    if there.shape == "break":
        step = (sizes[-2] - sizes[1]) / (PLACES - 1)
        for name in ("point", "low", "high"):
            assert here[name] == pytest.approx(getattr(there, name), abs=1.001 * step)
        assert here["worsens"] == there.worsens


@examples(60)
@given(found=curves())
def test_forms_of_curves_leave_over_as_much(scripts: Scripts, found: Any) -> None:
    """Logarithms of what nearly nothing leaves over are rounding; the logistic is refined until 1e-4 anyway."""
    sizes, y = found
    x = np.array(sizes, float)
    there = bic_of_forms(x, y)
    here = scripts.call("statistics/forms.js", "bicOfForms", sizes, y.tolist(), family_of(x).hinges.tolist())
    assert here == pytest.approx(there, abs=0.01)


@examples(100)
@given(found=curves(), floor=st.floats(0.2, 1))
def test_bands_and_safe_scales_are_those_of_python(scripts: Scripts, found: Any, floor: float) -> None:
    sizes, y = found
    here = scripts.call("statistics/curves.js", "curveBand", y.tolist(), JUDGING)
    for name, values in zip(("mean", "low", "high"), band(y.T), strict=True):
        np.testing.assert_allclose(here[name], values, rtol=0, atol=1e-9)
    safe = crossing_with_interval(sizes, y, floor, RESAMPLES)
    here = scripts.call("statistics/curves.js", "crossingOf", sizes, y.tolist(), floor, JUDGING)
    assert [here[name] for name in ("value", "low", "high")] == pytest.approx(
        [safe.value, safe.low, safe.high], abs=1e-9
    )


@examples(100)
@given(t=st.floats(0, 1e6), freedom=st.integers(1, 40))
def test_tails_are_those_of_scipy(scripts: Scripts, t: float, freedom: int) -> None:
    found = scripts.call("statistics/tails.js", "studentTail", t, freedom)
    assert found == pytest.approx(special.stdtr(freedom, -t), rel=1e-11, abs=1e-300)
    z = t % 37
    tail = scripts.call("statistics/tails.js", "normalTail", z)
    assert tail == pytest.approx(special.ndtr(-z), rel=1e-12)
