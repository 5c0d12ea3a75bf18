"""What a design's meetings and training cost: hours that the accounts of RULES 4.4 leave out.

Those accounts pay a trainer's fixed hours a week. Where sessions are given from these (`form_facilitation` persons)
nothing of a meeting is left out. Where they are not (hours), all of them go to coordination and guidance, so an hour in
a meeting is an hour on top, and paying it here counts nothing twice. Training is paid there only for mentors who are
trained along the way, not for what mentors begin with; and the trainer whom the mbo school pays stands outside those
accounts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from samenspel.agents.columns import Floats
from samenspel.agents.mentors import Role
from samenspel.agents.trainers import KINDS, TrainerKind
from samenspel.experiments.engine.spread import spread
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.choices import Facilitation
from samenspel.model.declared.parameters import COMMUNITY
from samenspel.model.here import Price
from samenspel.model.money import price_in
from samenspel.model.year.communities import setting

if TYPE_CHECKING:
    import pandas as pd

    from samenspel.experiments.pilots.file.design import PilotDesign
    from samenspel.experiments.pilots.file.pilots import Pilots
    from samenspel.model.partnership import Partnership

ENTRY = {  # what mentors begin with: at the start of the partnership, and where it stands for those who come later
    "mentors_trained_share": "new_mentors_trained_share",
    "interprofessional_trained_share": "interprofessional_trained_share",
}


@dataclass(frozen=True)
class LeftOut:
    """EUR a year, at the wages of the last school year, that the accounts leave out."""

    meetings: float
    training: float
    mbo_trainer: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.meetings + self.training + self.mbo_trainer


def left_out(pilots: Pilots, design: PilotDesign, world: int) -> LeftOut:
    """What the accounts of a design leave out in a world, from its clusters, trainers and mentors as it begins."""
    from samenspel.model.partnership import Partnership

    scenario = design.at_last.with_values(**pilots.sampled[world], mbo_start_year=1, beyond_range=True)
    here = Partnership(scenario, rng=pilots.seed, past=pilots.past(design.at_last).of(scenario))
    wages = price_in(here.state.all(), Price.WAGE_INDEX, pilots.years)
    return LeftOut(wages * _meetings(here), wages * _training(here, pilots), wages * WEEKS * _mbo_trainer_cost(here))


@dataclass(frozen=True)
class Totals:
    """Gives the total of a design in a world, by design × worlds + world."""

    pilots: Pilots

    def __call__(self, number: int) -> float:
        """One total."""
        design, world = divmod(number, len(self.pilots.sampled))
        return left_out(self.pilots, self.pilots.designs[design], world).total


def totals(pilots: Pilots, workers: int | None = 0) -> Floats:
    """The total of every design in every world, shape (designs, worlds)."""
    designs, worlds = len(pilots.designs), len(pilots.sampled)
    return np.array(spread(Totals(pilots), designs * worlds, workers)).reshape(designs, worlds)


def _meetings(here: Partnership) -> float:
    """Each trainer who has hours in a cluster attends each of its meetings, from beginning to end.

    Where sessions are given from trainers' own hours, the accounts pay for them already.
    """
    p, interval = here.p, here.communities.column("meeting_interval")
    if not p.with_peer_learning or p.form_facilitation == Facilitation.PERSONS:
        return 0.0
    seats = _seats(here) > 0.0
    rates = np.zeros(KINDS)
    rates[[TrainerKind.SCHOOL, TrainerKind.MBO]] = p.teacher_hour_cost
    rates[TrainerKind.INSTITUTE], rates[TrainerKind.PRACTICE] = p.institute_hour_cost, p.care_hour_cost
    return float(p.meeting_hours * ((WEEKS // interval) * (seats @ rates)).sum())


def _mbo_trainer_cost(here: Partnership) -> float:
    """EUR a week at the rate of a teacher, for want of a rate of the mbo school."""
    return float(here.p.teacher_hour_cost * _seats(here)[:, TrainerKind.MBO].sum())


def _seats(here: Partnership) -> Floats:
    """Hours a week by cluster and kind of trainer; those of practice and of mbo only where mbo students are."""
    hours: Floats = here.trainers.column("hours").reshape(-1, KINDS).copy()
    without = ~here.communities.column("has_mbo")
    hours[np.ix_(without, [TrainerKind.PRACTICE, TrainerKind.MBO])] = 0.0
    return hours


def _training(here: Partnership, pilots: Pilots) -> float:
    """Recruits come trained to their share; mentors who are there are brought to theirs over the years compared."""
    p, m = here.p, here.mentors.rows()
    mentors = np.bincount(m.cluster[(m.cluster >= 0) & (m.role != Role.EMPTY)], minlength=here.communities.size)
    recruits = mentors * (p.mentor_turnover * p.mentor_recruitment if p.with_turnover else 0.0)
    trained = np.zeros(mentors.size)
    for at_start, of_recruits in ENTRY.items():
        more = np.maximum(0.0, _shares(here, at_start) - _shares_now(here, pilots, at_start))
        trained += more * mentors / pilots.years + _shares(here, of_recruits) * recruits
    return float(p.mentor_training_cost * trained.sum())


def _shares(here: Partnership, name: str) -> Floats:
    """The share that a design has in every cluster."""
    return setting(here.state, name) if name in COMMUNITY else np.full(here.communities.size, getattr(here.p, name))


def _shares_now(here: Partnership, pilots: Pilots, name: str) -> Floats:
    """The share that these clusters have in the scenario, before any design."""
    own = {row.name: row.own for row in pilots.scenario.world.clusters}
    usual = pilots.scenario.values[name]
    return np.array([own.get(cluster, {}).get(name, usual) for cluster in here.names("communities")], float)


def with_full_cost(runs: pd.DataFrame, extra: Floats) -> pd.DataFrame:
    """Runs of a design with what boards and institute add in all, among it what the accounts leave out by world."""
    from samenspel.experiments.pilots.file.measures import FULL_COST

    return runs.assign(**{FULL_COST: runs["own_contribution"] + extra[runs["world"].to_numpy()]})
