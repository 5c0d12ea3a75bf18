"""The levers that a workshop turns, from the declarations of the parameters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from samenspel.experiments.output.language import Language, word
from samenspel.model.declared.calendar import FIRST_OF_APRIL, WEEKS
from samenspel.model.declared.declaration import Parameter, Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.model.words import Message, Phrase
from samenspel.model.year.changes import AT_THE_START
from samenspel.viz.room.course import fault_at, value_of
from samenspel.viz.texts import LANGUAGES, both, line_of


@dataclass(frozen=True, slots=True)
class Acts:
    """From when a lever acts (RULES 8), in words; `{year}` is the school year in which that begins.

    `years` is how many school years later that is than the one of the coming week, and one more when the lever is
    turned in week `deadline` of its year or later; what is `priced` acts no earlier than wages are unknown, and before
    week 1 on the past too. What is said instead: `without_mbo` while there are no mbo students, `without_leaders` where
    no persons lead sessions, and before week 1 of a partnership that has lived already `lived`.
    """

    words: Message
    years: int = 0
    deadline: int = WEEKS
    priced: bool = False
    without_mbo: Message | None = None
    without_leaders: Message | None = None
    lived: Message | None = None

    def year(self, week: int, unknown: int = 1) -> int:
        """The school year in which it begins to act when turned after so many weeks.

        `unknown` is the first school year in which wages are not known.
        """
        if not self.priced:
            return self._year(week)
        return max(self._year(week) if week else 1, unknown)

    def _year(self, week: int) -> int:
        done, in_year = divmod(week, WEEKS)
        return done + 1 + self.years + (in_year >= self.deadline)

    def as_texts(self) -> dict[str, Any]:
        """For the browser: words, and the year in which it acts for every week of the first year."""
        instead = {name: getattr(self, name) for name in ("without_mbo", "without_leaders", "lived")}
        return {
            "words": both(self.words),
            **{name: text and both(text) for name, text in instead.items()},
            "priced": self.priced,
            "years": [self._year(week) for week in range(WEEKS)],
        }


NEXT_WEEK = Acts(Message("from next week on"))
NEXT_MEETING = Acts(Message("from the next meeting on"))
LEADING = Acts(
    NEXT_WEEK.words,
    without_leaders=Message("does nothing where hours are counted, not persons"),
)
MIXING = Acts(
    NEXT_WEEK.words,
    without_mbo=Message("does nothing as long as there are no mbo students"),
)
MBO = Acts(Message("from school year {year} on"), deadline=1)
SIZE = Acts(MBO.words, deadline=1, lived=Message("as if it had always been so"))
CLUSTERS = Acts(
    Message("clusters in school year {year} at the earliest"),
    years=1,
    deadline=FIRST_OF_APRIL,
)
BOARDS = Acts(
    Message("takes the leadership's time at once; clusters in school year {year} at the earliest"),
    years=1,
    deadline=FIRST_OF_APRIL,
)
WAGES = Acts(Message("shows in the accounts of school year {year}"), years=1, priced=True)


@dataclass(frozen=True, slots=True)
class Lever:
    """A lever's name for a room, and from when it acts."""

    label: Message
    acts: Acts


LEVERS: dict[str, Lever] = {
    "students_per_cluster": Lever(Message("Students per cluster"), SIZE),
    "mbo_students_per_cluster": Lever(Message("Mbo students per community"), MBO),
    "mbo_mix": Lever(Message("How mbo and hbo meet"), MIXING),
    "cross_year": Lever(Message("Years together"), NEXT_WEEK),
    "facilitators": Lever(Message("Facilitators per meeting"), LEADING),
    "subgroup_size": Lever(Message("Subgroup size"), NEXT_MEETING),
    "parttime_form": Lever(Message("Meeting for part-timers"), NEXT_WEEK),
    "mentor_hours": Lever(Message("Hours per mentor"), NEXT_WEEK),
    "mentors_trained_share": Lever(Message("Trained mentors"), NEXT_WEEK),
    "trainer_hours": Lever(Message("School trainer's hours"), NEXT_WEEK),
    "growth_clusters": Lever(Message("Extra clusters"), CLUSTERS),
    "growth_boards": Lever(Message("New boards"), BOARDS),
    "wage_growth": Lever(Message("Wage growth"), WAGES),
}

STEPS = {"mentor_hours": 0.1, "mentors_trained_share": 0.05, "trainer_hours": 0.5, "wage_growth": 0.005}
PERCENT = ("mentors_trained_share", "wage_growth")
SMALLEST = 50  # of so many steps a range has at least


def as_texts() -> list[dict[str, Any]]:
    """All levers for the browser: what `described` tells of them, and when they act."""
    return [
        described(PARAMETERS[name]) | {"label": both(lever.label), "acts": lever.acts.as_texts()}
        for name, lever in LEVERS.items()
    ]


def described(parameter: Parameter[Any]) -> dict[str, Any]:
    """A parameter for the browser: kind, range, step, unit, default, meaning, subject, source and warning."""
    ranges, name = parameter.kind in ("real", "whole"), parameter.name
    step = STEPS.get(name, step_in(parameter) if parameter.kind == "real" else 1)
    return {
        "name": name,
        "kind": parameter.kind,
        "line": line_of(name, PARAMETERS),
        "group": _words(parameter.group),
        "unit": _words(parameter.unit),
        "low": parameter.low if ranges else 0,
        "high": parameter.high if ranges else 0,
        "step": step,
        "digits": max(0, math.ceil(-math.log10(step))),
        "percent": name in PERCENT,
        "default": parameter.default,
        "choices": [{"value": one.word, "nl": one.nl, "en": one.en} for one in parameter.options or ()],
        "assumed": parameter.assumed,
        "source": {lang: _source(parameter.source, lang) for lang in LANGUAGES},
        "at_start": name in AT_THE_START,
    }


def step_in(parameter: Parameter[Any]) -> float:
    """The largest power of ten that leaves a range steps enough."""
    return float(10.0 ** math.floor(math.log10((parameter.high - parameter.low) / SMALLEST)))


def lever_value(name: object, value: object) -> tuple[str, Value]:
    """The name of what is turned, and the value that it is turned to, as they came from a page.

    A lever, or any other parameter that can change. Raises `InputFaults`.
    """
    if not isinstance(name, str) or name not in PARAMETERS or name in AT_THE_START:
        allowed = Message("a parameter that can change")
        raise InputFaults([fault_at(Message("view"), "change", str(name)[:40], allowed)])
    return name, value_of(PARAMETERS[name], value)


def _words(english: str) -> dict[str, str]:
    return both(Phrase(english, word(english, "nl")))


def _source(source: str, lang: Language) -> str:
    return ", ".join(word(one, lang) for one in source.split(", "))
