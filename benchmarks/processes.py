"""What only a fresh process can tell: start-up of the command, and memory and time at one size.

`python benchmarks/processes.py 4000` prints the figures of one size as JSON; `sizes` runs that for several.
"""

from __future__ import annotations

import json
import math
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RUN = "import sys, samenspel; sys.exit(samenspel.main(['run', '--replications', '1', '--json']))"
UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes in a unit of `ru_maxrss`."""


# --- start-up --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StartUp:
    """Seconds that somebody waits for `samenspel run --replications 1`, and the CPU seconds of it."""

    cold: float
    cold_cpu: float
    warm: float
    warm_cpu: float


def start_up(times: int = 5) -> StartUp:
    """The first run ever, with nothing compiled, and the median of later ones."""
    with tempfile.TemporaryDirectory() as folder:
        cold, cold_cpu = _one_run(folder)
        later = [_one_run(folder) for _ in range(times)]
    waits, spent = zip(*later, strict=True)
    return StartUp(cold, cold_cpu, statistics.median(waits), statistics.median(spent))


def _one_run(folder: str) -> tuple[float, float]:
    """Wall and CPU seconds of one run whose caches, of rules and of Python's own bytecode, are in the folder."""
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    env |= {"SAMENSPEL_CACHE_DIR": folder, "PYTHONPYCACHEPREFIX": str(Path(folder) / "bytecode")}
    before, begin = _children_cpu(), time.perf_counter()
    subprocess.run([sys.executable, "-c", RUN], cwd=ROOT, env=env, check=True, capture_output=True)
    return time.perf_counter() - begin, _children_cpu() - before


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


# --- one size --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Size:
    """A model of one size in its own process: time per student-week of a year with its turn, peak memory."""

    students: int
    core: float  # ns of CPU per student-week
    start: float  # CPU seconds
    peak: float  # bytes, the whole process
    per_student: float  # bytes above a process that has run a small model


def sizes(counts: tuple[int, ...], processes: int = 3) -> list[Size]:
    """Medians over fresh processes, taken in turn."""
    rounds = [[_in_process(count) for count in counts] for _ in range(processes)]
    return [
        Size(*(statistics.median(values) for values in zip(*(one.values() for one in same), strict=True)))
        for same in zip(*rounds, strict=True)
    ]


def _in_process(students: int) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), str(students)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def exponent(found: list[Size]) -> float:
    """The slope of CPU time against students on logarithmic axes, by least squares."""
    x = [math.log(size.students) for size in found]
    y = [math.log(size.core * size.students) for size in found]
    return statistics.linear_regression(x, y).slope


def measure(students: int) -> Size:
    """Everything about one size, in this process."""
    from samenspel.experiments.bench.bench import alone, warm_up

    warm_up()
    before = _peak()
    figures = alone(students)
    peak = _peak()
    return Size(figures.students, figures.core, figures.start, peak, (peak - before) / figures.students)


def _peak() -> float:
    """Bytes at most so far; Linux's `ru_maxrss` still remembers the process that started this one, `VmHWM` does not."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return 1024.0 * float(line.split()[1])
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    print(json.dumps(asdict(measure(int(sys.argv[1])))))
