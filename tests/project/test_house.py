"""The rooms of the house: no circles, arrows downward, nothing so large that nobody can overlook it."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import networkx as nx
import pytest

from tests.places import ROOT
from tools.structure import FOLDERS, arrows, circles, floors, room, rooms

MODULES_AT_MOST = 20  # in a folder
LINES_AT_MOST = {"tests": 500}  # of a file; elsewhere:
LINES_ELSEWHERE = 400
FUNCTION_AT_MOST = 40  # lines, its docstring not counted
IN_ONE_PIECE = {"benchmarks/floor.py fused_weeks"}  # all rules of a week in one pass, to see what calls cost
WRITTEN = (".py", ".js")
HELD = (*FOLDERS, "tests", "benchmarks", "tools")


def files(kinds: tuple[str, ...] = (".py",)) -> Iterator[tuple[str, Path]]:
    for folder in HELD:
        yield from ((folder, path) for path in sorted((ROOT / folder).rglob("*")) if path.suffix in kinds)


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Every function of a source with its number of lines without its docstring."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            lines = node.end_lineno - node.lineno + 1
            if ast.get_docstring(node) is not None:
                documented = node.body[0]
                assert documented.end_lineno is not None
                lines -= documented.end_lineno - documented.lineno + 1
            yield node.name, lines


def planted(root: Path, **sources: str) -> Path:
    """A small house; a name like `model__week` stands for `model/week.py`."""
    for name, source in sources.items():
        path = root / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return root


def test_modules_import_in_no_circle() -> None:
    graph = arrows(ROOT)
    assert circles(graph) == []
    assert len(graph) > 150
    assert graph.number_of_edges() > 500


def test_rooms_import_in_no_circle() -> None:
    drawn = rooms(arrows(ROOT))
    assert circles(drawn) == []
    assert {"samenspel.agents", "samenspel.model.week", "samenspel.experiments.pilots.report"} <= set(drawn)


def test_folders_stand_above_each_other() -> None:
    graph = arrows(ROOT)
    folder = {name: name.split(".")[1] for name in graph}
    between = nx.DiGraph((folder[a], folder[b]) for a, b in graph.edges if folder[a] != folder[b])
    high = floors(between)
    assert high["agents"] < high["model"] < high["experiments"] < high["viz"]


def test_no_folder_holds_too_many_modules() -> None:
    modules = [path for _, path in files(WRITTEN) if path.name != "__init__.py"]
    counts = Counter(path.parent for path in modules)
    assert {str(folder): count for folder, count in counts.items() if count > MODULES_AT_MOST} == {}


def test_no_file_is_too_long() -> None:
    lengths = {path: (folder, len(path.read_text(encoding="utf-8").splitlines())) for folder, path in files(WRITTEN)}
    assert {
        str(path): lines
        for path, (folder, lines) in lengths.items()
        if lines > LINES_AT_MOST.get(folder, LINES_ELSEWHERE)
    } == {}


def test_no_function_is_too_long() -> None:
    assert [
        f"{path.relative_to(ROOT)} {name}: {lines}"
        for _, path in files()
        for name, lines in functions(path.read_text(encoding="utf-8"))
        if lines > FUNCTION_AT_MOST and f"{path.relative_to(ROOT)} {name}" not in IN_ONE_PIECE
    ] == []


def test_tests_stand_in_rooms_of_the_same_name() -> None:
    own = {"project"}  # what is true of the whole
    rooms_of_tests = {path.parent.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")}
    assert {
        str(folder) for folder in rooms_of_tests if folder.parts[0] not in own and not (ROOT / folder).is_dir()
    } == set()


# --- the checks themselves -------------------------------------------------------------------------------------------


def test_a_planted_circle_is_seen(tmp_path: Path) -> None:
    house = planted(
        tmp_path,
        model__a="from samenspel.model.b import x",
        model__b="def f():\n    import samenspel.model.c",
        model__c="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from samenspel.model import a",
    )
    assert circles(arrows(house)) == [["samenspel.model.a", "samenspel.model.b", "samenspel.model.c"]]


def test_a_planted_circle_of_rooms_is_seen(tmp_path: Path) -> None:
    house = planted(
        tmp_path,
        model__week__a="from samenspel.model.year.b import x",
        model__week__c="",
        model__year__b="",
        model__year__d="from samenspel.model.week import c",
    )
    assert circles(arrows(house)) == []
    assert circles(rooms(arrows(house))) == [["samenspel.model.week", "samenspel.model.year"]]


def test_a_module_beside_rooms_is_a_room_of_its_own() -> None:
    known = ["samenspel.model.partnership", "samenspel.model.week.diary", "samenspel.agents.students"]
    assert [room(name, known) for name in known] == [
        "samenspel.model.partnership", "samenspel.model.week", "samenspel.agents",
    ]  # fmt: skip


@pytest.mark.parametrize(("lines", "counted"), [(3, 4), (40, 41)])
def test_lines_of_a_function_are_counted_without_its_docstring(lines: int, counted: int) -> None:
    source = "def f():\n    '''One\n    two.'''\n" + "    x = 1\n" * lines
    assert list(functions(source)) == [("f", counted)]
