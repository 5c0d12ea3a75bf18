"""With every mechanism of the second edition taken away the rules are those of the first (RULES 10)."""

from __future__ import annotations

import hashlib

import pytest

from samenspel.agents.students import Status
from samenspel.model import Partnership, Scenario
from tests.places import ROOT

MIXED = {"mbo_students_per_cluster": 4, "mbo_mix": "mixed", "mbo_start_year": 1}
SUPERVISION = {False: "43e721c153bda3ac", True: "232980d63eb7e831"}
"""Of everybody inside in week 1 of seeds 1 to 3, without and with mbo, as the first edition had it."""


def test_the_rules_name_all_that_the_scenario_sets() -> None:
    told = (ROOT / "docs" / "RULES.md").read_text(encoding="utf-8").split("## 10 ")[1]
    first, now = Scenario.load("first-edition").values, Scenario.load("baseline").values
    changed = {name for name in now if first[name] != now[name]}
    assert "adequate_by" in changed
    assert [name for name in sorted(changed) if f"`{name}`" not in told and f"`{name} " not in told] == []


@pytest.mark.parametrize("mbo", [False, True])
def test_supervision_inside_is_that_of_the_first_edition_to_the_bit(mbo: bool) -> None:
    scenario = Scenario.load("first-edition").with_values(**(MIXED if mbo else {}))
    digest = hashlib.sha256()
    for seed in (1, 2, 3):
        there = Partnership(scenario, rng=seed)
        there.run(weeks=1)
        s = there.students.rows()
        digest.update(s.supervision[s.status == Status.INSIDE].tobytes())
    assert digest.hexdigest()[:16] == SUPERVISION[mbo]
