"""The model: the order of a school week (3) and of the moments of a school year (4)."""

from __future__ import annotations

import math
from collections import Counter
from types import SimpleNamespace

import mesa
import numpy as np
from mesa.agentset import AgentSet

from samenspel.model.luck.draws import Draws, Stream, uniform

from . import lived, start
from .arithmetic import mean, percentile
from .students import DOMAINS, Student
from .week import engagement, meeting, supervision, workload
from .year import asking, evaluation, finance, growth, intake, mergers, middle_of_year, placement, staff

WEEKS = 40


class TextbookPartnership(mesa.Model):
    """A teacher-education partnership, one step a school week.

    Parameters
    ----------
    scenario : Scenario
        Has `values` (every parameter by name) and `world` (towns, boards, clusters, sites, students).
    rng : int
        The seed of all keyed draws.
    """

    def __init__(self, scenario, *, rng: int = 1) -> None:
        super().__init__(rng=rng)
        self.world = scenario.world
        self.p = SimpleNamespace(**scenario.values)
        self.draws_seed = Draws(rng).seed
        self.moment = 0  # the `week` of a draw: a running week, or the number of a school year outside the weeks
        self.year = 1
        self.week_of_year = 0
        self.numbers = Counter()
        self.plans: list[growth.Plan] = []
        self.counted: Counter = Counter()
        self.bbl: Counter = Counter()
        self.students_unplaced = 0

        self.towns = start.make_towns(scenario.world)
        self.students, self.mentors, self.sites, self.communities = (self.rows() for _ in range(4))
        self.boards = self.rows()
        self.institutes, self.leaderships = [], []  # one a partnership
        start.make_world(self)
        mergers.merge_boards(self, 1)  # 4.9
        if self.p.form_start == "lived":
            lived.begin(self)  # 5.1
        else:
            start.make_stock(self)
            self.prepare_year(next_year=1, cohort=0, first=True)

        self.datacollector = mesa.DataCollector(model_reporters=INDICATORS)

    # --- a school week (3) -------------------------------------------------------------------------------------------

    def step(self) -> None:
        if self.week_of_year == WEEKS:
            self.turn_year()
        self.week_of_year += 1
        self.moment = self.running_week

        meeting.who_comes(self)  # 3.0
        supervision.supervise(self)  # 3.1 to 3.5
        meeting.meet(self)  # 3.6
        students = self.present_students()
        students.do(Student.meet_the_other)  # 3.7
        students.do(Student.learn_at_work)  # 3.8
        workload.bear_load(self)  # 3.9
        engagement.engage_and_leave(self)  # 3.10
        for leadership in self.leaderships:  # 3.11
            leadership.do_week()
        for trainer in self.trainers:  # 3.4, the end of the week
            trainer.end_week()
        self.datacollector.collect(self)

        self.moment = self.year
        if self.week_of_year == 1:
            finance.count_students(self)
        if self.week_of_year == 20:
            middle_of_year.change_half_year_students(self)  # 4.1
            evaluation.interim_evaluation(self)
        if self.week_of_year == 27:
            growth.make_plans(self)  # 4.2
        if self.week_of_year == WEEKS:
            finance.close_year(self, self.year)  # 4.3.5

    # --- the turn of the year (4.3) ----------------------------------------------------------------------------------

    def turn_year(self) -> None:
        year = self.moment = self.year
        evaluation.end_evaluation(self)  # 4.3.1
        for student in self.present_students():  # 4.3.2
            student.end_year()
        self.forget_who_left()
        staff.turn_mentors(self, year)  # 4.3.3
        staff.turn_trainers(self, year)  # 4.3.4
        growth.open_clusters(self, year)  # 4.3.6
        mergers.merge_boards(self, year + 1)  # 4.9
        intake.take_in(self, year)  # 4.3.7, 4.3.8
        self.prepare_year(next_year=year + 1, cohort=year)  # 4.3.10, 4.3.11
        for leadership in self.leaderships:
            leadership.backlog = 0.0  # 3.11
        self.year += 1
        self.week_of_year = 0

    def prepare_year(self, *, next_year: int, cohort: int, first: bool = False) -> None:
        """Places, placement, mentors and parts for the coming year."""
        placement.deal_places(self)
        placement.place_hbo(self, first=first)
        placement.place_mbo(self, next_year, cohort)
        asking.ask_mentors(self)
        for community in self.communities:
            community.split()
        for agent in (*self.students, *self.mentors, *self.communities):
            agent.clear_week()
        self.sort_students()
        for leadership in self.leaderships:
            leadership.count_work(next_year)

    # --- rows --------------------------------------------------------------------------------------------------------

    def rows(self, agents=()) -> AgentSet:
        """Agents of one kind in row order."""
        return AgentSet(agents, random=self.random)

    @property
    def trainers(self) -> list:
        """By cluster row, then kind."""
        return [trainer for community in self.communities for trainer in community.trainers]

    def present_students(self) -> AgentSet:
        return self.students.select(lambda student: student.present)

    def sort_students(self) -> None:
        """Rows by partnership, cluster (outside last) and key."""
        row_of = {community: row for row, community in enumerate(self.communities)}
        self.students = self.rows(
            sorted(self.students, key=lambda s: (s.partnership, row_of.get(s.cluster, math.inf), s.key))
        )

    def give_row(self, old, new) -> None:
        """A half-year successor takes the row of who is replaced."""
        self.students = self.rows(new if student is old else student for student in self.students)
        old.remove()

    def forget_who_left(self) -> None:
        """Who left leaves the tables at the turn of the year (1)."""
        for student in self.students.select(lambda student: not student.present):
            self.students.remove(student)
            student.remove()

    def next_number(self, kind: int, partnership: int) -> int:
        """Sites, clusters and boards are numbered within their partnership (2)."""
        number = self.numbers[kind, partnership]
        self.numbers[kind, partnership] += 1
        return number

    # --- what rules ask of the model ---------------------------------------------------------------------------------

    @property
    def running_week(self) -> int:
        return (self.year - 1) * WEEKS + self.week_of_year

    def luck(self, stream: Stream, key: int, week: int, number: int) -> float:
        """A keyed draw: a pure function of seed, stream, key, week and number."""
        return uniform(self.draws_seed, int(stream), key, week, number)

    def towns_of(self, partnership: int) -> list:
        """Towns with a site or candidate site of the partnership (4.3.8)."""
        names = {site.town for site in self.sites if site.partnership == partnership}
        return [town for town in self.towns if town.name in names]

    def invited_boards(self, partnership: int) -> list:
        """Of the first `growth_boards` candidate boards those that are there (3.11, 4.2.2, 4.9)."""
        candidates = [board for board in self.boards if board.partnership == partnership and not board.member_at_start]
        return [board for board in candidates[: self.p.growth_boards] if board.stage != "merged"]


