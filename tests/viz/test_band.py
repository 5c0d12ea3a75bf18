"""The band over plausible worlds: which worlds, what stays as it was set, and how it is chosen and told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from numpy.typing import NDArray

from samenspel.experiments.plausible.source import shipped
from samenspel.experiments.plausible.worlds import Worlds
from samenspel.model import Scenario
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.input.faults import InputFaults
from samenspel.viz.page.document import Beginning, document
from samenspel.viz.room.course import Course, catalog_of, run
from samenspel.viz.room.ensemble import REPLICATIONS, worlds_in
from samenspel.viz.room.frames import SERIES
from samenspel.viz.room.session import FIRST_HORIZON, Session
from samenspel.viz.room.visitor import Visitor
from samenspel.viz.room.worlds import OVER, known_in, over_in, worlds_for
from samenspel.viz.stage import setup
from samenspel.viz.steering import obey
from samenspel.viz.texts import texts_in
from tests.viz.browser import Site, Visit, needs_browser

pytest_plugins = ("tests.viz.fixtures",)

HEAVY = replace(Scenario.load("baseline").with_values(beyond_range=True, trainer_weight=0.84), name="heavy")
CATALOG = catalog_of(HEAVY)
HOST = Visitor(lambda: True, "who leads")


def worlds(text: str) -> list[dict[str, Any]]:
    return [dict(world) for world in worlds_for(Course.read(text, CATALOG), CATALOG, REPLICATIONS)]


def test_every_life_has_another_world_and_all_lanes_the_same_ones() -> None:
    ours, theirs = worlds("baseline"), worlds("growth-mbo~mentor_hours:1.5~mbo_mix:parallel@40")
    assert len({tuple(world.items()) for world in ours}) == len(ours) == REPLICATIONS
    assert theirs == ours, "whatever levers say"
    assert len({world["form_dose"] for world in ours}) > 1, "rival forms are among what nobody knows"


def test_levers_and_what_is_known_are_in_no_world() -> None:
    assert {PARAMETERS[name].standing for world in worlds("baseline") for name in world} == {"uncertain"}
    known = known_in(CATALOG["first-edition"], CATALOG.worlds)
    assert known
    assert all(name not in world for world in worlds("first-edition") for name in known)


@pytest.mark.parametrize("week", [0, 40])
def test_what_the_viewer_sets_stays_as_it_is_set(week: int) -> None:
    course = Course.read(f"baseline~peer_gain:0.005@{week}~trainer_weight:0.3~mentor_hours:1.5", CATALOG)
    world = worlds_for(course, CATALOG, REPLICATIONS)[0]
    assert {"peer_gain", "trainer_weight", "community_weight"}.isdisjoint(world), "shares of one whole go together"
    values = run(course, CATALOG, seed=1, weeks=41, world=world).scenario.values
    set_here = {"peer_gain": 0.005, "trainer_weight": 0.3, "mentor_hours": 1.5}
    before = course.begun(CATALOG, 1, world).scenario.values["peer_gain"]
    assert {name: values[name] for name in set_here} == set_here
    assert before == (CATALOG["baseline"].values["peer_gain"] if week else 0.005)
    assert all(values[name] == value for name, value in world.items())


def test_a_scenario_beyond_the_ranges_lives_in_every_world() -> None:
    for world in worlds("heavy"):
        assert course_lives("heavy", world)


def course_lives(text: str, world: dict[str, Any]) -> bool:
    return run(Course(text), CATALOG, seed=1, weeks=1, world=world).week == 1


def test_the_lives_that_are_there_are_as_many_as_differ() -> None:
    assert shipped().most >= REPLICATIONS


# --- a room ---


@pytest.fixture
def session() -> Iterator[Session]:
    opened = Session(CATALOG, [Course("baseline"), Course("baseline").changed(0, "mentor_hours", 1.0)], seed=2)
    yield opened
    opened.close()


def bands(session: Session) -> NDArray[np.float32]:
    """Those of A and B and of their difference, when all lives are there."""
    end = time.monotonic() + 120
    while int.from_bytes((packed := session.film()["bands"])[:4], "little") < REPLICATIONS:
        assert time.monotonic() < end
        time.sleep(0.05)
    return np.frombuffer(packed, "<f4", offset=16).reshape(3, 3, FIRST_HORIZON, len(SERIES))


def test_worlds_widen_the_band_and_differ_alike_in_a_and_b(session: Session) -> None:
    at = SERIES.index("supervision_mean_hbo")
    luck = bands(session)
    obey(session, {"ask": "band", "band": "worlds"}, HOST, answer=pytest.fail, more=pytest.fail)
    assert session.film()["bands"] == b"", "nobody reads the old band for the new one"
    over = bands(session)
    width = [(found[0, 2] - found[0, 1])[:, at].mean() for found in (luck, over)]
    assert width[1] > 2 * width[0]
    gap = over[2, :, :, at]
    assert (gap[1] <= gap[0]).all()
    assert (gap[0] <= gap[2]).all()
    assert (gap[2] - gap[1]).mean() < width[1], "world by world they differ less than worlds do"


def test_the_choice_is_kept_in_the_address_and_asked_by_the_host_only(session: Session) -> None:
    assert "band" not in session.address()
    told: list[Any] = []
    ask = {"ask": "band", "band": "worlds"}
    obey(session, ask, Visitor(), answer=told.append, more=told.append)
    assert (session.state()["band"], told) == ("luck", [{"say": "guest"}])
    obey(session, ask, HOST, answer=pytest.fail, more=pytest.fail)
    obey(session, {"ask": "band", "band": ["no", "such"]}, HOST, answer=pytest.fail, more=pytest.fail)
    address = session.address()
    assert (session.state()["band"], address["band"]) == ("worlds", "worlds")
    assert over_in(address["band"]) == "worlds"
    session.reset()
    assert session.state()["band"] == "worlds", "what was chosen goes for whatever comes next"


@pytest.mark.parametrize("text", ["", "stars", "WORLDS", "<b>" * 90])
def test_a_damaged_address_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputFaults) as refused:
        over_in(text)
    assert all(name in refused.value.text("nl") for name in OVER)
    assert len(refused.value.text("nl")) < 200


# --- a browser ---


@needs_browser
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_who_leads_chooses_and_all_read_what_the_band_is(visit: Callable[..., Visit], site: Site, lang: str) -> None:
    words, name = texts_in("nl" if lang == "nl" else "en"), f"band-{lang}"
    host = visit(site.address(name, a="baseline", b="merger", week="41", lang=lang))
    guest = visit(site.address(name, host=False, lang=lang), "phone")
    host.until(lambda facts: facts["replications"] == REPLICATIONS, 60)
    assert host.page.inner_text(".band-note") == words["band"].format(n=REPLICATIONS)
    host.page.get_by_label(words["band_over"]).select_option(label=words["over_worlds"])
    for here in (host, guest):
        here.page.wait_for_selector("[data-over=worlds]")
        here.until(lambda facts: facts["replications"] == REPLICATIONS, 60)
        assert here.page.inner_text(".band-note") == words["band_worlds"].format(n=REPLICATIONS)
        assert here.page.inner_text(".near-note").startswith("B: "), "only those of B are of another partnership"
        here.page.click(".worlds-note summary")
        assert "P6" in here.page.inner_text(".worlds-note p")
        assert here.page.get_attribute(".number.gap", "title") == words["interval_worlds"]
        violations = Axe().run(here.page).response["violations"]
        assert [(one["id"], [node["html"][:160] for node in one["nodes"]]) for one in violations] == []
    assert not guest.page.locator(".band-choice").is_visible()
    host.page.wait_for_function("location.search.includes('band=worlds')")
    host.page.get_by_label(words["band_over"]).select_option(label=words["over_luck"])
    host.page.wait_for_selector("[data-over=luck]")
    assert not host.page.locator(".worlds-note").is_visible()


@needs_browser
def test_an_address_brings_the_choice_back(visit: Callable[..., Visit], site: Site) -> None:
    here = visit(site.address("kept", a="growth-mbo", band="worlds", lang="en"))
    here.page.wait_for_selector("[data-over=worlds]")
    assert site.session("kept").state()["band"] == "worlds"


@needs_browser
def test_a_damaged_choice_opens_what_opens_without_and_says_so(visit: Callable[..., Visit], site: Site) -> None:
    here = visit(site.address("stars", a="growth-mbo", band="stars", lang="en"))
    assert "stars" in (here.page.text_content("dialog[open]") or "")
    assert site.session("stars").state()["band"] == "luck"


# --- worlds of one's own ---------------------------------------------------------------------------------------------


def test_a_file_of_ones_own_takes_the_place_of_what_ships(tmp_path: Path) -> None:
    """Bands are over its worlds, and what is said of them is said of it."""
    own = replace(shipped().about, measured=321)
    Worlds(own, shipped().table.iloc[::-1].reset_index(drop=True)).write(tmp_path / "own.parquet")
    scenario = Scenario.load("baseline")
    catalog = catalog_of(worlds=worlds_in(tmp_path / "own.parquet", scenario, "show"))
    course = Course("baseline")
    assert worlds_for(course, catalog, 3) != worlds_for(course, CATALOG, 3)
    assert "321" in setup(catalog, "en")["worlds"]["from"]["en"]
    page = document([Beginning(scenario)], "en", catalog.worlds)
    assert page["worlds"]["values"] != document([Beginning(scenario)], "en")["worlds"]["values"]


def test_a_file_of_another_partnership_or_with_few_worlds_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "few.parquet"
    Worlds(shipped().about, shipped().table.head(5)).write(file)
    for scenario, worlds, told in (
        ("baseline", file, "worlds that differ; allowed: plausible, or a file of 24 or more that differ"),
        ("full-capacity", file, "found worlds of baseline"),
        ("baseline", "prior", "found prior; allowed: plausible, or a file"),
        ("baseline", "none.parquet", "a .parquet file that samenspel worlds wrote"),
    ):
        with pytest.raises(InputFaults) as raised:
            worlds_in(worlds, Scenario.load(scenario), "show")
        assert told in raised.value.text("en")
