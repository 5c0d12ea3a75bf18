"""What documents say that the baseline answers: `python -m tools.answers make` runs it, `--write` makes their tables.

Making takes about an hour on two cores, and can be gone on with: runs stand in build/answers/. With names of analyses
only those are made, and the others stay as they were. What was found is stored in docs/campaigns/ with its date, so
that tables can be made without it.
"""

from __future__ import annotations

import sys

from tools.answers.runs import carried_out
from tools.answers.told import TABLES
from tools.documents import renew
from tools.stored import keep

DOCUMENTS = ("DEGRADATION.md", "SENSITIVITY.md", "BOTTLENECK.md", "PILOTS.md")
DIGITS = 6


def main() -> int:
    """Carry out the runs and store what they found, or write the tables."""
    if sys.argv[1:2] == ["make"]:
        for name, table in carried_out(only := sys.argv[2:]).items():
            keep(name, table, DIGITS, only)
        return 0
    return renew("tools.answers", __doc__, DOCUMENTS, TABLES)


if __name__ == "__main__":
    sys.exit(main())
