"""The shape of the project: arrows between packages, luck from keyed draws only, nothing of one machine in a file."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import ROOT

MAY_IMPORT = {
    "agents": set[str](),
    "model": {"agents"},
    "experiments": {"agents", "model"},
    "viz": {"agents", "model", "experiments"},
    "samenspel": {"agents", "model", "experiments", "viz"},
}
PACKAGE = "samenspel"
OURS = {*MAY_IMPORT, "tests", "benchmarks", "tools"}
DRAWN = ("agents", "model")  # where every bit of luck must be a keyed draw


# --- reading one source ----------------------------------------------------------------------------------------------


def imported_names(tree: ast.AST, package: tuple[str, ...] = ()) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of everything a source imports, `package` being where it stands."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, name.name) for name in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                base = [*package[: len(package) - level + 1]] if level else []
                base += [module] if module else []
                yield from ((node.lineno, ".".join([*base, name.name])) for name in names)
            case ast.Call(
                func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                yield node.lineno, name


def wrong_arrows(source: str, path: str) -> list[str]:
    """Imports of our own that the folder of `path` may not make, or not by that name."""
    parts = Path(path).with_suffix("").parts
    owner = parts[0]
    package = parts[:-1] if owner == PACKAGE else (PACKAGE, *parts[:-1])
    names = imported_names(ast.parse(source), package)
    return [f"{path}:{line} {owner} imports {name}" for line, name in names if not may_import(owner, name.split("."))]


def may_import(owner: str, name: list[str]) -> bool:
    """Whether a folder may import something by this full name."""
    if name[0] != PACKAGE:
        return name[0] not in OURS  # `model` is a short name for people in the project's root
    to = name[1] if name[1:] and name[1] in MAY_IMPORT else PACKAGE
    return to == owner or to in MAY_IMPORT[owner]


def other_luck(source: str, path: str) -> list[str]:
    """Random numbers that are no keyed draws: `random`, `secrets`, `uuid`, `numpy.random`."""
    tree = ast.parse(source)
    found = [
        (line, name)
        for line, name in imported_names(tree)
        if name.split(".")[0] in {"random", "secrets", "uuid"} or re.match(r"(numpy|scipy)\.random\b", name)
    ]
    found += [
        (node.lineno, ast.unparse(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"np.random", "numpy.random"}
    ]
    return [f"{path}:{line} {name}" for line, name in found]


IN_ORDER = {
    "list",
    "tuple",
    "enumerate",
    "iter",
    "zip",
    "map",
    "filter",
    "fromiter",
    "array",
    "asarray",
    "join",
    "extend",
}


def is_set(node: ast.AST) -> bool:
    """Whether an expression is plainly a set: a literal, a comprehension, `set(...)`, or such a one combined."""
    match node:
        case ast.Set() | ast.SetComp():
            return True
        case ast.Call(func=ast.Name(id="set" | "frozenset")):
            return True
        case ast.Call(func=ast.Attribute(value=value, attr="union" | "intersection" | "difference")):
            return is_set(value)
        case ast.BinOp(op=ast.BitOr() | ast.BitAnd() | ast.Sub() | ast.BitXor(), left=left, right=right):
            return is_set(left) or is_set(right)
    return False


def order_of_sets(source: str, path: str) -> list[str]:
    """Places where the order of a set, which differs from process to process, reaches the result."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.For(iter=walked) | ast.comprehension(iter=walked) | ast.Starred(value=walked) if is_set(walked):
                found.append(walked)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=args) if name in IN_ORDER:
                found += [argument for argument in args if is_set(argument)]
    return [f"{path}:{node.lineno} {ast.unparse(node)}" for node in found]


def places(*names: str) -> re.Pattern[str]:
    """A pattern for the given texts, built here so that this file does not contain them."""
    return re.compile("|".join(names), re.IGNORECASE)


OF_ONE_MACHINE = places(
    r"(?<![\w.}-])/(work|root|farm|home/[a-z]+)" + "/",
    "bash_" + "jobs",
    r"\b(pypi|pythonhosted|test\.pypi)" + r"\.org\b",
    r"\b(npmjs|yarnpkg)" + r"\.(org|com)\b",
    r"\b(deb|security)\.debian" + r"\.org\b",
    r"\bproxy\.golang" + r"\.org\b",
    r"--(extra-)?index" + "-url",
)


def of_one_machine(text: str, path: str) -> list[str]:
    """Package hosts and paths that mean something on one machine only."""
    lines = enumerate(text.splitlines(), 1)
    return [f"{path}:{number} {found[0]}" for number, line in lines if (found := OF_ONE_MACHINE.search(line))]


# --- the project -----------------------------------------------------------------------------------------------------


