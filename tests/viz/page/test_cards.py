"""Cards: the page finds the facts that the server finds, and tells them as the model has it."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from samenspel.agents.students import Floor, Status
from samenspel.experiments.output.floors import NAMES
from samenspel.experiments.output.language import Language, enumerate_words
from samenspel.viz.room.cards import facts_of
from samenspel.viz.room.course import Course, catalog_of
from samenspel.viz.room.frames import decode
from samenspel.viz.room.lane import Lane
from samenspel.viz.room.seen import AWAY
from samenspel.viz.texts import texts_in
from tests.viz.page.running import given, in_node

SCRIPT = Path(__file__).with_name("cards.js")
CATALOG = catalog_of()
SCENARIOS = ("baseline", "growth-mbo", "growth-all")
WEEKS = (0, 3, 8, 41, 100)
NOBODY = (("student", 10**6), ("site", -1), ("site", 10**6), ("cluster", 10**6), ("__class__", 0))


def lane_of(course: str, weeks: int, seed: int = 1) -> Lane:
    return Lane(Course.read(course, CATALOG), CATALOG, seed, weeks)


def all_of(lane: Lane) -> Iterator[tuple[str, int]]:
    """Everything that can be clicked in a lane, students who have gone too."""
    here = lane.partnership
    yield from (("student", number) for number in range(len(keys_of(lane))))
    yield from (("site", row) for row in range(here.sites.size))
    yield from (("cluster", row) for row in range(here.communities.size))


def keys_of(lane: Lane) -> list[int]:
    numbers = {number for frame in lane.frames for number in decode(frame).student.tolist()}
    keys = [lane.identities.key_of(number) for number in range(len(numbers))]
    return [key for key in keys if key is not None]


@pytest.mark.slow
def test_the_page_finds_the_facts_that_the_server_finds(tmp_path: Path) -> None:
    asked = given(SCENARIOS, [], 0)
    wanted = []
    for scenario in SCENARIOS:
        for weeks in WEEKS:
            lane = lane_of(scenario, weeks)
            clicked = [*all_of(lane), *NOBODY[:-1]]
            wanted.append([facts_of(lane, kind, which) for kind, which in clicked])
            asked["lives"].append(
                {"land": scenario, "seed": 1, "weeks": weeks, "asked": clicked, "keys": list(map(str, keys_of(lane))),
                 "frames": [base64.b64encode(frame).decode() for frame in lane.frames]}
            )  # fmt: skip
    found = in_node("facts", asked, tmp_path, SCRIPT)
    for life, here, there in zip(asked["lives"], wanted, found, strict=True):
        for what, one, other in zip(life["asked"], here, there, strict=True):
            assert one == other, (life["land"], life["weeks"], what)
    assert sum(facts is not None for facts in wanted[-1]) > 300


def told(lane: Lane, asked: list[tuple[str, int]], lang: Language, folder: Path) -> list[dict[str, Any]]:
    """What cards say, lines by their names."""
    cards = [facts_of(lane, kind, which) for kind, which in asked]
    about = {"texts": texts_in(lang), "lang": lang, "land": lane.land(), "cards": cards}
    said: list[dict[str, Any]] = in_node("told", json.loads(json.dumps(about)), folder, SCRIPT)
    return [card | {"lines": dict(card["lines"])} for card in said]


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_cards_tell_what_the_model_holds(lang: Language, tmp_path: Path) -> None:
    lane = lane_of("growth-mbo~mentor_hours:0.5", 8)
    frame = decode(lane.frames[-1])
    low = int(np.argmin(np.where(frame.flags & AWAY, 255, frame.quality)))
    which, site = int(frame.student[low]), int(frame.site[low])
    facts = facts_of(lane, "student", which)
    assert facts is not None
    assert len(facts["over_time"]) == 8
    assert facts["over_time"][-1] == [8, frame.quality[low] / 255]
    student, school, cluster = told(lane, [("student", which), ("site", site), ("cluster", 0)], lang, tmp_path)
    name = str(lane.partnership.names("sites")[site])
    assert name in student["lines"].values()
    assert student["reasons"]
    assert not any("toereikend" in reason or "adequate." in reason for reason in student["reasons"])
    assert school["title"] == name
    assert cluster["title"] == lane.partnership.names("communities")[0]
    assert [facts_of(lane, kind, which) for kind, which in NOBODY] == [None] * len(NOBODY)


@pytest.mark.parametrize(
    ("lang", "short", "met", "first"),
    [("en", "Of late short of ", "At or above the floors of mentor time", " gives way"),
     ("nl", "De laatste tijd te weinig ", "Op of boven de ondergrenzen voor tijd", " knelt")],
)  # fmt: skip
def test_cards_tell_of_the_floors(lang: Language, short: str, met: str, first: str, tmp_path: Path) -> None:
    lane = lane_of("growth-mbo~mentor_hours:0.8", 8)
    s = lane.partnership.students.rows()
    inside = np.flatnonzero((s.status == Status.INSIDE) & s.placed)
    identity = lane.identities.of(s.key)
    row_of = dict(zip(s.shortfalls[inside].tolist(), inside.tolist(), strict=True))
    assert {0, Floor.TIME, Floor.TIME + Floor.QUALITY} <= row_of.keys()
    asked = [("student", int(identity[row])) for row in row_of.values()]
    thin = int(s.cluster[row_of[Floor.TIME]])
    *students, cluster = told(lane, [*asked, ("cluster", thin)], lang, tmp_path)
    for shortfalls, card in zip(row_of, students, strict=True):
        floors = enumerate_words([name.text(lang) for floor, name in NAMES.items() if shortfalls & floor], lang)
        assert card["reasons"][0].startswith(f"{short}{floors}." if shortfalls else met)
    assert first in cluster["reasons"][-1]


def test_a_card_tells_that_there_is_no_placement_this_week(tmp_path: Path) -> None:
    lane = lane_of("baseline", 3)
    frame = decode(lane.frames[-1])
    away = int(np.flatnonzero(frame.flags & AWAY)[0])
    which, at = int(frame.student[away]), int(frame.site[away])
    student, site = told(lane, [("student", which), ("site", at)], "nl", tmp_path)
    assert student["reasons"] == ["Deze week geen werkplek."]
    names = ("Begeleidingskwaliteit", "Uren gevraagd en gekregen", "Steun van medestudenten")
    assert {student["lines"][name] for name in names} == {"–"}
    facts = facts_of(lane, "student", which)
    assert facts is not None
    assert facts["over_time"] == []
    assert any(reason.startswith("Deze week geen werkplek: ") for reason in site["reasons"])
    (cluster,) = told(lane, [("cluster", 0)], "en", tmp_path)
    s = lane.partnership.students.rows()
    inside = (s.cluster == 0) & (s.status == Status.INSIDE)
    gone, members = np.count_nonzero(inside & ~s.placed), np.count_nonzero(inside)
    assert 0 < gone < members
    assert f"No placement this week: {gone} of {members} students." in cluster["reasons"]
    share = round(100 * float(np.mean(s.shortfalls[inside & s.placed] == 0)))
    assert f"{share}% are adequately supervised." in cluster["reasons"]


def test_a_click_gives_no_number_to_who_was_never_shown() -> None:
    lane = lane_of("baseline", 1)
    shown = len(keys_of(lane))
    assert facts_of(lane, "student", shown) is None
    assert lane.identities.key_of(shown) is None
