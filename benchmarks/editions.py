"""This version beside another on the same machine: `python benchmarks/editions.py CHECKOUT [--quick]`.

`CHECKOUT` is a folder with the other version and a virtual environment `.venv` of its own, such as the first edition:
`git worktree add ../first cf7fd4a`. Both live in turn, so that a machine that slows down slows both; commands
are timed as a user waits for them, with start-up and report. Writes `benchmarks/editions.json`, which
`docs/PERFORMANCE.md` shows.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOUND = ROOT / "benchmarks" / "editions.json"
STUDY = "replications = {each}\nyears = 5\n[levers]\nmentor_hours = [2.0, 1.5]\n"

LIVE = """
import json, statistics, sys, time
from samenspel.model import Partnership, Scenario

def scenario(students):
    partnerships = max(1, round(students / 360))
    return Scenario.load("baseline", {"partnerships": partnerships, "hbo_demand": round(students / partnerships)})

def cpu(work):
    begin = time.process_time()
    work()
    return time.process_time() - begin

def of_a_week(students, weeks):
    here = Partnership(scenario(students), rng=1)
    here.run(weeks=1)
    return cpu(lambda: here.run(weeks=weeks)) * 1e9 / (here.students.size * weeks)

def week(students):
    return statistics.median(of_a_week(students, 18) for _ in range(5 if students < 10_000 else 3))

def year(students):
    here = Partnership(scenario(students), rng=1)
    here.run(weeks=1)
    return cpu(lambda: here.run(years=1))

def start(students):
    return cpu(lambda: Partnership(scenario(students), rng=1))

def life(students):
    baseline = Scenario.load("baseline")
    return 1e3 * statistics.median(cpu(lambda: Partnership(baseline, rng=n).run(years=5)) for n in range(1, 8))

Partnership(scenario(180), rng=1).run(weeks=41)
for line in sys.stdin:
    what, students = line.split()
    print(json.dumps(globals()[what](int(students))), flush=True)
"""
"""What a version is asked in a process of its own: a line `week 400` is answered by a figure."""


@dataclass(frozen=True)
class Beside:
    """One thing in both versions: medians over rounds, and the median, least and largest of this over the other."""

    what: str
    unit: str
    other: float
    this: float
    ratio: float
    low: float
    high: float
    most: float | None  # the ratio that was asked, where one was


class Version:
    """A checkout that answers."""

    def __init__(self, folder: Path, python: Path) -> None:
        self.folder, self.python = folder, python
        self.process = subprocess.Popen(
            [python, "-c", LIVE], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, question: str) -> float:
        """The figure that its process gives."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{question}\n")
        self.process.stdin.flush()
        return float(json.loads(self.process.stdout.readline()))

    def wait_for(self, *command: str) -> float:
        """Seconds that somebody waits for a command, with results in a folder that is thrown away."""
        with tempfile.TemporaryDirectory() as folder:
            begin = time.perf_counter()
            subprocess.run(
                [self.python, "-m", "samenspel", *command, "--out", f"{folder}/out"],
                cwd=self.folder, check=True, capture_output=True,
            )  # fmt: skip
            return time.perf_counter() - begin

    def end(self) -> None:
        """Let the process end."""
        self.process.communicate()


def beside(other: Version, this: Version, *, quick: bool) -> Iterator[Beside]:
    """Everything in turn."""
    for students in (400, 4_000) if quick else (400, 4_000, 40_000):
        question = f"week {students}"
        yield compared(f"a school week, {students:,} students", "ns/student", other, this, question, 5, 1.3)
    yield compared("five years of the baseline", "ms", other, this, "life 0", 5, 1 / 1.9)
    if quick:
        return
    yield compared("a school year with its turn, 40,000 students", "s", other, this, "year 40000", 3, 1.0)
    yield compared("the start, 40,000 students", "s", other, this, "start 40000", 3, None)
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "paired.toml"
        study.write_text(STUDY.format(each=5_000), encoding="utf-8")
        yield waited("`sweep`, 10,000 paired lives of five years", other, this, 0.65, "sweep", str(study))
    yield waited("`pilots mbo`", other, this, 0.5, "pilots", "mbo")


def compared(
    what: str, unit: str, other: Version, this: Version, question: str, rounds: int, most: float | None
) -> Beside:
    """A question to both in turn."""
    pairs = [(other.ask(question), this.ask(question)) for _ in range(rounds)]
    return told(what, unit, pairs, most)


def waited(what: str, other: Version, this: Version, most: float | None, *command: str) -> Beside:
    """A command of both, one after the other."""
    return told(what, "s", [(other.wait_for(*command), this.wait_for(*command))], most)


def told(what: str, unit: str, pairs: list[tuple[float, float]], most: float | None) -> Beside:
    """What came, also on standard error."""
    ratios = [b / a for a, b in pairs]
    before, now = (statistics.median(values) for values in zip(*pairs, strict=True))
    found = Beside(what, unit, before, now, statistics.median(ratios), min(ratios), max(ratios), most)
    print(f"{what}: {before:.4g} -> {now:.4g} {unit}, x {found.ratio:.2f}", file=sys.stderr, flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkout", type=Path, help="a folder with the other version and its .venv")
    parser.add_argument("--quick", action="store_true", help="weeks and a life only; writes nothing")
    options = parser.parse_args()
    folder = options.checkout.resolve()
    other, this = Version(folder, folder / ".venv" / "bin" / "python"), Version(ROOT, Path(sys.executable))
    found = [asdict(row) for row in beside(other, this, quick=options.quick)]
    other.end()
    this.end()
    if not options.quick:
        FOUND.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
