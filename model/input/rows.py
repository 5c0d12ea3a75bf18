"""Checking the rows of a draft: each against the declaration of its columns, then the rows against each other."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pydantic import ValidationError

from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.world import LATITUDES, LONGITUDES, SETTINGS, SITES_PER_CLUSTER, TABLES, Column, World
from samenspel.model.input.allowed import allowed_in, listed_in, rows_adapter, some_of, suggest_number, words_of
from samenspel.model.input.draft import REPORTED, Draft, RawRow
from samenspel.model.input.faults import Findings, Given, shown
from samenspel.model.input.own import note_leaders, of_the_partnership
from samenspel.model.words import Message, Phrase

Row = dict[str, Any]  # the cells of a row that are right in themselves, by column


class Checked:
    """One row: as given, and the cells that are right in themselves."""

    __slots__ = ("cells", "raw")

    def __init__(self, raw: RawRow, cells: Row) -> None:
        self.raw = raw
        self.cells = cells

    def note(
        self, findings: Findings, column: str, found: str, what: str, near: str = "", among: Iterable[str] = ()
    ) -> None:
        """Note a fault in one cell of this row."""
        findings.add(self.raw.file, self.raw.where(column), found, what, near=near, among=among)

    def is_unsure(self, column: str) -> bool:
        """Whether something stands in the cell that could not be understood."""
        given = self.raw.cells.get(column)
        return given is not None and given.value is not None and column not in self.cells


Tables = dict[str, list[Checked]]


def checked_world(made: Draft, values: Mapping[str, Value], findings: Findings) -> World | None:
    """All rows, checked one by one and against each other; nothing when they have faults."""
    if not any(made.tables.values()) and not made.heads:
        if made.unread:
            return None
        findings.add(made.file, "", Message("no partnership"), _A_PARTNERSHIP)
        return None
    tables = {name: _checked_rows(name, made.tables[name], findings) for name in TABLES}
    _fill_in(tables, made, findings)
    _check_filled(tables, made, findings)
    _check_references(tables, made, findings)
    if not made.unread:
        _check_boards(tables, findings)
        _check_clusters(tables, bool(values["cross_denomination"]), findings)
        if tables["boards"]:
            _check_mergers(tables, findings)
    _check_leaders(tables["clusters"], values, findings)
    _check_sites(tables["sites"], findings)
    _check_students(tables["students"], findings)
    _check_schedules(tables["schedules"], findings)
    if findings.faults:
        return None
    return World(**{name: tuple(TABLES[name].row(**row.cells) for row in rows) for name, rows in tables.items()})


_A_PARTNERSHIP = Message('extends = "baseline", a workbook, or tables with towns, boards, clusters and sites')


def _checked_rows(table: str, raws: list[RawRow], findings: Findings) -> list[Checked]:
    """Each row by itself, against the declaration of its columns."""
    given = [
        {
            column: cell.value
            for column, cell in raw.cells.items()
            if cell.value is not None and cell.value is not REPORTED
        }
        for raw in raws
    ]
    try:
        return [
            Checked(raw, dict(row)) for raw, row in zip(raws, rows_adapter(table).validate_python(given), strict=True)
        ]
    except ValidationError as error:
        wrong = {(int(found["loc"][0]), str(found["loc"][1])) for found in error.errors(include_url=False)}
    columns = {column.name: column for column in TABLES[table].columns}
    for number, name in sorted(wrong):
        raw = raws[number]
        if name not in raw.cells or raw.cells[name].value is not REPORTED:
            _note_cell(raw, name, columns, findings)
    return [
        Checked(raw, {name: value for name, value in cells.items() if (number, name) not in wrong})
        for number, (raw, cells) in enumerate(zip(raws, given, strict=True))
    ]


def _note_cell(raw: RawRow, name: str, columns: Mapping[str, Column], findings: Findings) -> None:
    """Say what is wrong with one cell."""
    column = columns.get(name)
    place = raw.where(name)
    if column is None:
        listed = ", ".join(columns)
        whole = columns.keys() >= _SETTINGS and name in PARAMETERS
        found = of_the_partnership(name) if whole else Message('the unknown key "{name}"', name=name[:60])
        findings.add(raw.file, place, found, Message("one of {listed}", listed=listed), near=name, among=columns)
        return
    value = raw.cells[name].value if name in raw.cells else None
    missing = Message("no {name}", name=Phrase(name, column.heading_nl))
    text = missing if value is None else _shown_cell(name, value)
    findings.add(raw.file, place, text, allowed_in(column), near=value, among=words_of(column))
    suggest_number(column.kind, column.low, column.high, value, findings)


_SETTINGS = {column.name for column in SETTINGS.values()}


def _shown_cell(name: str, value: object) -> str:
    """The value; a coordinate in the other's range is called swapped."""
    other = {"latitude": LONGITUDES, "longitude": LATITUDES}.get(name)
    if other and isinstance(value, int | float) and other[0] <= value <= other[1]:
        return Message("{value}: latitude and longitude look swapped", value=f"{value:g}")
    return shown(value)


