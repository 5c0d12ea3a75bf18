"""`import samenspel as sp`: the names, from a wheel as from an editable install, beside files called like our rooms."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import samenspel as sp
from tests.places import ROOT
from tests.project.test_architecture import project_files
from tests.samenspel.test_front_door import environment

FACE = {
    "INDICATORS", "InputFaults", "PARAMETERS", "Partnership", "Pilots", "Scenario", "Study", "__version__",
    "bottleneck", "compare_pilots", "degrade", "discover", "load", "main", "pinch", "run", "sensitivity", "show",
    "sweep", "validate", "weigh", "worlds", "Worlds",
}  # fmt: skip
ROOMS = ("agents", "model", "experiments", "viz")


def python(code: str, cwd: Path, **variables: str) -> str:
    """What a fresh Python prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, env=environment(**variables), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# --- names -----------------------------------------------------------------------------------------------------------


def test_all_that_scripts_need_is_in_one_place() -> None:
    assert len(sp.__all__) == len(set(sp.__all__))
    assert set(sp.__all__) == FACE
    assert set(dir(sp)) >= FACE
    assert all(getattr(sp, name) is not None for name in FACE)


def test_it_is_what_the_rooms_offer() -> None:
    for room in ("model", "experiments", "viz"):
        module = import_module(f"samenspel.{room}")
        for name in module.__all__:
            assert getattr(module, name) is getattr(sp, name)


def test_from_and_star_work(tmp_path: Path) -> None:
    code = (
        "from samenspel import Partnership as one\nfrom samenspel import *\nprint(one is Partnership, sweep.__name__)"
    )
    assert python(code, tmp_path) == "True sweep"


def test_importing_it_is_quick(tmp_path: Path) -> None:
    code = "import sys, samenspel\nprint(*sorted(name for name in sys.modules if name.partition('.')[0] in {}))"
    heavy = {"numpy", "mesa", "numba", "pandas", "ast", "click", "samenspel"}
    assert python(code.replace("{}", repr(heavy)), tmp_path).split() == [
        "samenspel",
        "samenspel.interrupts",
        "samenspel.model",
        "samenspel.model.face",
    ]


def test_what_is_not_there_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(AttributeError, match="module 'samenspel' has no attribute 'Partnershp'") as caught:
        sp.Partnershp  # type: ignore[attr-defined]  # noqa: B018
    assert (caught.value.name, caught.value.obj) == ("Partnershp", sp)
    with pytest.raises(ImportError):
        from samenspel import TYPES  # type: ignore[attr-defined]  # noqa: F401


def test_no_name_is_that_of_a_module_beside_it() -> None:
    """Importing `samenspel.sweep` would put the module in the place of the function."""
    for package in (sp, *(import_module(f"samenspel.{room}") for room in ROOMS)):
        folders = [Path(folder) for folder in package.__path__]
        beside = {path.stem for folder in folders for path in folder.iterdir()} | ({*ROOMS} if package is sp else set())
        assert beside.isdisjoint(getattr(package, "__all__", ()))


