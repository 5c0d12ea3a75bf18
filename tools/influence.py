"""What each parameter moves, for the live view: `python -m tools.influence --write` makes `viz/influence.csv`.

The rows are the newest of docs/campaigns/screening.csv that are about parameters that there still are; the file lies in
the package, so that a view that was installed has it too.
"""

from __future__ import annotations

import argparse
import csv
import io
import sys

from samenspel.experiments.output.files import write_whole
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.viz.room.assumptions import COLUMNS, INFLUENCE
from tools.campaigns import newest


def made() -> str:
    """The file as it should be."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for row in newest("screening") if row["parameter"] in PARAMETERS)
    return text.getvalue()


def main() -> int:
    """Write the file with `--write`, or say in the exit status whether it is up to date."""
    parser = argparse.ArgumentParser(prog="python -m tools.influence", description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {INFLUENCE.name}")
    options = parser.parse_args()
    stale = not INFLUENCE.exists() or INFLUENCE.read_text(encoding="utf-8") != made()
    if stale and options.write:
        write_whole(INFLUENCE, made())
    print(f"{INFLUENCE.name}: {'written' if options.write else 'out of date'}" if stale else "up to date")
    return int(stale and not options.write)


if __name__ == "__main__":
    sys.exit(main())
