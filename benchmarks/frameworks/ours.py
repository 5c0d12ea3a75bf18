"""The part by the model's own rules: compiled loops over columns, called one after the other."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.frameworks.part import MEANS, PARAMETERS, WEEKS, Part
from samenspel.agents.columns import members_of
from samenspel.agents.compiled import rule
from samenspel.agents.mentors import MentorKind
from samenspel.agents.organisations import CommunityColumns
from samenspel.agents.students import Programme, Status, StudentColumns
from samenspel.experiments.bench.bench import scenario_of
from samenspel.model import Partnership
from samenspel.model.declared.constants import CONSTANTS
from samenspel.model.luck.draws import Stream
from samenspel.model.week.meeting import attendance, call_meetings, meet, peer_support_follows
from samenspel.model.week.members import is_member
from samenspel.model.week.supervision import (
    count_students,
    demand,
    mentor_guidance,
    mentor_time,
    supervision_quality,
    trainer_guidance,
)  # fmt: skip

INSIDE_SHARE = 0.49


def part_of(students: int) -> tuple[Part, Partnership]:
    """About so many students inside, as they are after the first week; and the model that they come from.

    By the rules of the first edition, which are few enough to be written again in every framework.
    """
    here = Partnership(scenario_of(round(students / INSIDE_SHARE), "first-edition"), rng=1)
    here.run(weeks=1)
    s, m, c, p = here.students.rows(), here.mentors.rows(), here.communities.rows(), here.p
    inside = np.flatnonzero(s.status == Status.INSIDE)
    member = np.array([is_member(s, c, i) for i in range(s.key.size)])
    backing = np.where(s.programme == Programme.PARTTIME, p.support_parttime, p.support_fulltime)
    columns = {name: getattr(s, name)[inside] for name in ("cluster", "part", "mentor", "need", "days", *MEANS)}
    columns["chance"] = (member * s.available * s.engagement * backing)[inside]
    luck, seat_luck = (
        np.array([here.draws.uniform(stream, s.key[inside], week) for week in WEEKS])
        for stream in (Stream.ATTENDANCE, Stream.SUBGROUP)
    )
    values = {**here.scenario.values, **{name: one.value for name, one in CONSTANTS.items()}}
    hours = (
        np.where(m.kind == MentorKind.TEACHER, p.mentor_hours, p.care_mentor_hours)
        * here.boards.column("hours_factor")[m.board]
    )
    part = Part(
        type(p)(**{name: values[name] for name in PARAMETERS}),
        columns,
        {"skill": m.skill, "hours": hours * (1.0 - p.fatigue_time_loss * m.fatigue)},
        {"time": c.trainer_time, "effect": c.skill * c.familiarity * c.seats, "maturity": c.maturity},
        luck,
        seat_luck,
    )
    return part, here


@rule
def live(settings: Any, seed: Any, first: int, count: int, s: Any, m: Any, o: Any, c: Any, b: Any) -> None:
    """The rules of the part, in the order of the week."""
    p = settings[0]
    for w in range(first, first + count):
        meeting = call_meetings(p, w, c)
        attendance(p, seed, w, w, meeting, s, c)
        demand(p, s)
        count_students(p, s, m, o)
        mentor_time(p, m, o, b)
        mentor_guidance(p, s, m)
        trainer_guidance(p, s, c)
        supervision_quality(p, s, c)
        meet(p, seed, w, meeting, s, c)
        peer_support_follows(p, s)


class Ours:
    """The students inside only, so that everybody does the same work."""

    def __init__(self, here: Partnership) -> None:
        self.here = here
        inside = np.flatnonzero(here.students.column("status") == Status.INSIDE)
        students = {name: column[inside] for name, column in members_of(here.students.rows()).items()}
        self.students = StudentColumns.of(**students)
        counts = np.bincount(self.students.cluster, minlength=here.communities.size)
        end = np.cumsum(counts)  # students stand in order of cluster
        clusters = members_of(here.communities.rows()) | {"first": end - counts, "end": end}
        self.clusters = CommunityColumns.of(**clusters)

    def live(self) -> None:
        """All weeks."""
        here = self.here
        live(
            here.settings, here.draws.seed, WEEKS[0], len(WEEKS), self.students, here.mentors.rows(),
            here.sites.rows(), self.clusters, here.boards.rows(),
        )  # fmt: skip

    def means(self) -> dict[str, float]:
        """What everybody must find."""
        return {name: float(getattr(self.students, name).mean()) for name in MEANS}
