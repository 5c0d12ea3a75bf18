"""The partnership as data: towns, boards, clusters, sites, students in counts, and the columns that describe them.

Nobody is named here: mentors, trainers and students are counts.
"""
# ruff: noqa: E501  one column is one line, so that the tables can be read as tables

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Self

from samenspel.model.declared.declaration import Parameter, Value
from samenspel.model.declared.parameters import COMMUNITY, PARAMETERS
from samenspel.model.declared.schedules import SCHEDULES

ColumnKind = Literal["text", "texts", "real", "whole", "switch", "choice"]

SITES_PER_CLUSTER = 4
LATITUDES = (50.7, 53.7)  # of the Netherlands
LONGITUDES = (3.2, 7.3)


@dataclass(frozen=True, slots=True)
class Town:
    """Where students live."""

    name: str
    latitude: float
    longitude: float
    inhabitants: int


@dataclass(frozen=True, slots=True)
class PartnershipRow:
    """A partnership of boards with one institute."""

    name: str


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A school board: a member, or a candidate that may accede."""

    name: str
    partnership: str
    denomination: str
    member: bool
    lead: bool
    max_clusters: int
    max_students: int


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """A training cluster; `own` holds what it has for itself, by the name of the parameter (`COMMUNITY`)."""

    name: str
    board: str
    partnership: str
    places: int | None = None
    own: Mapping[str, Value] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, name: str, board: str, partnership: str, places: int | None = None, **own: Value | None) -> Self:
        """A row from its cells; what `own` leaves out or empty is as in the partnership."""
        given = {setting: value for setting in COMMUNITY if (value := own.get(PARAMETERS[setting].column)) is not None}
        return cls(name, board, partnership, places, given)

    def with_own(self, values: Mapping[str, Value]) -> Self:
        """The same cluster with these settings of its own besides those that it has."""
        both = {**self.own, **values}
        return replace(self, own={name: both[name] for name in COMMUNITY if name in both})


@dataclass(frozen=True, slots=True)
class SiteRow:
    """A school or an integrated child centre; without a cluster it is a candidate for growth."""

    name: str
    board: str
    cluster: str | None
    town: str
    latitude: float
    longitude: float
    kind: str
    denomination: str
    concept: str
    pupils: int
    recognised: bool
    mentors: int | None = None
    mentors_trained: int | None = None
    care_mentors: int | None = None


@dataclass(frozen=True, slots=True)
class StudentRow:
    """How many students of a programme and year a partnership's region has, inside and outside."""

    partnership: str
    programme: str
    year: int
    count: int


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """What wages or the grant are from a month of a calendar year on, where a file gives a schedule of its own."""

    name: str
    year: int
    value: float
    month: int = 1


@dataclass(frozen=True, slots=True)
class MergerRow:
    """Boards that become one; `year` is the first school year of the new board."""

    name: str
    boards: tuple[str, ...]
    year: int


@dataclass(frozen=True, slots=True)
class World:
    """All rows of a scenario, in file order; without students the model uses its stock shares."""

    towns: tuple[Town, ...]
    partnerships: tuple[PartnershipRow, ...]
    boards: tuple[BoardRow, ...]
    clusters: tuple[ClusterRow, ...]
    sites: tuple[SiteRow, ...]
    students: tuple[StudentRow, ...] = ()
    schedules: tuple[ScheduleRow, ...] = ()
    mergers: tuple[MergerRow, ...] = ()

    def with_clusters(self, share: float) -> World:
        """The first `ceil(share · clusters − 10⁻⁹)` clusters of each partnership; sites of the others are candidates."""
        if share == 1.0:
            return self
        kept: list[ClusterRow] = []
        for partnership in self.partnerships:
            rows = [row for row in self.clusters if row.partnership == partnership.name]
            kept += rows[: math.ceil(share * len(rows) - 1e-9)]
        names = {row.name for row in kept}
        sites = tuple(row if row.cluster in names else replace(row, cluster=None) for row in self.sites)
        return replace(self, clusters=tuple(row for row in self.clusters if row.name in names), sites=sites)

    def mergers_by_row(self) -> list[tuple[MergerRow, list[int]]]:
        """Mergers by year with the rows of their boards, first the one that goes on (RULES 4.9)."""
        at = {row.name: n for n, row in enumerate(self.boards)}
        found = []
        for merger in sorted(self.mergers, key=lambda merger: merger.year):
            rows = sorted((at[name] for name in merger.boards), key=lambda n: (not self.boards[n].member, n))
            at[merger.name] = rows[0]
            found.append((merger, rows))
        return found


