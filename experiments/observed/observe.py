"""Puts back what was measured: every world lives what was observed, and counts for as much as it agrees with it.

All worlds that are kept take part, by importance weights: so what goes together in a world stays together, nothing is
drawn anew, and how many equal worlds would know as much (`effective`) says how much is left to rest an answer on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.observed.measures import BEYOND, FIGURE, Comparing, Counting
from samenspel.experiments.observed.observations import Count, Difference, Observations
from samenspel.experiments.observed.weigh import Shown, reweighed, table_of
from samenspel.experiments.output.progress import Progress, within
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.plausible.diagnostics import coded
from samenspel.experiments.statistics import weighted
from samenspel.experiments.statistics.intervals import holm
from samenspel.experiments.study.designs import Design
from samenspel.experiments.study.factors import Point
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.outcomes import unfinished
from samenspel.experiments.sweeps.runner import sweep
from samenspel.experiments.sweeps.work import Simulate
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Message

Floats = NDArray[np.float64]

LIVES = 4
"""Of every world, so that luck of the mean is at most half of what is unsure about an observation."""
PRIOR = 1_024
"""Worlds that are drawn where none are kept."""
SURE = 0.05
SEED = 22  # of shuffles, apart from other uses of a seed


@dataclass(frozen=True)
class Observed:
    """What observations make of worlds.

    Attributes
    ----------
    observations
        What was observed.
    points
        The worlds.
    before, after
        What each counts for, shape (worlds,).
    table
        One row an observation, as `weigh.table_of`; in the order of `observations.all`.
    seed
        Of shuffles.
    """

    observations: Observations
    points: Sequence[Point]
    before: Floats
    after: Floats
    table: pd.DataFrame
    seed: int

    @property
    def effective_before(self) -> float:
        """How many equal worlds know as much as all did before."""
        return weighted.effective(self.before)

    @property
    def effective(self) -> float:
        """How many equal worlds know as much as are left."""
        return weighted.effective(self.after)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row an assumption in which worlds differ, the most informed first: `Posterior.table`."""
        table, luck = pd.DataFrame([dict(point) for point in self.points]), np.random.default_rng([self.seed, SEED])
        agrees = np.divide(self.after, self.before, out=np.zeros_like(self.after), where=self.before > 0)
        rows = []
        for name in map(str, table):
            values = coded(name, table[name])
            if np.ptp(values) == 0:
                continue
            was, now = (weighted.quantile(values, weights, (0.05, 0.5, 0.95)) for weights in (self.before, self.after))
            found = weighted.kolmogorov(values, agrees, luck, before=self.before)
            if found.p < SURE / 10:  # what may stay sure after correction is shuffled often enough to say so
                found = weighted.kolmogorov(values, agrees, luck, 9_999, before=self.before)
            rows.append((name, *was, *now, found.distance, found.p))
        ends = [f"{when}_{end}" for when in ("before", "after") for end in ("low", "middle", "high")]
        told = pd.DataFrame(rows, columns=["parameter", *ends, "distance", "p"])
        told = told.sort_values(["p", "distance"], ascending=[True, False], ignore_index=True)
        return told.assign(informed=holm(told["p"].to_numpy(float)) < SURE)