def _fill_in(tables: Tables, made: Draft, findings: Findings) -> None:
    """What may be left out: the only partnership, a cluster's from its board, a site's place and denomination."""
    if not tables["partnerships"]:
        tables["partnerships"] = [_partnership(name, made) for name in _named_partnerships(tables, made)]
    names = _names(tables["partnerships"])
    only = names[0] if len(names) == 1 else None
    boards = {row.cells.get("name"): row.cells for row in tables["boards"]}
    towns = {row.cells.get("name"): row.cells for row in tables["towns"]}
    for row in (*tables["boards"], *tables["students"]):
        if row.cells.get("partnership") is None and not row.is_unsure("partnership"):
            row.cells["partnership"] = only
            if only is None and not made.unread:
                row.note(findings, "partnership", Message("no partnership"), some_of(names))
    for row in tables["clusters"]:
        _inherit(row, boards.get(row.cells.get("board")), "partnership")
    for row in tables["sites"]:
        _inherit(row, boards.get(row.cells.get("board")), "denomination")
        _inherit(row, towns.get(row.cells.get("town")), "latitude")
        _inherit(row, towns.get(row.cells.get("town")), "longitude")


def _inherit(row: Checked, above: Row | None, column: str) -> None:
    if above and row.cells.get(column) is None:
        row.cells[column] = above.get(column)


def _named_partnerships(tables: Tables, made: Draft) -> list[str]:
    """Partnerships named by boards in file order; without any, the title of the file names the only one."""
    named = [row.cells["partnership"] for row in tables["boards"] if row.cells.get("partnership") is not None]
    title = made.titles["title"].value if "title" in made.titles else None
    return list(dict.fromkeys(named)) or [title if isinstance(title, str) and title else made.name]


def _partnership(name: str, made: Draft) -> Checked:
    return Checked(RawRow(made.file, "", {}), {"name": name})


def _names(rows: list[Checked]) -> list[str]:
    """The names of rows, also of rows that are wrong in something else."""
    return [name for row in rows if isinstance(name := row.cells.get("name"), str)]


# rows against each other ---------------------------------------------------------------------------------------------


def _check_filled(tables: Tables, made: Draft, findings: Findings) -> None:
    """Nothing runs without towns, boards, clusters and sites."""
    for name in ("towns", "boards", "clusters", "sites"):
        if not tables[name] and name not in made.unread:
            head = made.heads.get(name, Given(None, made.file, f"[[{name}]]"))
            found = Message("no rows filled in")
            findings.add(head.file, head.place, found, Message("at least one row"))


REFERENCES = (
    ("boards", "partnership", "partnerships"),
    ("clusters", "board", "boards"),
    ("clusters", "partnership", "partnerships"),
    ("sites", "board", "boards"),
    ("sites", "cluster", "clusters"),
    ("sites", "town", "towns"),
    ("students", "partnership", "partnerships"),
)


def _check_references(tables: Tables, made: Draft, findings: Findings) -> None:
    """A row that names another must name one that exists."""
    for table, column, other in REFERENCES:
        names = dict.fromkeys(_names(tables[other]))
        if not names or other in made.unread:
            continue
        what = some_of(list(names))
        for row in tables[table]:
            name = row.cells.get(column)
            if name is not None and name not in names:
                found = Message('the unknown {column} "{name}"', column=column, name=name[:60])
                row.note(findings, column, found, what, name, names)


