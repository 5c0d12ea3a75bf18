"""Scenario discovery: planted boxes are found, and in noise nothing is."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

import samenspel
from samenspel.experiments import sweep
from samenspel.experiments.assumptions.discovery import Discovery, _columns, discover
from samenspel.experiments.assumptions.discovery_report import (
    DiscoveryReport,
    _draw_limits,
    _drawable,
    sentences,
)
from samenspel.experiments.output.reports import write
from samenspel.experiments.statistics.prim import Box, Space, best, chance, find, peel, prune, quasi_p, standing_out
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.work import Measured
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario

ADEQUATE = "supervision_adequate_share"
RANGES = ("mentor_hours", "gap_best", "willing_share", "trainer_hours", "memory_rate")


def plane(points: int, columns: int, seed: int) -> Space:
    values = np.random.default_rng(seed).random((points, columns))
    return Space(values, np.zeros(columns, bool))


# --- PRIM itself -----------------------------------------------------------------------------------------------------


def test_a_planted_box_is_found_with_its_limits() -> None:
    space = plane(600, 12, 1)
    inside = (space.values[:, 3] > 0.6) & (space.values[:, 7] < 0.5)
    hit = np.where(np.random.default_rng(2).random(600) < 0.05, ~inside, inside)
    box = find(space, hit)
    assert list(box.sides()) == [(3, False), (7, True)]
    assert box.low[3] == pytest.approx(0.6, abs=0.03)
    assert box.high[7] == pytest.approx(0.5, abs=0.03)
    assert box.density > 0.85
    assert chance(space, hit, np.random.default_rng(3), shuffles=39) == pytest.approx(1 / 40)


def test_in_noise_a_box_is_called_chance() -> None:
    false = 0
    for seed in range(20):
        space = plane(200, 10, seed)
        hit = np.random.default_rng(1000 + seed).random(200) < 0.3
        false += bool(list(find(space, hit).sides())) and chance(space, hit, np.random.default_rng(seed)) <= 0.05
    assert false <= 3  # of 20, at 5 % each: more than 3 has a chance of 1.6 %


def test_what_every_shuffle_does_as_well_is_chance_for_sure() -> None:
    hit = np.arange(60) < 20
    assert chance(Space(np.zeros((60, 1)), np.array([False])), hit, np.random.default_rng(1)) == 1.0


def test_the_order_of_the_points_makes_no_switch_stand_out() -> None:
    """Of many switches the one that counts is found, also where all that fail come first."""
    on = np.random.default_rng(1).random((200, 12)) < 0.5
    luck = np.random.default_rng(2).random(200)
    hit = np.where(on[:, 7], luck < 0.6, luck < 0.3)
    first = np.argsort(~hit, kind="stable")
    box = find(Space(on[first].astype(float), np.zeros(12, bool)), hit[first])
    assert list(box.sides()) == [(7, False)]


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=30))
@example([(True, True), (False, False)])
def test_a_box_stands_out_by_the_correlation_of_lying_in_it_and_the_outcome(points: list[tuple[bool, bool]]) -> None:
    inside, hit = np.array(points).T
    limit = np.zeros(1)
    phi = standing_out(
        Box(limit, limit, int(inside.sum()), int((inside & hit).sum())), Box(limit, limit, len(hit), int(hit.sum()))
    )
    constant = inside.all() or not inside.any() or hit.all() or not hit.any()
    assert phi == pytest.approx(0.0 if constant else np.corrcoef(inside, hit)[0, 1], abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.05, 0.95), st.integers(30, 300))
def test_peeling_is_patient_and_counts_right(seed: int, share: float, points: int) -> None:
    space = plane(points, 4, seed)
    hit = np.random.default_rng([seed, 1]).random(points) < share
    boxes = peel(space, hit)
    for box, next_box in pairwise(boxes):
        assert next_box.points < box.points
        assert box.points - next_box.points <= max(1, 0.05 * box.points)
        assert ((next_box.low >= box.low) & (next_box.high <= box.high)).all()
    for box in boxes:
        inside = box.holds(space.values)
        assert (box.points, box.hits) == (inside.sum(), hit[inside].sum())
        assert box.points >= min(points, 10)
    assert standing_out(best(boxes, boxes[0]), boxes[0]) >= 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.2, 0.8))
def test_every_limit_that_is_kept_is_supported(seed: int, share: float) -> None:
    space = plane(150, 6, seed)
    hit = np.random.default_rng([seed, 1]).random(150) < share * (0.3 + space.values[:, 0])
    boxes = peel(space, hit)
    box = prune(space, hit, best(boxes, boxes[0]))
    assert all(quasi_p(space, hit, box, *side) < 0.05 for side in box.sides())


def test_a_quasi_p_value_is_a_binomial_tail() -> None:
    values = np.arange(20.0)[:, None]
    hit = values[:, 0] >= 12
    box = Box(np.array([10.0]), np.array([np.inf]), 10, 8)
    expected = sum(1.0 * _choose(10, k) * 0.4**k * 0.6 ** (10 - k) for k in range(8, 11))
    assert quasi_p(Space(values, np.array([False])), hit, box, 0, False) == pytest.approx(expected)


def _choose(n: int, k: int) -> int:
    from math import comb

    return comb(n, k)


# --- on a sweep ------------------------------------------------------------------------------------------------------


def study(points: int = 400, **more: Any) -> Study:
    ranges: dict[str, Any] = dict.fromkeys(RANGES, "declared")
    mixed = {"subgroup_size": "declared", "form_dose": "declared", "with_fatigue": "declared"}
    return Study.of(
        {
            "replications": 2,
            "years": 1,
            "design": {"kind": "latin-hypercube", "points": points},
            "uncertainties": {**ranges, **mixed},
            "record": {"indicators": [ADEQUATE, "coverage"]},
            **more,
        }
    )


def luck(scenario: Scenario, seed: int) -> float:
    place = [int(1e6 * float(scenario.values[name])) for name in RANGES]
    return float(np.random.default_rng([seed, *place]).random())


def planted(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Falls short where mentors have few hours, subgroups are large and the dose is not linear; of real and other."""
    values = scenario.values
    short = values["mentor_hours"] < 1.5 and values["subgroup_size"] >= 8 and values["form_dose"] != "linear"
    return Measured(
        {
            **dict.fromkeys(INDICATORS, np.nan),
            ADEQUATE: (0.6 if short else 0.9) + 0.05 * luck(scenario, seed),
            "coverage": 0.5,
        }
    )


