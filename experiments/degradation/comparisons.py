"""The comparisons that `samenspel degrade --compare NAME` makes: arms that differ in one choice of the partnership."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from samenspel.experiments.study.factors import Point
from samenspel.model.declared.declaration import Value
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Message

MBO_STUDENTS = 4  # a cluster in the mbo arms, as in the scenario `growth-mbo`
EXTRA_CLUSTERS = 4


@dataclass(frozen=True)
class Arm:
    """One side of a comparison: values it sets, and values that follow from the place on the axis."""

    name: str
    title: Message
    values: Mapping[str, Value] = field(default_factory=dict)
    follow: Callable[[Mapping[str, Value], int], Point] | None = None

    def at(self, place: Point, own: Scenario) -> Point:
        """All values of this arm at a place on the axis, in a scenario."""
        follows = self.follow({**own.values, **place}, len(own.world.clusters)) if self.follow else {}
        return {**place, **self.values, **follows}


ALONE = (Arm("scenario", Message("the scenario")),)


def _as_many_as_extra_clusters(values: Mapping[str, Value], clusters: int) -> Point:
    """Mbo students in each cluster, so that there are about as many as extra clusters would bring."""
    return {"mbo_students_per_cluster": round(EXTRA_CLUSTERS * float(values["students_per_cluster"]) / clusters)}


def _instead_of_hbo(values: Mapping[str, Value], clusters: int) -> Point:
    """As many hbo places less as there are mbo students."""
    return {"students_per_cluster": max(1, int(values["students_per_cluster"]) - MBO_STUDENTS)}


def _same_staff(values: Mapping[str, Value], clusters: int) -> Point:
    """Trainers of the pair as many as all clusters of the scenario have, over the clusters that there are."""
    there = math.ceil(float(values["clusters_share"]) * clusters - 1e-9)
    return {name: float(values[name]) * clusters / there for name in ("trainer_hours", "institute_trainer_hours")}


_PARALLEL: dict[str, Value] = {"mbo_students_per_cluster": MBO_STUDENTS, "mbo_mix": "parallel"}
_MIXED: dict[str, Value] = {"mbo_students_per_cluster": MBO_STUDENTS, "mbo_mix": "mixed"}
_HBO = Arm("hbo", Message("hbo alone"), {"mbo_students_per_cluster": 0, "mbo_mix": "none"})
_WELL: dict[str, Value] = {"facilitation_half": 0.2, "facilitation_persons_half": 0.1, "roles": 1.0}
_POORLY: dict[str, Value] = {"facilitation_half": 1.0, "facilitation_persons_half": 0.6, "roles": 0.0}
_WITH_PARALLEL, _WITH_MIXED = Message("mbo parallel"), Message("mbo mixed")

COMPARISONS: dict[str, tuple[Arm, ...]] = {
    "cross-year": (
        Arm("cross-year", Message("across years"), {"cross_year": True}),
        Arm("single-year", Message("each year apart"), {"cross_year": False}),
    ),
    "mbo": (
        _HBO,
        Arm("parallel", _WITH_PARALLEL, _PARALLEL),
        Arm("mixed", _WITH_MIXED, _MIXED),
    ),
    "mbo-equal-total": (
        _HBO,
        Arm("parallel", _WITH_PARALLEL, _PARALLEL, _instead_of_hbo),
        Arm("mixed", _WITH_MIXED, _MIXED, _instead_of_hbo),
    ),
    "years-and-mbo": (
        Arm("cross-year", Message("across years"), {"cross_year": True, **_HBO.values}),
        Arm("single-year", Message("each year apart"), {"cross_year": False, **_HBO.values}),
        Arm("cross-year-mbo", Message("across years, with mbo"), {"cross_year": True, **_MIXED}),
        Arm("single-year-mbo", Message("each year apart, with mbo"), {"cross_year": False, **_MIXED}),
    ),
    "facilitation": (
        Arm("well", Message("well facilitated"), _WELL),
        Arm("poorly", Message("poorly facilitated"), _POORLY),
    ),
    "growth": (
        Arm("none", Message("no growth"), {"growth_clusters": 0, "growth_boards": 0}),
        Arm("clusters", Message("four more clusters"), {"growth_clusters": EXTRA_CLUSTERS}),
        Arm(
            "boards",
            Message("four new boards"),
            {"growth_boards": EXTRA_CLUSTERS, "clusters_per_new_board": 1},
        ),
        Arm("mbo", Message("as many mbo students"), {"mbo_mix": "mixed"},
            _as_many_as_extra_clusters),
    ),
    "staff": (
        Arm("own", Message("trainers for each cluster")),
        Arm("same", Message("the same trainers for all"), {}, _same_staff),
    ),
    "split": (
        Arm("never", Message("never split"), {"community_split_size": 60}),
        Arm("above-12", Message("split above 12"), {"community_split_size": 12}),
        Arm("above-15", Message("split above 15"), {"community_split_size": 15}),
        Arm("above-18", Message("split above 18"), {"community_split_size": 18}),
    ),
}  # fmt: skip
