"""What campaigns measure is stored with date, version, rules, size and seed, and told in the document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import samenspel
from benchmarks import intervals, levers
from benchmarks.mutation import __main__ as mutation
from benchmarks.mutation import campaign as of_mutants
from benchmarks.mutation.score import tell
from samenspel.agents.sources import code_digest
from tests.fuzz import __main__ as fuzz
from tools import campaigns

OUTCOME = '{"mutant": {"file": "%s"}, "verdict": "%s", "of": %d}\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(campaigns, "FOLDER", tmp_path / "campaigns")
    return tmp_path / "campaigns"


def test_a_row_says_when_and_how_it_was_measured() -> None:
    campaigns.store("odd", 0.5, 7, [{"kind": "a", "found": 1}, {"kind": "b", "found": 2}])
    first, second = campaigns.stored("odd")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", first.pop("date"))
    of = {"version": samenspel.__version__, "digest": code_digest()[:12], "size": "0.5", "seed": "7"}
    assert first == {**of, "kind": "a", "found": "1"}
    assert second["kind"] == "b"


def test_the_same_seed_replaces_what_it_gave_today_and_nothing_else() -> None:
    campaigns.store("odd", 10, 1, [{"kind": "a", "found": 1}, {"kind": "b", "found": 2}])
    campaigns.store("odd", 20, 1, [{"kind": "a", "found": 3}])
    campaigns.store("odd", 10, 2, [{"kind": "a", "found": 4}])
    rows = [(row["kind"], row["seed"], row["size"], row["found"]) for row in campaigns.stored("odd")]
    assert sorted(rows) == [("a", "1", "20", "3"), ("a", "2", "10", "4"), ("b", "1", "10", "2")]


def test_rows_of_an_earlier_day_stay_and_are_not_told(folder: Path) -> None:
    campaigns.store("odd", 10, 1, [{"kind": "a", "found": 1}])
    path = folder / "odd.csv"
    path.write_text(re.sub(r"\d{4}-\d\d-\d\d", "2020-01-01", path.read_text()))
    campaigns.store("odd", 10, 1, [{"kind": "b", "found": 2}])
    assert [row["found"] for row in campaigns.newest("odd")] == ["1", "2"]
    campaigns.store("odd", 10, 1, [{"kind": "a", "found": 3}])
    assert [row["found"] for row in campaigns.newest("odd")] == ["3", "2"]
    assert len(campaigns.stored("odd")) == 3


def test_rows_of_another_shape_are_refused() -> None:
    campaigns.store("odd", 10, 1, [{"kind": "a", "found": 1}])
    with pytest.raises(ValueError, match="found"):
        campaigns.store("odd", 10, 1, [{"kind": "b", "lost": 1}])
    assert len(campaigns.stored("odd")) == 1


def test_a_campaign_of_mutants_traces_tries_tells_and_stores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = []

    def step(*arguments: object) -> None:
        monkeypatch.setattr("sys.argv", ["mutation", *map(str, arguments)])
        options = mutation.asked()
        steps.append(options.do)
        if options.do == "trace":
            options.file.write_text("{}")
        else:
            assert (options.share, options.seed, options.part) == (0.25, 3, "analyses")
            outcomes = [("killed", 9), ("survived", 9), ("timeout", 9)]
            options.out.write_text("".join(OUTCOME % ("experiments/a.py", *one) for one in outcomes))

    monkeypatch.setattr(of_mutants, "_step", step)
    command = ["mutation", "campaign", "analyses", "--share", "0.25", "--seed", "3", "--out", str(tmp_path), "--store"]
    for _ in range(2):
        monkeypatch.setattr("sys.argv", command)
        assert mutation.main() == 0
    assert steps == ["trace", "try", "try"], "a trace that is there is not made again"
    assert "66.7%" in capsys.readouterr().out
    [row] = campaigns.stored("mutants")
    assert [row[name] for name in ("size", "seed", "part", "mutants", "tried", "noticed")] == [
        "0.25", "3", "analyses", "9", "3", "0.667",
    ]  # fmt: skip
    assert "| analyses | 9 | 3 | 67 % ± " in campaigns.mutants()


def test_the_floor_is_for_mutants_that_quick_tests_reach(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a file two of three were noticed, and of another nobody was asked."""
    outcomes = [("a", "killed"), ("a", "killed"), ("a", "survived"), ("b", "no test"), ("b", "no test")]
    out = tmp_path / "out.jsonl"
    out.write_text("".join(OUTCOME % (f"experiments/{name}.py", verdict, 9) for name, verdict in outcomes))
    assert (tell(out, 0.6), tell(out, 0.7)) == (0, 1)
    assert "all: 33.3%" in capsys.readouterr().out
    out.write_text(OUTCOME % ("experiments/b.py", "no test", 9))
    assert (tell(out, 0.0), tell(out, 0.1)) == (0, 1)


def test_a_fuzz_run_stores_what_became_of_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ["fuzz", "--examples", "12", "--kind", "observed", "--seed", "5", "--out", str(tmp_path)]
    monkeypatch.setattr("sys.argv", command)
    assert fuzz.main() == 0
    assert campaigns.stored("fuzz") == []
    monkeypatch.setattr("sys.argv", [*command, "--store"])
    assert fuzz.main() == 0
    [row] = campaigns.stored("fuzz")
    assert (row["kind"], row["size"], row["seed"]) == ("observed", "12", "5")
    assert int(row["valid"]) + int(row["refused"]) == int(row["tried"]) >= 12


def test_intervals_are_stored_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "KINDS", intervals.KINDS[:2])
    monkeypatch.setattr("sys.argv", ["intervals", "--samples", "4", "--store"])
    assert intervals.main() == 0
    rows = campaigns.stored("intervals")
    assert [row["interval"] for row in rows] == ["mean of 5 replications, normal", "mean of 10 replications, normal"]
    assert f"| {rows[0]['interval']} | `interval_of_mean` | " in campaigns.intervals()


def test_effects_of_levers_are_stored_when_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(levers, "CASES", levers.CASES[:1])
    monkeypatch.setattr(levers, "adequate", lambda case, changed, seed: 80.0 + 2.5 * changed + seed % 3)
    monkeypatch.setattr("sys.argv", ["levers", "--pairs", "3", "--store"])
    assert levers.main() == 0
    [row] = campaigns.stored("levers")
    assert (row["lever"], row["mean"], row["pairs"]) == ("meetings, against none: as it is", "2.50", "3")
    assert (
        "| meetings, against none | as it is | everybody inside | +2.5 (+2.5 to +2.5) | 3 | 1 | " in campaigns.levers()
    )
    assert "meetings, against none" in capsys.readouterr().out
