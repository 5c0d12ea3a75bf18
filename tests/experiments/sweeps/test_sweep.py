"""Sweeps from study to summary."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import samenspel
from samenspel.experiments import Study, load, sweep
from samenspel.experiments.output.reports import write
from samenspel.experiments.study.parts import Precision
from samenspel.experiments.sweeps.precision import needed
from samenspel.experiments.sweeps.report import HEADLINES, SweepReport, how_many_were_enough, sentences
from samenspel.experiments.sweeps.results import Results
from samenspel.experiments.sweeps.runner import Ending
from samenspel.model import Partnership, Scenario
from samenspel.model.input.faults import InputFaults
from tests.cheap_runs import finish, quick, same, slow, study, undisturbed
from tests.places import ROOT

REAL = {"replications": 3, "years": 1, "levers": {"cross_year": [True, False], "mentor_hours": [2.0, 1.0]}}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("real")
    sweep(Study.of(REAL), folder, workers=0)
    return load(folder)


# --- the same to the bit ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("workers", "chunk"), [(0, 1), (0, 100), (1, 7), (2, 1), (2, 0), (4, 3)])
def test_tables_do_not_depend_on_workers_or_chunks(tmp_path: Path, workers: int, chunk: int) -> None:
    expected = undisturbed(tmp_path / "one")
    finish(tmp_path / "other", workers=workers, chunk=chunk)
    same(expected, load(tmp_path / "other").runs)


def test_the_model_gives_the_same_in_other_processes(real: Results, tmp_path: Path) -> None:
    sweep(Study.of(REAL), tmp_path, workers=2, chunk=5)
    same(real.runs, load(tmp_path).runs)


def test_a_row_is_the_model_with_these_values_and_this_seed(real: Results) -> None:
    row = real.runs.iloc[-1]
    scenario = Scenario.load("baseline").with_values(cross_year=row["cross_year"], mentor_hours=row["mentor_hours"])
    partnership = Partnership(scenario, rng=int(row["seed"]))
    partnership.run(years=1)
    for name, value in partnership.last_year().items():
        assert np.array_equal(row[name], value, equal_nan=True)


def test_progress_counts_every_run(tmp_path: Path) -> None:
    told: list[tuple[int, int, int]] = []
    finish(tmp_path, chunk=15, progress=lambda *numbers: told.append(numbers))
    assert told == [(0, 40, 0), (15, 40, 0), (30, 40, 0), (40, 40, 0)]


def test_after_a_sweep_signals_mean_what_they_meant(tmp_path: Path) -> None:
    asked = (signal.SIGINT, signal.SIGTERM)
    before = [signal.getsignal(number) for number in asked]
    finish(tmp_path)
    assert [signal.getsignal(number) for number in asked] == before


# --- what follows from the runs --------------------------------------------------------------------------------------


def test_units_travel_with_the_tables(real: Results) -> None:
    assert real.runs.attrs["units"]["mentor_hours"] == "h/week"
    assert real.units["coverage"] == "0-1"
    assert set(real.indicators) <= set(real.units)
    assert real.levers == ["cross_year", "mentor_hours"]


def test_differences_are_paired(real: Results) -> None:
    runs = real.runs
    a, b = (runs[runs["point"] == point].set_index("replication")["supervision_mean"] for point in (0, 1))
    row = real.differences.set_index(["design", "indicator"]).loc[(1, "supervision_mean")]
    assert row["mean"] == pytest.approx((b - a).mean())
    half = 4.302652729911275 * (b - a).std() / np.sqrt(3)
    assert row["high"] - row["mean"] == pytest.approx(half)
    assert row["variance_saved"] == pytest.approx(1 - (b - a).var() / (a.var() + b.var()))


def test_pairing_saves_all_variance_when_an_effect_is_always_the_same(tmp_path: Path) -> None:
    undisturbed(tmp_path)
    differences = load(tmp_path).differences.set_index(["design", "indicator"])
    assert differences.loc[(2, "coverage"), "mean"] == pytest.approx(-0.1)
    assert differences["variance_saved"].min() > 0.999


def test_worlds_are_shown_beside_luck(tmp_path: Path) -> None:
    made = Study.of(
        {
            "replications": 2,
            "levers": {"cross_year": [True, False]},
            "uncertainties": {"mentor_hours": {"low": 1.0, "high": 2.0}},
            "design": {"kind": "latin-hypercube", "points": 20},
        }
    )
    sweep(made, tmp_path, workers=0, simulate=quick)
    results = load(tmp_path)
    assert len(results.designs) == 2
    summary = results.summary.set_index(["design", "indicator"])
    row = summary.loc[(0, "coverage")]
    assert row["worlds_low"] < row["mean"] < row["worlds_high"]
    assert row["worlds_high"] - row["worlds_low"] == pytest.approx(0.9, abs=0.06)
    assert results.differences.set_index(["design", "indicator"]).loc[(1, "coverage"), "mean"] == pytest.approx(-0.1)


# --- how many replications -------------------------------------------------------------------------------------------


def runs_of(values: list[float]) -> pd.DataFrame:
    replications = np.arange(1, len(values) + 1)
    return pd.DataFrame({"point": 0, "replication": replications, "status": "done", "coverage": values})


def half_width(values: list[float]) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values)))


def test_the_number_needed_is_the_least_from_which_the_rule_holds() -> None:
    values = [1.0, 1.2, 0.9, 1.1, 1.0, 1.05, 0.95, 1.0, 1.0, 1.0]
    widths = [half_width(values[:n]) for n in range(2, 11)]
    limit = widths[4] * 1.0001  # with six replications
    expected = max(n for n, width in enumerate(widths, 2) if width > limit) + 1
    assert needed(runs_of(values), Precision("half_width", limit, ("coverage",)))["coverage"] == expected
    assert needed(runs_of(values), Precision("half_width", 1e-9, ("coverage",)))["coverage"] == np.inf
    cv = np.std(values, ddof=1) / np.sqrt(10) / np.mean(values)
    assert needed(runs_of(values), Precision("coefficient_of_variation", cv * 1.001, ("coverage",)))["coverage"] <= 10


def test_what_never_varies_needs_two_and_what_is_never_measured_none() -> None:
    rule = Precision("relative_half_width", 0.05, ("coverage",))
    assert needed(runs_of([3.0] * 5), rule)["coverage"] == 2
    assert needed(runs_of([np.nan] * 5), rule)["coverage"] == 0


@pytest.mark.parametrize("rule", ["half_width", "relative_half_width", "coefficient_of_variation"])
def test_what_is_never_anything_but_nothing_is_known_exactly(rule: Any) -> None:
    assert needed(runs_of([0.0] * 5), Precision(rule, 0.05, ("coverage",)))["coverage"] == 2


def test_replications_are_added_until_there_are_enough(tmp_path: Path) -> None:
    rule = {"half_width": 0.12, "indicators": ["coverage"], "at_most": 100}
    made = study(4, precision=rule, record={"indicators": ["coverage", "graduates"]})
    ending = sweep(made, tmp_path / "a", workers=0, simulate=quick)
    results = load(tmp_path / "a")
    assert ending.asked == ending.done == results.replications * 4
    assert 4 < results.replications < 100
    assert results.replications - 4 < results.replications_needed["coverage"] <= results.replications
    sweep(made, tmp_path / "b", workers=2, chunk=3, simulate=slow)
    same(results.runs, load(tmp_path / "b").runs)


def test_without_a_rule_five_percent_of_the_mean_is_close_enough(tmp_path: Path) -> None:
    sweep(study(5), tmp_path, workers=0, simulate=quick)
    results = load(tmp_path)
    assert results.precision == Precision("relative_half_width", 0.05, tuple(results.indicators), 0)


def test_the_answer_names_what_needs_more(tmp_path: Path) -> None:
    sweep(study(5, precision={"half_width": 0.13}), tmp_path, workers=0, simulate=quick)
    results = load(tmp_path)
    assert how_many_were_enough(results, "en").startswith("5 replications were enough for all but ")
    assert "coverage" not in how_many_were_enough(results, "nl").split("na (")[0]


def test_where_nothing_is_precise_enough_that_is_said() -> None:
    rule = Precision("half_width", 0.01, ("coverage", "graduates"))
    needs = pd.Series({"coverage": 12.0, "graduates": np.inf})
    results: Any = SimpleNamespace(shared=SimpleNamespace(replications=5), replications_needed=needs, precision=rule)
    assert how_many_were_enough(results, "en") == (
        "5 replications were not enough (half-width at most 0.01): coverage, graduates."
    )
    assert how_many_were_enough(results, "nl") == (
        "5 herhalingen waren niet genoeg (halve breedte hoogstens 0,01): coverage, graduates."
    )


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path: Path) -> str:
    text = 'title = "Small"\nreplications = 2\nyears = 1\n[levers]\ncross_year = [true, false]\n'
    (tmp_path / "small.toml").write_text(text)
    return str(tmp_path / "small.toml")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_command_prints_a_table_and_writes_figures(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str
) -> None:
    out = tmp_path / "out"
    assert samenspel.main(["sweep", small, "--out", str(out), "--workers", "0", "--lang", lang]) == 0
    said = capsys.readouterr()
    assert "cross_year true" in said.out
    assert ("herhalingen" if lang == "nl" else "replications") in said.out
    assert str(out / "report") in said.err
    names = {path.name for path in (out / "report").iterdir()}
    for figure in ("figure-summary", "figure-differences"):
        assert {f"{figure}.svg", f"{figure}.png", f"{figure}.csv"} <= names
    drawn = (out / "report" / "figure-summary.svg").read_text(encoding="utf-8")
    assert f"<!-- {'gemiddelde' if lang == 'nl' else 'mean'} -->" in drawn


def test_the_command_prints_one_json_document(small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert samenspel.main(["sweep", small, "--out", str(tmp_path / "out"), "--workers", "0", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["asked"], document["done"], document["failed"]) == (4, 4, 0)
    assert document["designs"] == {"0": {"cross_year": True}, "1": {"cross_year": False}}


def test_check_knows_studies(small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "wrong.toml").write_text('replications = 0\n[levers]\ncross_yeer = [true]\n[design]\nkind = "x"\n')
    assert samenspel.main(["check", small, str(tmp_path / "wrong.toml"), "--lang", "en"]) == 2
    said = capsys.readouterr()
    assert said.out == f"{small}: fine\n"
    assert len(said.err.splitlines()) == 3


@pytest.mark.parametrize("arguments", [["--workers", "many"], ["--workers", "-1"]])
def test_a_wrong_number_of_workers(small: str, tmp_path: Path, arguments: list[str]) -> None:
    assert samenspel.main(["sweep", small, "--out", str(tmp_path / "out"), *arguments]) == 2
    assert not (tmp_path / "out").exists()


def test_a_wrong_study_leaves_nothing(tmp_path: Path) -> None:
    assert samenspel.main(["sweep", "scal", "--out", str(tmp_path / "out")]) == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("file", ["lost.csv", 5])
def test_a_table_of_points_that_is_not_there_is_named_as_it_was_written(tmp_path: Path, file: Any) -> None:
    (tmp_path / "5").write_text("mentor_hours\n1.5\n")
    with pytest.raises(InputFaults) as raised:
        Study.of({"design": {"kind": "table", "file": file}}, folder=tmp_path)
    (fault,) = raised.value.faults
    assert str(file) in str(fault.found)
    assert str(tmp_path) not in fault.text("en")
    assert "allowed: the path of a CSV file that exists" in fault.text("en")
    assert "toegestaan: het pad van een bestaand CSV-bestand" in fault.text("nl")


def test_a_study_that_says_nothing_is_the_study_of_the_guide() -> None:
    guide = (ROOT / "docs" / "SWEEPS.md").read_text(encoding="utf-8")
    told = tomllib.loads(guide.split('```toml title="study.toml"\n')[1].split("```")[0])
    of_a_file, made = Study.of({"levers": {"cross_year": [True, False]}}), Study("own", Scenario.load("baseline"))
    for name in ("replications", "years", "seed", "time_limit"):
        assert getattr(of_a_file, name) == getattr(made, name) == told[name], name
    assert of_a_file.precision == made.precision


def test_a_report_of_many_designs_stays_readable(tmp_path: Path) -> None:
    hours = [round(0.5 + 0.02 * step, 2) for step in range(60)]
    sweep(study(2, levers={"mentor_hours": hours}), tmp_path, workers=0, simulate=quick)
    results = load(tmp_path)
    folder = write(SweepReport(Ending(tmp_path, 120, 120, 0, 0)), "en")
    assert folder
    assert len(pd.read_csv(folder / "figure-summary.csv")) == 40 * len(HEADLINES)
    assert len(pd.read_csv(folder / "summary.csv")) > 60 * len(HEADLINES)
    assert "Another 20 designs are in report/summary.csv." in sentences(results, "en")


def test_where_all_designs_are_shown_no_others_are_spoken_of(real: Results) -> None:
    assert not [told for told in sentences(real, "en") if "Another" in told]


@pytest.mark.parametrize(("years", "said"), [(2, []), (3, ["Growth is assumed for the grant from January 2026 on."])])
def test_it_is_said_from_when_growth_of_prices_is_assumed(tmp_path: Path, years: int, said: list[str]) -> None:
    sweep(study(2, years=years), tmp_path, workers=0, simulate=quick)
    assert [told for told in sentences(load(tmp_path), "en") if "assumed" in told] == said


# --- what is imported ------------------------------------------------------------------------------------------------


def imported_by(code: str) -> set[str]:
    asked = ("solara", "pandas", "numba", "mesa", "matplotlib", "distributed", "SALib")
    code += f"\nimport sys; print(*[name for name in {asked!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_importing_experiments_is_quick_and_a_sweep_needs_no_view() -> None:
    assert imported_by("import samenspel.experiments") == set()
    assert imported_by("from samenspel.experiments import sweep, load").isdisjoint(
        {"solara", "matplotlib", "distributed"}
    )


def test_unknown_names_are_unknown() -> None:
    with pytest.raises(ImportError):
        from samenspel.experiments import nothing  # type: ignore[attr-defined]  # noqa: F401


def test_the_notebook_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = json.loads((ROOT / "docs" / "sweep.ipynb").read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "notebook"}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            exec("".join(cell["source"]), names)
    assert (tmp_path / "mentors.svg").exists()
