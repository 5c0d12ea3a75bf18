"""Sensitivity analysis through the whole pipeline, on functions of which the answer is known."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samenspel
from samenspel.experiments.assumptions.sensitivity import Sensitivity, sensitivity
from samenspel.experiments.assumptions.sensitivity_report import (
    SensitivityReport,
    _settled,
    _what_screening_left,
    sentences,
)
from samenspel.experiments.output.reports import write
from samenspel.experiments.statistics.indices import Sample, analyse, draw, elementary_effects, noise_share
from samenspel.experiments.study.factors import Factor
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.outcomes import RunsFailed
from samenspel.experiments.sweeps.work import Measured
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from tests.cheap_runs import same

FACTORS = ("peer_relief", "gap_best", "mentor_hours", "trainer_hours", "willing_share")
ADEQUATE = "supervision_adequate_share"


def study(*names: str, **more: Any) -> Study:
    return Study.of({"replications": 3, "years": 1, "uncertainties": dict.fromkeys(names, "declared"), **more})


def places(scenario: Scenario, names: tuple[str, ...]) -> list[float]:
    """Where in its declared range each parameter is, 0-1."""
    return [
        (float(scenario.values[name]) - PARAMETERS[name].low) / (PARAMETERS[name].high - PARAMETERS[name].low)
        for name in names
    ]


def luck(scenario: Scenario, seed: int) -> float:
    """Standard normal, another for each point and replication."""
    point = [int(1e9 * place) for place in places(scenario, FACTORS)]
    return float(np.random.default_rng([seed, *point]).standard_normal())


def outcome(value: float) -> Measured:
    return Measured({**dict.fromkeys(INDICATORS, np.nan), ADEQUATE: value, "coverage": 0.5})


# --- functions of which the answer is known --------------------------------------------------------------------------


def ishigami(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    x, y, z = (np.pi * (2 * place - 1) for place in places(scenario, FACTORS[:3]))
    return outcome(np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x))


def noisy_ishigami(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    value = ishigami(scenario, years, seed, record).last_year[ADEQUATE]
    return outcome(value + 1.2 * luck(scenario, seed) + (seed % 1000) / 100)


G_WEIGHTS = (0.0, 1.0, 4.5, 9.0, 99.0)


def sobol_g(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    factors = zip(places(scenario, FACTORS), G_WEIGHTS, strict=True)
    return outcome(float(np.prod([(abs(4 * place - 2) + a) / (1 + a) for place, a in factors])))


def noisy_line(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Two factors count, one up and one down; the others do nothing."""
    x, y, *_ = places(scenario, FACTORS)
    return outcome(2 * x - y + 0.3 * luck(scenario, seed))


