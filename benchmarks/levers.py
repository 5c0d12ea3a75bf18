"""Whether a lever can raise and lower adequate supervision, each within its declared range.

`python -m benchmarks.levers [--pairs N] [--seed N] [--store]` prints a row for each lever and circumstance: what the
change does to the share adequately supervised in school years 9 to 12, in points, over pairs of lives from one past on
the same luck, with the 95 % interval. Shortfalls of money have no consequences here. A lever that only raises or only
lowers has one row, and says why.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from samenspel.experiments.statistics.intervals import interval_of_mean
from samenspel.experiments.study.seeds import seed_of
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.declaration import Value
from tools import campaigns

YEARS, COUNTED = 12, 4
Settings = Mapping[str, Value]

ALL, HBO, REGION = (f"supervision_adequate_share{who}" for who in ("", "_hbo", "_region"))
WHO = {ALL: "everybody inside", HBO: "hbo inside", REGION: "all hbo, in and outside"}

LIGHT: Settings = {"community_weight": 0.05, "peer_relief": 0.05, "trainer_hours": 4.0}
RICH: Settings = {"community_weight": 0.3, "trainer_hours": 12.0}
PARALLEL: Settings = {"mbo_students_per_cluster": 4, "mbo_mix": "parallel"}
GROWN: Settings = {"growth_clusters": 4, "growth_boards": 4}


def places(number: int) -> dict[str, Value]:
    """So many places a cluster, and as many students as then go to them."""
    return {"students_per_cluster": number, "site_capacity": "soft", "demand_follows_places": True}


@dataclass(frozen=True)
class Case:
    """A change of a lever, and the circumstances in which it is made."""

    lever: str
    circumstances: str
    change: Settings
    sign: int  # of the effect that is looked for
    given: Settings = field(default_factory=dict)
    of: str = ALL


CASES = (
    Case("meetings, against none", "as it is", {"with_peer_learning": True}, 1, {"with_peer_learning": False}),
    Case("meetings, against none", "light community, few trainer hours", {"with_peer_learning": True}, -1,
         {"with_peer_learning": False, **LIGHT}),
    Case("weekly, against two-weekly", "as it is", {"meeting_interval": 1}, 1),
    Case("weekly, against two-weekly", "peers neither supervise nor relieve, 18 places", {"meeting_interval": 1}, -1,
         {"community_weight": 0.0, "peer_relief": 0.0, **places(18)}),
    Case("cross-year, against single-year", "as it is", {"cross_year": True}, 1, {"cross_year": False}),
    Case("cross-year, against single-year", "strong community, many trainer hours, no roles, 18 places",
         {"cross_year": True}, -1, {"cross_year": False, "roles": 0.0, **RICH, **places(18)}),
    Case("two facilitators, against one", "strong community, many trainer hours, half at 0.6 persons, 18 places",
         {"facilitators": 2}, 1, {"facilitators": 1, "facilitation_persons_half": 0.6, **RICH, **places(18)}),
    Case("two facilitators, against one", "as it is", {"facilitators": 2}, -1, {"facilitators": 1}),
    Case("subgroups of four, against two", "as it is", {"subgroup_size": 4}, 1, {"subgroup_size": 2}),
    Case("subgroups of eight, against four", "as it is", {"subgroup_size": 8}, -1),
    Case("four mbo places", "18 places, practice and mbo trainer 3 and 2 hours", {"mbo_students_per_cluster": 4}, 1,
         {"mbo_mix": "mixed", "practice_trainer_hours": 3.0, "mbo_trainer_hours": 2.0, **places(18)}, HBO),
    Case("four mbo places", "as it is", {"mbo_students_per_cluster": 4}, -1, {"mbo_mix": "mixed"}, HBO),
    Case("mixed, against parallel", "as it is", {"mbo_mix": "mixed"}, 1, PARALLEL),
    Case("mixed, against parallel", "two mbo schools that take much coordination", {"mbo_mix": "mixed"}, -1,
         {**PARALLEL, "coordination_mix": 0.15, "mbo_institutions": 2}),
    Case("growth", "as it is", GROWN, 1, of=REGION),
    Case("growth", "400 hours of leadership, talks that come to nothing", {"growth_boards": 4}, -1,
         {"leadership_hours": 400.0, "board_agrees": 0.0}, REGION),
    Case("skilled mentors first (0.5, against 0)", "as it is", {"selection": 0.5}, 1, {"selection": 0.0}),
    Case("duos of first-years", "as it is", {"duo_year_1": True}, 1, {"duo_year_1": False}),
    Case("part-timers on their own day", "as it is", {"parttime_form": "other_day"}, -1),
    Case("parts of at most 12 that meet apart", "18 places", {"community_split_size": 12}, -1, places(18)),
    Case("every mentor trained", "as it is", {"mentors_trained_share": 0.9, "new_mentors_trained_share": 0.6}, 1),
    Case("mentor hours 2.5, against 2", "as it is", {"mentor_hours": 2.5}, 1),
    Case("trainer hours 8, against 6", "as it is", {"trainer_hours": 8.0}, 1),
    Case("first-years from week 21 on", "as it is", {"year_1_first_week": 21}, 1, {"year_1_first_week": 1}),
)  # fmt: skip


def adequate(case: Case, changed: bool, seed: int) -> float:
    """The share in the last years of a life, in points."""
    usual = Scenario.load("baseline").with_values(**{"with_finance": False, **case.given}, beyond_range=True)
    here = Partnership(usual.with_values(**case.change) if changed else usual, rng=seed, past=usual)
    here.run(years=YEARS - COUNTED)
    found = []
    for _ in range(COUNTED):
        here.run(years=1)
        found.append(here.last_year()[case.of])
    return 100.0 * float(np.mean(found))


def effect(case: Case, pairs: int, seed: int) -> dict[str, Any]:
    """The paired effect of a change, with its interval."""
    seeds = [seed_of(seed, number) for number in range(1, pairs + 1)]
    found = pd.DataFrame([adequate(case, True, one) - adequate(case, False, one) for one in seeds])
    row = interval_of_mean(found.mean(), found.std(), found.count()).iloc[0]
    figures = {name: f"{row[name]:.2f}" for name in ("mean", "low", "high")}
    return {"lever": f"{case.lever}: {case.circumstances}", "of": WHO[case.of], **figures, "pairs": pairs}


def main() -> int:
    """Live, print, and store where that is asked."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.levers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=30, help="pairs of lives (30)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the luck (1)")
    parser.add_argument("--store", action="store_true", help="keep the rows in docs/campaigns/levers.csv")
    options = parser.parse_args()
    rows = []
    for case in CASES:
        rows.append(effect(case, options.pairs, options.seed))
        print("{mean:>7} ({low} to {high})  {lever}, {of}".format(**rows[-1]), flush=True)
    print(f"{time.process_time():.0f} s of CPU")
    if options.store:
        campaigns.store("levers", options.pairs, options.seed, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
