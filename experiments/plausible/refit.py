"""What is fitted anew in every world, so that a world reproduces what the defaults were calibrated on.

By the steps of `samenspel.experiments.validation.calibration`: base fatigue in closed form (P15), leaving, delay and
part-timers' availability by scaling what came out (P2, P3, P1), the floor of quality as a quantile (P16).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.agents.students import Status
from samenspel.experiments.validation import calibration
from samenspel.experiments.validation.measures import school_years
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.scenario import Scenario
from samenspel.model.measures.floors import deciding_quality
from samenspel.model.partnership import Partnership

ROUNDS = 2
YEARS_OF_QUALITY, EVERY = 5, 3  # the default horizon; weeks from one look to the next, out of step with meetings
REFITTED: tuple[str, ...] = (
    "parttime_availability", "exit_fulltime_first", "exit_parttime_first", "stop_share_fulltime", "delay_later",
    "fatigue_base_mean", "adequate_threshold",
)  # fmt: skip
"""What is fitted anew, in the order of the patterns."""
LEAST_BY_TIME_AND_CONTACT = 0.80
"""A world in which fewer have time and contact enough is ruled out: no floor of quality could mend it (MODEL-2, M)."""
FLOORS: tuple[str, ...] = ("adequate_by", "floor_time", "floor_contact")


@dataclass(frozen=True)
class Refit:
    """What came of it.

    Attributes
    ----------
    values
        By name what was fitted; what nobody was there to show is not among it.
    time_and_contact
        Share of placed students of the partnership with time and contact enough, over the first five years.
    """

    values: Mapping[str, float]
    time_and_contact: float

    @property
    def possible(self) -> bool:
        """Whether enough students have time and contact enough."""
        return self.time_and_contact >= LEAST_BY_TIME_AND_CONTACT


def refit(scenario: Scenario, names: Collection[str], seeds: Sequence[int]) -> Refit:
    """Fit these of `REFITTED` anew, with these seeds in every round; others stay as the scenario has them."""
    fitted = _plausible(names, {"fatigue_base_mean": calibration.base_fatigue(scenario)})
    for _ in range(ROUNDS):
        lived = scenario.with_values(beyond_range=True, **fitted)
        fitted |= _plausible(names, _step(lived, _years(lived, seeds)))
    judged = scenario.with_values(beyond_range=True, **fitted, **{name: PARAMETERS[name].default for name in FLOORS})
    quality = np.concatenate(list(_qualities(judged, seeds)))
    if "adequate_threshold" in names:
        fitted["adequate_threshold"] = float(np.quantile(quality, 1.0 - calibration.ADEQUATE))
    return Refit(fitted, float((quality > 0).mean()))


def _plausible(names: Collection[str], step: Mapping[str, float]) -> dict[str, float]:
    """What a step wants of these, within their declared ranges; without what nobody is there to show."""
    return {
        name: min(max(value, PARAMETERS[name].low), PARAMETERS[name].high)
        for name, value in step.items()
        if name in names and math.isfinite(value)
    }


def _years(scenario: Scenario, seeds: Sequence[int]) -> pd.DataFrame:
    """All students of all school years that count."""
    tables = [table for seed in seeds for table in school_years(Partnership(scenario, rng=seed), seed)]
    return pd.concat(tables, ignore_index=True)


def _step(scenario: Scenario, table: pd.DataFrame) -> dict[str, float]:
    """One step towards P2, P3 and P1."""
    exits = {name: float(scenario.values[name]) for name in ("exit_fulltime_first", "exit_parttime_first")}
    return calibration.fit_exits(exits, table) | {
        "delay_later": calibration.fit_delay(scenario, table),
        "parttime_availability": calibration.fit_availability(scenario, table),
    }


def _qualities(scenario: Scenario, seeds: Sequence[int]) -> Iterator[NDArray[np.float64]]:
    """What decides whether everybody placed inside is adequately supervised, looked at every few weeks."""
    for seed in seeds:
        partnership = Partnership(scenario, rng=seed)
        while partnership.week + EVERY <= YEARS_OF_QUALITY * WEEKS:
            partnership.run(weeks=EVERY)
            s = partnership.students.rows()
            yield deciding_quality(partnership.p, s)[(s.status == Status.INSIDE) & s.placed]
