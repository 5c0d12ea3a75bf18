"""What the type checker sees in a rule, and how rules are written: few arguments, codes by their names."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from samenspel.agents.mentors import Mentor
from samenspel.agents.organisations import Board, Institute, LearningCommunity, ProgrammeLeadership, Site
from samenspel.agents.population import RowAgent
from samenspel.agents.students import Student
from samenspel.agents.trainers import Trainer
from samenspel.model.declared.parameters import PARAMETERS
from tests.places import ROOT
from tests.project.test_architecture import sources

MOST_ARGUMENTS = 8
FAMILIES = (Student, Mentor, Trainer, Site, LearningCommunity, Board, Institute, ProgrammeLeadership)

# --- the type checker ------------------------------------------------------------------------------------------------

PLANTED = """
from samenspel.agents.compiled import rule
from samenspel.agents.mentors import MentorColumns
from samenspel.agents.students import Programme, Status, StudentColumns
from samenspel.model import Partnership
from samenspel.model.declared.choices import Caseload, Dose
from samenspel.model.declared.parameters import Parameters
from samenspel.model.week.supervision import dose, mentor_guidance


@rule
def right(p: Parameters, s: StudentColumns, m: MentorColumns) -> float:
    mentor_guidance(p, s, m)
    linear = p.form_dose == Dose.LINEAR or p.form_caseload == Caseload.LINEAR
    for i in range(s.status.size):
        if s.status[i] == Status.INSIDE and linear and s.programme[i] != Programme.ASSISTANT:
            s.remembered[i] += p.memory_rate * (s.supervision[i] - s.remembered[i])
    return p.mentor_hours * dose(p, 0.5)


@rule
def wrong(p: Parameters, s: StudentColumns, m: MentorColumns) -> float:
    s.remembred[0] = 0.5  # attr-defined
    if p.form_dose == Caseload.LINEAR:  # comparison-overlap
        return float(p.mentor_hour)  # attr-defined
    cut = p.shortfall_response in (Caseload.LINEAR, Caseload.LOGISTIC)  # comparison-overlap
    mentor_guidance(p, m, s)  # arg-type
    mentor_guidance(s, m)  # call-arg
    s.remembered = s.supervision  # arg-type
    hours: int = p.mentor_hours  # assignment
    return dose(p, p.form_peer) if cut else hours  # attr-defined


def of(here: Partnership) -> float:
    right(here.p, here.students.rows(), here.mentors.rows())
    right(here.p, here.mentors.rows(), here.students.rows())  # arg-type
    fatigue = here.mentors.rows().fatigue.sum() + here.mentors.rows().engagement.sum()  # attr-defined
    return Parameters.mentor_hours.low + float(fatigue + Parameters.mentor_hour.low)  # attr-defined
"""


def errors(source: str, folder: Path) -> list[tuple[int, str]]:
    """Line and code of what the strict type checker finds in a file."""
    file = folder / "planted.py"
    file.write_text(source, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "tools.types", "--follow-imports=silent", "--no-error-summary", str(file)],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return [(int(line), code) for line, code in re.findall(r"planted\.py:(\d+): error: .* \[([a-z-]+)\]", done.stdout)]


def test_faults_planted_in_a_rule_are_errors_of_the_type_checker(tmp_path: Path) -> None:
    lines = enumerate(PLANTED.splitlines(), 1)
    expected = {(number, code) for number, line in lines for code in re.findall(r"  # ([a-z-]+)$", line)}
    assert len(expected) == 12
    assert set(errors(PLANTED, tmp_path)) == expected


# --- rules as they are written ---------------------------------------------------------------------------------------


def modules() -> Iterator[ModuleType]:
    for _, path in sources("agents", "model"):
        inside = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        yield import_module(f"samenspel.{inside}")


def rules(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions of a module that are decorated as rules, as plain Python."""
    tree = ast.parse(inspect.getsource(module))
    decorated = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and any(ast.unparse(by) == "rule" for by in node.decorator_list)
    ]
    return {name: inspect.unwrap(getattr(module, name)) for name in decorated}


def test_no_rule_has_many_arguments() -> None:
    found = {
        f"{module.__name__}.{name}": len(inspect.signature(getattr(function, "py_func", function)).parameters)
        for module in modules()
        for name, function in rules(module).items()
    }
    assert len(found) > 60
    assert {name: count for name, count in found.items() if count > MOST_ARGUMENTS} == {}


def coded_states(family: type[RowAgent]) -> set[str]:
    """The states that hold members of an enum: their meaning is its name."""
    home = inspect.getmodule(family)
    return {name for name, state in family.states().items() if hasattr(home, state.meaning)}


CODED = {name for family in FAMILIES for name in coded_states(family)}
CHOICES = {name for name, parameter in PARAMETERS.items() if parameter.kind == "choice"}


def bare_codes(source: str, path: str) -> list[str]:
    """Places where a state or choice that has names is compared with, or becomes, a number."""
    found = []
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Compare(left=left, comparators=others):
                sides = [left, *others]
            case ast.Assign(targets=targets, value=value):
                sides = [*targets, value]
            case _:
                continue
        sides = [part for side in sides for part in (side.elts if isinstance(side, ast.Tuple) else [side])]
        if any(is_coded(side) for side in sides) and any(is_number(side) for side in sides):
            found.append(f"{path}:{node.lineno} {ast.unparse(node)}")
    return found


def is_number(node: ast.expr) -> bool:
    """Whether this may be a code; they have one digit, unlike the status of an answer over HTTP."""
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value < 10


def is_coded(node: ast.expr) -> bool:
    """Whether this is `s.status`, `s.status[i]`, `s["status"][rows]`, `column("status")`, `status` or `p.mbo_mix`."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.Constant(value=str(name)):
            return name in CODED | CHOICES
        case ast.Call(args=[ast.Constant(value=str(name))]):
            return name in CODED | CHOICES
        case ast.Subscript(value=value, slice=place):
            return is_coded(value) or (isinstance(place, ast.Constant) and is_coded(place))
    return False


def test_no_code_that_has_a_name_stands_as_a_number() -> None:
    owners = ("agents", "model", "experiments", "viz", "benchmarks")
    assert [fault for text, path in sources(*owners) for fault in bare_codes(text, path)] == []
    assert {"programme", "track", "status", "exit_kind", "kind", "role", "stage", "denomination"} == CODED


@pytest.mark.parametrize(
    "source",
    [
        "inside = s.status[i] == 1",
        "inside = 1 == s.status[i]",
        "x = s['programme'][rows] >= 4",
        "x = students.column('status') == 0",
        "if p.mbo_mix == 2: pass",
        "if programme in (3, 4): pass",
        "s.status[i] = 0",
        "s.status[i], s.exit_kind[i] = 0, gone",
    ],
)
def test_a_planted_number_is_seen(source: str) -> None:
    assert len(bare_codes(source, "model/planted.py")) == 1


@pytest.mark.parametrize(
    "source",
    ["inside = s.status[i] == Status.INSIDE", "x = s.year[i] == 1", "kind == 'choice'", "s.cluster[rows] = -1"],
)
def test_a_name_is_let_through(source: str) -> None:
    assert bare_codes(source, "model/planted.py") == []
