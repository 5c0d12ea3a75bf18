"""Reading a partnership from a workbook, with the cell of every value; `write_template` makes one to fill in."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from model.faults import Given, Phrase, nearest
from model.parameters import PARAMETERS
from model.scenario_source import REPORTED, ROWS_AT_MOST, TITLES, Draft, RawRow
from model.workbook_template import EXAMPLES, EXPLANATIONS, PARAMETER_HEADINGS, SHEETS, write_template
from model.world import TABLES, Column, Table

__all__ = ["read_workbook", "write_template"]

BYTES_AT_MOST = 20_000_000
UNZIPPED_AT_MOST = 200_000_000
LINES_AT_MOST = 1_048_576  # of any sheet
COLUMNS_AT_MOST = 60
MERGES_AT_MOST = 100  # that are told apart

NEEDED = ("towns", "boards", "clusters", "sites")
YES_NO = {"yes": True, "ja": True, "true": True, "x": True, "no": False, "nee": False, "false": False}

# reading -------------------------------------------------------------------------------------------------------------


def read_workbook(path: Path, file: str = "") -> Draft:
    """Read a workbook into a draft; whatever cannot be read is among the draft's findings."""
    made = Draft(path.stem, file or str(path))
    trouble = _trouble(path)
    if trouble:
        made.findings.add(made.file, "", trouble, _WORKBOOK)
        made.unread.extend(TABLES)
        return made
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that openpyxl leaves out
            book = load_workbook(path, read_only=True, keep_links=False)
            try:
                _read_sheets(book, made)
            finally:
                book.close()
    except Exception as error:  # a damaged workbook can make the reader stumble in any way
        kind = type(error).__name__
        found = Phrase(f"a damaged workbook ({kind})", f"een beschadigde werkmap ({kind})")
        made.findings.add(made.file, "", found, _WORKBOOK)
        made.unread.extend(TABLES)
    return made


_WORKBOOK = Phrase(
    "an .xlsx workbook without a password, of at most 20 MB (200 MB unzipped)",
    "een .xlsx-werkmap zonder wachtwoord, van hoogstens 20 MB (200 MB uitgepakt)",
)


def _trouble(path: Path) -> str:
    """Why this file should not be opened as a workbook, or nothing."""
    try:
        if path.stat().st_size > BYTES_AT_MOST:
            return Phrase("more than 20 MB", "meer dan 20 MB")
        content = path.read_bytes()
        if content.startswith(b"\xd0\xcf\x11\xe0"):  # the container of old Office files and of encrypted new ones
            if "EncryptedPackage".encode("utf-16-le") in content:
                return Phrase("a workbook with a password", "een werkmap met een wachtwoord")
            return Phrase("an old .xls workbook", "een oude .xls-werkmap")
        if not zipfile.is_zipfile(path):
            return Phrase("a file that is no workbook", "een bestand dat geen werkmap is")
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError):
        return Phrase("a file that cannot be read", "een onleesbaar bestand")
    if any(part.flag_bits & 1 for part in parts):
        return Phrase("a workbook with a password", "een werkmap met een wachtwoord")
    if sum(part.file_size for part in parts) > UNZIPPED_AT_MOST:
        return Phrase("more than 200 MB when unzipped", "uitgepakt meer dan 200 MB")
    return ""


class Cell(NamedTuple):
    """One cell: its place, and its value or what is wrong with it."""

    place: str
    value: object
    trouble: str = ""


class Line(NamedTuple):
    """One line of a sheet that is not empty."""

    number: int
    cells: Sequence[Cell]


def _read_sheets(book: Any, made: Draft) -> None:
    """Read every sheet whose name is known."""
    sheets = _known_sheets(book, made)
    for name, sheet in sheets.items():
        lines = _lines(book, sheet, made)
        header = next(lines, None)
        if name == "parameters":
            _read_parameters(sheet.title, header, lines, made)
        else:
            _read_table(TABLES[name], sheet.title, header, lines, made)