def project_files() -> list[Path]:
    """What is, or could be, committed."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert listed.returncode == 0, listed.stderr
    return sorted(path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file())


def sources(*owners: str) -> Iterator[tuple[str, str]]:
    """Text and path of our Python files."""
    for owner in owners:
        single = ROOT / f"{owner}.py"
        for path in [single] if single.exists() else sorted((ROOT / owner).rglob("*.py")):
            yield path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()


def test_arrows_run_from_agents_to_the_front_door_only() -> None:
    assert [fault for text, path in sources(*MAY_IMPORT) for fault in wrong_arrows(text, path)] == []


def test_all_luck_is_a_keyed_draw() -> None:
    assert [fault for text, path in sources(*DRAWN) for fault in other_luck(text, path)] == []


def test_no_result_depends_on_the_order_of_a_set() -> None:
    assert [fault for text, path in sources(*DRAWN) for fault in order_of_sets(text, path)] == []


def test_no_file_names_a_package_host_or_a_machines_path() -> None:
    found = []
    for path in project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a workbook or a picture
        found += of_one_machine(text, path.relative_to(ROOT).as_posix())
    assert found == []


def test_there_are_sources_to_check() -> None:
    assert {path for _, path in sources(*DRAWN)} >= {"agents/compiled.py", "model/luck/draws.py"}
    assert ROOT / "pyproject.toml" in project_files()


def test_continuous_integration_runs_the_test_command_of_the_readme() -> None:
    readme, script = ((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", ".ci/run"))
    commands = re.findall(r"^python3 -m venv .*$", readme, re.MULTILINE)
    assert len(commands) == 2, "the README promises two commands: run and test"
    test_command = next(command for command in commands if "pytest" in command)
    lines = [line.strip() for line in script.splitlines()]
    where = [lines.index(step) for step in test_command.split(" && ")]
    assert where == sorted(where)
    assert where[-1] == len(lines) - 1, "pytest's summary must be the last line"


# --- the checks themselves -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("agents/planted.py", "import samenspel.model"),
        ("agents/planted.py", "from samenspel.model.luck.draws import Stream"),
        ("agents/planted.py", "def f():\n    import samenspel.experiments.sweeps.store as s"),
        (
            "agents/planted.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from samenspel.model import Partnership",
        ),
        ("agents/planted.py", "import importlib\nimportlib.import_module('samenspel.model.luck.draws')"),
        ("agents/planted.py", "from .. import model"),
        ("agents/deep/planted.py", "from ...model import draws"),
        ("model/planted.py", "import samenspel.experiments"),
        ("model/planted.py", "import numpy, samenspel.viz.serve"),
        ("model/planted.py", "from tests.textbook import Partnership"),
        ("experiments/planted.py", "from samenspel.viz import hub"),
        ("experiments/planted.py", "import samenspel"),
        ("viz/planted.py", "import samenspel"),
        ("samenspel/planted.py", "import tests"),
        ("samenspel/planted.py", "from model import Partnership"),
    ],
)
def test_a_planted_wrong_arrow_is_seen(path: str, source: str) -> None:
    assert len(wrong_arrows(source, path)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (
            "model/planted.py",
            "from samenspel.agents.compiled import rule\nfrom .draws import Stream\nfrom . import draws\nimport mesa",
        ),
        ("agents/deep/planted.py", "from ..compiled import rule"),
        ("samenspel/commands/planted.py", "from samenspel import agents, model, experiments, viz, telling"),
        ("viz/planted.py", "import modelling_of_another"),
    ],
)
def test_a_right_arrow_is_let_through(path: str, source: str) -> None:
    assert wrong_arrows(source, path) == []


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "from random import choice",
        "import numpy.random",
        "import numpy.random as luck",
        "from numpy import random",
        "from numpy.random import default_rng",
        "import numpy as np\nx = np.random.default_rng(1)",
        "import numpy\nx = numpy.random.rand()",
        "def f(rng: np.random.Generator): ...",
        "import uuid",
    ],
)
def test_planted_luck_is_seen(source: str) -> None:
    assert len(other_luck(source, "model/planted.py")) == 1


def test_keyed_draws_are_let_through() -> None:
    assert (
        other_luck(
            "from samenspel.model.luck.draws import Draws\nrandomly = draws.uniform(1)\nself.random", "model/planted.py"
        )
        == []
    )


@pytest.mark.parametrize(
    "source",
    [
        "for x in {1, 2}: pass",
        "for x in set(y): pass",
        "for x in set(y) - {1}: pass",
        "for x in set(y).union(z): pass",
        "z = [x for x in frozenset(y)]",
        "z = {x: 1 for x in {a for a in b}}",
        "z = list(set(y))",
        "for i, x in enumerate(set(y)): pass",
        "z = np.array(set(y))",
        "z = ','.join({x})",
        "z = [*set(y)]",
    ],
)
def test_a_planted_walk_over_a_set_is_seen(source: str) -> None:
    assert len(order_of_sets(source, "model/planted.py")) == 1


@pytest.mark.parametrize(
    "source",
    ["for x in sorted(set(y)): pass", "x in {1, 2}", "len(set(y))", "for x in [1, 2]: pass", "for x in a - b: pass"],
)
def test_a_set_whose_order_does_not_matter_is_let_through(source: str) -> None:
    assert order_of_sets(source, "model/planted.py") == []


@pytest.mark.parametrize(
    "text",
    [
        "see /" + "work/main/README.md",
        "'/" + "root/.cache'",
        "file:///" + "home/someone/x",
        "https://pypi" + ".org/simple",
        "pip install --index" + "-url x",
        "https://files.pythonhosted" + ".org/x.whl",
        "/tmp/bash_" + "jobs.0/1",
    ],
)
def test_a_planted_host_or_path_is_seen(text: str) -> None:
    assert len(of_one_machine(text, "planted.md")) == 1


@pytest.mark.parametrize(
    "text", ["team/" + "work/plan", "https://www.apache.org/licenses/", "#!/usr/bin/env bash", "fieldwork/"]
)
def test_an_innocent_text_is_let_through(text: str) -> None:
    assert of_one_machine(text, "planted.md") == []
