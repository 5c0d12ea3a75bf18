"""What a sweep found: its tables read back with their units, and what follows from them.

All points share their luck: replication k has the same seed everywhere. So what counts is how a replication's mean
over the worlds (samples of the uncertainties) differs from replication to replication, and how two designs of the
levers differ within each replication.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from samenspel.experiments.statistics.intervals import interval_of_mean
from samenspel.experiments.statistics.shared import CELL, Shared, share
from samenspel.experiments.study.parts import RULES, Precision
from samenspel.experiments.sweeps.manifest import read_manifest
from samenspel.experiments.sweeps.parts import Parts, beside, read
from samenspel.experiments.sweeps.precision import needed
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message

WORLDS_SHOWN = (0.05, 0.95)  # quantiles over worlds: what nobody knows, beside the interval that is luck


def load(folder: str | Path) -> Results:
    """Read a sweep's folder; works while the sweep is still running too.

    Raises
    ------
    InputFaults
        When it is none, has no finished runs, or when its manifest or a part with runs is damaged or foreign. Whatever
        is wrong with weekly and group parts is told when those tables are asked for.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    found = _all_runs(Parts(folder, manifest))
    if not found:
        nothing = Message("no finished runs yet")
        allowed = Message("the folder of a sweep with finished runs")
        raise InputFaults([Fault(str(folder), "", nothing, allowed)])
    return Results(folder, manifest, found)


def _all_runs(parts: Parts) -> list[pa.Table]:
    """Every part with runs; all that are wrong are told at once."""
    while True:
        try:
            return _sound([partial(parts.runs, path) for path in parts.with_runs()])
        except FileNotFoundError:
            continue  # a retry put another part in the place of one of these


def _sound(readers: Iterable[Callable[[], pa.Table]]) -> list[pa.Table]:
    """What these read, or all their faults."""
    tables, faults = list[pa.Table](), list[Fault]()
    for one in readers:
        try:
            tables.append(one())
        except InputFaults as wrong:
            faults += wrong.faults
    if faults:
        raise InputFaults(faults)
    return tables


