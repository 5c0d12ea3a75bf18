"""Which test runs which line, and how long it takes."""

from __future__ import annotations

import contextlib
import io
import json
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from benchmarks.mutation.mutants import FOLDERS, ROOT

ROOMS = {
    "rules": (
        "model/week", "model/year", "model/luck", "model/declared", "model/input", "model/test_words.py",
        "project/test_documents.py",
    ),
    "analyses": ("experiments",),
}  # fmt: skip
ELSEWHERE = (  # what lives whole years, too slowly uncompiled, or in other processes
    "model/luck/test_luck.py", "model/year/test_growth.py", "model/year/test_mbo.py",
    "model/year/test_turn_of_the_year.py", "experiments/bench", "experiments/sweeps/test_sweep_faults.py",
)  # fmt: skip
DOCKING = "tests/model/test_docking.py::test_a_year_and_its_turn_are_the_same"
LIVED = "tests/model/start/test_lived.py::test_a_lived_start_is_whole"
LONG = (LIVED, DOCKING)
"""Tests that reach the most lines and may take longer: they are asked last."""
TEST_LIMIT = {"rules": 2.0, "analyses": 5.0}  # seconds of CPU while traced; slower tests are not asked
FILE_LIMIT = {"rules": 6.0, "analyses": 10.0}  # seconds of CPU that tests of a file may take so long; others are short
SHORT = 0.3
LONG_LIMIT = 120.0  # several times what they take on a slow machine: without them most rules are asked nothing
HANGING = 240.0  # seconds on the clock


class Stopwatch:
    """A pytest plugin: ends tests that take too long, times the others, and tells coverage their names.

    In a file whose tests took long together only short ones are asked; cases of a test that took long are not.
    """

    def __init__(self, coverage: Any = None, part: str = "", only: Sequence[str] = ()) -> None:
        self.coverage, self.limit, self.file_limit = coverage, TEST_LIMIT.get(part, 0.0), FILE_LIMIT.get(part, 0.0)
        self.only = {name: place for place, name in enumerate(only)}
        self.seconds: dict[str, float] = {}
        self.spent: Counter[str] = Counter()
        self.begun = 0.0
        self.begun_tests = 0

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        if self.only:
            items[:] = sorted((i for i in items if i.nodeid in self.only), key=lambda i: self.only[i.nodeid])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.begun = time.process_time()
        self.begun_tests += 1
        if self.coverage is not None:
            self.coverage.switch_context(nodeid)
            for number in (signal.SIGPROF, signal.SIGALRM):
                signal.signal(number, _too_long)
            signal.setitimer(signal.ITIMER_PROF, self._limit_of(nodeid))
            signal.setitimer(signal.ITIMER_REAL, HANGING)

    def _limit_of(self, nodeid: str) -> float:
        left = self.file_limit - self.spent[nodeid.split("::")[0]]
        return LONG_LIMIT if nodeid in LONG else max(SHORT, min(self.limit, left))

    def pytest_runtest_setup(self, item: Any) -> None:
        if self.coverage is not None and item.nodeid not in LONG and self.spent[item.nodeid.split("[")[0]] > self.limit:
            pytest.skip("other cases took long")

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call" and report.passed:
            self.seconds[report.nodeid] = time.process_time() - self.begun

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        for name in {nodeid.split("::")[0], nodeid.split("[")[0]}:
            self.spent[name] += time.process_time() - self.begun
        if self.coverage is not None:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)


def _too_long(number: int, frame: Any) -> None:
    if "coverage" in Path(frame.f_code.co_filename).parts:  # which would keep its lock for ever
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        return
    pytest.skip("longer than a mutant may take")  # Hypothesis would run a failing example again


def trace(part: str, file: Path) -> None:
    """Run the tests of a part once, and write which lines each of them reaches."""
    import coverage

    measured = coverage.Coverage(f".coverage.{part}", source=[str(ROOT / folder) for folder in FOLDERS[part]])
    watch = Stopwatch(measured, part)
    measured.start()
    few_examples()
    with contextlib.redirect_stdout(io.StringIO()) as said:
        ended = pytest.main([*quietly(), *tests_of(part)], plugins=[watch])
    measured.stop()
    measured.save()
    if ended not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):  # tests that were ended are no failures
        sys.exit(f"{part}: the tests could not be run\n{said.getvalue()}")
    data, reached = measured.get_data(), {}
    for path in data.measured_files():
        lines: dict[str, list[int]] = defaultdict(list)
        for line, contexts in data.contexts_by_lineno(path).items():
            for context in contexts:
                if context in watch.seconds:
                    lines[context].append(line)
        reached[(ROOT / path).relative_to(ROOT).as_posix()] = lines
    unasked = [name for name in LONG if name not in watch.seconds] if part == "rules" else []
    if unasked:  # most rules would be asked by nothing else, and the share that is noticed would halve
        sys.exit(f"{part}: {' and '.join(unasked)} did not pass within {LONG_LIMIT:g} s of CPU")
    file.write_text(json.dumps({"seconds": watch.seconds, "reached": reached}), encoding="utf-8")
    left_out = watch.begun_tests - len(watch.seconds)
    print(f"{part}: {len(watch.seconds)} tests traced, {left_out} take too long or ask for compiled rules")


def tests_of(part: str) -> list[str]:
    """What pytest is told to run: the tests of a part that run in this process."""
    chosen = [*(f"tests/{room}" for room in ROOMS[part]), *(f"--ignore=tests/{place}" for place in ELSEWHERE)]
    return [*LONG, *chosen] if part == "rules" else chosen


def few_examples() -> None:
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutants", max_examples=20, derandomize=True, database=None, deadline=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    settings.load_profile("mutants")


def quietly() -> list[str]:
    return ["-q", "-n", "0", "-p", "no:cacheprovider", "--no-header", "-W", "ignore", "--tb", "no"]
