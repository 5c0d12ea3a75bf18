"""Assessment at the end of the year: who goes on, repeats, leaves or graduates (RULES 4.3.2)."""

from __future__ import annotations

import numpy as np

from samenspel.agents.columns import Ints
from samenspel.agents.compiled import rule
from samenspel.agents.students import FIRST_MBO, Exit, Status, StudentColumns
from samenspel.model.declared.parameters import Parameters
from samenspel.model.here import Here
from samenspel.model.luck.draws import Seed, Stream, stream_state, uniform_at
from samenspel.model.week.learning import weights

GOES_ON, REPEATS = 0, -1
"""Outcomes besides the exit kinds."""


@rule
def required_score(p: Parameters, year: int) -> float:
    """The score required to pass a study year."""
    return (
        p.required_year_1
        if year == 1
        else p.required_year_2
        if year == 2
        else p.required_year_3
        if year == 3
        else p.required_year_4
    )


@rule
def score_of(p: Parameters, s: StudentColumns, i: int, u: float) -> float:
    """Competence weighted as the programme trains it, with the noise of an assessment."""
    w = weights(s.programme[i])
    mean = (w[0] * s.teaching[i] + w[1] * s.care[i] + w[2] * s.collaboration[i]) / (w[0] + w[1] + w[2])
    return mean + p.assessment_noise * (2.0 * u - 1.0)


@rule
def judge_mbo(p: Parameters, year: int, u: float) -> int:
    """The outcome of an mbo student's year: a diploma, a further year, or the end of the placement."""
    if year >= p.mbo_years:
        return Exit.GRADUATED
    return GOES_ON if u < p.mbo_return_share else Exit.ENDED


@rule
def is_delayed(p: Parameters, year: int, u: float) -> bool:
    """Whether who passed at the workplace repeats a later year for what is missing at the institute."""
    return p.with_assessment and year >= 2 and u < p.delay_later


@rule
def judge(p: Parameters, seed: Seed, school_year: int, s: StudentColumns, outcome: Ints) -> None:
    """The outcome of the year for everyone present: `GOES_ON`, `REPEATS` or an exit kind."""
    noise = stream_state(seed, Stream.ASSESSMENT, school_year, 0)
    luck = stream_state(seed, Stream.FAILED_LEAVES, school_year, 0)
    luck_of_delay = stream_state(seed, Stream.DELAY, school_year, 0)
    luck_mbo = stream_state(seed, Stream.MBO_RETURN, school_year, 0)
    for i in range(s.key.size):
        outcome[i] = GOES_ON
        if s.status[i] == Status.LEFT:
            continue
        if s.programme[i] >= FIRST_MBO:
            outcome[i] = judge_mbo(p, s.year[i], uniform_at(luck_mbo, s.key[i]))
            continue
        if not p.with_assessment or score_of(p, s, i, uniform_at(noise, s.key[i])) >= required_score(p, s.year[i]):
            delayed = is_delayed(p, s.year[i], uniform_at(luck_of_delay, s.key[i]))
            outcome[i] = REPEATS if delayed else Exit.GRADUATED if s.year[i] >= 4 else GOES_ON
        else:
            outcome[i] = Exit.FAILED if uniform_at(luck, s.key[i]) < p.failed_leaves else REPEATS
        if outcome[i] != Exit.GRADUATED and s.enrolled[i] + 1 >= p.enrolment_limit:
            outcome[i] = Exit.FAILED


@rule
def outcomes(here: Here, school_year: int) -> Ints:
    """What the assessment of a year says, without consequences; int8, shape (students,)."""
    outcome = np.zeros(here.s.key.size, np.int8)
    judge(here.settings[0], here.now[0].seed, school_year, here.s, outcome)
    return outcome


@rule
def assess(here: Here, school_year: int) -> None:
    """Everybody goes on, repeats or leaves."""
    s, outcome = here.s, outcomes(here, school_year)
    for i in range(outcome.size):
        if s.status[i] == Status.LEFT:
            continue
        if s.programme[i] < FIRST_MBO:
            s.enrolled[i] += 1
        if outcome[i] == GOES_ON:
            s.year[i] += 1
        elif outcome[i] > GOES_ON:
            s.status[i], s.exit_kind[i] = Status.LEFT, outcome[i]


@rule
def count_graduates(here: Here, school_year: int) -> int:
    """Hbo students inside who get a diploma at the end of the year."""
    s, outcome, count = here.s, outcomes(here, school_year), 0
    for i in range(outcome.size):
        count += s.status[i] == Status.INSIDE and s.programme[i] < FIRST_MBO and outcome[i] == Exit.GRADUATED
    return count
