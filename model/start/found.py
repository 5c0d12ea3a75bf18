"""What students find in a partnership: staff and places, as far as it is known before they come (RULES 5.1)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Floats
from samenspel.agents.compiled import rule
from samenspel.agents.mentors import MentorColumns, Role
from samenspel.agents.organisations import BoardColumns
from samenspel.agents.students import FIRST_MBO, Programme, Status
from samenspel.model.declared.choices import MboMix
from samenspel.model.declared.parameters import Parameters
from samenspel.model.start.cells import Here, Staff
from samenspel.model.start.exchange import YEARS
from samenspel.model.state import ModelState
from samenspel.model.week.supervision import time_of, trainer_time
from samenspel.model.week.workload import kind_for
from samenspel.model.year.newcomers import availability, mentor_skill
from samenspel.model.year.placement import turn_of

QUANTILES = 64
"""Draws by which mean and SD of what is drawn are known."""


def expect_of_trainers(here: ModelState, demand: NDArray[np.int64]) -> None:
    """What leaves trainers time before sessions, as far as it is known before students are placed."""
    p, c, o, m, s = here.p, here.communities.rows(), here.sites.rows(), here.mentors.rows(), here.students.rows()
    count = c.key.size
    there = o.cluster >= 0
    places = np.bincount(o.cluster[there], o.hbo_places[there], count)
    mbo = np.bincount(s.cluster, minlength=count)
    all_places = np.bincount(c.partnership, places, here.partnership_count)
    filled = np.minimum(1.0, able(here, demand).sum(axis=1) / np.maximum(all_places, 1e-300))
    hbo = places * filled[c.partnership]
    active = m.role == Role.ACTIVE
    mentors = np.bincount(m.cluster[active], minlength=count)
    new = np.bincount(m.cluster[active & m.new], minlength=count)
    members = hbo * (YEARS - 1) / YEARS + mbo * (c.mbo_mix != MboMix.NONE)
    c.students[:] = np.floor(hbo + mbo + 0.5)
    c.members[:] = np.floor(members + 0.5)
    c.mbo_share[:] = mbo * (c.mbo_mix != MboMix.NONE) / np.maximum(members, 1e-300)
    c.hosting[:] = np.minimum(mentors, c.students)
    c.new_hosting[:] = np.floor(new * c.hosting / np.maximum(mentors, 1) + 0.5)
    c.parts[:] = np.maximum(1, np.ceil(c.members / p.community_split_size))
    c.sessions[:] = c.sessions_mbo[:] = 0.0
    trainer_time(here.settings[0], *staff_of(here), here.leaderships.rows())


def staff_of(here: ModelState) -> Staff:
    """Communities, trainers, boards and institutes, as rules take them."""
    return Staff(here.communities.rows(), here.trainers.rows(), here.boards.rows(), here.institutes.rows())


def able(here: ModelState, demand: NDArray[np.int64]) -> NDArray[np.float64]:
    """Students by partnership and programme who could be placed, on average (RULES 4.5)."""
    o = here.sites.rows()
    with_ikc = np.zeros(here.partnership_count, np.bool_)
    with_ikc[o.partnership[(o.hbo_places > 0) & o.ikc]] = True
    part = np.tile(availability(here.p, np.arange(FIRST_MBO)), (here.partnership_count, 1))
    part[~with_ikc, Programme.PEDAGOGY] = 0.0
    return np.asarray(part * demand)


def what_they_find(here: ModelState, demand: NDArray[np.int64]) -> list[Here]:
    """Staff and places of every partnership."""
    p, c, o, s = here.p, here.communities.rows(), here.sites.rows(), here.students.rows()
    time, number, skill, spread, trained = _mentors_there(here)
    places = np.bincount(o.partnership, o.hbo_places, here.partnership_count)
    eligible = able(here, demand) / np.maximum(demand, 1)
    mbo = np.zeros((here.partnership_count, len(Programme)))
    np.add.at(mbo, (s.partnership, s.programme), 1.0)
    drawn = mentor_skill(p, (np.arange(QUANTILES) + 0.5) / QUANTILES, np.zeros(QUANTILES, np.bool_))
    kinds = np.array([kind_for(a) for a in range(len(Programme))], np.int64)
    effect = c.skill * c.familiarity * c.seats
    found = []
    for k in range(here.partnership_count):
        rows = np.flatnonzero(c.partnership == k)
        mine = (o.partnership == k) & (o.hbo_places > 0)
        sites = np.array([np.count_nonzero(mine), np.count_nonzero(mine & o.ikc)], np.float64)
        found.append(
            Here(
                k, kinds, demand[k].astype(np.float64), eligible[k].copy(), turn_of(p, np.arange(FIRST_MBO)),
                mbo[k].copy(), float(places[k]), sites, time[k].copy(), number[k].copy(), skill[k].copy(),
                spread[k].copy(), trained[k].copy(), np.array([drawn.mean(), drawn.std()]), np.zeros(2), rows,
                c.students[rows].astype(np.float64), c.trainer_time[rows].copy(), effect[rows].copy(),
                float(c.parts[rows].mean()) if rows.size else 1.0,
            )
        )  # fmt: skip
    return found


def _mentors_there(here: ModelState) -> tuple[NDArray[np.float64], ...]:
    """Hours without and with a final year, number, mean and SD of skill, trained, by partnership and kind."""
    m, b = here.mentors.rows(), here.boards.rows()
    hours = np.zeros((2, m.key.size))
    hours_of(here.settings[0], m, b, hours)
    active = m.role == Role.ACTIVE
    group = here.communities.column("partnership")[m.cluster] * 2 + m.kind
    number, means, spread = by_group(group[active], 2 * here.partnership_count, m, np.flatnonzero(active))
    time = np.array([np.bincount(group[active], row[active], number.size) for row in hours]) / np.maximum(number, 1.0)
    return (time.T.reshape(-1, 2, 2), *(x.reshape(-1, 2) for x in (number, means[0], spread, means[1])))


def by_group(
    group: NDArray[np.int64], size: int, m: MentorColumns, rows: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """How many of these mentors are in each group; mean skill and interprofessional training; SD of skill."""
    number = np.bincount(group, minlength=size).astype(np.float64)

    def mean(column: NDArray[Any]) -> NDArray[np.float64]:
        return np.bincount(group, column, size) / np.maximum(number, 1.0)

    skill = mean(m.skill[rows])
    return (
        number,
        np.array([skill, mean(m.interprofessional[rows].astype(np.float64))]),
        np.sqrt(mean((m.skill[rows] - skill[group]) ** 2)),
    )


def know_who_is_asked(here: ModelState, found: list[Here]) -> None:
    """Skill and training of mentors over the students who have one: the suitable may have more of them."""
    s, m = here.students.rows(), here.mentors.rows()
    linked = np.flatnonzero((s.status == Status.INSIDE) & (s.mentor >= 0))
    rows = s.mentor[linked]
    number, means, spread = by_group(s.partnership[linked] * 2 + m.kind[rows], 2 * here.partnership_count, m, rows)
    for k, mine in enumerate(found):
        for kind in np.flatnonzero(number[2 * k : 2 * k + 2]).tolist():
            mine.skill[kind], mine.trained[kind] = means[:, 2 * k + kind]
            mine.skill_spread[kind] = spread[2 * k + kind]


@rule
def hours_of(p: Parameters, m: MentorColumns, b: BoardColumns, hours: Floats) -> None:
    """Hours a week that every mentor has, without and with a student of the final year."""
    for k in range(hours.shape[1]):
        hours[0, k] = time_of(p, m, b, k, False)
        hours[1, k] = time_of(p, m, b, k, True)
