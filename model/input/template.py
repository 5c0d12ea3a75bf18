"""The workbook that a partnership fills in: one sheet for each table, in Dutch or English."""
# ruff: noqa: E501  the explanation is text

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from samenspel.model.declared.declaration import Parameter
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.declared.units import UNITS
from samenspel.model.declared.world import TABLES, Column, Table
from samenspel.model.input.allowed import allowed_for, allowed_in
from samenspel.model.words import Language, Message, Phrase, in_language, say

EXPLANATIONS = ("explanation", "uitleg")
SHEETS = {"parameters": ("parameters", "instellingen")} | {
    name: (name, table.sheet_nl) for name, table in TABLES.items()
}
EXAMPLES = ("example:", "voorbeeld:")  # rows that begin so are not read
PARAMETER_HEADINGS = {
    "name": ("name", "naam"),
    "value": ("value", "waarde"),
    "default": ("default", "standaard"),
    "unit": ("unit", "eenheid"),
    "allowed": ("allowed", "toegestaan"),
    "meaning": ("meaning", "betekenis"),
}

ASKED = (
    "mentor_hours",
    "trainer_hours",
    "institute_trainer_hours",
    "mentors_trained_share",
    "students_per_cluster",
    "hbo_demand",
    "parttime_share",
    "parttime_availability",
    "cross_year",
    "meeting_interval",
    "facilitators",
    "subgroup_size",
    "year_1_first_week",
    "mbo_students_per_cluster",
    "mbo_mix",
    "wage_growth",
    "floor_time",
    "floor_contact",
    "adequate_threshold",
    "safe_share",
)
WRITTEN = ("towns", "boards", "clusters", "sites", "students", "schedules", "mergers")
"""Sheets of a workbook; partnerships have one only when there are more than one."""
LAST_ROW = 1000  # down to which cells know what may be filled in

_EXAMPLE_ROWS: dict[str, dict[str, Any]] = {
    "towns": {
        "name": Message("Example: Lindendorp"),
        "latitude": 53.12,
        "longitude": 6.58,
        "inhabitants": 3200,
    },
    "boards": {
        "name": Message("Example: De Linde"),
        "denomination": Message("public"),
        "member": Message("yes"),
        "lead": Message("yes"),
        "max_clusters": 2,
        "max_students": 24,
    },
    "clusters": {
        "name": Message("Example: De Linde 1"),
        "board": "De Linde",
        "places": 12,
        "school_trainer_hours": 6,
        "institute_trainer_hours": 4,
    },
    "sites": {
        "name": Message("Example: De Wilgenhof"),
        "board": "De Linde",
        "cluster": "De Linde 1",
        "town": "Lindendorp",
        "kind": "ikc",
        "denomination": Message("public"),
        "concept": "dalton",
        "pupils": 180,
        "recognised": Message("yes"),
        "mentors": 5,
        "mentors_trained": 3,
        "care_mentors": 2,
    },
    "students": {
        "partnership": Message("Example: leave this empty"),
        "programme": Message("fulltime"),
        "year": 1,
        "count": 96,
    },
    "schedules": {
        "name": Message("Example: grant_per_student"),
        "year": 2025,
        "value": 1250,
    },
    "mergers": {
        "name": Message("Example: De Lindeneik"),
        "boards": "De Linde; De Eik",
        "year": 3,
    },
}

_DARK, _LIGHT, _PALE, _GREY = "1F4E5F", "6E97A5", "FFF8E1", "808080"
_HEAD_FONT = Font(bold=True, color="FFFFFF")
_EXAMPLE_FONT = Font(italic=True, color=_GREY)
_LINE = Border(bottom=Side(style="thin", color="D9D9D9"))
_TOP = Alignment(wrap_text=True, vertical="top")


def write_template(path: str | Path, lang: Language = "nl") -> None:
    """Write an empty workbook: an explanation, the most asked parameters, and a sheet for each table."""
    book = Workbook()
    explanation = book.active
    assert isinstance(explanation, Worksheet)
    _write_explanation(explanation, lang)
    _write_parameters(_sheet(book, "parameters", lang), lang)
    for name in WRITTEN:
        _write_table(_sheet(book, name, lang), TABLES[name], lang)
    book.properties.creator = "Samenspel"
    book.properties.title = "Samenspel"
    book.save(path)


def _sheet(book: Workbook, name: str, lang: Language) -> Worksheet:
    """A new sheet that prints on pages of full width."""
    sheet: Worksheet = book.create_sheet(Phrase(*SHEETS[name]).text(lang))
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_properties.tabColor = _LIGHT if name in {"parameters", "students", "schedules", "mergers"} else _DARK
    return sheet


