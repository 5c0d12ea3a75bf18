"""A campaign: tests are traced, a sample of mutants is tried out, the score is told and stored."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.mutation.mutants import ROOT
from benchmarks.mutation.score import outcomes_of, score, tell
from tools import campaigns


def campaign(part: str, share: float, seed: int, folder: Path | None, *, keep: bool) -> int:
    """All steps, each in a process of its own.

    What is in the folder already is not done again, so an interrupted campaign goes on there; without one it is new,
    as code that changed asks for.
    """
    out = (folder or Path(tempfile.mkdtemp(prefix="samenspel-mutants-"))).resolve()
    out.mkdir(parents=True, exist_ok=True)
    print(f"with --out {out} this campaign goes on if it is interrupted", flush=True)
    known, outcomes = out / f"{part}.json", out / f"{part}-{seed}.jsonl"
    if not known.exists():
        _step("trace", part, known)
    _step("try", part, known, "--out", outcomes, "--share", share, "--seed", seed)
    tell(outcomes, 0.0)
    if keep:
        campaigns.store("mutants", share, seed, [figures(part, outcomes)])
    return 0


def figures(part: str, outcomes: Path) -> dict[str, Any]:
    """The row of a campaign: how many mutants there are and were tried, the share noticed and half its interval."""
    by_file = outcomes_of(outcomes)
    noticed, half, tried = score(list(by_file.values()))
    there_are = sum(some[0]["of"] for some in by_file.values())
    return {"part": part, "mutants": there_are, "tried": tried, "noticed": round(noticed, 3), "half": round(half, 3)}


def _step(*arguments: object) -> None:
    subprocess.run([sys.executable, "-m", "benchmarks.mutation", *map(str, arguments)], cwd=ROOT, check=True)