def _check_boards(tables: Tables, findings: Findings) -> None:
    """Each partnership has clusters and member boards, of which exactly one leads."""
    boards: dict[object, list[Checked]] = defaultdict(list)
    for row in tables["boards"]:
        boards[row.cells.get("partnership")].append(row)
        if row.cells.get("lead") and row.cells.get("member") is False:
            found = Message("a lead board that is no member")
            row.note(findings, "lead", found, Message("a member board"))
    with_clusters = Counter(row.cells.get("partnership") for row in tables["clusters"])
    for partnership in tables["partnerships"]:
        name = partnership.cells.get("name")
        if tables["boards"]:
            _check_members(name, boards[name] or [partnership], findings)
        if tables["clusters"] and name not in with_clusters:
            found = Message('no cluster in "{name}"', name=name)
            partnership.note(findings, "name", found, Message("at least one"))


def _check_members(name: object, boards: list[Checked], findings: Findings) -> None:
    """Exactly one member board of a partnership leads."""
    members = [row for row in boards if row.cells.get("member") or row.is_unsure("member")]
    leads = [row for row in members if row.cells.get("lead")]
    if not members:
        found = Message('no member board in "{name}"', name=name)
        boards[0].note(findings, "member", found, Message("at least one"))
    elif len(leads) != 1 and not any(row.is_unsure("lead") for row in members):
        at = leads[1] if leads else members[0]
        found = Message('{leads} lead boards in "{name}"', leads=len(leads), name=name)
        at.note(findings, "lead", found, Message("exactly one member board"))


def _check_leaders(rows: list[Checked], values: Mapping[str, Value], findings: Findings) -> None:
    """A cluster that says how many trainers lead its sessions has hours for them."""
    for row in rows:
        cells = {name: row.cells.get(column.name) for name, column in SETTINGS.items()}
        own = {name: value for name, value in cells.items() if value is not None}
        if "facilitators" in own:
            note_leaders({**values, **own}, row.raw.file, row.raw.where("facilitators"), findings)


def _check_clusters(tables: Tables, cross_denomination: bool, findings: Findings) -> None:
    """A cluster has one to four sites, of its own board, which is a member."""
    sites = tables["sites"]
    members = {row.cells.get("name"): row.cells.get("member") for row in tables["boards"]}
    counts = Counter(row.cells.get("cluster") for row in sites)
    unsure = not sites or any(row.is_unsure("cluster") for row in sites)
    what = Message("1 to {sites_per_cluster} sites", sites_per_cluster=SITES_PER_CLUSTER)
    for row in tables["clusters"]:
        count = counts[row.cells.get("name")]
        if count > SITES_PER_CLUSTER or (count == 0 and not unsure and "name" in row.cells):
            row.note(findings, "name", Message("{count} sites in this cluster", count=count), what)
        if members.get(row.cells.get("board")) is False:
            found = Message("a cluster of a board that is no member")
            row.note(findings, "board", found, Message("a member board"))
    if cross_denomination:
        return
    boards = {row.cells.get("name"): row.cells.get("board") for row in tables["clusters"] if "name" in row.cells}
    for row in sites:
        expected, board = boards.get(row.cells.get("cluster")), row.cells.get("board")
        if expected is not None and board is not None and board != expected:
            found = Message('"{board}", another board than the cluster\'s', board=board)
            row.note(findings, "board", found, _same_board(expected))


def _same_board(board: str) -> Message:
    also = "cross_denomination = true"
    return Message('"{board}", or any board with {also}', board=board, also=also)


def _check_sites(sites: list[Checked], findings: Findings) -> None:
    """Of the mentors that are counted, no more are trained than there are."""
    what = Message("at most the number of mentors")
    for row in sites:
        mentors, trained = row.cells.get("mentors"), row.cells.get("mentors_trained")
        if trained is None or row.is_unsure("mentors"):
            continue
        if mentors is None:
            found = Message("{trained} trained without a number of mentors", trained=trained)
            row.note(findings, "mentors_trained", found, what)
        elif trained > mentors:
            found = Message("{trained} trained of {mentors}", trained=trained, mentors=mentors)
            row.note(findings, "mentors_trained", found, what)


