"""Pilots compared: hand-made cases with a known answer, files with every fault, power by its formula."""

from __future__ import annotations

import json
import math
import re
import tomllib
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from pathlib import Path
from statistics import NormalDist, fmean, stdev
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from scipy.stats import binomtest, ttest_ind

from samenspel import main
from samenspel.experiments.pilots.comparison.close import OUTCOMES, CloseLook, _effects, intraclass
from samenspel.experiments.pilots.comparison.compare import compare_pilots
from samenspel.experiments.pilots.comparison.comparison import Comparison
from samenspel.experiments.pilots.comparison.costs import left_out
from samenspel.experiments.pilots.comparison.observed import narrowed, read_observed
from samenspel.experiments.pilots.comparison.power import (
    _world,
    can_show,
    clusters_needed,
    detectable,
    power_of,
    standard_error,
)
from samenspel.experiments.pilots.comparison.questions import ADEQUATE, Answers, variants
from samenspel.experiments.pilots.comparison.questions import study as questions_study
from samenspel.experiments.pilots.comparison.robustness import dominance, interval_of_share, turning
from samenspel.experiments.pilots.comparison.runs import PilotRun, by_profession
from samenspel.experiments.pilots.file.measures import FULL_COST, LOSS, MEASURES
from samenspel.experiments.pilots.file.pilots import Pilots, is_pilots
from samenspel.experiments.pilots.report.answers import _Answers
from samenspel.experiments.pilots.report.assumptions import assumptions_that_matter
from samenspel.experiments.pilots.report.html import html
from samenspel.experiments.pilots.report.rows import (
    assumption_row,
    boards,
    design_row,
    figure,
    glance,
    other_row,
    robust_row,
)
from samenspel.experiments.pilots.report.shown import PilotReport
from samenspel.experiments.pilots.report.shown import document as document_of
from samenspel.experiments.pilots.report.summary import beats, bullets
from samenspel.experiments.pilots.report.tables import tables
from samenspel.experiments.pilots.report.texts import apart_notes
from samenspel.experiments.pilots.report.words import Words
from samenspel.experiments.study.parts import Record
from samenspel.experiments.sweeps.results import load
from samenspel.experiments.sweeps.work import Measured
from samenspel.model import Partnership
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from tests.places import ROOT

KNOWLEDGE = "knowledge_other_profession"


# --- hand-made cases -------------------------------------------------------------------------------------------------


