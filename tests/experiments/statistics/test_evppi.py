"""The value of asking is the one of closed forms; it is found in bends and in pairs, and not where there is none."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from samenspel.experiments.statistics.basis import Input, basis_of
from samenspel.experiments.statistics.evppi import ask, evpi, evppi, explain
from samenspel.experiments.statistics.intervals import holm

Floats = NDArray[np.float64]
WORLDS = 400


def gain(mean: float, spread: float) -> float:
    """What choosing brings between 0 and a normal net: E max(0, d) less max(0, E d)."""
    ratio = mean / spread
    return float(mean * stats.norm.cdf(ratio) + spread * stats.norm.pdf(ratio) - max(0.0, mean))


def two_designs(difference: Floats, luck: np.random.Generator) -> Floats:
    """Nets of two designs with this difference, and a luck that both have in common."""
    common = luck.normal(size=len(difference))
    return np.stack([common, common + difference], axis=1)


def trials(draw: Callable[[np.random.Generator], pd.DataFrame], count: int) -> list[pd.DataFrame]:
    return [draw(np.random.default_rng([13, trial])) for trial in range(count)]


def linear(mean: float, known: float, uneven: bool) -> Callable[[np.random.Generator], pd.DataFrame]:
    """Two designs whose difference has variance 1, of which an input knows a part."""

    def draw(luck: np.random.Generator) -> pd.DataFrame:
        x, rest = luck.normal(size=(2, WORLDS))
        difference = mean + math.sqrt(known) * x + math.sqrt(1 - known) * rest
        weights = luck.uniform(0.2, 1.0, WORLDS) if uneven else np.ones(WORLDS)
        return ask(two_designs(difference, luck), {"x": x}, weights, luck, figure=difference)

    return draw


@pytest.mark.slow
@pytest.mark.parametrize("uneven", [False, True])
@pytest.mark.parametrize(("mean", "known"), [(0.5, 0.6), (0.3, 0.3)])
def test_of_two_linear_designs_it_is_the_closed_form(mean: float, known: float, uneven: bool) -> None:
    truth = gain(mean, math.sqrt(known))
    found = pd.concat(trials(linear(mean, known, uneven), 40))
    assert found["evppi"].mean() == pytest.approx(truth, rel=0.12)
    assert ((found["low"] <= truth) & (truth <= found["high"])).mean() >= 0.85
    assert found["explains"].mean() == pytest.approx(known, abs=0.03)
    assert ((found["explains_low"] <= known) & (known <= found["explains_high"])).mean() >= 0.85
    assert found["worth_asking"].mean() >= 0.9


@pytest.mark.slow
def test_of_equal_designs_it_is_found_a_little_low() -> None:
    """The better of two means flatters: by 0.4 standard errors of the difference, and no more."""
    truth = gain(0.0, math.sqrt(0.6))
    found = pd.concat(trials(linear(0.0, 0.6, False), 40))["evppi"].mean()
    assert truth - 0.6 / math.sqrt(WORLDS) - 0.01 < found < truth


@pytest.mark.slow
def test_irrelevant_inputs_are_not_worth_asking() -> None:
    def draw(luck: np.random.Generator) -> pd.DataFrame:
        x, weights = luck.random((150, 8)), luck.uniform(0.1, 1.0, 150)
        net = luck.normal(size=(150, 1)) + luck.normal(size=(150, 4)) * [1.0, 2.0, 1.0, 3.0]
        inputs = {str(at): x[:, at] for at in range(6)} | {
            "choice": Input(luck.integers(0, 3, 150), (True,)),
            "pair": x[:, 6:],
        }
        return ask(net, inputs, weights, luck)

    found = trials(draw, 80)
    any_found = sum(table["worth_asking"].any() for table in found)
    assert stats.binomtest(any_found, len(found), 0.05, alternative="greater").pvalue > 0.01, "of eight, together"
    assert np.mean([table["worth_asking"].mean() for table in found]) <= 0.02, "of one"
    every = pd.concat(found)
    assert (every["p"] <= 0.05).mean() <= 0.08, "not corrected, one in twenty"
    assert every["explains"].mean() < 0.01


def test_everything_together_is_worth_as_much_as_each_and_no_more_than_knowing_all() -> None:
    luck = np.random.default_rng(3)
    x = luck.random((WORLDS, 3)) - 0.5
    net = x @ luck.normal(0, 3, (3, 4)) + luck.normal(0, 0.5, (WORLDS, 4))
    weights = luck.uniform(0.2, 1.0, WORLDS)
    inputs = {"all": x} | {str(at): x[:, at] for at in range(3)}
    table = ask(net, inputs, weights, luck).set_index("name")
    assert table.index[0] == "all"
    assert (table["evppi"] <= table.loc["all", "evppi"]).all()
    assert (table[["evppi", "high"]] <= evpi(net, weights)).all(axis=None)
    assert (table["low"] <= table["evppi"]).all()
    assert (table["evppi"] <= table["high"]).all()
    assert (table.loc["all", ["explains", "evppi"]] > 0).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 4))
def test_it_lies_between_nothing_and_knowing_all_whatever_the_sample(seed: int, designs: int, group: int) -> None:
    luck = np.random.default_rng(seed)
    net, x = luck.normal(size=(60, designs)), luck.integers(0, 3, (60, group)).astype(float)
    weights, choices = luck.uniform(0.2, 1, 60), tuple((luck.random(group) < 0.5).tolist())
    found = evppi(net, Input(x, choices), weights)
    assert 0 <= found <= evpi(net, weights) + 1e-12
    assert evppi(3 * net + 7, Input(x, choices), 5 * weights) == pytest.approx(3 * found, rel=1e-5, abs=1e-9)
    assert evppi(net, np.zeros(60), weights) == 0.0, "what is the same everywhere tells nothing"


def test_a_value_that_rises_and_falls_is_found() -> None:
    luck = np.random.default_rng(5)
    x = luck.uniform(-1, 1, WORLDS)
    net = two_designs(2 * (x**2 - 1 / 3) + luck.normal(0, 0.5, WORLDS), luck)
    found = ask(net, {"bent": x, "other": luck.random(WORLDS)}, np.ones(WORLDS), luck).set_index("name")
    ends = 1 / math.sqrt(3)
    truth = 2 * ((1 - ends**3) / 3 - (1 - ends) / 3)
    assert found["worth_asking"].to_dict() == {"bent": True, "other": False}
    assert found.loc["bent", "evppi"] == pytest.approx(truth, rel=0.15)


def test_a_group_finds_what_its_members_alone_miss() -> None:
    luck = np.random.default_rng(6)
    x = luck.uniform(-1, 1, (WORLDS, 2))
    code = luck.integers(0, 2, WORLDS)
    net = two_designs(3 * x[:, 0] * x[:, 1] + luck.normal(0, 0.5, WORLDS), luck)
    turned = two_designs(np.where(code == 1, 1, -1) * x[:, 0] + luck.normal(0, 0.3, WORLDS), luck)
    weights = np.ones(WORLDS)
    found = ask(net, {"one": x[:, 0], "other": x[:, 1], "both": x}, weights, luck).set_index("name")
    assert found["worth_asking"].to_dict() == {"both": True, "one": False, "other": False}
    with_code = {"x": x[:, 0], "code": Input(code, (True,)), "both": Input(np.stack([x[:, 0], code], 1), (False, True))}
    found = ask(turned, with_code, weights, luck).set_index("name")
    assert found.loc["both", "worth_asking"]
    assert found.loc["both", "evppi"] > 4 * found.loc[["x", "code"], "evppi"].max()


def test_a_choice_is_no_number() -> None:
    """Middle code best: without order, a choice finds each code's own mean; the codes may be renamed."""
    luck = np.random.default_rng(7)
    code = luck.integers(0, 4, WORLDS)
    nets = two_designs(np.array([0.5, -1.0, 1.5, -1.0])[code] + luck.normal(0, 0.3, WORLDS), luck)
    ones = np.ones(WORLDS)
    truth = float(np.maximum(np.bincount(code, nets[:, 1] - nets[:, 0]), 0).sum() / WORLDS)
    truth -= max(0.0, float((nets[:, 1] - nets[:, 0]).mean()))
    found = evppi(nets, Input(code, (True,)), ones)
    assert found == pytest.approx(truth, rel=0.03)
    assert evppi(nets, Input(np.array([9, 2, 5, 7])[code], (True,)), ones) == pytest.approx(found)


