"""The command."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from benchmarks import mutation
from benchmarks.mutation.mutants import FOLDERS, sampled, source_files
from benchmarks.mutation.score import tell
from benchmarks.mutation.tracing import trace
from benchmarks.mutation.trials import preload, run


def asked() -> argparse.Namespace:
    """The command as it was given."""
    parser = argparse.ArgumentParser(description=mutation.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    does = parser.add_subparsers(dest="do", required=True)
    tracing, trying, telling, whole = (does.add_parser(name) for name in ("trace", "try", "tell", "campaign"))
    for command in (tracing, trying, whole):
        command.add_argument("part", choices=FOLDERS)
    for command in (tracing, trying):
        command.add_argument("file", type=Path)
    for command in (trying, whole):
        command.add_argument("--share", type=float, default=0.08, help="of the mutants of each file (0.08)")
        command.add_argument("--seed", type=int, default=0, help="another seed draws other mutants (0)")
    whole.add_argument("--out", type=Path, help="folder of an interrupted campaign, to go on in (a new one)")
    whole.add_argument("--store", action="store_true", help="keep the score in docs/campaigns/mutants.csv")
    trying.add_argument("--out", type=Path, required=True)
    trying.add_argument("--least", type=int, default=6, help="of each file (6)")
    trying.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    trying.add_argument("--only", nargs="+", metavar="FILE", help="these source files")
    telling.add_argument("results", type=Path)
    telling.add_argument("--floor", type=float, default=0.0, help="fail when the share killed is below it")
    return parser.parse_args()


def main() -> int:
    """Do what is asked."""
    options = asked()
    if options.do == "tell":
        return tell(options.results, options.floor)
    if options.do == "campaign":
        from benchmarks.mutation.campaign import campaign  # what it imports, traces could not see imported

        return campaign(options.part, options.share, options.seed, options.out, keep=options.store)
    wanted = {"NUMBA_DISABLE_JIT": "1" if options.part == "rules" else "0", "OPENBLAS_NUM_THREADS": "1"}
    if any(os.environ.get(name) != value for name, value in wanted.items()):
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | wanted
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks.mutation", *sys.argv[1:]], environment)
    if options.do == "trace":
        trace(options.part, options.file)
        return 0
    known = json.loads(options.file.read_text(encoding="utf-8"))
    preload(options.part)
    chosen = sampled(options.share, options.least, options.only or source_files(options.part), options.seed)
    run(known, options.out, chosen, options.workers)
    return 0


if __name__ == "__main__":
    sys.exit(main())
