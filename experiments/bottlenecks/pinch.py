"""Where one partnership pinches now, in a sentence, and the words for what can pinch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from samenspel.experiments.bottlenecks.futures import CONSTRAINTS, combinations, idle, last_weeks, lived
from samenspel.experiments.output.language import Language, number, percent
from samenspel.experiments.statistics.shapley import shapley
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.words import Message, say

if TYPE_CHECKING:
    from samenspel.model.partnership import Partnership

PINCHES = 0.01  # of the students: less is not called a bottleneck
NAMES: dict[str, Message] = {
    "mentor_time": Message("mentor time"),
    "mentor_skill": Message("mentor skill"),
    "trainer_time": Message("trainer time"),
    "leadership": Message("programme leadership"),
    "meeting_size": Message("meeting size"),
    "mixing": Message("mixing with mbo"),
    "money": Message("money"),
    "places": Message("places"),
}
WORDS: dict[str, Message] = {
    "nobody": Message("There is nobody to supervise."),
    "pinch_nothing": Message("Nothing pinches now: {at} will be adequately supervised in the coming year."),
    "pinch_first": Message(
        "It now pinches first at {first}{more}; in the coming year {at} will be adequately supervised, {best} without "
        "constraints."
    ),
    "then": Message("then"),
    "pp": Message("pp"),
}
"""By the names under which the view asks for them."""


@dataclass(frozen=True)
class Pinches:
    """Where a partnership pinches.

    Attributes
    ----------
    now, best
        The share adequately supervised in the coming year, as it is and with everything lifted; NaN where nobody is.
    first
        The constraints that cost most, two at most, with the share of students that each costs.
    """

    now: float
    best: float
    first: tuple[tuple[str, float], ...] = ()

    def told(self, lang: Language) -> str:
        """One sentence."""
        if not math.isfinite(self.now):
            return say(WORDS["nobody"], lang)
        at = percent(self.now, lang)
        if not self.first:
            return say(WORDS["pinch_nothing"], lang, at=at)
        first, *then = [f"{NAMES[name].text(lang)} ({points(share, lang)})" for name, share in self.first]
        more = "".join(f", {say(WORDS['then'], lang)} {name}" for name in then)
        return say(WORDS["pinch_first"], lang, first=first, more=more, at=at, best=percent(self.best, lang))


def pinch(present: Partnership, lang: Language) -> str:
    """One sentence on what holds supervision back most in this partnership over the coming 40 weeks, left as it is."""
    return pinches(present).told(lang)


def pinches(present: Partnership) -> Pinches:
    """What holds supervision back most in this partnership over the coming 40 weeks, left as it is.

    Quick, for a live view: constraints that do nothing as the first nor as the last to be lifted are taken to do
    nothing in between either.
    """
    shares, now, best = _pinches(present)
    strongest = sorted(shares, key=lambda name: -shares[name])[:2]
    return Pinches(now, best, tuple((name, shares[name]) for name in strongest if shares[name] >= PINCHES))


def points(share: float, lang: Language) -> str:
    """A difference between shares in percentage points, with its sign."""
    text = number(100 * share, lang, 1)
    sign = "+" if share > 0 and text.strip("0.,") else ""
    return f"{sign}{text} {say(WORDS['pp'], lang)}"


def _pinches(present: Partnership) -> tuple[dict[str, float], float, float]:
    """Shapley shares, and the share adequately supervised as it is and with everything lifted."""
    names = [name for name in CONSTRAINTS if name not in idle(present, WEEKS)]

    def worth(lifted: Sequence[str]) -> float:
        weeks = last_weeks(lived(present, WEEKS, lifted))
        return float(np.mean(weeks[np.isfinite(weeks)])) if np.isfinite(weeks).any() else math.nan

    now, best = worth([]), worth(names)
    if not math.isfinite(now):
        return {}, now, best
    players = [
        name for name in names if worth([name]) != now or worth([other for other in names if other != name]) != best
    ]
    shares = shapley(np.array([worth(lifted) for lifted in combinations(players)]))
    return dict.fromkeys(CONSTRAINTS, 0.0) | dict(zip(players, shares.tolist(), strict=True)), now, best
