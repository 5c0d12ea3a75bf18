"""Hostile and broken input: part of the fuzz run, the same files each time, and files made to exhaust a reader."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from openpyxl import Workbook

import samenspel
from samenspel.experiments.study import reader as study_reader
from samenspel.experiments.sweeps.manifest import as_toml
from samenspel.telling import LISTED_AT_MOST
from tests.fuzz.bombs import BOMBS
from tests.fuzz.campaign import KINDS, STUDY_OF_A_TABLE, Kind, campaign
from tests.fuzz.property import check
from tests.fuzz.toml_kinds import PILOTS
from tests.fuzz.toml_text import toml
from tests.fuzz.values import NAMES
from tests.places import ROOT

EXAMPLES = 1_000  # in all; `python -m tests.fuzz --examples 10000` tries more


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
def test_any_file_is_taken_or_refused(kind: Kind) -> None:
    examples = round(EXAMPLES * kind.share)
    tally = campaign(kind, examples, luck=2026)
    assert tally.tried >= examples * 0.9
    assert tally.valid
    assert tally.refused


@pytest.mark.slow
@pytest.mark.parametrize("name", ["toml", "xlsx"])
def test_what_is_made_to_exhaust_is_refused_in_time(name: str) -> None:
    names = [bomb for bomb in BOMBS if bomb.endswith(name) and bomb not in LONG]
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.bombs", *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-1500:]
    assert len(done.stdout.splitlines()) == len(names)


LONG = ("many-keys.toml", "many-tables.toml", "many-rows.toml", "long-list.toml", "escapes.toml")  # 10 MB that are read


@pytest.mark.parametrize("name", [name for name in NAMES if len(name) < 300])
def test_a_path_in_a_name_leads_nowhere(tmp_path: Path, name: str) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    for key in ("extends", "partnership", "scenario", "title"):
        path = inside / "own.toml"
        path.write_text(f"{key} = {_quoted(name)}\n", encoding="utf-8")
        assert check(path).status == (0 if key == "extends" and name == "baseline" else 2)
    assert [file.name for file in tmp_path.iterdir()] == ["inside"]


def _quoted(name: str) -> str:
    return toml({"x": name}).partition(" = ")[2].strip()


def test_a_name_too_long_for_a_file_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a" * 300 + ".toml", "a" * 300 + ".xlsx", "a" * 5_000, "a\0b.toml"):
        assert samenspel.main(["check", name]) == 2
    for command in ("sweep", "pilots"):
        assert samenspel.main([command, "a" * 300 + ".toml", "--out", "b" * 300, "--workers", "0"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_so_many_faults_are_not_all_listed(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('extends = "baseline"\n' + "".join(f"x{at} = 1\n" for at in range(2_000)), encoding="utf-8")
    verdict = check(path, lang="nl")
    assert len(verdict.lines) == LISTED_AT_MOST + 1
    assert verdict.lines[-1] == "… en nog 1500"


@pytest.mark.slow
def test_the_command_tries_every_kind_and_keeps_the_file_of_a_finding(tmp_path: Path) -> None:
    given = [sys.executable, "-m", "tests.fuzz", "--examples", "10", "--kind", "observed", "--out", str(tmp_path)]
    done = subprocess.run(given, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-1500:]
    assert "no finding" in done.stdout
    broken = "import sys; sys.argv[1:] = ['--examples', '5', '--kind', 'observed', '--out', sys.argv[1]]\n"
    broken += "from tests.fuzz import __main__, campaign\n"
    broken += "def fail(*_): raise ZeroDivisionError('planted')\n"
    broken += "campaign.observe = fail\nsys.exit(__main__.main())"
    done = subprocess.run(
        [sys.executable, "-c", broken, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1
    assert "planted" in done.stderr
    assert len(list(tmp_path.glob("finding-observed-*.toml"))) == 1


# --- what was found ---

LEVER = "[levers]\ncross_year = [true, false]\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"[levers]\nmentor_hours = [{9 * 10**400}, 1]\n", "a very large number"),
        (LEVER + '[record]\nindicators = [["graduates"]]\n', "found a list"),
        ('[design]\nkind = "table"\nfile = "' + "a" * 300 + '"\n', "path of a CSV file"),
        (f'scenario = "{"a" * 300}"\n' + LEVER, "does not exist"),
        ('extends = "' + "a" * 300 + '"\n', "does not exist"),
        ("[levers]\nmentor_hours = [\n" + "".join(f"0.{at},\n" for at in range(1_001)) + "]\n", "1001 values"),
        ("[" + ".".join("a" * 9) + "]\n", "more than 8 parts"),
        ("['" + "a" * 6_000 + "']\n['" + "a" * 6_000 + "']\n", "broken TOML"),
        (toml({**PILOTS, "design": [PILOTS["design"][0], {**PILOTS["design"][1], "then": [{"year": 2}] * 60}]}), "60"),
    ],
)
def test_what_once_ended_badly_is_one_clear_fault(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    verdict = check(path)
    assert verdict.status == 2
    assert any(told in line for line in verdict.lines), verdict.lines
    assert all(len(line) < 1_500 for line in verdict.lines)


@pytest.mark.parametrize(
    ("table", "told"),
    [("mentor_hours\n" + "1\n" * 1_001, "1,000 rows"), (",".join("a" * 10_000) + "\n1\n", "10000 columns")],
)
def test_a_table_of_points_has_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, told: str) -> None:
    monkeypatch.setattr(study_reader, "MANY", 1_000)
    (tmp_path / "points.csv").write_text(table, encoding="utf-8")
    (tmp_path / "own.toml").write_text(STUDY_OF_A_TABLE, encoding="utf-8")
    verdict = check(tmp_path / "own.toml")
    assert len(verdict.lines) == 1
    assert told in verdict.lines[0]


def test_what_was_run_can_be_read_back_whatever_it_is_called() -> None:
    for name in NAMES:
        document = {"title": name + "\x7f", "levers": {"cross_year": [True, False]}}
        assert tomllib.loads(as_toml(document)) == document


def test_a_formula_on_a_sheet_of_designs_is_refused_with_its_cell(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.create_sheet("designs")
    for row in (("name", "mbo_students_per_cluster"), ("A", 0), ("B", "=2+2")):
        sheet.append(row)
    book.save(tmp_path / "own.xlsx")
    verdict = check(tmp_path / "own.xlsx")
    assert [line.partition(": ")[0].rpartition(", ")[2] for line in verdict.lines] == ["designs!B3"]
    assert "a formula" in verdict.lines[0]
