"""The part in every framework, timed in turn: `python benchmarks/frameworks/run.py [--quick]`.

Frameworks are installed from the dependency groups of `pyproject.toml` into environments of their own, which are
thrown away; some pin an old NumPy. Results go to `benchmarks/frameworks/results.json`. What cannot be installed, or
finds other means than the model, is reported as such.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.frameworks.ours import part_of  # noqa: E402
from benchmarks.frameworks.part import MEANS, WEEKS  # noqa: E402

RESULTS = HERE / "results.json"
SIZES = (400, 40_000)
ROUNDS = 5
AGREE = 1e-9
OURS = "this model's rules"
FRAMEWORKS = {
    OURS: ("ours", ""),
    "NumPy": ("numpy_columns", ""),
    "Starsim": ("starsim_columns", "frameworks"),
    "Mesa objects": ("mesa_objects", ""),
    "AgentPy": ("agentpy_objects", "frameworks"),
    "mesa-frames": ("mesa_frames_tables", "frameworks-old-numpy"),
}
"""By name: the module, and the dependency group it needs beyond what the model needs."""


@dataclass
class Result:
    """Nanoseconds of CPU per student-week by size, ratio to the model's rules, or why there is none."""

    framework: str
    nanoseconds: dict[str, float] = field(default_factory=dict)
    ratio: dict[str, float] = field(default_factory=dict)
    fault: str = ""


class Worker:
    """A framework in a process of its own, with the part at one size."""

    def __init__(self, python: Path, module: str, part: Path) -> None:
        self.errors = tempfile.TemporaryFile("w+")  # noqa: SIM115  # open as long as the process; a full pipe stops it
        self.process = subprocess.Popen(
            [python, HERE / "worker.py", module, part],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            env={**os.environ, "MPLBACKEND": "Agg"},
        )

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()
        self.errors.close()

    def answer(self, question: str = "") -> str:
        """A line from the process, after a question that it waits for."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if question:
            self.process.stdin.write(f"{question}\n")
            self.process.stdin.flush()
        line = self.process.stdout.readline().strip()
        if not line:
            self.process.wait()
            self.errors.seek(0)
            raise RuntimeError(([line for line in self.errors if line.strip()] or ["ended without a word"])[-1].strip())
        return line

    def live(self) -> dict[str, Any]:
        """One run from the start: seconds and means."""
        found: dict[str, Any] = json.loads(self.answer("go"))
        return found


def environments(folder: Path) -> Iterator[tuple[str, Path, str]]:
    """Every dependency group installed: its name, its Python, and why it could not be installed."""
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    yield "", Path(sys.executable), ""
    for group in sorted({group for _, group in FRAMEWORKS.values() if group}):
        home = folder / group
        venv.create(home, with_pip=True)
        python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        done = subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *groups[group]],
            capture_output=True,
            text=True,
        )
        faults = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        yield group, python, f"cannot be installed: {faults[-1] if faults else 'pip failed'}" if done.returncode else ""


def compare(size: int, results: dict[str, Result], found: dict[str, tuple[Path, str]], folder: Path) -> None:
    """One size: every framework lives the part in turn, round after round."""
    part, _ = part_of(size)
    file = folder / f"{size}.npz"
    part.save(file)
    with ExitStack() as stack:
        workers: dict[str, Worker] = {}
        for name, (module, group) in FRAMEWORKS.items():
            python, fault = found[group]
            results[name].fault = results[name].fault or fault
            if not results[name].fault:
                workers[name] = stack.enter_context(Worker(python, module, file))
                attempt(results[name], workers[name].answer)
        times: dict[str, list[float]] = {name: [] for name in workers}
        expected: dict[str, float] = {}
        for _ in range(ROUNDS):
            for name, worker in workers.items():
                lived = None if results[name].fault else attempt(results[name], worker.live)
                if lived is None:
                    continue
                times[name].append(lived["seconds"])
                expected = expected or lived["means"]
                results[name].fault = disagreement(lived["means"], expected)
    for name, seconds in times.items():
        if not results[name].fault:
            ratios = [other / ours for other, ours in zip(seconds, times[OURS], strict=True)]
            results[name].nanoseconds[str(part.size)] = statistics.median(seconds) * 1e9 / (part.size * len(WEEKS))
            results[name].ratio[str(part.size)] = statistics.median(ratios)


def attempt(result: Result, work: Any) -> Any:
    """What the work gives, or None with the fault written down."""
    try:
        return work()
    except RuntimeError as error:
        result.fault = f"fails: {error}"
        return None


def disagreement(means: dict[str, float], expected: dict[str, float]) -> str:
    """Empty where all means are equal."""
    wrong = [name for name in MEANS if abs(means[name] - expected[name]) > AGREE]
    return f"other means: {', '.join(wrong)}" if wrong else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the small size only; writes nothing")
    options = parser.parse_args()
    results = {name: Result(name) for name in FRAMEWORKS}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = {group: (python, fault) for group, python, fault in environments(folder)}
        for size in SIZES[:1] if options.quick else SIZES:
            compare(size, results, found, folder)
    document = json.dumps([asdict(result) for result in results.values()], indent=2) + "\n"
    if options.quick:
        print(document, end="")
    else:
        RESULTS.write_text(document, encoding="utf-8")
        print(f"Results are in {RESULTS.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
