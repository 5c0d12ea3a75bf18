"""The model: a partnership, or many, living through school weeks and school years."""

from __future__ import annotations

import copy
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from samenspel.agents.students import Programme, Student
from samenspel.model.clock import skip, weeks_alone
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.declaration import Value
from samenspel.model.input.scenario import Scenario
from samenspel.model.measures.groups import group_students, names_of
from samenspel.model.measures.records import (
    clusters_of_latest_year,
    latest_week,
    latest_year,
    record_matrix,
    record_of,
    record_table,
)
from samenspel.model.memory import begin_in, live_in
from samenspel.model.start.land import people_in
from samenspel.model.start.leaving_the_past import leave_the_past, lived_by
from samenspel.model.state import school_year_of, set_values
from samenspel.model.state_model import StateModel
from samenspel.model.year.changes import change_community, changed, refuse_structure
from samenspel.model.year.intake import one_student_more
from samenspel.model.year.room import with_prices, with_room
from samenspel.model.year.settling import ask_leadership, settle


class Partnership(StateModel):
    """A teacher-education partnership as a `mesa.Model`; one step is one school week.

    Parameters
    ----------
    scenario : Scenario
        What is there and how it behaves: `Scenario.load("baseline")`.
    rng : int
        The seed. Every draw is a function of it; nothing else is random.
    past : Scenario, optional
        What the partnership has lived by until now, in the same land; the scenario holds from the first week on
        (RULES 8.1). Of itself a scenario has always been so. Does nothing with `form_start` new, which knows no past.

    Raises
    ------
    InputFaults
        When `past` has other boards, clusters or sites.

    Attributes
    ----------
    students, mentors, trainers, sites, communities, boards, institutes, leaderships : Population
        All agents of a kind, as columns of states.
    state : ModelState
        Everything that the partnership is now, as data; the rules of the year take it.
    """

    def __init__(self, scenario: Scenario, rng: int = 1, past: Scenario | None = None) -> None:
        super().__init__(rng=int(rng))
        lived = scenario if past is None else lived_by(scenario, past)
        self.state = here = people_in(self, lived, int(rng))
        self.students, self.mentors, self.trainers, self.sites = here.students, here.mentors, here.trainers, here.sites
        self.communities, self.boards = here.communities, here.boards
        self.institutes, self.leaderships = here.institutes, here.leaderships
        begin_in(here)
        if lived is not scenario:
            leave_the_past(here, scenario)

    # --- other lives ---

    def copy(self) -> Self:
        """A partnership in the same state that lives on by itself, with the same luck.

        It is of the same class. Attributes that you or a subclass gave it are copied as `copy.deepcopy` copies them:
        agents and populations in them become those of the copy. What you scheduled with Mesa goes along where it
        calls a method of the partnership, of its agents or of such an attribute; a plain function stays behind, as do
        observers. Agents of the copy are made anew when asked for.

        Raises TypeError for an attribute that cannot be copied, such as an open file.
        """
        return copy.deepcopy(self)

    def change(self, *, cluster: Value | None = None, **values: Value) -> None:
        """Change parameters from the next week on (RULES 8), of the partnership or of one cluster.

        What the partnership changes holds for every cluster without a value of its own. With `cluster`, a name or a
        row, that cluster has the values for itself from then on; it can have those that `COMMUNITY` lists.
        Rules read the new values; trainers' hours, mentors' skill and training, availability, places and budgets
        that were made from the old ones follow. Values are checked as in `Scenario.with_values`, `beyond_range`
        included; raises `InputFaults`, also for what cannot change during a run, and then nothing has changed.
        """
        if cluster is not None:
            change_community(self.state, cluster, values)
            ask_leadership(self.state.all())
            return
        scenario, before = self.scenario.with_values(**values), self.state.settings
        refuse_structure(scenario.values, self.scenario.values)
        set_values(self.state, scenario)
        changed(with_prices(self.state), before)
        self.state.follow()

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
        here = with_room(self.state)
        one_student_more(here, site, int(programme), year)
        key = int(self.students.column("key")[-1])
        settle(here, True)
        self.state.follow()
        row = np.flatnonzero(self.students.column("key") == key).item()
        return self.students[row]  # type: ignore[return-value]

    # --- time ---

    @property
    def week(self) -> int:
        """The last week that was lived, counted from the start; 0 before the first."""
        return self.state.week

    @property
    def school_year(self) -> int:
        """The school year of the last week that was lived, 1 before the first."""
        return school_year_of(self.state)

    @property
    def week_of_year(self) -> int:
        """The last week that was lived, 1 to 40; 0 before the first."""
        return (self.week - 1) % WEEKS + 1 if self.week else 0

    def step(self) -> None:
        """Live one school week; after week 40 the turn of the year comes first."""
        live_in(self.state, 1)

    def run(self, years: int = 0, weeks: int = 0, recorded_from: int = 1) -> None:
        """Live so many school years and weeks from here: so many steps of Mesa, with fewer stops where nobody looks.

        What was scheduled at 20 happens when week 20 has been lived, and what belongs to the end of that week. Who asks
        for indicators of late years only can leave out those before: weeks before school year `recorded_from` have
        none but money (NaN), unless somebody looks at each, and are lived faster for it.
        """
        left = years * WEEKS + weeks
        while left > 0:
            alone = weeks_alone(self, left) if self._steps_are_weeks() else 0
            if alone:
                live_in(self.state, alone, (recorded_from - 1) * WEEKS - self.week)
                skip(self, alone)
            else:
                self.step()
            left -= max(1, alone)

    def _steps_are_weeks(self) -> bool:
        """Whether nobody gave steps another meaning."""
        return type(self).step is Partnership.step and self.step == self._wrapped_step

    # --- what is measured ---

    def names(self, population: str) -> NDArray[Any]:
        """Readable names of all boards, communities or sites, in row order."""
        return names_of(self.state, population)

    @property
    def weekly_record(self) -> NDArray[np.float64]:
        """All indicators of all weeks, shape (weeks, indicators), in the order of `INDICATORS`."""
        return record_matrix(self.state)

    def indicators(self) -> pd.DataFrame:
        """One row a week: `school_year`, `week` (1-40) and every indicator; NaN where nobody is there to measure."""
        return record_table(self.state)

    def recorded(self, name: str) -> NDArray[np.float64]:
        """One indicator in every week, shape (weeks,)."""
        return record_of(self.state, name)

    def this_week(self) -> dict[str, float]:
        """Every indicator of the last week that was lived; NaN before the first."""
        return latest_week(self.state)

    def last_year(self) -> dict[str, float]:
        """Every indicator over the last finished school year."""
        return latest_year(self.state)

    def clusters_last_year(self) -> pd.DataFrame:
        """One row per cluster, over the last finished school year."""
        return clusters_of_latest_year(self.state)

    def groups_last_year(self, by: str) -> pd.DataFrame:
        """Supervision of inside students this school year, by board, cluster, site, programme, year or role."""
        return group_students(self.state, by)
