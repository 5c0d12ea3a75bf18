"""The turn of the year: summer, coming and going of staff, evaluation, assessment (RULES 4.1, 4.3.1 to 4.3.4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from samenspel.agents.mentors import Role
from samenspel.agents.students import Exit, Programme, Status, Student
from samenspel.model import Partnership
from samenspel.model.life import turn
from samenspel.model.year.assessment import GOES_ON, REPEATS, judge, outcomes
from samenspel.model.year.evaluation import survey
from tests.lives import after, apply, make, rows_of, settings_of

SURE = 1e-6
CALM = {"with_turnover": False, "with_evaluation": False, "with_finance": False}


def turned(there: Partnership) -> Partnership:
    """Only the turn, without the week that follows."""
    apply(turn, there, grows=True)
    return there


# --- mentors ---------------------------------------------------------------------------------------------------------


def test_summer_leaves_a_part_of_what_is_above_the_base() -> None:
    there = make(**CALM, fatigue_summer=0.4)
    m = there.mentors
    m.column("fatigue")[:] = np.linspace(0, 1, m.size)
    there.run(weeks=40)
    fatigue, base = m.column("fatigue").copy(), m.column("base").copy()
    turned(there)
    np.testing.assert_allclose(m.column("fatigue"), base + 0.4 * (fatigue - base))


def test_withdrawn_mentors_return_by_their_chance_and_with_them_roles_stay_filled() -> None:
    there = make(**CALM, mentor_return=0.5)
    there.run(weeks=40)
    m = there.mentors
    m.column("role")[:] = Role.WITHDRAWN
    keys = m.column("key").copy()
    turned(there)
    back = m.column("role") == Role.ACTIVE
    assert set(m.column("role").tolist()) == {Role.ACTIVE, Role.WITHDRAWN}
    assert stats.binomtest(int(back.sum()), m.size, 0.5).pvalue > SURE
    np.testing.assert_array_equal(m.column("key"), keys)


def test_mentors_leave_and_are_recruited_by_their_chances() -> None:
    left = recruited = roles = of = 0
    for seed in range(6):
        there = make(seed, mentor_turnover=0.2, mentor_recruitment=0.6, with_withdrawal=False)
        there.run(weeks=40)
        keys, vacant = there.mentors.column("key").copy(), there.mentors.column("role") == Role.EMPTY
        turned(there)
        m = there.mentors.rows()
        empty, new = m.role == Role.EMPTY, m.key != keys
        assert not (empty & new).any()
        assert m.new[new].all()
        assert (m.fatigue[new] == m.base[new]).all()
        assert (m.key[new] >> 40 & 0xFFFF == 1).all()
        left, of = left + (~vacant & (empty | new)).sum(), of + (~vacant).sum()
        recruited, roles = recruited + new.sum(), roles + (empty | new).sum()
    assert stats.binomtest(int(left), int(of), 0.2).pvalue > SURE
    assert stats.binomtest(int(recruited), int(roles), 0.6).pvalue > SURE


def test_training_raises_skill_once_and_twice_as_often_with_a_plan() -> None:
    counts = {False: [0, 0], True: [0, 0]}
    for seed in range(6):
        there = make(seed, **CALM, form_start="new", mentor_training_rate=0.2, mentor_training_gain=0.07)
        there.run(weeks=40)
        there.communities.column("plan")[::2] = True
        m = there.mentors.rows()
        skill, trained = m.skill.copy(), m.trained.copy()
        active = m.role == Role.ACTIVE
        turned(there)
        now = m.trained & ~trained
        np.testing.assert_allclose(m.skill, np.where(now, np.minimum(1, skill + 0.07), skill))
        for plan in counts:
            asked = active & ~trained & (there.communities.column("plan")[m.cluster] == plan)
            counts[plan][0] += int((now & asked).sum())
            counts[plan][1] += int(asked.sum())
    for plan, rate in ((False, 0.2), (True, 0.4)):
        assert stats.binomtest(*counts[plan], rate).pvalue > SURE


# --- trainers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backlog", [0.0, 20.0])
def test_trainers_professionalise_as_far_as_the_leadership_has_time(backlog: float) -> None:
    there = make(**CALM, trainer_skill_gain=0.1, trainer_skill_loss=0.06)
    there.run(weeks=40)
    there.leaderships.column("backlog")[:] = backlog
    t = there.trainers.rows()
    skill, served = t.skill.copy(), 1 / (1 + backlog / 40)
    turned(there)
    expected = skill + 0.1 * (1 - skill) * served - 0.06 * skill * (1 - served)
    np.testing.assert_allclose(t.skill[t.present], expected[t.present])
    np.testing.assert_array_equal(t.skill[~t.present], skill[~t.present])
    assert not there.leaderships.column("backlog").any()


def test_trainers_change_and_may_not_be_found_at_once() -> None:
    changed = found = of = 0
    for seed in range(20):
        there = make(seed, trainer_turnover=0.25, trainer_found=0.6, vacancy_weeks=17, familiarity_new=0.5)
        there.run(weeks=40)
        keys = there.trainers.column("key").copy()
        turned(there)
        t = there.trainers.rows()
        new = t.key != keys
        assert set(t.vacant_weeks[new].tolist()) <= {0, 17}
        assert not t.vacant_weeks[~new].any()
        assert (t.familiarity[new] == 0.5).all()
        assert t.present[new].all()
        changed, found, of = changed + new.sum(), found + (new & (t.vacant_weeks == 0)).sum(), of + t.present.sum()
    assert stats.binomtest(int(changed), int(of), 0.25).pvalue > SURE
    assert stats.binomtest(int(found), int(changed), 0.6).pvalue > SURE


# --- evaluation ------------------------------------------------------------------------------------------------------


def test_answers_are_remembered_supervision_with_noise_that_grows_with_the_backlog() -> None:
    there = after(weeks=40)
    s = there.students.rows()
    s.remembered[:] = 0.5
    inside = np.bincount(s.cluster[s.status == Status.INSIDE], minlength=15)
    spread = []
    for backlog in (0.0, 8.0):
        there.leaderships.column("backlog")[:] = backlog
        noise = there.p.survey_noise * (1 + backlog / there.p.leadership_backlog_limit)
        answers = np.array([apply(survey, there, 1, number, 40) for number in range(400)])
        assert np.abs(answers - 0.5).max() <= noise
        spread.append(answers.std(axis=0))
        np.testing.assert_allclose(spread[-1], noise / np.sqrt(3 * inside), rtol=0.2)
    assert (spread[1] > spread[0]).all()


def evaluated(remembered: float, hours: float, plan: bool, **values: Any) -> Any:
    """A community's columns after the turn when all remember the same; the noise is too small to matter."""
    quiet = {"survey_noise": 0.0, "survey_floor": 0.5, "plan_hours": 0.5, "plan_hours_limit": 1.2}
    there = make(**{"with_turnover": False} | quiet | values, beyond_range=True)
    there.run(weeks=40)
    there.students.column("remembered")[:] = remembered
    there.communities.column("extra_hours")[:] = hours
    there.communities.column("plan")[:] = plan
    return turned(there).communities.rows()