def skewed(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    x, y, z = places(scenario, FACTORS[:3])
    return outcome(float(np.exp(4 * x + 0.5 * y)) + 0.01 * luck(scenario, seed) + 0 * z)


# Ishigami & Homma (1990), a = 7 and b = 0.1: parts of the variance in closed form.
ISHIGAMI_VARIANCE = 49 / 8 + 0.1 * np.pi**4 / 5 + 0.01 * np.pi**8 / 18 + 0.5
ISHIGAMI = {
    "S1": np.array([(1 + 0.1 * np.pi**4 / 5) ** 2 / 2, 49 / 8, 0.0]) / ISHIGAMI_VARIANCE,
    "ST": np.array([0.5 * (1 + 0.1 * np.pi**4 / 5) ** 2 + 8 * 0.01 * np.pi**8 / 225, 49 / 8, 8 * 0.01 * np.pi**8 / 225])
    / ISHIGAMI_VARIANCE,
}


def g_indices() -> dict[str, np.ndarray[Any, Any]]:
    """Saltelli & Sobol (1995)."""
    alone = np.array([1 / (3 * (1 + a) ** 2) for a in G_WEIGHTS])
    whole = np.prod(1 + alone) - 1
    return {"S1": alone / whole, "ST": alone * np.prod(1 + alone) / (1 + alone) / whole}


def found(result: Sensitivity, names: tuple[str, ...], method: str = "sobol") -> pd.DataFrame:
    return result.ranked(ADEQUATE, method).loc[list(names)]


def test_sobol_recovers_ishigami(tmp_path: Path) -> None:
    result = sensitivity(
        study(*FACTORS[:3]), tmp_path, method="sobol", points=512, replications=2, workers=0, simulate=ishigami
    )
    table = found(result, FACTORS[:3])
    assert table["value"].to_numpy() == pytest.approx(ISHIGAMI["ST"], abs=0.1)
    assert table["S1"].to_numpy() == pytest.approx(ISHIGAMI["S1"], abs=0.1)
    assert ((table["low"] <= ISHIGAMI["ST"]) & (ISHIGAMI["ST"] <= table["high"])).all()
    assert result.stages["noise_share"].to_numpy() == pytest.approx([0.0], abs=1e-9)


def test_sobol_recovers_ishigami_under_noise_and_says_how_much_is_noise(tmp_path: Path) -> None:
    result = sensitivity(
        study(*FACTORS[:3]), tmp_path, method="sobol", points=256, replications=4, workers=0, simulate=noisy_ishigami
    )
    noise = 1.2**2 / 4
    share = noise / (ISHIGAMI_VARIANCE + noise)
    table = found(result, FACTORS[:3])
    assert float(result.stages["noise_share"].iloc[0]) == pytest.approx(share, rel=0.15)
    assert table["value"].to_numpy() == pytest.approx((1 - share) * ISHIGAMI["ST"] + share, abs=0.12)
    assert table["S1"].to_numpy() == pytest.approx((1 - share) * ISHIGAMI["S1"], abs=0.12)


def test_sobol_recovers_the_g_function_and_keeps_its_way_there(tmp_path: Path) -> None:
    result = sensitivity(
        study(*FACTORS), tmp_path, method="sobol", points=256, replications=2, workers=0, simulate=sobol_g
    )
    table = found(result, FACTORS)
    assert table["value"].to_numpy() == pytest.approx(g_indices()["ST"], abs=0.06)
    assert table["S1"].to_numpy() == pytest.approx(g_indices()["S1"], abs=0.06)
    assert list(result.ranked(ADEQUATE, "sobol").index) == list(FACTORS)
    way = result.convergence.pivot(index="points", columns="factor", values="value")[list(FACTORS)]
    assert list(way.index) == [64 * 7, 128 * 7, 256 * 7]
    apart = (way - g_indices()["ST"]).abs().mean(axis=1)
    assert apart.iloc[-1] < apart.iloc[0]
    assert way.iloc[-1].to_numpy() == pytest.approx(table["value"].to_numpy())


def test_screening_keeps_what_counts_and_nothing_else(tmp_path: Path) -> None:
    result = sensitivity(
        study(*FACTORS), tmp_path, trajectories=12, points=64, replications=4, workers=0, simulate=noisy_line
    )
    assert set(result.kept) == set(FACTORS[:2])
    star = result.ranked(ADEQUATE, "morris")
    assert list(star.index[:2]) == list(FACTORS[:2])
    assert star["value"].iloc[:2].to_numpy() == pytest.approx([2.0, 1.0], abs=0.25)
    assert star["mu"].loc[FACTORS[1]] == pytest.approx(-1.0, abs=0.25)
    idle = star.loc[list(FACTORS[2:])]
    assert idle["value"].to_numpy() == pytest.approx(idle["noise"].to_numpy(), rel=0.6)
    assert list(result.ranked(ADEQUATE, "sobol").index) == list(FACTORS[:2])


@pytest.mark.parametrize(
    ("low", "high", "sign"), [(0.1, 0.5, "+"), (-0.5, -0.1, "−"), (-0.1, 0.5, "±"), (-0.5, 0.1, "±")]
)
def test_a_direction_is_told_where_it_is_sure(low: float, high: float, sign: str) -> None:
    ranked = pd.DataFrame({"low": [1.0], "noise": [0.2], "mu_low": [low], "mu_high": [high]}, index=["mentor_hours"])
    assert f"most mentor_hours ({sign})." in _what_screening_left(ranked, ADEQUATE, "en")


def nothing_counts(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    return outcome(luck(scenario, seed))


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_where_nothing_counts_screening_keeps_nothing_and_says_so(tmp_path: Path, lang: Any) -> None:
    result = sensitivity(study(*FACTORS), tmp_path, trajectories=20, replications=4, workers=0, simulate=nothing_counts)
    assert result.kept == ()
    assert any(("geen enkele factor" if lang == "nl" else "no factor") in text for text in sentences(result, lang))
    assert write(SensitivityReport(result, tmp_path), lang)


def test_a_skewed_outcome_gets_pawn_from_the_same_runs(tmp_path: Path) -> None:
    result = sensitivity(
        study(*FACTORS[:3]), tmp_path, method="sobol", points=128, replications=2, workers=0, simulate=skewed
    )
    assert set(result.stages["method"]) == {"sobol", "pawn"}
    table = found(result, FACTORS[:3], "pawn")
    assert table["value"].iloc[0] > table["noise"].iloc[0] > table["value"].iloc[2]
    assert ((table["low"] <= table["high"]) & (table["value"] > 0)).all()


def test_pawn_takes_a_latin_hypercube_of_its_own(tmp_path: Path) -> None:
    result = sensitivity(
        study(*FACTORS[:3]), tmp_path, method="pawn", points=400, replications=2, workers=0, simulate=noisy_line
    )
    table = result.ranked(ADEQUATE, "pawn")
    assert list(table.index) == list(FACTORS[:3])
    assert list(table["value"] > table["noise"]) == [True, True, False]


# --- properties ------------------------------------------------------------------------------------------------------


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 10**6), st.floats(0.05, 3.0), st.integers(2, 6))
def test_the_share_of_noise_is_found_back(seed: int, sd: float, replications: int) -> None:
    luck = np.random.default_rng(seed)
    signal = luck.standard_normal((4000, 1))
    shared = 5 * luck.standard_normal((1, replications))
    values = signal + shared + sd * luck.standard_normal((4000, replications))
    expected = sd**2 / replications / (1 + sd**2 / replications)
    assert noise_share(values) == pytest.approx(expected, rel=0.2, abs=0.005)


