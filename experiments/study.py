"""Study files: what is varied, by which design, how often, and what is kept; checked like scenarios.

`Study.load` reads a built-in name or a `.toml` file and raises `InputFaults` with every fault there is.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from experiments.designs import KINDS, MANY, SAMPLED, Design, points_of, size_of
from experiments.factors import Factor, Point, Points
from model.declaration import Parameter, Value
from model.faults import Fault, Findings, InputFaults, Phrase, shown
from model.indicators import INDICATORS
from model.parameters import PARAMETERS
from model.scenario import Scenario
from model.scenario_checks import allowed_for
from model.scenario_source import Draft, _parsed
from model.summary import GROUPINGS

FOLDER = Path(__file__).parent / "studies"
TITLES = ("title", "title_nl", "description", "description_nl")
NUMBERS = {"replications": (1, 100_000), "years": (1, 200), "seed": (0, 2**63 - 1)}
TABLES = ("design", "levers", "uncertainties", "record", "precision")
KEYS = ("scenario", *NUMBERS, "beyond_range", "time_limit", *TITLES, *TABLES)
DESIGN_NUMBERS = {
    "points": (1, 10**9),
    "lever_points": (1, 10**9),
    "levels": (1, 10_000),
    "trajectories": (1, 10**6),
    "size": (1, 10**12),
}
BELONGS_TO = {  # where a number of the design says something
    "points": SAMPLED,
    "lever_points": SAMPLED,
    "levels": ("factorial", "morris", "one-at-a-time"),
    "trajectories": ("morris",),
    "size": KINDS,
    "file": ("table",),
}
RULES = ("half_width", "relative_half_width", "coefficient_of_variation")


@dataclass(frozen=True)
class Record:
    """What is kept of each run besides the indicators of its last year.

    Attributes
    ----------
    weekly
        Whether every week is kept.
    by
        Groupings of which supervision is kept.
    indicators
        The indicators that are kept.
    """

    weekly: bool = False
    by: tuple[str, ...] = ()
    indicators: tuple[str, ...] = tuple(INDICATORS)


@dataclass(frozen=True)
class Precision:
    """When there are enough replications: for each indicator and every point, `rule` must be at most `limit`.

    `half_width` and `relative_half_width` are of the 95 % interval of a point's mean, the second as a part of that
    mean; `coefficient_of_variation` is the standard error as a part of the mean. As long as that is not so, rounds
    of as many replications again are added, up to `at_most`.
    """

    rule: str = "relative_half_width"
    limit: float = 0.05
    indicators: tuple[str, ...] = tuple(INDICATORS)
    at_most: int = 0


@dataclass(frozen=True)
class Study:
    """A study that can run."""

    name: str
    scenario: Scenario
    design: Design = field(default_factory=Design)
    levers: tuple[Factor, ...] = ()
    uncertainties: tuple[Factor, ...] = ()
    replications: int = 30
    years: int = 5
    seed: int = 1
    time_limit: float = 600.0
    record: Record = field(default_factory=Record)
    precision: Precision = field(default_factory=Precision)
    document: Mapping[str, Any] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, source: str | Path) -> Study:
        """A built-in study or a `.toml` file; raises `InputFaults` with every fault there is."""
        built_in = str(source) in cls.names()
        path = FOLDER / f"{source}.toml" if built_in else Path(source)
        document = _document(path, str(source))
        return cls.of(document, name=path.stem, file=str(source), folder=path.parent)

    @classmethod
    def of(
        cls, document: Mapping[str, Any], name: str = "study", file: str = "study", folder: str | Path = "."
    ) -> Study:
        """The study that a document describes, as a study file holds it; `folder` is where its paths begin."""
        reader = _Reader(dict(document), file, Path(folder))
        study = reader.study(name)
        reader.findings.raise_any()
        assert study is not None
        return study

    @classmethod
    def check(cls, source: str | Path) -> list[Fault]:
        """Every fault of a study file; an empty list when it can run."""
        try:
            cls.load(source)
        except InputFaults as faults:
            return faults.faults
        return []

    @staticmethod
    def names() -> tuple[str, ...]:
        """The built-in studies."""
        return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))

    @cached_property
    def points(self) -> Points:
        """What is run; a point holds the values it changes."""
        return points_of(self.design, self.levers, self.uncertainties, self.scenario.values, self.seed)

    @property
    def varied(self) -> tuple[str, ...]:
        """The parameters that points change, levers first."""
        return (*self.lever_names, *self.uncertainty_names)

    @property
    def lever_names(self) -> tuple[str, ...]:
        """The levers, those of a table included."""
        in_table = tuple(self.design.table[0]) if self.design.table else ()
        return (*in_table, *(factor.name for factor in self.levers))

    @property
    def uncertainty_names(self) -> tuple[str, ...]:
        """The uncertainties."""
        return tuple(factor.name for factor in self.uncertainties)

    def title(self, lang: str) -> str:
        """What the study is called."""
        own, other = ("title_nl", "title") if lang == "nl" else ("title", "title_nl")
        return self.titles.get(own) or self.titles.get(other) or self.name


def is_study(path: Path) -> bool:
    """Whether a TOML file looks like a study rather than a scenario: it has one of a study's tables."""
    if path.suffix.lower() != ".toml":
        return False
    content = _parsed(path, Draft(path.stem, str(path))) if path.is_file() else None
    return content is not None and any(isinstance(content.get(table), dict) for table in TABLES)


