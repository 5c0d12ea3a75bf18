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
from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.students import Exit, Programme, Status
from samenspel.experiments.study.parts import Record
from samenspel.experiments.sweeps.outcomes import RunsFailed
from samenspel.experiments.sweeps.results import load
from samenspel.experiments.sweeps.runner import sweep
from samenspel.experiments.sweeps.work import Measured
from samenspel.experiments.validation import calibration, measures, paired
from samenspel.experiments.validation import words as validation_words
from samenspel.experiments.validation.document import DOCUMENT, markdown
from samenspel.experiments.validation.measures import diplomas, exits_of_first_years, spread_between_mentors
from samenspel.experiments.validation.paired import full_timers, future, growth, present, share_mentors, to
from samenspel.experiments.validation.patterns import CRITERIA, DISCARDED, HORIZON, SD
from samenspel.experiments.validation.report import document, sentences
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
from samenspel.model.partnership import Partnership
from samenspel.model.year.assessment import REPEATS

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
    uses = {one.pattern: one.use for one in CRITERIA.values()}
    assert uses == {
        "P1": "V", "P2": "C", "P3": "V", "P4": "V", "P6": "S", "P7": "S", "P8": "C", "P10": "S", "P11": "S",
        "P12": "V", "P15": "C", "P16": "C",
    }  # fmt: skip


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


# --- measures against planted tables ---------------------------------------------------------------------------------


def of_students(rows: int, **columns: Any) -> pd.DataFrame:
    """A table of full-time first-years inside, with what is given."""
    plain: dict[str, Any] = {
        "key": np.arange(rows), "programme": int(Programme.FULLTIME), "year": 1, "enrolled": 0,
        "status": int(Status.INSIDE), "exit_kind": int(Exit.NONE), "outcome": 0, "school_year": 5, "run": 1,
    }  # fmt: skip
    return pd.DataFrame({**plain, **columns}, index=range(rows))


def test_leaving_is_by_choice_or_by_failing_and_stopping_is_one_way() -> None:
    left, inside = int(Status.LEFT), int(Status.INSIDE)
    table = of_students(
        8, status=[left, left, *[inside] * 6],
        exit_kind=[int(Exit.STOP), int(Exit.SWITCH), *[0] * 6], outcome=[0, 0, Exit.FAILED, REPEATS, *[0] * 4],
    )  # fmt: skip
    elder = of_students(9, enrolled=1)
    assert exits_of_first_years(pd.concat([table, elder]), Programme.FULLTIME) == (3 / 8, 1 / 8)


def life(key: int, *years: tuple[int, int]) -> pd.DataFrame:
    """One student from school year 5 on: study year and outcome of every year."""
    table = of_students(len(years), key=key, year=[year for year, _ in years], outcome=[end for _, end in years])
    return table.assign(enrolled=range(len(years)), school_year=range(5, 5 + len(years)))


def test_a_cohort_is_followed_for_five_years() -> None:
    quick = life(1, (1, 0), (2, 0), (3, 0), (4, Exit.GRADUATED))
    once_more = life(2, (1, 0), (2, 0), (3, REPEATS), (3, 0), (4, Exit.GRADUATED))
    too_late = life(3, (1, REPEATS), (1, 0), (2, 0), (3, REPEATS), (3, 0), (4, Exit.GRADUATED))
    gone_before_year_2 = life(4, (1, Exit.FAILED))
    repeater_only = life(5, (1, REPEATS), (1, Exit.FAILED))
    found = diplomas(pd.concat([quick, once_more, too_late, gone_before_year_2, repeater_only], ignore_index=True))
    assert found["graduated_in_5"] == pytest.approx(2 / 3)
    assert found["graduated_in_5_reenrolled"] == pytest.approx(2 / 4)
    assert found["repeats_later"] == pytest.approx(2 / 11)


