"""Runs a scenario a number of times and gathers what came out.

Every replication has its own seed, taken from a ladder that depends on the run's seed only, and luck in the
model is keyed by that seed. So the results do not depend on how many workers there are, in which order they
finish, or how many replications follow.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.processes import apart
from experiments.version import version

if TYPE_CHECKING:
    from model.scenario import Scenario

GROUPINGS = ("role", "programme", "year", "board")
CONFIDENCE = 0.95
WORTH_SHARING = 20.0  # seconds of work left, above which starting other processes pays

Progress = Callable[[int, int], None]  # how many replications are done, out of how many


@dataclass(frozen=True, slots=True)
class Outcome:
    """One replication: what it left behind, or the error that ended it."""

    replication: int
    seed: int
    last_year: dict[str, float] = field(default_factory=dict)
    weekly: pd.DataFrame = field(default_factory=pd.DataFrame)
    clusters: pd.DataFrame = field(default_factory=pd.DataFrame)
    groups: dict[str, pd.DataFrame] = field(default_factory=dict)
    digest: str = ""
    error: str = ""

    @property
    def failed(self) -> bool:
        """Whether the replication ended in an error."""
        return bool(self.error)


@dataclass(frozen=True)
class RunResult:
    """All replications of one scenario, and the tables made of them.

    An interrupted run holds the replications that were finished (`interrupted` is true); failed ones are kept
    with their error, and left out of every mean.
    """

    scenario: Scenario
    years: int
    seed: int
    asked: int
    outcomes: tuple[Outcome, ...]
    interrupted: bool = False

    @property
    def finished(self) -> list[Outcome]:
        """The replications that ran to their end."""
        return [outcome for outcome in self.outcomes if not outcome.failed]

    @property
    def failures(self) -> list[Outcome]:
        """The replications that ended in an error."""
        return [outcome for outcome in self.outcomes if outcome.failed]

    @cached_property
    def replications(self) -> pd.DataFrame:
        """One row a replication: `replication`, `seed`, `status`, `error` and every indicator of the last year."""
        rows = [
            {
                "replication": outcome.replication,
                "seed": outcome.seed,
                "status": "failed" if outcome.failed else "done",
                "error": outcome.error,
                **outcome.last_year,
            }
            for outcome in self.outcomes
        ]
        table = pd.DataFrame(rows, columns=["replication", "seed", "status", "error", *_indicators()])
        return table.astype({"seed": np.uint64})

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Every indicator of the last school year: `mean`, `low`, `high` (95 % interval of the mean) and `unit`."""
        indicators = _indicators()
        values = self.replications[list(indicators)].astype(float)
        table = interval_of_mean(values.mean(), values.std(), values.count())
        # A mean cannot leave the range of what it is the mean of, so neither need its interval.
        table["low"] = table["low"].clip(lower=pd.Series({name: what.low for name, what in indicators.items()}))
        table["high"] = table["high"].clip(upper=pd.Series({name: what.high for name, what in indicators.items()}))
        table["unit"] = pd.Series({name: what.unit for name, what in indicators.items()})
        return table.rename_axis("indicator")

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """The mean over replications of every indicator in every week."""
        tables = [outcome.weekly for outcome in self.finished]
        if not tables:
            return pd.DataFrame(columns=["school_year", "week", *_indicators()])
        return pd.concat(tables).groupby(["school_year", "week"], sort=True).mean().reset_index()

    @cached_property
    def clusters(self) -> pd.DataFrame:
        """One row a cluster: means over the replications in which it existed, at the end of the last school year."""
        return over_replications([outcome.clusters for outcome in self.finished], ["cluster", "board"])

    @cached_property
    def groups(self) -> dict[str, pd.DataFrame]:
        """The same by role, programme, study year and board."""
        return {
            by: over_replications([outcome.groups[by] for outcome in self.finished if by in outcome.groups], [by])
            for by in GROUPINGS
        }

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over scenario, seed, years, version, and the states of every replication (`model.fingerprint`).

        What a scenario is called does not matter; every value and every row of its partnership does.
        """
        values = json.dumps(dict(self.scenario.values), sort_keys=True)
        head = [values, repr(self.scenario.world), self.seed, self.years, len(self.outcomes), version()]
        lines = [json.dumps(head)]
        lines += [f"{one.replication} {one.seed} {one.digest or 'failed'}" for one in self.outcomes]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def run(
    scenario: Scenario,
    years: int = 5,
    seed: int = 1,
    replications: int = 30,
    progress: Progress | None = None,
    workers: int | None = None,
) -> RunResult:
    """Run a scenario so many times.

    Parameters
    ----------
    scenario
        What to run.
    years, seed, replications
        School years a replication, the seed of the ladder of seeds, and how many replications.
    progress
        Called after every replication with the number done and the number asked.
    workers
        Processes to use; by default one, or one a core when the work left is worth their start.

    Returns
    -------
    RunResult
        All replications; after Ctrl-C those that were finished.
    """
    jobs = [Job(scenario, years, number, seed_of(seed, number)) for number in range(1, replications + 1)]
    outcomes: list[Outcome] = []
    interrupts = Interrupts()
    with interrupts:
        for outcome in _outcomes(jobs, workers, interrupts):
            if interrupts.noticed and outcome.failed:
                continue  # the interrupt may be why it failed
            outcomes.append(outcome)
            if progress:
                progress(len(outcomes), replications)
    in_order = tuple(sorted(outcomes, key=lambda outcome: outcome.replication))
    return RunResult(scenario, years, seed, replications, in_order, interrupts.noticed)


def seed_of(seed: int, replication: int) -> int:
    """The 64-bit seed of a replication (counted from 1): the same however many replications there are."""
    step = np.random.SeedSequence(seed, spawn_key=(replication - 1,))
    return int(step.generate_state(1, np.uint64)[0])


# --- one replication -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Job:
    """What one replication needs to know."""

    scenario: Scenario
    years: int
    replication: int
    seed: int


def replicate(job: Job) -> Outcome:
    """Run one replication; an error becomes part of the outcome, unless it is the user's to mend."""
    from model.faults import InputFaults

    try:
        return _replicate(job)
    except InputFaults:
        raise
    except Exception as error:
        return Outcome(job.replication, job.seed, error=_in_one_line(error))


