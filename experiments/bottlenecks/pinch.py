"""Where one partnership pinches now, in a sentence, and the words for what can pinch."""

from __future__ import annotations

import math
from collections.abc import Sequence
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


def pinch(present: Partnership, lang: Language) -> str:
    """One sentence on what holds supervision back most in this partnership over the coming 40 weeks, left as it is.

    Quick, for a live view: constraints that do nothing as the first nor as the last to be lifted are taken to do
    nothing in between either.
    """
    shares, now, best = _pinches(present)
    if not math.isfinite(now):
        return say("There is nobody to supervise.", lang)
    strongest = sorted(shares, key=lambda name: -shares[name])[:2]
    at = percent(now, lang)
    if shares[strongest[0]] < PINCHES:
        return say("Nothing pinches now: {at} will be adequately supervised in the coming year.", lang, at=at)
    named = [
        f"{NAMES[name].text(lang)} ({points(shares[name], lang)})" for name in strongest if shares[name] >= PINCHES
    ]
    first, *then = named
    more = "".join(f", {say('then', lang)} {name}" for name in then)
    return say(
        "It now pinches first at {first}{more}; in the coming year {at} will be adequately supervised, {best} without "
        "constraints.",
        lang,
        first=first,
        more=more,
        at=at,
        best=percent(best, lang),
    )


def points(share: float, lang: Language) -> str:
    """A difference between shares in percentage points, with its sign."""
    text = number(100 * share, lang, 1)
    sign = "+" if share > 0 and text.strip("0.,") else ""
    return f"{sign}{text} {say('pp', lang)}"


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
