"""Scenarios: what a file may say, and what its writer hears when it says it wrongly."""

from __future__ import annotations

import copy
import dataclasses
import math
import pickle
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.world import TABLES
from samenspel.model.input import source as scenario_source
from samenspel.model.input.checks import AT_MOST_ONE
from samenspel.model.input.draft import DIRECTIONS, Draft
from samenspel.model.input.draft import KEYS as OWN_KEYS
from samenspel.model.input.faults import Fault, Findings, InputFaults, nearest, shown
from samenspel.model.input.scenario import Scenario
from samenspel.model.input.source import FOLDER
from samenspel.model.words import Message

HERE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

SMALL = """
title = "Klein"

[[towns]]
name = "Dorp"
latitude = 53.1
longitude = 6.5
inhabitants = 3000

[[boards]]
name = "De Linde"
denomination = "public"
member = true
lead = true
max_clusters = 2
max_students = 24

[[clusters]]
name = "Linde 1"
board = "De Linde"

[[sites]]
name = "Wilg"
board = "De Linde"
cluster = "Linde 1"
town = "Dorp"
kind = "ikc"
pupils = 180

[[sites]]
name = "Els"
board = "De Linde"
cluster = "Linde 1"
town = "Dorp"
latitude = 53.11
longitude = 6.52
kind = "school"
denomination = "christian"
concept = "dalton"
pupils = 90
mentors = 4
mentors_trained = 3
"""


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str | bytes, name: str = "own.toml") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


Write = Callable[..., Path]


def faults(write: Write, text: str | bytes) -> list[Fault]:
    return Scenario.check(write(text))


def only_fault(write: Write, text: str | bytes) -> Fault:
    found = faults(write, text)
    assert len(found) == 1, [fault.text("en") for fault in found]
    return found[0]


def changed(**cells: str) -> str:
    """The small scenario with some of its lines replaced; `x="y = 2"` replaces every line of key x."""
    lines = [cells.get(line.split(" =")[0], line) for line in SMALL.splitlines()]
    return "\n".join(lines)


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