def _replicate(job: Job) -> Outcome:
    from model import Partnership
    from model.fingerprint import live

    partnership = Partnership(job.scenario, rng=job.seed)
    digest = live(partnership, job.years)
    return Outcome(
        replication=job.replication,
        seed=job.seed,
        last_year=dict(partnership.last_year()),
        weekly=partnership.indicators(),
        clusters=partnership.clusters_last_year(),
        groups={by: partnership.groups_last_year(by) for by in GROUPINGS},
        digest=digest,
    )


def _in_one_line(error: Exception) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1]
    what = " ".join(str(error).split())
    return f"{type(error).__name__}: {what} ({Path(where.filename).name}:{where.lineno})"


# --- one process or more ---------------------------------------------------------------------------------------------


class Interrupts(AbstractContextManager[None]):
    """Ends a block quietly at Ctrl-C, and remembers it; a second one does what it did before the block.

    A library may swallow the exception (compilers do); then `noticed` still tells, and `check` raises it again. Where
    it must not be raised, because a lock may stay taken, `at_once` is false: then `noticed` alone tells.
    """

    def __init__(self) -> None:
        self.noticed = False
        self.at_once = True
        self._before: Any = None

    def check(self) -> None:
        """Stop here if there was an interrupt."""
        if self.noticed:
            raise KeyboardInterrupt

    def __enter__(self) -> None:
        # Only the main thread may set handlers; who runs in another one decides about interrupts itself.
        if threading.current_thread() is threading.main_thread():
            self._before = signal.getsignal(signal.SIGINT)
            if self._before is not signal.SIG_IGN:
                signal.signal(signal.SIGINT, self._notice)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)
        stopped = kind is not None and issubclass(kind, KeyboardInterrupt)
        self.noticed |= stopped
        return stopped

    def _notice(self, *_: object) -> None:
        self.noticed = True
        signal.signal(signal.SIGINT, self._before)
        if self.at_once:
            raise KeyboardInterrupt


