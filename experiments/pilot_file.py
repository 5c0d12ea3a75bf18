"""Pilots files: mbo designs side by side, and the floors that a partnership sets itself; checked like scenarios.

`Pilots.load` reads a built-in name, a `.toml` file or a workbook and raises `InputFaults` with every fault there is.
The first design is the reference to which the others are compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.degrade_plan import SAMPLED
from experiments.factors import Point
from experiments.language import Language, word
from experiments.study import Study
from model.declaration import Value
from model.faults import Fault, Findings, InputFaults
from model.parameters import PARAMETERS
from model.scenario import Scenario
from model.scenario_source import Draft, is_file, toml_content
from model.words import Message, Phrase

if TYPE_CHECKING:
    from experiments.observed import Posterior

FOLDER = Path(__file__).parent / "pilots"
AIM = "knowledge_other_profession"


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
class Pilots:
    """A comparison that can run.

    Attributes
    ----------
    floors
        What a design must reach to be acceptable, by measure; a ceiling where less is better.
    aim
        The measure that the pilot is for: among acceptable designs the one with most of it is best.
    remarks
        What is possible but strained, told before anything runs.
    ranges
        Uncertain ranges that the file narrows: low and high of a parameter.
    accepted, posterior
        Worlds that fit what a real pilot measured, which take the place of the sample, and what they say.
    """

    name: str
    scenario: Scenario
    designs: tuple[PilotDesign, ...]
    floors: Mapping[str, float] = field(default_factory=dict)
    aim: str = AIM
    replications: int = 30
    worlds: int = 50
    years: int = 5
    seed: int = 1
    time_limit: float = 600.0
    titles: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    remarks: tuple[Fault, ...] = ()
    accepted: tuple[Point, ...] = ()
    posterior: Posterior | None = None
    document: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, source: str | Path) -> Pilots:
        """Built-in pilots, a `.toml` file or a workbook; raises `InputFaults` with every fault there is."""
        built_in = str(source) in cls.names()
        path = FOLDER / f"{source}.toml" if built_in else Path(source)
        return cls.of(_document(path, str(source)), name=path.stem, file=str(source), folder=path.parent)

    @classmethod
    def of(
        cls, document: Mapping[str, Any], name: str = "pilots", file: str = "pilots", folder: str | Path = "."
    ) -> Pilots:
        """The comparison that a document describes; `folder` is where its paths begin."""
        from experiments.pilot_reader import PilotReader

        reader = PilotReader(dict(document), file, Path(folder))
        pilots = reader.pilots(name)
        reader.findings.raise_any()
        assert pilots is not None
        return pilots

    @classmethod
    def check(cls, source: str | Path) -> list[Fault]:
        """Every fault of a pilots file; an empty list when it can run."""
        try:
            cls.load(source)
        except InputFaults as faults:
            return faults.faults
        return []

    @staticmethod
    def names() -> tuple[str, ...]:
        """The built-in pilots files."""
        return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))

    @property
    def reference(self) -> PilotDesign:
        """The design to which the others are compared."""
        return self.designs[0]

    @cached_property
    def everywhere(self) -> tuple[Mapping[str, tuple[Value, ...]], ...]:
        """By design: what any design sets for the whole partnership, in each school year.

        What a pilot arranges for its own mbo students is declared so (`Parameter.pilot`); all else holds for clusters
        without mbo students too, and there changes what a pilot is compared with.
        """
        names = dict.fromkeys(name for design in self.designs for name in design.sets if not PARAMETERS[name].pilot)
        return tuple({name: design.over_the_years(name, self.years) for name in names} for design in self.designs)

    def changed_everywhere(self, at: int) -> tuple[str, ...]:
        """What a design sets for the whole partnership otherwise than the reference does."""
        own, reference = self.everywhere[at], self.everywhere[0]
        return tuple(name for name in own if own[name] != reference[name])

    def comparable(self, first: int, second: int = 0) -> bool:
        """Whether two designs set the same for the whole partnership, so that they differ in their pilot alone."""
        return self.everywhere[first] == self.everywhere[second]

    @property
    def assumptions(self) -> tuple[str, ...]:
        """The assumptions that worlds differ in: what no design decides, and the scenario does not know otherwise."""
        decided = {name for design in self.designs for name in design.sets}
        own = self.scenario.values
        default = Scenario.load("baseline").values
        return tuple(
            name
            for name in dict.fromkeys([*SAMPLED, *self.ranges])
            if name not in decided and (name in self.ranges or own[name] == default[name])
        )

    @cached_property
    def sampled(self) -> tuple[Point, ...]:
        """The worlds: a Latin hypercube over the assumptions, or the scenario as it is when `worlds` is 0."""
        if self.accepted:
            return self.accepted
        if not self.worlds:
            return ({},)
        wanted = {name: self.ranges.get(name, "declared") for name in dict.fromkeys([*SAMPLED, *self.ranges])}
        document = {
            "scenario": "baseline",
            "seed": self.seed,
            "design": {"kind": "latin-hypercube", "points": self.worlds},
            "uncertainties": wanted,
        }
        worlds = Study.of(document, file=self.name).points.worlds
        return tuple({name: worlds[at][name] for name in self.assumptions} for at in range(self.worlds))

    def title(self, lang: Language) -> str:
        """What the comparison is called."""
        english, dutch = (self.titles.get(key, "") for key in ("title", "title_nl"))
        return Phrase(english or dutch or self.name, dutch).text(lang)


def is_pilots(path: Path) -> bool:
    """Whether a file looks like a pilots file: tables `[[design]]`, or a workbook with a sheet of designs."""
    if path.suffix.lower() == ".xlsx":
        from experiments.pilot_workbook import has_designs

        return has_designs(path)
    if path.suffix.lower() != ".toml" or not is_file(path):
        return False
    content = toml_content(path, Draft(path.stem, str(path)))
    return content is not None and isinstance(content.get("design"), list)


def _document(path: Path, file: str) -> dict[str, Any]:
    """The content of a pilots file."""
    findings = Findings()
    if not is_file(path) or path.suffix.lower() not in (".toml", ".xlsx"):
        listed = ", ".join(Pilots.names())
        allowed = Message("a path to a .toml or .xlsx file, or built-in pilots: {listed}", listed=listed)
        findings.add(file, "", f'"{path.name[:60]}"', allowed, near=path.stem, among=Pilots.names())
        findings.raise_any()
    if path.suffix.lower() == ".xlsx":
        from experiments.pilot_workbook import read

        content = read(path, file, findings)
    else:
        content = toml_content(path, Draft(path.stem, file, findings=findings))
    findings.raise_any()
    assert content is not None
    return content
