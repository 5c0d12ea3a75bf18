"""The one way in which runs are done: chunks of jobs to an executor, and back what was made of them.

A replication of `run`, a row of a sweep and a band of the view are all jobs; a recipe says what is done for one and
what is kept of it. Luck depends on the seed and the replication only, so what comes out is the same, to the bit, for
any executor, any number of workers and any size of chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from numpy.typing import NDArray

from samenspel.experiments.engine.jobs import Chunk, Executor, Job, Report

SECONDS_A_CHUNK = 3.0  # what a dead worker costs at most; each chunk costs the store of a sweep a few milliseconds
FIRST_CHUNK = 5
CHUNK_AT_MOST = 2_000
PATIENCE = 0.2  # seconds between looks at Ctrl-C and time limits


class Queue:
    """The jobs that wait: numbers, made into jobs when they go out, and chunks that came back."""

    def __init__(self, waiting: Sequence[Any] | NDArray[Any], job: Callable[[Any], Job]) -> None:
        self.waiting = waiting
        self.job = job
        self.taken = 0
        self.returned: list[Chunk] = []

    def __len__(self) -> int:
        return len(self.waiting) - self.taken + sum(map(len, self.returned))

    def next(self, size: int) -> Chunk:
        """The next chunk; what came back goes out last, so that a run is not struck twice by the same bad moment."""
        if self.taken == len(self.waiting):
            return self.returned.pop(0)
        numbers = self.waiting[self.taken : self.taken + size]
        self.taken += len(numbers)
        return [self.job(number) for number in numbers]

    def put_back(self, chunks: list[Chunk]) -> None:
        """Let these go out again."""
        self.returned += chunks


class Pace:
    """How many jobs make a chunk: `chunk`, or so many as take about `seconds` by what runs took so far."""

    def __init__(self, chunk: int = 0, seconds: float = SECONDS_A_CHUNK) -> None:
        self.chunk = chunk
        self.seconds = seconds
        self.seconds_a_run = 0.0

    def size(self, left: int, workers: int) -> int:
        """Less at the beginning and the end, so that no worker waits for another."""
        if self.chunk:
            return self.chunk
        if not self.seconds_a_run:
            return FIRST_CHUNK
        fair = -(-left // (2 * workers))
        return max(1, min(int(self.seconds / self.seconds_a_run), fair, CHUNK_AT_MOST))

    def learn(self, report: Report) -> None:
        """Remember how long a run takes, the latest chunk weighing most (the first may have compiled the rules)."""
        latest = report.seconds / report.done
        self.seconds_a_run = (self.seconds_a_run + 3 * latest) / 4 if self.seconds_a_run else max(latest, 1e-4)


def done(executor: Executor, queue: Queue, pace: Pace, stop: Callable[[], bool]) -> Iterator[Report]:
    """What becomes of all jobs, as it comes; after `stop` says so, of those that are under way."""
    while executor.is_busy() or (queue and not stop()):
        if stop():
            executor.stop()
        while not stop() and queue and executor.wants_more():
            executor.give(queue.next(pace.size(len(queue), executor.workers)))
        for report in executor.reports(PATIENCE):
            queue.put_back(report.unfinished)
            if report.done:
                pace.learn(report)
                yield report
