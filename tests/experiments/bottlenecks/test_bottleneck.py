"""Bottlenecks: Shapley values as they are defined, and constraints that do in the model what they should."""

from __future__ import annotations

import json
import math
import re
from itertools import permutations
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samenspel
from samenspel.experiments.bottlenecks import report as bottleneck_report
from samenspel.experiments.bottlenecks.attribution import Bottlenecks, bottleneck
from samenspel.experiments.bottlenecks.futures import CONSTRAINTS, Futures, combinations, idle, last_weeks, lived
from samenspel.experiments.bottlenecks.pinch import NAMES, pinch
from samenspel.experiments.bottlenecks.report import cluster_places, sentences, spread_out
from samenspel.experiments.statistics.shapley import alone, last, shapley
from samenspel.experiments.sweeps.outcomes import nothing_but_failures
from samenspel.experiments.sweeps.results import load
from samenspel.model import Partnership, Scenario
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.input.faults import InputFaults
from samenspel.model.words import in_language
from tests.cheap_runs import same

ADEQUATE = "supervision_adequate_share"


# --- Shapley ---------------------------------------------------------------------------------------------------------

games = st.integers(1, 5).flatmap(
    lambda players: st.lists(
        st.floats(-10, 10, allow_nan=False), min_size=2**players, max_size=2**players
    )
)  # fmt: skip


