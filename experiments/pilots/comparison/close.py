"""Clusters and boards from close by: what a real pilot would see of its own students, and what each board pays.

A few worlds are lived once more, for what runs do not keep: how hbo students in the pilot's clusters differ within and
between clusters at the end of the first pilot year, and the own contribution of every board at the end of the horizon.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.students import FIRST_MBO, Status
from samenspel.experiments.engine.spread import spread
from samenspel.experiments.pilots.comparison.runs import live
from samenspel.experiments.pilots.file.design import PilotDesign
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.study.seeds import seed_of
from samenspel.model.words import Message

if TYPE_CHECKING:
    from samenspel.model.partnership import Partnership

OUTCOMES = {
    "knowledge_other_profession": "knowledge",
    "status_barrier": "barrier",
    "competence_collaboration": "collaboration",
    "supervision": "remembered",
}
OUTCOME_WORDS = {
    "knowledge_other_profession": Message("knowledge of the other profession"),
    "status_barrier": Message("status barrier"),
    "competence_collaboration": Message("competence in collaboration"),
    "supervision": Message("supervision as remembered"),
}
SMALL_SCHOOL = 100  # pupils (D42)


@dataclass(frozen=True)
class CloseLook:
    """What was seen.

    Attributes
    ----------
    clusters
        One row per `design`, `world` and `outcome`, mean over replications: `pilot_clusters`, `other_clusters`,
        `students` (hbo members a pilot cluster), `other_students`, `effect` (mean in the pilot's clusters minus that
        of the same clusters in the reference), `sd` (between students, within and between clusters, in the
        reference) and `icc` (share of the variance that lies between clusters).
    boards
        Own contribution in EUR a year by `design`, `world` and `board`, mean over replications.
    schools
        By `school` with fewer than 100 pupils: `pupils`, and the share of replications and worlds in which its hbo
        places are `full` in the last year of the reference.
    """

    clusters: pd.DataFrame
    boards: pd.DataFrame
    schools: pd.DataFrame


Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Look:
    """Lives a world once more, for each design and so many replications; gives rows of clusters, boards and schools."""

    pilots: Pilots
    replications: int

    def __call__(self, world: int) -> tuple[Rows, Rows, Rows]:
        """What is seen of a world."""
        pilots = self.pilots
        clusters, boards, schools = Rows(), Rows(), Rows()
        starts = [begins(pilots, design, world) for design in pilots.designs]
        for replication in range(1, self.replications + 1):
            seed = seed_of(pilots.seed, replication)
            seen: dict[int, Mapping[str, Any]] = {}
            for at, design in enumerate(pilots.designs):
                here = {"design": at, "world": world}
                partnership = starts[at](seed)
                year = min(int(design.scenario.values["mbo_start_year"]), pilots.years)
                if at and design.has_mbo:
                    live(partnership, design.changes, year)
                    if year not in seen:
                        seen[year] = _reference(pilots, starts[0](seed), year)
                    clusters += [{**here, **row} for row in _effects(partnership, seen[year])]
                live(partnership, design.changes, pilots.years)
                boards += [{**here, **row} for row in _boards(partnership)]
                if at == 0:
                    schools += _schools(partnership)
        return clusters, boards, schools


def look(pilots: Pilots, worlds: int, replications: int, workers: int | None = 0) -> CloseLook:
    """Live the first so many worlds again, for each design, in so many processes."""
    seen = spread(Look(pilots, replications), worlds, workers, chunk=1)
    clusters, boards, schools = ([row for rows in parts for row in rows] for parts in zip(*seen, strict=True))
    return CloseLook(
        _mean(clusters, ["design", "world", "outcome"]),
        _mean(boards, ["design", "world", "board"]),
        _mean(schools, ["school", "pupils"]),
    )


def _mean(rows: Rows, keys: list[str]) -> pd.DataFrame:
    if not rows:
        return pd.DataFrame(columns=keys)
    return pd.DataFrame(rows).groupby(keys, sort=False).mean().reset_index()


def begins(pilots: Pilots, design: PilotDesign, world: int) -> Callable[[int], Partnership]:
    """What gives a design at the start in a world, by a seed."""
    from samenspel.model import Partnership

    scenario = design.scenario.with_values(**pilots.sampled[world])
    past = pilots.past(design.scenario).of(scenario)
    return lambda seed: Partnership(scenario, rng=seed, past=past)


def begin(pilots: Pilots, design: PilotDesign, world: int, seed: int) -> Partnership:
    """A design at the start, in a world."""
    return begins(pilots, design, world)(seed)


def _reference(pilots: Pilots, partnership: Partnership, year: int) -> Mapping[str, Any]:
    """The reference at the end of the first pilot year."""
    live(partnership, pilots.reference.changes, year)
    rows, cluster = members(partnership)
    values = {outcome: partnership.students.column(state)[rows].copy() for outcome, state in OUTCOMES.items()}
    return {"cluster": cluster, "values": values}


def members(here: Partnership) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Rows and clusters of the hbo students of years 1 to 3 inside."""
    s = here.students.rows()
    rows = np.flatnonzero((s.status == Status.INSIDE) & (s.programme < FIRST_MBO) & (s.year <= 3) & (s.cluster >= 0))
    return rows, s.cluster[rows].astype(np.int64)


