"""Where the time of the start and of a turn of the year goes, function by function."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from types import FunctionType
from typing import Any

from samenspel.experiments.bench.bench import SMALL, scenario_of
from samenspel.model import Partnership, Scenario, memory
from samenspel.model.declared.calendar import WEEKS

IN_STEPS = ("begin", "begin_lived", "students_in_time", "live", "live_stretch", "turn", "settle")
"""Rules that consist of others: Python carries them out here, so that each of those can be timed."""


class Clock:
    """CPU seconds in every watched function, without what it spends in other watched ones."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner = [0.0]

    def watch(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""
        compiled = hasattr(function, "py_func")
        here_again = compiled and function.__annotations__["return"] == "Here"  # Python is given no bundle back

        @wraps(function)
        def timed(*given: Any, **named: Any) -> Any:
            self._inner.append(0.0)
            begin = time.process_time()
            try:
                found = function(*given, **named)
                return given[0] if here_again else found
            finally:
                spent = time.process_time() - begin
                own = spent - self._inner.pop()
                self._inner[-1] += spent
                self.seconds[name] = self.seconds.get(name, 0.0) + own

        return timed


def in_steps(rule: Any, clock: Clock) -> Callable[..., Any]:
    """A rule as Python carries it out, with every rule that it calls timed."""
    code, known = rule.py_func.__code__, rule.py_func.__globals__
    called = {name: known[name] for name in code.co_names if hasattr(known.get(name), "py_func")}
    timed = {
        name: clock.watch(name, in_steps(value, clock) if name in IN_STEPS else value) for name, value in called.items()
    }
    return FunctionType(code, known | timed)


@contextmanager
def watching() -> Iterator[Clock]:
    """Time the moments of the year and the rules that they call."""
    clock, before = Clock(), (memory.begin, memory.live)
    memory.begin, memory.live = (clock.watch(rule.__name__, in_steps(rule, clock)) for rule in before)
    try:
        yield clock
    finally:
        memory.begin, memory.live = before


@dataclass(frozen=True)
class Moments:
    """Microseconds of CPU per student in each function at the start, and in a school year outside its weeks."""

    students: int
    start: dict[str, float]
    year: dict[str, float]


def moments(students: int) -> Moments:
    """The start, and the second school year with the turn before it.

    Everything is lived once before: a rule that Python calls by itself is compiled for that at its first call.
    """
    _lived(scenario_of(SMALL))
    return _lived(scenario_of(students))


def _lived(scenario: Scenario) -> Moments:
    with watching() as at_start:
        here = Partnership(scenario, rng=1)
    count = here.students.size
    here.run(weeks=WEEKS)
    with watching() as in_year:
        here.run(weeks=WEEKS)
    in_year.seconds.pop("school_weeks")
    return Moments(count, _per_student(at_start, count), _per_student(in_year, count))


def _per_student(clock: Clock, students: int) -> dict[str, float]:
    ordered = sorted(clock.seconds.items(), key=lambda item: -item[1])
    return {name: seconds * 1e6 / students for name, seconds in ordered}
