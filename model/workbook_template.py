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

from model.declaration import Parameter
from model.faults import Language, in_language
from model.parameters import PARAMETERS
from model.scenario_checks import allowed_for, allowed_in
from model.units import UNITS
from model.world import TABLES, Column, Table

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
    "subgroup_size",
    "mbo_students_per_cluster",
    "mbo_mix",
    "wage_growth",
    "adequate_threshold",
    "safe_share",
)
WRITTEN = ("towns", "boards", "clusters", "sites", "students")  # partnerships: only when there are more than one
LAST_ROW = 1000  # down to which cells know what may be filled in

_EXAMPLE_ROWS: dict[str, dict[str, tuple[Any, Any]]] = {
    "towns": {
        "name": ("Example: Lindendorp", "Voorbeeld: Lindendorp"),
        "latitude": (53.12, 53.12),
        "longitude": (6.58, 6.58),
        "inhabitants": (3200, 3200),
    },
    "boards": {
        "name": ("Example: De Linde", "Voorbeeld: De Linde"),
        "denomination": ("public", "openbaar"),
        "member": ("yes", "ja"),
        "lead": ("yes", "ja"),
        "max_clusters": (2, 2),
        "max_students": (24, 24),
    },
    "clusters": {
        "name": ("Example: De Linde 1", "Voorbeeld: De Linde 1"),
        "board": ("De Linde", "De Linde"),
        "places": (12, 12),
        "school_trainer_hours": (6, 6),
        "institute_trainer_hours": (4, 4),
    },
    "sites": {
        "name": ("Example: De Wilgenhof", "Voorbeeld: De Wilgenhof"),
        "board": ("De Linde", "De Linde"),
        "cluster": ("De Linde 1", "De Linde 1"),
        "town": ("Lindendorp", "Lindendorp"),
        "kind": ("ikc", "ikc"),
        "denomination": ("public", "openbaar"),
        "concept": ("dalton", "dalton"),
        "pupils": (180, 180),
        "recognised": ("yes", "ja"),
        "mentors": (5, 5),
        "mentors_trained": (3, 3),
        "care_mentors": (2, 2),
    },
    "students": {
        "partnership": ("Example: leave this empty", "Voorbeeld: dit leeg laten"),
        "programme": ("fulltime", "voltijd"),
        "year": (1, 1),
        "count": (96, 96),
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
    sheet: Worksheet = book.create_sheet(SHEETS[name][lang == "nl"])
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.sheet_properties.tabColor = _LIGHT if name in {"parameters", "students"} else _DARK
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
        heading, meaning = (column.heading_nl, column.nl) if lang == "nl" else (column.heading_en, column.en)
        words = [words[lang == "nl"] for words in column.choices]
        what = in_language(allowed_in(column), lang)
        _head(sheet, number, heading, column.needed, f"{meaning}.\n({what})", _width(column))
        if column.name in example:
            sheet.cell(2, number, example[column.name][lang == "nl"]).font = _EXAMPLE_FONT
        rule = _rule(column, words, lang)
        if rule is not None:
            letter = get_column_letter(number)
            _add_rule(sheet, rule, f"{letter}3:{letter}{LAST_ROW}", heading, what, lang)
    _freeze(sheet)


def _width(column: Column) -> float:
    if column.name == "name":
        return 32
    return 24 if column.kind == "text" else 15


_NAMED_IN = {"board": "boards", "cluster": "clusters", "town": "towns"}


def _rule(column: Column, words: list[str], lang: Language) -> DataValidation | None:
    """What the spreadsheet lets pass in a column; names of other rows can be picked from their own sheet."""
    if column.name in _NAMED_IN:
        other = SHEETS[_NAMED_IN[column.name]][lang == "nl"]
        return DataValidation("list", formula1=f"'{other}'!$A$3:$A${LAST_ROW}")
    return _rule_for(column.kind, column.low, column.high, words, lang)


def _rule_for(kind: str, low: float, high: float, words: list[str], lang: Language) -> DataValidation | None:
    match kind:
        case "choice":
            return DataValidation("list", formula1=f'"{",".join(words)}"')
        case "switch":
            return DataValidation("list", formula1='"ja,nee"' if lang == "nl" else '"yes,no"')
        case "real":
            return DataValidation("decimal", operator="between", formula1=f"{low}", formula2=f"{high}")
        case "whole":
            return DataValidation("whole", operator="between", formula1=f"{low:.0f}", formula2=f"{high:.0f}")
    return None


def _add_rule(sheet: Worksheet, rule: DataValidation, cells: str, name: str, what: str, lang: Language) -> None:
    rule.allow_blank = True
    rule.showErrorMessage = True
    rule.errorTitle = name[:30]
    rule.error = ("Toegestaan: " if lang == "nl" else "Allowed: ") + what[:200]
    sheet.add_data_validation(rule)
    rule.add(cells)


# parameters ----------------------------------------------------------------------------------------------------------

_TITLE_ROW = {
    "en": ("title", None, "", "", "a text", "Name of your partnership"),
    "nl": ("title", None, "", "", "een tekst", "Naam van uw partnerschap"),
}
_PARAMETER_COMMENTS = {
    "name": ("Any parameter may be added: samenspel parameters lists them", "Elke parameter mag erbij: samenspel parameters toont ze"),
    "value": ("Empty: the default holds", "Leeg: de standaardwaarde geldt"),
    "default": ("What holds when nothing is filled in", "Wat geldt als niets is ingevuld"),
    "unit": ("Unit of the value", "Eenheid van de waarde"),
    "allowed": ("What may be filled in", "Wat er ingevuld mag worden"),
    "meaning": ("What it stands for", "Waar het voor staat"),
}  # fmt: skip
_PARAMETER_WIDTHS = {"name": 28, "value": 18, "default": 12, "unit": 16, "allowed": 44, "meaning": 64}


def _write_parameters(sheet: Worksheet, lang: Language) -> None:
    """The most asked parameters: a value left empty means the default."""
    for number, (name, words) in enumerate(PARAMETER_HEADINGS.items(), 1):
        comment = _PARAMETER_COMMENTS[name][lang == "nl"]
        _head(sheet, number, words[lang == "nl"], name in {"name", "value"}, comment, _PARAMETER_WIDTHS[name])
    example: tuple[str | float, ...] = ("Voorbeeld: mentor_hours" if lang == "nl" else "Example: mentor_hours", 1.5)
    for number, value in enumerate(example, 1):
        sheet.cell(2, number, value).font = _EXAMPLE_FONT
    _write_line(sheet, 3, _TITLE_ROW[lang])
    for row, parameter in enumerate((PARAMETERS[name] for name in ASKED), 4):
        _write_parameter(sheet, row, parameter, lang)
    _freeze(sheet)


def _write_parameter(sheet: Worksheet, row: int, parameter: Parameter[Any], lang: Language) -> None:
    p = parameter
    dutch = lang == "nl"
    default = (
        {True: ("yes", "ja"), False: ("no", "nee")}[p.default][dutch] if isinstance(p.default, bool) else p.default
    )
    unit = UNITS[p.unit] if dutch else p.unit
    what = in_language(allowed_for(p), lang)
    _write_line(
        sheet, row, (p.name, None, default, unit if p.kind in {"real", "whole"} else "", what, p.nl if dutch else p.en)
    )
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

_TEXT: dict[Language, tuple[tuple[str, str], ...]] = {
    "nl": (
        ("title", "Uw partnerschap in Samenspel"),
        ("", "Vul deze werkmap in om het model met uw eigen partnerschap te draaien in plaats van met het voorbeeld."),
        ("head", "Alleen aantallen, geen personen"),
        ("", "Vul nergens namen of gegevens van studenten, mentoren, opleiders of andere personen in. Besturen, clusters, scholen en plaatsen hebben een naam; van mensen telt alleen hoeveel het er zijn."),
        ("head", "Wat u invult"),
        ("", "instellingen: de naam van uw partnerschap en wat bij u anders is dan standaard. Een lege waarde betekent: de standaardwaarde geldt."),
        ("", "plaatsen: waar studenten wonen en scholen staan. De coördinaten vindt u op een kaart: eerst de breedtegraad (ongeveer 53), dan de lengtegraad (ongeveer 6)."),
        ("", "besturen: de besturen die nu deelnemen, en besturen die mogelijk toetreden. Precies één deelnemend bestuur is penvoerder."),
        ("", "clusters: de opleidingsclusters, elk van één bestuur."),
        ("", "locaties: de scholen en integrale kindcentra (IKC). Een cluster heeft een tot vier locaties. Een locatie zonder cluster is kandidaat voor groei."),
        ("", "studenten: hoeveel hbo-studenten per opleiding en leerjaar uit uw regio komen. Dit blad mag leeg blijven."),
        ("head", "Hoe u invult"),
        ("", "Kolommen met een * zijn nodig, de andere mogen leeg blijven. Zet de muis op een kop voor uitleg."),
        ("", "De grijze voorbeeldrij wordt niet gelezen, omdat ze met 'Voorbeeld:' begint. U mag haar weghalen of laten staan. Vul in vanaf rij 3."),
        ("", "Typ waarden, geen formules, en voeg geen cellen samen. Een aandeel is een getal van 0 tot 1: 0,7 is 70 %."),
        ("", "Schrijf een naam overal hetzelfde: een locatie noemt haar bestuur, cluster en plaats zoals die op het eigen blad staan."),
        ("head", "En dan"),
        ("", "Controleer met: samenspel check mijn-partnerschap.xlsx. Elke fout wordt met haar cel genoemd."),
        ("", "Draai met: samenspel run mijn-partnerschap.xlsx"),
    ),
    "en": (
        ("title", "Your partnership in Samenspel"),
        ("", "Fill in this workbook to run the model with your own partnership in place of the example."),
        ("head", "Counts only, no persons"),
        ("", "Do not enter names or data of students, mentors, trainers or other persons anywhere. Boards, clusters, schools and towns have a name; of people, only how many there are counts."),
        ("head", "What to fill in"),
        ("", "parameters: the name of your partnership, and what differs from the default. An empty value means: the default holds."),
        ("", "towns: where students live and schools stand. Read the coordinates from a map: latitude first (about 53), then longitude (about 6)."),
        ("", "boards: the boards that take part now, and boards that may accede. Exactly one member board leads."),
        ("", "clusters: the training clusters, each of one board."),
        ("", "sites: the schools and integrated child centres (IKC). A cluster has one to four sites. A site without a cluster is a candidate for growth."),
        ("", "students: how many hbo students of each programme and year your region has. This sheet may stay empty."),
        ("head", "How to fill it in"),
        ("", "Columns with a * are needed, the others may stay empty. Point at a heading for its meaning."),
        ("", "The grey example row is not read, because it begins with 'Example:'. Delete it or leave it. Fill in from row 3 on."),
        ("", "Type values, not formulas, and do not merge cells. A share is a number from 0 to 1: 0.7 is 70 %."),
        ("", "Write a name the same everywhere: a site names its board, cluster and town as they stand on their own sheet."),
        ("head", "And then"),
        ("", "Check it with: samenspel check my-partnership.xlsx. Every fault is named with its cell."),
        ("", "Run it with: samenspel run my-partnership.xlsx"),
    ),
}  # fmt: skip
_STYLES = {
    "title": Font(bold=True, size=18, color=_DARK),
    "head": Font(bold=True, size=12, color=_DARK),
    "": Font(size=11),
}


def _write_explanation(sheet: Worksheet, lang: Language) -> None:
    """One column of text that reads as a page."""
    sheet.title = EXPLANATIONS[lang == "nl"]
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.column_dimensions["A"].width = 3
    sheet.column_dimensions["B"].width = 110
    for row, (style, text) in enumerate(_TEXT[lang], 2):
        cell = sheet.cell(row, 2, text)
        cell.font = _STYLES[style]
        cell.alignment = Alignment(wrap_text=True, vertical="bottom" if style else "top")
        sheet.row_dimensions[row].height = {"title": 34, "head": 30, "": 32 if len(text) > 110 else 17}[style]
