"""A small scenario as a file, to be changed and broken."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from samenspel.model.input.faults import Fault
from samenspel.model.input.scenario import Scenario

SMALL = """
title = "Klein"

[[towns]]
name = "Dorp"
latitude = 53.1
longitude = 6.5
inhabitants = 3000

[[boards]]
name = "De Linde"
denomination = "public"
member = true
lead = true
max_clusters = 2
max_students = 24

[[clusters]]
name = "Linde 1"
board = "De Linde"

[[sites]]
name = "Wilg"
board = "De Linde"
cluster = "Linde 1"
town = "Dorp"
kind = "ikc"
pupils = 180

[[sites]]
name = "Els"
board = "De Linde"
cluster = "Linde 1"
town = "Dorp"
latitude = 53.11
longitude = 6.52
kind = "school"
denomination = "christian"
concept = "dalton"
pupils = 90
mentors = 4
mentors_trained = 3
"""


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str | bytes, name: str = "own.toml") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


Write = Callable[..., Path]


def faults(write: Write, text: str | bytes) -> list[Fault]:
    return Scenario.check(write(text))


def only_fault(write: Write, text: str | bytes) -> Fault:
    found = faults(write, text)
    assert len(found) == 1, [fault.text("en") for fault in found]
    return found[0]
