"""What an indicator hangs on over worlds that could be this partnership, on functions of which the answer is known."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import samenspel
from samenspel.experiments.assumptions.discovery import discover
from samenspel.experiments.assumptions.given_worlds import GivenWorlds
from samenspel.experiments.assumptions.sensitivity import Sensitivity, sensitivity
from samenspel.experiments.assumptions.sensitivity_report import SensitivityReport
from samenspel.experiments.output.reports import write
from samenspel.experiments.plausible.source import Source
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.seeds import seed_of
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.results import load
from samenspel.experiments.sweeps.work import Measured
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from tests.cheap_runs import same

ADEQUATE = "supervision_adequate_share"
LEVERS: dict[str, Any] = {"mentor_hours": {"low": 1.0, "high": 3.0}, "cross_year": [True, False]}


def study(**more: Any) -> Study:
    return Study.of({"replications": 2, "years": 1, **more})


def planted(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """How many are willing counts most, mentors' hours less, nothing else at all; the seed is a little luck."""
    p = scenario.values
    share = 0.5 + 1.5 * (float(p["willing_share"]) - 0.5) + 0.03 * float(p["mentor_hours"]) + (seed % 7) / 1e4
    return Measured(dict.fromkeys(record.indicators, share))


def judged_by_the_floor(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """All hangs on the partnership's own floor of quality, which is fitted anew in every world."""
    share = 1.0 - 0.5 * float(scenario.values["adequate_threshold"]) + (seed % 7) / 1e4
    return Measured(dict.fromkeys(record.indicators, share))


def interrupted_once(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Somebody presses Ctrl-C in the second replication, once."""
    marker = Path(os.environ["SAMENSPEL_TEST_MARKER"])
    if seed == seed_of(1, 2) and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGINT)
    return planted(scenario, years, seed, record)


def asked(out: Path, workers: int = 0, simulate: Any = planted, **more: Any) -> Sensitivity:
    """Forty worlds of a study with two levers."""
    given = study(levers=LEVERS)
    return sensitivity(given, out, worlds="plausible", draws=40, workers=workers, simulate=simulate, **more)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("found")


@pytest.fixture(scope="module")
def found(folder: Path) -> Sensitivity:
    return asked(folder)


def test_a_planted_influence_is_found_and_nothing_else(found: Sensitivity) -> None:
    ranked = found.ranked(ADEQUATE, "worlds")
    assert ranked.index[0] == "willing_share"
    assert ranked["low"].iloc[0] > 0.6
    sure = (ranked["low"] > 0) & (ranked["p_holm"] < 0.05)
    assert set(ranked.index[sure]) <= {"willing_share", "mentor_hours"}
    assert "cross_year" in ranked.index


def test_what_is_sure_is_asked_first_and_levers_stand_apart(found: Sensitivity) -> None:
    report = SensitivityReport(found, Path())
    first, chosen = report.sentences("en")[:2]
    assert first.startswith("Ask first, by how much it explains of the differences in supervision_adequate_share: ")
    assert PARAMETERS["willing_share"].en in first
    assert PARAMETERS["mentor_hours"].en not in first
    assert chosen.startswith("Of what can be chosen, ")
    assert report.sentences("nl")[0].startswith("Eerst na te vragen, ")


def test_levers_and_worlds_differ_and_nothing_else(found: Sensitivity) -> None:
    """What is a lever or a convention stays as it is, but for the levers that the study varies."""
    given = found.worlds
    assert given is not None
    points = pd.DataFrame(given.points())
    of_worlds = set(points) - set(LEVERS)
    assert of_worlds == set(Source.of("plausible", given.study.scenario).names())
    assert {PARAMETERS[name].standing for name in of_worlds} == {"uncertain"}
    hours = np.sort(points["mentor_hours"].to_numpy())
    assert (np.floor((hours - 1) / 2 * 40) == np.arange(40)).all(), "one in each fortieth of the range"
    assert points["cross_year"].sum() == 20


def test_what_a_study_sets_or_varies_itself_is_no_part_of_the_worlds() -> None:
    given = study(levers={"peer_gain": [0.002, 0.003]}, uncertainties={"gap_best": 0.2, "peer_relief": "declared"})
    names = GivenWorlds.of(given, "prior", 30).names
    assert names.count("peer_gain") == 1, "as a lever"
    assert "gap_best" not in names
    assert "peer_relief" in names


def test_the_same_for_any_number_of_workers_and_after_an_interruption(
    found: Sensitivity, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMENSPEL_TEST_MARKER", str(tmp_path / "marker"))
    for workers in (1, 2):
        same(found.indices, asked(tmp_path / str(workers), workers).indices)
    with pytest.raises(KeyboardInterrupt):
        asked(tmp_path / "stopped", simulate=interrupted_once)
    same(found.indices, asked(tmp_path / "stopped", simulate=interrupted_once).indices)


def test_another_indicator_costs_no_new_runs(found: Sensitivity, folder: Path) -> None:
    parts = {path: path.stat().st_mtime_ns for path in (folder / "worlds").rglob("*.parquet")}
    again = asked(folder, indicators=["coverage"])
    assert again.indicators == ["coverage"]
    assert {path: path.stat().st_mtime_ns for path in (folder / "worlds").rglob("*.parquet")} == parts
    assert again.stages["mean"].iloc[0] == found.stages["mean"].iloc[0]


@pytest.mark.parametrize("chosen", [False, True])
def test_what_is_fitted_anew_is_nothing_to_find_out_unless_it_is_a_lever(tmp_path: Path, chosen: bool) -> None:
    floor = {"adequate_threshold": {"low": 0.3, "high": 0.6}} if chosen else {}
    given = study(levers={"cross_year": [True, False]} | floor)
    found = sensitivity(given, tmp_path, worlds="plausible", draws=40, workers=0, simulate=judged_by_the_floor)
    ranked = found.ranked(ADEQUATE, "worlds")
    fitted = [name for name in ranked.index if name in PARAMETERS and PARAMETERS[name].refitted]
    assert fitted == (["adequate_threshold"] if chosen else [])
    assert (ranked["low"] > 0.6).sum() == chosen


def test_discover_works_on_the_folder(found: Sensitivity, folder: Path) -> None:
    middle = float(load(folder / "worlds").runs[ADEQUATE].median())
    boxes = discover(folder / "worlds", below=middle)
    assert boxes.limits["factor"].iloc[0] == "willing_share"
    assert boxes.limits["limit"].iloc[0] == "at_most"


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_a_report_says_in_how_many_worlds_from_where(found: Sensitivity, tmp_path: Path, lang: Any) -> None:
    report = SensitivityReport(found, tmp_path)
    said = "40 werelden die dit partnerschap zouden kunnen zijn" if lang == "nl" else "40 worlds that could be this"
    assert any(said in line for line in report.sentences(lang))
    document = json.loads(json.dumps(report.document(), allow_nan=False))
    assert (document["worlds_from"]["from"], document["worlds_from"]["draws"]) == ("plausible", 40)
    assert write(report, lang) == tmp_path / "report"
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert {"indices.csv", "figure-worlds.svg", "figure-worlds.png", "figure-worlds.csv"} <= names


def test_without_worlds_the_report_says_that_ranges_are_no_worlds(tmp_path: Path) -> None:
    given = study(uncertainties={"willing_share": "declared", "peer_gain": "declared"})
    result = sensitivity(given, tmp_path, method="morris", trajectories=4, workers=0, simulate=planted)
    report = SensitivityReport(result, tmp_path)
    assert "--worlds plausible" in report.sentences("en")[-1]
    assert "--worlds plausible" in report.sentences("nl")[-1]
    assert report.document()["worlds_from"] is None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (["--worlds", "plausible", "--method", "sobol", "--points", "100"], "--worlds: found --method and --points"),
        (["--worlds", "plausible", "--keep", "3"], "--worlds: found --keep as well"),
        (["--draws", "40"], "--draws: found 40"),
        (["--worlds", "prior", "--draws", "19"], "--draws: found 19; allowed: 20 or more"),
        (["--worlds", "nowhere.parquet"], '--worlds: found the text "nowhere.parquet"'),
        (["--worlds", "likely"], '--worlds: found the text "likely"'),
    ],
)
def test_what_does_not_go_together_is_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: list[str], told: str
) -> None:
    out = tmp_path / "out"
    assert (
        samenspel.main(["sensitivity", "uncertainty", "--out", str(out), "--workers", "0", *wrong, "--lang", "en"]) == 2
    )
    (line,) = (line for line in capsys.readouterr().err.splitlines() if "allowed: " in line)
    assert told in line
    assert not out.exists()


def test_a_table_of_points_leaves_nothing_to_vary(tmp_path: Path) -> None:
    (tmp_path / "points.csv").write_text("mentor_hours\n1.5\n2.0\n")
    given = Study.of({"replications": 2, "design": {"kind": "table", "file": str(tmp_path / "points.csv")}})
    with pytest.raises(InputFaults, match="table of points"):
        sensitivity(given, tmp_path / "out", worlds="prior", draws=30, workers=0, simulate=planted)