def document(*designs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A pilots file: the reference, and these."""
    reference = {"name": "None", "mbo_students_per_cluster": 0, "mbo_mix": "none"}
    listed = [reference, *({"mbo_mix": "mixed", "mbo_students_per_cluster": 4} | one for one in designs)]
    return {"replications": 3, "worlds": 12, "years": 1, "design": listed} | more


@dataclass(frozen=True)
class Planted:
    """More mbo students give more knowledge, and cost supervision; one assumption decides how much it costs."""

    cost: float = 0.0

    def __call__(self, scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
        p = scenario.values
        mbo = float(p["mbo_students_per_cluster"])
        luck = float(np.random.default_rng(seed).normal(0, 0.02))
        hard = float(p["mentor_turnover"]) > 0.125  # half of its declared range
        values = dict.fromkeys(INDICATORS, 0.5 + luck)
        values[KNOWLEDGE] = 0.2 + 0.01 * mbo + 0.05 * (p["mbo_mix"] == "mixed") + luck
        values["supervision_adequate_share_hbo"] = 0.9 - (0.002 + self.cost * hard) * mbo + luck
        return Measured(values)


def compared(folder: Path, *designs: dict[str, Any], cost: float = 0.0, **more: Any) -> Comparison:
    pilots = Pilots.of(document(*designs, **more))
    return compare_pilots(pilots, folder, workers=0, simulate=Planted(cost), close_worlds=0, questions=False)


def test_a_design_that_dominates_by_construction_is_best_in_every_world(tmp_path: Path) -> None:
    """Mixed against parallel with the same students: more knowledge at the same price."""
    found = compared(tmp_path, {"name": "mixed"}, {"name": "parallel", "mbo_mix": "parallel"})
    robust = found.robustness.set_index("design")
    assert robust["best"].tolist() == [0.0, 1.0, 0.0]
    assert robust["acceptable"].tolist() == [1.0, 1.0, 1.0]
    assert robust.loc[2, "dominated_by"] == 1
    assert robust.loc[1, "regret_aim"] == pytest.approx(0.0, abs=1e-12)
    assert robust.loc[2, "regret_aim"] == pytest.approx(0.05)
    assert dominance(found).loc[1, 2] == 1.0
    pair = found.pairs.set_index(["measure", "design", "other"])["share"]
    assert pair[KNOWLEDGE, 1, 2] == 1.0
    assert pair[KNOWLEDGE, 2, 1] == 0.0


def test_identical_designs_tie_at_half_and_are_run_once(tmp_path: Path) -> None:
    found = compared(tmp_path, {"name": "one"}, {"name": "the same by another name"})
    pair = found.pairs.set_index(["measure", "design", "other"])["share"]
    assert all(pair[name, 1, 2] == 0.5 for name in found.measures)
    assert found.robustness["best"].tolist() == [0.0, 0.5, 0.5]
    assert len(list((tmp_path / "runs").iterdir())) == 2


def test_displacement_is_paired_and_exact(tmp_path: Path) -> None:
    """Luck of 0.02 falls out of the difference altogether: 6 students × 0.002."""
    found = compared(tmp_path, {"name": "six", "mbo_students_per_cluster": 6})
    row = found.summary.set_index(["design", "measure"]).loc[(1, LOSS)]
    assert row["mean"] == pytest.approx(0.012)
    assert row["low"] == pytest.approx(row["high"])
    assert row["share_better"] == 0.0


def test_floors_decide_who_may_be_best_and_prim_finds_where_it_turns(tmp_path: Path) -> None:
    """Six students know most, but where mentors come and go they displace too much, and then two are best."""
    found = compared(
        tmp_path, {"name": "six", "mbo_students_per_cluster": 6}, {"name": "two", "mbo_students_per_cluster": 2},
        cost=0.008, worlds=60, floors={LOSS: 0.03}, replications=2,
    )  # fmt: skip
    robust = found.robustness.set_index("design")
    assert robust.loc[1, "acceptable"] == pytest.approx(0.5, abs=0.02)
    assert robust.loc[1, "best"] == pytest.approx(0.5, abs=0.02)
    assert robust.loc[1, "best"] + robust.loc[2, "best"] == pytest.approx(1.0)
    turned = turning(found)
    rival = {1: 2, 2: 1}[turned.favourite]
    assert turned.to == {rival: 1.0}
    assert turned.limits["factor"].tolist() == ["mentor_turnover"]
    assert float(turned.limits["value"].iloc[0]) == pytest.approx(0.125, abs=0.005)


def with_share(found: Comparison, design: int, other: int, share: float) -> Comparison:
    """The same comparison, but for how often one design beats another."""
    changed = replace(found)
    here = (found.pairs["design"] == design) & (found.pairs["other"] == other)
    vars(changed)["pairs"] = found.pairs.assign(share=found.pairs["share"].where(~here, share))
    return changed


def test_rivals_that_tie_are_said_to_tie(tmp_path: Path) -> None:
    found = compared(
        tmp_path, {"name": "mixed"}, {"name": "side by side", "mbo_mix": "parallel"},
        {"name": "few", "mbo_mix": "parallel", "mbo_students_per_cluster": 2},
    )  # fmt: skip
    english, dutch = (beats(Words(found, lang))[0] for lang in ("en", "nl"))
    assert "“mixed” beats every other design equally often: each of them in 100% of plausible worlds (76% to" in english
    assert "wint “mixed” op kennis van het andere beroep" in dutch
    assert "van alle andere ontwerpen even vaak: van elk in 100% van de plausibele werelden" in dutch
    two = with_share(with_share(found, 1, 2, 0.9), 1, 3, 0.9)
    assert "its closest rivals, “side by side” and “few”, equally often" in beats(Words(two, "en"))[0]
    assert "de naaste concurrenten, “side by side” en “few”, even vaak" in beats(Words(two, "nl"))[0]
    one = with_share(found, 1, 0, 0.75)
    assert "beats its closest rival, “None”, in 75% of plausible worlds" in beats(Words(one, "en"))[0]
    assert "van de naaste concurrent, “None”, in 75%" in beats(Words(one, "nl"))[0]


def test_a_tie_with_the_closest_rival_is_told_of_the_favourite(tmp_path: Path) -> None:
    found = compared(tmp_path, {"name": "one"}, {"name": "the same by another name"})
    assert (
        "“one” beats its closest rival, “the same by another name”, in 50% of plausible" in beats(Words(found, "en"))[0]
    )
    assert "van de naaste concurrent, “the same by another name”, in 50% van de" in beats(Words(found, "nl"))[0]


def test_rivals_that_are_ahead_but_for_the_floors_are_all_named(tmp_path: Path) -> None:
    found = compared(
        tmp_path, {"name": "six", "mbo_students_per_cluster": 6}, {"name": "five", "mbo_students_per_cluster": 5},
        {"name": "two", "mbo_students_per_cluster": 2}, floors={LOSS: 0.008},
    )  # fmt: skip
    assert beats(Words(found, "en"))[0].startswith("Floors apart, “six” and “five” beat it equally often on ")
    assert ", but meet all floors in 0% and 0%, in that order." in beats(Words(found, "en"))[0]
    assert ", maar ze halen alle grenzen in 0% en 0%, in die volgorde." in beats(Words(found, "nl"))[0]
    one = with_share(found, 3, 2, 0.25)
    assert "Floors apart, “six” beats it on " in beats(Words(one, "en"))[0]
    assert "wint “six” het op " in beats(Words(one, "nl"))[0]


def test_no_design_is_best_where_none_meets_the_floors(tmp_path: Path) -> None:
    found = compared(tmp_path, {"name": "any"}, floors={"pabo_adequate_share": 0.99})
    assert found.robustness["best"].tolist() == [0.0, 0.0]
    assert turning(found).favourite == -1


def test_a_changed_design_is_the_only_one_that_is_run_again(tmp_path: Path) -> None:
    compared(tmp_path, {"name": "a"}, {"name": "b", "mbo_students_per_cluster": 6})
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("runs/*/runs/*.parquet")}
    compared(tmp_path, {"name": "a"}, {"name": "b", "mbo_students_per_cluster": 8})
    after = {path: path.stat().st_mtime_ns for path in tmp_path.glob("runs/*/runs/*.parquet")}
    assert before.items() <= after.items()
    assert len({path.parent.parent for path in after} - {path.parent.parent for path in before}) == 1


def test_worlds_differ_in_what_no_design_decides() -> None:
    pilots = Pilots.of(document({"name": "a", "mbo_places_per_site": 6}))
    assert "mbo_places_per_site" not in pilots.assumptions
    assert "mentor_turnover" in pilots.assumptions
    narrow = Pilots.of(document({"name": "a"}, uncertainties={"mentor_turnover": {"low": 0.1, "high": 0.11}}))
    values = [float(world["mentor_turnover"]) for world in narrow.sampled]
    assert 0.1 <= min(values) <= max(values) <= 0.11
    others = [name for name in pilots.assumptions if name != "mentor_turnover"]
    assert all(pilots.sampled[0][name] == narrow.sampled[0][name] for name in others)


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_interval_of_a_share_holds_the_share_and_stays_a_share(count: int, worlds: int) -> None:
    share = min(count, worlds) / worlds
    low, high = interval_of_share(share, worlds)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
    wilson = binomtest(min(count, worlds), worlds).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((wilson.low, wilson.high), abs=1e-9)


def test_assumptions_are_sure_beyond_what_chance_gives_ranks() -> None:
    """The spread of a rank correlation of 7 worlds by counting all orders; two correlations share the 5 %."""
    orders = np.array(list(permutations(range(7)))) - 3.0
    by_chance = (orders @ orders[0] / (orders[0] @ orders[0])).std()
    pilots = replace(
        Pilots.of(document({"name": "x"})), accepted=tuple({"mentor_turnover": 0.1 + 0.01 * at} for at in range(7))
    )
    loss = [0.01, 0.02, 0.03, 0.05, 0.04, 0.06, 0.07]  # two neighbours changed places: 1 - 6·2/(7·48)
    gain = [0.3, 0.2, 0.1, 0.4, 0.7, 0.6, 0.5]
    runs = pd.DataFrame(
        [
            {"design": design, "world": world, "replication": 1, LOSS: design * loss[world],
             KNOWLEDGE: 0.2 + design * gain[world]}
            for design in (0, 1) for world in range(7)
        ]
    )  # fmt: skip
    first, second = assumptions_that_matter(Comparison(pilots, Path(), runs), 1)
    assert (first["outcome"], second["outcome"]) == (LOSS, KNOWLEDGE)
    assert first["rho"] == pytest.approx(1 - 6 * 2 / (7 * 48))
    assert first["chance"] == pytest.approx(NormalDist().inv_cdf(1 - 0.05 / 2 / 2) * by_chance)
    assert (first["sure"], second["sure"]) == (True, False)


# --- what holds for the whole partnership ----------------------------------------------------------------------------

WEEKLY = {"meeting_interval": 1, "interprofessional_trained_share": 0.4}


def three_apart(folder: Path, **more: Any) -> Comparison:
    """A pilot, and two that meet weekly everywhere, of which the first would bring most of all."""
    return compared(
        folder, {"name": "pilot"}, {"name": "weekly", "mbo_students_per_cluster": 8} | WEEKLY,
        {"name": "weekly, few", "mbo_students_per_cluster": 2} | WEEKLY, **more,
    )  # fmt: skip


def test_what_a_partnership_arranges_for_mbo_students_does_nothing_without_them() -> None:
    """The declaration that decides which designs can be compared; more care mentors are more mentors, and no more."""

    def lived(**values: Any) -> dict[str, float]:
        partnership = Partnership(Scenario.load("baseline").with_values(**values), rng=1)
        partnership.run(years=2)
        return partnership.last_year()

    before = lived()
    counted = {"mentor_withdrawn_share", "mentor_fatigued_share", "cost_per_student", "grant_cover", "own_contribution"}
    own = [parameter for parameter in PARAMETERS.values() if parameter.pilot]
    assert {"mbo_students_per_cluster", "mbo_mix", "mbo_clusters_share"} <= {parameter.name for parameter in own}
    for parameter in own:
        if parameter.name == "mbo_students_per_cluster":
            continue
        other = parameter.choices[-1] if parameter.choices else type(parameter.default)(parameter.high)
        other = other if other != parameter.default else type(parameter.default)(parameter.low)
        after = lived(**{parameter.name: other})
        left_out = counted if parameter.name == "care_mentors_per_ikc" else set()
        changed = [name for name in before if name not in left_out and not _same(before[name], after[name])]
        assert (parameter.name, changed) == (parameter.name, [])


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def test_a_design_that_changes_the_whole_partnership_is_never_best(tmp_path: Path) -> None:
    found = three_apart(tmp_path)
    robust = found.robustness.set_index("design")
    assert robust["best"].tolist() == pytest.approx([0.0, 1.0, math.nan, math.nan], nan_ok=True)
    assert turning(found).favourite == 1
    pair = found.pairs.set_index(["design", "other"])
    assert set(pair.index) == {(0, 1), (1, 0), (2, 3), (3, 2)}
    assert (pair.loc[[(2, 3)]].set_index("measure")["share"])[KNOWLEDGE] == 1.0
    assert robust.loc[1, "regret_aim"] == pytest.approx(0.0)
    assert robust.loc[3, "regret_aim"] == pytest.approx(0.06)
    assert dominance(found).loc[2, 1] == 0.0
    told = found.summary.set_index(["design", "measure"])
    assert told.loc[(1, LOSS), "mean"] == pytest.approx(0.008)
    assert told.loc[[(2, LOSS), (3, LOSS)], "mean"].isna().all()
    assert told.loc[(2, KNOWLEDGE), ["difference_mean", "share_better"]].isna().all()
    assert told.loc[(2, KNOWLEDGE), "mean"] == pytest.approx(0.33, abs=0.03)


def test_with_a_floor_on_the_loss_nobody_knows_whether_it_is_acceptable(tmp_path: Path) -> None:
    met = three_apart(tmp_path, floors={LOSS: 0.03}).robustness["acceptable"].tolist()
    assert met == pytest.approx([1.0, 1.0, math.nan, math.nan], nan_ok=True)


@pytest.mark.parametrize(
    ("lang", "changes", "compared_with", "alone"),
    [
        ("en", "“weekly” changes the whole partnership: weeks from one community meeting to the next (meeting_interval "
         "1, not 2); share of mentors trained interprofessionally (interprofessional_trained_share 0.4, not 0.1).",
         "compared only with “weekly, few”, which does the same, and not called best", "No other design does the same"),
        ("nl", "“weekly” verandert het hele partnerschap: weken tussen bijeenkomsten van de leergemeenschap "
         "(meeting_interval 1, niet 2); aandeel interprofessioneel geschoolde begeleiders "
         "(interprofessional_trained_share 0.4, niet 0.1).",
         "alleen vergeleken met “weekly, few”, dat hetzelfde doet, en heet niet het beste",
         "Geen ander ontwerp doet hetzelfde"),
    ],
)  # fmt: skip
def test_what_a_design_changes_elsewhere_is_told_everywhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: Any, changes: str, compared_with: str, alone: str
) -> None:
    found = three_apart(tmp_path / "two")
    notes = apart_notes(Words(found, lang))
    assert len(notes) == 2
    assert changes in notes[0]
    assert compared_with in notes[0]
    one = compared(tmp_path / "one", {"name": "pilot"}, {"name": "weekly"} | WEEKLY)
    assert [robust_row(Words(one, lang), 2)[key] for key in ("best", "regret_aim", "regret_pabo")] == ["–"] * 3
    assert alone in apart_notes(Words(one, lang))[0]
    PilotReport(found).show(lang)
    lines = capsys.readouterr().out.splitlines()
    starred = [line.partition("*")[0].strip() for line in lines if re.match(r"weekly.*\*", line)]
    assert starred == ["weekly", "weekly, few"]
    assert document_of(found)["changes_whole_partnership"] == {
        str(at): {"meeting_interval": [1], "interprofessional_trained_share": [0.4]} for at in (2, 3)
    }
    table = tables(found)["designs"].set_index("name")["changes_whole_partnership"]
    assert table["weekly"] == "meeting_interval; interprofessional_trained_share"
    assert table["pilot"] == ""
    remarks = [remark.text(lang) for remark in found.pilots.remarks]
    assert sum("[[design]] weekly" in remark and "meeting_interval 1" in remark for remark in remarks) == 2
    text = html(replace(found, pilots=replace(found.pilots)), lang)
    assert text.count("weekly *</th>") == 1
    assert text.count("(meeting_interval 1,") >= 3


def test_no_advice_where_every_design_changes_the_whole_partnership(tmp_path: Path) -> None:
    found = compared(tmp_path, {"name": "weekly"} | WEEKLY)
    assert turning(found).favourite == -1
    assert "none can be compared with the reference" in Words(found, "en").advice()
    assert "geen enkel is te vergelijken met de referentie" in Words(found, "nl").advice()
    assert beats(Words(found, "en")) == []


def test_a_change_of_the_whole_partnership_counts_when_it_comes_later_and_not_when_it_is_none() -> None:
    pilots = Pilots.of(
        document(
            {"name": "the same", "meeting_interval": 2, "mbo_bbl_share": 0.5, "care_mentor_hours": 3.0},
            {"name": "later", "then": [{"year": 3, "meeting_interval": 1}]},
            {"name": "pilot alone, later", "then": [{"year": 3, "mbo_mix": "parallel"}]},
            {"name": "later too", "meeting_interval": 2, "then": [{"year": 3, "meeting_interval": 1}]}, years=4,
        )
    )  # fmt: skip
    assert [pilots.comparable(at) for at in range(5)] == [True, True, False, True, False]
    assert pilots.comparable(2, 4)
    assert pilots.everywhere[2] == {"meeting_interval": (2, 2, 1, 1)}
    assert "(meeting_interval 2 → 1, not 2)" in pilots.remarks[0].text("en")


def test_meetings_and_training_are_paid_for() -> None:
    """By hand: 15 clusters of 20 meetings of 2 h; mentors, and those who come, are brought to the share."""
    given_ = {"teacher_hour_cost": 50.0, "institute_hour_cost": 65.0, "care_hour_cost": 40.0, "wage_growth": 0.03}
    pilots = Pilots.of(
        document(
            {"name": "as usual", "facilitators": 2}, {"name": "weekly", "facilitators": 2} | WEEKLY,
            {"name": "four facilitators in three clusters", "ikcs": 3, "facilitators": 4},
            {"name": "without", "with_peer_learning": False, "mbo_mix": "parallel", "facilitators": 2},
            {"name": "later", "facilitators": 2, "then": [{"year": 2, "meeting_interval": 1}]},
            worlds=0, years=2,
        )
    )  # fmt: skip
    scenario = pilots.scenario.with_values(**given_)
    designs = [replace(one, scenario=one.scenario.with_values(**given_)) for one in pilots.designs]
    reference, usual, weekly, four, without, later = (left_out(pilots, one, 0) for one in designs)
    meetings = 1.03 * 15 * 20 * 2.0 * (50.0 + 65.0)
    assert reference.meetings == usual.meetings == pytest.approx(meetings)
    assert weekly.meetings == later.meetings == pytest.approx(2 * meetings)
    assert four.meetings == pytest.approx(meetings + 1.03 * 3 * 20 * 2.0 * (40.0 + 50.0))
    assert four.mbo_trainer == pytest.approx(1.03 * 40 * 3 * 0.75 * 50.0)
    assert (usual.mbo_trainer, without.meetings) == (0.0, 0.0)
    mentors = Partnership(scenario, rng=pilots.seed).mentors.size
    recruits = mentors * 0.10 * 0.85
    assert usual.training == pytest.approx(1.03 * 600 * recruits * (0.30 + 0.10))
    assert weekly.training == pytest.approx(1.03 * 600 * (recruits * (0.30 + 0.40) + 0.30 * mentors / 2))
    assert usual.total == usual.meetings + usual.training


def test_the_cost_that_designs_are_compared_on_has_meetings_and_training_in_it(tmp_path: Path) -> None:
    found = compared(tmp_path, {"name": "two", "facilitators": 2}, {"name": "four", "facilitators": 4})
    assert FULL_COST in found.measures
    runs = found.runs.set_index(["design", "world", "replication"])
    more = (runs[FULL_COST] - runs["own_contribution"]).unstack("design")
    expected = [left_out(found.pilots, found.pilots.designs[2], world).total for world, _ in more.index]
    assert more[2].tolist() == pytest.approx(expected)
    assert (more[2] > more[1]).all()
    words = Words(found, "en")
    assert words.extra_cost(2) == pytest.approx(float((more[2] - more[0]).mean()))
    assert glance(words, 2)["money"] == words.figure(words.extra_cost(2), FULL_COST, signed=True)


def test_built_in_designs_differ_in_their_pilot_alone() -> None:
    """But for hbo pedagogy, which is a matter of the whole partnership."""
    pilots = Pilots.load("mbo")
    apart = {design.name: pilots.changed_everywhere(at) for at, design in enumerate(pilots.designs)}
    assert {name for name, changed in apart.items() if changed} == {"With hbo pedagogy"}
    assert apart["With hbo pedagogy"] == ("pedagogy_share",)
    assert [name for name in variants(pilots) if name.startswith("alone")] == ["alone 7"]


# --- what a report shows of it ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "wrong", "right"), [
    ("en", "without mbo", "asked for more than their hours with “as now”"),
    ("nl", "onder mbo", "Bij “as now” wordt 50% van de begeleidende mentoren meer gevraagd dan hun uren"),
])  # fmt: skip
def test_a_reference_with_mbo_students_is_not_said_to_be_without(
    tmp_path: Path, lang: Any, wrong: str, right: str
) -> None:
    now = {"name": "as now", "mbo_students_per_cluster": 2, "mbo_mix": "mixed"}
    more = {"name": "more", "mbo_students_per_cluster": 4, "mbo_mix": "mixed"}
    pilots = Pilots.of(document() | {"design": [now, more]})
    found = compare_pilots(pilots, tmp_path, workers=0, simulate=Planted(), close_worlds=0, questions=False)
    told = " ".join(bullets(Words(found, lang)))
    assert wrong not in told
    assert right in told


@pytest.mark.parametrize(("lang", "right"), [
    ("en", "For a BBL place the employer can get up to EUR 2,700 a year (D40)"),
    ("nl", "Voor een bbl-plaats kan de werkgever tot 2.700 euro per jaar krijgen (D40)"),
])  # fmt: skip
def test_what_a_bbl_place_brings_is_said(tmp_path: Path, lang: Any, right: str) -> None:
    assert right in bullets(Words(compared(tmp_path, {"name": "x"}), lang))[-1]


@pytest.mark.parametrize(("lang", "sources"), [
    ("en", ["seed", "the board", "assumption"]), ("nl", ["praktijkillustratie", "het bestuur", "aanname"]),
])  # fmt: skip
def test_a_source_is_cited_in_the_language_of_the_report(lang: Any, sources: list[str]) -> None:
    cited = ({"source": "seed"}, {"source": "the board", "source_nl": "het bestuur"}, {})
    pilots = Pilots.of(document(*({"name": f"x{at}"} | one for at, one in enumerate(cited))))
    words = Words(Comparison(pilots, Path(), pd.DataFrame()), lang)
    assert [design_row(words, at, pilots.designs[at])["source"] for at in (1, 2, 3)] == sources


@pytest.mark.parametrize(("lang", "shown"), [("en", "0.1–0.11 per year"), ("nl", "0,1–0,11 per jaar")])
def test_a_narrowed_range_is_shown_as_the_file_has_it(lang: Any, shown: str) -> None:
    pilots = Pilots.of(document({"name": "x"}, uncertainties={"mentor_turnover": {"low": 0.1, "high": 0.11}}))
    row = {"assumption": "mentor_turnover", "outcome": LOSS, "rho": 0.5, "sure": True}
    words = Words(Comparison(pilots, Path(), pd.DataFrame()), lang)
    assert assumption_row(words, row)["range"] == shown
    declared = Words(Comparison(Pilots.of(document({"name": "x"})), Path(), pd.DataFrame()), lang)
    assert assumption_row(declared, row)["range"] != shown


def test_a_measure_is_shown_for_the_reference_and_what_each_design_adds(tmp_path: Path) -> None:
    """Four mixed students bring 4 × 0.01 and 0.05 more; luck falls out."""
    found = compared(tmp_path, {"name": "mixed"}, {"name": "parallel", "mbo_mix": "parallel"})
    reference, *others = other_row(Words(found, "en"), KNOWLEDGE)["cells"]
    assert float(reference) == pytest.approx(0.2, abs=0.03)
    assert others == ["+0.090", "+0.040"]


def test_a_figure_says_which_way_is_better(tmp_path: Path) -> None:
    found = compared(tmp_path, {"name": "mixed"})
    captions = [figure(Words(found, lang), name)["caption"] for lang in ("en", "nl") for name in (KNOWLEDGE, LOSS)]
    better = ["more is better", "less is better", "meer is beter", "minder is beter"]
    assert [caption.rpartition(", ")[2] for caption in captions] == better


def test_pabo_students_lose_least_and_most_with_designs_not_with_the_reference(tmp_path: Path) -> None:
    """Two students cost 2 × 0.002 of supervision, six 6 × 0.002."""
    found = compared(
        tmp_path, {"name": "six", "mbo_students_per_cluster": 6}, {"name": "two", "mbo_students_per_cluster": 2}
    )
    english, dutch = (" ".join(bullets(Words(found, lang))) for lang in ("en", "nl"))
    assert "0.4 lose adequate supervision with “two”, which costs them least, and 1.2 (1.2 to 1.2 over" in english
    assert "bij “two”, dat hun het minst kost, en 1,2 (1,2 tot 1,2 over de werelden) bij “six”" in dutch


@pytest.mark.parametrize(
    ("lang", "losses", "shows"),
    [("en", ("0.0", "1.2", "0.4"), ("–", "yes", "no")), ("nl", ("0,0", "1,2", "0,4"), ("–", "ja", "nee"))],
)
def test_the_terminal_has_a_row_for_every_design(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: Any, losses: tuple[str, ...], shows: tuple[str, ...]
) -> None:
    found = compared(
        tmp_path, {"name": "six", "mbo_students_per_cluster": 6}, {"name": "two", "mbo_students_per_cluster": 2}
    )
    vars(found)["power"] = pd.DataFrame({"design": [1, 2], "share_enough": [0.6, 0.4]})
    PilotReport(found).show(lang)
    table = [line.split() for line in capsys.readouterr().out.splitlines()]
    for name, best, loss, real in zip(("None", "six", "two"), ("0%", "100%", "0%"), losses, shows, strict=True):
        assert [name, "100%", best, loss, "pp", "50%", real] in table


def test_every_board_has_a_difference_for_every_design() -> None:
    pilots = Pilots.of(document({"name": "dear"}, {"name": "cheap"}))
    paid = {"North": (1000.0, 1500.0, 800.0), "": (2000.0, 2000.0, 2600.0)}
    table = pd.DataFrame(
        [
            {"design": design, "world": world, "board": board, "contribution": amount + 100 * world}
            for board, amounts in paid.items() for design, amount in enumerate(amounts) for world in (-1, 1)
        ]
    )  # fmt: skip
    close = CloseLook(pd.DataFrame(), table, pd.DataFrame())
    shown = {row["name"]: row["cells"] for row in boards(Words(Comparison(pilots, Path(), table, close=close), "en"))}
    assert shown == {"North": ["1,000", "+500", "−200"], "institute": ["2,000", "0", "+600"]}


# --- files and their faults ------------------------------------------------------------------------------------------


def faults(*designs: dict[str, Any], **more: Any) -> str:
    with pytest.raises(InputFaults) as raised:
        Pilots.of(document(*designs, **more), file="own.toml")
    return raised.value.text("en") + "\n" + raised.value.text("nl")


@pytest.mark.parametrize(
    ("design", "told"),
    [
        ({"mbo_students_per_cluster": 12, "care_mentors_per_ikc": 1}, "at most 4 for each care mentor"),
        ({"facilitators": 0}, "mixed meetings with no facilitators"),
        ({"mbo_start_year": 7}, "a start in school year 7"),
        ({"ikcs": ["Assen 1"]}, '"Assen 1", which is no IKC'),
        ({"ikcs": ["Kloosterven 1"]}, "did you mean Kloosterveen 1?"),
        ({"ikcs": 99}, "a whole number from 1 to"),
        ({"clusters": 16}, "a whole number from 1 to 15"),
        ({"programmes": ["asistant"]}, "did you mean assistant?"),
        ({"programmes": 3}, "a list of names"),
        ({"track": "bbll"}, "did you mean bbl?"),
        ({"facilitators": 1}, "0, 2 (pair), 3 (trio) or 4"),
        ({"track": "bol", "mbo_bbl_share": 0.2}, "mbo_bbl_share twice"),
        ({"subgroup_sise": 5}, "did you mean subgroup_size?"),
        ({"subgroup_size": 99}, "99"),
        ({"mbo_students_per_cluster": 0}, "mixed meetings without mbo students"),
        ({"then": [{"year": 9, "mbo_mix": "mixed"}]}, "a whole number from 2 to 5"),
        ({"then": [{"year": 2, "ikcs": 3}]}, "only from the start"),
        ({"then": [{"mbo_mix": "parallel"}]}, "a school year"),
        ({"then": [{"year": 2, "facilitators": 0}]}, "x, then 2: found mixed meetings with no facilitators"),
        ({"name": ""}, "a text of 1 to 80 characters"),
        ({"name": "None"}, "more than once"),
    ],
)
def test_a_design_that_cannot_be_is_refused_with_the_reason(design: dict[str, Any], told: str) -> None:
    assert told in faults({"name": "x"} | design, years=5)


def test_every_fault_of_a_file_at_once() -> None:
    text = faults(
        {"name": "x", "track": "day"}, {"name": "y", "ikcs": 0}, worlds=-1, aim=["happiness"],
        floors={"coverige": 0.4, "pabo_adequate_share": 80}, colour="red",
    )  # fmt: skip
    for told in ("track", "ikcs", "worlds", "aim", "did you mean coverage?", "pabo_adequate_share", 'key "colour"'):
        assert told in text


@pytest.mark.parametrize(("design", "name"), [
    ({"mbo_places_per_site": 6}, "mbo_places_per_site"), ({"stay": "whole-year"}, "mbo_half_year_share"),
    ({"then": [{"year": 2, "mbo_availability": 0.9}]}, "mbo_availability"),
])  # fmt: skip
def test_what_a_design_sets_cannot_be_uncertain_too(design: dict[str, Any], name: str) -> None:
    parameter = PARAMETERS[name]
    text = faults({"name": "x"} | design, years=2, uncertainties={name: {"low": parameter.low, "high": parameter.high}})
    found = "found a range of what “x” sets; allowed: an assumption that no design sets"
    assert f"own.toml, [uncertainties] {name}: {found}" in text
    assert "gevonden een bereik van wat “x” instelt; toegestaan: een aanname die geen ontwerp instelt" in text


def test_one_design_is_no_comparison() -> None:
    assert "2 to 40 tables [[design]]" in faults()


def test_what_is_strained_is_told_but_may_run() -> None:
    pilots = Pilots.of(document({"name": "x", "ikcs": 1, "mbo_students_per_cluster": 6}))
    assert [remark.text("en") for remark in pilots.remarks]
    assert "2 mbo students more than there are places" in pilots.remarks[-1].text("en")


def test_where_there_is_room_or_sites_may_take_more_nothing_is_said_of_places() -> None:
    few, soft = ({"mbo_students_per_cluster": 2}, {"mbo_students_per_cluster": 6, "site_capacity": "soft"})
    for design in (few, soft):
        remarks = Pilots.of(document({"name": "x", "ikcs": 1} | design)).remarks
        assert not [remark for remark in remarks if "than there are places" in remark.text("en")]


def test_programmes_that_take_part_keep_their_shares_of_each_other() -> None:
    assistant, three = (float(PARAMETERS[name].default) for name in ("mbo_assistant_share", "mbo_level3_share"))
    parts = {"assistant": assistant, "pedagogical-work-3": three, "pedagogical-work-4": 1 - assistant - three}
    for number in (1, 2, 3):
        for chosen in combinations(parts, number):
            values = Pilots.of(document({"name": "x", "programmes": list(chosen)})).designs[1].scenario.values
            whole = sum(parts[name] for name in chosen)
            expected = [parts[name] / whole if name in chosen else 0.0 for name in list(parts)[:2]]
            assert [values["mbo_assistant_share"], values["mbo_level3_share"]] == pytest.approx(expected)


@pytest.mark.parametrize(("key", "parameter", "none", "every"), [
    ("stay", "mbo_half_year_share", "whole-year", "half-year"), ("track", "mbo_bbl_share", "bol", "bbl"),
])  # fmt: skip
def test_one_stay_or_one_track_is_that_of_all_mbo_students(key: str, parameter: str, none: str, every: str) -> None:
    designs = Pilots.of(document({"name": "x", key: none}, {"name": "y", key: every})).designs
    assert [design.scenario.values[parameter] for design in designs[1:]] == [0.0, 1.0]


def test_a_seed_is_any_whole_number_of_64_bits() -> None:
    largest = int(np.iinfo(np.int64).max)
    assert Pilots.of(document({"name": "x"}, seed=largest)).seed == largest
    assert "seed" in faults({"name": "x"}, seed=largest + 1)


def test_the_built_in_file_is_complete_and_traced() -> None:
    pilots = Pilots.load("mbo")
    assert len(pilots.designs) == 8
    assert all(design.texts["source"] and design.text("nl") and design.texts["name_nl"] for design in pilots.designs)
    assert (pilots.replications, pilots.worlds) == (30, 50)
    assert pilots.designs[5].then == ((3, {"mbo_mix": "mixed"}),)


def test_a_pilots_file_that_says_nothing_is_that_of_the_guide() -> None:
    guide = (ROOT / "docs" / "PILOTS.md").read_text(encoding="utf-8")
    told = tomllib.loads(guide.split('```toml title="own.toml"\n')[1].split("```")[0])
    bare = Pilots.of({"design": document({"name": "x"})["design"]})
    for name in ("replications", "worlds", "years", "aim"):
        assert getattr(bare, name) == told[name], name


def test_check_knows_a_pilots_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[[design]]\nname = "a"\n[[design]]\nname = "b"\nikcs = 99\n', encoding="utf-8")
    assert is_pilots(file)
    assert main(["check", str(file), "--lang", "nl"]) == 2
    assert "ikcs: gevonden 99" in capsys.readouterr().err
    assert main(["pilots", "mbbo", "--out", str(tmp_path / "x"), "--lang", "en"]) == 2
    assert "did you mean mbo?" in capsys.readouterr().err


def test_a_workbook_says_the_same_as_a_file(tmp_path: Path) -> None:
    """Sheets for the tables; faults are told as in a file, and a formula is no value."""
    path = tmp_path / "own.xlsx"
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets: dict[str, list[list[Any]]] = {
        "Ontwerpen": [
            ["name", "mbo_students_per_cluster", "mbo_mix", "ikcs", "programmes", "track"],
            ["none", 0, "none"],
            ["a", 4, "parallel", "Groningen 1; Kloosterveen 1", "assistant", "bol"],
            ["b", 4.0, "mixed", 3],
        ],
        "pilots": [["worlds", 7], ["years", 4]],
        "grenzen": [["pabo_loss", 0.03]],
        "later": [["design", "year", "mbo_mix"], ["a", 3, "mixed"]],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    assert is_pilots(path)
    pilots = Pilots.load(path)
    first = Pilots.of(
        document(
            {"name": "a", "mbo_mix": "parallel", "ikcs": ["Groningen 1", "Kloosterveen 1"],
             "programmes": ["assistant"], "track": "bol", "then": [{"year": 3, "mbo_mix": "mixed"}]}, years=4,
        )
    ).designs[1]  # fmt: skip
    assert (pilots.worlds, pilots.years, dict(pilots.floors)) == (7, 4, {"pabo_loss": 0.03})
    read = pilots.designs[1]
    assert (read.values, read.sites, read.then) == (first.values, first.sites, first.then)
    book["later"]["A2"] = "=1+1"
    book.save(path)
    assert "later, 2, design" in "\n".join(fault.text("nl") for fault in Pilots.check(path))
    path.write_bytes(b"PK\x03\x04 broken")
    assert not is_pilots(path)
    assert Pilots.check(path)
    with ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    assert not is_pilots(path)
    assert Pilots.check(path)


# --- power -----------------------------------------------------------------------------------------------------------


def test_power_is_that_of_simulated_pilots() -> None:
    """Cluster means drawn 4,000 times and tested with scipy's t-test give the power of the formula."""
    k, m, icc, effect = 6, 10, 0.2, 0.6
    luck = np.random.default_rng(3)
    spread = math.sqrt(icc + (1 - icc) / m)
    pilot, other = (luck.normal(mean, spread, (4000, k)) for mean in (effect, 0.0))
    seen = float((ttest_ind(pilot, other, axis=1).pvalue < 0.05).mean())
    assert power_of(effect, standard_error(k, m, k, m, icc), 2 * k - 2) == pytest.approx(seen, abs=0.025)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 60), st.floats(1, 30), st.floats(0, 0.5), st.floats(0.05, 2.0))
