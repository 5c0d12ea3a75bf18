"""The patterns that may be used to calibrate: what is measured, and against what (conceptual model, section 7).

Every measure is a function of finished runs. One SD is the between-student SD of a competence at the end of
year 1 in the baseline; it is measured here and stored in `ONE_SD`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from agents.students import Exit, Programme, Status
from model import Partnership, Scenario
from model.assessment import FAILED, outcomes

ONE_SD = 0.075
"""One SD of teaching competence (0-1), from `python -m experiments.calibration`."""
HORIZON, DISCARDED = 12, 4
"""Years of a validation run, and how many of its first years are left out."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A measured pattern with its target interval."""

    name: str
    what: str
    low: float
    high: float
    figure: float

    @property
    def held(self) -> bool:
        """Whether the figure lies in the target."""
        return self.low <= self.figure <= self.high


def school_years(scenario: Scenario, seeds: Iterable[int]) -> Iterator[pd.DataFrame]:
    """One table per run and school year that counts: every student at the end, with what changed since week 1."""
    for seed in seeds:
        partnership = Partnership(scenario, rng=seed)
        partnership.run(years=DISCARDED)
        for year in range(DISCARDED + 1, HORIZON + 1):
            partnership.run(weeks=1)
            s = partnership.students.rows()
            before = pd.DataFrame({"key": s.key, "teaching_before": s.teaching, "mentor_before": s.mentor})
            partnership.run(weeks=39)
            s = partnership.students.rows()
            mentor_key = partnership.mentors.column("key")[s.mentor]
            after = pd.DataFrame(
                {
                    name: getattr(s, name)
                    for name in ("key", "programme", "year", "enrolled", "status", "exit_kind", "teaching", "mentor")
                }
            )
            after["mentor_key"], after["run"], after["school_year"] = mentor_key, seed, year
            after["fails"] = outcomes(partnership, year) == FAILED
            yield after.merge(before, on="key")


def exits_of_first_years(table: pd.DataFrame, programme: Programme) -> tuple[float, float]:
    """Share of a programme's new first-year students who left by the end of the year, and share who stopped."""
    new = table[(table.programme == programme) & (table.year == 1) & (table.enrolled == 0)]
    stopped = new.exit_kind == Exit.STOP
    left = (new.status == Status.LEFT) | new.fails
    return float(left.mean()), float(stopped.mean())


def spread_between_mentors(table: pd.DataFrame) -> float:
    """Between-mentor SD of a year's gain in teaching, in SD: one-way random effects.

    Over full-time students who had one mentor all year.
    """
    kept = table[
        (table.status == Status.INSIDE)
        & (table.programme == Programme.FULLTIME)
        & (table.mentor >= 0)
        & (table.mentor == table.mentor_before)
    ].copy()
    kept["gain"] = (kept.teaching - kept.teaching_before) / ONE_SD
    # a year's gain shrinks with what one can do already and grows with days: compare within year of study and start
    kept["start"] = (kept.teaching_before * 20).astype(int)
    kept["gain"] -= kept.groupby(["year", "start"], observed=True).gain.transform("mean")
    groups = kept.groupby(["run", "school_year", "mentor_key"]).gain.agg(["size", "mean", "var"])
    several = groups[groups["size"] > 1]
    within = float((several["var"] * (several["size"] - 1)).sum() / (several["size"] - 1).sum())
    sizes = several["size"].to_numpy(float)
    n0 = (sizes.sum() - (sizes**2).sum() / sizes.sum()) / (sizes.size - 1)
    grand = float((several["mean"] * sizes).sum() / sizes.sum())
    between = float((sizes * (several["mean"] - grand) ** 2).sum() / (sizes.size - 1))
    return float(np.sqrt(max(0.0, (between - within) / n0)))


def one_sd(table: pd.DataFrame) -> float:
    """Between-student SD of teaching at the end of year 1, over pabo students present."""
    first = table[(table.status != Status.LEFT) & (table.year == 1) & (table.programme <= Programme.ACADEMIC)]
    return float(first.teaching.std())
