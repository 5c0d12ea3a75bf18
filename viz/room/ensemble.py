"""Background replications: how much of what is seen is luck, and how much is that nobody knows.

Every lane is run again with other seeds, on request each in another plausible world too; replication k of two lanes has
the same luck and world, so their difference is taken run by run. A replication depends on its course, seed, length and
world only, and is kept until it is no longer shown.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.experiments.engine.engine import Pace, Queue, done
from samenspel.experiments.engine.executors import Here
from samenspel.experiments.engine.jobs import Job
from samenspel.experiments.plausible.source import PLAUSIBLE, Source
from samenspel.experiments.plausible.worlds import Worlds
from samenspel.experiments.statistics.intervals import CONFIDENCE
from samenspel.experiments.study.seeds import seeds_besides
from samenspel.model.declared.declaration import Value
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Message
from samenspel.viz.room.course import AS_IT_IS, Catalog, Course, run
from samenspel.viz.room.frames import SERIES
from samenspel.viz.room.worlds import LUCK, WORLDS, Over, worlds_for

REPLICATIONS = 24
SHOWN_AFTER = (6, 12, REPLICATIONS)
LOW, HIGH = 0.05, 0.95
PATIENCE = 10.0  # seconds to wait for a thread that ends

type Series = NDArray[np.float32]
type Known = dict[tuple[Course, int, int, Over], Series]
"""Replications by course, seed, length and what they are over."""


@dataclass(frozen=True)
class Question:
    """Which courses are run again, beside which luck, for how many weeks, and over what."""

    courses: tuple[Course, ...]
    seed: int
    weeks: int
    over: Over = LUCK


@dataclass(frozen=True)
class Bands:
    """What the replications of a question say so far; `gap` only with two lanes, `error` when that of a seed failed."""

    question: Question
    replications: int
    bands: tuple[Series, ...] = ()
    gap: Series | None = None
    error: Exception | None = None
    seed: int = 0

    def packed(self) -> bytes:
        """For the browser: u32 replications, lanes, weeks, series, then f32 bands and gap, little endian."""
        parts = [*self.bands, *([] if self.gap is None else [self.gap])]
        head = np.array([self.replications, len(self.bands), self.question.weeks, len(SERIES)], "<u4")
        return head.tobytes() + b"".join(part.astype("<f4").tobytes() for part in parts)


def worlds_in(file: str | Path, scenario: Scenario, here: str) -> Worlds:
    """The worlds of a file, of which as many differ as are lived, or those that ship. Raises `InputFaults`."""
    kept = Source.of(file, scenario, here).kept
    if kept is not None and kept.most >= REPLICATIONS:
        return kept
    found = Message("{number} worlds that differ", number=kept.most) if kept else str(file)
    allowed = Message(
        "{plausible}, or a file of {number} or more that differ", plausible=PLAUSIBLE, number=REPLICATIONS
    )
    raise InputFaults([Fault(here, "--worlds", found, allowed)])


def replication(
    course: Course, catalog: Catalog, seed: int, weeks: int, world: Mapping[str, Value] = AS_IT_IS
) -> Series:
    """The indicators of one replication, shape (weeks, len(SERIES))."""
    table = run(course, catalog, seed, weeks, world).indicators()
    return table[list(SERIES)].to_numpy(np.float32)


@dataclass(frozen=True)
class Lived:
    """A replication of one lane, or the error that ended it."""

    lane: int
    seed: int
    series: Series | None = None
    error: Exception | None = None

    @property
    def failed(self) -> bool:
        """Whether it ended in an error."""
        return self.error is not None


class Lives:
    """What the view does for a job: a replication of one of its lanes, lived unless it is known already."""

    def __init__(self, question: Question, catalog: Catalog, known: Known) -> None:
        self.question = question
        self.catalog = catalog
        self.seeds = seeds_besides(question.seed, REPLICATIONS)
        self.worlds = [self._worlds(course) for course in question.courses]
        self.known = known
        self.kept: Known = {}

    def _worlds(self, course: Course) -> Sequence[Mapping[str, Value]]:
        """By replication the world it lives in."""
        if self.question.over == WORLDS:
            return worlds_for(course, self.catalog, REPLICATIONS)
        return [AS_IT_IS] * REPLICATIONS

    def job(self, number: int) -> Job:
        """The jobs in order: every lane of a replication, then the next."""
        before, lane = divmod(number, len(self.question.courses))
        return Job(lane, before + 1, {})

    def do(self, job: Job) -> Lived:
        """Live one, and keep it."""
        asked, at = self.question, job.replication - 1
        course, seed, world = asked.courses[job.point], self.seeds[at], self.worlds[job.point][at]
        key = course, seed, asked.weeks, asked.over
        try:
            found = self.known.get(key)
            self.kept[key] = replication(course, self.catalog, seed, asked.weeks, world) if found is None else found
        except Exception as error:
            return Lived(job.point, seed, error=error)
        return Lived(job.point, seed, self.kept[key])

    def failed(self, job: Job, why: str) -> Lived:
        """One that could not be finished."""
        return Lived(job.point, self.seeds[job.replication - 1], error=RuntimeError(why))

    def gathered(self, done: Sequence[Lived]) -> Sequence[Lived]:
        """All of them as they are."""
        return done


def band(runs: Sequence[NDArray[np.floating[Any]]]) -> Series:
    """Mean, 5 % and 95 % quantile over replications, shape (3, weeks, len(SERIES)); NaN where none has a value."""
    stack = np.sort(np.array(runs, np.float64), axis=0)  # NaN comes last
    count = np.isfinite(stack).sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean = np.nansum(stack, axis=0) / np.where(count > 0, count, np.nan)
    return np.array([mean, *(_quantile(stack, count, q) for q in (LOW, HIGH))], np.float32)


def _quantile(stack: NDArray[np.float64], count: NDArray[np.int64], q: float) -> NDArray[np.float64]:
    """The quantile of the first `count` of sorted values along the first axis, linear between ranks."""
    rank = q * np.maximum(count - 1, 0)
    below = np.floor(rank).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    low, high = (np.take_along_axis(stack, at[None], axis=0)[0] for at in (below, above))
    between: NDArray[np.float64] = low + (rank - below) * (high - low)
    return between


def difference(ours: Sequence[Series], theirs: Sequence[Series]) -> Series:
    """Paired difference theirs - ours: mean and its 95 % interval, shape (3, weeks, len(SERIES))."""
    from scipy.stats import t

    gaps = np.array(theirs, np.float64) - np.array(ours, np.float64)
    count = np.isfinite(gaps).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(gaps, axis=0) / np.where(count > 0, count, np.nan)
        variance = np.nansum((gaps - mean) ** 2, axis=0) / np.where(count > 1, count - 1, np.nan)
        half = np.sqrt(variance / count) * t.ppf(0.5 + CONFIDENCE / 2, np.maximum(count - 1, 1))
    return np.array([mean, mean - half, mean + half], np.float32)


def gaps_over_worlds(ours: Sequence[Series], theirs: Sequence[Series]) -> Series:
    """The band of theirs - ours, taken world by world: how sure the difference is, as `band` says it of a lane."""
    return band([np.subtract(other, one, dtype=np.float64) for one, other in zip(ours, theirs, strict=True)])


class Ensemble:
    """Runs replications in a thread of its own; a new question replaces the one it was working on.

    Parameters
    ----------
    catalog : Catalog
        The scenarios.
    publish : callable
        Gets `Bands` as soon as there are enough replications, and again when there are more.
    """

    def __init__(self, catalog: Catalog, publish: Callable[[Bands], None]) -> None:
        self._catalog = catalog
        self._publish = publish
        self._asked = threading.Condition()
        self._question: Question | None = None
        self._number = 0
        self._closed = False
        self._kept: Known = {}
        self._thread: threading.Thread | None = None

    def ask(self, question: Question) -> None:
        """Run these courses in the place of what was asked before."""
        with self._asked:
            self._question = question
            self._number += 1
            self._asked.notify()
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="replications", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """End the thread after the replication it is in, and wait for that."""
        with self._asked:
            self._closed = True
            self._number += 1
            self._asked.notify()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(PATIENCE)

    def _work(self) -> None:
        answered = 0
        while True:
            with self._asked:
                while not self._closed and self._number == answered:
                    self._asked.wait()
                if self._closed or self._question is None:
                    return
                answered, question = self._number, self._question
            self._answer(answered, question)

    def _answer(self, number: int, question: Question) -> None:
        lives = Lives(question, self._catalog, self._kept)
        runs: list[list[Series]] = [[] for _ in question.courses]
        queue = Queue(range(REPLICATIONS * len(runs)), lives.job)
        gap_of = gaps_over_worlds if question.over == WORLDS else difference
        for report in done(Here(lives), queue, Pace(1), lambda: self._number != number):
            (lived,) = report.made
            if lived.error is not None:
                at = len(runs[lived.lane]) + 1
                self._publish(Bands(question, at, error=lived.error, seed=lived.seed))
                return
            runs[lived.lane].append(lived.series)
            replications = len(runs[-1])
            if lived.lane == len(runs) - 1 and replications in SHOWN_AFTER:
                gap = gap_of(runs[0], runs[1]) if len(runs) == 2 else None
                self._publish(Bands(question, replications, tuple(map(band, runs)), gap))
        if len(runs[-1]) == REPLICATIONS:
            self._kept = lives.kept
