"""Placement: places dealt, students assigned at least cost, parts (RULES 4.3.10, 4.5, 4.8)."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from samenspel.agents.columns import resize
from samenspel.agents.mentors import Role
from samenspel.agents.organisations import LearningCommunity, Site
from samenspel.agents.students import Programme, Status
from samenspel.model import Partnership
from samenspel.model.luck.draws import Stream
from samenspel.model.year.placement import deal, deal_places, nobody_expected, place_hbo, split_communities
from tests.lives import after, apply, by_key, make, rows_of, small_world, with_mentors
from tests.strategies import examples

HBO = (Programme.FULLTIME, Programme.PARTTIME, Programme.ACADEMIC)


def a_case(sites: list[dict[str, Any]], students: list[dict[str, Any]], **values: Any) -> Partnership:
    """Sites with places, and students somewhere, before they are placed anew.

    A site has `places`, `x`, `y`, `public`, `ikc`; a student any state.
    """
    scenario = small_world([{"mentors": 30} for _ in sites], {("fulltime", 1): max(1, len(students))}, **values)
    there = Partnership(scenario, rng=1)
    resize(there.students.rows(), len(students))
    s, o = there.students.columns, there.sites.columns
    o["hbo_places"][:] = 0
    for row, site in enumerate(sites):
        for name, value in site.items():
            o["hbo_places" if name == "places" else name][row] = value
    for name in ("status", "site", "cluster", "mentor"):
        s[name][: len(students)] = Status.OUTSIDE if name == "status" else -1
    for name in ("home_x", "home_y", "travel", "wish", "wish_met"):
        s[name][: len(students)] = 0
    s["available"][: len(students)] = True
    for row, student in enumerate(students):
        for name, value in student.items():
            s[name][row] = value
        if student.get("site", -1) >= 0:
            s["status"][row], s["cluster"][row] = Status.INSIDE, 0
    return there


def luck_of(there: Partnership) -> list[float]:
    return there.draws.uniform(Stream.ADMISSION, there.students.column("key"), 0).tolist()


def where(there: Partnership) -> list[int]:
    return there.students.column("site").tolist()


# --- least cost ------------------------------------------------------------------------------------------------------


def chosen_by_hand(there: Partnership) -> tuple[list[int], list[int], list[int]]:
    """Who keeps a place, who gets one by assignment, and the seats for them: RULES 4.5.1 and 4.5.2 once more."""
    students, sites = list(there.students), list(there.sites)
    luck = luck_of(there)
    homeless, brings = [], []
    for site in sites:
        here = sorted((i for i, s in enumerate(students) if s.site == site.row), key=lambda i: luck[i])
        homeless += here[site.hbo_places :]
        kept = here[: site.hbo_places]
        brings += [
            i for i in kept
            if students[i].wish and not students[i].wish_met and students[i].year <= 3 and not site.public
        ]  # fmt: skip
    keepers = [i for i, s in enumerate(students) if s.status == Status.INSIDE and i not in homeless and i not in brings]
    seats = []
    for site in sites:
        seats += [site.row] * (site.hbo_places - sum(students[i].site == site.row for i in keepers))
    free = len(seats) - len(homeless) - len(brings)
    if free < 0:
        homeless = sorted(homeless, key=lambda i: luck[i])[:free]
    outside = [
        i for i, s in enumerate(students)
        if s.status == Status.OUTSIDE and (s.available or s.programme != Programme.PARTTIME)
    ]  # fmt: skip
    outside.sort(key=lambda i: (students[i].programme != Programme.PARTTIME, luck[i]))
    return keepers, homeless + brings + outside[: max(0, free)], seats


def cost_of(there: Partnership, i: int, seat: int) -> float:
    student, site = there.students[i], there.sites[seat]
    cost = math.hypot(student.home_x - site.x, student.home_y - site.y)
    if student.wish and not student.wish_met and student.year <= 3 and not site.public:
        cost += there.p.wish_travel
    return cost - there.p.move_travel * (student.site == seat)


km = st.integers(-12, 12)
small_sites = st.lists(
    st.fixed_dictionaries({"places": st.integers(0, 2), "x": km, "y": km, "public": st.booleans()}),
    min_size=2, max_size=4,
)  # fmt: skip
small_students = st.lists(
    st.fixed_dictionaries(
        {
            "home_x": km, "home_y": km, "wish": st.booleans(), "wish_met": st.booleans(), "available": st.booleans(),
            "year": st.integers(1, 4), "programme": st.sampled_from(HBO), "site": st.integers(-1, 3),
        }
    ),
    min_size=1, max_size=6,
)  # fmt: skip


@examples(150)
@given(sites=small_sites, students=small_students)
def test_placement_is_the_best_of_all(sites: list[dict[str, Any]], students: list[dict[str, Any]]) -> None:
    students = [s | {"site": s["site"] if s["site"] < len(sites) else -1} for s in students]
    there = a_case(sites, students, placement_priority="parttime_first")
    keepers, movers, seats = chosen_by_hand(there)
    before = where(there)
    cost = np.array([[cost_of(there, i, seat) for seat in seats] for i in movers]).reshape(len(movers), len(seats))
    best = min(
        sum(cost[n, seat] for n, seat in enumerate(order)) for order in permutations(range(len(seats)), len(movers))
    )
    costs = {(i, seat): cost_of(there, i, seat) for i in movers for seat in seats}
    wished = [student.wish_met for student in there.students]
    apply(place_hbo, there, False, nobody_expected())

    now = where(there)
    assert [now[i] for i in keepers] == [before[i] for i in keepers]
    assert all(now[i] >= 0 for i in movers)
    assert sum(costs[i, now[i]] for i in movers) == pytest.approx(best, abs=1e-9)
    others = set(range(len(students))) - set(keepers) - set(movers)
    assert {now[i] for i in others} <= {-1}
    counts = np.bincount([site for site in now if site >= 0], minlength=len(sites))
    assert (counts <= there.sites.column("hbo_places")).all()
    for i, student in enumerate(there.students):
        assert (student.status == Status.INSIDE) == (now[i] >= 0)
        if i in movers:
            site = there.sites[now[i]]
            assert student.travel == pytest.approx(math.hypot(student.home_x - site.x, student.home_y - site.y))
            assert student.wish_met == (wished[i] or site.public)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("values", [{}, {"hbo_demand": 150}, {"students_per_cluster": 20}])
def test_the_first_placement_costs_what_scipy_says(seed: int, values: dict[str, Any]) -> None:
    there = make(seed, form_start="new", **values)
    s, o = there.students.rows(), there.sites.rows()
    placed = np.flatnonzero(s.status == Status.INSIDE)
    seats = np.repeat(np.arange(o.key.size), o.hbo_places)
    travel = np.hypot(s.home_x[placed][:, None] - o.x[seats], s.home_y[placed][:, None] - o.y[seats])
    wishing = s.wish[placed] & (s.year[placed] <= 3)
    cost = travel + there.p.wish_travel * (wishing[:, None] & ~o.public[seats])
    best = cost[linear_sum_assignment(cost)].sum()
    paid = s.travel[placed].sum() + there.p.wish_travel * (wishing & ~o.public[s.site[placed]]).sum()
    assert paid == pytest.approx(best, rel=1e-12)
    eligible = (s.programme != Programme.PARTTIME) | s.available
    assert placed.size == min(seats.size, np.count_nonzero(eligible))


# --- who stays, who moves --------------------------------------------------------------------------------------------


def test_keepers_keep_their_place_and_placing_again_changes_nothing_for_them() -> None:
    there = make(1)
    unmet = there.students.column("wish") & ~there.students.column("wish_met") & (there.students.column("year") <= 3)
    kept = (there.students.column("status") == Status.INSIDE) & ~unmet
    before = {name: there.students.column(name).copy() for name in ("site", "cluster", "mentor", "travel", "status")}
    apply(place_hbo, there, False, nobody_expected())
    for name, column in before.items():
        np.testing.assert_array_equal(there.students.column(name)[kept], column[kept])


@pytest.mark.parametrize(
    ("distance", "student", "moves"),
    [
        (9.9, {}, True),
        (10.1, {}, False),
        (9.9, {"year": 3}, True),
        (9.9, {"year": 4}, False),
        (9.9, {"wish_met": True}, False),
        (9.9, {"wish": False}, False),
        (0.1, {"wish": False}, False),
    ],
)
def test_an_unmet_wish_moves_a_student_when_it_outweighs_the_way(
    distance: float, student: dict[str, Any], moves: bool
) -> None:
    sites = [{"places": 1}, {"places": 1, "x": distance, "public": True}]
    who = {"site": 0, "wish": True, "year": 1, "mentor": 0} | student
    there = a_case(sites, [who], wish_travel=15.0, move_travel=5.0)
    there.sites.column("x")[0] = there.sites.column("y")[:] = 0.0
    apply(place_hbo, there, False, nobody_expected())
    assert where(there) == [int(moves)]
    assert there.students[0].wish_met == (moves or bool(who.get("wish_met")))
    assert there.students[0].mentor == (-1 if moves else 0)


def test_two_with_a_wish_may_exchange_places_with_nobody_at_a_public_site() -> None:
    sites = [{"places": 1}, {"places": 1, "public": True}]
    there = a_case(sites, [{"site": 0, "wish": True, "year": 1}, {"site": 1, "wish": True, "year": 1}])
    apply(place_hbo, there, False, nobody_expected())
    assert where(there) == [0, 1]  # who is at the public site keeps it


def test_too_many_keepers_draw_lots_and_the_others_go_where_there_is_room() -> None:
    students = [{"site": 0, "year": 2} for _ in range(4)]
    there = a_case([{"places": 2}, {"places": 1}], students)
    order = np.argsort(luck_of(there))
    apply(place_hbo, there, False, nobody_expected())
    now = where(there)
    assert [now[i] for i in order] == [0, 0, 1, -1]
    assert there.students[int(order[3])].status == Status.OUTSIDE
    assert there.students[int(order[3])].cluster == -1


def test_who_gave_up_a_place_comes_before_newcomers() -> None:
    students = [{"site": 0, "year": 2}, {"site": 0, "year": 2}, {"year": 1}]
    there = a_case([{"places": 1}, {"places": 1}], students)
    apply(place_hbo, there, False, nobody_expected())
    assert sorted(where(there)[:2]) == [0, 1]
    assert where(there)[2] == -1


@pytest.mark.parametrize(("distance", "inside"), [(59.9, True), (60.1, False)])
def test_nobody_travels_beyond_the_limit(distance: float, inside: bool) -> None:
    there = a_case([{"places": 1, "x": distance, "y": 0}], [{"year": 1}])
    apply(place_hbo, there, False, nobody_expected())
    assert where(there) == [0 if inside else -1]
    assert there.students[0].travel == pytest.approx(distance if inside else 0)


def test_pedagogy_is_placed_at_an_ikc_only() -> None:
    pedagogy = {"programme": Programme.PEDAGOGY, "year": 1}
    there = a_case([{"places": 1}, {"places": 1, "ikc": True}], [pedagogy, pedagogy])
    apply(place_hbo, there, False, nobody_expected())
    assert sorted(where(there)) == [-1, 1]
    there = a_case([{"places": 2}], [pedagogy, {"year": 1}])
    apply(place_hbo, there, False, nobody_expected())
    assert where(there) == [-1, 0]


@pytest.mark.parametrize("priority", ["parttime_first", "fulltime_first", "lottery"])
def test_priority_and_then_luck_decide_who_comes_in(priority: str) -> None:
    programmes = [Programme.PARTTIME, Programme.FULLTIME, Programme.ACADEMIC] * 4
    students = [{"programme": programme, "year": 1} for programme in programmes]
    there = a_case([{"places": 6}], students, placement_priority=priority)
    luck = luck_of(there)
    ranks = {
        "parttime_first": lambda i: programmes[i] != Programme.PARTTIME,
        "fulltime_first": lambda i: programmes[i] == Programme.PARTTIME,
        "lottery": lambda i: 0,
    }
    expected = sorted(range(12), key=lambda i: (ranks[priority](i), luck[i]))[:6]
    apply(place_hbo, there, False, nobody_expected())
    assert [i for i, site in enumerate(where(there)) if site == 0] == sorted(expected)


def test_parttime_students_who_cannot_come_are_not_placed() -> None:
    students = [{"programme": Programme.PARTTIME, "year": 1, "available": n % 2 == 0} for n in range(6)]
    there = a_case([{"places": 9}], students)
    apply(place_hbo, there, False, nobody_expected())
    assert where(there) == [0, -1] * 3


def test_at_the_start_the_highest_years_come_first() -> None:
    there = make(1, form_start="new", placement_priority="lottery")
    s = there.students.rows()
    eligible = (s.programme != Programme.PARTTIME) | s.available
    inside = s.status == Status.INSIDE
    shares = [inside[eligible & (s.year == year)].mean() for year in (4, 3, 2, 1)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == 1
    assert sum(0 < share < 1 for share in shares) <= 1


def test_admission_luck_is_for_life() -> None:
    there = make(1)
    before = dict(zip(there.students.column("key").tolist(), luck_of(there), strict=True))
    there.run(years=1, weeks=1)
    now = dict(zip(there.students.column("key").tolist(), luck_of(there), strict=True))
    assert {key: u for key, u in now.items() if key in before}.items() <= before.items()


# --- places ----------------------------------------------------------------------------------------------------------


@examples(150)
@given(
    capacity=st.lists(st.integers(0, 12), min_size=1, max_size=6), places=st.integers(0, 40), soft=st.booleans()
)  # fmt: skip
def test_places_are_dealt_in_proportion_to_capacity(capacity: list[int], places: int, soft: bool) -> None:
    weight = np.array([c + 1 for c in capacity] if soft else capacity, np.int64)
    limit = np.array(capacity, np.int64)
    order, o = np.arange(weight.size), rows_of(Site, weight.size)
    deal(order, weight, limit, soft, o, rows_of(LearningCommunity, 1, places=places))
    expected = [0] * weight.size
    for _ in range(places):
        with_room = [n for n in range(weight.size) if soft or expected[n] < limit[n]]
        if not with_room:
            break
        expected[max(with_room, key=lambda n: (Fraction(int(weight[n]), expected[n] + 1), -n))] += 1
    assert o.hbo_places.tolist() == expected
    assert o.hbo_places.sum() == (places if soft else min(places, limit.sum()))


def test_the_capacity_of_sites_by_hand() -> None:
    sites = [{"pupils": 228, "mentors": 9}, {"pupils": 228, "mentors": 2}, {"pupils": 20, "mentors": 9}]
    clusters = [{"name": "cluster", "board": "board", "places": 100}]
    values = {"class_size": 22.8, "students_per_class_limit": 0.8, "external_students_per_site": 1}
    there = Partnership(small_world(sites, clusters=clusters, **values), rng=1)
    assert there.sites.column("classes").tolist() == [10, 10, 1]
    assert there.sites.column("hbo_places").tolist() == [7, 3, 0]
    there.mentors.column("role")[there.mentors.column("site") == 0] = Role.WITHDRAWN
    there.mentors.column("role")[0] = Role.ACTIVE
    apply(deal_places, there)
    assert there.sites.column("hbo_places").tolist() == [1, 3, 0]
    soft = Partnership(small_world(sites, clusters=clusters, **values | {"site_capacity": "soft"}), rng=1)
    assert soft.sites.column("hbo_places").sum() == 100
    assert soft.sites.column("hbo_places")[2] == 4  # 1 of 21 classes


# --- parts -----------------------------------------------------------------------------------------------------------


@examples(40)
@given(size=st.integers(2, 30), count=st.integers(1, 60), last_years=st.integers(0, 10))
def test_parts_are_near_equal_in_every_study_year(size: int, count: int, last_years: int) -> None:
    there = with_mentors(20, {("fulltime", 1): count})
    s, c = there.students.rows(), there.communities.rows()
    there.settings["community_split_size"] = size
    s.year[:] = np.arange(s.key.size) % 3 + 1
    s.year[:last_years] = 4
    apply(split_communities, there)
    inside = s.status == Status.INSIDE
    members = inside & (s.year <= 3)
    parts = max(1, math.ceil(members.sum() / size))
    assert c.parts[0] == parts
    assert not s.part[~members].any()
    order = sorted(np.flatnonzero(members).tolist(), key=lambda i: (s.year[i], s.key[i]))
    assert [int(s.part[i]) for i in order] == [n % parts for n in range(len(order))]


def test_a_large_community_has_parts_and_pays_for_them() -> None:
    values = {"students_per_cluster": 30, "site_capacity": "soft", "demand_follows_places": True}
    values["form_start"] = "new"  # in the long run other students are there
    one, split = after(weeks=2, community_split_size=60, **values), after(weeks=2, community_split_size=8, **values)
    parts = split.communities.column("parts")
    assert (one.communities.column("parts") == 1).all()
    assert (parts >= 2).all()
    extra = split.communities.column("coordination") - one.communities.column("coordination")
    np.testing.assert_allclose(extra, split.p.coordination_split * (parts - 1))
    assert by_key(one, "sites") == by_key(split, "sites")
