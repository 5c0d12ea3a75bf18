"""What money and mergers do to the baseline: two questions of the partnership's own text.

`python -m benchmarks.findings [--pairs N] [--seed N] [--store]` lives pairs of five years from one past on the same
luck: the grant of 2025 against that of before, and two boards that merge with a public one against as much growth
without. It prints what each does to some indicators of year 5, with the 95 % interval.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from samenspel.experiments.statistics.intervals import interval_of_mean
from samenspel.experiments.study.seeds import seed_of
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.constants import GRANT_FIXED, GRANT_PER_STUDENT
from samenspel.model.declared.world import ScheduleRow
from tools import campaigns

PAIRS, YEARS = 30, 5
BASELINE, MERGER = Scenario.load("baseline"), Scenario.load("merger")
TOLD = {
    "the new grant, against that of 2022": (
        "supervision_adequate_share", "mentor_overload_share", "hours_factor", "grant_cover", "own_contribution",
    ),
    "boards merge, against as much growth without": (
        "denomination_unmet_share", "travel_km", "students_inside", "supervision_adequate_share", "own_contribution",
    ),
}  # fmt: skip


def before_2025() -> Scenario:
    """The baseline with the grant as it was."""
    amounts = {"grant_fixed": GRANT_FIXED, "grant_per_student": GRANT_PER_STUDENT}
    rows = tuple(ScheduleRow(name, year, value) for name, value in amounts.items() for year in (2023, 2024, 2025))
    return replace(BASELINE, world=replace(BASELINE.world, schedules=rows))


def growth_without() -> Scenario:
    """As many clusters as boards may open where they merge."""
    return BASELINE.with_values(growth_clusters=MERGER.values["growth_clusters"])


def last_years(scenario: Scenario, names: tuple[str, ...], pairs: int, seed: int) -> pd.DataFrame:
    """Indicators of the last year, a row for each replication."""
    found = []
    for replication in range(1, pairs + 1):
        here = Partnership(scenario, rng=seed_of(seed, replication), past=BASELINE)
        here.run(years=YEARS)
        found.append(here.last_year())
    return pd.DataFrame(found)[list(names)]


def findings(pairs: int, seed: int) -> Iterator[dict[str, Any]]:
    """A row for each question and indicator."""
    arms = ((BASELINE, before_2025()), (MERGER, growth_without()))
    for (question, names), (one, other) in zip(TOLD.items(), arms, strict=True):
        ours, theirs = (last_years(scenario, names, pairs, seed) for scenario in (one, other))
        more = ours - theirs
        intervals = interval_of_mean(more.mean(), more.std(), more.count())
        for name in names:
            figures = {"with": ours[name].mean(), "without": theirs[name].mean(), **intervals.loc[name].to_dict()}
            told = {which: rounded(figures[which]) for which in ("with", "without", "mean", "low", "high")}
            yield {"finding": f"{question}: {name}", **told, "pairs": pairs}


def rounded(value: float) -> str:
    """Euros whole, all else in three digits."""
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def main() -> int:
    """Live, print, and store where that is asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.findings", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=PAIRS, help=f"pairs of lives ({PAIRS})")
    parser.add_argument("--seed", type=int, default=1, help="seed of the luck (1)")
    parser.add_argument("--store", action="store_true", help="keep the rows in docs/campaigns/findings.csv")
    options = parser.parse_args()
    rows = list(findings(options.pairs, options.seed))
    for row in rows:
        print("{finding:<75} {with:>10} {without:>10} {mean:>10} ({low} to {high})".format(**row))
    if options.store:
        campaigns.store("findings", options.pairs, options.seed, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
