"""What money and mergers do to the baseline."""

from __future__ import annotations

from benchmarks.findings import TOLD, before_2025, findings, growth_without
from samenspel.model import Partnership, Scenario
from samenspel.model.prices import GRANT_INDEX


def test_arms_differ_in_what_the_question_asks() -> None:
    baseline = Scenario.load("baseline")
    assert before_2025().values == baseline.values
    grants = [Partnership(one, rng=1).state.prices for one in (before_2025(), baseline)]
    changed = {name for name, path in grants[0].items() if path != grants[1][name]}
    assert changed == {"grant_fixed", "grant_per_student"}
    assert GRANT_INDEX not in changed
    assert not growth_without().world.mergers


def test_every_indicator_has_a_row_and_the_signs_are_as_told() -> None:
    rows = list(findings(pairs=4, seed=3))
    assert len(rows) == sum(map(len, TOLD.values()))
    more = {row["finding"].split(": ")[1]: float(row["mean"]) for row in rows[:5]}
    assert more["grant_cover"] < 0
    assert more["hours_factor"] <= 0
    unmet = next(row for row in rows if row["finding"].endswith("denomination_unmet_share"))
    assert float(unmet["high"]) < 0
