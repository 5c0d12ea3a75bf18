"""What was found, as tables in docs/campaigns/ with the day on which it was found."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from samenspel.agents.sources import code_digest
from samenspel.experiments.degradation.degrade import Degradation
from samenspel.experiments.output.documents import as_csv
from samenspel.experiments.output.files import write_whole
from samenspel.experiments.output.frames import rows as rows_of
from samenspel.experiments.output.version import version
from tools.documents import DOCS
from tools.growth.figures import ALL, CRITERIA, HBO, MBO, Row, Shares, claims, levels, pairs, scales

FOLDER = DOCS / "campaigns"
TABLES = ("scales", "levels", "pairs", "claims", "asks")
ASKED, DIGITS = 10, 4


def stored(table: str) -> pd.DataFrame:
    """A table as it was stored; an empty cell is an empty text."""
    return pd.read_csv(FOLDER / f"growth-{table}.csv", keep_default_na=False)


def store(found: dict[str, Degradation]) -> None:
    """Keep what was found in the worlds of each source, in the place of what was there."""
    rows: dict[str, list[Row]] = {name: [] for name in TABLES}
    for source, degradation in found.items():
        for whose in (ALL, HBO, MBO):
            for name, table in of_worlds(Shares.of(degradation, whose), whose).items():
                rows[name] += [{"source": source, **row} for row in table]
        rows["asks"] += [{"source": source, **row} for row in rows_of(degradation.asks.head(ASKED))]
    plan = next(iter(found.values())).plan
    when = {
        "date": datetime.now(UTC).date().isoformat(), "version": version(), "rules": code_digest()[:12],
        "years": plan.years, "seed": plan.seed,
    }  # fmt: skip
    FOLDER.mkdir(exist_ok=True)
    for name, table in rows.items():
        write_whole(FOLDER / f"growth-{name}.csv", as_csv(pd.DataFrame([when | row for row in table]).round(DIGITS)))


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
