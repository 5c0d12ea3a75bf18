"""Trainers: the pair, trio or quartet that looks after a cluster's students."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from samenspel.agents.columns import Bundle
from samenspel.agents.compiled import rule
from samenspel.agents.population import RowAgent, State


class TrainerKind(IntEnum):
    """Whose side a trainer is on."""

    SCHOOL = 0
    INSTITUTE = 1
    PRACTICE = 2
    MBO = 3


KINDS = len(TrainerKind)
"""Seats of a cluster: the trainer of a kind stands at row `KINDS * cluster + kind`."""


class TrainerColumns(Bundle):
    """The states of trainers."""

    key = State(np.int64, "identity, for keyed draws")
    kind = State(np.int8, "TrainerKind")
    cluster = State(np.int32, "row of the learning community")
    present = State(np.bool_, "the cluster has this seat")
    hours = State(np.float64, "h/week of the seat before cuts")
    skill = State(np.float64, "0-1")
    familiarity = State(np.float64, "with the cluster, 0-1")
    vacant_weeks = State(np.int16, "weeks until the seat is filled")


class Trainer(RowAgent, TrainerColumns):
    """A seat among a cluster's trainers and who holds it."""

    @classmethod
    def kind_at(cls, columns: dict[str, NDArray[Any]], row: int) -> type[RowAgent]:
        """The class by the side the trainer is on."""
        return (SchoolTrainer, InstituteTrainer, PracticeTrainer, MboTrainer)[columns["kind"][row]]


class SchoolTrainer(Trainer):
    """Supplied by one of the cluster's sites (schoolopleider)."""


class InstituteTrainer(Trainer):
    """From the institute (instituutsopleider)."""


class PracticeTrainer(Trainer):
    """The employer's side of mbo (praktijkopleider)."""


class MboTrainer(Trainer):
    """The mbo school's side (bpv-begeleider)."""


@rule
def attention_weight(by_need: bool, remembered: float) -> float:
    """The weight of a student in the trainers' attention: even, or more to who gets least (RULES 3.4)."""
    return 1.0 - remembered if by_need else 1.0


@rule
def seat_hours(kind: int, hours: float, school_factor: float, institute_factor: float) -> float:
    """Hours a week of a trainer's seat after cuts."""
    if kind == TrainerKind.SCHOOL:
        return hours * school_factor
    if kind == TrainerKind.INSTITUTE:
        return hours * institute_factor
    return hours
