"""The state of a model: all that a partnership is in some week, as data. Rules of the year take it and change it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from samenspel.agents.everybody import Everybody
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
from samenspel.model.input.scenario import Scenario
from samenspel.model.luck.draws import Draws
from samenspel.model.prices import Path, paths

SHARES = {"supervision_adequate_share": "year_adequate"} | {
    share: f"year_{share.removesuffix('_share')}" for share in (*SHORT_OF.values(), *RESTORED_BY.values())
}
"""Shares of student weeks, and the columns of students in which these weeks are counted over a school year."""
SUMS = ("weeks_inside", "year_supervision", "year_support", *SHARES.values())
"""Columns of students that add up over a school year."""
Columns = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Towns:
    """Where students live: per described partnership the towns where it has sites."""

    cumulative: tuple[NDArray[np.float64], ...]
    x: tuple[NDArray[np.float64], ...]
    y: tuple[NDArray[np.float64], ...]
    described: int

    def homes(
        self, partnership: NDArray[Any], u: NDArray[Any], dx: NDArray[Any], dy: NDArray[Any]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Homes in km; a synthetic partnership has the towns of the first."""
        table = np.where(partnership < self.described, partnership, 0)
        x, y = np.array(dx, float), np.array(dy, float)
        for k, cumulative in enumerate(self.cumulative):
            of_this = table == k
            town = np.searchsorted(cumulative, u[of_this], side="right").clip(max=cumulative.size - 1)
            x[of_this] += self.x[k][town]
            y[of_this] += self.y[k][town]
        return x, y


@dataclass(frozen=True)
class Plan:
    """A cluster that may open after summer."""

    board: int
    places: int
    sites: tuple[int, ...]


@dataclass(eq=False)
class ModelState:
    """Populations, values, luck, land, purse, and where in time they are."""

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
    # land
    partnership_count: int = 1
    towns: Towns = field(init=False)
    own: dict[str, list[int]] = field(default_factory=dict)  # rows of communities that have a setting of their own
    site_counts: dict[str, NDArray[np.int64]] = field(default_factory=dict)  # of mentors, where a file counts them
    mentor_places: MentorPlaces = field(init=False)
    plans: list[Plan] = field(default_factory=list)
    # purse
    prices: dict[str, Path] = field(default_factory=dict)
    # who came and went
    entered: int = 0
    departed: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(Exit), np.int64))  # by Exit
    went_at_midyear: Columns = field(default_factory=dict)  # this school year, as `columns_of` them
    # time
    week: int = 0  # the last that was lived
    record: list[NDArray[Any]] = field(default_factory=list)  # rows of the weekly record, a stretch of weeks each
    closed_clusters: dict[str, NDArray[np.float64]] | None = None  # sums of the last finished school year


def nobody_yet(model: mesa.Model[Any, Any], scenario: Scenario, seed: int) -> ModelState:
    """The state of a partnership in which nobody is; `model` is whose agents they will be."""
    return ModelState(
        **_values(scenario),
        prices=paths(scenario.values, scenario.world.schedules),
        draws=Draws(seed),
        students=Population(model, Student),
        mentors=Population(model, Mentor),
        trainers=Population(model, Trainer),
        sites=Population(model, Site),
        communities=Population(model, LearningCommunity),
        boards=Population(model, Board),
        institutes=Population(model, Institute),
        leaderships=Population(model, ProgrammeLeadership),
    )


def set_values(here: ModelState, scenario: Scenario) -> None:
    """From now on rules read the values of this scenario."""
    vars(here).update(_values(scenario))


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
    return copy.deepcopy(here, memo)


def populations_of(here: ModelState) -> tuple[Population[Any], ...]:
    """All populations."""
    return (
        here.students, here.mentors, here.trainers, here.sites,
        here.communities, here.boards, here.institutes, here.leaderships,
    )  # fmt: skip


def school_year_of(here: ModelState) -> int:
    """The school year of the last week that was lived, 1 before the first."""
    return max(0, here.week - 1) // WEEKS + 1


def columns_of(here: ModelState, rows: NDArray[np.intp]) -> Columns:
    """What tables are made from, of these students."""
    return {name: here.students.column(name)[rows] for name in ("programme", "year", "site", "cluster", *SUMS)}


def everybody(here: ModelState) -> Everybody:
    """All populations as compiled rules take them."""
    return Everybody.of(
        s=here.students.rows(), m=here.mentors.rows(), t=here.trainers.rows(), o=here.sites.rows(),
        c=here.communities.rows(), b=here.boards.rows(), i=here.institutes.rows(), lead=here.leaderships.rows(),
        places=here.mentor_places,
    )  # fmt: skip
