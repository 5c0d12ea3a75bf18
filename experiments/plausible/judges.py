"""What judges a world: how far its figures are from their targets, in standard deviations of all that is uncertain.

History matching (Craig et al. 1997; Vernon, Goldstein & Bower 2010). Which patterns judge, and how well target and
model are known, stands in docs/RULES.md (section 11); targets are those of `samenspel.experiments.validation.patterns`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from samenspel.experiments.validation.patterns import CRITERIA

MOST = 3.0
"""A world with a greater implausibility anywhere is ruled out: three standard deviations (Pukelsheim 1994)."""


@dataclass(frozen=True, slots=True)
class Judge:
    """How well the ends of a target are known, and how well the model could meet it: standard deviations, its unit."""

    target_sd: float
    discrepancy_sd: float


JUDGES: dict[str, Judge] = {
    "two_a_mentor": Judge(0.05, 0.02),
    "two_a_mentor_felt": Judge(0.02, 0.01),
    "trainers_15_to_35": Judge(0.05, 0.02),
    "days_doubled": Judge(0.025, 0.02),
    "skill_up": Judge(0.025, 0.02),
    "days_by_skill": Judge(0.01, 0.01),
    "between_mentors": Judge(0.02, 0.02),
    "community_juniors": Judge(0.0375, 0.02),
    "community_seniors": Judge(0.05, 0.02),
    "community_whole": Judge(0.05, 0.02),
    "four_over_twelve": Judge(0.02, 0.02),
    "four_over_ten": Judge(0.02, 0.02),
    "four_over_two": Judge(0.02, 0.02),
}
"""By measure, in the order of the patterns; all of them served no refitting of a world."""
PATTERNS: tuple[str, ...] = tuple(dict.fromkeys(CRITERIA[measure].pattern for measure in JUDGES))
"""The patterns that judge."""


def implausibility(measure: str, figure: float, luck_sd: float) -> float:
    """How far a figure is from its target, 0 inside; infinite where there is no figure.

    Parameters
    ----------
    measure
        One of `JUDGES`.
    figure
        The mean over the lives of a world.
    luck_sd
        The standard deviation of that mean by luck.
    """
    if math.isnan(figure):
        return math.inf
    criterion, judge = CRITERIA[measure], JUDGES[measure]
    away = max(criterion.low - figure, figure - criterion.high, 0.0)
    return away / math.sqrt(luck_sd**2 + judge.target_sd**2 + judge.discrepancy_sd**2)


def by_pattern(figures: Mapping[Any, float], luck_sds: Mapping[Any, float]) -> dict[str, float]:
    """The implausibility of every pattern that judges: that of its worst figure."""
    worst = dict.fromkeys(PATTERNS, 0.0)
    for measure in JUDGES:
        pattern = CRITERIA[measure].pattern
        worst[pattern] = max(worst[pattern], implausibility(measure, figures[measure], luck_sds[measure]))
    return worst


def weight(implausibilities: Mapping[str, float]) -> float:
    """What a world counts for, 0 to 1: the likelihood of what it misses; 0 when it is ruled out."""
    if max(implausibilities.values()) > MOST:
        return 0.0
    return math.exp(-0.5 * sum(one**2 for one in implausibilities.values()))
