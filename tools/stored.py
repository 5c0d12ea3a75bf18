"""Tables of what long runs found, in docs/campaigns/: each row with the day, the version and the rules of its runs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

import pandas as pd

from samenspel.agents.sources import code_digest
from samenspel.experiments.output.documents import as_csv
from samenspel.experiments.output.files import write_whole
from samenspel.experiments.output.version import version
from tools.documents import DOCS

FOLDER = DOCS / "campaigns"


def kept(name: str) -> pd.DataFrame:
    """A table as it was stored; an empty cell is an empty text."""
    return pd.read_csv(FOLDER / f"{name}.csv", keep_default_na=False)


def keep(name: str, table: pd.DataFrame, digits: int, analyses: Collection[str] = ()) -> None:
    """Store a table in the place of what was there, or only of what was there of these analyses."""
    when = {"date": datetime.now(UTC).date().isoformat(), "version": version(), "rules": code_digest()[:12]}
    dated = pd.concat([pd.DataFrame([when] * len(table), index=table.index), table], axis=1)
    if analyses:
        others = pd.read_csv(FOLDER / f"{name}.csv")  # numbers as numbers
        dated = pd.concat([others[~others["analysis"].isin(analyses)], dated], ignore_index=True)
    FOLDER.mkdir(exist_ok=True)
    write_whole(FOLDER / f"{name}.csv", as_csv(dated.round(digits)))
