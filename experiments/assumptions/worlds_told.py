"""What a sensitivity analysis says of its worlds: what to ask first, which choice counts, and where they come from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from samenspel.experiments.assumptions.given_worlds import is_sure
from samenspel.experiments.assumptions.sensitivity import Sensitivity
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, enumerate_words, percent
from samenspel.experiments.plausible.asking import named as of_group
from samenspel.experiments.plausible.texts import named
from samenspel.model.words import in_language, say

TOLD_AT_MOST = 3  # factors in a sentence


def explanations(result: Sensitivity, ranked: pd.DataFrame, indicator: str, lang: Language) -> Iterator[str]:
    """What is worth asking first, and which of the study's levers make a difference; only what is sure."""
    chosen = ranked.index.isin(result.study.lever_names)
    if asked := _sure(ranked[~chosen], lang):
        yield say(
            "Ask first, by how much it explains of the differences in {indicator}: {names}.",
            lang,
            indicator=indicator, names=asked,
        )  # fmt: skip
    else:
        yield say(
            "Ask first: no single assumption explains the differences in {indicator} for sure.",
            lang,
            indicator=indicator,
        )
    if not chosen.any():
        return
    if levers := _sure(ranked[chosen], lang):
        yield say("Of what can be chosen, this makes a difference: {names}.", lang, names=levers)
    else:
        yield say("Of what can be chosen, nothing makes a difference for sure.", lang)


def where_from(result: Sensitivity, lang: Language) -> list[str]:
    """In which worlds this holds; of ranges, that they are no worlds."""
    if result.worlds:
        return result.worlds.source.sentences(result.worlds.draws, lang)
    return [
        say(
            "Every range of the study was varied by itself, so most of the combinations could not be this partnership. "
            "With --worlds plausible the same is asked in worlds that could be.",
            lang,
        )
    ]


def as_data(result: Sensitivity) -> dict[str, Any] | None:
    """Where the worlds come from, and how many there are; nothing of ranges."""
    given = result.worlds
    return {**given.source.document(), "draws": given.draws} if given else None


def _sure(ranked: pd.DataFrame, lang: Language) -> str:
    """The first few of which it is sure, each with its share and interval; empty when there are none."""
    sure = ranked[is_sure(ranked)][:TOLD_AT_MOST]
    told = [
        say(
            "{what} ({share}; between {low} and {high})",
            lang,
            what=in_language(of_group(str(name)) or named(str(name)), lang),
            share=percent(row["value"], lang), low=percent(row["low"], lang), high=percent(row["high"], lang),
        )
        for name, row in zip(sure.index, rows(sure), strict=True)
    ]  # fmt: skip
    return enumerate_words(told, lang)