def _known_sheets(book: Any, made: Draft) -> dict[str, Any]:
    """The sheets by table; notes a sheet that is missing, double, or seems to be misspelt."""
    known = {title: name for name, titles in SHEETS.items() for title in titles}
    sheets: dict[str, Any] = {}
    strangers = []
    for sheet in book.worksheets:
        name = known.get(_plain(sheet.title))
        if name is None:
            strangers.append(sheet.title)
        elif name in sheets:
            found = Phrase(f'the sheet "{sheet.title}" again', f'het blad "{sheet.title}" nog eens')
            made.findings.add(made.file, sheet.title, found, Phrase("each sheet once", "elk blad een keer"))
        else:
            sheets[name] = sheet
    missing = {title: name for name, titles in SHEETS.items() for title in titles if name not in sheets}
    for title in strangers:
        meant = nearest(_plain(title), missing) if _plain(title) not in EXPLANATIONS else ""
        if meant:
            found = Phrase(f'the unknown sheet "{title}"', f'het onbekende blad "{title}"')
            listed = ", ".join(missing)
            made.findings.add(
                made.file,
                title,
                found,
                Phrase(f"one of {listed}", f"een van {listed}"),
                near=_plain(title),
                among=missing,
            )
            made.unread.append(missing[meant])
    for name in NEEDED:
        if name not in sheets and name not in made.unread:
            en, nl = SHEETS[name]
            found = Phrase(f'no sheet "{en}"', f'geen blad "{nl}"')
            made.findings.add(made.file, "", found, Phrase(f"a sheet {en} (or {nl})", f"een blad {nl} (of {en})"))
            made.unread.append(name)
    return sheets


def _plain(text: object) -> str:
    """A name without capitals, spaces, underscores and the star of a needed column."""
    return " ".join(str(text).replace("_", " ").replace("*", " ").lower().split())


def _lines(book: Any, sheet: Any, made: Draft) -> Iterator[Line]:
    """The lines of a sheet in which something stands."""
    merges = _merges(book, sheet, made)
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=LINES_AT_MOST, max_col=COLUMNS_AT_MOST)
    found = 0
    for number, row in enumerate(rows, 1):
        cells = [_cell(sheet.title, number, at, cell, merges) for at, cell in enumerate(row, 1)]
        if all(cell.value is None for cell in cells):
            continue
        found += 1
        if found > ROWS_AT_MOST:
            what = Phrase(f"at most {ROWS_AT_MOST}", f"hoogstens {ROWS_AT_MOST}")
            made.findings.add(made.file, f"{sheet.title}!A{number}", Phrase("more rows", "meer rijen"), what)
            return
        yield Line(number, cells)


_FORMULA = Phrase("a formula", "een formule")
_ERROR = Phrase("an error such as #N/A", "een foutwaarde zoals #N/B")
_MERGED = Phrase("merged cells", "samengevoegde cellen")


def _cell(title: str, number: int, at: int, cell: Any, merges: Sequence[tuple[int, int, int, int]]) -> Cell:
    """One cell as it is read: texts without spaces around them, an empty text as nothing."""
    place = f"{title}!{get_column_letter(at)}{number}"
    value = cell.value
    if isinstance(value, str):
        value = value.strip() or None
    if cell.data_type == "f":
        return Cell(place, value, _FORMULA)
    if cell.data_type == "e":
        return Cell(place, value, _ERROR)
    if value is None and any(left <= at <= right and top <= number <= bottom for left, top, right, bottom in merges):
        return Cell(place, None, _MERGED)
    return Cell(place, value)


def _merges(book: Any, sheet: Any, made: Draft) -> list[tuple[int, int, int, int]]:
    """The merged areas of a sheet, each noted as a fault."""
    path = sheet._worksheet_path  # the reader that goes row by row does not tell of merged cells itself
    with book._archive.open(path) as part:
        references = _MERGE.findall(part.read())[:MERGES_AT_MOST]
    merges = []
    for reference in dict.fromkeys(references):
        area = reference.decode("ascii")
        what = Phrase("every cell by itself", "elke cel op zichzelf")
        made.findings.add(made.file, f"{sheet.title}!{area}", _MERGED, what)
        left, top, right, bottom = range_boundaries(area)
        merges.append((left or 1, top or 1, right or COLUMNS_AT_MOST, bottom or LINES_AT_MOST))
    return merges


_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=[\"']([A-Z0-9:$]{1,40})[\"']")


def _is_example(line: Line) -> bool:
    """Whether a line is one of the template's examples."""
    first = next(cell.value for cell in line.cells if cell.value is not None)
    return isinstance(first, str) and first.lower().startswith(EXAMPLES)


