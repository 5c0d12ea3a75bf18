"""How commands end: interrupted at any moment, read no further, with runs that were lost; on real processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import samenspel
import samenspel.telling
from samenspel.experiments.engine.executors import Here
from samenspel.experiments.engine.jobs import Report
from samenspel.experiments.sweeps.results import load
from samenspel.experiments.sweeps.runner import Ending, sweep
from samenspel.interrupts import is_command
from tests import kills
from tests.cheap_runs import finish, interrupted_and_endless, quick, same, study, undisturbed
from tests.samenspel.test_front_door import environment

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="signals and pipes as Linux has them")
KEPT = "Interrupted: all finished runs are kept; the same command goes on from there."
SMALL = "replications = 10\nyears = 1\n[levers]\ncross_year = [true, false]\nmentor_hours = [2.0, 1.5]\n"


COUNTING = """
import os, signal, sys

class Imports:  # counted from our first file on: until then Python itself starts
    seen = -1

    def find_spec(name, *_):
        if Imports.seen >= 0 or name == "samenspel.interrupts":
            Imports.seen += 1
        if Imports.seen == 1 and "INTERRUPT_AT" not in os.environ:
            os.write(1, b"!")
        elif str(Imports.seen) == os.environ.get("INTERRUPT_AT"):
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Imports)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The command as pip installs it."""
    path = tmp_path / "bin" / "samenspel"
    path.parent.mkdir()
    path.write_text("import sys\nfrom samenspel import main\nif __name__ == '__main__':\n    sys.exit(main())\n")
    (path.parent / "sitecustomize.py").write_text(COUNTING)
    return path


# --- interrupts ------------------------------------------------------------------------------------------------------


def interrupted(command: list[str], cwd: Path, after: float) -> tuple[int, str]:
    """Exit status and standard error of a command that got Ctrl-C so many seconds after it printed a `!`.

    All its processes get it, as in a terminal.
    """
    env = environment(PYTHONPATH=os.pathsep.join([str(cwd / "bin"), str(kills.ROOT)]))
    process = subprocess.Popen(
        command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.read(1) == "!"
    time.sleep(after)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        told = process.communicate(timeout=300)[1]
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, told


@ON_LINUX
def test_tests_interrupt_what_they_start_where_the_suite_itself_runs_in_the_background() -> None:
    code = "import signal, tests.conftest; print(signal.getsignal(signal.SIGINT))"
    ignoring = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", sys.executable, "-c", code]
    done = subprocess.run(ignoring, cwd=kills.ROOT, capture_output=True, text=True)
    assert "default_int_handler" in done.stdout, done.stdout + done.stderr


def told_in_one_line(status: int, told: str) -> None:
    assert status == 130, told
    assert "Traceback" not in told
    assert "ignored in" not in told
    assert sum("nterrupted" in line for line in told.splitlines()) == 1, told


@ON_LINUX
@pytest.mark.parametrize("after", [0.0, 0.2, 0.6, 1.5])
def test_an_interrupt_while_a_command_starts_is_one_line(tmp_path: Path, script: Path, after: float) -> None:
    (tmp_path / "own.toml").write_text(SMALL.replace("replications = 10", "replications = 5000"))
    command = [sys.executable, str(script), "sweep", "own.toml", "--out", "out", "--workers", "2", "--lang", "en"]
    told_in_one_line(*interrupted(command, tmp_path, after))


@pytest.mark.parametrize(
    ("words", "own", "expected"),
    [
        (["python", "-P", "/bin/samenspel", "run"], ["/bin/samenspel", "run"], True),
        (["python", "-m", "samenspel", "run"], ["-m", "run"], True),
        (["python", "-msamenspel"], ["-m"], True),
        (["python", "samenspel_study.py"], ["samenspel_study.py"], False),
        (["python", "-m", "pytest", "samenspel"], ["-m", "samenspel"], False),
        (["python", "-c", "spawn_main()", "--multiprocessing-fork"], ["/bin/samenspel", "run"], False),
        (["python"], [""], False),
        ([], [], False),
    ],
)
def test_only_the_command_decides_about_interrupts(
    monkeypatch: pytest.MonkeyPatch, words: list[str], own: list[str], expected: bool
) -> None:
    monkeypatch.setattr(sys, "orig_argv", words)
    monkeypatch.setattr(sys, "argv", own)
    assert is_command() == expected


@ON_LINUX
@pytest.mark.parametrize("way", ["script", "-m"])
def test_an_interrupt_at_any_import_is_one_line(tmp_path: Path, script: Path, way: str) -> None:
    start = [str(script)] if way == "script" else ["-m", "samenspel"]
    command = [sys.executable, *start, "run", "--years", "1", "--replications", "1", "--lang", "en"]
    path = os.pathsep.join([str(script.parent), str(kills.ROOT)])
    for at in (1, 2, 3, 5, 8, 16, 32, 64, 128, 256, 512):
        env = environment(PYTHONPATH=path, INTERRUPT_AT=str(at))
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300)
        told_in_one_line(done.returncode, done.stderr)


@ON_LINUX
@pytest.mark.slow
@pytest.mark.parametrize(
    ("way", "command", "first"),
    [
        ("script", "sweep own.toml --out out --workers 2", 0.00),
        ("script", "run --years 5 --replications 3000", 0.10),
        ("-m", "sweep own.toml --out out --workers 2", 0.20),
        ("-m", "run --years 5 --replications 3000", 0.30),
    ],
)
def test_an_interrupt_at_any_moment_is_one_line(
    tmp_path: Path, script: Path, way: str, command: str, first: float
) -> None:
    """Every 400 ms over the first 3 s, each command at other moments."""
    (tmp_path / "own.toml").write_text(SMALL.replace("replications = 10", "replications = 5000"))
    start = [str(script)] if way == "script" else ["-m", "samenspel"]
    for after in np.arange(first, 3.0, 0.4):
        given = [sys.executable, *start, *command.split(), "--lang", "en"]
        told_in_one_line(*interrupted(given, tmp_path, float(after)))


@ON_LINUX
def test_an_interrupt_while_the_report_is_written_says_what_is_kept(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(SMALL)
    code = (
        "import sys, time, samenspel\n"
        "from samenspel.experiments.output import reports\n"
        "from samenspel.experiments.sweeps import runner\n"
        "from tests.cheap_runs import quick\n"
        "runner.sweep.__kwdefaults__.update(simulate=quick)\n"
        "reports.write = lambda *_: (print('!', flush=True), [time.sleep(0.1) for _ in range(600)])\n"
        "sys.exit(samenspel.main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "sweep", str(tmp_path / "own.toml"), "--workers", "0", "--lang", "en"]
    status, told = interrupted([*command, "--out", str(tmp_path / "out")], kills.ROOT, 0.0)
    assert status == 130
    assert told.splitlines()[-1] == KEPT
    assert "nothing" not in told
    assert len(load(tmp_path / "out").runs) == 40


@ON_LINUX
def test_an_interrupt_between_two_rounds_leaves_a_sweep_unfinished(tmp_path: Path) -> None:
    made = study(5, precision={"half_width": 1e-9, "at_most": 20})

    def interrupt(done: int, total: int, failed: int) -> None:
        if done == 20:
            os.kill(os.getpid(), signal.SIGINT)

    ending = sweep(made, tmp_path, workers=0, simulate=quick, progress=interrupt)
    assert ending == Ending(tmp_path, asked=40, done=20, failed=0, damaged=0)
    assert ending.interrupted
    assert not sweep(made, tmp_path, workers=0, simulate=quick).interrupted


@ON_LINUX
def test_an_interrupt_breaks_off_the_run_that_this_process_is_at(tmp_path: Path) -> None:
    """So a sweep without workers ends at once, and does that run again when it goes on."""
    expected = undisturbed(tmp_path / "whole")
    began = time.monotonic()
    ending = finish(tmp_path / "out", chunk=8, simulate=interrupted_and_endless)
    assert time.monotonic() - began < 10
    assert ending.interrupted
    runs = load(tmp_path / "out").runs
    assert 0 < len(runs) == ending.done < 40
    assert (runs["status"] == "done").all()
    finish(tmp_path / "out")
    same(expected, load(tmp_path / "out").runs)


# --- sweeps that lose runs -------------------------------------------------------------------------------------------


class Forgetful(Here):
    """Does not tell of every second chunk."""

    def reports(self, seconds: float) -> list[Report]:
        told = super().reports(seconds)
        self.chunks = getattr(self, "chunks", 0) + 1
        return told if self.chunks % 2 else []


def test_a_sweep_that_lost_runs_is_never_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("samenspel.experiments.sweeps.runner.Here", Forgetful)
    with pytest.raises(RuntimeError, match="20 of 40 runs were lost on the way"):
        finish(tmp_path / "a", chunk=5)
    (tmp_path / "own.toml").write_text(SMALL)
    monkeypatch.setitem(sweep.__kwdefaults__, "simulate", quick)  # type: ignore[arg-type, unused-ignore]
    command = ["sweep", str(tmp_path / "own.toml"), "--out", str(tmp_path / "b"), "--workers", "0"]
    assert samenspel.main(command) == samenspel.telling.OUR_FAULT


@ON_LINUX
@pytest.mark.slow
def test_workers_killed_at_their_start_cost_no_runs(tmp_path: Path) -> None:
    expected = load(kills.undisturbed(tmp_path)).runs
    ended = kills.disturbed(tmp_path, seed=3, kills=12)
    assert (ended.killed, ended.done, ended.status) == (12, ended.asked, 0), ended.told
    same(expected, load(tmp_path / "out").runs)


@ON_LINUX
def test_workers_that_never_live_end_a_sweep_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("samenspel.experiments.engine.executors.work", os._exit)
    (tmp_path / "own.toml").write_text(SMALL)
    for lang, words in (("en", "6 processes in a row"), ("nl", "6 processen na elkaar")):
        command = ["sweep", str(tmp_path / "own.toml"), "--out", str(tmp_path / "out"), "--lang", lang]
        assert samenspel.main([*command, "--workers", "2"]) == samenspel.telling.WRONG_INPUT
        lines = [line for line in capsys.readouterr().err.splitlines() if "40 runs" not in line]
        assert len(lines) == 1
        assert words in lines[0]


# --- readers that leave ----------------------------------------------------------------------------------------------


def nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make standard output a pipe that is closed at its other end."""
    read, write = os.pipe()
    os.close(read)
    monkeypatch.setattr(sys, "stdout", os.fdopen(write, "w"))