def _head(sheet: Worksheet, number: int, heading: str, needed: bool, comment: str, width: float) -> None:
    """The head of one column."""
    cell = sheet.cell(1, number, f"{heading} *" if needed else heading)
    cell.font = _HEAD_FONT
    cell.fill = PatternFill("solid", fgColor=_DARK if needed else _LIGHT)
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    cell.comment = Comment(comment, "Samenspel", width=280, height=110)
    sheet.column_dimensions[get_column_letter(number)].width = width


def _freeze(sheet: Worksheet) -> None:
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "B2"


# tables --------------------------------------------------------------------------------------------------------------


def _write_table(sheet: Worksheet, table: Table, lang: Language) -> None:
    """Heads with their meaning, what may be chosen, and one example row."""
    example = _EXAMPLE_ROWS[table.name]
    for number, column in enumerate(table.columns, 1):
        heading = Phrase(column.heading_en, column.heading_nl).text(lang)
        meaning = Phrase(column.en, column.nl).text(lang)
        words = [Phrase(*words).text(lang) for words in column.choices]
        what = in_language(allowed_in(column), lang)
        _head(sheet, number, heading, column.needed, f"{meaning}.\n({what})", _width(column))
        if column.name in example:
            sheet.cell(2, number, _in_cell(example[column.name], lang)).font = _EXAMPLE_FONT
        rule = _rule(column, words, lang)
        if rule is not None:
            letter = get_column_letter(number)
            _add_rule(sheet, rule, f"{letter}3:{letter}{LAST_ROW}", heading, what, lang)
    _freeze(sheet)


def _in_cell(value: Any, lang: Language) -> Any:
    """What a cell holds: a number as it is, a text in the language of the sheet."""
    return in_language(value, lang) if isinstance(value, str) else value


def _width(column: Column) -> float:
    if column.name == "name":
        return 32
    return {"text": 24, "texts": 40}.get(column.kind, 15)


_NAMED_IN = {"board": "boards", "cluster": "clusters", "town": "towns"}


def _rule(column: Column, words: list[str], lang: Language) -> DataValidation | None:
    """What the spreadsheet lets pass in a column; names of other rows can be picked from their own sheet."""
    if column.name in _NAMED_IN:
        other = Phrase(*SHEETS[_NAMED_IN[column.name]]).text(lang)
        return DataValidation("list", formula1=f"'{other}'!$A$3:$A${LAST_ROW}")
    return _rule_for(column.kind, column.low, column.high, words, lang)


def _rule_for(kind: str, low: float, high: float, words: list[str], lang: Language) -> DataValidation | None:
    match kind:
        case "choice":
            return DataValidation("list", formula1=f'"{",".join(words)}"')
        case "switch":
            return DataValidation("list", formula1=say('"yes,no"', lang))
        case "real":
            return DataValidation("decimal", operator="between", formula1=f"{low}", formula2=f"{high}")
        case "whole":
            return DataValidation("whole", operator="between", formula1=f"{low:.0f}", formula2=f"{high:.0f}")
    return None


def _add_rule(sheet: Worksheet, rule: DataValidation, cells: str, name: str, what: str, lang: Language) -> None:
    rule.allow_blank = True
    rule.showErrorMessage = True
    rule.errorTitle = name[:30]
    rule.error = say("Allowed: ", lang) + what[:200]
    sheet.add_data_validation(rule)
    rule.add(cells)


# parameters ----------------------------------------------------------------------------------------------------------

_TITLE_ROW = ("title", None, "", "", Message("a text"), Message("Name of your partnership"))
_PARAMETER_COMMENTS = {
    "name": Message("Any parameter may be added: samenspel parameters lists them"),
    "value": Message("Empty: the default holds"),
    "default": Message("What holds when nothing is filled in"),
    "unit": Message("Unit of the value"),
    "allowed": Message("What may be filled in"),
    "meaning": Message("What it stands for"),
}
_PARAMETER_WIDTHS = {"name": 28, "value": 18, "default": 12, "unit": 16, "allowed": 44, "meaning": 64}


def _write_parameters(sheet: Worksheet, lang: Language) -> None:
    """The most asked parameters: a value left empty means the default."""
    for number, (name, words) in enumerate(PARAMETER_HEADINGS.items(), 1):
        comment = _PARAMETER_COMMENTS[name].text(lang)
        _head(sheet, number, Phrase(*words).text(lang), name in {"name", "value"}, comment, _PARAMETER_WIDTHS[name])
    example: tuple[str | float, ...] = (say("Example: mentor_hours", lang), 1.5)
    for number, value in enumerate(example, 1):
        sheet.cell(2, number, value).font = _EXAMPLE_FONT
    _write_line(sheet, 3, [_in_cell(value, lang) for value in _TITLE_ROW])
    for row, parameter in enumerate((PARAMETERS[name] for name in ASKED), 4):
        _write_parameter(sheet, row, parameter, lang)
    _freeze(sheet)


