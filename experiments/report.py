"""What a run leaves behind for other programs: one JSON document, and files that are whole."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.frames import rows_by_name
from experiments.run import RunResult
from experiments.version import version


def document(result: RunResult) -> dict[str, Any]:
    """The run as the JSON document that `samenspel run --json` promises; what is undefined is None.

    `replications` is how many were asked for; `finished`, `failed` and `interrupted` say what became of them.
    """
    return {
        "scenario": result.scenario.name,
        "version": version(),
        "seed": result.seed,
        "years": result.years,
        "replications": result.asked,
        "finished": len(result.finished),
        "failed": len(result.failures),
        "interrupted": result.interrupted,
        "parameters": dict(result.scenario.values),
        "indicators": {
            name: {key: _or_none(row[key]) for key in ("mean", "low", "high")} | {"unit": row["unit"]}
            for name, row in rows_by_name(result.summary).items()
        },
        "fingerprint": result.fingerprint,
    }


def _or_none(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def write_whole(path: Path, content: str | bytes) -> None:
    """Write beside the file first, then put it in its place in one step."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content.encode() if isinstance(content, str) else content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def one_table(groups: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The tables by role, programme and so on under each other: `by`, `group`, and their figures."""
    tables = [table.rename(columns={by: "group"}).assign(by=by) for by, table in groups.items() if len(table)]
    if not tables:
        return pd.DataFrame(columns=["by", "group"])
    whole = pd.concat(tables, ignore_index=True)
    return whole[["by", "group", *(name for name in whole.columns if name not in ("by", "group"))]]