@pytest.mark.parametrize(
    ("remembered", "hours", "plan", "then"),
    [
        (0.4, 0.0, False, (0.5, True)),
        (0.4, 1.0, True, (1.2, True)),
        (0.5, 1.0, True, (0.5, False)),
        (0.6, 0.2, False, (0.0, False)),
    ],
)
def test_the_end_evaluation_adds_hours_below_the_floor_and_takes_them_back_above_it(
    remembered: float, hours: float, plan: bool, then: tuple[float, bool]
) -> None:
    c = evaluated(remembered, hours, plan)
    assert c.extra_hours.tolist() == pytest.approx([then[0]] * c.extra_hours.size)
    assert set(c.plan.tolist()) == {then[1]}


def test_without_evaluation_plans_stay_as_they_are() -> None:
    c = evaluated(0.1, 0.7, True, with_evaluation=False)
    assert set(c.extra_hours.tolist()) == {0.7}
    assert c.plan.all()


@pytest.mark.parametrize(("remembered", "backlog", "then"), [(0.1, 0.0, 0.7), (0.1, 9.0, 0.2), (0.9, 0.0, 0.2)])
def test_the_interim_evaluation_only_adds_and_only_in_time(remembered: float, backlog: float, then: float) -> None:
    there = make(survey_noise=0.0, survey_floor=0.5, plan_hours=0.5, leadership_backlog_limit=8.0, beyond_range=True)
    there.run(weeks=19)
    there.communities.column("extra_hours")[:] = 0.2
    there.students.column("remembered")[:] = remembered
    there.leaderships.column("backlog")[:] = backlog
    there.leaderships.column("asked")[:] = there.p.leadership_hours
    plans = there.communities.column("plan").tolist()
    there.step()
    assert there.communities.column("extra_hours").tolist() == pytest.approx([then] * 15)
    assert there.communities.column("plan").tolist() == plans


