"""Reading a partnership from a workbook, with the cell of every value; `write_template` makes one to fill in."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from operator import is_not
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils import get_column_letter, range_boundaries

from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.world import TABLES, Column, Table
from samenspel.model.input.archive import trouble_of
from samenspel.model.input.draft import REPORTED, ROWS_AT_MOST, TITLES, Draft, RawRow
from samenspel.model.input.faults import Given, nearest
from samenspel.model.input.template import EXAMPLES, EXPLANATIONS, PARAMETER_HEADINGS, SHEETS, write_template
from samenspel.model.words import Message, Phrase

__all__ = ["read_workbook", "write_template"]

LINES_AT_MOST = 2 * ROWS_AT_MOST  # empty ones between the rows included
LINE_BYTES_AT_MOST = 2_000_000
SHEET_TAGS_AT_MOST = 2_000_000  # in a sheet, down to its last value
COLUMNS_AT_MOST = 60
MERGES_AT_MOST = 30  # that are told apart

NEEDED = ("towns", "boards", "clusters", "sites")
YES_NO = {"yes": True, "ja": True, "true": True, "x": True, "no": False, "nee": False, "false": False}

# reading -------------------------------------------------------------------------------------------------------------


def read_workbook(path: Path, file: str = "") -> Draft:
    """Read a workbook into a draft; whatever cannot be read is among the draft's findings."""
    made = Draft(path.stem, file or str(path))
    trouble = trouble_of(path)
    sheets: list[Sheet] = []
    if not trouble:
        try:
            sheets = _sheets(path)
        except Exception as error:  # a damaged workbook can make the library that reads it stumble in any way
            kind = type(error).__name__
            trouble = Message("a damaged workbook ({kind})", kind=kind)
    if trouble:
        made.findings.add(made.file, "", trouble, _WORKBOOK)
        made.unread.extend(TABLES)
    else:
        _interpret(sheets, made)
    return made


_WORKBOOK = Message("an .xlsx workbook without a password, of at most 20 MB (200 MB unzipped)")


class Cell(NamedTuple):
    """One cell: its place, and its value or what is wrong with it."""

    place: str
    value: object
    trouble: str = ""


class Line(NamedTuple):
    """One line of a sheet that is not empty."""

    number: int
    cells: Sequence[Cell]


@dataclass
class Sheet:
    """What stands on a sheet; of a sheet with a name of the user's own, only that name."""

    title: str
    lines: list[Line] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    last_line: int = 0


KNOWN = {title: name for name, titles in SHEETS.items() for title in titles}


