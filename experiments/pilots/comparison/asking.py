"""What to ask first before a pilot is chosen: what the choice hangs on, and what the loss of pabo students hangs on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from samenspel.experiments.pilots.comparison.compared import Compared
from samenspel.experiments.pilots.comparison.robustness import beside, best
from samenspel.experiments.pilots.file.measures import LOSS
from samenspel.experiments.plausible.asking import ask_before_choosing, ask_first

COLUMNS = [
    "name", "choice", "choice_low", "choice_high", "choice_p", "decides", "explains", "explains_low", "explains_high",
    "narrows", "explains_p", "matters",
]  # fmt: skip


def asks(comparison: Compared, design: int) -> pd.DataFrame:
    """One row an assumption, or a group of them that would be measured together; those to ask first come first.

    `choice` with `choice_low` and `choice_high`, in parts of the worlds: how much oftener who knew it would choose the
    design that is best there; `decides` when that is sure. `explains` with its interval: how much it explains of what
    is unsure about the loss of pabo students with this design, and by how many percentage points its 90 % interval
    would be narrower (`narrows`); `matters` when that is sure. Both are corrected for how many were asked (`_p`, Holm).
    """
    sampled, own = comparison.pilots.sampled, comparison.pilots.ranges
    luck = np.random.default_rng([comparison.pilots.seed, 23])
    first = best(comparison)
    compared = beside(comparison)
    choice = ask_before_choosing(
        {at: first[at].fillna(0.0) for at in compared}, [sampled[int(world)] for world in first.index], luck, own
    ).rename(columns={"evppi": "choice", "low": "choice_low", "high": "choice_high", "p_holm": "choice_p",
                      "worth_asking": "decides"})  # fmt: skip
    lost = comparison.worlds.xs(design, level="design")[LOSS]
    loss = ask_first(100 * lost, [sampled[int(world)] for world in lost.index], luck, own).rename(
        columns={"low": "explains_low", "high": "explains_high", "p_holm": "explains_p", "worth_asking": "matters"}
    )
    kept = ["name", "choice", "choice_low", "choice_high", "choice_p", "decides"]
    table = loss[[name for name in COLUMNS if name in loss]].merge(choice[kept], on="name", how="outer")
    for flag in ("decides", "matters"):
        table[flag] = table[flag].eq(True)
    table = table.sort_values(["decides", "matters", "choice", "explains"], ascending=False, kind="stable")
    return table[COLUMNS].reset_index(drop=True)
