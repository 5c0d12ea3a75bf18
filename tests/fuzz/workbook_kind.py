"""Workbooks: cells of all kinds, parts that are damaged or missing, and damaged archives."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Mapping
from functools import cache
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError

from samenspel.model.declared.world import TABLES
from tests.fuzz.damage import hurt
from tests.fuzz.toml_kinds import PARTNERSHIP, PILOTS
from tests.fuzz.values import names, scalars

FORMULAS = ("=1+1", "=SUM(A1:A9)", "=[1]Sheet1!A1", '=WEBSERVICE("http://127.0.0.1:9/")', "=cmd|' /C calc'!A0", "#REF!")
SHEET_NAMES = ("sites", "locaties", "Sites ", "sitees", "boards", "designs", "ontwerpen", "later", "floors", "pilots",
               "parameters", "x" * 29, "<b>", "..", "students", "Uitleg")  # fmt: skip
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + at, b"&%c;" % (97 + at) * 10) for at in range(9)
) + b"]>"  # fmt: skip
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b SYSTEM "http://127.0.0.1:9/">]>'
JUNK = ("<", ">", "&a;", "&#0;", "&lt;", '"', "<f>1+1</f>", "<v>", "<is><t>", 't="s"', 't="e"', 't="b"', 't="d"',
        'r="A0"', 'r="ZZZZ99999999"', "-1", "99999999999", "1e999", "]]>", "<!--", "<row", "</row>",
        "\ufeff", "\0")  # fmt: skip


@cache
def books() -> tuple[Mapping[str, bytes], ...]:
    """Parts of a workbook with a partnership, and of one with pilots beside it."""
    return _parts(_partnership()), _parts(_with_designs(_partnership()))


def _partnership() -> Workbook:
    book = Workbook()
    for table, rows in PARTNERSHIP.items():
        if table in TABLES:
            columns = [column.name for column in TABLES[table].columns]
            _fill(book.create_sheet(table), columns, rows)
    return book


def _with_designs(book: Workbook) -> Workbook:
    designs = [
        {key: value for key, value in design.items() if not isinstance(value, list)} for design in PILOTS["design"]
    ]
    _fill(book.create_sheet("designs"), list(dict.fromkeys(key for design in designs for key in design)), designs)
    _fill(
        book.create_sheet("later"), ["design", "year", "mbo_mix"], [{"design": "Start", "year": 2, "mbo_mix": "none"}]
    )
    _fill(book.create_sheet("floors"), ["mbo_adequate_share", 0.5], [])
    for row in (("scenario", "growth-mbo"), ("replications", 2), ("worlds", 3), ("years", 2)):
        (book["pilots"] if "pilots" in book.sheetnames else book.create_sheet("pilots")).append(row)
    return book


def _fill(sheet: Any, columns: list[Any], rows: list[dict[str, Any]]) -> None:
    sheet.append(columns)
    for row in rows:
        sheet.append([as_cell(row.get(column)) for column in columns])


def as_cell(value: Any) -> Any:
    """A value as it stands in a cell: a list of names is one text."""
    return "; ".join(value) if isinstance(value, list) else value


def _parts(book: Workbook) -> Mapping[str, bytes]:
    made = io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["docProps/core.xml"] = re.sub(rb"20\d\d-[\d:T-]+Z", b"2026-01-01T00:00:00Z", parts["docProps/core.xml"])
    return parts  # the same ones at any time


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """The parts as one archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return made.getvalue()


def declared(part: bytes, declaration: bytes) -> bytes:
    """An XML part with a declaration of entities, which its first text uses."""
    body = re.sub(rb"^<\?xml.*?\?>", b"", part)
    return declaration + re.sub(rb"<t>[^<]*</t>", b"<t>&j;&a;&b;</t>", body, count=1)


# --- strategies ------------------------------------------------------------------------------------------------------


@st.composite
def with_cells(draw: st.DrawFn) -> bytes:
    """Other cells in a valid workbook: values of every type, formulas, merged areas, sheets of other names."""
    book = _with_designs(_partnership()) if draw(st.booleans()) else _partnership()
    for _ in range(draw(st.integers(0, 5))):
        sheet = book[draw(st.sampled_from(book.sheetnames))]
        row, column = draw(st.integers(1, 7)), draw(st.integers(1, 15))
        match draw(st.integers(0, 7)):
            case 0:
                sheet.title = draw(st.sampled_from(SHEET_NAMES)).replace("/", "")
            case 1:
                sheet.merge_cells(start_row=row, end_row=row + 2, start_column=column, end_column=column + 1)
            case 2:
                _put(sheet, row, column, draw(st.sampled_from(FORMULAS)))
            case 3:
                _put(sheet, draw(st.sampled_from((400, 30_000, 1_048_576))), column, "far")
            case 4:
                book.create_sheet(draw(st.sampled_from(SHEET_NAMES)))
            case _:
                _put(sheet, row, column, draw(scalars))
    try:
        return packed(_parts(book))
    except (AttributeError, TypeError, ValueError):  # the library that writes it stumbles itself
        reject()


def _put(sheet: Any, row: int, column: int, value: Any) -> None:
    """Put a value into a cell, as far as a workbook can hold it."""
    if getattr(value, "tzinfo", None):
        value = value.replace(tzinfo=None)
    if isinstance(value, float) and not math.isfinite(value):
        value = str(value)
    try:
        sheet.cell(row, column).value = value if not isinstance(value, int) or abs(value) < 10**300 else 10**300
    except (ValueError, AttributeError, IllegalCharacterError):  # merged, or letters that XML does not know
        sheet.cell(1, 1).value = "name"


@st.composite
def with_parts(draw: st.DrawFn) -> bytes:
    """Parts damaged, missing, added, or with entities."""
    parts = dict(draw(st.sampled_from(books())))
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(parts)))
        match draw(st.integers(0, 7)):
            case 0:
                del parts[name]
            case 1:
                parts[name] = declared(parts[name], draw(st.sampled_from((ENTITIES, OUTSIDE))))
            case 2:
                parts[draw(names).replace("\0", "") or "x"] = draw(st.binary(max_size=50))
            case 3:
                parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0" + draw(st.binary(max_size=50))
            case 4:
                parts[name] = parts[draw(st.sampled_from(sorted(parts)))]
            case 5:
                parts[name] = re.sub(rb'ref="[^"]*"', b'ref="A1:XFD1048576"', parts[name])
            case _:
                at = draw(st.integers(0, len(parts[name])))
                junk = draw(st.sampled_from(JUNK)).encode("utf-8")
                parts[name] = parts[name][:at] + junk + parts[name][at + draw(st.integers(0, 20)) :]
        if not parts:
            break
    return packed(parts)


@st.composite
def with_bytes(draw: st.DrawFn) -> bytes:
    """Damage to the archive itself."""
    parts = draw(st.sampled_from(books()))
    method = draw(st.sampled_from((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))
    whole = packed(parts, method)
    if draw(st.booleans()):  # where the directory of the archive is
        return whole[:-3000] + draw(hurt(whole[-3000:]))
    return draw(hurt(whole))


workbooks = st.one_of(with_cells(), with_cells(), with_parts(), with_parts(), with_bytes(), st.binary(max_size=100))
