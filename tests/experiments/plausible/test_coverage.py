"""Intervals of worlds cover the truth of synthetic partnerships about as often as they say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from samenspel.experiments.plausible.coverage import coverage, histogram
from samenspel.experiments.plausible.judges import JUDGES, PATTERNS
from samenspel.experiments.plausible.worlds import FIGURE, LUCK
from samenspel.experiments.validation.patterns import CRITERIA

CANDIDATES = 600


@pytest.fixture(scope="module")
def planted() -> pd.DataFrame:
    """Figures of one pattern hang on `peer_gain`, all others on nothing; `memory_rate` decides nothing."""
    luck = np.random.default_rng(4)
    table = pd.DataFrame({
        "peer_gain": luck.uniform(0.0015, 0.0065, CANDIDATES), "memory_rate": luck.uniform(0.05, 0.25, CANDIDATES),
    })  # fmt: skip
    for measure in JUDGES:
        low, high = CRITERIA[measure].low, CRITERIA[measure].high
        middle = (low + high) / 2 if np.isfinite(low + high) else low if np.isfinite(low) else high
        table[FIGURE + measure], table[LUCK + measure] = middle, 0.005
    table[f"{FIGURE}community_juniors"] = 200 * table["peer_gain"] + luck.normal(0, 0.005, CANDIDATES)
    return table.assign(**{f"implausibility.{pattern}": 0.0 for pattern in PATTERNS})


def test_the_truth_is_covered_at_least_as_often_as_intervals_say(planted: pd.DataFrame) -> None:
    found = coverage(planted, ["peer_gain", "memory_rate"], 200, 1).set_index(["parameter", "interval"])
    assert (found["partnerships"] >= 150).all()
    for (_, interval), row in found.iterrows():
        assert row["high"] >= interval, "no less than it says, but for chance"
    assert found.loc[("peer_gain", 0.9), "width"] < 0.8, "something was learned"
    assert found.loc[("memory_rate", 0.9), "width"] == pytest.approx(1, abs=0.1), "and here nothing"


def test_the_truth_ranks_anywhere_among_worlds(planted: pd.DataFrame) -> None:
    """Flat where nothing is learned; nowhere so uneven that worlds would lie to one side."""
    idle = histogram(planted, ["memory_rate"], 200, 1)
    assert idle["share"].sum() == pytest.approx(1)
    assert idle["share"].between(0.03, 0.20).all()
    shares = histogram(planted, ["peer_gain"], 200, 1)["share"].to_numpy()
    assert abs(shares[:5].sum() - shares[5:].sum()) < 0.25
    one_sided = planted.assign(peer_gain=np.where(planted["memory_rate"] > 0.1, 0.001, planted["peer_gain"]))
    assert histogram(one_sided, ["peer_gain"], 200, 1)["share"].max() > 0.5, "the planted fault is seen"


def test_the_same_luck_gives_the_same_table(planted: pd.DataFrame) -> None:
    first, again = (coverage(planted, ["peer_gain"], 20, 1) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
