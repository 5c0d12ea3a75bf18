"""Pilots in a workbook: the tables of a pilots file as sheets, each column a key, each row a design.

Sheet `designs` (or `ontwerpen`) has a design a row; `later` what changes from a `year` on, its column `design` naming
the design; `floors` (`grenzen`) and `pilots` have a key and a value a row. Lists are separated by `;`.
Where the workbook describes a partnership too, that is the scenario unless `pilots` names another.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from samenspel.model.input.archive import trouble_of
from samenspel.model.input.faults import Findings
from samenspel.model.input.source import is_file
from samenspel.model.input.workbook import sheet_content
from samenspel.model.words import Message

SHEETS = {
    "designs": ("designs", "ontwerpen"),
    "later": ("later",),
    "floors": ("floors", "grenzen"),
    "pilots": ("pilots",),
}
PARTNERSHIP = ("boards", "besturen")
LISTS = ("ikcs", "programmes")
ROWS_AT_MOST, COLUMNS_AT_MOST = 500, 100


def has_designs(path: Path) -> bool:
    """Whether a workbook has a sheet with designs."""
    if path.suffix.lower() != ".xlsx" or not is_file(path) or trouble_of(path):
        return False
    try:
        with _opened(path) as book:
            return any(name in book.names for name in SHEETS["designs"])
    except Exception:  # a damaged workbook can make the library that reads it stumble in any way
        return False


def read(path: Path, file: str, findings: Findings) -> dict[str, Any] | None:
    """The document that a workbook holds, as a pilots file would; nothing when it cannot be read."""
    trouble = trouble_of(path)
    if not trouble:
        try:
            with _opened(path) as book:
                return _document(book, path, file, findings)
        except Exception as error:
            kind = type(error).__name__
            trouble = Message("a damaged workbook ({kind})", kind=kind)
    findings.add(file, "", trouble, Message("an .xlsx workbook with a sheet designs"))
    return None


class _opened:
    """A workbook while it is read; its sheets by their names in lower case."""

    def __init__(self, path: Path) -> None:
        from openpyxl import load_workbook

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that are left out
            self.book = load_workbook(path, read_only=True, keep_links=False)
        self.formulas: list[str] = []
        self.names = {sheet.title.strip().lower(): sheet for sheet in self.book.worksheets}

    def __enter__(self) -> _opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.book.close()

    def rows(self, table: str) -> Iterator[tuple[int, list[Any]]]:
        """Rows of a sheet that are not empty, with their numbers."""
        sheet = next((self.names[name] for name in SHEETS[table] if name in self.names), None)
        if sheet is None:
            return
        sheet_content(self.book, sheet)
        sheet.reset_dimensions()
        cells = sheet.iter_rows(max_row=ROWS_AT_MOST, max_col=COLUMNS_AT_MOST)
        for number, line in enumerate(cells, 1):
            self.formulas += [f"{sheet.title}!{cell.coordinate}" for cell in line if cell.data_type == "f"]
            row = [cell.value for cell in line]
            if any(cell is not None and str(cell).strip() for cell in row):
                yield number, row


def _document(book: _opened, path: Path, file: str, findings: Findings) -> dict[str, Any]:
    """All sheets as one document."""
    document = {str(row[0]).strip(): _value("", row[1]) for _, row in book.rows("pilots") if len(row) > 1}
    if "scenario" not in document and any(name in book.names for name in PARTNERSHIP):
        document["scenario"] = path.name
    floors = {str(row[0]).strip(): _value("", row[1]) for _, row in book.rows("floors") if len(row) > 1}
    if floors:
        document["floors"] = floors
    designs = [design for _, design in _records(book, "designs")]
    document["design"] = designs
    by_name = {design["name"]: design for design in designs if isinstance(design.get("name"), str)}
    for number, change in _records(book, "later"):
        name = change.pop("design", None)
        if isinstance(name, str) and name in by_name:
            by_name[name].setdefault("then", []).append(change)
        else:
            found = f'"{name}"'
            allowed = Message("the name of a design")
            findings.add(file, f"later, {number}, design", found, allowed, near=name, among=by_name)
    for place in book.formulas:
        typed = Message("the value itself, typed in")
        findings.add(file, place, Message("a formula"), typed)
    return document


def _records(book: _opened, table: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Rows under a heading as records; empty cells are left out."""
    lines = book.rows(table)
    _, head = next(lines, (0, []))
    keys = [str(cell).strip() if cell is not None else "" for cell in head]
    for number, row in lines:
        yield (
            number,
            {
                key: _value(key, cell)
                for key, cell in zip(keys, row, strict=False)
                if key and cell is not None and str(cell).strip()
            },
        )


def _value(key: str, cell: Any) -> Any:
    """A cell as a pilots file would have it."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if key in LISTS and not text.isdigit():
        return [part.strip() for part in text.split(";") if part.strip()]
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    return int(text) if text.isdigit() and key in LISTS else text
