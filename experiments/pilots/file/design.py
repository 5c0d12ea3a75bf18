"""A design of a pilot, and what a real pilot left of the assumptions: what a comparison is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from samenspel.experiments.output.language import Language, word
from samenspel.experiments.study.factors import Point
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import COMMUNITY, PARAMETERS
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Phrase

if TYPE_CHECKING:
    import pandas as pd

AIM = "knowledge_other_profession"


OWN = tuple(name for name in COMMUNITY if name != "mbo_students_per_cluster")
"""What a design sets in the clusters that take part, and leaves as it is in the others."""


def mbo_places(scenario: Scenario) -> dict[str, int]:
    """The mbo places of each cluster that takes mbo students (RULES 4.6), by its name."""
    p = scenario.values
    world = scenario.world.with_clusters(float(p["clusters_share"]))
    first = {row.name for row in world.with_clusters(float(p["mbo_clusters_share"])).clusters}
    recognised = [site for site in world.sites if site.recognised]
    can = {site.cluster for site in recognised if site.kind == "ikc" or p["mbo_without_ikc"] == "assistants"}
    usual = int(p["mbo_students_per_cluster"])
    places = {
        row.name: int(row.own.get("mbo_students_per_cluster", usual if row.name in first else 0))
        for row in world.clusters
        if row.name in can
    }
    return {name: number for name, number in places.items() if number}


def designed(scenario: Scenario, values: Point) -> Scenario:
    """The scenario with what a design sets: in the clusters that take part what they can have for themselves.

    Without mbo students there are no such clusters, and everything is set for the whole partnership.
    """
    if "mbo_students_per_cluster" in values:  # the design says who takes part
        rows = tuple(replace(row, own=_without(row.own, "mbo_students_per_cluster")) for row in scenario.world.clusters)
        scenario = replace(scenario, world=replace(scenario.world, clusters=rows))
    whole = {name: value for name, value in values.items() if name not in OWN or PARAMETERS[name].pilot}
    own = {name: value for name, value in values.items() if name in OWN}
    made = scenario.with_values(**whole, beyond_range=True)
    if taking := mbo_places(made):
        return made.with_clusters(dict.fromkeys(taking, own))
    return made.with_values(**own, beyond_range=True)


def _without(own: Mapping[str, Value], name: str) -> Point:
    return {other: value for other, value in own.items() if other != name}


class Later(NamedTuple):
    """What changes at the turn to a school year: for the partnership, and in clusters by their name."""

    year: int
    values: Point
    own: Mapping[str, Point]


@dataclass(frozen=True)
class PilotDesign:
    """One design of a pilot.

    Attributes
    ----------
    values
        The parameters that it sets from the start; what a cluster can have for itself only where mbo students come.
    sites
        The IKC sites that take part; nothing means every recognised site of the scenario.
    then
        What changes later: school year and parameters.
    scenario
        The scenario with all this in it, except what changes later.
    given
        The design as the file has it.
    """

    name: str
    values: Point
    scenario: Scenario
    sites: tuple[str, ...] | None = None
    then: tuple[tuple[int, Point], ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def has_mbo(self) -> bool:
        """Whether mbo students take part from the start."""
        return bool(mbo_places(self.scenario))

    @property
    def sets(self) -> tuple[str, ...]:
        """Every parameter that it sets, from the start or later."""
        later = (name for _, values in self.then for name in values)
        return tuple(dict.fromkeys([*self.values, *later]))

    @cached_property
    def stages(self) -> tuple[tuple[int, Scenario], ...]:
        """From which school year on the scenario is so."""
        values, found = dict(self.values), [(1, self.scenario)]
        for year, later in self.then:
            values |= later
            found.append((year, designed(self.scenario, values)))
        return tuple(found)

    @property
    def changes(self) -> tuple[Later, ...]:
        """What changes from stage to stage."""
        return tuple(_later(year, before, now) for (_, before), (year, now) in pairwise(self.stages))

    @property
    def at_last(self) -> Scenario:
        """The scenario as it is when all that changes has changed."""
        return self.stages[-1][1]

    def over_the_years(self, name: str, years: int) -> tuple[Value, ...]:
        """What the partnership has of a parameter in each school year."""
        return tuple(
            [scenario.values[name] for at, scenario in self.stages if at <= year][-1] for year in range(1, years + 1)
        )

    @property
    def source(self) -> str:
        """Evidence ids or `assumption`."""
        return self.texts.get("source", "assumption")

    def cited(self, lang: Language) -> str:
        """The source in a language."""
        return Phrase(self.source, self.texts.get("source_nl", word(self.source, "nl"))).text(lang)

    def title(self, lang: Language) -> str:
        """What the design is called."""
        return Phrase(self.name, self.texts.get("name_nl", "")).text(lang)

    def text(self, lang: Language) -> str:
        """What it is, in a sentence or two."""
        english, dutch = (self.texts.get(key, "") for key in ("description", "description_nl"))
        return Phrase(english or dutch, dutch).text(lang)


def _later(year: int, before: Scenario, now: Scenario) -> Later:
    values = {name: value for name, value in now.values.items() if value != before.values[name]}
    own = {
        row.name: {name: value for name, value in row.own.items() if value != was.own.get(name)}
        for row, was in zip(now.world.clusters, before.world.clusters, strict=True)
    }
    return Later(year, values, {name: changed for name, changed in own.items() if changed})


@dataclass(frozen=True)
class Posterior:
    """What observations leave of the assumptions.

    Attributes
    ----------
    table
        One row an assumption, the most informed first: `parameter`; `before_` and `after_` with `low`, `middle`, `high`
        (5, 50 and 95 % by weight; of a choice its codes in declared order); `distance` of Kolmogorov with `p` by
        shuffling; `informed`, whether p is below 0.05 after Holm.
    fit
        One row an observation: `what` and `what_nl`; `observed`, `error`, what worlds expect by weight before and
        after, `misfit`.
    worlds
        How many were held against what was observed.
    effective_before, effective
        As many equal worlds know as much, before and after.
    """

    table: pd.DataFrame
    fit: pd.DataFrame
    worlds: int
    effective_before: float
    effective: float
