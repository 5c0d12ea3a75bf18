"""A function of a number, for many numbers side by side: for what is worked out of runs and kept by nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from samenspel.experiments.engine.engine import Pace, Queue, done
from samenspel.experiments.engine.executors import Here, Pool
from samenspel.experiments.engine.interrupts import Interrupts
from samenspel.experiments.engine.jobs import Executor, Job
from samenspel.experiments.engine.processes import cores


@dataclass(frozen=True)
class Worked:
    """What came of one number, or what went wrong."""

    number: int
    found: Any = None
    error: Exception | None = None

    @property
    def failed(self) -> bool:
        """Whether there is nothing."""
        return self.error is not None


@dataclass(frozen=True)
class Each:
    """Does one number after another."""

    function: Callable[[int], Any]

    def do(self, job: Job) -> Worked:
        """What comes of the number of a job."""
        try:
            return Worked(job.point, self.function(job.point))
        except Exception as error:
            return Worked(job.point, error=error)

    def failed(self, job: Job, why: str) -> Worked:
        """A number during which processes died."""
        return Worked(job.point, error=RuntimeError(why))

    def gathered(self, worked: Sequence[Worked]) -> list[Worked]:
        """As it is."""
        return list(worked)


def spread[Found](
    function: Callable[[int], Found], numbers: int, workers: int | None = None, chunk: int = 0
) -> list[Found]:
    """What a function gives for 0, 1 and so on, in that order, whoever worked it out.

    Parameters
    ----------
    function
        Goes to other processes, so it stands in a module, or is an object of a class that does.
    numbers
        How many.
    workers
        Processes, by default one a core; 0 does everything in this one.
    chunk
        Numbers that go out at a time; by default about three seconds' worth.

    Raises
    ------
    Exception
        What the function raised for the first number for which it did.
    KeyboardInterrupt
        When somebody asked to stop.
    """
    each, worked = Each(function), list[Worked]()
    with Interrupts() as interrupts:
        executor: Executor = Here(each, interrupts=interrupts) if workers == 0 else Pool(each, workers or cores())
        try:
            queue = Queue(np.arange(numbers), lambda number: Job(int(number), 0, {}))
            for report in done(executor, queue, Pace(chunk), lambda: interrupts.noticed):
                worked += report.made
        finally:
            executor.close()
    if interrupts.noticed:
        raise KeyboardInterrupt
    worked.sort(key=lambda one: one.number)
    for one in worked:
        if one.error is not None:
            raise one.error
    return [one.found for one in worked]
