"""What `degrade` says of its worlds: the loss against today, what it hangs on, and where they come from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from samenspel.experiments.degradation.degrade import Degradation, degrade
from samenspel.experiments.degradation.report import DegradeReport
from samenspel.experiments.plausible.texts import named as of_parameter
from samenspel.model.words import in_language
from tests.planted import knee

AXIS_OF_FOUR = "students_per_cluster=6:40:4"
PLANTED: dict[str, Any] = {"workers": 0, "simulate": knee, "years": 1, "worlds": "prior"}


@pytest.fixture(scope="module")
def in_many_worlds(tmp_path_factory: pytest.TempPathFactory) -> Degradation:
    return degrade(out=tmp_path_factory.mktemp("many"), **PLANTED | {"draws": 60, "replications": 4})


def test_what_the_loss_hangs_on_is_asked_first(in_many_worlds: Degradation) -> None:
    """Support that falls in a straight line puts the knee ten places further; nothing else moves what is lost."""
    first = in_many_worlds.asks.iloc[0]
    assert (first["name"], first["worth_asking"], first["place"]) == ("form_caseload", True, 22)
    assert first["explains"] > 0.8
    assert not in_many_worlds.asks["worth_asking"].iloc[1:].any()
    for lang, told in (("en", "Ask first"), ("nl", "Eerst na te vragen")):
        (sentence,) = (line for line in DegradeReport(in_many_worlds).sentences(lang) if told in line)
        assert in_language(of_parameter("form_caseload"), lang) in sentence


def test_the_loss_against_today_is_the_headline_with_the_level_beside_it(in_many_worlds: Degradation) -> None:
    first, _, second, *_ = DegradeReport(in_many_worlds).sentences("en")
    assert "5 percentage points are lost against today (12) in the same world, in at least 90% of 60 worlds" in first
    assert "There 8" in first
    assert "on average at least 80%" in second


def test_a_report_says_where_its_worlds_come_from(in_many_worlds: Degradation) -> None:
    report = DegradeReport(in_many_worlds)
    assert any("60 worlds drawn from the declared ranges" in line for line in report.sentences("en"))
    assert report.document()["worlds_from"] == {"from": "prior", "draws": 60}


def test_plausible_worlds_carry_what_was_fitted_anew(tmp_path: Path) -> None:
    """The same at every size, and nothing that is set; the floor of quality moves from world to world."""
    found = degrade(
        out=tmp_path, **PLANTED | {"worlds": "plausible", "draws": 25, "replications": 2}, over=AXIS_OF_FOUR
    )
    points = pd.read_csv(tmp_path / "worlds.csv")
    assert points["peer_gain"].nunique() == 25, "another world each time"
    assert points["adequate_threshold"].nunique() > 15
    assert len(points) == 4 * 25
    assert all(points[name].tolist() == points[name].tolist()[:25] * 4 for name in ("adequate_threshold", "form_dose"))
    told = DegradeReport(found).document()["worlds_from"]
    assert (told["from"], told["draws"], told["held_against"]) == ("plausible", 25, ["P6", "P7", "P8", "P10", "P11"])
