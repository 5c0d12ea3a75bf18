"""What became of mutants, and the score."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.mutation.mutants import Mutant

VERDICTS = {0: "survived", 5: "no test"}  # by pytest's exit code
CAUGHT = ("killed", "timeout")
CONFIDENCE = 1.96


@dataclass
class Outcome:
    """What became of a mutant: killed, survived, timeout, or reached by no test."""

    mutant: Mutant
    verdict: str
    tests: int
    seconds: float
    before: str
    after: str


def outcomes_of(out: Path) -> dict[str, list[dict[str, Any]]]:
    """What was tried out, by file."""
    by_file: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for line in out.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        by_file[row["mutant"]["file"]].append(row)
    return by_file


def tell(out: Path, floor: float) -> int:
    """Print the score by folder and file: the share killed of those tried, weighed by how many mutants a file has.

    The floor is for those that quick tests reach: which tests are quick hangs on the machine.
    """
    by_file = outcomes_of(out)
    print("| file | mutants | tried | killed | survived | no test |\n|---|---|---|---|---|---|")
    for file, some in sorted(by_file.items()):
        counts = [sum(row["verdict"] in kinds for row in some) for kinds in (CAUGHT, ("survived",), ("no test",))]
        print(f"| `{file}` | {some[0]['of']} | {len(some)} | {' | '.join(map(str, counts))} |")
    for folder in ("agents/", "model/", "experiments/", ""):
        inside = {file: some for file, some in by_file.items() if file.startswith(folder)}
        if inside:
            share, half, tried = score(list(inside.values()))
            print(f"{folder or 'all'}: {share:.1%} +- {half:.1%} of {tried} tried")
    asked = [reached for some in by_file.values() if (reached := [row for row in some if row["verdict"] != "no test"])]
    share, half, tried = score(asked) if asked else (0.0, 0.0, 0)
    print(f"of those that quick tests reach: {share:.1%} +- {half:.1%} of {tried} tried; asked is {floor:.0%}")
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
