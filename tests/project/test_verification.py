"""The table of `docs/VERIFICATION.md` says of every rule which property tests hold it, and they do exist."""

from __future__ import annotations

import ast
import re
from functools import cache

import pytest

from tests.places import ROOT

HEADING = re.compile(r"^##+ (\d+(?:\.\d+)?) (.+)$", re.MULTILINE)
ROW = re.compile(r"^\| (\d[\d.]*) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
STEP = re.compile(r"^(\d+)\. \*\*([^*.]+)", re.MULTILINE)
WITH_PARTS = {"3", "4", "4.3"}
"""Sections that only hold others."""


def document(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


@cache
def property_tests(file: str) -> set[str]:
    """The tests of a file, wherever it stands, that stand under `@given`."""
    [path] = (ROOT / "tests").rglob(file)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        function.name
        for function in tree.body
        if isinstance(function, ast.FunctionDef)
        for mark in function.decorator_list
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "given"
    }


def rules() -> dict[str, str]:
    """Every section from 3.0 on, and every numbered step of 4.3, with its name."""
    text = document("RULES.md")
    sections = {number: re.sub(r" \(after .+\)$", "", name) for number, name in HEADING.findall(text)}
    steps = STEP.findall(text.split("### 4.3 ")[1].split("\n### ")[0])
    found = {
        number: name for number, name in sections.items() if number not in WITH_PARTS and int(number.split(".")[0]) >= 3
    }
    return found | {f"4.3.{number}": name for number, name in steps}


TABLE = document("VERIFICATION.md").split("## Each rule under property tests")[1].split("\n## ")[0]
ROWS = {number: (name.strip(), tests) for number, name, tests in ROW.findall(TABLE)}


def test_every_rule_has_a_row() -> None:
    assert {number: name for number, (name, _) in ROWS.items()} == rules()


@pytest.mark.parametrize("number", ROWS)
def test_every_test_that_is_named_is_a_property_test(number: str) -> None:
    named = re.findall(r"`([\w/]+/test_\w+\.py)::(\w+)`", ROWS[number][1])
    assert 1 <= len(named) <= 4
    assert ROWS[number][1] == ", ".join(f"`{file}::{name}`" for file, name in named)
    for file, name in named:
        assert name in property_tests(file), f"{file}::{name}"
