"""The study by which points are run in the worlds of a comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.study.designs import Design
from samenspel.experiments.study.parts import Record
from samenspel.experiments.study.study import Study


def study_of(
    pilots: Pilots, scenario: Any, points: tuple[Mapping[str, Any], ...], replications: int, told: dict[str, str]
) -> Study:
    """A study of these points; supervision is recorded by profession."""
    document = {
        "scenario": pilots.scenario.name, "design": {"kind": "table"}, "record": {"by": ["role"]},
        "replications": replications, "title": told["name"],
    }  # fmt: skip
    return Study(
        told["name"], scenario, Design("table", table=tuple(dict(point) for point in points)),
        replications=replications, years=pilots.years, seed=pilots.seed, time_limit=pilots.time_limit,
        record=Record(by=("role",)), document=document,
    )  # fmt: skip
