"""What is measured of one candidate world, by a worker: what was fitted anew, and the figure of every pattern.

All candidates share their seeds, so that worlds differ by what they are and not by luck. A world that is ruled out
early is not measured further: what no fit can mend, and what judges fail, needs no posterior prediction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from samenspel.experiments.plausible.candidates import refitted_in
from samenspel.experiments.plausible.judges import by_pattern, weight
from samenspel.experiments.plausible.refit import refit
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.seeds import seed_of
from samenspel.experiments.sweeps.work import Measured
from samenspel.experiments.validation.measures import Figures, at_other_sizes, in_steady_state
from samenspel.experiments.validation.paired import (
    in_balanced_teams,
    in_mixed_teams,
    in_other_subgroups,
    with_fewer_trainers,
    within_a_year,
)
from samenspel.model.input.scenario import Scenario

VALUE = "supervision_mean"  # the column of a sweep's groups that carries the figures
SPREAD = "supervision_p10"  # and the one that carries the standard deviation of their mean by luck
FITTED = "fitted."
"""What a measure is called that is a value fitted anew."""
TIME_AND_CONTACT = "time_and_contact"
"""The share with time and contact enough."""

LIVES_TO_FIT = 2


def _long_life(scenario: Scenario, seed: int) -> Figures:
    return in_steady_state(scenario, seed, within_a_year)


JUDGED: tuple[tuple[Callable[[Scenario, int], Figures], int], ...] = (
    (_long_life, 4),
    (with_fewer_trainers, 6),
    (in_other_subgroups, 2),
)
"""What judges, and in how many lives: enough for luck to be at most half of what is unsure about the target."""
PREDICTED: tuple[tuple[Callable[[Scenario, int], Figures], int], ...] = (
    (at_other_sizes, 2),
    (in_mixed_teams, 2),
    (in_balanced_teams, 2),
)
"""What only validates, so it is measured in worlds that are kept."""


def measure_world(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Fit a world anew and measure it, as a table of groups: one row a measure."""
    seeds = [seed_of(seed, life) for life in range(1, 1 + LIVES_TO_FIT + max(lives for _, lives in JUDGED))]
    fit = refit(scenario, refitted_in(scenario), seeds[:LIVES_TO_FIT])
    found = pd.DataFrame({VALUE: {TIME_AND_CONTACT: fit.time_and_contact}, SPREAD: {TIME_AND_CONTACT: np.nan}})
    fitted = pd.DataFrame({VALUE: {FITTED + name: value for name, value in fit.values.items()}})
    tables = [found, fitted]
    if fit.possible:
        world = scenario.with_values(beyond_range=True, **fit.values)
        judged = _lived(world, JUDGED, seeds[LIVES_TO_FIT:])
        tables.append(judged)
        if weight(by_pattern(judged[VALUE].to_dict(), judged[SPREAD].to_dict())) > 0:
            tables.append(_lived(world, PREDICTED, seeds[LIVES_TO_FIT:]))
    table = pd.concat(tables).rename_axis("measure").reset_index()
    return Measured({}, groups={"measure": table})


def measure_as_drawn(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Measure a candidate as it was drawn, with nothing fitted anew: what fitting and judging have to mend."""
    lives = [seed_of(seed, 1 + LIVES_TO_FIT + at) for at in range(max(lives for _, lives in JUDGED))]
    table = _lived(scenario, (*JUDGED, *PREDICTED), lives)
    return Measured({}, groups={"measure": table.rename_axis("measure").reset_index()})


def _lived(
    world: Scenario, measured: Iterable[tuple[Callable[[Scenario, int], Figures], int]], seeds: list[int]
) -> pd.DataFrame:
    """The mean of every figure over its lives and the standard deviation of that mean by luck, by measure."""
    tables = []
    for measure, lives in measured:
        figures = pd.DataFrame([measure(world, seed) for seed in seeds[:lives]])
        tables.append(pd.DataFrame({VALUE: figures.mean(), SPREAD: figures.std() / np.sqrt(figures.count())}))
    return pd.concat(tables)
