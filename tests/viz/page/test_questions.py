"""What a page finds when it is asked what pinches and how far it can grow, against what a server finds."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from samenspel.experiments.bottlenecks.futures import CONSTRAINTS, combinations
from samenspel.experiments.degradation.growth import AXIS, SHARE, YEARS
from samenspel.experiments.statistics.shapley import shapley
from samenspel.model import Partnership, Scenario
from samenspel.viz.page.document import Beginning, document
from samenspel.viz.room.course import Course, catalog_of
from samenspel.viz.room.session import Session
from samenspel.viz.room.visitor import Visitor
from samenspel.viz.steering import obey
from tests.viz.browser import needs_browser
from tests.viz.page.calling import node
from tests.viz.page.running import in_node, in_page

pytest_plugins = ("tests.viz.fixtures",)
pytestmark = pytest.mark.slow

SCRIPT = Path(__file__).with_name("questions.js")
EMPTY = replace(Scenario.load("baseline", {"hbo_demand": "0", "beyond_range": "true"}), name="empty")
CATALOG = catalog_of(EMPTY)
NAMES = ("baseline", "growth-mbo", "merger", "full-capacity", "empty")
JUMP = {"ask": "jump"}


def change(name: str, value: Any, lane: int = 0) -> dict[str, Any]:
    return {"ask": "change", "lane": lane, "name": name, "value": value}


SCENES: list[dict[str, Any]] = [
    {"courses": ["baseline"], "seed": 1, "asks": [], "questions": ["pinch", "growth"]},
    {
        "courses": ["growth-mbo", "baseline~mentor_hours:0.5~trainer_hours:2.5@20"], "seed": 4,
        "asks": [JUMP, {"ask": "step"}, change("mentor_hours", 1.5), change("students_per_cluster", 22, 1), JUMP],
        "questions": ["pinch", "growth"],
    },
    {"courses": ["empty", "merger"], "seed": 2, "asks": [JUMP], "questions": ["pinch", "growth"]},
    {"courses": ["growth-mbo~mbo_mix:parallel"], "seed": 3, "asks": [JUMP] * 20, "questions": ["pinch"]},
]  # fmt: skip


@cache
def facts() -> dict[str, Any]:
    return document([Beginning(CATALOG[name]) for name in NAMES], "nl")


def said_by_a_server(scene: dict[str, Any]) -> list[list[dict[str, Any]]]:
    session = Session(CATALOG, [Course.read(text, CATALOG) for text in scene["courses"]], seed=scene["seed"])
    host, found = Visitor(lambda: True), []
    try:
        for ask in scene["asks"]:
            if ask == JUMP and session.week == session.horizon:
                session.horizon += 200
            obey(session, ask, host, answer=lambda _: None, more=lambda _: None)
        for question in scene["questions"]:
            heard: list[dict[str, Any]] = []
            known = Event()

            def hear(message: dict[str, Any], heard: list[dict[str, Any]] = heard, known: Event = known) -> None:
                heard.append(message)
                if message["lanes"]:
                    known.set()

            obey(session, {"ask": question}, host, answer=hear, more=lambda _: None)
            assert known.wait(240)
            found.append(heard)
    finally:
        session.close()
    return found


def close(ours: Any, theirs: Any) -> None:
    """Equal but for rounding."""
    if isinstance(theirs, dict):
        assert set(ours) == set(theirs)
        for name, value in theirs.items():
            close(ours[name], value)
    elif isinstance(theirs, list | tuple):
        assert len(ours) == len(theirs)
        for one, other in zip(ours, theirs, strict=True):
            close(one, other)
    elif isinstance(theirs, float):
        assert ours == pytest.approx(theirs, abs=1e-9)
    else:
        assert ours == theirs


def test_a_page_answers_what_a_server_answers(tmp_path: Path) -> None:
    scenes = [scene | {"asks": with_play(scene)} for scene in SCENES[1:]]  # the first is asked in a browser
    ours = in_node("answers", {"document": facts(), "scenes": scenes}, tmp_path, SCRIPT)
    for scene, said in zip(SCENES[1:], ours, strict=True):
        close(said, said_by_a_server(scene))


def with_play(scene: dict[str, Any]) -> list[dict[str, Any]]:
    """What is asked, with as many years as can be shown."""
    asks = []
    for number, ask in enumerate(scene["asks"]):
        over = ask == JUMP and number and number % 5 == 0
        asks += [{"ask": "play"}, {"ask": "pause"}, ask] if over else [ask]
    return asks


@needs_browser
def test_workers_of_a_browser_answer_too_and_stop_when_nobody_waits(browser: Browser) -> None:
    page = browser.new_page()
    (said,) = in_page("answers", {"document": facts(), "scenes": SCENES[:1]}, page, SCRIPT)
    close(said, said_by_a_server(SCENES[0]))
    page = browser.new_page()
    assert in_page("givenUp", {"document": facts()}, page, SCRIPT) == ["pinch", "pinch"]


def test_runs_of_a_curve_are_those_of_python_to_the_bit(tmp_path: Path) -> None:
    runs = [
        {"scenario": name, "seed": str(seed), "values": dict(scenario.values) | changes}
        for name in ("baseline", "growth-mbo", "merger", "empty")
        for seed, changes in ((1, {AXIS: 9}), (2**63 + 5, {AXIS: 30, "demand_follows_places": True}))
        for scenario in [CATALOG[name]]
    ]
    ours = in_node("shares", {"document": facts(), "runs": runs}, tmp_path, SCRIPT)
    theirs = []
    for run in runs:
        partnership = Partnership(CATALOG[run["scenario"]].with_values(**run["values"]), rng=int(run["seed"]))
        partnership.run(years=YEARS)
        theirs.append(partnership.last_year()[SHARE])
    assert [None if np.isnan(share) else share for share in theirs] == ours


# --- parts ---


def test_shares_of_players_are_shapleys() -> None:
    random = np.random.default_rng(1)
    with node() as scripts:
        for players in range(6):
            worths = random.random(2**players)
            found = scripts.call("local/asks/pinch.js", "shapley", worths.tolist())
            assert found == pytest.approx(shapley(worths).tolist(), abs=1e-12)
            names = list(CONSTRAINTS[:players])
            assert scripts.call("local/asks/pinch.js", "coalitions", names) == list(combinations(names))


def test_a_year_is_averaged_as_numpy_does_to_the_bit() -> None:
    random = np.random.default_rng(2)
    with node() as scripts:
        for count in (*range(1, 41), 100, 128):
            weeks = random.random(count)
            weeks[random.random(count) < 0.1] = np.nan
            known = weeks[~np.isnan(weeks)]
            found = scripts.call("statistics/numbers.js", "meanOfKnown", weeks.tolist())
            assert found == known.mean() if known.size else np.isnan(found)
