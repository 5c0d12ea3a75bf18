"""What `samenspel degrade` says of its worlds: the level beside a loss, what it hangs on, and where they come from."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from samenspel.experiments.degradation.degrade import Degradation
from samenspel.experiments.degradation.tables import SHARE
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, as_given, enumerate_words, number, percent
from samenspel.experiments.plausible.asking import named as of_group
from samenspel.experiments.plausible.texts import named
from samenspel.model.words import Message, in_language, say

ASKED_AT_MOST = 3


def level(found: Degradation, arm: str, scale: float, lang: Language) -> str:
    """How many are adequately supervised there and today: the level beside a loss."""
    curves, axis = found.curves, found.plan.axes[0]
    curve = curves[(curves["arm"] == arm) & (curves["indicator"] == SHARE) & (curves["by"] == "all")]
    own = float(found.plan.places[found.plan.own_place][axis.name])

    def share(name: str, place: float) -> str:
        return percent(float(np.interp(place, curve[axis.name], curve[name])), lang)

    def range_of_worlds(place: float) -> str:
        return f"{share('worlds_low', place)} – {share('worlds_high', place)}"

    if math.isinf(scale):
        told = Message(
            " Today {today} are adequately supervised, in nine of ten worlds {today_worlds}.",
            today=share("mean", own), today_worlds=range_of_worlds(own),
        )  # fmt: skip
    else:
        told = Message(
            " There {there} are adequately supervised, in nine of ten worlds {there_worlds}; today {today} "
            "({today_worlds}).",
            there=share("mean", scale), there_worlds=range_of_worlds(scale),
            today=share("mean", own), today_worlds=range_of_worlds(own),
        )  # fmt: skip
    return told.text(lang)


def of_worlds(found: Degradation, lang: Language) -> Iterator[str]:
    """What to ask first, and where the worlds come from."""
    if not found.plan.draws:
        return
    if len(found.asks):
        yield _asks(found, lang)
    yield from found.plan.worlds.sentences(found.plan.draws, lang)


def _asks(found: Degradation, lang: Language) -> str:
    """What the loss hangs on for sure, or that no single answer would settle it."""
    place = as_given(float(found.asks["place"].iloc[0]), lang)
    sure = rows(found.asks[found.asks["worth_asking"].astype(bool)])[:ASKED_AT_MOST]
    if not sure:
        return say(
            "Ask first: no single assumption explains for sure what is unsure about the loss at {place}.",
            lang,
            place=place,
        )
    told = [
        say(
            "{what} ({share}; the 90% interval would be {points} points narrower)",
            lang,
            what=in_language(of_group(row["name"]) or named(row["name"]), lang),
            share=percent(row["explains"], lang), points=number(row["narrows"], lang, 1),
        )
        for row in sure
    ]  # fmt: skip
    return say(
        "Ask first, by how much it explains of what is unsure about the loss at {place}: {names}.",
        lang,
        place=place, names=enumerate_words(told, lang),
    )  # fmt: skip
