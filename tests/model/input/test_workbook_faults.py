"""What is wrong in a workbook is named once, with its cell."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from samenspel.model.input import workbook
from samenspel.model.input.scenario import Scenario
from tests.model.input.books import Check, cell, only_fault, replaced, said, sheet_of

pytest_plugins = ("tests.model.input.books",)


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
