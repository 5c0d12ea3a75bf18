"""All populations at once."""

from __future__ import annotations

from agents.columns import Bundle
from agents.mentors import MentorColumns, MentorPlaces
from agents.organisations import BoardColumns, CommunityColumns, InstituteColumns, LeadershipColumns, SiteColumns
from agents.students import StudentColumns
from agents.trainers import TrainerColumns


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
