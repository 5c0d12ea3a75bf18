"""What one life of a world shows of everything that was observed, in the unit in which it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.agents.students import FIRST_MBO, Exit, Status
from samenspel.experiments.observed.observations import BEFORE, DISCREPANCY, LEFT, Count, Difference
from samenspel.experiments.pilots.comparison.close import members
from samenspel.experiments.pilots.comparison.runs import live
from samenspel.experiments.pilots.file.design import Later
from samenspel.experiments.pilots.file.past import Past
from samenspel.experiments.study.parts import Record
from samenspel.experiments.sweeps.work import Measured
from samenspel.experiments.validation.measures import school_year
from samenspel.model.input.scenario import Scenario

if TYPE_CHECKING:
    from samenspel.model.partnership import Partnership

FIGURE, BEYOND = "supervision_mean", "supervision_p10"
"""Columns of a sweep's groups that carry figures, and the standard deviation of what the model leaves out of them."""


@dataclass(frozen=True)
class Counting:
    """Lives the school years that were counted."""

    counts: tuple[Count, ...]

    def __call__(self, scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
        """Live so many years and count in each what was counted in it."""
        from samenspel.model import Partnership

        partnership = Partnership(scenario, rng=seed)
        found: dict[tuple[str, int], float] = {}
        for year in range(1, years + 1):
            left = left_by_year_of_study(school_year(partnership, year))
            figures = {**partnership.last_year(), **left}
            found |= {(name, year): figure for name, figure in figures.items()}
        counted = [(one, found[one.name, one.year]) for one in self.counts]
        return _measured([(figure, one.discrepancy(figure)) for one, figure in counted])


@dataclass(frozen=True)
class Comparing:
    """Lives the first year of a pilot, and compares as the pilot did."""

    differences: tuple[Difference, ...]
    first: int
    """The school year in which it begins."""
    changes: tuple[Later, ...] = ()
    past: Past = field(default_factory=Past)

    def __call__(self, scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
        """Live up to the end of the pilot's first year and compare hbo students of years 1 to 3."""
        from samenspel.model import Partnership

        partnership = Partnership(scenario, rng=seed, past=self.past.of(scenario))
        live(partnership, self.changes, self.first - 1, weeks=1)
        begun = _seen(partnership, self.differences)
        live(partnership, self.changes, self.first)
        ended = _seen(partnership, self.differences)
        return _measured([_as_measured(one, begun, ended) for one in self.differences])


def left_by_year_of_study(students: pd.DataFrame) -> dict[str, float]:
    """The share of each study year's hbo students who left within a school year; NaN where there were none."""
    hbo = students[students.programme < FIRST_MBO]
    left = (hbo.status == Status.LEFT) | (hbo.outcome == Exit.FAILED)
    return {name: float(left[hbo.year == year].mean()) for name, year in LEFT.items()}


class Seen(NamedTuple):
    """Hbo students of years 1 to 3 at one moment: whether they are in the pilot's clusters, and their outcomes."""

    inside: NDArray[np.bool_]
    values: Mapping[str, NDArray[np.float64]]

    def of(self, outcome: str, inside: bool) -> NDArray[np.float64]:
        """The outcome of those in the pilot's clusters, or of the others."""
        chosen: NDArray[np.float64] = self.values[outcome][self.inside == inside]
        return chosen


def _seen(here: Partnership, differences: Sequence[Difference]) -> Seen:
    rows, cluster = members(here)
    pilot = np.flatnonzero(here.communities.column("has_mbo"))
    values = {one.outcome: here.students.column(one.state)[rows].copy() for one in differences}
    return Seen(np.isin(cluster, pilot), values)


def _as_measured(one: Difference, begun: Seen, ended: Seen) -> tuple[float, float]:
    """A difference in the unit in which it was measured, and what the model leaves out; NaN where there is nobody."""
    pilot = ended.of(one.outcome, True)
    others = begun.of(one.outcome, True) if one.against == BEFORE else ended.of(one.outcome, False)
    if not pilot.size or others.size < 2:
        return float("nan"), float("nan")
    sd = float(others.std(ddof=1))
    return one.as_measured(float(pilot.mean() - others.mean()), sd), abs(one.as_measured(DISCREPANCY, sd))


def _measured(figures: Sequence[tuple[float, float]]) -> Measured:
    """Figures as groups: the place of each observation, its figure and what the model leaves out of it."""
    rows = [{"observation": str(at), FIGURE: figure, BEYOND: beyond} for at, (figure, beyond) in enumerate(figures)]
    return Measured({}, groups={"observation": rows})
