"""Every lever says truly from when it acts: turned in a week, that is where the record begins to differ."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from samenspel.model import Partnership
from samenspel.model.declared.calendar import FIRST_OF_APRIL, WEEKS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.viz.room.course import Course, catalog_of, run
from samenspel.viz.room.levers import BOARDS, CLUSTERS, LEVERS, MIXING, NEXT_MEETING, NEXT_WEEK, PLACES, WAGES, Acts

CATALOG = catalog_of()
LIVED = 5 * WEEKS
TURNED = (0, WEEKS, WEEKS + FIRST_OF_APRIL - 1, WEEKS + FIRST_OF_APRIL, 60, 79, 2 * WEEKS)


@cache
def stands(scenario: str, week: int) -> Partnership:
    return run(Course(scenario), CATALOG, seed=1, weeks=week)


@cache
def untouched(scenario: str) -> Partnership:
    return run(Course(scenario), CATALOG, seed=1, weeks=LIVED)


def turned(scenario: str, week: int, name: str) -> Partnership:
    """The life in which a lever is turned as far as it goes after so many weeks."""
    parameter, now = PARAMETERS[name], stands(scenario, week).scenario.values[name]
    ends: tuple[Any, ...] = parameter.choices or (
        (True, False) if parameter.kind == "switch" else (parameter.low, parameter.high)
    )
    value = next(end for end in reversed(ends) if end != now)
    if week == 0:
        return run(Course(scenario).changed(0, name, value), CATALOG, seed=1, weeks=LIVED)
    other = stands(scenario, week).copy()
    other.change(**{name: value})
    other.run(weeks=LIVED - week)
    return other


def first_difference(one: NDArray[np.float64], other: NDArray[np.float64]) -> int | None:
    rows = np.flatnonzero(~np.isclose(one, other, rtol=0, atol=0, equal_nan=True).reshape(LIVED, -1).all(axis=1))
    return int(rows[0]) + 1 if rows.size else None


def next_meeting(scenario: str, week: int) -> int:
    one = stands(scenario, week).copy()
    for _ in range(WEEKS):
        one.step()
        if one.students.column("attended").any():
            break
    return int(one.week)


def first_week_of(acts: Acts, week: int) -> int:
    return WEEKS * (acts.year(week) - 1) + 1


@pytest.mark.parametrize("week", TURNED)
@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_acts_when_it_says(name: str, week: int) -> None:
    acts, scenario = LEVERS[name].acts, "growth-mbo"
    here, other = untouched(scenario), turned(scenario, week, name)
    wanted = {
        NEXT_WEEK: week + 1,
        MIXING: week + 1,
        NEXT_MEETING: next_meeting(scenario, week),
        PLACES: first_week_of(acts, week),
        CLUSTERS: first_week_of(acts, week),
        BOARDS: week + 1,  # the leadership's time, and clusters later
        WAGES: WEEKS * acts.year(week),
    }[acts]
    assert first_difference(here.weekly_record, other.weekly_record) == wanted
    if acts in (CLUSTERS, BOARDS):
        clusters = [one.recorded("clusters") for one in (here, other)]
        assert first_difference(*clusters) == first_week_of(acts, week)
    if acts is WAGES:
        assert first_difference(here.recorded("own_contribution"), other.recorded("own_contribution")) == wanted


@pytest.mark.parametrize("mix", [mix for mix in PARAMETERS["mbo_mix"].choices if mix != "none"])
def test_how_mbo_meets_does_nothing_without_mbo(mix: str) -> None:
    assert MIXING.without_mbo
    assert "nothing as long as there are no mbo students" in MIXING.without_mbo
    other = stands("baseline", 60).copy()
    other.change(mbo_mix=mix)
    other.run(weeks=LIVED - 60)
    assert first_difference(untouched("baseline").weekly_record, other.weekly_record) is None


def test_the_browser_knows_the_year_of_every_week() -> None:
    for lever in LEVERS.values():
        years = lever.acts.as_texts()["years"]
        assert [week // WEEKS + years[week % WEEKS] for week in range(LIVED)] == list(
            map(lever.acts.year, range(LIVED))
        )
