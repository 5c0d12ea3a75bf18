"""The runs: four partnerships along the places a cluster has, in plausible worlds and in prior ones."""

from __future__ import annotations

from dataclasses import replace

from samenspel.experiments.degradation.degrade import Degradation, carry_out
from samenspel.experiments.degradation.plan import Plan, plan_of
from samenspel.experiments.degradation.report import parts_shown
from samenspel.experiments.plausible.source import PLAUSIBLE, PRIOR
from tools.documents import ROOT

SOURCES = (PLAUSIBLE, PRIOR)
SIZES = (6, 8, 10, 12, 13, 14, 16, 20, 24)
"""Places a cluster: close together near today's 12, where the answer is looked for, and up to twice as many."""
COMPARISON = "years-and-mbo"
DRAWS, REPLICATIONS, YEARS, SEED = 200, 2, 5, 1  # as many worlds as are asked; there may be fewer that differ
FOLDER = ROOT / "build" / "growth"


def plan(source: str) -> Plan:
    """What is run in the worlds of a source."""
    axis = f"students_per_cluster={','.join(map(str, SIZES))}"
    asked = plan_of(
        "baseline", [axis], COMPARISON, {},
        worlds=source, draws=DRAWS, replications=REPLICATIONS, years=YEARS, seed=SEED,
    )  # fmt: skip
    return replace(asked, groups=("role",))  # what hbo students lose is a question of its own where mbo students come


def carried_out(source: str) -> Degradation:
    """The runs of a source, carried out as far as they are not there yet."""
    with parts_shown("en") as tell:
        return carry_out(plan(source), FOLDER / source, tell=tell)
