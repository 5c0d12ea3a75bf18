"""How good the tests are: small faults (mutants) are planted in the code, one at a time, and tests must notice them.

Run ``python -m benchmarks.mutation trace PART FILE`` once: it runs the tests of a part, and notes which test runs which
line, and for how long; it leaves ``.coverage.PART`` too, since compiled rules show nothing to coverage. Then
``… try PART FILE --out RESULTS`` draws a sample of mutants, file by file, and runs for each the tests that reach its
line, the quickest first; ``… tell RESULTS`` prints the score. PART is ``rules`` (agents and model; rules run as plain
Python) or ``analyses`` (experiments).

Cosmic Ray makes the mutants. Those of annotations are left out, for they change nothing, and so are replacements that
hardly run at all (``+`` by ``<<``): they would flatter.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import math
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {"rules": ("agents", "model"), "analyses": ("experiments",)}
OF_RULES = ("rules_of_the_week", "draws", "finance", "settings", "placement", "scenario", "workbook", "documents")
DOCKING = "tests/test_docking.py::test_a_year_and_its_turn_are_the_same"
# Tables and texts (a test holds each against what is made from it), and what runs in other processes only.
LEFT_OUT = {
    "model/parameters.py", "model/compilation.py", "model/workbook_template.py", "agents/compiled.py",
    "experiments/bench.py", "experiments/bench_textbook.py", "experiments/cluster.py", "experiments/executors.py",
    "experiments/processes.py", "experiments/progress.py", "experiments/lock.py", "experiments/language.py",
}  # fmt: skip
TEXTS = ("_words.py", "_texts.py", "_figures.py", "figures.py", "__init__.py")
OF_ANALYSES = (
    "bottleneck", "breaks", "degrade", "discovery", "findings", "pilot_report", "pilots", "progress", "run",
    "sensitivity", "store", "study", "sweep", "validation",
)  # fmt: skip
PLAIN = (
    "AddNot", "ExceptionReplacer", "NumberReplacer", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak", "ReplaceFalseWithTrue", "ReplaceTrueWithFalse", "ZeroIterationForLoop",
)  # fmt: skip
REPLACED = {
    "UnaryOperator_Delete": ("Not", "USub", "Invert"),
    "BinaryOperator_Add": ("Sub",), "BinaryOperator_Sub": ("Add",), "BinaryOperator_Mul": ("Div",),
    "BinaryOperator_Div": ("Mul",), "BinaryOperator_Pow": ("Mul",), "BinaryOperator_FloorDiv": ("Mul",),
    "BinaryOperator_Mod": ("Mul",), "BinaryOperator_BitAnd": ("BitOr",), "BinaryOperator_BitOr": ("BitAnd",),
    "ComparisonOperator_Eq": ("NotEq",), "ComparisonOperator_NotEq": ("Eq",),
    "ComparisonOperator_Lt": ("LtE", "GtE"), "ComparisonOperator_LtE": ("Lt", "Gt"),
    "ComparisonOperator_Gt": ("GtE", "LtE"), "ComparisonOperator_GtE": ("Gt", "Lt"),
    "ComparisonOperator_Is": ("IsNot",), "ComparisonOperator_IsNot": ("Is",),
}  # fmt: skip
OPERATORS = (*PLAIN, *(f"Replace{old}_{new}" for old, others in REPLACED.items() for new in others))
TEST_LIMIT = {"rules": 4.0, "analyses": 25.0}  # seconds of CPU while traced; slower tests are not asked
DOCKING_LIMIT = 20.0
HANGING = 90.0  # seconds on the clock
MUTANT_LIMIT = 30.0  # such seconds of tests a mutant
VERDICTS = {0: "survived", 5: "no test"}  # by pytest's exit code
CAUGHT = ("killed", "timeout")
CONFIDENCE = 1.96


@dataclass(frozen=True)
class Mutant:
    """One planted fault."""

    file: str
    line: int
    column: int
    operator: str
    occurrence: int


@dataclass
class Outcome:
    """What became of a mutant: killed, survived, timeout, or reached by no test."""

    mutant: Mutant
    verdict: str
    tests: int
    seconds: float
    before: str
    after: str


# --- which test runs which line ---


class Stopwatch:
    """A pytest plugin: ends tests that take too long, times the others, and tells coverage their names."""

    def __init__(self, coverage: Any = None, limit: float = 0.0, only: Sequence[str] = ()) -> None:
        self.coverage, self.limit = coverage, limit
        self.only = {name: place for place, name in enumerate(only)}
        self.seconds: dict[str, float] = {}
        self.begun = 0.0

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        if self.only:
            items[:] = sorted((i for i in items if i.nodeid in self.only), key=lambda i: self.only[i.nodeid])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.begun = time.process_time()
        if self.coverage is not None:
            self.coverage.switch_context(nodeid)
            for number in (signal.SIGVTALRM, signal.SIGALRM):
                signal.signal(number, _too_long)
            signal.setitimer(signal.ITIMER_VIRTUAL, DOCKING_LIMIT if nodeid == DOCKING else self.limit)
            signal.setitimer(signal.ITIMER_REAL, HANGING)

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call" and report.passed:
            self.seconds[report.nodeid] = time.process_time() - self.begun

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        if self.coverage is not None:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)


def _too_long(number: int, frame: Any) -> None:
    if "coverage" in Path(frame.f_code.co_filename).parts:  # which would keep its lock for ever
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        return
    raise TimeoutError("longer than a mutant may take")


def trace(part: str, file: Path) -> None:
    """Run the tests of a part once, and write which lines each of them reaches."""
    import coverage
    import pytest

    measured = coverage.Coverage(f".coverage.{part}", source=[str(ROOT / folder) for folder in FOLDERS[part]])
    watch = Stopwatch(measured, TEST_LIMIT[part])
    measured.start()
    _few_examples()
    pytest.main([*_quietly(), *tests_of(part)], plugins=[watch])
    measured.stop()
    measured.save()
    data, reached = measured.get_data(), {}
    for path in data.measured_files():
        lines: dict[str, list[int]] = defaultdict(list)
        for line, contexts in data.contexts_by_lineno(path).items():
            for context in contexts:
                if context in watch.seconds:
                    lines[context].append(line)
        reached[(ROOT / path).relative_to(ROOT).as_posix()] = lines
    file.write_text(json.dumps({"seconds": watch.seconds, "reached": reached}), encoding="utf-8")


def tests_of(part: str) -> list[str]:
    """The tests of a part that run in this process; most others live whole years, too slowly uncompiled."""
    files = [f"tests/test_{name}.py" for name in (OF_RULES if part == "rules" else OF_ANALYSES)]
    return [DOCKING, *files] if part == "rules" else files


def _few_examples() -> None:
    from hypothesis import HealthCheck, Phase, settings

    settings.register_profile(
        "mutants", max_examples=20, derandomize=True, database=None, deadline=None,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    settings.load_profile("mutants")


def _quietly() -> list[str]:
    return ["-q", "-n", "0", "-p", "no:cacheprovider", "--no-header", "-W", "ignore", "--tb", "no"]


# --- mutants ---


def mutants_of(file: str) -> Iterator[Mutant]:
    """All mutants of a file but those inside annotations and declarations for type checkers."""
    from cosmic_ray.ast import ast_nodes, get_ast_from_path

    tree = get_ast_from_path(ROOT / file)
    silent = set(_silent(ast.parse((ROOT / file).read_text(encoding="utf-8"))))
    for name in OPERATORS:
        operator = _operator(name)
        places = (start for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node))
        for occurrence, (line, column) in enumerate(places):
            if (line, column) not in silent:
                yield Mutant(file, line, column, name, occurrence)


@cache
def _operator(name: str) -> Any:
    import cosmic_ray.plugins

    return cosmic_ray.plugins.get_operator(f"core/{name}")()


def _silent(tree: ast.AST) -> Iterator[tuple[int, int]]:
    """Places that no run reads: annotations."""
    for node in ast.walk(tree):
        for field in ("annotation", "returns"):
            part = getattr(node, field, None)
            if isinstance(part, ast.AST):
                for inner in ast.walk(part):
                    if isinstance(inner, ast.expr):
                        for line in range(inner.lineno, (inner.end_lineno or inner.lineno) + 1):
                            yield from ((line, at) for at in range(inner.col_offset, (inner.end_col_offset or 0) + 1))


def sampled(of_each: float, least: int, files: Sequence[str]) -> dict[str, tuple[int, list[Mutant]]]:
    """A sample of the mutants of every file: how many there are, and the ones drawn."""
    chosen = {}
    for file in files:
        everything = list(mutants_of(file))
        count = min(len(everything), max(least, round(of_each * len(everything))))
        if count:
            chosen[file] = len(everything), random.Random(file).sample(everything, count)
    return chosen


def source_files(part: str) -> list[str]:
    """The files that mutants are planted in."""
    paths = (path for folder in FOLDERS[part] for path in sorted((ROOT / folder).glob("*.py")))
    names = [path.relative_to(ROOT).as_posix() for path in paths]
    return [name for name in names if name not in LEFT_OUT and not name.endswith(TEXTS)]


# --- running tests on a mutant ---


def tests_for(mutant: Mutant, known: dict[str, Any]) -> list[str]:
    """The tests that reach the mutant's line, quickest first; those of its file for what imports run."""
    by_test, seconds = known["reached"].get(mutant.file, {}), known["seconds"]
    names = [name for name, lines in by_test.items() if mutant.line in lines] or _at_import(mutant, by_test, seconds)
    chosen, total = [], 0.0
    for name in sorted(names, key=lambda name: seconds[name]):
        total += seconds[name]
        if total > MUTANT_LIMIT:
            break
        chosen.append(name)
    return chosen


