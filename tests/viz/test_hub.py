"""Sessions: lockstep, changes on the way, what late joiners see, who may steer, votes, and faults of the model."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from samenspel.experiments.study.seeds import seeds_besides
from samenspel.model import Partnership
from samenspel.model.input.faults import InputFaults
from samenspel.viz.room.course import Course, catalog_of
from samenspel.viz.room.ensemble import REPLICATIONS
from samenspel.viz.room.frames import SERIES, decode
from samenspel.viz.room.hub import Hub
from samenspel.viz.room.lane import Lane
from samenspel.viz.room.session import FIRST_HORIZON, Session
from samenspel.viz.room.story import MOST_VOTERS, SCENES, Story
from samenspel.viz.room.visitor import Visitor
from samenspel.viz.steering import HOST_ONLY, QUESTIONS, obey

CATALOG = catalog_of()


@pytest.fixture
def open_session() -> Iterator[Callable[..., Session]]:
    opened: list[Session] = []

    def open_one(*texts: str, seed: int = 1) -> Session:
        courses = [Course.read(text, CATALOG) for text in texts or ("baseline",)]
        opened.append(Session(CATALOG, courses, seed))
        return opened[-1]

    yield open_one
    for session in opened:
        session.close()


class Browser:
    """Remembers the newest news of every kind."""

    def __init__(self) -> None:
        self.news: dict[str, Any] = {}
        self.frames = 0

    def __call__(self, news: dict[str, Any]) -> None:
        self.news |= news
        self.frames += "frame" in news


def until(true: Callable[[], Any], seconds: float = 20) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def frames_of(news: dict[str, Any]) -> list[Any]:
    data, found = news["frame"], []
    while data:
        length = int.from_bytes(data[:4], "little")
        found.append(decode(data[4 : 4 + length]))
        data = data[4 + length + -length % 4 :]
    return found


def test_two_lanes_live_in_lockstep_on_the_same_luck(open_session: Callable[..., Session]) -> None:
    session, browser = open_session("baseline", "growth-mbo", seed=4), Browser()
    session.watch(browser)
    for _ in range(3):
        session.step()
    until(lambda: "frame" in browser.news and frames_of(browser.news)[0].week == 3)
    frames = frames_of(browser.news)
    assert [frame.week for frame in frames] == [3, 3]
    for frame, name in zip(frames, ("baseline", "growth-mbo"), strict=True):
        partnership = Partnership(CATALOG[name], rng=4)
        partnership.run(weeks=3)
        wanted = partnership.indicators()[list(SERIES)].to_numpy(np.float32)[-1]
        np.testing.assert_array_equal(frame.series, wanted)


def test_it_plays_pauses_and_ends_at_the_horizon(open_session: Callable[..., Session]) -> None:
    session = open_session()
    session.set_rate(16)
    session.play()
    until(lambda: session.week >= 3)
    session.pause()
    week = session.week
    time.sleep(0.2)
    assert session.week == week
    for _ in range(6):
        session.jump()
    assert session.week == FIRST_HORIZON
    assert not session.playing
    session.play()
    assert session.horizon == 2 * FIRST_HORIZON


def test_jump_goes_to_the_end_of_the_year(open_session: Callable[..., Session]) -> None:
    session = open_session()
    session.step()
    session.jump()
    assert session.week == 40
    session.jump()
    assert session.week == 80


def test_a_change_holds_from_next_week_on_and_reset_forgets_it(open_session: Callable[..., Session]) -> None:
    session = open_session("baseline~subgroup_size:6")
    session.step()
    session.change(0, "mentor_hours", 0.5)
    session.change(0, "cross_year", False)
    assert session.courses[0].text() == "baseline~subgroup_size:6~mentor_hours:0.5@1~cross_year:false@1"
    before = decode(session.lanes[0].frames[-1]).load
    session.step()
    assert decode(session.lanes[0].frames[-1]).load.sum() > before.sum()
    session.reset()
    assert (session.week, session.courses[0].text()) == (0, "baseline~subgroup_size:6")
    fresh = Lane(session.courses[0], CATALOG, 1)
    assert session.lanes[0].frames == fresh.frames


@pytest.mark.parametrize(
    ("name", "value"),
    [("mentor_hours", 99), ("mentor_hours", "x"), ("beyond_range", True), ("form_start", "new"), (7, 7)],
)
def test_a_wrong_change_is_refused_and_changes_nothing(
    open_session: Callable[..., Session], name: Any, value: Any
) -> None:
    session = open_session()
    session.step()
    with pytest.raises(InputFaults):
        session.change(0, name, value)
    assert session.courses == (Course("baseline"),)


def test_a_late_joiner_gets_everything(open_session: Callable[..., Session]) -> None:
    session, browser = open_session("baseline", "growth-clusters"), Browser()
    session.jump()
    session.step()
    session.watch(browser)
    until(lambda: browser.news)
    assert set(browser.news) == {"land", "history", "frame", "bands", "state"}
    rows = np.frombuffer(browser.news["history"], "<f4").reshape(2, 41, len(SERIES))
    table = session.record()
    for lane, letter in enumerate("AB"):
        wanted = table[table["lane"] == letter][list(SERIES)].to_numpy(np.float32)
        np.testing.assert_array_equal(rows[lane], wanted)
    json.dumps(browser.news["state"], allow_nan=False)
    json.dumps(browser.news["land"], allow_nan=False)


def test_the_map_learns_of_a_cluster_that_opens(open_session: Callable[..., Session]) -> None:
    session, browser = open_session("growth-clusters"), Browser()
    session.watch(browser)
    until(lambda: browser.news)
    founded = len(browser.news["land"][0]["clusters"])
    session.jump()
    session.step()
    until(lambda: len(browser.news["land"][0]["clusters"]) > founded)
    assert browser.news["land"][0]["structure"] == frames_of(browser.news)[0].structure


def test_the_address_brings_the_scene_back(open_session: Callable[..., Session]) -> None:
    session = open_session("baseline", "growth-mbo", seed=9)
    session.jump()
    session.change(1, "mentor_hours", 1.2)
    session.step()
    address = session.address()
    other = open_session()
    other.restore([Course.read(address[x], CATALOG) for x in "ab"], int(address["seed"]), int(address["week"]))
    assert other.address() == address
    assert [lane.frames for lane in other.lanes] == [lane.frames for lane in session.lanes]
    week = other.week
    other.restore(other.courses, 9, 0)
    assert other.week == week, "who reloads the page does not set the others back"


def test_bands_come_with_replications_and_a_paired_difference(open_session: Callable[..., Session]) -> None:
    session, browser = open_session("baseline", "baseline"), Browser()
    session.watch(browser)

    def replications() -> int:
        return int.from_bytes(browser.news.get("bands", b"")[:4], "little")

    until(lambda: replications() >= 20, 60)
    head = np.frombuffer(browser.news["bands"], "<u4", 4)
    assert head.tolist() == [24, 2, FIRST_HORIZON, len(SERIES)]
    values = np.frombuffer(browser.news["bands"], "<f4", offset=16).reshape(3, 3, FIRST_HORIZON, len(SERIES))
    share = values[0, :, :, 0]
    assert (share[1] < share[2]).all()
    np.testing.assert_array_equal(values[0], values[1])
    assert np.nanmax(np.abs(values[2])) == 0, "the same course on the same luck does not differ"


def test_a_slow_browser_holds_nobody_up(open_session: Callable[..., Session]) -> None:
    session, quick = open_session(), Browser()
    stuck = threading.Event()
    slow = session.watch(lambda _: stuck.wait(20) and None)
    session.watch(quick)
    start = time.monotonic()
    for _ in range(20):
        session.step()
    until(lambda: "frame" in quick.news and frames_of(quick.news)[0].week == 20)
    assert time.monotonic() - start < 10
    stuck.set()
    session.leave(slow)
    assert session.watched == 1


# --- roles ---


def asked(session: Session, message: object, *, host: bool) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = []
    obey(session, message, Visitor(hosts=lambda: host), answer=answers.append, more=answers.append)
    return answers


@pytest.mark.parametrize("what", sorted(HOST_ONLY | QUESTIONS))
def test_a_guest_cannot_steer(open_session: Callable[..., Session], what: str) -> None:
    session = open_session()
    session.story.go(0)
    before = (session.address(), session.playing, session.rate, session.story.summary(session.week))
    message = {"ask": what, "rate": 8, "lane": 0, "course": "growth-mbo", "name": "mentor_hours", "value": 1.0,
               "seed": 5, "scene": 3, "phase": "vote", "host": True}  # fmt: skip
    assert asked(session, message, host=False) == [{"say": "guest"}]
    assert (session.address(), session.playing, session.rate, session.story.summary(session.week)) == before


@pytest.mark.parametrize(
    "message",
    [
        None, [], "play", 7, {}, {"ask": None}, {"ask": ["play"]}, {"ask": "obey"}, {"ask": "rate", "rate": 1e9},
        {"ask": "rate", "rate": "<script>"}, {"ask": "choose", "lane": 7, "course": "baseline"},
        {"ask": "choose", "lane": 0, "course": {"a": 1}}, {"ask": "reseed", "seed": -1}, {"ask": "scene", "scene": "x"},
        {"ask": "phase", "phase": "outcome"},
        {"ask": "phase", "phase": {"a": 1}}, {"ask": "card", "lane": 9, "kind": "student", "which": -1},
        {"ask": "card", "kind": "site", "which": 10**9}, {"ask": "card", "kind": "__class__", "which": 0},
        {"ask": "card", "kind": "cluster", "which": "0"}, {"ask": "vote", "voter": {}, "choice": []},
    ],
)  # fmt: skip
def test_nonsense_is_left_alone(open_session: Callable[..., Session], message: object) -> None:
    session = open_session()
    before = session.address()
    asked(session, message, host=True)
    assert session.address() == before
    assert session.error is None


def test_what_the_host_asks_wrongly_is_explained_in_the_hosts_language(open_session: Callable[..., Session]) -> None:
    session = open_session()
    nl, en = (
        asked(session, {"ask": "change", "lane": 0, "name": "mentor_hours", "value": 99, "lang": lang}, host=True)
        for lang in ("nl", "en")
    )
    assert "toegestaan" in nl[0]["text"]
    assert "allowed" in en[0]["text"]


# --- votes ---


def test_votes_are_counted_once_a_voter_and_say_nothing_about_voters() -> None:
    story = Story()
    assert not story.vote("a", 0, 50), "no question is open"
    story.go(0)
    assert not story.vote("a", 0, 50)
    assert story.ask("vote")
    assert story.vote("a", 0, 50)
    assert story.vote("a", 2, 70.5)
    assert story.vote("b", 2, None)
    told = {"scene": 0, "weeks": 200, "voters": 2}
    assert story.summary(0) == {**told, "phase": "vote", "counts": [], "guesses": []}, "while the room still votes"
    assert story.ask("run")
    assert story.summary(0) == {**told, "phase": "run", "counts": [0, 0, 2], "guesses": [70.5]}
    assert not story.vote("c", 0, 50), "the vote is closed"
    assert not story.ask("vote")


@pytest.mark.parametrize("guess", [-1, 101, float("nan"), float("inf"), "50", [], True, 10**400])
def test_an_impossible_guess_does_not_count(guess: object) -> None:
    story = Story(scene=0, asked="vote")
    assert story.vote("a", 1, guess)
    assert story.ask("run")
    assert story.summary(0)["guesses"] == []


def test_the_ballot_box_has_a_bottom() -> None:
    story = Story(scene=0, asked="vote")
    for name in ("", "x" * 41, 7, None):
        assert not story.vote(name, 0, 1)
    for choice in (-1, 3, "0", 0.0, True, None):
        assert not story.vote("a", choice, 1)
    for number in range(MOST_VOTERS):
        assert story.vote(str(number), 0, 1)
    assert not story.vote("one more", 0, 1)
    assert story.vote("7", 1, 1), "who voted may still change it"


def test_the_six_scenes_run_from_first_to_last(
    open_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samenspel.viz.room.session.FIRST_HORIZON", 40)
    session = open_session()
    assert len(SCENES) == 6
    for number, scene in enumerate(SCENES):
        session.scene(number)
        assert len(session.lanes) == len(scene.courses)
        session.phase("vote")
        assert session.vote("someone", 1, 80)
        session.set_rate(1)
        session.phase("run")
        session.jump()
        state = session.state()
        assert state["week"] == 40
        assert state["story"]["phase"] == "outcome"
        assert state["story"]["counts"][1] == 1
        assert state["error"] is None
    session.scene(6)
    assert session.story.scene == -1


# --- faults of the model ---


def test_a_fault_of_the_model_stops_the_run_with_its_cause(
    open_session: Callable[..., Session], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_session(seed=77)
    session.step()

    def broken(*_: Any) -> None:
        raise ZeroDivisionError("planted <b>fault</b>")

    monkeypatch.setattr("samenspel.model.memory.live", broken)
    session.play()
    until(lambda: session.error is not None)
    assert session.error is not None
    assert not session.playing
    assert "planted" in session.error["cause"]
    assert (session.error["scenario"], session.error["week"]) == ("baseline", "1")
    assert int(session.error["seed"]) in {77, *seeds_besides(77, REPLICATIONS)}, (
        "the run's own, or that of the replication that failed"
    )
    monkeypatch.undo()
    session.reset()
    assert session.error is None
    session.step()
    assert session.week == 1


# --- the hub ---


def test_sessions_are_apart_and_the_longest_unwatched_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("samenspel.viz.room.hub.MOST_SESSIONS", 3)
    hub = Hub(CATALOG, Course("baseline"))
    try:
        assert hub.session("a", may_open=False) is None
        one, two = hub.session("a", may_open=True), hub.session("b", may_open=True)
        assert one is not None
        assert two is not None
        one.step()
        assert (one.week, two.week) == (1, 0)
        assert hub.session("a", may_open=False) is one
        one.watch(Browser())
        for number in range(4):
            assert hub.session(f"s{number}", may_open=True) is not None
        assert hub.session("a", may_open=False) is one, "somebody watches it"
        assert hub.session("b", may_open=False) is None
    finally:
        hub.close()
