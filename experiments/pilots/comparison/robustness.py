"""How far an advice holds whatever the world is like: never a bare winner (Herman et al. 2015, measures of robustness).

A world is one sample of all that nobody knows. In a world a design has the mean of its replications, and designs share
their luck there; what is counted over worlds is plain shares, each with the interval that so many worlds allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.pilots.file.measures import FULL_COST, LOSS, MEASURES
from samenspel.experiments.plausible.asking import open_to_asking
from samenspel.experiments.statistics.intervals import interval_of_mean
from samenspel.experiments.statistics.weighted import interval_of_share as interval_of_share

if TYPE_CHECKING:
    from samenspel.experiments.pilots.comparison.compared import Compared

WORLDS_SHOWN = (0.05, 0.95)
WORST_DECILE = 0.9
SAME = 1e-12
CORE = ("pabo_adequate_share", "pabo_p10", "status_barrier", "mentor_overload_share", FULL_COST)
DOMINANT = 0.95  # of the worlds


# --- what came out ---------------------------------------------------------------------------------------------------


def summary(comparison: Compared) -> pd.DataFrame:
    """One row per design and measure.

    `mean` with `low` and `high`, the 95 % interval of luck (Student's t over replications of the mean over worlds);
    `worlds_low` and `worlds_high`, the 5 and 95 % quantiles over worlds; the same six for `difference`, paired run by
    run with the reference; `share_better`, the share of worlds in which it beats the reference; `worlds` and
    `replications`, how many of each have a value. Against a design that changes the whole partnership nothing is
    compared: NaN.
    """
    names = comparison.measures
    runs = comparison.runs.set_index(["design", "world", "replication"])[names]
    reference = runs.loc[0]
    tables = []
    for design in sorted(set(comparison.runs["design"])):
        own = runs.loc[design]
        difference = own - reference.reindex(own.index)
        if not comparison.pilots.comparable(design):
            difference[:] = float("nan")
        table = _told(own).join(_told(difference).add_prefix("difference_"))
        table["share_better"] = [
            share_above(_world_means(difference)[name].to_numpy() * MEASURES[name].sign) for name in names
        ]
        numbers = {"worlds": _world_means(own).count(), "replications": own.groupby("replication").mean().count()}
        tables.append(table.assign(design=design, unit=[MEASURES[name].unit for name in names], **numbers))
    whole = pd.concat(tables).rename_axis("measure").reset_index()
    return whole[["design", "measure", *(name for name in whole if name not in ("design", "measure"))]]


def _told(values: pd.DataFrame) -> pd.DataFrame:
    """Mean, interval of luck and spread over worlds of every column."""
    by_luck = values.groupby("replication").mean()
    table = interval_of_mean(by_luck.mean(), by_luck.std(), by_luck.count())
    worlds = _world_means(values)
    return table.assign(worlds_low=worlds.quantile(WORLDS_SHOWN[0]), worlds_high=worlds.quantile(WORLDS_SHOWN[1]))


def _world_means(values: pd.DataFrame) -> pd.DataFrame:
    return values.groupby("world").mean()


def share_above(differences: NDArray[np.float64]) -> float:
    """The share of worlds with a difference above 0; ties count half, worlds without a value not at all."""
    known = differences[~np.isnan(differences)]
    if not known.size:
        return float("nan")
    return float(np.where(np.abs(known) <= SAME, 0.5, known > 0).mean())


# --- one design against another --------------------------------------------------------------------------------------


def pairs(comparison: Compared) -> pd.DataFrame:
    """In which share of worlds the first beats the second, by measure, with Wilson's interval; ties count half.

    Of designs that set the same for the whole partnership; pairs of others are left out.
    """
    rows = []
    for name in comparison.measures:
        table = _by_world(comparison, name) * MEASURES[name].sign
        for first in table:
            for second in table:
                if first == second or not comparison.pilots.comparable(_number(first), _number(second)):
                    continue
                difference = (table[first] - table[second]).to_numpy()
                share, worlds = share_above(difference), int((~np.isnan(difference)).sum())
                low, high = interval_of_share(share, worlds)
                rows.append((name, first, second, share, low, high, worlds))
    return pd.DataFrame(rows, columns=["measure", "design", "other", "share", "low", "high", "worlds"])


def _by_world(comparison: Compared, name: str) -> pd.DataFrame:
    """One measure: a row a world, a column a design."""
    return comparison.worlds[name].unstack("design")


def dominance(comparison: Compared) -> pd.DataFrame:
    """The share of worlds in which a design (row) is nowhere worse than another (column), and better somewhere.

    "Nowhere" means on what counts: the floors, the aim, and supervision, barrier, mentors and money. A measure that
    one of the two does not have, such as supervision of mbo students without any, is left out. Designs that do not set
    the same for the whole partnership do not dominate each other.
    """
    names = dict.fromkeys([comparison.pilots.aim, *CORE, *comparison.pilots.floors])
    tables = [_by_world(comparison, name) * MEASURES[name].sign for name in names if name in comparison.measures]
    designs = list(tables[0])
    found = pd.DataFrame(0.0, index=designs, columns=designs)
    for first in designs:
        for second in designs:
            if not comparison.pilots.comparable(_number(first), _number(second)):
                continue
            gains = np.array([(table[first] - table[second]).to_numpy() for table in tables])
            gains = np.where(np.isnan(gains), 0.0, gains)
            found.loc[first, second] = float(((gains >= -SAME).all(axis=0) & (gains > SAME).any(axis=0)).mean())
    return found


# --- all designs -----------------------------------------------------------------------------------------------------


def acceptable(comparison: Compared) -> pd.DataFrame:
    """Whether all floors are met: a row a world, a column a design. What a design does not have cannot fail."""
    met = pd.DataFrame(
        True, index=_by_world(comparison, comparison.pilots.aim).index, columns=sorted(comparison.names())
    )
    for name, floor in comparison.pilots.floors.items():
        if name in comparison.worlds:
            table, sign = _by_world(comparison, name), MEASURES[name].sign
            met &= table.isna() | (sign * table >= sign * floor - SAME)
    return met


def best(comparison: Compared) -> pd.DataFrame:
    """How far a design is the best of a world, 0 to 1: most of the aim among acceptable ones; equals share it.

    Only designs that differ from the reference in their pilot alone can be best; the others have NaN.
    """
    aim = _by_world(comparison, comparison.pilots.aim) * MEASURES[comparison.pilots.aim].sign
    compared = beside(comparison)
    aim = aim.where(acceptable(comparison))[compared]
    top = aim.max(axis=1)
    first = aim.ge(top - SAME, axis=0) & aim.notna()
    shared = first.div(first.sum(axis=1).where(lambda count: count > 0, 1), axis=0).astype(float)
    return shared.reindex(columns=sorted(comparison.names()))


def beside(comparison: Compared, design: int = 0) -> list[int]:
    """The designs that set the same for the whole partnership as this one, itself among them."""
    return [at for at in comparison.names() if comparison.pilots.comparable(at, design)]


def regret(comparison: Compared, name: str) -> pd.DataFrame:
    """How much less of a measure than with the best comparable design: a row a world, a column a design.

    NaN for a design that nothing can be compared with.
    """
    table = _by_world(comparison, name) * MEASURES[name].sign
    found = {}
    for design in table:
        like = beside(comparison, _number(design))
        found[design] = table[like].max(axis=1) - table[design] if len(like) > 1 else np.nan * table[design]
    return pd.DataFrame(found)


def robustness(comparison: Compared) -> pd.DataFrame:
    """One row per design.

    `best` is the probability that it is best of the acceptable designs, `acceptable` (satisficing) the share of worlds
    in which all floors are met, each with Wilson's interval; `regret_aim` and `regret_pabo` are the 90 % quantiles of
    regret over worlds; `dominated_by` is a design that is nowhere worse in 95 % of the worlds, -1 when there is none.
    A design that changes the whole partnership is not called best: `best` is NaN, and so is `acceptable` where a floor
    asks what pabo students lose.
    """
    first, met, worse = best(comparison), acceptable(comparison), dominance(comparison)
    of_aim = regret(comparison, comparison.pilots.aim)
    of_pabo = regret(comparison, "pabo_adequate_share")
    rows = []
    for design in first:
        others = worse[design].drop(design)
        dominated = others[others >= DOMINANT]
        low, high = interval_of_share(float(first[design].mean()), len(first))
        judged = LOSS not in comparison.pilots.floors or comparison.pilots.comparable(_number(design))
        held = float(met[design].mean()) if judged else float("nan")
        met_low, met_high = interval_of_share(held, len(met))
        rows.append(
            {
                "design": design,
                "best": float(first[design].mean()), "best_low": low, "best_high": high,
                "acceptable": held, "acceptable_low": met_low, "acceptable_high": met_high,
                "regret_aim": float(of_aim[design].quantile(WORST_DECILE)),
                "regret_pabo": float(of_pabo[design].quantile(WORST_DECILE)),
                "dominated_by": _number(dominated.idxmax()) if len(dominated) else -1,
                "worlds": len(first),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _number(design: Any) -> int:
    """The number of a design, from the label of a table."""
    return int(design)


def floors_met(comparison: Compared) -> pd.DataFrame:
    """By design and floor: the share of worlds in which that floor is met."""
    rows = []
    for name, floor in comparison.pilots.floors.items():
        if name not in comparison.worlds:
            continue
        table, sign = _by_world(comparison, name), MEASURES[name].sign
        for design in table:
            known = table[design].dropna()
            share = float((sign * known >= sign * floor - SAME).mean()) if len(known) else float("nan")
            rows.append({"design": design, "measure": name, "floor": floor, "share": share, "worlds": len(known)})
    return pd.DataFrame(rows, columns=["design", "measure", "floor", "share", "worlds"])


# --- where the advice turns ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Turning:
    """Where the design that is most often best is not.

    Attributes
    ----------
    favourite
        Its number, -1 when no design is acceptable anywhere.
    turned
        The share of worlds in which it is not best.
    to
        What is best there instead: share of those worlds by design, -1 for none acceptable.
    boxes, limits
        Boxes of assumptions where it turns, as `experiments.discover` gives them; empty when none stands out.
    """

    favourite: int
    turned: float
    to: dict[int, float]
    boxes: pd.DataFrame
    limits: pd.DataFrame


def turning(comparison: Compared) -> Turning:
    """Look with PRIM for the assumptions under which the advice turns."""
    from samenspel.experiments.assumptions.discovery import BOX_COLUMNS, LIMIT_COLUMNS, boxes_of

    first = best(comparison)
    chances = first.mean()
    favourite = _number(chances.idxmax()) if chances.max() > 0 and len(beside(comparison)) > 1 else -1
    fails = (first[favourite] <= 0).to_numpy() if favourite >= 0 else np.ones(len(first), bool)
    elsewhere = first[fails]
    to = (
        {_number(design): float(share) for design, share in elsewhere.mean().items() if share > 0}
        if len(elsewhere)
        else {}
    )
    if len(elsewhere) and (none := float((elsewhere.sum(axis=1) == 0).mean())) > 0:
        to[-1] = none
    boxes: list[dict[str, object]] = []
    limits: list[dict[str, object]] = []
    if favourite >= 0 and comparison.pilots.worlds:
        sampled = comparison.pilots.sampled
        table = pd.DataFrame([dict(sampled[int(world)]) for world in first.index]).assign(fails=fails)
        luck = np.random.default_rng([comparison.pilots.seed, 7])
        asked = open_to_asking(comparison.pilots.assumptions, comparison.pilots.ranges)
        for box, found in enumerate(boxes_of(table, asked, luck), 1):
            boxes.append({"design": favourite, "box": box, **found.figures})
            limits += [{"design": favourite, "box": box, **limit} for limit in found.limits]
    return Turning(
        favourite, float(fails.mean()), to,
        pd.DataFrame(boxes, columns=BOX_COLUMNS), pd.DataFrame(limits, columns=LIMIT_COLUMNS),
    )  # fmt: skip
