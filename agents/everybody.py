"""All populations at once."""

from __future__ import annotations

from samenspel.agents.columns import Bundle
from samenspel.agents.mentors import MentorColumns, MentorPlaces
from samenspel.agents.organisations import (
    BoardColumns,
    CommunityColumns,
    InstituteColumns,
    LeadershipColumns,
    SiteColumns,
)
from samenspel.agents.students import StudentColumns
from samenspel.agents.trainers import TrainerColumns


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
