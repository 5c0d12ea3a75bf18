"""The ten questions of a board: their variants, and what is told of them."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from samenspel.experiments.pilots.comparison.questions import ADEQUATE, Answers, variants
from samenspel.experiments.pilots.comparison.questions import study as questions_study
from samenspel.experiments.pilots.file.pilots import Pilots
from samenspel.experiments.pilots.report.answers import _Answers
from samenspel.experiments.pilots.report.words import Words
from samenspel.model import Scenario


def test_every_variant_can_run_and_the_floor_is_crossed_where_it_is() -> None:
    pilots = Pilots.load("mbo")
    names = variants(pilots)
    study = questions_study(pilots)
    assert len(study.points) == len(names) * 10
    at = list(names).index("size 24") * 10
    assert study.points[at]["students_per_cluster"] == 24
    assert study.points[0]["students_per_cluster"] == 12
    sizes = {8: 0.95, 12: 0.90, 16: 0.85, 20: 0.75, 24: 0.6, 30: 0.5}
    table = pd.DataFrame(
        [{"variant": f"size {size}", "world": 0, ADEQUATE: share} for size, share in sizes.items()]
    ).set_index(["variant", "world"])
    assert Answers(table, 0.80).falls_below().tolist() == [pytest.approx(18.0)]
    assert np.isnan(Answers(table, 0.40).falls_below()).all()


def test_variants_do_what_they_are_called_and_the_built_in_partnership_can_be_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pilots = Pilots.load("mbo")
    found = variants(pilots)
    monkeypatch.setattr("samenspel.experiments.pilots.comparison.questions._can_be", lambda pilots, point: True)
    assert found == variants(pilots)
    clusters = len(pilots.reference.scenario.world.clusters)
    assert abs(clusters * found["full"]["students_per_cluster"] - 400) <= clusters / 2  # D05: 400 students in all
    for name, point in found.items():
        kind, _, number = name.rpartition(" ")
        match kind:
            case "wages":
                assert point["wage_growth"] == pytest.approx(int(number) / 100)
                assert point["grant_growth"] == 0.0
            case "groups of":
                assert point["subgroup_size"] == int(number)
            case "size":
                assert point["students_per_cluster"] == int(number)
            case "mbo":
                assert point["mbo_students_per_cluster"] == int(number)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("+5.0 pp", "−2.0 pp", "+0.100", "−0.030")), ("nl", ("+5,0 pp", "−2,0 pp", "+0,100", "−0,030"))],
)
def test_what_another_day_for_part_timers_changes_is_told_with_its_sign(lang: Any, words: tuple[str, ...]) -> None:
    figures = {"reference": (0.30, 0.40), "other day": (0.35, 0.50), "light": (0.28, 0.37)}
    table = pd.DataFrame(
        [
            {"variant": name, "world": world, "coverage_parttime": coverage, "peer_support": peers}
            for name, (coverage, peers) in figures.items() for world in range(3)
        ]
    ).set_index(["variant", "world"])  # fmt: skip
    comparison: Any = None
    told = _Answers(Words(comparison, lang), Answers(table, 0.8)).parttime()
    assert re.findall(r"[+−]?\d[\d.,]*\d(?: pp)?(?= \()", told) == list(words)


@pytest.mark.parametrize(("lang", "three", "five"), [("en", "€1,200", "€3,400"), ("nl", "1.200 euro", "3.400 euro")])
def test_what_boards_add_when_wages_rise_is_an_amount_not_a_change(lang: Any, three: str, five: str) -> None:
    paid = {"wages 3": 1200.0, "wages 5": 3400.0}
    table = pd.DataFrame(
        [
            {"variant": name, "world": world, "own_contribution": amount}
            for name, amount in paid.items()
            for world in (0, 1)
        ]
    ).set_index(["variant", "world"])
    comparison: Any = SimpleNamespace(pilots=SimpleNamespace(years=5, scenario=Scenario.load("baseline")))
    told = _Answers(Words(comparison, lang), Answers(table, 0.8)).contribution()
    assert "2027-2028" in told
    assert {"en": "once the agreements that are known have ended", "nl": "na afloop van de bekende cao’s"}[lang] in told
    for amount in (three, five):
        assert f" {amount} (" in told
