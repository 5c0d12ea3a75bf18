"""Constants are declared once, listed in RULES, and whoever sets a former parameter is told what took its place."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from samenspel.experiments.degradation.axes import read_axes
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.study.study import Study
from samenspel.model import Partnership, Scenario
from samenspel.model.declared import constants
from samenspel.model.declared.constants import CONSTANTS
from samenspel.model.declared.former import FORMER, REPLACED
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.model.words import Message
from tests.experiments.pilots.planted import document
from tests.model.input.books import sheet_of
from tests.model.input.files import SMALL
from tests.places import ROOT
from tests.textbook import constants as by_hand

pytest_plugins = ("tests.model.input.books",)

NAME = "stock_gain"
WORDS = {
    "en": f'"{NAME}", which is no parameter any more: it is a constant of the rules now (0.2)',
    "nl": f'"{NAME}", dat geen parameter meer is: het is nu een vaste waarde van de regels (0.2)',
}
CLUSTER = Scenario.load("baseline").world.clusters[0].name


# --- the table -------------------------------------------------------------------------------------------------------


def test_rules_list_every_constant_with_value_unit_and_source() -> None:
    told = (ROOT / "docs" / "RULES.md").read_text(encoding="utf-8").split("## Constants")[1]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|", told, re.MULTILINE)
    declared = [
        (one.name, ", ".join(f"{value:g}" for _, value in one.by_name()), one.unit, one.source, one.en)
        for one in CONSTANTS.values()
    ]
    assert [tuple(cell.strip() for cell in row) for row in rows] == declared


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_constant_is_read_by_its_own_name(name: str) -> None:
    assert getattr(constants, name.upper()) is CONSTANTS[name].value


def test_the_textbook_has_the_same_numbers() -> None:
    copied = {name: value for name, value in vars(by_hand).items() if name.isupper()}
    assert copied == {name.upper(): one.value for name, one in CONSTANTS.items()}


def test_no_former_name_is_a_parameter() -> None:
    assert not FORMER.keys() & PARAMETERS.keys()
    assert FORMER.keys() == REPLACED.keys() | {name for one in CONSTANTS.values() for name, _ in one.by_name()}


def test_there_are_fewer_than_250_parameters() -> None:
    assert len(PARAMETERS) < 250


# --- what its user is told -------------------------------------------------------------------------------------------


def faults_of(act: Callable[[], object]) -> InputFaults:
    with pytest.raises(InputFaults) as raised:
        act()
    return raised.value


def a_scenario_file(folder: Path) -> Callable[[], object]:
    path = folder / "own.toml"
    path.write_text(f"{NAME} = 0.25\n{SMALL}", encoding="utf-8")
    return lambda: Scenario.load(path)


def a_study(folder: Path) -> Callable[[], object]:
    return lambda: Study.of({"levers": {NAME: [0.1, 0.3]}}, file="own.toml")


USES: dict[str, tuple[Callable[[Path], Callable[[], object]], str]] = {
    "scenario": (a_scenario_file, NAME),
    "study": (a_study, f"[levers] {NAME}"),
    "pilots": (lambda _: lambda: Pilots.of(document({"name": "A", NAME: 0.3}), file="own.toml"), NAME),
    "value": (lambda _: lambda: Scenario.load("baseline").with_values(**{NAME: 0.3}), NAME),
    "change": (lambda _: lambda: Partnership(Scenario.load("baseline"), rng=1).change(**{NAME: 0.3}), NAME),
    "cluster": (lambda _: lambda: Scenario.load("baseline").with_clusters({CLUSTER: {NAME: 0.3}}), NAME),
    "degrade": (lambda _: lambda: read_axes((f"{NAME}=0.1:0.3",), Scenario.load("baseline"), "degrade"), "--over"),
}


@pytest.mark.parametrize("use", USES)
def test_a_former_name_is_one_fault_that_says_what_took_its_place(use: str, tmp_path: Path) -> None:
    made, place = USES[use]
    fault, *others = faults_of(made(tmp_path)).faults
    assert others == []
    assert place in fault.place
    assert fault.nearest == ""
    for lang, words in WORDS.items():
        assert words in fault.text("nl" if lang == "nl" else "en")


def test_a_workbook_says_it_with_the_cell_of_the_name(check: Any, filled: Workbook) -> None:
    sheet = sheet_of(filled, "parameters")
    sheet.cell(40, 1).value, sheet.cell(40, 2).value = NAME.replace("_", " "), 0.25
    [fault] = [one for one in check(filled) if NAME in one.found]
    assert "A40" in fault.place
    assert WORDS["nl"] in fault.text("nl")


@pytest.mark.parametrize("name", FORMER)
def test_what_took_its_place_is_said_in_both_languages(name: str) -> None:
    fault = faults_of(lambda: Scenario.load("baseline").with_values(**{name: 1})).faults[0]
    english, dutch = (fault.text(lang) for lang in ("en", "nl"))
    said = FORMER[name]
    assert isinstance(said, Message)
    assert str(said) in english
    assert said.text("nl") in dutch
    assert said.text("nl") != str(said)
