"""Checking a draft: every value against its declaration, then the rows against each other.

The models that pydantic checks with are built from the declarations in `samenspel.model.declared.parameters` and
`samenspel.model.declared.world`; what it finds is put in the words of our users.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    create_model,
)

from samenspel.model.declared.declaration import Parameter, Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.units import UNITS
from samenspel.model.declared.world import LATITUDES, LONGITUDES, SITES_PER_CLUSTER, TABLES, Column, World
from samenspel.model.input.draft import KEYS, REPORTED, Draft, RawRow
from samenspel.model.input.faults import Findings, Given, shown
from samenspel.model.words import Message, Phrase

Row = dict[str, Any]  # the cells of a row that are right in themselves, by column

_STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False, protected_namespaces=())

AT_MOST_ONE = (  # shares of one whole, which together are at most 1
    ("stock_year_1", "stock_year_2", "stock_year_3"),
    ("mbo_level3_share", "mbo_assistant_share"),
    ("academic_share", "pedagogy_share", "parttime_share"),
)


# one value -----------------------------------------------------------------------------------------------------------


def _whole(value: object) -> object:
    """12.0 is a whole number too."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


_Text = Annotated[str, StringConstraints(pattern=r"\S", max_length=200)]


def _type(kind: str, low: float, high: float, words: Mapping[str, str]) -> Any:
    """The type pydantic checks a value of this kind against; `words` are those of a choice, with their value."""
    limits = Field(ge=None if low == -math.inf else low, le=None if high == math.inf else high)
    match kind:
        case "real":
            return Annotated[float, limits]
        case "whole":
            return Annotated[int, BeforeValidator(_whole), limits]
        case "switch":
            return bool
        case "choice":
            named = BeforeValidator(lambda value: words.get(value.lower(), value) if isinstance(value, str) else value)
            return Annotated[Literal[tuple(words.values())], named]
    return _Text


def _words(column: Column) -> dict[str, str]:
    """Every word for a choice, in either language, with its value."""
    return {word: value for value, dutch in column.choices for word in (value, dutch)}


def _limits(parameter: Parameter[Any], beyond: bool) -> tuple[float, float]:
    return (parameter.least, parameter.most) if beyond else (parameter.low, parameter.high)


@cache
def _values_model(beyond: bool) -> type[BaseModel]:
    """All parameters with their defaults, within the plausible range or within what the rules can digest."""
    fields: dict[str, Any] = {
        p.name: (_type(p.kind, *_limits(p, beyond), {name: name for name in p.choices}), p.default)
        for p in PARAMETERS.values()
    }
    return create_model("Values", __config__=_STRICT, **fields)


@cache
def _rows_adapter(table: str) -> TypeAdapter[list[Any]]:
    """All rows of one table."""
    fields: dict[str, Any] = {}
    for column in TABLES[table].columns:
        asked = _type(column.kind, column.low, column.high, _words(column))
        fields[column.name] = (asked, ...) if column.needed else (asked | None, column.default)
    model = create_model(table, __config__=_STRICT, **fields)
    return TypeAdapter(list[model])


def allowed(kind: str, low: float, high: float, unit: str = "", listed: str = "") -> Message:
    """What a user may enter, in one phrase; `listed` are the words of a choice."""
    if kind == "text":
        return Message("a text of 1 to 200 characters")
    if kind == "switch":
        return Message("true or false (yes or no)")
    if kind == "choice":
        return Message("one of {listed}", listed=listed)
    within = _whole_within(low, high) if kind == "whole" else _within(low, high)
    return Message("{what} ({unit})", what=within, unit=Phrase(unit, UNITS[unit])) if unit else within


def allowed_in(column: Column) -> Message:
    """What a user may enter in a column, with its choices in the language of the phrase."""
    if column.kind != "choice":
        return allowed(column.kind, column.low, column.high)
    english, dutch = (", ".join(words) for words in zip(*column.choices, strict=True))
    return allowed("choice", 0, 0, "", Phrase(english, dutch))


def _within(low: float, high: float) -> Message:
    if math.isinf(low) and math.isinf(high):
        return Message("a number")
    if math.isinf(high):
        return Message("a number of at least {low}", low=f"{low:g}")
    return Message("a number from {low} to {high}", low=f"{low:.10g}", high=f"{high:.10g}")


def _whole_within(low: float, high: float) -> Message:
    if math.isinf(low) and math.isinf(high):
        return Message("a whole number")
    if math.isinf(high):
        return Message("a whole number of at least {low}", low=f"{low:g}")
    return Message("a whole number from {low} to {high}", low=f"{low:.10g}", high=f"{high:.10g}")


