"""Mesa's clock: which weeks need no stop on it, how it counts them, and how it goes on in a copy.

Mesa steps a model by an event a week; what users schedule or observe are events and signals beside it.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any

import mesa
from mesa.time import EventGenerator

from samenspel.agents.population import RowAgent

type Model = mesa.Model[Any, Any]


def weeks_alone(model: Model, weeks: int) -> int:
    """How many of the next weeks nobody but the model itself would notice: those before somebody's next event."""
    step = model._default_schedule._current_event
    if step is None or model.subscribers or model.time % 1.0:
        return 0
    due = [event.time - model.time for event in model._event_list.peek_ahead(2) if event is not step]
    return min(weeks, max(0, math.ceil(due[0]) - 1)) if due else weeks


def skip(model: Model, weeks: int) -> None:
    """Count so many steps that were made without Mesa; the next one comes a week after the last."""
    model._default_schedule.pause()
    model._event_list.compact()
    model.steps += weeks
    model.time += weeks
    model._default_schedule.resume()


def carry_on(twin: Model, model: Model, memo: dict[int, Any]) -> None:
    """Give a copy the time, the luck and the events of its original; `memo` as `copy.deepcopy` keeps it.

    Events go along whose function belongs to what was copied; a plain function would act on the original.
    """
    twin.running, twin.steps, twin.time = model.running, model.steps, model.time
    twin.random.setstate(model.random.getstate())
    twin.rng = copy.deepcopy(model.rng, memo)
    twin._default_schedule = copy.deepcopy(model._default_schedule, memo)
    generators = [one for one in model._event_generators if _goes_along(one.function(), memo)]
    twin._event_generators = set(copy.deepcopy(generators, memo))
    twin._event_list.clear()
    for event in model._event_list._events:
        if not event.CANCELED and _goes_along(event.fn(), memo):
            twin._event_list.add_event(copy.deepcopy(event, memo))


def _goes_along(function: Callable[..., Any] | None, memo: dict[int, Any]) -> bool:
    """Whether a function, or whose method it is, is in the copy too."""
    owner = getattr(function, "__self__", function)
    match owner:
        case EventGenerator():
            return _goes_along(owner.function(), memo)
        case RowAgent():
            return owner.row is not None and id(owner.model) in memo
    return id(owner) in memo
