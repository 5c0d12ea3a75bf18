"""A second process compiles its share of the rules, and exactly those that a week needs."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numba
import numpy as np
import pytest

from samenspel.model import Partnership, Scenario, compilation
from samenspel.model.declared.indicators import RECORD


def test_what_the_helper_compiles_is_what_years_need(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other process leaves on disk what this one would compile, and nobody compiles it again."""
    there = Partnership(Scenario.load("baseline"), rng=1)
    asked: list[Any] = []
    arguments = there.state.all(), 1, np.zeros(1, RECORD).view(np.recarray)
    monkeypatch.setattr(compilation, "live", _Noted(asked))
    compilation.compile_years()
    assert asked == [tuple(map(numba.typeof, arguments))]


class _Noted:
    """Notes for which types a rule is compiled."""

    def __init__(self, asked: list[Any]) -> None:
        self.compile = asked.append


def test_who_asks_for_years_waits_for_the_helper_once(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[str] = []

    class Helper:
        def wait(self) -> None:
            waited.append("waited")

    monkeypatch.setattr(compilation, "_started", [Helper()])
    compilation.await_share()
    compilation.await_share()
    assert waited == ["waited"]


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
