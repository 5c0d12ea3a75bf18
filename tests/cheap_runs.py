"""Runs that cost next to nothing, or go wrong in a chosen way: stand-ins for the model in tests of the sweep.

Workers import these by name, so that real processes can be killed without waiting for real runs.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.testing import assert_frame_equal

from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.seeds import seed_of
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.results import load
from samenspel.experiments.sweeps.runner import Ending, sweep
from samenspel.experiments.sweeps.work import Measured
from samenspel.model.input.scenario import Scenario

UNLUCKY = 3  # the replication in which things go wrong


def study(replications: int = 10, **more: Any) -> Study:
    """Four points."""
    levers = {"cross_year": [True, False], "mentor_hours": [2.0, 1.5]}
    return Study.of({"replications": replications, "years": 1, "levers": levers, **more})


@dataclass(frozen=True)
class StandIn:
    """Numbers that depend on the seed and the levers only, unless something goes wrong first.

    What goes wrong is no part of its identity: a sweep that was begun with one of these goes on with another.
    """

    trouble: Callable[[Scenario, int], object] | None = field(default=None, compare=False)

    def __call__(self, scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
        if self.trouble:
            self.trouble(scenario, seed)
        luck = (seed % 10_007) / 10_007
        effect = float(scenario.values["mentor_hours"]) + 0.1 * bool(scenario.values["cross_year"])
        return Measured({name: luck / (number + 1) + effect for number, name in enumerate(record.indicators)})


def _waits(scenario: Scenario, seed: int) -> None:
    time.sleep(0.02)


def _waits_long(scenario: Scenario, seed: int) -> None:
    """For a good while in many steps: one that is stopped has steps left to do when it goes on."""
    for _ in range(15):
        time.sleep(0.02)


def _is_unlucky(seed: int) -> bool:
    return seed == seed_of(1, UNLUCKY)


def _is_unlucky_here(scenario: Scenario, seed: int) -> bool:
    return _is_unlucky(seed) and scenario.values["mentor_hours"] == 1.5 and bool(scenario.values["cross_year"])


def _fails(scenario: Scenario, seed: int) -> None:
    if _is_unlucky(seed):
        raise ZeroDivisionError("bad luck")


def _fails_here(scenario: Scenario, seed: int) -> None:
    if _is_unlucky_here(scenario, seed):
        raise ZeroDivisionError("bad luck")


def _never_ends(scenario: Scenario, seed: int) -> None:
    while _is_unlucky_here(scenario, seed):
        time.sleep(60)


def _is_interrupted_and_never_ends(scenario: Scenario, seed: int) -> None:
    if _is_unlucky_here(scenario, seed):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)


def _dies(scenario: Scenario, seed: int) -> None:
    """As the system's out-of-memory killer does it."""
    if _is_unlucky_here(scenario, seed):
        os.kill(os.getpid(), signal.SIGKILL)


def _is_hungry(scenario: Scenario, seed: int) -> None:
    """Asks for more memory than its process may have."""
    import resource

    if _is_unlucky(seed):
        before = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (2**33, before[1]))
        try:
            bytearray(2**34)
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)


quick = StandIn()
slow, slower = StandIn(_waits), StandIn(_waits_long)
fails, fails_here = StandIn(_fails), StandIn(_fails_here)  # one replication, of every point or of one
never_ends, dies = StandIn(_never_ends), StandIn(_dies)  # one replication of one point
interrupted_and_endless = StandIn(_is_interrupted_and_never_ends)  # the same
hungry = StandIn(_is_hungry)  # one replication


def hangs(*_: object) -> None:
    """A worker that never begins."""
    time.sleep(60)


def run_slow(folder: str) -> None:
    """A sweep in a process of its own, to be killed."""
    sweep(study(100), folder, workers=2, chunk=2, simulate=slow)


def undisturbed(folder: Path, **how: Any) -> pd.DataFrame:
    """The runs of the same sweep when nothing happens."""
    sweep(study(), folder, **{"workers": 0, "simulate": quick, **how})
    return load(folder).runs


def same(one: pd.DataFrame, other: pd.DataFrame) -> None:
    """Fail unless two tables are equal to the bit."""
    assert_frame_equal(one, other, check_exact=True)


def finish(folder: Path, **how: Any) -> Ending:
    """Go on with a sweep to its end."""
    return sweep(study(), folder, **{"workers": 0, "simulate": quick, **how})
