"""All populations at once."""

from __future__ import annotations

from typing import Self

from agents.columns import Bundle
from agents.mentors import MentorColumns
from agents.organisations import BoardColumns, CommunityColumns, InstituteColumns, LeadershipColumns, SiteColumns
from agents.students import StudentColumns
from agents.trainers import TrainerColumns
from model.state import ModelState
from model.workload import MentorPlaces


class Everybody(Bundle):
    """The columns of all populations, and where mentors stand: what a week of the whole model takes."""

    s: StudentColumns
    m: MentorColumns
    t: TrainerColumns
    o: SiteColumns
    c: CommunityColumns
    b: BoardColumns
    i: InstituteColumns
    lead: LeadershipColumns
    places: MentorPlaces

    @classmethod
    def in_state(cls, here: ModelState) -> Self:
        """Those of a state."""
        return cls.of(
            s=here.students.rows(), m=here.mentors.rows(), t=here.trainers.rows(), o=here.sites.rows(),
            c=here.communities.rows(), b=here.boards.rows(), i=here.institutes.rows(), lead=here.leaderships.rows(),
            places=here.mentor_places,
        )  # fmt: skip
