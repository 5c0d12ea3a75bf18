"""A filled workbook, to be changed and broken."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from samenspel.model.declared.world import TABLES
from samenspel.model.input.faults import Fault, Language
from samenspel.model.input.scenario import Scenario
from samenspel.model.input.template import SHEETS
from samenspel.model.input.workbook import write_template

LANGUAGES: tuple[Language, ...] = ("nl", "en")
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
    "mergers": [{"name": "De Lindeneik", "boards": "De Linde; De Eik", "year": 3}],
}


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
