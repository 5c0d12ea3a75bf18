"""What designs of a pilot are compared on: the indicators, and what pabo and mbo students get apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from samenspel.experiments.output.language import Language
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.words import Phrase

if TYPE_CHECKING:
    pass

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
