"""What follows from a comparison of pilots: each analysis is made when it is asked for, once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from samenspel.experiments.pilots.comparison.compared import Compared
from samenspel.experiments.pilots.comparison.power import power
from samenspel.experiments.pilots.comparison.robustness import pairs, robustness, summary

if TYPE_CHECKING:
    import pandas as pd


class Comparison(Compared):
    """What was found."""

    @cached_property
    def summary(self) -> pd.DataFrame:
        """By design and measure: mean, interval, spread over worlds, and the difference from the reference."""
        return summary(self)

    @cached_property
    def robustness(self) -> pd.DataFrame:
        """By design: how often best and acceptable, and its regret; see `pilot_robustness.robustness`."""
        return robustness(self)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """By measure and pair of designs: in which share of the worlds the first beats the second."""
        return pairs(self)

    @cached_property
    def power(self) -> pd.DataFrame:
        """By design and outcome: what a real pilot of that size would see; empty without a close look."""
        return power(self)