def _at_import(mutant: Mutant, by_test: dict[str, list[int]], seconds: dict[str, float]) -> list[str]:
    tree = ast.parse((ROOT / mutant.file).read_text(encoding="utf-8"))
    inside = any(
        isinstance(node, ast.FunctionDef) and node.body[0].lineno <= mutant.line <= (node.end_lineno or 0)
        for node in ast.walk(tree)
    )
    named = f"tests/test_{Path(mutant.file).stem}.py::"
    return [] if inside else sorted({*by_test, *(name for name in seconds if name.startswith(named))})


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
    from cosmic_ray.mutating import mutate_code

    path = ROOT / mutant.file
    source = path.read_text(encoding="utf-8")
    changed = mutate_code(source, _operator(mutant.operator), mutant.occurrence)
    assert changed is not None
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
    _few_examples()
    files = sorted({test.split("::")[0] for test in tests})
    code = pytest.main([*_quietly(), "-x", *files], plugins=[Stopwatch(only=tests)])
    os._exit(int(code))


def preload(part: str) -> None:
    """Import what forks need not import: other people's packages, and for analyses the rules, which are compiled."""
    for folder in ("agents", "model", "experiments"):
        for path in sorted((ROOT / folder).glob("[!_]*.py")):
            importlib.import_module(f"{folder}.{path.stem}")
    importlib.import_module("hypothesis")
    ours = ("experiments", "samenspel", *(FOLDERS["rules"] if part == "rules" else ()))
    for name in [name for name in sys.modules if name.split(".")[0] in ours]:
        del sys.modules[name]


