"""What is wrong in a scenario file is named once, with its place, what was found and what is allowed."""

from __future__ import annotations

import dataclasses
import math
import pickle
from collections import Counter
from pathlib import Path

import pytest

from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.world import TABLES, cells_of
from samenspel.model.input.checks import AT_MOST_ONE
from samenspel.model.input.faults import Fault, Findings, InputFaults, nearest, shown
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Message
from tests.model.input.files import SMALL, Write, faults, only_fault

pytest_plugins = ("tests.model.input.files",)


def changed(**cells: str) -> str:
    """The small scenario with some of its lines replaced; `x="y = 2"` replaces every line of key x."""
    lines = [cells.get(line.split(" =")[0], line) for line in SMALL.splitlines()]
    return "\n".join(lines)


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
        names = [column.name for column in table.columns]
        if table.name == "clusters":
            assert names == list(cells_of(Scenario.load("baseline").world.clusters[0]))
        else:
            assert names == [field.name for field in dataclasses.fields(table.row)]
