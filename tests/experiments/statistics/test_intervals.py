"""Intervals hold the truth as often as the stored campaign found, in a small sample of it; too narrow ones do not."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from benchmarks.intervals import KINDS as ALL
from benchmarks.intervals import (
    Interval,
    Kind,
    campaign,
    degradation_point,
    difference,
    figures,
    mean,
    morris,
    safe_scale,
    share_of_worlds,
    shared,
    silent,
    whole_curve,
)
from samenspel.experiments.statistics import breaks, intervals
from tools import campaigns

SAMPLES, SEED = 100, 2  # the campaign has another seed
STRAYS = 3.0  # standard errors: one time in 370 by chance
STORED = {row["interval"]: row for row in campaigns.newest("intervals")}
KINDS = {
    "mean, normal": Kind("interval_of_mean", partial(mean, 5, "normal")),
    "mean, skewed": Kind("interval_of_mean", partial(mean, 10, "skewed")),
    "difference": Kind("Results.differences", difference, share=2),
    "share of worlds": Kind("interval_of_share", partial(share_of_worlds, 100), share=10),
    "degradation point": Kind("find_break", partial(degradation_point, shared), share=3),
    "band": Kind("band", whole_curve, share=5),
    "safe scale": Kind("safe", partial(safe_scale, 20), share=5),
    "effects": Kind("analyse", morris, share=2),
}
EACH = pytest.mark.parametrize("name", KINDS)


def as_it_is(interval: Interval) -> Interval:
    return interval


def too_narrow(interval: Interval) -> Interval:
    """The interval, three tenths narrower around its middle."""
    middle, half = (interval.high + interval.low) / 2, 0.7 * (interval.high - interval.low) / 2
    return Interval(middle - half, middle + half, interval.truth)


def simulated_once(kind: Kind) -> Kind:
    """The same kind, whose trials are kept to be judged again."""
    known: dict[tuple[int, ...], dict[str, Interval]] = {}

    def trial(luck: np.random.Generator) -> dict[str, Interval]:
        seed = tuple(luck.bit_generator.seed_seq.entropy)  # type: ignore[attr-defined]
        if seed not in known:
            known[seed] = kind.trial(luck)
        return known[seed]

    return replace(kind, trial=trial)


def strays(row: dict[str, Any]) -> float:
    """How far a row lies from the stored one, in standard errors of the two; below 0 where less is held."""
    stored = STORED[row["interval"]]
    return float((row["covered"] - float(stored["covered"])) / math.hypot(row["error"], float(stored["error"])))


@EACH
def test_intervals_hold_as_often_as_the_campaign_found_and_three_tenths_too_narrow_do_not(name: str) -> None:
    kind = simulated_once(KINDS[name])
    rows, narrow = (list(campaign(SAMPLES, SEED, [kind], how)) for how in (as_it_is, too_narrow))
    assert rows
    assert {row["interval"]: strays(row) for row in rows if abs(strays(row)) > STRAYS} == {}
    assert {row["interval"]: strays(row) for row in narrow if strays(row) > -STRAYS} == {}


@pytest.mark.parametrize("name", ["mean, normal", "mean, skewed", "difference"])
def test_another_level_of_students_t_is_noticed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "CONFIDENCE", 0.80)
    assert [strays(row) < -STRAYS for row in campaign(SAMPLES, SEED, [KINDS[name]])] == [True]


def test_another_level_of_the_break_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaks, "LEVEL", 0.25)
    monkeypatch.setattr(breaks, "STRICT", 0.25)
    assert [strays(row) < -STRAYS for row in campaign(SAMPLES, SEED, [KINDS["degradation point"]])] == [True]


def test_every_kind_is_stored_and_nothing_else() -> None:
    """One trial of each names its rows; whatever takes seconds is named by its neighbour."""
    quick = [kind for kind in ALL if kind.share >= 1 and kind.function != "boxes_of, quasi_p"]
    names = {row["interval"] for kind in quick for row in campaign(1, SEED, [kind])}
    assert names <= set(STORED)
    assert {row["function"] for row in STORED.values()} == {kind.function for kind in ALL}


def test_a_share_its_error_and_numbers_are_those_of_the_trials() -> None:
    """Four trials of two intervals, of which all, half, none and all hold: a mean of 5/8, a variance of 11/64."""
    found = figures(np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0], [1.0, 1.0]]))
    assert (found["covered"], found["trials"], found["intervals"]) == (0.625, 4, 8)
    assert found["error"] == pytest.approx(math.sqrt(11 / 64 / 4), abs=1e-4)
    assert figures(np.ones((50, 1)))["error"] == 0.02, "all held, which is not certain"


def test_an_interval_holds_its_ends_and_none_without_ends() -> None:
    ends = Interval(np.array([1.0, 0.0, np.nan]), np.array([2.0, 0.9, np.nan]), 1.0)
    assert ends.holds.tolist() == [True, False, False]
    assert [bool(silent(p).holds[0]) for p in (0.049, 0.05, 1.0)] == [False, True, True]
