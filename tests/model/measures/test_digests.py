"""The structure of the code may change; every life stays the same to the bit."""

from __future__ import annotations

from functools import cache

import pytest

from tests.digests import Life, columns, lives, stored
from tests.project.test_releases import same_mathematics

LIVES = stored()["lives"]


@cache
def made() -> dict[str, Life]:
    return dict(lives(columns()))


@pytest.mark.parametrize("case", LIVES)
def test_a_life_is_what_it_was_to_the_bit(case: str) -> None:
    if not same_mathematics(stored()["made_with"]):
        pytest.skip("made with another mathematical library")
    assert made()[case]() == LIVES[case]


def test_every_case_is_stored() -> None:
    assert set(made()) == set(LIVES)