def test_where_points_do_not_differ_no_share_of_their_differences_is_noise() -> None:
    assert noise_share(np.full((8, 3), 0.5)) == 0.0
    assert noise_share(np.tile([[0.25, 0.75], [0.75, 0.25]], (4, 1))) == 0.0


def test_effects_are_those_of_salib() -> None:
    names = FACTORS[:4]
    rows = draw("morris", names, 15, 7)
    values = (rows @ np.array([3.0, -2.0, 0.5, 0.0]))[:, None] + np.zeros((1, 3))
    sample = Sample("morris", names, rows, values)
    effects = elementary_effects(sample).mean(axis=2)
    table = analyse(sample, 1).pivot(index="factor", columns="index", values="value").loc[list(names)]
    assert np.abs(effects).mean(axis=1) == pytest.approx(table["mu_star"].to_numpy())
    assert effects.mean(axis=1) == pytest.approx([3.0, -2.0, 0.5, 0.0])


def test_every_end_of_a_declared_range_is_a_value_of_its_parameter() -> None:
    """0.15 + 1.0 · (0.45 − 0.15) is more than 0.45 where numbers are binary: that refused whole Morris designs."""
    for parameter in PARAMETERS.values():
        factor = Factor.declared(parameter)
        ends = [factor.at(0.0), factor.at(1.0)]
        if parameter.kind in ("real", "whole"):
            assert parameter.low <= ends[0] <= ends[1] <= parameter.high
            assert ends == pytest.approx([parameter.low, parameter.high])
        else:
            assert set(ends) <= set(factor.values)


# --- what is refused -------------------------------------------------------------------------------------------------


def fails_once(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    if places(scenario, FACTORS[:1])[0] > 0.9:
        raise ZeroDivisionError("too much relief")
    return noisy_line(scenario, years, seed, record)


def sometimes_nobody(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    nobody = places(scenario, FACTORS[:1])[0] > 0.9
    value = np.nan if nobody else places(scenario, FACTORS[1:2])[0]
    return Measured({**dict.fromkeys(INDICATORS, np.nan), ADEQUATE: value, "coverage": luck(scenario, 1)})


def test_failed_runs_are_refused_with_their_error(tmp_path: Path) -> None:
    with pytest.raises(RunsFailed, match=r"runs that failed; the first: ZeroDivisionError: too much relief"):
        sensitivity(study(*FACTORS), tmp_path, method="morris", workers=0, simulate=fails_once)


def test_missing_outcomes_are_refused_and_whole_ones_named(tmp_path: Path) -> None:
    with pytest.raises(InputFaults, match=r"no value of supervision_adequate_share in .* in every run: coverage"):
        sensitivity(study(*FACTORS), tmp_path, method="morris", workers=0, simulate=sometimes_nobody)


def test_what_never_varies_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFaults, match="the same in every point"):
        sensitivity(study(*FACTORS), tmp_path, method="morris", indicators=["coverage"], workers=0, simulate=noisy_line)


def test_one_replication_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFaults, match="2 or more"):
        sensitivity(study(*FACTORS, replications=1), tmp_path, workers=0)
    assert not list(tmp_path.iterdir())


