"""What an executor does: jobs, by a recipe that says what is done for one and what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from experiments.factors import Point


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
