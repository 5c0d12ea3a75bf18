"""What holds supervision back in each of many worlds: what every constraint costs there, and which comes first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from samenspel.experiments.bottlenecks.futures import CONSTRAINTS
from samenspel.experiments.bottlenecks.pinch import PINCHES
from samenspel.experiments.plausible.source import Source
from samenspel.experiments.statistics.weighted import interval_of_share
from samenspel.experiments.study.designs import Design
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.results import Results

DRAWS = 50  # worlds, unless something else is asked
WHOLE = ""  # where no cluster is named
NOTHING = ""  # the constraint that comes first where none costs enough to be called a bottleneck
LIKELY = (0.05, 0.95)  # quantiles of the 90 % interval
COLUMNS = ["constraint", "median", "low", "high", "first", "first_low", "first_high"]


@dataclass(frozen=True)
class OverWorlds:
    """Attributions in worlds, one run each, all with the same luck.

    Attributes
    ----------
    source
        Where the worlds come from.
    results
        The runs, one a world; worlds that failed are left out of everything else.
    shares
        The Shapley `share` by `world`, `cluster` (empty for the whole) and `constraint`, where it has a value.
    """

    source: Source
    results: Results
    shares: pd.DataFrame

    @cached_property
    def first(self) -> pd.DataFrame:
        """By `world` and `cluster` the `constraint` with the largest share; none where that is below a point."""
        ordered = self.shares.sort_values("share", ascending=False, kind="stable")
        table = ordered.groupby(["world", "cluster"], sort=True).head(1).sort_values(["world", "cluster"])
        return table.assign(constraint=table["constraint"].where(table["share"] >= PINCHES, NOTHING))

    @property
    def number(self) -> int:
        """How many worlds there are of which something is known."""
        return int((self.first["cluster"] == WHOLE).sum())

    @cached_property
    def whole(self) -> pd.DataFrame:
        """One row a constraint, and one for nothing: its share over worlds, and in which part of them it comes first.

        `median` with `low` and `high`, 5 and 95 % of worlds; `first` with `first_low` and `first_high`, Wilson's 95 %
        interval for so many worlds.
        """
        shares = self.shares[self.shares["cluster"] == WHOLE].groupby("constraint")["share"]
        first = self.first[self.first["cluster"] == WHOLE]["constraint"]
        rows = []
        for name in (*CONSTRAINTS, NOTHING):
            known = shares.get_group(name).to_numpy() if name in shares.groups else np.full(1, np.nan)
            quantiles = np.quantile(known, [0.5, *LIKELY])
            part = float((first == name).mean())
            rows.append((name, *quantiles, part, *interval_of_share(part, len(first))))
        return pd.DataFrame(rows, columns=COLUMNS)

    def agree(self, cluster: str, constraint: str) -> float:
        """In which part of the worlds this constraint comes first in this cluster; NaN where none knows the cluster."""
        first = self.first[self.first["cluster"] == cluster]["constraint"]
        return float((first == constraint).mean()) if len(first) else float("nan")


def study_in_worlds(study: Study, source: Source, draws: int, known: Collection[str]) -> Study:
    """The study of one run in each world; what is known stays as the scenario has it."""
    free = study.scenario.with_values(beyond_range=True)  # what was fitted anew may lie beyond its range
    points = tuple(source.drawn(draws, study.seed, known))
    document = {**study.document, "design": {"kind": "table"}, "beyond_range": True}
    return Study(
        f"{study.name}-worlds", free, Design("table", table=points), years=study.years, replications=1,
        seed=study.seed, record=Record(by=study.record.by), document=document,
    )  # fmt: skip
