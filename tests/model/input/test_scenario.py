"""Scenarios: what is built in, own files, and changes on top."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from tests.model.input.files import SMALL, Write, only_fault

pytest_plugins = ("tests.model.input.files",)


# --- what is built in ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", Scenario.names())
def test_every_built_in_scenario_loads_and_says_what_it_is_in_both_languages(name: str) -> None:
    scenario = Scenario.load(name)
    assert scenario.name == name
    assert list(scenario.values) == list(PARAMETERS)
    assert all((*scenario.text("nl"), *scenario.text("en")))
    assert scenario.text("nl").title != scenario.text("en").title
    assert scenario.text("nl").description != scenario.text("en").description


def test_the_baseline_comes_first_and_is_the_partnership_of_the_seed() -> None:
    assert Scenario.names()[0] == "baseline"
    scenario = Scenario.load("baseline")
    assert dict(scenario.values) == {name: parameter.default for name, parameter in PARAMETERS.items()}
    world = scenario.world
    assert (len(world.towns), len(world.boards), len(world.clusters), len(world.sites)) == (51, 12, 15, 141)
    assert sum(board.member for board in world.boards) == 8
    assert [board.name for board in world.boards if board.lead] == ["CKC Drenthe"]
    assert world.clusters[0].partnership == "Groningen - kop van Drenthe"
    assert world.sites[0].mentors is None
    assert world.students == ()


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("growth-clusters", {"growth_clusters": 4}),
        ("growth-boards", {"growth_boards": 4, "clusters_per_new_board": 3}),
        ("growth-mbo", {"mbo_students_per_cluster": 4, "mbo_mix": "mixed"}),
        ("growth-all", {"growth_clusters": 4, "growth_boards": 4, "mbo_students_per_cluster": 4, "mbo_mix": "mixed"}),
        ("parttime-flex", {"parttime_form": "other_day"}),
        ("wage-squeeze", {"wage_growth": 0.06, "grant_growth": 0.0}),
        ("national", {"partnerships": 120}),
    ],
)
def test_designs_differ_from_the_baseline_in_their_values_only(name: str, values: Mapping[str, Any]) -> None:
    scenario, baseline = Scenario.load(name), Scenario.load("baseline")
    assert scenario.world == baseline.world
    assert dict(scenario.values) == {**baseline.values, **values}


def test_full_capacity_has_about_400_places_that_fill() -> None:
    scenario = Scenario.load("full-capacity")
    values, world = scenario.values, scenario.world
    assert len(world.clusters) == 33
    assert sum(board.member for board in world.boards) == 12
    sites = Counter(site.cluster for site in world.sites)
    assert {sites[cluster.name] for cluster in world.clusters} == {3, 4}
    places = len(world.clusters) * int(values["students_per_cluster"])
    part = float(values["parttime_share"])
    placeable = int(values["hbo_demand"]) * (1 - part + part * float(values["parttime_availability"]))
    assert 390 <= places <= 410
    assert places <= round(placeable) <= places + 5
    assert [site.name for site in world.sites] == [site.name for site in Scenario.load("baseline").world.sites]


def test_the_split_partnerships_share_two_boards() -> None:
    world = Scenario.load("split-partnership").world
    assert len(world.partnerships) == 2
    assert len(world.clusters) == 40
    board_of = {board.name: board.partnership for board in world.boards}
    crossing = {cluster.board for cluster in world.clusters if cluster.partnership != board_of[cluster.board]}
    assert crossing == {"CKC Drenthe", "Perspectief"}
    merged = Scenario.load("merged-partnership")
    assert merged.values["merge_partnerships"] is True
    assert merged.world == world


def test_a_scenario_is_immutable_and_can_be_sent_to_another_process() -> None:
    scenario = Scenario.load("baseline")
    with pytest.raises(TypeError):
        scenario.values["mentor_hours"] = 9  # type: ignore[index]
    with pytest.raises(dataclasses.FrozenInstanceError):
        scenario.name = "other"  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(scenario)) == scenario
    assert copy.deepcopy(scenario) == scenario
    assert hash(scenario) == hash(Scenario.load("baseline"))


def test_loading_one_scenario_does_not_change_another() -> None:
    before = Scenario.load("baseline")
    Scenario.load("full-capacity")
    Scenario.load("baseline", {"mentor_hours": "1.5"})
    assert Scenario.load("baseline") == before


# --- own files -------------------------------------------------------------------------------------------------------


def test_a_file_with_tables_stands_alone(file: Write) -> None:
    scenario = Scenario.load(file(SMALL))
    world = scenario.world
    assert scenario.name == "own"
    assert scenario.text("en").title == scenario.text("nl").title == "Klein"
    assert [partnership.name for partnership in world.partnerships] == ["Klein"]
    assert world.boards[0].partnership == world.clusters[0].partnership == "Klein"
    wilg, els = world.sites
    assert (wilg.latitude, wilg.longitude) == (53.1, 6.5)  # its town's
    assert (wilg.denomination, wilg.concept, wilg.recognised) == ("public", "regular", False)
    assert (els.latitude, els.denomination, els.mentors, els.mentors_trained) == (53.11, "christian", 4, 3)


def test_a_file_may_build_on_a_file_beside_it(file: Write) -> None:
    file(SMALL + "\n", "base.toml")
    scenario = Scenario.load(
        file('extends = "base.toml"\nmentor_hours = 1\n[[sites]]\nname = "Els"\npupils = 91\n[[towns]]\n'
             'name = "Stad"\nlatitude = 53.2\nlongitude = 6.6\ninhabitants = 9')
    )  # fmt: skip
    assert scenario.values["mentor_hours"] == 1.0
    assert [site.pupils for site in scenario.world.sites] == [180, 91]
    assert scenario.world.sites[1].concept == "dalton"
    assert [town.name for town in scenario.world.towns] == ["Dorp", "Stad"]
    assert scenario.title == "own"


def test_the_nearest_file_wins(file: Write) -> None:
    file('extends = "growth-mbo"\nmentor_hours = 1.0\ntrainer_hours = 5', "base.toml")
    values = Scenario.load(file('extends = "base.toml"\nmentor_hours = 1.5')).values
    assert (values["mentor_hours"], values["trainer_hours"], values["mbo_students_per_cluster"]) == (1.5, 5.0, 4)


def test_students_are_counts_by_programme_and_year(file: Write) -> None:
    text = SMALL + '[[students]]\nprogramme = "parttime"\nyear = 2\ncount = 100000'
    row = Scenario.load(file(text)).world.students[0]
    assert (row.partnership, row.programme, row.year, row.count) == ("Klein", "parttime", 2, 100_000)


def test_a_byte_order_mark_is_harmless(file: Write) -> None:
    assert Scenario.load(file(b"\xef\xbb\xbf" + SMALL.encode())).title == "Klein"


def test_beyond_range_lets_values_leave_the_plausible_range_but_not_the_possible_one(file: Write) -> None:
    text = 'extends = "baseline"\nmentor_hours = 8.0\n'
    fault = only_fault(file, text)
    assert "beyond_range = true" in fault.allowed
    assert Scenario.load(file(text + "beyond_range = true")).values["mentor_hours"] == 8.0
    impossible = only_fault(file, text + "beyond_range = true\nparttime_share = 1.2")
    assert (impossible.place, impossible.found) == ("parttime_share", "1.2")
    assert "beyond_range" not in impossible.allowed
    assert "beyond_range" not in only_fault(file, 'extends = "baseline"\nparttime_share = 1.2').allowed


@pytest.mark.parametrize(
    ("line", "allowed"), [("fatigue_time_loss = 1", "0 to 0.95"), ("leadership_backlog_limit = 0", "0.01")]
)
def test_what_the_rules_divide_by_is_never_nothing(file: Write, line: str, allowed: str) -> None:
    assert allowed in only_fault(file, f'extends = "baseline"\nbeyond_range = true\n{line}').allowed


# --- changes on top --------------------------------------------------------------------------------------------------


def test_set_values_are_read_as_the_kind_of_their_parameter() -> None:
    changes = {"mentor_hours": "2", "hbo_demand": "400", "cross_year": "nee", "mbo_mix": "mixed", "roles": 0.5}
    values = Scenario.load("baseline", changes).values
    assert [values[name] for name in changes] == [2.0, 400, False, "mixed", 0.5]
    assert isinstance(values["mentor_hours"], float)


def test_faults_of_set_values_are_all_reported_and_say_where() -> None:
    changes = {
        "mentor_hour": "2",
        "mentor_hours": "1,5",
        "hbo_demand": "12.5",
        "mbo_mix": "mixd",
        "cross_year": "maybe",
    }
    with pytest.raises(InputFaults) as caught:
        Scenario.load("baseline", changes)
    found = {fault.place: fault for fault in caught.value.faults}
    assert set(found) == set(changes)
    assert {fault.file for fault in found.values()} == {"--set"}
    assert found["mentor_hour"].nearest == "mentor_hours"
    assert found["mentor_hours"].nearest == "1.5"
    assert found["mbo_mix"].nearest == "mixed"


@pytest.mark.parametrize(("text", "meant"), [("0,5", "0.5"), ("3,0", "3"), ("0,4", ""), ("3,1", "")])
def test_a_number_is_suggested_up_to_the_ends_of_its_range(text: str, meant: str) -> None:
    with pytest.raises(InputFaults) as caught:
        Scenario.load("baseline", {"mentor_hours": text})
    assert [fault.nearest or "" for fault in caught.value.faults] == [meant]


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "1e999"])
def test_set_refuses_what_is_no_finite_number(text: str) -> None:
    with pytest.raises(InputFaults):
        Scenario.load("baseline", {"mentor_hours": text, "beyond_range": "true"})


def test_other_values_make_another_scenario() -> None:
    baseline = Scenario.load("baseline")
    other = baseline.with_values(mentor_hours=1.5, hbo_demand=np.int64(400), cross_year=np.bool_(False))
    assert (other.values["mentor_hours"], other.values["hbo_demand"], other.values["cross_year"]) == (1.5, 400, False)
    assert baseline.values["mentor_hours"] == 2.0
    assert other.world is baseline.world
    assert other.with_values(mentor_hours=2.0, hbo_demand=360, cross_year=True) == baseline


def test_other_values_are_checked_too() -> None:
    baseline = Scenario.load("baseline")
    with pytest.raises(InputFaults, match="did you mean mentor_hours"):
        baseline.with_values(mentor_hour=1)
    with pytest.raises(InputFaults, match="beyond_range"):
        baseline.with_values(mentor_hours=9.0)
    beyond = baseline.with_values(mentor_hours=9.0, beyond_range=True)
    assert beyond.with_values(trainer_hours=20.0).values["trainer_hours"] == 20.0


def test_mixed_clusters_need_the_switch_that_allows_them(file: Write) -> None:
    board = '[[boards]]\nname = "Eik"\ndenomination = "christian"\nmember = true\nmax_clusters = 1\nmax_students = 9\n'
    site = '[[sites]]\nname = "Den"\nboard = "Eik"\ncluster = "Linde 1"\ntown = "Dorp"\nkind = "school"\npupils = 9\n'
    fault = only_fault(file, SMALL + board + site)
    assert fault.place == "[[sites]] 3 (Den) board"
    mixed = Scenario.load(file("cross_denomination = true\n" + SMALL + board + site))
    with pytest.raises(InputFaults, match="cross_denomination"):
        mixed.with_values(cross_denomination=False)