def _outcomes(jobs: list[Job], workers: int | None, interrupts: Interrupts) -> Iterator[Outcome]:
    """Outcomes as they come: here, or from other processes once those are worth their start.

    The first replication may have to compile the rules, so the second is the one that tells how long one takes.
    """
    waiting = list(jobs)
    if workers is None:
        workers = os.cpu_count() or 1
        for _ in range(min(2, len(waiting))):
            started = time.perf_counter()
            yield replicate(waiting.pop(0))
            interrupts.check()
        if waiting and (time.perf_counter() - started) * len(waiting) < WORTH_SHARING:
            workers = 1
    workers = min(workers, len(waiting))
    if workers > 1:
        yield from _shared(waiting, workers, interrupts)
        return
    for job in waiting:
        yield replicate(job)
        interrupts.check()


def _shared(jobs: list[Job], workers: int, interrupts: Interrupts) -> Iterator[Outcome]:
    """Outcomes from long-lived processes as they finish; at Ctrl-C what is under way is finished and handed over."""
    interrupts.at_once = False  # raised within the pool it can leave one of its locks taken, and the pool never ends
    with apart():  # a pool starts a process that counts its locks
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_leave_interrupts_to_parent)
    try:
        with apart():
            waiting = {pool.submit(replicate, job): job for job in jobs}
        for future in as_completed(list(waiting)):
            yield _received(future, waiting.pop(future))
            if interrupts.noticed:
                break
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    yield from (_received(future, job) for future, job in waiting.items() if not future.cancelled())


def _received(future: Future[Outcome], job: Job) -> Outcome:
    """What a process handed over; one that died, for want of memory say, costs its own replications only."""
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(job.replication, job.seed, error="the process running it ended unexpectedly")


def _leave_interrupts_to_parent() -> None:
    """Ctrl-C reaches every process of a terminal; the parent alone decides what becomes of the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


# --- means and intervals ---------------------------------------------------------------------------------------------


def interval_of_mean(mean: pd.Series, sd: pd.Series, count: pd.Series) -> pd.DataFrame:
    """Mean with its 95 % interval by Student's t; from fewer than two values no interval follows (NaN)."""
    from scipy.special import stdtrit

    freedom = (count - 1).where(count > 1).astype(float)
    half = stdtrit(freedom, (1 + CONFIDENCE) / 2) * sd / np.sqrt(count)
    return pd.DataFrame({"mean": mean, "low": mean - half, "high": mean + half})


def over_replications(tables: list[pd.DataFrame], keys: list[str]) -> pd.DataFrame:
    """Mean of every column by key over replications, how many had that key, and an interval where it matters most.

    `supervision_adequate_share` gets `…_low` and `…_high`: the column by which the thinnest place is found.
    """
    tables = [table for table in tables if len(table)]
    if not tables:
        return pd.DataFrame(columns=[*keys, "replications"])
    grouped = pd.concat(tables, ignore_index=True).groupby(keys, sort=False)
    means = grouped.mean(numeric_only=True)
    share = grouped["supervision_adequate_share"]
    interval = interval_of_mean(share.mean(), share.std(), share.count()).clip(0.0, 1.0)
    means["supervision_adequate_share_low"] = interval["low"]
    means["supervision_adequate_share_high"] = interval["high"]
    means["replications"] = grouped.size()
    return means.reset_index()


def rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as plain dictionaries."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def rows_by_name(table: pd.DataFrame) -> dict[str, dict[str, Any]]:
    """The same, found by the table's index."""
    return dict(zip(map(str, table.index), rows(table), strict=True))


def _indicators() -> dict[str, Any]:
    from model.indicators import INDICATORS

    return dict(INDICATORS)
