"""Supervision by mentors and trainers: closed forms, and properties where there are none (RULES 3.1 to 3.5)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from samenspel.agents.mentors import Mentor, MentorKind, Role
from samenspel.agents.organisations import Board, Institute, LearningCommunity, ProgrammeLeadership, Site
from samenspel.agents.students import Programme, Status, Student
from samenspel.agents.trainers import Trainer
from samenspel.model.week.supervision import (
    caseload,
    coordination_of,
    count_students,
    demand,
    dose,
    freed_by,
    match,
    mentor_guidance,
    mentor_time,
    pay_mentors,
    settle_trainers,
    supervision_quality,
    trainer_guidance,
    trainer_time,
)
from samenspel.model.week.workload import kind_for
from tests.lives import communities_of, floats, rows_of, settings_of
from tests.model.week.rules import CLOSE, FORMS, load_of, often, people, seldom
from tests.strategies import allowed, plausible, unit, values_of
from tests.textbook.constants import VACANCY_LOSS

# --- supervision -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS["form_caseload"])
@often
@given(load=st.floats(0, 1e4))
def test_no_hours_are_given_that_are_not_there(form: str, load: float) -> None:
    p = settings_of(form_caseload=form)
    share = caseload(p, load)
    assert 0 <= share <= 1
    assert share * load <= 1 + CLOSE
    assert caseload(p, load + 0.01) <= share
    assert caseload(p, 0.0) == 1


@pytest.mark.parametrize(
    ("form", "load", "share"),
    [
        ("hyperbolic", 0.5, 1.0),
        ("hyperbolic", 1.0, 1.0),
        ("hyperbolic", 4.0, 0.25),
        ("linear", 1.0, 0.7),
        ("linear", 5.0, 0.0),
        ("logistic", 1.5, 0.5),
        ("logistic", 3.0, 1 / 17),
    ],
)
def test_caseload_by_hand(form: str, load: float, share: float) -> None:
    assert caseload(settings_of(form_caseload=form), load) == pytest.approx(share, abs=CLOSE)


@pytest.mark.parametrize("form", FORMS["form_dose"])
@often
@given(support=unit, more=unit, half=allowed("dose_half"))
def test_dose_rises_from_nothing_to_one_and_never_falls_short_of_a_straight_line(
    form: str, support: float, more: float, half: float
) -> None:
    p = settings_of(form_dose=form, dose_half=half)
    assert dose(p, 0.0) == 0
    assert dose(p, 1.0) == pytest.approx(1, abs=CLOSE)
    low, high = sorted((support, more))
    assert dose(p, low) <= dose(p, high) + CLOSE
    assert low - CLOSE <= dose(p, low) <= 1 + CLOSE
    assert (dose(p, low) + dose(p, high)) / 2 <= dose(p, (low + high) / 2) + CLOSE


def test_half_the_support_is_more_than_half_the_guidance() -> None:
    assert dose(settings_of(form_dose="hyperbolic", dose_half=0.5), 0.5) == pytest.approx(0.75)
    by_hand = (1 - math.exp(-1)) / (1 - math.exp(-2))
    assert dose(settings_of(form_dose="exponential", dose_half=0.5), 0.5) == pytest.approx(by_hand)
    assert dose(settings_of(form_dose="linear"), 0.5) == 0.5


@pytest.mark.parametrize("kind", MentorKind)
@pytest.mark.parametrize("programme", Programme)
def test_a_teacher_with_an_assistant_is_the_only_mismatch(kind: MentorKind, programme: Programme) -> None:
    p = settings_of(match_cross=0.7, interprofessional_restoration=0.5, match_knowledge=0.0)
    crossed = kind == MentorKind.TEACHER and programme == Programme.ASSISTANT
    assert match(p, kind, programme, False, 1.0) == pytest.approx(0.7 if crossed else 1.0)
    assert match(p, kind, programme, True, 1.0) == pytest.approx(0.85 if crossed else 1.0)


@pytest.mark.parametrize(("programme", "fit"), [(Programme.ASSISTANT, 0.76), (Programme.FULLTIME, 1.0)])
def test_what_an_assistant_knows_of_the_other_profession_closes_a_part_of_the_gap(
    programme: Programme, fit: float
) -> None:
    p = settings_of(match_cross=0.7, interprofessional_restoration=0.5, match_knowledge=1.0)
    assert match(p, MentorKind.TEACHER, programme, False, 0.2) == pytest.approx(fit)
    trained = 1 - (1 - fit) / 2
    assert match(p, MentorKind.TEACHER, programme, True, 0.2) == pytest.approx(trained)
    half = settings_of(match_cross=0.7, interprofessional_restoration=0.5, match_knowledge=0.5)
    assert match(half, MentorKind.TEACHER, programme, False, 0.4) == pytest.approx(fit)


@pytest.mark.parametrize("programme", Programme)
def test_who_supervises_whom(programme: Programme) -> None:
    in_care = programme in (Programme.PEDAGOGY, Programme.CARE_3, Programme.CARE_4)
    assert kind_for(programme) == (MentorKind.CARE if in_care else MentorKind.TEACHER)


@often
@given(need=plausible("need_per_day"), days=st.floats(0, 5), peers=unit, relief=unit)
def test_hours_asked(need: float, days: float, peers: float, relief: float) -> None:
    s = rows_of(Student, 3, need=need, days_now=days, peer_support=peers, hours_asked=9.0)
    s.status[:] = Status.INSIDE, Status.OUTSIDE, Status.LEFT
    demand(settings_of(peer_relief=relief, form_outside="fixed"), s)
    assert s.hours_asked[0] == pytest.approx(need * days * (1 - relief * peers))
    assert s.hours_asked[1:].tolist() == [0, 0]
    assert s.hours_asked[0] >= 0


def test_mentor_time_by_hand() -> None:
    m = rows_of(Mentor, 5, role=Role.ACTIVE, students=1, hours_asked=3.0, fatigue=0.5, load=9.0)
    m.kind[1] = MentorKind.CARE
    m.students[2] = 0
    m.role[3] = Role.WITHDRAWN
    m.fatigue[4] = 0.0
    load_of(settings_of(mentor_hours=2.0, care_mentor_hours=1.5, fatigue_time_loss=0.4), m, factor=0.5)
    assert m.hours_available.tolist() == pytest.approx([0.8, 0.6, 0, 0, 1.0])
    assert m.load.tolist() == pytest.approx([3.75, 5.0, 0, 0, 3.0])
    load_of(settings_of(mentor_hours=2.0, with_fatigue=False), m)
    assert m.hours_available[0] == 2.0


def full_by_rule(values: dict[str, Any], m: Any, k: int, *, final: bool) -> float:
    """Hours of a rested mentor before cuts."""
    if m.kind[k] == MentorKind.CARE:
        return float(values["care_mentor_hours"])
    return float(max(values["mentor_hours"], values["mentor_hours_final"] if final else 0))


@seldom
@given(
    rng=people,
    values=values_of("mentor_hours", "care_mentor_hours", "fatigue_time_loss", "with_fatigue", "form_caseload",
                     "form_dose", "dose_half", "match_cross", "interprofessional_restoration",
                     "assistant_relief", "match_knowledge", "with_barrier", "mentor_hours_final",
                     "hours_delivered"),
)  # fmt: skip
def test_mentors_give_what_their_load_skill_and_match_leave(rng: np.random.Generator, values: dict[str, Any]) -> None:
    p, n, factor = settings_of(**values, form_outside="fixed"), 40, floats(1.0, 0.7)
    m = rows_of(Mentor, n, kind=rng.integers(0, 2, n), role=rng.integers(0, 3, n), board=rng.integers(0, 2, n))
    m.fatigue[:], m.skill[:], m.interprofessional[:] = rng.random(n) * 0.99, rng.random(n), rng.random(n) < 0.5
    m.site[:] = rng.integers(0, 5, n)
    s = rows_of(Student, 90, mentor=rng.integers(-1, n, 90), status=rng.integers(0, 3, 90), hours_asked=rng.random(90))
    s.programme[:], s.site[:], s.days_now[:] = rng.integers(0, 7, 90), rng.integers(0, 5, 90), rng.random(90) * 4
    s.knowledge[:], s.barrier[:], s.year[:] = rng.random(90), rng.random(90), rng.integers(1, 5, 90)
    s.placed[::5], s.days_now[::5] = False, 0.0
    o = rows_of(Site, 5, hours_freed=9, hosting_teachers=9)
    count_students(p, s, m, o)
    mentor_time(p, m, o, rows_of(Board, 2, hours_factor=factor))
    mentor_guidance(p, s, m)
    inside, final = (s.status == Status.INSIDE) & s.placed, (s.year == 4) & (s.programme < Programme.CARE_3)
    openness = 1 - s.barrier * values["with_barrier"]
    hosting = (m.role == Role.ACTIVE) & np.isin(np.arange(n), s.mentor[inside])
    teachers = hosting & (m.kind == MentorKind.TEACHER)
    freed = np.where(inside & (s.programme == Programme.ASSISTANT), s.days_now * openness, 0)
    relief = values["assistant_relief"] * np.bincount(s.site, freed, 5)
    assert o.hours_freed == pytest.approx(relief)
    assert o.hosting_teachers.tolist() == np.bincount(m.site[teachers], minlength=5).tolist()
    for k in range(n):
        mine = inside & (s.mentor == k)
        full = full_by_rule(values, m, k, final=(mine & final).any()) * factor[m.board[k]] * values["hours_delivered"]
        tired = m.fatigue[k] if values["with_fatigue"] else 0
        hours = full * (1 - values["fatigue_time_loss"] * tired) if hosting[k] else 0
        hours += relief[m.site[k]] / o.hosting_teachers[m.site[k]] if teachers[k] else 0
        assert m.hours_available[k] == pytest.approx(hours)
        assert m.load[k] == pytest.approx(s.hours_asked[mine].sum() / hours if hours else 0)
    for i in range(90):
        k = s.mentor[i]
        if not inside[i] or k < 0 or m.role[k] != Role.ACTIVE:
            assert (s.support[i], s.guidance[i]) == (0, 0)
            continue
        left = 1 - values["interprofessional_restoration"] * m.interprofessional[k]
        left *= 1 - values["match_knowledge"] * s.knowledge[i] * openness[i]
        crossed = m.kind[k] == MentorKind.TEACHER and s.programme[i] == Programme.ASSISTANT
        fit = 1 - (1 - values["match_cross"]) * left * crossed
        assert s.support[i] == caseload(p, m.load[k])
        assert s.guidance[i] == pytest.approx(dose(p, s.support[i]) * m.skill[k] * fit)


@often
@given(days=st.floats(0, 5), barrier=unit, known=unit, cross=unit, restored=unit, trained=st.booleans())
def test_what_takes_assistants_away_does_so_to_the_bit(
    days: float, barrier: float, known: float, cross: float, restored: float, trained: bool
) -> None:
    p = settings_of(
        match_cross=cross, interprofessional_restoration=restored, assistant_relief=0.0, match_knowledge=0.0
    )
    assert freed_by(p, Programme.ASSISTANT, barrier, days) == 0
    first_edition = 1.0 - (1.0 - cross) * (1.0 - restored if trained else 1.0)
    assert match(p, MentorKind.TEACHER, Programme.ASSISTANT, trained, known) == first_edition


def test_relief_by_hand() -> None:
    """An assistant of 4 days with a barrier of 0.5 frees half an hour, a quarter for each of two hosting teachers."""
    p = settings_of(assistant_relief=0.25, mentor_hours=2.0, care_mentor_hours=1.5)
    m = rows_of(Mentor, 5, role=Role.ACTIVE)
    m.kind[2] = MentorKind.CARE  # the fourth teacher hosts nobody, the fifth at another site
    m.site[4] = 1
    s = rows_of(Student, 4, status=Status.INSIDE, hours_asked=1.0, days_now=4.0, barrier=0.5)
    s.mentor[:], s.programme[:3] = (0, 1, 2, 4), (Programme.ASSISTANT, Programme.FULLTIME, Programme.CARE_4)
    o, b = rows_of(Site, 2), rows_of(Board, 1, hours_factor=1.0)
    count_students(p, s, m, o)
    mentor_time(p, m, o, b)
    assert m.hours_available.tolist() == pytest.approx([2.25, 2.25, 1.5, 0.0, 2.0])
    assert m.load[0] == pytest.approx(1 / 2.25)
    pay_mentors(p, m, b)
    assert b.paid_teacher_hours[0] == pytest.approx(6.0)


@pytest.mark.parametrize(("relief", "sign"), [(0.0, -1), (0.25, -1), (0.8, 1)])
def test_an_assistant_costs_teachers_more_than_it_frees_or_frees_more(relief: float, sign: int) -> None:
    """A day asks 0.5 h of one teacher and frees `assistant_relief · (1 − barrier)` for all: both signs within range."""
    p = settings_of(assistant_relief=relief, mentor_hours=2.0)
    loads = []
    for assistants in (0, 1):
        m, o = rows_of(Mentor, 2, role=Role.ACTIVE), rows_of(Site, 1)
        s = rows_of(Student, 2 + assistants, status=Status.INSIDE, days_now=4.0, hours_asked=2.5, barrier=0.1)
        s.mentor[:2] = (0, 1)
        s.programme[2:], s.hours_asked[2:] = Programme.ASSISTANT, 0.5 * 4.0
        count_students(p, s, m, o)
        mentor_time(p, m, o, rows_of(Board, 1, hours_factor=1.0))
        loads.append(float(m.load.mean()))
    assert np.sign(loads[0] - loads[1]) == sign


# --- trainers --------------------------------------------------------------------------------------------------------


def shares_of_time(p: Any, time: float, remembered: NDArray[np.float64], status: NDArray[Any]) -> NDArray[Any]:
    """Each student's trainer hours, from the guidance that they give."""
    placed = status != Status.LEFT
    s = rows_of(Student, remembered.size, remembered=remembered, status=status, placed=placed)
    c = rows_of(LearningCommunity, 1, end=remembered.size, trainer_time=time, skill=1, familiarity=1, seats=1)
    trainer_guidance(p, s, c)
    return np.asarray(p["trainer_half"] * s.trainer_guidance / (1 - s.trainer_guidance))


