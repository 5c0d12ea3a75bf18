"""Sites, learning communities, boards, the institute and the programme leadership."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Bundle
from samenspel.agents.compiled import rule
from samenspel.agents.population import RowAgent, State


class Stage(IntEnum):
    """How far a board's accession has come, or that it is no more."""

    OUTSIDE = 0
    AGREED = 1
    MEMBER = 2
    MERGED = 3
    """Gone into another board: without sites, clusters, mentors and money, and in no rule."""


class Denomination(IntEnum):
    """Of a board."""

    CHRISTIAN = 0
    CATHOLIC = 1
    PUBLIC = 2
    MIXED = 3


class SiteColumns(Bundle):
    """The states of sites."""

    key = State(np.int64, "identity, for keyed draws")
    partnership = State(np.int32, "row of the partnership")
    board = State(np.int32, "row of the board")
    cluster = State(np.int32, "row of the learning community, -1 candidate")
    x = State(np.float64, "km east")
    y = State(np.float64, "km north")
    public = State(np.bool_, "a public school")
    ikc = State(np.bool_, "with childcare")
    recognised = State(np.bool_, "may take mbo students")
    pupils = State(np.int32, "pupils")
    mentors = State(np.int32, "teachers willing to be a mentor, as a file counts them; -1 not counted")
    mentors_trained = State(np.int32, "of whom trained in supervision; -1 not counted")
    care_mentors = State(np.int32, "childcare workers who can be a mentor, as a file counts them; -1 not counted")
    classes = State(np.int32, "classes")
    climate = State(np.float64, "learning climate, factor")
    hbo_places = State(np.int32, "hbo places this year")
    mbo_places = State(np.int32, "mbo places this year")
    hbo_students = State(np.int32, "inside hbo students after week 1: the count that money follows")
    bbl_students = State(np.int32, "BBL students after week 1, each of whom brings a subsidy")
    hours_freed = State(np.float64, "teacher hours that assistants free this week")
    hosting_teachers = State(np.int32, "teachers with students this week")


class Site(RowAgent, SiteColumns):
    """A school or an integrated child centre (IKC); in a cluster, or a candidate for growth."""

    @classmethod
    def kind_at(cls, columns: dict[str, NDArray[Any]], row: int) -> type[RowAgent]:
        """A school or an IKC."""
        return Ikc if columns["ikc"][row] else School


class School(Site):
    """A primary school."""


class Ikc(Site):
    """An integrated child centre: school and childcare."""


class CommunityColumns(Bundle):
    """The states of learning communities."""

    key = State(np.int64, "identity, for keyed draws")
    partnership = State(np.int32, "row of the partnership")
    board = State(np.int32, "row of the board")
    opened = State(np.int16, "school year in which it opened, 0 the start")
    opened_by = State(np.int32, "row of the board that opened it")
    places = State(np.int32, "hbo places a year")
    own = State(np.int64, "settings that it has for itself: a sum of 2 to the power of their places in COMMUNITY")
    mbo_mix = State(np.int8, "MboMix: when its mbo and hbo students meet")
    cross_year = State(np.bool_, "mixes study years 1 to 3")
    subgroup_size = State(np.int32, "aimed size of a subgroup")
    meeting_interval = State(np.int32, "weeks from one meeting to the next")
    facilitators = State(np.int32, "trainers asked for a session")
    roles = State(np.float64, "structure of the meeting, 0-1")
    interprofessional_trained_share = State(np.float64, "of its mentors on entering, 0-1")
    mbo_students_per_cluster = State(np.int32, "mbo places, where it takes mbo students")
    sites = State(np.int32, "number of sites")
    has_mbo = State(np.bool_, "takes mbo students")
    maturity = State(np.float64, "strength of the community, 0-1")
    extra_hours = State(np.float64, "trainer hours a week added by plans")
    plan = State(np.bool_, "the last evaluation asked for a plan")
    parts = State(np.int32, "parts that meet apart")
    unplaced = State(np.int32, "mbo places left empty this year")
    students = State(np.int32, "students placed this week")
    members = State(np.int32, "members this week")
    mbo_share = State(np.float64, "of the members, 0-1")
    meets = State(np.bool_, "meets this week")
    together = State(np.bool_, "professions sit together in this week's meeting")
    hosting = State(np.int32, "mentors with students this week")
    new_hosting = State(np.int32, "of whom new in the role")
    coordination = State(np.float64, "trainer hours a week that it takes")
    sessions = State(np.float64, "of a meeting, this week")
    sessions_mbo = State(np.float64, "of which of mbo students alone")
    session_hours_asked = State(np.float64, "trainer hours a week that sessions ask")
    session_hours_given = State(np.float64, "trainer hours a week that sessions get")
    persons = State(np.float64, "facilitators in the room of a session, but for those of mbo students alone")
    persons_mbo = State(np.float64, "facilitators in the room of a session of mbo students alone")
    trainer_time = State(np.float64, "trainer hours a week that are left")
    skill = State(np.float64, "of the counted trainers, weighted by hours, 0-1")
    familiarity = State(np.float64, "of the counted trainers, weighted by hours, 0-1")
    seats = State(np.float64, "effect left by vacancies of the pair, 0-1")
    subgroups = State(np.int32, "in this week's meeting")
    facilitation = State(np.float64, "of this week's meeting, 0-1")
    year_trainer_time = State(np.float64, "trainer time summed over the school year's weeks")
    year_hosting = State(np.float64, "hosting mentor weeks this school year")
    year_overloaded = State(np.float64, "of which with load above 1")
    first = State(np.int64, "row of its first student")
    end = State(np.int64, "row after its last student")


