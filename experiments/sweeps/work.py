"""What a worker does: jobs in as plain data, tables out. The same wherever it runs.

A row says everything about a run: which point, which replication, its seed, what was varied, what came out, or
the traceback of what went wrong.
"""

from __future__ import annotations

import hashlib
import json
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from samenspel.experiments.engine.jobs import Job
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.seeds import seed_of
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.identity import MODEL, identity
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.scenario import Scenario
from samenspel.model.state import SHARES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Tables = dict[str, pa.Table]  # "runs", and "weekly" and "groups" where they were asked for

TYPES = {"real": pa.float64(), "whole": pa.int64(), "switch": pa.bool_(), "choice": pa.string()}
WHICH = (("run_id", pa.string()), ("point", pa.int64()), ("replication", pa.int64()))
OF_GROUP = (
    ("by", pa.string()),
    ("group", pa.string()),
    ("students", pa.float64()),
    ("supervision_mean", pa.float64()),
    ("supervision_p10", pa.float64()),
    *((share, pa.float64()) for share in SHARES),
    ("felt_support", pa.float64()),
)

KNOWN = 8
"""Of so many points the scenario is kept: their runs take turns, replication by replication."""


@dataclass(frozen=True)
class Measured:
    """What one run leaves behind; groups as a table or, which is quicker for a few, row by row."""

    last_year: Mapping[str, float]
    weekly: NDArray[np.void] | None = None
    groups: Mapping[str, pd.DataFrame | Sequence[Mapping[str, Any]]] = field(default_factory=dict)


Simulate = Callable[[Scenario, int, int, Record], Measured]


