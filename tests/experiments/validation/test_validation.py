"""Validation: verdicts by definition, measures against planted truth, and the command as people use it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import samenspel
from samenspel.experiments.study.parts import Record
from samenspel.experiments.sweeps.outcomes import RunsFailed
from samenspel.experiments.sweeps.results import load
from samenspel.experiments.sweeps.runner import sweep
from samenspel.experiments.sweeps.work import Measured
from samenspel.experiments.validation import words as validation_words
from samenspel.experiments.validation.document import DOCUMENT, markdown
from samenspel.experiments.validation.patterns import CRITERIA, DISCARDED, HORIZON
from samenspel.experiments.validation.report import ValidationReport, sentences
from samenspel.experiments.validation.validate import (
    FORMS,
    VALUE,
    Validation,
    gathered,
    rivals,
    simulate,
    study,
    validate,
)
from samenspel.experiments.validation.words import WHY_MISSED, figure, reason, target, verdict
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import in_language
from samenspel.model.input.scenario import Scenario

# --- verdicts --------------------------------------------------------------------------------------------------------


def test_both_ends_belong_to_a_target_unless_it_is_strict() -> None:
    dropout, dip = CRITERIA["left_fulltime"], CRITERIA["first_contacts_dip"]
    assert [dropout.verdict(x) for x in (0.2, 0.33, 0.199, 0.331)] == ["held", "held", "missed", "missed"]
    assert [dip.verdict(x) for x in (0.0, 1e-9)] == ["missed", "held"]


@pytest.mark.parametrize("criterion", CRITERIA.values(), ids=list(CRITERIA))
def test_what_could_not_be_measured_is_missed(criterion: Any) -> None:
    assert criterion.verdict(math.nan) == "missed"


@given(st.sampled_from(list(CRITERIA.values())), st.floats(-2, 500), st.floats(0, 50), st.floats(0, 1))
def test_a_sure_verdict_is_that_of_every_figure_in_the_interval(one: Any, low: float, wide: float, at: float) -> None:
    if one.is_sure(low, low + wide):
        assert one.verdict(low + at * wide) == one.verdict(low)


def test_patterns_and_uses_are_those_of_the_conceptual_model() -> None:
    uses = list(dict.fromkeys((one.pattern, one.use) for one in CRITERIA.values()))
    assert uses == [
        ("P1", "V"), ("P1", "C"), ("P2", "C"), ("P3", "C"), ("P4", "V"), ("P6", "S"), ("P7", "S"), ("P8", "C"),
        ("P10", "S"), ("P11", "S"), ("P12", "V"), ("P15", "C"), ("P16", "C"),
    ]  # fmt: skip
    calibrated = [name for name, one in CRITERIA.items() if (one.pattern, one.use) == ("P1", "C")]
    assert calibrated == ["coverage_fulltime", "coverage_parttime"]


def test_targets_read_well() -> None:
    def shown(name: str, lang: Any) -> str:
        one = CRITERIA[name]
        return target({"measure": name, "target_low": one.low, "target_high": one.high}, lang)

    assert shown("left_fulltime", "en") == "0.2 to 0.33"
    assert shown("left_fulltime", "nl") == "0,2 tot 0,33"
    assert shown("stops_ratio", "en") == "at least 1.5"
    assert shown("community_whole", "nl") == "hoogstens 0,5"
    assert shown("four_over_ten", "en") == "above 0"
    assert shown("two_a_mentor_felt", "nl") == "onder 0"
    assert shown("contacts_hbo", "en") == ""


def test_a_figure_too_small_for_its_digits_is_not_shown_as_nothing() -> None:
    assert figure({"unit": "SD", "figure": 0.0006}, "figure", "en") == "0.0006"
    assert figure({"unit": "SD", "figure": 0.0}, "figure", "en") == "0.000"


# --- the study -------------------------------------------------------------------------------------------------------


def test_rivals_are_all_other_forms_one_at_a_time() -> None:
    changes = list(rivals())
    assert len(changes) == sum(len(PARAMETERS[name].choices) - 1 for name in FORMS)
    assert all(len(change) == 1 for change in changes)
    points = study().points
    assert points[0] == {name: PARAMETERS[name].default for name in FORMS}
    assert all(sum(point[name] != points[0][name] for name in FORMS) == 1 for point in list(points)[1:])


@pytest.mark.slow
def test_a_seed_gives_every_measure_and_the_same_again() -> None:
    scenario = Scenario.load("baseline")
    one, other = (simulate(scenario, 12, 5, Record()).groups["measure"] for _ in range(2))
    assert set(one["measure"]) == set(CRITERIA)
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    assert np.isfinite(one[VALUE]).all()


def planted(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Figures that depend on the form and a little on luck: the middle of every target, but for what is planted."""
    luck = (seed % 1000) / 1e6
    found = {}
    for name, one in CRITERIA.items():
        low = one.low if math.isfinite(one.low) else min(one.high, 0.0) - 1.0 if math.isfinite(one.high) else 0.0
        high = one.high if math.isfinite(one.high) else low + 2.0
        found[name] = (low + high) / 2 + luck
    found["trainers_15_to_35"] = -0.1 + luck
    if scenario.values["form_group_size"] == "none":
        found |= {"four_over_ten": -0.1, "trainers_15_to_35": 0.2}
    return Measured({}, groups={"measure": pd.DataFrame({"measure": list(found), VALUE: list(found.values())})})


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Validation:
    folder = tmp_path_factory.mktemp("validation") / "runs"
    sweep(study(5), folder, workers=0, simulate=planted)
    return gathered(load(folder), study(5))