def test_full_time_and_part_time_cohorts_are_followed_apart() -> None:
    """Who never reaches year 2 counts in neither; of two part-timers one graduates in time."""
    in_time, too_late = life(1, (1, 0), (2, 0), (3, 0), (4, Exit.GRADUATED)), life(2, (1, 0), (2, 0), (3, 0), (4, 0))
    part_time = [too_late.assign(programme=int(Programme.PARTTIME), key=3),
                 in_time.assign(programme=int(Programme.PARTTIME), key=4)]  # fmt: skip
    others = [in_time.assign(key=5), in_time.assign(key=6), life(7, (1, Exit.FAILED))]
    found = diplomas(pd.concat([in_time, too_late, *part_time, *others], ignore_index=True))
    assert found["graduated_in_5_fulltime"] == pytest.approx(3 / 4)
    assert found["graduated_in_5_parttime"] == pytest.approx(1 / 2)
    assert found["graduated_in_5"] == pytest.approx(4 / 6)


def test_who_starts_too_late_to_be_followed_for_five_years_does_not_count() -> None:
    last = HORIZON - 4  # its fifth year is the last that is lived
    years = ((1, 0), (2, 0), (3, 0), (3, REPEATS), (4, Exit.GRADUATED))
    in_time, later = (life(key, *years[:lived]) for key, lived in ((1, 5), (2, 4)))
    in_time["school_year"] += last - in_time["school_year"].min()
    later["school_year"] += last + 1 - later["school_year"].min()
    assert later["school_year"].max() == in_time["school_year"].max() == HORIZON
    found = diplomas(pd.concat([in_time, later], ignore_index=True))
    assert found["graduated_in_5"] == 1.0


@pytest.mark.parametrize("true", [0.0, 0.3, 0.8])
def test_the_spread_between_mentors_is_found_again(true: float) -> None:
    luck = np.random.default_rng(7)
    mentors, each = 1500, 3
    of_mentor = np.repeat(luck.normal(0, true, mentors), each)
    gain = 1.0 + of_mentor + luck.normal(0, 0.5, mentors * each)
    table = of_students(
        mentors * each, mentor=0, mentor_before=0, mentor_key=np.repeat(np.arange(mentors), each),
        teaching_before=0.3, teaching=0.3 + SD["teaching"] * gain,
    )  # fmt: skip
    assert spread_between_mentors(table) == pytest.approx(true, abs=0.06)


# --- measures of the model -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def now() -> Partnership:
    return present(Scenario.load("baseline"), 3)


def test_futures_share_their_present_and_their_luck(now: Partnership) -> None:
    one, other = future(now, to()), future(now, to())
    assert now.week_of_year == 1
    assert one.week_of_year == 40
    assert np.array_equal(one.students.column("key"), now.students.column("key"))
    assert np.array_equal(one.students.column("teaching"), other.students.column("teaching"))
    assert growth(now, now, full_timers(now)) == 0.0
    assert growth(now, one, full_timers(now)) > 0.5


@pytest.mark.parametrize("each", [1, 2])
def test_mentors_are_shared_by_so_many(now: Partnership, each: int) -> None:
    twin = now.copy()
    share_mentors(twin, each)
    s, m = twin.students.rows(), twin.mentors.rows()
    guided = s.mentor >= 0
    counts = np.bincount(s.mentor[guided], minlength=m.key.size)
    clusters = len(twin.communities)
    assert counts.max() == each
    assert np.count_nonzero((counts > 0) & (counts < each)) <= clusters  # one odd student a cluster at most
    assert np.array_equal(m.cluster[s.mentor[guided]], s.cluster[guided])
    matched = [full_timers(now) & paired._matched(partnership) for partnership in (now, twin)]
    assert np.array_equal(*matched)


def test_only_teachers_who_host_now_share_the_students(now: Partnership) -> None:
    twin = now.copy()
    m = twin.mentors.rows()
    hosting = np.flatnonzero((m.role == Role.ACTIVE) & (m.kind == MentorKind.TEACHER))
    m.role[hosting[::3]] = Role.WITHDRAWN
    m.kind[hosting[1::3]] = MentorKind.CARE
    share_mentors(twin, 1)
    s = twin.students.rows()
    guiding = s.mentor[(s.mentor >= 0) & (s.status == Status.INSIDE)]
    assert guiding.size > 0
    assert set(guiding) <= set(hosting[2::3])


