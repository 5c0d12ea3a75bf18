"""Files of the folder where somebody works are never run, whatever they are called."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from samenspel.experiments.sweeps.results import load
from tests.samenspel.test_front_door import environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script as pip writes it for POSIX")

HOSTILE = (
    *("samenspel.py", "agents.py", "model.py", "model/__init__.py", "experiments/__init__.py", "viz.py", "locale.py"),
    *("click.py", "babel/__init__.py", "numba.py", "numpy.py", "signal.py", "enum.py"),
)
SMALL = "replications = 2\nyears = 1\n[levers]\ncross_year = [true, false]\n"
SCRIPT = "import sys\nfrom samenspel import main\nif __name__ == '__main__':\n    sys.exit(main())\n"


def executed(folder: Path) -> list[str]:
    """Which of the planted files were executed."""
    return sorted(path.name for path in folder.glob("executed-*"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files called like our modules and Python's, each of which leaves a mark when it is executed."""
    work = tmp_path / "work"
    for name in HOSTILE:
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        mark = work / f"executed-{name.replace('/', '-')}"
        path.write_text(f"open({str(mark)!r}, 'w').close()\nraise SystemExit('{name} was executed')\n")
    (work / "own.toml").write_text(SMALL)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "samenspel").write_text(SCRIPT)
    return work


def run_there(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = environment(**variables)
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=env, capture_output=True, text=True, timeout=600, check=False
    )


PARALLEL = (
    "sweep own.toml --out out --workers 2",
    "sensitivity uncertainty --method morris --trajectories 2 --replications 2 --out out --workers 2",
    "bottleneck --years 1 --horizon 1 --replications 2 --draws 2 --out out --workers 2",
    "degrade --replications 2 --years 1 --draws 0 --over students_per_cluster=6:12:4 --out out --workers 2",
)


def test_the_command_runs_nothing_of_the_working_folder(folder: Path) -> None:
    done = run_there(folder, str(folder.parent / "bin" / "samenspel"), *PARALLEL[0].split())
    assert executed(folder) == []
    assert done.returncode == 0, done.stderr
    assert len(load(folder / "out").runs) == 4


@pytest.mark.slow
@pytest.mark.parametrize("command", PARALLEL[1:])
def test_no_parallel_command_runs_anything_of_the_working_folder(folder: Path, command: str) -> None:
    done = run_there(folder, str(folder.parent / "bin" / "samenspel"), *command.split())
    assert executed(folder) == []
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_neither_does_it_while_the_rules_are_compiled(folder: Path, tmp_path: Path) -> None:
    cache = {"SAMENSPEL_CACHE_DIR": str(tmp_path / "cache")}
    done = run_there(folder, str(folder.parent / "bin" / "samenspel"), *PARALLEL[0].split(), **cache)
    assert executed(folder) == []
    assert done.returncode == 0, done.stderr
    run = ("run", "--years", "1", "--replications", "2")
    assert run_there(folder, str(folder.parent / "bin" / "samenspel"), *run, **cache).returncode == 0
    assert executed(folder) == []


def test_replications_that_are_shared_among_processes_run_nothing_of_it_either(folder: Path) -> None:
    code = (
        "if __name__ == '__main__':\n"
        "    from samenspel.experiments.runs.run import run\n"
        "    from samenspel.model.input.scenario import Scenario\n"
        "    print(len(run(Scenario.load('baseline'), years=1, replications=2, workers=2).finished))\n"
    )
    script = folder.parent / "bin" / "own.py"
    script.write_text(code)
    done = run_there(folder, str(script))
    assert executed(folder) == []
    assert done.stdout.strip() == "2", done.stderr


@pytest.mark.parametrize("safe", [[], ["-P"]])
def test_as_a_module_it_does_not_run_our_names_there(folder: Path, safe: list[str]) -> None:
    """`python -m` looks first in the working folder: Python's own names stay exposed there, unless with `-P`."""
    if not safe:
        for name in ("samenspel.py", "locale.py", "signal.py", "enum.py"):
            (folder / name).unlink()
    done = run_there(folder, *safe, "-m", "samenspel", *PARALLEL[0].split())
    assert executed(folder) == []
    assert done.returncode == 0, done.stderr


def test_a_script_of_ones_own_has_workers_and_its_own_simulate(tmp_path: Path) -> None:
    (tmp_path / "measures.py").write_text("FACTOR = 2.0\n")
    (tmp_path / "script.py").write_text(
        "from samenspel.experiments import sweep\n"
        "from samenspel.experiments.sweeps.work import Measured\n"
        "from measures import FACTOR\n"
        "def simulate(scenario, years, seed, record):\n"
        "    return Measured({name: FACTOR for name in record.indicators})\n"
        "if __name__ == '__main__':\n"
        "    ending = sweep('own.toml', 'out', workers=2, simulate=simulate)\n"
        "    print(ending.done, ending.results.runs['coverage'].unique())\n"
    )
    (tmp_path / "own.toml").write_text(SMALL)
    done = run_there(tmp_path, "script.py")
    assert done.stdout.strip() == "4 [2.]", done.stderr
    assert "PYTHONSAFEPATH" not in os.environ
