"""The part of the model that every framework writes again: a week of supervision and, every second week, the meeting.

Who is where, who supervises whom, the trainers' time and every draw are given, so that all of them meet the same
luck and must find the same means. Needs nothing but numpy, of any version: frameworks pin their own.

A week (`docs/RULES.md` 3.0-3.6, hbo students inside, default forms):

1. in a meeting week a member comes when `luck < available · engagement · backing`, and loses the meeting's hours;
2. hours asked `need · days · (1 − peer_relief · peer_support)`; a mentor's load is what all students ask over the hours
   there are; support `1` up to load 1 and `1 / load` above it; guidance `dose(support) · skill`;
3. trainer guidance `effect · t / (t + trainer_half)`, t the trainers' time divided over a cluster's students;
4. supervision `(1 − trainer_weight) · guidance + trainer_weight · trainer guidance`; what is remembered follows it;
5. who came is cut, by lot within a part of a cluster, into near-equal subgroups; in a subgroup of two or more everybody
   learns from everybody who is ahead in a domain, and gains by explaining; peer support follows from the help received.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

WEEKS = (2, 3, 4, 5)
DOMAINS = ("teaching", "care", "collaboration")
MEANS = ("supervision", "remembered", "peer_support", *DOMAINS)
PARAMETERS = (
    "meeting_interval", "meeting_hours", "hours_per_day", "subgroup_size", "facilitation_half", "gap_best", "peer_gain",
    "explaining_gain", "roles", "peer_relief", "peer_rate", "peer_half", "peer_fade", "talk_size", "talk_exponent",
    "dose_half", "trainer_half", "trainer_weight", "memory_rate",
)  # fmt: skip


@dataclass
class Part:
    """What is given: numbers `p`, and arrays by agent; luck is of shape (weeks, students)."""

    p: Any
    students: dict[str, np.ndarray]
    mentors: dict[str, np.ndarray]
    clusters: dict[str, np.ndarray]
    luck: np.ndarray
    seat_luck: np.ndarray

    @property
    def size(self) -> int:
        """How many students."""
        return len(self.students["cluster"])

    def is_meeting(self, week: int) -> bool:
        """Every second week."""
        return week % self.p.meeting_interval == 0

    def save(self, file: Path) -> None:
        """For processes with another numpy."""
        np.savez(
            file,
            luck=self.luck,
            seat_luck=self.seat_luck,
            names=np.array(list(vars(self.p))),
            numbers=np.array(list(vars(self.p).values()), np.float64),
            **{f"students_{name}": column for name, column in self.students.items()},
            **{f"mentors_{name}": column for name, column in self.mentors.items()},
            **{f"clusters_{name}": column for name, column in self.clusters.items()},
        )

    @classmethod
    def load(cls, file: Path) -> Part:
        """What `save` wrote."""
        with np.load(file) as found:
            tables = {
                table: {name.partition("_")[2]: found[name] for name in found.files if name.startswith(f"{table}_")}
                for table in ("students", "mentors", "clusters")
            }
            numbers = dict(zip(found["names"].tolist(), found["numbers"].tolist(), strict=True))
            for name in ("meeting_interval", "subgroup_size"):
                numbers[name] = int(numbers[name])
            return cls(SimpleNamespace(**numbers), **tables, luck=found["luck"], seat_luck=found["seat_luck"])