def test_what_is_detectable_has_a_power_of_80_percent(k: int, m: float, icc: float, effect: float) -> None:
    error = standard_error(k, m, k, m, icc)
    assert power_of(detectable(error, 2 * k - 2), error, 2 * k - 2) == pytest.approx(0.80, abs=1e-6)
    assert power_of(effect, error, 2 * k - 2) >= 0.05 - 1e-9


def test_a_pilot_in_nearly_all_clusters_is_compared_with_those_that_start_later() -> None:
    row = {"pilot_clusters": 14.0, "students": 5.0, "other_students": 5.0, "icc": 0.05, "sd": 1.0, "effect": 0.8}
    alone, late = _world(row | {"other_clusters": 0.0}), _world(row | {"other_clusters": 1.0})
    assert (alone["others"], late["others"]) == (7.0, 8.0)
    assert late["power"] > alone["power"] > 0.5
    assert _world(row | {"pilot_clusters": 3.0, "other_clusters": 12.0})["others"] == 12.0
    assert _world(row | {"pilot_clusters": 1.0, "other_clusters": 0.0})["power"] == 0.0


def test_one_cluster_on_a_side_or_none_shows_nothing() -> None:
    assert power_of(5.0, 0.1, 0) == 0.0
    assert math.isinf(detectable(0.1, 0))
    assert math.isinf(clusters_needed(0.0, 5, 0.1))
    assert clusters_needed(3.0, 10, 0.0) <= 3


