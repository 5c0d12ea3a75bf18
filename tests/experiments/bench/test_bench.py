"""The benchmark measures what it says: equal opponents, honest floors, variants of the real week. No timing here."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import samenspel
from benchmarks import editions
from benchmarks.careful import CarefulRecorder
from benchmarks.floor import LASTING, differences, live_fused
from benchmarks.processes import Size, StartUp, exponent
from benchmarks.report import Figures, document, figure, targets
from benchmarks.variants import RECORDING, timed_weeks, weeks_without
from benchmarks.weeks import ByRule, Floors, live_by
from benchmarks.years import Moments, watching
from samenspel.agents.students import Status
from samenspel.experiments.bench import bench
from samenspel.experiments.bench import textbook as bench_textbook
from samenspel.experiments.bench.bench import Compared, compared, lines, scenario_of
from samenspel.experiments.bench.textbook import textbook
from samenspel.model import Partnership
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.year import settling
from tests.textbook import TextbookPartnership

MIXED = {"mbo_students_per_cluster": 4, "mbo_mix": "mixed"}
TIRED = {"mentor_hours": 0.8, "withdrawal_rate": 0.02, "fatigue_rate": 0.06}
SECOND = {"assistant_relief": 0.4, "match_knowledge": 1.0, "form_outside": "mentored"}
SECOND |= {"richness_spread": 0.8, "mentor_hours_final": 2.5, "form_skill": "logistic", "selection": 0.5}
IN_TURN = {"mbo_mix": "alternating", "attention": "need", "parttime_form": "light"}
IN_PART = {"year_1_first_week": 5, "final_weeks": 20, "duo_year_1": True, "form_outside": "mentored"}
SESSIONS = {"form_facilitation": "persons", "community_weight": 0.15, "roles": 0.5}
DESIGNS: tuple[dict[str, Any], ...] = (
    {}, MIXED, MIXED | SECOND, MIXED | TIRED | IN_TURN, SESSIONS, MIXED | IN_TURN | SESSIONS | SECOND,
    MIXED | TIRED | IN_PART, MIXED | IN_PART | SESSIONS | SECOND,
)  # fmt: skip


def pair(changes: dict[str, Any], students: int = 720) -> tuple[Partnership, Partnership]:
    """Two equal models after the first week."""
    scenario = scenario_of(students).with_values(**changes)
    made = Partnership(scenario, rng=1), Partnership(scenario, rng=1)
    for here in made:
        here.run(weeks=1)
    return made


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "QUICK", ((180, 2),))


@pytest.mark.usefixtures("small")
def test_the_command_gives_ratios_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert samenspel.main(["bench", "--quick", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    (row,) = found["against_textbook"]
    assert row["pairs"] >= 5
    assert 0 < row["ratio_low"] <= row["ratio"] <= row["ratio_high"]
    assert row["students"] == 180
    assert all(row["core"] > 0 for row in found["alone"])


@pytest.mark.usefixtures("small")
def test_the_command_says_when_there_is_no_textbook(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(bench_textbook, "TEXTBOOK", tmp_path)
    assert samenspel.main(["bench", "--quick", "--lang", "en"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert sum("only the core was measured" in line for line in said) == 1
    assert samenspel.main(["bench", "--quick", "--lang", "nl"]) == 0
    assert "alleen de kern" in capsys.readouterr().out


def test_both_languages_show_every_size() -> None:
    row = Compared(180, 2, 5, 100.0, 90.0, 110.0, 200.0, 20_000.0)
    found = {"machine": {"processor": "x"}, "against_textbook": [vars(row)], "alone": []}
    for lang in ("en", "nl"):
        assert any(re.search(r"180 +100 +90-110 +200 +20000 +2$", line) for line in lines(found, lang))  # type: ignore[arg-type]


def test_ratios_are_taken_pair_by_pair() -> None:
    row = compared(100, 10, [1.0, 2.0, 3.0], [10.0, 40.0, 30.0])
    assert (row.ratio, row.ratio_low, row.ratio_high) == (10.0, 10.0, 20.0)
    assert row.core == pytest.approx(2e6)


@pytest.mark.parametrize("students", [180, 400, 4_000, 40_000])
def test_scenarios_have_about_so_many_students(students: int) -> None:
    values = scenario_of(students).values
    assert values["partnerships"] * values["hbo_demand"] == pytest.approx(students, rel=0.01)


# --- the opponents ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", [{}, MIXED | {"growth_clusters": 4, "growth_boards": 4}])
def test_a_textbook_with_lists_lives_the_same_life(changes: dict[str, Any]) -> None:
    scenario = scenario_of(720).with_values(**changes)
    listed = textbook()
    assert listed is not None
    assert listed is not TextbookPartnership
    one, other = TextbookPartnership(scenario, rng=2), listed(scenario, rng=2)
    for _ in range(WEEKS + 3):
        one.step()
        other.step()
    frames = [here.datacollector.get_model_vars_dataframe() for here in (one, other)]
    assert frames[0].equals(frames[1])


def test_the_careful_recorder_finds_what_the_data_collector_finds() -> None:
    scenario = scenario_of(360).with_values(**MIXED)
    plain, careful = TextbookPartnership(scenario, rng=3), TextbookPartnership(scenario, rng=3)
    careful.datacollector = CarefulRecorder()  # type: ignore[assignment]
    for _ in range(4):
        plain.step()
        careful.step()
    expected = plain.datacollector.get_model_vars_dataframe().to_dict("records")
    for row, found in zip(expected, careful.datacollector.rows, strict=True):  # type: ignore[attr-defined]
        assert row.keys() == found.keys()
        for name, value in row.items():
            assert found[name] == pytest.approx(value, rel=1e-12, nan_ok=True), name


# --- the floor and the variants --------------------------------------------------------------------------------------


@pytest.mark.parametrize("changes", DESIGNS)
def test_the_fused_pass_leaves_the_states_of_the_core(changes: dict[str, Any]) -> None:
    core, fused = pair(changes)
    for _ in range(6):
        core.run(weeks=1)
        live_fused(fused, 1)
        assert differences(core, fused) == []
    assert (core.students.column("status") == Status.LEFT).any(), "nobody left: too easy"


def test_a_difference_of_the_floor_is_seen() -> None:
    core, fused = pair({})
    fused.students.column("engagement")[3] += 1e-6
    assert differences(core, fused) == ["students.engagement"]
    assert all(name in getattr(core, population).columns for population, names in LASTING.items() for name in names)


def test_a_week_without_its_record_leaves_the_same_states() -> None:
    core, bare = pair(MIXED)
    core.run(weeks=4)
    live_by(weeks_without(*RECORDING), bare, 4)
    assert differences(core, bare) == []


def test_a_rule_that_the_week_does_not_call_cannot_be_left_out() -> None:
    with pytest.raises(AssertionError, match="does not call"):
        weeks_without("no_such_rule")


def test_every_rule_of_the_week_is_timed() -> None:
    names, timed = timed_weeks()
    assert {"attendance", "meet", "give_up", "leave", *RECORDING} <= set(names)
    core, other = pair({})
    spent = np.zeros(len(names), np.int64)
    core.run(weeks=2)
    live_by(timed, other, 2, spent)
    assert differences(core, other) == []
    assert spent.sum() > 0


def test_watching_counts_every_function_once_and_leaves_the_model_as_it_was() -> None:
    before = settling.find_mentors
    with watching() as clock:
        Partnership(scenario_of(180), rng=1)
    assert {"place_hbo", "enrol_stock", "settle", "ask_mentors"} <= set(clock.seconds)
    assert all(seconds >= 0.0 for seconds in clock.seconds.values())
    assert settling.find_mentors is before


# --- the page --------------------------------------------------------------------------------------------------------


def figures(ratio: float) -> Figures:
    row = Compared(400, 18, 5, ratio, ratio - 10, ratio + 10, 200.0, 24_000.0)
    return Figures(
        machine={"processor": "a processor"},
        textbook=[row],
        careful=[row],
        floors=[Floors(400, 18, 100.0, 80.0, 90.0, 1.1, 0.2)],
        rules=[ByRule(400, dict.fromkeys(("meet", *RECORDING), 10.0))],
        moments=[Moments(4_000, {"place_hbo": 4.0}, {"intake": 1.0})],
        five_years=0.009,
        sizes=[Size(4_000, 100.0, 0.1, 3e8, 500.0), Size(1_000_000, 110.0, 6.0, 1e9, 700.0)],
        start_up=StartUp(15.0, 14.0, 2.0, 1.8),
    )


def test_a_missed_target_is_written_down_with_what_limits_it() -> None:
    assert all(target.met for target in targets(figures(130.0)))
    assert "Missed" not in document(figures(130.0))
    (missed,) = [target for target in targets(figures(90.0)) if not target.met]
    page = document(figures(90.0))
    assert f"- {missed.what}: 90, asked at least 120. What limits it: {missed.limit}" in page


def test_two_versions_are_compared_round_by_round() -> None:
    row = editions.told("a week", "ns", [(100.0, 120.0), (200.0, 210.0), (50.0, 70.0)], 1.3)
    assert (row.other, row.this, row.ratio, row.low, row.high) == (100.0, 120.0, 1.2, 1.05, 1.4)


def test_the_drawing_has_a_line_for_everybody() -> None:
    assert figure(figures(130.0)).count("<polyline") == 4


def test_the_exponent_is_the_slope_on_logarithmic_axes() -> None:
    sizes = [Size(n, 3.0 * n**0.1, 0.0, 0.0, 0.0) for n in (1e3, 1e4, 1e6)]
    assert math.isclose(exponent(sizes), 1.1)
