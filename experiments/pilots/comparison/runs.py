"""One run of a design, and all runs of it in one table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from samenspel.agents.columns import Floats
from samenspel.agents.students import FIRST_MBO, Programme
from samenspel.experiments.pilots.file.measures import MBO, PABO
from samenspel.experiments.pilots.file.past import Past
from samenspel.experiments.study.parts import Record
from samenspel.experiments.sweeps.work import Measured
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.measures.groups import students_of_the_year
from samenspel.model.state import SHARES, SUMS

if TYPE_CHECKING:
    import pandas as pd

    from samenspel.experiments.pilots.file.design import Later
    from samenspel.experiments.sweeps.results import Results
    from samenspel.model.input.scenario import Scenario
    from samenspel.model.partnership import Partnership

# --- one run ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PilotRun:
    """Does one run of a design, from what the partnership was until then; supervision is told by profession.

    What changes later changes then.
    """

    changes: tuple[Later, ...] = ()
    past: Past = field(default_factory=Past)
    _latest: list[Scenario] = field(default_factory=list, init=False, compare=False, repr=False)

    def __call__(self, scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
        """Live all years and measure the last."""
        partnership = lived(scenario, self._past_of(scenario), self.changes, seed, years)
        return Measured(partnership.last_year(), None, {"profession": by_profession(partnership)})

    def _past_of(self, scenario: Scenario) -> Scenario:
        """The past of the very same scenario is the very same, so that the land of both is laid out once."""
        if not self._latest or self._latest[0] is not scenario:
            self._latest[:] = scenario, self.past.of(scenario)
        return self._latest[1]


def lived(scenario: Scenario, past: Scenario, changes: tuple[Later, ...], seed: int, years: int) -> Partnership:
    """The partnership after so many years, with what changes on the way."""
    from samenspel.model import Partnership

    partnership = Partnership(scenario, rng=seed, past=past)
    live(partnership, changes, years, recorded_from=years)
    return partnership


def live(
    partnership: Partnership, changes: tuple[Later, ...], upto: int, weeks: int = 0, recorded_from: int = 1
) -> None:
    """Live on up to the end of a school year, and so many weeks on.

    A change comes at the end of the year before its own.
    """
    last = upto * WEEKS + weeks
    for year, values, own in changes:
        before = (year - 1) * WEEKS
        if partnership.week <= before < last:
            partnership.run(weeks=before - partnership.week, recorded_from=recorded_from)
            # Before the turn of the year, so that the placement of the new year follows it already.
            partnership.change(**values, beyond_range=True)
            for cluster, settings in own.items():
                partnership.change(cluster=cluster, **settings)
    partnership.run(weeks=last - partnership.week, recorded_from=recorded_from)


def by_profession(here: Partnership) -> list[dict[str, Any]]:
    """Supervision of pabo and mbo students over their weeks inside this school year; the rows of `group_students`."""
    students = students_of_the_year(here.state)
    programme = students["programme"]
    return [
        {"profession": name, **_supervised({sums: students[sums][of] for sums in SUMS})}
        for name, of in ((PABO, programme < Programme.PEDAGOGY), (MBO, programme >= FIRST_MBO))
    ]


def _supervised(students: dict[str, Floats]) -> dict[str, float]:
    """Over student weeks, and the tenth percentile over students; each array of `SUMS` has an entry a student."""
    weeks, supervision = students["weeks_inside"], students["year_supervision"]
    if not weeks.size:
        return {"students": 0.0}
    return {
        "students": float(weeks.size),
        "supervision_mean": float(supervision.sum() / weeks.sum()),
        "supervision_p10": float(np.quantile(supervision / weeks, 0.1)),
        **{share: float(students[counted].sum() / weeks.sum()) for share, counted in SHARES.items()},
        "felt_support": float(students["year_support"].sum() / weeks.sum()),
    }


# --- all runs of a design --------------------------------------------------------------------------------------------


def measured(results: Results) -> pd.DataFrame:
    """One row per finished run: `world`, `replication` and every measure but the loss, which needs a reference."""
    runs = results.runs[results.runs["status"] == "done"]
    table = runs.set_index(["point", "replication"])[results.indicators]
    table.attrs = {}  # pandas would copy the units of all columns whenever it takes one
    groups = results.groups
    if len(groups):
        for who in (PABO, MBO):
            one = groups[groups["group"] == who].set_index(["point", "replication"])
            table[f"{who}_adequate_share"] = one["supervision_adequate_share"]
            table[f"{who}_p10"] = one["supervision_p10"]
    else:
        for who, role in ((PABO, "hbo"), (MBO, "mbo")):
            table[f"{who}_adequate_share"] = table[f"supervision_adequate_share_{role}"]
            table[f"{who}_p10"] = table[f"supervision_p10_{role}"]
    return table.rename_axis(["world", "replication"]).reset_index()
