"""Whole lives in WebAssembly against those in Python, to the bit."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from samenspel.model import Partnership, Scenario
from samenspel.model.declared.calendar import WEEKS
from tests.viz.browser import needs_browser
from tests.viz.page.running import differences, given, in_node, in_page

pytest_plugins = ("tests.viz.fixtures",)
pytestmark = pytest.mark.slow

FIT = [name for name in Scenario.names() if name != "national"]
SEEDS = (1, 2, 3)
YEARS = 5
SLOWER_AT_MOST = 2.5


def test_lives_in_node_are_those_of_python(tmp_path: Path) -> None:
    asked = given(FIT, SEEDS, YEARS * WEEKS)
    lived = in_node("live", asked, tmp_path)
    assert differences(asked, lived) == {}
    assert any(life["grown"] for life in lived)


@needs_browser
def test_lives_in_a_browser_are_those_of_python(browser: Browser) -> None:
    asked = given(FIT, SEEDS, YEARS * WEEKS)
    page = browser.new_page()
    lived = in_page("live", asked, page)
    page.close()
    assert differences(asked, lived) == {}


def test_weeks_take_at_most_two_and_a_half_times_as_long_as_natively(tmp_path: Path) -> None:
    [[_, browser]] = in_node("fastest", given(["baseline"], [1], YEARS * WEEKS, times=20), tmp_path)
    scenario, native = Scenario.load("baseline"), []
    for _ in range(20):
        partnership = Partnership(scenario, rng=1)
        start = time.perf_counter()
        partnership.run(years=YEARS)
        native.append(1000 * (time.perf_counter() - start))
    assert browser < SLOWER_AT_MOST * min(native)