def _sheets(path: Path) -> list[Sheet]:
    """All sheets, read row by row so that no more than the rows in use is kept."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of extensions that are left out
        book = load_workbook(path, read_only=True, keep_links=False)
        try:
            return [_sheet(book, sheet) for sheet in _few(book.worksheets)]
        finally:
            book.close()


def sheet_content(book: Any, source: Any) -> bytes:
    """The XML of a sheet; raises `ValueError` when reading its cells would take minutes."""
    with book._archive.open(source._worksheet_path) as part:
        content: bytes = part.read()
    start = 0
    while start >= 0:
        after = content.find(b"<row", start + 1)
        if (after if after >= 0 else len(content)) - start > LINE_BYTES_AT_MOST:
            raise ValueError("a line of millions of cells")
        start = after
    if content.count(b"<", 0, max(_last_value(content), 0)) > SHEET_TAGS_AT_MOST:
        raise ValueError("millions of cells")
    return content


def _few(sheets: Sequence[Any]) -> Sequence[Any]:
    """The sheets, of which no more are known than there are names for them."""
    if sum(_plain(sheet.title) in KNOWN for sheet in sheets) > len(KNOWN):
        raise ValueError("sheets with the same names")
    return sheets


def _sheet(book: Any, source: Any) -> Sheet:
    """One sheet."""
    sheet = Sheet(source.title)
    if _plain(source.title) not in KNOWN:
        return sheet
    content = sheet_content(book, source)  # the row-by-row reader does not tell of merged cells
    references = _MERGE.findall(content)[:MERGES_AT_MOST]
    sheet.merged = [reference.decode("ascii") for reference in dict.fromkeys(references)]
    areas = [range_boundaries(area) for area in sheet.merged]
    sheet.last_line = _last_line(content)
    source.reset_dimensions()  # what a sheet says of its own size need not be true
    for number, row in enumerate(
        source.iter_rows(max_row=min(sheet.last_line, LINES_AT_MOST), max_col=COLUMNS_AT_MOST), 1
    ):
        if not any(map(is_not, row, repeat(EMPTY_CELL))):
            continue
        cells = [_cell(source.title, number, at, cell, areas) for at, cell in enumerate(row, 1)]
        if any(cell.value is not None for cell in cells):
            sheet.lines.append(Line(number, cells))
        if len(sheet.lines) > ROWS_AT_MOST:
            break
    return sheet


def _last_line(content: bytes) -> int:
    """The last line in which something stands: below it, a sheet may have a million lines that are only formatted."""
    start = content.rfind(b"<row", 0, max(_last_value(content), 0))
    number = _LINE.match(content, start) if start >= 0 else None
    return int(number[1]) if number else LINES_AT_MOST


def _last_value(content: bytes) -> int:
    """Where the last value of a sheet stands."""
    end = content.rfind(b"</sheetData>")
    return max(content.rfind(mark, 0, end) for mark in (b"<v", b"<is", b"<f"))


_LINE = re.compile(rb"<row\s[^>]*?\br=\"(\d{1,12})\"")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z0-9:$]{1,40})[\"']")
_FORMULA = Message("a formula")
_ERROR = Message("an error such as #N/A")
_MERGED = Message("merged cells")


def _cell(title: str, number: int, at: int, cell: Any, areas: Sequence[Sequence[int | None]]) -> Cell:
    """One cell as it is read: texts without spaces around them, an empty text as nothing."""
    place = f"{title}!{get_column_letter(at)}{number}"
    value = cell.value
    if isinstance(value, str):
        value = value.strip() or None
    if cell.data_type == "f":
        return Cell(place, value, _FORMULA)
    if cell.data_type == "e":
        return Cell(place, value, _ERROR)
    if value is None and any(_is_in(area, number, at) for area in areas):
        return Cell(place, None, _MERGED)
    return Cell(place, value)


def _is_in(area: Sequence[int | None], row: int, column: int) -> bool:
    """Whether a cell lies in an area, of which whole rows or columns have no bounds."""
    left, top, right, bottom = area
    return (left or 1) <= column <= (right or column) and (top or 1) <= row <= (bottom or row)


# what it means -------------------------------------------------------------------------------------------------------


def _interpret(sheets: Sequence[Sheet], made: Draft) -> None:
    """Take over every sheet whose name is known."""
    for name, sheet in _known_sheets(sheets, made).items():
        for area in sheet.merged:
            what = Message("every cell by itself")
            made.findings.add(made.file, f"{sheet.title}!{area}", _MERGED, what)
        if len(sheet.lines) > ROWS_AT_MOST or sheet.last_line > LINES_AT_MOST:
            found = Message("cells filled in down to row {last_line}", last_line=sheet.last_line)
            what = Message("at most {rows_at_most} rows", rows_at_most=ROWS_AT_MOST)
            made.findings.add(made.file, f"{sheet.title}!A{sheet.last_line}", found, what)
        if name == "parameters":
            _read_parameters(sheet, made)
        else:
            _read_table(TABLES[name], sheet, made)


def _known_sheets(found_sheets: Sequence[Sheet], made: Draft) -> dict[str, Sheet]:
    """The sheets by table; notes a sheet that is missing, double, or seems to be misspelt."""
    sheets: dict[str, Sheet] = {}
    strangers = []
    for sheet in found_sheets:
        name = KNOWN.get(_plain(sheet.title))
        if name is None:
            strangers.append(sheet.title)
        elif name in sheets:
            found = Message('the sheet "{title}" again', title=sheet.title)
            made.findings.add(made.file, sheet.title, found, Message("each sheet once"))
        else:
            sheets[name] = sheet
    missing = {title: name for name, titles in SHEETS.items() for title in titles if name not in sheets}
    for title in strangers:
        meant = nearest(_plain(title), missing) if _plain(title) not in EXPLANATIONS else ""
        if meant:
            found = Message('the unknown sheet "{title}"', title=title)
            listed = ", ".join(missing)
            made.findings.add(
                made.file,
                title,
                found,
                Message("one of {listed}", listed=listed),
                near=_plain(title),
                among=missing,
            )
            made.unread.append(missing[meant])
    for name in NEEDED:
        if name not in sheets and name not in made.unread:
            en, nl = SHEETS[name]
            found = Message('no sheet "{name}"', name=Phrase(en, nl))
            what = Message("a sheet {name} (or {other})", name=Phrase(en, nl), other=Phrase(nl, en))
            made.findings.add(made.file, "", found, what)
            made.unread.append(name)
    return sheets


def _plain(text: object) -> str:
    """A name without capitals, spaces, underscores and the star of a needed column."""
    return " ".join(str(text).replace("_", " ").replace("*", " ").lower().split())


def _is_example(line: Line) -> bool:
    """Whether a line is one of the template's examples."""
    first = next(cell.value for cell in line.cells if cell.value is not None)
    return isinstance(first, str) and first.lower().startswith(EXAMPLES)


