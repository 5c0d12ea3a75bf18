"""One framework in a process of its own: `python worker.py numpy_columns PART.npz`.

For every line on standard input the part is set up anew and lived once; the CPU seconds and means go to standard
output. Several of these, asked in turn, share the machine's ups and downs.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any


def builder(name: str, file: Path) -> Callable[[], Any]:
    """What makes a fresh model of the part."""
    if name == "ours":
        sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
        from benchmarks.frameworks.ours import Ours, part_of

        _, here = part_of(int(file.stem))
        return lambda: Ours(here)
    from part import Part

    part = Part.load(file)
    return lambda: import_module(name).Model(part)


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a framework prints of itself is no answer
    build = builder(sys.argv[1], Path(sys.argv[2]))
    build().live()  # compile, import, fill caches
    print("ready", file=answers, flush=True)
    for _ in sys.stdin:
        model = build()
        begin = time.process_time()
        model.live()
        seconds = time.process_time() - begin
        print(json.dumps({"seconds": seconds, "means": model.means()}), file=answers, flush=True)


if __name__ == "__main__":
    main()