# --- faults in values ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "place", "found"),
    [
        ('mentor_hours = "1.5"', "mentor_hours", '"1.5"'),
        ("mentor_hours = true", "mentor_hours", "true"),
        ("mentor_hours = nan", "mentor_hours", "nan"),
        ("mentor_hours = inf", "mentor_hours", "inf"),
        ("mentor_hours = 2020-01-01", "mentor_hours", "2020-01-01"),
        ("mentor_hours = [1.5]", "mentor_hours", "a list"),
        ("mentor_hours = {a = 1}", "mentor_hours", "a table"),
        ("mentor_hours = 100000000000000000000", "mentor_hours", "very large"),
        ("mentor_hours = 1e308", "mentor_hours", "1e+308"),
        ("hbo_demand = 360.5", "hbo_demand", "360.5"),
        ("hbo_demand = true", "hbo_demand", "true"),
        ("hbo_demand = 5", "hbo_demand", "5"),
        ("cross_year = 1", "cross_year", "1"),
        ('mbo_mix = "mixd"', "mbo_mix", "mixd"),
        ("mbo_mix = 3", "mbo_mix", "3"),
        ('beyond_range = "yes"', "beyond_range", "yes"),
        ("mentor_hour = 2", "mentor_hour", "unknown name"),
        ('"rare\\u001bnaam" = 2', "rare\x1bnaam", "unknown name"),
        ("title = 3", "title", "3"),
        ("extends = 3", "extends", "3"),
        ("partnership = 3", "partnership", "3"),
        ('partnership = "own.csv"', "partnership", "own.csv"),
        ('partnership = "nowhere.xlsx"', "partnership", "does not exist"),
        ("sites = 3", "sites", "3"),
        ("sites = [1, 2]", "sites", "a list"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(file: Write, line: str, place: str, found: str) -> None:
    text = f"{line}\n" if line.startswith("extends") else f'extends = "baseline"\n{line}\n'
    fault = only_fault(file, text)
    assert fault.file.endswith("own.toml")
    assert fault.place == place
    assert found in fault.found
    for lang in ("nl", "en"):
        assert fault.text(lang).isprintable()


def test_whole_numbers_may_be_written_with_a_point(file: Write) -> None:
    assert Scenario.load(file('extends = "baseline"\nhbo_demand = 360.0')).values["hbo_demand"] == 360


@pytest.mark.parametrize("names", AT_MOST_ONE)
def test_shares_of_one_whole_must_not_exceed_it(file: Write, names: tuple[str, ...]) -> None:
    lines = [f"{name} = {0.9 / len(names) if n else 0.9}" for n, name in enumerate(names)]
    fault = only_fault(file, "\n".join(['extends = "baseline"', "beyond_range = true", *lines]))
    assert fault.place == names[-1]
    assert "at most 1" in fault.allowed


def test_names_of_tables_and_parameters_are_suggested(file: Write) -> None:
    lines = ["mentor_ours = 1", "clustres = []", "extend = 1"]
    found = faults(file, "\n".join(['extends = "baseline"', *lines]))
    assert [fault.nearest for fault in found] == ["mentor_hours", "clusters", "extends"]


def test_all_faults_come_at_once_in_one_line_each(file: Write) -> None:
    text = 'mentor_hours = "a"\nhbo_demand = true\nfoo = 1\n' + changed(latitude="latitude = 6.5", pupils="pupils = 0")
    found = faults(file, text + '\n[[students]]\nprogramme = "fultime"\nyear = 5\ncount = -1')
    assert len(found) == 3 + 2 + 2 + 3
    with pytest.raises(InputFaults) as caught:
        Scenario.load(file(text))
    assert len(str(caught.value).splitlines()) == len(caught.value.faults)
    assert pickle.loads(pickle.dumps(caught.value)).faults == caught.value.faults


# --- faults in the partnership ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        (changed(latitude="latitude = 6.5", longitude="longitude = 53.1"), "[[towns]] 1 (Dorp) latitude", "swapped"),
        (changed(member="member = false"), "[[boards]] 1 (De Linde) member", "no member board"),
        (changed(lead="lead = false"), "[[boards]] 1 (De Linde) lead", "0 lead boards"),
        (changed(cluster=""), "[[clusters]] 1 (Linde 1) name", "0 sites"),
        (changed(cluster='cluster = "Linde1"'), "[[sites]] 1 (Wilg) cluster", "unknown cluster"),
        (changed(town='town = "Drop"'), "[[sites]] 1 (Wilg) town", "unknown town"),
        (changed(board='board = "De Lindes"'), "[[clusters]] 1 (Linde 1) board", "unknown board"),
        (changed(mentors="mentors = 2"), "[[sites]] 2 (Els) mentors_trained", "3 trained of 2"),
        (changed(mentors=""), "[[sites]] 2 (Els) mentors_trained", "3 trained without"),
        (changed(kind='kind = "opvang"'), "[[sites]] 1 (Wilg) kind", "opvang"),
        (changed(pupils=""), "[[sites]] 1 (Wilg)", "no pupils"),
        (changed(pupils="pupils = 90\npuplis = 3"), "[[sites]] 1 (Wilg) puplis", "unknown key"),
        (changed(pupils='pupils = "90"'), "[[sites]] 1 (Wilg) pupils", '"90"'),
        (changed(inhabitants="inhabitants = nan"), "[[towns]] 1 (Dorp) inhabitants", "nan"),
        (changed(member="member = 1"), "[[boards]] 1 (De Linde) member", "1"),
        (SMALL.replace('"Els"', '"Wilg"'), "[[sites]] 2 (Wilg) name", "again"),
        (SMALL.replace('"Els"', '""'), "[[sites]] 2 () name", "no text"),
        (SMALL.replace('name = "Els"', "name = 8"), "[[sites]] 2 name", "8"),
        (SMALL.replace('name = "Els"', ""), "[[sites]] 2", "no name"),
        (SMALL[: SMALL.index("[[sites]]")], "[[sites]]", "no rows"),
    ],
)
def test_a_fault_in_the_partnership_is_named_with_its_row(file: Write, text: str, place: str, found: str) -> None:
    noted = faults(file, text)
    assert any(fault.place == place and found in fault.found for fault in noted), [f.text("en") for f in noted]
    for fault in noted:
        assert fault.text("nl") != fault.text("en")


def test_a_cluster_has_at_most_four_sites(file: Write) -> None:
    site = (
        '[[sites]]\nname = "S{}"\nboard = "De Linde"\ncluster = "Linde 1"\ntown = "Dorp"\nkind = "school"\npupils = 9\n'
    )
    assert faults(file, SMALL + site.format(1) + site.format(2)) == []
    fault = only_fault(file, SMALL + "".join(site.format(number) for number in range(3)))
    assert (fault.place, fault.found) == ("[[clusters]] 1 (Linde 1) name", "5 sites in this cluster")


