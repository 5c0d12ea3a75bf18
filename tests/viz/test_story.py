"""What the scenes say is so in what they show: every number named, and every claim about A and B."""

import re
from collections import Counter
from functools import cache

import numpy as np
import pytest

from samenspel.agents.students import Status
from samenspel.model import Partnership
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.viz.room.course import Course, catalog_of, run
from samenspel.viz.room.frames import Identities, decode, encode
from samenspel.viz.room.seen import MBO, MEETS
from samenspel.viz.room.story import SCENES, WEEKS_ASKED

CATALOG = catalog_of()
LUCK = (1, 2, 3)
AS_IT_IS, CLUSTERS, BOARDS, BESIDE, MIXED, TWICE = range(len(SCENES))
NUMBERS = {
    "two": 2, "twice": 2, "three": 3, "four": 4, "five": 5, "eight": 8, "fifteen": 15,
    "twee": 2, "drie": 3, "vier": 4, "vijf": 5, "acht": 8, "vijftien": 15,
}  # fmt: skip


@cache
def life(course: str, weeks: int = WEEKS_ASKED, luck: int = 1) -> Partnership:
    return run(Course.read(course, CATALOG), CATALOG, luck, weeks)


def lanes(scene: int, weeks: int = WEEKS_ASKED, luck: int = 1) -> list[Partnership]:
    return [life(course, weeks, luck) for course in SCENES[scene].courses]


def by_board(partnership: Partnership) -> Counter[int]:
    """How many clusters each board has."""
    return Counter(partnership.communities.column("board").tolist())


def named(*texts: str) -> list[int]:
    """All numbers in texts, in their order."""
    words = re.findall(r"\w+", " ".join(texts).lower())
    return [NUMBERS.get(word) or int(word) for word in words if word in NUMBERS or word.isdigit()]


def measured(scene: int) -> list[int]:
    """The numbers that a scene should name: of its text, and then of its question."""
    first, last = lanes(scene)
    years = WEEKS_ASKED // 40
    match scene:
        case 1:
            return [len(by_board(last) - by_board(first))]
        case 2:
            return [int(last.p.growth_boards), years]
        case 3:
            return [int(last.p.mbo_students_per_cluster)]
        case 4:
            return []
    times = first.p.students_per_cluster / CATALOG["baseline"].values["students_per_cluster"]
    return [int(times), int(first.p.mentor_hours), int(last.p.mentor_hours), round(100 * first.p.safe_share)]


@pytest.mark.parametrize("lang", ["nl", "en"])
@pytest.mark.parametrize("scene", range(1, len(SCENES)))
def test_the_numbers_of_a_scene_are_those_of_the_model(scene: int, lang: str) -> None:
    said = SCENES[scene]
    assert named(said.text.text(lang), said.question.text(lang)) == measured(scene)


@pytest.mark.parametrize("luck", LUCK)
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_first_scene_counts_what_is_there(luck: int, lang: str) -> None:
    boards, clusters, students, years = named(SCENES[AS_IT_IS].text.text(lang), SCENES[AS_IT_IS].question.text(lang))
    partnership = life("baseline", 1, luck)
    inside = np.count_nonzero(partnership.students.column("status") == Status.INSIDE)
    assert (len(by_board(partnership)), len(partnership.communities)) == (boards, clusters)
    assert inside == pytest.approx(students, rel=0.05), "about: some places stay empty, by luck more or fewer"
    assert years == WEEKS_ASKED // 40


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_guesses_are_about_the_weeks_that_are_run(lang: str) -> None:
    for scene in SCENES:
        assert WEEKS_ASKED // 40 in named(scene.guess.text(lang))


@pytest.mark.parametrize("luck", LUCK)
def test_boards_open_one_more_cluster_each_and_a_gets_none(luck: int) -> None:
    first, last = lanes(CLUSTERS, luck=luck)
    assert set((by_board(last) - by_board(first)).values()) == {1}
    assert by_board(first) == by_board(life("baseline", 1, luck))


@pytest.mark.parametrize("luck", LUCK)
def test_new_boards_come_in_b_only_with_mentors_of_little_training(luck: int) -> None:
    first, last = lanes(BOARDS, luck=luck)
    members = set(by_board(life("baseline", 1, luck)))
    assert set(by_board(first)) == members
    new = set(by_board(last)) - members
    assert 0 < len(new) <= last.p.growth_boards
    assert {board: count for board, count in by_board(last).items() if board in members} == by_board(
        life("baseline", 1, luck)
    )
    early = life(SCENES[BOARDS].courses[1], 41, luck)  # the first week of those that join first
    board = early.sites.column("board")[early.mentors.column("site")]
    trained = early.mentors.column("trained")
    joined = np.isin(board, list(set(by_board(early)) - members))
    assert trained[joined].mean() < 0.75 * trained[~joined].mean()


def contacts(course: str, weeks: int = 12) -> tuple[bool, bool]:
    """Whether mbo and hbo students meet in the same weeks, and whether they meet each other."""
    partnership, same, mixed = Partnership(Course.read(course, CATALOG).start(CATALOG), rng=1), True, False
    for _ in range(weeks):
        partnership.step()
        frame = decode(encode(partnership, Identities(), 1))
        mbo, meets = frame.flags & MBO > 0, frame.flags & MEETS > 0
        same &= bool(meets[mbo].any() == meets[~mbo].any())
        mixed |= bool((frame.contact[meets] > 0).any())
    return same, mixed


def test_mbo_comes_beside_hbo_and_then_among_it() -> None:
    assert (SCENES[BESIDE].courses[1], SCENES[MIXED].courses[1]) == (SCENES[MIXED].courses[0], "growth-mbo")
    assert contacts(SCENES[MIXED].courses[0]) == (True, False), "the same day, in groups of their own"
    assert contacts(SCENES[MIXED].courses[1]) == (True, True)
    without, beside = lanes(BESIDE)
    assert not np.nansum(without.recorded("students_mbo"))
    most = np.nanmax(beside.recorded("students_mbo"))
    assert 0.8 < most / (beside.p.mbo_students_per_cluster * len(beside.communities)) <= 1, "up to four"


@pytest.mark.parametrize("luck", LUCK)
def test_twice_as_many_students_are_in_the_same_schools(luck: int) -> None:
    now = life("baseline", 1, luck)
    for weeks in (1, WEEKS_ASKED):
        for lane in lanes(TWICE, weeks, luck):
            np.testing.assert_array_equal(lane.sites.column("cluster"), now.sites.column("cluster"))
    places = int(now.communities.column("places").sum())
    inside = [np.count_nonzero(one.students.column("status") == Status.INSIDE) for one in (now, *lanes(TWICE, 1, luck))]
    assert inside == pytest.approx([places, 2 * places, 2 * places], rel=0.05), "some places stay empty"
    first, last = (Course.read(course, CATALOG).start(CATALOG).values for course in SCENES[TWICE].courses)
    assert {name for name in PARAMETERS if first[name] != last[name]} == {"mentor_hours"}
    assert first["mentor_hours"] == now.p.mentor_hours, "keep"
    assert first["site_capacity"] == "soft", "take whoever comes"


def test_no_scene_says_that_anything_breaks() -> None:
    said = " ".join(
        text
        for scene in SCENES
        for both in (scene.title, scene.text, scene.question)
        for text in (both.text("nl"), both.text("en"))
    )
    assert not re.search(r"breekt|heel maakt|break|mend", said), "the product itself finds no break"
