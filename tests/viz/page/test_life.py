"""Whole lives in WebAssembly against those in Python, to the bit."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from samenspel.model import Scenario
from samenspel.model.declared.calendar import WEEKS
from tests.viz.browser import needs_browser
from tests.viz.page.running import differences, given, in_node, in_page

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


@needs_browser
def test_lives_in_a_browser_are_those_of_python(browser: Browser) -> None:
    asked = given(FIT, SEEDS, YEARS * WEEKS)
    page = browser.new_page()
    lived = in_page("live", asked, page)
    page.close()
    assert differences(asked, lived) == {}
