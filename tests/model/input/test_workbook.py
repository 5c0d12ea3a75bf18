"""Workbooks: the empty one, a filled one, and everything that can be wrong with one."""

from __future__ import annotations

import datetime
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from samenspel.model import Partnership
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.world import TABLES, World
from samenspel.model.input import workbook
from samenspel.model.input.draft import Draft
from samenspel.model.input.faults import Fault, InputFaults, Language
from samenspel.model.input.scenario import Scenario
from samenspel.model.input.template import ASKED, SHEETS
from samenspel.model.input.workbook import read_workbook, write_template
from tests.places import ROOT

LANGUAGES: tuple[Language, ...] = ("nl", "en")
HERE = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

IN_LINDE = {"board": "De Linde", "cluster": "Linde 1", "town": "Dorp"}
ROWS: dict[str, list[dict[str, Any]]] = {
    "towns": [{"name": "Dorp", "latitude": 53.1, "longitude": 6.5, "inhabitants": 3000}],
    "boards": [
        {"name": "De Linde", "denomination": "openbaar", "member": "ja", "lead": "ja"},
        {"name": "De Eik", "denomination": "Christelijk", "member": "nee"},
    ],
    "clusters": [{"name": "Linde 1", "board": "De Linde", "places": 14, "school_trainer_hours": 5.5}],
    "sites": [
        {"name": "Wilg", **IN_LINDE, "kind": "ikc", "pupils": 180, "care_mentors": 2},
        {"name": "Els", **IN_LINDE, "kind": "school", "pupils": 90, "mentors": 4, "mentors_trained": 3},
        {"name": "Den", "board": "De Eik", "town": "Dorp", "kind": "school", "pupils": 60, "recognised": "ja"},
    ],
    "students": [{"programme": "deeltijd", "year": 1, "count": 24}],
}
for board in ROWS["boards"]:
    board |= {"max_clusters": 2, "max_students": 24}


def column_of(sheet: Any, table: str, name: str) -> int:
    """Where a column stands, by either heading."""
    column = next(column for column in TABLES[table].columns if column.name == name)
    heads = [str(cell.value).rstrip(" *") for cell in sheet[1]]
    return next(heads.index(word) + 1 for word in (column.heading_nl, column.heading_en, column.name) if word in heads)


def sheet_of(book: Workbook, name: str) -> Any:
    return next(book[title] for title in SHEETS[name] if title in book.sheetnames)


def put(book: Workbook, table: str, rows: list[dict[str, Any]]) -> None:
    sheet = sheet_of(book, table)
    for number, row in enumerate(rows, 3):
        for name, value in row.items():
            sheet.cell(number, column_of(sheet, table, name)).value = value


def cell(book: Workbook, table: str, row: int, name: str) -> Any:
    sheet = sheet_of(book, table)
    return sheet.cell(row, column_of(sheet, table, name))


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("templates")
    made = {}
    for lang in LANGUAGES:
        write_template(folder / f"{lang}.xlsx", lang)
        made[lang] = (folder / f"{lang}.xlsx").read_bytes()
    return made


@pytest.fixture
def filled(templates: dict[str, bytes]) -> Workbook:
    """The Dutch template, filled in with two boards and three sites."""
    book = load_workbook(io.BytesIO(templates["nl"]))
    for table, rows in ROWS.items():
        put(book, table, rows)
    return book


@pytest.fixture
def check(tmp_path: Path) -> Callable[[Workbook], list[Fault]]:
    def run(book: Workbook) -> list[Fault]:
        book.save(tmp_path / "own.xlsx")
        return Scenario.check(tmp_path / "own.xlsx")

    return run


Check = Callable[[Workbook], list[Fault]]


def said(faults: list[Fault]) -> list[str]:
    return [fault.text("en") for fault in faults]


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
    asked = ["parameters", "towns", "boards", "clusters", "sites", "students"]
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
    assert (world.clusters[0].places, world.clusters[0].school_trainer_hours) == (14, 5.5)
    assert [site.cluster for site in world.sites] == ["Linde 1", "Linde 1", None]
    assert (world.sites[1].mentors, world.sites[1].mentors_trained) == (4, 3)
    assert (world.students[0].programme, world.students[0].count) == ("parttime", 24)


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
            cells = {column.name: getattr(row, column.name) for column in table.columns}
            rows.append(
                {
                    name: words[name].get(value, value) if isinstance(value, str) else value
                    for name, value in cells.items()
                }
            )
        if table.name != "partnerships":
            put(book, table.name, rows)
    book.save(path)


@pytest.mark.parametrize(("name", "lang"), [("baseline", "en"), ("split-partnership", "nl")])
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


