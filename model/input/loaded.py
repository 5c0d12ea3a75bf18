"""What scenarios, studies and pilots share: each is loaded by a built-in name or from a file, and may have faults."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import ClassVar, Self

from samenspel.model.input.faults import Fault, InputFaults


def names_in(folder: Path, first: str = "") -> tuple[str, ...]:
    """The built-in names in a folder by the alphabet, except one that comes first."""
    return tuple(sorted((path.stem for path in folder.glob("*.toml")), key=lambda name: (name != first, name)))


def place_of(source: str | Path, folder: Path) -> Path:
    """The file that a name means which is built in there, or a path."""
    return folder / f"{source}.toml" if str(source) in names_in(folder) else Path(source)


class Loaded:
    """Something that is loaded; a class says where its built-in ones are, and how one is loaded."""

    built_in: ClassVar[Path]
    first: ClassVar[str] = ""

    @classmethod
    @abstractmethod
    def load(cls, source: str | Path) -> Self:
        """A built-in one or a file; raises `InputFaults` with every fault there is."""

    @classmethod
    def check(cls, source: str | Path) -> list[Fault]:
        """Every fault that a file has; an empty list when it can run."""
        try:
            cls.load(source)
        except InputFaults as faults:
            return faults.faults
        return []

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """The built-in ones."""
        return names_in(cls.built_in, cls.first)
