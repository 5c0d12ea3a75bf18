"""What a sweep found: its tables read back with their units, and what follows from them.

All points share their luck: replication k has the same seed everywhere. So what counts is how a replication's mean
over the worlds (samples of the uncertainties) differs from replication to replication, and how two designs of the
levers differ within each replication.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from experiments.manifest import read_manifest
from experiments.precision import needed
from experiments.run import interval_of_mean
from experiments.study import RULES, Precision
from model.faults import Fault, InputFaults, Phrase

WORLDS_SHOWN = (0.05, 0.95)  # quantiles over worlds: what nobody knows, beside the interval that is luck


def load(folder: str | Path) -> Results:
    """Read a sweep's folder; works while the sweep is still running too."""
    folder = Path(folder)
    manifest = read_manifest(folder)
    if not any((folder / "runs").glob("*.parquet")):
        found = Phrase("no finished runs yet", "nog geen voltooide runs")
        allowed = Phrase("the folder of a sweep with finished runs", "de map van een sweep met voltooide runs")
        raise InputFaults([Fault(str(folder), "", found, allowed)])
    return Results(folder, manifest)


@dataclass(frozen=True)
class Results:
    """The tables of a sweep. Every table has its units in `attrs["units"]`."""

    folder: Path
    manifest: Mapping[str, Any]

    # --- as they are ---

    @cached_property
    def runs(self) -> pd.DataFrame:
        """One row a run, by point and replication."""
        return self._table("runs", ["point", "replication"])

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """One row a week of each run, where the study asked for it."""
        return self._table("weekly", ["point", "replication", "school_year", "week"])

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Supervision by group in each run, where the study asked for it."""
        return self._table("groups", ["point", "replication"])

    def _table(self, kind: str, order: list[str]) -> pd.DataFrame:
        if not any((self.folder / kind).glob("*.parquet")):
            return pd.DataFrame()
        table = ds.dataset(self.folder / kind, format="parquet").to_table()
        frame: pd.DataFrame = table.to_pandas().sort_values(order, kind="stable", ignore_index=True)
        frame.attrs["units"] = units(table.schema)
        return frame

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
    def _by_replication(self) -> pd.DataFrame:
        """Mean over worlds of every indicator, by design and replication."""
        done = self.runs[self.runs["status"] == "done"]
        design = done["point"] // self.manifest["worlds"]
        return done.assign(design=design).groupby(["design", "replication"], sort=True)[self.indicators].mean()

    @cached_property
    def summary(self) -> pd.DataFrame:
        """By design and indicator: mean, its 95 % interval, the spread over worlds, and the unit."""
        means = self._by_replication.groupby("design", sort=True)
        parts = []
        for name in self.indicators:
            table = interval_of_mean(means[name].mean(), means[name].std(), means[name].count())
            parts.append(table.join(self._over_worlds(name)).assign(indicator=name, unit=self.units.get(name, "")))
        whole = pd.concat(parts).reset_index().sort_values("design", kind="stable", ignore_index=True)
        first = ["design", "indicator", "mean", "low", "high"]
        return whole[[*first, *(name for name in whole if name not in first)]]

    def _over_worlds(self, name: str) -> pd.DataFrame:
        """Quantiles of the worlds' means, which show what the uncertainties do; nothing when there is one world."""
        if self.manifest["worlds"] == 1:
            return pd.DataFrame(index=self.designs.index)
        done = self.runs[self.runs["status"] == "done"]
        of_world = done.groupby("point")[name].mean()
        by_design = of_world.groupby(of_world.index // self.manifest["worlds"])
        low, high = (by_design.quantile(share) for share in WORLDS_SHOWN)
        return pd.DataFrame({"worlds_low": low, "worlds_high": high}).rename_axis("design")

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Every design against the first, run by run with the same luck, in the same worlds.

        `low` and `high` are the paired 95 % interval. `variance_saved` is the part of the variance of a difference
        that pairing took away: 1 − var(a − b) / (var a + var b).
        """
        done = self.runs[self.runs["status"] == "done"]
        worlds = self.manifest["worlds"]
        values = done.assign(design=done["point"] // worlds, world=done["point"] % worlds)
        values = values.set_index(["design", "world", "replication"])[self.indicators]
        designs = [design for design in self.designs.index if design in values.index.get_level_values("design")]
        if not designs:
            return pd.DataFrame()
        first = values.loc[designs[0]]
        tables = [self._difference(values.loc[design], first).assign(design=design) for design in designs[1:]]
        if not tables:
            return pd.DataFrame()
        whole = pd.concat(tables).rename_axis("indicator").reset_index()
        return whole[["design", *(name for name in whole if name != "design")]]

    def _difference(self, ours: pd.DataFrame, first: pd.DataFrame) -> pd.DataFrame:
        """One design against the first; runs without a counterpart, or a value, are left out on both sides."""
        ours, first = ours.align(first, join="inner")
        ours, first = ours.where(first.notna()), first.where(ours.notna())
        by_luck = [table.groupby("replication").mean() for table in (ours - first, ours, first)]
        paired, a, b = by_luck
        table = interval_of_mean(paired.mean(), paired.std(), paired.count())
        apart = (a.var() + b.var()).where(lambda variance: variance > 0)
        table["variance_saved"] = 1 - paired.var() / apart
        table["unit"] = pd.Series({name: self.units.get(name, "") for name in self.indicators})
        return table

    @cached_property
    def replications_needed(self) -> pd.Series:
        """For each indicator, how many replications satisfy the study's rule in every point; infinite when none do."""
        return needed(self.runs, self.precision)

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