def _effects(here: Partnership, reference: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Of every outcome: the effect, its spread and how much of that lies between clusters."""
    rows, cluster = members(here)
    pilot = np.flatnonzero(here.communities.column("has_mbo"))
    inside, before = np.isin(cluster, pilot), np.isin(reference["cluster"], pilot)
    count, others = len(pilot), here.communities.size - len(pilot)
    if count == 0 or not inside.any() or not before.any():
        return []
    found = []
    for outcome, state in OUTCOMES.items():
        values, theirs = here.students.column(state)[rows], reference["values"][outcome]
        found.append(
            {
                "outcome": outcome,
                "pilot_clusters": float(count),
                "other_clusters": float(others),
                "students": float(inside.sum() / count),
                "other_students": float((~inside).sum() / others) if others else float("nan"),
                "effect": float(values[inside].mean() - theirs[before].mean()),
                "sd": float(theirs.std(ddof=1)),
                "icc": intraclass(values[inside], cluster[inside]),
            }
        )
    return found


def intraclass(values: NDArray[np.float64], cluster: NDArray[np.int64]) -> float:
    """The intraclass correlation by one-way analysis of variance, not below 0; NaN with fewer than two clusters."""
    names, at, sizes = np.unique(cluster, return_inverse=True, return_counts=True)
    groups, total = len(names), len(values)
    if groups < 2 or total <= groups:
        return float("nan")
    means = np.bincount(at, values) / sizes
    within = float(np.square(values - means[at]).sum()) / (total - groups)
    between = float((sizes * np.square(means - values.mean())).sum()) / (groups - 1)
    size = (total - float(np.square(sizes).sum()) / total) / (groups - 1)
    spread = between + (size - 1) * within
    return max(0.0, (between - within) / spread) if spread > 0 else 0.0


def _boards(here: Partnership) -> list[dict[str, Any]]:
    """Own contribution of every board with students, and of the institute."""
    contribution, cost = here.boards.column("contribution"), here.boards.column("cost")
    rows = [
        {"board": str(name), "contribution": float(contribution[at])}
        for at, name in enumerate(here.names("boards"))
        if cost[at] > 0
    ]
    return [*rows, {"board": "", "contribution": float(here.institutes.column("contribution").sum())}]


def _schools(here: Partnership) -> list[dict[str, Any]]:
    """Small schools in clusters, and whether the community asks all the places that they have (RULES 4.1)."""
    o, m, p = here.sites.rows(), here.mentors, here.p
    active = (m.column("role") == Role.ACTIVE) & (m.column("kind") == MentorKind.TEACHER)
    teachers = np.bincount(m.column("site")[active], minlength=o.key.size)
    hosted = np.minimum(np.floor(p.students_per_class_limit * o.classes + 1e-9), 2 * teachers)
    room = np.maximum(0, hosted - p.external_students_per_site)
    return [
        {"school": str(name), "pupils": int(o.pupils[at]), "full": float(o.hbo_places[at] >= room[at])}
        for at, name in enumerate(here.names("sites"))
        if o.cluster[at] >= 0 and o.pupils[at] < SMALL_SCHOOL
    ]