def _headings(sheet: Sheet, known: Mapping[str, str], needed: Sequence[str], made: Draft) -> dict[str, int]:
    """Which column stands where; notes columns that are unknown, double or missing."""
    at: dict[str, int] = {}
    for number, cell in enumerate(sheet.lines[0].cells if sheet.lines else ()):
        if cell.value is None:
            continue
        name = known.get(_plain(cell.value))
        if name is None:
            found = Message('the unknown column "{value}"', value=cell.value)
            listed = ", ".join(word for word in known if word not in at)
            what = Message("one of {listed}", listed=listed)
            made.findings.add(made.file, cell.place, found, what, near=_plain(cell.value), among=known)
        elif name in at:
            found = Message('the column "{value}" again', value=cell.value)
            made.findings.add(made.file, cell.place, found, Message("each column once"))
        else:
            at[name] = number
    for name in needed if sheet.lines else ():
        if name not in at:
            words = [word for word, column in known.items() if column == name]
            heading = Phrase(words[0], words[-1])
            found, what = Message('no column "{name}"', name=heading), Message("a column {name}", name=heading)
            made.findings.add(made.file, f"{sheet.title}!1:1", found, what)
    return at


def _known_columns(table: Table) -> dict[str, str]:
    """Column names by every heading that is understood, the English before the Dutch one."""
    return {
        _plain(word): column.name
        for column in table.columns
        for word in (column.name, column.heading_en, column.heading_nl)
    }


def _read_table(table: Table, sheet: Sheet, made: Draft) -> None:
    """Read the rows of one table."""
    needed = [column.name for column in table.columns if column.needed]
    at = _headings(sheet, _known_columns(table), needed, made)
    made.tables[table.name] = [
        _row(table, sheet.title, at, line, made) for line in sheet.lines[1:] if not _is_example(line)
    ]
    last = sheet.lines[-1].number if sheet.lines else 1
    made.heads[table.name] = Given(None, made.file, f"{sheet.title}!A{last + 1}")


def _row(table: Table, title: str, at: Mapping[str, int], line: Line, made: Draft) -> RawRow:
    """One row, with what is wrong in its cells noted."""
    cells = {}
    for column in table.columns:
        if column.name in at:
            cell = line.cells[at[column.name]]
            cells[column.name] = Given(_value(column, cell, made), made.file, cell.place)
        elif column.needed:
            cells[column.name] = Given(REPORTED, made.file, title)
    return RawRow(made.file, f"{title}!A{line.number}", cells)


def _value(column: Column, cell: Cell, made: Draft) -> object:
    """A cell's value, with yes and no in either language understood."""
    if cell.trouble:
        return _reported(cell, made)
    return _yes_or_no(cell.value) if column.kind == "switch" else cell.value


def _reported(cell: Cell, made: Draft) -> object:
    """Note what is wrong with the cell, once: merged cells are noted as an area."""
    if cell.trouble != _MERGED:
        what = Message("the value itself, typed in")
        made.findings.add(made.file, cell.place, cell.trouble, what)
    return REPORTED


def _read_parameters(sheet: Sheet, made: Draft) -> None:
    """Read the parameters that have a value; the others keep their default."""
    known = {word: name for name, words in PARAMETER_HEADINGS.items() for word in words}
    at = _headings(sheet, known, ("name", "value"), made)
    if "name" not in at or "value" not in at:
        return
    for line in sheet.lines[1:]:
        name_cell, cell = (line.cells[at[column]] for column in ("name", "value"))
        if _is_example(line) or (cell.value is None and not cell.trouble):
            continue
        if name_cell.value is None:
            made.findings.add(made.file, name_cell.place, _NO_NAME, Message("a parameter's name"))
            continue
        name = _plain(name_cell.value).replace(" ", "_")
        if name in made.values or name in made.titles:
            found = Message('"{name}" again', name=name)
            made.findings.add(made.file, name_cell.place, found, Message("each name once"))
            continue
        value = _reported(cell, made) if cell.trouble else _parameter_value(name, cell.value)
        is_known = name in PARAMETERS or name in TITLES or name == "beyond_range"
        given = Given(value, made.file, cell.place if is_known else name_cell.place)
        (made.titles if name in TITLES else made.values)[name] = given


_NO_NAME = Message("no name beside a value")


def _parameter_value(name: str, value: object) -> object:
    """A parameter's value, with yes and no in either language."""
    is_switch = name == "beyond_range" or (name in PARAMETERS and PARAMETERS[name].kind == "switch")
    return _yes_or_no(value) if is_switch else value


def _yes_or_no(value: object) -> object:
    return YES_NO.get(value.lower(), value) if isinstance(value, str) else value
