"""Runs a study: chunks of jobs to an executor, tables back into the store, and on from there after any interruption.

Luck depends on the seed and the replication only, and a row on its point and replication only. So the tables are the
same, to the bit, for any number of workers, any size of chunk and any history of interruptions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.sources import code_digest
from samenspel.experiments.engine.engine import Pace, Queue, done
from samenspel.experiments.engine.executors import Here, Pool
from samenspel.experiments.engine.interrupts import Interrupts
from samenspel.experiments.engine.jobs import Executor, Job
from samenspel.experiments.engine.processes import cores
from samenspel.experiments.output.progress import Progress, told
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.precision import are_enough
from samenspel.experiments.sweeps.store import Store
from samenspel.experiments.sweeps.work import Simulate, SweepRecipe, simulate

if TYPE_CHECKING:
    from samenspel.experiments.sweeps.results import Results


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
        from samenspel.experiments.sweeps.results import load

        return load(self.folder)

    def finished(self) -> Results:
        """The same of a sweep that came to its end; raises KeyboardInterrupt when somebody stopped it."""
        if self.interrupted:
            raise KeyboardInterrupt
        return self.results


def sweep(
    study: Study | str | Path,
    out: str | Path,
    *,
    workers: int | None = None,
    cluster: str | None = None,
    retry_failed: bool = False,
    progress: Progress | bool | None = None,
    chunk: int = 0,
    by_point: bool = False,
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
    by_point
        Whether a point is done with all its replications before the next one, which is quicker where there are many
        points: each is prepared once. By default all designs have the same worlds and replications behind them at any
        moment, so that they can be compared while the sweep is still running or after it was stopped.
    simulate
        What does one run; another function can be put in its place, and its identity
        (`samenspel.experiments.sweeps.identity`) is part of the sweep: a folder that was begun with one does not go on
        with another.

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
    recipe = SweepRecipe.of(study, code_digest(), simulate)
    with Store(Path(out), study, recipe.identity) as store, Interrupts() as interrupts, told(progress) as tell:
        if retry_failed:
            store.forget_failed()
        upto = _all_rounds(Work(store, interrupts, tell, chunk, by_point), recipe, workers, cluster)
        asked, left = upto * len(study.points), len(store.waiting(upto))
        if left and not interrupts.noticed:
            raise RuntimeError(f"{left} of {asked} runs were lost on the way")
        return Ending(Path(out), asked, asked - left, store.failed, store.damaged)


def _all_rounds(work: Work, recipe: SweepRecipe, workers: int | None, cluster: str | None) -> int:
    """Rounds of replications until there are enough; says up to which replication that is."""
    store, study = work.store, work.store.study
    executor: Executor | None = None
    try:
        for upto in _rounds(study):
            if len(store.waiting(upto)) and not work.is_stopped:
                executor = executor or _executor(recipe, work, workers, cluster)
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


def _executor(recipe: SweepRecipe, work: Work, workers: int | None, cluster: str | None) -> Executor:
    time_limit = work.store.study.time_limit
    if cluster is not None:
        from samenspel.experiments.sweeps.cluster import Cluster

        return Cluster(recipe, cluster, time_limit)
    if workers == 0:
        return Here(recipe, time_limit, work.interrupts)
    return Pool(recipe, workers or cores(), time_limit)


# --- a round ---------------------------------------------------------------------------------------------------------


class Work:
    """Gives out what waits and keeps what comes back."""

    def __init__(
        self, store: Store, interrupts: Interrupts, progress: Progress | None, chunk: int, by_point: bool
    ) -> None:
        self.store = store
        self.interrupts = interrupts
        self.progress = progress
        self.pace = Pace(chunk)
        self.by_point = by_point

    @property
    def is_stopped(self) -> bool:
        """Whether somebody asked to stop."""
        return self.interrupts.noticed

    def round(self, executor: Executor, upto: int) -> None:
        """Do every run up to a replication that is not finished yet."""
        queue = queue_of(self.store.study, self.store.waiting(upto), upto, self.by_point)
        self._tell(upto)
        for report in done(executor, queue, self.pace, lambda: self.is_stopped):
            self.store.write(report.made)
            self._tell(upto)

    def _tell(self, upto: int) -> None:
        if self.progress:
            self.progress(int(self.store.finished.sum()), upto * len(self.store.study.points), self.store.failed)


def queue_of(study: Study, waiting: NDArray[np.intp], upto: int, by_point: bool = False) -> Queue:
    """Runs, as point × upto + replication − 1, world by world, and in a world replication by replication.

    So after an interruption all designs have the same worlds and replications behind them; `by_point` they wait as
    they are counted.
    """
    points = study.points

    def job(number: np.intp) -> Job:
        at, before = divmod(int(number), upto)
        return Job(at, before + 1, points[at])

    if by_point:
        return Queue(np.sort(waiting), job)
    point, replication = np.divmod(waiting, upto)
    design, world = np.divmod(point, len(points.worlds))
    return Queue(waiting[np.lexsort((design, replication, world))], job)
