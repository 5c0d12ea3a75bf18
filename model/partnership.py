"""The model: a partnership, or many, living through school weeks and school years."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np
import pandas as pd
from mesa.time import EventGenerator, Priority, Schedule
from numpy.typing import NDArray

from agents.mentors import Mentor, MentorColumns
from agents.organisations import (
    Board,
    BoardColumns,
    CommunityColumns,
    Institute,
    InstituteColumns,
    LeadershipColumns,
    LearningCommunity,
    ProgrammeLeadership,
    Site,
    SiteColumns,
    Stage,
)
from agents.population import Population
from agents.students import FIRST_MBO, Exit, Programme, Status, Student, StudentColumns
from agents.trainers import Trainer, TrainerColumns
from model.assessment import assess, outcomes
from model.calendar import EVENTS, FIRST_OF_APRIL, MIDDLE, WEEKS
from model.changes import follow, refuse_structure
from model.declaration import Value
from model.draws import Draws
from model.evaluation import end_evaluation, interim_evaluation
from model.everybody import Everybody
from model.finance import Level, close_accounts, totals
from model.growth import Plan, candidate_boards, first_of_april, open_planned
from model.indicators import INDICATORS, RECORD, over_the_year
from model.intake import first_students, intake
from model.mbo import half_year_change, place_mbo
from model.newcomers import new_students, study_plan
from model.parameters import Parameters
from model.placement import ask_mentors, deal_places, place_hbo, split_communities
from model.scenario import Scenario
from model.settings import RECORD as RECORD_OF_SETTINGS
from model.settings import settings
from model.staff import turn_mentors, turn_trainers
from model.summary import Columns, close_clusters, cluster_table, columns_of, group_students
from model.territory import Towns, lay_out
from model.week import school_weeks
from model.workload import MentorPlaces

PASSED_ON = (  # to a copy, which never changes them in place
    "partnership_count", "towns", "site_counts", "plans", "mentor_places", "wages", "grants", "entered", "week",
    "went_at_midyear", "_closed_clusters",
)  # fmt: skip
WEEK_STATES = (
    "attended", "days_now", "hours_asked", "support", "guidance", "trainer_guidance", "supervision", "help",
    "contact_share", "contact_facilitation", "weeks_inside", "year_supervision", "year_adequate", "year_support",
)  # fmt: skip


class Partnership(mesa.Model[Any, Any]):
    """A teacher-education partnership as a `mesa.Model`; one step is one school week.

    Parameters
    ----------
    scenario : Scenario
        What is there and how it behaves: `Scenario.load("baseline")`.
    rng : int
        The seed. Every draw is a function of it; nothing else is random.
    """

    def __init__(self, scenario: Scenario, rng: int = 1) -> None:
        self._prepare(scenario, int(rng))
        self._begin()

    def _prepare(self, scenario: Scenario, seed: int) -> None:
        """An empty partnership: nobody is there yet."""
        super().__init__(rng=seed)
        self.draws = Draws(seed)
        self._set(scenario)
        self.students: Population[StudentColumns] = Population(self, Student)
        self.mentors: Population[MentorColumns] = Population(self, Mentor)
        self.trainers: Population[TrainerColumns] = Population(self, Trainer)
        self.sites: Population[SiteColumns] = Population(self, Site)
        self.communities: Population[CommunityColumns] = Population(self, LearningCommunity)
        self.boards: Population[BoardColumns] = Population(self, Board)
        self.institutes: Population[InstituteColumns] = Population(self, Institute)
        self.leaderships: Population[LeadershipColumns] = Population(self, ProgrammeLeadership)
        self.partnership_count = 1
        self.towns: Towns
        self.site_counts: dict[str, NDArray[np.int64]] = {}
        self.plans: list[Plan] = []
        self.mentor_places: MentorPlaces
        self.wages = self.grants = Level()
        self.entered = 0
        self.departed = np.zeros(len(Exit), np.int64)
        self.went_at_midyear: Columns = {}
        self.week = 0
        self._record: list[NDArray[Any]] = []
        self._closed_clusters: dict[str, NDArray[np.float64]] | None = None

    def _set(self, scenario: Scenario) -> None:
        """What rules read: the values of the scenario."""
        self.scenario = scenario
        self.world = scenario.world.with_clusters(float(scenario.values["clusters_share"]))
        self.settings = settings(scenario.values)
        self.p: Parameters = SimpleNamespace(  # type: ignore[assignment]  # the same values as one by one
            **{name: self.settings[name][0].item() for name in RECORD_OF_SETTINGS.names or ()}
        )

    # --- other lives ---

    def copy(self) -> Partnership:
        """A partnership in the same state that lives on by itself, with the same luck."""
        twin = Partnership.__new__(Partnership)
        twin._prepare(self.scenario, int(self.draws.seed))
        for name in PASSED_ON:
            setattr(twin, name, getattr(self, name))
        twin.departed, twin._record = self.departed.copy(), list(self._record)
        for theirs, ours in zip(twin.populations, self.populations, strict=True):
            theirs.take_over(ours)
        twin._tell_the_clock(self.week)
        return twin

    def change(self, **values: Value) -> None:
        """Change parameters from the next week on (RULES 8).

        Rules read the new values; trainers' hours, mentors' skill and training, availability, places and budgets
        that were made from the old ones follow. Values are checked as in `Scenario.with_values`, `beyond_range`
        included; raises `InputFaults`, also for what cannot change during a run, and then nothing has changed.
        """
        scenario = self.scenario.with_values(**values)
        refuse_structure(scenario.values, self.scenario.values)
        before = self.p
        self._set(scenario)
        follow(self, before)
        self._plan_studies()
        self._ask_leadership(self.week // WEEKS + 1)

    # --- time ---

    @property
    def school_year(self) -> int:
        """The school year of the last week that was lived, 1 before the first."""
        return max(0, self.week - 1) // WEEKS + 1

    @property
    def week_of_year(self) -> int:
        """The last week that was lived, 1 to 40; 0 before the first."""
        return (self.week - 1) % WEEKS + 1 if self.week else 0

    def step(self) -> None:
        """Live one school week; after week 40 the turn of the year comes first."""
        self._live(1)

    def run(self, years: int = 0, weeks: int = 0) -> None:
        """Live so many school years and weeks from here; the same as so many steps, with fewer stops."""
        self._skip(years * WEEKS + weeks)

    def _skip(self, weeks: int) -> None:
        """Live weeks in one go, telling Mesa's clock afterwards."""
        end = self.week + weeks
        while self.week < end:
            w = self.week % WEEKS
            self._live(min(end - self.week, next(event for event in EVENTS if event > w) - w))
        self._tell_the_clock(weeks)

    def _tell_the_clock(self, weeks: int) -> None:
        """Mesa counts steps, and the next one comes a week after the last."""
        self._default_schedule.stop()
        self.steps += weeks
        self.time += weeks
        self._default_schedule = EventGenerator(
            self, self._do_step, Schedule(interval=1.0, start=self.time + 1.0), priority=Priority.HIGH
        ).start()

    def _live(self, weeks: int) -> None:
        """Live up to the next event of the school year at most."""
        if self.week and self.week % WEEKS == 0:
            self._turn()
        w = self.week % WEEKS + 1
        year = self.week // WEEKS + 1
        record = np.full(weeks, np.nan, RECORD)
        school_weeks(
            self.settings, self.draws.seed, year, self.week + 1, w, weeks, self.everybody, record.view(np.recarray)
        )  # fmt: skip
        self._record.append(record)
        self.week += weeks
        after = w + weeks - 1
        if after == MIDDLE:
            half_year_change(self, year)
            interim_evaluation(self, year)
        elif after == FIRST_OF_APRIL:
            first_of_april(self, year)
        elif after == WEEKS:
            self._close(year, record[-1:])

    @property
    def everybody(self) -> Everybody:
        """The columns of all populations, and where mentors stand: what a week takes."""
        return Everybody.of(
            s=self.students.rows(), m=self.mentors.rows(), t=self.trainers.rows(), o=self.sites.rows(),
            c=self.communities.rows(), b=self.boards.rows(), i=self.institutes.rows(), lead=self.leaderships.rows(),
            places=self.mentor_places,
        )  # fmt: skip

    # --- the moments of the year ---

    def _begin(self) -> None:
        """The start: everything in its place, students placed."""
        lay_out(self)
        first_students(self)
        self._plan_work(1)
        deal_places(self)
        place_hbo(self, first=True)
        place_mbo(self, 0, 1)
        self._settle()

    def _close(self, year: int, last_week: NDArray[Any]) -> None:
        """The end of week 40: accounts, diplomas, and the numbers of the year."""
        close_accounts(self, year)
        for name, value in totals(self).items():
            last_week[name] = value
        inside = self.students.column("status") == Status.INSIDE
        hbo = self.students.column("programme") < FIRST_MBO
        last_week["graduates"] = np.count_nonzero(inside & hbo & (outcomes(self, year) == Exit.GRADUATED))
        self._closed_clusters = close_clusters(self)

    def _turn(self) -> None:
        """The turn of the year."""
        year = self.week // WEEKS
        end_evaluation(self, year)
        assess(self, year)
        turn_mentors(self, year)
        turn_trainers(self, year)
        open_planned(self, year)
        self._forget_who_left()
        intake(self, year)
        self._plan_work(year + 1)
        deal_places(self)
        place_hbo(self)
        place_mbo(self, year, year + 1)
        self._settle()
        self.leaderships.column("backlog")[:] = 0.0

    def _forget_who_left(self) -> None:
        status, kinds = self.students.column("status"), self.students.column("exit_kind")
        left = status == Status.LEFT
        self.departed += np.bincount(kinds[left], minlength=len(Exit))
        self.students.arrange(np.flatnonzero(~left))

    def _plan_work(self, school_year: int) -> None:
        """What follows from study years, and what the leadership's year will ask."""
        self.mentor_places = self._find_mentors()
        self._plan_studies()

    def _plan_studies(self) -> None:
        study_plan(self.settings[0], self.students.rows())

    def _settle(self, *, keep_mentors: bool = False) -> None:
        """Students in order of cluster, with mentors and parts; the week's states start at 0."""
        s = self.students
        cluster = s.column("cluster").astype(np.int64)
        last = np.where(cluster < 0, self.communities.size, cluster)
        s.arrange(np.lexsort((s.column("key"), last, s.column("partnership"))))
        for name in WEEK_STATES:
            s.column(name)[:] = 0
        self.went_at_midyear = columns_of(self, np.zeros(0, np.intp))
        self._plan_studies()
        self.mentor_places = self._find_mentors()
        inside = np.flatnonzero(s.column("cluster") >= 0)
        c = self.communities.rows()
        at = s.column("cluster")[inside]
        counts = np.bincount(at, minlength=c.key.size)
        c.first[:] = 0
        c.first[at[::-1]] = inside[::-1]
        c.end[:] = c.first + counts
        c.year_trainer_time[:] = c.year_hosting[:] = c.year_overloaded[:] = 0.0
        ask_mentors(self, keep_all=keep_mentors)
        split_communities(self)
        self._ask_leadership(self.week // WEEKS + 1)

    def _find_mentors(self) -> MentorPlaces:
        """Where the mentors of every site and every cluster stand: in that order."""
        m = self.mentors.rows()
        found: dict[str, NDArray[np.int64]] = {}
        for name, at, count in (("site", m.site, self.sites.size), ("cluster", m.cluster, self.communities.size)):
            first = np.zeros(count, np.int64)
            first[at[::-1]] = np.arange(at.size)[::-1]
            found |= {f"{name}_first": first, f"{name}_end": first + np.bincount(at, minlength=count)}
        return MentorPlaces.of(**found)

    def _ask_leadership(self, school_year: int) -> None:
        """The hours that the leadership's work asks this school year (RULES 3.11)."""
        p, b, c = self.p, self.boards.rows(), self.communities.rows()
        count = self.partnership_count
        members = np.bincount(b.partnership[b.stage == Stage.MEMBER], minlength=count)
        clusters = np.bincount(c.partnership, minlength=count)
        mbo = np.bincount(c.partnership[c.has_mbo], minlength=count)
        talks = np.zeros(count)
        if p.growth_boards and school_year >= p.growth_start_year:
            talks += [np.count_nonzero(b.stage[candidate_boards(self, k)] != Stage.MEMBER) for k in range(count)]
        self.leaderships.column("asked")[:] = (
            p.leadership_board_hours * members
            + p.leadership_cluster_hours * clusters
            + p.leadership_trainer_hours * 2 * clusters  # the pair: school and institute trainer
            + p.leadership_accession_hours * talks
            + p.leadership_mbo_hours * mbo
        )

    def add_student(self, site: int, programme: Programme = Programme.FULLTIME, year: int = 1) -> Student:
        """One hbo student more at a site, before the first week; everybody else keeps place and mentor.

        Parameters
        ----------
        site : int
            Row of the site in `sites`; it must stand in a cluster.
        programme, year
            What the student studies, and the study year (1-4).
        """
        if self.week:
            raise ValueError("a student can be added before the first week only")
        if self.sites.column("cluster")[site] < 0:
            raise ValueError(f"site {site} stands in no cluster")
        s = self.students
        key = int(s.column("key")[s.column("programme") < Programme.CARE_3].max()) + 1
        rows = s.append(1)
        student: Student = s[rows.start]  # type: ignore[assignment]
        student.key, student.partnership = key, int(self.sites.column("partnership")[site])
        student.programme, student.year, student.status = programme, year, Status.INSIDE
        self.entered += 1
        new_students(self, rows, 0)
        student.site, student.cluster = site, int(self.sites.column("cluster")[site])
        self._settle(keep_mentors=True)
        return student

    # --- agents, as Mesa knows them ---

    @property
    def populations(self) -> tuple[Population[Any], ...]:
        """All populations."""
        return (
            self.students, self.mentors, self.trainers, self.sites,
            self.communities, self.boards, self.institutes, self.leaderships,
        )  # fmt: skip

    @property  # type: ignore[misc]  # Mesa's setter only says that there is none
    def agents(self) -> Any:
        """All agents, as Mesa keeps them; agents nobody asked for before are made now."""
        self._make_agents()
        return super().agents

    @property
    def agents_by_type(self) -> Any:
        """All agents by class."""
        self._make_agents()
        return super().agents_by_type

    @property
    def agent_types(self) -> list[type]:
        """All classes of agents."""
        self._make_agents()
        return super().agent_types

    def _make_agents(self) -> None:
        for population in self.populations:
            for _ in population:
                pass

    @property  # Mesa would write the model into the scenario; a scenario here belongs to no model
    def scenario(self) -> Any:
        """The scenario that this model runs."""
        return self._scenario

    @scenario.setter
    def scenario(self, scenario: Any) -> None:
        self._scenario = scenario

    # --- what is measured ---

    def names(self, population: str) -> NDArray[Any]:
        """Readable names of all boards, communities or sites, in row order."""
        world = self.world
        if population == "boards":
            return self._named([row.name for row in world.boards], self.boards)
        if population == "sites":
            return self._named([row.name for row in world.sites], self.sites)
        names = [row.name for row in world.clusters]
        founded = int(np.count_nonzero(self.communities.column("opened") == 0))
        names = self._named(names, self.communities, founded).tolist()
        boards, board = self.names("boards"), self.communities.column("board")
        for row in range(founded, self.communities.size):
            names.append(f"{boards[board[row]]} +{1 + int(np.count_nonzero(board[founded:row] == board[row]))}")
        return np.array(names, object)

    @staticmethod
    def _named(described: list[str], population: Population[Any], upto: int | None = None) -> NDArray[Any]:
        """Names as described, and for synthetic partnerships the same names with the partnership's number."""
        partnership = population.column("partnership")[:upto]
        of_first = [name for name, at in zip(described, partnership.tolist(), strict=False) if at == 0]
        names = list(described)
        for row in range(len(described), partnership.size):
            names.append(f"{of_first[(row - len(described)) % len(of_first)]} ({partnership[row] + 1})")
        return np.array(names, object)

    @property
    def weekly_record(self) -> NDArray[np.float64]:
        """All indicators of all weeks, shape (weeks, indicators), in the order of `INDICATORS`."""
        return np.array([[row[name] for name in INDICATORS] for row in self._rows()], np.float64).reshape(
            -1, len(INDICATORS)
        )

    def _rows(self) -> NDArray[Any]:
        return np.concatenate(self._record) if self._record else np.zeros(0, RECORD)

    def indicators(self) -> pd.DataFrame:
        """One row a week: `school_year`, `week` (1-40) and every indicator; NaN where nobody is there to measure."""
        frame = pd.DataFrame(self._rows())
        return frame.astype({"school_year": int, "week": int})

    def recorded(self, name: str) -> NDArray[np.float64]:
        """One indicator in every week, shape (weeks,)."""
        return np.concatenate([rows[name] for rows in self._record]) if self._record else np.zeros(0)

    def this_week(self) -> dict[str, float]:
        """Every indicator of the last week that was lived; NaN before the first."""
        row = self._record[-1][-1] if self._record else np.full(1, np.nan, RECORD)[0]
        return {name: float(row[name]) for name in INDICATORS}

    def last_year(self) -> dict[str, float]:
        """Every indicator over the last finished school year."""
        rows = self._rows()
        finished = len(rows) // WEEKS * WEEKS
        if not finished:
            raise ValueError("no school year is finished yet; run at least 40 weeks")
        return over_the_year(rows[finished - WEEKS : finished])

    def clusters_last_year(self) -> pd.DataFrame:
        """One row per cluster, over the last finished school year."""
        if self._closed_clusters is None:
            raise ValueError("no school year is finished yet; run at least 40 weeks")
        return cluster_table(self, self._closed_clusters)

    def groups_last_year(self, by: str) -> pd.DataFrame:
        """Supervision of inside students this school year, by board, cluster, site, programme, year or role."""
        return group_students(self, by)
