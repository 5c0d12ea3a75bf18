"""Mutants are planted everywhere in the rooms, and asked of the tests that stand in the same rooms."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mutation import tracing, trials
from benchmarks.mutation.mutants import FOLDERS, LEFT_OUT, ROOT, TEXTS, Mutant, source_files


@pytest.mark.parametrize("part", FOLDERS)
def test_faults_are_planted_in_every_file_but_those_left_out(part: str) -> None:
    everything = {
        path.relative_to(ROOT).as_posix() for folder in FOLDERS[part] for path in (ROOT / folder).rglob("*.py")
    }
    left = {name for name in everything if name in LEFT_OUT or name.endswith(TEXTS[part])}
    assert set(source_files(part)) == everything - left
    assert len(left) < len(everything) / 2


def test_what_is_left_out_or_looked_for_exists() -> None:
    places = [
        *LEFT_OUT,
        *(f"tests/{place}" for place in (*tracing.ELSEWHERE, *tracing.ROOMS["rules"], *tracing.ROOMS["analyses"])),
    ]
    assert [place for place in places if not (ROOT / place).exists()] == []


@pytest.mark.parametrize("part", FOLDERS)
def test_tests_of_a_part_exist(part: str) -> None:
    named = [argument.removeprefix("--ignore=").partition("::")[0] for argument in tracing.tests_of(part)]
    assert all((ROOT / name).exists() for name in named)


def test_a_fault_that_imports_run_is_asked_of_the_room_of_its_file() -> None:
    known = {
        "seconds": {"tests/model/week/test_a.py::test_b": 0.1, "tests/model/year/test_c.py::test_d": 0.1},
        "reached": {},
    }
    assert trials.tests_for(Mutant("model/week/meeting.py", 1, 0, "AddNot", 0), known) == [
        "tests/model/week/test_a.py::test_b"
    ]


def test_forks_import_anew_what_faults_are_planted_in() -> None:
    code = (
        "import sys; from benchmarks.mutation.trials import preload; preload({part!r});"
        "print(*sorted({{'.'.join(name.split('.')[:2]) for name in sys.modules if name.startswith('samenspel')}}));"
        "import samenspel.model.partnership, samenspel.experiments.runs.run"
    )
    for part, kept in (("rules", ""), ("analyses", "samenspel samenspel.agents samenspel.model")):
        command = [sys.executable, "-c", code.format(part=part)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == kept


PLANTED = """
import time
import pytest
from hypothesis import given, strategies as st

def busy(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass

@pytest.mark.parametrize("case", range(9))
def test_long(case):
    busy(20)

@given(st.booleans())
def test_long_for_any(example):
    busy(20)

def test_middling():
    busy(0.5)

def test_short():
    busy(0.01)
"""
TRACED = """
import time
from types import SimpleNamespace
import pytest
from benchmarks.mutation import tracing

tracing.TEST_LIMIT["rules"], tracing.FILE_LIMIT["rules"] = 0.6, 0.7
watch = tracing.Stopwatch(SimpleNamespace(switch_context=lambda name: None), "rules")
begun = time.process_time()
pytest.main([*tracing.quietly(), "-q", "-q", "test_planted.py"], plugins=[watch])
print(*(name.partition("::")[2] for name in watch.seconds), watch.begun_tests, time.process_time() - begun < 10)
"""


def test_long_tests_are_ended_once_and_cost_no_short_one_its_turn(tmp_path: Path) -> None:
    (tmp_path / "test_planted.py").write_text(PLANTED, encoding="utf-8")
    path = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", TRACED], cwd=tmp_path, env=path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "test_short 12 True"