def test_planted_verdicts_are_found(found: Validation) -> None:
    judged = found.criteria.set_index("measure")["verdict"]
    assert judged["trainers_15_to_35"] == "missed"
    assert set(judged[[name for name, one in CRITERIA.items() if one.judged and name != "trainers_15_to_35"]]) == {
        "held"
    }
    assert set(judged[[name for name, one in CRITERIA.items() if not one.judged]]) == {"reported"}
    assert found.named("SV", "missed") == ["P6"]
    assert found.named("V") == ["P1 V", "P4", "P12"]
    assert found.criteria["low"].le(found.criteria["figure"]).all()


def test_planted_rivals_are_told_apart(found: Validation) -> None:
    table = found.failed_by_rivals().set_index("rival")
    row = table.loc["form_group_size=none"]
    assert (row["S"], row["V"], row["saved"]) == ("P11", "", "trainers_15_to_35")
    assert table.drop("form_group_size=none")[["S", "V", "C"]].eq("").to_numpy().all()
    text = markdown(found)
    assert "`form_group_size`: inverse fails no structural pattern; none fails P11." in text


def test_what_is_missed_has_its_reason_and_what_holds_has_none(found: Validation) -> None:
    rows = {row["measure"]: row for row in found.criteria.to_dict("records")}
    assert reason(rows["trainers_15_to_35"]) == WHY_MISSED["trainers_15_to_35"]
    assert reason(rows["left_fulltime"]) == ""
    assert reason(rows["left_fulltime"] | {"verdict": "missed"}) == validation_words.NOT_EXPLAINED
    text = markdown(found)
    assert "**missed**" in text
    told = [line for line in text.split("\n") if line.startswith("- **") and "**" in line[4:]]
    assert len(told) == sum(bool(reason(row)) for row in rows.values()) > 1


def test_calibration_is_never_claimed_as_validation(found: Validation) -> None:
    assert not found.criteria.loc[found.criteria["use"] == "C", "independent"].any()
    first = sentences(found, "en")[0]
    assert "Of the 7 patterns that calibrated nothing (V, S) 6 held." in first
    assert "P1 C, P2, P3, P8, P15 and P16 served to calibrate" in first


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_texts_are_in_one_language(found: Validation, lang: Any) -> None:
    text = "\n".join(sentences(found, lang))
    assert ("Gemist" in text) == (lang == "nl")
    for one in CRITERIA.values():
        assert in_language(one.what, "nl") != str(one.what)
    for why in (*WHY_MISSED.values(), *validation_words.CAUTIONS.values()):
        assert in_language(why, "nl") != str(why)


def test_the_document_is_json_with_everything_in_it(found: Validation) -> None:
    told = json.loads(json.dumps(ValidationReport(found).document(), allow_nan=False))
    assert [row["measure"] for row in told["criteria"]] == list(CRITERIA)
    assert {"pattern", "use", "held", "judged", "verdict"} == set(told["patterns"][0])
    assert told["replications"] == 5


def test_an_uncertain_verdict_carries_a_question_mark() -> None:
    assert verdict({"verdict": "held", "sure": False}, "en") == "held?"
    assert verdict({"verdict": "missed", "sure": True}, "nl") == "gemist"
    assert verdict({"verdict": "reported", "sure": False}, "nl") == "gemeld"


# --- the document in the repository ----------------------------------------------------------------------------------


