"""What was measured: counts of the partnership's own, and differences that a pilot showed."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from samenspel.experiments.observed.instruments import Instrument
from samenspel.experiments.pilots.comparison.close import OUTCOMES
from samenspel.model.declared.indicators import INDICATORS

OTHERS, BEFORE = "other clusters", "before"
AGAINST = (OTHERS, BEFORE)
LEFT = {f"left_in_year_{year}": year for year in (1, 2, 3, 4)}
"""Counts beside the indicators: the share of a study year's hbo students who leave within the school year."""
DISCREPANCY = 0.02
"""What the model leaves out of a figure from 0 to 1, as a standard deviation; of others this part of it. Assumption."""
COUNTED: tuple[str, ...] = (*INDICATORS, *LEFT)


@dataclass(frozen=True)
class Count:
    """A figure of the partnership's own, over one school year.

    Attributes
    ----------
    name
        One of `COUNTED`.
    year
        The school year, 1 the present one.
    value, error
        What was counted, in the unit of the figure, and its standard error.
    """

    name: str
    year: int
    value: float = field(compare=False)  # a life does not hang on it: corrected, worlds are weighed again at once
    error: float = field(compare=False)

    @property
    def thing(self) -> tuple[str, ...]:
        """What was observed; two of the same contradict or repeat each other."""
        return (self.name, str(self.year))

    def discrepancy(self, figure: float) -> float:
        """The standard deviation of what the model leaves out of its figure, in the unit of that."""
        return DISCREPANCY * (1.0 if is_share(self.name) else abs(figure))


@dataclass(frozen=True)
class Difference:
    """What a pilot's clusters had more than others, or than they had before, at the end of its first year.

    Attributes
    ----------
    design
        Which design of the comparison it was.
    outcome
        One of `OUTCOMES`, of hbo students of years 1 to 3.
    against
        `other clusters` at the same time, or `before`: the pilot's clusters in the first week of that year.
    instrument
        How it was measured.
    value, error
        The difference and its standard error: points of the scale or, where `standardised`, standard deviations
        between students of what it is compared with, as measured.
    """

    design: int
    outcome: str
    against: str
    instrument: Instrument
    value: float = field(compare=False)
    error: float = field(compare=False)
    standardised: bool = False

    @property
    def thing(self) -> tuple[str, ...]:
        """What was observed."""
        return (str(self.design), self.outcome, self.against)

    def as_measured(self, figure: float, sd: float) -> float:
        """A difference of the model, 0 to 1, in the unit of what was measured; NaN where nobody differs."""
        if not self.standardised:
            return self.instrument.in_points(figure)
        return self.instrument.in_deviations(figure, sd) if sd > 0 else math.nan

    @property
    def state(self) -> str:
        """The column of students that holds the outcome."""
        return OUTCOMES[self.outcome]


@dataclass(frozen=True)
class Observations:
    """All that was measured, as a file says it."""

    file: str
    counts: tuple[Count, ...]
    differences: tuple[Difference, ...]

    @property
    def all(self) -> tuple[Count | Difference, ...]:
        """Counts, then differences."""
        return (*self.counts, *self.differences)


def is_share(name: str) -> bool:
    """Whether a figure that is counted lies from 0 to 1."""
    return name in LEFT or INDICATORS[name].high == 1.0
