"""What designs of a pilot are compared on: the indicators, and what pabo and mbo students get apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from agents.columns import Floats
from agents.students import FIRST_MBO, Programme
from experiments.language import Language
from experiments.study_parts import Record
from experiments.work import Measured
from model.indicators import INDICATORS
from model.state import SUMS
from model.summary import students_of_the_year
from model.words import Phrase

if TYPE_CHECKING:
    from experiments.factors import Point
    from experiments.results import Results
    from model.partnership import Partnership
    from model.scenario import Scenario

PABO, MBO = "pabo", "mbo"
LOSS = "pabo_loss"
FULL_COST = "full_cost"


@dataclass(frozen=True)
class Measure:
    """One thing on which designs are compared; `sign` is +1 where more is better and -1 where less is."""

    name: str
    unit: str
    en: str
    nl: str
    sign: int = 1

    def text(self, lang: Language) -> str:
        """What it is, in words."""
        return Phrase(self.en, self.nl).text(lang)


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("pabo_adequate_share", "0-1", "Share of pabo students who are adequately supervised",
                "Aandeel pabostudenten dat toereikend begeleid wordt"),
        Measure("pabo_p10", "0-1", "Supervision quality of pabo students, the worst-off tenth (10th percentile)",
                "Begeleidingskwaliteit van pabostudenten, het slechtst bediende tiende deel (10e percentiel)"),
        Measure(LOSS, "0-1", "Displacement: adequate supervision that pabo students lose against the reference",
                "Verdringing: toereikende begeleiding die pabostudenten verliezen ten opzichte van de referentie", -1),
        Measure("mbo_adequate_share", "0-1", "Share of mbo students who are adequately supervised",
                "Aandeel mbo-studenten dat toereikend begeleid wordt"),
        Measure("mbo_p10", "0-1", "Supervision quality of mbo students, the worst-off tenth (10th percentile)",
                "Begeleidingskwaliteit van mbo-studenten, het slechtst bediende tiende deel (10e percentiel)"),
        Measure(FULL_COST, "EUR/year",
                "Own contribution with meetings, training that mentors begin with, and the mbo trainer paid as well",
                "Eigen bijdrage, met ook de bijeenkomsten, de scholing waarmee mentoren beginnen en de bpv-begeleider "
                "betaald", -1),
        *(Measure(one.name, one.unit, one.en, one.nl, -1 if one.less_is_better else 1) for one in INDICATORS.values()),
    )
}  # fmt: skip

COMPARED = (
    "pabo_adequate_share", "pabo_p10", LOSS, "mbo_adequate_share", "mbo_p10", "knowledge_other_profession",
    "status_barrier", "dropout_rate", "dropout_rate_mbo", "mentor_overload_share",
    "mentor_withdrawn_share", "trainer_hours_left", "coverage", "students_mbo", "cost_per_student",
    "own_contribution", FULL_COST,
)  # fmt: skip


# --- one run ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PilotRun:
    """Does one run of a design: what changes later changes then, and supervision is told by profession."""

    then: tuple[tuple[int, Point], ...] = ()

    def __call__(self, scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
        """Live all years and measure the last."""
        partnership = lived(scenario, self.then, seed, years)
        return Measured(partnership.last_year(), None, {"profession": by_profession(partnership)})


def lived(scenario: Scenario, then: tuple[tuple[int, Point], ...], seed: int, years: int) -> Partnership:
    """The partnership after so many years, with what changes on the way."""
    from model import Partnership

    partnership = Partnership(scenario, rng=seed)
    live(partnership, then, years)
    return partnership


def live(partnership: Partnership, then: tuple[tuple[int, Point], ...], upto: int) -> None:
    """Live on up to the end of a school year; a change comes at the end of the year before its own."""
    for year, values in then:
        done = partnership.week // 40
        if done < year <= upto:
            partnership.run(years=year - 1 - done)
            # Before the turn of the year, so that the placement of the new year follows it already.
            partnership.change(**values, beyond_range=True)
    partnership.run(years=upto - partnership.week // 40)


def by_profession(here: Partnership) -> pd.DataFrame:
    """Supervision of pabo and mbo students over their weeks inside this school year; shaped as `group_students`."""
    students = students_of_the_year(here.state)
    programme = students["programme"]
    rows = [
        {"profession": name, **_supervised(*(students[sums][of] for sums in SUMS))}
        for name, of in ((PABO, programme < Programme.PEDAGOGY), (MBO, programme >= FIRST_MBO))
    ]
    return pd.DataFrame(rows)


def _supervised(weeks: Floats, supervision: Floats, adequate: Floats, support: Floats) -> dict[str, float]:
    """Over student weeks, and the tenth percentile over students; each array has an entry a student."""
    if not weeks.size:
        return {"students": 0.0}
    return {
        "students": float(weeks.size),
        "supervision_mean": float(supervision.sum() / weeks.sum()),
        "supervision_p10": float(np.quantile(supervision / weeks, 0.1)),
        "supervision_adequate_share": float(adequate.sum() / weeks.sum()),
        "felt_support": float(support.sum() / weeks.sum()),
    }


# --- all runs of a design --------------------------------------------------------------------------------------------


def measured(results: Results) -> pd.DataFrame:
    """One row per finished run: `world`, `replication` and every measure but the loss, which needs a reference."""
    runs = results.runs[results.runs["status"] == "done"]
    table = runs.set_index(["point", "replication"])[results.indicators]
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
