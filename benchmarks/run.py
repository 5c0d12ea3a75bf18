"""All figures of `docs/PERFORMANCE.md`, measured again: `python benchmarks/run.py [--quick]`.

In full it takes about a quarter of an hour on an idle machine and rewrites the document and its figure; `--quick` shows
in a few minutes that everything works, on small sizes, and prints the document instead.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import processes, weeks, years  # noqa: E402
from benchmarks.report import FIGURE, PAGE, Figures, document, figure  # noqa: E402
from samenspel.experiments.bench.bench import QUICK, SPANS, against_textbook, machine, warm_up  # noqa: E402
from samenspel.experiments.bench.textbook import textbook  # noqa: E402

MILLION = 1_000_000
PLAN: dict[str, tuple[int, ...]] = {
    "floors": (400, 4_000, 40_000, MILLION),
    "rules": (400, 4_000, MILLION),
    "moments": (4_000, MILLION),
    "sizes": (4_000, 40_000, 400_000, MILLION),
}
QUICK_PLAN = {name: sizes[:2] if name == "sizes" else sizes[:1] for name, sizes in PLAN.items()}


def measure(plan: dict[str, tuple[int, ...]], spans: tuple[tuple[int, int], ...], *, quick: bool) -> Figures:
    """Everything in turn; what is under way is told on standard error."""
    warm_up()
    book = textbook()
    assert book is not None, "the benchmarks run from a checkout"
    return Figures(
        machine=machine(),
        textbook=[told("textbook", against_textbook, size, span, book) for size, span in spans],
        careful=[told("careful textbook", weeks.against_careful, size, span, book) for size, span in spans],
        floors=[told("floor", weeks.floors, size) for size in plan["floors"]],
        rules=[told("rules", weeks.by_rule, size) for size in plan["rules"]],
        moments=[told("start and turn", years.moments, size) for size in plan["moments"]],
        five_years=told("five years", weeks.five_years),
        sizes=told("fresh processes", processes.sizes, plan["sizes"], 1 if quick else 3),
        start_up=told("start-up", processes.start_up, 1 if quick else 5),
    )


def told(what: str, work: Callable[..., Any], *given: Any) -> Any:
    """The work's result; what it was and how long it took go to standard error."""
    begin = time.perf_counter()
    found = work(*given)
    sizes = " ".join(str(value) for value in given if isinstance(value, int))
    print(f"{what} {sizes}: {time.perf_counter() - begin:.0f} s", file=sys.stderr, flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="small sizes only; prints, and writes nothing")
    parser.add_argument("--without-frameworks", action="store_true", help="keep the last comparison with frameworks")
    options = parser.parse_args()
    if options.quick:
        print(document(measure(QUICK_PLAN, QUICK, quick=True)))
        return
    if not options.without_frameworks:
        command = [sys.executable, str(ROOT / "benchmarks" / "frameworks" / "run.py")]
        told("frameworks", lambda: subprocess.run(command, check=True))
    figures = measure(PLAN, SPANS, quick=False)
    PAGE.write_text(document(figures), encoding="utf-8")
    FIGURE.write_text(figure(figures), encoding="utf-8")
    print(f"Written: {PAGE.relative_to(ROOT)} and {FIGURE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
