"""Files and workbooks of pilots: complete, traced, and refused with every fault."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pytest
from openpyxl import Workbook

from samenspel import main
from samenspel.experiments.pilots.file.pilots import Pilots, is_pilots
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from tests.experiments.pilots.planted import document
from tests.places import ROOT


def faults(*designs: dict[str, Any], **more: Any) -> str:
    with pytest.raises(InputFaults) as raised:
        Pilots.of(document(*designs, **more), file="own.toml")
    return raised.value.text("en") + "\n" + raised.value.text("nl")


@pytest.mark.parametrize(
    ("design", "told"),
    [
        ({"mbo_students_per_cluster": 12, "care_mentors_per_ikc": 1}, "at most 4 for each care mentor"),
        ({"facilitators": 0}, "mixed meetings with no facilitators"),
        ({"mbo_start_year": 7}, "a start in school year 7"),
        ({"ikcs": ["Assen 1"]}, '"Assen 1", which is no IKC'),
        ({"ikcs": ["Kloosterven 1"]}, "did you mean Kloosterveen 1?"),
        ({"ikcs": 99}, "a whole number from 1 to"),
        ({"clusters": 16}, "a whole number from 1 to 15"),
        ({"programmes": ["asistant"]}, "did you mean assistant?"),
        ({"programmes": 3}, "a list of names"),
        ({"track": "bbll"}, "did you mean bbl?"),
        ({"facilitators": 1}, "0, 2 (pair), 3 (trio) or 4"),
        ({"track": "bol", "mbo_bbl_share": 0.2}, "mbo_bbl_share twice"),
        ({"subgroup_sise": 5}, "did you mean subgroup_size?"),
        ({"subgroup_size": 99}, "99"),
        ({"mbo_students_per_cluster": 0}, "mixed meetings without mbo students"),
        ({"then": [{"year": 9, "mbo_mix": "mixed"}]}, "a whole number from 2 to 5"),
        ({"then": [{"year": 2, "ikcs": 3}]}, "only from the start"),
        ({"then": [{"mbo_mix": "parallel"}]}, "a school year"),
        ({"then": [{"year": 2, "facilitators": 0}]}, "x, then 2: found mixed meetings with no facilitators"),
        ({"name": ""}, "a text of 1 to 80 characters"),
        ({"name": "None"}, "more than once"),
    ],
)
def test_a_design_that_cannot_be_is_refused_with_the_reason(design: dict[str, Any], told: str) -> None:
    assert told in faults({"name": "x"} | design, years=5)


def test_every_fault_of_a_file_at_once() -> None:
    text = faults(
        {"name": "x", "track": "day"}, {"name": "y", "ikcs": 0}, worlds=-1, aim=["happiness"],
        floors={"coverige": 0.4, "pabo_adequate_share": 80}, colour="red",
    )  # fmt: skip
    for told in ("track", "ikcs", "worlds", "aim", "did you mean coverage?", "pabo_adequate_share", 'key "colour"'):
        assert told in text


@pytest.mark.parametrize(("design", "name"), [
    ({"mbo_places_per_site": 6}, "mbo_places_per_site"), ({"stay": "whole-year"}, "mbo_half_year_share"),
    ({"then": [{"year": 2, "mbo_availability": 0.9}]}, "mbo_availability"),
])  # fmt: skip
def test_what_a_design_sets_cannot_be_uncertain_too(design: dict[str, Any], name: str) -> None:
    parameter = PARAMETERS[name]
    text = faults({"name": "x"} | design, years=2, uncertainties={name: {"low": parameter.low, "high": parameter.high}})
    found = "found a range of what “x” sets; allowed: an assumption that no design sets"
    assert f"own.toml, [uncertainties] {name}: {found}" in text
    assert "gevonden een bereik van wat “x” instelt; toegestaan: een aanname die geen ontwerp instelt" in text


def test_one_design_is_no_comparison() -> None:
    assert "2 to 40 tables [[design]]" in faults()


def test_what_is_strained_is_told_but_may_run() -> None:
    pilots = Pilots.of(document({"name": "x", "ikcs": 1, "mbo_students_per_cluster": 6}))
    assert [remark.text("en") for remark in pilots.remarks]
    assert "2 mbo students more than there are places" in pilots.remarks[-1].text("en")


def test_where_there_is_room_or_sites_may_take_more_nothing_is_said_of_places() -> None:
    few, soft = ({"mbo_students_per_cluster": 2}, {"mbo_students_per_cluster": 6, "site_capacity": "soft"})
    for design in (few, soft):
        remarks = Pilots.of(document({"name": "x", "ikcs": 1} | design)).remarks
        assert not [remark for remark in remarks if "than there are places" in remark.text("en")]


def test_programmes_that_take_part_keep_their_shares_of_each_other() -> None:
    assistant, three = (float(PARAMETERS[name].default) for name in ("mbo_assistant_share", "mbo_level3_share"))
    parts = {"assistant": assistant, "pedagogical-work-3": three, "pedagogical-work-4": 1 - assistant - three}
    for number in (1, 2, 3):
        for chosen in combinations(parts, number):
            values = Pilots.of(document({"name": "x", "programmes": list(chosen)})).designs[1].scenario.values
            whole = sum(parts[name] for name in chosen)
            expected = [parts[name] / whole if name in chosen else 0.0 for name in list(parts)[:2]]
            assert [values["mbo_assistant_share"], values["mbo_level3_share"]] == pytest.approx(expected)


@pytest.mark.parametrize(("key", "parameter", "none", "every"), [
    ("stay", "mbo_half_year_share", "whole-year", "half-year"), ("track", "mbo_bbl_share", "bol", "bbl"),
])  # fmt: skip
def test_one_stay_or_one_track_is_that_of_all_mbo_students(key: str, parameter: str, none: str, every: str) -> None:
    designs = Pilots.of(document({"name": "x", key: none}, {"name": "y", key: every})).designs
    assert [design.scenario.values[parameter] for design in designs[1:]] == [0.0, 1.0]


def test_a_seed_is_any_whole_number_of_64_bits() -> None:
    largest = int(np.iinfo(np.int64).max)
    assert Pilots.of(document({"name": "x"}, seed=largest)).seed == largest
    assert "seed" in faults({"name": "x"}, seed=largest + 1)


def test_the_built_in_file_is_complete_and_traced() -> None:
    pilots = Pilots.load("mbo")
    assert len(pilots.designs) == 8
    assert all(design.texts["source"] and design.text("nl") and design.texts["name_nl"] for design in pilots.designs)
    assert (pilots.replications, pilots.worlds) == (30, 50)
    assert pilots.designs[5].then == ((3, {"mbo_mix": "mixed"}),)


def test_a_pilots_file_that_says_nothing_is_that_of_the_guide() -> None:
    guide = (ROOT / "docs" / "PILOTS.md").read_text(encoding="utf-8")
    told = tomllib.loads(guide.split('```toml title="own.toml"\n')[1].split("```")[0])
    bare = Pilots.of({"design": document({"name": "x"})["design"]})
    for name in ("replications", "worlds", "years", "aim"):
        assert getattr(bare, name) == told[name], name


def test_check_knows_a_pilots_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.toml"
    file.write_text('[[design]]\nname = "a"\n[[design]]\nname = "b"\nikcs = 99\n', encoding="utf-8")
    assert is_pilots(file)
    assert main(["check", str(file), "--lang", "nl"]) == 2
    assert "ikcs: gevonden 99" in capsys.readouterr().err
    assert main(["pilots", "mbbo", "--out", str(tmp_path / "x"), "--lang", "en"]) == 2
    assert "did you mean mbo?" in capsys.readouterr().err


def test_a_workbook_says_the_same_as_a_file(tmp_path: Path) -> None:
    """Sheets for the tables; faults are told as in a file, and a formula is no value."""
    path = tmp_path / "own.xlsx"
    book = Workbook()
    book.remove(book.worksheets[0])
    sheets: dict[str, list[list[Any]]] = {
        "Ontwerpen": [
            ["name", "mbo_students_per_cluster", "mbo_mix", "ikcs", "programmes", "track"],
            ["none", 0, "none"],
            ["a", 4, "parallel", "Groningen 1; Kloosterveen 1", "assistant", "bol"],
            ["b", 4.0, "mixed", 3],
        ],
        "pilots": [["worlds", 7], ["years", 4]],
        "grenzen": [["pabo_loss", 0.03]],
        "later": [["design", "year", "mbo_mix"], ["a", 3, "mixed"]],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    assert is_pilots(path)
    pilots = Pilots.load(path)
    first = Pilots.of(
        document(
            {"name": "a", "mbo_mix": "parallel", "ikcs": ["Groningen 1", "Kloosterveen 1"],
             "programmes": ["assistant"], "track": "bol", "then": [{"year": 3, "mbo_mix": "mixed"}]}, years=4,
        )
    ).designs[1]  # fmt: skip
    assert (pilots.worlds, pilots.years, dict(pilots.floors)) == (7, 4, {"pabo_loss": 0.03})
    read = pilots.designs[1]
    assert (read.values, read.sites, read.then) == (first.values, first.sites, first.then)
    book["later"]["A2"] = "=1+1"
    book.save(path)
    assert "later, 2, design" in "\n".join(fault.text("nl") for fault in Pilots.check(path))


def test_a_damaged_workbook_is_no_pilots_file_and_told_when_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "own.xlsx"
    path.write_bytes(b"PK\x03\x04 broken")
    assert not is_pilots(path)
    assert Pilots.check(path)
    with ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")
    assert not is_pilots(path)
    assert Pilots.check(path)
