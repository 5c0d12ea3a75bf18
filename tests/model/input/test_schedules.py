"""A scenario file or workbook with a schedule of its own: what is read, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from samenspel.model.declared.world import ScheduleRow
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from samenspel.model.input.workbook import read_workbook, write_template
from samenspel.model.words import Language
from tests.model.input.files import SMALL, Write, only_fault

pytest_plugins = ("tests.model.input.files",)


def with_rows(*rows: str) -> str:
    return f'prices = "dated"\n{SMALL}\n' + "\n".join(f"[[schedules]]\n{row}" for row in rows)


def of_year(year: int, value: float = 1.0, name: str = "wage_index", more: str = "") -> str:
    return f'name = "{name}"\nyear = {year}\nvalue = {value}\n{more}'


def test_rows_are_read_with_january_where_no_month_is_given(file: Write) -> None:
    text = with_rows(of_year(2023), of_year(2024, 1.05, more="month = 9"))
    expected = ScheduleRow("wage_index", 2023, 1.0, 1), ScheduleRow("wage_index", 2024, 1.05, 9)
    assert Scenario.load(file(text)).world.schedules == expected


TOO_LATE = ("2023, before the first value of wage_index", "2023, vóór de eerste waarde van wage_index")


@pytest.mark.parametrize(
    ("rows", "place", "found", "allowed", "dutch"),
    [
        ((of_year(2023), of_year(2025)), "[[schedules]] 2 (wage_index) year",
         "2025 after 2023", "every year from the first to the last", "2025 na 2023"),
        ((of_year(2023), of_year(2023, 1.1)), "[[schedules]] 2 (wage_index) year",
         '"wage_index, 2023" again, after [[schedules]] 1 (wage_index)', "each name once",
         '"wage_index, 2023" nog eens'),
        ((of_year(2023), of_year(2023, 1.1, "WAGE_INDEX")), "[[schedules]] 2 (WAGE_INDEX) year",
         "this schedule and year again, after [[schedules]] 1 (wage_index)", "each once", "deze reeks en dit jaar nog"),
        ((of_year(2025),), "prices", TOO_LATE[0], "2025 or later", TOO_LATE[1]),
        ((of_year(2023, more="month = 9"),), "prices", TOO_LATE[0], "2024 or later", TOO_LATE[1]),
        ((of_year(2023, name="wage_indx"),), "[[schedules]] 1 (wage_indx) name",
         'the text "wage_indx"', "one of wage_index, grant_fixed, grant_per_student", '"wage_indx"'),
        ((of_year(2023, more="month = 13"),), "[[schedules]] 1 (wage_index) month",
         "13", "a whole number from 1 to 12", "13"),
    ],
)  # fmt: skip
def test_a_fault_is_named_once_with_its_place(
    file: Write, rows: tuple[str, ...], place: str, found: str, allowed: str, dutch: str
) -> None:
    fault = only_fault(file, with_rows(*rows))
    assert (fault.place, fault.found, fault.allowed) == (place, found, allowed)
    assert dutch in fault.text("nl")


def test_a_run_cannot_begin_before_what_is_known() -> None:
    baseline = Scenario.load("baseline")
    with pytest.raises(InputFaults, match="2022, before the first value of wage_index"):
        baseline.with_values(prices="dated", first_school_year=2022, beyond_range=True)
    baseline.with_values(prices="constant", first_school_year=2022, beyond_range=True)


def test_a_schedule_counts_or_is_refused(file: Write) -> None:
    text = with_rows(of_year(2023)).replace('prices = "dated"', 'prices = "constant"')
    fault = only_fault(file, text)
    assert fault.place == "[[schedules]] 1 (wage_index)"
    assert (fault.found, fault.allowed) == (
        "a schedule, while prices are constant",
        'prices = "dated", or no schedules',
    )
    assert "terwijl de prijzen gelijk blijven" in fault.text("nl")


def test_what_begins_with_the_first_school_year_begins_in_time(file: Write) -> None:
    Scenario.load(file(with_rows(of_year(2023, more="month = 8"))))


@pytest.mark.parametrize(("lang", "sheet"), [("en", "schedules"), ("nl", "bedragen per jaar")])
def test_a_workbook_has_a_sheet_for_them(tmp_path: Path, lang: Language, sheet: str) -> None:
    path = tmp_path / "own.xlsx"
    write_template(path, lang)
    book = load_workbook(path)
    for column, value in enumerate(("grant_per_student", 2026, 1300), 1):
        book[sheet].cell(3, column, value)
    book.save(path)
    (row,) = read_workbook(path).tables["schedules"]
    given = {name: cell.value for name, cell in row.cells.items()}
    assert given == {"name": "grant_per_student", "year": 2026, "value": 1300, "month": None}
