"""Which faults there are to plant, and a sample of them."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = {"rules": ("agents", "model"), "analyses": ("experiments",)}
# Tables and texts (a test holds each against what is made from it), and what runs in other processes only.
LEFT_OUT = {
    "model/declared/parameters.py", "model/compilation.py", "model/input/template.py", "agents/compiled.py",
    "experiments/bench/bench.py", "experiments/bench/textbook.py", "experiments/sweeps/cluster.py",
    "experiments/engine/executors.py", "experiments/engine/processes.py", "experiments/output/progress.py",
    "experiments/sweeps/lock.py", "experiments/output/language.py",
}  # fmt: skip
TEXTS = {"rules": ("__init__.py",), "analyses": ("words.py", "texts.py", "figures.py", "__init__.py")}
PLAIN = (
    "AddNot", "ExceptionReplacer", "NumberReplacer", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak", "ReplaceFalseWithTrue", "ReplaceTrueWithFalse", "ZeroIterationForLoop",
)  # fmt: skip
REPLACED = {
    "UnaryOperator_Delete": ("Not", "USub", "Invert"),
    "BinaryOperator_Add": ("Sub",), "BinaryOperator_Sub": ("Add",), "BinaryOperator_Mul": ("Div",),
    "BinaryOperator_Div": ("Mul",), "BinaryOperator_Pow": ("Mul",), "BinaryOperator_FloorDiv": ("Mul",),
    "BinaryOperator_Mod": ("Mul",), "BinaryOperator_BitAnd": ("BitOr",), "BinaryOperator_BitOr": ("BitAnd",),
    "ComparisonOperator_Eq": ("NotEq",), "ComparisonOperator_NotEq": ("Eq",),
    "ComparisonOperator_Lt": ("LtE", "GtE"), "ComparisonOperator_LtE": ("Lt", "Gt"),
    "ComparisonOperator_Gt": ("GtE", "LtE"), "ComparisonOperator_GtE": ("Gt", "Lt"),
    "ComparisonOperator_Is": ("IsNot",), "ComparisonOperator_IsNot": ("Is",),
}  # fmt: skip
OPERATORS = (*PLAIN, *(f"Replace{old}_{new}" for old, others in REPLACED.items() for new in others))


@dataclass(frozen=True)
class Mutant:
    """One planted fault."""

    file: str
    line: int
    column: int
    operator: str
    occurrence: int


def mutants_of(file: str) -> Iterator[Mutant]:
    """All mutants of a file but those inside annotations and declarations for type checkers."""
    from cosmic_ray.ast import ast_nodes, get_ast_from_path

    tree = get_ast_from_path(ROOT / file)
    silent = set(_silent(ast.parse((ROOT / file).read_text(encoding="utf-8"))))
    for name in OPERATORS:
        operator = _operator(name)
        places = (start for node in ast_nodes(tree) for start, _ in operator.mutation_positions(node))
        for occurrence, (line, column) in enumerate(places):
            if (line, column) not in silent:
                yield Mutant(file, line, column, name, occurrence)


@cache
def _operator(name: str) -> Any:
    import cosmic_ray.plugins

    return cosmic_ray.plugins.get_operator(f"core/{name}")()


def _silent(tree: ast.AST) -> Iterator[tuple[int, int]]:
    """Places that no run reads: annotations."""
    for node in ast.walk(tree):
        for field in ("annotation", "returns"):
            part = getattr(node, field, None)
            if isinstance(part, ast.AST):
                for inner in ast.walk(part):
                    if isinstance(inner, ast.expr):
                        for line in range(inner.lineno, (inner.end_lineno or inner.lineno) + 1):
                            yield from ((line, at) for at in range(inner.col_offset, (inner.end_col_offset or 0) + 1))


def sampled(of_each: float, least: int, files: Sequence[str], seed: int = 0) -> dict[str, tuple[int, list[Mutant]]]:
    """A sample of the mutants of every file: how many there are, and the ones drawn; another seed draws others."""
    chosen = {}
    for file in files:
        everything = list(mutants_of(file))
        count = min(len(everything), max(least, round(of_each * len(everything))))
        if count:
            chosen[file] = len(everything), random.Random(f"{file} {seed}" if seed else file).sample(everything, count)
    return chosen


def source_files(part: str) -> list[str]:
    """The files that mutants are planted in."""
    paths = (path for folder in FOLDERS[part] for path in sorted((ROOT / folder).rglob("*.py")))
    names = [path.relative_to(ROOT).as_posix() for path in paths]
    return [name for name in names if name not in LEFT_OUT and not name.endswith(TEXTS[part])]


def planted(mutant: Mutant) -> str:
    """The source of a mutant's file with its fault."""
    from cosmic_ray.mutating import mutate_code

    source = (ROOT / mutant.file).read_text(encoding="utf-8")
    changed: str | None = mutate_code(source, _operator(mutant.operator), mutant.occurrence)
    assert changed is not None
    return changed