def cells_of(row: Any) -> dict[str, Any]:
    """The cells of a row of any table, by column."""
    cells = asdict(row)
    own = cells.pop("own", None)
    return cells if own is None else cells | {column.name: own.get(name) for name, column in SETTINGS.items()}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its key in a file, its headings and meaning, and what may stand in it.

    `choices` maps each value to its Dutch word, which workbooks accept too. A `needed` column must be filled;
    another may be left empty and then holds `default`, or what `samenspel.model.input.rows` derives for it.
    """

    name: str
    kind: ColumnKind
    heading_en: str
    heading_nl: str
    en: str
    nl: str
    low: float = 0
    high: float = 0
    choices: tuple[tuple[str, str], ...] = ()
    needed: bool = True
    default: bool | int | str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of row; `key` tells rows apart."""

    name: str
    sheet_nl: str
    row: Any
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ("name",)


def _text(name: str, heading_nl: str, en: str, nl: str, needed: bool = True, default: str | None = None) -> Column:
    return Column(name, "text", name.replace("_", " "), heading_nl, en, nl, needed=needed, default=default)


def _texts(name: str, heading_nl: str, en: str, nl: str) -> Column:
    return Column(name, "texts", name, heading_nl, en, nl)


def _switch(name: str, heading_nl: str, en: str, nl: str, needed: bool = True) -> Column:
    return Column(name, "switch", name, heading_nl, en, nl, needed=needed, default=None if needed else False)


def _whole(
    name: str, heading_nl: str, low: int, high: int, en: str, nl: str, needed: bool = True, default: int | None = None
) -> Column:
    return Column(name, "whole", name.replace("_", " "), heading_nl, en, nl, low, high, needed=needed, default=default)


def _real(name: str, heading_nl: str, limits: tuple[float, float], en: str, nl: str, needed: bool = True) -> Column:
    return Column(name, "real", name.replace("_", " "), heading_nl, en, nl, *limits, needed=needed)


def _setting(parameter: Parameter[Any]) -> Column:
    """What a cluster can have for itself, in all that the rules can digest: what somebody arranged is a fact."""
    words = tuple((option.word, option.nl) for option in parameter.options or ())
    return Column(
        parameter.column, parameter.kind, parameter.column.replace("_", " "), parameter.heading_nl,
        f"{parameter.en}; empty: as everywhere", f"{parameter.nl}; leeg: zoals overal",
        parameter.least, parameter.most, words, needed=False,
    )  # fmt: skip


SETTINGS: dict[str, Column] = {
    name: _setting(PARAMETERS[name]) for name in sorted(COMMUNITY, key=lambda name: PARAMETERS[name].unit != "h/week")
}
"""The columns of what a cluster can have for itself, by the name of the parameter; what is counted comes first."""


def _choice(name: str, heading_nl: str, choices: dict[str, str], en: str, nl: str, needed: bool = True) -> Column:
    return Column(name, "choice", name, heading_nl, en, nl, choices=tuple(choices.items()), needed=needed)


