"""The core's school week against the textbook, the floor and itself without a record, and its time by rule."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.careful import CarefulRecorder
from benchmarks.floor import live_fused
from benchmarks.variants import RECORDING, timed_weeks, weeks_without
from experiments.bench import PAIRS, compared, cpu, in_turn, scenario_of
from experiments.bench import Compared as Compared
from model import Partnership, Scenario
from model.calendar import MIDDLE, WEEKS
from model.indicators import RECORD

SPAN = 18
"""Weeks 2 to 19 of the school year: nine with a meeting, nine without, and no event between."""
LARGE = 100_000
LARGE_SPAN = 6


def model_of(students: int, weeks: int = 1) -> Partnership:
    """A model that has lived so many weeks."""
    here = Partnership(scenario_of(students), rng=1)
    here.run(weeks=weeks)
    return here


def span_of(students: int) -> int:
    """Weeks in one measurement: even, so that half of them have a meeting."""
    return LARGE_SPAN if students >= LARGE else SPAN


def arguments(here: Partnership, weeks: int) -> tuple[Any, ...]:
    """What `school_weeks` takes for the next weeks of this year."""
    assert here.week_of_year + weeks <= MIDDLE
    return (
        here.settings, here.draws.seed, here.school_year, here.week + 1, here.week_of_year + 1, weeks,
        here.students.rows(), here.mentors.rows(), here.trainers.rows(), here.sites.rows(), here.communities.rows(),
        here.boards.rows(), here.institutes.rows(), here.leaderships.rows(), here.mentor_places,
        np.full(weeks, np.nan, RECORD),
    )  # fmt: skip


def repeated(pairs: int, students: int, *ways: Callable[[Partnership], object]) -> list[list[float]]:
    """CPU seconds of each way to live the same weeks; every round begins with models of the same age."""
    times: list[list[float]] = [[] for _ in ways]
    for _ in range(pairs):
        for way, spent in zip(ways, times, strict=True):
            here = model_of(students)
            spent.append(cpu(lambda here=here, way=way: way(here)))
    return times


# --- against the textbook that records with care, and the floor ------------------------------------------------------


def against_careful(students: int, weeks: int, book: Any, pairs: int = PAIRS) -> Compared:
    """The core and the textbook, which records every week in one pass over its agents."""
    scenario = scenario_of(students)
    fast, slow = Partnership(scenario, rng=1), book(scenario, rng=1)
    slow.datacollector = CarefulRecorder()
    fast.run(weeks=1)
    slow.step()

    def textbook_weeks() -> None:
        for _ in range(weeks):
            slow.step()

    return compared(fast.students.size, weeks, *in_turn(pairs, lambda: fast.run(weeks=weeks), textbook_weeks))


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


def floors(students: int, pairs: int = PAIRS) -> Floors:
    """Three ways to live the same weeks, in turn."""
    weeks = span_of(students)
    bare = weeks_without(*RECORDING)
    core, unrecorded, fused = repeated(
        pairs if students < LARGE else 3, students,
        lambda here: here.run(weeks=weeks),
        lambda here: bare(*arguments(here, weeks)),
        lambda here: live_fused(here, weeks),
    )  # fmt: skip
    count = model_of(students).students.size
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


def by_rule(students: int, pairs: int = PAIRS) -> ByRule:
    """The cycles that pass in each rule, as shares of the CPU time of the same weeks.

    Every round lives the same weeks; the least of a rule's cycles is that of the round in which nothing else ran.
    """
    names, timed = timed_weeks()
    weeks = span_of(students)
    laps, seconds = [], []
    for _ in range(pairs if students < LARGE else 3):
        spent = np.zeros(len(names), np.int64)
        given = arguments(model_of(students), weeks)
        seconds.append(cpu(lambda given=given, spent=spent: timed(*given, spent)))
        laps.append(spent)
    cycles = np.min(laps, axis=0)
    count = given[6].key.size
    total = statistics.median(seconds) * 1e9 / (count * weeks)
    return ByRule(count, dict(zip(names, (cycles / cycles.sum() * total).tolist(), strict=True)))


# --- a run of five years ---------------------------------------------------------------------------------------------


def five_years(pairs: int = PAIRS) -> float:
    """CPU seconds of a baseline run of five school years, start, placement and finance included: the median."""
    baseline = Scenario.load("baseline")
    (times,) = in_turn(pairs, lambda: Partnership(baseline, rng=1).run(weeks=5 * WEEKS))
    return statistics.median(times)
