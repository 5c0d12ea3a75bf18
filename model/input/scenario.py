"""A scenario: the partnership as data with a value for every parameter, loaded and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.world import (
    BoardRow,
    ClusterRow,
    PartnershipRow,
    ScheduleRow,
    SiteRow,
    StudentRow,
    Town,
    World,
)
from samenspel.model.input import source as scenario_source
from samenspel.model.input.checks import check_duos, check_schedules, check_start, checked_values
from samenspel.model.input.draft import TITLES, Draft, rows_of
from samenspel.model.input.faults import Findings, Given, shown
from samenspel.model.input.loaded import Loaded
from samenspel.model.input.own import note_leaders, note_unknown_cluster, own_settings
from samenspel.model.input.rows import checked_world
from samenspel.model.words import Language, Message, Phrase

__all__ = [
    "BoardRow",
    "ClusterRow",
    "PartnershipRow",
    "Scenario",
    "ScheduleRow",
    "SiteRow",
    "StudentRow",
    "Text",
    "Town",
    "World",
]


class Text(NamedTuple):
    """What a scenario is called and what it is about, in one language."""

    title: str
    description: str


@dataclass(frozen=True)
class Scenario(Loaded):
    """A partnership and a value for every parameter. Immutable; make another one by `with_values`."""

    built_in: ClassVar[Path] = scenario_source.FOLDER
    first: ClassVar[str] = scenario_source.FIRST

    name: str
    title: str
    title_nl: str
    description: str
    description_nl: str
    values: Mapping[str, Value] = field(hash=False)
    world: World
    beyond_range: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    def __reduce__(self) -> tuple[Any, ...]:
        titles = (self.title, self.title_nl, self.description, self.description_nl)
        return Scenario, (self.name, *titles, dict(self.values), self.world, self.beyond_range)

    @classmethod
    def load(cls, source: str | Path, changes: Mapping[str, str | Value] | None = None) -> Self:
        """Load a built-in scenario, a `.toml` or a `.xlsx`, with `changes` on top.

        A change may be text, as it comes from `--set`; it is read as its parameter's kind. Raises `InputFaults`
        with every fault there is.
        """
        draft = scenario_source.draft(source)
        for name, value in (changes or {}).items():
            draft.values[name] = Given(_parsed(name, value), "--set", name)
        return cls._checked(draft)

    def with_values(self, **changes: Value) -> Self:
        """The same scenario with other values, checked as in a file; takes `beyond_range` too."""
        wanted = {**self.values, "beyond_range": self.beyond_range, **changes}
        draft = Draft(self.name, self.name)
        draft.values = {name: Given(_plain(value), self.name, name) for name, value in wanted.items()}
        values, beyond = checked_values(draft.values, draft.findings)
        if self.values["cross_denomination"] and not values["cross_denomination"]:
            draft.tables = rows_of(self.world)
            checked_world(draft, values, draft.findings)
        check_start(values, self.world.schedules, draft)
        draft.findings.raise_any()
        return replace(self, values=values, beyond_range=beyond)

    def school_year(self, number: int) -> str:
        """A school year of a run by the calendar, as in `2025-2026`; the first has number 1."""
        first = int(self.values["first_school_year"])
        return f"{first + number - 1}-{first + number}"

    def with_clusters(self, clusters: Mapping[str, Mapping[str, Value]]) -> Self:
        """The same scenario in which clusters have settings of their own: by cluster, then by parameter (`COMMUNITY`).

        What a cluster had of its own and is not named stays. Raises `InputFaults` for a cluster that is not there, a
        parameter that no cluster has for itself, and a value that rules cannot digest.
        """
        findings, world = Findings(), self.world
        own = {name: own_settings(given, self.name, f"{name}, ", findings) for name, given in clusters.items()}
        names = [row.name for row in world.clusters]
        for name, values in own.items():
            if name not in names:
                note_unknown_cluster(name, names, self.name, findings)
            elif "facilitators" in values:
                before = world.clusters[names.index(name)].own
                note_leaders({**self.values, **before, **values}, self.name, f"{name}, facilitators", findings)
        findings.raise_any()
        rows = tuple(row.with_own(own.get(row.name, {})) for row in world.clusters)
        return replace(self, world=replace(world, clusters=rows))

    def text(self, lang: Language = "en") -> Text:
        """Title and description in a language."""
        title, description = Phrase(self.title, self.title_nl), Phrase(self.description, self.description_nl)
        return Text(title.text(lang), description.text(lang))

    @classmethod
    def _checked(cls, draft: Draft) -> Self:
        """The scenario that a draft describes, when it has no faults."""
        values, beyond = checked_values(draft.values, draft.findings)
        titles = _titles(draft)
        world = checked_world(draft, values, draft.findings)
        if world is not None:
            check_schedules(values, draft)
            check_duos(values, world, draft)
            check_start(values, world.schedules, draft)
        draft.findings.raise_any()
        assert world is not None
        return cls(draft.name, *titles, values, world, beyond)


def _titles(draft: Draft) -> tuple[str, str, str, str]:
    """Title and description in English and Dutch; one left out is taken from the other language."""
    texts = dict.fromkeys(TITLES, "")
    for key, given in draft.titles.items():
        if isinstance(given.value, str):
            texts[key] = given.value
        else:
            draft.findings.add(given.file, given.place, shown(given.value), Message("a text"))
    title = texts["title"] or texts["title_nl"] or draft.name
    description = texts["description"] or texts["description_nl"]
    return title, texts["title_nl"] or title, description, texts["description_nl"] or description


def _plain(value: object) -> object:
    """A value without numpy around it, as studies may give it."""
    return value.item() if isinstance(value, np.generic) else value


_SWITCH = {"true": True, "yes": True, "on": True, "ja": True, "aan": True} | {
    "false": False,
    "no": False,
    "off": False,
    "nee": False,
    "uit": False,
}


def _parsed(name: str, value: object) -> object:
    """A text read as the kind of its parameter; what cannot be read stays text, and is then found wrong."""
    if not isinstance(value, str):
        return _plain(value)
    kind = PARAMETERS[name].kind if name in PARAMETERS else "switch" if name == "beyond_range" else "choice"
    if kind == "switch":
        return _SWITCH.get(value.strip().lower(), value)
    if kind == "choice":
        return value.strip()
    try:
        return float(value) if kind == "real" else int(value)
    except ValueError:
        return _float_or_text(value)


def _float_or_text(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
