"""How far a partnership can grow: the share adequately supervised over the size of its clusters.

On the axis of scale demand fills every place and sites take whoever comes, as in `samenspel degrade`. Replication k has
the same luck at every size. The view tells in words what is found (`viz/web/questions.js`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from samenspel.experiments.degradation.axes import GOES_WITH
from samenspel.model import Partnership, Scenario

if TYPE_CHECKING:
    from samenspel.experiments.statistics.breaks import Break
    from samenspel.experiments.statistics.safe_scale import Scale

AXIS = "students_per_cluster"
SHARE = "supervision_adequate_share"
SIZES = (6, 9, 12, 16, 20, 25, 30, 35, 40)
REPLICATIONS = 10
YEARS = 5

type Curves = NDArray[np.float64]


@dataclass(frozen=True)
class Growth:
    """The curve of one partnership.

    Attributes
    ----------
    sizes
        Students per cluster, ascending; the present size is among them.
    mean, low, high
        The share adequately supervised in the fifth school year at every size, with a 95 % band for the whole curve.
    own, floor
        The present size, and the share that must be adequately supervised.
    bend, safe
        What the curve does, and up to where its mean stays above the floor.
    """

    sizes: tuple[int, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    own: int
    floor: float
    bend: Break
    safe: Scale

    def facts(self) -> dict[str, Any]:
        """Everything that a page draws and says; what lies beyond the sizes is None."""
        bend, safe = self.bend, self.safe
        turn = {"point": bend.point, "low": bend.low, "high": bend.high, "worsens": bend.worsens}
        return {
            "sizes": self.sizes, "mean": self.mean, "low": self.low, "high": self.high,
            "own": self.own, "floor": self.floor, "shape": bend.shape, "turn": turn if bend.found else None,
            "stays": "everywhere" if safe.value == np.inf else "nowhere" if safe.value == -np.inf else "partly",
            "safe": {name: end if math.isfinite(end) else None for name, end in vars(safe).items()},
        }  # fmt: skip


@dataclass(frozen=True)
class Nobody:
    """Instead of a curve: in all runs, or in some of them, nobody is there to be supervised."""

    always: bool

    def facts(self) -> dict[str, Any]:
        """What a page says; there is nothing to draw."""
        return {"sizes": (), "always": self.always}


def steps(scenario: Scenario) -> list[Scenario]:
    """The scenario at every size of the axis, ascending. Raises `InputFaults` where it cannot have one."""
    sizes = sorted({*SIZES, int(scenario.values[AXIS])})
    return [scenario.with_values(**GOES_WITH[AXIS], **{AXIS: size}) for size in sizes]


def shares(scenarios: list[Scenario], seeds: list[int]) -> Iterator[float]:
    """The share of every run, one after another, sizes fastest; NaN where nobody is to be supervised."""
    for seed in seeds:
        for scenario in scenarios:
            partnership = Partnership(scenario, rng=seed)
            partnership.run(years=YEARS)
            yield partnership.last_year()[SHARE]


def growth(scenario: Scenario, seeds: list[int], wanted: Callable[[], bool]) -> Growth | Nobody | None:
    """The curve of a scenario; nothing when nobody wants it any more, which is asked after every run."""
    from samenspel.experiments.degradation.tables import band
    from samenspel.experiments.statistics.breaks import draw, find_break
    from samenspel.experiments.statistics.safe_scale import crossing_with_interval

    scenarios = steps(scenario)
    sizes = tuple(int(one.values[AXIS]) for one in scenarios)
    found = []
    for share in shares(scenarios, seeds):
        found.append(share)
        if not wanted():
            return None
    curves: Curves = np.array(found).reshape(len(seeds), len(sizes))
    if not np.isfinite(curves).all():
        return Nobody(always=not np.isfinite(curves).any())
    floor = float(scenario.values["safe_share"])
    mean, low, high = (tuple(np.clip(part, 0, 1).tolist()) for part in band(curves.T))
    safe = crossing_with_interval(sizes, curves, floor, draw(len(curves)))
    return Growth(sizes, mean, low, high, int(scenario.values[AXIS]), floor, find_break(sizes, curves), safe)
