"""Votes: one a browser, from a whole class at once, and none that a script makes up."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from samenspel.viz.doors import Cookies
from samenspel.viz.keys import HostKey
from samenspel.viz.room.course import Course, catalog_of
from samenspel.viz.room.session import Session
from samenspel.viz.room.visitor import Crowd, Pace, Visitor
from samenspel.viz.steering import obey
from tests.viz.browser import Site, Visit, needs_browser

pytest_plugins = ("tests.viz.fixtures",)

MANY = """() => { const s = document.querySelector('.samenspel').stage;
    for (let i = 0; i < 500; i++) s.send({ask: 'vote', voter: `v${i}`, choice: i % 3, guess: i % 100}) }"""


def choices(session: Session) -> list[int]:
    """What was voted, whoever did; the view keeps it to itself until the vote is closed."""
    return sorted(choice for choice, _ in session.story.votes.values())


def ballot(page: Page, option: int) -> None:
    page.click(f"[role=radio] >> nth={option}")
    page.click("form button[type=submit]")


@needs_browser
@pytest.mark.slow
def test_one_browser_is_one_vote_in_however_many_tabs_and_messages(visit: Callable[..., Visit], site: Site) -> None:
    session = site.session("votes")
    session.scene(0)
    session.phase("vote")
    guest = visit(site.address("votes", host=False), "phone").page
    guest.evaluate(MANY)
    guest.wait_for_timeout(2500)
    assert len(session.story.votes) == 1
    browser = guest.context
    guest.close()  # so that none of its messages comes after the next vote
    tab = browser.new_page()
    tab.wait_for_timeout(2000)
    tab.goto(site.address("votes", host=False))
    ballot(tab, 2)
    tab.wait_for_selector("form [role=status]")
    assert choices(session) == [2], "a second tab changes the same vote"
    other = visit(site.address("votes", host=False), "phone").page
    ballot(other, 0)
    other.wait_for_selector("form [role=status]")
    assert choices(session) == [0, 2]


@pytest.fixture
def voting() -> Iterator[Session]:
    session = Session(catalog_of(), [Course("baseline")])
    session.scene(0)
    session.phase("vote")
    yield session
    session.close()


def votes(session: Session, visitor: Visitor, choice: int = 0) -> bool:
    answers: list[dict[str, Any]] = []
    obey(session, {"ask": "vote", "choice": choice}, visitor, answer=answers.append, more=answers.append)
    return bool(answers) and bool(answers[0]["counted"])


def test_a_class_behind_one_address_votes_at_once_and_a_script_does_not_win(voting: Session) -> None:
    phones = [Visitor(voter=f"phone {number}", address="192.0.2.1") for number in range(30)]
    assert all(votes(voting, phone) for phone in phones)
    assert all(votes(voting, phone, 1) for phone in phones), "everybody may change a vote"
    script = [votes(voting, Visitor(voter=f"script {number}", address="192.0.2.1")) for number in range(500)]
    assert sum(script) <= 15
    assert votes(voting, Visitor(voter="a phone", address="192.0.2.2")), "other addresses do not suffer"
    assert not votes(voting, Visitor(voter="", address="192.0.2.2")), "a browser that we do not know"


def test_a_larger_room_behind_one_address_gets_in_within_a_minute_or_two() -> None:
    now = [0.0]
    crowd = Crowd(clock=lambda: now[0])
    waiting = 120
    while waiting:
        waiting -= crowd.admits("192.0.2.1")
        now[0] += 0.25
    assert now[0] < 120


def test_a_guest_is_heard_at_a_pace() -> None:
    now = [0.0]
    pace = Pace(20, 5, clock=lambda: now[0])
    assert sum(pace.allows() for _ in range(500)) == 20
    now[0] = 2.0
    assert sum(pace.allows() for _ in range(500)) == 10


def test_only_cookies_that_we_made_name_a_voter() -> None:
    cookies, others = Cookies(1, HostKey("")), Cookies(1, HostKey(""))
    value = cookies.new_voter()
    assert cookies.voter_of({cookies.voter: value}) == value.split(".")[0]
    for wrong in ("", ".", "a", "a.b", others.new_voter(), value[:-1], "\xff.\xff"):
        assert cookies.voter_of({cookies.voter: wrong}) == ""
    assert cookies.voter_of({}) == ""
