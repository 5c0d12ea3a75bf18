"""How a study file is read and checked."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from samenspel.experiments.study.designs import KINDS, MANY, SAMPLED, Design, size_of
from samenspel.experiments.study.factors import Factor, Point
from samenspel.experiments.study.parts import RULES, TABLES, Precision, Record
from samenspel.experiments.study.ranges import as_written, distribution_of, is_shape, keys_of
from samenspel.experiments.study.reading import TITLES, DocumentReader, one_of
from samenspel.model.declared.declaration import Parameter, Value
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults, shown
from samenspel.model.input.scenario import Scenario
from samenspel.model.input.source import is_file
from samenspel.model.measures.groups import GROUPINGS
from samenspel.model.words import Listed, Message, Number, Phrase

NUMBERS = {"replications": (1, 100_000), "years": (1, 200), "seed": (0, 2**63 - 1)}
KEYS = ("scenario", *NUMBERS, "beyond_range", "time_limit", *TITLES, "clusters", *TABLES)
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
VALUES_AT_MOST = 1_000  # in a list
POINTS_BYTES_AT_MOST = 50_000_000
_VALUES = Message("1 to {values_at_most} values, or a range, or a table", values_at_most=VALUES_AT_MOST)
UNCERTAIN, ASSUMED = "uncertain", "assumed"
_UNCERTAINTIES = Message(
    '"{uncertain}" or "{assumed}", or a table: [uncertainties]', uncertain=UNCERTAIN, assumed=ASSUMED
)
_POINTS_FILE = Message("a CSV file in UTF-8 of at most 50 MB")
_POINTS = Message("points = 256, say: how many are sampled")


class StudyReader(DocumentReader):
    """Reads a study."""

    _lines: Sequence[int] = ()  # where the points of a table stand in its file

    # --- the whole ---

    def fields(self) -> dict[str, Any] | None:
        """The fields of the study, or nothing when there are faults."""
        self.unknown(self.document, "", KEYS)
        self._write_out()
        numbers = self.wholes(NUMBERS)
        beyond = self.switch(self.document, "", "beyond_range", False)
        limit = self.number(self.document, "", "time_limit", 600.0, 0.01, 1e7)
        titles = self.titles()
        levers, fixed = self._factors("levers", beyond)
        uncertainties, more = self._factors("uncertainties", beyond)
        scenario = self._with(self.scenario(), beyond, {**fixed, **more})
        design = self._design(beyond)
        self._twice(levers, uncertainties, [*fixed, *more], design)
        record = self._record()
        precision = self._precision(record, numbers.get("replications", 30))
        if scenario is not None:
            self._check_values(scenario, [*levers, *uncertainties], design)
        self._check_design(design, levers, uncertainties)
        if self.findings.faults or scenario is None:
            return None
        return {
            "scenario": scenario, "design": design, "levers": tuple(levers), "uncertainties": tuple(uncertainties),
            "time_limit": limit, "record": record, "precision": precision, "document": self.document,
            "titles": titles, **numbers,
        }  # fmt: skip

    def _with(self, scenario: Scenario | None, beyond: bool, fixed: Point) -> Scenario | None:
        """The scenario with what the study sets for all its points."""
        if scenario is None:
            return None
        try:
            scenario = scenario.with_values(**({"beyond_range": True} if beyond else {}), **fixed)
        except InputFaults as wrong:
            self.findings.faults += [replace(fault, file=self.file) for fault in wrong.faults]
            return None
        return self._with_clusters(scenario)

    def _with_clusters(self, scenario: Scenario) -> Scenario | None:
        """The scenario with what the study gives clusters for themselves."""
        given = self.table("clusters")
        for name, own in given.items():
            if not isinstance(own, dict):
                self.note(f"[clusters] {name[:60]}", own, Message("a table"))
        try:
            return scenario.with_clusters({name: own for name, own in given.items() if isinstance(own, dict)})
        except InputFaults as wrong:
            self.findings.faults += [
                replace(fault, file=self.file, place=f"[clusters] {fault.place}") for fault in wrong.faults
            ]
            return None

    # --- factors ---

    def _write_out(self) -> None:
        """Put names, each with all it is declared to allow, in the place of `uncertainties = "uncertain"`.

        That is what nobody knows and differs from world to world; `"assumed"` is every default without a source, of
        levers and of fitted parameters too.
        """
        given = self.document.get("uncertainties")
        if not isinstance(given, str):
            return
        if given not in (UNCERTAIN, ASSUMED):
            self.note("uncertainties", given, _UNCERTAINTIES)
        names = [name for name, one in PARAMETERS.items() if (one.assumed if given == ASSUMED else one.sampled)]
        self.document = {**self.document, "uncertainties": dict.fromkeys(names, "declared")}

    def _factors(self, table: str, beyond: bool) -> tuple[list[Factor], Point]:
        """What a table varies, and what it sets to one value for all points."""
        factors: list[Factor] = []
        fixed: Point = {}
        for name, given in self.table(table).items():
            place = f"[{table}] {name[:60]}"
            if (parameter := self.parameter(place, name)) is None:
                continue
            if isinstance(given, dict):
                factor = self._range(place, parameter, given, beyond)
            elif isinstance(given, list):
                factor = self._list(place, parameter, given, beyond)
            elif given == "declared":
                factor = Factor.declared(parameter)
            else:
                if (value := self.value(place, parameter, given, beyond)) is not None:
                    fixed[name] = value
                continue
            factors += [factor] if factor else []
        return factors, fixed

    def _list(self, place: str, parameter: Parameter[Any], given: list[Any], beyond: bool) -> Factor | None:
        """A list means a sweep: each of these."""
        if not 1 <= len(given) <= VALUES_AT_MOST:
            many = Message("a list of {given} values", given=len(given))
            self.note(place, many if given else Message("an empty list"), _VALUES)
            return None
        values = [self.value(place, parameter, value, beyond) for value in given]
        right = [value for value in values if value is not None]
        for value in dict.fromkeys(value for value in right if right.count(value) > 1):
            found = Message("{value} more than once", value=shown(value))
            self.note(place, found, Message("each value once"))
        return Factor(parameter, tuple(right)) if len(right) == len(values) else None

    def _range(self, place: str, parameter: Parameter[Any], given: dict[str, Any], beyond: bool) -> Factor | None:
        """A range, or its faults."""
        if parameter.kind not in ("real", "whole"):
            self.note(place, given, Message('a list, or "declared"'))
            return None
        if not is_shape(self, place, parameter, given):
            return None
        if set(given) != set(keys := keys_of(given)):
            self.note(place, _keys(given), as_written(keys, given.get("shape")))
            return None
        ends = [self.value(f"{place}.{end}", parameter, given[end], beyond) for end in ("low", "high")]
        if ends[0] is None or ends[1] is None:
            return None
        low, high = float(ends[0]), float(ends[1])
        if low >= high:
            found = Message("low {low} and high {high}", low=f"{low:g}", high=f"{high:g}")
            self.note(place, found, Message("{low} below {high}", low="low", high="high"))
            return None
        distribution = distribution_of(self, place, given, low, high)
        return Factor(parameter, low=low, high=high, sampled=True, distribution=distribution)

    def _twice(self, levers: list[Factor], uncertainties: list[Factor], fixed: list[str], design: Design) -> None:
        """A parameter may be given once only."""
        in_table = list(design.table[0]) if design.table else []
        names = [*(factor.name for factor in (*levers, *uncertainties)), *fixed, *in_table]
        for name in dict.fromkeys(name for name in names if names.count(name) > 1):
            where = Message("the levers, uncertainties or table")
            found = Message("{name} more than once", name=name)
            self.note(where, found, Message("each parameter once"))

    def _check_values(self, scenario: Scenario, factors: list[Factor], design: Design) -> None:
        """Each listed value by itself in the scenario: what is wrong with it there is told before any run."""
        changes = [(f"{factor.name}", {factor.name: value}) for factor in factors for value in factor.values]
        changes += [(f"row {row}", point) for row, point in zip(self._lines, design.table[:10_000], strict=False)]
        for place, change in changes:
            try:
                scenario.with_values(**change)
            except InputFaults as wrong:
                self.findings.faults += [replace(fault, file=self.file, place=place) for fault in wrong.faults]

    # --- design ---

    def _design(self, beyond: bool) -> Design:
        """How points are chosen."""
        table = self.table("design")
        self.unknown(table, "[design] ", ("kind", "file", *DESIGN_NUMBERS))
        kind = table.get("kind", "factorial")
        if kind not in KINDS:
            what = one_of(KINDS)
            self.findings.add(self.file, "[design] kind", shown(kind), what, near=kind, among=KINDS)
            kind = "factorial"
        numbers = {}
        for key, limits in DESIGN_NUMBERS.items():
            if key in table and (number := self.whole(table, "[design] ", key, *limits)) is not None:
                numbers[key] = number
        for key in table:
            if key in BELONGS_TO and kind not in BELONGS_TO[key]:
                found = Message("{key} with {kind}", key=key, kind=kind)
                kinds = ", ".join(BELONGS_TO[key])
                self.note(f"[design] {key}", found, Message("only with {kinds}", kinds=kinds))
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
                    self.note("[design] points", Message("nothing"), _POINTS)
                elif design.kind == "sobol" and number & (number - 1):
                    self.note(f"[design] {key}", number, Message("a power of two"))
        if design.kind == "morris" and design.levels % 2:
            self.note("[design] levels", design.levels, Message("an even number"))
        if design.kind == "table" and sampled:
            names = ", ".join(factor.name for factor in sampled)
            found = Message("a range for {names}", names=names)
            self.note("[design] kind", found, Message("lists beside a table"))
        if design.kind in (*SAMPLED, "morris") and both and not sampled:
            found = Message("lists only")
            self.note("[design] kind", found, Message("a range to sample"))
        if not (both or self.findings.faults or design.kind == "table"):
            found = Message("nothing that varies")
            self.note("[levers]", found, Message("a lever or an uncertainty"))
        if not self.findings.faults:
            self._check_size(design, size_of(design, levers, uncertainties))

    def _check_size(self, design: Design, size: int) -> None:
        """A million points are made when somebody means them."""
        if size < MANY or size == design.size:
            return
        found = Message("a design of {size} points", size=Number(size))
        allowed = Message("fewer than {many}, or size = {size} where it is meant", many=Number(MANY), size=size)
        self.note("[design] size", found, allowed)

    def _points_file(self, table: dict[str, Any], beyond: bool) -> tuple[Point, ...]:
        """The rows of a CSV file as points."""
        name = table.get("file")
        path = self.folder / str(name)
        if not isinstance(name, str) or not is_file(path):
            what = Message("the path of a CSV file that exists")
            self.note("[design] file", shown(name), what)
            return ()
        try:
            if path.stat().st_size > POINTS_BYTES_AT_MOST:
                self.note("[design] file", Message("more than 50 MB"), _POINTS_FILE)
                return ()
            with path.open(encoding="utf-8-sig", newline="") as stream:
                lines = csv.reader(stream)
                filled = ((lines.line_num, row) for row in lines if any(cell.strip() for cell in row))
                rows = list(islice(filled, MANY + 2))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            self.note("[design] file", Phrase(str(error)), _POINTS_FILE)
            return ()
        return self._rows(path.name, rows, beyond)

    def _rows(self, name: str, rows: list[tuple[int, list[str]]], beyond: bool) -> tuple[Point, ...]:
        """Points from the cells of a table whose first row names parameters."""
        if len(rows) < 2:
            found = Message("a table without points")
            self.note(f"[design] {name}", found, Message("a heading and a row a point"))
            return ()
        if len(rows) > MANY + 1:
            found = Message("more than {many} rows", many=Number(MANY))
            allowed = Message("at most {many}", many=Number(MANY))
            self.note(f"[design] {name}", found, allowed)
            return ()
        head = [cell.strip() for cell in rows[0][1]]
        if len(head) > len(PARAMETERS):
            found = Message("{head} columns", head=len(head))
            self.note(f"[design] {name}", found, Message("at most {parameters}", parameters=len(PARAMETERS)))
            return ()
        parameters = [self.parameter(f"[design] {name}, column {at}", cell) for at, cell in enumerate(head, 1)]
        for column in dict.fromkeys(cell for cell in head if head.count(cell) > 1):
            found = Message("the column {column} twice", column=column)
            self.note(f"[design] {name}", found, Message("each column once"))
        points: dict[int, Point] = {}
        for line, row in rows[1:]:
            if len(row) != len(head):
                found = Message("{row} cells", row=len(row))
                self.note(f"[design] {name}, row {line}", found, Message("{head} cells", head=len(head)))
                continue
            cells = {
                parameter.name: self.value(
                    f"[design] {name}, row {line}, {parameter.name}", parameter, _read(parameter, cell), beyond
                )
                for parameter, cell in zip(parameters, row, strict=True)
                if parameter is not None
            }
            points[line] = {key: value for key, value in cells.items() if value is not None}
        self._lines = tuple(points)
        return tuple(points.values())

    # --- record and precision ---

    def _record(self) -> Record:
        """What is kept."""
        table = self.table("record")
        self.unknown(table, "[record] ", ("weekly", "by", "indicators"))
        weekly = self.switch(table, "[record] ", "weekly", False)
        by = self.names(table, "[record] ", "by", GROUPINGS, ())
        return Record(weekly, by, self.names(table, "[record] ", "indicators", INDICATORS, tuple(INDICATORS)))

    def _precision(self, record: Record, replications: int) -> Precision:
        """When there are enough replications."""
        table = self.table("precision")
        self.unknown(table, "[precision] ", (*RULES, "indicators", "at_most"))
        rules = [rule for rule in RULES if rule in table]
        if len(rules) > 1:
            found = Message("{rules}", rules=Listed(rules))
            self.note("[precision]", found, Message("one of these"))
        rule = rules[0] if rules else "relative_half_width"
        limit = self.number(table, "[precision] ", rule, 0.05, 1e-12, 1e12)
        indicators = self.names(table, "[precision] ", "indicators", record.indicators, record.indicators)
        at_most = 0
        if "at_most" in table:
            at_most = self.whole(table, "[precision] ", "at_most", replications, 100_000) or 0
        return Precision(rule, limit, indicators, at_most)


def _keys(given: Mapping[str, Any]) -> Message:
    return Message("a table with {listed}", listed=", ".join(given) or "–")


def _read(parameter: Parameter[Any], cell: str) -> Value:
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