def lines_of_document() -> Iterator[list[str]]:
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("| P"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_document_tells_of_every_criterion_with_its_present_target() -> None:
    told = list(lines_of_document())
    expected = [
        [f"{one.pattern} {one.use}", str(one.what),
         target({"measure": name, "target_low": one.low, "target_high": one.high}, "en") or "–"]
        for name, one in CRITERIA.items()
    ]  # fmt: skip
    assert [cells[:3] for cells in told] == expected


def test_every_miss_in_the_document_has_a_reason() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    missed = [cells[1] for cells in lines_of_document() if "missed" in cells[5]]
    for what in missed:
        assert f"{what}** (missed): " in text
    assert str(validation_words.NOT_EXPLAINED) not in text


def test_the_document_is_of_enough_replications() -> None:
    text = " ".join(DOCUMENT.read_text(encoding="utf-8").split())
    count = int(text.split("--out DIR`: ")[1].split()[0])
    assert count >= 30


def test_documents_are_of_the_years_that_are_lived() -> None:
    for file in (DOCUMENT, DOCUMENT.with_name("CALIBRATION.md")):
        told = " ".join(file.read_text(encoding="utf-8").split())
        years = re.search(r"(\d+) years (?:each )?of which the first (\d+) are left out", told)
        assert years, file
        assert [int(number) for number in years.groups()] == [HORIZON, DISCARDED], file


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_writes_and_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("samenspel.experiments.validation.validate.simulate", planted)
    out = tmp_path / "validation"
    assert samenspel.main(["validate", "--out", str(out), "--replications", "3", "--workers", "0", "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["replications"] == 3
    assert str(out / "report") in told.err
    runs = 3 * (1 + len(list(rivals())))
    assert f"{runs} of {runs}" in told.err
    written = {path.name for path in (out / "report").iterdir()}
    assert written >= {"criteria.csv", "patterns.csv", "rivals.csv", "validation.json", "validation.md", "findings.txt"}
    assert samenspel.main(["validate", "--out", str(out), "--replications", "3", "--workers", "0", "--lang", "nl"]) == 0
    assert "gemist" in capsys.readouterr().out


def test_without_a_folder_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("samenspel.experiments.validation.validate.simulate", planted)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert samenspel.main(["validate", "--replications", "2", "--workers", "0", "--lang", "en"]) == 0
    assert "P16 C" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


def test_wrong_numbers_are_told_all_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert samenspel.main(["validate", "--replications", "1", "--seed", "x", "--lang", "nl"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "een heel getal van 2 tot en met 10000" in lines[0]


def failing(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Every rival ends in an error."""
    if scenario.values["form_dose"] == "linear":
        raise ZeroDivisionError("planted")
    return planted(scenario, years, seed, record)


def test_runs_that_fail_are_told_and_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("samenspel.experiments.validation.validate.simulate", failing)
    found = validate(tmp_path / "some", replications=2, workers=0)
    assert len(found.results.failures) == 2
    assert "form_dose=linear" not in set(found.rivals["rival"])
    assert samenspel.main(["validate", "--replications", "2", "--workers", "0", "--lang", "en"]) == 3
    assert "2 runs failed" in capsys.readouterr().err


def hopeless(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    raise ZeroDivisionError("planted")


def test_without_any_figure_there_is_one_line_and_exit_3(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("samenspel.experiments.validation.validate.simulate", hopeless)
    assert samenspel.main(["validate", "--replications", "2", "--workers", "0", "--lang", "en"]) == 3
    told = capsys.readouterr()
    assert told.out == ""
    assert "only runs that failed: ZeroDivisionError: planted" in told.err.splitlines()[-1]


def baseline_fails(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Only the rivals live."""
    if all(scenario.values[name] == PARAMETERS[name].default for name in FORMS):
        raise ZeroDivisionError("planted")
    return planted(scenario, years, seed, record)


def only_the_baseline_lives(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    if any(scenario.values[name] != PARAMETERS[name].default for name in FORMS):
        raise ZeroDivisionError("planted")
    return planted(scenario, years, seed, record)


def test_without_the_baseline_nothing_is_judged_and_without_rivals_the_baseline_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samenspel.experiments.validation.validate.simulate", baseline_fails)
    with pytest.raises(RunsFailed, match="ZeroDivisionError: planted"):
        validate(tmp_path / "rivals", replications=2, workers=0)
    monkeypatch.setattr("samenspel.experiments.validation.validate.simulate", only_the_baseline_lives)
    found = validate(tmp_path / "baseline", replications=2, workers=0)
    assert set(found.criteria["measure"]) == set(CRITERIA)
    assert found.rivals.empty
