"""How worker processes begin. Importing this module costs nothing, so a command can begin with `warm_up`."""

from __future__ import annotations

import multiprocessing
import sys
from typing import Any

# Workers are forked from a process that has imported the model and does nothing else: that is quick, and safe
# whatever threads this process has.
FORKED = sys.platform == "linux"
IMPORTED = ["experiments.executors", "model.partnership"]


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

        ensure_running()
