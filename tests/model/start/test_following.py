"""The start as a partnership lives follows each other mechanism that is on (RULES 5.1)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks import start as campaign
from samenspel.agents.mentors import MentorKind
from samenspel.agents.students import FIRST_MBO, Programme, Status
from samenspel.model import Partnership
from samenspel.model.declared.calendar import WEEKS
from samenspel.model.declared.settings import settings
from samenspel.model.start.cells import calendar, nobody
from samenspel.model.start.exchange import (
    COMPANY,
    GIFTS,
    INSIDE,
    PEERS,
    REMEMBERED,
    YEARS,
    members_expected,
    sessions_expected,
    sit_together,
)
from samenspel.model.start.found import know_who_is_asked
from samenspel.model.start.guided import duo_part, guided_at, is_first_year, supervised
from samenspel.model.start.past import forgotten
from samenspel.model.start.tenure import work_done
from samenspel.model.state import everybody
from tests.lives import BASELINE, FIRST, columns_of
from tests.model.start.test_lived import FAR, LIVED, SAMPLE, long_run
from tests.model.test_docking import DESIGNS, IN_PART, PERSONS

SECOND: dict[str, Any] = {
    **PERSONS,
    **IN_PART,
    **{"form_outside": "mentored", "assistant_relief": 0.25, "match_knowledge": 1.0, "delay_later": 0.1},
    **{"adequate_by": "floors", "duo_year_1": True, "form_skill": "logistic", "richness_spread": 0.8},
    **{"selection": 0.5, "keep_mentor_within_load": True, "mentor_hours_final": 2.5},
    **{"peer_gain": 0.005, "workplace_gain": 0.012, "practice_weight": 0.35},
    **{"placement_priority": "lottery", "parttime_availability": 0.33},
}
"""The second edition, with what RULES 10 says of each mechanism."""
FULLTIME = Programme.FULLTIME


def lived(seed: int = 1, **values: Any) -> Partnership:
    """A lived start by the rules of the first edition, and by these mechanisms."""
    return Partnership(FIRST.with_values(**LIVED, **values), rng=seed)


def inside_of(there: Partnership, year: int) -> Any:
    s = there.students.rows()
    return (s.status == Status.INSIDE) & (s.programme < FIRST_MBO) & (s.year == year)


# --- all of them ---


@pytest.mark.slow
def test_year_1_of_the_second_edition_stands_near_its_long_run() -> None:
    scenario = campaign.quiet("baseline", form_start="lived", **SECOND)
    found = campaign.gaps(campaign.life(scenario, seed) for seed in range(1, SAMPLE + 1))
    beyond = {name: gap for name, gap in found.items() if abs(gap[0]) > campaign.MARGINS[name] + FAR * gap[1]}
    assert not beyond


@pytest.mark.parametrize(
    "values",
    [
        IN_PART,
        {"duo_year_1": True},
        {"form_facilitation": "persons"},
        {"with_fidelity": True, "leadership_hours": 420.0},
        {"community_weight": 0.15},
        {"form_skill": "logistic"},
        {"selection": 0.5},
        {"keep_mentor_within_load": True, "students_per_cluster": 18},
        {"mentor_hours_final": 2.5},
    ],
    ids=str,
)
def test_each_of_them_makes_another_start(values: dict[str, Any]) -> None:
    besides = ("students_per_cluster", "leadership_hours")
    off = {name: FIRST.values[name] for name in values if name not in besides}
    one, other = columns_of(lived(3, **values)), columns_of(lived(3, **values | off))
    assert not all(
        np.array_equal(one[f"students.{name}"], other[f"students.{name}"])
        for name in ("mentor", "engagement", "remembered", "peer_support")
    )


def test_what_a_school_year_remembers_is_not_there_yet() -> None:
    s = lived(**SECOND).students.rows()
    for column in (s.weeks_placed, s.placed, s.time_memory, s.contact_memory, s.quality_memory):
        assert not column.any()


# --- placement in a part of the year ---


def test_weeks_of_placement_are_those_of_students() -> None:
    there = lived(**IN_PART, academic_share=0.1, pedagogy_share=0.1, mbo_students_per_cluster=4)
    when, s = calendar(there.settings[0]), there.students.rows()
    for week in (1, 20, 21, 40):
        placed = (s.first_week <= week) & (week <= s.last_week)
        year = np.where(s.programme < FIRST_MBO, s.year - 1, 0)
        assert np.array_equal(placed, when[s.key % 2, s.programme, year, week] == 1.0)
        assert nobody(there.settings[0], 1).placed[FULLTIME, :, week].tolist() == [float(week > 20), 1.0, 1.0, 0.5]


def test_who_had_fewer_weeks_of_placement_has_forgotten_less() -> None:
    whole, part = lived().p, lived(**IN_PART)
    s = part.students.rows()
    second = np.flatnonzero(inside_of(part, 2) & (s.programme == FULLTIME))[0]
    assert forgotten(part.settings[0], s, second, 1) == pytest.approx((1 - whole.memory_rate) ** 20)
    assert forgotten(part.settings[0], s, second, 2) == pytest.approx((1 - whole.memory_rate) ** 60)


def test_first_years_meet_nobody_before_their_placement_begins() -> None:
    there = lived(**IN_PART)
    run = long_run(there)
    found, e = run.found[0], run.expected[0]
    p, number = there.settings[0], e.number[INSIDE]
    members = members_expected(p, e.first[INSIDE], e.last[INSIDE], number)
    early, late = np.zeros((2, len(Programme) * YEARS, GIFTS))
    for week, gives in ((1, early), (WEEKS, late)):
        sit_together(p, found.communities, run.here.c, e.placed[:, :, week].copy(), number, members, gives)
    first, second = YEARS * FULLTIME, YEARS * FULLTIME + 1
    assert early[first, COMPANY] == 0 < late[first, COMPANY]
    assert early[second, COMPANY] > 0


def test_mentors_have_more_time_before_first_years_come() -> None:
    """Who asks less than the mean load notices; who asks more alone does not."""
    e = long_run(lived(**IN_PART, mentor_hours=1.0)).expected[0]
    assert e.given[FULLTIME, 1, 20] > e.given[FULLTIME, 1, 21]
    assert e.given[FULLTIME, 2, 20] == e.given[FULLTIME, 2, 21]


def test_with_placement_all_year_every_week_is_the_same() -> None:
    e = long_run(lived()).expected[0]
    assert (e.given[..., 1:] == e.given[..., 1:2]).all()
    assert np.ptp(e.trainers[1:]) == 0


# --- duos ---


def test_as_many_are_in_duos_as_chance_brings_to_a_site() -> None:
    there = lived(duo_year_1=True)
    run = long_run(there)
    found, e = run.found[0], run.expected[0]
    mean = e.number[INSIDE, :FIRST_MBO, 0].sum() / found.sites[0]
    at_site = np.random.default_rng(1).poisson(mean, 200_000)
    shared = (at_site // 2 * 2).sum() / at_site.sum()
    whole = np.ones(e.number[INSIDE].shape)
    assert duo_part(there.settings[0], found, 0, whole, e.number[INSIDE]) == pytest.approx(shared, abs=0.005)
    assert is_first_year(FULLTIME, 0)
    assert not is_first_year(Programme.CARE_3, 0)


def test_first_years_start_in_duos_with_one_mentor() -> None:
    s = lived(duo_year_1=True).students.rows()
    two = np.flatnonzero(s.duo >= 0)
    assert two.size > 20
    assert (s.year[two] == 1).all()
    assert np.array_equal(s.mentor[two], s.mentor[s.duo[two]])
    assert np.array_equal(s.duo[s.duo[two]], two)


# --- sessions and communities ---


@pytest.mark.parametrize("mix", ["mixed", "parallel", "alternating"])
def test_there_are_as_many_sessions_as_chance_brings_two_to(mix: str) -> None:
    p = settings(BASELINE.with_values(mbo_mix=mix, cross_year=False).values)[0]
    members = np.zeros((len(Programme), YEARS))
    members[FULLTIME, :3] = 1.2, 0.7, 3.0
    members[Programme.ASSISTANT, 0] = 0.9
    alone, others = sessions_expected(p, members.ravel(), 2.0)
    people = np.random.default_rng(2).poisson(members[..., None] / 2.0, (*members.shape, 200_000))
    hbo, mbo = people[FULLTIME], people[Programme.ASSISTANT]
    apart = 2 * (hbo >= 2).sum(axis=0).mean(), 2 * (mbo >= 2).sum(axis=0).mean()
    together = 2 * (hbo + mbo >= 2).sum(axis=0).mean()
    share = {"mixed": 1.0, "parallel": 0.0, "alternating": 0.5}[mix]
    assert others == pytest.approx(share * together + (1 - share) * apart[0], abs=0.01)
    assert alone == pytest.approx((1 - share) * apart[1], abs=0.01)


def test_sessions_leave_trainers_less_time() -> None:
    hours, persons = (long_run(lived(form_facilitation=form)).expected[0] for form in ("hours", "persons"))
    assert (persons.trainers[1:] < hours.trainers[1:]).all()


def test_communities_are_as_mature_as_the_leadership_lets_them() -> None:
    busy = lived(with_fidelity=True, leadership_hours=420.0)
    maturity = busy.communities.column("maturity")
    assert (maturity < 0.95).all()
    done = work_done(everybody(busy.copy().state))[busy.communities.column("partnership")]
    turned = maturity + busy.p.maturity_rate * (done - maturity)
    np.testing.assert_allclose(turned, maturity, rtol=1e-12)
    assert (lived(leadership_hours=420.0).communities.column("maturity") == 1.0).all()


def test_supervision_inside_is_by_mentor_trainers_and_community() -> None:
    there = lived(community_weight=0.15, induction=0.4)
    run = long_run(there)
    p, found, e = there.settings[0], run.found[0], run.expected[0]
    x = e.first[INSIDE, FULLTIME, 2]
    w_m = 1 - p.trainer_weight - 0.15
    for year, community in ((2, x[PEERS]), (3, 0.4)):
        mean, sd = supervised(p, guided_at(p, found, e, INSIDE, FULLTIME, year), 7, x)
        given = e.given[FULLTIME, year, 7]
        assert mean == pytest.approx(w_m * given * found.skill[0] + p.trainer_weight * e.trainers[7] + 0.15 * community)
        assert sd == pytest.approx(w_m * given * found.skill_spread[0])


def test_an_induction_programme_is_remembered_in_year_4_only() -> None:
    little, much = (long_run(lived(community_weight=0.15, induction=induction)).expected[0] for induction in (0.0, 1.0))
    better = much.last[INSIDE, FULLTIME, :, REMEMBERED] - little.last[INSIDE, FULLTIME, :, REMEMBERED]
    assert better[3] == pytest.approx(0.15, abs=0.02)
    assert np.abs(better[:3]).max() < 0.01


# --- mentors ---


def test_where_the_skilled_are_asked_first_students_have_more_skilled_mentors() -> None:
    """And the expected year knows: skill is that of mentors over the students they have."""
    more = []
    for selection in (0.0, 0.5):
        there = lived(2, selection=selection, form_skill="logistic")
        m, s = there.mentors.rows(), there.students.rows()
        run = long_run(there)
        before = run.found[0].skill[0]
        know_who_is_asked(everybody(there.state), run.everywhere)
        theirs = m.skill[s.mentor[(s.mentor >= 0) & (m.kind[s.mentor] == MentorKind.TEACHER)]]
        assert run.found[0].skill[0] == pytest.approx(theirs.mean())
        assert run.found[0].skill_spread[0] == pytest.approx(theirs.std())
        more.append(theirs.mean() - before)
    assert abs(more[0]) < 0.01 < more[1]


def test_mentors_of_a_final_year_have_more_hours() -> None:
    less, more = (long_run(lived(mentor_hours=2.0, mentor_hours_final=hours)) for hours in (2.0, 4.0))
    final = [run.expected[0].given[FULLTIME, 3, 5] for run in (less, more)]
    other = [run.expected[0].given[FULLTIME, 2, 5] for run in (less, more)]
    assert final[1] > final[0]
    assert other[1] >= other[0]
    assert less.found[0].time[0, 0] == less.found[0].time[0, 1] < more.found[0].time[0, 1]


def test_all_of_them_dock() -> None:
    """What docks in `test_lived.py` has all that this file turns on."""
    design = DESIGNS["all of the second edition"]
    assert {name for name in SECOND if name not in design} <= {
        "peer_gain", "workplace_gain", "practice_weight", "placement_priority", "parttime_availability",
    }  # fmt: skip
