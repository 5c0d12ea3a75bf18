"""What the folder of a sweep is a sweep of: written when it begins, and compared whenever it goes on."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from samenspel.agents.sources import code_digest
from samenspel.experiments.output.documents import as_json
from samenspel.experiments.output.files import write_whole
from samenspel.experiments.output.prices import ends_within
from samenspel.experiments.output.version import version
from samenspel.experiments.study.reading import TITLES
from samenspel.experiments.study.study import Study
from samenspel.experiments.sweeps.identity import MODEL
from samenspel.experiments.sweeps.parts import SWEEP, keep, sweeps_in
from samenspel.experiments.sweeps.work import digest_of_world
from samenspel.model.input.faults import Fault, InputFaults
from samenspel.model.words import Message

OUR_FILES = (".lock", "manifest.json")
OF_INFLUENCE = ("samenspel", "code", "simulate", "parameters", "partnership")
OF_NO_INFLUENCE = ("time_limit", *TITLES)  # what of a study may change between one start and the next
OF_ITSELF = ("name", "machine", "hash", SWEEP)  # what of a manifest may


def describe(folder: Path, study: Study, by: str = MODEL) -> tuple[dict[str, Any], list[Fault]]:
    """Write what this is a sweep of, or see that it is a sweep of the same; `by` says what does its runs.

    Gives the manifest, and what was wrong with it where it was made anew.
    """
    mine, mended = manifest(study, by), list[Fault]()
    theirs, faults = _read(folder)
    if theirs:
        _compare(folder, theirs, mine)
    else:
        lost = _is_the_same(folder, mine, study, faults)
        mended = [replace(fault, allowed=_MADE_ANEW) for fault in faults] if lost else []
        keep(folder / "manifest.json", as_json(mine).encode())
    write_whole(folder / "study.toml", as_toml(_as_run(study)))
    if study.design.table:
        write_whole(folder / "points.csv", _points_file(study))
    return mine, mended


def manifest(study: Study, by: str = MODEL) -> dict[str, Any]:
    """What was run, by which code, with which seeds, on what machine; with hashes of what must be the same, and all."""
    content = {
        "samenspel": version(),
        "code": code_digest(),
        "simulate": by,
        "study": _as_run(study),
        "name": study.name,
        "parameters": dict(study.scenario.values),
        "partnership": digest_of_world(study.scenario),
        "levers": list(study.lever_names),
        "uncertainties": list(study.uncertainty_names),
        "points": len(study.points),
        "worlds": len(study.points.worlds),
        "points_hash": _digest_of_points(study),
        "replications": study.replications,
        "known": ends_within(study.scenario, study.years),
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
    content[SWEEP] = _digest_of_sweep(content)
    return content | {"hash": _hash(content)}


def _digest_of_sweep(content: Mapping[str, Any]) -> str:
    """A hash of all that makes it this sweep and no other."""
    study = {key: value for key, value in content["study"].items() if key not in OF_NO_INFLUENCE}
    return _hash({key: value for key, value in content.items() if key not in OF_ITSELF} | {"study": study})


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _digest_of_points(study: Study) -> str:
    """A hash of the first thousand points: another version of a sampler is seen before it mixes two designs."""
    some = [study.points[at] for at in range(min(1000, len(study.points)))]
    return hashlib.sha256(json.dumps(some).encode()).hexdigest()


# --- reading ---------------------------------------------------------------------------------------------------------


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the folder is a sweep of; a clear fault when it is none, or when its manifest is not as it was written."""
    content, faults = _read(folder)
    if content is None:
        raise InputFaults(faults)
    return content


def _read(folder: Path) -> tuple[dict[str, Any] | None, list[Fault]]:
    """The manifest, or why there is none."""
    try:
        content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        content = None
    if not isinstance(content, dict):
        found = Message("no readable manifest.json")
    elif content.get("hash") != _hash({key: value for key, value in content.items() if key != "hash"}):
        found = Message("a manifest.json that is not as it was written")
    else:
        return content, []
    study = folder / "study.toml"
    return None, [Fault(str(folder), "", found, _again(study) if study.is_file() else _A_SWEEPS)]


_A_SWEEPS = Message("the folder of a sweep")
_NEW = Message("a new or empty folder, or that of the same sweep")


_MADE_ANEW = Message("one as the sweep wrote it; it has been made anew from the study and the runs")


def _again(study: Path) -> Message:
    return Message("one that the sweep wrote; the command that made it, or sweep {study}, makes it anew", study=study)


def _is_the_same(folder: Path, mine: Mapping[str, Any], study: Study, faults: list[Fault]) -> bool:
    """Whether a folder without a manifest is that of this sweep; when it is that of another, it is refused."""
    there, as_it_was = sweeps_in(folder), folder / "study.toml"
    if mine[SWEEP] in there:
        return True
    if there:
        found = Message("runs of another sweep, and no manifest")
        raise InputFaults([Fault(str(folder), "", found, _NEW)])
    if as_it_was.is_file() and as_it_was.read_bytes() == as_toml(_as_run(study)).encode():
        return True
    if (folder / "manifest.json").exists():
        raise InputFaults(faults)
    _check_is_empty(folder)
    return False


def check_folder(folder: Path) -> None:
    """Refuse what is no folder."""
    if folder.exists() and not folder.is_dir():
        raise InputFaults([Fault(str(folder), "", Message("a file"), _NEW)])


def _check_is_empty(folder: Path) -> None:
    """Refuse a folder that holds something else than a sweep."""
    others = sorted(path.name for path in folder.iterdir() if path.name not in OUR_FILES)
    others = [name for name in others if not name.startswith(".manifest.json.")]
    if others:
        found = Message("other files, such as {other}", other=others[0])
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
    if not faults and theirs[SWEEP] != mine[SWEEP]:
        found = Message("other points")
        faults = [Fault(str(folder), "study.toml, design", found, _as_begun(Message("the points")))]
    if faults:
        raise InputFaults(faults)


def _as_begun(value: str) -> Message:
    return Message("{value}, with which this sweep was begun; or another --out", value=value)


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
        return Message("nothing")
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