def test_doubled_days_ask_the_same_hours(now: Partnership) -> None:
    """The quality of supervision is to stay as it is: only practice doubles."""
    seen: list[Partnership] = []
    original = paired.future

    def watched(present_: Partnership, change: Any) -> Partnership:
        seen.append(original(present_, change))
        return seen[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paired, "future", watched)
        patch.setattr(paired, "present", lambda *_: now)
        found = paired.with_days_and_skill(now.scenario, 3)
    low, high, low_more, high_more = seen
    early = full_timers(now)
    gained = [growth(now, more, early) - growth(now, one, early) for one, more in ((low, low_more), (high, high_more))]
    assert found["days_doubled"] == pytest.approx(np.mean(gained))
    asked, asked_more = (one.students.column("hours_asked")[early].sum() for one in (low, low_more))
    assert asked_more == pytest.approx(asked, rel=0.10)  # week 40: the meeting takes a smaller part of more days
    assert low_more.students.column("days")[early] == pytest.approx(2 * low.students.column("days")[early])
    skills = now.mentors.column("skill")[paired._active_teachers(now.mentors.rows())]
    assert high.mentors.column("skill") - low.mentors.column("skill") == pytest.approx(skills.std())


def test_fewer_trainers_guide_more_students_who_have_as_many_mentors_each(now: Partnership) -> None:
    seen: list[Scenario] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paired, "present", lambda scenario, _: seen.append(scenario) or now)
        patch.setattr(paired, "future", lambda present_, _: present_)
        (name,) = paired.with_fewer_trainers(now.scenario, 3)
    few, many = (scenario.values for scenario in seen)
    assert name == f"trainers_{few['students_per_cluster']}_to_{many['students_per_cluster']}"
    assert few["trainer_hours"] == many["trainer_hours"]
    of_a_student = [float(one["willing_share"]) / int(one["students_per_cluster"]) for one in (few, many)]
    assert of_a_student[0] == pytest.approx(of_a_student[1])


@pytest.mark.parametrize(("places", "meant"), [(paired.MEETING_OF_12, 12), (paired.MEETING_OF_20, 20)])
def test_meetings_are_of_the_size_that_the_pattern_speaks_of(places: int, meant: int) -> None:
    here = present(paired._of_size(Scenario.load("baseline"), places, community_split_size=60), 5)
    came = []
    for _ in range(10):
        here.run(weeks=1)
        attended = here.students.column("attended")
        if attended.any():
            came.append(attended.sum() / len(here.communities))
    assert np.mean(came) == pytest.approx(meant, rel=0.1)
    assert here.communities.column("parts").max() == 1


def test_one_sd_is_what_was_stored() -> None:
    here = Partnership(Scenario.load("baseline"), rng=11)
    table = pd.concat(measures.school_years(here, 11), ignore_index=True)
    assert table["school_year"].max() == HORIZON
    for name, found in measures.spread_between_students(table).items():
        assert SD[name] == pytest.approx(found, rel=0.06)


def test_without_peer_learning_a_community_brings_nothing() -> None:
    scenario = Scenario.load("baseline").with_values(peer_gain=0.0015)
    weak = paired.with_and_without_community(scenario, 2)
    full = paired.with_and_without_community(Scenario.load("baseline"), 2)
    assert weak["community_juniors"] < full["community_juniors"] / 2


def test_tired_mentors_are_counted_against_their_base(now: Partnership) -> None:
    here = now.copy()
    m = here.mentors.rows()
    m.base[:], m.fatigue[:] = 0.1, 0.1
    m.fatigue[:3] = 0.9
    loads = np.full((40, len(here.mentors)), 0.5)
    loads[:, :3] = 2.0
    found = measures.tired_mentors(here, loads)
    assert found == {"tired_without": 0.0, "tired_within": 0.0, "tired_above": 1.0}


def test_calibration_tells_of_its_own_patterns_only() -> None:
    told = calibration.table_of(dict.fromkeys(CRITERIA, 0.25)).splitlines()[2:]
    assert len(told) == sum(one.use == "C" for one in CRITERIA.values())
    assert "| P2 | full-time students who leave in year 1 | 0.2 to 0.33 | 0.250 | held |" in told
    assert "| P16 | adequately supervised in the baseline, 5 years | 0.8 to 0.9 | 0.250 | **missed** |" in told


