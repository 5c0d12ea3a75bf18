"""The slow tests too, compiled, on what the quick ones left."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from benchmarks.mutation.mutants import ROOT, Mutant, planted
from benchmarks.mutation.score import CAUGHT, VERDICTS, last_rows
from benchmarks.mutation.tracing import quietly

# Not asked again: the browser, damaged files, documents and the tree itself, whose tests are not about what a mutant is
# planted in.
NOT_AGAIN = (
    "test_viz_", "test_fuzz", "test_docs", "test_privacy", "test_comp", "test_bench", "test_architecture",
    "test_verification",
)  # fmt: skip
NOT_COPIED = (".git", ".venv", ".*cache", ".hypothesis", "__pycache__", "*.egg-info", "build", "site")
HOUR = 3_600.0


def again(results: Path, workers: int) -> int:
    """Run the slow tests too, in a copy of the tree with the fault, on what the quick ones left.

    A copy without a fault comes first: its tests must pass, and they tell how long they take.
    """
    left = [row for row in last_rows(results) if row["verdict"] not in CAUGHT]
    print(f"{len(left)} mutants to try again", flush=True)
    verdict, noticed, needed = lived_with(None, HOUR)
    print(f"without a fault: {verdict} {noticed} in {needed:.0f} s", flush=True)
    if verdict != "survived":
        return 1
    with results.open("a", encoding="utf-8") as file, ThreadPoolExecutor(workers) as threads:
        tried = {threads.submit(lived_with, Mutant(**row["mutant"]), 3 * needed): row for row in left}
        for ended in as_completed(tried):
            verdict, noticed, _ = ended.result()
            row = tried[ended] | {"verdict": verdict, "noticed_by": noticed}
            file.write(json.dumps(row) + "\n")
            file.flush()
            print(f"{row['mutant']['file']}:{row['mutant']['line']} {verdict} {noticed}", flush=True)
            if verdict not in CAUGHT:
                print(f"     - {row['before']}\n     + {row['after']}", flush=True)
    return 0


def lived_with(mutant: Mutant | None, limit: float) -> tuple[str, str, float]:
    """The verdict of all tests that may know, which of them noticed, and the seconds that took."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "tree"
        shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*NOT_COPIED))
        if mutant is not None:
            (root / mutant.file).write_text(planted(mutant), encoding="utf-8")
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "pytest", *quietly(), "-x", "-rf", *nearest_first(mutant)],
            cwd=root, env=os.environ | {"PYTHONPATH": str(root), "SAMENSPEL_CACHE_DIR": folder, "TMPDIR": folder},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, start_new_session=True,
        )  # fmt: skip
        try:
            told, _ = process.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return "timeout", "", limit
        failed = [line.split()[1] for line in told.splitlines() if line.startswith(("FAILED", "ERROR"))]
        return VERDICTS.get(process.returncode, "killed slowly"), " ".join(failed), time.perf_counter() - begun


def nearest_first(mutant: Mutant | None) -> list[str]:
    """The test files, those that name the mutant's module first, then docking, which knows all rules."""
    module = mutant.file.removesuffix(".py").replace("/", ".") if mutant else ""
    named = {path: bool(module) and module in path.read_text(encoding="utf-8") for path in _asked_again()}
    order = sorted(named, key=lambda path: (not named[path], path.stem != "test_docking", path.stem))
    return [path.relative_to(ROOT).as_posix() for path in order]


def _asked_again() -> list[Path]:
    return [path for path in (ROOT / "tests").glob("test_*.py") if not path.stem.startswith(NOT_AGAIN)]
