"""What a cluster has for itself, in a file: in TOML and on the sheet of clusters, in both languages."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from samenspel.model.declared.parameters import COMMUNITY, PARAMETERS
from samenspel.model.declared.world import SETTINGS, TABLES, cells_of
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario
from samenspel.model.words import Language
from tests.model.input.books import LANGUAGES, ROWS, cell, put, sheet_of

pytest_plugins = ("tests.model.input.books",)

BASELINE = Scenario.load("baseline")
FIRST = BASELINE.world.clusters[0]
OWN: dict[str, Any] = {
    "mbo_mix": "mixed", "cross_year": False, "subgroup_size": 7, "meeting_interval": 3, "roles": 0.5,
    "mbo_students_per_cluster": 3, "interprofessional_trained_share": 0.25, "trainer_hours": 5.0,
    "institute_trainer_hours": 1.5, "facilitators": 3,
}  # fmt: skip


def scenario_with(tmp_path: Path, rows: str) -> Scenario:
    path = tmp_path / "own.toml"
    path.write_text(f'extends = "baseline"\n{rows}', encoding="utf-8")
    return Scenario.load(path)


def faults(tmp_path: Path, row: str) -> InputFaults:
    with pytest.raises(InputFaults) as refused:
        scenario_with(tmp_path, f'[[clusters]]\nname = "{FIRST.name}"\n{row}\n')
    assert len(refused.value.faults) == 1
    return refused.value


def test_columns_follow_from_the_parameters() -> None:
    columns = {column.name: column for column in TABLES["clusters"].columns}
    for name in COMMUNITY:
        parameter, column = PARAMETERS[name], SETTINGS[name]
        assert columns[parameter.column] is column
        assert (column.kind, column.low, column.high) == (parameter.kind, parameter.least, parameter.most)
        assert column.heading_nl == parameter.heading_nl
        assert [word for word, _ in column.choices] == list(parameter.choices)
        assert column.kind == "choice" or column.kind == "switch" or column.high < float("inf")


def test_a_row_gives_a_cluster_what_it_has_for_itself(tmp_path: Path) -> None:
    cells = "\n".join(
        f"{PARAMETERS[name].column} = {str(value).lower() if isinstance(value, bool) else repr(value)}"
        for name, value in OWN.items()
    )
    found = scenario_with(tmp_path, f'[[clusters]]\nname = "{FIRST.name}"\n{cells}\n')
    assert found.world.clusters[0].own == OWN
    assert found.world.clusters[0].board == FIRST.board
    assert found.world.clusters[1:] == BASELINE.world.clusters[1:]
    assert found.world == BASELINE.with_clusters({FIRST.name: OWN}).world
    assert repr(found.world) == repr(BASELINE.with_clusters({FIRST.name: dict(reversed(OWN.items()))}).world)
    assert cells_of(found.world.clusters[0])["school_trainer_hours"] == 5.0


@pytest.mark.parametrize(
    ("row", "place", "texts"),
    [
        ("mentor_hours = 3.0", "mentor_hours", ('"mentor_hours", which holds for the whole', "het hele partnerschap")),
        ("rolls = 0.5", "rolls", ('the unknown key "rolls"', '"rolls"')),
        ("subgroup_size = 1", "subgroup_size", ("from 2 to 400", "van 2 tot en met 400")),
        ('mbo_mix = "stirred"', "mbo_mix", ("none, parallel, mixed, alternating", "niet samen, naast elkaar")),
        ("cross_year = 3", "cross_year", ("true or false", "true of false")),
    ],
)
def test_what_cannot_be_is_one_fault_with_its_place(
    tmp_path: Path, row: str, place: str, texts: tuple[str, str]
) -> None:
    wrong = faults(tmp_path, row)
    assert wrong.faults[0].place.endswith(place)
    assert wrong.faults[0].file.endswith("own.toml")
    assert texts[0] in wrong.text("en")
    assert texts[1] in wrong.text("nl")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sheet_of_clusters_has_a_column_for_each(
    tmp_path: Path, templates: dict[str, bytes], lang: Language
) -> None:
    book = load_workbook(io.BytesIO(templates[lang]))
    for table, rows in ROWS.items():
        put(book, table, rows)
    put(book, "boards", [{"max_clusters": 2, "max_students": 24}] * 2)
    heads = [str(one.value).rstrip(" *") for one in sheet_of(book, "clusters")[1]]
    for column in SETTINGS.values():
        assert (column.heading_en if lang == "en" else column.heading_nl) in heads
    for name, words in (("mbo_mix", ("mixed", "gemengd")), ("cross_year", ("no", "nee")), ("subgroup_size", (6, 6))):
        cell(book, "clusters", 3, name).value = words[lang == "nl"]
    book.save(tmp_path / "own.xlsx")
    own = Scenario.load(tmp_path / "own.xlsx").world.clusters[0].own
    assert own == {"mbo_mix": "mixed", "cross_year": False, "subgroup_size": 6, "trainer_hours": 5.5}
