"""Files that are no workbook, and workbooks that are damaged, huge or hostile."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from samenspel.model import Partnership
from samenspel.model.input.draft import Draft
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from samenspel.model.input.workbook import read_workbook
from tests.model.input.books import LANGUAGES, ROWS, only_fault, plain_book, replaced, saved

pytest_plugins = ("tests.model.input.books",)


HERE = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


# --- files that are no workbook --------------------------------------------------------------------------------------

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
