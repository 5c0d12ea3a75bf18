"""A design of a pilot, and what a real pilot left of the assumptions: what a comparison is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from samenspel.experiments.output.language import Language, word
from samenspel.experiments.study.factors import Point
from samenspel.model.declared.declaration import Value
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Phrase

if TYPE_CHECKING:
    import pandas as pd

AIM = "knowledge_other_profession"
FAR = 3.0  # standard errors: beyond it the model does not reproduce what was measured


@dataclass(frozen=True)
class PilotDesign:
    """One design of a pilot.

    Attributes
    ----------
    values
        The parameters that it sets from the start.
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
        """Whether mbo students take part."""
        return bool(self.scenario.values["mbo_students_per_cluster"])

    @property
    def sets(self) -> tuple[str, ...]:
        """Every parameter that it sets, from the start or later."""
        later = (name for _, values in self.then for name in values)
        return tuple(dict.fromkeys([*self.values, *later]))

    @property
    def at_last(self) -> Scenario:
        """The scenario as it is when all that changes has changed."""
        last: dict[str, Value] = {}
        for _, values in self.then:
            last |= values
        return self.scenario.with_values(**last, beyond_range=True) if last else self.scenario

    def over_the_years(self, name: str, years: int) -> tuple[Value, ...]:
        """A parameter in each school year."""
        value, found = self.scenario.values[name], []
        for year in range(1, years + 1):
            for at, values in self.then:
                value = values.get(name, value) if at == year else value
            found.append(value)
        return tuple(found)

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


@dataclass(frozen=True)
class Posterior:
    """What the observation leaves of the assumptions.

    Attributes
    ----------
    table
        One row per assumption with a number, the most narrowed first: `low`, `high` before and `after_low`,
        `after_middle`, `after_high` after (5, 50 and 95 % quantiles), `p` of a Kolmogorov-Smirnov test that nothing
        changed, and `sure` after Bonferroni's correction.
    fit
        One row per outcome: `observed`, `error`, and the kept worlds' `before` and `after` means.
    candidates, kept
        Worlds that were tried, and that were kept.
    distance
        The distance of the farthest kept world, in standard errors.
    """

    table: pd.DataFrame
    fit: pd.DataFrame
    candidates: int
    kept: int
    distance: float

    @property
    def fits(self) -> bool:
        """Whether the model reproduces what was measured at all."""
        return self.distance <= FAR
