"""Settings: every parameter reaches the rules, and a choice as its place among the members of its enum."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from samenspel.model.declared import choices
from samenspel.model.declared.declaration import Choice
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.settings import RECORD, settings
from tests.lives import BASELINE, make, settings_of

DECLARED = {
    "form_caseload": ("hyperbolic", "linear", "logistic"),
    "form_dose": ("hyperbolic", "exponential", "linear"),
    "form_peer_gap": ("inverted_u", "threshold", "monotone"),
    "form_group_size": ("plateau", "inverse", "none"),
    "form_contact": ("threshold", "linear"),
    "form_fatigue": ("excess", "linear"),
    "form_skill": ("logistic", "uniform"),
    "mbo_mix": ("none", "parallel", "mixed", "alternating"),
    "parttime_form": ("same_day", "other_day", "light"),
    "attention": ("even", "need"),
    "placement_priority": ("lottery", "parttime_first", "fulltime_first"),
    "site_capacity": ("hard", "soft"),
    "shortfall_response": ("both", "cut", "stop"),
    "mbo_without_ikc": ("assistants", "none"),
}
"""The words of scenario files; they, and their order, are part of stored results. Later ones come after them."""
ENUMS = {kind for _, kind in inspect.getmembers(choices, inspect.isclass) if kind is not Choice}


def test_every_choice_names_an_enum_and_every_enum_is_a_choice() -> None:
    options = {name: parameter.options for name, parameter in PARAMETERS.items() if parameter.kind == "choice"}
    assert set(options) >= set(DECLARED)
    assert set(options.values()) == ENUMS
    assert len(ENUMS) == len(options)
    assert all(parameter.options is None for parameter in PARAMETERS.values() if parameter.kind != "choice")


@pytest.mark.parametrize("name", DECLARED)
def test_choices_are_the_members_in_order_and_the_first_is_the_default(name: str) -> None:
    parameter = PARAMETERS[name]
    assert parameter.options is not None
    assert parameter.choices[: len(DECLARED[name])] == DECLARED[name]
    assert parameter.choices == tuple(member.name.lower() for member in parameter.options)
    assert [member.value for member in parameter.options] == list(range(len(parameter.choices)))
    assert parameter.default == DECLARED[name][0]


@pytest.mark.parametrize("name", DECLARED)
def test_a_choice_is_stored_as_its_place(name: str) -> None:
    options = PARAMETERS[name].options
    assert options is not None
    for code, choice in enumerate(DECLARED[name]):
        assert settings_of(**{name: choice})[name] == code == options[choice.upper()]
        assert settings({**BASELINE.values, name: choice}).shape == (1,)


def test_every_parameter_reaches_the_rules_unchanged() -> None:
    there = make()
    for name, value in BASELINE.values.items():
        parameter = PARAMETERS[name]
        stored = there.settings[0][name]
        expected = parameter.choices.index(str(value)) if parameter.kind == "choice" else value
        assert stored == expected, name
        assert getattr(there.p, name) == expected, name
    assert set(RECORD.names or ()) == set(BASELINE.values)


@pytest.mark.parametrize(("kind", "dtype"), [("real", np.float64), ("whole", np.int64), ("switch", np.bool_)])
def test_kinds_of_parameters_have_their_types(kind: str, dtype: type) -> None:
    for name, parameter in PARAMETERS.items():
        if parameter.kind == kind:
            assert RECORD[name] == dtype
