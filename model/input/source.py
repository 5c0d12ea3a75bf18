"""Reading what a user wrote, a scenario file or a workbook, into one draft in which every value knows its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from pathlib import Path

from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.world import TABLES
from samenspel.model.input.draft import ROWS_AT_MOST, TITLES, Draft, RawRow, raw_row, without_duplicates
from samenspel.model.input.faults import Findings, Given, shown
from samenspel.model.input.loaded import names_in
from samenspel.model.words import Message

FOLDER = Path(__file__).parents[1] / "scenarios"
FIRST = "baseline"
TOML_BYTES_AT_MOST = 10_000_000
LINE_AT_MOST = 10_000  # characters
PARTS_AT_MOST = 8  # of a key: the TOML reader takes the square of their number
FILES_AT_MOST = 50  # that build on each other

SCENARIO = Message("a built-in scenario, or a path to a .toml or .xlsx file")
BASE = Message("a built-in scenario, or a path to a .toml file")


def names() -> tuple[str, ...]:
    """The built-in scenarios, the baseline first."""
    return names_in(FOLDER, FIRST)


def draft(source: str | Path) -> Draft:
    """Read a built-in scenario, a `.toml` or a `.xlsx`, and whatever it builds on."""
    if isinstance(source, str) and source in names():
        return _copied(_built_in(source))
    path = Path(source)
    suffix = path.suffix.lower()
    made = Draft(path.stem, str(source))
    if not _is_readable(path, str(source), "", SCENARIO, made.findings):
        made.unread.extend(TABLES)
    elif suffix == ".toml":
        _read_toml(path, made, ())
    elif suffix in {".xlsx", ".xlsm", ".xls"}:
        _read_book(path, made)
    else:
        made.findings.add(str(source), "", Message("another kind of file"), SCENARIO)
        made.unread.extend(TABLES)
    return made


@cache
def _built_in(name: str) -> Draft:
    made = Draft(name, f"{name}.toml")
    _read_toml(FOLDER / f"{name}.toml", made, ())
    return made


def _copied(made: Draft) -> Draft:
    """A draft that may be changed without changing the one that is kept."""
    return replace(
        made,
        titles=dict(made.titles),
        values=dict(made.values),
        tables={table: list(rows) for table, rows in made.tables.items()},
        findings=Findings(list(made.findings.faults)),
    )


def is_file(path: Path) -> bool:
    """Whether there is such a file; a name that no file can have names none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def _is_readable(path: Path, file: str, place: str, allowed: str, findings: Findings) -> bool:
    """Whether there is a file to read; if not, that is noted."""
    if is_file(path):
        return True
    try:
        is_folder = path.is_dir()
    except (OSError, ValueError):
        is_folder = False
    name = path.name[:60]
    missing = Message('"{name}", which does not exist', name=name)
    found = Message("a folder") if is_folder else missing
    findings.add(file, place, found, allowed, near=path.stem, among=names())
    return False


# TOML ----------------------------------------------------------------------------------------------------------------


def _read_toml(path: Path, made: Draft, above: tuple[Path, ...]) -> None:
    """Read a scenario file into the draft; `above` are the files that build on it."""
    content = toml_content(path, made)
    if content is None:
        made.unread.extend(TABLES)
        return
    base = Draft(made.name, made.file, findings=made.findings)
    if "extends" in content:
        _read_base(content.pop("extends"), path, base, (*above, path.resolve()))
        base.titles = {}  # a base's title says what the base is
    if "partnership" in content:
        base.tables, base.unread = {table: [] for table in TABLES}, []  # the workbook's come in place of the base's
        _read_partnership(content.pop("partnership"), path, base)
    own = Draft(made.name, made.file, findings=made.findings)
    _take_over(content, own)
    made.titles = base.titles | own.titles
    made.values = base.values | own.values
    made.tables = own.rows_over(base.tables)
    made.heads = base.heads
    made.unread.extend(base.unread + own.unread)


def toml_content(path: Path, made: Draft) -> dict[str, object] | None:
    """The content of a TOML file, or nothing when it cannot be read at all."""

    def note(found: str, place: str = "") -> None:
        made.findings.add(made.file, place, found, _TOML)

    try:
        if path.stat().st_size > TOML_BYTES_AT_MOST:
            note(Message("more than 10 MB"))
            return None
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
        if max(map(len, text.split("\n"))) > LINE_AT_MOST:
            note(Message("a line of more than {line_at_most} characters", line_at_most=LINE_AT_MOST))
            return None
        if deep := _MANY_PARTS.search(text):
            line = text.count("\n", 0, deep.start()) + 1
            found = Message("a name of more than {parts_at_most} parts", parts_at_most=PARTS_AT_MOST)
            note(found, Message("line {line}", line=line))
            return None
        return dict(_parsed(text))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        found = Message("a character that is not UTF-8")
        note(found, Message("line {line}", line=line))
    except tomllib.TOMLDecodeError as error:
        message, place = _message_and_place(str(error))
        note(Message("broken TOML ({message})", message=message), place)
    except RecursionError:
        note(Message("lists or tables nested too deeply"))
    except ValueError:  # a whole number of thousands of digits
        note(Message("a number that is far too long"))
    except OSError as error:
        note(Message("a file that cannot be read ({strerror})", strerror=error.strerror))
    return None


