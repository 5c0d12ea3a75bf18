"""Runs a scenario a number of times and gathers what came out.

Every replication has its own seed, taken from a ladder that depends on the run's seed only, and luck in the
model is keyed by that seed. So the results do not depend on how many workers there are, in which order they
finish, or how many replications follow.
"""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from samenspel.experiments.engine.engine import Pace, Queue, done
from samenspel.experiments.engine.executors import Here, Pool, WorkersDie
from samenspel.experiments.engine.interrupts import Interrupts
from samenspel.experiments.engine.jobs import Executor, Job
from samenspel.experiments.engine.processes import cores
from samenspel.experiments.output.version import version
from samenspel.experiments.statistics.intervals import interval_of_mean, over_replications
from samenspel.experiments.study.seeds import seed_of

if TYPE_CHECKING:
    from samenspel.experiments.output.progress import Progress
    from samenspel.model.input.scenario import Scenario

GROUPINGS = ("role", "programme", "year", "board")
WORTH_SHARING = 20.0  # seconds of work left, above which starting other processes pays
SECONDS_A_CHUNK = 0.3  # other processes tell so often how far they are


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
        """SHA-256 over scenario, seed, years, version, and the states of every replication; see `model/fingerprint.py`.

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
        Called with the number of replications done, the number asked, and how many of them failed.
    workers
        Processes to use; by default one, or one a core when the work left is worth their start.

    Returns
    -------
    RunResult
        All replications; after Ctrl-C those that were finished.

    Raises
    ------
    InputFaults
        When the scenario cannot begin.
    """
    with Interrupts() as interrupts:
        work = _Work(Replications(scenario, years, seed), replications, interrupts, progress)
        with suppress(KeyboardInterrupt):  # asked twice: at once
            work.do(workers)
    in_order = tuple(outcome for _, outcome in sorted(work.outcomes.items()))
    interrupted = interrupts.noticed or len(in_order) < replications
    return RunResult(scenario, years, seed, replications, in_order, interrupted)


class _Work:
    """The replications of a run: those that are finished, and how the others are done."""

    def __init__(
        self, recipe: Replications, replications: int, interrupts: Interrupts, progress: Progress | None
    ) -> None:
        self.recipe = recipe
        self.replications = replications
        self.interrupts = interrupts
        self.progress = progress
        self.outcomes: dict[int, Outcome] = {}
        self.failed = 0

    @property
    def left(self) -> list[int]:
        """The replications that are not finished."""
        return [number for number in range(1, self.replications + 1) if number not in self.outcomes]

    def do(self, workers: int | None) -> None:
        """All of it: here, or in other processes once those are worth their start."""
        if workers is None:
            workers = cores() if self._seconds_left() >= WORTH_SHARING else 1
        workers = min(workers, len(self.left))
        with suppress(WorkersDie):  # what they leave is done here
            if workers > 1:
                self._by(Pool(self.recipe, workers), self.left, Pace(seconds=SECONDS_A_CHUNK))
        self._here(self.left)

    def _seconds_left(self) -> float:
        """By two trials: the first may have to compile the rules, so the second tells how long one takes."""
        seconds = self._here(self.left[:2])
        return seconds * len(self.left)

    def _here(self, numbers: list[int]) -> float:
        return self._by(Here(self.recipe, interrupts=self.interrupts), numbers, Pace(1))

    def _by(self, executor: Executor, numbers: list[int], pace: Pace) -> float:
        """Do these; says how long the last took."""
        seconds = 0.0
        queue = Queue(numbers, lambda number: Job(0, number, {}))
        try:
            for report in done(executor, queue, pace, lambda: self.interrupts.noticed):
                seconds = report.seconds / report.done
                for outcome in report.made:
                    self._keep(outcome)
        finally:
            executor.close()
        return seconds

    def _keep(self, outcome: Outcome) -> None:
        self.outcomes[outcome.replication] = outcome
        self.failed += outcome.failed
        if self.progress:
            self.progress(len(self.outcomes), self.replications, self.failed)


# --- one replication -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Replications:
    """What a run does for a job: one life of the partnership, of which all is kept that a run tells."""

    scenario: Scenario
    years: int
    seed: int

    def do(self, job: Job) -> Outcome:
        """Run one replication; an error becomes part of the outcome, unless it is the user's to mend."""
        from samenspel.model.input.faults import InputFaults

        try:
            return replicate(self.scenario, self.years, job.replication, seed_of(self.seed, job.replication))
        except InputFaults:
            raise
        except Exception as error:
            return self.failed(job, _in_one_line(error))

    def failed(self, job: Job, why: str) -> Outcome:
        """A replication that could not be finished."""
        return Outcome(job.replication, seed_of(self.seed, job.replication), error=why)

    def gathered(self, done: Sequence[Outcome]) -> list[Outcome]:
        """All of them as they are."""
        return list(done)


def replicate(scenario: Scenario, years: int, replication: int, seed: int) -> Outcome:
    """Live the partnership once and take all that a run tells."""
    from samenspel.model import Partnership
    from samenspel.model.fingerprint import live

    partnership = Partnership(scenario, rng=seed)
    digest = live(partnership, years)
    return Outcome(
        replication=replication,
        seed=seed,
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


def _indicators() -> dict[str, Any]:
    from samenspel.model.declared.indicators import INDICATORS

    return dict(INDICATORS)
