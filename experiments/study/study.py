"""Study files: what is varied, by which design, how often, and what is kept; checked like scenarios.

`Study.load` reads a built-in name or a `.toml` file and raises `InputFaults` with every fault there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from samenspel.experiments.study.designs import Design, points_of
from samenspel.experiments.study.factors import Factor, Points
from samenspel.experiments.study.parts import TABLES, Precision, Record
from samenspel.experiments.study.reader import StudyReader
from samenspel.experiments.study.reading import Documented, DocumentReader
from samenspel.model.input.draft import Draft
from samenspel.model.input.scenario import Scenario
from samenspel.model.input.source import is_file, toml_content
from samenspel.model.words import Language, Message, Phrase


@dataclass(frozen=True)
class Study(Documented):
    """A study that can run."""

    kind: ClassVar[str] = "study"
    built_in: ClassVar[Path] = Path(__file__).parents[1] / "studies"
    a_file: ClassVar[Message] = Message("a path to a .toml file, or a built-in study")
    reader: ClassVar[type[DocumentReader]] = StudyReader

    name: str
    scenario: Scenario
    design: Design = field(default_factory=Design)
    levers: tuple[Factor, ...] = ()
    uncertainties: tuple[Factor, ...] = ()
    replications: int = 30
    years: int = 5
    seed: int = 1
    time_limit: float = 600.0
    record: Record = field(default_factory=Record)
    precision: Precision = field(default_factory=Precision)
    document: Mapping[str, Any] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def points(self) -> Points:
        """What is run; a point holds the values it changes."""
        return points_of(self.design, self.levers, self.uncertainties, self.scenario.values, self.seed)

    @property
    def varied(self) -> tuple[str, ...]:
        """The parameters that points change, levers first."""
        return (*self.lever_names, *self.uncertainty_names)

    @property
    def lever_names(self) -> tuple[str, ...]:
        """The levers, those of a table included."""
        in_table = tuple(self.design.table[0]) if self.design.table else ()
        return (*in_table, *(factor.name for factor in self.levers))

    @property
    def uncertainty_names(self) -> tuple[str, ...]:
        """The uncertainties."""
        return tuple(factor.name for factor in self.uncertainties)

    def title(self, lang: Language) -> str:
        """What the study is called."""
        english, dutch = (self.titles.get(key, "") for key in ("title", "title_nl"))
        return Phrase(english or dutch or self.name, dutch).text(lang)


def is_study(path: Path) -> bool:
    """Whether a TOML file looks like a study rather than a scenario: it has one of a study's tables."""
    if path.suffix.lower() != ".toml":
        return False
    content = toml_content(path, Draft(path.stem, str(path))) if is_file(path) else None
    return content is not None and any(isinstance(content.get(table), dict) for table in TABLES)
