"""Levers raise and lower adequate supervision within their ranges: the strong effects, on few pairs of lives."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.levers import CASES, Case, adequate, effect
from samenspel.model import PARAMETERS

STRONG = [case for case in CASES if case.lever.startswith(("meetings", "cross-year", "four mbo", "mixed", "skilled"))]
SURE = {  # of which ten pairs show the sign, with room to spare
    ("meetings, against none", 1), ("meetings, against none", -1), ("cross-year, against single-year", 1),
    ("cross-year, against single-year", -1), ("four mbo places", 1), ("four mbo places", -1),
    ("mixed, against parallel", -1), ("skilled mentors first (0.5, against 0)", 1),
}  # fmt: skip


@pytest.mark.parametrize(
    "case", [case for case in STRONG if (case.lever, case.sign) in SURE], ids=lambda case: f"{case.lever} {case.sign:+}"
)
def test_a_lever_moves_adequate_supervision_as_the_table_says(case: Case) -> None:
    found = effect(case, pairs=10, seed=1)
    assert case.sign * float(found["low" if case.sign > 0 else "high"]) > 0.0, found


def test_both_signs_are_looked_for_unless_there_is_one() -> None:
    signs = Counter(case.lever for case in CASES)
    both = {lever for lever, count in signs.items() if count == 2}
    assert {case.sign for case in CASES if case.lever in both} == {1, -1}
    assert all(sum(case.sign for case in CASES if case.lever == lever) == 0 for lever in both)
    assert both >= {lever for lever, _ in SURE} - {"skilled mentors first (0.5, against 0)"}


def test_changes_lie_within_the_declared_ranges() -> None:
    for case in CASES:
        for name, value in {**case.given, **case.change}.items():
            one = PARAMETERS[name]
            if one.kind in ("real", "whole"):
                assert one.low <= float(value) <= one.high or value == 0, (case.lever, name, value)


def test_the_share_of_a_life_is_in_points() -> None:
    assert 0.0 < adequate(CASES[0], False, 1) < adequate(CASES[0], True, 1) < 100.0