class Kept(SimpleNamespace):
    """One world, as far as commands look at it."""

    def __len__(self) -> int:
        return 1

    @property
    def about(self) -> SimpleNamespace:
        """Where it comes from."""
        return SimpleNamespace(failed=0, candidates=2, measured=2, accepted=2, unfit=0)


def out_of(*_: object, **__: object) -> Any:
    """What an analysis gives, as far as commands look at it."""
    results = SimpleNamespace(failures=[], folder=Path())
    worlds = Kept(failed=0)
    return SimpleNamespace(failed=0, folder=Path(), file=Path(), results=results, worlds=worlds, candidates=[])


@ON_LINUX
@pytest.mark.parametrize(
    ("command", "analysis", "report"),
    [
        ("sensitivity x", "assumptions.sensitivity.sensitivity", "assumptions.sensitivity_report.SensitivityReport"),
        ("discover tests", "assumptions.discovery.discover", "assumptions.discovery_report.DiscoveryReport"),
        ("bottleneck", "bottlenecks.attribution.bottleneck", "bottlenecks.report.BottleneckReport"),
        ("degrade", "degradation.degrade.carry_out", "degradation.report.DegradeReport"),
        ("validate", "validation.validate.validate", "validation.report.ValidationReport"),
        ("worlds", "plausible.make.worlds", "plausible.report.WorldsReport"),
        ("pilots mbo", "pilots.comparison.compare.compare_pilots", "pilots.report.shown.PilotReport"),
    ],
)
def test_everything_is_written_before_anything_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, analysis: str, report: str
) -> None:
    files = []
    monkeypatch.setattr(f"samenspel.experiments.{analysis}", out_of)
    monkeypatch.setattr("samenspel.experiments.output.reports.write", lambda *_: files.append("report"))
    monkeypatch.setattr(f"samenspel.experiments.{report}.shown", lambda *_: ["much" * 100_000])
    monkeypatch.setattr("samenspel.experiments.engine.processes.warm_up", lambda: None)
    nobody_reads(monkeypatch)
    out = tmp_path / "own.parquet" if command == "worlds" else tmp_path
    assert samenspel.main([*command.split(), "--out", str(out)]) == 0
    assert files == ["report"]


