"""The ten questions a partnership asks, each answered from runs: a figure and how far it spreads over worlds.

Questions 6 and 7 are what a comparison of pilots is about; for the others the reference is varied in what the
question asks. All variants stand in one sweep, in the first worlds of the comparison, with the same luck. Among them
is what each design changes in the whole partnership, without its mbo students: what that does by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.pilots.file.measures import LOSS
from samenspel.experiments.pilots.file.past import Past
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.statistics.shared import in_common
from samenspel.experiments.study.factors import Point
from samenspel.model.input.faults import InputFaults

if TYPE_CHECKING:
    from samenspel.experiments.study.study import Study

WORLDS, REPLICATIONS = 10, 10
ADEQUATE = "supervision_adequate_share"
SCALE: Point = {"demand_follows_places": True, "site_capacity": "soft"}
SIZES = (8, 12, 16, 20, 24, 30)
FULL = 400  # students (D05)
MBO = (0, 2, 4, 6, 8, 12)
WITHOUT: Point = {"mbo_students_per_cluster": 0, "mbo_mix": "none"}
MIXED: Point = {"mbo_mix": "mixed", "mbo_places_per_site": 8}


def alone(design: int) -> str:
    """The variant with what a design sets for the whole partnership, and no mbo students."""
    return f"alone {design}"


def variants(pilots: Pilots) -> dict[str, Point]:
    """What each variant changes in the reference, by name; `reference` changes nothing."""
    own = pilots.reference.scenario
    clusters = len(own.world.clusters)
    full = min(40, max(1, round(FULL / clusters)))
    found: dict[str, Point] = {"reference": {}}
    found |= {f"size {size}": {"students_per_cluster": size, **SCALE} for size in SIZES}
    at_full: Point = {"students_per_cluster": full, **SCALE}
    found |= {
        "full": at_full,
        "full, mentor": {**at_full, "mentor_hours": _half_more(pilots, "mentor_hours")},
        "full, school trainer": {**at_full, "trainer_hours": _half_more(pilots, "trainer_hours")},
        "full, institute trainer": {
            **at_full,
            "institute_trainer_hours": _half_more(pilots, "institute_trainer_hours"),
        },
        "clusters": {"growth_clusters": 4},
        "boards": {"growth_boards": 4},
        "mbo": {"mbo_students_per_cluster": 4, **MIXED},
        "wages 3": {"wage_growth": 0.03, "grant_growth": 0.0},
        "wages 5": {"wage_growth": 0.05, "grant_growth": 0.0},
        "one year": {"cross_year": False},
        "no meetings": {"with_peer_learning": False},
        "groups of 8": {"subgroup_size": 8},
        "groups of 12": {"subgroup_size": 12},
        "other day": {"parttime_form": "other_day"},
        "light": {"parttime_form": "light"},
        "train": {"mentors_trained_share": 0.90, "new_mentors_trained_share": 0.60},
        "select": {"selection": (1.0 + float(own.values["selection"])) / 2.0},
        "hours": {"mentor_hours": _half_more(pilots, "mentor_hours", 0.25)},
        "stable": {"mentor_turnover": 0.05, "trainer_turnover": 0.05, "move_travel": 15.0},
        "across": {"growth_clusters": 4, "cross_denomination": True},
    }
    found |= {
        alone(at): {name: design.values[name] for name in elsewhere if name in design.values} | WITHOUT
        for at, design in enumerate(pilots.designs)
        if design.has_mbo and (elsewhere := pilots.changed_everywhere(at))
    }
    found |= {f"mbo {number}": {"mbo_students_per_cluster": number, **MIXED} for number in MBO if number}
    return {name: point for name, point in found.items() if _can_be(pilots, point)}


def _half_more(pilots: Pilots, name: str, more: float = 0.5) -> float:
    return float(pilots.reference.scenario.values[name]) * (1 + more)


def _can_be(pilots: Pilots, point: Point) -> bool:
    """Whether the reference can be changed like this; a question that cannot be asked is left open."""
    try:
        pilots.reference.scenario.with_values(**point, beyond_range=True)
    except InputFaults:
        return False
    return True


def past(pilots: Pilots) -> Past:
    """What the reference has lived by, whatever a variant changes in it."""
    before = pilots.past(pilots.reference.scenario)
    unchanged = {**_unchanged(pilots), **before.values}
    return replace(before, values=unchanged, worlds=pilots.sampled[:WORLDS])


def _unchanged(pilots: Pilots) -> Point:
    """What the reference has of everything that a variant changes."""
    own = pilots.reference.scenario.values
    return {name: own[name] for point in variants(pilots).values() for name in point}


def study(pilots: Pilots) -> Study:
    """All variants in the first worlds."""
    from samenspel.experiments.pilots.comparison.worlds import study_of

    wanted, unchanged = variants(pilots), _unchanged(pilots)
    worlds = pilots.sampled[:WORLDS]
    points = tuple({**unchanged, **world, **point} for point in wanted.values() for world in worlds)
    return study_of(
        pilots, pilots.reference.scenario, points, min(REPLICATIONS, pilots.replications), {"name": "questions"}
    )


@dataclass(frozen=True)
class Spread:
    """A figure: its median over worlds, and the 5 and 95 % quantiles; `share` of worlds for which something holds."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> Spread:
        """The spread of what is known."""
        known = values[~np.isnan(values)]
        if not known.size:
            return cls(float("nan"), float("nan"), float("nan"))
        return cls(*(float(np.quantile(known, at)) for at in (0.5, 0.05, 0.95)))


