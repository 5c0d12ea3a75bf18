"""What a run leaves behind: one JSON document, or a folder of files that anything can read."""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.documents import as_csv, as_json
from experiments.findings import findings
from experiments.frames import rows_by_name
from experiments.language import Language
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


def write(result: RunResult, folder: Path, lang: Language) -> None:
    """Write the run into a folder, each file whole: a reader never sees half of one."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "indicators.csv": as_csv(result.summary.reset_index()),
        "weekly.csv": as_csv(result.weekly),
        "replications.csv": as_csv(result.replications),
        "clusters.csv": as_csv(result.clusters),
        "groups.csv": as_csv(_one_table(result.groups)),
        "run.json": as_json(document(result)),
        "findings.txt": findings(result, lang) + "\n",
    }
    for name, text in texts.items():
        write_whole(folder / name, text)


def write_whole(path: Path, text: str) -> None:
    """Write beside the file first, then put it in its place in one step."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8", newline="\n")
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _one_table(groups: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The tables by role, programme and so on under each other: `by`, `group`, and their figures."""
    tables = [table.rename(columns={by: "group"}).assign(by=by) for by, table in groups.items() if len(table)]
    if not tables:
        return pd.DataFrame(columns=["by", "group"])
    whole = pd.concat(tables, ignore_index=True)
    return whole[["by", "group", *(name for name in whole.columns if name not in ("by", "group"))]]
