"""What to ask first about growing along the axis: what the loss against today hangs on, over worlds that were run."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from samenspel.experiments.degradation.plan import Plan
from samenspel.experiments.degradation.tables import SHARE, Along, Array, complete, safe_limits
from samenspel.experiments.plausible.asking import ask_first
from samenspel.experiments.statistics.safe_scale import safe_scale


def asks(plan: Plan, whole: dict[str, Array], of_worlds: dict[str, Array], scales: pd.DataFrame) -> pd.DataFrame:
    """How much of what is unsure about the loss each assumption, or group of them, explains; under the first arm.

    `place` is where the loss is looked at: the size nearest to the safe scale by loss, or the far end of the axis when
    that lies beyond it. Else columns as in `ask_first`; `narrows` in percentage points.
    """
    along, cube = Along(plan.axes[0], complete(whole[SHARE])), complete(of_worlds[SHARE])
    curves, own = along.worlds(cube[0]), along.at(plan.own_place)
    scale = safe_scale(safe_limits(plan, along, cube)["loss"][0])
    at = len(along.sizes) - 1 if math.isinf(scale) else int(np.argmin(np.abs(along.sizes - scale)))
    if at <= own:  # nothing is lost at a size no worse than today's: look one further
        at = min(own + 1, len(along.sizes) - 1)
    first = scales[scales["arm"] == plan.arms[0].name]
    worlds = first[list(plan.assumptions)].to_dict("records")
    loss = 100 * (curves[:, own] - curves[:, at])
    table = ask_first(loss, worlds, np.random.default_rng([plan.seed, 22]))
    return table.assign(place=along.back(float(along.sizes[at])))
