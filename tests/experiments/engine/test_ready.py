"""Workers begin with the rules at hand where there are any, and nothing is compiled for that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from samenspel.experiments.engine.processes import IMPORTED
from tests.lives import make

READY = "samenspel.experiments.engine.ready"
ASKED = f"import {READY}; from samenspel.model.life import live; print(len(live.signatures))"


def loaded(**environment: str) -> int:
    """How many forms of the rule of a life a process has after it imported what workers are forked from."""
    compiled = os.environ | environment | {"NUMBA_DISABLE_JIT": "0"}
    told = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True, env=compiled)
    return int(told.stdout)


def test_workers_are_forked_from_a_process_that_has_loaded_the_rules() -> None:
    assert READY in IMPORTED
    make().run(weeks=1)  # so that there are any
    assert loaded() == 1


def test_where_nothing_is_compiled_that_is_left_to_the_first_worker(tmp_path: Path) -> None:
    assert loaded(SAMENSPEL_CACHE_DIR=str(tmp_path)) == 0
    assert list(tmp_path.rglob("*.nbc")) == []
