"""The findings of a run in plain words: one paragraph, in English or Dutch.

Every number comes from the results, and every judgement ("above", "stands out", "more overloaded") is made by
comparing numbers first; a sentence that has nothing to say is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from samenspel.experiments.output.floors import falling_short, with_floors
from samenspel.experiments.output.frames import rows, rows_by_name
from samenspel.experiments.output.language import Language, enumerate_words, euros, number, percent, small_percent
from samenspel.experiments.output.prices import beyond_known
from samenspel.experiments.runs.run import RunResult
from samenspel.model.declared.indicators import RESTORED_BY, SHORT_OF
from samenspel.model.words import Message, counted, in_language, say

Row = dict[str, Any]

SMALL_GROUP = 5.0  # students: below it a group says more about individuals than about the design
NONE = 0.0005  # a share below it is shown as none
NOTABLE_GROWTH = 0.03  # of the first year's students
NOTABLE_SHARE = 0.03  # a difference between shares worth mentioning
NOTABLE_SHARE_ONCE = 0.10  # the same when one replication leaves no interval to judge by
NOTABLE_HOURS = 0.5  # hours a week
ADEQUATE = "supervision_adequate_share"


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
        self.values: dict[str, Any] = dict(result.scenario.values)
        self.indicators: dict[str, Row] = rows_by_name(result.summary)

    def say(self, message: str, **fields: object) -> str:
        """A text of the code in the language of this reading."""
        return say(message, self.lang, **fields)

    def mean(self, name: str) -> float:
        """The mean of an indicator in the last school year; NaN where it has no meaning."""
        return float(self.indicators[name]["mean"])

    def interval(self, name: str) -> tuple[float, float]:
        """Its 95 % interval."""
        row = self.indicators[name]
        return float(row["low"]), float(row["high"])

    def has(self, *names: str) -> bool:
        """Whether all these indicators have a value."""
        return all(math.isfinite(self.mean(name)) for name in names)

    def number(self, value: float, digits: int = 0) -> str:
        """A number."""
        return number(value, self.lang, digits)

    def percent(self, share: float) -> str:
        """A share as a whole percentage, with one decimal where it is small."""
        return small_percent(share, self.lang)

    def percent_between(self, name: str) -> str:
        """The interval of a share in brackets; nothing when it rounds to one figure or there is none."""
        low, high = (percent(value, self.lang) for value in self.interval(name))
        if low == high:
            return ""
        low = low.removesuffix("%")
        return self.say(" (95% interval {low}–{high})", low=low, high=high)

    def by_year(self, name: str) -> list[float]:
        """The mean of a weekly indicator in every school year."""
        return [float(value) for value in self.result.weekly.groupby("school_year")[name].mean()]


def _nothing(lang: Language) -> str:
    return say("No replication ran to its end, so there are no findings.", lang)


# --- what happened ---------------------------------------------------------------------------------------------------


def _runs(r: Reading) -> str:
    result = r.result
    done, failed = len(result.finished), len(result.failures)
    runs = counted("One run", "{n} runs", done).text(r.lang)
    years = counted("one school year", "{n} school years", result.years).text(r.lang)
    text = r.say("{runs} of {years}: {title}", runs=runs, years=years, title=result.scenario.text(r.lang).title)
    if done == 1:
        text += r.say(" (one run leaves no intervals)")
    if failed:
        text += r.say("; left out are {failed} that failed", failed=failed)
    return text + "."


def _inside(r: Reading) -> str:
    inside, coverage = r.number(r.mean("students_inside")), r.percent(r.mean("coverage"))
    return r.say(
        "In the last school year, {year}, {inside} hbo students are inside the partnership: {coverage} of "
        "the region's{routes}{beside_mbo}.",
        year=r.result.scenario.school_year(r.result.years),
        inside=inside,
        coverage=coverage,
        routes=_routes(r),
        beside_mbo=_beside_mbo(r),
    )


def _routes(r: Reading) -> str:
    if not r.has("coverage_fulltime", "coverage_parttime"):
        return ""
    fulltime, parttime = r.percent(r.mean("coverage_fulltime")), r.percent(r.mean("coverage_parttime"))
    return r.say(
        " ({fulltime} of the full-time and {parttime} of the part-time students)", fulltime=fulltime, parttime=parttime
    )


def _beside_mbo(r: Reading) -> str:
    mbo = r.mean("students_mbo")
    if not mbo >= 0.5:
        return ""
    return r.say("; beside them are {mbo} mbo students", mbo=r.number(mbo))


def _growth(r: Reading) -> str:
    by_year = r.by_year("students_inside")
    if len(by_year) < 2:
        return ""
    first, last = by_year[0], by_year[-1]
    then = r.say("in the first year ({first})", first=r.number(first))
    difference = round(last) - round(first)
    if abs(difference) <= NOTABLE_GROWTH * first:
        return r.say("That is about as many hbo students as {then}.", then=then)
    many = r.number(abs(difference))
    return r.say(
        "That is {many} hbo students {value} than {then}.",
        many=many,
        then=then,
        value=(r.say("more") if difference > 0 else r.say("fewer")),
    )


# --- how supervision is, and where it is thinnest --------------------------------------------------------------------


def _quality(r: Reading) -> str:
    name = ADEQUATE
    if not r.has(name):
        return ""
    told = {
        "share": r.percent(r.mean(name)) + r.percent_between(name),
        "floor": r.number(float(r.values["adequate_threshold"]), 2),
        "against_safe": _against_safe(r),
        "worst": r.number(r.mean("supervision_p10"), 2),
    }
    if not with_floors(r.values):
        return r.say(
            "In an average week {share} of the students are adequately supervised, at or above the "
            "floor of {floor}{against_safe}; the worst-off tenth get less than {worst}.",
            **told,
        )
    return r.say(
        "In an average week {share} of the students are adequately supervised{against_safe}: with at least {time} of "
        "the mentor hours that they need, {contact} hours with a trainer in four weeks and a quality of {floor}; the "
        "worst-off tenth get a quality below {worst}.",
        time=r.percent(float(r.values["floor_time"])),
        contact=r.number(float(r.values["floor_contact"]), 1),
        **told,
    )


def _floors(r: Reading) -> str:
    """Which floor gives way, where there are three."""
    if not (with_floors(r.values) and r.has(*SHORT_OF.values(), *RESTORED_BY.values())):
        return ""
    return falling_short({name: r.mean(name) for name in (*SHORT_OF.values(), *RESTORED_BY.values())}, r.lang)


def _against_safe(r: Reading) -> str:
    """How the share compares with what the partnership calls safe, as far as the interval allows a judgement."""
    low, high = (round(value, 2) if math.isfinite(value) else value for value in r.interval(ADEQUATE))
    if not math.isfinite(low):
        return ""
    safe = float(r.values["safe_share"])
    text = r.percent(safe)
    if low > safe:
        return r.say(", more than the {value} called safe", value=text)
    if high < safe:
        return r.say(", less than the {value} called safe", value=text)
    return r.say(", about the {value} called safe", value=text)


def _mentors(r: Reading) -> str:
    if not r.has("mentor_overload_share"):
        return ""
    overload, withdrawn = r.mean("mentor_overload_share"), r.mean("mentor_withdrawn_share")
    if overload < NONE:
        text = r.say("No mentor with students is asked for more hours than there are")
    else:
        text = r.say(
            "{overload} of the mentors with students are asked for more hours than they have",
            overload=r.percent(overload),
        )
    if withdrawn >= NONE:
        text += r.say("; {withdrawn} of all mentors have withdrawn", withdrawn=r.percent(withdrawn))
    return text + "."


def _cluster(r: Reading) -> str:
    """The cluster where supervision is thinnest, whether it stands out, and what is worse there than elsewhere."""
    # A cluster that opened in few of the runs says more about those runs than about the cluster.
    usual = [row for row in rows(r.result.clusters) if row["replications"] >= len(r.result.finished) / 2]
    lowest = _lowest(usual)
    if lowest is None or len(usual) < 2:
        return ""
    name, share = f"{lowest['cluster']} ({lowest['board']})", r.percent(lowest[ADEQUATE])
    reasons = [text for reason in (_overloaded, _short_of_trainers) if (text := reason(r, lowest))]
    because = f": {enumerate_words(reasons, r.lang)}" if reasons else ""
    if not _stands_out(r, lowest):
        return r.say(
            "No cluster stands out clearly; lowest on average is {name} with {share}{because}.",
            name=name,
            share=share,
            because=because,
        )
    because = because or r.say(
        ", though its mentors are no more overloaded and its trainers no shorter of time than elsewhere"
    )
    return r.say(
        "Supervision is thinnest in cluster {name}, where {share} are adequately supervised{because}.",
        name=name,
        share=share,
        because=because,
    )


def _lowest(rows: list[Row]) -> Row | None:
    """The row with the lowest share adequately supervised, tiny groups left aside."""
    rows = [row for row in rows if row["students"] >= SMALL_GROUP and math.isfinite(row[ADEQUATE])]
    return min(rows, key=lambda row: float(row[ADEQUATE]), default=None)


def _stands_out(r: Reading, row: Row) -> bool:
    """Whether the share adequately supervised there is clearly below that of the whole."""
    gap = r.mean(ADEQUATE) - float(row[ADEQUATE])
    low, _ = r.interval(ADEQUATE)
    if not math.isfinite(low):
        return gap >= NOTABLE_SHARE_ONCE
    return gap >= NOTABLE_SHARE and float(row[f"{ADEQUATE}_high"]) < low


def _average(r: Reading, column: str) -> float:
    return float(r.result.clusters[column].mean())


def _overloaded(r: Reading, row: Row) -> str:
    here, usual = row["mentor_overload_share"], _average(r, "mentor_overload_share")
    if not here - usual >= NOTABLE_SHARE:
        return ""
    return r.say(
        "{here} of its mentors are overloaded, against {usual} on average", here=r.percent(here), usual=r.percent(usual)
    )


def _short_of_trainers(r: Reading, row: Row) -> str:
    here, usual = row["trainer_hours_left"], _average(r, "trainer_hours_left")
    if not usual - here >= NOTABLE_HOURS:
        return ""
    left, otherwise = r.number(here, 1), r.number(usual, 1)
    return r.say(
        "its trainers have {left} hours a week left for students, against {otherwise} on average",
        left=left,
        otherwise=otherwise,
    )


def _group(r: Reading) -> str:
    """The programme or study year that comes off worst, if one does."""
    lowest = [(by, _lowest(rows(r.result.groups[by]))) for by in ("programme", "year")]
    parts = [
        f"{GROUP_NAMES[by](row[by], r.lang)} ({r.percent(row[ADEQUATE])})"
        for by, row in lowest
        if row is not None and _stands_out(r, row)
    ]
    if not parts:
        return ""
    return r.say("Those adequately supervised least often are {parts}.", parts=enumerate_words(parts, r.lang))


def _programme(key: Any, lang: Language) -> str:
    return in_language(PROGRAMMES.get(str(key).lower(), str(key)), lang)


def _year(key: Any, lang: Language) -> str:
    return say("students in year {key}", lang, key=int(key))


PROGRAMMES = {
    "fulltime": Message("full-time students"),
    "parttime": Message("part-time students"),
    "academic": Message("academic students"),
    "pedagogy": Message("students of pedagogy"),
    "care_3": Message("students of pedagogical work 3"),
    "care_4": Message("students of pedagogical work 4"),
    "assistant": Message("future teaching assistants"),
}
GROUP_NAMES: dict[str, Callable[[Any, Language], str]] = {"programme": _programme, "year": _year}


# --- mbo, money, and what this is not --------------------------------------------------------------------------------


def _mbo(r: Reading) -> str:
    if not r.has(f"{ADEQUATE}_mbo", f"{ADEQUATE}_hbo"):
        return ""
    mbo, hbo = r.percent(r.mean(f"{ADEQUATE}_mbo")), r.percent(r.mean(f"{ADEQUATE}_hbo"))
    text = r.say("Of the mbo students {mbo} are adequately supervised, of the hbo students {hbo}", mbo=mbo, hbo=hbo)
    return text + _barrier(r) + "."


def _barrier(r: Reading) -> str:
    """The status barrier now, and in the first year with mbo if that was another."""
    if not r.has("status_barrier"):
        return ""
    with_mbo = [
        barrier for barrier, mbo in zip(r.by_year("status_barrier"), r.by_year("students_mbo"), strict=True) if mbo > 0
    ]
    now = r.number(r.mean("status_barrier"), 2)
    text = r.say("; the status barrier between them is {now}", now=now)
    if len(with_mbo) > 1:
        first = r.number(with_mbo[0], 2)
        text += r.say(" ({first} in the first year with mbo)", first=first)
    return text


def _money(r: Reading) -> str:
    if not r.has("cost_per_student", "grant_cover", "own_contribution"):
        return ""
    cost, cover = euros(r.mean("cost_per_student"), r.lang, 10), r.percent(r.mean("grant_cover"))
    text = r.say(
        "The supervision of an hbo student costs about {cost} a year; the grant covers {cover}", cost=cost, cover=cover
    )
    own = r.mean("own_contribution")
    if own > 0:
        amount = euros(own, r.lang, 1000)
        text += r.say(", and boards and institute add {amount} a year", amount=amount)
    return f"{text}{_cuts(r)}."


def _cuts(r: Reading) -> str:
    """Whether facilitated hours had to be cut."""
    left = r.mean("hours_factor")
    if not math.isfinite(left):
        return ""
    if left > 1 - NONE:
        return r.say("; no hours were cut")
    return r.say("; for want of money boards cut facilitated hours, to {left} on average", left=r.percent(left))


def _beyond_known(r: Reading) -> str:
    return " ".join(in_language(told, r.lang) for told in beyond_known(r.result.scenario, r.result.years))


def _caveat(r: Reading) -> str:
    return r.say("These figures serve to compare designs under the assumptions made; they are not a forecast.")


PARTS: tuple[Callable[[Reading], str], ...] = (
    _runs,
    _inside,
    _growth,
    _quality,
    _floors,
    _mentors,
    _cluster,
    _group,
    _mbo,
    _money,
    _beyond_known,
    _caveat,
)