_DENOMINATIONS = {
    "christian": "christelijk",
    "catholic": "katholiek",
    "public": "openbaar",
    "mixed": "gemengd",
}
_PROGRAMMES = {
    "fulltime": "voltijd",
    "parttime": "deeltijd",
    "academic": "academisch",
    "pedagogy": "pedagogiek",
}

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        Table("towns", "plaatsen", Town, (
            _text("name", "naam", "Name of the town or village", "Naam van de plaats"),
            _real("latitude", "breedtegraad", LATITUDES, "Degrees north, about 53", "Graden noorderbreedte, ongeveer 53"),
            _real("longitude", "lengtegraad", LONGITUDES, "Degrees east, about 6", "Graden oosterlengte, ongeveer 6"),
            _whole("inhabitants", "inwoners", 1, 2_000_000, "Number of inhabitants, roughly: students live in proportion to it", "Aantal inwoners, ongeveer: studenten wonen naar rato"),
        )),
        Table("partnerships", "partnerschappen", PartnershipRow, (
            _text("name", "naam", "Name of the partnership", "Naam van het partnerschap"),
        )),
        Table("boards", "besturen", BoardRow, (
            _text("name", "naam", "Name of the board", "Naam van het bestuur"),
            _text("partnership", "partnerschap", "Only with more than one partnership: which one", "Alleen bij meer dan één partnerschap: welk", needed=False),
            _choice("denomination", "denominatie", _DENOMINATIONS, "Denomination of the board", "Denominatie van het bestuur"),
            _switch("member", "deelnemer", "Whether the board takes part now; no: it may accede", "Of het bestuur nu deelneemt; nee: het kan toetreden"),
            _switch("lead", "penvoerder", "Whether this board keeps the grant; exactly one does", "Of dit bestuur penvoerder is; precies één bestuur is dat", needed=False),
            _whole("max_clusters", "meeste clusters", 0, 1000, "Most clusters under the covenant", "Hoogste aantal clusters volgens het convenant"),
            _whole("max_students", "meeste studenten", 0, 100_000, "Most students under the covenant", "Hoogste aantal studenten volgens het convenant"),
        )),
        Table("clusters", "clusters", ClusterRow.of, (
            _text("name", "naam", "Name of the training cluster", "Naam van het opleidingscluster"),
            _text("board", "bestuur", "Board, as on the sheet of boards", "Bestuur, zoals op het blad met besturen"),
            _text("partnership", "partnerschap", "Only if it differs from its board's", "Alleen als het afwijkt van dat van het bestuur", needed=False),
            _whole("places", "plaatsen", 1, 400, "Hbo places, years 1 to 4; empty: as everywhere", "Hbo-plaatsen, jaar 1 tot en met 4; leeg: zoals overal", needed=False),
            *SETTINGS.values(),
        )),
        Table("sites", "locaties", SiteRow, (
            _text("name", "naam", "Name of the school or IKC", "Naam van de school of het IKC"),
            _text("board", "bestuur", "Board, as on the sheet of boards", "Bestuur, zoals op het blad met besturen"),
            _text("cluster", "cluster", "Cluster, as on the sheet of clusters; empty: a candidate for growth", "Cluster, zoals op het blad met clusters; leeg: kandidaat voor groei", needed=False),
            _text("town", "plaats", "Town, as on the sheet of towns", "Plaats, zoals op het blad met plaatsen"),
            _real("latitude", "breedtegraad", LATITUDES, "Degrees north; empty: in the middle of its town", "Graden noorderbreedte; leeg: midden in de plaats", needed=False),
            _real("longitude", "lengtegraad", LONGITUDES, "Degrees east; empty: in the middle of its town", "Graden oosterlengte; leeg: midden in de plaats", needed=False),
            _choice("kind", "soort", {"school": "school", "ikc": "ikc"}, "School or integrated child centre (IKC)", "School of integraal kindcentrum (IKC)"),
            _choice("denomination", "denominatie", _DENOMINATIONS, "Denomination; empty: its board's", "Denominatie; leeg: die van het bestuur", needed=False),
            _text("concept", "concept", "Educational concept, such as dalton; empty: regular", "Onderwijsconcept, zoals dalton; leeg: regulier", needed=False, default="regular"),
            _whole("pupils", "leerlingen", 1, 5000, "Number of pupils", "Aantal leerlingen"),
            _switch("recognised", "erkend", "Whether it is recognised for mbo students (SBB)", "Of de locatie erkend is voor mbo-studenten (SBB)", needed=False),
            _whole("mentors", "mentoren", 0, 1000, "Number of teachers willing to be a mentor; empty: estimated from the pupils", "Aantal leraren dat mentor wil zijn; leeg: geschat uit de leerlingen", needed=False),
            _whole("mentors_trained", "mentoren geschoold", 0, 1000, "How many of them are trained in supervision", "Hoeveel van hen geschoold zijn in begeleiden", needed=False),
            _whole("care_mentors", "werkbegeleiders", 0, 1000, "Number of childcare workers who can supervise mbo students", "Aantal pedagogisch medewerkers dat mbo-studenten kan begeleiden", needed=False),
        )),
        Table("students", "studenten", StudentRow, (
            _text("partnership", "partnerschap", "Only with more than one partnership: which one", "Alleen bij meer dan één partnerschap: welk", needed=False),
            _choice("programme", "opleiding", _PROGRAMMES, "Programme of the hbo students", "Opleiding van de hbo-studenten"),
            _whole("year", "leerjaar", 1, 4, "Year of study, 1 to 4", "Studiejaar, 1 tot en met 4"),
            _whole("count", "aantal", 0, 100_000, "Number of students of the region, inside and outside the partnership", "Aantal studenten van de regio, binnen en buiten het partnerschap"),
        ), key=("partnership", "programme", "year")),
        Table("schedules", "bedragen per jaar", ScheduleRow, (
            _choice("name", "naam", {name: name for name in SCHEDULES}, "Which schedule, as samenspel schedules lists them; it then holds as filled in here, in every year", "Welke reeks, zoals samenspel schedules ze noemt; die geldt dan zoals hier ingevuld, in elk jaar"),
            _whole("year", "jaar", 1900, 2200, "Calendar year; every year from the first to the last", "Kalenderjaar; elk jaar van het eerste tot en met het laatste"),
            _real("value", "waarde", (0.0, 10_000_000.0), "From when it holds until the next row: euros a year, or wages as a factor on the costs per hour", "Vanaf dan tot de volgende rij: euro per jaar, of de lonen als factor op de kosten per uur"),
            _whole("month", "maand", 1, 12, "Month of that year from which it holds, 1 to 12; empty: 1", "Maand van dat jaar vanaf wanneer het geldt, 1 tot en met 12; leeg: 1", needed=False, default=1),
        ), key=("name", "year")),
        Table("mergers", "fusies", MergerRow, (
            _text("name", "naam", "Name of the board that they become, a new one", "Naam van het bestuur dat zij worden, een nieuwe"),
            _texts("boards", "besturen", "The boards that merge, with ; between them", "De besturen die fuseren, met ; ertussen"),
            _whole("year", "schooljaar", 1, 1000, "First school year of the new board, counted from the start", "Eerste schooljaar van het nieuwe bestuur, geteld vanaf het begin"),
        )),
    )
}  # fmt: skip