@lru_cache(maxsize=1)
def _parsed(text: str) -> dict[str, object]:
    """What a TOML text says; the last one is kept, for a file is read to find out what kind it is, and then again."""
    return tomllib.loads(text)


_PART = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]|\\.){0,200}+"|'[^'\n]{0,200}+')"""
_MANY_PARTS = re.compile(rf"(?<![^\s.,\[{{]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{PARTS_AT_MOST}}}")

_TOML = Message("a TOML file of at most 10 MB, in UTF-8")


def _message_and_place(message: str) -> tuple[str, str]:
    """Split what the TOML reader says into the trouble and its line and column."""
    match = re.fullmatch(r"(.*) \(at (.*)\)", message, re.DOTALL)
    if match is None:
        return message, ""
    spot = re.fullmatch(r"line (\d+), column (\d+)", match[2])
    if spot is None:
        return match[1], Message("end of document")
    return match[1], Message("line {line}, column {column}", line=spot[1], column=spot[2])


def _read_base(source: object, path: Path, base: Draft, above: tuple[Path, ...]) -> None:
    """Read what the file at `path` extends."""
    built_in = isinstance(source, str) and source in names()
    below = FOLDER / f"{source}.toml" if built_in else path.parent / str(source)
    if not isinstance(source, str) or (below.suffix.lower() != ".toml" and is_file(below)):
        base.findings.add(base.file, "extends", shown(source), BASE)
        base.unread.extend(TABLES)
    elif not _is_readable(below, base.file, "extends", BASE, base.findings):
        base.unread.extend(TABLES)
    elif below.resolve() in above:
        found = Message('"{source}", which builds on this file', source=source)
        base.findings.add(base.file, "extends", found, BASE)
        base.unread.extend(TABLES)
    elif len(above) >= FILES_AT_MOST:
        found = Message("more than {files_at_most} files in a row", files_at_most=FILES_AT_MOST)
        base.findings.add(base.file, "extends", found, BASE)
        base.unread.extend(TABLES)
    elif built_in and FOLDER not in (file.parent for file in above):
        kept = _copied(_built_in(source))
        base.values, base.tables = kept.values, kept.tables
    else:
        base.file = f"{source}.toml" if built_in else source
        _read_toml(below, base, above)


def _read_partnership(source: object, path: Path, base: Draft) -> None:
    """Read the workbook that `partnership` names."""
    allowed = Message("a path to a .xlsx file")
    if not isinstance(source, str) or Path(source).suffix.lower() != ".xlsx":
        base.findings.add(base.file, "partnership", shown(source), allowed)
        base.unread.extend(TABLES)
    elif not _is_readable(path.parent / source, base.file, "partnership", allowed, base.findings):
        base.unread.extend(TABLES)
    else:
        book = Draft(base.name, source, findings=base.findings)
        _read_book(path.parent / source, book)
        base.titles = book.titles
        base.values |= book.values
        base.tables, base.heads, base.unread = book.tables, book.heads, book.unread


def _take_over(content: Mapping[str, object], own: Draft) -> None:
    """Sort the keys of a scenario file into titles, tables and values."""
    for key, value in content.items():
        if key in TITLES:
            own.titles[key] = Given(value, own.file, key)
        elif key in TABLES and (isinstance(value, list) or key not in PARAMETERS):  # partnerships is the name of both
            own.tables[key] = _rows(key, value, own)
        else:
            own.values[key] = Given(value, own.file, key)


def _rows(table: str, value: object, own: Draft) -> list[RawRow]:
    """The rows of one table; two of the same key are a fault."""
    allowed = Message("rows, each headed [[{table}]]", table=table)
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        own.findings.add(own.file, table, shown(value), allowed)
        own.unread.append(table)
        return []
    if len(value) > ROWS_AT_MOST:
        found = Message("{value} rows", value=len(value))
        own.findings.add(own.file, table, found, Message("at most {rows_at_most}", rows_at_most=ROWS_AT_MOST))
        own.unread.append(table)
        return []
    return without_duplicates(table, [raw_row(table, i, row, own.file) for i, row in enumerate(value, 1)], own.findings)


# workbooks -----------------------------------------------------------------------------------------------------------


def _read_book(path: Path, made: Draft) -> None:
    """Read a workbook into the draft."""
    from samenspel.model.input.workbook import read_workbook

    book = read_workbook(path, made.file)
    made.titles, made.values, made.heads, made.unread = book.titles, book.values, book.heads, book.unread
    made.findings.faults.extend(book.findings.faults)
    made.tables = {table: without_duplicates(table, book.tables[table], made.findings) for table in TABLES}
