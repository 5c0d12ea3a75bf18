"""What a board member should remember of a comparison of pilots: a handful of sentences."""

from __future__ import annotations

import math
from typing import Any

from experiments.language import enumerate_words
from experiments.pilot_measures import LOSS
from experiments.pilot_robustness import SAME
from experiments.pilot_words import Words
from experiments.run import rows


def bullets(words: Words) -> list[str]:
    """What a board member should remember."""
    return [*beats(words), _displaced(words), *_by_itself(words), *_mentors(words), *_money(words), *_seen(words)]


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
            f"Floors apart, on {about} “{name}” beats its closest rival, {rivals}, in {share} of plausible "
            f"worlds ({around}).",
            f"Los van de grenzen wint “{name}” op {about} van de naaste concurrent, {rivals}, in {share} "
            f"van de plausibele werelden ({around}).",
        )
    if len(closest) == others:
        return words.say(
            f"Floors apart, on {about} “{name}” beats every other design equally often: each of them in {share} of "
            f"plausible worlds ({around}).",
            f"Los van de grenzen wint “{name}” op {about} van alle andere ontwerpen even vaak: van elk in {share} "
            f"van de plausibele werelden ({around}).",
        )
    return words.say(
        f"Floors apart, on {about} “{name}” beats its closest rivals, {rivals}, equally often: each of them in {share} "
        f"of plausible worlds ({around}).",
        f"Los van de grenzen wint “{name}” op {about} van de naaste concurrenten, {rivals}, even vaak: van elk in "
        f"{share} van de plausibele werelden ({around}).",
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
            f"Floors apart, {rivals} beats it on {about} in {share} of plausible worlds ({around}), but meets "
            f"all floors in {held}.",
            f"Los van de grenzen wint {rivals} het op {about} in {share} van de plausibele werelden ({around}), "
            f"maar het haalt alle grenzen in {held}.",
        )
    return words.say(
        f"Floors apart, {rivals} beat it equally often on {about}, each in {share} of plausible worlds ({around}), but "
        f"meet all floors in {held}, in that order.",
        f"Los van de grenzen winnen {rivals} het even vaak op {about}, elk in {share} van de plausibele werelden "
        f"({around}), maar ze halen alle grenzen in {held}, in die volgorde.",
    )


def _enumerated(words: Words, closest: list[dict[str, Any]]) -> str:
    return enumerate_words([f"“{words.names[int(row['other'])]}”" for row in closest], words.lang)


def _range_over_designs(words: Words, name: str) -> tuple[int, int]:
    """The designs with the least and the most of a measure, the reference left out."""
    means = {at: words.figures[at, name]["mean"] for at in words.names if at and (at, name) in words.figures}
    known = {at: value for at, value in means.items() if math.isfinite(value)}
    return min(known, key=lambda at: known[at]), max(known, key=lambda at: known[at])


def _displaced(words: Words) -> str:
    least, most = _range_over_designs(words, LOSS)
    low, high = (words.figures[at, LOSS] for at in (least, most))
    worlds = words.range(words.of_100(high["worlds_low"]), words.of_100(high["worlds_high"]))
    if least == most:
        return words.say(
            f"Of every 100 pabo students, {words.of_100(high['mean'])} ({worlds} over worlds) lose adequate "
            f"supervision with “{words.names[most]}”.",
            f"Van elke 100 pabostudenten verliezen er {words.of_100(high['mean'])} ({worlds} over de werelden) "
            f"toereikende begeleiding bij “{words.names[most]}”.",
        )
    return words.say(
        f"Of every 100 pabo students, {words.of_100(low['mean'])} lose adequate supervision with "
        f"“{words.names[least]}”, which costs them least, and {words.of_100(high['mean'])} ({worlds} over worlds) "
        f"with “{words.names[most]}”, which costs them most.",
        f"Van elke 100 pabostudenten verliezen er {words.of_100(low['mean'])} toereikende begeleiding bij "
        f"“{words.names[least]}”, dat hun het minst kost, en {words.of_100(high['mean'])} ({worlds} over de "
        f"werelden) bij “{words.names[most]}”, dat hun het meest kost.",
    )


