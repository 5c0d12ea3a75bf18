"""How far this partnership can grow: `python -m tools.growth make` runs it, `--write` makes docs/GROWTH.md's tables.

Making takes about ten minutes on two cores, and can be gone on with: runs stand in build/growth/. What was found is
stored in docs/campaigns/ with its date, so that tables, sentences and figures can be made without it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from samenspel.model.words import Language
from tools.documents import renew
from tools.growth import told
from tools.growth.drawing import FIGURES, draw
from tools.growth.runs import SOURCES, carried_out
from tools.growth.sentences import answer
from tools.growth.store import store

DOCUMENTS = ("GROWTH.md",)
MADE: dict[str, Callable[[Language], str]] = {
    "answer": answer, "scale": told.scale, "level": told.level, "pair": told.pair,
    "robust": told.robust, "form": told.form, "facts": told.facts,
}  # fmt: skip
TABLES = {f"{name}_{lang}": partial(make, lang) for name, make in MADE.items() for lang in FIGURES}


def main() -> int:
    """Carry out the runs and store what they found, or write the page."""
    if sys.argv[1:] == ["make"]:
        store({source: carried_out(source) for source in SOURCES})
        return 0
    if "--write" in sys.argv[1:]:
        for lang in FIGURES:
            draw(lang)
    return renew("tools.growth", __doc__, DOCUMENTS, TABLES)


if __name__ == "__main__":
    sys.exit(main())
