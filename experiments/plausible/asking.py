"""What to ask first: which assumptions, alone or measured together, an answer hangs on, from runs that are there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from samenspel.experiments.plausible.diagnostics import coded
from samenspel.experiments.statistics import weighted
from samenspel.experiments.statistics.basis import Input
from samenspel.experiments.statistics.evppi import ask, explain
from samenspel.model.declared.declaration import Value
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.words import Message

TOGETHER: dict[str, tuple[Message, tuple[str, ...]]] = {
    "mentor hours": (
        Message("the hours that mentors really get, and ask"),
        ("hours_delivered", "need_per_day", "fatigue_time_loss"),
    ),
    "mentor skill": (
        Message("what mentors can do"),
        ("mentor_skill_logit_mean", "mentor_skill_logit_spread", "mentors_trained_share", "mentor_training_gain"),
    ),
    "attendance": (
        Message("who comes to meetings"),
        ("parttime_availability_flex", "mbo_availability"),
    ),
    "trainer hours": (
        Message("what trainers’ hours go to"),
        ("hours_delivered", "coordination_base", "coordination_site", "coordination_mentor"),
    ),
}
"""What a partnership could measure in one go: its name in tables, what it is, and the assumptions that it settles."""

SAME = 1e-9  # figures closer than this differ by rounding only
COLUMNS = ["name", "explains", "low", "high", "narrows", "narrows_low", "narrows_high", "p", "p_holm", "worth_asking"]


def open_to_asking(names: Iterable[str], own: Collection[str] = ()) -> list[str]:
    """Of these parameters those of which an answer may hang on what nobody knows.

    What is fitted anew in every world follows from its other assumptions and from what is known of today, so that there
    is nothing to find out about it; unless it is among `own`, which are varied apart from any fitting.
    """
    return [name for name in names if name in own or not PARAMETERS[name].refitted]


def inputs_of(worlds: Sequence[Mapping[Any, Value]], own: Collection[str] = ()) -> dict[str, Input]:
    """The assumptions in which worlds differ, each by itself and those that are measured together, as numbers."""
    table = pd.DataFrame([dict(world) for world in worlds])
    values = {name: coded(name, table[name]) for name in open_to_asking(map(str, table), own)}
    differing = {name: one for name, one in values.items() if np.ptp(one) > 0}
    found = {name: Input(one, (PARAMETERS[name].kind == "choice",)) for name, one in differing.items()}
    for group, (_, names) in TOGETHER.items():
        there = [name for name in names if name in differing]
        if len(there) > 1:
            found[group] = Input(np.column_stack([differing[name] for name in there]))
    return found


def ask_first(
    figure: ArrayLike, worlds: Sequence[Mapping[Any, Value]], luck: np.random.Generator, own: Collection[str] = ()
) -> pd.DataFrame:
    """How much of what is unsure about a figure, one a world, each assumption or group explains; the most first.

    Columns as in `evppi.explain`, and `worth_asking`: whether the lower end is above 0 after correction for how many
    were asked. What was fitted anew is not asked, unless it is among `own`. Without enough worlds there is nothing to
    tell, and no row.
    """
    values = np.asarray(figure, float)
    known = np.isfinite(values)
    inputs = inputs_of([world for world, one in zip(worlds, known, strict=True) if one], own) if known.any() else {}
    if known.sum() < weighted.FEWEST or not inputs or np.ptp(values[known]) < SAME:
        return pd.DataFrame(columns=COLUMNS)
    table = explain(values[known], inputs, np.ones(int(known.sum())), luck)
    return table.assign(worth_asking=(table["low"] > 0) & (table["p_holm"] < 0.05))[COLUMNS]


def ask_before_choosing(
    net: Mapping[int, ArrayLike], worlds: Sequence[Mapping[Any, Value]], luck: np.random.Generator,
    own: Collection[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """What knowing each assumption or group would bring to the choice among designs, in the unit of net; as `ask`.

    `net` holds by design what counts, higher is better, one a world. Without enough worlds or designs there is no row.
    """
    values = np.column_stack([np.asarray(one, float) for one in net.values()]) if net else np.empty((0, 0))
    known = np.isfinite(values).all(axis=1)
    inputs = inputs_of([world for world, one in zip(worlds, known, strict=True) if one], own) if known.any() else {}
    if known.sum() < weighted.FEWEST or values.shape[1] < 2 or not inputs:
        return pd.DataFrame(columns=["name", "evppi", "low", "high", "p", "p_holm", "worth_asking"])
    return ask(values[known], inputs, np.ones(int(known.sum())), luck)


def named(name: str) -> Message | None:
    """What is asked of a group, or nothing for an assumption by itself."""
    return TOGETHER[name][0] if name in TOGETHER else None