def _document(path: Path, file: str) -> dict[str, Any]:
    """The content of a study file."""
    findings = Findings()
    if not path.is_file() or path.suffix.lower() != ".toml":
        found = Phrase(f'"{path.name[:60]}"', f'"{path.name[:60]}"')
        names = ", ".join(Study.names())
        allowed = Phrase(
            f"a path to a .toml file, or a built-in study: {names}",
            f"een pad naar een .toml-bestand, of een ingebouwde studie: {names}",
        )
        findings.add(file, "", found, allowed, near=path.stem, among=Study.names())
        findings.raise_any()
    draft = Draft(path.stem, file, findings=findings)
    content = _parsed(path, draft)
    findings.raise_any()
    assert content is not None
    return content


class _Reader:
    """Reads one document, noting every fault on the way."""

    def __init__(self, document: dict[str, Any], file: str, folder: Path) -> None:
        self.document = document
        self.file = file
        self.folder = folder
        self.findings = Findings()

    # --- the whole ---

    def study(self, name: str) -> Study | None:
        """The study, or nothing when there are faults."""
        self._unknown(self.document, "", KEYS)
        numbers: dict[str, int] = {}
        for key, limits in NUMBERS.items():
            if (number := self._whole(self.document, "", key, *limits)) is not None:
                numbers[key] = number
        beyond = self._switch(self.document, "", "beyond_range", False)
        limit = self._number(self.document, "", "time_limit", 600.0, 0.01, 1e7)
        titles = {key: self._text(key) for key in TITLES if key in self.document}
        levers, fixed = self._factors("levers", beyond)
        uncertainties, more = self._factors("uncertainties", beyond)
        scenario = self._scenario(beyond, {**fixed, **more})
        design = self._design(beyond)
        self._twice(levers, uncertainties, [*fixed, *more], design)
        record = self._record()
        precision = self._precision(record, numbers.get("replications", 30))
        if scenario is not None:
            self._check_values(scenario, [*levers, *uncertainties], design)
        self._check_design(design, levers, uncertainties)
        if self.findings.faults or scenario is None:
            return None
        return Study(
            name, scenario, design, tuple(levers), tuple(uncertainties), time_limit=limit,
            record=record, precision=precision, document=self.document, titles=titles, **numbers,
        )  # fmt: skip

    def _scenario(self, beyond: bool, fixed: Point) -> Scenario | None:
        """The base scenario with what the study sets for all its points."""
        source = self.document.get("scenario", "baseline")
        if not isinstance(source, str) or not source:
            self._note("scenario", source, Phrase("the name or path of a scenario", "naam of pad van een scenario"))
            return None
        try:
            at = source if source in Scenario.names() else self.folder / source
            scenario = Scenario.load(at)
        except InputFaults as wrong:
            self.findings.faults += [replace(fault, file=f"{self.file}: {fault.file}") for fault in wrong.faults]
            return None
        try:
            return scenario.with_values(**({"beyond_range": True} if beyond else {}), **fixed)
        except InputFaults as wrong:
            self.findings.faults += [replace(fault, file=self.file) for fault in wrong.faults]
            return None

    # --- factors ---

    def _factors(self, table: str, beyond: bool) -> tuple[list[Factor], Point]:
        """What a table varies, and what it sets to one value for all points."""
        factors: list[Factor] = []
        fixed: Point = {}
        for name, given in self._table(table).items():
            place = f"[{table}] {name}"
            if (parameter := self._parameter(place, name)) is None:
                continue
            if isinstance(given, dict):
                factor = self._range(place, parameter, given, beyond)
            elif isinstance(given, list):
                factor = self._list(place, parameter, given, beyond)
            elif given == "declared":
                factor = Factor.declared(parameter)
            else:
                if (value := self._value(place, parameter, given, beyond)) is not None:
                    fixed[name] = value
                continue
            factors += [factor] if factor else []
        return factors, fixed

    def _parameter(self, place: str, name: str) -> Parameter | None:
        if name not in PARAMETERS:
            found = Phrase(f'the unknown name "{name[:60]}"', f'de onbekende naam "{name[:60]}"')
            self.findings.add(self.file, place, found, _A_PARAMETER, near=name, among=PARAMETERS)
        return PARAMETERS.get(name)

    def _list(self, place: str, parameter: Parameter, given: list[Any], beyond: bool) -> Factor | None:
        """A list means a sweep: each of these."""
        if not given:
            self._note(place, Phrase("an empty list", "een lege lijst"), _VALUES)
            return None
        values = [self._value(place, parameter, value, beyond) for value in given]
        right = [value for value in values if value is not None]
        for value in dict.fromkeys(value for value in right if right.count(value) > 1):
            found = Phrase(f"{shown(value)} more than once", f"{_nl(shown(value))} meer dan eens")
            self._note(place, found, Phrase("each value once", "elke waarde eenmaal"))
        return Factor(parameter, tuple(right)) if len(right) == len(values) else None

    def _range(self, place: str, parameter: Parameter, given: dict[str, Any], beyond: bool) -> Factor | None:
        """A range, or its faults."""
        if parameter.kind not in ("real", "whole"):
            self._note(place, given, Phrase('a list, or "declared"', 'een lijst, of "declared"'))
            return None
        if set(given) != {"low", "high"}:
            self._note(place, Phrase(*_keys(given)), Phrase("{ low = …, high = … }"))
            return None
        ends = [self._value(f"{place}.{end}", parameter, given[end], beyond) for end in ("low", "high")]
        if ends[0] is None or ends[1] is None:
            return None
        low, high = float(ends[0]), float(ends[1])
        if low >= high:
            found = Phrase(f"low {low:g} and high {high:g}", f"low {low:g} en high {high:g}")
            self._note(place, found, Phrase("low below high", "low onder high"))
            return None
        return Factor(parameter, low=low, high=high, sampled=True)

    def _value(self, place: str, parameter: Parameter, given: Any, beyond: bool) -> Value | None:
        """One value of a parameter, of its own kind and within its range; else nothing, and the fault is noted."""
        value = _of_kind(parameter, given)
        low, high = (parameter.least, parameter.most) if beyond else (parameter.low, parameter.high)
        in_range = value is not None and (parameter.kind in ("switch", "choice") or low <= float(value) <= high)
        if in_range:
            return value
        what = allowed_for(parameter, beyond, given)
        self.findings.add(self.file, place, shown(given), what, near=given, among=parameter.choices)
        return None

    def _twice(self, levers: list[Factor], uncertainties: list[Factor], fixed: list[str], design: Design) -> None:
        """A parameter may be given once only."""
        in_table = list(design.table[0]) if design.table else []
        names = [*(factor.name for factor in (*levers, *uncertainties)), *fixed, *in_table]
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            where = Phrase("the levers, uncertainties or table", "hefbomen, onzekerheden of tabel")
            found = Phrase(f"{name} more than once", f"{name} meer dan eens")
            self._note(where, found, Phrase("each parameter once", "elke parameter eenmaal"))

    def _check_values(self, scenario: Scenario, factors: list[Factor], design: Design) -> None:
        """Each listed value by itself in the scenario: what is wrong with it there is told before any run."""
        changes = [(f"{factor.name}", {factor.name: value}) for factor in factors for value in factor.values]
        changes += [(f"row {row}", point) for row, point in enumerate(design.table[:10_000], 2)]
        for place, change in changes:
            try:
                scenario.with_values(**change)
            except InputFaults as wrong:
                self.findings.faults += [replace(fault, file=self.file, place=place) for fault in wrong.faults]

    # --- design ---

    def _design(self, beyond: bool) -> Design:
        """How points are chosen."""
        table = self._table("design")
        self._unknown(table, "[design] ", ("kind", "file", *DESIGN_NUMBERS))
        kind = table.get("kind", "factorial")
        if kind not in KINDS:
            what = _one_of(KINDS)
            self.findings.add(self.file, "[design] kind", shown(kind), what, near=kind, among=KINDS)
            kind = "factorial"
        numbers = {}
        for key, limits in DESIGN_NUMBERS.items():
            if key in table and (number := self._whole(table, "[design] ", key, *limits)) is not None:
                numbers[key] = number
        for key in table:
            if key in BELONGS_TO and kind not in BELONGS_TO[key]:
                found = Phrase(f"{key} with {kind}", f"{key} bij {kind}")
                kinds = ", ".join(BELONGS_TO[key])
                self._note(f"[design] {key}", found, Phrase(f"only with {kinds}", f"alleen bij {kinds}"))
        if kind == "morris":
            numbers.setdefault("levels", 4)
        return Design(kind, **numbers, table=self._points_file(table, beyond) if kind == "table" else ())

    def _check_design(self, design: Design, levers: list[Factor], uncertainties: list[Factor]) -> None:
        """A design needs points, in a number that is meant."""
        both = [*levers, *uncertainties]
        sampled = [factor for factor in both if factor.sampled]
        if design.kind in SAMPLED:
            for key, number in (("points", design.points), ("lever_points", design.lever_points)):
                if key == "points" and not number:
                    self._note("[design] points", Phrase("nothing", "niets"), _POINTS)
                elif design.kind == "sobol" and number & (number - 1):
                    self._note(f"[design] {key}", number, Phrase("a power of two", "een macht van twee"))
        if design.kind == "morris" and design.levels % 2:
            self._note("[design] levels", design.levels, Phrase("an even number", "een even getal"))
        if design.kind == "table" and sampled:
            names = ", ".join(factor.name for factor in sampled)
            found = Phrase(f"a range for {names}", f"een bereik voor {names}")
            self._note("[design] kind", found, Phrase("lists beside a table", "lijsten naast een tabel"))
        if design.kind in (*SAMPLED, "morris") and both and not sampled:
            found = Phrase("lists only", "alleen lijsten")
            self._note("[design] kind", found, Phrase("a range to sample", "een bereik om uit te trekken"))
        if not (both or self.findings.faults or design.kind == "table"):
            found = Phrase("nothing that varies", "niets wat varieert")
            self._note("[levers]", found, Phrase("a lever or an uncertainty", "een hefboom of onzekerheid"))
        if not self.findings.faults:
            self._check_size(design, size_of(design, levers, uncertainties))

    def _check_size(self, design: Design, size: int) -> None:
        """A million points are made when somebody means them."""
        if size < MANY or size == design.size:
            return
        found = Phrase(f"a design of {size:,} points", f"een ontwerp van {size:,} punten".replace(",", "."))
        what = f"{MANY:,}"
        allowed = Phrase(
            f"fewer than {what}, or size = {size} where it is meant",
            f"minder dan {what.replace(',', '.')}, of size = {size} als dat de bedoeling is",
        )
        self._note("[design] size", found, allowed)

    def _points_file(self, table: dict[str, Any], beyond: bool) -> tuple[Point, ...]:
        """The rows of a CSV file as points."""
        name = table.get("file")
        path = self.folder / str(name)
        if not isinstance(name, str) or not path.is_file():
            what = Phrase("the path of a CSV file that exists", "het pad van een bestaand CSV-bestand")
            self._note("[design] file", shown(name), what)
            return ()
        try:
            with path.open(encoding="utf-8-sig", newline="") as stream:
                rows = [row for row in csv.reader(stream) if any(cell.strip() for cell in row)]
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            self._note("[design] file", Phrase(str(error)), Phrase("a CSV file in UTF-8", "een CSV-bestand in UTF-8"))
            return ()
        return self._rows(path.name, rows, beyond)

    def _rows(self, name: str, rows: list[list[str]], beyond: bool) -> tuple[Point, ...]:
        """Points from the cells of a table whose first row names parameters."""
        if len(rows) < 2:
            found = Phrase("a table without points", "een tabel zonder punten")
            self._note(f"[design] {name}", found, Phrase("a heading and a row a point", "een kop en een rij per punt"))
            return ()
        head = [cell.strip() for cell in rows[0]]
        parameters = [self._parameter(f"[design] {name}, column {at}", cell) for at, cell in enumerate(head, 1)]
        for column in dict.fromkeys(cell for cell in head if head.count(cell) > 1):
            found = Phrase(f"the column {column} twice", f"de kolom {column} tweemaal")
            self._note(f"[design] {name}", found, Phrase("each column once", "elke kolom eenmaal"))
        points = []
        for line, row in enumerate(rows[1:], 2):
            if len(row) != len(head):
                found = Phrase(f"{len(row)} cells", f"{len(row)} cellen")
                self._note(f"[design] {name}, row {line}", found, Phrase(f"{len(head)} cells", f"{len(head)} cellen"))
                continue
            cells = {
                parameter.name: self._value(
                    f"[design] {name}, row {line}, {parameter.name}", parameter, _read(parameter, cell), beyond
                )
                for parameter, cell in zip(parameters, row, strict=True)
                if parameter is not None
            }
            points.append({key: value for key, value in cells.items() if value is not None})
        return tuple(points)

    # --- record and precision ---

    def _record(self) -> Record:
        """What is kept."""
        table = self._table("record")
        self._unknown(table, "[record] ", ("weekly", "by", "indicators"))
        weekly = self._switch(table, "[record] ", "weekly", False)
        by = self._names(table, "[record] ", "by", GROUPINGS, ())
        return Record(weekly, by, self._names(table, "[record] ", "indicators", INDICATORS, tuple(INDICATORS)))

    def _precision(self, record: Record, replications: int) -> Precision:
        """When there are enough replications."""
        table = self._table("precision")
        self._unknown(table, "[precision] ", (*RULES, "indicators", "at_most"))
        rules = [rule for rule in RULES if rule in table]
        if len(rules) > 1:
            found = Phrase(" and ".join(rules), " en ".join(rules))
            self._note("[precision]", found, Phrase("one of these", "een van deze"))
        rule = rules[0] if rules else "relative_half_width"
        limit = self._number(table, "[precision] ", rule, 0.05, 1e-12, 1e12)
        indicators = self._names(table, "[precision] ", "indicators", record.indicators, record.indicators)
        at_most = 0
        if "at_most" in table:
            at_most = self._whole(table, "[precision] ", "at_most", replications, 100_000) or 0
        return Precision(rule, limit, indicators, at_most)

    # --- what every part needs ---

    def _note(self, place: str, found: object, allowed: str) -> None:
        self.findings.add(self.file, place, found if isinstance(found, Phrase) else shown(found), allowed)

    def _text(self, key: str) -> str:
        if not isinstance(given := self.document[key], str):
            self._note(key, given, Phrase("a text", "een tekst"))
        return str(given)

    def _table(self, name: str) -> dict[str, Any]:
        """A table of the document, empty when it is left out."""
        table = self.document.get(name, {})
        if isinstance(table, dict):
            return table
        self._note(name, table, Phrase(f"a table: [{name}]", f"een tabel: [{name}]"))
        return {}

    def _unknown(self, table: Mapping[str, Any], prefix: str, keys: Sequence[str]) -> None:
        for key in table:
            if key not in keys:
                found = Phrase(f'the unknown key "{key[:60]}"', f'de onbekende sleutel "{key[:60]}"')
                self.findings.add(self.file, f"{prefix}{key[:60]}", found, _one_of(keys), near=key, among=keys)

    def _whole(self, table: Mapping[str, Any], prefix: str, key: str, low: int, high: int) -> int | None:
        """A whole number between bounds; nothing when it is left out or wrong."""
        if key not in table:
            return None
        given = table[key]
        if isinstance(given, int) and not isinstance(given, bool) and low <= given <= high:
            return given
        what = Phrase(f"a whole number from {low} to {high}", f"een geheel getal van {low} tot en met {high}")
        self._note(f"{prefix}{key}", given, what)
        return None

    def _number(
        self, table: Mapping[str, Any], prefix: str, key: str, default: float, low: float, high: float
    ) -> float:
        given = table.get(key, default)
        if isinstance(given, int | float) and not isinstance(given, bool) and low <= given <= high:
            return float(given)
        what = Phrase(f"a number from {low:g} to {high:g}", f"een getal van {low:g} tot en met {high:g}")
        self._note(f"{prefix}{key}", given, what)
        return default

    def _switch(self, table: Mapping[str, Any], prefix: str, key: str, default: bool) -> bool:
        given = table.get(key, default)
        if isinstance(given, bool):
            return given
        self._note(f"{prefix}{key}", given, Phrase("true or false", "true of false"))
        return default

    def _names(
        self, table: Mapping[str, Any], prefix: str, key: str, among: Collection[str], default: tuple[str, ...]
    ) -> tuple[str, ...]:
        """A list of names, each of them known."""
        given = table.get(key, list(default))
        if not isinstance(given, list):
            self._note(f"{prefix}{key}", given, Phrase("a list of names", "een lijst namen"))
            return default
        for name in given:
            if name not in among:
                self.findings.add(self.file, f"{prefix}{key}", shown(name), _one_of(among), near=name, among=among)
        return tuple(dict.fromkeys(str(name) for name in given))


