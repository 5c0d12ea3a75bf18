"""The figures: what the curves of worlds say of size, of study years together or apart, and of mbo or not.

Of every world there is one run at every size, evened as `degrade` does before it is read. Whatever is said of rival
forms is read off by splitting the same worlds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.experiments.degradation import tables
from samenspel.experiments.degradation.degrade import Degradation
from samenspel.experiments.statistics.safe_scale import evened, safe_scale_with_interval, safe_up_to
from samenspel.experiments.sweeps.results import load

Array = NDArray[np.float64]
Row = dict[str, str | float]

TOGETHER, APART, TOGETHER_MBO, APART_MBO = "cross-year", "single-year", "cross-year-mbo", "single-year-mbo"
ARMS = (TOGETHER, APART, TOGETHER_MBO, APART_MBO)
TODAY, ONE_MORE, FOUR_MORE = 12, 13, 16
ALL, HBO, MBO = "all", "hbo", "mbo"  # of whom a share is told
LEVELS = (12, 13, 14, 16)
RANGE = (0.05, 0.5, 0.95)  # nine of ten worlds, and the middle one
EVERY = {"form": "", "option": ""}  # all worlds, whichever rival form they have


@dataclass(frozen=True)
class Shares:
    """The share adequately supervised of every world.

    Attributes
    ----------
    sizes
        Places a cluster, ascending.
    runs
        By arm: a row a world, a column a size; only worlds of which every run is there.
    assumed
        What each of those worlds assumes, a row a world.
    loss, floor, seed
        What may be lost, what is asked, and the luck of resampling.
    """

    sizes: tuple[float, ...]
    runs: dict[str, Array]
    assumed: pd.DataFrame
    loss: float = 0.05
    floor: float = 0.8
    seed: int = 1

    @classmethod
    def of(cls, found: Degradation, whose: str = ALL) -> Shares:
        """Those of an analysis that has been carried out, of all students or of hbo or mbo students alone."""
        plan = found.plan
        results = load(found.folder / "worlds")
        shape, share = (len(plan.arms), len(plan.places), plan.draws), tables.SHARE
        if whose == ALL:
            cube = tables.cubes(results, shape, [share])[share]
        else:
            cube = tables.cubes_of_groups(results, shape, [share])[share, "role", whose]
        there = np.isfinite(cube).any(axis=(1, 2))  # nobody from the mbo where a partnership has none
        kept = np.isfinite(cube[there]).all(axis=(0, 1))
        runs = {arm.name: cube[at][:, kept].T for at, arm in enumerate(plan.arms) if there[at]}
        assumed = results.runs.set_index("point").loc[np.flatnonzero(kept), list(plan.assumptions)]
        return cls(plan.axes[0].values, runs, assumed.reset_index(drop=True), plan.loss, plan.safe_share, plan.seed)

    def __len__(self) -> int:
        return len(self.assumed)

    @cached_property
    def curves(self) -> dict[str, Array]:
        """By arm the evened curve of every world."""
        return {arm: evened(self.sizes, runs) for arm, runs in self.runs.items()}

    def at(self, arm: str, size: float) -> Array:
        """The share of every world at a size."""
        return self.curves[arm][:, self.sizes.index(size)]

    def gain(self, arm: str, size: float, against: str, other: float) -> Array:
        """How much higher the share is than that of another partnership, in percentage points, world by world."""
        return 100 * (self.at(arm, size) - self.at(against, other))

    def where(self, chosen: NDArray[np.bool_]) -> Shares:
        """The same of some of the worlds."""
        runs = {arm: rows[chosen] for arm, rows in self.runs.items()}
        return replace(self, runs=runs, assumed=self.assumed[chosen].reset_index(drop=True))

    def by_form(self) -> Iterator[tuple[Row, Shares]]:
        """All worlds, and then those of each rival form alone."""
        yield dict(EVERY), self
        for name in (str(name) for name in self.assumed if str(name).startswith("form_")):
            for option in sorted(set(self.assumed[name].astype(str))):
                yield (
                    {"form": name, "option": option},
                    self.where((self.assumed[name].astype(str) == option).to_numpy()),
                )


# --- how far ---------------------------------------------------------------------------------------------------------


CRITERIA = ("loss", "own loss", "share")


def scales(shares: Shares, criteria: Sequence[str] = CRITERIA) -> Iterator[Row]:
    """Up to which size nine of ten worlds go, by what is lost against today, or against itself today, and by share."""
    today = shares.at(TOGETHER, TODAY)
    for arm in ARMS:
        floors: dict[str, Array | float] = {
            "loss": today - shares.loss,
            "own loss": shares.at(arm, TODAY) - shares.loss,
            "share": shares.floor,
        }
        for criterion in criteria:
            limits = safe_up_to(shares.sizes, shares.curves[arm], floors[criterion])
            scale = safe_scale_with_interval(limits, shares.seed)
            yield {
                "arm": arm, "criterion": criterion, "scale": scale.value, "low": scale.low, "high": scale.high,
                "worlds": len(shares),
            }  # fmt: skip


def levels(shares: Shares) -> Iterator[Row]:
    """The share at every size: the middle of worlds, and nine of ten of them."""
    for arm in shares.runs:
        for size in shares.sizes:
            yield {"arm": arm, "size": size, **_range(shares.at(arm, size)), "worlds": len(shares)}


def _range(values: Array) -> Row:
    return {name: float(np.quantile(values, at)) for name, at in zip(("low", "middle", "high"), RANGE, strict=True)}


# --- this or that ----------------------------------------------------------------------------------------------------

Pair = tuple[str, float, str, float]  # a partnership and its size, against another and its size

PAIRS: dict[str, Pair] = {
    "apart at 12": (APART, TODAY, TOGETHER, TODAY),
    "apart at 16": (APART, FOUR_MORE, TOGETHER, FOUR_MORE),
    "mbo at 12": (TOGETHER_MBO, TODAY, TOGETHER, TODAY),
    "mbo at 16": (TOGETHER_MBO, FOUR_MORE, TOGETHER, FOUR_MORE),
    "mbo apart at 12": (APART_MBO, TODAY, APART, TODAY),
    "mbo apart at 16": (APART_MBO, FOUR_MORE, APART, FOUR_MORE),
    "grown": (TOGETHER, FOUR_MORE, TOGETHER, TODAY),
    "grown apart": (APART, FOUR_MORE, APART, TODAY),
    "grown mbo": (TOGETHER_MBO, FOUR_MORE, TOGETHER_MBO, TODAY),
    "grown mbo apart": (APART_MBO, FOUR_MORE, APART_MBO, TODAY),
    "four mbo for four hbo": (TOGETHER_MBO, TODAY, TOGETHER, FOUR_MORE),
}
DEARER: dict[str, tuple[str, str]] = {
    "dearer apart": ("grown apart", "grown"),
    "dearer mbo": ("grown mbo", "grown"),
}
"""Whether growing takes more from the one than from the other: the difference of two differences."""


def pairs(shares: Shares) -> Iterator[Row]:
    """Differences over the same worlds, in points, with the part of the worlds in which the first is lower."""
    gains = {name: shares.gain(*pair) for name, pair in PAIRS.items()}
    gains |= {name: gains[one] - gains[other] for name, (one, other) in DEARER.items()}
    for name, gain in gains.items():
        yield {"pair": name, **_range(gain), "lower": float((gain < 0).mean()), "worlds": len(shares)}


# --- what holds ------------------------------------------------------------------------------------------------------

Holds = Callable[[Shares], NDArray[np.bool_]]

CLAIMS: dict[str, tuple[str, Holds]] = {
    "one more": (ALL, lambda s: s.gain(TOGETHER, ONE_MORE, TOGETHER, TODAY) >= -100 * s.loss),
    "four more": (ALL, lambda s: s.gain(TOGETHER, FOUR_MORE, TOGETHER, TODAY) < -100 * s.loss),
    "today": (ALL, lambda s: s.at(TOGETHER, TODAY) >= s.floor),
    "apart": (ALL, lambda s: s.gain(*PAIRS["apart at 12"]) < 0),
    "apart within": (ALL, lambda s: s.gain(*PAIRS["apart at 12"]) >= -100 * s.loss),
    "dearer apart": (ALL, lambda s: s.gain(*PAIRS["grown apart"]) < s.gain(*PAIRS["grown"])),
    "mbo": (ALL, lambda s: s.gain(*PAIRS["mbo at 12"]) < 0),
    "mbo for hbo": (HBO, lambda s: s.gain(*PAIRS["mbo at 12"]) < 0),
    "mbo within": (HBO, lambda s: s.gain(*PAIRS["mbo at 12"]) >= -100 * s.loss),
    "four mbo": (HBO, lambda s: s.gain(*PAIRS["four mbo for four hbo"]) > 0),
    "dearer mbo": (HBO, lambda s: s.gain(*PAIRS["grown mbo"]) < s.gain(*PAIRS["grown"])),
}
"""What one might say, of whom, and in which worlds it is so."""


def claims(shares: Shares, whose: str) -> Iterator[Row]:
    """In which part of the worlds each claim about these students holds."""
    for name, (about, holds) in CLAIMS.items():
        if about == whose:
            yield {"claim": name, "of": whose, "held": float(holds(shares).mean()), "worlds": len(shares)}
