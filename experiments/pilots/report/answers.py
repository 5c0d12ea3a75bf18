"""The ten questions a partnership asks, each with an answer: a figure, and how far it spreads over worlds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from samenspel.experiments.output.language import enumerate_words, number
from samenspel.experiments.pilots.comparison.questions import ADEQUATE, FULL, MBO, SIZES, Answers, Spread
from samenspel.experiments.pilots.file.measures import LOSS
from samenspel.experiments.pilots.report.words import Words
from samenspel.model.words import Message

TOLERATED = 0.02  # of pabo students, where the partnership set no floor for their loss
QUESTIONS = (
    Message("At how many students per training cluster does supervision fall below our own floor?"),
    Message(
        "How do we keep quality when we grow from 180 to 400 students, and what pinches first: "
        "mentor, school trainer or institute trainer?"
    ),
    Message("Which growth strategy yields most per euro and per year: extra clusters, new boards, mbo?"),
    Message("What own contribution do boards make if the grant stays flat and wages rise 3 to 5 % a year?"),
    Message("What does learning across year groups bring, and up to what group size?"),
    Message("How many mbo students can a cluster add without pabo students losing supervision?"),
    Message("How do we design an mbo pilot: sites, team size, mix, frequency, half a year or a whole one?"),
    Message("What happens if part-timers get another day or a lighter form instead of the compulsory Tuesday?"),
    Message("What helps more: training mentors, choosing better ones, more hours, or stable pairs?"),
    Message(
        "Which small village schools fill up, and does a cluster across denominations help "
        "travel and the wish for a public school?"
    ),
)


class Answer(NamedTuple):
    """One question with its answer."""

    number: int
    question: str
    answer: str


def answers(words: Words) -> list[Answer]:
    """All ten; empty when the questions were not run."""
    if words.comparison.answers is None:
        return []
    told = _Answers(words, words.comparison.answers)
    texts = [
        told.cluster_size,
        told.roles,
        told.strategies,
        told.contribution,
        told.across_years,
        told.mbo_students,
        told.pilot,
        told.parttime,
        told.mentors,
        told.villages,
    ]
    return [Answer(at, QUESTIONS[at - 1].text(words.lang), _or_open(text, words)) for at, text in enumerate(texts, 1)]


def _or_open(text: Callable[[], str], words: Words) -> str:
    """The answer, or that this partnership leaves the question open."""
    try:
        return text()
    except KeyError:
        return words.say("Not answered: this partnership does not allow the variant that the question asks.")


@dataclass(frozen=True)
class _Answers:
    """Sentences from the runs."""

    words: Words
    runs: Answers

    def _number(self, value: float, digits: int = 0) -> str:
        return number(value, self.words.lang, digits)

    def _spread(self, values: NDArray[np.float64], name: str, *, signed: bool = False) -> str:
        """`median (low to high)` of a measure."""
        spread = Spread.of(values)
        middle, low, high = (
            self.words.figure(value, name, signed=signed) for value in (spread.middle, spread.low, spread.high)
        )
        return f"{middle} ({self.words.range(low, high)})"

    def _already(self) -> str:
        """How many mbo students the reference has, to which a variant with mbo students is compared."""
        now = int(self.words.comparison.pilots.reference.at_last.values["mbo_students_per_cluster"])
        if not now:
            return ""
        return self.words.say(" Compared with the reference, which has {now} a cluster where mbo takes part.", now=now)

    def cluster_size(self) -> str:
        """Question 1."""
        at = self.runs.falls_below()
        spread, never = Spread.of(at), float(np.isnan(at).mean())
        floor = self.words.share(self.runs.floor)
        if not math.isfinite(spread.middle):
            return self.words.say(
                "Not up to {sizes} places: {floor} stay adequately supervised in every world.",
                sizes=SIZES[-1],
                floor=floor,
            )
        middle, low, high = (self._number(value) for value in (spread.middle, spread.low, spread.high))
        rest = self.words.share(never)
        now = self.words.comparison.pilots.scenario.values["students_per_cluster"]
        return self.words.say(
            "At about {middle} places a cluster ({low} to {high} over worlds) fewer than {floor} are "
            "adequately supervised; in {rest} of the worlds not up to {sizes}. Now there are {now}.",
            middle=middle,
            low=low,
            high=high,
            floor=floor,
            rest=rest,
            sizes=SIZES[-1],
            now=now,
        )

    def roles(self) -> str:
        """Question 2."""
        names = {
            "full, mentor": self.words.say("mentors"),
            "full, school trainer": self.words.say("school trainers"),
            "full, institute trainer": self.words.say("institute trainers"),
        }
        first = self.runs.first_of(list(names), ADEQUATE, over="full")
        top = max(first, key=lambda name: first[name])
        lost = self._spread(-self.runs.gain("full", ADEQUATE), ADEQUATE)
        back = self._spread(self.runs.gain(top, ADEQUATE, over="full"), LOSS, signed=True)
        instead = self._spread(self.runs.gain("clusters", ADEQUATE), LOSS, signed=True)
        role, often = names[top], self.words.share(first[top])
        return self.words.say(
            "With {full} places in the same clusters, {lost} of the students lose adequate "
            "supervision. It pinches first at the {role}, in {often} of the worlds: half as many "
            "hours again for them change that share by {back}. With four extra clusters of the usual "
            "size instead, it changes by {instead} against now.",
            full=FULL,
            lost=lost,
            role=role,
            often=often,
            back=back,
            instead=instead,
        )

    def strategies(self) -> str:
        """Question 3."""
        years = self.words.comparison.pilots.years
        names = {
            "clusters": self.words.say("extra clusters"),
            "boards": self.words.say("new boards"),
            "mbo": self.words.say("mbo students"),
        }
        told = []
        for name, text in names.items():
            students = self.runs.gain(name, "students_inside") + np.nan_to_num(self.runs.gain(name, "students_mbo"))
            euros = self.runs.gain(name, "own_contribution")
            with np.errstate(divide="ignore", invalid="ignore"):
                each = np.where(students >= 1, euros / students, np.nan)
            more = Spread.of(students / years)
            price = self._spread(each, "cost_per_student")
            low, high, middle = (self._number(value, 1) for value in (more.low, more.high, more.middle))
            told.append(
                self.words.say(
                    "{value}: {middle} ({low} to {high}) students more a year, at {price} own contribution a "
                    "year for each",
                    value=text,
                    middle=middle,
                    low=low,
                    high=high,
                    price=price,
                )
            )
        return "; ".join(told).capitalize() + "." + self._already()

    def contribution(self) -> str:
        """Question 4."""
        three, five = (
            self._spread(self.runs.values(f"wages {rate}", "own_contribution"), "own_contribution") for rate in (3, 5)
        )
        pilots = self.words.comparison.pilots
        return self.words.say(
            "In school year {year}, boards and institute together add {three} a year when wages "
            "rise 3 % a year once the agreements that are known have ended, and {five} when they rise 5 %.",
            year=pilots.scenario.school_year(pilots.years),
            three=three,
            five=five,
        )

    def across_years(self) -> str:
        """Question 5."""
        name = "peer_support"
        gained = self._spread(
            self.runs.gain("reference", "competence_teaching", over="no meetings"), "competence_teaching", signed=True
        )
        crossed = self._spread(self.runs.gain("reference", name, over="one year"), name, signed=True)
        eight, twelve = (self._spread(self.runs.gain(f"groups of {size}", name), name, signed=True) for size in (8, 12))
        return self.words.say(
            "Meetings add {gained} to competence in teaching (0 to 1). Meeting across year groups "
            "instead of by year changes the support of peers by {crossed}. Subgroups of 8 instead of "
            "4 change it by {eight}, of 12 by {twelve}. Not told apart by study year.",
            gained=gained,
            crossed=crossed,
            eight=eight,
            twelve=twelve,
        )

    def mbo_students(self) -> str:
        """Question 6."""
        tolerated = self.words.comparison.pilots.floors.get(LOSS, TOLERATED)
        most = Spread.of(self.runs.most_mbo(tolerated))
        none = self.words.share(float((self.runs.most_mbo(tolerated) == 0).mean()))
        numbers = ", ".join(str(count) for count in MBO if count)
        low, high, middle = (self._number(value) for value in (most.low, most.high, most.middle))
        four = self._spread(self.runs.values("mbo 4", LOSS), LOSS)
        limit = self.words.figure(tolerated, LOSS)
        told = self.words.say(
            "About {middle} a cluster ({low} to {high} over worlds; {numbers} were tried) when pabo "
            "students may lose at most {limit}; in {none} of the worlds not even {mbo}. With 4 a "
            "cluster, in mixed meetings, they lose {four}.",
            middle=middle,
            low=low,
            high=high,
            numbers=numbers,
            limit=limit,
            none=none,
            mbo=MBO[1],
            four=four,
        )
        return told + self._already()

    def pilot(self) -> str:
        """Question 7."""
        parts = [self.words.advice()]
        table = self.words.comparison.power
        favourite = self.words.turning.favourite
        mine = table[(table["design"] == favourite) & (table["outcome"] == "knowledge_other_profession")]
        if len(mine):
            row = mine.iloc[0]
            low, high = self.words.share(row["power_low"]), self.words.share(row["power_high"])
            power = self.words.share(row["power"])
            needed = self.words.clusters_needed(float(row["clusters_needed"]))
            parts.append(
                self.words.say(
                    "A real pilot of that size would see its effect on knowledge of the other profession "
                    "with a chance of {power} ({low} to {high}); about {needed} pilot clusters would give 80 "
                    "%.",
                    power=power,
                    low=low,
                    high=high,
                    needed=needed,
                )
            )
        return " ".join(parts)

    def parttime(self) -> str:
        """Question 8."""
        other, light = (
            self._spread(self.runs.gain(form, "coverage_parttime"), "coverage_parttime", signed=True)
            for form in ("other day", "light")
        )
        peers, fewer = (
            self._spread(self.runs.gain(form, "peer_support"), "peer_support", signed=True)
            for form in ("other day", "light")
        )
        return self.words.say(
            "Coverage of part-timers changes by {other} with another day and by {light} with a "
            "lighter form; the support of peers by {peers} and {fewer}.",
            other=other,
            light=light,
            peers=peers,
            fewer=fewer,
        )

    def mentors(self) -> str:
        """Question 9."""
        names = {
            "train": self.words.say("training (to 90 % trained)"),
            "select": self.words.say("asking skilled mentors sooner (`selection` halfway to 1)"),
            "hours": self.words.say("a quarter more hours"),
            "stable": self.words.say("stable pairs (turnover 5 % a year)"),
        }
        first = self.runs.first_of(list(names), ADEQUATE)
        order = sorted(names, key=lambda name: -float(np.median(self.runs.gain(name, ADEQUATE))))
        told = []
        for name in order:
            gain, best = (
                self._spread(self.runs.gain(name, ADEQUATE), ADEQUATE, signed=True),
                self.words.share(first[name]),
            )
            told.append(
                self.words.say("{name}: {gain}, first in {best} of the worlds", name=names[name], gain=gain, best=best)
            )
        listed = "; ".join(told)
        return self.words.say("Change in the share adequately supervised, most first: {listed}.", listed=listed)

    def villages(self) -> str:
        """Question 10."""
        travel = self._spread(self.runs.gain("across", "travel_km", over="clusters"), "travel_km", signed=True)
        wish = self._spread(
            self.runs.gain("across", "denomination_unmet_share", over="clusters"),
            "denomination_unmet_share",
            signed=True,
        )
        text = self.words.say(
            "Four extra clusters across denominations instead of within them change travel by "
            "{travel} and the share with an unmet wish for a public school by {wish}.",
            travel=travel,
            wish=wish,
        )
        close = self.words.comparison.close
        if close is None or close.schools.empty:
            return text
        full = close.schools.sort_values(["full", "pupils"], ascending=[False, True])
        often = full[full["full"] >= 0.5]
        names = [
            f"{school} ({self.words.share(share)})"
            for school, share in zip(often["school"], often["full"], strict=True)
        ]
        listed = enumerate_words(names[:6], self.words.lang) if names else self.words.say("none")
        return (
            self.words.say(
                "Of {full} schools with fewer than 100 pupils, {often} are full in at least half of the "
                "runs: {listed}. ",
                full=len(full),
                often=len(often),
                listed=listed,
            )
            + text
        )
