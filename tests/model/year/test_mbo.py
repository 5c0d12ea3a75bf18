"""Mbo students: seats, sites, half years, contact anew, and whose hours they use (RULES 4.1, 4.6)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from samenspel.agents.mentors import MentorKind
from samenspel.agents.students import Exit, Programme, Status, Track
from samenspel.model import Partnership
from samenspel.model.luck.keys import SECOND_HALF
from tests.lives import GROWING, MIXED, after, copied, make, small_world

STILL = {f"with_{rule}": False for rule in ("dropout", "fatigue", "turnover", "evaluation", "leadership", "finance")}


def mbo_of(there: Partnership) -> np.ndarray[Any, Any]:
    return there.students.column("programme") >= Programme.CARE_3


def seats_of(there: Partnership) -> np.ndarray[Any, Any]:
    s = there.students.rows()
    return np.bincount(s.cluster[mbo_of(there)], minlength=len(there.communities))


# --- seats and sites -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seats", [1, 4, 12])
@pytest.mark.parametrize("capacity", ["hard", "soft"])
def test_every_seat_is_taken_or_counted_as_empty(seats: int, capacity: str) -> None:
    there = make(**MIXED | {"mbo_students_per_cluster": seats}, site_capacity=capacity)
    c, o, s = there.communities.rows(), there.sites.rows(), there.students.rows()
    np.testing.assert_array_equal(seats_of(there) + c.unplaced, seats * c.has_mbo)
    hosted = np.bincount(s.site[mbo_of(there)], minlength=o.key.size)
    assert (hosted[~o.recognised] == 0).all()
    assert capacity == "soft" or (hosted <= there.p.mbo_places_per_site).all()
    taking = np.zeros(len(c.key), np.bool_)
    taking[o.cluster[(o.cluster >= 0) & o.recognised]] = True
    np.testing.assert_array_equal(c.has_mbo, taking)
    empty = there.indicators  # read after a week
    there.step()
    outside = (s.status == Status.OUTSIDE) & ((s.programme != Programme.PARTTIME) | s.available)
    assert empty()["students_unplaced"].iloc[-1] == c.unplaced.sum() + np.count_nonzero(outside)


def test_seats_go_to_the_recognised_site_with_the_fewest() -> None:
    sites = [{"recognised": False}, {}, {"kind": "ikc", "care_mentors": 3}, {}]
    world = small_world(sites, **MIXED | {"mbo_students_per_cluster": 9, "mbo_assistant_share": 1.0})
    there = Partnership(world, rng=1)
    assert np.bincount(there.students.column("site")[mbo_of(there)], minlength=4).tolist() == [0, 3, 3, 3]


def test_pedagogical_work_is_at_an_ikc_until_it_is_full() -> None:
    sites = [{}, {"kind": "ikc", "care_mentors": 3}]
    values = MIXED | {"mbo_students_per_cluster": 9, "mbo_assistant_share": 0.0, "mbo_places_per_site": 4}
    there = Partnership(small_world(sites, **values), rng=1)
    assert there.students.column("site")[mbo_of(there)].tolist() == [1] * 4
    assert there.communities[0].unplaced == 5
    kind = there.mentors.column("kind")[there.students.column("mentor")[mbo_of(there)]]
    assert (kind == MentorKind.CARE).all()


@pytest.mark.parametrize(
    ("sites", "rule", "expected"),
    [
        ([{}, {}], "assistants", {Programme.ASSISTANT}),
        ([{}, {}], "none", set()),
        ([{"recognised": False}, {"recognised": False, "kind": "ikc"}], "assistants", set()),
        ([{}, {"recognised": False, "kind": "ikc"}], "assistants", {Programme.ASSISTANT}),
        ([{}, {"recognised": False, "kind": "ikc"}], "none", set()),
        ([{}, {"kind": "ikc"}], "none", {Programme.ASSISTANT, Programme.CARE_3, Programme.CARE_4}),
    ],
)
def test_which_mbo_students_a_cluster_takes(sites: list[dict[str, Any]], rule: str, expected: set[Programme]) -> None:
    sites = [site | ({"care_mentors": 3} if site.get("kind") else {}) for site in sites]
    values = MIXED | {"mbo_students_per_cluster": 40, "mbo_places_per_site": 20, "mbo_without_ikc": rule}
    there = Partnership(small_world(sites, **values), rng=1)
    assert {Programme(n) for n in there.students.column("programme")[mbo_of(there)]} == expected
    assert there.communities[0].has_mbo == bool(expected)
    assert there.trainers.column("present").tolist() == [True, True, bool(expected), bool(expected)]


@pytest.mark.parametrize("share", [0.1, 0.2, 0.5, 0.6, 1.0])
def test_the_first_share_of_clusters_takes_mbo_students(share: float) -> None:
    there = make(**MIXED, mbo_clusters_share=share)
    all_of_them = make(**MIXED).communities.column("has_mbo")
    first = np.arange(15) < math.ceil(share * 15 - 1e-9)
    np.testing.assert_array_equal(there.communities.column("has_mbo"), all_of_them & first)


def test_mbo_students_come_from_their_start_year_on() -> None:
    there = make(**MIXED, mbo_start_year=3)
    for week in range(1, 83):
        there.step()
        assert (there.indicators()["students_mbo"].iloc[-1] > 0) == (week > 80), week


def test_new_clusters_take_mbo_students_too() -> None:
    there = make(**MIXED, **GROWING, board_agrees=1.0, site_agrees=1.0, trainer_found=1.0, with_leadership=False)
    there.run(weeks=41)
    c, o = there.communities.rows(), there.sites.rows()
    new = c.opened == 1
    with_one = np.unique(o.cluster[(o.cluster >= 0) & o.recognised])
    assert new.sum() == 8
    assert (c.has_mbo[new] == np.isin(np.flatnonzero(new), with_one)).all()
    assert seats_of(there)[new].sum() > 0


def test_who_they_are_is_by_their_chances() -> None:
    programmes, bbl, half, years = [], [], [], []
    for seed in range(20):
        seats = {"mbo_students_per_cluster": 12, "mbo_places_per_site": 8}
        there = make(seed, **MIXED | seats, site_capacity="soft", form_start="new")
        s = there.students.rows()
        ikc = np.bincount(
            there.sites.column("cluster").clip(min=0), there.sites.column("ikc") & there.sites.column("recognised")
        )
        mbo = mbo_of(there) & (ikc[s.cluster] > 0)
        programmes += s.programme[mbo].tolist()
        bbl += (s.track[mbo] == Track.BBL).tolist()
        half += s.half_year[mbo].tolist()
        years += s.year[mbo].tolist()
    p, n = there.p, len(programmes)
    shares = {
        Programme.ASSISTANT: p.mbo_assistant_share,
        Programme.CARE_3: p.mbo_level3_share,
        Programme.CARE_4: 1 - p.mbo_assistant_share - p.mbo_level3_share,
    }
    for programme, share in shares.items():
        assert stats.binomtest(programmes.count(programme), n, share).pvalue > 1e-6
    assert stats.binomtest(sum(bbl), n, p.mbo_bbl_share).pvalue > 1e-6
    assert stats.binomtest(sum(half), n, p.mbo_half_year_share).pvalue > 1e-6
    assert stats.chisquare([years.count(year) for year in (1, 2, 3)]).pvalue > 1e-6


# --- over the year ---------------------------------------------------------------------------------------------------


def test_in_the_middle_of_the_year_others_take_the_half_year_seats() -> None:
    there = make(**MIXED, **STILL)
    there.run(weeks=19)
    s = there.students.rows()
    before = copied(s)
    entered, half = there.state.entered, np.flatnonzero(s.half_year & mbo_of(there))
    assert half.size > 5
    there.step()
    s = there.students.rows()
    np.testing.assert_array_equal(np.flatnonzero(s.key != before.key), half)
    for name in ("programme", "track", "year", "site", "cluster", "mentor", "part", "partnership"):
        np.testing.assert_array_equal(getattr(s, name)[half], getattr(before, name)[half], err_msg=name)
    assert (s.key[half] & 255).tolist() == ((before.key[half] & 255) + SECOND_HALF).tolist()
    assert (s.key[half] >> 40 & 0xFFFF == 1).all()
    assert not s.half_year[half].any()
    assert (s.home_x[half] != before.home_x[half]).all()
    assert not s.contacts[half].any()
    at = s.site[half]
    away = np.hypot(s.home_x[half] - there.sites.column("x")[at], s.home_y[half] - there.sites.column("y")[at])
    np.testing.assert_allclose(s.travel[half], away)
    assert there.state.entered - entered == there.state.departed[Exit.ENDED] == half.size
    there.run(weeks=20)
    assert there.state.departed.sum() == half.size


def test_half_year_changes_start_the_contact_of_hbo_members_anew_in_part() -> None:
    values = MIXED | STILL | {"mbo_places_per_site": 8, "mbo_half_year_share": 0.4, "meeting_interval": 1}
    there, whole_year = make(**values), make(**values)
    whole_year.students.set("half_year", False)
    for one in (there, whole_year):
        one.run(weeks=19)
    s = there.students.rows()
    mbo, half = mbo_of(there), s.half_year.copy()
    kept = 1 - np.bincount(s.cluster[mbo & half], minlength=15) / np.maximum(
        1, np.bincount(s.cluster[mbo], minlength=15)
    )
    for one in (there, whole_year):
        one.step()
    s, other = there.students.rows(), whole_year.students.rows()
    member = ~mbo & (s.status == Status.INSIDE) & (s.year <= 3)
    assert (other.contacts[member] > 0).any()
    np.testing.assert_allclose(s.contacts[member], other.contacts[member] * kept[s.cluster[member]], rtol=1e-12)
    stays = mbo & ~half
    np.testing.assert_array_equal(s.contacts[stays], other.contacts[stays])


def test_contact_goes_on_where_mbo_students_stay_apart() -> None:
    there = make(**MIXED | {"mbo_mix": "none"}, **STILL)
    there.students.set("contacts", 3.0)
    there.run(weeks=20)
    assert set(there.students.column("contacts")[~mbo_of(there)]) == {3.0}


def test_the_years_of_an_mbo_programme() -> None:
    there = make(**MIXED, **STILL, mbo_years=2, mbo_return_share=0.8)
    there.run(weeks=40)
    students = [(student, student.year, student.key) for student in there.students if student.programme >= 4]
    assert {year for _, year, _ in students} == {1, 2}
    before = there.state.departed.copy()
    there.step()
    assert all(student.row is None for student, year, _ in students if year == 2)
    returned = [student for student, year, _ in students if year == 1 and student.row is not None]
    assert all(student.year == 2 for student in returned)
    left = there.state.departed - before
    assert left[Exit.GRADUATED] >= sum(year == 2 for _, year, _ in students)
    first = sum(year == 1 for _, year, _ in students)
    assert left[Exit.ENDED] == first - len(returned)
    assert stats.binomtest(len(returned), first, 0.8).pvalue > 1e-6


def test_who_stays_keeps_site_and_programme_and_empty_seats_are_filled() -> None:
    there = make(**MIXED, mbo_return_share=0.8)
    there.run(weeks=40)
    known = {s.key: (s.site, s.programme, s.track) for s in there.students if s.programme >= 4}
    there.step()
    stayed = [s for s in there.students if s.key in known and s.programme >= 4]
    assert len(stayed) > 5
    assert all((s.site, s.programme, s.track) == known[s.key] for s in stayed)
    c = there.communities.rows()
    np.testing.assert_array_equal(seats_of(there) + c.unplaced, 4 * c.has_mbo)


# --- whose hours -----------------------------------------------------------------------------------------------------

HAND = {
    "mentor_hours": 2.0, "care_mentor_hours": 1.5, "need_per_day": 1.0, "need_per_day_mbo": 0.5, "days_year_1": 1.0,
    "days_bol": 1.5, "mbo_bbl_share": 0.0, "mbo_half_year_share": 0.0, "with_peer_learning": False, "mbo_mix": "none",
    "external_students_per_site": 0,
}  # fmt: skip


def with_mbo(count: int, assistants: float) -> Partnership:
    """One teacher and one care mentor at an IKC, two hbo students of an hour each, and mbo students."""
    site = {"kind": "ikc", "mentors": 1, "care_mentors": 1}
    values = STILL | HAND | {"mbo_students_per_cluster": count, "mbo_assistant_share": assistants}
    there = Partnership(small_world([site], {("fulltime", 1): 2}, hbo_demand=2, **values), rng=1)
    there.step()
    return there


def hbo_support(there: Partnership) -> list[float]:
    return there.students.column("support")[~mbo_of(there)].tolist()


def test_assistants_use_the_hours_of_teachers() -> None:
    assert hbo_support(with_mbo(0, 1.0)) == [1.0, 1.0]
    assert with_mbo(0, 1.0).mentors[0].load == pytest.approx(1.0)
    for count in (1, 2, 4):
        there = with_mbo(count, 1.0)
        asked = 2 * 1.0 + count * 0.5 * 1.5
        assert there.mentors[0].load == pytest.approx(asked / 2.0)
        assert hbo_support(there) == pytest.approx([2.0 / asked] * 2)
        assert there.students.column("support")[mbo_of(there)].tolist() == pytest.approx([2.0 / asked] * count)
        assert there.mentors[1].students == 0


def test_pedagogical_work_leaves_teachers_their_hours() -> None:
    for count in (1, 4):
        there = with_mbo(count, 0.0)
        assert hbo_support(there) == [1.0, 1.0]
        assert there.mentors[1].load == pytest.approx(count * 0.5 * 1.5 / 1.5)


def test_displacement_in_the_whole_partnership() -> None:
    shared = STILL | {"with_peer_learning": False, "mbo_half_year_share": 0.2, "with_assessment": False}
    without, there = after(years=1, **shared), after(years=1, **shared, **MIXED, mbo_assistant_share=0.6)
    assert there.last_year()["students_inside"] == without.last_year()["students_inside"]
    assert there.last_year()["supervision_mean_hbo"] < without.last_year()["supervision_mean_hbo"]
    teachers = there.mentors.column("kind") == MentorKind.TEACHER
    more = there.mentors.column("hours_asked")[teachers].sum() - without.mentors.column("hours_asked")[teachers].sum()
    s = there.students.rows()
    by_assistants = s.hours_asked[(s.programme == Programme.ASSISTANT) & (s.mentor >= 0)].sum()
    assert more == pytest.approx(by_assistants)
    assert by_assistants > 0
