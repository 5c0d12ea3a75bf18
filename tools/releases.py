"""A stored run of each release, which later code must reproduce or change on purpose.

`python -m tools.releases --write VERSION`, at every release, runs the baseline and stores it in
`tests/releases/VERSION.json`; without `--write` it compares all stored runs with what the present code gives.

A change of rules, draws or defaults that changes results on purpose goes three ways at once: a line under *Changed* in
`CHANGELOG.md`; the same line in `changed` of every stored run that is no longer reproduced; and a stored run of the new
code. The newest stored run must always be reproduced.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from samenspel.experiments.runs.run import RunResult, run
from samenspel.model import Scenario
from samenspel.model.declared.constants import CONSTANTS

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "tests" / "releases"
SEED, YEARS, REPLICATIONS = 1, 5, 3
CLOSE = 1e-9  # relative: what another processor or mathematical library may change in a yearly mean


def stored() -> list[Path]:
    """The stored runs, the oldest version first."""
    return sorted(FOLDER.glob("*.json"), key=lambda path: [int(part) for part in re.findall(r"\d+", path.stem)])


def read(path: Path) -> dict[str, Any]:
    """One stored run."""
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def record(version: str) -> dict[str, Any]:
    """What is stored of a release: how it was made, and every indicator of every school year to the last bit.

    Parameters
    ----------
    version
        The release's number.

    Returns
    -------
    dict
        `runs` holds, for each replication, its seed, the digest of its states, and by school year the mean over
        weeks of each indicator as a hexadecimal float.
    """
    result = run(Scenario.load("baseline"), YEARS, SEED, REPLICATIONS, workers=1)
    return {
        "version": version,
        "scenario": "baseline",
        "seed": SEED,
        "years": YEARS,
        "replications": REPLICATIONS,
        "fingerprint": result.fingerprint,
        "parameters": dict(result.scenario.values) | numbers(),
        "made_with": made_with(),
        "changed": [],
        "runs": list(_runs(result)),
    }


def numbers() -> dict[str, float]:
    """The constants of the rules by name: a parameter that became one has not changed."""
    return {name: value for constant in CONSTANTS.values() for name, value in constant.by_name()}


def made_with() -> dict[str, str]:
    """Libraries and processor of this machine."""
    import numba
    import numpy as np

    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "llvmlite": metadata.version("llvmlite"),
        "system": platform.system(),
        "libc": " ".join(platform.libc_ver()),
        "processor": platform.machine(),
    }


def _runs(result: RunResult) -> Iterator[dict[str, Any]]:
    for outcome in result.outcomes:
        weekly = outcome.weekly.drop(columns="week")
        yearly = weekly.groupby("school_year").mean()
        years = [{str(name): float(value).hex() for name, value in row.items()} for _, row in yearly.iterrows()]
        yield {"replication": outcome.replication, "seed": outcome.seed, "digest": outcome.digest, "years": years}


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What the present code gives otherwise than a stored run, one line each; nothing when it is reproduced.

    Parameters
    ----------
    old, new
        A stored run and one of `record`.

    Returns
    -------
    list of str
        Parameters that have another value, and yearly indicators that differ by more than `CLOSE`. Parameters and
        indicators that are new are no difference.
    """
    found = [
        f"{name}: {new['parameters'].get(name)!r}, was {value!r}"
        for name, value in old["parameters"].items()
        if new["parameters"].get(name) != value
    ]
    for was, now in zip(old["runs"], new["runs"], strict=True):
        for year, (before, after) in enumerate(zip(was["years"], now["years"], strict=True), 1):
            place = f"replication {was['replication']}, school year {year}"
            found += [
                f"{place}, {name}: {after.get(name)}, was {value}"
                for name, value in before.items()
                if name not in after or not _is_close(value, after[name])
            ]
    return found


def same_bits(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether all states are the same to the bit."""
    return [one["digest"] for one in old["runs"]] == [one["digest"] for one in new["runs"]]


def new_parameters(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Parameters that the stored run did not know; they are part of a fingerprint."""
    return [name for name in new["parameters"] if name not in old["parameters"]]


def _is_close(one: str, other: str) -> bool:
    a, b = float.fromhex(one), float.fromhex(other)
    return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=CLOSE, abs_tol=CLOSE)


def changed_lines(changelog: str) -> list[str]:
    """The entries under *Changed* of a changelog, each on one line."""
    entries: list[str] = []
    under = ""
    for line in changelog.splitlines():
        if line.startswith("#"):
            under = line.strip("# ")
        elif under == "Changed" and line.startswith("- "):
            entries.append(line[2:].strip())
        elif under == "Changed" and line.startswith("  ") and entries:
            entries[-1] += " " + line.strip()
    return entries


def main() -> int:
    """Write a stored run, or compare all of them."""
    parser = argparse.ArgumentParser(prog="python -m tools.releases", description=__doc__.split("\n")[0])
    parser.add_argument("--write", metavar="VERSION", help="store a run of this version")
    options = parser.parse_args()
    if options.write:
        path = FOLDER / f"{options.write}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(record(options.write), indent=1) + "\n", encoding="utf-8")
        print(f"{path.relative_to(ROOT)} is written", file=sys.stderr)
        return 0
    now, unnamed = record("now"), False
    for path in stored():
        old = read(path)
        found = differences(old, now)
        bits = "to the bit" if same_bits(old, now) else f"within {CLOSE:g}"
        print(f"{path.stem}: reproduced {bits}" if not found else f"{path.stem}: {len(found)} differences: {found[0]}")
        unnamed |= bool(found) and not old["changed"]
    return int(unnamed)


if __name__ == "__main__":
    sys.exit(main())