def allowed_for(parameter: Parameter[Any], beyond: bool = False, value: object = None) -> Message:
    """What may be entered for a parameter; names the way out when only the plausible range forbids `value`."""
    phrase = allowed(parameter.kind, *_limits(parameter, beyond), parameter.unit, ", ".join(parameter.choices))
    if beyond or isinstance(value, bool) or not isinstance(value, int | float):
        return phrase
    if not parameter.least <= value <= parameter.most:
        return phrase
    return Message("{phrase}, or further with beyond_range = true", phrase=phrase)


def _number_in(text: object) -> float:
    """The number a text seems to mean, such as 0.7 for "70 %", or nan."""
    if not isinstance(text, str):
        return math.nan
    bare = text.strip().replace(",", ".")
    try:
        return float(bare.rstrip("% ")) / (100 if bare.endswith("%") else 1)
    except ValueError:
        return math.nan


# parameters ----------------------------------------------------------------------------------------------------------


def checked_values(given: Mapping[str, Given], findings: Findings) -> tuple[dict[str, Value], bool]:
    """Every parameter with its value, and whether the plausible ranges may be left."""
    beyond = given.get("beyond_range")
    is_beyond = beyond is not None and beyond.value is True
    if beyond and not isinstance(beyond.value, bool) and beyond.value is not REPORTED:
        findings.add(beyond.file, beyond.place, shown(beyond.value), allowed("switch", 0, 0))
    raw = {k: v.value for k, v in given.items() if k in PARAMETERS and v.value is not REPORTED}
    unknown = [name for name in given if name not in PARAMETERS and name != "beyond_range"]
    model = _values_model(is_beyond)
    try:
        values = dict(model.model_validate(raw))
    except ValidationError as error:
        wrong = {str(found["loc"][0]): found for found in error.errors(include_url=False)}
        for name in wrong:
            _note_parameter(given[name], name, is_beyond, findings)
        values = dict(model.model_validate({k: v for k, v in raw.items() if k not in wrong}))
    for name in unknown:
        _note_parameter(given[name], name, is_beyond, findings)
    _check_shares(values, given, findings)
    return values, is_beyond


def _note_parameter(given: Given, name: str, beyond: bool, findings: Findings) -> None:
    """Say what is wrong with one parameter."""
    parameter = PARAMETERS.get(name)
    if parameter is None:
        found = Message('the unknown name "{name}"', name=name[:60])
        among = (*PARAMETERS, *KEYS)
        findings.add(given.file, given.place, found, _A_PARAMETER, near=name, among=among)
        return
    what = allowed_for(parameter, beyond, given.value)
    findings.add(given.file, given.place, shown(given.value), what, near=given.value, among=parameter.choices)
    _suggest_number(parameter.kind, *_limits(parameter, beyond), given.value, findings)


def _suggest_number(kind: str, low: float, high: float, value: object, findings: Findings) -> None:
    """Add to the last fault the number that a text seems to mean, if that one is allowed."""
    meant = _number_in(value)
    if low <= meant <= high and (kind == "real" or (kind == "whole" and meant.is_integer())):
        findings.faults[-1] = replace(findings.faults[-1], nearest=f"{meant:.10g}")


_A_PARAMETER = Message("the name of a parameter or table")


def _check_shares(values: Mapping[str, Value], given: Mapping[str, Given], findings: Findings) -> None:
    """Shares of one whole must not add up to more than 1."""
    for names in AT_MOST_ONE:
        total = math.fsum(float(values[name]) for name in names)
        if total > 1 + 1e-9:
            own = [given[name] for name in names if name in given]
            at = own[-1] if own else Given(None, "", names[-1])
            found = Message("{total} for {listed}", total=f"{total:g}", listed=" + ".join(names))
            findings.add(at.file, at.place, found, Message("together at most 1"))


# rows ----------------------------------------------------------------------------------------------------------------


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
    _check_sites(tables["sites"], findings)
    _check_students(tables["students"], findings)
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
            Checked(raw, dict(row)) for raw, row in zip(raws, _rows_adapter(table).validate_python(given), strict=True)
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
        found = Message('the unknown key "{name}"', name=name[:60])
        findings.add(raw.file, place, found, Message("one of {listed}", listed=listed), near=name, among=columns)
        return
    value = raw.cells[name].value if name in raw.cells else None
    missing = Message("no {name}", name=Phrase(name, column.heading_nl))
    text = missing if value is None else _shown_cell(name, value)
    findings.add(raw.file, place, text, allowed_in(column), near=value, among=_words(column))
    _suggest_number(column.kind, column.low, column.high, value, findings)


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
                row.note(findings, "partnership", Message("no partnership"), _one_of(names))
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


def _one_of(names: Sequence[str]) -> Message:
    """A phrase that lists names, as far as they can be read at a glance."""
    listed = ", ".join(f'"{name[:60]}"' for name in names[:8]) + (", ..." if len(names) > 8 else "")
    return Message("one of {listed}", listed=listed)


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
        what = _one_of(list(names))
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
