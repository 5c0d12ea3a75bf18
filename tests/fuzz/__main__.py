"""The fuzz run: `python -m tests.fuzz --examples 10000 [--seed N] [--kind NAME] [--out DIR] [--store]`."""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
import traceback
from pathlib import Path

from tests.fuzz.campaign import HEAD, KINDS, campaign, tally_of
from tools import campaigns


def main() -> int:
    """Try files of every kind; the first finding ends it, with the file that shows it."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=10_000, help="files in all (10000)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the luck (1)")
    parser.add_argument("--kind", choices=[kind.name for kind in KINDS], help="one kind only")
    parser.add_argument("--out", type=Path, default=Path(), help="where the file of a finding is written (here)")
    parser.add_argument("--store", action="store_true", help="keep the figures in docs/campaigns/fuzz.csv")
    options = parser.parse_args()
    chosen = [kind for kind in KINDS if options.kind in (None, kind.name)]
    whole = sum(kind.share for kind in chosen)
    began = time.process_time()
    print(HEAD)
    tallies = []
    for kind in chosen:
        try:
            tally = campaign(kind, round(options.examples * kind.share / whole), options.seed)
        except Exception as finding:
            finding.__notes__ = []  # they hold the whole file
            traceback.print_exception(finding)
            seen = tally_of(finding)
            last = seen.last if seen else b""
            path = options.out / f"finding-{kind.name}-{hashlib.sha256(last).hexdigest()[:8]}{Path(kind.file).suffix}"
            path.write_bytes(last)
            print(f"{kind.name}: {finding!r:.300}\nThe file is {path}; seed {options.seed}.", file=sys.stderr)
            return 1
        tallies.append(tally)
        print(tally.line(), flush=True)
    print(f"no finding; {time.process_time() - began:.0f} s of CPU")
    if options.store:
        campaigns.store("fuzz", options.examples, options.seed, [tally.figures for tally in tallies])
    return 0


if __name__ == "__main__":
    sys.exit(main())