def test_a_study_without_ranges_is_refused(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("mentor_hours\n1.0\n2.0\n")
    table = Study.of({"design": {"kind": "table", "file": "points.csv"}}, folder=tmp_path)
    with pytest.raises(InputFaults, match="a table of points"):
        sensitivity(table, tmp_path / "out", workers=0)


# --- the sweep underneath --------------------------------------------------------------------------------------------


def test_the_same_for_any_number_of_workers_and_after_going_on(tmp_path: Path) -> None:
    how: dict[str, Any] = {"method": "morris", "trajectories": 4, "replications": 2, "simulate": noisy_line}
    one = sensitivity(study(*FACTORS), tmp_path / "one", workers=0, **how)
    other = sensitivity(study(*FACTORS), tmp_path / "other", workers=2, **how)
    again = sensitivity(study(*FACTORS), tmp_path / "one", workers=0, **how)
    for result in (other, again):
        same(one.indices, result.indices)
        same(one.convergence, result.convergence)


def test_lists_choices_and_fixed_values_are_factors_or_stay(tmp_path: Path) -> None:
    seen = []

    def watched(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
        seen.append(scenario.values)
        return outcome(float(scenario.values["cross_year"]) + float(scenario.values["students_per_cluster"]))

    levers = {"cross_year": [True, False], "students_per_cluster": [8, 12, 20], "mbo_mix": "mixed"}
    mixed = study("form_peer_gap", levers=levers)
    result = sensitivity(mixed, tmp_path, method="morris", workers=0, simulate=watched)
    assert {values["mbo_mix"] for values in seen} == {"mixed"}
    assert {values["students_per_cluster"] for values in seen} == {8, 12, 20}
    assert {values["form_peer_gap"] for values in seen} == {"inverted_u", "threshold", "monotone"}
    assert set(result.ranked(ADEQUATE, "morris").index) == {"cross_year", "students_per_cluster", "form_peer_gap"}


def test_half_of_the_points_is_held_against_all_of_them() -> None:
    """Of eleven factors ten are shown; the last of all is among the first with half of the points."""
    names = "abcdefghijk"
    whole = dict(zip(names, np.arange(11, 0, -1) / 20, strict=True))
    half = {**whole, "c": whole["c"] - 0.125, "k": 0.5}
    quarter = dict.fromkeys(names, 0.9)
    rows = [
        {"indicator": ADEQUATE, "method": "sobol", "points": points, "factor": name, "value": value}
        for points, table in ((128, half), (256, whole), (64, quarter)) for name, value in table.items()
    ]  # fmt: skip
    found: Any = SimpleNamespace(convergence=pd.DataFrame(rows))
    (told,) = _settled(found, ADEQUATE, "sobol", "en")
    assert "with half of the points 9 of the 10 strongest factors are the same" in told
    assert told.endswith(" differs by 0.450 at most.")
    assert _settled(found, ADEQUATE, "sobol", "nl")[0].endswith(" verschilt ST hoogstens 0,450.")


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> str:
    text = 'replications = 2\nyears = 1\n[uncertainties]\nmentor_hours = "declared"\ntrainer_hours = "declared"\n'
    (tmp_path / "small.toml").write_text(text)
    return str(tmp_path / "small.toml")


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_command_shows_tables_and_writes_figures(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    out = tmp_path / "out"
    sizes = ["--trajectories", "4", "--points", "4", "--workers", "0", "--lang", lang]
    assert samenspel.main(["sensitivity", small, "--out", str(out), *sizes]) == 0
    said = capsys.readouterr()
    assert "mentor_hours" in said.out
    assert str(out / "report") in said.err
    names = {path.name for path in (out / "report").iterdir()}
    assert {"indices.csv", "stages.csv", "convergence.csv"} <= names
    for figure in ("morris", "tornado"):
        assert {f"figure-{figure}.{kind}" for kind in ("svg", "png", "csv")} <= names


def test_the_command_prints_one_json_document(small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["sensitivity", small, "--out", str(tmp_path / "out"), "--method", "morris", "--trajectories", "3"]
    assert samenspel.main([*asked, "--workers", "0", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {row["factor"] for row in told["indices"]} == {"mentor_hours", "trainer_hours"}
    assert told["stages"][0]["points"] == 9


@pytest.mark.parametrize(
    "wrong",
    [
        ["--indicator", "supervision_adequate"],
        ["--trajectories", "1"],
        ["--replications", "1"],
        ["--points", "100"],
        ["--indicator", "supervision_mean_mbo"],
    ],
)
def test_wrong_input_gives_one_message_and_status_2(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    asked = ["sensitivity", small, "--out", str(tmp_path / "out"), "--workers", "0", "--trajectories", "2"]
    assert samenspel.main([*asked, *wrong, "--lang", "en"]) == 2
    told = [line for line in capsys.readouterr().err.splitlines() if "allowed: " in line]
    assert len(told) == 1


def test_the_document_is_plain(tmp_path: Path) -> None:
    result = sensitivity(study(*FACTORS), tmp_path, method="morris", trajectories=4, workers=0, simulate=noisy_line)
    json.dumps(SensitivityReport(result, tmp_path).document(), allow_nan=False)