def run(known: dict[str, Any], out: Path, of_each: float, least: int, files: Sequence[str], workers: int) -> None:
    """Try a sample out; every outcome is written as it comes, and what is written already is not tried again."""
    before = [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []
    done = {tuple(row["mutant"].values()) for row in before}
    chosen = sampled(of_each, least, files)
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


# --- the score ---


def tell(out: Path, floor: float) -> int:
    """Print the score by folder and file: the share killed of those tried, weighed by how many mutants a file has."""
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    by_file: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_file[row["mutant"]["file"]].append(row)
    print("| file | mutants | tried | killed | survived | no test |\n|---|---|---|---|---|---|")
    for file, some in sorted(by_file.items()):
        counts = [sum(row["verdict"] in kinds for row in some) for kinds in (CAUGHT, ("survived",), ("no test",))]
        print(f"| `{file}` | {some[0]['of']} | {len(some)} | {' | '.join(map(str, counts))} |")
    for folder in ("agents/", "model/", "experiments/", ""):
        inside = {file: some for file, some in by_file.items() if file.startswith(folder)}
        if inside:
            share, half, tried = score(list(inside.values()))
            print(f"{folder or 'all'}: {share:.1%} +- {half:.1%} of {tried} tried")
    return int(share < floor)


def score(strata: Sequence[Sequence[dict[str, Any]]]) -> tuple[float, float, int]:
    """The share killed in a stratified sample, half its 95 % interval, and how many were tried."""
    total = sum(some[0]["of"] for some in strata)
    share = variance = 0.0
    for some in strata:
        weight = some[0]["of"] / total
        killed = sum(row["verdict"] in CAUGHT for row in some) / len(some)
        smoothed = (killed * len(some) + 1) / (len(some) + 2)  # a handful of which all were killed is not certain
        left = 1 - len(some) / some[0]["of"]
        share += weight * killed
        variance += weight**2 * smoothed * (1 - smoothed) / len(some) * left
    return share, CONFIDENCE * math.sqrt(variance), sum(map(len, strata))


def main() -> int:
    """Read the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    does = parser.add_subparsers(dest="do", required=True)
    tracing, trying, telling = (does.add_parser(name) for name in ("trace", "try", "tell"))
    for command in (tracing, trying):
        command.add_argument("part", choices=FOLDERS)
        command.add_argument("file", type=Path)
    trying.add_argument("--out", type=Path, required=True)
    trying.add_argument("--share", type=float, default=0.08, help="of the mutants of each file (0.08)")
    trying.add_argument("--least", type=int, default=6, help="of each file (6)")
    trying.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    trying.add_argument("--only", nargs="+", metavar="FILE", help="these source files")
    telling.add_argument("results", type=Path)
    telling.add_argument("--floor", type=float, default=0.0, help="fail when the share killed is below it")
    options = parser.parse_args()
    if options.do == "tell":
        return tell(options.results, options.floor)
    wanted = {"NUMBA_DISABLE_JIT": "1" if options.part == "rules" else "0", "OPENBLAS_NUM_THREADS": "1"}
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | wanted
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.mutation", *sys.argv[1:]], environment)
    if options.do == "trace":
        trace(options.part, options.file)
        return 0
    known = json.loads(options.file.read_text(encoding="utf-8"))
    preload(options.part)
    run(known, options.out, options.share, options.least, options.only or source_files(options.part), options.workers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
