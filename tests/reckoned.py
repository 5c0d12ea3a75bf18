"""What RULES says that people are on entering, reckoned once more; and how states are compared."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from samenspel.agents.columns import members_of
from samenspel.agents.mentors import Role
from samenspel.agents.students import Programme
from samenspel.model import Partnership
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.luck.draws import Stream
from samenspel.model.luck.keys import Kind
from tests.strategies import examples, plausible
from tests.textbook.constants import (
    BARRIER_SPREAD,
    COVENANT_PLACES,
    ENGAGEMENT_REFERENCE,
    KNOWLEDGE_SPREAD,
    MENTOR_SKILL_MEAN,
    MENTOR_SKILL_SPREAD,
    SUPERVISION_REFERENCE,
)

YEAR = 3
often = examples(20)
seldom = examples(10)
numbers = st.integers(0, 2**20)
"""The seed of a run, and of the states that its agents are given."""
CARED_FOR = (Programme.PEDAGOGY, Programme.CARE_3, Programme.CARE_4)


def spread(mean: Any, half_width: Any, u: Any) -> Any:
    return mean + half_width * (2 * u - 1)


def rounded(x: float) -> int:
    return math.floor(x + 0.5)


def key_of(kind: Kind, cohort: int, partnership: Any, index: Any) -> Any:
    return kind * 2**56 + cohort * 2**40 + np.asarray(partnership, np.int64) * 2**20 + index


def number_of(key: Any) -> Any:
    return key % 2**20


def same(rows: Any, expected: dict[str, Any], at: Any = slice(None)) -> None:
    for name, values in expected.items():
        np.testing.assert_allclose(getattr(rows, name)[at], values, rtol=1e-9, atol=1e-12, err_msg=name)


def same_but(rows: Any, before: Any, *changed: str) -> None:
    """No other state of anybody is another."""
    for name, column in members_of(before).items():
        if name not in changed:
            np.testing.assert_array_equal(getattr(rows, name), column, err_msg=name)


def backlog_of(there: Partnership) -> NDArray[np.float64]:
    backlog = there.leaderships.column("backlog")
    return backlog if there.p.with_leadership else 0 * backlog


# --- newcomers (4.3.8, 4.3.9) ----------------------------------------------------------------------------------------


def homes(there: Partnership, rows: Any, week: int) -> tuple[list[float], list[float]]:
    world, merged, x, y = there.state.world, there.p.merge_partnerships, [], []
    names = [row.name for row in world.partnerships]
    of_board = {row.name: row.partnership for row in world.boards}
    of_cluster = {row.name: row.partnership for row in world.clusters}
    at = {(s.town, of_cluster[s.cluster] if s.cluster else of_board[s.board]) for s in world.sites}
    s = there.students.rows()
    u, right, up = (there.draws.uniform(Stream.HOME, s.key[rows], week, n) for n in range(3))
    for n, k in enumerate(s.partnership[rows].tolist()):
        name = names[k if k < len(names) and not merged else 0]
        towns = [town for town in world.towns if any(t == town.name and (merged or p == name) for t, p in at)]
        people = np.cumsum([town.inhabitants for town in towns])
        town = towns[int(np.argmax(people / people[-1] > u[n]))]
        x.append(67.0 * (town.longitude - 6.5) + spread(0, there.p.home_spread, right[n]))
        y.append(111.2 * (town.latitude - 53.0) + spread(0, there.p.home_spread, up[n]))
    return x, y


def untrained_skill(p: Any, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """Skill of mentors by the own draw, before any training (4.3.9)."""
    if PARAMETERS["form_skill"].choices[p.form_skill] == "uniform":
        return np.asarray(spread(MENTOR_SKILL_MEAN, MENTOR_SKILL_SPREAD, u))
    odds = np.exp(p.mentor_skill_logit_mean) * (u.clip(min=2**-53) / (1 - u)) ** p.mentor_skill_logit_spread
    return np.asarray(odds / (1 + odds))


def new_students(there: Partnership, rows: Any, week: int) -> dict[str, Any]:
    """What students are on entering."""
    p, s, draws = there.p, there.students.rows(), there.draws
    key, programme = s.key[rows], s.programme[rows]
    mbo, parttime = programme >= Programme.CARE_3, programme == Programme.PARTTIME
    same_day = PARAMETERS["parttime_form"].choices[p.parttime_form] == "same_day"
    chance = np.where(parttime, p.parttime_availability if same_day else p.parttime_availability_flex, 1.0)
    u = [draws.uniform(Stream.START_STATE, key, week, d) for d in range(5)]
    own = {
        "teaching": programme <= Programme.ACADEMIC,
        "care": np.isin(programme, CARED_FOR),
        "collaboration": programme == Programme.ASSISTANT,
    }
    x, y = homes(there, rows, week)
    elsewhere, hours = (draws.uniform(Stream.OUTSIDE, key, week, n) for n in (0, 1))
    competence = {
        name: spread(p.competence_start + p.competence_lead * own[name], p.competence_spread, u[d]).clip(0, 1)
        for d, name in enumerate(own)
    }
    return competence | {
        "home_x": x,
        "home_y": y,
        "wish": ~mbo & (draws.uniform(Stream.WISH, key, week) < p.denomination_wish_share),
        "available": draws.uniform(Stream.AVAILABLE, key, week) < np.where(mbo, p.mbo_availability, chance),
        "knowledge": spread(p.knowledge_start, KNOWLEDGE_SPREAD, u[3]).clip(0, 1),
        "barrier": spread(p.barrier_start, BARRIER_SPREAD, u[4]).clip(0, 1),
        "outside_skill": untrained_skill(p, elsewhere).clip(0, 1),
        "outside_trainer": spread(1, 0.6, hours),
        "engagement": ENGAGEMENT_REFERENCE,
        "remembered": SUPERVISION_REFERENCE,
        "felt_support": 1.0,
        "belonging": (1 - p.belonging_peer) * p.climate_mean,
        "peer_support": 0.0,
        "contacts": 0.0,
        "wish_met": False,
    }


SKILL = ("form_skill", "mentor_skill_logit_mean", "mentor_skill_logit_spread")

STUDENTS = (
    "home_spread", "denomination_wish_share", "parttime_form", "parttime_availability", "parttime_availability_flex",
    "mbo_availability", "competence_start", "competence_lead", "competence_spread", "knowledge_start",
    "barrier_start", "belonging_peer", "climate_mean", *SKILL,
)  # fmt: skip


def new_mentors(there: Partnership, rows: Any, week: int, share: float) -> dict[str, Any]:
    """What mentors are on entering."""
    p = there.p
    u = [there.draws.uniform(Stream.MENTOR_STATE, there.mentors.column("key")[rows], week, n) for n in range(5)]
    trained = u[0] < share
    base = spread(p.fatigue_base_mean, p.fatigue_base_spread, u[3]).clip(0, 1)
    skill = (untrained_skill(p, u[2]) + p.mentor_training_gain * trained).clip(0, 1)
    interprofessional = u[1] < p.interprofessional_trained_share
    of_all = {"trained": trained, "skill": skill, "base": base, "fatigue": base, "role": Role.ACTIVE}
    return of_all | {"interprofessional": interprofessional, "richness": spread(1, p.richness_spread, u[4])}


MENTORS = (
    *SKILL, "mentor_training_gain", "richness_spread", "fatigue_base_mean", "fatigue_base_spread",
    "interprofessional_trained_share", "new_mentors_trained_share",
)  # fmt: skip


def new_trainers(there: Partnership, rows: Any, week: int) -> Any:
    """Their skill."""
    u = there.draws.uniform(Stream.TRAINER_STATE, there.trainers.column("key")[rows], week)
    return spread(there.p.trainer_skill_mean, there.p.trainer_skill_spread, u).clip(0, 1)


SHARES = {name: plausible(name) for name in ("parttime_share", "academic_share", "pedagogy_share")}

PABO = ("teaching", "care", "collaboration")


def by_largest_remainder(total: int, shares: list[float]) -> list[int]:
    whole = [math.floor(total * share) for share in shares]
    order = sorted(range(len(shares)), key=lambda n: (whole[n] - total * shares[n], n))
    for n in order[: total - sum(whole)]:
        whole[n] += 1
    return whole


def hbo_targets(there: Partnership) -> NDArray[np.int64]:
    """Students by partnership and programme (4.3.7)."""
    p, c, found = there.p, there.communities.rows(), []
    files = len(there.state.world.partnerships) if p.merge_partnerships else 1
    for k in range(there.state.partnership_count):
        demand, mine = p.hbo_demand * files, c.partnership == k
        if p.demand_follows_places:
            demand = rounded(demand * c.places[mine].sum() / (COVENANT_PLACES * mine.sum()))
        shares = (p.parttime_share, p.academic_share, p.pedagogy_share)
        found.append(by_largest_remainder(demand, [1 - sum(shares), *shares]))
    return np.array(found)
