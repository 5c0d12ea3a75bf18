"""The workbook: the empty one, and a filled one as a scenario."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.world import TABLES, MergerRow, World, cells_of
from samenspel.model.input.faults import Language
from samenspel.model.input.scenario import Scenario
from samenspel.model.input.template import ASKED, SHEETS
from samenspel.model.input.workbook import write_template
from tests.model.input.books import LANGUAGES, ROWS, Check, cell, put, sheet_of
from tests.places import ROOT

pytest_plugins = ("tests.model.input.books",)


for board in ROWS["boards"]:
    board |= {"max_clusters": 2, "max_students": 24}


# --- the empty workbook ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_empty_workbook_only_asks_to_be_filled_in(tmp_path: Path, lang: Language) -> None:
    path = tmp_path / "own.xlsx"
    write_template(path, lang)
    faults = Scenario.check(path)
    places = [f"{SHEETS[name][lang == 'nl']}!A3" for name in ("towns", "boards", "clusters", "sites")]
    assert [fault.place for fault in faults] == places
    assert all("no rows" in fault.found for fault in faults)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_empty_workbook_explains_itself(templates: dict[str, bytes], lang: Language) -> None:
    book = load_workbook(io.BytesIO(templates[lang]))
    dutch = lang == "nl"
    asked = ["parameters", "towns", "boards", "clusters", "sites", "students", "schedules", "mergers"]
    assert book.sheetnames == [("explanation", "uitleg")[dutch], *(SHEETS[name][dutch] for name in asked)]
    text = " ".join(str(row[0].value) for row in book.worksheets[0]["B2:B30"])
    assert ("Alleen aantallen, geen personen" if dutch else "Counts only, no persons") in text
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B2"
        assert all(head.comment and head.comment.text for head in sheet[1])
        assert sheet["A2"].value.startswith("Voorbeeld:" if dutch else "Example:")
    lists = {rule.formula1 for sheet in book.worksheets for rule in sheet.data_validations.dataValidation}
    assert ('"ja,nee"' if dutch else '"yes,no"') in lists
    assert ('"christelijk,katholiek,openbaar,gemengd"' if dutch else '"christian,catholic,public,mixed"') in lists
    assert f"'{SHEETS['boards'][dutch]}'!$A$3:$A$1000" in lists


def test_the_parameters_sheet_shows_what_holds(templates: dict[str, bytes]) -> None:
    sheet = load_workbook(io.BytesIO(templates["nl"]))["instellingen"]
    rows = {row[0].value: [value.value for value in row] for row in sheet.iter_rows(min_row=3)}
    assert set(rows) == {"title", *ASKED}
    assert rows["mentor_hours"][1:5] == [None, 2, "uur/week", "een getal van 0.5 tot en met 3 (uur/week)"]
    assert rows["mentor_hours"][5] == PARAMETERS["mentor_hours"].nl


def test_openpyxl_is_imported_only_for_workbooks() -> None:
    code = "import sys, samenspel.model as m; m.Scenario.load('baseline'); print('openpyxl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout.strip() == "False", done.stderr


# --- a filled workbook -----------------------------------------------------------------------------------------------


def test_a_filled_workbook_is_a_scenario(tmp_path: Path, filled: Workbook) -> None:
    sheet_of(filled, "parameters")["B3"] = "Partnerschap Noord"
    sheet_of(filled, "parameters")["B4"] = 1.5
    filled.save(tmp_path / "own.xlsx")
    scenario = Scenario.load(tmp_path / "own.xlsx")
    assert (scenario.name, scenario.title) == ("own", "Partnerschap Noord")
    assert scenario.values["mentor_hours"] == 1.5
    assert scenario.values["trainer_hours"] == PARAMETERS["trainer_hours"].default
    world = scenario.world
    assert [partnership.name for partnership in world.partnerships] == ["Partnerschap Noord"]
    assert [(board.name, board.denomination, board.member) for board in world.boards] == [
        ("De Linde", "public", True),
        ("De Eik", "christian", False),
    ]
    assert (world.clusters[0].places, world.clusters[0].own) == (14, {"trainer_hours": 5.5})
    assert [site.cluster for site in world.sites] == ["Linde 1", "Linde 1", None]
    assert (world.sites[1].mentors, world.sites[1].mentors_trained) == (4, 3)
    assert (world.students[0].programme, world.students[0].count) == ("parttime", 24)
    assert world.mergers == (MergerRow("De Lindeneik", ("De Linde", "De Eik"), 3),)


def write_world(world: World, path: Path, template: bytes, dutch: bool) -> None:
    """A world as its clerk would have typed it."""
    book = load_workbook(io.BytesIO(template))
    if len(world.partnerships) > 1:
        sheet = book.create_sheet(SHEETS["partnerships"][dutch])
        for number, name in enumerate([("name", "naam")[dutch], *(row.name for row in world.partnerships)], 1):
            sheet.cell(number, 1).value = name
    for table in TABLES.values():
        words = {
            column.name: {value: pair[dutch] for pair in column.choices for value in pair[:1]}
            for column in table.columns
        }
        rows = []
        for row in getattr(world, table.name):
            cells = cells_of(row)
            rows.append(
                {
                    name: "; ".join(value) if isinstance(value, tuple) else words[name].get(str(value), value)
                    for name, value in cells.items()
                }
            )
        if table.name != "partnerships":
            put(book, table.name, rows)
    book.save(path)


@pytest.mark.parametrize(("name", "lang"), [("baseline", "en"), ("split-partnership", "nl"), ("merger", "nl")])
def test_a_partnership_goes_round(tmp_path: Path, templates: dict[str, bytes], name: str, lang: Language) -> None:
    world = Scenario.load(name).world
    write_world(world, tmp_path / "own.xlsx", templates[lang], lang == "nl")
    assert Scenario.load(tmp_path / "own.xlsx").world == world


def test_a_scenario_file_may_name_a_workbook(tmp_path: Path, filled: Workbook) -> None:
    sheet_of(filled, "parameters")["B4"] = 1.5
    sheet_of(filled, "parameters")["B5"] = 5
    filled.save(tmp_path / "own.xlsx")
    (tmp_path / "plan.toml").write_text(
        'extends = "growth-mbo"\npartnership = "own.xlsx"\ntrainer_hours = 7\ntitle = "Plan"'
    )
    scenario = Scenario.load(tmp_path / "plan.toml")
    assert [board.name for board in scenario.world.boards] == ["De Linde", "De Eik"]
    assert [scenario.values[name] for name in ("mentor_hours", "trainer_hours", "mbo_mix")] == [1.5, 7.0, "mixed"]
    assert scenario.title == "Plan"
    cell(filled, "sites", 3, "pupils").value = 0
    filled.save(tmp_path / "own.xlsx")
    assert [(fault.file, fault.place[:9]) for fault in Scenario.check(tmp_path / "plan.toml")] == [
        ("own.xlsx", "locaties!")
    ]


def test_names_of_sheets_columns_and_choices_are_understood_in_both_languages(check: Check, filled: Workbook) -> None:
    cell(filled, "sites", 1, "pupils").value = "PUPILS *"
    cell(filled, "sites", 1, "mentors_trained").value = "mentors_trained"
    filled["locaties"].title = "Sites"
    cell(filled, "boards", 3, "denomination").value = "Public"
    cell(filled, "boards", 3, "member").value = True
    assert check(filled) == []


def test_empty_rows_extra_sheets_and_missing_optional_sheets_do_not_matter(check: Check, filled: Workbook) -> None:
    sheet_of(filled, "sites").insert_rows(4, 3)
    sheet_of(filled, "sites").cell(200, 3).value = "   "
    filled.create_sheet("notities")["A1"] = "=1+1"
    del filled["studenten"], filled["uitleg"]
    sheet_of(filled, "towns").delete_rows(2)
    assert check(filled) == []


def test_any_other_parameter_may_be_added(check: Check, filled: Workbook) -> None:
    sheet = sheet_of(filled, "parameters")
    for number, row in enumerate(
        [("cross_year", "nee"), ("Subgroup size", 5), ("beyond_range", "ja"), ("need_per_day", 5)], 40
    ):
        sheet.cell(number, 1).value, sheet.cell(number, 2).value = row
    assert check(filled) == []
