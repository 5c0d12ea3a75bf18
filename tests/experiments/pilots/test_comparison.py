"""Comparisons of pilots in hand-made cases with a known answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from samenspel.experiments.pilots.comparison.asking import asks
from samenspel.experiments.pilots.comparison.comparison import Comparison
from samenspel.experiments.pilots.comparison.robustness import dominance, interval_of_share, turning
from samenspel.experiments.pilots.file.measures import LOSS
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.pilots.report.summary import beats
from samenspel.experiments.pilots.report.words import Words
from tests.experiments.pilots.planted import KNOWLEDGE, compared, document, with_share


def test_a_design_that_dominates_by_construction_is_best_in_every_world(tmp_path: Path) -> None:
    """Mixed against parallel with the same students: more knowledge at the same price."""
    found = compared(tmp_path, {"name": "mixed"}, {"name": "parallel", "mbo_mix": "parallel"})
    robust = found.robustness.set_index("design")
    assert robust["best"].tolist() == [0.0, 1.0, 0.0]
    assert robust["acceptable"].tolist() == [1.0, 1.0, 1.0]
    assert robust.loc[2, "dominated_by"] == 1
    assert robust.loc[1, "regret_aim"] == pytest.approx(0.0, abs=1e-12)
    assert robust.loc[2, "regret_aim"] == pytest.approx(0.05)
    assert dominance(found).loc[1, 2] == 1.0
    pair = found.pairs.set_index(["measure", "design", "other"])["share"]
    assert pair[KNOWLEDGE, 1, 2] == 1.0
    assert pair[KNOWLEDGE, 2, 1] == 0.0


def test_identical_designs_tie_at_half_and_are_run_once(tmp_path: Path) -> None:
    found = compared(tmp_path, {"name": "one"}, {"name": "the same by another name"})
    pair = found.pairs.set_index(["measure", "design", "other"])["share"]
    assert all(pair[name, 1, 2] == 0.5 for name in found.measures)
    assert found.robustness["best"].tolist() == [0.0, 0.5, 0.5]
    assert len(list((tmp_path / "runs").iterdir())) == 2


def test_displacement_is_paired_and_exact(tmp_path: Path) -> None:
    """Luck of 0.02 falls out of the difference altogether: 6 students × 0.002."""
    found = compared(tmp_path, {"name": "six", "mbo_students_per_cluster": 6})
    row = found.summary.set_index(["design", "measure"]).loc[(1, LOSS)]
    assert row["mean"] == pytest.approx(0.012)
    assert row["low"] == pytest.approx(row["high"])
    assert row["share_better"] == 0.0


def test_floors_decide_who_may_be_best_and_prim_finds_where_it_turns(tmp_path: Path) -> None:
    """Six students know most, but where mentors come and go they displace too much, and then two are best."""
    found = compared(
        tmp_path, {"name": "six", "mbo_students_per_cluster": 6}, {"name": "two", "mbo_students_per_cluster": 2},
        cost=0.008, worlds=60, floors={LOSS: 0.03}, replications=2,
    )  # fmt: skip
    robust = found.robustness.set_index("design")
    assert robust.loc[1, "acceptable"] == pytest.approx(0.5, abs=0.02)
    assert robust.loc[1, "best"] == pytest.approx(0.5, abs=0.02)
    assert robust.loc[1, "best"] + robust.loc[2, "best"] == pytest.approx(1.0)
    turned = turning(found)
    rival = {1: 2, 2: 1}[turned.favourite]
    assert turned.to == {rival: 1.0}
    assert turned.limits["factor"].tolist() == ["mentor_turnover"]
    assert float(turned.limits["value"].iloc[0]) == pytest.approx(0.125, abs=0.005)


def test_rivals_that_tie_are_said_to_tie(tmp_path: Path) -> None:
    found = compared(
        tmp_path, {"name": "mixed"}, {"name": "side by side", "mbo_mix": "parallel"},
        {"name": "few", "mbo_mix": "parallel", "mbo_students_per_cluster": 2},
    )  # fmt: skip
    english, dutch = (beats(Words(found, lang))[0] for lang in ("en", "nl"))
    assert "“mixed” beats every other design equally often: each of them in 100% of plausible worlds (76% to" in english
    assert "wint “mixed” op kennis van het andere beroep" in dutch
    assert "van alle andere ontwerpen even vaak: van elk in 100% van de aannemelijke werelden" in dutch
    two = with_share(with_share(found, 1, 2, 0.9), 1, 3, 0.9)
    assert "its closest rivals, “side by side” and “few”, equally often" in beats(Words(two, "en"))[0]
    assert "de naaste concurrenten, “side by side” en “few”, even vaak" in beats(Words(two, "nl"))[0]
    one = with_share(found, 1, 0, 0.75)
    assert "beats its closest rival, “None”, in 75% of plausible worlds" in beats(Words(one, "en"))[0]
    assert "van de naaste concurrent, “None”, in 75%" in beats(Words(one, "nl"))[0]


def test_a_tie_with_the_closest_rival_is_told_of_the_favourite(tmp_path: Path) -> None:
    found = compared(tmp_path, {"name": "one"}, {"name": "the same by another name"})
    assert (
        "“one” beats its closest rival, “the same by another name”, in 50% of plausible" in beats(Words(found, "en"))[0]
    )
    assert "van de naaste concurrent, “the same by another name”, in 50% van de" in beats(Words(found, "nl"))[0]


def test_rivals_that_are_ahead_but_for_the_floors_are_all_named(tmp_path: Path) -> None:
    found = compared(
        tmp_path, {"name": "six", "mbo_students_per_cluster": 6}, {"name": "five", "mbo_students_per_cluster": 5},
        {"name": "two", "mbo_students_per_cluster": 2}, floors={LOSS: 0.008},
    )  # fmt: skip
    assert beats(Words(found, "en"))[0].startswith("Floors apart, “six” and “five” beat it equally often on ")
    assert ", but meet all floors in 0% and 0%, in that order." in beats(Words(found, "en"))[0]
    assert ", maar ze halen alle grenzen in 0% en 0%, in die volgorde." in beats(Words(found, "nl"))[0]
    one = with_share(found, 3, 2, 0.25)
    assert "Floors apart, “six” beats it on " in beats(Words(one, "en"))[0]
    assert "wint “six” het op " in beats(Words(one, "nl"))[0]


def test_no_design_is_best_where_none_meets_the_floors(tmp_path: Path) -> None:
    found = compared(tmp_path, {"name": "any"}, floors={"pabo_adequate_share": 0.99})
    assert found.robustness["best"].tolist() == [0.0, 0.0]
    assert turning(found).favourite == -1


def test_a_changed_design_is_the_only_one_that_is_run_again(tmp_path: Path) -> None:
    compared(tmp_path, {"name": "a"}, {"name": "b", "mbo_students_per_cluster": 6})
    before = {path: path.stat().st_mtime_ns for path in tmp_path.glob("runs/*/runs/*.parquet")}
    compared(tmp_path, {"name": "a"}, {"name": "b", "mbo_students_per_cluster": 8})
    after = {path: path.stat().st_mtime_ns for path in tmp_path.glob("runs/*/runs/*.parquet")}
    assert before.items() <= after.items()
    assert len({path.parent.parent for path in after} - {path.parent.parent for path in before}) == 1


def test_worlds_differ_in_what_no_design_decides() -> None:
    pilots = Pilots.of(document({"name": "a", "mbo_places_per_site": 6}))
    assert "mbo_places_per_site" not in pilots.assumptions
    assert "mentor_turnover" in pilots.assumptions
    narrow = Pilots.of(document({"name": "a"}, uncertainties={"mentor_turnover": {"low": 0.1, "high": 0.11}}))
    values = [float(world["mentor_turnover"]) for world in narrow.sampled]
    assert 0.1 <= min(values) <= max(values) <= 0.11
    others = [name for name in pilots.assumptions if name != "mentor_turnover"]
    assert all(pilots.sampled[0][name] == narrow.sampled[0][name] for name in others)


@given(st.integers(0, 200), st.integers(1, 200))
def test_the_interval_of_a_share_holds_the_share_and_stays_a_share(count: int, worlds: int) -> None:
    share = min(count, worlds) / worlds
    low, high = interval_of_share(share, worlds)
    assert 0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1
    wilson = binomtest(min(count, worlds), worlds).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((wilson.low, wilson.high), abs=1e-9)


def test_what_the_choice_and_the_loss_hang_on_is_asked_first() -> None:
    """Above a bend of an assumption the second design is best and costs much; nothing else does anything."""
    worlds = 60
    luck = np.random.default_rng(1)
    knows = luck.uniform(0.05, 0.20, worlds)
    others = {"memory_rate": luck.uniform(0.05, 0.25, worlds), "peer_gain": luck.uniform(0.002, 0.006, worlds)}
    pilots = replace(
        Pilots.of(document({"name": "x"}, {"name": "y"})),
        accepted=tuple(
            {"mentor_turnover": float(knows[at])} | {name: float(values[at]) for name, values in others.items()}
            for at in range(worlds)
        ),
    )
    runs = pd.DataFrame(
        [
            {"design": design, "world": world, "replication": 1, LOSS: design * (knows[world] - 0.05),
             KNOWLEDGE: 0.2 + design * 0.01 + (design == 2) * (knows[world] - 0.125)}
            for design in (0, 1, 2) for world in range(worlds)
        ]
    )  # fmt: skip
    table = asks(Comparison(pilots, Path(), runs), 1)
    first = table.iloc[0]
    assert (first["name"], first["decides"], first["matters"]) == ("mentor_turnover", True, True)
    assert 0.3 < first["choice"] <= 0.5, "the two designs are best in about half of the worlds each"
    assert first["explains"] > 0.95
    assert not table["decides"].iloc[1:].any()
    assert not table["matters"].iloc[1:].any()


def test_with_few_worlds_nothing_is_said_to_be_worth_asking() -> None:
    pilots = replace(Pilots.of(document({"name": "x"})), accepted=tuple({"peer_gain": 0.002} for _ in range(7)))
    runs = pd.DataFrame([
        {"design": design, "world": world, "replication": 1, LOSS: 0.01 * world, KNOWLEDGE: 0.2}
        for design in (0, 1) for world in range(7)
    ])  # fmt: skip
    assert asks(Comparison(pilots, Path(), runs), 1).empty
