"""What is done where: jobs, by a recipe that says what is done for one and what is kept of it, by an executor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from samenspel.experiments.study.factors import Point


class Job(NamedTuple):
    """One run: the number of its point, the replication, and the values that the point changes."""

    point: int
    replication: int
    values: Point


Chunk = list[Job]


class Done(Protocol):
    """One job that was done."""

    @property
    def failed(self) -> bool:
        """Whether it ended in an error."""


class Recipe(Protocol):
    """All that a worker needs to know besides its jobs; goes to other processes as it is."""

    def do(self, job: Job) -> Any:
        """Do one job (gives a `Done`); what goes wrong is part of it, unless it is the user's to mend."""

    def failed(self, job: Job, why: str) -> Any:
        """The same of a job that could not be finished at all."""

    def gathered(self, done: Sequence[Any]) -> Any:
        """What is handed over of jobs that were done."""


@dataclass(frozen=True)
class Report:
    """What became of a chunk.

    Attributes
    ----------
    made, done, seconds
        What the recipe gathered, of how many jobs, and how long those took.
    unfinished
        Chunks that have to be given out again.
    """

    made: Any = None
    done: int = 0
    seconds: float = 0.0
    unfinished: list[Chunk] = field(default_factory=list)

    @classmethod
    def of(cls, recipe: Recipe, chunk: Chunk, done: list[Done], seconds: float) -> Report:
        """Of a chunk of which the first jobs were done."""
        rest = chunk[len(done) :]
        return cls(recipe.gathered(done), len(done), seconds, [rest] if rest else [])

    @classmethod
    def without(cls, recipe: Recipe, chunk: Chunk, at: int, why: str) -> Report:
        """Of a chunk in which one job is given up; the others go out again."""
        others = chunk[:at] + chunk[at + 1 :]
        given_up = recipe.gathered([recipe.failed(chunk[at], why)])
        return cls(given_up, 1, unfinished=[others] if others else [])


class Executor(Protocol):
    """Does chunks of jobs."""

    workers: int  # how many chunks it does side by side

    def wants_more(self) -> bool:
        """Whether another chunk can be given now."""

    def is_busy(self) -> bool:
        """Whether reports are still to come."""

    def give(self, chunk: Chunk) -> None:
        """Hand over a chunk."""

    def reports(self, seconds: float) -> list[Report]:
        """What became of chunks, waiting at most so long for the first."""

    def stop(self) -> None:
        """Finish the runs under way and report; chunks may come back half done."""

    def close(self) -> None:
        """End at once."""
