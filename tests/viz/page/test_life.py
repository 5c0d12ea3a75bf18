"""Whole lives in WebAssembly against those in Python, to the bit."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from samenspel.agents.columns import follow, members_of
from samenspel.model import Scenario
from samenspel.model.declared.calendar import WEEKS
from samenspel.viz.room.seen import look, seen_for
from tests.lives import BASELINE
from tests.model.test_changes import FOLLOWS_AT_ONCE
from tests.viz.browser import needs_browser
from tests.viz.page.running import coded_as_json, differences, given, in_node, in_page, lived_in_python

pytest_plugins = ("tests.viz.fixtures",)
pytestmark = pytest.mark.slow

FIT = [name for name in Scenario.names() if name != "national"]
SEEDS = (1, 2, 3)
YEARS = 5


def test_lives_in_node_are_those_of_python(tmp_path: Path) -> None:
    asked = given(FIT, SEEDS, YEARS * WEEKS)
    lived = in_node("live", asked, tmp_path)
    assert differences(asked, lived) == {}
    assert any(life["grown"] for life in lived)


def changing(seed: int, names: Sequence[str], weeks: int = 3 * WEEKS, **more: Any) -> dict[str, Any]:
    """A life in which these parameters get values that act at once: from the start, and back again on the way."""
    words = {name: FOLLOWS_AT_ONCE[name][-1] for name in names}
    back = {name: BASELINE.values[name] for name in names}
    return {
        "land": "baseline", "seed": seed, "weeks": weeks, "words": words, "values": coded_as_json(words),
        "changes": [{"week": 47, "words": back, "values": coded_as_json(back)}], **more,
    }  # fmt: skip


def test_values_a_past_and_changes_are_those_of_python(tmp_path: Path) -> None:
    """Every parameter that acts at once alone, and some together; a size, which the past has too.

    With the same luck most of them come back to how a life began that was turned in another way.
    """
    names = sorted(FOLLOWS_AT_ONCE)
    lives = [changing(number % 3, [name]) for number, name in enumerate(names)]
    lives += [changing(1, names[first::7]) for first in range(7)]
    asked = given(["baseline"], [], 0) | {"lives": lives}
    assert differences(asked, in_node("live", asked, tmp_path)) == {}


SIZES: list[dict[str, Any]] = [
    {"students_per_cluster": 18}, {"students_per_cluster": 31, "demand_follows_places": True, "site_capacity": "soft"},
    {"hbo_demand": 500, "mbo_students_per_cluster": 4, "mbo_mix": "mixed"},
]  # fmt: skip


@pytest.mark.parametrize("land", ["baseline", "growth-mbo", "first-edition", "merger"])
def test_a_partnership_has_always_been_as_large_as_it_is(land: str, tmp_path: Path) -> None:
    """Also where the same luck began with another size before."""
    lives = [
        {"land": land, "seed": 3, "weeks": 90, "words": values, "values": coded_as_json(values)}
        for values in [*SIZES, {"students_per_cluster": 9}, {"mentor_hours": 1.5}, *SIZES]
    ]
    asked = given([land], [], 0) | {"lives": lives}
    assert differences(asked, in_node("live", asked, tmp_path)) == {}


def test_another_scenario_may_be_the_past(tmp_path: Path) -> None:
    names = ["growth-mbo", "wage-squeeze", "merger", "growth-all"]
    lives = [{"land": name, "past": "baseline", "seed": 5, "weeks": 100} for name in names]
    asked = given([*names, "baseline"], [], 0) | {"lives": lives}
    assert differences(asked, in_node("live", asked, tmp_path)) == {}


def test_a_copy_goes_on_as_the_life_that_it_is_of(tmp_path: Path) -> None:
    lives = [
        changing(seed, names, copied=True) | {"land": land}
        for land, names in (("baseline", ["mentors_trained_share"]), ("growth-all", ["wage_growth"]))
        for seed in (1, 2)
    ]
    asked = given(["baseline", "growth-all"], [], 0) | {"lives": lives}
    assert differences(asked, in_node("live", asked, tmp_path)) == {}


@pytest.mark.parametrize("week", [0, 1, 17, 61])
def test_a_week_looks_as_in_python(week: int, tmp_path: Path) -> None:
    asked = given(["growth-mbo"], [4], week)
    (lived,) = in_node("live", asked, tmp_path)
    there = lived_in_python(asked["lives"][0])
    seen = seen_for(there.students.size, there.sites.size, there.communities.size)
    look(there.state.all(), seen)
    columns = {
        **members_of(follow(seen.students)),
        **members_of(follow(seen.sites)),
        **members_of(follow(seen.clusters)),
    }
    assert lived["seen"] == {name: [str(one) for one in column.tolist()] for name, column in columns.items()}


@needs_browser
def test_lives_in_a_browser_are_those_of_python(browser: Browser) -> None:
    asked = given(FIT, SEEDS, YEARS * WEEKS)
    page = browser.new_page()
    lived = in_page("live", asked, page)
    page.close()
    assert differences(asked, lived) == {}
