"""Duos where no site can have two students: what is said of it."""

from __future__ import annotations

import pytest

from samenspel.model.input.scenario import Scenario
from tests.model.input.files import SMALL, Write, only_fault

pytest_plugins = ("tests.model.input.files",)


@pytest.mark.parametrize(
    "settings",
    ["students_per_cluster = 1", "external_students_per_site = 7", "students_per_class_limit = 0.2"],
)
def test_duos_need_a_site_with_two_places(file: Write, settings: str) -> None:
    text = f"beyond_range = true\nduo_year_1 = true\n{settings}\n{SMALL}"
    fault = only_fault(file, text)
    assert fault.place == "duo_year_1"
    assert (fault.found, fault.allowed) == (
        "duos, while no site can have two hbo students",
        "a site with two places, or duo_year_1 = false",
    )
    assert "duo's, terwijl geen locatie plaats heeft voor twee hbo-studenten" in fault.text("nl")
    Scenario.load(file(text.replace("duo_year_1 = true\n", "")))


@pytest.mark.parametrize(
    "settings",
    ["", "external_students_per_site = 6", 'students_per_class_limit = 0.2\nsite_capacity = "soft"'],
)
def test_duos_are_possible_where_one_site_has_two_places(file: Write, settings: str) -> None:
    assert Scenario.load(file(f"beyond_range = true\nduo_year_1 = true\n{settings}\n{SMALL}")).values["duo_year_1"]


def test_a_cluster_with_two_places_of_its_own_is_enough(file: Write) -> None:
    rows = SMALL.replace('name = "Linde 1"\n', 'name = "Linde 1"\nplaces = 2\n')
    Scenario.load(file(f"beyond_range = true\nduo_year_1 = true\nstudents_per_cluster = 1\n{rows}"))
