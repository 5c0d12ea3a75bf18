"""Study files: what they mean, and every fault in them at once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samenspel.experiments.study.designs import KINDS, size_of
from samenspel.experiments.study.factors import Crossed, Factor
from samenspel.experiments.study.study import Study, is_study
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from tests.places import ROOT


def study(**document: Any) -> Study:
    made = Study.of(document)
    told, there = size_of(made.design, made.levers, made.uncertainties), len(made.points)
    assert told >= there if made.design.kind == "one-at-a-time" else told == there
    return made


def faults(folder: Path | str = ".", **document: Any) -> list[str]:
    with pytest.raises(InputFaults) as caught:
        Study.of(document, folder=folder)
    assert all(fault.text("nl") != fault.text("en") for fault in caught.value.faults)
    return [fault.text("en") for fault in caught.value.faults]


# --- the unit cube ---------------------------------------------------------------------------------------------------


@given(st.sampled_from(sorted(PARAMETERS)), st.floats(0, 1))
def test_every_place_of_the_unit_cube_is_a_value_that_is_declared(name: str, place: float) -> None:
    parameter = PARAMETERS[name]
    value = Factor.declared(parameter).at(place)
    match parameter.kind:
        case "real":
            assert isinstance(value, float)
            assert parameter.low <= value <= parameter.high + 1e-12
        case "whole":
            assert type(value) is int
            assert parameter.low <= value <= parameter.high
        case "switch":
            assert type(value) is bool
        case "choice":
            assert value in parameter.choices


@pytest.mark.parametrize("name", ["subgroup_size", "mbo_mix", "cross_year"])
def test_whole_numbers_and_choices_get_equal_parts(name: str) -> None:
    factor = Factor.declared(PARAMETERS[name])
    counts = Counter(factor.at(place) for place in (np.arange(8400) + 0.5) / 8400)
    assert len(set(counts.values())) == 1
    assert len(counts) == len(factor.values or range(2, 16))


def test_crossing_runs_the_last_block_fastest() -> None:
    crossed = Crossed([[{"a": 1}, {"a": 2}], [{"b": 3}, {"b": 4}, {"b": 5}]])
    assert [tuple(point.values()) for point in crossed] == [(1, 3), (1, 4), (1, 5), (2, 3), (2, 4), (2, 5)]
    with pytest.raises(IndexError):
        crossed[6]
    assert list(Crossed([])) == [{}]


# --- designs ---------------------------------------------------------------------------------------------------------


def test_a_list_means_a_sweep() -> None:
    made = study(levers={"cross_year": [True, False]}, uncertainties={"peer_relief": [0.1, 0.2, 0.3]})
    assert list(made.points) == [{"cross_year": c, "peer_relief": p} for c in (True, False) for p in (0.1, 0.2, 0.3)]


def test_one_value_is_set_for_all_points() -> None:
    made = study(levers={"cross_year": [True, False], "mentor_hours": 1.5, "mbo_mix": "mixed"})
    assert made.varied == ("cross_year",)
    assert (made.scenario.values["mentor_hours"], made.scenario.values["mbo_mix"]) == (1.5, "mixed")


def test_a_study_gives_clusters_settings_of_their_own() -> None:
    name = Scenario.load("baseline").world.clusters[2].name
    own = {"mbo_mix": "mixed", "meeting_interval": 1}
    found = study(levers={"cross_year": [True, False]}, clusters={name: own}).scenario.world.clusters
    assert [row.name for row in found if row.own] == [name]
    assert found[2].own == own
    wrongs = {name: {"hbo_demand": 3}}, {"Nergens": own}, {name: 3}
    for wrong, place in zip(wrongs, (f"{name}, hbo_demand: ", "Nergens: ", name), strict=True):
        assert faults(levers={"roles": [0.0, 1.0]}, clusters=wrong)[0].startswith(f"study, [clusters] {place}")


def test_a_factorial_takes_both_ends_of_a_range() -> None:
    made = study(
        design={"kind": "factorial", "levels": 3},
        uncertainties={"peer_relief": "declared", "subgroup_size": {"low": 2, "high": 3}, "mbo_mix": "declared"},
    )
    assert sorted({point["peer_relief"] for point in made.points}) == [0.0, 0.2, 0.4]
    assert {point["subgroup_size"] for point in made.points} == {2, 3}
    assert len(made.points) == 3 * 2 * 4
    one = study(design={"kind": "factorial", "levels": 1}, uncertainties={"mentor_hours": {"low": 1.0, "high": 2.0}})
    assert list(one.points) == [{"mentor_hours": 1.5}], "one level is the middle"


@pytest.mark.parametrize("kind", ["latin-hypercube", "sobol"])
def test_levers_are_crossed_with_sampled_worlds(kind: str) -> None:
    made = study(
        design={"kind": kind, "points": 16},
        levers={"cross_year": [True, False], "mentor_hours": {"low": 1.0, "high": 2.0}},
        uncertainties={"peer_relief": "declared", "form_dose": "declared", "meeting_interval": [2, 3]},
    )
    points = list(made.points)
    assert (len(made.points.levers), len(made.points.worlds), len(points)) == (2 * 16, 2 * 16, 1024)
    worlds = [
        [tuple(point[name] for name in made.uncertainty_names) for point in points[at : at + 32]]
        for at in range(0, 1024, 32)
    ]
    assert all(world == worlds[0] for world in worlds), "every design meets the same worlds"
    hours = sorted(made.points.levers[at]["mentor_hours"] for at in range(16))
    assert [int((hour - 1.0) * 16) for hour in hours] == list(range(16)), "one in each sixteenth part"
    assert points == list(study(**made.document).points)
    assert points != list(study(**{**made.document, "seed": 2}).points)


def test_morris_changes_one_factor_a_step() -> None:
    made = study(
        design={"kind": "morris", "trajectories": 3},
        uncertainties={"peer_relief": "declared", "gap_best": "declared", "talk_size": "declared"},
    )
    points = list(made.points)
    assert len(points) == 3 * 4
    for start in (0, 4, 8):
        for one, next_one in zip(points[start : start + 3], points[start + 1 : start + 4], strict=True):
            assert sum(one[name] != next_one[name] for name in one) == 1


def test_morris_is_made_anew_for_each_place_of_a_list() -> None:
    made = study(
        design={"kind": "morris", "trajectories": 3},
        uncertainties={"peer_relief": "declared", "gap_best": "declared"},
        levers={"cross_year": [True, False]},
    )
    points = list(made.points)
    assert len(points) == 2 * 3 * 3
    assert sum(point["cross_year"] for point in points) == 9


def test_one_at_a_time_starts_from_the_scenario() -> None:
    made = study(
        design={"kind": "one-at-a-time", "levels": 2}, levers={"cross_year": [True, False], "mentor_hours": "declared"}
    )
    assert [tuple(point.values()) for point in made.points] == [(True, 2.0), (False, 2.0), (True, 0.5), (True, 3.0)]


def test_a_table_gives_the_points(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("mentor_hours,mbo_mix,cross_year\n1.5,mixed,false\n2,none,true\n")
    design = {"kind": "table", "file": "points.csv"}
    made = Study.of({"design": design, "levers": {"subgroup_size": [3, 4]}}, folder=tmp_path)
    assert len(made.points) == 4
    assert made.points[1] == {"mentor_hours": 1.5, "mbo_mix": "mixed", "cross_year": False, "subgroup_size": 4}
    assert made.lever_names == ("mentor_hours", "mbo_mix", "cross_year", "subgroup_size")


@pytest.mark.parametrize("name", Study.names())
def test_the_built_in_studies_are_right(name: str) -> None:
    made = Study.load(name)
    assert Study.check(name) == []
    assert made.title("nl") != made.title("en")
    assert made.points[0]
    assert is_study(Path("experiments/studies") / f"{name}.toml") or not Path("experiments").is_dir()


def test_the_uncertainty_study_holds_all_that_nobody_knows() -> None:
    assert set(Study.load("uncertainty").uncertainty_names) == {p.name for p in PARAMETERS.values() if p.sampled}


# --- faults ----------------------------------------------------------------------------------------------------------

LEVERS = {"cross_year": [True, False]}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"levers": {"mentor_hour": [1.0]}}, "did you mean mentor_hours?"),
        ({"levers": {"mentor_hours": [1.0, 9.0]}}, "from 0.5 to 3 (h/week), or further with beyond_range = true"),
        ({"levers": {"mentor_hours": {"low": 0.1, "high": 2.0}}}, "mentor_hours.low: found 0.1"),
        ({"levers": {"mentor_hours": {"low": 2.0, "high": 1.0}}}, "low below high"),
        ({"levers": {"mentor_hours": {"low": 2.0}}}, "{ low = …, high = … }"),
        ({"levers": {"mbo_mix": {"low": 0, "high": 1}}}, '"declared"'),
        ({"levers": {"mbo_mix": ["mixd"]}}, "did you mean mixed?"),
        ({"levers": {"subgroup_size": [2.5]}}, "a whole number from 2 to 15"),
        ({"levers": {"cross_year": [1]}}, "true or false"),
        ({"levers": {"cross_year": []}}, "an empty list"),
        ({"levers": {"cross_year": [True, True]}}, "more than once"),
        ({"levers": LEVERS, "uncertainties": LEVERS}, "each parameter once"),
        ({"levers": {"mentor_hours": float("nan")}}, "no number"),
        ({}, "nothing that varies"),
        ({"levers": LEVERS, "replications": 0}, "replications: found 0"),
        ({"levers": LEVERS, "years": True}, "years"),
        ({"levers": LEVERS, "seed": -1}, "seed"),
        ({"levers": LEVERS, "time_limit": "long"}, "time_limit"),
        ({"levers": LEVERS, "beyond_range": "yes"}, "beyond_range"),
        ({"levers": LEVERS, "replication": 3}, "did you mean replications?"),
        ({"levers": LEVERS, "scenario": "baselin"}, "did you mean baseline?"),
        ({"levers": LEVERS, "scenario": 3}, "name or path of a scenario"),
        ({"levers": LEVERS, "design": "factorial"}, "a table: [design]"),
        ({"levers": LEVERS, "design": {"kind": "factoral"}}, "did you mean factorial?"),
        ({"levers": LEVERS, "design": {"kind": "sobol", "points": 64}}, "a range to sample"),
        ({"levers": LEVERS, "design": {"points": 64}}, "only with latin-hypercube, sobol"),
        ({"uncertainties": {"peer_relief": "declared"}, "design": {"kind": "sobol", "points": 100}}, "a power of two"),
        ({"uncertainties": {"peer_relief": "declared"}, "design": {"kind": "latin-hypercube"}}, "points = 256"),
        ({"uncertainties": {"peer_relief": "declared"}, "design": {"kind": "morris", "levels": 3}}, "an even number"),
        ({"levers": LEVERS, "design": {"kind": "table"}}, "a CSV file that exists"),
        ({"levers": LEVERS, "record": {"by": ["clusters"]}}, "did you mean cluster?"),
        ({"levers": LEVERS, "record": {"indicators": ["coverag"]}}, "did you mean coverage?"),
        ({"levers": LEVERS, "record": {"indicators": []}}, "indicators: found an empty list; allowed: one or more"),
        ({"levers": LEVERS, "precision": {"indicators": []}}, "[precision] indicators: found an empty list"),
        ({"levers": LEVERS, "record": {"weakly": True}}, "did you mean weekly?"),
        ({"levers": LEVERS, "precision": {"half_width": 0.1, "relative_half_width": 0.1}}, "one of these"),
        ({"levers": LEVERS, "precision": {"half_width": -1}}, "half_width"),
        ({"levers": LEVERS, "precision": {"at_most": 3}}, "from 30 to"),
        ({"levers": LEVERS, "beyond_range": True, "uncertainties": {"academic_share": 0.9}}, "at most 1"),
    ],
)  # fmt: skip
def test_a_fault_is_told_in_one_clear_line(document: dict[str, Any], words: str) -> None:
    told = faults(**document)
    assert words in told[0]
    assert len(told) == 1


def test_all_faults_come_at_once() -> None:
    told = faults(
        scenario="baselin", replications=0, design={"kind": "x"}, levers={"a": [1], "mentor_hours": [9.0]}, record=3
    )
    assert len(told) == 6


def test_beyond_the_declared_range_on_purpose_only() -> None:
    made = study(beyond_range=True, levers={"mentor_hours": {"low": 0.1, "high": 8.0}})
    assert made.points[0] == {"mentor_hours": 0.1}
    assert made.scenario.with_values(**made.points[1]).values["mentor_hours"] == 8.0


MILLION = {"kind": "factorial", "levels": 10}
SIX = dict.fromkeys(
    ("peer_relief", "gap_best", "talk_size", "peer_rate", "peer_half", "peer_fade"), "declared"
)  # ten values each


def test_a_million_points_must_be_meant() -> None:
    told = faults(design=MILLION, uncertainties=SIX)
    assert "1,000,000 points" in told[0]
    assert "size = 1000000" in told[0]
    assert len(study(design={**MILLION, "size": 10**6}, uncertainties=SIX).points) == 10**6
    assert faults(design={**MILLION, "size": 10**7}, uncertainties=SIX)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mentor_hours\n", "a table without points"),
        ("mentor_hour\n1.5\n", "did you mean mentor_hours?"),
        ("mentor_hours\n1.5\nmany\n", "row 3, mentor_hours"),
        ("mentor_hours,mbo_mix\n1.5\n", "2 cells"),
        ("mentor_hours,mentor_hours\n1.5,1.5\n", "each column once"),
    ],
)
def test_faults_of_a_table(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "points.csv").write_text(text)
    assert any(words in line for line in faults(tmp_path, design={"kind": "table", "file": "points.csv"}))


def test_what_cannot_go_together_is_told_with_the_row_of_the_file(tmp_path: Path) -> None:
    lines = ["mbo_assistant_share,mbo_level3_share", "0.4,0.2", "", "0.4", "0.8,0.7"]
    (tmp_path / "points.csv").write_text("\n".join(lines) + "\n")
    told = faults(tmp_path, design={"kind": "table", "file": "points.csv"}, beyond_range=True)
    assert any("row 4: found 1 cells" in line for line in told)
    assert any("row 5: found 1.5" in line for line in told)


def test_faults_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text("[levers\n")
    assert "broken TOML" in Study.check(tmp_path / "broken.toml")[0].text("en")
    assert "a built-in study" in Study.check(tmp_path / "lost.toml")[0].text("en")
    assert Study.check("scal")[0].nearest == "scale"
    (tmp_path / "own.toml").write_text('extends = "baseline"\nmentor_hours = 1.5\n')
    (tmp_path / "study.toml").write_text('scenario = "own.toml"\n[levers]\ncross_year = [true]\n')
    assert not is_study(tmp_path / "own.toml")
    assert is_study(tmp_path / "study.toml")
    assert Study.load(tmp_path / "study.toml").scenario.values["mentor_hours"] == 1.5


def test_every_kind_of_design_is_known_here() -> None:
    assert KINDS == ("factorial", "latin-hypercube", "sobol", "morris", "one-at-a-time", "table")


def test_the_guide_names_every_kind_and_every_built_in_study() -> None:
    guide = (ROOT / "docs" / "SWEEPS.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in guide for name in (*KINDS, *Study.names()))
