"""What was observed, and what it says, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samenspel.experiments.observed.observations import BEFORE, LEFT, Count, Difference
from samenspel.experiments.output.frames import rows
from samenspel.experiments.output.language import Language, enumerate_words, number
from samenspel.experiments.pilots.comparison.close import OUTCOME_WORDS
from samenspel.experiments.pilots.file.design import Posterior
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.plausible.texts import named
from samenspel.experiments.statistics import weighted
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.words import Phrase, in_language, say

BOTH: tuple[Language, ...] = ("en", "nl")
DIGITS = 3


def what(one: Count | Difference, pilots: Pilots | None) -> Phrase:
    """What was observed."""
    english, dutch = (_counted(one, lang) if isinstance(one, Count) else _compared(one, pilots, lang) for lang in BOTH)
    return Phrase(english, dutch)


def _counted(one: Count, lang: Language) -> str:
    if one.name in LEFT:
        name = say("Share of hbo students of study year {year} who leave", lang, year=LEFT[one.name])
    else:
        indicator = INDICATORS[one.name]
        name = Phrase(indicator.en, indicator.nl).text(lang)
    return name if one.year == 1 else say("{name}, school year {year}", lang, name=name, year=one.year)


def _compared(one: Difference, pilots: Pilots | None, lang: Language) -> str:
    assert pilots is not None
    name, design = OUTCOME_WORDS[one.outcome].text(lang), pilots.designs[one.design].title(lang)
    if one.against == BEFORE:
        return say("“{design}”: {name}, more than before in the same clusters", lang, design=design, name=name)
    return say("“{design}”: {name}, more than in other clusters", lang, design=design, name=name)


def sentences(found: Posterior, lang: Language) -> list[str]:
    """How many worlds are left, whether they expect what was observed, and what it taught."""
    said = [
        say(
            "{worlds} worlds were held against all that was observed. By weight they knew as much as {before} equal "
            "worlds before, and know as much as {after} after.",
            lang,
            worlds=number(found.worlds, lang), before=number(found.effective_before, lang),
            after=number(found.effective, lang, 1),
        )
    ]  # fmt: skip
    if found.effective < weighted.FEWEST:
        said.append(
            say(
                "So few worlds agree with what was observed that an answer in them says little: make more worlds, or "
                "ask whether the standard errors are as small as they were said to be.",
                lang,
            )
        )
    return [*said, _fits(found, lang), _taught(found, lang)]


def _fits(found: Posterior, lang: Language) -> str:
    odd = [row for row in rows(found.fit) if row["misfit"]]
    if not odd:
        return say("All that was observed lies where worlds expect it.", lang)
    return say(
        "Hardly any world expects what was observed of: {things}. Either it was measured otherwise than the model "
        "means it, or the model is wrong there. Find out which before you rest an answer on these worlds.",
        lang,
        things=enumerate_words([_what(row, lang) for row in odd], lang),
    )


def _taught(found: Posterior, lang: Language) -> str:
    sure = [str(name) for name in found.table.loc[found.table["informed"], "parameter"]]
    if not sure:
        return say("It taught nothing that is sure about any single assumption.", lang)
    return say(
        "It taught something about {names}; of the other {others} assumptions nothing that is sure.",
        lang,
        names=enumerate_words([f"“{in_language(named(name), lang)}”" for name in sure], lang),
        others=number(len(found.table) - len(sure), lang),
    )


def fitted(found: Posterior, lang: Language) -> list[dict[str, str]]:
    """By observation what it is, what was observed, what worlds expect before and after, and whether that fits."""
    return [
        {
            "what": _what(row, lang), "fits": say("no", lang) if row["misfit"] else say("yes", lang),
            "observed": f"{figure(row['observed'], lang)} ± {figure(row['error'], lang)}",
            "before": between(row, "before_", lang), "after": between(row, "after_", lang),
        }
        for row in rows(found.fit)
    ]  # fmt: skip


def _what(row: Mapping[str, Any], lang: Language) -> str:
    return Phrase(row["what"], row["what_nl"]).text(lang)


def figure(value: float, lang: Language) -> str:
    """A figure in the unit in which it was observed."""
    return number(value, lang, DIGITS if abs(value) < 10 else 1)


def between(row: Mapping[str, Any], when: str, lang: Language) -> str:
    """A middle with its range."""
    low, middle, high = (float(row[f"{when}{end}"]) for end in ("low", "middle", "high"))
    ends = say("{low} to {high}", lang, low=figure(low, lang), high=figure(high, lang))
    return f"{figure(middle, lang)} ({ends})"