def observe(
    scenario: Scenario,
    observations: Observations,
    pilots: Pilots | None,
    points: Sequence[Point],
    weights: Floats,
    out: Path,
    *,
    seed: int = 1,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Observed:
    """Hold worlds against what was observed; runs go into the folder, and what is finished there is not done again.

    Parameters
    ----------
    scenario
        The partnership, in which counts were made.
    observations, pilots
        What was observed, and the comparison whose designs were.
    points, weights
        The worlds, and what each counts for before; shape (worlds,).
    out
        A folder of sweeps.
    seed, workers, progress
        As in `experiments.sweep`.

    Raises
    ------
    InputFaults
        When something was observed that no world can show, or runs failed.
    KeyboardInterrupt
        When somebody asked to stop; finished runs are kept.
    """
    asked = list(_sweeps(scenario, observations, pilots))
    runs = LIVES * len(points)
    parts = [
        _lived(one, points, out, seed, workers, within(progress, at * runs, len(asked) * runs))
        for at, one in enumerate(asked)
    ]
    shown = Shown(
        np.concatenate([part.figures for part in parts], axis=1), np.concatenate([part.spread for part in parts]),
        np.concatenate([part.beyond for part in parts], axis=1), LIVES,
    )  # fmt: skip
    observed = [one for sweep in asked for one in sweep.observed]
    _refuse_what_none_can_show(observations.file, observed, shown)
    values, errors = (np.array([getattr(one, name) for one in observed]) for name in ("value", "error"))
    after = reweighed(shown, values, errors, weights)
    ordered = Observations(
        observations.file, tuple(one for one in observed if isinstance(one, Count)),
        tuple(one for one in observed if isinstance(one, Difference)),
    )  # fmt: skip
    table = table_of(observed, shown, weights, after)
    return Observed(ordered, points, weights, after, table, seed)


# --- the sweeps ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """One sweep: what is observed in it, and how."""

    name: str
    observed: Sequence[Count | Difference]
    scenario: Scenario
    years: int
    simulate: Simulate
    sets: frozenset[str] = frozenset()


def _sweeps(scenario: Scenario, observations: Observations, pilots: Pilots | None) -> list[Asked]:
    """A sweep of all counts, and one of every design that was observed."""
    found = []
    if counts := observations.counts:
        anywhere = scenario.with_values(beyond_range=True)  # what is fitted anew may leave its range
        found.append(Asked("counts", counts, anywhere, max(one.year for one in counts), Counting(counts)))
    for at in sorted({one.design for one in observations.differences}):
        assert pilots is not None
        design = pilots.designs[at]
        of = tuple(one for one in observations.differences if one.design == at)
        first = min(int(design.scenario.values["mbo_start_year"]), pilots.years)
        comparing = Comparing(of, first, design.changes, pilots.past(design.scenario))
        found.append(Asked(f"design-{at}", of, design.scenario, first, comparing, frozenset(pilots.decided)))
    return found


def _lived(
    asked: Asked, points: Sequence[Point], out: Path, seed: int, workers: int | None, progress: Progress | None
) -> Shown:
    """The sweep of one scenario over all worlds, as far as it is not done yet."""
    free = tuple({name: value for name, value in point.items() if name not in asked.sets} for point in points)
    study = Study(
        asked.name, asked.scenario, Design("table", table=free), years=asked.years, replications=LIVES, seed=seed,
        record=Record(by=("observation",), indicators=()),
        document={"scenario": asked.scenario.name, "design": {"kind": "table"}, "observed": asked.name},
    )  # fmt: skip
    ending = sweep(
        study, out / asked.name, workers=workers, progress=progress, simulate=asked.simulate, by_point=True,
        retry_failed=True,
    )  # fmt: skip
    results = ending.finished()
    if faults := unfinished(results):  # a world that lacks a life would count for less, and nobody would know
        raise faults
    groups = results.groups
    places = [str(at) for at in range(len(asked.observed))]
    by_world = groups.groupby(["point", "group"])

    def table(values: pd.Series) -> Floats:
        wide: Floats = values.unstack("group").reindex(index=range(len(points)), columns=places).to_numpy(float)
        return wide

    variance = table(by_world[FIGURE].var())
    return Shown(table(by_world[FIGURE].mean()), _pooled(variance), table(by_world[BEYOND].mean()), LIVES)


def _pooled(variance: Floats) -> Floats:
    """The standard deviation between lives of one world, over all worlds: of so few lives a world its own is unsure."""
    known = np.isfinite(variance)
    total: Floats = np.where(known, variance, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.sqrt(total)


def _refuse_what_none_can_show(file: str, observed: Sequence[Count | Difference], shown: Shown) -> None:
    """What no world has a figure of was not observed in this partnership."""
    faults = [
        Fault(file, "", Message("{thing}, of which no world has a figure", thing=", ".join(one.thing)),
              Message("what somebody was there to be counted for, or to be compared with"))
        for one, figures in zip(observed, shown.figures.T, strict=True)
        if np.isnan(figures).all()
    ]  # fmt: skip
    if faults:
        raise InputFaults(faults)
