"""Which way of running side by side a sweep should use: `python benchmarks/pools.py [--runs 600] [--rounds 3]`.

Every way does the same runs of the baseline (5 years) on two workers, in a process of its own that begins cold, so its
start-up counts: threads over rules that release the GIL, `ProcessPoolExecutor` (spawn and forkserver), joblib's loky
(where joblib is installed), and the pool of `samenspel.experiments.engine.executors` through `experiments.sweep`. The
last one also writes its store; the others only return their numbers.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKERS, YEARS = 2, 5


def one(replication: int) -> float:
    """One run, and something of what came out."""
    from samenspel.experiments.study.seeds import seed_of
    from samenspel.model import Partnership, Scenario

    partnership = Partnership(Scenario.load("baseline"), rng=seed_of(1, replication))
    partnership.run(years=YEARS)
    return partnership.last_year()["supervision_mean"]


def over(pool: Executor, runs: int) -> list[float]:
    with pool:
        return list(pool.map(one, range(1, runs + 1), chunksize=max(1, runs // 40)))


def threads(runs: int) -> list[float]:
    return over(ThreadPoolExecutor(WORKERS), runs)


def spawned(runs: int) -> list[float]:
    return over(ProcessPoolExecutor(WORKERS, get_context("spawn")), runs)


def forkserver(runs: int) -> list[float]:
    context = get_context("forkserver")
    context.set_forkserver_preload(["samenspel.model.partnership", "samenspel.experiments.runs.run"])
    return over(ProcessPoolExecutor(WORKERS, context), runs)


def loky(runs: int) -> list[float]:
    from joblib import Parallel, delayed

    return list(Parallel(WORKERS, batch_size=max(1, runs // 40))(delayed(one)(k) for k in range(1, runs + 1)))


def ours(runs: int) -> list[float]:
    from samenspel.experiments.engine.processes import warm_up

    warm_up()
    from samenspel.experiments import Study, load, sweep

    with tempfile.TemporaryDirectory() as folder:
        study = Study.of({"replications": runs, "years": YEARS, "levers": {"mentor_hours": [2.0]}})
        sweep(study, folder, workers=WORKERS)
        return load(folder).runs["supervision_mean"].to_list()


WAYS: dict[str, Callable[[int], list[float]]] = {
    "threads": threads,
    "ProcessPoolExecutor, spawn": spawned,
    "ProcessPoolExecutor, forkserver": forkserver,
    "joblib (loky)": loky,
    "samenspel sweep, with its store": ours,
}


def whole(way: str, runs: int) -> float:
    """Seconds of a whole process that does so many runs."""
    began = time.perf_counter()
    subprocess.run([sys.executable, __file__, "--way", way, "--runs", str(runs)], cwd=ROOT, check=True)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--way", choices=WAYS)
    options = parser.parse_args()
    if options.way:
        assert len(WAYS[options.way](options.runs)) == options.runs
        return
    ways = [way for way in WAYS if way != "joblib (loky)" or importlib.util.find_spec("joblib")]
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(options.rounds):
        for way in ways:
            seconds[way].append(whole(way, options.runs))
    print(
        f"{options.runs} runs of {YEARS} years, {WORKERS} workers, from a cold process; load {os.getloadavg()[0]:.1f}"
    )
    best = statistics.median(seconds["samenspel sweep, with its store"])
    for way in ways:
        middle = statistics.median(seconds[way])
        print(f"{way:<36}{middle:>8.1f} s{options.runs / middle:>8.0f} runs/s   × {middle / best:.2f}")


if __name__ == "__main__":
    main()
