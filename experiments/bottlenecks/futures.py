"""The coming weeks of one partnership, lived once for every combination of constraints lifted, on the same draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from samenspel.experiments.runs.findings import ADEQUATE
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.constraints import LIFTED
from samenspel.model.declared.indicators import SHORT_OF

if TYPE_CHECKING:
    from samenspel.model.partnership import Partnership

Floats = NDArray[np.float64]
CONSTRAINTS = tuple(LIFTED)


@dataclass(frozen=True)
class Futures:
    """The share adequately supervised in every future, the first being that in which nothing is lifted.

    Attributes
    ----------
    weeks, clusters
        Shapes (2**players, 40) and (2**players, clusters of the present).
    floors
        The share that reaches each floor, over the last 40 weeks; shape (2**players, floors).
    names, students
        Of the clusters, as they will be with nothing lifted.
    as_it_is
        Every indicator with nothing lifted.
    """

    weeks: Floats
    clusters: Floats
    floors: Floats
    names: list[str]
    students: list[int]
    as_it_is: dict[str, float]

    @classmethod
    def of(cls, present: Partnership, weeks: int, players: Sequence[str]) -> Futures:
        """Live the weeks, whole years from the end of one, once for each combination of players lifted."""
        size = present.communities.size
        shares, clusters, floors = [], [], []
        for lifted in combinations(players):
            end = lived(present, weeks, lifted)
            table = end.clusters_last_year()[:size]  # clusters that open on the way are no part of the present
            shares.append(last_weeks(end))
            floors.append([1.0 - last_weeks(end, short).mean() for short in SHORT_OF.values()])
            clusters.append(table[ADEQUATE].to_numpy(float))
            if not lifted:
                names, students = table["cluster"].astype(str).tolist(), table["students"].tolist()
                as_it_is = end.last_year()
        of_clusters = np.array(clusters)
        of_clusters[:, np.isnan(of_clusters).any(axis=0)] = np.nan  # one that is empty in some future has no game
        return cls(np.array(shares), of_clusters, np.array(floors), names, students, as_it_is)


def combinations(players: Sequence[str]) -> Iterator[list[str]]:
    """Every combination, in the order that `shapley` counts them."""
    for coalition in range(2 ** len(players)):
        yield [player for bit, player in enumerate(players) if coalition >> bit & 1]


def lived(present: Partnership, weeks: int, lifted: Sequence[str]) -> Partnership:
    """The partnership so many weeks on, with these constraints lifted from now on."""
    future = present.copy()
    if lifted:
        changes = {name: value for constraint in lifted for name, value in LIFTED[constraint].items()}
        future.change(beyond_range=True, **changes)
    future.run(weeks=weeks)
    return future


def last_weeks(partnership: Partnership, share: str = ADEQUATE) -> Floats:
    """An indicator, the share adequately supervised where none is named, in each of the last 40 weeks."""
    # The record as it is kept: the table that `indicators` makes of it would take as long as living the year.
    shares: Floats = partnership.recorded(share)[-WEEKS:]
    return shares


def idle(present: Partnership, weeks: int) -> set[str]:
    """Constraints that cannot do anything in the coming weeks, whatever else is lifted.

    Mixing touches nobody without mbo students. Without meetings their size does not matter. Places that are soft are
    lifted already. Money does nothing when it is switched off, or when nothing is cut or stopped now and no accounts
    are closed before the last of these weeks (cuts follow from accounts).
    """
    p = present.p
    accounts = (present.week + weeks - 1) // WEEKS - present.week // WEEKS
    untouched = all(
        (party.column("hours_factor") == 1.0).all() and not party.column("stopped").any()
        for party in (present.boards, present.institutes)
    )
    reasons = {
        "mixing": not any(present.communities.column(name).any() for name in ("mbo_students_per_cluster", "has_mbo")),
        "meeting_size": not p.with_peer_learning,
        "places": present.scenario.values["site_capacity"] == "soft",
        "money": not p.with_finance or (untouched and accounts == 0),
    }
    return {name for name, holds in reasons.items() if holds}
