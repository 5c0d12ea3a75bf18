"""Assessment at the end of the year: who goes on, repeats, leaves or graduates (RULES 4.3.2)."""

from __future__ import annotations

import numpy as np

from samenspel.agents.columns import Ints
from samenspel.agents.compiled import rule
from samenspel.agents.students import FIRST_MBO, Exit, Status, StudentColumns
from samenspel.model.declared.parameters import Parameters
from samenspel.model.luck.draws import Seed, Stream, stream_state, uniform_at
from samenspel.model.state import ModelState
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
    w = weights(p, s.programme[i])
    mean = (w[0] * s.teaching[i] + w[1] * s.care[i] + w[2] * s.collaboration[i]) / (w[0] + w[1] + w[2])
    return mean + p.assessment_noise * (2.0 * u - 1.0)


@rule
def judge(p: Parameters, seed: Seed, school_year: int, s: StudentColumns, outcome: Ints) -> None:
    """The outcome of the year for everyone present: `GOES_ON`, `REPEATS` or an exit kind."""
    noise = stream_state(seed, Stream.ASSESSMENT, school_year, 0)
    luck = stream_state(seed, Stream.FAILED_LEAVES, school_year, 0)
    luck_mbo = stream_state(seed, Stream.MBO_RETURN, school_year, 0)
    for i in range(s.key.size):
        outcome[i] = GOES_ON
        if s.status[i] == Status.LEFT:
            continue
        if s.programme[i] >= FIRST_MBO:
            if s.year[i] >= p.mbo_years:
                outcome[i] = Exit.GRADUATED
            elif uniform_at(luck_mbo, s.key[i]) >= p.mbo_return_share:
                outcome[i] = Exit.ENDED
            continue
        if not p.with_assessment or score_of(p, s, i, uniform_at(noise, s.key[i])) >= required_score(p, s.year[i]):
            outcome[i] = Exit.GRADUATED if s.year[i] >= 4 else GOES_ON
        else:
            outcome[i] = Exit.FAILED if uniform_at(luck, s.key[i]) < p.failed_leaves else REPEATS
        if outcome[i] != Exit.GRADUATED and s.enrolled[i] + 1 >= p.enrolment_limit:
            outcome[i] = Exit.FAILED


def outcomes(here: ModelState, school_year: int) -> np.ndarray:
    """What the assessment of a year says, without consequences; int8, shape (students,)."""
    s = here.students.rows()
    outcome = np.zeros(s.key.size, np.int8)
    judge(here.settings[0], here.draws.seed, school_year, s, outcome)
    return outcome


def assess(here: ModelState, school_year: int) -> None:
    """Everybody goes on, repeats or leaves."""
    s = here.students.rows()
    outcome = outcomes(here, school_year)
    present = s.status != Status.LEFT
    s.enrolled[present & (s.programme < FIRST_MBO)] += 1
    s.year[present & (outcome == GOES_ON)] += 1
    leaving = outcome > GOES_ON
    s.status[leaving] = Status.LEFT
    s.exit_kind[leaving] = outcome[leaving]