# --- assessment ------------------------------------------------------------------------------------------------------

N = 20_000


def judged(p: Any, programme: Programme, year: int, competence: float, **states: int) -> np.ndarray[Any, Any]:
    s = rows_of(
        Student, N, status=Status.INSIDE, programme=programme, year=year,
        teaching=competence, care=competence, collaboration=competence, **states,
    )  # fmt: skip
    s.key[:] = np.arange(N)
    outcome = np.zeros(N, np.int8)
    judge(p, np.uint64(4), 1, s, outcome)
    return outcome


@pytest.mark.parametrize("year", [1, 2, 3, 4])
@pytest.mark.parametrize("programme", [Programme.FULLTIME, Programme.PEDAGOGY])
def test_who_passes_is_a_matter_of_score_and_noise(programme: Programme, year: int) -> None:
    p = settings_of(assessment_noise=0.1, failed_leaves=0.3, delay_later=0.0, **{f"required_year_{year}": 0.4})
    outcome = judged(p, programme, year, 0.42)
    passed = Exit.GRADUATED if year == 4 else GOES_ON
    assert stats.binomtest(int((outcome == passed).sum()), N, 0.6).pvalue > SURE
    failed = int((outcome != passed).sum())
    assert stats.binomtest(int((outcome == Exit.FAILED).sum()), failed, 0.3).pvalue > SURE
    assert set(outcome.tolist()) == {passed, Exit.FAILED, REPEATS}
    assert set(judged(p, programme, year, 0.51).tolist()) == {passed}
    assert passed not in judged(p, programme, year, 0.29)


@pytest.mark.parametrize("year", [1, 2, 3, 4])
def test_who_passes_at_the_workplace_may_be_delayed_at_the_institute_in_a_later_year(year: int) -> None:
    """All pass at the workplace; of years 2 to 4 so many repeat, and nobody leaves before the limit."""
    p = settings_of(delay_later=0.15, failed_leaves=1.0, **{f"required_year_{year}": 0.0})
    outcome = judged(p, Programme.PARTTIME, year, 0.9)
    passed = Exit.GRADUATED if year == 4 else GOES_ON
    assert set(outcome.tolist()) == ({passed} if year == 1 else {passed, REPEATS})
    if year > 1:
        assert stats.binomtest(int((outcome == REPEATS).sum()), N, 0.15).pvalue > SURE


def test_a_delay_is_no_matter_of_the_score() -> None:
    """Who is delayed is so by another draw than that of the assessment."""
    failed, repeats = (
        judged(
            settings_of(assessment_noise=0.1, required_year_3=0.4, failed_leaves=0.0, delay_later=delay),
            Programme.FULLTIME, 3, 0.42,
        ) == REPEATS
        for delay in (0.0, 0.2)
    )  # fmt: skip
    assert repeats[failed].all()
    assert stats.binomtest(int((repeats & ~failed).sum()), int((~failed).sum()), 0.2).pvalue > SURE


