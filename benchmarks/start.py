"""How near a start as the partnership lives is to its long run (RULES 5.1), for every built-in scenario.

`python -m benchmarks.start [--lives N] [--seed N] [--scenario NAME …] [--workers N] [--store]` prints a row for each:
year 1 less the mean of years 9 to 12, in points with the standard error over lives; growth, money and later changes
are off.
Of national partnerships there are a few, and as many fewer lives: one partnership is as good as another.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.students import FIRST_MBO, Status
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.parameters import PARAMETERS
from tools import campaigns

LIVES = 100
YEARS, LATE = 12, slice(8, 12)
FEW = 4
"""Partnerships of a scenario that has many."""
QUIET: dict[str, Any] = {"with_finance": False, "growth_clusters": 0, "growth_boards": 0, "mbo_start_year": 1}
SHARES = tuple(f"year_{k}" for k in (1, 2, 3, 4))
INDICATORS = {
    "overload": "mentor_overload_share",
    "adequate": "supervision_adequate_share",
    "dropout": "dropout_rate",
}
MARGINS = dict.fromkeys(SHARES, 3.0) | dict.fromkeys(INDICATORS, 1.5)
"""Points within which year 1 stands of the long run: shares of study years inside, and indicators."""


def quiet(name: str, **values: Any) -> Scenario:
    """A built-in scenario in which nothing changes later; `values` besides."""
    scenario = Scenario.load(name)
    few = {"partnerships": FEW} if scenario.values["partnerships"] > FEW else {}
    return scenario.with_values(**QUIET, **few, **values)


def measures(here: Partnership) -> dict[str, float]:
    """Shares of study years among hbo students inside, in the week that was lived; percent."""
    s = here.students.rows()
    year = s.year[(s.status == Status.INSIDE) & (s.programme < FIRST_MBO)]
    return {name: 100.0 * float(np.mean(year == k)) for k, name in enumerate(SHARES, 1)}


def life(scenario: Scenario, seed: int) -> NDArray[np.float64]:
    """Every measure in every year of a life, in points; shape (years, measures)."""
    here, rows = Partnership(scenario, rng=seed), []
    for _ in range(YEARS):
        here.run(weeks=1)
        row = measures(here)
        here.run(weeks=39)
        last = here.last_year()
        rows.append([*row.values(), *(100.0 * last[name] for name in INDICATORS.values())])
    return np.array(rows)


def gaps(lives: Iterable[NDArray[np.float64]]) -> dict[str, tuple[float, float]]:
    """Year 1 less the long run with its standard error, by measure: year 12 for shares, else years 9 to 12."""
    found = np.array(list(lives))
    late = found[:, LATE].mean(axis=1)
    late[:, : len(SHARES)] = found[:, -1, : len(SHARES)]
    less = found[:, 0] - late
    error = less.std(axis=0, ddof=1) / np.sqrt(len(found))
    return {name: (float(less[:, k].mean()), float(error[k])) for k, name in enumerate(MARGINS)}


def campaign(
    names: Iterable[str], lives: int, seed: int, workers: int, **values: Any
) -> Iterator[dict[str, str | float | int]]:
    """One row for each scenario."""
    for name in names:
        scenario = quiet(name, **values)
        count = max(10, lives // int(scenario.values["partnerships"]))
        with ProcessPoolExecutor(workers) as pool:
            found = gaps(pool.map(partial(life, scenario), range(seed, seed + count), chunksize=5))
        yield {"scenario": name, "lives": count} | columns_of(found)


def columns_of(found: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Gap and error of every measure; of shares of years the one that is farthest off."""
    years = max((found[name] for name in SHARES), key=lambda gap: abs(gap[0]))
    rows = {"years": years} | {name: found[name] for name in INDICATORS}
    return {
        column: round(value, 3)
        for name, gap in rows.items()
        for column, value in zip((name, f"{name}_error"), gap, strict=True)
    }


def main() -> int:
    """Live, print, and store where that is asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.start", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lives", type=int, default=LIVES, help=f"lives of each scenario ({LIVES})")
    parser.add_argument("--seed", type=int, default=1, help="the first seed (1)")
    parser.add_argument("--scenario", action="append", choices=Scenario.names(), help="only these")
    parser.add_argument("--start", default="lived", choices=PARAMETERS["form_start"].choices, help="form_start (lived)")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    parser.add_argument("--store", action="store_true", help="keep the rows in docs/campaigns/start.csv")
    options = parser.parse_args()
    rows, begun = [], time.perf_counter()
    names = options.scenario or Scenario.names()
    for row in campaign(names, options.lives, options.seed, options.workers, form_start=options.start):
        rows.append(row)
        shown = ", ".join(f"{name} {row[name]:+.2f} ± {row[f'{name}_error']:.2f}" for name in ("years", *INDICATORS))
        print(f"{row['scenario']:<20} {row['lives']:>4} lives: {shown}", flush=True)
    print(f"{time.perf_counter() - begun:.0f} s")
    if options.store and options.start == "lived":
        campaigns.store("start", options.lives, options.seed, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
