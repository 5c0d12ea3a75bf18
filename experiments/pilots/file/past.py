"""What a partnership has lived by until a pilot begins: the scenario of the comparison, in the same world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from samenspel.experiments.study.factors import Point
from samenspel.model.input.scenario import Scenario


@dataclass(frozen=True)
class Past:
    """What was otherwise before.

    Attributes
    ----------
    values
        Parameters.
    own
        What these clusters had for themselves.
    recognised
        The sites that were recognised; nothing where that is not otherwise.
    worlds
        The assumptions of every world, where `values` has some of them: a world's own go before these.
    """

    values: Point = field(default_factory=dict)
    own: Mapping[str, Point] = field(default_factory=dict)
    recognised: tuple[str, ...] | None = None
    worlds: tuple[Point, ...] = ()

    @classmethod
    def between(cls, before: Scenario, now: Scenario) -> Past:
        """What was otherwise in one scenario than it is in another."""
        values = {name: value for name, value in before.values.items() if value != now.values[name]}
        rows = zip(before.world.clusters, now.world.clusters, strict=True)
        own = {was.name: dict(was.own) for was, row in rows if was.own != row.own}
        was, there = ([site.name for site in one.world.sites if site.recognised] for one in (before, now))
        return cls(values, own, None if was == there else tuple(was))

    def of(self, scenario: Scenario) -> Scenario:
        """The past of a scenario in some world."""
        past = scenario.with_values(**{**self.values, **self._assumed(scenario)}, beyond_range=True)
        clusters = tuple(replace(row, own=self.own.get(row.name, row.own)) for row in scenario.world.clusters)
        sites = scenario.world.sites
        if self.recognised is not None:
            sites = tuple(replace(site, recognised=site.name in self.recognised) for site in sites)
        return replace(past, world=replace(scenario.world, clusters=clusters, sites=sites))

    def _assumed(self, scenario: Scenario) -> Point:
        """What the world that a scenario is in assumes of these values."""
        for world in self.worlds:
            if all(scenario.values[name] == value for name, value in world.items() if name not in self.values):
                return {name: world[name] for name in self.values if name in world}
        return {}
