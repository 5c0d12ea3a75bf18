"""What was found, as tables in docs/campaigns/ with the day on which it was found."""

from __future__ import annotations

import pandas as pd

from samenspel.experiments.degradation.degrade import Degradation
from samenspel.experiments.output.frames import rows as rows_of
from tools.growth.figures import ALL, CRITERIA, HBO, MBO, Row, Shares, claims, levels, pairs, scales
from tools.stored import keep, kept

TABLES = ("scales", "levels", "pairs", "claims", "asks")
ASKED, DIGITS = 10, 4


def stored(table: str) -> pd.DataFrame:
    """A table as it was stored; an empty cell is an empty text."""
    return kept(f"growth-{table}")


def store(found: dict[str, Degradation]) -> None:
    """Keep what was found in the worlds of each source, in the place of what was there."""
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    for source, degradation in found.items():
        for whose in (ALL, HBO, MBO):
            for name, table in of_worlds(Shares.of(degradation, whose), whose).items():
                rows[name] += [{"source": source, **row} for row in table]
        rows["asks"] += [{"source": source, **row} for row in rows_of(degradation.asks.head(ASKED))]
    plan = next(iter(found.values())).plan
    asked = {"years": plan.years, "seed": plan.seed}
    for name, table in rows.items():
        keep(f"growth-{name}", pd.DataFrame([asked | row for row in table]), DIGITS)


def of_worlds(shares: Shares, whose: str) -> dict[str, list[Row]]:
    """All that is said of some worlds; how far, and what holds, also of each rival form alone."""
    found = {"levels": [{"of": whose, **row} for row in levels(shares)]}
    if whose == MBO:
        return found
    by_form = list(shares.by_form())
    return found | {
        "scales": [
            form | {"of": whose} | row
            for form, some in by_form
            for row in scales(some, ("loss", "share") if form["form"] else CRITERIA)
        ],
        "claims": [form | row for form, some in by_form for row in claims(some, whose)],
        "pairs": [{"of": whose, **row} for row in pairs(shares)],
    }
