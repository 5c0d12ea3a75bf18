"""Which assumptions go together, over worlds, with what a design costs and brings."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from samenspel.experiments.pilots.comparison.comparison import Comparison
from samenspel.experiments.pilots.file.measures import LOSS

MOST = 8


def assumptions_that_matter(comparison: Comparison, design: int, most: int = MOST) -> list[dict[str, Any]]:
    """Rank correlations over worlds between each assumption and what a design gains; the strongest, as rows.

    With n worlds a rank correlation of an assumption that does nothing stays below `chance` in 95 % of the cases,
    for all assumptions together (Bonferroni).
    """
    from scipy.stats import norm

    sampled = pd.DataFrame([dict(world) for world in comparison.pilots.sampled])
    numeric = [name for name in sampled if pd.api.types.is_numeric_dtype(sampled[name])]
    if len(sampled) < 4 or not numeric or len(comparison.names()) < 2:
        return []
    table = comparison.worlds.xs(design, level="design")
    reference = comparison.worlds.xs(0, level="design")
    outcomes = {LOSS: table[LOSS], comparison.pilots.aim: (table - reference)[comparison.pilots.aim]}
    level = 0.05 / (len(numeric) * len(outcomes))
    chance = min(1.0, float(norm.ppf(1 - level / 2)) / math.sqrt(len(sampled) - 1))
    ranks = sampled.loc[table.index, numeric].rank()
    found: list[tuple[float, str, str]] = []
    for outcome, values in outcomes.items():
        correlations = ranks.corrwith(pd.Series(values).rank()).fillna(0.0)
        found += [(float(rho), str(name), outcome) for name, rho in correlations.items()]
    found.sort(key=lambda row: (-abs(row[0]), row[1]))
    return [
        {"assumption": name, "outcome": outcome, "rho": rho, "chance": chance, "sure": abs(rho) > chance}
        for rho, name, outcome in found[:most]
    ]