# --- faults with their cell ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "found", "suggested"),
    [
        ("pupils", "180", "180", "180"),
        ("pupils", "veel", "veel", ""),
        ("pupils", 12.5, "12.5", ""),
        ("pupils", "=90*2", "a formula", ""),
        ("pupils", datetime.datetime(2025, 1, 31), "2025-01-31", ""),
        ("pupils", datetime.time(1, 30), "01:30", ""),
        ("pupils", True, "true", ""),
        ("pupils", -1, "-1", ""),
        ("pupils", 1e300, "1e+300", ""),
        ("pupils", "#N/A", "an error", ""),
        ("pupils", None, "no pupils", ""),
        ("pupils", "70 %", "70 %", ""),
        ("kind", "icc", "icc", "ikc"),
        ("kind", 3, "3", ""),
        ("denomination", "christelik", "christelik", "christelijk"),
        ("recognised", "soms", "soms", ""),
        ("town", "Drop", "unknown town", "Dorp"),
        ("name", 7, "7", ""),
        ("name", None, "no name", ""),
        ("latitude", 6.5, "swapped", ""),
        ("mentors", "vier", "vier", ""),
        ("mentors_trained", 3, "3 trained without", ""),
    ],
)
def test_a_wrong_cell_is_named(
    check: Check, filled: Workbook, name: str, value: Any, found: str, suggested: str
) -> None:
    at = cell(filled, "sites", 3, name)
    at.value = value
    faults = check(filled)
    assert [fault.place for fault in faults] == [f"locaties!{at.coordinate}"], said(faults)
    assert found in faults[0].found
    assert faults[0].nearest == suggested
    assert faults[0].text("nl") != faults[0].text("en")


def test_a_share_is_no_percent_text(check: Check, filled: Workbook) -> None:
    sheet = sheet_of(filled, "parameters")
    row = next(line[0].row for line in sheet.iter_rows() if line[0].value == "mentors_trained_share")
    sheet.cell(row, 2).value = "70%"
    sheet.cell(row + 1, 2).value = "=6*2"
    sheet.cell(50, 1).value, sheet.cell(50, 2).value = "mentor_ours", 2
    sheet.cell(51, 2).value = 2
    sheet.cell(52, 1).value, sheet.cell(52, 2).value = "trainer_hours", 3
    sheet.cell(53, 1).value, sheet.cell(53, 2).value = "trainer_hours", 4
    faults = {fault.place: fault for fault in check(filled)}
    assert set(faults) == {f"instellingen!{at}" for at in (f"B{row}", f"B{row + 1}", "A50", "A51", "A53")}
    assert faults[f"instellingen!B{row}"].nearest == "0.7"
    assert faults["instellingen!A50"].nearest == "mentor_hours"


def test_columns_that_are_renamed_double_unknown_or_gone(check: Check, filled: Workbook) -> None:
    cell(filled, "sites", 1, "concept").value = "consept"
    cell(filled, "towns", 1, "inhabitants").value = "breedtegraad"
    pupils = cell(filled, "sites", 1, "pupils").column
    sheet_of(filled, "sites").delete_cols(pupils)
    faults = check(filled)
    texts = said(faults)
    assert any('unknown column "consept"' in text and "did you mean concept" in text for text in texts)
    assert any("plaatsen!D1" in text and "again" in text for text in texts)
    assert any("plaatsen!1:1" in text and 'no column "inhabitants"' in text for text in texts)
    assert any('no column "pupils"' in text for text in texts)
    assert len(texts) == 4, texts


def test_sheets_that_are_renamed_double_or_gone(check: Check, filled: Workbook) -> None:
    filled["locaties"].title = "lokaties"
    filled["besturen"].title = "Blad1"
    filled.create_sheet("towns")
    texts = said(check(filled))
    assert any('unknown sheet "lokaties"' in text and "did you mean locaties" in text for text in texts)
    assert any('no sheet "boards"' in text for text in texts)
    assert any('"towns" again' in text for text in texts)
    assert len(texts) == 3, texts


def test_an_empty_sheet(check: Check, filled: Workbook) -> None:
    sheet_of(filled, "clusters").delete_rows(1, 10)
    faults = check(filled)
    assert any(fault.place == "clusters!A2" and "no rows" in fault.found for fault in faults), said(faults)


def test_merged_cells_are_named_as_an_area(check: Check, filled: Workbook) -> None:
    at = [cell(filled, "sites", row, "pupils").coordinate for row in (3, 4)]
    sheet_of(filled, "sites").merge_cells(":".join(at))
    faults = check(filled)
    assert [(fault.place, str(fault.found)) for fault in faults] == [(f"locaties!{':'.join(at)}", "merged cells")]


def test_what_is_empty_beside_merged_cells_is_told_too(check: Check, filled: Workbook) -> None:
    at = [cell(filled, "sites", row, "latitude").coordinate for row in (3, 4)]
    sheet_of(filled, "sites").merge_cells(":".join(at))
    empty = cell(filled, "sites", 3, "kind")
    empty.value = None
    assert [fault.place for fault in check(filled)] == [f"locaties!{':'.join(at)}", f"locaties!{empty.coordinate}"]