def test_whole_weights_are_nearly_repetitions() -> None:
    """Only nearly: repeated worlds pass for more worlds, and allow curves a little more."""
    luck = np.random.default_rng(8)
    x, weights = luck.normal(size=WORLDS), luck.integers(0, 4, WORLDS)
    x[weights == 3] += 0.5
    net = two_designs(np.sin(2 * x) + 0.3 + luck.normal(0, 0.5, WORLDS), luck)
    repeated = evppi(np.repeat(net, weights, axis=0), np.repeat(x, weights), np.ones(weights.sum()))
    assert evppi(net, x, weights) == pytest.approx(repeated, rel=0.03)
    assert evpi(net, weights) == pytest.approx(evpi(np.repeat(net, weights, axis=0), np.ones(weights.sum())))
    assert abs(evppi(net, x, np.ones(WORLDS)) - repeated) > 0.03 * repeated, "weights matter here"


def test_one_figure_is_explained_and_narrowed_as_far_as_is_known() -> None:
    luck = np.random.default_rng(9)
    x, rest, other = luck.normal(size=(3, 1000))
    figure = 10 * (0.8 * x + 0.6 * rest)
    table = explain(figure, {"other": other, "x": x}, np.ones(1000), luck)
    first = table.iloc[0]
    assert list(table["name"]) == ["x", "other"]
    assert first["explains"] == pytest.approx(0.64, abs=0.05)
    assert first["low"] < first["explains"] < first["high"]
    assert first["narrows"] == pytest.approx((1 - 0.6) * 10 * 2 * 1.645, rel=0.15)
    assert first["narrows_low"] < first["narrows"] < first["narrows_high"]
    assert first["p_holm"] < 0.01
    assert table["narrows"].iloc[1] < 1
    assert ask(figure[:, None], {"x": x}, np.ones(1000), luck)["evppi"].to_list() == [0.0], "nothing to choose"


