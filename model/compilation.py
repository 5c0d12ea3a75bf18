"""The first time the rules are compiled, a second process takes its share of the work.

A life is two rules to Python: its start, and the weeks and years after it. While one process compiles the first, the
other compiles the second, and puts it on disk for everybody.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from typing import Any

import numpy as np
from numba import typeof

from samenspel.agents.compiled import are_compiled
from samenspel.model.declared.indicators import RECORD
from samenspel.model.input.scenario import Scenario
from samenspel.model.life import live
from samenspel.model.state import nobody_yet

_started: list[subprocess.Popen[bytes]] = []


def share() -> None:
    """Let another process compile too, if there is anything to compile and a core for it."""
    if _started or are_compiled() or _cores() < 2 or not sys.executable:
        return
    with suppress(OSError):  # it would only have saved time
        helper = subprocess.Popen(
            [sys.executable, "-P", "-m", "samenspel.model.compilation"],  # -P: nothing of the working folder is run
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _started.append(helper)


def await_share() -> None:
    """Wait for the other process, which makes what is asked for next."""
    while _started:
        _started.pop().wait()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def compile_years() -> None:
    """What the helper does."""
    rule: Any = live
    here, record = nobody_yet(Scenario.load("baseline")).all(), np.zeros(1, RECORD).view(np.recarray)
    rule.compile((typeof(here), typeof(1), typeof(record), typeof(1)))


if __name__ == "__main__":
    compile_years()
