"""Designs that change more than their pilot: told apart, paid for, never called best."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from samenspel.agents.mentors import Role
from samenspel.experiments.pilots.comparison.costs import left_out
from samenspel.experiments.pilots.comparison.questions import variants
from samenspel.experiments.pilots.comparison.robustness import dominance, turning
from samenspel.experiments.pilots.comparison.runs import lived
from samenspel.experiments.pilots.file.design import designed, mbo_places
from samenspel.experiments.pilots.file.measures import FULL_COST, LOSS
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.pilots.report.html import html
from samenspel.experiments.pilots.report.rows import (
    glance,
    robust_row,
)
from samenspel.experiments.pilots.report.shown import PilotReport
from samenspel.experiments.pilots.report.summary import beats
from samenspel.experiments.pilots.report.tables import tables
from samenspel.experiments.pilots.report.texts import apart_notes, limits
from samenspel.experiments.pilots.report.words import Words
from samenspel.model import Partnership
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.scenario import Scenario
from tests.experiments.pilots.planted import KNOWLEDGE, LONGER, compared, document, three_apart

WEEKLY = {"meeting_interval": 1, "interprofessional_trained_share": 0.4}


def test_what_a_partnership_arranges_for_mbo_students_does_nothing_without_them() -> None:
    """The declaration that decides which designs can be compared; more care mentors are more mentors, and no more.

    At a start where everybody is new: as it lives, a partnership starts near the long run of its own settings.
    """

    def lived(**values: Any) -> dict[str, float]:
        partnership = Partnership(Scenario.load("baseline").with_values(form_start="new", **values), rng=1)
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


def test_what_a_design_sets_of_meetings_hours_and_training_holds_in_its_own_clusters() -> None:
    """Until places are dealt anew, the other clusters live as they do with the same pilot under usual meetings.

    From a start where everybody is new: as it lives, a start is that of the means over clusters (RULES 5.1).
    """
    own = {"meeting_interval": 1, "subgroup_size": 8, "cross_year": False, "trainer_hours": 9.0,
           "interprofessional_trained_share": 0.6, "roles": 0.5}  # fmt: skip
    pilots = Pilots.of(document({"name": "usual", "ikcs": 3}, {"name": "otherwise", "ikcs": 3} | own))
    assert pilots.comparable(1, 2)
    assert not pilots.remarks
    new = [design.scenario.with_values(form_start="new") for design in pilots.designs[1:]]
    usual, otherwise = (Partnership(scenario, rng=2) for scenario in new)
    taking = otherwise.communities.column("has_mbo").copy()
    assert taking.sum() == 3
    interval = otherwise.communities.column("meeting_interval")
    assert (interval == np.where(taking, 1, 2)).all()
    for here in (usual, otherwise):
        here.run(weeks=40)
    competence = [here.students.column("teaching") for here in (usual, otherwise)]
    inside = (cluster := usual.students.column("cluster")) >= 0
    same = competence[0] == competence[1]
    assert same[inside & ~taking[cluster]].all()
    assert not same[inside & taking[cluster]].any()


def test_what_comes_later_comes_to_the_clusters_of_the_pilot_and_to_those_that_join_it() -> None:
    later = [{"year": 2, "meeting_interval": 1}, {"year": 3, "clusters": 4}]
    pilots = Pilots.of(document({"name": "x", "clusters": 2, "roles": 0.5, "then": later}, years=3))
    design = pilots.designs[1]
    assert pilots.comparable(1)
    here = lived(design.scenario, pilots.past(design.scenario).of(design.scenario), design.changes, seed=1, years=3)
    taking = here.communities.column("has_mbo")
    assert 2 < taking.sum() <= 4
    assert here.communities.column("meeting_interval").tolist() == [1 if mbo else 2 for mbo in taking]
    assert here.communities.column("roles").tolist() == [0.5 if mbo else 1.0 for mbo in taking]
    assert here.p.roles == 1.0


def test_a_design_says_which_clusters_take_part_also_where_the_scenario_does() -> None:
    scenario = Scenario.load("baseline")
    last = scenario.world.clusters[-1].name
    own = scenario.with_clusters({last: {"mbo_students_per_cluster": 5, "subgroup_size": 6}})
    assert mbo_places(own) == {last: 5}
    none = designed(own, {"mbo_students_per_cluster": 0, "mbo_mix": "none"})
    assert mbo_places(none) == {}
    assert none.world.clusters[-1].own == {"subgroup_size": 6}
    some = designed(own, {"mbo_students_per_cluster": 3, "mbo_clusters_share": 0.2, "subgroup_size": 9})
    assert {*mbo_places(some).values()} == {3}
    assert last not in mbo_places(some)
    has_own = {row.name for row in some.world.clusters if row.own.get("subgroup_size") == 9}
    assert has_own == {*mbo_places(some)}


@pytest.mark.parametrize(
    ("lang", "changes", "compared_with", "alone"),
    [
        ("en", "“longer” changes the whole partnership: length of a meeting, taken from that week's placement "
         "(meeting_hours 3, not 2); learning communities mix programme variants (across_variants false, not true).",
         "compared only with “longer, few”, which does the same, and not called best", "No other design does the same"),
        ("nl", "“longer” verandert het hele partnerschap: duur van een bijeenkomst, ten koste van de werkplek die week "
         "(meeting_hours 3, niet 2); leergemeenschappen zijn opleidingsvariantdoorbroken "
         "(across_variants false, niet true).",
         "alleen vergeleken met “longer, few”, dat hetzelfde doet, en heet niet het beste",
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
    one = compared(tmp_path / "one", {"name": "pilot"}, {"name": "longer"} | LONGER)
    assert [robust_row(Words(one, lang), 2)[key] for key in ("best", "regret_aim", "regret_pabo")] == ["–"] * 3
    assert alone in apart_notes(Words(one, lang))[0]
    PilotReport(found).show(lang)
    lines = capsys.readouterr().out.splitlines()
    starred = [line.partition("*")[0].strip() for line in lines if re.match(r"longer.*\*", line)]
    assert starred == ["longer", "longer, few"]
    assert PilotReport(found).document()["changes_whole_partnership"] == {
        str(at): {"meeting_hours": [3.0], "across_variants": [False]} for at in (2, 3)
    }
    table = tables(found)["designs"].set_index("name")["changes_whole_partnership"]
    assert table["longer"] == "meeting_hours; across_variants"
    assert table["pilot"] == ""
    remarks = [remark.text(lang) for remark in found.pilots.remarks]
    assert sum("[[design]] longer" in remark and "meeting_hours 3" in remark for remark in remarks) == 2
    text = html(Words(replace(found, pilots=replace(found.pilots)), lang))
    assert text.count("longer *</th>") == 1
    assert text.count("(meeting_hours 3,") >= 3


def test_no_advice_where_every_design_changes_the_whole_partnership(tmp_path: Path) -> None:
    found = compared(tmp_path, {"name": "longer"} | LONGER)
    assert turning(found).favourite == -1
    assert "none can be compared with the reference" in Words(found, "en").advice()
    assert "geen enkel is te vergelijken met de referentie" in Words(found, "nl").advice()
    assert beats(Words(found, "en")) == []


def test_a_change_of_the_whole_partnership_counts_when_it_comes_later_and_not_when_it_is_none() -> None:
    pilots = Pilots.of(
        document(
            {"name": "the same", "meeting_hours": 2.0, "mbo_bbl_share": 0.5, "care_mentor_hours": 3.0},
            {"name": "later", "then": [{"year": 3, "meeting_hours": 3.0}]},
            {"name": "pilot alone, later", "then": [{"year": 3, "mbo_mix": "parallel"}]},
            {"name": "later too", "meeting_hours": 2.0, "then": [{"year": 3, "meeting_hours": 3.0}]}, years=4,
        )
    )  # fmt: skip
    assert [pilots.comparable(at) for at in range(5)] == [True, True, False, True, False]
    assert pilots.comparable(2, 4)
    assert pilots.everywhere[2] == {"meeting_hours": (2.0, 2.0, 3.0, 3.0)}
    assert "(meeting_hours 2 → 3, not 2)" in pilots.remarks[0].text("en")


def test_meetings_and_training_are_paid_for() -> None:
    """By hand: 15 clusters of 20 meetings of 2 h on top; mentors, and those who come, are brought to the share."""
    given_ = {"teacher_hour_cost": 50.0, "institute_hour_cost": 65.0, "care_hour_cost": 40.0, "wage_growth": 0.03,
              "prices": "constant", "form_facilitation": "hours"}  # fmt: skip
    pilots = Pilots.of(
        document(
            {"name": "as usual", "facilitators": 2},
            {"name": "weekly", "facilitators": 2, "ikcs": 3} | WEEKLY,
            {"name": "four facilitators in three clusters", "ikcs": 3, "facilitators": 4},
            {"name": "without", "with_peer_learning": False, "mbo_mix": "parallel", "facilitators": 2},
            {"name": "later", "facilitators": 2, "ikcs": 3, "then": [{"year": 2, "meeting_interval": 1}]},
            worlds=0, years=2,
        )
    )  # fmt: skip
    scenario = pilots.scenario.with_values(**given_)
    designs = [replace(one, scenario=one.scenario.with_values(**given_)) for one in pilots.designs]
    reference, usual, weekly, four, without, later = (left_out(pilots, one, 0) for one in designs)
    meetings = 1.03 * 15 * 20 * 2.0 * (50.0 + 65.0)
    assert reference.meetings == usual.meetings == pytest.approx(meetings)
    assert weekly.meetings == later.meetings == pytest.approx(meetings * 18 / 15)  # three clusters meet twice as often
    assert four.meetings == pytest.approx(meetings + 1.03 * 3 * 20 * 2.0 * (40.0 + 50.0))
    assert four.mbo_trainer == pytest.approx(1.03 * 40 * 3 * 0.75 * 50.0)
    assert (usual.mbo_trainer, without.meetings) == (0.0, 0.0)
    from_own_hours = designs[1].scenario.with_values(form_facilitation="persons")
    assert left_out(pilots, replace(designs[1], scenario=from_own_hours), 0).meetings == 0.0
    start = Partnership(scenario, rng=pilots.seed)
    filled, taking = start.mentors.column("role") != Role.EMPTY, [*mbo_places(designs[2].scenario)]
    mentors, cluster = int(filled.sum()), start.names("communities")[start.mentors.column("cluster")]
    in_pilot = int(np.isin(cluster[filled], taking).sum())
    assert (len(taking), 0 < in_pilot < mentors) == (3, True)
    recruits = mentors * 0.10 * 0.85
    assert usual.training == pytest.approx(1.03 * 600 * recruits * (0.30 + 0.10))
    assert weekly.training == pytest.approx(usual.training + 1.03 * 600 * in_pilot * 0.30 * (0.10 * 0.85 + 1 / 2))
    assert usual.total == usual.meetings + usual.training


def test_what_the_accounts_leave_out_has_the_wages_of_its_date() -> None:
    pilots = Pilots.of(document({"name": "as usual"}, {"name": "weekly"} | WEEKLY, worlds=0, years=2))
    dated = pilots.reference
    constant = replace(pilots.reference, scenario=pilots.scenario.with_values(prices="constant", wage_growth=0.0))
    raised = (2 + 10 * 1.049) / 12
    assert left_out(pilots, dated, 0).total == pytest.approx(raised * left_out(pilots, constant, 0).total)


@pytest.mark.parametrize(
    ("lang", "since", "subsidy"),
    [
        ("en", "From March 2027 on wages", "€2,200 is counted here"),
        ("nl", "Vanaf maart 2027", "hier is 2.200 euro meegeteld"),
    ],
)
def test_limits_tell_from_when_a_comparison_goes_beyond_what_is_known(lang: Any, since: str, subsidy: str) -> None:
    pilots = Pilots.of(document({"name": "as usual"}, {"name": "weekly"} | WEEKLY, worlds=0, years=4))
    usual = " ".join(limits(told_of(pilots, lang)))
    assert since in usual
    assert subsidy in usual
    constant = replace(pilots, scenario=pilots.scenario.with_values(prices="constant", bbl_subsidy=0.0))
    text = " ".join(limits(told_of(constant, lang)))
    assert since not in text
    assert subsidy not in text


@pytest.mark.parametrize(
    ("lang", "own", "on_top"),
    [
        ("en", "Meetings and their preparation are given from trainers’ own hours", "Money includes hours in meetings"),
        ("nl", "Bijeenkomsten en de voorbereiding daarvan komen uit de eigen uren van opleiders", "uren in bijeenk"),
    ],
)
def test_limits_tell_what_meetings_are_paid_from(lang: Any, own: str, on_top: str) -> None:
    pilots = Pilots.of(document({"name": "as usual"}, {"name": "weekly"} | WEEKLY, worlds=0))
    of_hours = replace(pilots, scenario=pilots.scenario.with_values(form_facilitation="hours"))
    first, then = (" ".join(limits(told_of(one, lang))) for one in (pilots, of_hours))
    assert (own in first, on_top in first) == (True, False)
    assert (own in then, on_top in then) == (False, True)


def told_of(pilots: Pilots, lang: Any) -> Any:
    comparison: Any = SimpleNamespace(pilots=pilots, names=lambda _: {0: "as usual", 1: "weekly"})
    return SimpleNamespace(comparison=comparison, lang=lang, say=Words(comparison, lang).say, names=[0, 1], count=1)


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
