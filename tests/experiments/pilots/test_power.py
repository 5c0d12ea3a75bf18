"""What a real pilot could show: power by its formula, against simulated pilots."""

from __future__ import annotations

import math
from statistics import fmean, stdev
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from samenspel.experiments.pilots.comparison.close import OUTCOMES, _effects, intraclass
from samenspel.experiments.pilots.comparison.power import (
    _world,
    can_show,
    clusters_needed,
    detectable,
    power_of,
    standard_error,
)


def test_power_is_that_of_simulated_pilots() -> None:
    """Cluster means drawn 4,000 times and tested with scipy's t-test give the power of the formula."""
    k, m, icc, effect = 6, 10, 0.2, 0.6
    luck = np.random.default_rng(3)
    spread = math.sqrt(icc + (1 - icc) / m)
    pilot, other = (luck.normal(mean, spread, (4000, k)) for mean in (effect, 0.0))
    seen = float((ttest_ind(pilot, other, axis=1).pvalue < 0.05).mean())
    assert power_of(effect, standard_error(k, m, k, m, icc), 2 * k - 2) == pytest.approx(seen, abs=0.025)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 60), st.floats(1, 30), st.floats(0, 0.5), st.floats(0.05, 2.0))
def test_what_is_detectable_has_a_power_of_80_percent(k: int, m: float, icc: float, effect: float) -> None:
    error = standard_error(k, m, k, m, icc)
    assert power_of(detectable(error, 2 * k - 2), error, 2 * k - 2) == pytest.approx(0.80, abs=1e-6)
    assert power_of(effect, error, 2 * k - 2) >= 0.05 - 1e-9


def test_a_pilot_in_nearly_all_clusters_is_compared_with_those_that_start_later() -> None:
    row = {"pilot_clusters": 14.0, "students": 5.0, "other_students": 5.0, "icc": 0.05, "sd": 1.0, "effect": 0.8}
    alone, late = _world(row | {"other_clusters": 0.0}), _world(row | {"other_clusters": 1.0})
    assert (alone["others"], late["others"]) == (7.0, 8.0)
    assert late["power"] > alone["power"] > 0.5
    assert _world(row | {"pilot_clusters": 3.0, "other_clusters": 12.0})["others"] == 12.0
    assert _world(row | {"pilot_clusters": 1.0, "other_clusters": 0.0})["power"] == 0.0


def test_one_cluster_on_a_side_or_none_shows_nothing() -> None:
    assert power_of(5.0, 0.1, 0) == 0.0
    assert math.isinf(detectable(0.1, 0))
    assert math.isinf(clusters_needed(0.0, 5, 0.1))
    assert clusters_needed(3.0, 10, 0.0) <= 3


def test_a_design_can_show_something_when_one_outcome_does_in_half_of_the_worlds() -> None:
    shares = {1: (0.0, 0.5), 2: (0.49, 0.1), 3: (1.0, 0.0)}
    table = pd.DataFrame([{"design": design, "share_enough": share} for design, two in shares.items() for share in two])
    comparison: Any = SimpleNamespace(power=table)
    assert can_show(comparison.power) == {1: True, 2: False, 3: True}


def test_the_intraclass_correlation_of_clusters_drawn_with_a_known_one() -> None:
    cluster = np.repeat(np.arange(400), 12)
    found = []
    for seed in range(10):
        luck = np.random.default_rng(seed)
        values = luck.normal(0, math.sqrt(0.3), 400)[cluster] + luck.normal(0, math.sqrt(0.7), cluster.size)
        found.append(intraclass(values, cluster))
    assert np.mean(found) == pytest.approx(0.3, abs=0.02)
    assert math.isnan(intraclass(values[:12], cluster[:12]))


def test_the_close_look_compares_with_the_spread_of_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of three clusters have a pilot; an effect is the difference of their means, a spread that of a sample."""
    luck = np.random.default_rng(4)
    cluster, before = np.repeat([0, 1, 2], 3), np.repeat([0, 1, 2], 2)
    states = {state: luck.random(9) for state in OUTCOMES.values()}
    theirs = {name: luck.random(6) for name in OUTCOMES}
    here: Any = SimpleNamespace(
        students=SimpleNamespace(column=states.__getitem__),
        communities=SimpleNamespace(column=lambda name: np.array([True, False, True]), size=3),
    )
    monkeypatch.setattr("samenspel.experiments.pilots.comparison.close.members", lambda here: (np.arange(9), cluster))
    found = {row["outcome"]: row for row in _effects(here, {"cluster": before, "values": theirs})}
    assert set(found) == set(OUTCOMES)
    for name, state in OUTCOMES.items():
        with_mbo = [float(value) for value, at in zip(states[state], cluster, strict=True) if at != 1]
        without = [float(value) for value, at in zip(theirs[name], before, strict=True) if at != 1]
        assert found[name]["effect"] == pytest.approx(fmean(with_mbo) - fmean(without))
        assert found[name]["sd"] == pytest.approx(stdev(theirs[name]))
        sizes = [found[name][of] for of in ("pilot_clusters", "other_clusters", "students", "other_students")]
        assert sizes == [2, 1, 3, 3]
