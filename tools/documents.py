"""Tables of documents that are made, and never edited by hand.

A table stands between `<!-- table: name -->` and `<!-- end of table -->`.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from samenspel.experiments.output.files import write_whole

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
BLOCK = re.compile(r"(<!-- table: (\w+) -->\n).*?(<!-- end of table -->)", re.DOTALL)
Tables = Mapping[str, Callable[[], str]]


def table(headings: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    headings = list(headings)
    rows = [headings, ["---"] * len(headings), *([cell.replace("|", "\\|") for cell in line] for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def renewed(text: str, tables: Tables) -> str:
    """The document with every table as it is made now; raises KeyError for a table that nobody makes."""
    return BLOCK.sub(lambda found: f"{found[1]}\n{tables[found[2]]()}\n{found[3]}", text)


def renew(command: str, about: str | None, documents: Iterable[str], tables: Tables) -> int:
    """A command that writes documents with `--write`, or says in its exit status whether they are up to date."""
    parser = argparse.ArgumentParser(prog=f"python -m {command}", description=about)
    parser.add_argument("--write", action="store_true", help=f"write {', '.join(f'docs/{name}' for name in documents)}")
    options = parser.parse_args()
    stale = []
    for name in documents:
        path = DOCS / name
        before = path.read_text(encoding="utf-8")
        if (after := renewed(before, tables)) != before:
            stale.append(name)
            if options.write:
                write_whole(path, after)
    print("\n".join(f"{name}: {'written' if options.write else 'out of date'}" for name in stale) or "up to date")
    return 1 if stale and not options.write else 0
