"""A second process compiles its share of the rules, and exactly what a life needs."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import numba
import pytest

from samenspel.model import compilation, memory
from tests.lives import make


def test_what_the_helper_compiles_is_what_a_life_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[Any] = []
    called: list[Any] = []

    def live(*given: Any) -> int:
        called.append(tuple(map(numba.typeof, given)))
        return int(given[1])

    there = make()
    monkeypatch.setattr(compilation, "live", SimpleNamespace(compile=compiled.append))
    monkeypatch.setattr(memory, "live", live)
    compilation.compile_years()
    there.run(weeks=3)
    assert compiled == called != []


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    calls: list[Any] = []

    def popen(command: list[str], **options: Any) -> Any:
        calls.append((command, options))

    monkeypatch.setattr(subprocess, "Popen", popen)
    monkeypatch.setattr(compilation, "_started", [])
    monkeypatch.setattr(compilation, "_cores", lambda: 2)
    return calls


def test_a_helper_is_started_once_and_only_while_there_is_something_to_compile(
    started: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compilation, "are_compiled", lambda: True)
    compilation.share()
    assert not started
    monkeypatch.setattr(compilation, "are_compiled", lambda: False)
    compilation.share()
    compilation.share()
    assert [command for command, _ in started] == [[sys.executable, "-P", "-m", "samenspel.model.compilation"]]
    assert "env" not in started[0][1], "the helper finds the package where everybody does"


def test_one_core_is_left_alone(started: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compilation, "are_compiled", lambda: False)
    monkeypatch.setattr(compilation, "_cores", lambda: 1)
    compilation.share()
    assert not started


def test_a_helper_that_cannot_start_is_no_fault(monkeypatch: pytest.MonkeyPatch, started: list[Any]) -> None:
    def popen(*_: Any, **__: Any) -> Any:
        raise OSError

    monkeypatch.setattr(subprocess, "Popen", popen)
    monkeypatch.setattr(compilation, "are_compiled", lambda: False)
    compilation.share()
    assert not compilation._started