@dataclass(frozen=True)
class Answers:
    """The runs behind the questions: mean over replications of every measure, by `variant` and `world`."""

    worlds: pd.DataFrame
    floor: float

    @classmethod
    def of(cls, pilots: Pilots, runs: pd.DataFrame) -> Answers:
        """From the sweep's runs, whose `world` counts variants and worlds together."""
        names, count = list(variants(pilots)), min(WORLDS, len(pilots.sampled))
        variant = np.array(names, object)[runs["world"].to_numpy() // count]
        runs = in_common(runs.assign(variant=variant, world=runs["world"] % count), "variant")
        table = runs.groupby(["variant", "world"], sort=False).mean().drop(columns="replication")
        reference = table["pabo_adequate_share"].xs("reference", level="variant")
        own = table["pabo_adequate_share"]
        table[LOSS] = reference.reindex(own.index.get_level_values("world")).to_numpy() - own.to_numpy()
        floors = pilots.floors
        safe = float(pilots.scenario.values["safe_share"])
        return cls(table, floors.get(ADEQUATE, floors.get("pabo_adequate_share", safe)))

    def has(self, *names: str) -> bool:
        """Whether these variants were run."""
        there = set(self.worlds.index.get_level_values("variant"))
        return all(name in there for name in names)

    def values(self, variant: str, measure: str) -> NDArray[np.float64]:
        """A measure by world."""
        worlds = self.worlds.index.get_level_values("world").unique()
        known = self.worlds[measure].xs(variant, level="variant").reindex(worlds)
        found: NDArray[np.float64] = known.to_numpy(float)
        return found

    def gain(self, variant: str, measure: str, over: str = "reference") -> NDArray[np.float64]:
        """How much more of a measure than in another variant, by world."""
        return self.values(variant, measure) - self.values(over, measure)

    def falls_below(self) -> NDArray[np.float64]:
        """Places per cluster at which adequate supervision falls below the floor, by world; NaN where it never does.

        A straight line between the sizes that were run.
        """
        shares = np.column_stack([self.values(f"size {size}", ADEQUATE) for size in SIZES])
        return np.array([_crossing(np.array(SIZES, float), row, self.floor) for row in shares])

    def most_mbo(self, tolerated: float) -> NDArray[np.float64]:
        """Most mbo students a cluster for which pabo students lose no more than this, by world, of those run."""
        losses = np.column_stack([self.values(f"mbo {number}", LOSS) for number in MBO if number])
        found = []
        for row in losses:
            fine = [number for number, loss in zip([n for n in MBO if n], row, strict=True) if loss <= tolerated]
            found.append(float(max(fine, default=0)))
        return np.array(found)

    def first_of(self, names: list[str], measure: str, over: str = "reference") -> dict[str, float]:
        """The share of worlds in which each variant does most for a measure."""
        gains = np.nan_to_num(np.column_stack([self.gain(name, measure, over) for name in names]), nan=-np.inf)
        first = np.bincount(gains.argmax(axis=1), minlength=len(names)) / len(gains)
        return dict(zip(names, first.tolist(), strict=True))


def _crossing(sizes: NDArray[np.float64], shares: NDArray[np.float64], floor: float) -> float:
    """Where a line through the points first falls below the floor; the first size when it starts below."""
    below = np.flatnonzero(shares < floor)
    if not below.size:
        return float("nan")
    at = int(below[0])
    if at == 0:
        return float(sizes[0])
    drop = shares[at - 1] - shares[at]
    return float(sizes[at - 1] + (shares[at - 1] - floor) / drop * (sizes[at] - sizes[at - 1]))
