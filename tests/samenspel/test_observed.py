"""`worlds --observed` by the front door: what it says, what it refuses, and that what it writes is taken."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import samenspel
from samenspel.experiments.plausible.source import SHIPPED
from samenspel.experiments.plausible.worlds import Worlds

COUNT = '[[count]]\nname = "{name}"\nvalue = {value}\nof = 300\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with six worlds and observations of what they expect and of what none does."""
    few = Worlds.read(SHIPPED)
    Worlds(few.about, few.table.head(6)).write(tmp_path / "few.parquet")
    for name, value in (("expected", 0.5), ("odd", 0.99)):
        (tmp_path / f"{name}.toml").write_text(COUNT.format(name="coverage", value=value), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def weigh(observed: str, *more: str) -> int:
    return samenspel.main(
        ["worlds", "baseline", "--observed", observed, "--worlds", "few.parquet", "--out", "after.parquet",
         "--workers", "0", *more]
    )  # fmt: skip


def test_it_says_what_is_left_and_everything_takes_the_file(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert weigh("expected.toml") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "6 worlds were held against all that was observed." in said
    assert "All that was observed lies where worlds expect it." in said
    assert {path.name for path in (here / "after" / "report").iterdir()} == {
        "findings.txt", "observations.csv", "parameters.csv",
    }  # fmt: skip
    told = ["degrade", "baseline", "--worlds", "after.parquet", "--draws", "2", "--years", "1", "--replications", "2",
            "--over", "students_per_cluster=10,12,14,16", "--out", "scale", "--workers", "0"]  # fmt: skip
    assert samenspel.main(told) == 0
    assert "weighed anew by what the partnership itself observed (1 times)" in " ".join(capsys.readouterr().out.split())


def test_a_misfit_and_few_worlds_are_told_in_dutch(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert weigh("odd.toml", "--lang", "nl") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "Vrijwel geen wereld verwacht wat is waargenomen van: Aandeel hbo-studenten binnen het partnerschap" in said
    assert "Zo weinig werelden passen" in said


def test_it_is_given_as_json(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert weigh("odd.toml", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["observations"][0]["misfit"] is True
    assert told["effective"] <= told["effective_before"] <= 6


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--worlds", "plausible"], "--worlds: found plausible; allowed: --observed beside it, or neither"),
        (["--observed", "expected.toml", "--keep", "3"], "--keep: found 3; allowed: --observed without it"),
        (["--observed", "none.toml"], "the path of a .toml file that exists"),
    ],
)
def test_what_means_nothing_together_is_refused(
    here: Path, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    assert samenspel.main(["worlds", "baseline", "--out", "after.parquet", "--workers", "0", *words]) == 2
    assert told in " ".join(capsys.readouterr().err.split())
    assert not (here / "after.parquet").exists()
