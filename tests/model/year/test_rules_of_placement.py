"""Places, placement, and mentors who are asked, person by person for any parameters (RULES 4.1, 4.5 to 4.7)."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from samenspel.agents.columns import members_of
from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.students import FIRST_MBO, Exit, Programme, Status, Track
from samenspel.agents.trainers import TrainerKind
from samenspel.model import Partnership
from samenspel.model.declared.parameters import PARAMETERS
from samenspel.model.luck.draws import Stream
from samenspel.model.luck.keys import Kind
from samenspel.model.year.asking import ask_mentors
from samenspel.model.year.mbo import half_year_change, place_mbo
from samenspel.model.year.newcomers import study_plan
from samenspel.model.year.placement import deal_places, nobody_expected, place_hbo
from tests.lives import apply, copied, in_any_state
from tests.reckoned import CARED_FOR, STUDENTS, YEAR, key_of, new_students, number_of, numbers, often, same, same_but
from tests.strategies import examples, plausible, values_of
from tests.textbook.constants import TRAVEL_LIMIT

# --- the middle of the year (4.1) ------------------------------------------------------------------------------------


@often
@given(number=numbers, values=values_of("mbo_mix", "mbo_half_year_share", "mbo_first_year", "mbo_bbl_share", *STUDENTS))
def test_half_year_seats_change_hands(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, mbo_students_per_cluster=4, **values)
    s = there.students.rows()
    before = copied(s)
    inside, mbo = s.status == Status.INSIDE, s.programme >= Programme.CARE_3
    goes = inside & mbo & s.half_year
    apply(half_year_change, there, YEAR)

    cluster = s.cluster[goes]
    seat = before.key[goes] % 2**7
    index = number_of(there.communities.column("key")[cluster]) * 2**8 + seat + 2**7
    same(s, {"key": key_of(Kind.MBO, YEAR, s.partnership[goes], index)}, goes)
    same(s, new_students(there, goes, YEAR) | {"half_year": False, "status": Status.INSIDE}, goes)
    for name in ("year", "programme", "track", "site", "cluster", "mentor", "part", "partnership", "days", "need"):
        np.testing.assert_array_equal(getattr(s, name), getattr(before, name), err_msg=name)
    at = there.sites.rows()
    away = np.hypot(s.home_x - at.x[s.site], s.home_y - at.y[s.site])
    same(s, {"travel": np.where(goes, away, before.travel)})
    contacts = before.contacts.copy()
    if there.p.mbo_mix != 0:
        for i in np.flatnonzero(inside & ~mbo & (s.year <= 3)):
            of_cluster = inside & mbo & (before.cluster == s.cluster[i])
            contacts[i] *= 1 - (of_cluster & goes).sum() / max(1, of_cluster.sum())
    same(s, {"contacts": np.where(goes, 0, contacts)})
    for name, column in members_of(before).items():
        if name != "contacts":
            np.testing.assert_array_equal(getattr(s, name)[~goes], column[~goes], err_msg=name)
    assert there.state.departed[Exit.ENDED] == goes.sum()


# --- places and placement (4.3.10, 4.3.11, 4.5, 4.6) -----------------------------------------------------------------

SITES = ("students_per_class_limit", "external_students_per_site", "site_capacity", "class_size", "willing_share")


@often
@given(number=numbers, values=values_of(*SITES, "students_per_cluster"))
def test_places_are_dealt_within_the_capacity_of_sites(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, **values)
    p, m, o, c = there.p, there.mentors.rows(), there.sites.rows(), there.communities.rows()
    soft = values["site_capacity"] == "soft"
    teachers = np.bincount(m.site[(m.role == Role.ACTIVE) & (m.kind == MentorKind.TEACHER)], minlength=o.key.size)
    limit = np.floor(p.students_per_class_limit * o.classes)
    capacity = np.maximum(0, np.minimum(limit, 2 * teachers) - p.external_students_per_site)
    expected = np.zeros(o.key.size, np.int64)
    for cluster in range(c.key.size):
        sites = np.flatnonzero(o.cluster == cluster)
        for _ in range(c.places[cluster]):
            able = [n for n in sites if soft or expected[n] < capacity[n]]
            if able:
                weight = o.classes if soft else capacity
                expected[max(able, key=lambda n: (weight[n] / (expected[n] + 1), -n))] += 1
    apply(deal_places, there)
    np.testing.assert_array_equal(o.hbo_places, expected)


def placed_by_rule(there: Partnership, k: int) -> dict[int, int]:
    """The site of every hbo student of a partnership; -1 outside (4.5)."""
    p, s, o = there.p, there.students.rows(), there.sites.rows()
    mine = np.flatnonzero((s.partnership == k) & (s.programme < Programme.CARE_3) & (s.status != Status.LEFT)).tolist()
    luck = dict(zip(mine, there.draws.uniform(Stream.ADMISSION, s.key[mine], 0), strict=True))
    wishes = {i: s.wish[i] and not s.wish_met[i] and s.year[i] <= 3 for i in mine}
    site = {i: int(s.site[i]) if s.status[i] == Status.INSIDE else -1 for i in mine}
    homeless, brings, seats = [], [], []
    for n in np.flatnonzero((o.partnership == k) & (o.cluster >= 0)).tolist():
        there_now = sorted((i for i in mine if site[i] == n), key=luck.__getitem__)
        kept = there_now[: o.hbo_places[n]]
        homeless += there_now[o.hbo_places[n] :]
        moving = [i for i in kept if wishes[i] and not o.public[n]]
        brings += moving
        seats += [n] * (o.hbo_places[n] - len(kept) + len(moving))
    homeless.sort(key=luck.__getitem__)
    free = len(seats) - len(brings)
    with_ikc = (o.ikc & (o.cluster >= 0) & (o.hbo_places > 0))[o.partnership == k].any()
    queue = [
        i for i in mine
        if site[i] < 0
        and (s.available[i] or s.programme[i] != Programme.PARTTIME)
        and (with_ikc or s.programme[i] != Programme.PEDAGOGY)
    ]  # fmt: skip
    before = {"parttime_first": (1, 0), "fulltime_first": (0, 1), "lottery": (0, 0)}
    rank = before[PARAMETERS["placement_priority"].choices[p.placement_priority]]
    queue.sort(key=lambda i: (rank[int(s.programme[i] == Programme.PARTTIME)], luck[i]))
    chosen = sorted(brings + homeless[:free] + queue[: max(0, free - len(homeless))])
    now = site | dict.fromkeys(homeless, -1)
    if chosen:
        travel = np.hypot(s.home_x[chosen][:, None] - o.x[seats], s.home_y[chosen][:, None] - o.y[seats])
        cost = travel + p.wish_travel * np.outer([wishes[i] for i in chosen], ~o.public[seats])
        cost -= p.move_travel * (s.site[chosen][:, None] == np.array(seats))
        barred = (s.programme[chosen] == Programme.PEDAGOGY)[:, None] & ~o.ikc[seats] | (travel > TRAVEL_LIMIT)
        for row, column in zip(*linear_sum_assignment(cost + 10_000 * barred), strict=True):
            now[chosen[row]] = -1 if barred[row, column] else seats[column]
    return now


PLACEMENT = ("placement_priority", "wish_travel", "move_travel", "students_per_cluster", "denomination_wish_share")


@often
@given(
    number=numbers,
    values=values_of(*PLACEMENT, pedagogy_share=st.sampled_from((0.0, 0.1))),
    far=st.floats(1, 8),
    free=st.tuples(st.integers(-2, 3), st.integers(-2, 3)),
)
def test_hbo_students_are_placed_as_the_rule_says(
    number: int, values: dict[str, Any], far: float, free: tuple[int, int]
) -> None:
    there = in_any_state(number, hbo_demand=300, **values)
    s, o, rng = there.students.rows(), there.sites.rows(), np.random.default_rng(number)
    for home in (s.home_x, s.home_y):  # some live beyond what they would travel
        home *= far
    o.ikc[o.partnership == 1] &= number % 3 > 0
    hbo = (s.status == Status.INSIDE) & (s.programme < Programme.CARE_3)
    o.hbo_places[:] = np.bincount(s.site[hbo], minlength=o.key.size)
    for k, more in enumerate(free):
        sites = rng.permutation(np.flatnonzero((o.partnership == k) & (o.hbo_places > 0)))
        o.hbo_places[sites[:4]] -= 1
        o.hbo_places[sites[4 : 8 + more]] += 1
    if number % 3 == 1:  # an IKC, but no place at it for pedagogy; room elsewhere
        o.hbo_places[(o.partnership == 0) & (o.cluster >= 0)] += 4
        o.hbo_places[(o.partnership == 0) & o.ikc] = 0
    before = copied(s)
    expected = placed_by_rule(there, 0) | placed_by_rule(there, 1)
    apply(place_hbo, there, False, nobody_expected())
    rows = list(expected)
    assert s.site[rows].tolist() == list(expected.values())
    inside = s.site[rows] >= 0
    assert (s.status[rows] == np.where(inside, Status.INSIDE, Status.OUTSIDE)).all()
    for i in rows:
        if s.site[i] < 0:
            assert (s.cluster[i], s.mentor[i], s.travel[i]) == (-1, -1, 0)
            continue
        moved = s.site[i] != before.site[i]
        assert s.cluster[i] == o.cluster[s.site[i]]
        assert s.mentor[i] == (-1 if moved else before.mentor[i])
        if moved:
            far = math.hypot(s.home_x[i] - o.x[s.site[i]], s.home_y[i] - o.y[s.site[i]])
            assert s.travel[i] == pytest.approx(far)
    assigned = s.wish_met[rows] != before.wish_met[rows]
    assert (inside & o.public[s.site[rows]])[assigned].all()
    came = inside & (before.status[rows] == Status.OUTSIDE)
    assert s.wish_met[rows][came & o.public[s.site[rows]]].all()
    same_but(s, before, "site", "cluster", "mentor", "status", "travel", "wish_met")


MBO = (
    "mbo_clusters_share", "mbo_without_ikc", "mbo_places_per_site", "mbo_bbl_share", "mbo_half_year_share", "mbo_years",
    "mbo_first_year", "site_capacity",
)  # fmt: skip


def mbo_of(there: Partnership, n: int, values: dict[str, Any]) -> tuple[Any, bool, bool]:
    """Sites of a cluster that take mbo students, whether only assistants can come, and whether the cluster has mbo."""
    p, o, c = there.p, there.sites.rows(), there.communities.rows()
    sites = np.flatnonzero((o.cluster == n) & o.recognised)
    only_assistants = not o.ikc[sites].any()
    clusters = np.count_nonzero(c.partnership == c.partnership[n])
    takes = sites.size > 0 and (not only_assistants or values["mbo_without_ikc"] == "assistants")
    takes &= number_of(c.key[n]) < math.ceil(p.mbo_clusters_share * clusters - 1e-9)
    return sites, only_assistants, takes and p.mbo_start_year <= YEAR + 1 and p.mbo_students_per_cluster > 0


def student_of(there: Partnership, key: int, only_assistants: bool) -> tuple[Programme, Track, int, bool]:
    """Programme, track, study year and half-yearly seat by the draws of a seat."""
    p = there.p
    u, track, year, half = (
        float(there.draws.uniform(stream, np.array([key]), YEAR)[0])
        for stream in (Stream.PROGRAMME, Stream.TRACK, Stream.STUDY_YEAR, Stream.HALF_YEAR)
    )
    programme = Programme.CARE_3 if u < p.mbo_assistant_share + p.mbo_level3_share else Programme.CARE_4
    if only_assistants or u < p.mbo_assistant_share:
        programme = Programme.ASSISTANT
    first = min(p.mbo_first_year, p.mbo_years)
    study_year = first + math.floor(year * (p.mbo_years - first + 1))
    return programme, Track.BBL if track < p.mbo_bbl_share else Track.BOL, study_year, half < p.mbo_half_year_share


def mbo_by_rule(there: Partnership, values: dict[str, Any]) -> tuple[NDArray[Any], NDArray[Any], list[Any]]:
    """Which clusters have mbo, their seats left empty, and the students that come, each with all that is chosen."""
    s, o, c, p = there.students.rows(), there.sites.rows(), there.communities.rows(), there.p
    mbo = (s.programme >= Programme.CARE_3) & (s.status == Status.INSIDE)
    hosted = np.bincount(s.site[mbo], minlength=o.key.size)
    has_mbo, unplaced, choices = np.zeros(c.key.size, np.bool_), np.zeros(c.key.size, np.int64), []
    for n in range(c.key.size):
        sites, only_assistants, has_mbo[n] = mbo_of(there, n, values)
        taken = set((s.key[mbo & (s.cluster == n)] % 2**7).tolist())
        for seat in sorted({*range(p.mbo_students_per_cluster if has_mbo[n] else 0)} - taken):
            key = key_of(Kind.MBO, YEAR, c.partnership[n], number_of(c.key[n]) * 2**8 + seat)
            programme, track, year, half = student_of(there, key, only_assistants)
            able = [
                site for site in sites
                if (programme == Programme.ASSISTANT or o.ikc[site])
                and (values["site_capacity"] == "soft" or hosted[site] < p.mbo_places_per_site)
            ]  # fmt: skip
            if not able:
                unplaced[n] += 1
                continue
            site = min(able, key=lambda site: hosted[site])
            hosted[site] += 1
            choices.append((key, programme, track, c.partnership[n], site, n, year, half))
    return has_mbo, unplaced, choices


@examples(30)
@given(
    number=numbers,
    values=values_of(
        *MBO,
        mbo_assistant_share=plausible("mbo_assistant_share"),
        mbo_level3_share=plausible("mbo_level3_share"),
        mbo_start_year=st.sampled_from((1, 1, 1, 4, 5)),
        mbo_students_per_cluster=st.integers(0, 9),
    ),
)
def test_mbo_seats_are_filled_as_the_rule_says(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, mbo_students_per_cluster=4)
    there.change(**{name: value for name, value in values.items() if name != "mbo_start_year"})
    there.p.mbo_start_year = there.settings["mbo_start_year"][0] = values["mbo_start_year"]
    o, c, p = there.sites.rows(), there.communities.rows(), there.p
    before, at = copied(there.students.rows()), len(there.students)
    has_mbo, unplaced, choices = mbo_by_rule(there, values)
    apply(place_mbo, there, YEAR, YEAR + 1, grows=True)

    s, new = there.students.rows(), slice(at, None)
    same(c, {"has_mbo": has_mbo, "unplaced": unplaced})
    offers = (o.cluster >= 0) & o.recognised & has_mbo[o.cluster]
    same(o, {"mbo_places": np.where(offers, p.mbo_places_per_site, 0)})
    t = there.trainers.rows()
    late = t.kind >= TrainerKind.PRACTICE
    np.testing.assert_array_equal(t.present[late], has_mbo[t.cluster[late]])
    names = ("key", "programme", "track", "partnership", "site", "cluster", "year", "half_year")
    assert list(zip(*(getattr(s, name)[new] for name in names), strict=True)) == choices
    same(s, new_students(there, new, YEAR) | {"status": Status.INSIDE}, new)
    same(s, {"travel": np.hypot(s.home_x - o.x[s.site], s.home_y - o.y[s.site])[new]}, new)
    for name, column in members_of(before).items():
        np.testing.assert_array_equal(getattr(s, name)[:at], column, err_msg=name)


# --- mentors are asked (4.7) -----------------------------------------------------------------------------------------


def duos_by_rule(s: Any, looking: list[int]) -> dict[int, int]:
    """First-years of a site for whom mentors of a kind are asked, two by two."""
    groups = defaultdict(list)
    for i in looking:
        if s.programme[i] < FIRST_MBO and s.year[i] == 1:
            groups[s.site[i], s.programme[i] in CARED_FOR].append(i)
    pairs = [pair for group in groups.values() for pair in zip(group[::2], group[1::2], strict=False)]
    return dict(pairs) | {b: a for a, b in pairs}


HALVES = (set(range(1, 21)), set(range(21, 41)))


class Hosts:
    """Mentors who have taken students, by the rule."""

    def __init__(self, there: Partnership) -> None:
        self.p, self.s, self.m = there.p, there.students.rows(), there.mentors.rows()
        count, tired = self.m.key.size, self.m.fatigue * bool(self.p.with_fatigue)
        self.rested = there.boards.column("hours_factor")[self.m.board] * (1 - self.p.fatigue_time_loss * tired)
        self.students, self.load, self.hours = np.zeros(count, np.int64), np.zeros(count), np.zeros((count, 2))
        self.final = (self.s.year == 4) & (self.s.programme <= Programme.PEDAGOGY)
        self.hosts_final = np.zeros((count, 2), np.bool_)
        self.duos: dict[int, int] = {}

    def placed(self, i: int, half: int) -> bool:
        return bool(HALVES[half] & set(range(self.s.first_week[i], self.s.last_week[i] + 1)))

    def asks(self, i: int, half: int) -> float:
        together = i in self.duos and self.placed(self.duos[i], half)
        own = self.s.need[i] * self.s.days[i] * self.placed(i, half)
        return float(own * (1 + self.p.duo_extra) / 2 if together else own)

    def load_in(self, half: int, n: int, who: tuple[int, ...]) -> float:
        final = self.hosts_final[n, half] or any(self.final[i] and self.asks(i, half) for i in who)
        teacher = max(self.p.mentor_hours, self.p.mentor_hours_final * final)
        full = self.p.care_mentor_hours if self.m.kind[n] == MentorKind.CARE else teacher
        return float((self.hours[n, half] + sum(self.asks(i, half) for i in who)) / (full * self.rested[n]))

    def load_with(self, n: int, *who: int) -> float:
        return max(self.load_in(half, n, who) for half in (0, 1))

    def take(self, n: int, *who: int) -> int:
        for i in who:  # one by one, so that equal loads are equal to the last bit
            self.load[n] = self.load_with(n, i)
            self.students[n] += 1
            for half in (0, 1):
                self.hours[n, half] += self.asks(i, half)
                self.hosts_final[n, half] |= self.final[i] and self.asks(i, half) > 0
        return n

    def accepts(self, n: int, *who: int) -> bool:
        return not self.students[n] or self.load_with(n, *who) <= self.p.mentor_accept_load

    def rank(self, n: int, plan: bool, *who: int) -> tuple[bool, float, int]:
        skill = self.p.selection
        weighed = (1 - skill) * self.load_with(n, *who) - skill * self.m.skill[n] if skill else self.load[n]
        return plan and not self.m.trained[n], float(weighed), n


def mentors_by_rule(there: Partnership) -> tuple[NDArray[Any], NDArray[Any], dict[str, NDArray[Any]]]:
    """Who gets which mentor, who is in a duo with whom, and what mentors have then."""
    p, s, m, c, hosts = there.p, there.students.rows(), there.mentors.rows(), there.communities.rows(), Hosts(there)
    link = np.full(s.key.size, -1)
    inside = np.flatnonzero(s.status == Status.INSIDE).tolist()
    order = sorted(inside, key=lambda i: (-s.year[i], s.key[i]))
    right = {i: (m.kind == np.isin(s.programme[i], CARED_FOR)) & (m.role == Role.ACTIVE) for i in inside}
    for i in order:
        had = s.mentor[i]
        still = had >= 0 and right[i][had] and m.site[had] == s.site[i]
        if still and (hosts.accepts(had, i) or not p.keep_mentor_within_load):
            link[i] = hosts.take(had, i)
    duos = hosts.duos = duos_by_rule(s, [i for i in order if link[i] < 0]) if p.duo_year_1 else {}
    for i in order:
        if link[i] >= 0:
            continue
        who = (i, duos[i]) if i in duos else (i,)
        near = np.flatnonzero(right[i] & (m.site == s.site[i])).tolist()
        further = np.flatnonzero(right[i] & (m.cluster == s.cluster[i]) & (m.site != s.site[i])).tolist()
        plan = bool(c.plan[s.cluster[i]])
        accepting = [n for n in near if hosts.accepts(n, *who)] or [n for n in further if hosts.accepts(n, *who)]
        if accepting:
            link[list(who)] = hosts.take(min(accepting, key=lambda n: hosts.rank(n, plan, *who)), *who)
        elif near or further:
            link[list(who)] = hosts.take(min(near or further, key=lambda n: (hosts.load[n], n)), *who)
    pairs = np.array([duos.get(i, -1) for i in range(s.key.size)])
    return link, pairs, {"students": hosts.students, "hours_asked": hosts.hours.max(axis=1), "load": hosts.load}


@often
@given(
    number=numbers,
    values=values_of(
        *("mentor_accept_load", "mentor_hours", "care_mentor_hours", "with_fatigue", "selection"),
        *("keep_mentor_within_load", "mentor_hours_final"),
        *("year_1_first_week", "final_weeks", "duo_year_1", "duo_extra"),
        fatigue_time_loss=plausible("fatigue_time_loss"),
    ),
)
def test_mentors_are_asked_as_the_rule_says(number: int, values: dict[str, Any]) -> None:
    there = in_any_state(number, mbo_students_per_cluster=6, pedagogy_share=0.1, hbo_demand=120, **values)
    s, m = there.students.rows(), there.mentors.rows()
    m.role[m.site % 3 == 0] = Role.WITHDRAWN
    m.fatigue[:] = np.round(m.fatigue, 1)
    study_plan(there.settings[0], s)
    link, pairs, expected = mentors_by_rule(there)
    apply(ask_mentors, there, False)
    np.testing.assert_array_equal(s.mentor, link)
    np.testing.assert_array_equal(s.duo, pairs)
    same(m, expected)