def test_calibration_says_of_which_runs_it_is() -> None:
    told = calibration.report({"mentor_skill_spread": 0.2}, dict.fromkeys(CRITERIA, 0.25), SD, range(4, 7))
    assert "from 3 runs of the baseline\n(seeds 4 to 6)" in told


def test_what_calibration_aims_at_lies_within_the_target() -> None:
    aims = {
        "left_fulltime": calibration.FULLTIME_LEAVE, "stopped_fulltime": calibration.FULLTIME_STOP,
        "stopped_parttime": calibration.PARTTIME_STOP, "between_mentors": calibration.BETWEEN_MENTORS,
        "tired_without": calibration.TIRED, "adequate": calibration.ADEQUATE,
    }  # fmt: skip
    assert {name: CRITERIA[name].verdict(aim) for name, aim in aims.items()} == dict.fromkeys(aims, "held")


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
    found["graduated_in_5"] = 0.9 + luck
    if scenario.values["form_group_size"] == "none":
        found |= {"four_over_ten": -0.1, "graduated_in_5": 0.6}
    return Measured({}, groups={"measure": pd.DataFrame({"measure": list(found), VALUE: list(found.values())})})


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Validation:
    folder = tmp_path_factory.mktemp("validation") / "runs"
    sweep(study(5), folder, workers=0, simulate=planted)
    return gathered(load(folder), study(5))


def test_planted_verdicts_are_found(found: Validation) -> None:
    judged = found.criteria.set_index("measure")["verdict"]
    assert judged["graduated_in_5"] == "missed"
    assert set(judged[[name for name, one in CRITERIA.items() if one.judged and name != "graduated_in_5"]]) == {"held"}
    assert set(judged[[name for name, one in CRITERIA.items() if not one.judged]]) == {"reported"}
    assert found.named("SV", "missed") == ["P3"]
    assert found.criteria["low"].le(found.criteria["figure"]).all()


def test_planted_rivals_are_told_apart(found: Validation) -> None:
    table = found.failed_by_rivals().set_index("rival")
    row = table.loc["form_group_size=none"]
    assert (row["S"], row["V"], row["saved"]) == ("P11", "", "graduated_in_5")
    assert table.drop("form_group_size=none")[["S", "V", "C"]].eq("").to_numpy().all()
    text = markdown(found)
    assert "`form_group_size`: inverse fails no structural pattern; none fails P11." in text


def test_what_is_missed_has_its_reason_and_what_holds_has_none(found: Validation) -> None:
    rows = {row["measure"]: row for row in found.criteria.to_dict("records")}
    assert reason(rows["graduated_in_5"]) == WHY_MISSED["graduated_in_5"]
    assert reason(rows["left_fulltime"]) == ""
    assert reason(rows["left_fulltime"] | {"verdict": "missed"}) == validation_words.NOT_EXPLAINED
    text = markdown(found)
    assert "**missed**" in text
    told = [line for line in text.split("\n") if line.startswith("- **") and "**" in line[4:]]
    assert len(told) == sum(bool(reason(row)) for row in rows.values()) > 1


def test_calibration_is_never_claimed_as_validation(found: Validation) -> None:
    assert not found.criteria.loc[found.criteria["use"] == "C", "independent"].any()
    first = sentences(found, "en")[0]
    assert "Of the 8 patterns that calibrated nothing (V, S) 7 held." in first
    assert "P2, P8, P15 and P16 served to calibrate" in first


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_texts_are_in_one_language(found: Validation, lang: Any) -> None:
    text = "\n".join(sentences(found, lang))
    assert ("Gemist" in text) == (lang == "nl")
    for one in CRITERIA.values():
        assert in_language(one.what, "nl") != str(one.what)
    for why in (*WHY_MISSED.values(), *validation_words.CAUTIONS.values()):
        assert in_language(why, "nl") != str(why)


def test_the_document_is_json_with_everything_in_it(found: Validation) -> None:
    told = json.loads(json.dumps(document(found), allow_nan=False))
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
    assert missed
    for what in missed:
        assert f"{what}** (missed): " in text
    assert str(validation_words.NOT_EXPLAINED) not in text


def test_the_document_is_of_enough_replications() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
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
    assert "33 of 33" in told.err
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
    assert "een geheel getal van 2 tot en met 10000" in lines[0]


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
