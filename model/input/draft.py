"""A draft: what a user wrote in one source and all it builds on, in which every value knows its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from samenspel.model.declared.world import TABLES, World, cells_of
from samenspel.model.input.faults import Findings, Given
from samenspel.model.words import Message

ROWS_AT_MOST = 10_000  # in one table; the Netherlands have fewer primary schools

TITLES = ("title", "title_nl", "description", "description_nl")
DIRECTIONS = ("extends", "partnership")  # keys that say what else to read
KEYS = (*DIRECTIONS, *TITLES, "beyond_range", *TABLES)


class Reported:
    """Stands for a value whose fault is already noted, so that nobody reports it twice."""


REPORTED = Reported()


@dataclass(frozen=True)
class RawRow:
    """One row as given: where it stands, and its cells by column."""

    file: str
    place: str
    cells: Mapping[str, Given]

    def text(self, column: str) -> str:
        """The cell's text, or nothing when it holds no text."""
        given = self.cells.get(column)
        return given.value if given and isinstance(given.value, str) else ""

    def where(self, column: str) -> str:
        """The place of the cell, or of the row when the cell is left out."""
        given = self.cells.get(column)
        return given.place if given else self.place


@dataclass
class Draft:
    """What one source and all it builds on say, before it is checked."""

    name: str
    file: str
    titles: dict[str, Given] = field(default_factory=dict)
    values: dict[str, Given] = field(default_factory=dict)
    tables: dict[str, list[RawRow]] = field(default_factory=lambda: {table: [] for table in TABLES})
    heads: dict[str, Given] = field(default_factory=dict)  # where each sheet begins
    unread: list[str] = field(default_factory=list)  # tables of which it is noted why they have no rows
    findings: Findings = field(default_factory=Findings)

    def rows_over(self, base: Mapping[str, list[RawRow]]) -> dict[str, list[RawRow]]:
        """The rows of `base` with these merged into rows of the same key, or added behind them."""
        return {table: _merged(table, base[table], self.tables[table]) for table in TABLES}


def raw_row(table: str, number: int, row: Mapping[str, object], file: str) -> RawRow:
    """A row of a file, of which the place names table, number and name."""
    name = row.get("name")
    place = f"[[{table}]] {number}" + (f" ({name[:60]})" if isinstance(name, str) else "")
    return RawRow(file, place, {key: Given(value, file, f"{place} {key}") for key, value in row.items()})


def _key(table: str, row: RawRow) -> tuple[object, ...] | None:
    """What tells this row from others, or nothing when the row does not say."""
    values = [given.value if (given := row.cells.get(column)) else None for column in TABLES[table].key]
    if not all(value is None or isinstance(value, str | int) for value in values) or values[-1] is None:
        return None
    return tuple(values)


def rows_of(world: World) -> dict[str, list[RawRow]]:
    """The rows of a world as they would be given, to check them anew."""
    return {
        table: [raw_row(table, number, cells_of(row), "") for number, row in enumerate(getattr(world, table), 1)]
        for table in TABLES
    }


def without_duplicates(table: str, rows: list[RawRow], findings: Findings) -> list[RawRow]:
    """The rows, each key once; a second one is noted."""
    kept: list[RawRow] = []
    seen: dict[object, str] = {}
    for row in rows:
        key = _key(table, row)
        if key is not None and key in seen:
            column = TABLES[table].key[-1]
            name = ", ".join(str(part) for part in key if part is not None)
            first = seen[key]
            found = Message('"{name}" again, after {first}', name=name, first=first)
            findings.add(row.file, row.where(column), found, Message("each name once"))
            continue
        if key is not None:
            seen[key] = row.place
        kept.append(row)
    return kept


def _merged(table: str, base: list[RawRow], own: list[RawRow]) -> list[RawRow]:
    """The base's rows, with own rows merged into those of the same key and the others behind them."""
    merged: dict[object, RawRow] = {_key(table, row) or id(row): row for row in base}
    for row in own:
        key = _key(table, row) or id(row)
        under = merged.get(key)
        merged[key] = RawRow(row.file, row.place, {**under.cells, **row.cells}) if under else row
    return list(merged.values())