_A_PARAMETER = Phrase("the name of a parameter", "de naam van een parameter")
_VALUES = Phrase("one value or more", "een of meer waarden")
_POINTS = Phrase("points = 256, say: how many are sampled", "points = 256, bijvoorbeeld: hoeveel er getrokken worden")


def _one_of(names: Collection[str]) -> Phrase:
    listed = ", ".join(names)
    return Phrase(f"one of {listed}", f"een van {listed}")


def _nl(text: str) -> str:
    return text.nl if isinstance(text, Phrase) else text


def _keys(given: Mapping[str, Any]) -> tuple[str, str]:
    listed = ", ".join(given) or "–"
    return f"a table with {listed}", f"een tabel met {listed}"


def _of_kind(parameter: Parameter, given: Any) -> Value | None:
    """The value as its parameter's kind, or nothing when it is of another."""
    match parameter.kind:
        case "switch":
            return given if isinstance(given, bool) else None
        case "choice":
            return given if given in parameter.choices else None
    if isinstance(given, bool) or not isinstance(given, int | float) or not math.isfinite(given):
        return None
    if parameter.kind == "real":
        return float(given)
    return int(given) if float(given).is_integer() else None


def _read(parameter: Parameter, cell: str) -> Value:
    """A cell of a CSV file as its parameter's kind; what cannot be read stays text, and is then found wrong."""
    text = cell.strip()
    if parameter.kind == "switch":
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    if parameter.kind == "choice":
        return text
    try:
        return float(text)
    except ValueError:
        return text
