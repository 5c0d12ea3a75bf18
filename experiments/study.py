"""Study files: what is varied, by which design, how often, and what is kept; checked like scenarios.

`Study.load` reads a built-in name or a `.toml` file and raises `InputFaults` with every fault there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from experiments.designs import Design, points_of
from experiments.factors import Factor, Points
from model.faults import Fault, Findings, InputFaults
from model.indicators import INDICATORS
from model.scenario import Scenario
from model.scenario_source import Draft, is_file, toml_content
from model.words import Language, Message, Phrase

FOLDER = Path(__file__).parent / "studies"
TITLES = ("title", "title_nl", "description", "description_nl")
TABLES = ("design", "levers", "uncertainties", "record", "precision")
RULES = ("half_width", "relative_half_width", "coefficient_of_variation")


@dataclass(frozen=True)
class Record:
    """What is kept of each run besides the indicators of its last year.

    Attributes
    ----------
    weekly
        Whether every week is kept.
    by
        Groupings of which supervision is kept.
    indicators
        The indicators that are kept.
    """

    weekly: bool = False
    by: tuple[str, ...] = ()
    indicators: tuple[str, ...] = tuple(INDICATORS)


@dataclass(frozen=True)
class Precision:
    """When there are enough replications: for each indicator and every point, `rule` must be at most `limit`.

    `half_width` and `relative_half_width` are of the 95 % interval of a point's mean, the second as a part of that
    mean; `coefficient_of_variation` is the standard error as a part of the mean. As long as that is not so, rounds
    of as many replications again are added, up to `at_most`.
    """

    rule: str = "relative_half_width"
    limit: float = 0.05
    indicators: tuple[str, ...] = tuple(INDICATORS)
    at_most: int = 0


@dataclass(frozen=True)
class Study:
    """A study that can run."""

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

    @classmethod
    def load(cls, source: str | Path) -> Study:
        """A built-in study or a `.toml` file; raises `InputFaults` with every fault there is."""
        built_in = str(source) in cls.names()
        path = FOLDER / f"{source}.toml" if built_in else Path(source)
        document = _document(path, str(source))
        return cls.of(document, name=path.stem, file=str(source), folder=path.parent)

    @classmethod
    def of(
        cls, document: Mapping[str, Any], name: str = "study", file: str = "study", folder: str | Path = "."
    ) -> Study:
        """The study that a document describes, as a study file holds it; `folder` is where its paths begin."""
        from experiments.study_reader import StudyReader

        reader = StudyReader(dict(document), file, Path(folder))
        study = reader.study(name)
        reader.findings.raise_any()
        assert study is not None
        return study

    @classmethod
    def check(cls, source: str | Path) -> list[Fault]:
        """Every fault of a study file; an empty list when it can run."""
        try:
            cls.load(source)
        except InputFaults as faults:
            return faults.faults
        return []

    @staticmethod
    def names() -> tuple[str, ...]:
        """The built-in studies."""
        return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))

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


def _document(path: Path, file: str) -> dict[str, Any]:
    """The content of a study file."""
    findings = Findings()
    if not is_file(path) or path.suffix.lower() != ".toml":
        found = f'"{path.name[:60]}"'
        names = ", ".join(Study.names())
        allowed = Message("a path to a .toml file, or a built-in study: {names}", names=names)
        findings.add(file, "", found, allowed, near=path.stem, among=Study.names())
        findings.raise_any()
    draft = Draft(path.stem, file, findings=findings)
    content = toml_content(path, draft)
    findings.raise_any()
    assert content is not None
    return content
