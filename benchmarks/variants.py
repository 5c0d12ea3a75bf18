"""Variants of the school week made from its own source, so that they cannot drift from it.

`timed_weeks` reads the processor's cycle counter after every rule; `weeks_without` leaves rules out. The model itself
is not touched.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic

import samenspel.model.week.diary
from samenspel.agents.compiled import cache_folder, rule
from samenspel.model.week.diary import school_weeks

RECORDING = ("add_to_year", "record_week")


@intrinsic  # type: ignore[untyped-decorator]
def cycles(typing_context: Any) -> Any:
    """The cycle counter: a few nanoseconds a look, where a clock of the operating system takes a few hundred."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        counter = ir.FunctionType(ir.IntType(64), [])
        return builder.call(builder.module.declare_intrinsic("llvm.readcyclecounter", fnty=counter), [])

    return types.int64(), generate


def called_rule(statement: ast.stmt) -> str:
    """The rule that a line of the week calls; empty for a line that calls none."""
    call = statement.test if isinstance(statement, ast.If) else getattr(statement, "value", None)
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
        return call.func.id
    return ""


def _diary() -> tuple[ast.Module, ast.FunctionDef, ast.For]:
    """The source of `school_weeks` as a tree, with its function and its loop over weeks."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(school_weeks.py_func)))  # type: ignore[attr-defined]
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    function.decorator_list = []
    loop = next(statement for statement in function.body if isinstance(statement, ast.For))
    return tree, function, loop


def _compile(tree: ast.Module, **names: Any) -> Callable[..., Any]:
    """Compile a variant like any rule; as a file of its own in the cache, so that it is compiled once a machine."""
    source = ast.unparse(ast.fix_missing_locations(tree))
    cache_folder().mkdir(parents=True, exist_ok=True)  # who tidied up since this process began does no harm
    file = cache_folder() / f"school_weeks_{hashlib.sha256(source.encode()).hexdigest()[:16]}.py"
    if not file.is_file():
        file.write_text(source, encoding="utf-8")
    space = {**vars(samenspel.model.week.diary), **names}
    exec(compile(source, str(file), "exec"), space)  # the model's own source
    compiled: Callable[..., Any] = rule(space["school_weeks"])
    return compiled


@cache
def weeks_without(*rules: str) -> Callable[..., Any]:
    """`school_weeks` without the calls of these rules."""
    tree, _, loop = _diary()
    kept = [statement for statement in loop.body if called_rule(statement) not in rules]
    assert len(kept) == len(loop.body) - len(rules), "the week does not call all of these rules"
    loop.body = kept
    return _compile(tree)


@cache
def timed_weeks() -> tuple[tuple[str, ...], Callable[..., Any]]:
    """The rules in the order of the week, and `school_weeks` with one argument more: cycles spent in each of them."""
    tree, function, loop = _diary()
    names: list[str] = []
    body: list[ast.stmt] = []
    for statement in loop.body:
        body.append(statement)
        if name := called_rule(statement):
            body += ast.parse(f"laps[{len(names)}] += cycles() - before\nbefore = cycles()").body
            names.append(name)
    loop.body = ast.parse("before = cycles()").body + body
    function.args.args.append(ast.arg("laps"))
    return tuple(names), _compile(tree, cycles=cycles)