def by_orders(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The definition: what a player adds, averaged over every order in which the players can come."""
    players = len(values).bit_length() - 1
    added = np.zeros(players)
    for order in permutations(range(players)):
        coalition = 0
        for player in order:
            added[player] += values[coalition | 1 << player] - values[coalition]
            coalition |= 1 << player
    return added / math.factorial(players)


@settings(max_examples=100, deadline=None)
@given(games)
def test_shapley_is_the_mean_over_all_orders_and_adds_up(game: list[float]) -> None:
    values = np.array(game)
    shares = shapley(values)
    assert shares == pytest.approx(by_orders(values), abs=1e-9)
    assert shares.sum() == pytest.approx(values[-1] - values[0], abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(games)
def test_a_player_who_adds_nothing_gets_nothing_and_changes_nothing(game: list[float]) -> None:
    values = np.array(game)
    with_idle = np.concatenate([values, values])  # one more player, in the last place
    shares = shapley(with_idle)
    assert shares[-1] == pytest.approx(0.0, abs=1e-12)
    assert shares[:-1] == pytest.approx(shapley(values), abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.integers(2, 5), st.integers(0, 10**6))
def test_players_who_can_be_exchanged_share_equally(players: int, seed: int) -> None:
    """What a coalition is worth depends on its size only, or on which of the others are in it."""
    luck = np.random.default_rng(seed)
    worth = {}
    values = np.empty(2**players)
    for coalition in range(2**players):
        others, twins = coalition >> 2, (coalition & 1) + (coalition >> 1 & 1)
        values[coalition] = worth.setdefault((others, twins), luck.normal())
    shares = shapley(values)
    assert shares[0] == pytest.approx(shares[1], abs=1e-9)


def test_shapley_takes_many_games_at_once_and_knows_first_and_last() -> None:
    values = np.random.default_rng(1).random((16, 3, 2))
    shares = shapley(values)
    assert shares.shape == (4, 3, 2)
    assert shares[:, 2, 1] == pytest.approx(shapley(values[:, 2, 1]))
    assert alone(values)[2] == pytest.approx(values[0b0100] - values[0])
    assert last(values)[2] == pytest.approx(values[0b1111] - values[0b1011])


# --- constraints in the model ----------------------------------------------------------------------------------------


def present(scenario: str = "baseline", years: int = 2, **values: Any) -> Partnership:
    partnership = Partnership(Scenario.load(scenario).with_values(**values), rng=3)
    partnership.run(years=years)
    return partnership


def test_lifted_constraints_change_what_they_should() -> None:
    here = present("growth-mbo", years=4)

    def after(*names: str) -> dict[str, float]:
        return lived(here, WEEKS, names).last_year()

    as_it_is = after()
    assert after("mentor_time")["mentor_overload_share"] == 0.0 < as_it_is["mentor_overload_share"]
    assert after("mentor_skill")[ADEQUATE] > as_it_is[ADEQUATE]
    assert after("trainer_time")["trainer_hours_left"] > as_it_is["trainer_hours_left"] + 50
    assert after("leadership")["leadership_backlog"] == 0.0
    assert after("meeting_size")["facilitation"] > as_it_is["facilitation"]
    assert after("mixing")["trainer_hours_left"] > as_it_is["trainer_hours_left"]
    assert after("money")["hours_factor"] == 1.0
    assert after("places")["students_unplaced"] <= as_it_is["students_unplaced"]


def test_the_present_is_left_as_it_was() -> None:
    here = present(years=1)
    before = here.weekly_record.copy()
    Futures.of(here, WEEKS, ["mentor_skill", "trainer_time"])
    assert here.week == WEEKS
    assert np.array_equal(here.weekly_record, before, equal_nan=True)
    here.run(years=1)
    other = present(years=2)
    assert np.array_equal(here.weekly_record, other.weekly_record, equal_nan=True)


def test_combinations_stand_in_the_order_of_their_bits() -> None:
    assert list(combinations(["a", "b", "c"]))[5] == ["a", "c"]
    assert len(list(combinations(CONSTRAINTS))) == 256


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"with_finance": False}, {"mixing", "money"}),
        ({"with_peer_learning": False, "with_finance": False}, {"mixing", "money", "meeting_size"}),
        ({"mbo_students_per_cluster": 4, "mbo_mix": "mixed", "site_capacity": "soft"}, {"places"}),
    ],
)
def test_an_idle_constraint_does_nothing_whatever_else_is_lifted(values: dict[str, Any], expected: set[str]) -> None:
    here = present(years=1, **values)
    found = idle(here, WEEKS)
    assert found - {"money"} == expected - {"money"}
    assert expected <= found
    others = [name for name in CONSTRAINTS if name not in found]
    for lifted in (others, others[:2], others[2:], []):
        expected_weeks = last_weeks(lived(here, WEEKS, lifted))
        for name in found:
            assert np.array_equal(last_weeks(lived(here, WEEKS, [*lifted, name])), expected_weeks)


def test_money_matters_again_when_accounts_close_on_the_way() -> None:
    here = present(years=1)
    here.boards.column("hours_factor")[:] = 1.0
    assert "money" in idle(here, WEEKS)
    assert "money" not in idle(here, WEEKS + 1)
    here.boards.column("hours_factor")[0] = 0.9
    assert "money" not in idle(here, WEEKS)


# --- the whole analysis ----------------------------------------------------------------------------------------------


def small() -> Scenario:
    """Five constraints that can do something: 32 futures."""
    return Scenario.load("baseline").with_values(with_finance=False, site_capacity="soft")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Bottlenecks:
    return bottleneck(small(), tmp_path_factory.mktemp("found"), years=2, replications=2, draws=0, workers=0)


def test_shares_add_up_to_what_is_regained(found: Bottlenecks) -> None:
    assert list(found.whole["constraint"]) == list(CONSTRAINTS)
    assert found.whole["share"].sum() == pytest.approx(found.lifted - found.now, abs=1e-12)
    by_week = found.weeks.groupby("constraint")["share"].mean()
    assert by_week.to_numpy() == pytest.approx(found.whole.set_index("constraint")["share"].sort_index().to_numpy())
    assert found.now == pytest.approx(float(found.results.runs[ADEQUATE].mean()), abs=1e-12)


def test_every_cluster_has_its_own_shares(found: Bottlenecks) -> None:
    assert len(found.clusters) == 15 * 8
    total = found.clusters.groupby("cluster")["share"].sum()
    adequate = found.clusters.groupby("cluster")["adequate"].first()
    assert ((adequate + total) <= 1 + 1e-9).all()
    first = found.first()
    assert len(first) == 15
    assert (first["sure"] == (first["low"] > 0)).all()
    most = found.clusters.groupby("cluster")["share"].max()
    assert first.set_index("cluster")["share"].to_dict() == most.to_dict()


def test_it_is_the_model_that_was_run(found: Bottlenecks) -> None:
    """The first replication done by hand, with mixing and money left in."""
    here = Partnership(small(), rng=int(found.results.runs["seed"].iloc[0]))
    here.run(years=2)
    players = list(CONSTRAINTS[:-1])
    values = np.array([last_weeks(lived(here, WEEKS, lifted)).mean() for lifted in combinations(players)])
    groups = found.results.groups
    one = groups[(groups["replication"] == 1) & (groups["group"] == "whole")].set_index("by")[ADEQUATE]
    expected = [*shapley(values).tolist(), 0.0]
    assert [one[f"shapley {name}"] for name in CONSTRAINTS] == pytest.approx(expected, abs=1e-12)


def test_the_same_with_other_workers_and_after_going_on(found: Bottlenecks, tmp_path: Path) -> None:
    one = bottleneck(small(), tmp_path, years=2, replications=2, draws=0, workers=2)
    again = bottleneck(small(), tmp_path, years=2, replications=2, draws=0, workers=0)
    for name in ("whole", "weeks", "clusters"):
        table: pd.DataFrame = getattr(found, name)
        same(table, getattr(one, name))
        same(table, getattr(again, name))
    with pytest.raises(InputFaults, match="horizon"):
        bottleneck(small(), tmp_path, years=2, replications=2, draws=0, horizon=2, workers=0)


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_a_sentence_a_cluster(found: Bottlenecks, lang: Any) -> None:
    told = sentences(found, lang)
    assert len(told) == 15
    adequate = [int(text.split("(")[1].split("%")[0]) for text in told]
    assert adequate == sorted(adequate)
    names = [in_language(name, lang) for name in NAMES.values()]
    for text in told:
        pinches = ("eerst bij" if lang == "nl" else "pinches first at") in text
        assert pinches == any(name in text for name in names)


def test_clusters_on_the_map_lie_apart_and_near_home(found: Bottlenecks) -> None:
    places = np.array(list(cluster_places(found).values()))
    assert places.shape == (15, 2)
    spots = spread_out(np.vstack([places, places]), 3.0)
    apart = np.hypot(*(spots[:, None] - spots[None]).transpose(2, 0, 1)) + 10 * np.eye(30)
    assert apart.min() > 2.9
    assert np.hypot(*(spots - np.vstack([places, places])).T).max() < 15


# --- the command -----------------------------------------------------------------------------------------------------


def drawn_by(draw: Any, found: Any, lang: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The panel of a figure, before it becomes a file."""
    drawn: list[Any] = []
    monkeypatch.setattr(bottleneck_report, "save", lambda figure, *rest: drawn.append(figure))
    draw(found, Path(), lang)
    return drawn[0].axes[0]


def test_the_year_is_drawn_in_percentage_points_without_what_never_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    weeks = pd.DataFrame(
        [
            {"constraint": name, "week": week, "share": 0.02 * week if name == "money" else 0.0}
            for name in CONSTRAINTS for week in (1, 2, 3)
        ]
    )  # fmt: skip
    panel = drawn_by(bottleneck_report._week_figure, SimpleNamespace(weeks=weeks), "en", monkeypatch)
    assert [line.get_label() for line in panel.lines[:-1]] == ["money"]
    assert panel.lines[0].get_xdata().tolist() == [1, 2, 3]
    assert panel.lines[0].get_ydata() == pytest.approx([2.0, 4.0, 6.0])


@pytest.mark.parametrize(
    ("lang", "legend", "along"),
    [
        ("en", ["lifted first", "lifted last"], "percentage points of the students who are"),
        ("nl", ["als eerste opgeheven", "als laatste opgeheven"], "procentpunt van de studenten dat"),
    ],
)
def test_what_a_constraint_costs_is_drawn_in_one_language(
    lang: str, legend: list[str], along: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pd.DataFrame({"constraint": CONSTRAINTS, "share": np.arange(8) / 100})
    whole = whole.assign(low=whole["share"], high=whole["share"], alone=0.0, last=0.0)
    panel = drawn_by(bottleneck_report._whole_figure, SimpleNamespace(whole=whole), lang, monkeypatch)
    assert [text.get_text() for text in panel.get_legend().get_texts()] == legend
    assert panel.get_xlabel().startswith(along)
    named = [in_language(NAMES[name], lang) for name in CONSTRAINTS]
    assert [text.get_text() for text in panel.get_yticklabels()] == named


@pytest.mark.parametrize(("lang", "nothing"), [("en", "nothing demonstrable"), ("nl", "niets aantoonbaar")])
def test_every_cluster_is_on_the_map_with_what_pinches_there_first(
    lang: str, nothing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Money costs most in the third cluster, and in the fourth there is nothing."""
    found: Any = SimpleNamespace(scenario=small())
    pinches = ["money", "mixing", "money", ""]
    first = pd.DataFrame({"cluster": list(cluster_places(found))[:4], "constraint": pinches})
    table = first.assign(share=[0.1, 0.2, 0.3, 0.0], adequate=0.5)
    found.first = lambda: table
    panel = drawn_by(bottleneck_report._map, found, lang, monkeypatch)
    spots = {str(marks.get_label()): marks for marks in panel.collections}
    assert {name: len(marks.get_offsets()) for name, marks in spots.items()} == {
        in_language(NAMES["money"], lang): 2, in_language(NAMES["mixing"], lang): 1, nothing: 1,
    }  # fmt: skip
    less, more = spots[in_language(NAMES["money"], lang)].get_sizes()
    assert less < spots[in_language(NAMES["mixing"], lang)].get_sizes()[0] < more
    assert {text.get_text() for text in panel.get_legend().get_texts()} == set(spots)


def test_where_every_run_fails_the_error_itself_is_told() -> None:
    error = "Traceback (most recent call last):\n  somewhere\nZeroDivisionError: bad luck\n"
    for text in (error, "ZeroDivisionError: bad luck"):
        results: Any = SimpleNamespace(failures=pd.DataFrame({"error": [text]}), folder=Path("out"))
        assert "only runs that failed: ZeroDivisionError: bad luck" in nothing_but_failures(results).text("en")
        assert "alleen runs die mislukten: ZeroDivisionError: bad luck" in nothing_but_failures(results).text("nl")


@pytest.mark.parametrize("lang", ["en", "nl"])
def test_the_command_shows_and_writes(found: Bottlenecks, capsys: pytest.CaptureFixture[str], lang: Any) -> None:
    out = found.results.folder
    asked = ["bottleneck", "--out", str(out), "--years", "2", "--replications", "2", "--draws", "0"]
    asked += ["--workers", "0", "--lang", lang]
    asked += ["--set", "with_finance=false", "--set", "site_capacity=soft"]
    assert samenspel.main(asked) == 0
    said = capsys.readouterr()
    assert in_language(NAMES["mentor_skill"], lang) in said.out
    assert re.search(r"^\s*(samen|together) +-?\d", said.out, re.MULTILINE)[1] == (
        "samen" if lang == "nl" else "together"
    )
    names = {path.name for path in (out / "report").iterdir()}
    assert {"constraints.csv", "weeks.csv", "clusters.csv", "first.csv", "findings.txt"} <= names
    for figure in ("constraints", "weeks", "map"):
        assert {f"figure-{figure}.{kind}" for kind in ("svg", "png", "csv")} <= names
    assert samenspel.main([*asked, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert len(told["first_by_cluster"]) == 15
    assert len(told["weeks"]) == 40 * 8


@pytest.mark.parametrize(
    "wrong", [["--horizon", "0"], ["--years", "none"], ["--set", "mentor_hour=1"], ["nowhere"], ["--workers", "-1"]]
)
def test_wrong_input_is_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str], wrong: list[str]) -> None:
    assert samenspel.main(["bottleneck", *wrong, "--out", str(tmp_path / "out")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


# --- one partnership, now --------------------------------------------------------------------------------------------


def test_a_pinch_is_one_sentence_on_the_state_as_it_is() -> None:
    here = present(years=1)
    here.run(weeks=9)
    before = here.weekly_record.copy()
    english, dutch = pinch(here, "en"), pinch(here, "nl")
    assert english.startswith("It now pinches first at mentor skill (+")
    assert dutch.startswith("Nu knelt het eerst bij vaardigheid van mentoren (+")
    for sentence in (english, dutch):
        assert sentence.endswith(".")
        assert ". " not in sentence
    assert np.array_equal(here.weekly_record, before, equal_nan=True)


def test_a_pinch_names_the_two_that_cost_most_and_nothing_that_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = {"money": 0.02, "places": 0.001, "mixing": 0.05, "leadership": 0.03}
    monkeypatch.setattr("samenspel.experiments.bottlenecks.pinch._pinches", lambda present: (shares, 0.7, 0.8))
    here: Any = None
    assert pinch(here, "en").startswith(
        "It now pinches first at mixing with mbo (+5.0 pp), then programme leadership ("
    )
    assert "money" not in pinch(here, "en")
    shares |= {"leadership": 0.0, "money": 0.0}
    assert ", then" not in pinch(here, "en")


def test_where_nothing_pinches_that_is_said() -> None:
    floors = dict.fromkeys(("floor_time", "floor_contact", "adequate_threshold"), 0.0)
    here = present(years=1, beyond_range=True, **floors)
    assert pinch(here, "en") == "Nothing pinches now: 100% will be adequately supervised in the coming year."
    assert pinch(here, "nl").startswith("Nu knelt er niets: 100%")


def test_results_are_a_sweep_that_anything_reads(found: Bottlenecks) -> None:
    results = load(found.results.folder)
    assert set(results.runs["status"]) == {"done"}
    assert results.manifest["study"]["bottleneck"]["horizon"] == 1
