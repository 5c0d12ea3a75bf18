"""The command."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from benchmarks import mutation
from benchmarks.mutation.mutants import FOLDERS, source_files
from benchmarks.mutation.score import tell
from benchmarks.mutation.tracing import trace
from benchmarks.mutation.trials import preload, run


def main() -> int:
    """Read the command."""
    parser = argparse.ArgumentParser(description=mutation.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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
