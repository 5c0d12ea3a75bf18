"""What the folder of a sweep is a sweep of: written when it begins, and compared whenever it goes on."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from agents.compiled import code_digest
from experiments.documents import as_json
from experiments.report import write_whole
from experiments.study import TITLES, Study
from experiments.version import version
from model.faults import Fault, InputFaults, Phrase

OUR_FILES = (".lock", "manifest.json")
OF_INFLUENCE = ("samenspel", "code", "parameters", "partnership")
OF_NO_INFLUENCE = ("time_limit", *TITLES)  # what of a study may change between one start and the next


def describe(folder: Path, study: Study) -> None:
    """Write what this is a sweep of, or see that it is a sweep of the same."""
    path = folder / "manifest.json"
    mine = manifest(study)
    if path.exists():
        _compare(folder, read_manifest(folder), mine)
    else:
        _check_is_empty(folder)
        write_whole(path, as_json(mine))
    write_whole(folder / "study.toml", as_toml(_as_run(study)))
    if study.design.table:
        write_whole(folder / "points.csv", _points_file(study))


def manifest(study: Study) -> dict[str, Any]:
    """What was run, by which code, with which seeds, on what machine."""
    return {
        "samenspel": version(),
        "code": code_digest(),
        "study": _as_run(study),
        "name": study.name,
        "parameters": dict(study.scenario.values),
        "partnership": hashlib.sha256(repr(study.scenario.world).encode()).hexdigest(),
        "levers": list(study.lever_names),
        "uncertainties": list(study.uncertainty_names),
        "points": len(study.points),
        "worlds": len(study.points.worlds),
        "points_hash": _digest_of_points(study),
        "replications": study.replications,
        "seeds": {
            "seed": study.seed,
            "of_replication": "numpy.random.SeedSequence(seed, spawn_key=(replication - 1,)).generate_state(1, uint64)",
        },
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pyarrow": pa.__version__,
        },
    }


def _digest_of_points(study: Study) -> str:
    """A hash of the first thousand points: another version of a sampler is seen before it mixes two designs."""
    some = [study.points[at] for at in range(min(1000, len(study.points)))]
    return hashlib.sha256(json.dumps(some).encode()).hexdigest()


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the folder is a sweep of; a clear fault when it is none."""
    try:
        content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    if isinstance(content, dict) and isinstance(content.get("study"), dict):
        return content
    found = Phrase("no readable manifest.json", "geen leesbaar manifest.json")
    raise InputFaults([Fault(str(folder), "", found, _A_SWEEPS)])


_A_SWEEPS = Phrase("the folder of a sweep", "de map van een sweep")
_NEW = Phrase("a new or empty folder, or that of the same sweep", "een nieuwe of lege map, of die van dezelfde sweep")


def check_folder(folder: Path) -> None:
    """Refuse what is no folder."""
    if folder.exists() and not folder.is_dir():
        raise InputFaults([Fault(str(folder), "", Phrase("a file", "een bestand"), _NEW)])


def _check_is_empty(folder: Path) -> None:
    """Refuse a folder that holds something else than a sweep."""
    others = sorted(path.name for path in folder.iterdir() if path.name not in OUR_FILES)
    others = [name for name in others if not name.startswith(".manifest.json.")]
    if others:
        found = Phrase(f"other files, such as {others[0]}", f"andere bestanden, zoals {others[0]}")
        raise InputFaults([Fault(str(folder), "", found, _NEW)])


def _compare(folder: Path, theirs: Mapping[str, Any], mine: Mapping[str, Any]) -> None:
    """Refuse to go on with a sweep of something else, naming every difference."""
    pairs = [(theirs["study"], mine["study"], "study.toml, ")]
    pairs += [({key: theirs.get(key)}, {key: mine[key]}, "manifest.json, ") for key in OF_INFLUENCE]
    faults = [
        Fault(str(folder), head + place, _brief(new), _as_begun(_brief(old)))
        for before, now, head in pairs
        for place, old, new in _differences(before, now)
    ]
    if not faults and theirs.get("points_hash") != mine["points_hash"]:
        found = Phrase("other points", "andere punten")
        faults = [Fault(str(folder), "study.toml, design", found, _as_begun(Phrase("the points", "de punten")))]
    if faults:
        raise InputFaults(faults)


def _as_begun(value: str) -> Phrase:
    nl = value.nl if isinstance(value, Phrase) else value
    return Phrase(
        f"{value}, with which this sweep was begun; or another --out",
        f"{nl}, waarmee deze sweep begon; of een andere --out",
    )


def _differences(old: Any, new: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Where two documents differ."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys([*old, *new]):
            if place or key not in OF_NO_INFLUENCE:
                yield from _differences(old.get(key), new.get(key), f"{place}.{key}" if place else key)
    elif old != new:
        yield place, old, new


def _brief(value: Any) -> str:
    if value is None:
        return Phrase("nothing", "niets")
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _as_run(study: Study) -> dict[str, Any]:
    """The study as a document that stands by itself: a table of points comes from the folder."""
    document = json.loads(json.dumps(dict(study.document)))
    if study.design.table:
        document["design"]["file"] = "points.csv"
    whole: dict[str, Any] = document
    return {
        "scenario": "baseline",
        "replications": study.replications,
        "years": study.years,
        "seed": study.seed,
    } | whole


def _points_file(study: Study) -> str:
    """The table of points as a CSV file."""
    stream = io.StringIO()
    lines = csv.writer(stream, lineterminator="\n")
    lines.writerow(study.design.table[0])
    for point in study.design.table:
        lines.writerow(str(value).lower() if isinstance(value, bool) else value for value in point.values())
    return stream.getvalue()


def as_toml(document: Mapping[str, Any]) -> str:
    """A document of one level of tables as TOML."""
    plain = [f"{key} = {_toml(value)}" for key, value in document.items() if not isinstance(value, dict)]
    tables = [
        "\n".join([f"\n[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())])
        for name, table in document.items()
        if isinstance(table, dict)
    ]
    return "\n".join([*plain, *tables]) + "\n"


def _toml(value: Any) -> str:
    match value:
        case dict():
            return "{ " + ", ".join(f"{key} = {_toml(item)}" for key, item in value.items()) + " }"
        case list():
            return "[" + ", ".join(map(_toml, value)) + "]"
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")  # which JSON leaves as it is
    return repr(value)
