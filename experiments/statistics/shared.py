"""What all designs of a sweep have in common: the worlds and replications that count when designs are compared.

Means over different worlds cannot be ranked. So a world with a replication counts for all designs or for none: when
not all designs have finished it, and when the run of one of them failed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

CELL = ["world", "replication"]


@dataclass(frozen=True)
class Shared:
    """The part of a sweep in which designs are compared.

    Attributes
    ----------
    runs
        Those runs, none of which failed, with `design`, `world` and `replication`.
    worlds, replications
        How many of them all designs have finished; every one of these worlds with every one of these replications.
    failed
        Combinations of such a world and replication that are left out, because the run of some design failed there.
    hopeless
        Designs of which every run failed there; they are not compared.
    """

    runs: pd.DataFrame
    worlds: int
    replications: int
    failed: int
    hopeless: tuple[int, ...]


def share(runs: pd.DataFrame, designs: int) -> Shared:
    """What so many designs share of these runs, which have `design`, `world`, `replication` and `status`."""
    finished = runs.groupby(CELL).size().unstack(fill_value=0) == designs
    worlds, replications = _block(finished.to_numpy(bool))
    inside = runs["world"].isin(finished.index[worlds]) & runs["replication"].isin(finished.columns[replications])
    done = runs[inside & (runs["status"] == "done")]
    hopeless = sorted(set(runs.loc[inside, "design"]) - set(done["design"]))
    kept = in_common(done)
    left_out = len(worlds) * len(replications) - len(kept[CELL].drop_duplicates())
    return Shared(kept, len(worlds), len(replications), left_out, tuple(map(int, hopeless)))


def in_common(runs: pd.DataFrame, design: str = "design") -> pd.DataFrame:
    """The runs in worlds and replications of which every design that has runs has one; one run a design in each."""
    there = runs.groupby(CELL)[design].transform("size")
    return runs[there == runs[design].nunique()]


def _block(finished: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of a large block that is all true.

    Of the blocks that have the columns of some row, in all rows with these, or the rows of some column, in all columns
    with these, the largest; of equal ones the widest.
    """
    blocks = [((finished | ~columns).all(axis=1), columns) for columns in np.unique(finished, axis=0)]
    blocks += [(rows, (finished.T | ~rows).all(axis=1)) for rows in np.unique(finished.T, axis=0)]
    rows, columns = max(blocks, key=lambda block: (block[0].sum() * block[1].sum(), block[1].sum()))
    full = rows.any() and columns.any()
    return np.flatnonzero(rows & full), np.flatnonzero(columns & full)