def noise(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    return Measured({**dict.fromkeys(INDICATORS, np.nan), ADEQUATE: 0.6 + 0.4 * luck(scenario, seed), "coverage": 0.5})


def by_lever(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Only the design without crossing years falls short, for want of willing mentors."""
    short = not scenario.values["cross_year"] and scenario.values["willing_share"] < 0.4
    return Measured(
        {**dict.fromkeys(INDICATORS, np.nan), ADEQUATE: 0.7 if short else 0.9, "coverage": luck(scenario, seed)}
    )


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Discovery:
    folder = tmp_path_factory.mktemp("planted")
    sweep(study(), folder, workers=0, simulate=planted)
    return discover(folder)


def test_a_planted_box_of_mixed_parameters_is_found(found: Discovery) -> None:
    assert (found.threshold, found.below) == (0.80, True)
    assert len(found.boxes) == 1
    box = found.boxes.iloc[0]
    assert box["density"] == 1.0
    assert box["coverage"] > 0.9
    assert box["density_out"] > 0.8
    limits = {(row.factor, row.limit): row for row in found.limits.itertuples()}
    assert set(limits) == {("mentor_hours", "at_most"), ("subgroup_size", "at_least"), ("form_dose", "not")}
    assert limits["mentor_hours", "at_most"].value == pytest.approx(1.5, abs=0.1)
    assert limits["subgroup_size", "at_least"].value == 8
    assert limits["form_dose", "not"].value == "linear"
    assert (found.limits["quasi_p"] < 0.05).all()
    assert (found.limits["reproduced"] >= 0.8).all()


def test_a_box_holds_the_points_that_it_says(found: Discovery) -> None:
    inside = [found.box_of(point, 0, 1) for point in found.points.to_dict("records")]
    assert sum(inside) == found.boxes["points"].iloc[0]
    assert found.points["fails"][inside].sum() == found.boxes["failing"].iloc[0]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("mentor_hours at most 1.50 h", "subgroup_size at least 8", "hyperbolic or exponential")),
        ("nl", ("mentor_hours hoogstens 1,50 uur", "subgroup_size ten minste 8", "hyperbolic of exponential")),
    ],
)
def test_a_box_reads_as_a_sentence(found: Discovery, lang: Any, words: tuple[str, ...]) -> None:
    told = sentences(found, 0, lang)
    assert len(told) == 2
    assert told[0].endswith((" 80%.", " 80 procent."))
    assert all(part in told[1] for part in words)


def test_numbers_are_drawn_as_numbers_and_switches_and_choices_as_words() -> None:
    """Else a limit would be drawn at a place that has nothing to do with the points."""
    for numbers in ([2, 10], [1.5, 2.25]):
        assert _drawable(pd.Series(numbers)).tolist() == numbers
    assert _drawable(pd.Series([True, False])).tolist() == ["True", "False"]
    assert _drawable(pd.Series(["linear", "hyperbolic"])).tolist() == ["linear", "hyperbolic"]


def test_what_never_varies_takes_nobodys_place_among_the_columns() -> None:
    table = pd.DataFrame(
        {
            "gap_best": 0.3, "form_dose": "linear", "subgroup_size": 4,
            "mentor_hours": [1.0, 2.0, 1.5], "with_fatigue": [True, False, True],
        }
    )  # fmt: skip
    columns = {(name, value): values.tolist() for values, name, value in _columns(table, list(table))}
    assert columns == {
        ("mentor_hours", None): [1.0, 2.0, 1.5],
        ("with_fatigue", True): [1.0, 0.0, 1.0],
        ("with_fatigue", False): [0.0, 1.0, 0.0],
    }


def test_in_noise_nothing_is_found_and_that_is_said(tmp_path: Path) -> None:
    sweep(study(200), tmp_path, workers=0, simulate=noise)
    found = discover(tmp_path)
    assert 0 < found.points["fails"].mean() < 1
    assert found.boxes.empty
    assert "No combination of assumptions stands out" in sentences(found, 0, "en")[1]
    assert "springt eruit" in sentences(found, 0, "nl")[1]
    assert write(DiscoveryReport(found, tmp_path / "report"), "nl")


def test_each_design_is_looked_at_by_itself(tmp_path: Path) -> None:
    sweep(study(120, levers={"cross_year": [True, False]}), tmp_path, workers=0, simulate=by_lever)
    found = discover(tmp_path)
    assert list(found.designs.values()) == ["cross_year true", "cross_year false"]
    assert set(found.boxes["design"]) == {1}
    assert set(found.limits["factor"]) == {"willing_share"}
    assert found.limits["value"].iloc[0] == pytest.approx(0.4, abs=0.01)
    assert len(sentences(found, 0, "en")) == 1
    same = discover(tmp_path)
    assert same.boxes.equals(found.boxes)
    assert same.limits.equals(found.limits)


# --- what is refused, and the command --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"indicator": "coverage"}, "no threshold for coverage"),
        ({"indicator": "cover", "below": 0.5}, "one of supervision_adequate_share, coverage; did you mean coverage"),
        ({"below": 0.5, "above": 0.6}, "both --below and --above"),
    ],
)
def test_wrong_questions_are_refused(found: Discovery, wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InputFaults, match=message):
        discover(found.folder, **wrong)


def test_an_unfinished_sweep_is_refused(tmp_path: Path) -> None:
    sweep(study(20), tmp_path, workers=0, simulate=planted, chunk=5)
    next((tmp_path / "runs").glob("*.parquet")).unlink()
    with pytest.raises(InputFaults, match="found 35 of 40 runs"):
        discover(tmp_path)


def test_the_command_tells_draws_and_writes(
    found: Discovery, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["discover", str(found.folder), "--below", "0.8", "--out", str(tmp_path / "out"), "--lang", "nl"]
    assert samenspel.main(asked) == 0
    said = capsys.readouterr()
    assert "Doos 1" in said.out
    assert "Grens" in said.out
    assert "< 0,001" in said.out
    names = {path.name for path in (tmp_path / "out").iterdir()}
    figure = {f"figure-design-0.{kind}" for kind in ("svg", "png", "csv")}
    assert {"boxes.csv", "limits.csv", "points.csv", "findings.txt"} | figure == names


def test_the_document_is_plain_json(found: Discovery, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert samenspel.main(["discover", str(found.folder), "--json", "--out", str(tmp_path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads(json.dumps(DiscoveryReport(found, tmp_path).document()))
    assert {limit["factor"] for limit in told["designs"][0]["boxes"][0]["limits"]} == {
        "mentor_hours",
        "subgroup_size",
        "form_dose",
    }


def test_every_box_of_every_design_is_told_with_its_own_limits() -> None:
    """Two designs of two boxes; the value of a limit says whose it is."""
    both = [(design, box) for design in (0, 1) for box in (1, 2)]
    boxes = pd.DataFrame([{"design": design, "box": box, "density": 0.9} for design, box in both])
    limits = pd.DataFrame(
        [
            {"design": design, "box": box, "factor": "mentor_hours", "limit": "at_most", "value": 10.0 * design + box,
             "quasi_p": 0.01, "reproduced": 1.0}
            for design, box in both
        ]
    )  # fmt: skip
    points = pd.DataFrame({"design": [0, 0, 1], "fails": [True, False, True]})
    found = Discovery(Path("out"), ADEQUATE, 0.8, True, points, boxes, limits, {0: "one", 1: "other"})
    told = DiscoveryReport(found, Path()).document()["designs"]
    assert [(design["name"], design["points"], design["failing"]) for design in told] == [
        ("one", 2, 1),
        ("other", 1, 1),
    ]
    values = [[limit["value"] for limit in box["limits"]] for design in told for box in design["boxes"]]
    assert values == [[1.0], [2.0], [11.0], [12.0]]


def test_what_is_no_sweep_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert samenspel.main(["discover", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert samenspel.main(["discover", str(tmp_path), "--below", "much"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


# --- where the safe scale falls short --------------------------------------------------------------------------------


def scales(folder: Path, arms: int = 1) -> Path:
    """What `degrade` leaves: worlds with few mentor hours are safe up to 9 places, the others up to 20 or all."""
    luck = np.random.default_rng(3)
    rows = []
    for world in range(240):
        hours, relief = luck.uniform(0.5, 3.0), luck.uniform(0.0, 0.4)
        for arm in range(arms):
            safe = 9.0 - luck.uniform() if hours < 1.2 and not arm else (math.inf if world % 2 else 20.0)
            rows.append({"arm": f"arm {arm}", "world": world, "by_share": safe, "by_loss": safe,
                         "mentor_hours": hours, "peer_relief": relief})  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_csv(folder / "scales.csv", index=False)
    told = {"own": 12, "seed": 1, "sampled": ["mentor_hours", "peer_relief"]}
    (folder / "degradation.json").write_text(json.dumps(told))
    return folder


def test_worlds_in_which_the_safe_scale_falls_short_of_what_is_planned(tmp_path: Path) -> None:
    found = discover(scales(tmp_path))
    assert (found.indicator, found.threshold, found.below) == ("safe_scale", 12.0, True)
    (limit,) = found.limits.to_dict("records")
    assert (limit["factor"], limit["limit"]) == ("mentor_hours", "at_most")
    assert limit["value"] == pytest.approx(1.2, abs=0.03)
    assert found.boxes["density"].item() > 0.95
    assert discover(tmp_path, below=25).points["fails"].mean() > 0.4
    assert not discover(tmp_path, below=8.0).points["fails"].any()


def test_every_arm_is_looked_at_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = discover(scales(tmp_path, arms=2))
    assert found.designs == {0: "arm 0", 1: "arm 1"}
    assert set(found.boxes["design"]) == {0}
    assert samenspel.main(["discover", str(tmp_path), "--lang", "nl"]) == 0
    assert "safe_scale onder 12" in " ".join(capsys.readouterr().out.split())


@pytest.mark.filterwarnings("error::pandas.errors.PerformanceWarning")
def test_many_assumptions_are_put_together_in_one_frame(tmp_path: Path) -> None:
    many = scales(tmp_path) / "scales.csv"
    table = pd.read_csv(many)
    others = pd.DataFrame({f"factor {at}": np.arange(len(table)) for at in range(120)})
    pd.concat([table, others], axis=1).to_csv(many, index=False)
    found = discover(tmp_path)
    assert found.points.columns[-3:].tolist() == ["design", "value", "fails"]
    assert set(found.limits["factor"]) == {"mentor_hours"}


def test_an_analysis_without_worlds_is_refused(tmp_path: Path) -> None:
    (tmp_path / "degradation.json").write_text(json.dumps({"own": 12, "seed": 1, "sampled": []}))
    with pytest.raises(InputFaults, match="worlds along one axis"):
        discover(tmp_path)


def test_a_box_ends_upright_along_x_and_level_along_y() -> None:
    panel = Figure().subplots()
    limits = pd.DataFrame({"limit": [">=", "not"], "value": [2.0, 9.0]})
    _draw_limits(panel, "x", limits)
    _draw_limits(panel, "y", limits.assign(value=3.0))
    upright, level = panel.lines
    assert list(upright.get_xdata()) == [2.0, 2.0]
    assert list(level.get_ydata()) == [3.0, 3.0]
