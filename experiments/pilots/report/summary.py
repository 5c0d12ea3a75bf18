"""What a board member should remember of a comparison of pilots: a handful of sentences."""

from __future__ import annotations

import math
from typing import Any

from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import enumerate_words, euros
from samenspel.experiments.pilots.comparison.robustness import SAME
from samenspel.experiments.pilots.file.measures import FULL_COST, LOSS
from samenspel.experiments.pilots.report.words import Words


def bullets(words: Words) -> list[str]:
    """What a board member should remember."""
    return [*beats(words), *_displaced(words), *_mentors(words), *_money(words), *_seen(words)]


def beats(words: Words) -> list[str]:
    """The favourite against its closest rivals, on the aim: in which share of the worlds it has more."""
    favourite = words.turning.favourite
    if favourite < 0:
        return []
    pairs = words.comparison.pairs
    aim = words.comparison.pilots.aim
    mine = rows(pairs[(pairs["measure"] == aim) & (pairs["design"] == favourite)])
    if not mine:
        return []
    least = min(row["share"] for row in mine)
    closest = [row for row in mine if row["share"] <= least + SAME]
    about = words.measure(aim).lower()
    return [_ahead(words, about, closest, len(mine)) if least >= 0.5 else _behind(words, about, closest)]


def _ahead(words: Words, about: str, closest: list[dict[str, Any]], others: int) -> str:
    """The favourite beats its closest rivals, of so many other designs, in at least half of the worlds."""
    name = words.names[words.turning.favourite]
    rivals = _enumerated(words, closest)
    low, high = min(row["low"] for row in closest), max(row["high"] for row in closest)
    share, around = words.share(closest[0]["share"]), words.between(low, high)
    if len(closest) == 1:
        return words.say(
            "Floors apart, on {about} “{name}” beats its closest rival, {rivals}, in {share} of "
            "plausible worlds ({around}).",
            about=about,
            name=name,
            rivals=rivals,
            share=share,
            around=around,
        )
    if len(closest) == others and not words.apart_at:
        return words.say(
            "Floors apart, on {about} “{name}” beats every other design equally often: each of them "
            "in {share} of plausible worlds ({around}).",
            about=about,
            name=name,
            share=share,
            around=around,
        )
    return words.say(
        "Floors apart, on {about} “{name}” beats its closest rivals, {rivals}, equally often: "
        "each of them in {share} of plausible worlds ({around}).",
        about=about,
        name=name,
        rivals=rivals,
        share=share,
        around=around,
    )


def _behind(words: Words, about: str, closest: list[dict[str, Any]]) -> str:
    """Its closest rivals beat the favourite in more than half of the worlds, but meet the floors less often."""
    rivals = _enumerated(words, closest)
    low, high = (1 - max(row["high"] for row in closest), 1 - min(row["low"] for row in closest))
    share, around = words.share(1 - closest[0]["share"]), words.between(low, high)
    each = [words.share(words.by_design[int(row["other"])]["acceptable"]) for row in closest]
    held = enumerate_words(each, words.lang)
    if len(closest) == 1:
        return words.say(
            "Floors apart, {rivals} beats it on {about} in {share} of plausible worlds ({around}), "
            "but meets all floors in {held}.",
            rivals=rivals,
            about=about,
            share=share,
            around=around,
            held=held,
        )
    return words.say(
        "Floors apart, {rivals} beat it equally often on {about}, each in {share} of plausible "
        "worlds ({around}), but meet all floors in {held}, in that order.",
        rivals=rivals,
        about=about,
        share=share,
        around=around,
        held=held,
    )


def _enumerated(words: Words, closest: list[dict[str, Any]]) -> str:
    return enumerate_words([f"“{words.names[int(row['other'])]}”" for row in closest], words.lang)


def _range_over_designs(words: Words, name: str, key: str = "mean") -> tuple[int, int] | None:
    """The designs with the least and the most of a measure, the reference and those that stand apart left out."""
    found = {at: words.figures[at, name][key] for at in words.names if at and (at, name) in words.figures}
    known = {at: value for at, value in found.items() if math.isfinite(value) and at not in words.apart_at}
    return (min(known, key=lambda at: known[at]), max(known, key=lambda at: known[at])) if known else None


