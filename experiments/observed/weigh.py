"""How well every world agrees with what was observed, what that makes of its weight, and whether any world agrees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from samenspel.experiments.observed.observations import Count, Difference
from samenspel.experiments.statistics import weighted
from samenspel.experiments.statistics.intervals import holm

Floats = NDArray[np.float64]

SHOWN = (0.05, 0.5, 0.95)
SURE = 0.05
LEAST = 1e-6
"""A world that counts for less than this part of the one that agrees best counts for nothing."""


@dataclass(frozen=True)
class Shown:
    """What worlds show of what was observed, in the unit in which it was.

    Attributes
    ----------
    figures
        Shape (worlds, observations): the mean over lives; NaN where a world has nobody to show it.
    spread
        Shape (observations,): the standard deviation between the lives of one world.
    beyond
        Shape (worlds, observations): the standard deviation of what the model leaves out.
    lives
        How many lives.
    """

    figures: Floats
    spread: Floats
    beyond: Floats
    lives: int

    def deviations(self, errors: Floats) -> Floats:
        """The standard deviation by which each figure may differ from what was observed; shape (worlds, observations).

        A standard error says how much another sample would differ, and that is what luck is to a life: what was
        observed is never surer than the luck of one life allows. Of the figure itself the mean over lives is sure.
        """
        observed = np.maximum(errors, self.spread)
        deviations: Floats = np.sqrt(observed**2 + self.spread**2 / self.lives + self.beyond**2)
        return deviations


def reweighed(shown: Shown, values: Floats, errors: Floats, weights: Floats) -> Floats:
    """The weights of worlds once they were held against what was observed; the largest is 1.

    By Bayes' rule: the weight before, times the normal likelihood of every observation, each apart from the others.

    Parameters
    ----------
    shown
        What worlds show.
    values, errors
        What was observed and its standard error, shape (observations,).
    weights
        Shape (worlds,), before.

    Returns
    -------
    ndarray
        Shape (worlds,), 0 to 1; 0 of worlds that cannot show all that was observed.
    """
    deviations = shown.deviations(errors)
    likelihood = -0.5 * np.square((values - shown.figures) / deviations) - np.log(deviations)
    with np.errstate(divide="ignore"):
        whole = likelihood.sum(axis=1) + np.log(weights)
    whole[np.isnan(whole)] = -np.inf
    if not np.isfinite(whole).any():
        return np.zeros(len(weights))
    after: Floats = np.exp(whole - whole.max())
    after[after < LEAST] = 0.0
    return after


def agreement(shown: Shown, values: Floats, errors: Floats, weights: Floats) -> Floats:
    """How likely worlds think it that something as far from what they expect is observed; shape (observations,).

    The predictive check of Box (1980): twice the smaller tail of the weighted mixture of normals, 0 to 1.
    """
    deviations = shown.deviations(errors)
    below = ndtr((values - shown.figures) / deviations)
    found = [weighted.mean(column, weights) for column in below.T]
    tails: Floats = 2.0 * np.minimum(found, 1.0 - np.asarray(found))
    return tails


def table_of(
    observed: Sequence[Count | Difference], shown: Shown, before: Floats, after: Floats
) -> pd.DataFrame:  # fmt: skip
    """One row an observation, in its own unit.

    `observed` and `error`; `before_` and `after_` with `low`, `middle` and `high`: 5, 50 and 95 % of what worlds expect
    by weight; `p_before` and `p_after`, how likely they think an observation that far off; `misfit`, whether one of the
    two is below 0.05 after Holm's correction for all observations.
    """
    values, errors = (np.array([getattr(one, name) for one in observed], float) for name in ("value", "error"))
    columns: dict[str, object] = {"observed": values, "error": errors}
    misfit = np.zeros(len(observed), bool)
    for when, weights in (("before", before), ("after", after)):
        ends = np.array([weighted.quantile(column, weights, SHOWN) for column in shown.figures.T])
        columns |= {f"{when}_{name}": ends[:, at] for at, name in enumerate(("low", "middle", "high"))}
        chances = agreement(shown, values, errors, weights)
        columns[f"p_{when}"] = chances
        misfit |= ~(holm(chances) >= SURE)
    return pd.DataFrame(columns).assign(misfit=misfit)
