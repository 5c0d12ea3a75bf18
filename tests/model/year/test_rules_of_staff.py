"""Mentors and trainers at the turn of a year, person by person for any state and parameters (RULES 4.3)."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given

from samenspel.agents.columns import members_of
from samenspel.agents.mentors import Role
from samenspel.model.luck.draws import Stream
from samenspel.model.luck.keys import Kind
from samenspel.model.year.staff import turn_mentors, turn_trainers
from tests.lives import apply, copied, in_any_state, make
from tests.reckoned import (
    MENTORS,
    YEAR,
    backlog_of,
    key_of,
    new_mentors,
    new_trainers,
    number_of,
    numbers,
    often,
    same,
    same_but,
)
from tests.strategies import examples, values_of

TURNOVER = (
    "fatigue_summer", "mentor_turnover", "mentor_return", "mentor_recruitment", "mentor_training_rate",
    "with_turnover", *MENTORS,
)  # fmt: skip


@examples(30)
@given(number=numbers, values=values_of(*TURNOVER))
def test_each_mentor_rests_leaves_returns_and_trains_by_the_own_draw(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, **values)
    p, m, o, s, draws = there.p, there.mentors.rows(), there.sites.rows(), there.students.rows(), there.draws
    before, link = copied(m), s.mentor.copy()
    apply(turn_mentors, there, YEAR)

    u = [draws.uniform(Stream.MENTOR_TURNOVER, before.key, YEAR, n) for n in range(2)]
    leaves = (before.role != Role.EMPTY) & (u[0] < p.mentor_turnover) & bool(p.with_turnover)
    returns = (before.role == Role.WITHDRAWN) & ~leaves & (u[1] < p.mentor_return)
    role = np.where(leaves, Role.EMPTY, np.where(returns, Role.ACTIVE, before.role))
    key = key_of(Kind.MENTOR, YEAR, o.partnership[m.site], number_of(o.key[m.site]) * 2**6 + m.place)
    recruited = (role == Role.EMPTY) & bool(p.with_turnover)
    recruited &= draws.uniform(Stream.MENTOR_TURNOVER, key, YEAR, 2) < p.mentor_recruitment
    np.testing.assert_array_equal(m.key, np.where(recruited, key, before.key))

    rested = before.base + p.fatigue_summer * (before.fatigue - before.base)
    now = members_of(before) | {"fatigue": rested, "role": role}
    new = new_mentors(there, slice(None), YEAR, p.new_mentors_trained_share)
    now |= {name: np.where(recruited, values, now[name]) for name, values in new.items()}
    rate = np.minimum(1, p.mentor_training_rate * np.where(there.communities.column("plan")[m.cluster], 2, 1))
    rate[there.boards.column("stopped")[m.board]] = 0
    trains = (
        (now["role"] == Role.ACTIVE) & ~now["trained"] & (draws.uniform(Stream.MENTOR_TRAINING, m.key, YEAR) < rate)
    )
    same(m, {name: now[name] for name in ("fatigue", "base", "role", "interprofessional")})
    same(m, {"trained": now["trained"] | trains, "new": recruited})
    same(m, {"skill": np.where(trains, np.minimum(1, now["skill"] + p.mentor_training_gain), now["skill"])})
    same_but(m, before, "key", "new", "trained", "skill", *new)
    np.testing.assert_array_equal(s.mentor, np.where((link >= 0) & leaves[link], -1, link))
    trained = there.boards.column("trained").tolist()
    assert trained == np.bincount(m.board[trains], minlength=len(there.boards)).tolist()


@often
@given(
    number=numbers,
    values=values_of(
        "trainer_skill_gain", "trainer_skill_loss", "trainer_turnover", "trainer_found", "familiarity_new",
        "vacancy_weeks", "trainer_skill_mean", "trainer_skill_spread", "maturity_rate", "with_turnover",
        "with_leadership", "with_fidelity",
    ),
)  # fmt: skip
def test_each_trainer_learns_and_leaves_by_the_own_draw_and_communities_mature(
    number: int, values: dict[str, Any]
) -> None:
    there = in_any_state(number, **values)
    p, t, c, draws = there.p, there.trainers.rows(), there.communities.rows(), there.draws
    before, maturity = copied(t), c.maturity.copy()
    apply(turn_trainers, there, YEAR)

    done = 1 / (1 + backlog_of(there)[c.partnership[t.cluster]] / 40)
    skill = before.skill + p.trainer_skill_gain * (1 - before.skill) * done
    skill = (skill - p.trainer_skill_loss * before.skill * (1 - done)).clip(0, 1)
    leaves = t.present & bool(p.with_turnover)
    leaves &= draws.uniform(Stream.TRAINER_TURNOVER, before.key, YEAR) < p.trainer_turnover
    key = key_of(Kind.TRAINER, YEAR, c.partnership[t.cluster], number_of(c.key[t.cluster]) * 4 + t.kind)
    np.testing.assert_array_equal(t.key, np.where(leaves, key, before.key))
    vacant = np.where(draws.uniform(Stream.TRAINER_FOUND, key, YEAR) < p.trainer_found, 0, p.vacancy_weeks)
    same(t, {"skill": np.select([leaves, t.present], [new_trainers(there, slice(None), YEAR), skill], before.skill)})
    same(t, {"familiarity": np.where(leaves, p.familiarity_new, before.familiarity)})
    same(t, {"vacant_weeks": np.where(leaves, vacant, before.vacant_weeks)})
    same_but(t, before, "key", "skill", "familiarity", "vacant_weeks")
    full = 1 / (1 + backlog_of(there)[c.partnership] / 40) if p.with_fidelity else 1.0
    same(c, {"maturity": maturity + p.maturity_rate * (full - maturity)})


def test_communities_come_to_rest_at_what_the_leadership_can_do() -> None:
    """Ten weeks behind is a fifth undone: 0.8 + 0.2 · (1 − rate)^years."""
    there = make(with_fidelity=True, maturity_rate=0.5, form_start="new")
    for years in range(1, 9):
        there.leaderships.column("backlog")[:] = 10.0
        apply(turn_trainers, there, years)
        np.testing.assert_allclose(there.communities.column("maturity"), 0.8 + 0.2 * 0.5**years)
