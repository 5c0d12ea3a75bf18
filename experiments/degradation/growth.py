"""How far a partnership can grow: the share adequately supervised over the size of its clusters, and that in words.

On the axis of scale demand fills every place and sites take whoever comes, as in `samenspel degrade`. Replication k has
the same luck at every size. Sentences are for a room; the figures behind them are those of
`samenspel.experiments.statistics.breaks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from samenspel.experiments.degradation.axes import GOES_WITH
from samenspel.experiments.output.language import Language, number, percent
from samenspel.model import Partnership, Scenario
from samenspel.model.words import Message, say

if TYPE_CHECKING:
    from samenspel.experiments.statistics.breaks import Break
    from samenspel.experiments.statistics.safe_scale import Scale

AXIS = "students_per_cluster"
SHARE = "supervision_adequate_share"
SIZES = (6, 9, 12, 16, 20, 25, 30, 35, 40)
REPLICATIONS = 10
YEARS = 5

type Curves = NDArray[np.float64]


@dataclass(frozen=True)
class Growth:
    """The curve of one partnership.

    Attributes
    ----------
    sizes
        Students per cluster, ascending; the present size is among them.
    mean, low, high
        The share adequately supervised in the fifth school year at every size, with a 95 % band for the whole curve.
    own, floor
        The present size, and the share that must be adequately supervised.
    bend, safe
        What the curve does, and up to where its mean stays above the floor.
    """

    sizes: tuple[int, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    own: int
    floor: float
    bend: Break
    safe: Scale

    def told(self, lang: Language) -> dict[str, Any]:
        """Everything that a page draws and says."""
        return {
            "sizes": self.sizes, "mean": self.mean, "low": self.low, "high": self.high,
            "own": self.own, "floor": self.floor, "words": [_course(self, lang), _reach(self, lang)],
        }  # fmt: skip


@dataclass(frozen=True)
class Nobody:
    """Instead of a curve: in all runs, or in some of them, nobody is there to be supervised."""

    always: bool

    def told(self, lang: Language) -> dict[str, Any]:
        """What a page says; there is nothing to draw."""
        text = (
            Message("There is nobody to supervise.")
            if self.always
            else Message(
                "There are so few students that at times there is nobody to supervise; a curve would say nothing."
            )
        )
        return {"sizes": (), "words": [text.text(lang)]}


def steps(scenario: Scenario) -> list[Scenario]:
    """The scenario at every size of the axis, ascending. Raises `InputFaults` where it cannot have one."""
    sizes = sorted({*SIZES, int(scenario.values[AXIS])})
    return [scenario.with_values(**GOES_WITH[AXIS], **{AXIS: size}) for size in sizes]


def shares(scenarios: list[Scenario], seeds: list[int]) -> Iterator[float]:
    """The share of every run, one after another, sizes fastest; NaN where nobody is to be supervised."""
    for seed in seeds:
        for scenario in scenarios:
            partnership = Partnership(scenario, rng=seed)
            partnership.run(years=YEARS)
            yield partnership.last_year()[SHARE]


def growth(scenario: Scenario, seeds: list[int], wanted: Callable[[], bool]) -> Growth | Nobody | None:
    """The curve of a scenario; nothing when nobody wants it any more, which is asked after every run."""
    from samenspel.experiments.degradation.tables import band
    from samenspel.experiments.statistics.breaks import draw, find_break
    from samenspel.experiments.statistics.safe_scale import crossing_with_interval

    scenarios = steps(scenario)
    sizes = tuple(int(one.values[AXIS]) for one in scenarios)
    found = []
    for share in shares(scenarios, seeds):
        found.append(share)
        if not wanted():
            return None
    curves: Curves = np.array(found).reshape(len(seeds), len(sizes))
    if not np.isfinite(curves).all():
        return Nobody(always=not np.isfinite(curves).any())
    floor = float(scenario.values["safe_share"])
    mean, low, high = (tuple(np.clip(part, 0, 1).tolist()) for part in band(curves.T))
    safe = crossing_with_interval(sizes, curves, floor, draw(len(curves)))
    return Growth(sizes, mean, low, high, int(scenario.values[AXIS]), floor, find_break(sizes, curves), safe)


# --- in words --------------------------------------------------------------------------------------------------------


def _course(found: Growth, lang: Language) -> str:
    """What the curve does from the smallest size to the largest."""
    bend = found.bend
    first, last = (percent(found.mean[at], lang) for at in (0, -1))
    low, high = found.sizes[0], found.sizes[-1]
    whole = say(
        "from {first} adequately supervised at {low} students per cluster to {last} at {high}",
        lang,
        first=first,
        low=low,
        last=last,
        high=high,
    )
    turn = f"{number(bend.point, lang)} ({_between(bend.low, bend.high, lang)})"
    match bend.shape:
        case "break" if bend.worsens:
            return say(
                "There is a breaking point at about {turn}: beyond it things get worse faster, {whole}.",
                lang,
                turn=turn,
                whole=whole,
            )
        case "break":
            return say(
                "There is a bend at about {turn}: beyond it the curve levels off, {whole}.",
                lang,
                turn=turn,
                whole=whole,
            )
        case "flat":
            return say("Size makes no difference here: {whole}.", lang, whole=whole)
        case "straight":
            return say("There is no breaking point: every step differs as much, {whole}.", lang, whole=whole)
        case "smooth":
            if found.mean[-1] < found.mean[0]:
                return say("There is no breaking point: it goes down gradually, {whole}.", lang, whole=whole)
            return say("There is no breaking point: it goes up gradually, {whole}.", lang, whole=whole)
    return say("Whether there is a breaking point cannot be told: {whole}.", lang, whole=whole)


def _reach(found: Growth, lang: Language) -> str:
    """Up to where enough are adequately supervised, and where the partnership stands now."""
    safe = found.safe
    floor, low, high = percent(found.floor, lang), found.sizes[0], found.sizes[-1]
    now = say(
        "Now there are {own}; there it is {own_share}", lang, own=found.own, own_share=percent(_own_share(found), lang)
    )
    if safe.value == np.inf:
        reach = say(
            "On average it stays above the floor of {floor} at every size up to {high}.", lang, floor=floor, high=high
        )
    elif safe.value == -np.inf:
        reach = say("On average it is below the floor of {floor} from {low} on.", lang, floor=floor, low=low)
    else:
        where = f"{number(safe.value, lang)} ({_between(safe.low, safe.high, lang)})"
        reach = say(
            "On average it stays above the floor of {floor} up to about {where} students per cluster.",
            lang,
            floor=floor,
            where=where,
        )
    return f"{reach} {now}."


def _own_share(found: Growth) -> float:
    return found.mean[found.sizes.index(found.own)]


def _between(low: float, high: float, lang: Language) -> str:
    """An interval in words; what lies beyond the axis stays open."""
    if not np.isfinite(low) and not np.isfinite(high):
        return say("uncertain", lang)
    if not np.isfinite(low):
        return say("at most {high}", lang, high=number(high, lang))
    if not np.isfinite(high):
        return say("at least {low}", lang, low=number(low, lang))
    joined = say("to", lang)
    return f"{number(low, lang)} {joined} {number(high, lang)}"