class LearningCommunity(RowAgent, CommunityColumns):
    """The students of one training cluster who meet, with the trainers' time for them."""


class BoardColumns(Bundle):
    """The states of boards."""

    key = State(np.int64, "identity, for keyed draws")
    partnership = State(np.int32, "row of the partnership")
    denomination = State(np.int8, "Denomination")
    lead = State(np.bool_, "receives the grant for all (penvoerder)")
    founder = State(np.bool_, "a member from the start")
    max_clusters = State(np.int32, "ceiling of the covenant")
    max_students = State(np.int32, "ceiling of the covenant")
    stage = State(np.int8, "Stage")
    clusters = State(np.int32, "clusters that are open")
    grown = State(np.int32, "clusters opened in this run")
    made_of = State(np.int32, "boards that it is made of: 1, more after a merger, 0 gone into another board")
    merger = State(np.int32, "number of the merger by which it goes into another board, -1 none")
    merges_in = State(np.int32, "first school year after that merger, 0 never")
    merges_into = State(np.int32, "row of the board that goes on, -1 none")
    hours_factor = State(np.float64, "share of facilitated hours left after cuts")
    stopped = State(np.bool_, "does not grow or train this year")
    trained = State(np.int32, "mentors trained at the last turn of the year")
    paid_teacher_hours = State(np.float64, "mentor hours paid this school year")
    paid_care_hours = State(np.float64, "care mentor hours paid this school year")
    budget_rate = State(np.float64, "EUR per student it is ready to add")
    budget_year = State(np.int16, "school year of that rate, 0 none yet")
    cost = State(np.float64, "EUR in the last closed year")
    grant = State(np.float64, "EUR in the last closed year")
    contribution = State(np.float64, "EUR in the last closed year")


class Board(RowAgent, BoardColumns):
    """A school board (bestuur), a member or a candidate."""


class InstituteColumns(Bundle):
    """The states of institutes."""

    hours_factor = State(np.float64, "share of facilitated hours left after cuts")
    stopped = State(np.bool_, "beyond its tolerance this year")
    hours_pool = State(np.float64, "institute trainer hours a week it has")
    pool = State(np.float64, "share of the asked hours that it can give, 0-1")
    budget_rate = State(np.float64, "EUR per student it is ready to add")
    budget_year = State(np.int16, "school year of that rate, 0 none yet")
    cost = State(np.float64, "EUR in the last closed year")
    grant = State(np.float64, "EUR in the last closed year")
    contribution = State(np.float64, "EUR in the last closed year")


class Institute(RowAgent, InstituteColumns):
    """The university of applied sciences (hogeschool) of a partnership."""


class LeadershipColumns(Bundle):
    """The states of programme leaderships."""

    asked = State(np.float64, "hours a year that its work asks")
    backlog = State(np.float64, "weeks of its time")


class ProgrammeLeadership(RowAgent, LeadershipColumns):
    """The pair of programme leaders (programmaleiding) of a partnership."""


@rule
def agrees(u: float, chance: float) -> bool:
    """Whether a board or the director and team of a site say yes (RULES 4.2)."""
    return u < chance


@rule
def shortfall_is_too_large(contribution: float, budget: float, cost: float, tolerance: float) -> bool:
    """Whether a party's shortfall passes what it tolerates (RULES 4.4)."""
    return contribution - budget > tolerance * cost