def test_the_same_name_twice_points_at_the_second(check: Check, filled: Workbook) -> None:
    cell(filled, "sites", 5, "name").value = "Wilg "
    faults = check(filled)
    assert [fault.place for fault in faults] == ["locaties!A5"]
    assert "locaties!A3" in faults[0].found


def test_all_faults_of_a_workbook_come_at_once(check: Check, filled: Workbook) -> None:
    cell(filled, "sites", 3, "pupils").value = "=1"
    cell(filled, "sites", 4, "town").value = "Stad"
    cell(filled, "boards", 3, "lead").value = None
    cell(filled, "students", 3, "year").value = 5
    filled["instellingen"]["B4"] = "2 uur"
    assert len(check(filled)) == 5


def test_too_many_rows_are_refused(check: Check, filled: Workbook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "ROWS_AT_MOST", 3)
    assert any("locaties!A5: found cells filled in down to row 5" in text for text in said(check(filled)))


def test_a_cell_far_below_is_named(check: Check, filled: Workbook) -> None:
    cell(filled, "sites", 900_000, "pupils").value = 5
    assert [fault.place for fault in check(filled)] == ["locaties!A900000"]


def test_a_million_formatted_rows_do_not_matter(tmp_path: Path, valid: bytes) -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"/></row>' % (number, number) for number in range(50, 1_000_000))
    longer = replaced(
        valid, "xl/worksheets/sheet5.xml", lambda xml: xml.replace(b"</sheetData>", rows + b"</sheetData>")
    )
    (tmp_path / "own.xlsx").write_bytes(longer)
    assert len(Scenario.load(tmp_path / "own.xlsx").world.sites) == 3


def test_a_line_of_millions_of_cells_is_not_read(tmp_path: Path, valid: bytes) -> None:
    row = b'<row r="9">' + b'<c r="A9"><v>1</v></c>' * 100_000 + b"</row></sheetData>"
    content = replaced(valid, "xl/worksheets/sheet5.xml", lambda xml: xml.replace(b"</sheetData>", row))
    assert "damaged" in only_fault(tmp_path / "own.xlsx", content).found


# --- files that are no workbook --------------------------------------------------------------------------------------


def only_fault(path: Path, content: bytes) -> Fault:
    path.write_bytes(content)
    faults = Scenario.check(path)
    assert len(faults) == 1, said(faults)
    return faults[0]


def replaced(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook of which one part is changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return made.getvalue()


def saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


SHARED = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def as_spreadsheets_write(content: bytes) -> bytes:
    """The same workbook with its texts in one shared part, where spreadsheet programs put them."""
    texts: list[bytes] = []

    def shared(match: re.Match[bytes]) -> bytes:
        texts.append(match[2])
        return match[1] + b't="s"><v>%d</v></c>' % (len(texts) - 1)

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name != "xl/sharedStrings.xml"}
    for name in parts:
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = re.sub(rb'(<c [^>]*)t="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>', shared, parts[name])
    items = b"".join(b"<si><t>%s</t></si>" % text for text in texts)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">'.encode() + items + b"</sst>"
    types, relations = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"
    entry = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED}"/></Types>'
    parts[types] = parts[types].replace(b"</Types>", entry.encode())
    entry = f'<Relationship Id="rIdShared" Type="{RELATION}" Target="sharedStrings.xml"/></Relationships>'
    parts[relations] = parts[relations].replace(b"</Relationships>", entry.encode())
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "no workbook"),
        (b"naam;leerlingen\nWilg;180\n", "no workbook"),
        (OLD_OFFICE, "old .xls"),
        (OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"#" * 20_000_001, "20 MB"),
        (b"PK\x03\x04" + b"\0" * 40, "no workbook"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, content: bytes, found: str) -> None:
    assert found in only_fault(tmp_path / "own.xlsx", content).found


def test_an_old_workbook_is_refused_by_its_name_too(tmp_path: Path) -> None:
    assert "old .xls" in only_fault(tmp_path / "own.xls", OLD_OFFICE).found


def test_another_zip_file_is_refused(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("readme.txt", "no workbook")
    assert "damaged" in only_fault(tmp_path / "own.xlsx", made.getvalue()).found


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, templates: dict[str, bytes]) -> None:
    made = io.BytesIO(templates["nl"])
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/bomb.xml", "w") as part:
        for _ in range(201):
            part.write(b" " * 1_000_000)
    assert len(made.getvalue()) < 1_000_000
    assert "200 MB" in only_fault(tmp_path / "own.xlsx", made.getvalue()).found


