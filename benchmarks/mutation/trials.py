"""Mutants tried out: the quick tests that reach their line, in a fork where the file is read with its fault."""

from __future__ import annotations

import ast
import importlib
import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.machinery import SourceFileLoader
from itertools import accumulate
from pathlib import Path
from typing import Any, NoReturn

from benchmarks.mutation.mutants import FOLDERS, ROOT, Mutant, planted
from benchmarks.mutation.score import CAUGHT, VERDICTS, Outcome
from benchmarks.mutation.tracing import LONG, Stopwatch, few_examples, quietly
from tools.structure import PACKAGE, modules

MUTANT_LIMIT = 30.0  # such seconds of tests a mutant


def tests_for(mutant: Mutant, known: dict[str, Any]) -> list[str]:
    """The tests that reach the mutant's line, quickest first and docking last; of its file for what imports run."""
    by_test, seconds = known["reached"].get(mutant.file, {}), known["seconds"]
    names = [name for name, lines in by_test.items() if mutant.line in lines] or _at_import(mutant, by_test, seconds)
    names.sort(key=lambda name: seconds[name])
    together = accumulate(seconds[name] for name in names)
    chosen = [name for name, total in zip(names, together, strict=True) if total <= MUTANT_LIMIT and name not in LONG]
    return [*chosen, *(name for name in LONG if name in names)]


def _at_import(mutant: Mutant, by_test: dict[str, list[int]], seconds: dict[str, float]) -> list[str]:
    tree = ast.parse((ROOT / mutant.file).read_text(encoding="utf-8"))
    inside = any(
        isinstance(node, ast.FunctionDef) and node.body[0].lineno <= mutant.line <= (node.end_lineno or 0)
        for node in ast.walk(tree)
    )
    room = f"tests/{Path(mutant.file).parent.as_posix()}/"
    return [] if inside else sorted({*by_test, *(name for name in seconds if name.startswith(room))})


@dataclass
class Trial:
    """A mutant whose tests run in a fork."""

    outcome: Outcome
    child: int
    begun: float

    def ended(self) -> bool:
        """Whether the tests are done; those that hang are ended, and have noticed something."""
        late = time.perf_counter() - self.begun > 3 * MUTANT_LIMIT + 30
        if late:
            os.kill(self.child, signal.SIGKILL)
        done, status = os.waitpid(self.child, 0 if late else os.WNOHANG)
        if done:
            self.outcome.seconds = time.perf_counter() - self.begun
            code = os.waitstatus_to_exitcode(status)
            self.outcome.verdict = "timeout" if late else VERDICTS.get(code, "killed")
        return bool(done)


def begin(mutant: Mutant, known: dict[str, Any]) -> Trial:
    """Run the tests in a fork in which the file is read with its fault."""
    path = ROOT / mutant.file
    source, changed = path.read_text(encoding="utf-8"), planted(mutant)
    at = mutant.line - 1
    before, after = source.splitlines()[at].strip(), changed.splitlines()[at].strip()
    tests = tests_for(mutant, known)
    child = os.fork()
    if not child:
        os._exit(5) if not tests else _live_with(path, changed, tests)
    return Trial(Outcome(mutant, "", len(tests), 0.0, before, after), child, time.perf_counter())


def outcomes(mutants: Sequence[Mutant], known: dict[str, Any], workers: int) -> Iterator[Outcome]:
    """Try mutants out, so many at once."""
    waiting, trials = list(reversed(mutants)), list[Trial]()
    while waiting or trials:
        while waiting and len(trials) < workers:
            trials.append(begin(waiting.pop(), known))
        time.sleep(0.02)
        for trial in [trial for trial in trials if trial.ended()]:
            trials.remove(trial)
            yield trial.outcome


def _live_with(path: Path, changed: str, tests: Sequence[str]) -> NoReturn:
    """In the fork: import the file with its fault, run the tests, and end."""
    import pytest

    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    read = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> Any:
        faulty = Path(loader.path).resolve() == path
        return compile(changed, str(path), "exec", dont_inherit=True) if faulty else read(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]
    few_examples()
    files = sorted({test.split("::")[0] for test in tests})
    code = pytest.main([*quietly(), "-x", *files], plugins=[Stopwatch(only=tests)])
    os._exit(int(code))


def preload(part: str) -> None:
    """Import what forks need not import: other people's packages, and for analyses the rules, which are compiled."""
    for name in modules(ROOT):
        if room_of(name) != "viz":
            importlib.import_module(name)
    importlib.import_module("hypothesis")
    kept = () if part == "rules" else ("", *FOLDERS["rules"])
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE and room_of(name) not in kept]:
        del sys.modules[name]
        above, _, last = name.rpartition(".")
        if above in sys.modules:
            delattr(sys.modules[above], last)


def room_of(name: str) -> str:
    """The folder at the top that a module is in; empty for the package itself."""
    return name.partition(".")[2].partition(".")[0]


def run(known: dict[str, Any], out: Path, chosen: Mapping[str, tuple[int, Sequence[Mutant]]], workers: int) -> None:
    """Try a sample out; every outcome is written as it comes, and what is written already is not tried again."""
    before = [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []
    done = {tuple(row["mutant"].values()) for row in before}
    left = [m for _, some in chosen.values() for m in some if tuple(asdict(m).values()) not in done]
    random.Random(0).shuffle(left)  # an interrupted run is a sample too
    print(f"{len(left)} mutants to try, {len(done)} tried before", flush=True)
    with out.open("a", encoding="utf-8") as file:
        for number, outcome in enumerate(outcomes(left, known, workers), 1):
            file.write(json.dumps(asdict(outcome) | {"of": chosen[outcome.mutant.file][0]}) + "\n")
            file.flush()
            m = outcome.mutant
            if outcome.verdict not in CAUGHT:
                print(f"{number:4d} {outcome.verdict:9s} {m.file}:{m.line} {m.operator}\n     - {outcome.before}")
                print(f"     + {outcome.after}", flush=True)
