"""The engine of a page against the session of a room: the same is asked, and the same is told."""

from __future__ import annotations

import base64
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import Browser

from samenspel.experiments.study.seeds import seeds_besides
from samenspel.model import Scenario
from samenspel.model.input.faults import InputFaults
from samenspel.viz.page.document import Beginning, document
from samenspel.viz.room.course import AS_IT_IS, Catalog, Course, catalog_of
from samenspel.viz.room.ensemble import REPLICATIONS, Series, band, gaps_over_worlds, replication
from samenspel.viz.room.session import Session
from samenspel.viz.room.visitor import Visitor
from samenspel.viz.room.worlds import WORLDS, Over, worlds_for
from samenspel.viz.steering import obey
from tests.viz.browser import needs_browser
from tests.viz.page.running import in_node, in_page

pytest_plugins = ("tests.viz.fixtures",)

SCRIPT = Path(__file__).with_name("asking.js")
BEYOND = replace(Scenario.load("baseline").with_values(beyond_range=True), name="beyond")
CATALOG = catalog_of(BEYOND)
NAMES = ("baseline", "growth-clusters", "growth-mbo", "merger", "growth-boards", "wage-squeeze", "beyond")
STEP, JUMP = {"ask": "step"}, {"ask": "jump"}
RUN, PAUSE = {"ask": "phase", "phase": "run"}, {"ask": "pause"}
GROWN = [STEP, JUMP, JUMP, JUMP]


def card(kind: str, which: int, lane: int = 0) -> dict[str, Any]:
    return {"ask": "card", "lane": lane, "kind": kind, "which": which}


def change(name: str, value: Any, lane: int = 0) -> dict[str, Any]:
    return {"ask": "change", "lane": lane, "name": name, "value": value, "lang": "nl"}


SCRIPTS: list[dict[str, Any]] = [
    {"courses": ["growth-clusters"], "seed": 3, "asks": [*GROWN, {"ask": "csv"}]},
    {
        "courses": ["merger"], "seed": 1,
        "asks": [STEP, JUMP, STEP, {"ask": "rate", "rate": 8}, {"ask": "rate", "rate": 3}],
    },
    {
        "courses": ["baseline", "growth-mbo"], "seed": 2,
        "asks": [JUMP, {"ask": "reseed", "seed": 7}, STEP, JUMP, JUMP, {"ask": "csv"}],
    },
    {
        "courses": ["baseline"], "seed": 1,
        "asks": [
            {"ask": "scene", "scene": 2}, {"ask": "vote", "choice": 1, "guess": 40}, {"ask": "phase", "phase": "vote"},
            {"ask": "vote", "choice": 9, "guess": 40}, {"ask": "vote", "choice": 2, "guess": 104},
            {"ask": "vote", "choice": 1, "guess": 61.5}, RUN, PAUSE,
            *[JUMP] * 5, {"ask": "phase", "phase": "vote"}, {"ask": "scene", "scene": 9}, {"ask": "reset"},
        ],
    },
]  # fmt: skip
OVER_WORLDS = {"ask": "band", "band": "worlds"}
IN_WORLDS: list[dict[str, Any]] = [
    {
        "courses": ["baseline", "growth-mbo~mbo_mix:parallel~peer_gain:0.006~form_dose:linear@40"], "seed": 4,
        "asks": [
            OVER_WORLDS, {"ask": "band", "band": "nothing"}, JUMP, change("mentor_hours", 1.5),
            change("trainer_weight", 0.3, 1), {"ask": "reseed", "seed": 2**31 - 1}, STEP,
        ],
    },
    {"courses": ["wage-squeeze", "merger"], "seed": 1, "asks": [OVER_WORLDS]},
    {"courses": ["baseline"], "seed": 1, "asks": [OVER_WORLDS, {"ask": "band", "band": "luck"}]},
]  # fmt: skip
CHANGED: list[dict[str, Any]] = [
    {
        "courses": ["growth-mbo~mbo_mix:parallel~mentor_hours:1.5@20"], "seed": 5,
        "asks": [
            change("subgroup_size", 6), STEP, JUMP, change("students_per_cluster", 16), STEP,
            change("trainer_hours", 3), change("mentors_trained_share", 0.8), change("mbo_mix", "mixed"), JUMP,
            change("wage_growth", 0.05), JUMP,
            change("mentor_hours", 99), change("mentor_hours", "much"), change("form_start", "new"),
            *(card("student", number) for number in range(0, 300, 20)), card("site", 3), card("cluster", 2),
            card("site", -1), {"ask": "turn_back", "lane": 0, "name": "mbo_mix"}, {"ask": "csv"},
        ],
    },
    {
        "courses": ["growth-boards", "growth-boards~students_per_cluster:24~growth_clusters:1"], "seed": 9,
        "asks": [
            change("cross_year", False, 1), change("peer_rate", 0.3, 1), {"ask": "turn_back", "lane": 1},
            change("cross_year", False, 1), change("peer_rate", 0.3), change("peer_rate", 0.2), STEP,
            change("facilitators", 1, 1), *[JUMP] * 3, change("parttime_form", "light", 1), card("cluster", 16, 1),
            {"ask": "turn_back", "lane": 1}, JUMP, {"ask": "choose", "lane": 0, "course": "baseline"}, JUMP,
            {"ask": "choose", "lane": 1, "course": ""}, STEP,
        ],
    },
]  # fmt: skip
ALL = [*SCRIPTS, *CHANGED, *IN_WORLDS]


