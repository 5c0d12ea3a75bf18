"""Weeks with and without a placement: who is in no rule and no indicator of supervision (RULES 3, 6)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from samenspel.agents.mentors import Mentor, Role
from samenspel.agents.organisations import LearningCommunity
from samenspel.agents.students import FIRST_MBO, Programme, Status, Student
from samenspel.model import Partnership
from samenspel.model.week.record import record_mentors
from samenspel.model.week.supervision import trainer_guidance
from samenspel.model.year.evaluation import survey
from samenspel.model.year.newcomers import study_plan
from tests.lives import MIXED, apply, differences, make, rows_of, settings_of, small_world
from tests.model.week.rules import CLOSE

ALL_YEAR = {"year_1_first_week": 1, "final_weeks": 40}
IN_PART = {"year_1_first_week": 21, "final_weeks": 20}
CALM = dict.fromkeys(("with_dropout", "with_turnover", "with_withdrawal", "with_assessment", "with_evaluation"), False)
YEAR = np.arange(1, 41)


def weeks_of(programme: Programme, year: int, key: int = 0, **values: Any) -> tuple[int, int]:
    s = rows_of(Student, 1, key=key, programme=programme, year=year)
    study_plan(settings_of(**values), s)
    return int(s.first_week[0]), int(s.last_week[0])


# --- which weeks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("programme", list(Programme))
@pytest.mark.parametrize("year", [1, 2, 3, 4])
@pytest.mark.parametrize("key", [6, 7])
def test_weeks_of_placement_are_those_of_the_table(programme: Programme, year: int, key: int) -> None:
    """Person-weeks a year: 41 − `year_1_first_week`, `final_weeks`, and 40 for everybody else."""
    first, last = weeks_of(programme, year, key, year_1_first_week=15, final_weeks=24)
    by_day = programme in (Programme.FULLTIME, Programme.ACADEMIC)
    if by_day and year == 1:
        assert (first, last) == (15, 40)
    elif (by_day or programme == Programme.PARTTIME) and year == 4:
        assert (first, last) == ((1, 24) if key == 6 else (17, 40))
    else:
        assert (first, last) == (1, 40)
    assert weeks_of(programme, year, key, **ALL_YEAR) == (1, 40)


def test_a_year_holds_the_person_weeks_and_days_of_the_table() -> None:
    there = make(academic_share=0.1, **CALM, **MIXED, **IN_PART)
    kept = ~there.students.column("half_year")  # such a seat changes hands at mid-year
    placed, days = np.zeros(len(there.students)), np.zeros(len(there.students))
    for _ in YEAR:
        there.step()
        placed += there.students.column("placed")
        days += there.students.column("days_now") + there.students.column("attended") * there.p.meeting_hours / 8
    s = there.students.rows()
    first = (s.year == 1) & np.isin(s.programme, (Programme.FULLTIME, Programme.ACADEMIC))
    final = (s.year == 4) & (s.programme < FIRST_MBO)
    np.testing.assert_array_equal(placed[kept], np.where(first | final, 20, 40)[kept])
    np.testing.assert_allclose(days[kept], (s.days * placed)[kept], rtol=CLOSE)
    for programme in (Programme.FULLTIME, Programme.PARTTIME, Programme.ACADEMIC):
        half = s.last_week[final & (s.programme == programme)] == 20
        assert abs(2 * np.count_nonzero(half) - half.size) <= 1
    assert first.any()
    assert final.any()


# --- what does not happen without a placement ------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["fixed", "mentored"])
def test_without_a_placement_a_student_asks_gets_and_learns_nothing(form: str) -> None:
    there = make(form_outside=form, **MIXED, **IN_PART)
    names = ("remembered", "felt_support", "teaching", "care", "collaboration", "knowledge", "contacts", "barrier")
    asked = ("days_now", "hours_asked", "support", "guidance", "trainer_guidance", "supervision", "attended", "help")
    away = 0
    for _ in range(3):
        there.step()
    for _ in range(2 * 40):
        before = {name: there.students.column(name).copy() for name in names}
        key = there.students.column("key").copy()
        there.step()
        s = there.students.rows()
        if not np.array_equal(key, s.key):
            continue  # the turn of the year
        off = ~s.placed
        away += np.count_nonzero(off & (s.status == Status.INSIDE))
        for name in names:
            np.testing.assert_array_equal(getattr(s, name)[off], before[name][off])
        for name in asked:
            assert not getattr(s, name)[off].any(), name
    assert away > 100


def test_a_mentor_whose_students_are_not_placed_hosts_nobody_rests_and_is_not_paid() -> None:
    values = {"mentor_hours": 0.5, "fatigue_base_spread": 0.0, "withdrawal_rate": 0.0, "year_1_first_week": 21}
    world = small_world([{}], {("fulltime", 1): 2}, students_per_cluster=2, hbo_demand=2, **CALM, **values)
    there = Partnership(world, rng=1)
    there.run(weeks=20)
    m, b = there.mentors.rows(), there.boards.rows()
    hosts = np.unique(there.students.column("mentor"))
    assert not m.students.any()
    assert not m.load.any()
    np.testing.assert_array_equal(m.fatigue, m.base)
    assert b.paid_teacher_hours.tolist() == [0.0]
    assert there.communities.column("hosting").tolist() == [0]
    there.run(weeks=1)
    assert (m.load[hosts] > 1).all()
    assert (m.fatigue[hosts] > m.base[hosts]).all()
    there.run(weeks=18)
    assert b.paid_teacher_hours[0] == pytest.approx(19 * 0.5 * hosts.size)


def test_trainers_attend_to_who_is_placed() -> None:
    p = settings_of()
    s = rows_of(Student, 3, status=Status.INSIDE)
    s.placed[1] = False
    c = rows_of(LearningCommunity, 1, end=3, trainer_time=1.0, skill=0.8, familiarity=1.0, seats=1.0)
    trainer_guidance(p, s, c)
    half = 0.8 * 0.5 / (0.5 + p["trainer_half"])
    assert s.trainer_guidance.tolist() == pytest.approx([half, 0.0, half])


# --- what is measured ------------------------------------------------------------------------------------------------


def test_indicators_of_supervision_are_over_who_is_placed() -> None:
    there = make(form_outside="mentored", **MIXED, **IN_PART)
    for week in (6, 30):
        there.run(weeks=week - there.week)
        s, last = there.students.rows(), there.this_week()
        inside, hbo = s.status == Status.INSIDE, s.programme < FIRST_MBO
        assert (inside & ~s.placed).sum() > 10
        for role, who in (("", inside & s.placed), ("_hbo", inside & s.placed & hbo), ("_mbo", inside & ~hbo)):
            quality = s.supervision[who]
            assert last[f"supervision_mean{role}"] == pytest.approx(quality.mean(), abs=CLOSE)
            assert last[f"supervision_p10{role}"] == pytest.approx(np.percentile(quality, 10), abs=CLOSE)
            assert last[f"supervision_adequate_share{role}"] == pytest.approx(
                np.mean(s.shortfalls[who] == 0), abs=CLOSE
            )
        region = s.shortfalls[(s.status != Status.LEFT) & s.placed & hbo]
        assert last["supervision_adequate_share_region"] == pytest.approx(np.mean(region == 0), abs=CLOSE)
        assert last["felt_support"] == pytest.approx(s.felt_support[inside & s.placed].mean(), abs=CLOSE)
        assert last["competence_teaching"] == pytest.approx(s.teaching[inside].mean(), abs=CLOSE)
        assert last["students_inside"] == np.count_nonzero(inside & hbo)
        assert last["students_mbo"] == np.count_nonzero(inside & ~hbo)
        member = inside & s.placed & ((s.year <= 3) | ~hbo)
        assert last["attendance_share"] == pytest.approx(s.attended[member].mean(), abs=CLOSE)


def test_over_nobody_placed_indicators_are_missing() -> None:
    world = small_world([{}], {("fulltime", 1): 2}, students_per_cluster=2, hbo_demand=2, **CALM, year_1_first_week=21)
    there = Partnership(world, rng=1)
    there.run(weeks=2)
    last = there.this_week()
    names = ("supervision_mean", "supervision_p10", "supervision_adequate_share", "felt_support", "mentor_load")
    for name in (*names, "mentor_overload_share", "attendance_share", "supervision_adequate_share_region"):
        assert math.isnan(last[name]), name
    assert last["students_inside"] == 2
    assert last["mentor_hours_asked"] == 0


@pytest.mark.parametrize("by", ["cluster", "year", "role"])
def test_tables_by_group_are_over_weeks_of_placement(by: str) -> None:
    there = make(**CALM, **IN_PART)
    weeks, adequate = np.zeros(len(there.students)), np.zeros(len(there.students))
    for _ in YEAR:
        there.step()
        s = there.students.rows()
        now = s.placed & (s.status == Status.INSIDE)
        weeks += now
        adequate += now & (s.shortfalls == 0)
    table = there.groups_last_year(by)
    labels = {"cluster": s.cluster, "year": s.year, "role": np.zeros(s.key.size, int)}[by]
    inside = s.status == Status.INSIDE
    groups = [inside & (labels == one) for one in np.unique(labels[inside])]
    shares = [adequate[group].sum() / weeks[group].sum() for group in groups]
    assert sorted(table["supervision_adequate_share"]) == pytest.approx(sorted(shares), abs=CLOSE)


def test_an_overloaded_mentor_counts_in_weeks_of_placement_only() -> None:
    r = np.zeros(1, [(name, float) for name in OF_MENTORS]).view(np.recarray)[0]
    m = rows_of(Mentor, 2, role=Role.ACTIVE, load=[1.5, 0.0], students=[1, 0])
    record_mentors(r, m)
    assert (r.mentor_load, r.mentor_overload_share) == (1.5, 1.0)


OF_MENTORS = ("mentor_overload_share", "mentor_load", "mentor_withdrawn_share", "mentor_fatigued_share")


# --- taken away, and in a change --------------------------------------------------------------------------------------


def test_with_the_values_that_take_it_away_everybody_is_placed_all_year() -> None:
    there = make(**MIXED, **ALL_YEAR, duo_year_1=False)
    for _ in range(42):
        before = there.students.column("status") == Status.LEFT
        there.step()
        s = there.students.rows()
        if there.week_of_year not in (1, 20):  # when rows or seats become others'
            np.testing.assert_array_equal(s.placed, ~before)
        assert (s.duo == -1).all()


def test_a_change_of_the_weeks_holds_at_once() -> None:
    changed, other = make(**IN_PART), make(**IN_PART)
    for there in (changed, other):
        there.run(weeks=10)
    changed.change(year_1_first_week=11)
    first = (changed.students.column("year") == 1) & (changed.students.column("programme") == Programme.FULLTIME)
    for there in (changed, other):
        there.run(weeks=1)
    present = changed.students.column("status") != Status.LEFT
    assert changed.students.column("placed")[first & present].all()
    assert not other.students.column("placed")[first].any()
    assert "students.placed" in differences(changed, other)


@pytest.mark.parametrize(("week", "expected"), [(20, 0.8), (40, 0.5)])
def test_evaluations_ask_whose_placement_has_begun(week: int, expected: float) -> None:
    world = small_world(
        [{}], {("fulltime", 1): 1, ("fulltime", 2): 1}, students_per_cluster=2, hbo_demand=2,
        external_students_per_site=0, year_1_first_week=21, survey_noise=0.0, **CALM,
    )  # fmt: skip
    there = Partnership(world, rng=1)
    s = there.students.rows()
    s.remembered[:] = np.where(s.year == 1, 0.2, 0.8)
    assert apply(survey, there, 1, 0, week).tolist() == pytest.approx([expected])
