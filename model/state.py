"""The state of a model: all that a partnership is in some week, as data. Rules of the year take it and change it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Bundle, follow, members_of, resize, room_for, twin_of, whole
from samenspel.agents.mentors import Mentor, MentorColumns, MentorPlaces
from samenspel.agents.organisations import (
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
)
from samenspel.agents.population import Population
from samenspel.agents.students import Exit, Student, StudentColumns
from samenspel.agents.trainers import Trainer, TrainerColumns
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.indicators import RESTORED_BY, SHORT_OF
from samenspel.model.declared.parameters import Parameters
from samenspel.model.declared.settings import RECORD as VALUES
from samenspel.model.declared.settings import settings
from samenspel.model.declared.world import World
from samenspel.model.here import NOW, ClosedColumns, Here, PlanColumns, PriceColumns, Room, TownColumns
from samenspel.model.input.scenario import Scenario
from samenspel.model.luck.draws import Draws
from samenspel.model.money import DTYPES, ends_of, paths_in, tabled
from samenspel.model.prices import Path, paths

SHARES = {"supervision_adequate_share": "year_adequate"} | {
    share: f"year_{share.removesuffix('_share')}" for share in (*SHORT_OF.values(), *RESTORED_BY.values())
}
"""Shares of student weeks, and the columns of students in which these weeks are counted over a school year."""
SUMS = ("weeks_inside", "year_supervision", "year_support", *SHARES.values())
"""Columns of students that add up over a school year."""
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Plan:
    """A cluster that may open after summer."""

    board: int
    places: int
    sites: tuple[int, ...]


@dataclass(eq=False)
class ModelState:
    """Populations, values, luck, land, purse, and where in time they are; `all` is the whole as rules take it."""

    # values: what rules read
    scenario: Scenario
    world: World
    settings: NDArray[Any]  # all parameters, shape (1,), as compiled rules read them
    p: Parameters  # the same one by one
    # luck
    draws: Draws
    # populations
    students: Population[StudentColumns]
    mentors: Population[MentorColumns]
    trainers: Population[TrainerColumns]
    sites: Population[SiteColumns]
    communities: Population[CommunityColumns]
    boards: Population[BoardColumns]
    institutes: Population[InstituteColumns]
    leaderships: Population[LeadershipColumns]
    # what rules know besides, as `Here` says
    now: NDArray[Any]
    departed: NDArray[np.int64]
    counted: NDArray[np.int64]
    room: NDArray[np.int64]
    needed: NDArray[np.int64]
    mentor_places: MentorPlaces
    towns: TownColumns
    price_columns: PriceColumns
    known_until: NDArray[np.int64]
    plan_columns: PlanColumns
    gone: StudentColumns
    closed: ClosedColumns
    # what was measured
    record: list[NDArray[Any]] = field(default_factory=list)  # rows of the weekly record, a stretch of weeks each
    # how much of it Python has seen
    moved: int = 0  # times that rows of agents changed
    _all: Here | None = None

    def all(self) -> Here:
        """Everybody and all else, as rules take it; good until there is to be more room."""
        if self._all is None:
            self._all = Here.of(
                s=self.students.bundle, m=self.mentors.bundle, t=self.trainers.bundle, o=self.sites.bundle,
                c=self.communities.bundle, b=self.boards.bundle, i=self.institutes.bundle,
                lead=self.leaderships.bundle, places=self.mentor_places, settings=self.settings, now=self.now,
                room=self.room, needed=self.needed, departed=self.departed, counted=self.counted, towns=self.towns,
                prices=self.price_columns, known_until=self.known_until, plans=self.plan_columns, gone=self.gone,
                closed=self.closed,
            )  # fmt: skip
        return self._all

    def follow(self) -> None:
        """Views and agents are what rules have made of them."""
        for bundle in (self.plan_columns, self.gone, self.closed, self.price_columns):
            follow(bundle)
        for population in populations_of(self):
            population.rows()
        if self.moved != self.now["moved"][0]:
            self.moved = int(self.now["moved"][0])
            for population in populations_of(self):
                population.follow()

    # --- by name ---

    def named(self) -> dict[str, Population[Any]]:
        """All populations by name."""
        return {name: getattr(self, name) for name in FAMILIES}

    @property
    def week(self) -> int:
        """The last week that was lived."""
        return int(self.now["week"][0])

    @week.setter
    def week(self, week: int) -> None:
        self.now["week"] = week

    @property
    def partnership_count(self) -> int:
        """Partnerships, copies included."""
        return int(self.now["partnerships"][0])

    @property
    def entered(self) -> int:
        """Students who came, from the start on."""
        return int(self.now["entered"][0])

    @property
    def prices(self) -> dict[str, Path]:
        """Wages and the grant as they are known now, by name."""
        return paths_in(self.price_columns, self.known_until)

    @property
    def plans(self) -> list[Plan]:
        """Clusters that may open after summer, in order of decision."""
        columns = members_of(self.plan_columns).values()
        return [
            Plan(board, places, tuple(site for site in sites if site >= 0))
            for board, places, *sites in zip(*(column.tolist() for column in columns), strict=True)
        ]


FAMILIES = {
    "students": Student, "mentors": Mentor, "trainers": Trainer, "sites": Site, "communities": LearningCommunity,
    "boards": Board, "institutes": Institute, "leaderships": ProgrammeLeadership,
}  # fmt: skip


def nobody_yet(scenario: Scenario) -> ModelState:
    """The state of a partnership without luck, land and people; its agents are of no model."""
    prices = paths(scenario.values, scenario.world.schedules)
    return ModelState(
        **_values(scenario),
        draws=Draws(0),
        **{name: Population(None, family) for name, family in FAMILIES.items()},  # type: ignore[arg-type]
        now=np.zeros(1, NOW).view(np.recarray),
        departed=np.zeros(len(Exit), np.int64),
        counted=np.zeros(0, np.int64),
        room=np.zeros(len(Room), np.int64),
        needed=np.zeros(len(Room), np.int64),
        towns=_columns(TownColumns),
        known_until=ends_of(prices),
        **_with_room(np.zeros(len(Room), np.int64), 0, 0) | {"price_columns": tabled(prices)},
    )


def people_on(land: ModelState, model: mesa.Model[Any, Any], seed: int) -> ModelState:
    """The same land with its own luck and with room for who may come; `model` is whose agents they will be."""
    draws, now, room = Draws(seed), land.now.copy(), land.needed.copy()
    now["seed"] = draws.seed
    kept = _with_room(room, land.sites.size, land.boards.size)
    resize(kept["price_columns"], copy_into(land.price_columns, kept["price_columns"]))
    populations: dict[str, Any] = {}
    for name, kind in land.named().items():
        comes = {"students": Room.STUDENTS, "mentors": Room.MENTORS}.get(name)
        rows = twin_of(kind.bundle) if comes is None else Population.rows_with_room(kind.family, int(room[comes]))
        populations[name] = Population(model, kind.family, rows)
    return ModelState(
        scenario=land.scenario, world=land.world, settings=land.settings.copy(), p=land.p, draws=draws,
        **populations, now=now, departed=np.zeros_like(land.departed), counted=land.counted, room=room,
        needed=land.needed.copy(), towns=land.towns, known_until=land.known_until.copy(), **kept,
    )  # fmt: skip


def make_room(here: ModelState) -> None:
    """Room for as many as may come to be."""
    for kind, population in _growing(here).items():
        if here.needed[kind] > population.room:
            population.make_room(int(here.needed[kind]))
        here.room[kind] = population.room
    for kind in (Room.GONE, Room.PRICES):
        here.room[kind] = max(here.room[kind], here.needed[kind])
    made = _with_room(here.room, here.sites.size, here.boards.size)
    for name, new in made.items():
        count = copy_into(getattr(here, name), new)
        if name != "mentor_places":
            resize(new, count)
    vars(here).update(made, _all=None)


def copy_into(old: Any, new: Any) -> int:
    """The same numbers where there is more room; gives how many of each."""
    for member, column in members_of(follow(old)).items():
        whole(new)[member][: column.size] = column
    return int(column.size)


def _growing(here: ModelState) -> dict[Room, Population[Any]]:
    return {
        Room.STUDENTS: here.students, Room.MENTORS: here.mentors, Room.TRAINERS: here.trainers,
        Room.COMMUNITIES: here.communities,
    }  # fmt: skip


def _with_room(room: NDArray[np.int64], sites: int, boards: int) -> dict[str, Any]:
    """Bundles of what is no population; nothing is in them yet."""
    communities, gone, prices = (int(room[kind]) for kind in (Room.COMMUNITIES, Room.GONE, Room.PRICES))
    made = {
        "plan_columns": _columns(PlanColumns, boards), "closed": _columns(ClosedColumns, communities),
        "gone": Population.rows_with_room(Student, gone), "price_columns": room_for(PriceColumns, DTYPES, prices),
    }  # fmt: skip
    resize(made["plan_columns"], 0)
    resize(made["closed"], 0)
    ends = {
        f"{at}_{end}": np.zeros(n, np.int64)
        for at, n in (("site", sites), ("cluster", communities))
        for end in ("first", "end")
    }
    return made | {"mentor_places": MentorPlaces.of(**ends)}


def _columns[Some: Bundle](cls: type[Some], count: int = 0) -> Some:
    """A bundle of so many zeros in every column, by its annotations."""
    return room_for(cls, _dtypes(cls), count)  # type: ignore[arg-type]  # a class is hashable


@cache
def _dtypes(cls: type[Bundle]) -> dict[str, np.dtype[Any]]:
    return {name: np.dtype(np.float64 if kind == "Floats" else np.int64) for name, kind in cls.__annotations__.items()}


def set_values(here: ModelState, scenario: Scenario) -> None:
    """From now on rules read the values of this scenario."""
    vars(here).update(_values(scenario), _all=None)


def _values(scenario: Scenario) -> dict[str, Any]:
    record = settings(scenario.values)
    return {
        "scenario": scenario,
        "world": scenario.world.with_clusters(float(scenario.values["clusters_share"])),
        "settings": record,
        "p": SimpleNamespace(**dict(zip(VALUES.names or (), record.tolist()[0], strict=True))),
    }


def copied(here: ModelState, memo: dict[int, Any]) -> ModelState:
    """The same state once more, which shares only what never changes; `memo` as `copy.deepcopy` keeps it."""
    memo |= {id(one): one for one in (here.scenario, here.world, here.p, here.towns)}
    if here._all is not None:
        memo[id(here._all)] = None
    return copy.deepcopy(here, memo)


def populations_of(here: ModelState) -> tuple[Population[Any], ...]:
    """All populations."""
    return tuple(here.named().values())


def school_year_of(here: ModelState) -> int:
    """The school year of the last week that was lived, 1 before the first."""
    return max(0, here.week - 1) // WEEKS + 1


def columns_of(here: ModelState, rows: NDArray[np.intp]) -> Columns:
    """What tables are made from, of these students."""
    return {name: here.students.column(name)[rows] for name in ("programme", "year", "site", "cluster", *SUMS)}


def everybody(here: ModelState) -> Here:
    """All populations, and all else, as compiled rules take them."""
    for population in populations_of(here):
        population.rows()
    return here.all()