def _displaced(words: Words) -> list[str]:
    if (ends := _range_over_designs(words, LOSS)) is None:
        return []
    least, most = ends
    low, high = (words.figures[at, LOSS] for at in (least, most))
    worlds = words.range(words.of_100(high["worlds_low"]), words.of_100(high["worlds_high"]))
    if least == most:
        return [
            words.say(
                "Of every 100 pabo students, {mean} ({worlds} over worlds) lose adequate supervision with “{name}”.",
                mean=words.of_100(high["mean"]),
                worlds=worlds,
                name=words.names[most],
            )
        ]
    return [
        words.say(
            "Of every 100 pabo students, {mean} lose adequate supervision with “{name}”, which costs "
            "them least, and {mean_2} ({worlds} over worlds) with “{name_2}”, which costs them most.",
            mean=words.of_100(low["mean"]),
            name=words.names[least],
            mean_2=words.of_100(high["mean"]),
            worlds=worlds,
            name_2=words.names[most],
        )
    ]


def _mentors(words: Words) -> list[str]:
    name = "mentor_overload_share"
    if (0, name) not in words.figures or (ends := _range_over_designs(words, name)) is None:
        return []
    least, most = ends
    low, high, now = (words.figure(words.figures[at, name]["mean"], name) for at in (least, most, 0))
    reference = f"“{words.names[0]}”"
    if least == most:
        return [
            words.say(
                "Of the mentors who host, {now} are asked for more than their hours with {reference}, "
                "and {high} with “{name}”.",
                now=now,
                reference=reference,
                high=high,
                name=words.names[most],
            )
        ]
    return [
        words.say(
            "Of the mentors who host, {now} are asked for more than their hours with {reference}; "
            "the designs range from {low} (“{name}”) to {high} (“{name_2}”).",
            now=now,
            reference=reference,
            low=low,
            name=words.names[least],
            high=high,
            name_2=words.names[most],
        )
    ]


def _money(words: Words) -> list[str]:
    if (0, FULL_COST) not in words.figures:
        return []
    ends = _range_over_designs(words, FULL_COST, "difference_mean")
    return [_more_a_year(words, *ends), _subsidy(words)] if ends else []


def _more_a_year(words: Words, least: int, most: int) -> str:
    """What the cheapest and the dearest design cost more than the reference."""
    low, high = (
        words.figure(words.figures[at, FULL_COST]["difference_mean"], FULL_COST, signed=True) for at in (least, most)
    )
    reference, cheap, dear = (f"“{words.names[at]}”" for at in (0, least, most))
    if least == most:
        return words.say(
            "To boards, institute and mbo school together, meetings and training paid as well, "
            "{dear} costs {high} a year against {reference}.",
            dear=dear,
            high=high,
            reference=reference,
        )
    return words.say(
        "To boards, institute and mbo school together, meetings and training paid as well, "
        "{cheap} costs least ({low} a year against {reference}) and {dear} most ({high}).",
        cheap=cheap,
        low=low,
        reference=reference,
        dear=dear,
        high=high,
    )


def _subsidy(words: Words) -> str:
    """Which money mbo students do bring (D13, D40)."""
    return words.say(
        "The grant for teacher training counts no mbo students. For a BBL place the employer can "
        "get up to EUR 2,700 a year (D40); counted here is {subsidy}.",
        subsidy=euros(float(words.comparison.pilots.scenario.values["bbl_subsidy"]), words.lang),
    )


def _seen(words: Words) -> list[str]:
    """Which pilots could show something."""
    if not words.shows:
        return []
    yes = [f"“{words.names[at]}”" for at, shows in words.shows.items() if shows]
    no = [f"“{words.names[at]}”" for at, shows in words.shows.items() if not shows]
    told = []
    if no:
        listed = enumerate_words(no, words.lang)
        told.append(
            words.say(
                "A real pilot of this size cannot show anything in its first year, even if the model is "
                "right: {listed}. Run it to learn how to do it, not to prove that it works.",
                listed=listed,
            )
        )
    if yes:
        listed = enumerate_words(yes, words.lang)
        told.append(words.say("Large enough to show an effect of at least one kind: {listed}.", listed=listed))
    return told
