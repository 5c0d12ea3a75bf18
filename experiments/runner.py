"""Runs a study: chunks of jobs to an executor, tables back into the store, and on from there after any interruption.

Luck depends on the seed and the replication only, and a row on its point and replication only. So the tables are the
same, to the bit, for any number of workers, any size of chunk and any history of interruptions.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from agents.compiled import code_digest
from experiments.executors import Chunk, Executor, Here, Pool
from experiments.precision import are_enough
from experiments.store import Store
from experiments.study import Study
from experiments.work import Job, Recipe, Simulate, simulate

if TYPE_CHECKING:
    from experiments.results import Results

SECONDS_A_CHUNK = 3.0  # what a dead worker costs at most; each chunk costs the store a few milliseconds
FIRST_CHUNK = 5
CHUNK_AT_MOST = 2_000
PATIENCE = 0.2  # seconds between looks at Ctrl-C and time limits

Progress = Callable[[int, int, int], None]  # done, out of how many, and how many of them failed


@dataclass(frozen=True)
class Ending:
    """How a sweep ended."""

    folder: Path
    asked: int
    done: int
    failed: int
    damaged: int

    @property
    def interrupted(self) -> bool:
        """Whether runs are left to do, because somebody asked to stop."""
        return self.done < self.asked

    @property
    def results(self) -> Results:
        """The tables of the sweep, as `experiments.load` gives them."""
        from experiments.results import load

        return load(self.folder)


def sweep(
    study: Study | str | Path,
    out: str | Path,
    *,
    workers: int | None = None,
    cluster: str | None = None,
    retry_failed: bool = False,
    progress: Progress | bool | None = None,
    chunk: int = 0,
    simulate: Simulate = simulate,
) -> Ending:
    """Run a study into a folder, or go on with it there; read the results with `experiments.load`.

    Parameters
    ----------
    study
        A study, the name of a built-in one, or the path of a study file.
    out
        The folder of the sweep. What is finished there is not done again.
    workers
        Processes to use, by default one a core; 0 does everything in this process.
    cluster
        The address of a Dask scheduler that shall do the work instead.
    retry_failed
        Whether runs that failed before are done again.
    progress
        Called with the number of runs done, the number asked, and how many of them failed; True shows a bar in a
        terminal or a notebook.
    chunk
        Jobs that go out at a time; by default about three seconds' worth.
    simulate
        What does one run; another function can be put in its place, and its identity (`experiments.identity`) is part
        of the sweep: a folder that was begun with one does not go on with another.

    Returns
    -------
    Ending
        How it ended; its `results` are the tables. After Ctrl-C everything that was finished is kept.

    Raises
    ------
    InputFaults
        When the study has faults, or the folder holds something else.

    Warns
    -----
    Mended
        When parts in the folder were damaged or foreign, or its manifest was lost.
    """
    study = study if isinstance(study, Study) else Study.load(study)
    recipe = Recipe.of(study, code_digest(), simulate)
    with Store(Path(out), study, recipe.identity) as store, _signals() as signals, _told(progress) as tell:
        if retry_failed:
            store.forget_failed()
        upto = _all_rounds(study, store, Work(store, signals, tell, chunk), recipe, workers, cluster)
        asked, left = upto * len(study.points), len(store.waiting(upto))
        if left and not signals.stop:
            raise RuntimeError(f"{left} of {asked} runs were lost on the way")
        return Ending(Path(out), asked, asked - left, store.failed, store.damaged)


def _told(progress: Progress | bool | None) -> AbstractContextManager[Progress | None]:
    """Whom to tell how far it is."""
    if progress is True:
        from experiments.progress import progress as bar

        return bar("en")
    return nullcontext(progress or None)


def _all_rounds(
    study: Study, store: Store, work: Work, recipe: Recipe, workers: int | None, cluster: str | None
) -> int:
    """Rounds of replications until there are enough; says up to which replication that is."""
    executor: Executor | None = None
    try:
        for upto in _rounds(study):
            if len(store.waiting(upto)) and not work.signals.stop:
                executor = executor or _executor(recipe, study, workers, cluster)
                work.round(executor, upto)
            if len(store.waiting(upto)) or upto == study.precision.at_most or are_enough(study, store.folder, upto):
                break
    finally:
        if executor:
            executor.close()
    return upto


def _rounds(study: Study) -> Iterator[int]:
    """Numbers of replications: those of the study, and so many again as long as its rule asks."""
    last = max(study.precision.at_most, study.replications)
    for upto in range(study.replications, last + study.replications, study.replications):
        yield min(upto, last)


def _executor(recipe: Recipe, study: Study, workers: int | None, cluster: str | None) -> Executor:
    if cluster:
        from experiments.cluster import Cluster

        return Cluster(recipe, cluster, study.time_limit)
    if workers == 0:
        return Here(recipe, study.time_limit)
    return Pool(recipe, workers or _cores(), study.time_limit)


def _cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


# --- a round ---------------------------------------------------------------------------------------------------------


class Work:
    """Gives out chunks and keeps what comes back."""

    def __init__(self, store: Store, signals: Signals, progress: Progress | None, chunk: int) -> None:
        self.store = store
        self.signals = signals
        self.progress = progress
        self.chunk = chunk
        self.seconds_a_run = 0.0

    def round(self, executor: Executor, upto: int) -> None:
        """Do every run up to a replication that is not finished yet."""
        queue = Queue(self.store.study, self.store.waiting(upto), upto)
        self._tell(upto)
        while executor.is_busy() or (queue and not self.signals.stop):
            if self.signals.stop:
                executor.stop()
            while not self.signals.stop and queue and executor.wants_more():
                executor.give(queue.next(self._size(queue, executor)))
            for report in executor.reports(PATIENCE):
                queue.put_back(report.unfinished)
                if report.tables is not None and len(report.tables["runs"]):
                    self.store.write(report.tables)
                    self._learn(report.seconds / len(report.tables["runs"]))
                    self._tell(upto)

    def _size(self, queue: Queue, executor: Executor) -> int:
        """How many jobs make a chunk: less at the beginning and the end, so that no worker waits for another."""
        if self.chunk:
            return self.chunk
        if not self.seconds_a_run:
            return FIRST_CHUNK
        workers = getattr(executor, "workers", 1)
        fair = -(-len(queue) // (2 * workers))
        return max(1, min(int(SECONDS_A_CHUNK / self.seconds_a_run), fair, CHUNK_AT_MOST))

    def _learn(self, seconds_a_run: float) -> None:
        """Remember how long a run takes, the latest chunk weighing most (the first may have compiled the rules)."""
        self.seconds_a_run = (
            (self.seconds_a_run + 3 * seconds_a_run) / 4 if self.seconds_a_run else max(seconds_a_run, 1e-4)
        )

    def _tell(self, upto: int) -> None:
        if self.progress:
            self.progress(int(self.store.finished.sum()), upto * len(self.store.study.points), self.store.failed)


class Queue:
    """The jobs that wait: numbers, made into jobs when they go out, and chunks that came back.

    They go out world by world, and in a world replication by replication for all designs, so that after an
    interruption all designs have the same worlds and replications behind them.
    """

    def __init__(self, study: Study, waiting: NDArray[np.intp], upto: int) -> None:
        self.points = study.points
        self.waiting = _by_world(waiting, upto, len(study.points.worlds))
        self.upto = upto
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
        return [self._job(*divmod(int(number), self.upto)) for number in numbers]

    def _job(self, point: int, before: int) -> Job:
        return Job(point, before + 1, self.points[point])

    def put_back(self, chunks: list[Chunk]) -> None:
        """Let these go out again."""
        self.returned += chunks


def _by_world(waiting: NDArray[np.intp], upto: int, worlds: int) -> NDArray[np.intp]:
    """Runs, as point × upto + replication − 1, by world, then replication, then design."""
    point, replication = np.divmod(waiting, upto)
    design, world = np.divmod(point, worlds)
    return waiting[np.lexsort((design, replication, world))]


# --- being asked to stop ---------------------------------------------------------------------------------------------


@dataclass
class Signals:
    """Whether somebody asked to stop."""

    stop: bool = False

    def heard(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-C once: finish what is under way. Twice: at once."""
        if self.stop:
            raise KeyboardInterrupt
        self.stop = True


@contextmanager
def _signals() -> Iterator[Signals]:
    """Listen to Ctrl-C, and to the signal by which a cluster's queue ends a job, while the sweep runs."""
    signals = Signals()
    if threading.current_thread() is not threading.main_thread():
        yield signals
        return
    before: dict[int, Any] = {
        number: signal.signal(number, signals.heard) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