def test_the_same_luck_gives_the_same_table_and_gaps_are_left_out() -> None:
    luck = np.random.default_rng(10)
    x, net, weights = luck.random(100), luck.normal(size=(100, 3)), luck.uniform(0.5, 1, 100)
    table = ask(net, {"x": x}, weights, np.random.default_rng(1))
    gaps = np.vstack([net, [[np.nan, 1, 1], [9, 9, 1]]])
    more, longer = np.append(x, [0.5, 0.7]), np.append(weights, [1.0, 0.0])
    again = ask(gaps, {"x": more}, longer, np.random.default_rng(1))
    pd.testing.assert_frame_equal(table, again)
    assert list(table) == [
        "name", "evppi", "low", "high", "p", "p_holm", "explains", "explains_low", "explains_high", "worth_asking",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (np.ones(39), "40 worlds"),
        (np.ones((40, 5)), "1 to 4 columns"),
        (np.append(np.ones(39), np.nan), "a value in every world"),
        (Input(np.full(40, 0.5), (True,)), "whole codes"),
        (Input(np.ones((40, 2)), (True,)), "as many flags"),
    ],
)
def test_inputs_that_cannot_be_read_are_refused(asked: Input | Floats, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        evppi(np.ones((40, 2)), asked, np.ones(40))


def test_too_few_worlds_and_other_shapes_are_refused() -> None:
    with pytest.raises(ValueError, match="effective worlds"):
        evpi(np.ones((19, 2)), np.ones(19))
    with pytest.raises(ValueError, match="a row a world"):
        evpi(np.ones(30), np.ones(30))
    with pytest.raises(ValueError, match="0 or more"):
        evpi(np.ones((30, 2)), -np.ones(30))


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holms_correction_is_the_step_by_step_one(p: list[float]) -> None:
    corrected = holm(np.array(p))
    highest = 0.0
    for step, at in enumerate(np.argsort(p, kind="stable")):
        highest = max(highest, min(1.0, (len(p) - step) * p[at]))
        assert corrected[at] == pytest.approx(highest)


def test_columns_of_a_basis_are_unrelated_and_free_ones_are_straight() -> None:
    luck = np.random.default_rng(12)
    x, weights = luck.exponential(size=(200, 2)), luck.uniform(0, 1, 200)
    weights /= weights.sum()
    basis = basis_of(x, weights)
    assert weights @ basis.columns == pytest.approx(0, abs=1e-9)
    assert basis.columns.T @ (weights[:, None] * basis.columns) == pytest.approx(np.eye(len(basis.penalty)), abs=1e-6)
    free = basis.columns[:, basis.penalty < 1e-9]
    centred = x - weights @ x
    assert free.shape[1] == 2
    assert free @ np.linalg.lstsq(free, centred, rcond=None)[0] == pytest.approx(centred, abs=1e-6)
