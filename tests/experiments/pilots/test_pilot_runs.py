"""Pilots as the model runs them: what changes later, who takes part, and the command."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from samenspel import main
from samenspel.experiments.pilots.comparison.close import look
from samenspel.experiments.pilots.comparison.compare import compare_pilots
from samenspel.experiments.pilots.comparison.comparison import Comparison
from samenspel.experiments.pilots.comparison.runs import PilotRun, by_profession
from samenspel.experiments.pilots.file.design import Later
from samenspel.experiments.pilots.file.measures import MEASURES
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.study.parts import Record
from samenspel.experiments.sweeps.results import load
from samenspel.model import Partnership
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from tests.experiments.pilots.planted import KNOWLEDGE, document


def test_what_changes_later_changes_then() -> None:
    """Parallel first, then mixed: until the change it is the parallel design, to the bit."""
    scenario = Scenario.load("growth-mbo").with_values(mbo_mix="parallel")
    record = Record()
    early = PilotRun((Later(3, {"mbo_mix": "mixed"}, {}),))(scenario, 2, 1, record)
    parallel, late = (
        PilotRun(then)(scenario, years, 1, record)
        for then, years in (((), 2), ((Later(3, {"mbo_mix": "mixed"}, {}),), 4))
    )
    np.testing.assert_equal(early.last_year, parallel.last_year)  # NaN is NaN
    assert late.last_year[KNOWLEDGE] > PilotRun()(scenario, 4, 1, record).last_year[KNOWLEDGE]


def test_only_the_named_ikcs_take_mbo_students_and_professions_add_up() -> None:
    pilots = Pilots.of(document({"name": "x", "ikcs": ["Groningen 1", "Kloosterveen 1"]}))
    measured = PilotRun()(pilots.designs[1].scenario, 1, 1, Record())
    groups = pd.DataFrame(measured.groups["profession"]).set_index("profession")
    assert 0 < measured.last_year["students_mbo"] <= 8
    assert groups.loc["pabo", "supervision_adequate_share"] == pytest.approx(
        measured.last_year["supervision_adequate_share_hbo"], abs=0.02
    )


def test_professions_are_told_over_the_same_students_as_groups_are() -> None:
    there = Partnership(Scenario.load("growth-mbo").with_values(mbo_half_year_share=0.4, pedagogy_share=0.1), rng=3)
    there.run(years=2)
    roles, programmes = (there.groups_last_year(by).set_index(by) for by in ("role", "programme"))
    told = pd.DataFrame(by_profession(there)).set_index("profession")
    pd.testing.assert_series_equal(told.loc["mbo"], roles.loc["mbo"], check_names=False)
    assert told.loc["pabo", "students"] == roles.loc["hbo", "students"] - programmes.loc["pedagogy", "students"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Two designs in two worlds, run by the model in one process."""
    pilots = Pilots.of(document({"name": "a"}, {"name": "b", "ikcs": 3}, worlds=2, replications=2))
    return compare_pilots(pilots, tmp_path_factory.mktemp("pilots"), workers=0, close_worlds=2, questions=False)


@pytest.mark.slow
def test_any_number_of_workers_gives_the_same_tables(small: Comparison, tmp_path: Path) -> None:
    again = compare_pilots(small.pilots, tmp_path, workers=2, close_worlds=0, questions=False)
    pd.testing.assert_frame_equal(small.runs, again.runs, check_exact=True)


def test_the_close_look_adds_up_and_gives_power(small: Comparison) -> None:
    close = small.close
    assert close is not None
    paid = look(small.pilots, worlds=2, replications=2).boards.groupby(["design", "world"])["contribution"].sum()
    own = small.runs.groupby(["design", "world"])["own_contribution"].mean()
    assert paid.index.equals(own.index)
    assert np.allclose(paid, own)
    assert close.boards.groupby(["design", "world"])["contribution"].sum().index.equals(own.index)
    assert set(small.power["design"]) == {1, 2}
    assert small.power["power"].between(0.05, 1).all()
    three = small.power[small.power["design"] == 2]
    assert three["pilot_clusters"].tolist() == [3.0] * 4
    assert three["other_clusters"].tolist() == [12.0] * 4


def test_a_measure_for_everything_that_is_compared(small: Comparison) -> None:
    assert set(small.measures) <= set(MEASURES)
    assert not small.summary["mean"].isna().any() or small.summary["design"].min() == 0


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_command_writes_one_document_and_a_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "own.toml", tmp_path / "out"
    file.write_text(
        "replications = 2\nworlds = 2\nyears = 1\n"
        '[[design]]\nname = "none"\n[[design]]\nname = "some"\nikcs = 2\n'
        'mbo_mix = "mixed"\nmbo_students_per_cluster = 4\n',
        encoding="utf-8",
    )
    assert main(["pilots", str(file), "--out", str(out), "--workers", "0", "--json", "--lang", "en"]) == 0
    printed = capsys.readouterr()
    told = json.loads(printed.out)
    assert told["designs"] == {"0": "none", "1": "some"}
    assert [one["number"] for one in told["questions"]] == list(range(1, 11))
    assert "The report is" in printed.err
    assert {path.name for path in out.iterdir()} == {
        "runs", "tables", "report.html", "pilots.toml", "pilots.xlsx", "findings.txt",
    }  # fmt: skip
    assert Pilots.load(out / "pilots.toml").designs[1].values == Pilots.load(file).designs[1].values
    assert len(load(next((out / "runs").iterdir())).runs) > 0
    with pytest.raises(InputFaults):
        compare_pilots(replace(Pilots.load(file), replications=3), out, workers=0)
