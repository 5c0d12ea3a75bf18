"""`samenspel degrade` from axis to figures: runs with a known answer must give it back."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import samenspel
from samenspel.experiments.degradation import tables as tables
from samenspel.experiments.degradation.axes import read_axes
from samenspel.experiments.degradation.comparisons import COMPARISONS
from samenspel.experiments.degradation.degrade import Degradation, Stopped, degrade
from samenspel.experiments.degradation.plan import plan_of
from samenspel.experiments.degradation.report import DegradeReport
from samenspel.experiments.degradation.structure import _headlines
from samenspel.experiments.degradation.there_and_back import Way, there_and_back, way
from samenspel.experiments.degradation.words import findings
from samenspel.experiments.output.reports import write
from samenspel.experiments.study.parts import Record
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from samenspel.model.partnership import Partnership
from samenspel.model.words import in_language
from tests.planted import fails_once, hours, interrupts, knee

SHARE = "supervision_adequate_share"
PRIOR: dict[str, Any] = {"worlds": "prior", "draws": 20}
PLANTED: dict[str, Any] = {"replications": 12, "workers": 0, "simulate": knee, "years": 1} | PRIOR

ONE_KNEE = PLANTED | {"changes": {"form_caseload": PARAMETERS["form_caseload"].default}}  # in one place in all worlds


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Degradation:
    return degrade(out=tmp_path_factory.mktemp("planted"), **ONE_KNEE)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Degradation:
    folder = tmp_path_factory.mktemp("compared")
    return degrade(out=folder, compare="cross-year", structure=True, **PLANTED | {"replications": 10})


def of_whole(found: Degradation, arm: str = "scenario", indicator: str = SHARE) -> pd.Series:
    table = found.breaks
    row = table[(table["arm"] == arm) & (table["indicator"] == indicator) & (table["by"] == "all")]
    return row.iloc[0]


# --- the answer that was planted -------------------------------------------------------------------------------------


def test_the_planted_degradation_point_is_found(planted: Degradation) -> None:
    row = of_whole(planted)
    assert row["shape"] == "break"
    assert row["low"] <= 20 <= row["high"]
    assert row["point"] == pytest.approx(20, abs=0.5)
    assert row["slope_after"] == pytest.approx(-0.02, abs=0.002)
    assert row["davies_p"] < 1e-6


def test_what_was_sampled_is_told(planted: Degradation) -> None:
    assert DegradeReport(planted).document()["sampled"] == list(planted.plan.assumptions) != []


def test_groups_have_their_own_degradation_points(planted: Degradation) -> None:
    table = planted.breaks[planted.breaks["by"] != "all"]
    assert set(table["by"]) == {"role", "programme", "year"}
    assert (table["shape"] == "break").all()
    assert table["point"].between(19, 21).all()


def test_the_band_holds_the_true_curve(planted: Degradation) -> None:
    curve = planted.curves[(planted.curves["indicator"] == SHARE) & (planted.curves["by"] == "all")]
    truth = 0.9 - 0.02 * np.maximum(curve["students_per_cluster"] - 20, 0)
    assert ((curve["low"] <= truth) & (truth <= curve["high"])).all()
    assert (curve["high"] - curve["low"] < 0.03).all()


def test_the_safe_scale_is_that_of_the_third_worst_world_of_twenty(planted: Degradation) -> None:
    """The share passes 0.8 at 20 + (0.1 − excess turnover) / 0.02, and turnover is spread over 20 equal parts."""
    safe = planted.safe.set_index("criterion")
    assert safe.loc["mean share", "scale"] in (24, 25)
    assert safe.loc["share", "scale"] in (20, 21)
    assert safe.loc["share", "low"] <= safe.loc["share", "scale"] <= safe.loc["share", "high"]
    assert safe.loc["loss", "scale"] in (22, 23), "5 percentage points are lost at 22.5, but for luck"


def test_worlds_are_the_same_at_every_size(planted: Degradation) -> None:
    runs = pd.concat(pd.read_parquet(part) for part in (planted.folder / "worlds" / "runs").glob("*.parquet"))
    of_world = runs.assign(world=runs["point"] % 20).groupby("world")["mentor_turnover"]
    assert (of_world.nunique() == 1).all()
    assert of_world.first().nunique() == 20


def test_worlds_are_the_same_whatever_is_compared(tmp_path: Path) -> None:
    def world(compare: str, changes: dict[str, str]) -> dict[str, Any]:
        study = plan_of("baseline", ["students_per_cluster=6:40"], compare, changes).study(tmp_path, "w", 1, worlds=8)
        return study.points[3]

    own = world("", {})
    for compare, changes in (("cross-year", {}), ("facilitation", {}), ("", {"dose_half": "0.6"})):
        other = world(compare, changes)
        compared = {"facilitation_half", "facilitation_persons_half"} | ({"cross_year", "roles"} if compare else set())
        kept = [name for name in other if name not in compared]
        assert {name: own[name] for name in kept} == {name: other[name] for name in kept}
        assert len(other) > 80


def test_nobody_samples_what_is_decided_fitted_or_set() -> None:
    plan = plan_of("baseline", ["students_per_cluster=6:40"], "mbo", {"peer_relief": "0.2"})
    sampled = set(plan.assumptions)
    assert {PARAMETERS[name].standing for name in sampled} == {"uncertain"}
    assert not sampled & {"students_per_cluster", "mbo_mix", "peer_relief", "floor_time", "safe_share"}
    assert {"mentor_turnover", "dose_half", "fatigue_rate", "peer_gain", "form_dose"} <= sampled


def test_rival_forms_are_judged_in_worlds_that_differ_in_all_else(tmp_path: Path) -> None:
    plan = plan_of("baseline", ["students_per_cluster=6:40"], "", {}, ("structure",))
    variants = list(plan.variants.values())
    points = list(plan.study(tmp_path, "forms", 1, worlds=3, variants=variants, at=plan.places[:1]).points)
    assert len(points) == 3 * len(variants)
    own = plan.scenario.values
    for at, point in enumerate(points):
        forms = {name: value for name, value in point.items() if name.startswith(("form_", "with_"))}
        assert {name: value for name, value in forms.items() if value != own[name]} == variants[at // 3]
    assert len({point["dose_half"] for point in points}) == 3


def test_places_are_filled_and_sites_are_soft_along_the_axis_of_scale() -> None:
    plan = plan_of("baseline", ["students_per_cluster=6:40"], "", {})
    assert plan.fixed == {"demand_follows_places": True, "site_capacity": "soft"}
    other = plan_of("baseline", ["mentor_hours=1:2"], "", {"site_capacity": "hard"})
    assert other.fixed == {"site_capacity": "hard"}


# --- arms, forms, two axes, the other direction ----------------------------------------------------------------------


def test_a_planted_shift_between_arms_is_found(compared: Degradation) -> None:
    shifts = compared.shifts.set_index("what")
    point = shifts.loc["degradation point"]
    assert point["low"] <= -4 <= point["high"]
    assert point["high"] < -3
    passed = shifts.loc["size where the mean share passes the floor"]
    assert passed["shift"] == pytest.approx(-4, abs=0.4)
    assert shifts.loc["share, at the scenario's size", "shift"] == pytest.approx(0, abs=1e-9)


def test_shifts_between_arms_have_the_intervals_of_their_pairs() -> None:
    """Lines that pass the floor of 0.8 at 20 + luck in one arm, and 4 earlier + luck in the other."""
    plan = plan_of("baseline", ["students_per_cluster=6:40"], "cross-year", {})
    sizes = np.array(plan.axes[0].values, float)
    luck = np.random.default_rng(1).normal(0, 1.0, (2, 1, 60))
    passing = np.array([20.0, 16.0])[:, None, None] + luck
    shares = 0.8 - 0.01 * (sizes[None, :, None] - passing)
    table = tables.shifts(plan, {SHARE: shares}, None).set_index("what")
    apart = luck[1, 0] - luck[0, 0] - 4
    half = stats.t.ppf(0.975, 59) * apart.std(ddof=1) / np.sqrt(60)
    for what in ("share, over all sizes", "share, at the scenario's size"):
        low, shift, high = table.loc[what, ["low", "shift", "high"]]
        assert shift == pytest.approx(0.01 * apart.mean())
        assert high - low == pytest.approx(0.02 * half)
    low, shift, high = table.loc["size where the mean share passes the floor", ["low", "shift", "high"]]
    assert shift == pytest.approx(apart.mean(), abs=0.1)
    assert high - low == pytest.approx(2 * half, rel=0.2)


def test_arms_meet_the_same_luck(compared: Degradation) -> None:
    """Where neither arm has lost anything yet, they are equal to the bit."""
    curve = compared.curves[(compared.curves["indicator"] == SHARE) & (compared.curves["by"] == "all")]
    arms = [curve[(curve["arm"] == arm.name) & (curve["students_per_cluster"] <= 16)] for arm in compared.plan.arms]
    assert arms[0]["mean"].tolist() == arms[1]["mean"].tolist()


def test_every_world_says_up_to_where_it_is_safe(compared: Degradation) -> None:
    safe = compared.safe[compared.safe["criterion"] == "share"].set_index("arm")["scale"]
    for arm, scales in compared.scales.groupby("arm"):
        assert len(scales) == compared.plan.draws
        sorted_scales = np.sort(scales["by_share"])
        assert safe[arm] == np.floor(sorted_scales[int(0.1 * len(scales) + 1e-9)])
        assert set(compared.plan.assumptions) < set(scales)


def test_only_the_form_that_moves_the_knee_upsets_a_headline(compared: Degradation) -> None:
    table = compared.structure
    assert table["variant"].nunique() == 26, "fourteen rival forms, eleven mechanisms, and the scenario itself"
    fails = table[~table["survives"].astype(bool)]
    assert set(fails["variant"]) == {"form_caseload linear"}
    assert "best broken line breaks at" in set(fails["headline"])
    against = table[table["headline"] == "share against cross-year"]
    assert (against["value"] == "lower").all()


def test_signs_are_of_the_last_size_against_the_first_and_of_an_arm_against_the_first_arm() -> None:
    """What a curve does on the way, or at one size only, does not decide."""
    plan = plan_of("baseline", ["students_per_cluster=6:40"], "cross-year", {})
    sizes = np.array(plan.axes[0].values)
    rises, falls = np.full(len(sizes), 0.8), np.full(len(sizes), 0.7)
    rises[[1, -1]] = 0.7, 0.9
    falls[[1, -1]] = 0.8, 0.6
    luck = np.random.default_rng(1).normal(0, 0.001, (2, 1, 12))
    found = _headlines(plan, sizes, np.stack([rises, falls])[:, :, None] + luck)
    first, other = (arm.name for arm in plan.arms)
    assert (found[first, "last size against first"], found[other, "last size against first"]) == ("higher", "lower")
    assert found[other, f"share against {first}"] == "lower"


def test_a_map_of_two_axes_counts_what_is_safe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = degrade(
        over=["students_per_cluster=10,14,18,22", "mentor_hours=1.25,1.5,1.75,2.0"], out=tmp_path,
        replications=2, worlds="prior", draws=3, workers=0, simulate=hours,
    )  # fmt: skip
    safe = found.curves[(found.curves["indicator"] == SHARE) & (found.curves["by"] == "all")]
    truth = (
        0.9 - 0.3 * (2 - safe["mentor_hours"]) - 0.01 * (safe["students_per_cluster"] - 12)
    )  # no luck, so known to the bit
    assert np.allclose(safe["mean"], truth)
    assert f"{int((truth >= 0.8).sum())} of 16" in findings(found, "en")[0]
    for lang, written in (("en", "1.25"), ("nl", "1,25")):
        DegradeReport(found).show(lang)
        assert written in capsys.readouterr().out.split()
        write(DegradeReport(found), lang)
        assert f"<!-- {written} -->" in (tmp_path / "figure-map.svg").read_text(encoding="utf-8")


def test_an_axis_along_which_it_gets_better_is_read_from_the_other_end(tmp_path: Path) -> None:
    found = degrade(over="mentor_hours=1:3:9", out=tmp_path, replications=10, draws=0, workers=0, simulate=hours)
    safe = found.safe.iloc[0]
    assert safe["scale"] == pytest.approx(2 - 0.1 / 0.3, abs=0.01)
    row = of_whole(found)
    assert row["shape"] == "break", "read from the good end it begins to fall there"
    assert row["point"] == pytest.approx(2.0, abs=0.05)
    assert "from 1.67" in " ".join(findings(found, "en"))


@pytest.mark.parametrize("name", COMPARISONS)
def test_every_comparison_can_run(name: str, tmp_path: Path) -> None:
    plan = plan_of("baseline", ["students_per_cluster=6:40:4"], name, {})
    study = plan.study(tmp_path, "curves", 1)
    assert len(study.points) == 4 * len(plan.arms)
    own = plan.scenario
    for at in range(len(study.points)):
        own.with_values(beyond_range=True, **study.points[at])


def test_a_study_of_a_plan_holds_exactly_what_is_asked(tmp_path: Path) -> None:
    plan = plan_of("baseline", ["students_per_cluster=6:40:4"], "", {})
    forms: list[Any] = [{}, {"form_caseload": "linear"}]
    own = plan.scenario.values["form_caseload"]
    assert list(plan.study(tmp_path, "all", 1).points) == plan.places
    assert list(plan.study(tmp_path, "some", 1, at=plan.places[1:3]).points) == plan.places[1:3]
    points = plan.study(tmp_path, "forms", 1, variants=forms).points
    assert [(point["form_caseload"], point["students_per_cluster"]) for point in points] == [
        (form, place["students_per_cluster"]) for form in (own, "linear") for place in plan.places
    ]
    compared = plan_of("baseline", ["students_per_cluster=6:40:4"], "cross-year", {})
    points = compared.study(tmp_path, "arms", 1, variants=forms, at=compared.places[:1]).points
    assert [(point["form_caseload"], point["cross_year"], point["students_per_cluster"]) for point in points] == [
        (form, arm, 6) for form in (own, "linear") for arm in (True, False)
    ]


def test_arms_of_a_split_do_what_they_are_called() -> None:
    for arm in COMPARISONS["split"][1:]:
        at = arm.at({}, Scenario.load("baseline"))["community_split_size"]
        assert arm.name == f"above-{at}"
        assert (str(arm.title), in_language(arm.title, "nl")) == (f"split above {at}", f"gesplitst boven {at}")


@pytest.mark.parametrize("share", [0.2, 0.5, 1.0])
def test_the_same_trainers_are_shared_by_however_many_clusters_there_are(share: float) -> None:
    own = Scenario.load("baseline")
    at = COMPARISONS["staff"][1].at({"clusters_share": share}, own)
    few, all_ = (Partnership(scenario, rng=1) for scenario in (own.with_values(beyond_range=True, **at), own))
    for name in ("trainer_hours", "institute_trainer_hours"):
        hours = [float(there.scenario.values[name]) * there.communities.size for there in (few, all_)]
        assert hours[0] == pytest.approx(hours[1])


# --- there and back --------------------------------------------------------------------------------------------------


def test_the_way_goes_up_and_down_the_axis() -> None:
    axis = read_axes(["students_per_cluster=6:40"], Scenario.load("baseline"), "")[0]
    assert way(axis).path == (6, 14, 22, 32, 40, 32, 22, 14, 6)


def test_a_partnership_changes_its_size_on_the_way() -> None:
    scenario = Scenario.load("baseline").with_values(
        students_per_cluster=12, demand_follows_places=True, site_capacity="soft"
    )
    measured = there_and_back(Way("students_per_cluster", (12, 20, 12), 1))(scenario, 3, 1, Record(weekly=True))
    weekly = pd.DataFrame(measured.weekly)
    students = weekly.groupby("school_year")["students_inside"].first()
    assert list(students.index) == [1, 2, 3]
    assert students[2] > 1.15 * students[1]
    assert students[3] < 0.95 * students[2]


def test_what_stays_behind_is_told_apart_from_what_time_did() -> None:
    """Everybody loses 0.01 a year; who shrank has lost 0.05 more."""
    plan = plan_of("baseline", ["students_per_cluster=6:40"], "", {})
    sizes = Way("students_per_cluster", (6, 14, 6), 2)

    def weekly(path: Sequence[int], point: int, scar: float) -> pd.DataFrame:
        lines = [
            {"point": point, "replication": k, "school_year": year, "students_inside": 1.0,
             SHARE: 0.9 - 0.01 * year - 0.01 * size - (scar if year > 4 else 0.0) + 0.02 * k}
            for k in range(1, 6) for year, size in enumerate(path, 1)
        ]  # fmt: skip
        return pd.DataFrame(lines)

    went = weekly((6, 6, 14, 14, 6, 6), 0, 0.05)
    stayed = pd.concat([weekly((size,) * 6, point, 0.0) for point, size in enumerate((6, 14))])
    table = tables.there_and_back(plan, sizes, went, stayed)
    assert table["difference"].tolist() == pytest.approx([0, 0, -0.05])
    assert table["way"].tolist() == ["growing", "growing", "shrinking"]


# --- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("over", "more", "told"),
    [
        (["students_per_cluster=6:50"], {}, "50"),
        (["student_per_cluster=6:40"], {}, "did you mean students_per_cluster?"),
        (["mbo_mix=1:2"], {}, "the name of a parameter with numbers"),
        (["cross_year=0:1"], {}, "the name of a parameter with numbers"),
        (["students_per_cluster=40:6"], {}, "low below high"),
        (["students_per_cluster=6:6"], {}, "low below high"),
        (["students_per_cluster=6:40:3"], {}, "from 4 to 200"),
        (["students_per_cluster=6:40:x"], {}, "name=low:high"),
        (["students_per_cluster=6:8"], {}, "3 different values"),
        (["students_per_cluster"], {}, "name=low:high"),
        (["students_per_cluster=6,8,nan,10"], {}, "name=low:high"),
        (["mentor_hours=1:2", "mentor_hours=1:2"], {}, "mentor_hours twice"),
        (["mentor_hours=1:2", "trainer_hours=2:4", "students_per_cluster=6:40"], {}, "one axis or two"),
        (["mentor_hours=1:2", "trainer_hours=2:4"], {"compare": "mbo"}, "one axis with --compare"),
        (["mentor_hours=1:2"], {"compare": "cross-yeer"}, "did you mean cross-year?"),
        (["mentor_hours=1:2"], {"compare": "mbo", "changes": {"mbo_mix": "mixed"}}, "--set"),
        (["mentor_hours=1:2"], {"draws": "many"}, "a whole number from 0"),
        (["mentor_hours=1:2"], {"worlds": "plausibel"}, "prior, plausible, or a .parquet file"),
        (["mentor_hours=1:2"], {"loss": 2}, "a number from 0"),
        (["mentor_hours=1:2"], {"scenario": "bassline"}, "did you mean baseline?"),
    ],
)
def test_a_fault_is_told_in_one_line(over: list[str], more: dict[str, Any], told: str, tmp_path: Path) -> None:
    with pytest.raises(InputFaults) as wrong:
        degrade(over=over, out=tmp_path / "none", **more)
    assert len(wrong.value.faults) == 1
    assert told in wrong.value.text("en")
    assert wrong.value.text("nl") != wrong.value.text("en")
    assert not (tmp_path / "none").exists()


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputFaults) as wrong:
        degrade(over="mentor_hours=2:1", out=tmp_path, compare="x", draws=-1, loss=2)
    assert len(wrong.value.faults) == 4


def test_a_failed_run_leaves_its_replication_out(tmp_path: Path) -> None:
    found = degrade(out=tmp_path, **PLANTED | {"simulate": fails_once, "draws": 0})
    assert found.failed == 1
    assert set(found.curves["replications"]) == {11}, "at every size alike"
    assert set(found.sizes["replications"]) == set(found.breaks["replications"]) == set(found.safe["n"]) == {11}
    assert of_whole(found)["point"] == pytest.approx(20, abs=0.5)
    assert np.isfinite(found.curves["mean"]).all()


def test_an_interrupted_analysis_goes_on_where_it_was(
    planted: Degradation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMENSPEL_TEST_MARKER", str(tmp_path / "pressed"))
    told: list[tuple[str, int]] = []
    how = ONE_KNEE | {"simulate": interrupts, "tell": lambda part, done, asked, failed: told.append((part, done))}
    with pytest.raises(Stopped) as stopped:
        degrade(out=tmp_path / "out", **how)
    assert 0 < stopped.value.done < stopped.value.asked
    told.clear()
    found = degrade(out=tmp_path / "out", **how)
    assert told[0] == ("curves", stopped.value.done)
    assert as_text(found) == as_text(planted)


def as_text(found: Degradation) -> str:
    return json.dumps(DegradeReport(found).document(), sort_keys=True)


def test_any_number_of_workers_gives_the_same(planted: Degradation, tmp_path: Path) -> None:
    assert as_text(degrade(out=tmp_path, **ONE_KNEE | {"workers": 2})) == as_text(planted)


def test_few_replications_give_curves_and_no_verdict(tmp_path: Path) -> None:
    found = degrade(out=tmp_path, **PLANTED | {"replications": 1, "draws": 0})
    assert DegradeReport(found).document()["sampled"] == []
    assert of_whole(found)["shape"] == "undecided"
    assert "too few" in findings(found, "en")[0]


def test_a_share_is_told_without_a_unit(tmp_path: Path) -> None:
    axis = "clusters_share=0.4,0.6,0.8,1"
    found = degrade(over=axis, out=tmp_path, replications=2, draws=0, workers=0, simulate=hours)
    assert " at 1." in findings(found, "en")[0]
    assert " bij 1." in findings(found, "nl")[0]
    assert "0-1" not in " ".join([*findings(found, "en"), *findings(found, "nl")])


# --- what is shown and written ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_every_figure_comes_as_svg_png_and_csv(compared: Degradation, lang: Any) -> None:
    folder = write(DegradeReport(compared), lang)
    assert folder
    names = {path.stem for path in folder.glob("figure-*")}
    assert names == {"figure-curves", "figure-groups", "figure-worlds", "figure-structure"}
    for name in names:
        assert all((folder / f"{name}.{kind}").stat().st_size > 200 for kind in ("svg", "png", "csv"))
    drawn = (folder / "figure-curves.svg").read_text(encoding="utf-8")
    assert {*re.findall(r"<!-- 0(.)\d+ -->", drawn)} == {"," if lang == "nl" else "."}
    assert f"<!-- {'ondergrens' if lang == 'nl' else 'floor'} -->" in drawn
    written = json.loads((folder / "degradation.json").read_text(encoding="utf-8"))
    assert written["comparison"] == "cross-year"
    assert (folder / "findings.txt").read_text(encoding="utf-8").splitlines() == findings(compared, lang)


def test_words_are_dutch_or_english(planted: Degradation, compared: Degradation) -> None:
    assert "breaks at" in findings(planted, "en")[1]
    assert "breuk bij" in findings(planted, "nl")[1]
    for found in (planted, compared):
        english, dutch = findings(found, "en"), findings(found, "nl")
        assert len(english) == len(dutch)
        assert not set(english) & set(dutch)
        assert not any("nan" in line.split() or "inf" in line.split() for line in english + dutch)


def test_the_table_fits_what_was_asked(planted: Degradation, capsys: pytest.CaptureFixture[str]) -> None:
    DegradeReport(planted).show("en")
    shown = capsys.readouterr().out
    assert "students_per_cluster" in shown
    assert "90%" in shown


def test_the_command_runs_the_model_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["degrade", "--over", "students_per_cluster=6:40:4", "--replications", "2", "--years", "1"]
    asked += ["--draws", "2", "--workers", "0", "--json", "--lang", "en", "--out", str(tmp_path)]
    assert samenspel.main(asked) == 0
    first = capsys.readouterr()
    told = json.loads(first.out)
    assert told["axes"] == {"students_per_cluster": [6, 17, 29, 40]}
    assert told["sampled"]
    assert {row["worlds"] for row in told["worlds"]} == {2}
    assert [row["students_inside"] for row in told["sizes"]] == sorted(row["students_inside"] for row in told["sizes"])
    assert "8 of 8 runs" in first.err
    assert samenspel.main(asked) == 0
    assert json.loads(capsys.readouterr().out) == told


def test_the_command_tells_faults_without_traceback(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert samenspel.main(["degrade", "--over", "mentor_hours=3:1", "--out", str(tmp_path), "--lang", "nl"]) == 2
    told = capsys.readouterr()
    assert "laag onder hoog" in told.err
    assert "Traceback" not in told.err