@pytest.mark.parametrize("attention", FORMS["attention"])
@often
@given(
    remembered=st.lists(unit, min_size=1, max_size=30),
    time=st.floats(0.01, 20),
    half=plausible("trainer_half"),
    data=st.data(),
)
def test_attention_adds_up_to_trainer_time(
    attention: str, remembered: list[float], time: float, half: float, data: st.DataObject
) -> None:
    n = len(remembered)
    status = np.array(data.draw(st.lists(st.sampled_from((Status.INSIDE, Status.LEFT)), min_size=n, max_size=n)))
    shares = shares_of_time(settings_of(attention=attention, trainer_half=half), time, floats(*remembered), status)
    inside = status == Status.INSIDE
    assert not shares[~inside].any()
    if inside.any():
        assert shares.sum() == pytest.approx(time, rel=1e-9)
        weights = (1 - floats(*remembered))[inside] if attention == "need" else np.ones(inside.sum())
        weights = np.ones(inside.sum()) if weights.sum() == 0 else weights
        np.testing.assert_allclose(shares[inside], time * weights / weights.sum(), rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("attention", FORMS["attention"])
def test_attention_is_even_when_nobody_needs_it_more(attention: str) -> None:
    shares = shares_of_time(settings_of(attention=attention), 3.0, np.ones(4), np.full(4, Status.INSIDE))
    np.testing.assert_allclose(shares, 0.75)


def test_attention_by_need_is_for_who_got_least() -> None:
    shares = shares_of_time(settings_of(attention="need"), 3.0, floats(0.2, 0.6, 1.0), np.full(3, Status.INSIDE))
    np.testing.assert_allclose(shares, [2.0, 1.0, 0.0])


def test_no_time_is_no_guidance() -> None:
    assert not shares_of_time(settings_of(), 0.0, floats(0.2, 0.6), np.full(2, Status.INSIDE)).any()


@pytest.mark.parametrize(("mix", "factor"), [("none", 0.0), ("parallel", 0.0), ("alternating", 0.5), ("mixed", 1.0)])
def test_coordination_by_hand(mix: str, factor: float) -> None:
    p = settings_of(
        mbo_mix=mix, mbo_institutions=2, coordination_base=1.0, coordination_site=0.40, coordination_mentor=0.10,
        coordination_new_mentor=0.10, coordination_mix=0.05, coordination_split=1.0, coordination_backlog=0.05,
    )  # fmt: skip
    c = communities_of(
        p, 2, sites=[0, 4], hosting=[0, 9], new_hosting=[0, 2], members=[0, 16], mbo_share=[0, 0.25],
        parts=[0, 2],
    )  # fmt: skip
    asked = coordination_of(p, c, 1, 10.0)
    mixing = 0.05 * 2 * 16 * 4 * 0.25 * 0.75 * factor
    assert asked == pytest.approx(1.0 + 4 * 0.40 + 9 * 0.10 + 2 * 0.10 + mixing + 1.0 + 10 * 0.05)


def hours_left(vacant: tuple[int, ...], present: tuple[bool, ...], **states: float) -> Any:
    """One cluster with a school, institute, practice and mbo trainer; its columns after the rule."""
    p = settings_of(coordination_base=1.0, coordination_site=0.4, coordination_mentor=0.1)
    c = rows_of(LearningCommunity, 1, sites=4, hosting=9, parts=1, **states)
    t = rows_of(Trainer, 4, present=present, vacant_weeks=vacant, hours=[6.0, 4.0, 1.0, 0.75])
    t.skill[:], t.familiarity[:] = (0.8, 0.6, 0.4, 0.4), (1.0, 0.5, 1.0, 1.0)
    b, i = rows_of(Board, 1, hours_factor=0.9), rows_of(Institute, 1, hours_factor=0.8, pool=0.5)
    trainer_time(p, c, t, b, i, rows_of(ProgrammeLeadership, 1))
    return c


def test_trainer_time_by_hand() -> None:
    school, institute, coordination = 6.0 * 0.9, 4.0 * 0.8 * 0.5, 1.0 + 4 * 0.4 + 9 * 0.1
    pair = (True, True, False, False)
    c = hours_left((0, 0, 0, 0), pair, extra_hours=0.5)
    assert c.coordination[0] == pytest.approx(coordination)
    assert c.trainer_time[0] == pytest.approx(school + institute + 0.5 - coordination)
    assert c.skill[0] == pytest.approx((0.8 * school + 0.6 * institute) / (school + institute))
    assert c.familiarity[0] == pytest.approx((school + 0.5 * institute) / (school + institute))
    assert c.seats[0] == 1
    quartet = hours_left((0, 0, 0, 0), (True, True, True, True))
    assert quartet.trainer_time[0] == pytest.approx(school + institute + 1.75 - coordination)


def test_vacancies_by_hand() -> None:
    half, whole = hours_left((3, 0, 0, 0), (True,) * 4), hours_left((3, 1, 0, 0), (True,) * 4)
    assert (half.seats[0], whole.seats[0]) == (0.75, 0.5)
    assert hours_left((0, 0, 9, 9), (True,) * 4).seats[0] == 1  # of the pair only
    assert half.skill[0] == pytest.approx((0.6 * 1.6 + 0.4 * 1.75) / (1.6 + 1.75))
    nobody = hours_left((3, 1, 0, 0), (True, True, False, False))
    assert (nobody.trainer_time[0], nobody.skill[0], nobody.familiarity[0]) == (0, 0, 0)


@seldom
@given(
    rng=people,
    values=values_of("mbo_mix", "mbo_institutions", "coordination_base", "coordination_site",
                     "coordination_mentor", "coordination_new_mentor", "coordination_mix", "coordination_split",
                     "coordination_backlog"),
)  # fmt: skip
def test_trainers_have_what_coordination_leaves_and_count_when_they_are_there(
    rng: np.random.Generator, values: dict[str, Any]
) -> None:
    p, n = settings_of(**values), 20
    c = communities_of(p, n, partnership=rng.integers(0, 2, n), board=rng.integers(0, 3, n))
    for column, most in ((c.sites, 5), (c.hosting, 12), (c.new_hosting, 5), (c.members, 40), (c.parts, 4)):
        column[:] = rng.integers(1 if column is c.parts else 0, most, n)
    c.mbo_share[:], c.extra_hours[:] = rng.random(n), rng.random(n) * 2
    t = rows_of(Trainer, 4 * n, present=rng.random(4 * n) < 0.8, vacant_weeks=rng.integers(-3, 3, 4 * n).clip(0))
    t.hours[:], t.skill[:], t.familiarity[:] = rng.random((3, 4 * n)) * [[9], [1], [1]]
    of_board, of_institute, pool, backlog = floats(1, 0.8, 0.5), floats(0.9, 0.6), floats(1, 0.7), floats(0, 12)
    b, i = rows_of(Board, 3, hours_factor=of_board), rows_of(Institute, 2, hours_factor=of_institute, pool=pool)
    trainer_time(p, c, t, b, i, rows_of(ProgrammeLeadership, 2, backlog=backlog))
    m = {"mixed": 1, "alternating": 0.5, "parallel": 0, "none": 0}[values["mbo_mix"]]
    for k in range(n):
        four, institute = slice(4 * k, 4 * k + 4), c.partnership[k]
        factor = floats(of_board[c.board[k]], of_institute[institute] * pool[institute], 1, 1)
        counted = t.present[four] & (t.vacant_weeks[four] == 0)
        hours = np.where(counted, t.hours[four] * factor, 0)
        mixing = values["mbo_institutions"] * c.members[k] * 4 * c.mbo_share[k] * (1 - c.mbo_share[k]) * m
        asked = values["coordination_base"] + values["coordination_site"] * c.sites[k]
        asked += values["coordination_mentor"] * c.hosting[k] + values["coordination_new_mentor"] * c.new_hosting[k]
        asked += values["coordination_mix"] * mixing + values["coordination_split"] * (c.parts[k] - 1)
        asked += values["coordination_backlog"] * backlog[institute]
        assert c.coordination[k] == pytest.approx(asked)
        assert c.trainer_time[k] == pytest.approx(max(0, hours.sum() + c.extra_hours[k] - asked), abs=CLOSE)
        mean = [(hours * of[four]).sum() / hours.sum() if hours.any() else 0 for of in (t.skill, t.familiarity)]
        assert (c.skill[k], c.familiarity[k]) == pytest.approx(mean)
        vacant = (t.present[four] & (t.vacant_weeks[four] > 0))[:2].sum()
        assert c.seats[k] == pytest.approx(1 - VACANCY_LOSS * vacant / 2)


@often
@given(weeks=st.integers(1, 12), vacant=st.integers(0, 20), known=unit, rate=plausible("familiarity_rate"))
def test_familiarity_grows_from_when_the_seat_is_filled(weeks: int, vacant: int, known: float, rate: float) -> None:
    t = rows_of(Trainer, 2, familiarity=known, vacant_weeks=vacant)
    t.present[0] = True
    for _ in range(weeks):
        settle_trainers(settings_of(familiarity_rate=rate), t)
    assert t.vacant_weeks.tolist() == [max(0, vacant - weeks), vacant]
    assert t.familiarity[0] == pytest.approx(1 - (1 - known) * (1 - rate) ** max(0, weeks - vacant))
    assert t.familiarity[1] == known


@often
@given(guidance=st.floats(0, 1.5), trainers=unit, weight=unit, start=unit, rate=unit, weeks=st.integers(1, 12))
def test_memory_approaches_supervision_exponentially(
    guidance: float, trainers: float, weight: float, start: float, rate: float, weeks: int
) -> None:
    p = settings_of(trainer_weight=weight, community_weight=0.0, memory_rate=rate, form_outside="fixed")
    s = rows_of(Student, 3, guidance=guidance, trainer_guidance=trainers, remembered=start, felt_support=1, support=0.4)
    s.status[:] = Status.INSIDE, Status.OUTSIDE, Status.LEFT
    s.placed[2] = False
    for _ in range(weeks):
        supervision_quality(p, s, rows_of(LearningCommunity, 1))
    expected = min(1.0, (1 - weight) * guidance + weight * trainers), 0.5, 0.0
    left = (1 - rate) ** weeks
    assert s.supervision.tolist() == pytest.approx(expected)
    for i in (0, 1):
        assert s.remembered[i] == pytest.approx(expected[i] + (start - expected[i]) * left, abs=1e-9)
    assert s.remembered[2] == start
    assert s.felt_support.tolist() == pytest.approx([0.4 + 0.6 * left, 1, 1])


# --- outside ---------------------------------------------------------------------------------------------------------


def outside(p: Any, **states: Any) -> Any:
    """A student outside after a week."""
    s = rows_of(Student, 1, status=Status.OUTSIDE, mentor=-1, site=-1, felt_support=1.0, **states)
    demand(p, s)
    mentor_guidance(p, s, rows_of(Mentor, 0))
    supervision_quality(p, s, rows_of(LearningCommunity, 1))
    return s


def test_supervision_outside_by_hand() -> None:
    """Asked 2.5 h of 2: support 0.8; 0.5 h of a trainer at half effect 0.5 h: half of the skill."""
    p = settings_of(
        form_outside="mentored", outside_mentor_hours=2.0, outside_trainer_hours=0.5, trainer_half=0.5, dose_half=0.5,
        trainer_skill_mean=0.8, trainer_weight=0.25, community_weight=0.0, peer_relief=0.0, memory_rate=0.1,
    )  # fmt: skip
    s = outside(p, need=1.0, days_now=2.5, outside_skill=0.6, outside_trainer=1.0)
    guidance = 1.5 * 0.8 / 1.3 * 0.6
    assert (s.hours_asked[0], s.support[0], s.guidance[0]) == pytest.approx((2.5, 0.8, guidance))
    assert s.trainer_guidance[0] == pytest.approx(0.4)
    assert s.supervision[0] == pytest.approx(0.75 * guidance + 0.25 * 0.4)
    assert s.felt_support[0] == pytest.approx(0.98)
    p = settings_of(form_outside="fixed")
    fixed = outside(p, need=1.0, days_now=2.5, outside_skill=0.6, outside_trainer=1)
    assert (fixed.hours_asked[0], fixed.support[0], fixed.trainer_guidance[0], fixed.supervision[0]) == (0, 0, 0, 0.5)


@pytest.mark.parametrize("caseload_form", FORMS["form_caseload"])
@pytest.mark.parametrize("dose_form", FORMS["form_dose"])
@seldom
@given(days=st.floats(0.01, 5), skill=unit, trainers=st.floats(0.1, 2), weight=unit, peers=unit)
def test_outside_and_inside_are_measured_by_the_same_instrument(
    caseload_form: str, dose_form: str, days: float, skill: float, trainers: float, weight: float, peers: float
) -> None:
    """Who has the same mentor to himself, and the same trainer's time, is supervised as well inside as outside."""
    p = settings_of(
        form_outside="mentored", form_caseload=caseload_form, form_dose=dose_form, trainer_weight=weight,
        community_weight=0.0,
        mentor_hours=2.0, outside_mentor_hours=2.0, outside_trainer_hours=0.5, trainer_skill_mean=0.7,
    )  # fmt: skip
    s = rows_of(Student, 2, need=0.94, days_now=days, peer_support=peers, outside_skill=skill, outside_trainer=trainers)
    s.status[:] = Status.INSIDE, Status.OUTSIDE
    m, o = rows_of(Mentor, 1, role=Role.ACTIVE, skill=skill), rows_of(Site, 1)
    c = rows_of(LearningCommunity, 1, end=1, trainer_time=0.5 * trainers, skill=0.7, familiarity=1, seats=1)
    demand(p, s)
    count_students(p, s, m, o)
    mentor_time(p, m, o, rows_of(Board, 1, hours_factor=1))
    mentor_guidance(p, s, m)
    trainer_guidance(p, s, c)
    supervision_quality(p, s, c)
    for states in (s.hours_asked, s.support, s.guidance, s.trainer_guidance, s.supervision):
        assert states[0] == pytest.approx(states[1], abs=CLOSE)
