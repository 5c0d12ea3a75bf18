"""A course: what is run, short enough to stand in a web address, and complete enough to be run again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from samenspel.agents.students import Status
from samenspel.experiments.plausible.source import shipped
from samenspel.experiments.plausible.worlds import Worlds
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.declaration import Parameter, Value
from samenspel.model.declared.former import FORMER
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.allowed import allowed_for
from samenspel.model.input.faults import Fault, InputFaults, nearest, unknown
from samenspel.model.words import Message, Number

LONGEST_ADDRESS = 2_000
MOST_WEEKS = 20 * 40
TOO_LARGE_TO_DRAW = ("national",)
ADDRESS = Message("address")
AS_IT_IS: Mapping[str, Value] = MappingProxyType({})
"""The world in which nothing is otherwise than the scenario says."""
MOST_STUDENTS = 3_000  # that browsers still draw smoothly, and a room can look at


class Catalog(dict[str, Scenario]):
    """The scenarios that a view may show, by name, and the worlds of its bands; an address can name no others."""

    def __init__(self, scenarios: Iterable[Scenario], worlds: Worlds | None = None) -> None:
        super().__init__({scenario.name: scenario for scenario in scenarios})
        self.worlds = worlds or shipped()


@dataclass(frozen=True, slots=True)
class Change:
    """A parameter that gets another value after so many weeks; after 0 weeks is from the start."""

    week: int
    name: str
    value: Value


@dataclass(frozen=True, slots=True)
class Course:
    """A scenario and the changes made to it on the way."""

    scenario: str
    changes: tuple[Change, ...] = ()

    def changed(self, week: int, name: str, value: Value) -> Self:
        """The same course with one change more; a second change of a parameter in a week replaces the first."""
        kept = tuple(c for c in self.changes if (c.week, c.name) != (week, name))
        return replace(self, changes=(*kept, Change(week, name, value)))

    def turned(self, values: Mapping[str, Value], catalog: Catalog) -> Self:
        """The same course with other values from the start. Raises `InputFaults`.

        What the scenario has itself is no change.
        """
        given = catalog[self.scenario].values
        kept = tuple(c for c in self.changes if c.week or c.name not in values)
        other = tuple(Change(0, name, value) for name, value in values.items() if value != given[name])
        course = replace(self, changes=(*kept, *other))
        course.start(catalog)
        return course

    def again(self) -> Self:
        """The same course as it was at its start."""
        return replace(self, changes=tuple(c for c in self.changes if c.week == 0))

    def start(self, catalog: Catalog) -> Scenario:
        """The scenario as it stands in week 0. Raises `InputFaults`."""
        return self._started(catalog[self.scenario])

    def _started(self, scenario: Scenario) -> Scenario:
        first = {c.name: c.value for c in self.changes if c.week == 0}
        return scenario.with_values(**first) if first else scenario

    def begun(self, catalog: Catalog, seed: int, world: Mapping[str, Value] = AS_IT_IS) -> Partnership:
        """The partnership in week 0, which has lived by the scenario until then, in a world. Raises `InputFaults`."""
        past = catalog[self.scenario]
        if world:
            past = past.with_values(**world, beyond_range=True)
        return Partnership(self._started(past), rng=seed, past=past)

    def due(self, week: int) -> dict[str, Value]:
        """What changes after this many weeks, the start excepted."""
        return {c.name: c.value for c in self.changes if c.week == week} if week else {}

    def text(self) -> str:
        """As it stands in an address: `growth-mbo~mbo_mix:parallel~mentor_hours:1.5@40`."""
        parts = [f"{c.name}:{_written(c.value)}" + (f"@{c.week}" if c.week else "") for c in self.changes]
        return "~".join([self.scenario, *parts])

    @classmethod
    def read(cls, text: str, catalog: Catalog) -> Self:
        """The course in an address. Raises `InputFaults`: an address may come from anybody."""
        name, *parts = text[:LONGEST_ADDRESS].split("~")
        if name not in catalog:
            raise _fault("scenario", name, Message("one of {names}", names=", ".join(catalog)), catalog)
        course = cls(name)
        for part in parts:
            course = course.changed(*_change(part))
        raise_too_large(course.start(catalog), ADDRESS)
        run(course, catalog, seed=1, weeks=0)
        return course


def chosen(courses: Sequence[Course], lane: object, text: object, catalog: Catalog) -> tuple[Course, ...]:
    """The courses with another one in a lane; an empty one takes lane B away. Raises `InputFaults`."""
    if lane == 1 and not text:
        return tuple(courses[:1])
    if lane not in (0, 1) or not isinstance(text, str):
        return tuple(courses)
    return (*courses[: int(lane)], Course.read(text, catalog), *courses[int(lane) + 1 :])


def run(course: Course, catalog: Catalog, seed: int, weeks: int, world: Mapping[str, Value] = AS_IT_IS) -> Partnership:
    """Live a course from its start. Raises `InputFaults` for a change that the model refuses."""
    partnership = course.begun(catalog, seed, world)
    stops = sorted({c.week for c in course.changes if 0 < c.week < weeks} | {weeks})
    for stop in stops:
        partnership.run(weeks=stop - partnership.week)
        if (due := course.due(stop)) and stop < weeks:
            partnership.change(**due)
    return partnership


def raise_too_large(scenario: Scenario, place: Message) -> None:
    """Refuse a scenario with more students than can be shown; `place` is where it was asked. Raises `InputFaults`."""
    if (students := students_in(scenario)) > MOST_STUDENTS:
        allowed = Message("at most {most_students} students, to be shown", most_students=Number(MOST_STUDENTS))
        raise InputFaults([too_large(scenario, students, place, allowed)])


def students_in(scenario: Scenario) -> int:
    """About how many students a scenario begins with."""
    many, one = int(scenario.values["partnerships"]), scenario
    if many > 1:  # thousands of partnerships need not be made to be counted: they vary around the first
        one = scenario.with_values(partnerships=1, merge_partnerships=False)
    return many * int(np.count_nonzero(Partnership(one).students.column("status") == Status.INSIDE))


def too_large(scenario: Scenario, students: int, place: Message, allowed: Message) -> Fault:
    """That a scenario has so many students."""
    found = Message("{name} with about {students} students", name=scenario.name, students=Number(students))
    return fault_at(place, "scenario", found, allowed)


def catalog_of(*more: Scenario, worlds: Worlds | None = None) -> Catalog:
    """The built-in scenarios that can be drawn, and those given; with these worlds, or those that ship."""
    names = [name for name in Scenario.names() if name not in TOO_LARGE_TO_DRAW]
    return Catalog((*map(Scenario.load, names), *more), worlds)


def value_of(parameter: Parameter[Any], given: object) -> Value:
    """A value as it came from outside, as the parameter's kind. Raises `InputFaults`."""
    text = str(given).strip().lower()
    try:
        match parameter.kind:
            case "switch":
                return {"true": True, "false": False}[text]
            case "whole":
                return int(text)
            case "real":
                return float(text)
    except (ValueError, KeyError):
        raise _fault(parameter.name, text[:40], allowed_for(parameter)) from None
    return text


def _change(part: str) -> tuple[int, str, Value]:
    """One change, read."""
    what, _, week = part.partition("@")
    name, _, value = what.partition(":")
    if name in FORMER:
        raise InputFaults([fault_at(ADDRESS, "parameter", unknown(name), Message("a parameter"))])
    if name not in PARAMETERS:
        raise _fault("parameter", name, Message("a parameter"), PARAMETERS)
    if week and not (week.isascii() and week.isdecimal() and int(week[:6]) <= MOST_WEEKS):
        raise _fault(name, week[:40], Message("a week"))
    return int(week or 0), name, value_of(PARAMETERS[name], value)


def _written(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def fault_at(place: Message, what: str, found: str, allowed: Message, near: str = "") -> Fault:
    """A fault in what was given on the command line, in an address or on the page."""
    return Fault("", Message("{place}, {what}", place=place, what=what), found, allowed, near)


def _fault(what: str, found: str, allowed: Message, names: Mapping[str, object] | None = None) -> InputFaults:
    return InputFaults([fault_at(ADDRESS, what, found[:80], allowed, nearest(found, names or {}))])
