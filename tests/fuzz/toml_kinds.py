"""Scenario, study and pilots files, tables of points, and files of what a pilot measured."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from samenspel.experiments.observed import reader as observations_reader
from samenspel.experiments.observed.instruments import INSTRUMENTS
from samenspel.experiments.observed.observations import COUNTED
from samenspel.experiments.pilots.comparison.close import OUTCOMES
from samenspel.experiments.pilots.file import reader as pilot_reader
from samenspel.experiments.pilots.file.measures import MEASURES
from samenspel.experiments.study import reader as study_reader
from samenspel.model.declared.indicators import INDICATORS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.world import TABLES
from samenspel.model.input import source as scenario_source
from samenspel.model.input.draft import KEYS
from tests.fuzz.damage import hurt, toml_files
from tests.fuzz.values import names, scalars
from tests.places import ROOT

PARTNERSHIP: dict[str, Any] = {
    "title": "Klein",
    "towns": [{"name": "Dorp", "latitude": 53.1, "longitude": 6.5, "inhabitants": 3000}],
    "boards": [
        {"name": "De Linde", "denomination": "public", "member": True, "lead": True, "max_clusters": 2,
         "max_students": 24},
        {"name": "De Eik", "denomination": "christian", "member": False, "max_clusters": 1, "max_students": 12},
    ],
    "clusters": [{"name": "Linde 1", "board": "De Linde", "places": 14, "school_trainer_hours": 5.5}],
    "sites": [
        {"name": "Wilg", "board": "De Linde", "cluster": "Linde 1", "town": "Dorp", "kind": "ikc", "pupils": 180},
        {"name": "Els", "board": "De Linde", "cluster": "Linde 1", "town": "Dorp", "kind": "school", "pupils": 90,
         "mentors": 4, "mentors_trained": 3},
        {"name": "Den", "board": "De Eik", "town": "Dorp", "kind": "school", "pupils": 60, "recognised": True},
    ],
    "students": [{"programme": "parttime", "year": 1, "count": 24}],
    "mergers": [{"name": "De Lindeneik", "boards": ["De Linde", "De Eik"], "year": 2}],
}  # fmt: skip
STUDY: dict[str, Any] = {
    "scenario": "growth-mbo", "replications": 3, "years": 1, "seed": 7, "time_limit": 60.0,
    "design": {"kind": "latin-hypercube", "points": 8},
    "levers": {"mbo_mix": ["none", "mixed"], "cross_year": True},
    "uncertainties": {"peer_relief": "declared", "mentor_hours": {"low": 0.5, "high": 1.5}},
    "record": {"weekly": False, "by": ["cluster"], "indicators": ["supervision_adequate_share"]},
    "precision": {"half_width": 0.1, "at_most": 6},
}  # fmt: skip
PILOTS: dict[str, Any] = {
    "scenario": "growth-mbo", "replications": 2, "worlds": 3, "years": 2, "aim": "knowledge_other_profession",
    "floors": {"mbo_adequate_share": 0.5},
    "uncertainties": {"peer_relief": {"low": 0.1, "high": 0.4}},
    "design": [
        {"name": "Geen mbo", "mbo_students_per_cluster": 0, "mbo_mix": "none"},
        {"name": "Start", "mbo_students_per_cluster": 4, "mbo_mix": "mixed", "ikcs": 3, "facilitators": 3,
         "then": [{"year": 2, "mbo_mix": "parallel"}]},
        {"name": "BBL", "name_nl": "BBL", "programmes": ["assistant"], "mbo_students_per_cluster": 2, "track": "bbl",
         "stay": "half-year", "clusters": 2, "mbo_mix": "parallel"},
    ],
}  # fmt: skip
OBSERVED: dict[str, Any] = {
    "instrument": [{"name": "own", "low": 0, "high": 20, "reliability": 0.8, "reversed": False}],
    "count": [{"name": "coverage", "value": 0.5, "of": 300}, {"name": "left_in_year_1", "value": 0.2,
                                                              "standard_error": 0.04}],
    "difference": [
        {"design": "Start", "outcome": "status_barrier", "instrument": "ripls", "difference": 0.2,
         "standard_error": 0.1},
        {"design": "Start", "outcome": "knowledge_other_profession", "against": "before", "instrument": "own",
         "effect_size": 0.3, "standard_error": 0.1},
    ],
}  # fmt: skip


def _built_in(folder: Path) -> list[dict[str, Any]]:
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml"))]


def _columns() -> list[str]:
    return sorted({column.name for table in TABLES.values() for column in table.columns})


SCENARIO_WORDS: Sequence[str] = [*KEYS, *PARAMETERS, *_columns()]
STUDY_WORDS: Sequence[str] = [
    *study_reader.KEYS,
    *PARAMETERS,
    *INDICATORS,
    "kind",
    "points",
    "low",
    "high",
    "file",
    "by",
]
PILOT_WORDS: Sequence[str] = [*pilot_reader.KEYS, *pilot_reader.TEXTS, *pilot_reader.FRIENDLY, *PARAMETERS, *MEASURES]

SMALL = [one for one in _built_in(scenario_source.FOLDER) if one.get("extends")]
scenarios = toml_files(
    [PARTNERSHIP, PARTNERSHIP, {"extends": "baseline", "mentor_hours": 1.5, "beyond_range": True}, *SMALL],
    SCENARIO_WORDS,
)
studies = toml_files([STUDY, STUDY, *_built_in(ROOT / "experiments" / "studies")], STUDY_WORDS)
pilots = toml_files([PILOTS, PILOTS, *_built_in(ROOT / "experiments" / "pilots")], PILOT_WORDS)
observations = toml_files(
    [OBSERVED],
    [*observations_reader.KEYS, *observations_reader.OF_COUNT, *observations_reader.OF_INSTRUMENT,
     *observations_reader.OF_DIFFERENCE, *OUTCOMES, *COUNTED, *INSTRUMENTS],
)  # fmt: skip

TABLE = b"mentor_hours,cross_year,mbo_mix\n1.5,true,mixed\n0.5,false,none\n1,true,parallel\n"
_cells = st.lists(st.lists(scalars.map(lambda value: str(value)[:400]) | names, min_size=1, max_size=5), max_size=6)
tables = st.one_of(
    hurt(TABLE),
    hurt(TABLE),
    _cells.map(lambda rows: "\n".join(",".join(row) for row in rows).encode("utf-8", "surrogatepass")),
    st.lists(st.sampled_from((*PARAMETERS, "mentor_hours")), min_size=1, max_size=4).flatmap(
        lambda head: st.lists(st.tuples(*[scalars.map(lambda value: str(value)[:60])] * len(head)), max_size=5).map(
            lambda rows: "\n".join(",".join(row) for row in [tuple(head), *rows]).encode("utf-8", "surrogatepass")
        )
    ),
)
