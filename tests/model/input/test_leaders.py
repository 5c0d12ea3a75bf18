"""Trainers who are asked to lead sessions have hours: in a file, in a cluster, in a change of a run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from samenspel.model import Partnership
from samenspel.model.input.faults import InputFaults
from samenspel.model.input.scenario import Scenario

BASELINE = Scenario.load("baseline").with_values(form_facilitation="persons", beyond_range=True)
FIRST = BASELINE.world.clusters[0].name
NOBODY = {"trainer_hours": 0.0, "institute_trainer_hours": 0.0}


def by_file(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    cells = "facilitators = 2\nschool_trainer_hours = 0.0\ninstitute_trainer_hours = 0.0"
    head = f'extends = "baseline"\nform_facilitation = "persons"\n[[clusters]]\nname = "{FIRST}"\n'
    path.write_text(head + cells, encoding="utf-8")
    Scenario.load(path)


def by_change(tmp_path: Path) -> None:
    here = Partnership(BASELINE.with_clusters({FIRST: NOBODY}))
    here.change(cluster=FIRST, facilitators=2)


WAYS: dict[str, Callable[[Path], object]] = {
    "a row of clusters": by_file,
    "a change of a cluster": by_change,
    "a change": lambda _: Partnership(BASELINE).change(**NOBODY),
    "clusters of a study": lambda _: BASELINE.with_clusters({FIRST: NOBODY | {"facilitators": 2}}),
    "clusters that had no hours": lambda _: BASELINE.with_clusters({FIRST: NOBODY}).with_clusters(
        {FIRST: {"facilitators": 2}}
    ),
    "the whole partnership": lambda _: BASELINE.with_values(**NOBODY),
}


@pytest.mark.parametrize("way", WAYS)
def test_facilitators_without_hours_are_one_fault(way: str, tmp_path: Path) -> None:
    with pytest.raises(InputFaults) as refused:
        WAYS[way](tmp_path)
    assert len(refused.value.faults) == 1
    assert "facilitators" in refused.value.faults[0].place
    assert "2 facilitators, while school and institute trainer have no hours" in refused.value.text("en")
    assert "2 begeleiders per bijeenkomst, terwijl" in refused.value.text("nl")


def test_nobody_is_asked_where_no_hours_are_a_fact() -> None:
    """A cluster without trainers that says nothing of facilitators, none asked, one trainer, or sessions for free."""
    BASELINE.with_clusters({FIRST: NOBODY})
    BASELINE.with_values(facilitators=0, **NOBODY)
    BASELINE.with_values(trainer_hours=0.0)
    BASELINE.with_values(form_facilitation="hours", **NOBODY)


@pytest.mark.parametrize("count", [-1, 5])
def test_facilitators_are_0_to_4(count: int) -> None:
    for refuse in (BASELINE.with_values, lambda **own: BASELINE.with_clusters({FIRST: own})):
        with pytest.raises(InputFaults) as refused:
            refuse(facilitators=count)
        assert len(refused.value.faults) == 1
        assert "from 0 to 4" in refused.value.text("en")
