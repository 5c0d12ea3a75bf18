"""Progress in a log, in a terminal and in a notebook."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from samenspel.experiments.output import progress as module
from samenspel.experiments.output.progress import duration, progress
from samenspel.experiments.sweeps.runner import sweep
from tests.cheap_runs import quick, study


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_in_a_log(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    clock = iter([0.0, 0.0, 1.0, 10.0, 20.0])
    monkeypatch.setattr(module.time, "perf_counter", lambda: next(clock))
    with progress("nl", "replications") as shown:
        for done, failed in ((0, 0), (10, 0), (1000, 2), (2000, 3)):
            shown(done, 2000, failed)
    assert capsys.readouterr().err.splitlines() == [
        "0 van 2.000 herhalingen",
        "1.000 van 2.000 herhalingen, 100,0 per seconde, nog 0:10, 2 mislukt",
        "2.000 van 2.000 herhalingen, 100,0 per seconde, 3 mislukt",
    ]


def test_rate_and_estimate_count_from_this_start(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 0.0, 10.0])
    monkeypatch.setattr(module.time, "perf_counter", lambda: next(clock))
    with progress("en") as shown:
        shown(900, 1000)  # done by an earlier sweep
        shown(950, 1000)
    assert capsys.readouterr().err.splitlines()[-1] == "950 of 1,000 runs, 5.0 a second, 0:10 to go"


def test_a_bar_in_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress("nl") as shown:
        shown(5, 20)
        shown(20, 20, 4)
    written = sys.stderr.getvalue()
    assert "20/20" in written
    assert "4 mislukt" in written
    assert "\r" in written


def test_a_sweep_shows_its_own_progress_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sweep(study(), tmp_path, workers=0, simulate=quick, progress=True)
    assert "40 of 40 runs" in capsys.readouterr().err


def test_durations() -> None:
    assert [duration(seconds) for seconds in (0, 59.6, 3600, 86_399)] == ["0:00", "1:00", "1:00:00", "23:59:59"]