@ON_LINUX
@pytest.mark.slow
def test_a_closed_pipe_loses_nothing(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(SMALL.replace("10", "2"))
    env = environment(PYTHONPATH=str(kills.ROOT))
    for command, file in (
        ("run --years 1 --replications 2 --out out", "out/run.json"),
        ("sweep own.toml --workers 0 --out sweep", "sweep/report/figure-summary.png"),
        (
            "degrade --over students_per_cluster=6:12:4 --replications 2 --years 1 --draws 0 --workers 0 --out out",
            "out/figure-curves.png",
        ),
    ):
        shell = f"('{sys.executable}' -m samenspel {command}; echo $? >status) | head -n 1"
        done = subprocess.run(shell, shell=True, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert (tmp_path / "status").read_text().strip() == "0", done.stderr
        assert "Traceback" not in done.stderr
        assert (tmp_path / file).exists()
    assert json.loads((tmp_path / "out" / "run.json").read_text())["finished"] == 2


@ON_LINUX
@pytest.mark.slow
def test_a_closed_standard_error_stops_no_sweep(tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text(SMALL.replace("10", "2"))
    env = environment(PYTHONPATH=str(kills.ROOT))
    command = f"'{sys.executable}' -m samenspel sweep own.toml --workers 0 --out out"
    subprocess.run(f"({command}; echo $? >status) 2>&1 | true", shell=True, cwd=tmp_path, env=env, check=True)
    assert (tmp_path / "status").read_text().strip() == "0"
    assert len(load(tmp_path / "out").runs) == 8