@cache
def facts() -> dict[str, Any]:
    return document([Beginning(CATALOG[name]) for name in NAMES], "nl")


@pytest.fixture(scope="module", params=["node", pytest.param("browser", marks=needs_browser)])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What a page says of every script: in Node without workers, in a browser with them."""
    given = {"document": facts(), "scripts": ALL}
    if request.param == "node":
        return list(in_node("told", given, tmp_path_factory.mktemp("told"), SCRIPT))
    browser: Browser = request.getfixturevalue("browser")
    page = browser.new_page()
    answers = list(in_page("told", given, page, SCRIPT))
    page.close()
    assert all(one["workers"] for one in answers)
    return answers


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(ALL)))
def test_a_page_tells_what_a_session_tells(told: list[dict[str, Any]], number: int) -> None:
    script = ALL[number]
    ours, theirs = told[number], asked(script)
    for ask, one, other in zip(script["asks"], ours["states"], theirs["states"], strict=True):
        assert at_rest(ask, one) == at_rest(ask, other), ask
    assert ours["said"] == theirs["said"]
    assert ours["land"] == theirs["land"]
    assert ours["history"] == theirs["history"]
    for lane, (frames, others) in enumerate(zip(ours["frames"], theirs["frames"], strict=True)):
        differ = [week for week, (one, other) in enumerate(zip(frames, others, strict=True)) if one != other]
        assert differ == [], f"lane {lane}"
    np.testing.assert_allclose(bands_in(ours["bands"]), bands_in(theirs["bands"]), rtol=1e-6, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(IN_WORLDS)))
def test_the_band_of_a_page_is_that_of_python_to_the_bit(told: list[dict[str, Any]], number: int) -> None:
    ours = told[len(ALL) - len(IN_WORLDS) + number]
    last = ours["states"][-1]
    courses = [Course.read(last["address"][lane], CATALOG) for lane in "ab" if lane in last["address"]]
    every = [lives_in_python(course, last["seed"], last["band"]) for course in courses]
    assert ours["lives"] == [[text_of(life.tobytes()) for life in lives] for lives in every]
    bands = [band(lives) for lives in every] + ([gaps_over_worlds(*every)] if len(every) > 1 else [])
    np.testing.assert_array_equal(bands_in(ours["bands"])[4:], np.concatenate([one.ravel() for one in bands]))


def lives_in_python(course: Course, seed: int, over: Over) -> list[Series]:
    worlds = worlds_for(course, CATALOG, REPLICATIONS) if over == WORLDS else [AS_IT_IS] * REPLICATIONS
    pairs = zip(seeds_besides(seed, REPLICATIONS), worlds, strict=True)
    return [replication(course, CATALOG, luck, 5 * 40, world) for luck, world in pairs]


def asked(script: dict[str, Any]) -> dict[str, Any]:
    """What a session says after everything that it was asked."""
    session = Session(CATALOG, [Course.read(text, CATALOG) for text in script["courses"]], seed=script["seed"])
    said: list[dict[str, Any]] = []
    states = []
    host = Visitor(lambda: True, "who sits before the page")
    for ask in script["asks"]:
        obey(session, ask, host, answer=said.append, more=lambda news: None)
        states.append(comparable(session.state()))
    while int.from_bytes(session.film()["bands"][:4], "little") < REPLICATIONS:
        time.sleep(0.05)
    film = session.film()
    session.close()
    return {
        "states": states, "said": said, "land": film["land"], "bands": text_of(film["bands"]),
        "frames": [[text_of(frame) for frame in frames] for frames in film["frames"]],
        "history": text_of(b"".join(lane.series() for lane in session.lanes)),
    }  # fmt: skip


def at_rest(ask: dict[str, Any], state: dict[str, Any]) -> dict[str, Any]:
    """A state without what goes on by itself after an ask."""
    plays = ask in (RUN, PAUSE)
    return {name: value for name, value in state.items() if not (plays and name in ("week", "address", "playing"))}


def comparable(state: dict[str, Any]) -> dict[str, Any]:
    """A state as it is when one page looks on."""
    return state | {"watchers": 1}


def text_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def bands_in(text: str) -> NDArray[np.float64]:
    data = base64.b64decode(text)
    return np.concatenate([np.frombuffer(data[:16], "<u4"), np.frombuffer(data[16:], "<f4")])


# --- courses, seeds and numbers ---


WRONG = (
    "/etc/passwd", "", "basline", "baseline~mentor_hours:99", "baseline~mentor_hours:4", "baseline~mentr_hours:1",
    "baseline~mentor_hours:1@99999", "baseline~mentor_hours:1@x", "baseline~cross_year:maybe",
    "baseline~subgroup_size:6.5", "baseline~mbo_mix:sideways", "baseline~mentor_hours", "baseline~mentor_hours:",
    "beyond~form_facilitation:persons~facilitators:1~trainer_hours:0~institute_trainer_hours:0",
    "beyond~mentor_hours:0", "beyond~trainer_weight:0.8~community_weight:0.3",
    "baseline~", "baseline~x" * 400, "baseline~stock_gain:0.3", "baseline~grant_fixed:1@3", "baseline~constructor:1",
)  # fmt: skip
RIGHT = (
    "baseline", "growth-mbo~mbo_mix:parallel~mentor_hours:1.5@40", "baseline~mentor_hours:2", "baseline~MENTOR",
    "baseline~mbo_mix:MIXED", "baseline~mentor_hours:1e0~mentor_hours:2.50", "baseline~cross_year:False@7",
    "baseline~students_per_cluster:+20~students_per_cluster:24@0", "baseline~wage_growth:.03@12",
)  # fmt: skip


HINTS = {"en": "; did you mean", "nl": "; bedoelde u"}
"""Python looks for a name that is meant, too."""


def test_addresses_are_read_and_refused_as_in_a_room(tmp_path: Path) -> None:
    ours = in_node("refused", {"document": facts(), "texts": [*WRONG, *RIGHT]}, tmp_path, SCRIPT)
    known = {name: CATALOG[name] for name in NAMES}
    for text, answer in zip((*WRONG, *RIGHT), ours, strict=True):
        assert answer == read(text, known), text


def read(text: str, known: Catalog) -> dict[str, str]:
    """What a room says of an address, of faults the first."""
    try:
        return {"read": Course.read(text, known).text()}
    except InputFaults as faults:
        return {lang: faults.faults[0].text(lang).partition(hint)[0] for lang, hint in HINTS.items()}


SEEDS = (0, 1, 2, 7, 2**31 - 1, 2**32, 2**32 + 5, 2**64 - 1)


def test_seeds_of_the_ladder_are_those_of_numpy(tmp_path: Path) -> None:
    ours = in_node("ladders", {"seeds": list(map(str, SEEDS)), "count": REPLICATIONS}, tmp_path, SCRIPT)
    assert ours == [[str(one) for one in seeds_besides(seed, REPLICATIONS)] for seed in SEEDS]


def test_numbers_are_written_as_python_writes_them(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    numbers = [0.0, 1.0, -1.0, 0.1, 1.5, 100.0, 1e15, 1e16, 1e22, 1e-4, 1e-5, 123456.0, 1234567.0, 0.00012345678, 1 / 3]
    numbers += (rng.normal(size=400) * 10.0 ** rng.integers(-12, 20, 400)).tolist()
    ours = in_node("written", {"numbers": numbers}, tmp_path, SCRIPT)
    assert ours == [[str(number), f"{number:g}"] for number in numbers]
