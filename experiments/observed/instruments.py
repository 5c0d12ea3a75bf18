"""Questionnaires by which a pilot can measure, and what a point on their scale is on ours, 0 to 1."""

from __future__ import annotations

import math
from dataclasses import dataclass

from samenspel.experiments.pilots.comparison.close import OUTCOMES


@dataclass(frozen=True, slots=True)
class Instrument:
    """How something is measured.

    Attributes
    ----------
    outcome
        What it measures, one of `OUTCOMES`; anything when empty.
    low, high
        The ends of its scale, that of the mean over its items: they are 0 and 1 in the model.
    reliability
        The share of the variance between persons that is no error of measurement, 0 to 1.
    reversed
        Whether a higher score means less of the outcome.
    source
        Where its scale and its reliability stand.
    title
        What it is called in full.
    """

    outcome: str
    low: float
    high: float
    reliability: float
    reversed: bool = False
    source: str = ""
    title: str = ""

    @property
    def sign(self) -> float:
        """-1 where a higher score means less of the outcome."""
        return -1.0 if self.reversed else 1.0

    def in_points(self, figure: float) -> float:
        """A difference, 0 to 1 in the model, in points of the scale; error of measurement moves no mean."""
        return self.sign * figure * (self.high - self.low)

    def in_deviations(self, figure: float, sd: float) -> float:
        """A difference as it would be measured in standard deviations, of which error makes more than there are."""
        return self.sign * figure / sd * math.sqrt(self.reliability)


BARRIER, COLLABORATION, SUPERVISION = "status_barrier", "competence_collaboration", "supervision"
assert {BARRIER, COLLABORATION, SUPERVISION} <= set(OUTCOMES)

INSTRUMENTS: dict[str, Instrument] = {
    "ripls": Instrument(
        BARRIER, 1, 5, 0.85, True, "doi:10.3402/meo.v18i0.21885 (n = 826)",
        "Readiness for Interprofessional Learning Scale",
    ),
    "ieps": Instrument(
        BARRIER, 1, 6, 0.91, True, "doi:10.3402/meo.v18i0.21885 (n = 826)",
        "Interdisciplinary Education Perception Scale",
    ),
    "iccas": Instrument(
        COLLABORATION, 1, 7, 0.96, False, "doi:10.1080/13561820.2016.1233096 (n = 785)",
        "Interprofessional Collaborative Competency Attainment Survey",
    ),
    "cles-t": Instrument(
        SUPERVISION, 1, 5, 0.95, False, "pubmed 23326942 (n = 875)",
        "Clinical Learning Environment, Supervision and Nurse Teacher scale",
    ),
}  # fmt: skip
"""Published questionnaires; a partnership declares its own beside them. All were made for students in health care."""
