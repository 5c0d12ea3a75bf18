"""Pilots files: mbo designs side by side, and the floors that a partnership sets itself; checked like scenarios.

`Pilots.load` reads a built-in name, a `.toml` file or a workbook and raises `InputFaults` with every fault there is.
The first design is the reference to which the others are compared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

from samenspel.experiments.output.language import Language
from samenspel.experiments.pilots.file.checks import changed, standing_apart
from samenspel.experiments.pilots.file.design import AIM, PilotDesign, Posterior
from samenspel.experiments.pilots.file.past import Past
from samenspel.experiments.pilots.file.reader import PilotReader
from samenspel.experiments.pilots.file.workbook import has_designs, read
from samenspel.experiments.plausible.source import PLAUSIBLE, Source
from samenspel.experiments.study.designs import Design, points_of
from samenspel.experiments.study.factors import Factor, Point
from samenspel.experiments.study.reading import Documented, DocumentReader
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.draft import Draft
from samenspel.model.input.faults import Fault, Findings
from samenspel.model.input.scenario import Scenario
from samenspel.model.input.source import is_file, toml_content
from samenspel.model.words import Message, Phrase


@dataclass(frozen=True)
class Pilots(Documented):
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
    which
        Which worlds: `plausible`, `prior`, or the path of a file that `samenspel worlds` wrote.
    accepted, posterior
        Worlds that fit what a real pilot measured, which take the place of the sample, and what they say.
    """

    kind: ClassVar[str] = "pilots"
    built_in: ClassVar[Path] = Path(__file__).parents[1]
    suffixes: ClassVar[tuple[str, ...]] = (".toml", ".xlsx")
    a_file: ClassVar[Message] = Message("a path to a .toml or .xlsx file, or built-in pilots")
    reader: ClassVar[type[DocumentReader]] = PilotReader

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
    which: str = PLAUSIBLE
    accepted: tuple[Point, ...] = ()
    posterior: Posterior | None = None
    document: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, document: Mapping[str, Any], name: str = "", file: str = "", folder: str | Path = ".") -> Self:
        """The comparison that a document describes; `folder` is where its paths begin."""
        pilots = super().of(document, name, file, folder)
        apart = standing_apart(pilots.designs, pilots.everywhere, file or cls.kind)
        return replace(pilots, remarks=(*apart, *pilots.remarks))

    @classmethod
    def document_of(cls, path: Path, file: str, findings: Findings) -> dict[str, Any] | None:
        """What a file or workbook says, or nothing when it cannot be read at all."""
        if path.suffix.lower() == ".xlsx":
            return read(path, file, findings)
        return super().document_of(path, file, findings)

    @property
    def reference(self) -> PilotDesign:
        """The design to which the others are compared."""
        return self.designs[0]

    @cached_property
    def everywhere(self) -> tuple[Mapping[str, tuple[Value, ...]], ...]:
        """By design: what any design sets for the whole partnership, in each school year.

        What a pilot arranges for its own mbo students is declared so (`Parameter.pilot`), and what its clusters have
        for themselves (`COMMUNITY`) does not reach others; all else holds for clusters without mbo students too, and
        there changes what a pilot is compared with.
        """
        names = dict.fromkeys(name for design in self.designs for name in design.sets if not PARAMETERS[name].pilot)
        return tuple({name: design.over_the_years(name, self.years) for name in names} for design in self.designs)

    def changed_everywhere(self, at: int) -> tuple[str, ...]:
        """What a design sets for the whole partnership otherwise than the reference does."""
        return changed(self.everywhere, at)

    def past(self, now: Scenario) -> Past:
        """What the partnership was otherwise, before a design made it so."""
        return Past.between(self.scenario, now)

    def comparable(self, first: int, second: int = 0) -> bool:
        """Whether two designs set the same for the whole partnership, so that they differ in their pilot alone."""
        return self.everywhere[first] == self.everywhere[second]

    def in_worlds(self, which: str | Path, file: str = "pilots") -> Self:
        """The same comparison in other worlds; raises `InputFaults` when there are none of that name."""
        source = Source.of(which, self.scenario, file)
        return replace(self, which=str(which), worlds=source.number(self.worlds))

    @cached_property
    def source(self) -> Source:
        """Where worlds come from."""
        return Source.of(self.which, self.scenario, self.name)

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What worlds differ in: what no design decides, and the scenario does not know otherwise."""
        decided = self.decided
        own = tuple(name for name in self.ranges if name not in decided)
        return (*self.source.names(decided | set(own)), *own)

    @property
    def decided(self) -> set[str]:
        """What designs set, and so no world does."""
        return {name for design in self.designs for name in design.sets}

    @cached_property
    def sampled(self) -> tuple[Point, ...]:
        """The worlds, with a Latin hypercube over the file's own ranges; the scenario as it is when `worlds` is 0."""
        if self.accepted:
            return self.accepted
        if not self.worlds:
            return ({},)
        return self.completed(self.source.drawn(self.source.number(self.worlds), self.seed))

    def completed(self, worlds: Sequence[Point]) -> tuple[Point, ...]:
        """Worlds with a Latin hypercube over the file's own ranges, without what a design decides."""
        own = [
            Factor(PARAMETERS[name], low=one["low"], high=one["high"], sampled=True)
            for name, one in self.ranges.items()
        ]
        ranged = points_of(Design("latin-hypercube", points=len(worlds)), (), own, {}, self.seed).worlds
        whole = [{**world, **ranged[at if own else 0]} for at, world in enumerate(worlds)]
        return tuple({name: world[name] for name in self.assumptions} for world in whole)

    def title(self, lang: Language) -> str:
        """What the comparison is called."""
        english, dutch = (self.titles.get(key, "") for key in ("title", "title_nl"))
        return Phrase(english or dutch or self.name, dutch).text(lang)


def is_pilots(path: Path) -> bool:
    """Whether a file looks like a pilots file: tables `[[design]]`, or a workbook with a sheet of designs."""
    if path.suffix.lower() == ".xlsx":
        return has_designs(path)
    if path.suffix.lower() != ".toml" or not is_file(path):
        return False
    content = toml_content(path, Draft(path.stem, str(path)))
    return content is not None and isinstance(content.get("design"), list)