@dataclass(frozen=True)
class Results:
    """The tables of a sweep. Every table has its units in `attrs["units"]`.

    What compares designs is about the worlds and replications that all of them have finished (`shared`); `worlds` and
    `replications` in a row are how many of each stand behind it.
    """

    folder: Path
    manifest: Mapping[str, Any]
    parts: Sequence[pa.Table]

    # --- as they are ---

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run, by point and replication."""
        runs = _framed(self.parts, ["point", "replication"])
        twice = _same(runs)
        # A retry that was killed leaves a part beside the one that replaces it: the same rows, or something is wrong.
        if twice.any() and (twice := _same(runs := _once(runs))).any():
            raise InputFaults([_two_results(self.folder, runs[twice].iloc[0])])
        return runs

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """One row a week of each run, where the study asked for it."""
        return self._beside("weekly", ["point", "replication", "school_year", "week"])

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Supervision by group in each run, where the study asked for it."""
        return self._beside("groups", ["point", "replication"])

    def _beside(self, kind: str, order: list[str]) -> pd.DataFrame:
        """A table beside the runs: the parts that theirs name."""
        named = dict.fromkeys(path for runs in self.parts if (path := beside(self.folder, runs).get(kind)))
        tables = _sound([partial(read, path) for path in named])
        return _framed(tables, order) if tables else pd.DataFrame()

    @property
    def units(self) -> dict[str, str]:
        """The unit of every parameter and indicator in `runs`."""
        found: dict[str, str] = self.runs.attrs["units"]
        return found

    @property
    def levers(self) -> list[str]:
        """The levers that were varied."""
        return list(self.manifest["levers"])

    @property
    def uncertainties(self) -> list[str]:
        """The uncertainties that were varied."""
        return list(self.manifest["uncertainties"])

    @property
    def indicators(self) -> list[str]:
        """The indicators that were kept."""
        names = list(map(str, self.runs))
        known = ["run_id", "point", "replication", "seed", "status", "error", *self.levers, *self.uncertainties]
        return [name for name in names if name not in known]

    @property
    def failures(self) -> pd.DataFrame:
        """The runs that failed, with their tracebacks."""
        return self.runs[self.runs["status"] == "failed"]

    # --- what follows ---

    @cached_property
    def designs(self) -> pd.DataFrame:
        """Values of the levers of every design; points of one design differ in uncertainties only."""
        runs = self.runs.assign(design=self.runs["point"] // self.manifest["worlds"])
        varied = self.levers if self.manifest["worlds"] > 1 else [*self.levers, *self.uncertainties]
        return runs.groupby("design", sort=True)[varied].first()

    @cached_property
    def shared(self) -> Shared:
        """The worlds and replications that all designs have finished, and their runs."""
        worlds = self.manifest["worlds"]
        runs = self.runs.assign(design=self.runs["point"] // worlds, world=self.runs["point"] % worlds)
        return share(runs, self.manifest["points"] // worlds)

    def of_shared(self, table: pd.DataFrame) -> pd.DataFrame:
        """Rows of `weekly` or `groups` that belong to those runs."""
        return table[table["run_id"].isin(self.shared.runs["run_id"])] if len(table) else table

    @cached_property
    def summary(self) -> pd.DataFrame:
        """By design and indicator: mean, its 95 % interval, the spread over worlds, the unit, and numbers behind it."""
        runs = self.shared.runs
        means, of_worlds = (runs.groupby(["design", by])[self.indicators].mean().groupby("design") for by in
                            ("replication", "world"))  # fmt: skip
        low, high = (of_worlds.quantile(share) for share in WORLDS_SHOWN)
        parts = []
        for name in self.indicators:
            table = interval_of_mean(means[name].mean(), means[name].std(), means[name].count())
            if self.manifest["worlds"] > 1:
                # What the uncertainties do.
                table = table.assign(worlds_low=low[name], worlds_high=high[name])
            numbers = {"worlds": of_worlds[name].count(), "replications": means[name].count()}
            parts.append(table.assign(indicator=name, unit=self.units.get(name, ""), **numbers))
        whole = pd.concat(parts).reset_index().sort_values("design", kind="stable", ignore_index=True)
        first = ["design", "indicator", "mean", "low", "high"]
        return whole[[*first, *(name for name in whole if name not in first)]]

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Every design against the first, run by run with the same luck, in the same worlds.

        `low` and `high` are the paired 95 % interval. `variance_saved` is the part of the variance of a difference
        that pairing took away: 1 − var(a − b) / (var a + var b).
        """
        values = self.shared.runs.set_index(["design", *CELL])[self.indicators]
        designs = sorted(values.index.unique("design"))
        if len(designs) < 2:
            return pd.DataFrame()
        first = values.loc[designs[0]]
        tables = [self._difference(values.loc[design], first).assign(design=design) for design in designs[1:]]
        whole = pd.concat(tables).rename_axis("indicator").reset_index()
        return whole[["design", *(name for name in whole if name != "design")]]

    def _difference(self, ours: pd.DataFrame, first: pd.DataFrame) -> pd.DataFrame:
        """One design against the first; runs without a value of either are left out on both sides."""
        ours, first = ours.where(first.notna()), first.where(ours.notna())
        by_luck = [table.groupby("replication").mean() for table in (ours - first, ours, first)]
        paired, a, b = by_luck
        table = interval_of_mean(paired.mean(), paired.std(), paired.count())
        apart = (a.var() + b.var()).where(lambda variance: variance > 0)
        table["variance_saved"] = 1 - paired.var() / apart
        table["unit"] = pd.Series({name: self.units.get(name, "") for name in self.indicators})
        return table.assign(worlds=(ours - first).groupby("world").mean().count(), replications=paired.count())

    @cached_property
    def replications_needed(self) -> pd.Series:
        """For each indicator, how many replications satisfy the study's rule in every point; infinite when none do."""
        return needed(self.shared.runs, self.precision)

    @property
    def precision(self) -> Precision:
        """The study's rule, or the usual one: a half-width of 5 % of the mean."""
        table = self.manifest["study"].get("precision", {})
        rule = next((rule for rule in RULES if rule in table), "relative_half_width")
        names = tuple(table.get("indicators", self.indicators))
        return Precision(rule, float(table.get(rule, 0.05)), names, int(table.get("at_most", 0)))

    @property
    def replications(self) -> int:
        """The largest number of replications that was run."""
        return int(self.runs["replication"].max())

    def design_names(self) -> dict[int, str]:
        """A short name for every design: its values of the levers."""
        designs = self.designs
        if designs.columns.empty:
            return dict.fromkeys((int(at) for at in designs.index), "scenario")
        return {
            int(at): ", ".join(f"{name} {_short(value)}" for name, value in zip(designs, row, strict=True))
            for at, row in zip(designs.index, designs.to_numpy(object), strict=True)
        }


def _framed(parts: Sequence[pa.Table], order: list[str]) -> pd.DataFrame:
    """Parts as one table, with its units."""
    table = pa.concat_tables(parts)
    frame: pd.DataFrame = table.to_pandas().sort_values(order, kind="stable", ignore_index=True)
    frame.attrs["units"] = units(table.schema)
    return frame


def _same(runs: pd.DataFrame) -> pd.Series:
    """Which runs come again; looked for among all columns, pandas would copy the units once for each of them."""
    return pd.DataFrame({name: runs[name].to_numpy() for name in ("point", "replication")}, runs.index).duplicated()


def _once(runs: pd.DataFrame) -> pd.DataFrame:
    return runs.drop_duplicates(ignore_index=True)


def _two_results(folder: Path, run: pd.Series) -> Fault:
    point, replication = run["point"], run["replication"]
    place = Message("point {point}, replication {replication}", point=point, replication=replication)
    return Fault(
        str(folder / "runs"), place, Message("two different results"),
        Message("one; the command that made the sweep keeps one of them"),
    )  # fmt: skip


def units(schema: pa.Schema) -> dict[str, str]:
    """The units that a table's columns carry."""
    return {column.name: column.metadata[b"unit"].decode() for column in schema if column.metadata}


def _short(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, int | float | np.number) else str(value)


def median_variance_saved(differences: pd.DataFrame, indicators: Sequence[str]) -> float:
    """The middle of the variance saved over designs and indicators."""
    if differences.empty:
        return float("nan")
    return float(differences.loc[differences["indicator"].isin(indicators), "variance_saved"].median())
