"""Weeks in memory: how many are lived in one call is nobody's business but an interrupt's."""

from __future__ import annotations

import pytest

from samenspel.model import memory
from samenspel.model.declared.calendar import WEEKS
from tests.lives import GROWING, MIXED, columns_of, make


@pytest.mark.parametrize("at_once", [1, 3_000])
def test_a_life_in_many_calls_is_the_same_to_the_bit(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    one, many = make(**MIXED, **GROWING), make(**MIXED, **GROWING)
    one.run(years=2, weeks=7)
    asked: list[int] = []

    def live(here: object, weeks: int, record: object, unseen: int) -> int:
        asked.append(weeks)
        return kept(here, weeks, record, unseen)

    kept = memory.live
    monkeypatch.setattr(memory, "live", live)
    monkeypatch.setattr(memory, "AT_ONCE", at_once)
    many.run(years=2, weeks=7)
    assert 1 <= max(asked) < 20, "it was asked for in pieces"
    assert many.weekly_record.tobytes() == one.weekly_record.tobytes()
    ours, theirs = columns_of(many), columns_of(one)
    assert [name for name, column in ours.items() if column.tobytes() != theirs[name].tobytes()] == []


def test_of_weeks_that_nobody_asks_for_only_money_is_known_and_life_is_the_same_to_the_bit() -> None:
    whole, late = make(**MIXED, **GROWING), make(**MIXED, **GROWING)
    whole.run(years=3)
    late.run(years=1, weeks=7, recorded_from=3)
    late.run(weeks=2 * WEEKS - 7, recorded_from=3)
    ours, theirs = columns_of(late), columns_of(whole)
    assert [name for name, column in ours.items() if column.tobytes() != theirs[name].tobytes()] == []
    assert late.last_year() == pytest.approx(whole.last_year(), rel=0, abs=0, nan_ok=True)
    known, all_of_it = late.indicators(), whole.indicators()
    assert known[-WEEKS:].equals(all_of_it[-WEEKS:])
    before = known[: 2 * WEEKS]
    assert before[["school_year", "week"]].equals(all_of_it[["school_year", "week"]][: 2 * WEEKS])
    of_money = before.loc[:, before.notna().any()].columns.drop(["school_year", "week"])
    assert "own_contribution" in of_money
    assert "supervision_mean" not in of_money
    assert before[of_money].equals(all_of_it[of_money][: 2 * WEEKS])
