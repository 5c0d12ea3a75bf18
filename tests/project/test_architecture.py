"""The shape of the project: arrows between packages, luck from keyed draws only, nothing of one machine in a file."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Collection, Iterator
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
OURS = {*MAY_IMPORT, "tests", "benchmarks"}
DRAWN = ("agents", "model")  # where every bit of luck must be a keyed draw

CIRCLES_TO_GO = {"experiments"}  # folders whose modules still import each other

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
    """Imports of our own packages that the owner of `path` may not make."""
    parts = Path(path).with_suffix("").parts
    owner = parts[0]
    names = imported_names(ast.parse(source), parts[:-1])
    tops = ((line, name.split(".")[0]) for line, name in names)
    return [
        f"{path}:{line} {owner} imports {top}"
        for line, top in tops
        if top in OURS and top != owner and top not in MAY_IMPORT[owner]
    ]


def import_graph(folder: Path, name: str) -> dict[str, set[str]]:
    """Which modules of a folder, imported as `name`, each of its modules imports; wherever in its text it does."""
    inside = {(name, *path.relative_to(folder).with_suffix("").parts): path for path in folder.rglob("*.py")}
    of_module = {".".join(parts).removesuffix(".__init__"): (parts[:-1], path) for parts, path in inside.items()}
    return {
        module: {
            found
            for _, imported in imported_names(ast.parse(path.read_text(encoding="utf-8")), package)
            if (found := module_of(imported, of_module.keys())) and found != module
        }
        for module, (package, path) in of_module.items()
    }


def module_of(imported: str, modules: Collection[str]) -> str:
    """The module that an imported name is, or is in; empty if it is another's."""
    while imported and imported not in modules:
        imported = imported.rpartition(".")[0]
    return imported


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Modules that import each other, over others or at once: each group sorted."""
    reached = {module: reachable(graph, module) for module in graph}
    groups = {tuple(sorted(other for other in reached[one] if one in reached[other])) for one in graph}
    return sorted(list(group) for group in groups if group)


def reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    """All that a module imports, over others too; itself only in a circle."""
    found: set[str] = set()
    ahead = set(graph[start])
    while ahead:
        found |= ahead
        ahead = {further for one in ahead for further in graph[one]} - found
    return found


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


@pytest.mark.parametrize("folder", sorted(MAY_IMPORT.keys() - {"samenspel"} - CIRCLES_TO_GO))
def test_no_modules_import_each_other(folder: str) -> None:
    assert circles(import_graph(ROOT / folder, folder)) == []


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
        ("agents/planted.py", "from .. import samenspel.model"),
        ("agents/deep/planted.py", "from ...model import draws"),
        ("model/planted.py", "import samenspel.experiments"),
        ("model/planted.py", "import numpy, viz.server"),
        ("model/planted.py", "from tests.textbook import Partnership"),
        ("experiments/planted.py", "from samenspel.viz import hub"),
        ("experiments/planted.py", "import samenspel"),
        ("viz/planted.py", "import samenspel"),
        ("samenspel/planted.py", "import tests"),
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
        ("samenspel/commands/planted.py", "import agents, model, experiments, viz"),
        ("viz/planted.py", "import modelling_of_another"),
    ],
)
def test_a_right_arrow_is_let_through(path: str, source: str) -> None:
    assert wrong_arrows(source, path) == []


PLANTED: dict[str, tuple[dict[str, str], list[list[str]]]] = {
    "two at once": (
        {"a": "from house.b import x", "b": "import house.a"},
        [["house.a", "house.b"]],
    ),
    "over a third, relative": (
        {"a": "from . import b", "b": "from .deep.c import x", "deep/c": "from ..a import y", "d": "import house.a"},
        [["house.a", "house.b", "house.deep.c"]],
    ),
    "in a function": (
        {"a": "from house import b", "b": "def f():\n    from house.a import x"},
        [["house.a", "house.b"]],
    ),
    "for types only": (
        {
            "a": "import house.b as b",
            "b": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from house.a import x",
        },
        [["house.a", "house.b"]],
    ),
    "with the package itself": (
        {"__init__": "from house.a import x", "a": "from house import x"},
        [["house", "house.a"]],
    ),
    "two circles": (
        {"a": "import house.b", "b": "import house.a, house.c", "c": "import house.d", "d": "import house.c"},
        [["house.a", "house.b"], ["house.c", "house.d"]],
    ),
    "none": (
        {"__init__": "from house.a import x", "a": "from house.b import a\nimport numpy", "b": "from other.a import x"},
        [],
    ),
    "none, one name for the package": (
        {"__init__": "from house.a import x", "a": "from house import b", "b": "import a"},
        [],
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_circles_are_seen_and_nothing_else(tmp_path: Path, case: str) -> None:
    files, expected = PLANTED[case]
    for name, source in files.items():
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(source, encoding="utf-8")
    assert circles(import_graph(tmp_path, "house")) == expected


def test_today_s_graph_is_read() -> None:
    graph = import_graph(ROOT / "model", "model")
    assert graph["samenspel.model.partnership"] >= {
        "samenspel.model.state",
        "samenspel.model.year.life",
        "samenspel.model.clock",
    }
    assert graph["model"] == {"samenspel.model.partnership", "samenspel.model.input.scenario"}
    assert "samenspel.model.partnership" not in set().union(*(graph[name] for name in graph if name != "model"))


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
