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
from samenspel.model.state import everybody
from samenspel.model.week import diary as week


@pytest.mark.slow
def test_what_the_helper_compiles_is_what_a_week_calls() -> None:
    known = compilation.rules_of_the_week()
    partnership = Partnership(Scenario.load("baseline"), rng=1)
    record = np.zeros(1, RECORD).view(np.recarray)
    arguments = (
        partnership.settings,
        partnership.draws.seed,
        1,
        1,
        1,
        1,
        everybody(partnership.state),
        record,
    )
    afresh = numba.njit(week.school_weeks.py_func, nogil=True, error_model="numpy")  # the cached one knows no callees
    afresh.compile(tuple(map(numba.typeof, arguments)))
    assert len(known) > 20
    for rule, types in known:
        assert types in rule.signatures, rule.__name__


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
