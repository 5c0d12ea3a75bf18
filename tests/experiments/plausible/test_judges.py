"""What judges a world: nothing inside a target, standard deviations outside, and a weight that follows from them."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.experiments.plausible.judges import JUDGES, MOST, PATTERNS, by_pattern, implausibility, weight
from samenspel.experiments.plausible.refit import REFITTED
from samenspel.experiments.validation.patterns import CRITERIA
from samenspel.model.declared.parameters import PARAMETERS
from tests.strategies import examples

FIGURES = st.floats(-5.0, 5.0)
LUCK = st.floats(0.0, 1.0)


@examples(200)
@given(st.sampled_from(list(JUDGES)), FIGURES, LUCK)
def test_implausibility_is_0_inside_and_grows_with_the_distance(measure: str, figure: float, luck: float) -> None:
    found = implausibility(measure, figure, luck)
    criterion = CRITERIA[measure]
    assert (found == 0) == (criterion.low <= figure <= criterion.high)
    assert found <= implausibility(measure, figure, 0.0)
    away = max(criterion.low - figure, figure - criterion.high, 0.0)
    judge = JUDGES[measure]
    assert found == pytest.approx(away / math.hypot(luck, judge.target_sd, judge.discrepancy_sd))


def test_no_figure_is_as_implausible_as_can_be() -> None:
    assert implausibility("skill_up", math.nan, 0.0) == math.inf


@examples(200)
@given(st.lists(st.floats(0.0, 4.0), min_size=5, max_size=5))
def test_a_weight_is_the_likelihood_of_what_is_missed(found: list[float]) -> None:
    implausibilities = dict(zip(PATTERNS, found, strict=True))
    one = weight(implausibilities)
    assert 0.0 <= one <= 1.0
    assert (one == 0.0) == (max(found) > MOST)
    if one:
        assert math.log(one) == pytest.approx(-0.5 * sum(value**2 for value in found), abs=1e-9)


def test_of_a_pattern_the_worst_measure_counts() -> None:
    figures = {measure: _inside(measure) for measure in JUDGES}
    lucks = dict.fromkeys(JUDGES, 0.0)
    assert by_pattern(figures, lucks) == dict.fromkeys(PATTERNS, 0.0)
    found = by_pattern(figures | {"four_over_ten": -0.05, "four_over_two": -0.01}, lucks)
    assert found["P11"] == implausibility("four_over_ten", -0.05, 0.0) > implausibility("four_over_two", -0.01, 0.0)


def _inside(measure: str) -> float:
    low, high = CRITERIA[measure].low, CRITERIA[measure].high
    return (low + high) / 2 if math.isfinite(low + high) else low + 1 if math.isfinite(low) else high - 1


def test_what_was_refitted_judges_nothing() -> None:
    """The patterns that a world is fitted to, and the ones that only validate, are not among the judges."""
    fitted = {PARAMETERS[name].fitted_to for name in REFITTED}
    assert fitted == {"P1", "P2", "P3", "P15", "P16"}
    assert not fitted & set(PATTERNS)
    assert all(CRITERIA[measure].use != "V" for measure in JUDGES)
    assert set(PATTERNS) == {"P6", "P7", "P8", "P10", "P11"}


def test_every_measure_of_a_judging_pattern_judges() -> None:
    assert set(JUDGES) == {name for name, one in CRITERIA.items() if one.pattern in PATTERNS}


def test_the_rules_list_target_and_discrepancy_of_each() -> None:
    rules = (Path(__file__).resolve().parents[3] / "docs" / "RULES.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (P\d+) \| `(\w+)` \| ([\d.]+) \| ([\d.]+) \|$", rules, re.MULTILINE)
    told = {measure: (pattern, float(target), float(discrepancy)) for pattern, measure, target, discrepancy in rows}
    assert told == {
        name: (CRITERIA[name].pattern, judge.target_sd, judge.discrepancy_sd) for name, judge in JUDGES.items()
    }
