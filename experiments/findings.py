"""The findings of a run in plain words: one paragraph, in English or Dutch.

Every number comes from the results, and every judgement ("above", "stands out", "more overloaded") is made by
comparing numbers first; a sentence that has nothing to say is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pandas as pd

from experiments.language import Language, enumerate_words, euros, number, percent
from experiments.run import RunResult

SMALL_GROUP = 5.0  # students: below it a group says more about individuals than about the design
NOTABLE_SHARE = 0.03  # a difference between shares worth mentioning
NOTABLE_SHARE_ONCE = 0.10  # the same when one replication leaves no interval to judge by
NOTABLE_HOURS = 0.5  # hours a week


def findings(result: RunResult, lang: Language) -> str:
    """The paragraph."""
    if not result.finished:
        return _nothing(lang)
    sentences = [part(Reading(result, lang)) for part in PARTS]
    return " ".join(sentence for sentence in sentences if sentence)


class Reading:
    """The figures of a run, read in one language."""

    def __init__(self, result: RunResult, lang: Language) -> None:
        self.result = result
        self.lang = lang
        self.values = result.scenario.values

    def say(self, en: str, nl: str) -> str:
        """The text in the language of this reading."""
        return nl if self.lang == "nl" else en

    def mean(self, name: str) -> float:
        """The mean of an indicator in the last school year; NaN where it has no meaning."""
        table = self.result.summary
        return float(table.at[name, "mean"]) if name in table.index else math.nan

    def interval(self, name: str) -> tuple[float, float]:
        """Its 95 % interval."""
        row = self.result.summary.loc[name]
        return float(row["low"]), float(row["high"])

    def has(self, name: str) -> bool:
        """Whether the indicator has a value."""
        return math.isfinite(self.mean(name))

    def number(self, value: float, digits: int = 0) -> str:
        """A number."""
        return number(value, self.lang, digits)

    def percent(self, share: float) -> str:
        """A share as a whole percentage, with one decimal where it is small."""
        return percent(share, self.lang, 1 if 0.001 <= share < 0.02 else 0)

    def percent_between(self, name: str) -> str:
        """The interval of a share in brackets; nothing when it rounds to one figure or there is none."""
        low, high = (percent(value, self.lang) for value in self.interval(name))
        if low == high:
            return ""
        low = low.removesuffix("%")
        return self.say(f" (95% interval {low}–{high})", f" (95%-interval {low}–{high})")

    def by_year(self, name: str) -> pd.Series:
        """The yearly mean of a weekly indicator, where it has a value."""
        return self.result.weekly.groupby("school_year")[name].mean().dropna()


def _nothing(lang: Language) -> str:
    if lang == "nl":
        return "Geen enkele herhaling is tot het einde gekomen; er zijn dus geen bevindingen."
    return "No replication ran to its end, so there are no findings."


# --- what happened ---------------------------------------------------------------------------------------------------


def _runs(r: Reading) -> str:
    result = r.result
    years, done, failed = result.years, len(result.finished), len(result.failures)
    text = r.say(
        f"{'One run' if done == 1 else f'{done} runs'} of {'one school year' if years == 1 else f'{years} school years'}",
        f"{'Eén keer' if done == 1 else f'{done} keer'} {'één schooljaar' if years == 1 else f'{years} schooljaren'}",
    )
    text += r.say(f" of “{result.scenario.title}”", f" van “{result.scenario.title_nl}”")
    if done == 1:
        text += r.say(", so without intervals", ", dus zonder intervallen")
    if failed:
        text += r.say(f"; {failed} more failed and are left out", f"; {failed} mislukte herhaling(en) tellen niet mee")
    return text + "."


def _inside(r: Reading) -> str:
    inside, coverage = r.mean("students_inside"), r.mean("coverage")
    routes = _routes(r)
    return r.say(
        f"In the last school year {r.number(inside)} students are inside the partnership; "
        f"it reaches {r.percent(coverage)} of the hbo students{routes}.",
        f"In het laatste schooljaar zitten {r.number(inside)} studenten in het partnerschap; "
        f"het bereikt {r.percent(coverage)} van de hbo-studenten{routes}.",
    )


def _routes(r: Reading) -> str:
    fulltime, parttime = r.mean("coverage_fulltime"), r.mean("coverage_parttime")
    if not (math.isfinite(fulltime) and math.isfinite(parttime)):
        return ""
    return r.say(
        f" ({r.percent(fulltime)} of the full-time and {r.percent(parttime)} of the part-time students)",
        f" ({r.percent(fulltime)} van de voltijders en {r.percent(parttime)} van de deeltijders)",
    )


def _growth(r: Reading) -> str:
    by_year = r.by_year("students_inside")
    if len(by_year) < 2:
        return ""
    first, last = float(by_year.iloc[0]), float(by_year.iloc[-1])
    difference = round(last) - round(first)
    if abs(difference) <= 0.03 * first:
        return r.say(
            f"That is about as many as in the first year ({r.number(first)}).",
            f"Dat is ongeveer evenveel als in het eerste jaar ({r.number(first)}).",
        )
    more = difference > 0
    return r.say(
        f"That is {r.number(abs(difference))} {'more' if more else 'fewer'} than in the first year ({r.number(first)}).",
        f"Dat zijn er {r.number(abs(difference))} {'meer' if more else 'minder'} dan in het eerste jaar "
        f"({r.number(first)}).",
    )


# --- how supervision is, and where it is thinnest --------------------------------------------------------------------


def _quality(r: Reading) -> str:
    name = "supervision_adequate_share"
    if not r.has(name):
        return ""
    floor = r.number(float(r.values["adequate_threshold"]), 2)
    share, between = r.percent(r.mean(name)), r.percent_between(name)
    worst = r.number(r.mean("supervision_p10"), 2)
    return r.say(
        f"{share} of the students{between} are adequately supervised, that is at or above the partnership's floor of "
        f"{floor}{_against_safe(r)}; the worst-off tenth get less than {worst}.",
        f"{share} van de studenten{between} wordt toereikend begeleid, dat wil zeggen op of boven de ondergrens van "
        f"{floor} van het partnerschap{_against_safe(r)}; het slechtst bedeelde tiende deel krijgt minder dan {worst}.",
    )


def _against_safe(r: Reading) -> str:
    """How the share compares with what the partnership calls safe, if the interval allows a judgement."""
    low, high = r.interval("supervision_adequate_share")
    if not math.isfinite(low):
        return ""
    safe = float(r.values["safe_share"])
    text = r.percent(safe)
    if low >= safe:
        return r.say(f" and more than the {text} it calls safe", f" en meer dan de {text} die het veilig noemt")
    if high < safe:
        return r.say(f", but less than the {text} it calls safe", f", maar minder dan de {text} die het veilig noemt")
    return r.say(
        f", which is not clearly more or less than the {text} it calls safe",
        f"; dat is niet duidelijk meer of minder dan de {text} die het veilig noemt",
    )


def _mentors(r: Reading) -> str:
    if not r.has("mentor_overload_share"):
        return ""
    overload, withdrawn = r.mean("mentor_overload_share"), r.mean("mentor_withdrawn_share")
    text = r.say(
        f"{_capital(_share_of(r, overload))} of the mentors with students are asked for more hours than they have",
        f"Van {_share_of(r, overload)} van de mentoren met studenten wordt meer tijd gevraagd dan ze hebben",
    )
    if withdrawn >= 0.01:
        text += r.say(
            f", and {r.percent(withdrawn)} of all mentors have withdrawn",
            f", en {r.percent(withdrawn)} van alle mentoren is afgehaakt",
        )
    return text + "."


def _share_of(r: Reading, share: float) -> str:
    return r.say("none", "geen") if share < 0.001 else r.percent(share)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _cluster(r: Reading) -> str:
    table = r.result.clusters
    if len(table) < 2:
        return ""
    table = table[table["replications"] >= len(r.result.finished) / 2]
    thinnest = _stands_out(r, table)
    if thinnest is None:
        return r.say(
            "No cluster stands out clearly below the others.", "Geen cluster blijft duidelijk bij de andere achter."
        )
    share = r.percent(float(thinnest["supervision_adequate_share"]))
    name = f"{thinnest['cluster']} ({thinnest['board']})"
    return r.say(
        f"Supervision is thinnest in cluster {name}, where {share} are adequately supervised: {_reasons(r, thinnest)}.",
        f"De begeleiding is het dunst in cluster {name}, waar {share} toereikend begeleid wordt: "
        f"{_reasons(r, thinnest)}.",
    )


def _stands_out(r: Reading, table: pd.DataFrame) -> pd.Series[Any] | None:
    """The row with the lowest share adequately supervised, if it is clearly below the whole and not tiny."""
    column = "supervision_adequate_share"
    table = table[(table["students"] >= SMALL_GROUP) & table[column].notna()]
    if table.empty:
        return None
    row = table.loc[table[column].idxmin()]
    gap = r.mean(column) - float(row[column])
    low = r.interval(column)[0]
    if math.isfinite(low):
        return row if gap >= NOTABLE_SHARE and float(row[f"{column}_high"]) < low else None
    return row if gap >= NOTABLE_SHARE_ONCE else None


def _reasons(r: Reading, row: pd.Series[Any]) -> str:
    """What is worse in that cluster than in the average one, from the figures the model gives by cluster."""
    table = r.result.clusters
    reasons = []
    overload, usual = float(row["mentor_overload_share"]), float(table["mentor_overload_share"].mean())
    if overload - usual >= NOTABLE_SHARE:
        reasons.append(
            r.say(
                f"{r.percent(overload)} of its mentors are overloaded, against {r.percent(usual)} on average",
                f"{r.percent(overload)} van de mentoren is er overbelast, tegen {r.percent(usual)} gemiddeld",
            )
        )
    left, usual = float(row["trainer_hours_left"]), float(table["trainer_hours_left"].mean())
    if usual - left >= NOTABLE_HOURS:
        reasons.append(
            r.say(
                f"its trainers have {r.number(left, 1)} hours a week left for students, "
                f"against {r.number(usual, 1)} on average",
                f"de opleiders houden er {r.number(left, 1)} uur per week over voor studenten, "
                f"tegen {r.number(usual, 1)} gemiddeld",
            )
        )
    if not reasons:
        return r.say(
            "its mentors are no more overloaded and its trainers no shorter of time than elsewhere, "
            "so neither explains it",
            "de mentoren zijn er niet zwaarder belast en de opleiders niet krapper in tijd dan elders, "
            "dus dat verklaart het niet",
        )
    return enumerate_words(reasons, r.lang)


def _group(r: Reading) -> str:
    """The programme or study year that comes off worst, if one does."""
    rows = [(by, row) for by in ("programme", "year") if (row := _stands_out(r, r.result.groups[by])) is not None]
    if not rows:
        return ""
    parts = [
        f"{_group_name(r, by, row[by])} ({r.percent(float(row['supervision_adequate_share']))})" for by, row in rows
    ]
    return r.say(
        f"Of the students, {enumerate_words(parts, 'en')} are adequately supervised least often.",
        f"Van de studenten worden {enumerate_words(parts, 'nl')} het minst vaak toereikend begeleid.",
    )


def _group_name(r: Reading, by: str, key: Any) -> str:
    if by == "year":
        return r.say(f"those in year {key}", f"die in jaar {key}")
    return str(key)


# --- mbo, money, and what this is not --------------------------------------------------------------------------------


def _mbo(r: Reading) -> str:
    if not r.has("supervision_adequate_share_mbo"):
        return ""
    mbo, hbo = r.mean("supervision_adequate_share_mbo"), r.mean("supervision_adequate_share_hbo")
    text = r.say(
        f"Of the mbo students {r.percent(mbo)} are adequately supervised, of the hbo students {r.percent(hbo)}",
        f"Van de mbo-studenten wordt {r.percent(mbo)} toereikend begeleid, van de hbo-studenten {r.percent(hbo)}",
    )
    return text + _barrier(r) + "."


def _barrier(r: Reading) -> str:
    if not r.has("status_barrier"):
        return ""
    by_year = r.by_year("status_barrier")
    now = r.number(r.mean("status_barrier"), 2)
    text = r.say(f"; the status barrier between them is {now}", f"; de statusdrempel tussen hen is {now}")
    if len(by_year) > 1:
        first = r.number(float(by_year.iloc[0]), 2)
        text += r.say(
            f" ({first} in the first year they meet)", f" ({first} in het eerste jaar dat ze elkaar treffen)"
        )
    return text


def _money(r: Reading) -> str:
    if not (r.has("cost_per_student") and r.has("grant_cover")):
        return ""
    cost = euros(r.mean("cost_per_student"), r.lang, 10)
    cover = r.percent(r.mean("grant_cover"))
    own = euros(r.mean("own_contribution"), r.lang, 1000)
    return r.say(
        f"A student costs about {cost} a year; the grant covers {cover} of the costs, and boards and institute add "
        f"about {own} of their own.",
        f"Een student kost ongeveer {cost} per jaar; de subsidie dekt {cover} van de kosten, en besturen en hogeschool "
        f"leggen er ongeveer {own} bij.",
    )


def _caveat(r: Reading) -> str:
    return r.say(
        "These figures serve to compare designs under the assumptions made; they are not a forecast.",
        "Deze cijfers zijn bedoeld om ontwerpen te vergelijken onder de gemaakte aannames; ze zijn geen voorspelling.",
    )


PARTS: tuple[Callable[[Reading], str], ...] = (
    _runs,
    _inside,
    _growth,
    _quality,
    _mentors,
    _cluster,
    _group,
    _mbo,
    _money,
    _caveat,
)
