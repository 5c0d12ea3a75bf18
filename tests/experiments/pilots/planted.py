"""Comparisons of pilots with outcomes that are planted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from samenspel.experiments.pilots.comparison.compare import compare_pilots
from samenspel.experiments.pilots.comparison.comparison import Comparison
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.study.parts import Record
from samenspel.experiments.sweeps.work import Measured
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.input.scenario import Scenario

KNOWLEDGE = "knowledge_other_profession"


def document(*designs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A pilots file: the reference, and these."""
    reference = {"name": "None", "mbo_students_per_cluster": 0, "mbo_mix": "none"}
    listed = [reference, *({"mbo_mix": "mixed", "mbo_students_per_cluster": 4} | one for one in designs)]
    return {"replications": 3, "worlds": 12, "years": 1, "design": listed} | more


@dataclass(frozen=True)
class Planted:
    """More mbo students give more knowledge, and cost supervision; one assumption decides how much it costs."""

    cost: float = 0.0

    def __call__(self, scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
        p = scenario.values
        mbo = float(p["mbo_students_per_cluster"])
        luck = float(np.random.default_rng(seed).normal(0, 0.02))
        hard = float(p["mentor_turnover"]) > 0.125  # half of its declared range
        values = dict.fromkeys(INDICATORS, 0.5 + luck)
        values[KNOWLEDGE] = 0.2 + 0.01 * mbo + 0.05 * (p["mbo_mix"] == "mixed") + luck
        values["supervision_adequate_share_hbo"] = 0.9 - (0.002 + self.cost * hard) * mbo + luck
        return Measured(values)


def compared(folder: Path, *designs: dict[str, Any], cost: float = 0.0, **more: Any) -> Comparison:
    pilots = Pilots.of(document(*designs, **more)).in_worlds("prior")  # of which the distribution is known
    return compare_pilots(pilots, folder, workers=0, simulate=Planted(cost), close_worlds=0, questions=False)


def with_share(found: Comparison, design: int, other: int, share: float) -> Comparison:
    """The same comparison, but for how often one design beats another."""
    changed = replace(found)
    here = (found.pairs["design"] == design) & (found.pairs["other"] == other)
    vars(changed)["pairs"] = found.pairs.assign(share=found.pairs["share"].where(~here, share))
    return changed


LONGER = {"meeting_hours": 3.0, "across_variants": False}
"""What holds for the whole partnership."""


def three_apart(folder: Path, **more: Any) -> Comparison:
    """A pilot, and two that meet longer everywhere, of which the first would bring most of all."""
    return compared(
        folder, {"name": "pilot"}, {"name": "longer", "mbo_students_per_cluster": 8} | LONGER,
        {"name": "longer, few", "mbo_students_per_cluster": 2} | LONGER, **more,
    )  # fmt: skip
