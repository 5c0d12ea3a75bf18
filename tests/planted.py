"""Runs with a known answer: stand-ins for the model in tests of `degrade`, found by name in other processes."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pandas as pd

from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.seeds import seed_of
from samenspel.experiments.sweeps.work import Measured
from samenspel.model.input.scenario import Scenario

KNEE, STEEP = 20.0, 0.02


def knee(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """A share of 0.9 that falls by 0.02 a place beyond 20; four places later across years, ten with linear support.

    It is lower by as much as `mentor_turnover` lies above 0.1. Luck is in part the same at every size.
    """
    p = scenario.values
    size = float(p["students_per_cluster"])
    at = KNEE + (0.0 if p["cross_year"] else -4.0) + (10.0 if p["form_caseload"] == "linear" else 0.0)
    lost = STEEP * max(0.0, size - at) + float(p["mentor_turnover"]) - 0.1
    luck = np.random.default_rng([seed, round(size)]).normal(0, 0.004) + np.random.default_rng(seed).normal(0, 0.01)
    return measured(0.9 - lost + luck, record)


def hours(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """A share that rises with `mentor_hours` up to 2 and falls with size; no luck."""
    p = scenario.values
    share = 0.9 - 0.3 * max(0.0, 2.0 - float(p["mentor_hours"])) - 0.01 * (float(p["students_per_cluster"]) - 12)
    return measured(share, record)


def fails_once(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """The third replication fails at one size."""
    if seed == seed_of(1, 3) and scenario.values["students_per_cluster"] == 20:
        raise ZeroDivisionError("bad luck")
    return knee(scenario, years, seed, record)


def interrupts(scenario: Scenario, years: int, seed: int, record: Record) -> Measured:
    """Somebody presses Ctrl-C, once."""
    marker = Path(os.environ["SAMENSPEL_TEST_MARKER"])
    if seed == seed_of(1, 3) and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGINT)
    return knee(scenario, years, seed, record)


def measured(share: float, record: Record) -> Measured:
    """The share as every indicator, and for one group of each grouping."""
    row = {"students": 10.0, "supervision_mean": share, "supervision_p10": share / 2, "felt_support": share}
    groups = {by: pd.DataFrame([{by: "one", **row, "supervision_adequate_share": share}]) for by in record.by}
    return Measured(dict.fromkeys(record.indicators, share), groups=groups)
