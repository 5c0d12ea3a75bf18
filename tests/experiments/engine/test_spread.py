"""A function of many numbers: the same whoever works it out, and what goes wrong is told."""

from __future__ import annotations

import operator
import signal
from functools import partial

import pytest

from samenspel.experiments.engine.spread import spread


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_everything_comes_back_in_order_from_any_number_of_workers(workers: int) -> None:
    assert spread(partial(pow, 3), 40, workers) == [3**number for number in range(40)]


def test_nothing_is_nothing() -> None:
    assert spread(partial(pow, 3), 0, 2) == []


@pytest.mark.parametrize("workers", [0, 2])
def test_the_first_error_is_raised_as_it_was(workers: int) -> None:
    with pytest.raises(ZeroDivisionError):
        spread(partial(operator.floordiv, 10), 8, workers)


def test_who_asks_to_stop_is_heard() -> None:
    asked = []

    def work(number: int) -> None:
        asked.append(number)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        spread(work, 30, workers=0)
    assert asked == [0]