def simulate(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Run the partnership once and take what the study records."""
    from samenspel.model import Partnership

    partnership = Partnership(scenario, rng=seed)
    partnership.run(years=years, recorded_from=1 if record.weekly else years)
    return Measured(
        partnership.last_year(),
        partnership.indicators().to_records(index=False) if record.weekly else None,
        {by: partnership.groups_last_year(by) for by in record.by},
    )


def identity_of(simulate: Simulate) -> str:
    """What a sweep says of what does its runs; `MODEL` for the model itself, of which the source is the code digest."""
    return MODEL if simulate is _MODEL else identity(simulate)


_MODEL: Simulate = simulate


@dataclass(frozen=True)
class Row:
    """One run: the head of its row, and what was measured, or nothing when it failed."""

    head: dict[str, Any]
    measured: Measured | None

    @property
    def failed(self) -> bool:
        """Whether there is nothing measured."""
        return self.measured is None


@dataclass(frozen=True)
class SweepRecipe:
    """What a sweep does for a job, and the tables that are kept of it."""

    scenario: Scenario
    years: int
    seed: int
    record: Record
    varied: tuple[str, ...]
    code: str
    simulate: Simulate = simulate
    identity: str = MODEL

    @classmethod
    def of(cls, study: Study, code: str, simulate: Simulate = simulate) -> SweepRecipe:
        """The recipe of a study; refuses, by `InputFaults`, a `simulate` that has no identity."""
        named = identity_of(simulate)
        return cls(study.scenario, study.years, study.seed, study.record, study.varied, code, simulate, named)

    def __getstate__(self) -> dict[str, Any]:
        """Its fields; what is reckoned from them stays behind, for it cannot go to another process."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def schemas(self) -> dict[str, pa.Schema]:
        """The columns of every table, each with its unit."""
        measured = [_field(name, pa.float64(), INDICATORS[name].unit) for name in self.record.indicators]
        which = [pa.field(name, kind) for name, kind in WHICH]
        told = [pa.field(name, kind) for name, kind in (("seed", pa.uint64()), ("status", pa.string()))]
        varied = [_field(name, TYPES[PARAMETERS[name].kind], PARAMETERS[name].unit) for name in self.varied]
        schemas = {"runs": pa.schema([*which, *told, pa.field("error", pa.string()), *varied, *measured])}
        if self.record.weekly:
            weeks = [pa.field(name, pa.int64()) for name in ("school_year", "week")]
            schemas["weekly"] = pa.schema([*which, *weeks, *measured])
        if self.record.by:
            schemas["groups"] = pa.schema([*which, *(pa.field(name, kind) for name, kind in OF_GROUP)])
        return schemas

    @cached_property
    def run_ids(self) -> RunIds:
        """The names of its runs."""
        world = digest_of_world(self.scenario)
        return RunIds(self.scenario.values, self.varied, world, self.years, self.code, self.identity)

    def do(self, job: Job) -> Row:
        """Do one job; whatever goes wrong becomes part of its row."""
        head = self._head(job)
        try:
            scenario = self._scenario_of(job.values)
            return Row(head, checked(self.simulate(scenario, self.years, head["seed"], self.record), self.record))
        except Exception:
            return self.failed(job, traceback.format_exc())

    def _scenario_of(self, values: Mapping[str, Any]) -> Scenario:
        """The scenario of a point. For all its replications it is the very same, so that its land is laid out once."""
        if not values:
            return self.scenario
        point = tuple(values.items())
        if point not in self._known:
            if len(self._known) == KNOWN:
                self._known.pop(next(iter(self._known)))
            self._known[point] = self.scenario.with_values(**values)
        return self._known[point]

    @cached_property
    def _known(self) -> dict[tuple[tuple[str, Any], ...], Scenario]:
        """The scenarios of the last few points."""
        return {}

    def failed(self, job: Job, why: str) -> Row:
        """The row of a run that could not be finished."""
        return Row(self._head(job) | {"status": "failed", "error": why}, None)

    def gathered(self, done: Sequence[Row]) -> Tables:
        """The tables of these runs."""
        schemas = self.schemas
        lines = [{**one.head, **(one.measured.last_year if one.measured else {})} for one in done]
        made = {"runs": pa.Table.from_pylist(lines, schemas["runs"])}
        finished = [one for one in done if one.measured]
        if "weekly" in schemas:
            parts = [_weekly(one, schemas["weekly"]) for one in finished]
            made["weekly"] = pa.concat_tables(parts) if parts else schemas["weekly"].empty_table()
        if "groups" in schemas:
            groups = [group for one in finished for group in _groups(one)]
            made["groups"] = pa.Table.from_pylist(groups, schemas["groups"])
        return made

    def _head(self, job: Job) -> dict[str, Any]:
        seed = seed_of(self.seed, job.replication)
        return {
            "run_id": self.run_ids.of(job.values, seed), "point": job.point, "replication": job.replication,
            "seed": seed, "status": "done", "error": "", **job.values,
        }  # fmt: skip


def digest_of_world(scenario: Scenario) -> str:
    """SHA-256 of the partnership that a scenario describes."""
    return hashlib.sha256(repr(scenario.world).encode()).hexdigest()


class RunIds:
    """Names of runs: a hash of every parameter, the partnership, years, seed, code version, and of what does a run."""

    def __init__(
        self, values: Mapping[str, Any], varied: Sequence[str], world: str, years: int, code: str, by: str
    ) -> None:
        self.varied = sorted(varied)
        self.values = values
        self.written = [_WRITTEN[PARAMETERS[name].kind] for name in self.varied]
        self.rest = f"{world} {years}", code if by == MODEL else f"{code} {by}"
        text = json.dumps({**values, **{name: f"\0{name}" for name in self.varied}}, sort_keys=True)
        self.pieces = _HOLES.split(text)  # the JSON of all values, around those that vary
        self.known = dict[tuple[int, int], Any]()
        self.latest: tuple[list[Any], Any] = [], self._parameters([None] * len(self.varied))

    def of(self, point: Mapping[str, Any], seed: int) -> str:
        """The name of one run; often the one before was at the same point."""
        values = [point.get(name) for name in self.varied]
        if values != self.latest[0]:
            self.latest = values, self._parameters(values)
        return self._name(self.latest[1], seed)

    def of_rows(self, runs: pa.Table, seeds: Iterable[int]) -> Iterator[str]:
        """The names of runs by the values in their rows; a point is hashed once for all its replications."""
        columns = [_listed(runs[name]) for name in self.varied]
        points = zip(*columns, strict=True) if columns else repeat(())
        for number, point, seed in zip(runs["point"].to_pylist(), points, seeds, strict=False):
            which = number, hash(point)
            if which not in self.known:
                self.known[which] = self._parameters(point)
            yield self._name(self.known[which], seed)

    def _parameters(self, values: Sequence[Any]) -> Any:
        """The hash so far, of every parameter; a value that a point does not change is the scenario's."""
        texts = [self.pieces[0]]
        for name, value, written, piece in zip(self.varied, values, self.written, self.pieces[1:], strict=True):
            texts += [written(self.values[name] if value is None else value), piece]
        return hashlib.sha256("".join(texts).encode())

    def _name(self, parameters: Any, seed: int) -> str:
        whole = parameters.copy()
        whole.update(f" {self.rest[0]} {seed} {self.rest[1]}".encode())
        name: str = whole.hexdigest()[:32]
        return name


def _listed(column: pa.ChunkedArray) -> list[Any]:
    """The values of a column; those without gaps much faster than Arrow lists them."""
    values: list[Any] = column.to_pylist() if column.null_count else column.to_numpy().tolist()
    return values


_HOLES = re.compile(r'"\\u0000[^"]*"')
_WRITTEN: dict[str, Callable[[Any], str]] = {  # as JSON; by kind, for 2 and 2.0 are one number
    "real": lambda value: repr(float(value)),
    "whole": lambda value: repr(int(value)),
    "switch": lambda value: "true" if value else "false",
    "choice": json.dumps,
}


def _field(name: str, kind: pa.DataType, unit: str) -> pa.Field:
    return pa.field(name, kind, metadata={"unit": unit})


# --- from runs to tables ---------------------------------------------------------------------------------------------


class MeasuresMissing(ValueError):
    """A run did not measure what the study records; nan is a measure, nothing is none."""


def checked(measured: Measured, record: Record) -> Measured:
    """What was measured, when it is all that the study records; else nobody could tell what is missing from nan."""
    lacking = [name for name in record.indicators if measured.last_year.get(name) is None]
    if record.weekly:
        weeks = measured.weekly.dtype.names or () if measured.weekly is not None else ()
        wanted = ("school_year", "week", *record.indicators)
        lacking += [f"{name} by week" for name in wanted if name not in weeks]
    if lacking:
        some = ", ".join(lacking[:6]) + (" and others" if len(lacking) > 6 else "")
        raise MeasuresMissing(f"no {some}; allowed: a number, or nan, for all that the study keeps under [record]")
    return replace(measured, last_year={name: float(measured.last_year[name]) for name in record.indicators})


def _weekly(one: Row, schema: pa.Schema) -> pa.Table:
    """Every week of a run."""
    assert one.measured is not None
    assert one.measured.weekly is not None
    weeks = one.measured.weekly
    columns = [
        pa.array([one.head[column.name]] * len(weeks), column.type)
        if column.name in one.head
        else pa.array(weeks[column.name].astype("i8" if column.type == pa.int64() else "f8"), column.type)
        for column in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _groups(one: Row) -> Iterator[dict[str, Any]]:
    """Supervision by group over a run's last year, a line each."""
    assert one.measured is not None
    head = {name: one.head[name] for name, _ in WHICH}
    for by, table in one.measured.groups.items():
        for group in table if isinstance(table, Sequence) else table.reset_index().to_dict("records"):
            known = {name: group[name] for name, _ in OF_GROUP if name in group}
            yield {**head, **known, "by": by, "group": str(group[by])}
