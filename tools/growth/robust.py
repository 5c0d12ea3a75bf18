"""What is robust: a claim that holds in nearly all worlds, plausible and prior, and under each rival form alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from samenspel.experiments.output.frames import rows as rows_of
from samenspel.experiments.plausible.source import PLAUSIBLE, PRIOR
from samenspel.experiments.statistics.safe_scale import SURE

MOST = 2 / 3
FEWEST = 10  # worlds behind a rival form, for it to count


@dataclass(frozen=True)
class Verdict:
    """How far a claim holds.

    Attributes
    ----------
    plausible, prior
        In which part of those worlds.
    least, most
        The rows of the rival forms, of either source, under which it holds least and most often.
    """

    claim: str
    plausible: float
    prior: float
    least: dict[str, Any]
    most: dict[str, Any]

    @property
    def word(self) -> str:
        """How sure it is: by where it holds least, or, of what hardly ever holds, by where it holds most."""
        least, most = (
            min(self.plausible, self.prior, self.least["held"]),
            max(self.plausible, self.prior, self.most["held"]),
        )
        if least >= SURE:
            return "robust"
        if most <= 1 - SURE + 1e-9:
            return "robustly not"
        return "leans" if least >= MOST else "open"


def verdicts(claims: pd.DataFrame) -> Iterator[Verdict]:
    """The verdict on every claim, in the order in which they are stored."""
    for name, rows in claims.groupby("claim", sort=False):
        whole = rows[rows["form"] == ""].set_index("source")["held"]
        forms = rows[(rows["form"] != "") & (rows["worlds"] >= FEWEST)].sort_values("held", kind="stable")
        ends = rows_of(forms) or [{"held": whole.min()}, {"held": whole.max()}]
        yield Verdict(str(name), float(whole[PLAUSIBLE]), float(whole[PRIOR]), ends[0], ends[-1])