# --- indicators, over inside students present at the end of the week (6) ---------------------------------------------


def placed(model) -> list:
    return [student for student in inside(model) if student.placed]


def inside(model) -> list:
    return [student for student in model.students if student.inside]


def of_inside(name: str):
    return lambda model: mean([getattr(student, name) for student in inside(model)])


def of_placed(name: str):
    return lambda model: mean([getattr(student, name) for student in placed(model)])


def hosting(model) -> list:
    return [mentor for mentor in model.mentors if mentor.students > 0]


INDICATORS = {
    "year": "year",
    "week": "week_of_year",
    "inside": lambda m: len(inside(m)),
    "outside": lambda m: sum(s.status == "outside" for s in m.students),
    "exits": lambda m: sum(s.exit_kind in ("stop", "switch") for s in m.students),
    "share_adequate": lambda m: mean([not s.shortfalls for s in placed(m)]),
    "supervision": of_placed("supervision"),
    "supervision_p10": lambda m: percentile([s.supervision for s in placed(m)], 0.1),
    "hours_asked": lambda m: sum(s.hours_asked for s in inside(m)),
    "hours_given": lambda m: sum(s.support * s.hours_asked for s in inside(m)),
    "share_overloaded": lambda m: mean([mentor.load > 1 for mentor in hosting(m)]),
    "attendance": lambda m: mean([s.attended for s in placed(m) if s.member]),
    "peer_support": of_inside("peer_support"),
    **{domain: of_inside(domain) for domain in DOMAINS},
    "barrier": of_inside("barrier"),
    "backlog": lambda m: float(np.max([leadership.backlog for leadership in m.leaderships])),
}
