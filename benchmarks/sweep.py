"""How fast a sweep is, in one run: `python benchmarks/sweep.py [--runs 10000]`.

1. 200 runs from a cold shell: the whole command, start-up and figures included.
2. The runner's overhead: CPU time of a sweep in one process against the model alone, in alternating rounds.
3. One worker against two, and all the runs asked for, with the peak memory of all processes together.
4. `mesa.batch_run` on the same model, with the same indicators of the last week.

Figures depend on what else the machine does: the load before each part is printed with them.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import mesa

from samenspel.experiments import Study, sweep
from samenspel.experiments.study.seeds import seed_of
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.indicators import INDICATORS

ROOT = Path(__file__).resolve().parent.parent
YEARS = 5


def paired(runs: int) -> Study:
    """The baseline with two designs of the mentors' hours, so many runs in all."""
    return Study.of({"replications": runs // 2, "years": YEARS, "levers": {"mentor_hours": [2.0, 1.5]}})


def say(what: str, value: str) -> None:
    print(f"{what:<58}{value:>22}   load {os.getloadavg()[0]:.1f}", flush=True)


def seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    began = clock()
    work()
    return clock() - began


def swept(study: Study, workers: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ending = sweep(study, folder, workers=workers)
        assert ending.done == ending.asked
        assert not ending.failed


# --- the parts -------------------------------------------------------------------------------------------------------


def cold() -> None:
    with tempfile.TemporaryDirectory() as folder:
        text = f"replications = 100\nyears = {YEARS}\n[levers]\nmentor_hours = [2.0, 1.5]\n"
        (Path(folder) / "own.toml").write_text(text)
        command = [sys.executable, "-m", "samenspel", "sweep", f"{folder}/own.toml", "--out", f"{folder}/out"]

        def whole() -> None:
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

        say("200 runs from a cold shell", f"{seconds(whole):.1f} s")


def overhead(runs: int, rounds: int) -> None:
    study = paired(runs)
    scenarios = [study.scenario.with_values(**study.points[at]) for at in range(2)]

    def alone() -> None:
        for scenario in scenarios:
            for replication in range(1, runs // 2 + 1):
                partnership = Partnership(scenario, rng=seed_of(1, replication))
                partnership.run(years=YEARS)
                partnership.last_year()

    swept(paired(4), 0)
    shares, costs = [], []
    for _ in range(rounds):
        model = seconds(alone, time.process_time)
        costs.append(model / runs)
        shares.append(seconds(lambda: swept(study, 0), time.process_time) / model - 1)
    say("the model alone, CPU a run (median)", f"{1000 * statistics.median(costs):.1f} ms")
    say("overhead of the runner, of the model's CPU (median)", f"{100 * statistics.median(shares):.1f} %")


def workers(runs: int, rounds: int) -> None:
    rates: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(rounds):
        for number in rates:
            rates[number].append(runs / seconds(lambda: swept(paired(runs), number)))  # noqa: B023
    one, two = (statistics.median(rates[number]) for number in (1, 2))
    say(f"{runs} runs, one worker (start-up included)", f"{one:.0f} runs/s")
    say(f"{runs} runs, two workers (start-up included)", f"{two:.0f} runs/s")
    ratios = [b / a for a, b in zip(rates[1], rates[2], strict=True)]
    say("two workers against one (median of rounds)", f"× {statistics.median(ratios):.2f}")


def many(runs: int) -> None:
    peak = Peak()
    peak.start()
    taken = seconds(lambda: swept(paired(runs), 2))
    peak.over.set()
    say(f"{runs} paired runs of {YEARS} years, two workers", f"{taken:.0f} s, {runs / taken:.0f} runs/s")
    say("peak memory of all processes together (PSS)", f"{peak.megabytes:.0f} MB")


class Peak(threading.Thread):
    """The largest memory of this process and its descendants together, shared pages counted once."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over = threading.Event()
        self.megabytes = 0.0

    def run(self) -> None:
        while not self.over.wait(0.5):
            self.megabytes = max(self.megabytes, sum(map(memory, descendants(os.getpid()))) / 1024)


def descendants(process: int) -> list[int]:
    found = [process]
    for at in found:
        try:
            found += [int(child) for child in Path(f"/proc/{at}/task/{at}/children").read_text().split()]
        except OSError:
            continue
    return found


def memory(process: int) -> int:
    """Kilobytes."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


class Collected(Partnership):
    """The partnership as `mesa.batch_run` wants it: with a data collector that is asked every week."""

    def __init__(self, mentor_hours: float = 2.0, rng: int = 1) -> None:
        super().__init__(Scenario.load("baseline").with_values(mentor_hours=mentor_hours), rng)
        reporters = {name: (lambda model, name=name: model.this_week()[name]) for name in INDICATORS}
        self.datacollector = mesa.DataCollector(model_reporters=reporters)

    def step(self) -> None:
        super().step()
        self.datacollector.collect(self)


def beside_mesa(runs: int) -> None:
    seeds = [seed_of(1, replication) for replication in range(1, runs // 2 + 1)]

    def batch() -> None:
        mesa.batch_run(
            Collected, {"mentor_hours": [2.0, 1.5]}, number_processes=1, rng=seeds, max_steps=40 * YEARS,
            display_progress=False,
        )  # fmt: skip

    ours, theirs = (seconds(work, time.process_time) / runs for work in (lambda: swept(paired(runs), 0), batch))
    say("a run in a sweep, CPU", f"{1000 * ours:.1f} ms")
    say("a run in mesa.batch_run on the same model, CPU", f"{1000 * theirs:.1f} ms (× {theirs / ours:.1f})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="paired runs of the last, long part")
    parser.add_argument("--rounds", type=int, default=3, help="rounds of the parts that compare")
    options = parser.parse_args()
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}")
    cold()
    overhead(100, options.rounds)
    workers(600, options.rounds)
    beside_mesa(40)
    many(options.runs)


if __name__ == "__main__":
    main()
