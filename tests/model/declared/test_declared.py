"""What is declared once: units, choices, assumptions and headings; lists of them follow."""

from __future__ import annotations

from typing import Any

import pytest

from samenspel.experiments.output.language import word as word_in
from samenspel.experiments.pilots.file.measures import MEASURES
from samenspel.experiments.plausible.candidates import UNCERTAIN
from samenspel.experiments.plausible.refit import REFITTED
from samenspel.experiments.runs.report import _grouped
from samenspel.experiments.study.study import Study
from samenspel.model.declared.constants import CONSTANTS
from samenspel.model.declared.declaration import Choice, Group, Parameter
from samenspel.model.declared.indicators import HEADINGS, INDICATORS, MEASURED, students
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.units import UNITS
from samenspel.model.input.allowed import allowed_for
from samenspel.model.input.faults import InputFaults, in_language

NUMBERS = [parameter for parameter in PARAMETERS.values() if parameter.kind in ("real", "whole")]


def test_no_unit_is_used_that_is_not_declared_and_none_is_declared_for_nothing() -> None:
    used = {one.unit for of in (PARAMETERS, CONSTANTS, INDICATORS, MEASURES) for one in of.values()}
    assert used == set(UNITS)
    assert all(UNITS.values())


def test_a_unit_that_is_not_declared_is_refused_where_it_is_used() -> None:
    with pytest.raises(ValueError, match="furlongs"):
        Group("sites").real(1.0, 0.0, 2.0, "furlongs", "uncertain", "assumption", "Length", "Lengte")
    with pytest.raises(ValueError, match="furlongs"):
        students.declare("length", "furlongs", "Length", "Lengte")


@pytest.mark.parametrize("parameter", NUMBERS, ids=lambda parameter: parameter.name)
def test_a_unit_has_one_dutch_word_in_tables_and_in_messages(parameter: Parameter[Any]) -> None:
    assert in_language(allowed_for(parameter), "nl").endswith(f"({word_in(parameter.unit, 'nl')})")


def test_every_choice_says_in_both_languages_what_it_means() -> None:
    for parameter in PARAMETERS.values():
        values = list(parameter.options or ())
        for words in ([value.en for value in values], [value.nl for value in values]):
            assert all(words)
            assert len(set(words)) == len(values), parameter.name


def test_a_member_of_a_choice_is_its_code() -> None:
    class Colour(Choice):
        RED = 0, "red", "rood"
        BLUE = 1, "blue", "blauw"

    assert (Colour.BLUE, Colour.BLUE.value, Colour(1), Colour["BLUE"]) == (1, 1, Colour.BLUE, Colour.BLUE)
    assert (Colour.BLUE.word, Colour.BLUE.en, Colour.BLUE.nl) == ("blue", "blue", "blauw")


def test_what_is_sampled_is_uncertain_and_not_fitted_anew() -> None:
    uncertain = {name for name, one in PARAMETERS.items() if one.standing == "uncertain"}
    assert set(UNCERTAIN) == uncertain - set(REFITTED)
    assert set(REFITTED) == {name for name, one in PARAMETERS.items() if one.refitted}
    assert 100 < len(UNCERTAIN) < len(PARAMETERS)


def test_the_standing_of_a_parameter_fits_what_it_is() -> None:
    forms = [one for one in PARAMETERS.values() if one.name.startswith("form_") and one.name != "form_start"]
    assert {one.standing for one in forms} == {"uncertain"}
    switched = [
        one for one in PARAMETERS.values() if one.name.startswith(("with_", "floor_")) or one.name == "form_start"
    ]
    assert {one.standing for one in switched} == {"convention"}
    assert {one.standing for one in PARAMETERS.values() if one.fitted_to} == {"uncertain"}
    own = {one.name: one.standing for one in PARAMETERS.values() if one.heading_nl}
    assert set(own.values()) == {"lever"}, "what a learning community has for itself, somebody decides"


@pytest.mark.parametrize(("word", "which"), [("uncertain", "sampled"), ("assumed", "assumed")])
def test_a_word_stands_for_all_that_is_uncertain_or_assumed(word: str, which: str) -> None:
    document = {"uncertainties": word, "design": {"kind": "latin-hypercube", "points": 2}}
    written = Study.of(document, file="study")
    names = {name: "declared" for name, parameter in PARAMETERS.items() if getattr(parameter, which)}
    assert written.document["uncertainties"] == names
    assert [*written.points] == [*Study.of({**document, "uncertainties": names}, file="study").points]


def test_another_word_for_the_uncertainties_is_a_fault() -> None:
    with pytest.raises(InputFaults) as wrong:
        Study.of({"uncertainties": "all", "design": {"kind": "latin-hypercube", "points": 2}}, file="study")
    (fault,) = wrong.value.faults
    assert (fault.place, fault.allowed) == ("uncertainties", '"uncertain" or "assumed", or a table: [uncertainties]')


def test_every_indicator_stands_once_under_its_heading() -> None:
    for lang in ("en", "nl"):
        grouped = dict(_grouped(list(INDICATORS), lang))
        assert list(grouped) == [in_language(heading, lang) for heading in HEADINGS]
        assert sorted(name for names in grouped.values() for name in names) == sorted(INDICATORS)
    assert set(MEASURED) < set(INDICATORS)
    assert INDICATORS["clusters"].en == "Training clusters"
