"""What a change does within a year, read from two futures of one present (P6, P7, P10, P11, P12).

After four years and a week a partnership is copied, one copy is changed, and both live on to week 40 with the same
luck. Growth is in SD (`samenspel.experiments.validation.patterns.SD`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from samenspel.agents.mentors import MentorKind, Role
from samenspel.agents.students import Programme, Status
from samenspel.experiments.validation.measures import Figures, Flags, lived, mean_of, with_values
from samenspel.experiments.validation.patterns import DISCARDED, SD
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.declaration import Value
from samenspel.model.input.scenario import Scenario
from samenspel.model.partnership import Partnership

MEETING_OF_12, MEETING_OF_20 = 29, 49  # places a cluster with which so many come to a meeting, on average over a year
BALANCED = 11  # mbo seats a cluster with which half of those who come to a meeting are mbo
MOST = 5.0  # placement days in a week


# --- two futures of one present --------------------------------------------------------------------------------------


def present(scenario: Scenario, seed: int) -> Partnership:
    """A partnership in week 1 of its fifth year: placed, matched, and nothing else of the year has happened."""
    partnership = lived(scenario, seed, DISCARDED)
    partnership.run(weeks=1)
    return partnership


def future(now: Partnership, change: Callable[[Partnership], None]) -> Partnership:
    """The present with something changed, at the end of the school year."""
    twin = now.copy()
    change(twin)
    twin.run(weeks=WEEKS - twin.week_of_year)
    return twin


def to(**values: Value) -> Callable[[Partnership], None]:
    """A change of parameters, also beyond their declared ranges."""
    return lambda partnership: partnership.change(beyond_range=True, **values)


def full_timers(partnership: Partnership, years: tuple[int, ...] = (1, 2, 3)) -> Flags:
    """Full-time students inside, of these years."""
    s = partnership.students.rows()
    found: Flags = (s.status == Status.INSIDE) & (s.programme == Programme.FULLTIME) & np.isin(s.year, years)
    return found


def growth(now: Partnership, after: Partnership, who: Flags) -> float:
    """Mean gain in teaching, in SD, of those of `who` who are still there."""
    stayed = who & (after.students.column("status") == Status.INSIDE)
    gain = after.students.column("teaching") - now.students.column("teaching")
    return mean_of(gain, stayed) / SD["teaching"]


def from_one_present(scenario: Scenario, seed: int) -> Figures:
    """All that can be read from the same present: fewer mentors, more days, more skill, no meetings."""
    return within_a_year(present(scenario, seed))


def within_a_year(now: Partnership) -> Figures:
    """The same from a present that is there."""
    return with_fewer_mentors(now) | with_days_and_skill(now) | with_and_without_community(now)


# --- mentors and trainers (P6, P7) -----------------------------------------------------------------------------------


def with_fewer_mentors(now: Partnership) -> Figures:
    """The same students with a mentor each, and with a mentor for two."""
    who = full_timers(now) & _matched(now)
    one, two = (future(now, lambda twin, each=each: share_mentors(twin, each)) for each in (1, 2))  # type: ignore[misc]
    felt = two.students.column("felt_support") - one.students.column("felt_support")
    return {
        "two_a_mentor": growth(now, two, who) - growth(now, one, who),
        "two_a_mentor_felt": mean_of(felt, who & (one.students.column("status") == Status.INSIDE)),
    }


def share_mentors(partnership: Partnership, each: int) -> None:
    """Give the teachers of every cluster so many students each; students beyond their number have none.

    Duos part: two students with one mentor is what is compared, and it is not to ask fewer hours.
    """
    s, m = partnership.students.rows(), partnership.mentors.rows()
    matched = _matched(partnership)
    s.mentor[(s.status == Status.INSIDE) & _by_teachers(s)] = -1
    s.duo[:] = -1
    for cluster in range(partnership.communities.size):
        students = np.flatnonzero(matched & (s.cluster == cluster))
        teachers = np.flatnonzero(_active_teachers(m) & (m.cluster == cluster))
        s.mentor[students] = teachers[np.arange(students.size) // each]


def _matched(partnership: Partnership) -> Flags:
    """As many students of every cluster as it has active teachers, in row order."""
    s, m = partnership.students.rows(), partnership.mentors.rows()
    teachers = np.bincount(m.cluster[_active_teachers(m)], minlength=partnership.communities.size)
    asking = (s.status == Status.INSIDE) & _by_teachers(s)
    chosen: Flags = np.zeros(s.key.size, np.bool_)
    for cluster, number in enumerate(teachers.tolist()):
        chosen[np.flatnonzero(asking & (s.cluster == cluster))[:number]] = True
    return chosen


def _by_teachers(s: Any) -> Flags:
    found: Flags = (s.programme <= Programme.ACADEMIC) | (s.programme == Programme.ASSISTANT)
    return found


def _active_teachers(m: Any) -> Flags:
    found: Flags = (m.role == Role.ACTIVE) & (m.kind == MentorKind.TEACHER)
    return found


def with_fewer_trainers(scenario: Scenario, seed: int) -> Figures:
    """First-years in clusters of 15 and of 35 students with as many mentors each, on one pair of trainers."""
    grown = []
    for places in (15, 35):
        now = present(_of_size(scenario, places), seed)
        grown.append(growth(now, future(now, to()), full_timers(now, (1,))))
    return {"trainers_15_to_35": grown[0] - grown[1]}


def _of_size(scenario: Scenario, places: int, **more: Value) -> Scenario:
    """The partnership with so many places a cluster, all filled, and mentors in proportion."""
    mentors = float(scenario.values["willing_share"]) * places / int(scenario.values["students_per_cluster"])
    return with_values(
        scenario, students_per_cluster=places, demand_follows_places=True, site_capacity="soft",
        willing_share=mentors, **more,
    )  # fmt: skip


def with_days_and_skill(now: Partnership) -> Figures:
    """Placement days doubled with the same hours asked of mentors, mentors half an SD up and down, and both."""
    who, values = full_timers(now), now.scenario.values
    days = {f"days_year_{year}": min(MOST, 2 * float(values[f"days_year_{year}"])) for year in (1, 2, 3, 4)}
    need = {name: float(values[name]) / 2 for name in ("need_per_day", "need_per_day_final")}
    doubled = to(**days, **need)
    skills = now.mentors.column("skill")[_active_teachers(now.mentors.rows())]

    def grown(step: float, *, more_days: bool) -> float:
        def change(twin: Partnership) -> None:
            twin.mentors.column("skill")[:] = skills.mean() + step * skills.std()
            if more_days:
                doubled(twin)

        return growth(now, future(now, change), who)

    low, high = grown(-0.5, more_days=False), grown(0.5, more_days=False)
    low_more, high_more = grown(-0.5, more_days=True), grown(0.5, more_days=True)
    return {
        "days_doubled": (low_more - low + high_more - high) / 2,
        "skill_up": high - low,
        "days_by_skill": (high_more - low_more) - (high - low),
    }


# --- communities (P10, P11, P12) -------------------------------------------------------------------------------------


def with_and_without_community(now: Partnership) -> Figures:
    """A year with cross-year meetings against a year without any."""
    met, alone = future(now, to(cross_year=True)), future(now, to(with_peer_learning=False))
    groups = {"juniors": (1,), "seniors": (3,), "whole": (1, 2, 3)}
    return {
        f"community_{name}": growth(now, met, full_timers(now, years)) - growth(now, alone, full_timers(now, years))
        for name, years in groups.items()
    }


def in_other_subgroups(scenario: Scenario, seed: int) -> Figures:
    """A year of meetings cut into small subgroups against larger ones and pairs."""
    twelve = _grown_by_size(scenario, seed, MEETING_OF_12, (4, 12))
    twenty = _grown_by_size(scenario, seed, MEETING_OF_20, (2, 4, 5, 10))
    four_and_five = (twenty[4] + twenty[5]) / 2
    return {
        "four_over_twelve": twelve[4] - twelve[12],
        "four_over_ten": four_and_five - twenty[10],
        "four_over_two": four_and_five - twenty[2],
    }


def _grown_by_size(scenario: Scenario, seed: int, places: int, sizes: tuple[int, ...]) -> Mapping[int, float]:
    """Growth in a year by size of subgroup, in communities that meet as a whole."""
    now = present(_of_size(scenario, places, community_split_size=60), seed)
    who = full_timers(now)
    return {size: growth(now, future(now, to(subgroup_size=size)), who) for size in sizes}


def in_mixed_teams(scenario: Scenario, seed: int) -> Figures:
    """A year of mixed meetings with four mbo students a cluster, against meeting side by side."""
    now = present(with_values(scenario, mbo_students_per_cluster=4, mbo_mix="parallel"), seed)
    apart = future(now, to())
    mixed, attitude = _attitude_by_week(now)
    everyone = _members(now, mixed) & _members(now, apart)
    hbo = everyone & (now.students.column("programme") < Programme.CARE_3)
    knowledge = mixed.students.column("knowledge") - apart.students.column("knowledge")
    gained, liked = mean_of(knowledge, everyone) / SD["knowledge"], _attitude(apart, mixed, everyone)
    contacts = mixed.students.column("contacts")
    return {
        "mixed_knowledge": gained,
        "mixed_attitude": liked,
        "knowledge_above_attitude": float(gained > liked),
        "attitude_hbo_over_mbo": _attitude(apart, mixed, hbo) - _attitude(apart, mixed, everyone & ~hbo),
        "first_contacts_dip": -min(attitude),
        "contacts_hbo": mean_of(contacts, hbo),
        "contacts_mbo": mean_of(contacts, everyone & ~hbo),
    }


def _attitude_by_week(now: Partnership) -> tuple[Partnership, list[float]]:
    """The year lived with mixed meetings, and how attitude stands every week against the present."""
    mixed = now.copy()
    mixed.change(mbo_mix="mixed")
    attitude = [0.0]
    while mixed.week_of_year < WEEKS:
        mixed.run(weeks=1)
        attitude.append(_attitude(now, mixed, _members(now, mixed)))
    return mixed, attitude


def in_balanced_teams(scenario: Scenario, seed: int) -> Figures:
    """The same where half of those who come to a meeting are mbo students."""
    now = balanced(scenario, seed)
    mixed = future(now, to(mbo_mix="mixed"))
    everyone = _members(now, mixed)
    hbo = everyone & (now.students.column("programme") < Programme.CARE_3)
    return {"attitude_hbo_over_mbo_even": _attitude(now, mixed, hbo) - _attitude(now, mixed, everyone & ~hbo)}


def balanced(scenario: Scenario, seed: int) -> Partnership:
    """A partnership whose teams would be half mbo and half hbo, if they met."""
    seats = {"mbo_students_per_cluster": BALANCED, "mbo_places_per_site": BALANCED}
    return present(with_values(scenario, mbo_mix="parallel", **seats), seed)


def _attitude(before: Partnership, after: Partnership, who: Flags) -> float:
    """How much lower the status barrier is, in SD."""
    return mean_of(before.students.column("barrier") - after.students.column("barrier"), who) / SD["barrier"]


def _members(now: Partnership, later: Partnership) -> Flags:
    """Members of communities with mbo students, the same people then and later (half-year places change hands)."""
    s, t = now.students.rows(), later.students.rows()
    inside = (s.status == Status.INSIDE) & (t.status == Status.INSIDE) & (s.key == t.key)
    member = (s.programme >= Programme.CARE_3) | (s.year <= 3)
    found: Flags = inside & member & now.communities.column("has_mbo")[s.cluster]
    return found
