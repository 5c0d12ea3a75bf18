"""How worker processes begin. Importing this module costs nothing, so a command can begin with `warm_up`."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# Workers are forked from a process that has imported the model and does nothing else: that is quick, and safe
# whatever threads this process has.
FORKED = sys.platform == "linux"
IMPORTED = [
    "samenspel.experiments.engine.executors",
    "samenspel.experiments.runs.run",
    "samenspel.experiments.sweeps.work",
    "samenspel.experiments.engine.ready",
]
SAFE_PATH = "PYTHONSAFEPATH"


def context() -> Any:
    """What makes worker processes on this system."""
    made = multiprocessing.get_context("forkserver" if FORKED else "spawn")
    if FORKED:
        made.set_forkserver_preload(IMPORTED)
    return made


def warm_up() -> None:
    """Let the process from which workers are forked import the model while this one does the same."""
    context()
    if FORKED:
        from multiprocessing.forkserver import ensure_running

        with apart():
            ensure_running()


@contextmanager
def apart() -> Iterator[None]:
    """Start processes that import nothing from the working folder, and that never get a Ctrl-C.

    Files in that folder may be called like our modules, or like Python's. And Ctrl-C reaches every process of a
    terminal: one that is still importing would die of it with a traceback. The parent alone decides.
    """
    before = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    try:
        with _interrupts_held_back():
            yield
    finally:
        if before is None:
            del os.environ[SAFE_PATH]
        else:
            os.environ[SAFE_PATH] = before


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Let a Ctrl-C wait; processes started meanwhile inherit that, and never get one."""
    if sys.platform == "win32":
        yield
        return
    from multiprocessing.resource_tracker import ensure_running

    ensure_running()  # which multiprocessing would do below, and let Ctrl-C through again
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def cores() -> int:
    """The cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