def _write_parameter(sheet: Worksheet, row: int, parameter: Parameter[Any], lang: Language) -> None:
    p = parameter
    said = say("yes", lang) if p.default else say("no", lang)
    default = said if isinstance(p.default, bool) else p.default
    unit = Phrase(p.unit, UNITS[p.unit]).text(lang)
    what = in_language(allowed_for(p), lang)
    _write_line(sheet, row, (p.name, None, default, unit, what, Phrase(p.en, p.nl).text(lang)))
    rule = _rule_for(p.kind, p.low, p.high, list(p.choices), lang)
    if rule is not None:
        _add_rule(sheet, rule, f"B{row}", p.name, what, lang)


def _write_line(sheet: Worksheet, row: int, values: Sequence[str | float | None]) -> None:
    for number, value in enumerate(values, 1):
        cell = sheet.cell(row, number, value)
        cell.border = _LINE
        cell.alignment = _TOP
        if number == 2:
            cell.fill = PatternFill("solid", fgColor=_PALE)
        elif number > 2:
            cell.font = Font(color=_GREY)


# explanation ---------------------------------------------------------------------------------------------------------

_TEXT: tuple[tuple[str, Message], ...] = (
    ("title", Message("Your partnership in Samenspel")),
    ("", Message("Fill in this workbook to run the model with your own partnership in place of the example.")),
    ("head", Message("Counts only, no persons")),
    (
        "",
        Message(
            "Do not enter names or data of students, mentors, trainers or other persons anywhere. Boards, clusters, schools and towns have a name; of people, only how many there are counts."
        ),
    ),
    ("head", Message("What to fill in")),
    (
        "",
        Message(
            "parameters: the name of your partnership, and what differs from the default. An empty value means: the default holds."
        ),
    ),
    (
        "",
        Message(
            "towns: where students live and schools stand. Read the coordinates from a map: latitude first (about 53), then longitude (about 6)."
        ),
    ),
    ("", Message("boards: the boards that take part now, and boards that may accede. Exactly one member board leads.")),
    ("", Message("clusters: the training clusters, each of one board.")),
    (
        "",
        Message(
            "sites: the schools and integrated child centres (IKC). A cluster has one to four sites. A site without a cluster is a candidate for growth."
        ),
    ),
    (
        "",
        Message(
            "students: how many hbo students of each programme and year your region has. This sheet may stay empty."
        ),
    ),
    (
        "",
        Message(
            "schedules: wages or the grant by calendar year, where yours differ from what is declared. This sheet may stay empty."
        ),
    ),
    ("", Message("mergers: boards that will become one, and when. This sheet may stay empty.")),
    ("head", Message("How to fill it in")),
    ("", Message("Columns with a * are needed, the others may stay empty. Point at a heading for its meaning.")),
    (
        "",
        Message(
            "The grey example row is not read, because it begins with 'Example:'. Delete it or leave it. Fill in from row 3 on."
        ),
    ),
    ("", Message("Type values, not formulas, and do not merge cells. A share is a number from 0 to 1: 0.7 is 70 %.")),
    (
        "",
        Message(
            "Write a name the same everywhere: a site names its board, cluster and town as they stand on their own sheet."
        ),
    ),
    ("head", Message("And then")),
    ("", Message("Check it with: samenspel check my-partnership.xlsx. Every fault is named with its cell.")),
    ("", Message("Run it with: samenspel run my-partnership.xlsx")),
)
_STYLES = {
    "title": Font(bold=True, size=18, color=_DARK),
    "head": Font(bold=True, size=12, color=_DARK),
    "": Font(size=11),
}


def _write_explanation(sheet: Worksheet, lang: Language) -> None:
    """One column of text that reads as a page."""
    sheet.title = Phrase(*EXPLANATIONS).text(lang)
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.column_dimensions["A"].width = 3
    sheet.column_dimensions["B"].width = 110
    for row, (style, text) in enumerate(_TEXT, 2):
        said = text.text(lang)
        cell = sheet.cell(row, 2, said)
        cell.font = _STYLES[style]
        cell.alignment = Alignment(wrap_text=True, vertical="bottom" if style else "top")
        sheet.row_dimensions[row].height = {"title": 34, "head": 30, "": 32 if len(said) > 110 else 17}[style]
