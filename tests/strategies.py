"""What hypothesis may draw for a parameter."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from samenspel.model.declared.parameters import PARAMETERS

unit = st.floats(0, 1)


def examples(count: int) -> settings:
    """So many examples, each time the same ones; fewer in proportion where the profile has fewer than a hundred."""
    share = settings.default.max_examples / 100
    return settings(deadline=None, derandomize=True, max_examples=max(1, round(count * share)))


def allowed(name: str) -> st.SearchStrategy[float]:
    """Anything the rules must digest of a parameter."""
    parameter = PARAMETERS[name]
    return st.floats(parameter.least, min(parameter.most, 100.0 * max(1.0, parameter.high)))


def plausible(name: str) -> st.SearchStrategy[float]:
    return st.floats(PARAMETERS[name].low, PARAMETERS[name].high)


def anything(name: str) -> st.SearchStrategy[Any]:
    """Any choice, any plausible number, and of chances and shares never and always."""
    parameter = PARAMETERS[name]
    if parameter.kind == "switch":
        return st.booleans()
    if parameter.kind == "choice":
        return st.sampled_from(parameter.choices)
    if parameter.kind == "whole":
        return st.integers(int(parameter.low), int(parameter.high))
    ends = [0.0, 1.0] if (parameter.least, parameter.most) == (0, 1) else [parameter.low, parameter.high]
    return plausible(name) | st.sampled_from(ends)


def values_of(*names: str, **others: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Values for some parameters at once; those in `others` as is said there."""
    return st.fixed_dictionaries({name: anything(name) for name in names} | others)
