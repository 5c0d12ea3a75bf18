"""The first time the rules are compiled, a second process takes its share of the work.

Numba compiles one rule at a time and keeps the result on disk. The rules of a school week are most of it, and they
are compiled when the first week is lived, in the order of the week. `share` starts a process that compiles the same
rules from the last to the first, so that both meet in the middle; the meeting first, which takes longest.
"""

from __future__ import annotations

import os
import subprocess
import sys
from types import FunctionType
from typing import Any

import numpy as np
from numba import typeof
from numba.core.registry import CPUDispatcher

from samenspel.agents.compiled import are_compiled
from samenspel.model.declared.indicators import RECORD
from samenspel.model.input.scenario import Scenario
from samenspel.model.state import ModelState, everybody, nobody_yet
from samenspel.model.week import diary as week
from samenspel.model.week.meeting import meet
from samenspel.model.year.assessment import outcomes

_started: list[subprocess.Popen[bytes]] = []


def share() -> None:
    """Let another process compile too, if there is anything to compile and a core for it."""
    if _started or are_compiled() or _cores() < 2 or not sys.executable:
        return
    try:
        helper = subprocess.Popen(
            [sys.executable, "-P", "-m", "samenspel.model.compilation"],  # -P: nothing of the working folder is run
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return  # it would only have saved time
    _started.append(helper)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def rules_of_the_week() -> list[tuple[CPUDispatcher, tuple[Any, ...]]]:
    """Every rule that `school_weeks` calls and the types it is called with, in order."""
    called = []

    def noted(rule: CPUDispatcher) -> Any:
        def note(*given: Any) -> bool:
            called.append((rule, tuple(map(typeof, given))))
            return True  # somebody gives up, so that what follows is called too

        return note

    names = {name: noted(known) if isinstance(known, CPUDispatcher) else known for name, known in vars(week).items()}
    empty = _empty()
    school_weeks: Any = week.school_weeks
    diary = FunctionType(school_weeks.py_func.__code__, names)
    record = np.zeros(1, RECORD).view(np.recarray)
    diary(empty.settings, empty.draws.seed, 1, 1, 1, 1, everybody(empty), record)
    return called


def _empty() -> ModelState:
    """A state in which nobody is: its columns have the types that rules take."""
    return nobody_yet(Scenario.load("baseline"))


def compile_from_the_end() -> None:
    """What the helper does."""
    known = rules_of_the_week()
    longest = [one for one in known if one[0] is meet]
    for rule, types in longest + known[::-1]:
        rule.compile(types)
    outcomes(_empty().all(), 1)  # the first rule of a turn of the year


if __name__ == "__main__":
    compile_from_the_end()
