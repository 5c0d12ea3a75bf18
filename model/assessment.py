"""Assessment at the end of the year: who goes on, repeats, leaves or graduates (RULES 4.3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from agents.columns import Floats, Ints, Settings
from agents.compiled import rule
from agents.students import Exit
from model.draws import Stream, stream_state, uniform_at
from model.learning import weights
from model.supervision import FIRST_MBO

if TYPE_CHECKING:
    from model.partnership import Partnership

FAILED, GRADUATED, ENDED = int(Exit.FAILED), int(Exit.GRADUATED), int(Exit.ENDED)
ASSESSMENT, FAILED_LEAVES, MBO_RETURN = int(Stream.ASSESSMENT), int(Stream.FAILED_LEAVES), int(Stream.MBO_RETURN)
GOES_ON, REPEATS = 0, -1
"""Outcomes besides the exit kinds."""


@rule
def required_score(p: Settings, year: int) -> float:
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
def score_of(p: Settings, programme: int, teaching: float, care: float, collaboration: float, u: float) -> float:
    """Competence weighted as the programme trains it, with the noise of an assessment."""
    w = weights(p, programme)
    mean = (w[0] * teaching + w[1] * care + w[2] * collaboration) / (w[0] + w[1] + w[2])
    return mean + p.assessment_noise * (2.0 * u - 1.0)


@rule
def judge(
    p: Settings, seed: Any, school_year: int, key: Ints, programme: Ints, year: Ints, enrolled: Ints,
    status: Ints, teaching: Floats, care: Floats, collaboration: Floats, outcome: Ints,
) -> None:  # fmt: skip
    """The outcome of the year for everyone present: `GOES_ON`, `REPEATS` or an exit kind."""
    noise = stream_state(seed, ASSESSMENT, school_year, 0)
    luck = stream_state(seed, FAILED_LEAVES, school_year, 0)
    luck_mbo = stream_state(seed, MBO_RETURN, school_year, 0)
    for i in range(key.size):
        outcome[i] = GOES_ON
        if status[i] == 0:
            continue
        if programme[i] >= FIRST_MBO:
            if year[i] >= p.mbo_years:
                outcome[i] = GRADUATED
            elif uniform_at(luck_mbo, key[i]) >= p.mbo_return_share:
                outcome[i] = ENDED
            continue
        score = score_of(p, programme[i], teaching[i], care[i], collaboration[i], uniform_at(noise, key[i]))
        if not p.with_assessment or score >= required_score(p, year[i]):
            outcome[i] = GRADUATED if year[i] >= 4 else GOES_ON
        else:
            outcome[i] = FAILED if uniform_at(luck, key[i]) < p.failed_leaves else REPEATS
        if outcome[i] != GRADUATED and enrolled[i] + 1 >= p.enrolment_limit:
            outcome[i] = FAILED


def outcomes(here: Partnership, school_year: int) -> np.ndarray:
    """What the assessment of a year says, without consequences; int8, shape (students,)."""
    s = here.students.rows()
    outcome = np.zeros(s.key.size, np.int8)
    judge(
        here.settings[0], here.draws.seed, school_year, s.key, s.programme, s.year, s.enrolled, s.status,
        s.teaching, s.care, s.collaboration, outcome,
    )  # fmt: skip
    return outcome


def assess(here: Partnership, school_year: int) -> None:
    """Everybody goes on, repeats or leaves."""
    s = here.students.rows()
    outcome = outcomes(here, school_year)
    present = s.status != 0
    s.enrolled[present & (s.programme < FIRST_MBO)] += 1
    s.year[present & (outcome == GOES_ON)] += 1
    leaving = outcome > GOES_ON
    s.status[leaving] = 0
    s.exit_kind[leaving] = outcome[leaving]