def _by_itself(words: Words) -> list[str]:
    """What the favourite does to all communities, its mbo students apart."""
    favourite = words.turning.favourite
    parts = words.apart(favourite) if favourite > 0 else None
    if parts is None or parts[1].low == parts[1].high == 0:
        return []
    _, settings, mbo = parts
    name = words.names[favourite]
    alone_, rest = (f"{words.of_100(-part.middle)} ({words.range(words.of_100(-part.high), words.of_100(-part.low))})"
                    for part in (settings, mbo))  # fmt: skip
    return [
        words.say(
            f"“{name}” also changes things for communities without mbo students. That alone changes the number "
            f"of pabo students in 100 with adequate supervision by {alone_}; its mbo students by {rest}.",
            f"“{name}” verandert ook iets voor leergemeenschappen zonder mbo-studenten. Dat alleen verandert het "
            f"aantal van 100 pabostudenten met toereikende begeleiding met {alone_}; de mbo-studenten met {rest}.",
        )
    ]


def _mentors(words: Words) -> list[str]:
    name = "mentor_overload_share"
    if (0, name) not in words.figures:
        return []
    least, most = _range_over_designs(words, name)
    low, high, now = (words.figure(words.figures[at, name]["mean"], name) for at in (least, most, 0))
    if least == most:
        return [
            words.say(
                f"Of the mentors who host, {now} are asked for more than their hours without mbo, and {high} with it.",
                f"Zonder mbo wordt {now} van de begeleidende mentoren meer gevraagd dan hun uren, met mbo {high}.",
            )
        ]
    return [
        words.say(
            f"Of the mentors who host, {now} are asked for more than their hours without mbo; the designs range "
            f"from {low} (“{words.names[least]}”) to {high} (“{words.names[most]}”).",
            f"Zonder mbo wordt {now} van de begeleidende mentoren meer gevraagd dan hun uren; de ontwerpen lopen "
            f"van {low} (“{words.names[least]}”) tot {high} (“{words.names[most]}”).",
        )
    ]


def _money(words: Words) -> list[str]:
    name = "own_contribution"
    if (0, name) not in words.figures:
        return []
    table = {at: words.figures[at, name]["difference_mean"] for at in words.names if at}
    least, most = min(table, key=lambda at: table[at]), max(table, key=lambda at: table[at])
    low, high = (words.figure(table[at], name, signed=True) for at in (least, most))
    if least == most:
        return [
            words.say(
                f"What boards and institute add together changes by {high} a year: mbo students bring no grant.",
                f"Wat besturen en hogeschool samen bijleggen verandert met {high} per jaar: mbo-studenten "
                f"brengen geen subsidie mee.",
            )
        ]
    return [
        words.say(
            f"Boards and institute together add {low} a year (“{words.names[least]}”) to {high} a year "
            f"(“{words.names[most]}”) to what they pay now: mbo students bring no grant.",
            f"Besturen en hogeschool leggen samen {low} per jaar (“{words.names[least]}”) tot {high} per jaar "
            f"(“{words.names[most]}”) bij boven wat zij nu betalen: mbo-studenten brengen geen subsidie mee.",
        )
    ]


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
                f"A real pilot of this size cannot show anything in its first year, even if the model is right: "
                f"{listed}. Run it to learn how to do it, not to prove that it works.",
                f"Een echte pilot van deze omvang kan in het eerste jaar niets aantonen, ook als het model "
                f"gelijk heeft: {listed}. Doe zo’n pilot om te leren hoe het moet, niet om te bewijzen dat het "
                f"werkt.",
            )
        )
    if yes:
        listed = enumerate_words(yes, words.lang)
        told.append(
            words.say(
                f"Large enough to show an effect of at least one kind: {listed}.",
                f"Groot genoeg om ten minste één soort effect te laten zien: {listed}.",
            )
        )
    return told