def test_two_boards_cannot_both_lead(file: Write) -> None:
    board = '[[boards]]\nname = "Eik"\ndenomination = "mixed"\nmember = true\nlead = true\n'
    board += "max_clusters = 0\nmax_students = 0\n"
    assert only_fault(file, SMALL + board).place == "[[boards]] 2 (Eik) lead"
    outside = board.replace("member = true", "member = false")
    assert "no member" in only_fault(file, SMALL + outside).found


def test_each_programme_and_year_is_counted_once(file: Write) -> None:
    row = '[[students]]\nprogramme = "fulltime"\nyear = 1\ncount = 9\n'
    assert "again" in only_fault(file, SMALL + row + row).found
    named = row + 'partnership = "Klein"\n'
    assert "again" in only_fault(file, SMALL + row + named).found


def test_with_more_partnerships_each_board_says_which(file: Write) -> None:
    rows = '[[partnerships]]\nname = "A"\n[[partnerships]]\nname = "B"\n'
    found = faults(file, SMALL + rows)
    assert "[[boards]] 1 (De Linde)" in {fault.place for fault in found}


def test_one_misspelt_name_does_not_hide_other_faults(file: Write) -> None:
    noted = faults(file, changed(town='town = "Drop"', pupils="pupils = 0", concept="concept = 5"))
    assert Counter(fault.place.rsplit(" ", 1)[-1] for fault in noted) == {"town": 2, "pupils": 2, "concept": 1}
    assert {fault.nearest for fault in noted if fault.place.endswith("town")} == {"Dorp"}


def test_a_faulty_row_can_still_be_named_by_others(file: Write) -> None:
    assert only_fault(file, changed(inhabitants="inhabitants = 0")).place == "[[towns]] 1 (Dorp) inhabitants"


def test_a_file_without_a_partnership_says_how_to_get_one(file: Write) -> None:
    assert 'extends = "baseline"' in only_fault(file, "mentor_hours = 1.5").allowed


# --- files that cannot be read ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"title = \xff", "line 1"),
        (b"\n\ntitle = '\xe9'\n", "line 3"),
        ("mentor_hours = = 3", "line 1, column 16"),
        ("a = 1\na = 2\n", "line 2, column 6"),
        ("a = 1\na = 2", "end of document"),
        ("[[sites]", "line 1, column 8"),
        ("a = " + "[" * 5000, ""),
        ("a = " + "{b=" * 3000, ""),
        ("a = 1" + "0" * 5000, ""),
        ("a = 0x1" + "0" * 9000, "a"),
    ],
)
def test_broken_toml_is_one_fault_with_its_place(file: Write, text: str | bytes, place: str) -> None:
    noted = faults(file, text)
    assert noted[0].place == place, noted[0].text("en")
    assert all(fault.text("en").isprintable() for fault in noted)


def test_the_place_in_a_file_reads_in_dutch_too(file: Write) -> None:
    assert "regel 1, kolom 16" in only_fault(file, "mentor_hours = = 3").text("nl")


def test_a_file_that_is_not_there(tmp_path: Path, file: Write) -> None:
    fault = Scenario.check("baselin")[0]
    assert fault.nearest == "baseline"
    assert "which does not exist" in fault.text("en")
    assert "dat niet bestaat" in fault.text("nl")
    assert "folder" in Scenario.check(tmp_path)[0].found
    assert len(Scenario.check("")) == 1
    assert [fault.found for fault in Scenario.check("a\0b")] == ['"a\0b", which does not exist']
    assert [fault.found for fault in Scenario.check("x" * 5000)] == [f'"{"x" * 60}", which does not exist']
    assert "another kind" in Scenario.check(file("a = 1", "own.yaml"))[0].found
    assert len(Scenario.check("/dev/null")) == 1


@pytest.mark.parametrize(("more", "ends"), [(0, '"Dorp"'), (7, '"Dorp 6"'), (8, '"Dorp 6", ...')])
def test_eight_names_are_listed_of_those_there_are(file: Write, more: int, ends: str) -> None:
    town = '[[towns]]\nname = "Dorp {}"\nlatitude = 53.1\nlongitude = 6.5\ninhabitants = 3000\n'
    text = SMALL.replace('town = "Dorp"', 'town = "Stad"') + "".join(map(town.format, range(more)))
    allowed = next(fault.allowed for fault in faults(file, text) if fault.place.endswith("town"))
    assert allowed.startswith('one of "Dorp"')
    assert allowed.endswith(ends)