def test_a_design_can_show_something_when_one_outcome_does_in_half_of_the_worlds() -> None:
    shares = {1: (0.0, 0.5), 2: (0.49, 0.1), 3: (1.0, 0.0)}
    table = pd.DataFrame([{"design": design, "share_enough": share} for design, two in shares.items() for share in two])
    comparison: Any = SimpleNamespace(power=table)
    assert can_show(comparison.power) == {1: True, 2: False, 3: True}


def test_the_intraclass_correlation_of_clusters_drawn_with_a_known_one() -> None:
    cluster = np.repeat(np.arange(400), 12)
    found = []
    for seed in range(10):
        luck = np.random.default_rng(seed)
        values = luck.normal(0, math.sqrt(0.3), 400)[cluster] + luck.normal(0, math.sqrt(0.7), cluster.size)
        found.append(intraclass(values, cluster))
    assert np.mean(found) == pytest.approx(0.3, abs=0.02)
    assert math.isnan(intraclass(values[:12], cluster[:12]))


def test_the_close_look_compares_with_the_spread_of_the_reference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of three clusters have a pilot; an effect is the difference of their means, a spread that of a sample."""
    luck = np.random.default_rng(4)
    cluster, before = np.repeat([0, 1, 2], 3), np.repeat([0, 1, 2], 2)
    states = {state: luck.random(9) for state in OUTCOMES.values()}
    theirs = {name: luck.random(6) for name in OUTCOMES}
    here: Any = SimpleNamespace(
        students=SimpleNamespace(column=states.__getitem__),
        communities=SimpleNamespace(column=lambda name: np.array([True, False, True]), size=3),
    )
    monkeypatch.setattr("samenspel.experiments.pilots.comparison.close.members", lambda here: (np.arange(9), cluster))
    found = {row["outcome"]: row for row in _effects(here, {"cluster": before, "values": theirs})}
    assert set(found) == set(OUTCOMES)
    for name, state in OUTCOMES.items():
        with_mbo = [float(value) for value, at in zip(states[state], cluster, strict=True) if at != 1]
        without = [float(value) for value, at in zip(theirs[name], before, strict=True) if at != 1]
        assert found[name]["effect"] == pytest.approx(fmean(with_mbo) - fmean(without))
        assert found[name]["sd"] == pytest.approx(stdev(theirs[name]))
        sizes = [found[name][of] for of in ("pilot_clusters", "other_clusters", "students", "other_students")]
        assert sizes == [2, 1, 3, 3]


# --- the model itself ------------------------------------------------------------------------------------------------


def test_what_changes_later_changes_then() -> None:
    """Parallel first, then mixed: until the change it is the parallel design, to the bit."""
    scenario = Scenario.load("growth-mbo").with_values(mbo_mix="parallel")
    record = Record()
    early = PilotRun(((3, {"mbo_mix": "mixed"}),))(scenario, 2, 1, record)
    parallel, late = (
        PilotRun(then)(scenario, years, 1, record) for then, years in (((), 2), (((3, {"mbo_mix": "mixed"}),), 4))
    )
    assert early.last_year == parallel.last_year
    assert late.last_year[KNOWLEDGE] > PilotRun()(scenario, 4, 1, record).last_year[KNOWLEDGE]


def test_only_the_named_ikcs_take_mbo_students_and_professions_add_up() -> None:
    pilots = Pilots.of(document({"name": "x", "ikcs": ["Groningen 1", "Kloosterveen 1"]}))
    measured = PilotRun()(pilots.designs[1].scenario, 1, 1, Record())
    groups = measured.groups["profession"].set_index("profession")
    assert 0 < measured.last_year["students_mbo"] <= 8
    assert groups.loc["pabo", "supervision_adequate_share"] == pytest.approx(
        measured.last_year["supervision_adequate_share_hbo"], abs=0.02
    )


def test_professions_are_told_over_the_same_students_as_groups_are() -> None:
    there = Partnership(Scenario.load("growth-mbo").with_values(mbo_half_year_share=0.4, pedagogy_share=0.1), rng=3)
    there.run(years=2)
    roles, programmes = (there.groups_last_year(by).set_index(by) for by in ("role", "programme"))
    told = by_profession(there).set_index("profession")
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
    paid = close.boards.groupby(["design", "world"])["contribution"].sum()
    own = small.runs.groupby(["design", "world"])["own_contribution"].mean()
    assert paid.index.equals(own.index)
    assert np.allclose(paid, own, rtol=0.02)  # three replications against two
    assert set(small.power["design"]) == {1, 2}
    assert small.power["power"].between(0.05, 1).all()
    three = small.power[small.power["design"] == 2]
    assert three["pilot_clusters"].tolist() == [3.0] * 4
    assert three["other_clusters"].tolist() == [12.0] * 4


def test_a_measure_for_everything_that_is_compared(small: Comparison) -> None:
    assert set(small.measures) <= set(MEASURES)
    assert not small.summary["mean"].isna().any() or small.summary["design"].min() == 0


# --- the ten questions -----------------------------------------------------------------------------------------------


def test_every_variant_can_run_and_the_floor_is_crossed_where_it_is() -> None:
    pilots = Pilots.load("mbo")
    names = variants(pilots)
    study = questions_study(pilots)
    assert len(study.points) == len(names) * 10
    at = list(names).index("size 24") * 10
    assert study.points[at]["students_per_cluster"] == 24
    assert study.points[0]["students_per_cluster"] == 12
    sizes = {8: 0.95, 12: 0.90, 16: 0.85, 20: 0.75, 24: 0.6, 30: 0.5}
    table = pd.DataFrame(
        [{"variant": f"size {size}", "world": 0, ADEQUATE: share} for size, share in sizes.items()]
    ).set_index(["variant", "world"])
    assert Answers(table, 0.80).falls_below().tolist() == [pytest.approx(18.0)]
    assert np.isnan(Answers(table, 0.40).falls_below()).all()


def test_variants_do_what_they_are_called_and_the_built_in_partnership_can_be_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pilots = Pilots.load("mbo")
    found = variants(pilots)
    monkeypatch.setattr("samenspel.experiments.pilots.comparison.questions._can_be", lambda pilots, point: True)
    assert found == variants(pilots)
    clusters = len(pilots.reference.scenario.world.clusters)
    assert abs(clusters * found["full"]["students_per_cluster"] - 400) <= clusters / 2  # D05: 400 students in all
    for name, point in found.items():
        kind, _, number = name.rpartition(" ")
        match kind:
            case "wages":
                assert point["wage_growth"] == pytest.approx(int(number) / 100)
                assert point["grant_growth"] == 0.0
            case "groups of":
                assert point["subgroup_size"] == int(number)
            case "size":
                assert point["students_per_cluster"] == int(number)
            case "mbo":
                assert point["mbo_students_per_cluster"] == int(number)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("+5.0 pp", "−2.0 pp", "+0.100", "−0.030")), ("nl", ("+5,0 pp", "−2,0 pp", "+0,100", "−0,030"))],
)
def test_what_another_day_for_part_timers_changes_is_told_with_its_sign(lang: Any, words: tuple[str, ...]) -> None:
    figures = {"reference": (0.30, 0.40), "other day": (0.35, 0.50), "light": (0.28, 0.37)}
    table = pd.DataFrame(
        [
            {"variant": name, "world": world, "coverage_parttime": coverage, "peer_support": peers}
            for name, (coverage, peers) in figures.items() for world in range(3)
        ]
    ).set_index(["variant", "world"])  # fmt: skip
    comparison: Any = None
    told = _Answers(Words(comparison, lang), Answers(table, 0.8)).parttime()
    assert re.findall(r"[+−]?\d[\d.,]*\d(?: pp)?(?= \()", told) == list(words)


@pytest.mark.parametrize(("lang", "three", "five"), [("en", "€1,200", "€3,400"), ("nl", "1.200 euro", "3.400 euro")])
def test_what_boards_add_when_wages_rise_is_an_amount_not_a_change(lang: Any, three: str, five: str) -> None:
    paid = {"wages 3": 1200.0, "wages 5": 3400.0}
    table = pd.DataFrame(
        [
            {"variant": name, "world": world, "own_contribution": amount}
            for name, amount in paid.items()
            for world in (0, 1)
        ]
    ).set_index(["variant", "world"])
    comparison: Any = SimpleNamespace(pilots=SimpleNamespace(years=5))
    told = _Answers(Words(comparison, lang), Answers(table, 0.8)).contribution()
    for amount in (three, five):
        assert f" {amount} (" in told


# --- what a real pilot measured --------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_observation_narrows_what_it_depends_on(tmp_path: Path) -> None:
    """A pilot that sees much knowledge gained leaves the worlds in which a meeting teaches much."""
    pilots = Pilots.of(
        document(
            {"name": "x", "ikcs": 5, "meeting_interval": 1, "mbo_students_per_cluster": 4}, worlds=15,
            uncertainties={
                    "knowledge_start": {"low": 0.199, "high": 0.201}, "knowledge_gain": {"low": 0.01, "high": 0.06},
                },
        )
    )  # fmt: skip
    file = tmp_path / "observed.toml"
    file.write_text(
        'design = "x"\n[knowledge_other_profession]\nmean = 0.42\nstandard_error = 0.02\n', encoding="utf-8"
    )
    after = narrowed(pilots, file)
    assert len(after.sampled) == 15
    posterior = after.posterior
    assert posterior is not None
    first = posterior.table.iloc[0]
    assert first["assumption"] == "knowledge_gain"
    assert first["sure"]
    assert first["after_low"] > 0.02
    fit = posterior.fit.iloc[0]
    assert abs(fit["after"] - 0.42) < abs(fit["before"] - 0.42)


def test_only_a_design_with_mbo_students_can_have_been_observed(tmp_path: Path) -> None:
    pilots = Pilots.of(document({"name": "x"}))
    file = tmp_path / "observed.toml"
    measured = "[status_barrier]\nmean = 0.3\nstandard_error = 0.02\n"
    file.write_text(f'design = "x"\n{measured}', encoding="utf-8")
    seen = read_observed(pilots, file)
    assert (seen.design, seen.means, seen.errors) == (1, {"status_barrier": 0.3}, {"status_barrier": 0.02})
    file.write_text(f'design = "None"\n{measured}', encoding="utf-8")
    with pytest.raises(InputFaults) as raised:
        read_observed(pilots, file)
    assert "allowed: one of x" in raised.value.text("en")


def test_a_reference_with_mbo_students_can_have_been_observed(tmp_path: Path) -> None:
    """A partnership that has them already compares with what it does now."""
    designs = [{"name": name, "mbo_mix": "mixed", "mbo_students_per_cluster": count} for name, count in
               (("as now", 2), ("twice as many", 4))]  # fmt: skip
    file = tmp_path / "observed.toml"
    file.write_text('design = "as now"\n[status_barrier]\nmean = 0.3\nstandard_error = 0.02\n', encoding="utf-8")
    seen = read_observed(Pilots.of(document() | {"design": designs}), file)
    assert (seen.design, seen.means) == (0, {"status_barrier": 0.3})


def test_a_file_of_observations_with_every_fault(tmp_path: Path) -> None:
    file = tmp_path / "observed.toml"
    file.write_text('design = "y"\ncolour = 1\n[status_barrier]\nmean = 3\n', encoding="utf-8")
    with pytest.raises(InputFaults) as raised:
        narrowed(Pilots.of(document({"name": "x"})), file)
    text = raised.value.text("en")
    for told in ('observed.toml, design: found the text "y"; allowed: one of x', "colour", "mean", "standard_error"):
        assert told in text


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
