"""How far the partnership can grow: planted worlds give back what was planted, and the page says what was stored."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from samenspel.experiments.degradation import tables
from samenspel.experiments.degradation.degrade import carry_out
from samenspel.experiments.study.parts import Record
from samenspel.experiments.sweeps.work import Measured
from samenspel.model.input.scenario import Scenario
from tests.planted import knee
from tools import stored
from tools.growth import __main__ as growth
from tools.growth import runs, store, told
from tools.growth.drawing import FIGURES, draw
from tools.growth.figures import (
    ALL,
    APART,
    APART_MBO,
    ARMS,
    CLAIMS,
    DEARER,
    HBO,
    PAIRS,
    TOGETHER,
    TOGETHER_MBO,
    Shares,
    claims,
    levels,
    pairs,
    scales,
)
from tools.growth.robust import FEWEST, verdicts
from tools.growth.words import ARMS as NAMES
from tools.growth.words import CLAIMS as SAID
from tools.growth.words import OTHERWISE, VERDICTS, limit, places
from tools.growth.words import PAIRS as DIFFERENCES

WORLDS = 40
LESS = {TOGETHER: 0.0, APART: 0.06, TOGETHER_MBO: 0.1, APART_MBO: 0.16}  # at any size
FLAT = 4  # so many worlds lose nothing along the axis, the others 2 points a place


@pytest.fixture
def shares() -> Shares:
    """Straight curves through 0.85 at today's size; every second world has the one form, the others the other."""
    slopes = np.where(np.arange(WORLDS) < FLAT, 0.0, 0.02)[:, None]
    sizes = tuple(map(float, runs.SIZES))
    curves = {arm: 0.85 - less - slopes * (np.array(sizes) - 12) for arm, less in LESS.items()}
    assumed = pd.DataFrame({"form_caseload": ["linear", "logistic"] * (WORLDS // 2), "peer_gain": np.zeros(WORLDS)})
    return Shares(sizes, curves, assumed)


# --- figures ---------------------------------------------------------------------------------------------------------


def test_the_planted_sizes_are_found(shares: Shares) -> None:
    found = {(row["arm"], row["criterion"]): row["scale"] for row in scales(shares)}
    assert found[TOGETHER, "loss"] == pytest.approx(14.5), "5 points at 2 a place"
    assert found[TOGETHER, "share"] == pytest.approx(14.5)
    assert found[APART, "loss"] == pytest.approx(11.5)
    assert found[APART, "own loss"] == pytest.approx(14.5)
    assert found[APART_MBO, "loss"] == pytest.approx(6.5)
    assert {row["worlds"] for row in scales(shares)} == {WORLDS}


def test_a_size_beyond_those_tried_is_told_as_such(shares: Shares) -> None:
    flat = shares.where(np.arange(WORLDS) < FLAT)
    found = {row["arm"]: row["scale"] for row in scales(flat, ["loss"])}
    assert found == {TOGETHER: math.inf, APART: -math.inf, TOGETHER_MBO: -math.inf, APART_MBO: -math.inf}


def test_levels_are_those_of_the_middle_world_and_of_nine_in_ten(shares: Shares) -> None:
    found = {(row["arm"], row["size"]): (row["low"], row["middle"], row["high"]) for row in levels(shares)}
    assert found[TOGETHER, 12] == pytest.approx((0.85, 0.85, 0.85))
    assert found[TOGETHER, 16] == pytest.approx((0.77, 0.77, 0.85))


def test_differences_are_over_the_same_worlds(shares: Shares) -> None:
    found = {row["pair"]: row for row in pairs(shares)}
    assert set(found) == {*PAIRS, *DEARER}
    assert found["apart at 12"]["middle"] == pytest.approx(-6)
    assert found["apart at 12"]["lower"] == 1
    assert found["grown"]["middle"] == pytest.approx(-8)
    assert found["grown"]["lower"] == 1 - FLAT / WORLDS
    assert found["dearer mbo"]["middle"] == pytest.approx(0)
    assert found["four mbo for four hbo"]["middle"] == pytest.approx(-2), "10 points against 4 places of 2"


def test_claims_hold_in_the_worlds_in_which_they_do(shares: Shares) -> None:
    found = {row["claim"]: row["held"] for whose in (ALL, HBO) for row in claims(shares, whose)}
    assert set(found) == set(CLAIMS)
    assert found["one more"] == found["today"] == found["apart"] == found["mbo for hbo"] == 1
    assert found["four more"] == 1 - FLAT / WORLDS
    assert found["mbo within"] == found["apart within"] == found["four mbo"] == 0


def test_rival_forms_are_read_off_by_splitting_worlds(shares: Shares) -> None:
    found = {(form["form"], form["option"]): len(some) for form, some in shares.by_form()}
    assert found == {("", ""): WORLDS, ("form_caseload", "linear"): 20, ("form_caseload", "logistic"): 20}


# --- what is robust --------------------------------------------------------------------------------------------------


def stored_claim(held: dict[str, tuple[float, int]]) -> pd.DataFrame:
    """A claim in plausible and prior worlds, and under a rival form of each."""
    keys = {"plausible": ("plausible", ""), "prior": ("prior", ""), "form": ("plausible", "form_caseload")}
    rows = [
        {"source": keys[key][0], "form": keys[key][1], "option": "", "claim": "apart", "held": share, "worlds": worlds}
        for key, (share, worlds) in held.items()
    ]
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("plausible", "prior", "form", "worlds", "word"),
    [
        (0.95, 0.92, 0.9, 30, "robust"),
        (0.95, 0.92, 0.8, 30, "leans"),
        (0.95, 0.92, 0.6, 30, "open"),
        (0.95, 0.92, 0.6, FEWEST - 1, "robust"),
        (0.95, 0.6, 0.95, 30, "open"),
        (0.02, 0.1, 0.0, 30, "robustly not"),
        (0.02, 0.1, 0.2, 30, "open"),
    ],
)
def test_a_claim_is_robust_when_it_holds_everywhere(
    plausible: float, prior: float, form: float, worlds: int, word: str
) -> None:
    held = {"plausible": (plausible, 100), "prior": (prior, 100), "form": (form, worlds)}
    [verdict] = verdicts(stored_claim(held))
    assert verdict.word == word
    assert word in VERDICTS


# --- words -----------------------------------------------------------------------------------------------------------


def test_sizes_in_words() -> None:
    tried = (6.0, 24.0)
    assert [limit(scale, tried, "en") for scale in (13.26, math.inf, -math.inf)] == ["13.3", "≥ 24", "< 6"]
    assert limit(13.26, tried, "nl") == "13,3"
    assert [places(scale, tried, "en") for scale in (13.96, math.inf)] == ["13 places", "24 places or more"]
    assert places(-math.inf, tried, "nl") == "minder dan 6 plaatsen"


def test_everything_that_is_reckoned_has_its_words() -> None:
    assert set(NAMES) == set(ARMS)
    assert set(SAID) == set(OTHERWISE) == set(CLAIMS)
    assert set(DIFFERENCES) == {*PAIRS, *DEARER}


# --- from runs to the page -------------------------------------------------------------------------------------------


def grown(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """What `knee` says, with hbo students and mbo students apart; mbo students are all short of something."""
    found = knee(scenario, years, seed, record)
    share = found.last_year[tables.SHARE]
    groups = ["hbo", *(["mbo"] if scenario.values["mbo_students_per_cluster"] else [])]
    apart = pd.concat(pd.DataFrame(found.groups["role"]).assign(role=group) for group in groups)
    apart[tables.SHARE] = [share, 0.0][: len(groups)]
    return replace(found, groups={"role": apart})


def test_runs_are_stored_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs with a known answer: a knee at 20 places, beyond which a world loses 2 points a place."""
    monkeypatch.setattr(runs, "DRAWS", 20)
    monkeypatch.setattr(runs, "SIZES", (6, 12, 13, 14, 16, 24))
    monkeypatch.setattr(stored, "FOLDER", tmp_path / "campaigns")
    found = carry_out(runs.plan("prior"), tmp_path / "runs", workers=0, simulate=grown)
    store.store({"plausible": found, "prior": found})
    row = told.row("levels", of=ALL, arm=TOGETHER, size=12, source="prior")
    assert row["worlds"] == 20
    assert row["middle"] > told.row("levels", of=ALL, arm=TOGETHER, size=24, source="prior")["middle"]
    for name, make in growth.TABLES.items():
        assert "{" not in make(), name


def test_figures_are_drawn_in_both_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for lang in FIGURES:
        monkeypatch.setitem(FIGURES, lang, tmp_path / f"{lang}.svg")
        draw(lang)
        assert (tmp_path / f"{lang}.svg").read_text(encoding="utf-8").count("<path") > 50
    assert (tmp_path / "en.svg").read_bytes() != (tmp_path / "nl.svg").read_bytes()