def _check_mergers(tables: Tables, findings: Findings) -> None:
    """Two or more boards of one partnership, which there are in the year before, become one with a new name."""
    partnership_of = {row.cells.get("name"): row.cells.get("partnership") for row in tables["boards"]}
    year_of = dict.fromkeys(partnership_of, 0)  # since when there is a board
    gone: dict[object, Checked] = {}
    whole = [row for row in tables["mergers"] if all(column.name in row.cells for column in TABLES["mergers"].columns)]
    for row in sorted(whole, key=lambda row: int(row.cells["year"])):
        name, boards = row.cells["name"], listed_in(row.cells["boards"])
        if year_of.get(name) == 0:
            row.note(findings, "name", Message('"{name}", a board that exists', name=name), Message("a new name"))
        if _merge_in_file(row, boards, year_of, partnership_of, gone, findings):
            partnership_of[name] = partnership_of[boards[0]]
            year_of.setdefault(name, row.cells["year"])
            gone |= dict.fromkeys(boards, row)


def _merge_in_file(
    row: Checked,
    boards: Sequence[str],
    year_of: Mapping[object, int],
    partnership_of: Mapping[object, object],
    gone: Mapping[object, Checked],
    findings: Findings,
) -> bool:
    """Whether boards can merge as a row says; if not, the first reason is noted."""
    year, known = int(row.cells["year"]), [name for name in year_of if isinstance(name, str)]
    there = some_of([name for name in known if name not in gone])
    partnerships = dict.fromkeys(str(at) for board in boards if (at := partnership_of.get(board)) is not None)
    for number, board in enumerate(boards):
        if board not in year_of:
            found = Message('the unknown {column} "{name}"', column="board", name=board[:60])
            row.note(findings, "boards", found, there, board, known)
        elif board in boards[:number]:
            row.note(findings, "boards", Message('"{name}" again', name=board), Message("each name once"))
        elif board in gone:
            other = gone[board].cells
            found = Message(
                '"{board}", which goes into "{other}" in year {year}',
                board=board, other=other["name"], year=other["year"],
            )  # fmt: skip
            row.note(findings, "boards", found, there)
        elif year_of[board] >= year:
            found = Message('"{board}", which there is from year {year} on', board=board, year=year_of[board])
            row.note(findings, "year", found, Message("a later year"))
        else:
            continue
        return False
    if len(boards) < 2:
        row.note(findings, "boards", Message('only "{board}"', board=boards[0]), Message("two or more boards"))
    elif len(partnerships) > 1:
        found = Message("boards of {listed}", listed=" + ".join(f'"{name}"' for name in partnerships))
        row.note(findings, "boards", found, Message("boards of one partnership"))
    return len(boards) > 1 >= len(partnerships)


def _check_students(students: list[Checked], findings: Findings) -> None:
    """Each programme and year of a partnership is counted once, also where the partnership was left out."""
    seen: dict[tuple[object, ...], str] = {}
    for row in students:
        key = tuple(row.cells.get(column) for column in TABLES["students"].key)
        if None in key:
            continue
        if key in seen:
            found = Message("this programme and year again, after {seen}", seen=seen[key])
            row.note(findings, "year", found, Message("each once"))
        seen.setdefault(key, row.raw.place)


def _check_schedules(schedules: list[Checked], findings: Findings) -> None:
    """A schedule has one value for every calendar year from its first to its last."""
    whole = [row for row in schedules if "name" in row.cells and "year" in row.cells]
    of_name: dict[str, list[Checked]] = defaultdict(list)
    for row in sorted(whole, key=lambda row: int(row.cells["year"])):
        of_name[row.cells["name"]].append(row)
    for rows in of_name.values():
        for before, row in pairwise(rows):
            earlier, year = before.cells["year"], row.cells["year"]
            if year == earlier:
                found = Message("this schedule and year again, after {seen}", seen=before.raw.place)
                row.note(findings, "year", found, Message("each once"))
            elif year > earlier + 1:
                found = Message("{year} after {earlier}", year=year, earlier=earlier)
                row.note(findings, "year", found, Message("every year from the first to the last"))