def test_who_is_delayed_keeps_year_and_place_until_the_limit() -> None:
    calm = {**CALM, "with_withdrawal": False, "with_dropout": False, "denomination_wish_share": 0.0}
    there = after(
        years=1, **calm, **{f"required_year_{k}": 0.0 for k in (1, 2, 3, 4)}, delay_later=1.0, beyond_range=True
    )
    s = there.students.rows()
    inside = (s.status == Status.INSIDE) & (s.year >= 2)
    before = dict(zip(s.key[inside].tolist(), zip(s.year[inside], s.site[inside], strict=True), strict=True))
    enrolled = dict(zip(s.key[inside].tolist(), s.enrolled[inside].tolist(), strict=True))
    assert len(before) > 100
    for turns in range(1, 5):  # who began in year 4 has then been enrolled for seven years
        there.run(weeks=1)
        s = there.students.rows()
        now = dict(zip(s.key.tolist(), zip(s.year, s.site, strict=True), strict=True))
        still = {key for key in before if enrolled[key] + turns < there.p.enrolment_limit}
        assert {key: now.get(key) for key in before} == {key: before[key] if key in still else None for key in before}
        there.run(weeks=39)
    assert len(still) < len(before)


def test_without_assessment_everybody_passes() -> None:
    p = settings_of(with_assessment=False, delay_later=1.0)
    assert set(judged(p, Programme.FULLTIME, 2, 0.0).tolist()) == {GOES_ON}
    assert set(judged(p, Programme.FULLTIME, 4, 0.0).tolist()) == {Exit.GRADUATED}


def test_graduates_of_the_record_are_hbo_students_inside_who_leave_with_a_diploma() -> None:
    """Only mbo students of level 3 besides, who get a diploma too; and some hbo students are outside."""
    mbo = {"mbo_students_per_cluster": 4, "mbo_mix": "mixed", "mbo_level3_share": 1.0, "mbo_assistant_share": 0.0}
    there = after(years=3, weeks=39, beyond_range=True, **mbo)
    s = there.students.rows()
    there.run(weeks=1)
    inside = {
        int(key) for key, status, programme in zip(s.key, s.status, s.programme, strict=True)
        if status == Status.INSIDE and programme < Programme.CARE_3
    }  # fmt: skip
    outcome = dict(zip(s.key.tolist(), apply(outcomes, there, 4).tolist(), strict=True))
    graduates = [key for key, code in outcome.items() if code == Exit.GRADUATED]
    told = there.indicators().iloc[-1]["graduates"]
    assert 0 < told == len(inside.intersection(graduates)) < len(graduates)
    there.run(weeks=1)
    assert not {*graduates} & {*there.students.column("key").tolist()}


def test_enrolment_has_a_limit_that_graduates_do_not_feel() -> None:
    p = settings_of(enrolment_limit=5, delay_later=0.0)
    assert set(judged(p, Programme.FULLTIME, 3, 1.0, enrolled=4).tolist()) == {Exit.FAILED}
    assert set(judged(p, Programme.FULLTIME, 3, 1.0, enrolled=3).tolist()) == {GOES_ON}
    assert set(judged(p, Programme.FULLTIME, 4, 1.0, enrolled=4).tolist()) == {Exit.GRADUATED}


def test_outcomes_are_carried_out() -> None:
    there = after(weeks=40, seed=3, failed_leaves=0.5)
    present = [(s, s.year, s.enrolled) for s in there.students if s.status != Status.LEFT]
    before = there.state.departed.copy()
    there.step()
    stayed = [(s, year, enrolled) for s, year, enrolled in present if s.row is not None]
    assert all(s.enrolled == enrolled + 1 for s, _, enrolled in stayed)
    assert {s.year - year for s, year, _ in stayed} == {0, 1}
    left = there.state.departed - before
    assert left[Exit.GRADUATED] > 0
    assert left[Exit.FAILED] > 0
    assert left[Exit.ENDED] == 0


def test_intake_fills_every_programme_up() -> None:
    there = make(1, pedagogy_share=0.05)
    at_start = np.bincount(there.students.column("programme"), minlength=4)
    assert at_start.sum() == 360
    assert at_start[1:].tolist() == [86, 18, 18]  # 0.24, 0.05 and 0.05 of 360, by largest remainder
    there.run(weeks=40)
    present = there.students.column("status") != Status.LEFT
    assert (np.bincount(there.students.column("programme")[present], minlength=4) < at_start).any()
    turned(there)
    np.testing.assert_array_equal(np.bincount(there.students.column("programme"), minlength=4), at_start)
    new = there.students.column("enrolled") == 0
    assert new.any()
    assert (there.students.column("year")[new] == 1).all()