def _headings(
    title: str, header: Line | None, known: Mapping[str, str], needed: Sequence[str], made: Draft
) -> dict[str, int]:
    """Which column stands where; notes columns that are unknown, double or missing."""
    at: dict[str, int] = {}
    for number, cell in enumerate(header.cells if header else ()):
        if cell.value is None:
            continue
        name = known.get(_plain(cell.value))
        if name is None:
            found = Phrase(f'the unknown column "{cell.value}"', f'de onbekende kolom "{cell.value}"')
            listed = ", ".join(word for word in known if word not in at)
            what = Phrase(f"one of {listed}", f"een van {listed}")
            made.findings.add(made.file, cell.place, found, what, near=_plain(cell.value), among=known)
        elif name in at:
            found = Phrase(f'the column "{cell.value}" again', f'de kolom "{cell.value}" nog eens')
            made.findings.add(made.file, cell.place, found, Phrase("each column once", "elke kolom een keer"))
        else:
            at[name] = number
    for name in needed if header else ():
        if name not in at:
            words = [word for word, column in known.items() if column == name]
            found = Phrase(f'no column "{words[0]}"', f'geen kolom "{words[-1]}"')
            what = Phrase(f"a column {words[0]}", f"een kolom {words[-1]}")
            made.findings.add(made.file, f"{title}!1:1", found, what)
    return at


def _known_columns(table: Table) -> dict[str, str]:
    """Column names by every heading that is understood, the English before the Dutch one."""
    return {
        _plain(word): column.name
        for column in table.columns
        for word in (column.name, column.heading_en, column.heading_nl)
    }


def _read_table(table: Table, title: str, header: Line | None, lines: Iterator[Line], made: Draft) -> None:
    """Read the rows of one table."""
    needed = [column.name for column in table.columns if column.needed]
    at = _headings(title, header, _known_columns(table), needed, made)
    last = header.number if header else 1
    for line in lines:
        last = line.number
        if header and not _is_example(line):
            made.tables[table.name].append(_row(table, title, at, line, made))
    made.heads[table.name] = Given(None, made.file, f"{title}!A{last + 1}")


def _row(table: Table, title: str, at: Mapping[str, int], line: Line, made: Draft) -> RawRow:
    """One row, with what is wrong in its cells noted."""
    cells = {}
    for column in table.columns:
        if column.name in at:
            cell = line.cells[at[column.name]] if at[column.name] < len(line.cells) else None
            place = cell.place if cell else f"{title}!{get_column_letter(at[column.name] + 1)}{line.number}"
            cells[column.name] = Given(_value(column, cell, made) if cell else None, made.file, place)
        elif column.needed:
            cells[column.name] = Given(REPORTED, made.file, title)
    return RawRow(made.file, f"{title}!A{line.number}", cells)


def _value(column: Column, cell: Cell, made: Draft) -> object:
    """A cell's value, with the words of the workbook's language put into ours."""
    if cell.trouble:
        return _reported(cell, made)
    if not isinstance(cell.value, str):
        return cell.value
    if column.kind == "switch":
        return YES_NO.get(cell.value.lower(), cell.value)
    if column.kind == "choice":
        words = {word: value for value, dutch in column.choices for word in (value, dutch)}
        return words.get(cell.value.lower(), cell.value)
    return cell.value


def _reported(cell: Cell, made: Draft) -> object:
    """Note what is wrong with the cell, once: merged cells are noted as an area."""
    if cell.trouble != _MERGED:
        what = Phrase("the value itself, typed in", "de waarde zelf, ingetypt")
        made.findings.add(made.file, cell.place, cell.trouble, what)
    return REPORTED


def _read_parameters(title: str, header: Line | None, lines: Iterator[Line], made: Draft) -> None:
    """Read the parameters that have a value; the others keep their default."""
    known = {word: name for name, words in PARAMETER_HEADINGS.items() for word in words}
    at = _headings(title, header, known, ("name", "value"), made)
    if "name" not in at or "value" not in at:
        return
    for line in lines:
        name_cell, cell = (line.cells[at[column]] for column in ("name", "value"))
        if _is_example(line) or (cell.value is None and not cell.trouble):
            continue
        if name_cell.value is None:
            made.findings.add(made.file, name_cell.place, _NO_NAME, Phrase("a parameter's name", "een parameternaam"))
            continue
        name = _plain(name_cell.value).replace(" ", "_")
        if name in made.values or name in made.titles:
            found = Phrase(f'"{name}" again', f'"{name}" nog eens')
            made.findings.add(made.file, name_cell.place, found, Phrase("each name once", "elke naam een keer"))
            continue
        value = _reported(cell, made) if cell.trouble else _parameter_value(name, cell.value)
        is_known = name in PARAMETERS or name in TITLES or name == "beyond_range"
        given = Given(value, made.file, cell.place if is_known else name_cell.place)
        (made.titles if name in TITLES else made.values)[name] = given


_NO_NAME = Phrase("no name beside a value", "geen naam bij een waarde")


def _parameter_value(name: str, value: object) -> object:
    """A parameter's value, with yes and no in either language."""
    is_switch = name == "beyond_range" or (name in PARAMETERS and PARAMETERS[name].kind == "switch")
    return YES_NO.get(value.lower(), value) if is_switch and isinstance(value, str) else value