@pytest.mark.parametrize(
    "part", ["xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml", "xl/styles.xml"]
)
def test_xml_entities_are_refused(tmp_path: Path, valid: bytes, part: str) -> None:
    def declare(xml: bytes) -> bytes:
        entity = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
        return entity + re.sub(rb"^<\?xml.*?\?>", b"", xml)

    assert "damaged" in only_fault(tmp_path / "own.xlsx", replaced(valid, part, declare)).found


def test_a_workbook_of_a_spreadsheet_program_is_read(tmp_path: Path, valid: bytes) -> None:
    (tmp_path / "own.xlsx").write_bytes(valid)
    assert len(Scenario.load(tmp_path / "own.xlsx").world.sites) == 3


def test_a_sheet_that_claims_another_size_is_read_whole(tmp_path: Path, filled: Workbook) -> None:
    shrink = lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', xml)  # noqa: E731
    content = saved(filled)
    for number in range(2, 8):
        content = replaced(content, f"xl/worksheets/sheet{number}.xml", shrink)
    (tmp_path / "own.xlsx").write_bytes(content)
    assert len(Scenario.load(tmp_path / "own.xlsx").world.sites) == 3


# --- anything at all -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def valid() -> bytes:
    """A filled workbook without ornaments, as a spreadsheet program writes it."""
    return as_spreadsheets_write(saved(plain_book()))


def plain_book() -> Workbook:
    book = Workbook()
    for table, rows in ROWS.items():
        sheet = book.create_sheet(table)
        names = [column.name for column in TABLES[table].columns]
        for cells in (names, [None], *([row.get(name) for name in names] for row in rows)):
            sheet.append(cells)
    return book


def stays_polite(path: Path, content: bytes) -> None:
    """Loading gives a scenario or faults; any other exception fails the test."""
    path.write_bytes(content)
    try:
        Scenario.load(path)
    except InputFaults as wrong:
        texts = [fault.text(lang) for fault in wrong.faults for lang in LANGUAGES]
    else:
        return
    assert texts
    assert all(text.isprintable() for text in texts)


@given(at=st.floats(0, 1), junk=st.binary(min_size=1, max_size=30))
@HERE
def test_a_damaged_workbook_gives_faults_and_nothing_else(tmp_path: Path, valid: bytes, at: float, junk: bytes) -> None:
    start = int(at * len(valid))
    stays_polite(tmp_path / "own.xlsx", valid[:start] + junk + valid[start + len(junk) :])


PARTS = [
    "xl/workbook.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
    "[Content_Types].xml",
    "xl/_rels/workbook.xml.rels",
]
PARTS += [f"xl/worksheets/sheet{number}.xml" for number in range(2, 7)]


@given(
    part=st.sampled_from(PARTS),
    at=st.floats(0, 1),
    cut=st.integers(0, 20),
    junk=st.text("<>/=\"' rstcvA0199.:-&", max_size=8),
)
@HERE
def test_damaged_parts_give_faults_and_nothing_else(
    tmp_path: Path, valid: bytes, part: str, at: float, cut: int, junk: str
) -> None:
    def damage(xml: bytes) -> bytes:
        start = int(at * len(xml))
        return xml[:start] + junk.encode() + xml[start + cut :]

    stays_polite(tmp_path / "own.xlsx", replaced(valid, part, damage))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF), max_size=10),
    st.dates(datetime.date(1900, 3, 1)),
    st.sampled_from(["=A1", "ja", "nee", "50%", "christelijk", "Linde 1", "Voorbeeld: x"]),
)


@given(
    cells=st.lists(st.tuples(st.sampled_from(sorted(ROWS)), st.integers(1, 6), st.integers(1, 15), VALUES), max_size=5)
)
@HERE
def test_any_cell_gives_faults_and_nothing_else(tmp_path: Path, cells: list[tuple[str, int, int, Any]]) -> None:
    book = plain_book()
    for table, row, column, value in cells:
        book[table].cell(row, column).value = value
    stays_polite(tmp_path / "own.xlsx", saved(book))


def test_reading_says_of_every_value_where_it_stands(tmp_path: Path, valid: bytes) -> None:
    path = tmp_path / "own.xlsx"
    path.write_bytes(valid)
    made = read_workbook(path)
    assert isinstance(made, Draft)
    row = made.tables["sites"][0]
    assert row.cells["name"] == ("Wilg", str(path), "sites!A3")
    assert row.cells["concept"].value is None
    assert row.place == "sites!A3"


@pytest.mark.slow
def test_a_filled_workbook_runs(tmp_path: Path, valid: bytes) -> None:
    path = tmp_path / "own.xlsx"
    path.write_bytes(valid)
    partnership = Partnership(Scenario.load(path), rng=1)
    partnership.run(weeks=2)
    assert len(partnership.indicators()) == 2
