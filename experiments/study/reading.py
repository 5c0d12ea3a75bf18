"""Studies and pilots are read from documents: part by part as a user wrote it, every fault noted with its place."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

from samenspel.model.declared.declaration import Parameter, Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.allowed import allowed_for
from samenspel.model.input.draft import Draft
from samenspel.model.input.faults import Findings, InputFaults, shown
from samenspel.model.input.loaded import Loaded, place_of
from samenspel.model.input.scenario import Scenario
from samenspel.model.input.source import is_file, toml_content
from samenspel.model.words import Message

TITLES = ("title", "title_nl", "description", "description_nl")
A_PARAMETER = Message("the name of a parameter")


class Reader:
    """One document, its faults, and what every kind of document is made of."""

    def __init__(self, document: dict[str, Any], file: str, folder: Path) -> None:
        self.document = document
        self.file = file
        self.folder = folder
        self.findings = Findings()

    def note(self, place: str, found: object, allowed: str) -> None:
        """Remember one fault."""
        self.findings.add(self.file, place, found if isinstance(found, Message) else shown(found), allowed)

    def text(self, key: str) -> str:
        """A text of the document."""
        if not isinstance(given := self.document[key], str):
            self.note(key, given, Message("a text"))
        return str(given)

    def titles(self) -> dict[str, str]:
        """Title and description, as far as the document has them."""
        return {key: self.text(key) for key in TITLES if key in self.document}

    def wholes(self, limits: Mapping[str, tuple[int, int]]) -> dict[str, int]:
        """The whole numbers that the document gives, each between its bounds."""
        found = {key: self.whole(self.document, "", key, *between) for key, between in limits.items()}
        return {key: number for key, number in found.items() if number is not None}

    def scenario(self) -> Scenario | None:
        """The scenario that the document builds on, or nothing when that has faults."""
        source = self.document.get("scenario", Scenario.first)
        if not isinstance(source, str) or not source:
            self.note("scenario", source, Message("the name or path of a scenario"))
            return None
        try:
            return Scenario.load(source if source in Scenario.names() else self.folder / source)
        except InputFaults as wrong:
            self.findings.faults += [replace(fault, file=f"{self.file}: {fault.file}") for fault in wrong.faults]
            return None

    def table(self, name: str) -> dict[str, Any]:
        """A table of the document, empty when it is left out."""
        table = self.document.get(name, {})
        if isinstance(table, dict):
            return table
        self.note(name, table, Message("a table: [{name}]", name=name))
        return {}

    def unknown(self, table: Mapping[str, Any], prefix: str, keys: Sequence[str]) -> None:
        """Keys that mean nothing here are faults."""
        for key in table:
            if key not in keys:
                found = Message('the unknown key "{key}"', key=key[:60])
                self.findings.add(self.file, f"{prefix}{key[:60]}", found, one_of(keys), near=key, among=keys)

    def whole(self, table: Mapping[str, Any], prefix: str, key: str, low: int, high: int) -> int | None:
        """A whole number between bounds; nothing when it is left out or wrong."""
        if key not in table:
            return None
        given = table[key]
        if isinstance(given, int) and not isinstance(given, bool) and low <= given <= high:
            return given
        what = Message("a whole number from {low} to {high}", low=low, high=high)
        self.note(f"{prefix}{key}", given, what)
        return None

    def number(self, table: Mapping[str, Any], prefix: str, key: str, default: float, low: float, high: float) -> float:
        """A number between bounds; the default when it is left out or wrong."""
        given = table.get(key, default)
        if isinstance(given, int | float) and not isinstance(given, bool) and low <= given <= high:
            return float(given)
        what = Message("a number from {low} to {high}", low=f"{low:g}", high=f"{high:g}")
        self.note(f"{prefix}{key}", given, what)
        return default

    def switch(self, table: Mapping[str, Any], prefix: str, key: str, default: bool) -> bool:
        """True or false; the default when it is left out or wrong."""
        given = table.get(key, default)
        if isinstance(given, bool):
            return given
        self.note(f"{prefix}{key}", given, Message("true or false"))
        return default

    def names(
        self, table: Mapping[str, Any], prefix: str, key: str, among: Collection[str], default: tuple[str, ...]
    ) -> tuple[str, ...]:
        """A list of names, each of them known; an empty one only where none is what goes without saying."""
        given = table.get(key, list(default))
        if not isinstance(given, list):
            self.note(f"{prefix}{key}", given, Message("a list of names"))
            return default
        if default and not given:
            self.note(f"{prefix}{key}", Message("an empty list"), some_of(among))
        for name in given:
            if not isinstance(name, str) or name not in among:
                self.findings.add(self.file, f"{prefix}{key}", shown(name), one_of(among), near=name, among=among)
        return tuple(dict.fromkeys(str(name) for name in given))

    def parameter(self, place: str, name: str) -> Parameter[Any] | None:
        """The declaration of a parameter, or nothing when there is none of that name."""
        if name not in PARAMETERS:
            self.findings.add_unknown(self.file, place, name, A_PARAMETER, PARAMETERS)
        return PARAMETERS.get(name)

    def value(self, place: str, parameter: Parameter[Any], given: Any, beyond: bool) -> Value | None:
        """One value of a parameter, of its own kind and within its range; else nothing, and the fault is noted."""
        value = of_kind(parameter, given)
        low, high = (parameter.least, parameter.most) if beyond else (parameter.low, parameter.high)
        in_range = value is not None and (parameter.kind in ("switch", "choice") or low <= float(value) <= high)
        if in_range:
            return value
        what = allowed_for(parameter, beyond, given)
        self.findings.add(self.file, place, shown(given), what, near=given, among=parameter.choices)
        return None


class DocumentReader(Reader, ABC):
    """A reader of documents that describe one thing whole."""

    @abstractmethod
    def fields(self) -> dict[str, Any] | None:
        """The fields of what the document describes, or nothing when there are faults."""


class Documented(Loaded):
    """What is made of a document: its class says which reader gives the fields, and what a file of it is called."""

    kind: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = (".toml",)
    a_file: ClassVar[Message]
    reader: ClassVar[type[DocumentReader]]

    @classmethod
    def load(cls, source: str | Path) -> Self:
        """A built-in one or a file; raises `InputFaults` with every fault there is."""
        path, file = place_of(source, cls.built_in), str(source)
        findings = Findings()
        if not is_file(path) or path.suffix.lower() not in cls.suffixes:
            names = ", ".join(cls.names())
            allowed = Message("{file}: {names}", file=cls.a_file, names=names)
            findings.add(file, "", f'"{path.name[:60]}"', allowed, near=path.stem, among=cls.names())
        document = None if findings.faults else cls.document_of(path, file, findings)
        findings.raise_any()
        assert document is not None
        return cls.of(document, path.stem, file, path.parent)

    @classmethod
    def document_of(cls, path: Path, file: str, findings: Findings) -> dict[str, Any] | None:
        """What a file says, or nothing when it cannot be read at all."""
        return toml_content(path, Draft(path.stem, file, findings=findings))

    @classmethod
    def of(cls, document: Mapping[str, Any], name: str = "", file: str = "", folder: str | Path = ".") -> Self:
        """What a document describes, as a file holds it; `folder` is where its paths begin."""
        reader = cls.reader(dict(document), file or cls.kind, Path(folder))
        fields = reader.fields()
        reader.findings.raise_any()
        assert fields is not None
        make: Any = cls  # a dataclass, of which the fields are its own
        made: Self = make(name=name or cls.kind, **fields)
        return made


def one_of(names: Collection[str]) -> Message:
    """What is allowed, as a list."""
    listed = ", ".join(names)
    return Message("one of {listed}", listed=listed)


def some_of(names: Collection[str]) -> Message:
    """The same where more than one is allowed."""
    listed = ", ".join(names)
    return Message("one or more of {listed}", listed=listed)


def of_kind(parameter: Parameter[Any], given: Any) -> Value | None:
    """The value as its parameter's kind, or nothing when it is of another."""
    match parameter.kind:
        case "switch":
            return given if isinstance(given, bool) else None
        case "choice":
            return given if given in parameter.choices else None
    if isinstance(given, bool) or not isinstance(given, int | float):
        return None
    try:
        number = float(given)
    except OverflowError:  # a whole number of hundreds of digits
        return None
    if not math.isfinite(number):
        return None
    if parameter.kind == "real":
        return number
    return int(given) if number.is_integer() else None
