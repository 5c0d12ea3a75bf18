"""Weeks in memory: how many are lived in one call is nobody's business but an interrupt's."""

from __future__ import annotations

import pytest

from samenspel.model import memory
from tests.lives import GROWING, MIXED, columns_of, make


@pytest.mark.parametrize("at_once", [1, 3_000])
def test_a_life_in_many_calls_is_the_same_to_the_bit(at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    one, many = make(**MIXED, **GROWING), make(**MIXED, **GROWING)
    one.run(years=2, weeks=7)
    asked: list[int] = []

    def live(here: object, weeks: int, record: object) -> int:
        asked.append(weeks)
        return kept(here, weeks, record)

    kept = memory.live
    monkeypatch.setattr(memory, "live", live)
    monkeypatch.setattr(memory, "AT_ONCE", at_once)
    many.run(years=2, weeks=7)
    assert 1 <= max(asked) < 20, "it was asked for in pieces"
    assert many.weekly_record.tobytes() == one.weekly_record.tobytes()
    ours, theirs = columns_of(many), columns_of(one)
    assert [name for name, column in ours.items() if column.tobytes() != theirs[name].tobytes()] == []
