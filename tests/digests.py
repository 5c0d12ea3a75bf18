"""Digests of lives: what every built-in scenario, study and pilots file does at small size, to the bit.

They guard work on the structure of the code, which may change no number. `python -m tests.digests --write` stores
those of the present code in `tests/digests.json`; a change of rules, draws or defaults does that on purpose.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.study.study import Study
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.parameters import PARAMETERS
from tests.lives import POPULATIONS
from tools.releases import made_with

FILE = Path(__file__).with_suffix(".json")
SEED = 3
MOMENTS = (0, 1, 20, 27, 41, 81)
"""Weeks after which states are looked at: the start, a week, the moments of the year, and two turns of it."""
POINTS = 8

Life = Callable[[], dict[str, str]]


def columns() -> list[str]:
    """Columns of the weekly record that are compared; later ones are no part of a stored digest."""
    return list(stored()["columns"])


def stored() -> dict[str, Any]:
    """What `--write` stored."""
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return content


def of_states(here: Partnership) -> str:
    """One digest over all states of all agents, by name; links between rows included."""
    digest = hashlib.sha256()
    for name in POPULATIONS:
        population = getattr(here, name)
        for state in sorted(population.columns):
            digest.update(f"{name}.{state} {population.size} ".encode())
            digest.update(population.column(state).tobytes())
    return digest.hexdigest()[:16]


def of_record(here: Partnership, names: Iterable[str]) -> str:
    """One digest over these columns of the weekly record."""
    record = here.indicators()
    values = np.ascontiguousarray(record[list(names)].to_numpy(np.float64))
    return hashlib.sha256(values.tobytes()).hexdigest()[:16]


def life(scenario: Scenario, moments: Iterable[int], names: list[str]) -> dict[str, str]:
    """Digests of a life, by moment."""
    here = Partnership(scenario, rng=SEED)
    found = {}
    for week in moments:
        here.run(weeks=week - here.week)
        found[f"week {week}"] = of_states(here)
    return found | {"record": of_record(here, names)}


def lives(names: list[str]) -> Iterator[tuple[str, Life]]:
    """Every case and how its digests are made."""
    yield from _of_scenarios(names)
    yield from _of_forms(names)
    yield from _of_studies(names)
    yield from _of_pilots(names)


def _of_scenarios(names: list[str]) -> Iterator[tuple[str, Life]]:
    for name in Scenario.names():
        scenario = Scenario.load(name)
        if scenario.values["partnerships"] != 1:
            scenario = scenario.with_values(partnerships=3)
        yield f"scenario {name}", lambda scenario=scenario: life(scenario, MOMENTS, names)


def _of_forms(names: list[str]) -> Iterator[tuple[str, Life]]:
    """Every rival form and every switch the other way, where all mechanisms have something to do."""
    base = Scenario.load("growth-all")
    for name, parameter in PARAMETERS.items():
        if parameter.kind not in ("choice", "switch"):
            continue
        others = parameter.choices if parameter.kind == "choice" else (True, False)
        for value in others:
            if value != base.values[name]:
                changed = base.with_values(**{name: value})
                yield f"{name} = {value}", lambda changed=changed: life(changed, (41, 81), names)


def _of_studies(names: list[str]) -> Iterator[tuple[str, Life]]:
    for name in Study.names():
        study = Study.load(name)
        for at in np.unique(np.linspace(0, len(study.points) - 1, POINTS).astype(int)).tolist():
            scenario = study.scenario.with_values(**study.points[at])
            yield f"study {name}, point {at}", lambda scenario=scenario: life(scenario, (41,), names)


def _of_pilots(names: list[str]) -> Iterator[tuple[str, Life]]:
    for name in Pilots.names():
        for number, design in enumerate(Pilots.load(name).designs):
            yield f"pilots {name}, design {number}", lambda scenario=design.scenario: life(scenario, (41,), names)


def write() -> None:
    """Store the digests of the present code."""
    from samenspel.model.declared.indicators import RECORD

    names = list(RECORD.names or ())
    found = {case: make() for case, make in lives(names)}
    content = {"made_with": made_with(), "columns": names, "lives": found}
    FILE.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python -m tests.digests --write")
    write()