def test_every_second_row_of_a_name_is_told(file: Write) -> None:
    row = '[[students]]\nprogramme = "parttime"\nyear = {}\ncount = 1\n'
    noted = faults(file, SMALL + "".join(map(row.format, (1, 1, 2, 2, 3))))
    assert [(fault.place, "again" in fault.found) for fault in noted] == [
        ("[[students]] 2 year", True), ("[[students]] 4 year", True)
    ]  # fmt: skip


def test_title_and_description_are_in_the_language_asked() -> None:
    scenario = Scenario.load("baseline")
    assert scenario.text("en") == (scenario.title, scenario.description)
    assert scenario.text("nl") == (scenario.title_nl, scenario.description_nl)
    assert scenario.text("nl") != scenario.text("en")


def test_what_is_allowed_says_whole_numbers_where_they_are(file: Write) -> None:
    assert PARAMETERS["cross_year"].allowed == "true or false"
    assert PARAMETERS["mbo_mix"].allowed == "one of none, parallel, mixed, alternating"
    for name, what in {"mentor_hours": "a number from ", "subgroup_size": "a whole number from "}.items():
        assert PARAMETERS[name].allowed.startswith(what)
        assert only_fault(file, f'extends = "baseline"\n{name} = "x"').allowed.startswith(what)


def test_a_file_that_is_too_large_is_not_read(file: Write) -> None:
    assert "10 MB" in only_fault(file, "#\n" * 5_000_001).found


def test_a_line_that_never_ends_is_not_read(file: Write) -> None:
    assert "a line of more than 10000" in only_fault(file, "a" + ".a" * 100_000 + " = 1").found


def test_too_many_rows_are_refused(file: Write) -> None:
    assert "10001 rows" in only_fault(file, SMALL + "[[students]]\n" * 10_001).found


@pytest.mark.parametrize("extends", ["own.toml", "../folder/own.toml", "second.toml"])
def test_a_scenario_cannot_build_on_itself(tmp_path: Path, extends: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "own.toml").write_text(f'extends = "{extends}"')
    (folder / "second.toml").write_text('extends = "third.toml"')
    (folder / "third.toml").write_text('extends = "own.toml"')
    noted = Scenario.check(folder / "own.toml")
    assert len(noted) == 1
    assert "builds on this file" in noted[0].found


def test_a_chain_of_files_ends_somewhere(file: Write) -> None:
    for number in range(60):
        file(f'extends = "{number + 1}.toml"', f"{number}.toml")
    assert "more than 50 files" in only_fault(file, 'extends = "0.toml"').found
    file('extends = "baseline"', "47.toml")
    assert faults(file, 'extends = "0.toml"') == [], "own.toml, 48 others and the baseline"
    file('extends = "48.toml"', "47.toml")
    file('extends = "baseline"', "48.toml")
    assert "more than 50 files" in only_fault(file, 'extends = "0.toml"').found


@pytest.mark.parametrize("extends", ["nowhere.toml", "baselin", ".", "own.xlsx"])
def test_what_is_extended_must_be_a_scenario(file: Write, extends: str) -> None:
    file("", "own.xlsx")
    assert only_fault(file, f'extends = "{extends}"\nmentor_hours = 1.5').place == "extends"


def test_a_fault_in_the_base_is_reported_with_the_base(file: Write) -> None:
    file('extends = "baseline"\nmentor_hours = 99', "base.toml")
    noted = faults(file, 'extends = "base.toml"\ntrainer_hours = 99')
    assert [(Path(fault.file).name, fault.place) for fault in noted] == [
        ("base.toml", "mentor_hours"),
        ("own.toml", "trainer_hours"),
    ]


# --- the words of faults ---------------------------------------------------------------------------------------------


def test_a_fault_reads_in_both_languages() -> None:
    fault = Fault("own.toml", "mentor_hours", shown("x"), Message("a number"), "1.5")
    assert fault.text("en") == 'own.toml, mentor_hours: found the text "x"; allowed: a number; did you mean 1.5?'
    assert fault.text("nl") == 'own.toml, mentor_hours: gevonden de tekst "x"; toegestaan: een getal; bedoelde u 1.5?'


