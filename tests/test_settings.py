"""Codes of choices: the constants that rules compare with are the declared order."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import model.settings as codes
from model.parameters import PARAMETERS
from model.settings import RECORD, settings
from tests.lives import BASELINE, make, settings_of

CONSTANTS = {
    "form_caseload": ("HYPERBOLIC", "LINEAR", "LOGISTIC"),
    "form_dose": ("HYPERBOLIC", "EXPONENTIAL", "STRAIGHT"),
    "form_peer_gap": ("INVERTED_U", "THRESHOLD", "MONOTONE"),
    "form_group_size": ("PLATEAU", "INVERSE", "NO_SIZE_EFFECT"),
    "form_contact": ("FIRST_CONTACTS_HURT", "CONTACT_LINEAR"),
    "form_fatigue": ("EXCESS", "ALL_LOAD"),
    "mbo_mix": ("NOT_TOGETHER", "PARALLEL", "MIXED", "ALTERNATING"),
    "parttime_form": ("SAME_DAY", "OTHER_DAY", "LIGHT"),
    "attention": ("EVENLY", "BY_NEED"),
    "placement_priority": ("PARTTIME_FIRST", "LOTTERY", "FULLTIME_FIRST"),
    "site_capacity": ("HARD", "SOFT"),
    "shortfall_response": ("CUT_AND_STOP", "CUT", "STOP"),
    "mbo_without_ikc": ("ASSISTANTS_ONLY", "NOBODY"),
}
DECLARED = {
    "form_caseload": ("hyperbolic", "linear", "logistic"),
    "form_dose": ("hyperbolic", "exponential", "linear"),
    "form_peer_gap": ("inverted_u", "threshold", "monotone"),
    "form_group_size": ("plateau", "inverse", "none"),
    "form_contact": ("threshold", "linear"),
    "form_fatigue": ("excess", "linear"),
    "mbo_mix": ("none", "parallel", "mixed", "alternating"),
    "parttime_form": ("same_day", "other_day", "light"),
    "attention": ("even", "need"),
    "placement_priority": ("parttime_first", "lottery", "fulltime_first"),
    "site_capacity": ("hard", "soft"),
    "shortfall_response": ("both", "cut", "stop"),
    "mbo_without_ikc": ("assistants", "none"),
}


def test_every_choice_has_its_constants() -> None:
    choices = {name for name, parameter in PARAMETERS.items() if parameter.kind == "choice"}
    assert choices == set(CONSTANTS) == set(DECLARED)


@pytest.mark.parametrize("name", DECLARED)
def test_constants_are_the_declared_order(name: str) -> None:
    assert PARAMETERS[name].choices == DECLARED[name]
    assert [getattr(codes, constant) for constant in CONSTANTS[name]] == list(range(len(DECLARED[name])))


@pytest.mark.parametrize("name", DECLARED)
def test_a_choice_is_stored_as_its_place(name: str) -> None:
    for code, choice in enumerate(DECLARED[name]):
        assert settings_of(**{name: choice})[name] == code
        assert settings({**BASELINE.values, name: choice}).shape == (1,)


def test_no_constant_is_left_over() -> None:
    capitals = {name for name in vars(codes) if re.fullmatch(r"[A-Z][A-Z_]+", name)}
    tables = {"RECORD", "DTYPES", "PARAMETERS"}
    assert capitals - tables == {constant for constants in CONSTANTS.values() for constant in constants}


def test_rules_compare_a_choice_with_its_own_constants() -> None:
    """`p.form_dose == LINEAR` would be wrong: LINEAR is a code of another choice."""
    compared = re.compile(r"\bp\.(\w+) (?:==|!=) ([A-Z_]+)\b|\bp\.(\w+) (?:not )?in \(([A-Z_, ]+)\)")
    seen = set()
    for path in sorted(Path(codes.__file__).parent.glob("*.py")):
        for one, constant, other, several in compared.findall(path.read_text(encoding="utf-8")):
            name = one or other
            for used in re.findall(r"[A-Z_]+", constant or several):
                if name in CONSTANTS:
                    assert used in CONSTANTS[name], (path.name, name, used)
                    seen.add(name)
    assert seen >= {"form_caseload", "form_dose", "form_peer_gap", "attention", "mbo_mix", "shortfall_response"}


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
