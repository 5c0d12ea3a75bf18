"""Kills the workers of a sweep at and after their start, replacements too; `python -m tests.kills` does so 20 times."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.results import load
from samenspel.experiments.sweeps.runner import sweep
from tests.cheap_runs import quick, same
from tests.places import ROOT

POINTS, REPLICATIONS = 64, 30
AT_THE_START = 0.01  # seconds in which most are killed after they are seen
LATER = 0.2
KILLS = 30


def study_file(folder: Path) -> Path:
    """64 points of 30 replications that cost next to nothing."""
    hours = [round(1 + 0.05 * step, 2) for step in range(POINTS // 2)]
    path = folder / "killed.toml"
    path.write_text(
        f"replications = {REPLICATIONS}\nyears = 1\n[levers]\ncross_year = [true, false]\nmentor_hours = {hours}\n"
    )
    return path


def command(study: Path, out: Path, *more: str, how: str = "quick", chunk: int = 0) -> subprocess.Popen[str]:
    """The real command in a session of its own, as in a terminal, with stand-ins for runs."""
    code = (
        "import sys, samenspel.experiments.sweeps.runner as runner, samenspel, tests.cheap_runs as cheap\n"
        f"runner.sweep.__kwdefaults__.update(simulate=cheap.{how}, chunk={chunk})\n"
        "sys.exit(samenspel.main(sys.argv[1:]))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, "sweep", str(study), "--out", str(out), "--lang", "en", *more],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def workers(pid: int) -> list[int]:
    """The workers of a sweep: what its fork server forked."""
    return [worker for server in children(pid) for worker in children(server)]


def kill_workers(process: subprocess.Popen[str], luck: np.random.Generator, most: int) -> int:
    """Kill so many workers, four in five at once, the others while they work; says how many it were."""
    doomed: dict[int, float] = {}
    killed = 0
    while process.poll() is None and killed < most:
        now = time.monotonic()
        for worker in workers(process.pid):
            span = AT_THE_START if luck.random() < 0.8 else LATER
            if doomed.setdefault(worker, now + float(luck.uniform(0, span))) <= now:
                try:
                    os.kill(worker, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                doomed[worker] = np.inf  # it may be seen once more before it is gone
                killed += 1
        time.sleep(0.001)
    return killed


@dataclass(frozen=True)
class Disturbed:
    """How a sweep ended whose workers were killed."""

    killed: int
    done: int
    asked: int
    status: int
    told: str


def disturbed(folder: Path, seed: int, kills: int = KILLS) -> Disturbed:
    """Sweep in a new folder while workers are killed."""
    process = command(study_file(folder), folder / "out", "--workers", "2")
    killed = kill_workers(process, np.random.default_rng(seed), kills)
    told = process.communicate(timeout=300)[1]
    done = len(load(folder / "out").runs) if (folder / "out" / "runs").is_dir() else 0
    return Disturbed(killed, done, POINTS * REPLICATIONS, process.returncode, told)


def undisturbed(folder: Path) -> Path:
    """The folder of the same sweep when nothing happens."""
    sweep(Study.load(study_file(folder)), folder / "whole", workers=0, simulate=quick)
    return folder / "whole"


def trials(times: int) -> Iterator[str]:
    """A line about every trial."""
    with tempfile.TemporaryDirectory() as kept:
        expected = load(undisturbed(Path(kept))).runs
        for seed in range(times):
            with tempfile.TemporaryDirectory() as folder:
                ended = disturbed(Path(folder), seed)
                alike = "not compared"
                if ended.done == ended.asked:
                    same(expected, load(Path(folder) / "out").runs)
                    alike = "the same to the bit"
                yield f"{ended.killed} killed, {ended.done} of {ended.asked}, exit status {ended.status}, {alike}"


if __name__ == "__main__":
    for line in trials(20):
        print(line, flush=True)
