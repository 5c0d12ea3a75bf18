"""What a comparison of pilots ran: the runs of all designs in the worlds that they have in common."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from samenspel.experiments.pilots.file.measures import COMPARED, MEASURES
from samenspel.experiments.pilots.file.pilots import Pilots

if TYPE_CHECKING:
    import pandas as pd

    from samenspel.experiments.pilots.comparison.close import CloseLook
    from samenspel.experiments.pilots.comparison.questions import Answers


@dataclass(frozen=True)
class Compared:
    """What was found.

    Attributes
    ----------
    pilots
        What was compared.
    folder
        Where everything is.
    runs
        One row per run: `design` (its number, 0 the reference), `world`, `replication`, and every measure. A world and
        replication in which the run of some design failed is left out for all designs.
    failed
        Runs that failed.
    close
        Clusters and boards seen from close by, in a few worlds; nothing when that was not asked.
    answers
        The runs behind the ten questions; nothing when they were not asked.
    """

    pilots: Pilots
    folder: Path
    runs: pd.DataFrame
    failed: int = 0
    close: CloseLook | None = None
    answers: Answers | None = None

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """Mean of every measure over replications, by `design` and `world`."""
        names = [name for name in MEASURES if name in self.runs]
        return self.runs.groupby(["design", "world"], sort=True)[names].mean()

    @cached_property
    def measures(self) -> list[str]:
        """What designs are compared on, the floors and the aim among it."""
        wanted = dict.fromkeys([*COMPARED, *self.pilots.floors, self.pilots.aim])
        return [name for name in wanted if name in self.worlds and bool(self.worlds[name].notna().any())]

    def names(self, lang: Any = "en") -> dict[int, str]:
        """The name of every design by its number."""
        return {at: design.title(lang) for at, design in enumerate(self.pilots.designs)}
