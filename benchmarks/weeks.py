"""The core's school week against the textbook, the floor and itself without a record, and its time by rule."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from benchmarks.careful import CarefulRecorder
from benchmarks.floor import live_fused
from benchmarks.variants import RECORDING, timed_weeks, weeks_without
from samenspel.experiments.bench.bench import PAIRS, SPAN, against_textbook, cpu, in_turn, scenario_of
from samenspel.experiments.bench.bench import Compared as Compared
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.calendar import MIDDLE, WEEKS
from samenspel.model.declared.indicators import RECORD
from samenspel.model.state import everybody

LARGE = 100_000
LARGE_SPAN, LARGE_ROUNDS = 6, 3


def model_of(students: int, weeks: int = 1) -> Partnership:
    """A model that has lived so many weeks."""
    here = Partnership(scenario_of(students), rng=1)
    here.run(weeks=weeks)
    return here


def span_of(students: int) -> int:
    """Weeks in one measurement: even, so that half of them have a meeting."""
    return LARGE_SPAN if students >= LARGE else SPAN


def live_by(school_weeks: Callable[..., Any], here: Partnership, weeks: int, *more: Any) -> None:
    """The next weeks of this year by a variant of `school_weeks`."""
    assert here.week_of_year + weeks <= MIDDLE
    school_weeks(
        here.settings, here.draws.seed, here.week + 1, weeks,
        everybody(here.state), np.full(weeks, np.nan, RECORD).view(np.recarray), 0, *more,
    )  # fmt: skip
    here.state.week += weeks


def rounds(students: int, ways: int) -> Iterator[tuple[Partnership, ...]]:
    """Equal models for every round, one for each way to live the next `span_of(students)` weeks.

    Small ones begin anew; large ones go on from where they are, since setting them up takes longest.
    """
    if students < LARGE:
        for _ in range(PAIRS):
            yield tuple(model_of(students) for _ in range(ways))
    else:
        kept = tuple(model_of(students) for _ in range(ways))
        for _ in range(LARGE_ROUNDS):
            yield kept


# --- against the textbook that records with care, and the floor ------------------------------------------------------


def against_careful(students: int, weeks: int, book: Any, pairs: int = PAIRS) -> Compared:
    """The core and the textbook, which records every week in one pass over its agents."""
    return against_textbook(students, weeks, book, pairs, CarefulRecorder)


@dataclass(frozen=True)
class Floors:
    """Nanoseconds of CPU per student-week of the core's weeks, of the same without a record, and of the fused pass."""

    students: int
    weeks: int
    core: float
    unrecorded: float
    fused: float
    over_fused: float
    recording_share: float

    @property
    def recording(self) -> float:
        """What the record costs."""
        return self.core - self.unrecorded


def floors(students: int) -> Floors:
    """Three ways to live the same weeks, in turn."""
    weeks = span_of(students)
    bare = weeks_without(*RECORDING)
    times: list[tuple[float, float, float]] = []
    for one, two, three in rounds(students, 3):
        times.append((
            cpu(partial(one.run, weeks=weeks)), cpu(partial(live_by, bare, two, weeks)),
            cpu(partial(live_fused, three, weeks)),
        ))  # fmt: skip
        count = one.students.size
    core, unrecorded, fused = zip(*times, strict=True)
    core_ns, bare_ns, fused_ns = (statistics.median(t) * 1e9 / (count * weeks) for t in (core, unrecorded, fused))
    return Floors(
        count, weeks, core_ns, bare_ns, fused_ns,
        statistics.median(a / b for a, b in zip(core, fused, strict=True)),
        statistics.median(1.0 - b / a for a, b in zip(core, unrecorded, strict=True)),
    )  # fmt: skip


# --- by rule ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ByRule:
    """Nanoseconds of CPU per student-week of every rule, in the order of the week."""

    students: int
    rules: dict[str, float]


def by_rule(students: int) -> ByRule:
    """The cycles that pass in each rule, as shares of the CPU time of the same weeks.

    The least of a rule's cycles is that of the round in which nothing else ran.
    """
    names, timed = timed_weeks()
    weeks = span_of(students)
    laps, seconds = [], []
    for (here,) in rounds(students, 1):
        spent = np.zeros(len(names), np.int64)
        seconds.append(cpu(partial(live_by, timed, here, weeks, spent)))
        laps.append(spent)
        count = here.students.size
    cycles = np.min(laps, axis=0)
    total = statistics.median(seconds) * 1e9 / (count * weeks)
    return ByRule(count, dict(zip(names, (cycles / cycles.sum() * total).tolist(), strict=True)))


# --- a run of five years ---------------------------------------------------------------------------------------------


def five_years(pairs: int = PAIRS) -> float:
    """CPU seconds of a baseline run of five school years, start, placement and finance included: the median."""
    baseline = Scenario.load("baseline")
    (times,) = in_turn(pairs, lambda: Partnership(baseline, rng=1).run(weeks=5 * WEEKS))
    return statistics.median(times)