def test_a_fault_cannot_command_a_terminal() -> None:
    assert Fault("a\nb", "\x1b[31m", "\x07", "\u202e").text("en").isprintable()


@pytest.mark.parametrize(
    "value", [pytest.param(16**5000, id="huge"), -(10**20), math.nan, b"x", {1}, (1,), "x" * 1000, object(), 1e300]
)
def test_any_value_can_be_shown_shortly(value: object) -> None:
    assert 0 < len(shown(value)) < 100


def test_the_nearest_name_is_found_whatever_its_capitals() -> None:
    assert nearest("Mentor_Hours", PARAMETERS) == "mentor_hours"
    assert nearest("zzz", PARAMETERS) == ""
    assert nearest("x" * 10_000, PARAMETERS) == ""


def test_looking_for_names_stops_before_it_takes_long() -> None:
    findings = Findings()
    for _ in range(300):
        findings.add("", "", "", "", near="mentor_hour", among=PARAMETERS)
    assert [findings.faults[n].nearest for n in (0, -1)] == ["mentor_hours", ""]


def test_columns_and_rows_are_the_same_list() -> None:
    for table in TABLES.values():
        assert [column.name for column in table.columns] == [field.name for field in dataclasses.fields(table.row)]


# --- anything at all -------------------------------------------------------------------------------------------------

SEED = (FOLDER / "growth-all.toml").read_text(encoding="utf-8") + SMALL[SMALL.index("[[towns]]") :]


def faults_of(load: Callable[[], object]) -> list[Fault]:
    """The faults of loading, each of which must read as one line; any other exception passes through."""
    try:
        load()
    except InputFaults as wrong:
        faults = wrong.faults
    else:
        return []
    assert faults
    assert all(fault.text(lang).isprintable() for fault in faults for lang in ("nl", "en"))
    return faults


@given(at=st.integers(0, len(SEED)), length=st.integers(0, 40), put=st.text(max_size=12))
@HERE
def test_a_damaged_file_gives_faults_and_nothing_else(file: Write, at: int, length: int, put: str) -> None:
    path = file((SEED[:at] + put + SEED[at + length :]).encode("utf-8", "surrogatepass"))
    faults_of(lambda: Scenario.load(path))


SCALARS = st.one_of(st.integers(), st.floats(), st.booleans(), st.text(max_size=8), st.dates(), st.none())
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
SOME = st.text(max_size=6)
KEYS = st.sampled_from([*OWN_KEYS, "mentor_hours", "hbo_demand", "mbo_mix", "cross_year"]) | SOME
COLUMNS = st.sampled_from(sorted({column.name for table in TABLES.values() for column in table.columns})) | SOME
ROWS = st.lists(st.dictionaries(COLUMNS, ANYTHING, max_size=8) | ANYTHING, max_size=4)


@given(content=st.dictionaries(KEYS, ANYTHING | ROWS, max_size=6))
@HERE
def test_any_content_gives_faults_and_nothing_else(content: dict[str, Any]) -> None:
    draft = Draft("own", "own.toml")
    content = {key: value for key, value in content.items() if key not in DIRECTIONS}
    scenario_source._take_over(content, draft)
    faults_of(lambda: Scenario._checked(draft))


@given(name=st.sampled_from(sorted(PARAMETERS)), value=SCALARS)
@settings(max_examples=200, deadline=None)
def test_any_change_is_taken_or_refused(name: str, value: Any) -> None:
    baseline = Scenario.load("baseline")
    faults = faults_of(lambda: baseline.with_values(**{name: value}))
    assert {fault.file for fault in faults} <= {"baseline"}
    assert faults or baseline.with_values(**{name: value}).values[name] == value


@given(text=st.text(max_size=20))
@settings(max_examples=100, deadline=None)
def test_any_text_may_be_set(text: str) -> None:
    changes = dict.fromkeys(("mentor_hours", "hbo_demand", "mbo_mix", "cross_year", "beyond_range"), text)
    faults = faults_of(lambda: Scenario.load("parttime-flex", changes))
    assert {fault.file for fault in faults} == {"--set"}


def test_built_in_files_say_nothing_twice() -> None:
    for name in Scenario.names():
        content = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        assert {"title", "title_nl", "description", "description_nl"} <= content.keys()
