"""What holds supervision back over worlds: shares by world, in how many of them which comes first, and its words."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import samenspel
from samenspel.experiments.bottlenecks.attribution import Bottlenecks, bottleneck
from samenspel.experiments.bottlenecks.futures import CONSTRAINTS
from samenspel.experiments.bottlenecks.over_worlds import OverWorlds
from samenspel.experiments.bottlenecks.report import BottleneckReport
from samenspel.experiments.bottlenecks.worlds_told import how_sure
from samenspel.experiments.output.reports import write
from samenspel.experiments.plausible.source import Source
from samenspel.experiments.sweeps.results import load
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.scenario import Scenario
from tests.cheap_runs import same


def small() -> Scenario:
    """Five constraints that can do something: 32 futures."""
    return Scenario.load("baseline").with_values(with_finance=False, site_capacity="soft")


def asked(out: Path, workers: int = 0, **more: Any) -> Bottlenecks:
    given: dict[str, Any] = {"years": 1, "replications": 2, "draws": 3, **more}
    return bottleneck(small(), out, workers=workers, **given)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Bottlenecks:
    return asked(tmp_path_factory.mktemp("found"))


def planted(first: dict[str, int], own: str = "money") -> Any:
    """So many worlds in which each of these costs most, 10 points; in the scenario itself `own` does."""
    names = [name for name, count in first.items() for _ in range(count)]
    shares = pd.DataFrame(
        [
            {"world": world, "cluster": "", "constraint": name, "share": 0.1 if name == most else 0.001}
            for world, most in enumerate(names) for name in CONSTRAINTS
        ]
    )  # fmt: skip
    whole = pd.DataFrame({"constraint": CONSTRAINTS, "share": [0.1 * (name == own) for name in CONSTRAINTS]})
    source, results = Source.of("prior", small()), SimpleNamespace()
    return SimpleNamespace(whole=whole), OverWorlds(source, results, shares)  # type: ignore[arg-type]


def test_over_worlds_every_constraint_has_its_share_and_how_often_it_is_first() -> None:
    _, worlds = planted({"money": 6, "mixing": 3, "": 1})
    table = worlds.whole.set_index("constraint")
    assert table["first"].drop("").sum() + table["first"][""] == pytest.approx(1.0)
    assert (table["first"]["money"], table["first"]["mixing"], table["first"][""]) == (0.6, 0.3, 0.1)
    assert table["median"]["money"] == pytest.approx(0.1)
    assert table["low"]["mixing"] == pytest.approx(0.001)
    assert table["first_low"]["money"] == pytest.approx(0.313, abs=0.001), "Wilson's interval of 6 in 10"
    assert table["first_high"]["money"] == pytest.approx(0.832, abs=0.001)


@pytest.mark.parametrize(
    ("first", "told"),
    [
        ({"money": 48, "mixing": 2}, "hardly depends on what nobody knows"),
        ({"money": 40, "mixing": 10}, "likely, but not certain"),
        ({"money": 20, "mixing": 15, "": 15}, "cannot be said for sure"),
        ({"money": 5, "mixing": 45}, "So mixing with mbo is the likelier answer"),
    ],
)
def test_how_sure_it_is_follows_from_the_worlds(first: dict[str, int], told: str) -> None:
    said = list(how_sure(*planted(first), "en"))
    assert f"Here it is money that holds back most, and in {first['money']} of 50 worlds too; in the others" in said[0]
    assert told in said[1]
    assert said[2].startswith("50 worlds drawn from the declared ranges")
    assert next(how_sure(*planted(first), "nl")).startswith("Hoe zeker is dit? ")


def test_a_world_is_the_model_with_what_nobody_knows_filled_in(found: Bottlenecks) -> None:
    """Shares add up in every world, and nothing but what nobody knows differs."""
    worlds = found.worlds
    assert worlds is not None
    assert worlds.number == 3
    runs = worlds.results.runs
    differing = [name for name in PARAMETERS if name in runs and runs[name].nunique() > 1]
    assert differing
    assert {PARAMETERS[name].standing for name in differing} == {"uncertain"}
    groups = worlds.results.groups
    levels = groups[groups["group"] == "whole"].pivot(index="point", columns="by", values="supervision_adequate_share")
    total = worlds.shares[worlds.shares["cluster"] == ""].groupby("world")["share"].sum()
    assert total.to_numpy() == pytest.approx((levels["lifted"] - levels["now"]).to_numpy(), abs=1e-12)


def test_every_cluster_says_in_how_many_worlds_it_is_the_same(found: Bottlenecks) -> None:
    first = found.first()
    assert first["worlds"].isin([0, 1 / 3, 2 / 3, 1]).all()
    lines = [line for line in BottleneckReport(found, Path()).sentences("en") if "adequate): " in line]
    assert len(lines) == 15
    assert all(line.endswith("% of the worlds that is so too.") for line in lines)


def test_the_same_with_other_workers_and_from_what_is_there(found: Bottlenecks, tmp_path: Path) -> None:
    for workers in (2, 0):  # the second time nothing is left to run
        other = asked(tmp_path, workers)
        assert found.worlds is not None
        assert other.worlds is not None
        same(found.worlds.whole, other.worlds.whole)
        same(found.whole, other.whole)


def test_what_is_known_stays_in_every_world(tmp_path: Path) -> None:
    found = asked(tmp_path, known=["peer_gain"], draws=2, replications=1)
    assert found.worlds is not None
    assert "peer_gain" not in found.worlds.results.runs
    assert "peer_gain" in load(tmp_path / "worlds").manifest["parameters"]


def test_the_command_tells_and_writes_what_worlds_say(
    found: Bottlenecks, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    report = BottleneckReport(found, tmp_path)
    assert write(report, "nl") == tmp_path / "report"
    names = {path.name for path in (tmp_path / "report").iterdir()}
    assert {"over-worlds.csv", "worlds.csv", "figure-worlds.svg", "figure-worlds.csv"} <= names
    document = json.loads(json.dumps(report.document(), allow_nan=False))
    assert document["worlds_from"]["draws"] == 3
    assert len(document["over_worlds"]) == len(CONSTRAINTS) + 1
    report.show("en")
    assert "Over 3 worlds" in capsys.readouterr().out
    assert np.isfinite(found.first()["worlds"]).all()


@pytest.mark.parametrize("wrong", [["--draws", "-1"], ["--worlds", "likely"], ["--worlds", "nowhere.parquet"]])
def test_worlds_that_are_none_are_one_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]
) -> None:
    assert samenspel.main(["bottleneck", *wrong, "--out", str(tmp_path / "out")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "out").exists()
