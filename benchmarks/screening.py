"""Which parameters move nothing: each at both ends of its range, in scenarios that use every part of the model.

`python -m benchmarks.screening --out DIR [--replications N] [--years N] [--store]` sweeps every parameter that nobody
decides one at a time, on the same luck as the scenario itself, and prints the largest move of any indicator: in steps
of half a point for a share and of 1 % of its value for anything else. What stays below one step everywhere can become
a constant of RULES, or go with its rule; so what surely moves more in one scenario is not asked about in the next ones.
An interrupted screening goes on in its folder.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from samenspel.experiments import sweep
from samenspel.experiments.study.designs import Design, points_of
from samenspel.experiments.study.factors import Factor
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.results import Results, load
from samenspel.experiments.sweeps.work import Measured
from samenspel.model import PARAMETERS, Partnership, Scenario
from samenspel.model.declared.declaration import Value
from tools import campaigns

SCENARIOS = ("baseline", "growth-mbo", "parttime-flex", "growth-all")
COPIES = "partnerships"  # how many are lived at once says nothing of one; ten thousand would take days
POINT, PERCENT = 0.005, 0.01  # a step: half a point of a share, 1 % of anything else
SEED = 1


def screened() -> tuple[str, ...]:
    """The numbers that nobody decides and that have a range: what is uncertain, and what a scenario counts."""
    asked = (one for one in PARAMETERS.values() if one.standing in ("uncertain", "structure") and one.name != COPIES)
    return tuple(one.name for one in asked if one.kind in ("real", "whole") and one.low < one.high)


def mean_of_years(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """The mean of every indicator over all school years, so that what matters at the start only is not missed."""
    here, found = Partnership(scenario, rng=seed), []
    for _ in range(years):
        here.run(years=1)
        found.append(here.last_year())
    return Measured(pd.DataFrame(found).mean().to_dict())


def study_of(name: str, parameters: Sequence[str], replications: int, years: int) -> Study:
    """A scenario, and each of these parameters at the ends of its range."""
    scenario = Scenario.load(name)
    factors = [Factor.declared(PARAMETERS[parameter]) for parameter in parameters]
    points = points_of(Design("one-at-a-time"), factors, (), scenario.values, SEED)
    table = tuple(points[at] for at in range(len(points)))
    return Study(
        name, scenario, Design("table", table=table), replications=replications, years=years, seed=SEED,
        document={"scenario": name, "design": {"kind": "table"}},
    )  # fmt: skip


def moves(results: Results, study: Study) -> Iterator[dict[str, Any]]:
    """How many steps each end of each parameter moved each indicator, with half the width of its 95 % interval."""
    changes = dict(enumerate(map(_changed_by(study), study.points)))
    usual = results.summary.query("design == 0").set_index("indicator")["mean"]
    for row in results.differences.to_dict("records"):
        step = POINT if row["unit"] == "0-1" else PERCENT * abs(float(usual[row["indicator"]]))
        if step > 0 and np.isfinite(row["mean"]):
            parameter, value = changes[row["design"]]
            yield {
                "parameter": parameter, "steps": abs(row["mean"]) / step, "error": (row["high"] - row["mean"]) / step,
                "indicator": row["indicator"], "scenario": study.name, "at": value,
            }  # fmt: skip


def _changed_by(study: Study) -> Any:
    """What a point changes of the first."""
    usual = study.points[0]

    def changed(point: Mapping[str, Value]) -> tuple[str, Value] | None:
        return next(((name, value) for name, value in point.items() if value != usual[name]), None)

    return changed


def unmoved(parameters: Sequence[str], found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Those of which no move is more than a step with its interval: they may still move nothing."""
    moved = {row["parameter"] for row in found if row["steps"] - row["error"] > 1}
    return [name for name in parameters if name not in moved]


def largest(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The largest move of each parameter, the smallest first."""
    table = pd.DataFrame(found)
    most = table.loc[table.groupby("parameter")["steps"].idxmax()]
    rows = most.sort_values("steps", kind="stable").to_dict("records")
    return [row | {name: f"{row[name]:.3g}" for name in ("steps", "error")} for row in rows]


def main() -> int:
    """Sweep, print, and store where that is asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.screening", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the sweeps, to go on in")
    parser.add_argument("--replications", type=int, default=100, help="pairs of lives (100)")
    parser.add_argument("--years", type=int, default=12, help="school years of a life (12)")
    parser.add_argument("--only", nargs="+", default=screened(), metavar="NAME", help="these parameters")
    parser.add_argument("--store", action="store_true", help="keep the rows in docs/campaigns/screening.csv")
    options = parser.parse_args()
    found: list[dict[str, Any]] = []
    for name in SCENARIOS:
        if not (left := unmoved(options.only, found)):
            break
        study = study_of(name, left, options.replications, options.years)
        if sweep(study, options.out / name, progress=True, simulate=mean_of_years).interrupted:
            return 130
        results = load(options.out / name)
        if len(results.failures):
            sys.exit(f"{len(results.failures)} runs of {name} failed; the first:\n{results.failures['error'].iloc[0]}")
        found += moves(results, study)
        print(f"{name}: {len(left)} parameters screened", file=sys.stderr)
    rows = largest(found)
    for row in rows:
        print("{parameter:<36} {steps:>8} ± {error:<8} {indicator}, {scenario} at {at}".format(**row))
    if options.store:
        campaigns.store("screening", options.replications, SEED, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
