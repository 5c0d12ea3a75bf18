"""Every lever says truly from when it acts: turned in a week, that is where the record begins to differ.

Before week 1 of a partnership that has lived already its size is turned in that past too.
"""

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from samenspel.experiments.output.prices import wages_grow_from
from samenspel.model import Partnership
from samenspel.model.declared.calendar import FIRST_OF_APRIL, WEEKS
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.viz.room.course import Course, catalog_of, run
from samenspel.viz.room.levers import (
    BOARDS,
    CLUSTERS,
    LEADING,
    LEVERS,
    MBO,
    MIXING,
    NEXT_MEETING,
    NEXT_WEEK,
    SIZE,
    WAGES,
    Acts,
)  # fmt: skip

CATALOG = catalog_of()
LIVED = 5 * WEEKS
AS_IT_LIVES = "growth-mbo"
TURNED = (0, WEEKS, WEEKS + FIRST_OF_APRIL - 1, WEEKS + FIRST_OF_APRIL, 60, 79, 2 * WEEKS)


@cache
def stands(scenario: str, week: int) -> Partnership:
    return run(Course.read(scenario, CATALOG), CATALOG, seed=1, weeks=week)


@cache
def untouched(scenario: str) -> Partnership:
    return run(Course.read(scenario, CATALOG), CATALOG, seed=1, weeks=LIVED)


def turned(scenario: str, week: int, name: str) -> Partnership:
    """The life in which a lever is turned as far as it goes after so many weeks."""
    parameter, now = PARAMETERS[name], stands(scenario, week).scenario.values[name]
    ends: tuple[Any, ...] = parameter.choices or (
        (True, False) if parameter.kind == "switch" else (parameter.low, parameter.high)
    )
    value = next(end for end in reversed(ends) if end != now)
    if week == 0:
        return run(Course.read(scenario, CATALOG).changed(0, name, value), CATALOG, seed=1, weeks=LIVED)
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


def said(acts: Acts, scenario: str, week: int) -> int | None:
    """The first week in which a lever acts by what it says; None where it says that it does nothing."""
    if not week and acts.lived and scenario == AS_IT_LIVES:
        return 1
    return {
        NEXT_WEEK: week + 1,
        MIXING: week + 1,
        NEXT_MEETING: next_meeting(scenario, week),
        LEADING: week + 1,
        MBO: first_week_of(acts, week),
        SIZE: first_week_of(acts, week),
        CLUSTERS: first_week_of(acts, week),
        BOARDS: week + 1,  # the leadership's time, and clusters later
        WAGES: WEEKS * acts.year(week, wages_grow_from(untouched(scenario).scenario)),
    }[acts]


@pytest.mark.parametrize(
    ("scenario", "week"), [(AS_IT_LIVES, 0), *(("growth-mbo~form_start:new", week) for week in TURNED)]
)
@pytest.mark.parametrize("name", LEVERS)
def test_a_lever_acts_when_it_says(name: str, scenario: str, week: int) -> None:
    acts = LEVERS[name].acts
    here, other = untouched(scenario), turned(scenario, week, name)
    wanted = said(acts, scenario, week)
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


def test_facilitators_do_nothing_where_hours_are_counted() -> None:
    assert LEADING.without_leaders
    other = stands("first-edition", 60).copy()
    other.change(facilitators=4)
    other.run(weeks=LIVED - 60)
    assert first_difference(untouched("first-edition").weekly_record, other.weekly_record) is None


@pytest.mark.parametrize(
    ("values", "year"),
    [({}, 4), ({"first_school_year": 2025}, 2), ({"first_school_year": 2028}, 1), ({"prices": "constant"}, 2)],
)
def test_wages_grow_from_the_first_year_in_which_they_are_not_known(values: dict[str, Any], year: int) -> None:
    scenario = CATALOG["baseline"].with_values(**values)
    assert wages_grow_from(scenario) == year
    here, other = (Partnership(one, rng=1) for one in (scenario, scenario.with_values(wage_growth=0.06)))
    for one in (here, other):
        one.run(weeks=LIVED)
    own = [one.recorded("own_contribution") for one in (here, other)]
    assert first_difference(*own) == WEEKS * WAGES.year(0, year) == WEEKS * year


def test_the_browser_knows_the_year_of_every_week() -> None:
    for lever in LEVERS.values():
        years = lever.acts.as_texts()["years"]
        assert [week // WEEKS + years[week % WEEKS] for week in range(1, LIVED)] == list(
            map(lever.acts.year, range(1, LIVED))
        )
        assert lever.acts.priced or years[0] == lever.acts.year(0)
