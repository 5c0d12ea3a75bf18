"""Runs that cost next to nothing, or go wrong in a chosen way: stand-ins for the model in tests of the sweep.

Workers import these by name, so that real processes can be killed without waiting for real runs.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.testing import assert_frame_equal

from experiments.results import load
from experiments.run import seed_of
from experiments.runner import Ending, sweep
from experiments.study import Record, Study
from experiments.work import Measured
from model.scenario import Scenario

UNLUCKY = 3  # the replication in which things go wrong


def study(replications: int = 10, **more: Any) -> Study:
    """Four points."""
    levers = {"cross_year": [True, False], "mentor_hours": [2.0, 1.5]}
    return Study.of({"replications": replications, "years": 1, "levers": levers, **more})


def quick(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Numbers that depend on the seed and the levers only."""
    luck = (seed % 10_007) / 10_007
    effect = float(scenario.values["mentor_hours"]) + 0.1 * bool(scenario.values["cross_year"])
    return Measured({name: luck / (number + 1) + effect for number, name in enumerate(record.indicators)})


def slow(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """The same, after a while."""
    time.sleep(0.02)
    return quick(scenario, years, seed, record)


def slower(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """The same, after a good while in many steps: one that is stopped has steps left to do when it goes on."""
    for _ in range(15):
        time.sleep(0.02)
    return quick(scenario, years, seed, record)


def _is_unlucky(seed: int) -> bool:
    return seed == seed_of(1, UNLUCKY)


def fails(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """One replication of every point ends in an error."""
    if _is_unlucky(seed):
        raise ZeroDivisionError("bad luck")
    return quick(scenario, years, seed, record)


def never_ends(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """One replication of one point never ends."""
    while _is_unlucky(seed) and scenario.values["mentor_hours"] == 1.5 and scenario.values["cross_year"]:
        time.sleep(60)
    return quick(scenario, years, seed, record)


def hangs(*_: object) -> None:
    """A worker that never begins."""
    time.sleep(60)


def dies(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """One replication of one point takes its process with it, as the system's out-of-memory killer does."""
    if _is_unlucky(seed) and scenario.values["mentor_hours"] == 1.5 and scenario.values["cross_year"]:
        os.kill(os.getpid(), signal.SIGKILL)
    return quick(scenario, years, seed, record)


def hungry(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """One replication asks for more memory than its process may have."""
    import resource

    if _is_unlucky(seed):
        before = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (2**33, before[1]))
        try:
            return Measured({"coverage": float(len(bytearray(2**34)))})
        finally:
            resource.setrlimit(resource.RLIMIT_AS, before)
    return quick(scenario, years, seed, record)


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
