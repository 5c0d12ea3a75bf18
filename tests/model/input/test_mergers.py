"""Mergers in a scenario file and a workbook: what is read, and each fault once with its place (RULES 4.9)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from samenspel.model.declared.world import MergerRow
from samenspel.model.input.scenario import Scenario
from tests.model.input.books import Check, cell
from tests.model.input.files import SMALL, Write, faults, only_fault

BOARD = '[[boards]]\nname = "{}"\ndenomination = "christian"\nmember = false\nmax_clusters = 1\nmax_students = 9\n'
THREE = SMALL + BOARD.format("De Eik") + BOARD.format("De Els")


def merger(name: object, boards: object, year: object) -> str:
    def said(value: object) -> str:
        return f'"{value}"' if isinstance(value, str) else str(value).replace("'", '"')

    return f"\n[[mergers]]\nname = {said(name)}\nboards = {said(boards)}\nyear = {said(year)}\n"


TWO = merger("Nieuw", ["De Linde", "De Eik"], 3)


def test_a_file_may_name_mergers_in_any_order(file: Write) -> None:
    later = merger("Alles", ["Nieuw", "De Els"], 5)
    world = Scenario.load(file(THREE + later + TWO)).world
    assert world.mergers == (
        MergerRow("Alles", ("Nieuw", "De Els"), 5), MergerRow("Nieuw", ("De Linde", "De Eik"), 3),
    )  # fmt: skip
    assert [(row.name, rows) for row, rows in world.mergers_by_row()] == [("Nieuw", [0, 1]), ("Alles", [0, 2])]


def test_the_row_of_a_member_at_the_start_goes_on() -> None:
    world = Scenario.load("baseline").world
    found = replace(world, mergers=(MergerRow("Een", ("Nieuw bestuur A", "VCOG", "KOC"), 1),)).mergers_by_row()
    assert [world.boards[n].name for n in found[0][1]] == ["KOC", "VCOG", "Nieuw bestuur A"]


def test_a_file_that_extends_may_change_a_merger(file: Write) -> None:
    text = 'extends = "merger"\n[[mergers]]\nname = "Fusiebestuur Noord"\nyear = 4\n'
    mergers = Scenario.load(file(text)).world.mergers
    assert [(row.year, len(row.boards)) for row in mergers] == [(4, 2), (2, 2)]


def test_boards_may_stand_in_one_text(file: Write) -> None:
    world = Scenario.load(file(THREE + merger("Nieuw", "De Linde;  De Els ;", 3))).world
    assert world.mergers[0].boards == ("De Linde", "De Els")


def test_scenarios_without_mergers_have_none_but_one() -> None:
    having = [name for name in Scenario.names() if Scenario.load(name).world.mergers]
    assert having == ["merger"]


AT = "[[mergers]] 1 (Nieuw)"


@pytest.mark.parametrize(
    ("row", "place", "english", "dutch"),
    [
        (("Nieuw", ["De Linde", "De Eijk"], 3), f"{AT} boards", 'the unknown board "De Eijk"', "did you mean De Eik"),
        (("Nieuw", ["De Linde"], 3), f"{AT} boards", 'only "De Linde"', "twee of meer besturen"),
        (("Nieuw", ["De Eik", "De Eik"], 3), f"{AT} boards", '"De Eik" again', "elke naam een keer"),
        (("De Els", ["De Linde", "De Eik"], 3), "[[mergers]] 1 (De Els) name", "a board that exists", "al bestaat"),
        (("De Eik", ["De Linde", "De Eik"], 3), "[[mergers]] 1 (De Eik) name", "a board that exists", "nieuwe naam"),
        (("Nieuw", ["De Linde", "De Eik"], 0), f"{AT} year", "found 0", "een heel getal van 1 tot en met 1000"),
        (("Nieuw", ["De Linde", "De Eik"], 2.5), f"{AT} year", "found 2.5", "een heel getal van 1 tot en met 1000"),
        (("Nieuw", ["De Linde", "De Eik"], "two"), f"{AT} year", 'the text "two"', "een heel getal"),
        (("Nieuw", 7, 3), f"{AT} boards", "found 7", "een lijst"),
        (("Nieuw", [], 3), f"{AT} boards", "a list", "een lijst"),
        (("Nieuw", ["De Linde", 3], 3), f"{AT} boards", "a list", "een lijst"),
    ],
)
def test_each_fault_is_named_once(file: Write, row: tuple[object, ...], place: str, english: str, dutch: str) -> None:
    fault = only_fault(file, THREE + merger(*row))
    assert (Path(fault.file).name, fault.place) == ("own.toml", place)
    assert english in fault.text("en")
    assert dutch in fault.text("nl").replace("bedoelde u", "did you mean")
    assert fault.text("en") != fault.text("nl")


@pytest.mark.parametrize("year", [3, 4])
def test_a_board_merges_once(file: Write, year: int) -> None:
    fault = only_fault(file, THREE + TWO + merger("Ander", ["De Eik", "De Els"], year))
    assert fault.place == "[[mergers]] 2 (Ander) boards"
    assert '"De Eik", which goes into "Nieuw" in year 3' in fault.text("en")
    assert '"De Eik", dat in jaar 3 opgaat in "Nieuw"' in fault.text("nl")


def test_what_is_new_merges_in_a_later_year_only(file: Write) -> None:
    fault = only_fault(file, THREE + TWO + merger("Alles", ["Nieuw", "De Els"], 3))
    assert fault.place == "[[mergers]] 2 (Alles) year"
    assert '"Nieuw", which there is from year 3 on' in fault.text("en")
    assert "een later jaar" in fault.text("nl")


def test_boards_of_different_partnerships_do_not_merge(file: Write) -> None:
    world = Scenario.load("split-partnership").world
    one, other = (next(row.name for row in world.boards if row.partnership == at.name) for at in world.partnerships[:2])
    fault = only_fault(file, 'extends = "split-partnership"\n' + merger("Nieuw", [one, other], 2))
    assert fault.place == f"{AT} boards"
    first, second = (at.name for at in world.partnerships[:2])
    assert f'boards of "{first}" + "{second}"; allowed: boards of one partnership' in fault.text("en")
    assert f'besturen van "{first}" + "{second}"' in fault.text("nl")


def test_two_mergers_of_one_name_are_a_fault(file: Write) -> None:
    assert "each name once" in only_fault(file, THREE + TWO + TWO).text("en")


def test_a_merger_beside_a_broken_table_is_not_blamed(file: Write) -> None:
    found = faults(file, THREE.replace("[[boards]]", "[[bords]]") + TWO)
    assert not [fault for fault in found if "mergers" in fault.place and "unknown" in fault.text("en")]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [("boards", "De Linde; Niemand", "Niemand"), ("year", 0, "1"), ("name", "De Eik", "De Eik")],
)
def test_a_wrong_cell_of_the_sheet_is_named(
    check: Check, filled: Workbook, column: str, value: object, words: str
) -> None:
    wrong = cell(filled, "mergers", 3, column)
    wrong.value = value
    (fault,) = check(filled)
    assert fault.place == f"{wrong.parent.title}!{wrong.coordinate}"
    assert words in fault.text("nl")
