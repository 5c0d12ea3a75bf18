"""Lives in WebAssembly against the same lives compiled for this machine, in milliseconds.

`python -m benchmarks.page [--scenario NAME] [--times N]` prints the fastest start and the fastest five years of both,
taken in turn. Asked: at most 2.5 times.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from samenspel.model import Partnership, Scenario
from samenspel.model.declared.calendar import WEEKS
from tests.viz.page.running import given, in_node

YEARS, ROUNDS = 5, 4


def native(scenario: Scenario, times: int) -> tuple[float, float]:
    """The fastest start, and the fastest years after it."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        here = Partnership(scenario, rng=1)
        begun = time.perf_counter()
        here.run(years=YEARS)
        took.append((begun - start, time.perf_counter() - begun))
    starts, years = zip(*took, strict=True)
    return 1000 * min(starts), 1000 * min(years)


def in_webassembly(name: str, times: int) -> tuple[float, float]:
    """The same in Node."""
    with tempfile.TemporaryDirectory() as folder:
        [[start, years]] = in_node("fastest", given([name], [1], YEARS * WEEKS, times=times), Path(folder))
    return start, years


def main() -> int:
    """Live and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.page", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scenario", default="baseline", help="a built-in scenario, at most 5 000 students (baseline)")
    parser.add_argument("--times", type=int, default=20, help=f"lives in each of {ROUNDS} rounds (20)")
    options = parser.parse_args()
    scenario = Scenario.load(options.scenario)
    Partnership(scenario, rng=1).run(years=1)
    pairs = [(in_webassembly(options.scenario, options.times), native(scenario, options.times)) for _ in range(ROUNDS)]
    for part, name in enumerate(("start", f"{YEARS} years")):
        there, here = (min(pair[side][part] for pair in pairs) for side in (0, 1))
        print(f"{name:8} {there:6.2f} ms in WebAssembly, {here:6.2f} ms natively: {there / here:.2f} times")
    return 0


if __name__ == "__main__":
    sys.exit(main())