def test_only_what_is_offered_is_on_a_face(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "planted_face"
    made.mkdir()
    (made / "__init__.py").write_text(
        "from typing import TYPE_CHECKING\n"
        "from samenspel.model.face import face\n"
        "if TYPE_CHECKING:\n"
        "    from collections.abc import Sequence\n"
        "    from json import dumps as dumps\n"
        "    from samenspel.viz import *\n"
        "else:\n"
        "    __getattr__, __dir__ = face(__name__)\n"
        "def own(): return dumps\n"
        "def _hidden(): ...\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    planted: ModuleType = import_module("planted_face")
    assert planted.__all__ == ["dumps", "show", "own"]
    assert planted.dumps is json.dumps
    assert not hasattr(planted, "Sequence")
    del sys.modules["planted_face"]


def test_the_reference_tells_every_name() -> None:
    text = (ROOT / "docs/reference/index.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`sp\.(\w+)`", text)) == FACE


def test_short_names_are_the_same_things_in_the_root() -> None:
    code = (
        "import samenspel as sp\n"
        "from model import Partnership, Scenario\n"
        "from experiments import Study, load, sweep\n"
        "from viz import show\n"
        "print(Partnership is sp.Partnership, Scenario is sp.Scenario, Study is sp.Study, sweep is sp.sweep)\n"
    )
    assert python(code, ROOT) == "True True True True"


# --- installed, in a folder with files called like ours ---------------------------------------------------------------

SCRIPT = """
import json
import sys

import agents
import model

import samenspel as sp

if __name__ == "__main__":
    partnership = sp.Partnership(sp.Scenario.load("baseline"), rng=1)
    partnership.run(weeks=2)
    ending = sp.sweep("own.toml", "out", workers=2)
    print(json.dumps({
        "all": sp.__all__,
        "version": sp.__version__,
        "week": partnership.week,
        "done": ending.done,
        "own": [model.WHOSE, agents.WHOSE],
        "names": [sp.Scenario.names(), sp.Study.names(), sp.Pilots.names()],
        "files": [str(at.__file__) for name, at in sys.modules.items() if name.split(".")[0] == "samenspel"],
        "dutch": sp.main(["scenarios", "nothing", "--lang", "nl"]),
    }))
"""
OWN = """
import sys
import traceback

WHOSE = "mine"
with open("imported.txt", "a") as file:
    print(*(frame.filename for frame in traceback.extract_stack()), file=file)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of what is, or could be, committed."""
    made = tmp_path_factory.mktemp("wheel")
    for path in project_files():
        copy = made / "source" / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(made), str(made / "source")], check=True
    )
    return next(made.glob("*.whl"))


@pytest.fixture(params=["wheel", "editable"])
def installed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """Where the package is installed; an editable install is that of this environment."""
    if request.param == "editable":
        yield ROOT
        return
    target = tmp_path / "target"
    made = request.getfixturevalue("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(target), str(made)], check=True
    )
    yield target


@pytest.mark.slow
def test_a_wheel_holds_every_file_that_is_used(wheel: Path) -> None:
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    ours = {path.relative_to(ROOT).as_posix() for path in project_files()}
    expected = {f"samenspel/{name}" for name in ours if name.split("/")[0] in {*ROOMS, "locale"}}
    expected |= {name for name in ours if name.startswith("samenspel/")}
    for_checks = {name for name in expected if name.endswith(".d.ts")}
    assert inside == expected - for_checks - {"samenspel/locale/nl.po"}


@pytest.mark.slow
def test_a_script_beside_its_own_model_and_agents(installed: Path, tmp_path: Path) -> None:
    """From a wheel rules are compiled anew; runs go out to workers; nothing of ours imports a file of that folder."""
    here = tmp_path / "work"
    here.mkdir()
    (here / "script.py").write_text(SCRIPT)
    (here / "own.toml").write_text("replications = 2\nyears = 1\n[levers]\ncross_year = [true, false]\n")
    for name in ("model", "agents"):
        (here / f"{name}.py").write_text(OWN)
    for name in ("experiments", "viz", "tools", "commands"):
        (here / f"{name}.py").write_text("raise SystemExit('a file of the working folder was run')\n")
    of_wheel = {"PYTHONPATH": str(installed), "SAMENSPEL_CACHE_DIR": str(tmp_path / "cache")}
    variables = environment(LC_ALL="C.UTF-8", **({} if installed == ROOT else of_wheel))
    done = subprocess.run(
        [sys.executable, "script.py"], cwd=here, env=variables, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert (set(told["all"]), told["version"], told["week"], told["done"]) == (FACE, sp.__version__, 2, 4)
    assert told["own"] == ["mine", "mine"]
    assert told["names"] == [list(sp.Scenario.names()), list(sp.Study.names()), list(sp.Pilots.names())]
    assert {file for file in told["files"] if not file.startswith((str(installed), "None"))} == set()
    assert told["dutch"] == 2
    assert "gevonden nothing" in done.stderr
    assert [line for line in (here / "imported.txt").read_text().splitlines() if str(installed) in line] == []
    assert installed == ROOT or list((tmp_path / "cache").rglob("*.nbi")), "rules were compiled into the fresh cache"
